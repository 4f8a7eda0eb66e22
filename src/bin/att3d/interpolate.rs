//! `att3d interpolate`: steps between prompts.

use std::path::PathBuf;

use att3d::error::unwatched;
use att3d::pipeline::{
    Embedding, ExportOptions, Generated, Latent, MeshFormat, Model, MorphOptions, Origin, Reading,
    write_frames, write_mesh,
};
use att3d::render::{Image, contact_sheet};
use clap::Args;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::options::{ModelOptions, SurfaceOptions, positive};
use crate::report::{generated_json, warn_of_levels, warn_of_words};

/// Arguments of `att3d interpolate`.
#[derive(Args)]
pub struct Interpolate {
    /// The prompts to go through, in order.
    #[arg(required = true, num_args = 2..)]
    prompts: Vec<String>,
    /// Meshes from the first prompt to the last, both included. With --morph, fields between one prompt and the next.
    #[arg(long, value_parser = clap::value_parser!(u16).range(2..=1000))]
    steps: Option<u16>,
    /// A folder to write to: step-NNN.glb, step-NNN.png and sheet.png. Or FILE.glb: one file, whose frames an animation shows in turn.
    #[arg(short, long, value_name = "DIR|FILE.glb")]
    output: PathBuf,
    /// Moves the first prompt's mesh to the others, into FILE.glb: a morph target for each, for a slider, and an animation; colours stay the first prompt's. Refused where
    /// a shape cannot be reached so.
    #[arg(long)]
    morph: bool,
    /// How far parts of a shape may stay from the moved mesh, in units of the model's space (the box is 2 wide).
    #[arg(long, value_name = "DISTANCE", default_value_t = MorphOptions::default().bound, requires = "morph", value_parser = positive)]
    bound: f32,
    /// Seconds from one prompt to the next in FILE.glb.
    #[arg(long, value_name = "S", default_value_t = 1.0, value_parser = positive)]
    seconds: f32,
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
/// Meshes of a walk unless the user says otherwise.
const STEPS: u16 = 8;

impl Interpolate {
    /// Runs the verb.
    pub fn run(&self) -> Result<(), Failure> {
        let is_file = self.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("glb"));
        if self.morph && !is_file {
            return Err(Failure::MorphFile { path: self.output.display().to_string() });
        }
        if let Some(option) = self.surface.only_for_meshes().filter(|_| is_file && !self.morph) {
            return Err(Failure::NotForFrames { option });
        }
        let model = self.model.load()?;
        let prompts: Vec<&str> = self.prompts.iter().map(String::as_str).collect();
        let embedding = model.embed(&prompts)?;
        let reading = embedding.readings.iter().fold(Reading::default(), Reading::and);
        warn_of_words(&reading);
        if self.morph {
            self.write_morph(&model, &embedding, &reading)
        } else if is_file {
            self.write_one_file(&model, &embedding, &reading)
        } else {
            self.write_folder(&model, &embedding, &reading)
        }
    }

    fn steps(&self) -> u16 {
        self.steps.unwrap_or(STEPS)
    }

    /// The mesh of a step, and the weights of its prompts.
    fn step(
        &self,
        model: &Model,
        embedding: &Embedding,
        reading: &Reading,
        step: u16,
    ) -> Result<(Generated, Vec<f32>), Failure> {
        let weights = weights_at(step, self.steps(), self.prompts.len());
        let latent = model.mix(embedding, &weights)?;
        let mut generated = model.mesh_of(&latent, &self.surface.generate_options(&unwatched))?;
        generated.origin.reading = reading.clone();
        generated.origin = self.origin(&generated.origin, &weights);
        Ok((generated, weights))
    }

