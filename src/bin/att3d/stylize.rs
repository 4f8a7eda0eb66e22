//! `att3d stylize`: an artist's mesh, and a prompt that says what is to become of it.

use std::path::{Path, PathBuf};
use std::time::Instant;

use att3d::error::unwatched;
use att3d::gltf::{Document, GltfError};
use att3d::pipeline::{
    DEFAULT_KEEP, Dressed, GenerateOptions, MeshFormat, Model, PipelineError, RestyleOptions, Shape,
    restyle_document, stylize,
};
use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::options::{ModelOptions, PlacementOptions, SurfaceOptions, share};
use crate::output::{is_same, print, report, warn};
use crate::report::{generated_json, replaced_json, say_understood, understood_json, warn_of_detail};

/// Arguments of `att3d stylize`.
#[derive(Args)]
pub struct Stylize {
    /// The mesh: a glTF file (.glb, or .gltf with its files beside it) with any number of meshes, of any size, +Y up and its front towards +Z.
    #[arg(value_name = "IN.glb")]
    input: PathBuf,
    /// What to make of it: "made of gold", "a dragon wearing a party hat". `-` reads it from standard input.
    #[arg(value_parser = crate::output::prompt)]
    prompt: String,
    /// The file to write: .glb (keeps everything), .obj, .ply or .stl. `-` writes a GLB to standard output.
    #[arg(short, long, value_name = "OUT.glb")]
    output: PathBuf,
    /// How much of the shape is kept: 0 is the prompt's own shape, 1 the given one.
    #[arg(long, value_name = "SHARE", default_value_t = DEFAULT_KEEP, value_parser = share)]
    keep_shape: f32,
    /// Keeps the given mesh, its texture coordinates, skin and morph targets byte for byte, and makes new materials and textures
    /// alone (of --texture-size, 1024 unless given).
    #[arg(long, conflicts_with = "keep_shape")]
    keep_geometry: bool,
    /// With --keep-geometry: makes new texture coordinates though there are some.
    #[arg(long, requires = "keep_geometry")]
    unwrap: bool,
    /// Which variant of the prompt; 0 is the plain answer.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Also writes a shaded picture.
    #[arg(long, value_name = "FILE.png")]
    preview: Option<PathBuf>,
    #[command(flatten)]
    surface: SurfaceOptions,
    #[command(flatten)]
    placement: PlacementOptions,
    #[command(flatten)]
    model: ModelOptions,
    /// Prints a JSON report instead of sentences.
    #[arg(long)]
    json: bool,
}

/// Texels along a side where the geometry is kept.
const TEXTURE_SIZE: u32 = 1024;
/// Share of a surface that may have its texels in common with other surface before that is said: mirrored halves are usual.
const SHARED: f32 = 0.05;

impl Stylize {
    /// Runs the verb.
    pub fn run(&self) -> Result<(), Failure> {
        let format = MeshFormat::of(&self.output)?;
        crate::output::check(&self.output, self.preview.as_deref(), self.json)?;
        if let Some(path) = self.preview.as_deref().filter(|path| is_same(path, &self.input)) {
            return Err(Failure::SameFile { path: shown(path) });
        }
        if self.placement.is_z_up() && format == MeshFormat::Glb {
            return Err(GltfError::UpAxis.into());
        }
        if self.keep_geometry {
            if format != MeshFormat::Glb {
                let path = self.output.display().to_string();
                return Err(Failure::OnlyForGlb { option: "--keep-geometry", path });
            }
            let other = self.surface.changes_geometry().or(self.placement.first_given());
            if let Some(option) = other {
                return Err(Failure::GeometryKept { option });
            }
        } else if let Some(option) = self.surface.only_for_glb().filter(|_| format != MeshFormat::Glb) {
            return Err(Failure::OnlyForGlb { option, path: self.output.display().to_string() });
        }
        let document = Document::open(&self.input).map_err(|error| self.about_input(error))?;
        let model = self.model.load()?;
        if self.keep_geometry { self.dress(&model, document) } else { self.shape(&model, &document, format) }
    }

