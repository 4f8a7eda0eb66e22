//! `att3d generate`: one prompt to one mesh.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Instant;

use att3d::gltf::GltfError;
use att3d::pipeline::{MeshFormat, generate, write_mesh};
use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::options::{ModelOptions, PlacementOptions, SurfaceOptions};
use crate::report::{generated_json, warn_of_levels, warn_of_words};

/// Arguments of `att3d generate`.
#[derive(Args)]
pub struct Generate {
    /// What to make, in English: "a pig wearing a party hat".
    prompt: String,
    /// The file to write: .glb (keeps everything), .obj, .ply or .stl.
    #[arg(short, long, value_name = "FILE.glb")]
    output: PathBuf,
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

impl Generate {
    /// Runs the verb.
    pub fn run(&self) -> Result<(), Failure> {
        let begun = Instant::now();
        let format = MeshFormat::of(&self.output)?;
        if let Some(option) = self.surface.only_for_glb().filter(|_| format != MeshFormat::Glb) {
            return Err(Failure::OnlyForGlb { option, path: self.output.display().to_string() });
        }
        if self.placement.is_z_up() && format == MeshFormat::Glb {
            return Err(GltfError::UpAxis.into());
        }
        let model = self.model.load()?;
        let loaded = begun.elapsed();
        let bar = progress_bar(self.json);
        let watch = |fraction: f32| {
            bar.set_position((fraction * 100.0) as u64);
            Ok(())
        };
        let generated = generate(&model, &self.prompt, &self.surface.generate_options(&watch))?;
        bar.finish_and_clear();
        warn_of_words(&generated.origin.reading);
        warn_of_levels(&generated, self.surface.levels());

        let placement = self.placement.apply(generated.origin.placement());
        write_mesh(&self.output, &generated, format, self.surface.export_options(placement))?;
        if let Some(path) = &self.preview {
            crate::render::picture(&model, &generated, None)?.write_png(path)?;
        }

        let output = self.output.display().to_string();
        if self.json {
            let mut report = generated_json(&generated, &output);
            report["milliseconds"]["load"] = json!(loaded.as_millis() as u64);
            report["milliseconds"]["whole"] = json!(begun.elapsed().as_millis() as u64);
            println!("{report:#}");
        } else {
            println!(
                "{output}: {} triangles in {} ms",
                generated.mesh.triangles.len(),
                begun.elapsed().as_millis()
            );
        }
        Ok(())
    }
}

/// A bar on a terminal, nothing in a pipe.
fn progress_bar(quiet: bool) -> indicatif::ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    indicatif::ProgressBar::new(100)
}
