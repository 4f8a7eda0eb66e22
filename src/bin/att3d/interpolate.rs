//! `att3d interpolate`: steps between prompts.

use std::path::PathBuf;

use att3d::error::unwatched;
use att3d::pipeline::{MeshFormat, Origin, Reading, write_mesh};
use att3d::render::{Image, contact_sheet};
use clap::Args;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::options::{ModelOptions, SurfaceOptions};
use crate::report::{generated_json, warn_of_words};

/// Arguments of `att3d interpolate`.
#[derive(Args)]
pub struct Interpolate {
    /// The prompts to go through, in order.
    #[arg(required = true, num_args = 2..)]
    prompts: Vec<String>,
    /// Meshes from the first prompt to the last, both included.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(2..=1000))]
    steps: u16,
    /// The folder to write to: step-NNN.glb, step-NNN.png and sheet.png.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    #[command(flatten)]
    surface: SurfaceOptions,
    #[command(flatten)]
    model: ModelOptions,
    /// Prints a JSON report instead of sentences.
    #[arg(long)]
    json: bool,
}

/// Pictures side by side on the contact sheet.
const COLUMNS: usize = 4;

impl Interpolate {
    /// Runs the verb.
    pub fn run(&self) -> Result<(), Failure> {
        let model = self.model.load()?;
        let prompts: Vec<&str> = self.prompts.iter().map(String::as_str).collect();
        let embedding = model.embed(&prompts)?;
        let reading = embedding.readings.iter().fold(Reading::default(), Reading::and);
        warn_of_words(&reading);
        std::fs::create_dir_all(&self.output)
            .map_err(|source| Failure::Folder { path: self.output.display().to_string(), source })?;
        let mut pictures = Vec::new();
        let mut reports = Vec::new();
        for step in 0..self.steps {
            let weights = weights_at(step, self.steps, prompts.len());
            let latent = model.mix(&embedding, &weights)?;
            let mut generated = model.mesh_of(&latent, &self.surface.generate_options(&unwatched))?;
            generated.origin.reading = reading.clone();
            let path = self.output.join(format!("step-{step:03}.glb"));
            generated.origin = self.origin(&generated.origin, &weights);
            write_mesh(&path, &generated, MeshFormat::Glb, generated.origin.placement())?;
            let caption = weights.iter().map(|weight| format!("{weight:.2}")).collect::<Vec<_>>().join(" ");
            let picture = crate::render::picture(&model, &generated.mesh, Some(256))?;
            picture.write_png(&path.with_extension("png"))?;
            reports.push(generated_json(&generated, &path.display().to_string()));
            pictures.push((picture, caption));
        }
        let sheet = self.output.join("sheet.png");
        self.contact_sheet(&pictures)?.write_png(&sheet)?;
        if self.json {
            println!("{:#}", json!({ "steps": reports, "sheet": sheet.display().to_string() }));
        } else {
            println!("{}: {} meshes, pictures and sheet.png", self.output.display(), self.steps);
        }
        Ok(())
    }

    /// The mesh's origin with the prompts and their weights.
    fn origin(&self, origin: &Origin, weights: &[f32]) -> Origin {
        let mut origin = Origin { prompt: self.prompts.join(" / "), ..origin.clone() };
        origin.extras.insert("prompts".into(), json!(self.prompts));
        origin.extras.insert("weights".into(), Value::from(weights.to_vec()));
        origin
    }

    fn contact_sheet(&self, pictures: &[(Image, String)]) -> Result<Image, Failure> {
        let images: Vec<_> = pictures.iter().map(|(image, _)| image.clone()).collect();
        let captions: Vec<_> = pictures.iter().map(|(_, caption)| caption.as_str()).collect();
        Ok(contact_sheet(&images, &captions, COLUMNS)?)
    }
}

/// Weights of the prompts at a step of an even walk from the first to the last.
fn weights_at(step: u16, steps: u16, prompts: usize) -> Vec<f32> {
    let position = f32::from(step) / f32::from(steps - 1) * (prompts - 1) as f32;
    (0..prompts).map(|index| (1.0 - (position - index as f32).abs()).max(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::weights_at;

    #[test]
    fn walk_begins_and_ends_at_its_prompts() {
        assert_eq!(weights_at(0, 5, 3), [1.0, 0.0, 0.0]);
        assert_eq!(weights_at(2, 5, 3), [0.0, 1.0, 0.0]);
        assert_eq!(weights_at(4, 5, 3), [0.0, 0.0, 1.0]);
        assert_eq!(weights_at(1, 5, 3), [0.5, 0.5, 0.0]);
    }
}