    fn write_folder(&self, model: &Model, embedding: &Embedding, reading: &Reading) -> Result<(), Failure> {
        std::fs::create_dir_all(&self.output)
            .map_err(|source| Failure::Folder { path: self.output.display().to_string(), source })?;
        let mut pictures = Vec::new();
        let mut reports = Vec::new();
        for step in 0..self.steps() {
            let (generated, weights) = self.step(model, embedding, reading, step)?;
            let path = self.output.join(format!("step-{step:03}.glb"));
            warn_of_levels(&generated, self.surface.levels());
            let placement = generated.origin.placement();
            write_mesh(&path, &generated, MeshFormat::Glb, self.surface.export_options(placement))?;
            let caption = weights.iter().map(|weight| format!("{weight:.2}")).collect::<Vec<_>>().join(" ");
            let picture = crate::render::picture(model, &generated, Some(256))?;
            picture.write_png(&path.with_extension("png"))?;
            reports.push(generated_json(&generated, &path.display().to_string()));
            pictures.push((picture, caption));
        }
        let sheet = self.output.join("sheet.png");
        self.contact_sheet(&pictures)?.write_png(&sheet)?;
        if self.json {
            println!("{:#}", json!({ "steps": reports, "sheet": sheet.display().to_string() }));
        } else {
            println!("{}: {} meshes, pictures and sheet.png", self.output.display(), self.steps());
        }
        Ok(())
    }

    fn write_one_file(&self, model: &Model, embedding: &Embedding, reading: &Reading) -> Result<(), Failure> {
        let steps = self.steps();
        let frames: Vec<Generated> = (0..steps)
            .map(|step| Ok(self.step(model, embedding, reading, step)?.0))
            .collect::<Result<_, Failure>>()?;
        let Some(first) = frames.first() else { return Ok(()) };
        let walks = self.prompts.len() as f32 - 1.0;
        let options = ExportOptions {
            seconds: self.seconds * walks / f32::from(steps - 1),
            ..self.surface.export_options(first.origin.placement())
        };
        write_frames(&self.output, &frames.iter().collect::<Vec<_>>(), options)?;
        let output = self.output.display().to_string();
        if self.json {
            let reports: Vec<_> = frames.iter().map(|frame| generated_json(frame, &output)).collect();
            println!("{:#}", json!({ "output": output, "steps": reports }));
        } else {
            println!("{output}: {steps} frames, {:.2} s each", options.seconds);
        }
        Ok(())
    }

    fn write_morph(&self, model: &Model, embedding: &Embedding, reading: &Reading) -> Result<(), Failure> {
        let keyframes: Vec<(Latent, String)> = (self.prompts.iter().enumerate())
            .map(|(index, prompt)| {
                Ok((model.mix(embedding, &weights_of(index, self.prompts.len()))?, prompt.clone()))
            })
            .collect::<Result<_, Failure>>()?;
        let default = MorphOptions::default();
        let options = MorphOptions { steps: self.steps.map_or(default.steps, u32::from), bound: self.bound };
        let mut generated = model.morph(&keyframes, &self.surface.generate_options(&unwatched), &options)?;
        warn_of_levels(&generated, self.surface.levels());
        generated.origin.reading = reading.clone();
        generated.origin = self.origin(&generated.origin, &weights_of(0, self.prompts.len()));
        let placement = generated.origin.placement();
        let options = ExportOptions { seconds: self.seconds, ..self.surface.export_options(placement) };
        write_mesh(&self.output, &generated, MeshFormat::Glb, options)?;
        let output = self.output.display().to_string();
        if self.json {
            let mut report = generated_json(&generated, &output);
            let morph = generated.morph.unwrap_or_default();
            report["targets"] = (morph.targets.iter().zip(&morph.residuals))
                .map(|(target, residual)| {
                    json!({ "name": target.name, "mean": residual.mean, "uncovered": residual.uncovered, "astray": residual.astray, "folded": residual.folded })
                })
                .collect();
            println!("{report:#}");
        } else {
            println!(
                "{output}: {} triangles, {} morph targets",
                generated.mesh.triangles.len(),
                self.prompts.len() - 1
            );
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

/// All weight on one prompt.
fn weights_of(prompt: usize, prompts: usize) -> Vec<f32> {
    (0..prompts).map(|index| if index == prompt { 1.0 } else { 0.0 }).collect()
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