    /// A mesh of the prompt and the shape together.
    fn shape(&self, model: &Model, document: &Document, format: MeshFormat) -> Result<(), Failure> {
        let begun = Instant::now();
        let scene = document.scene().map_err(|error| self.about_input(error))?;
        crate::render::warn(&scene.warnings);
        let parts = scene.parts;
        if let Some(reason) = parts.iter().find_map(|part| part.unread.as_ref()) {
            warn(format_args!("some of the mesh's colours did not go into the model: {reason}"));
        }
        let shape = self.said(Shape::of_parts(&parts))?.keeping(self.keep_shape)?;
        let options = GenerateOptions { seed: self.seed, ..self.surface.generate_options(&unwatched) };
        let generated = stylize(model, &self.prompt, &shape, &options)?;
        say_understood(&generated.origin.reading);
        warn_of_detail(&generated, self.surface.levels());
        let placement = self.placement.apply_to_stylized(&generated);
        crate::output::write(&self.output, &generated, format, self.surface.export_options(placement))?;
        if let Some(path) = &self.preview {
            crate::render::picture(model, &generated, None)?.write_png(path)?;
        }
        let output = self.output.display().to_string();
        if self.json {
            let mut made = generated_json(&generated, &output);
            made["keep_shape"] = json!(self.keep_shape);
            made["milliseconds"]["whole"] = json!(begun.elapsed().as_millis() as u64);
            print(format_args!("{made:#}"))?;
        } else {
            let milliseconds = begun.elapsed().as_millis();
            let triangles = generated.mesh.triangles.len();
            report(&self.output, format_args!("{output}: {triangles} triangles in {milliseconds} ms"))?;
        }
        Ok(())
    }

    /// The given mesh in the prompt's colours.
    fn dress(&self, model: &Model, document: Document) -> Result<(), Failure> {
        let begun = Instant::now();
        let options = RestyleOptions {
            texture_size: self.surface.texture_size().unwrap_or(TEXTURE_SIZE),
            unwrap: self.unwrap,
            seed: self.seed,
            watch: &unwatched,
        };
        let made = self.said(restyle_document(model, &self.prompt, document, &options))?;
        crate::render::warn(&made.warnings);
        say_understood(&made.origin.reading);
        made.dressed.iter().for_each(warn_of_dress);
        crate::output::write_bytes(&self.output, &made.glb)?;
        if let Some(path) = &self.preview {
            crate::render::picture_of(model, &made.document)?.write_png(path)?;
        }
        let output = self.output.display().to_string();
        let whole = begun.elapsed().as_millis() as u64;
        if self.json {
            let dressed = made.dressed.iter().map(|dressed| {
                json!({
                    "material": dressed.material,
                    "triangles": dressed.triangles,
                    "unwrapped": dressed.is_unwrapped,
                    "shared": dressed.shared,
                    "lost": dressed.lost,
                    "unread": dressed.unread,
                })
            });
            let made = json!({
                "output": output,
                "texture_size": options.texture_size,
                "dressed": dressed.collect::<Vec<_>>(),
                "understood": understood_json(&made.origin.reading),
                "unknown_words": made.origin.reading.left_out,
                "replaced_words": replaced_json(&made.origin.reading),
                "milliseconds": { "whole": whole },
            });
            print(format_args!("{made:#}"))?;
        } else {
            let triangles: usize = made.dressed.iter().map(|dressed| dressed.triangles).sum();
            report(
                &self.output,
                format_args!("{output}: new colours on {triangles} triangles in {whole} ms"),
            )?;
        }
        Ok(())
    }

    /// Names the input where it is the matter.
    fn said<T>(&self, result: Result<T, PipelineError>) -> Result<T, Failure> {
        result.map_err(|error| match error {
            PipelineError::Gltf(error) => self.about_input(error),
            error @ (PipelineError::ShapeTooSmall { .. }
            | PipelineError::NotFinite { .. }
            | PipelineError::ShapeExtent { .. }) => {
                Failure::Input { path: shown(&self.input), reason: error.to_string() }
            }
            error => error.into(),
        })
    }

    fn about_input(&self, error: GltfError) -> Failure {
        Failure::Input { path: shown(&self.input), reason: error.to_string() }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Says what an artist would stumble over, on standard error.
fn warn_of_dress(dressed: &Dressed) {
    let name =
        dressed.material.map_or("primitives without a material".into(), |index| format!("material {index}"));
    if dressed.shared > SHARED {
        warn(format_args!(
            "{name}: {:.0} % of its surface shares its texels with other surface, and gets that one's colours; --unwrap makes texture \
             coordinates of its own",
            dressed.shared * 100.0
        ));
    }
    if !dressed.lost.is_empty() {
        warn(format_args!("{name}: lost with its old dress: {}", dressed.lost.join("; ")));
    }
    if let Some(reason) = &dressed.unread {
        warn(format_args!("{name}: its old colours did not go into the model: {reason}"));
    }
}
