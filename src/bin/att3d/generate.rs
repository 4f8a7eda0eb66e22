//! `att3d generate`: makes a mesh from a prompt.

use std::path::{Path, PathBuf};
use std::time::Instant;

use att3d::gltf::GltfError;
use att3d::pipeline::{
    GenerateOptions, Generated, MeshFormat, Model, Offset, PipelineError, generate_with_offset,
    generate_with_progress,
};
use clap::Args;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::options::{ModelOptions, PlacementOptions, SurfaceOptions};
use crate::output::{is_standard, print, progress_bar, report, warn};
use crate::report::{generated_json, say_understood, warn_of_detail};

/// Arguments of `att3d generate`.
#[derive(Args)]
pub struct Generate {
    /// What to make, in English, such as "a pig wearing a party hat". `-` reads the prompt from standard
    /// input.
    #[arg(value_parser = crate::output::prompt)]
    prompt: String,
    /// The file to write: .glb (keeps everything), .obj, .ply or .stl. `-` writes a GLB to standard output.
    #[arg(short, long, value_name = "FILE.glb")]
    output: PathBuf,
    /// Also writes a shaded picture.
    #[arg(long, value_name = "FILE.png")]
    preview: Option<PathBuf>,
    /// The variant of the prompt to make: 0 for the plain result. Every other number selects a variant, if
    /// details can be added to the prompt or the model is a diffusion model. The same number always selects
    /// the same variant.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Writes N meshes with consecutive seeds, which begin at --seed: NAME-0.glb, NAME-1.glb and so on.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    variants: Option<u16>,
    /// An offset of `att3d-train refine`, which is added to the latent of the prompt. It must have been made
    /// for the same model. An offset of another prompt is added with a warning.
    #[arg(long, value_name = "FILE.offset")]
    offset: Option<PathBuf>,
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

impl Generate {
    /// Runs the verb. Errors: all of [`Failure`] that apply to its options and the model.
    pub fn run(&self) -> Result<(), Failure> {
        let begun = Instant::now();
        let format = MeshFormat::of(&self.output)?;
        crate::output::check(&self.output, self.preview.as_deref(), self.json)?;
        if self.variants.is_some() && is_standard(&self.output) {
            return Err(Failure::SeveralToStandardOutput { option: "--variants" });
        }
        if let Some(option) = self.surface.only_for_glb().filter(|_| format != MeshFormat::Glb) {
            return Err(Failure::OnlyForGlb { option, path: self.output.display().to_string() });
        }
        if self.placement.is_z_up() && format == MeshFormat::Glb {
            return Err(GltfError::UpAxis.into());
        }
        let model = self.model.load()?;
        let loaded = begun.elapsed();
        if self.seed != 0 || self.variants.is_some_and(|count| count > 1) {
            if !model.has_seeds() {
                return Err(PipelineError::NoSeeds.into());
            }
            if !model.varies(&self.prompt)? {
                warn(format_args!(
                    "the prompt leaves nothing open that this model can vary; all variants are the plain result"
                ));
            }
        }
        let offset = self.offset.as_deref().map(|path| model.read_offset(path)).transpose()?;
        if let Some(other) = offset.as_ref().filter(|offset| !model.is_offset_for(offset, &self.prompt)) {
            warn(format_args!(
                "the offset was made for another prompt: \"{}\"; it is added all the same",
                other.prompt()
            ));
        }
        let input = (&model, offset.as_ref());
        let Some(count) = self.variants else {
            let output = (self.output.clone(), self.preview.clone());
            let (generated, output) = self.write(input, self.seed, output, format)?;
            if self.json {
                let mut made = self.report(&generated, &output, offset.as_ref());
                made["milliseconds"]["load"] = json!(loaded.as_millis() as u64);
                made["milliseconds"]["whole"] = json!(begun.elapsed().as_millis() as u64);
                print(format_args!("{made:#}"))?;
            } else {
                say(&self.output, &generated, begun)?;
            }
            return Ok(());
        };
        let mut reports = Vec::new();
        for index in 0..u64::from(count) {
            let begun = Instant::now();
            let output =
                (numbered(&self.output, index), self.preview.as_deref().map(|path| numbered(path, index)));
            let (generated, output) = self.write(input, self.seed.wrapping_add(index), output, format)?;
            if self.json {
                reports.push(self.report(&generated, &output, offset.as_ref()));
            } else {
                say(Path::new(&output), &generated, begun)?;
            }
        }
        if self.json {
            print(format_args!("{:#}", json!({ "variants": reports })))?;
        }
        Ok(())
    }

    /// Returns the JSON report of one variant.
    fn report(&self, generated: &Generated, output: &str, offset: Option<&Offset>) -> Value {
        let mut report = generated_json(generated, output);
        if let (Some(path), Some(offset)) = (&self.offset, offset) {
            report["offset"] = json!({ "path": path.display().to_string(), "prompt": offset.prompt() });
        }
        report
    }

    /// Makes and writes one variant. Returns the mesh and the name of its file.
    fn write(
        &self,
        (model, offset): (&Model, Option<&Offset>),
        seed: u64,
        (output, preview): (PathBuf, Option<PathBuf>),
        format: MeshFormat,
    ) -> Result<(Generated, String), Failure> {
        let bar = progress_bar(self.json);
        let on_progress = |fraction: f32| {
            bar.set_position((fraction * 100.0) as u64);
            Ok(())
        };
        let options = GenerateOptions { seed, ..self.surface.generate_options() };
        let generated = match offset {
            Some(offset) => generate_with_offset(model, &self.prompt, offset, &options, &on_progress),
            None => generate_with_progress(model, &self.prompt, &options, &on_progress),
        }?;
        bar.finish_and_clear();
        if seed == self.seed {
            say_understood(&generated.origin.reading);
        }
        warn_of_detail(&generated, self.surface.levels());
        let placement = self.placement.apply(generated.origin.placement());
        crate::output::write(&output, &generated, format, self.surface.export_options(placement))?;
        if let Some(path) = &preview {
            crate::render::picture(model, &generated, None)?.write_png(path)?;
        }
        Ok((generated, output.display().to_string()))
    }
}

fn say(output: &Path, generated: &Generated, begun: Instant) -> Result<(), Failure> {
    let (triangles, milliseconds) = (generated.mesh.triangles.len(), begun.elapsed().as_millis());
    report(output, format_args!("{}: {triangles} triangles in {milliseconds} ms", output.display()))
}

/// Returns a numbered file name: `pig-3.glb` for `pig.glb` and 3.
fn numbered(path: &Path, index: u64) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = match path.extension() {
        Some(extension) => format!("{stem}-{index}.{}", extension.to_string_lossy()),
        None => format!("{stem}-{index}"),
    };
    path.with_file_name(name)
}
