//! `att3d stylize`: changes a given mesh as a prompt describes.

use std::path::{Path, PathBuf};
use std::time::Instant;

use att3d::error::no_progress;
use att3d::gltf::{Document, GltfError};
use att3d::pipeline::{
    DEFAULT_KEEP, GenerateOptions, MeshFormat, Model, PipelineError, RepaintedMaterial, RestyleOptions,
    Shape, restyle_document, stylize,
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
    /// The mesh: a glTF file (.glb, or .gltf with its files beside it). It may contain any number of meshes,
    /// of any size, with +Y up and the front towards +Z.
    #[arg(value_name = "IN.glb")]
    input: PathBuf,
    /// What to make of it: "made of gold", "a dragon wearing a party hat". `-` reads the prompt from standard
    /// input.
    #[arg(value_parser = crate::output::prompt)]
    prompt: String,
    /// The file to write: .glb (keeps everything), .obj, .ply or .stl. `-` writes a GLB to standard output.
    #[arg(short, long, value_name = "OUT.glb")]
    output: PathBuf,
    /// How much of the shape is kept: 0 is the prompt's own shape, 1 is the given one.
    #[arg(long, value_name = "SHARE", default_value_t = DEFAULT_KEEP, value_parser = share)]
    keep_shape: f32,
    /// Keeps the given mesh, its texture coordinates, skin and morph targets byte for byte, and makes only
    /// new materials and textures (of --texture-size, default 1024).
    #[arg(long, conflicts_with = "keep_shape")]
    keep_geometry: bool,
    /// With --keep-geometry: makes new texture coordinates even if the mesh has some.
    #[arg(long, requires = "keep_geometry")]
    unwrap: bool,
    /// Which variant of the prompt to make; 0 is the plain result.
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

/// Default number of texels along a side if the geometry is kept.
pub const TEXTURE_SIZE: u32 = 1024;
/// Largest share of a surface, from 0 to 1, that may share texels with other parts of it without a warning.
/// Mirrored halves that share texels are usual.
const SHARED: f32 = 0.05;

impl Stylize {
    /// Runs the verb. Errors: all of [`Failure`] that apply to its options, the mesh and the model.
    pub fn run(&self) -> Result<(), Failure> {
        let format = MeshFormat::of(&self.output)?;
        crate::output::check(&self.output, self.preview.as_deref(), self.json)?;
        if let Some(path) = self.preview.as_deref().filter(|path| is_same(path, &self.input)) {
            return Err(Failure::SameFile { path: path.display().to_string() });
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
        let document = Document::open(&self.input).map_err(|error| about_input(&self.input, error.into()))?;
        let model = self.model.load()?;
        if self.keep_geometry {
            self.replace_materials(&model, document)
        } else {
            self.shape(&model, &document, format)
        }
    }

    /// Makes and writes a mesh of the prompt and the shape together.
    fn shape(&self, model: &Model, document: &Document, format: MeshFormat) -> Result<(), Failure> {
        let begun = Instant::now();
        let scene = document.scene().map_err(|error| about_input(&self.input, error.into()))?;
        crate::render::warn(&scene.warnings);
        let parts = scene.parts;
        if let Some(reason) = parts.iter().find_map(|part| part.unread.as_ref()) {
            warn(format_args!("the model did not read some of the mesh's colors: {reason}"));
        }
        let shape = Shape::of_parts(&parts)
            .map_err(|error| about_input(&self.input, error))?
            .keeping(self.keep_shape)?;
        let options = GenerateOptions { seed: self.seed, ..self.surface.generate_options() };
        let generated = stylize(model, &self.prompt, &shape, &options, &no_progress)?;
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

    /// Writes the given mesh with the prompt's colors.
    fn replace_materials(&self, model: &Model, document: Document) -> Result<(), Failure> {
        let begun = Instant::now();
        let options = RestyleOptions {
            texture_size: self.surface.texture_size().unwrap_or(TEXTURE_SIZE),
            unwrap: self.unwrap,
            seed: self.seed,
        };
        let made = restyle_document(model, &self.prompt, document, &options, &no_progress)
            .map_err(|error| about_input(&self.input, error))?;
        crate::render::warn(&made.warnings);
        say_understood(&made.origin.reading);
        made.repainted.iter().flat_map(repaint_warnings).for_each(warn);
        crate::output::write_bytes(&self.output, &made.glb)?;
        if let Some(path) = &self.preview {
            crate::render::picture_of(model, &made.document, None)?.write_png(path)?;
        }
        let output = self.output.display().to_string();
        let whole = begun.elapsed().as_millis() as u64;
        if self.json {
            let repainted = made.repainted.iter().map(|repainted| {
                json!({
                    "material": repainted.material,
                    "triangles": repainted.triangles,
                    "unwrapped": repainted.is_unwrapped,
                    "shared": repainted.shared,
                    "lost": repainted.lost,
                    "unread": repainted.unread,
                })
            });
            let made = json!({
                "output": output,
                "texture_size": options.texture_size,
                "repainted": repainted.collect::<Vec<_>>(),
                "understood": understood_json(&made.origin.reading),
                "left_out": made.origin.reading.left_out,
                "replaced": replaced_json(&made.origin.reading),
                "milliseconds": { "whole": whole },
            });
            print(format_args!("{made:#}"))?;
        } else {
            let triangles: usize = made.repainted.iter().map(|repainted| repainted.triangles).sum();
            report(
                &self.output,
                format_args!("{output}: new colors on {triangles} triangles in {whole} ms"),
            )?;
        }
        Ok(())
    }
}

/// Adds the path of the given mesh to an error that concerns this mesh.
pub fn about_input(input: &Path, error: PipelineError) -> Failure {
    match error {
        error @ (PipelineError::Gltf(_)
        | PipelineError::ShapeTooSmall { .. }
        | PipelineError::NotFinite { .. }
        | PipelineError::ShapeExtent { .. }) => {
            Failure::Input { path: input.display().to_string(), reason: error.to_string() }
        }
        error => error.into(),
    }
}

/// Returns warnings about results that an artist may not expect.
pub fn repaint_warnings(repainted: &RepaintedMaterial) -> Vec<String> {
    let name = repainted
        .material
        .map_or("primitives without a material".into(), |index| format!("material {index}"));
    let mut warnings = Vec::new();
    if repainted.shared > SHARED {
        warnings.push(format!(
            "{name}: {:.0} % of its surface shares texels with other surface, and gets the same colors; --unwrap makes new texture \
             coordinates without shared texels",
            repainted.shared * 100.0
        ));
    }
    if !repainted.lost.is_empty() {
        warnings.push(format!("{name}: lost with its old material: {}", repainted.lost.join("; ")));
    }
    if let Some(reason) = &repainted.unread {
        warnings.push(format!("{name}: the model did not read its old colors: {reason}"));
    }
    warnings
}
