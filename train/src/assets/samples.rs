//! Sample assets: scenes of the toybox as GLB files with captions, to try the training of own assets.

use std::path::PathBuf;

use att3d::gltf::{AssetInfo, write_glb};
use att3d::mesh::Mesh;
use att3d::pipeline::PipelineError;
use clap::Args;
use toybox::{Material, Noun, Random, Scene, SceneSpec};

use crate::TrainError;
use crate::truth::mesh_of;

/// Writes scenes of the toybox as GLB files with captions, to try the training of own assets.
#[derive(Args)]
pub struct Samples {
    /// Folder for the GLB files and captions.csv.
    #[arg(short, long)]
    output: PathBuf,
    /// Number of assets.
    #[arg(long, default_value_t = 60)]
    count: usize,
    /// Seed of the scenes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Number of assets of each noun, which differ in their attributes.
const OF_A_NOUN: usize = 5;
/// Largest number of draws to find a scene that is not yet among the assets of the noun.
const DRAWS: usize = 1_000;
/// Number of cells along each axis of the extraction.
const RESOLUTION: u32 = 96;

/// Runs the command.
pub fn run(options: &Samples) -> Result<(), TrainError> {
    std::fs::create_dir_all(&options.output).map_err(|source| TrainError::io(&options.output, source))?;
    let table = options.output.join("captions.csv");
    let mut random = Random::new(options.seed);
    let mut specs: Vec<SceneSpec> = Vec::new();
    let mut rows = String::from("file,caption\n");
    let mut nouns: Vec<Noun> = Noun::all().collect();
    for last in (1..nouns.len()).rev() {
        nouns.swap(last, random.below(last + 1));
    }
    for noun in nouns.into_iter().cycle() {
        if specs.len() >= options.count {
            break;
        }
        for _ in 0..OF_A_NOUN.min(options.count - specs.len()) {
            let spec = different(noun, &specs, &mut random);
            let file = format!("{:03}.glb", specs.len());
            let info = AssetInfo::default();
            write_glb(&options.output.join(&file), &colored_mesh_of(&Scene::build(&spec))?, &info)
                .map_err(PipelineError::from)?;
            rows += &format!("{file},{}\n", toybox::random_prompt(&spec, &mut random));
            specs.push(spec);
        }
    }
    std::fs::write(&table, rows).map_err(|source| TrainError::io(&table, source))?;
    println!("{}: {} assets", table.display(), specs.len());
    Ok(())
}

/// Returns a single thing of a noun that is not among `known`. If [`DRAWS`] draws find none, returns the last
/// drawn thing, which is among `known`.
fn different(noun: Noun, known: &[SceneSpec], random: &mut Random) -> SceneSpec {
    let plain = SceneSpec::bare(noun);
    let mut spec = plain;
    for _ in 0..DRAWS {
        let drawn = toybox::random_training_spec(random);
        spec = SceneSpec { noun, count: 1, feature: 0, feature_color: plain.feature_color, ..drawn };
        spec.drop_impossible();
        if !known.contains(&spec) {
            break;
        }
    }
    spec
}

/// Returns the mesh of a scene with colors, metallic and roughness at its vertices.
fn colored_mesh_of(scene: &Scene) -> Result<Mesh, TrainError> {
    let mut mesh = mesh_of(scene, RESOLUTION).map_err(TrainError::from_surface)?;
    let mut materials = vec![Material::default(); mesh.positions.len()];
    scene.evaluate_materials(&mesh.positions, &mut vec![0.0; mesh.positions.len()], &mut materials);
    mesh.colors = materials.iter().map(|material| material.color).collect();
    mesh.metallic_roughness =
        materials.iter().map(|material| [material.metallic, material.roughness]).collect();
    Ok(mesh)
}
