//! `att3d interpolate`: makes meshes between prompts.

use std::path::PathBuf;

use att3d::error::no_progress;
use att3d::files::WriteError;
use att3d::pipeline::{
    Embedding, ExportOptions, Generated, Latent, MeshFormat, Model, MorphOptions, Origin, Reading,
    encode_frames, write_mesh,
};
use att3d::render::{Image, contact_sheet};
use clap::Args;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::options::{ModelOptions, SurfaceOptions, positive};
use crate::output::{is_standard, print, report, warn};
use crate::report::{generated_json, say_understood, understood_json, warn_of_detail};
use crate::walk::{Walk, Weights};

/// Arguments of `att3d interpolate`.
#[derive(Args)]
pub struct Interpolate {
    /// The prompts, in order. `-` reads one prompt from standard input.
    #[arg(required = true, num_args = 2.., value_parser = crate::output::prompt)]
    prompts: Vec<String>,
    /// A mix of the prompts: one weight per prompt, in their order, such as 0.5,0.3,0.2. If the option is
    /// given several times, the meshes go from mix to mix instead of from prompt to prompt. A single mix with
    /// -o FILE.glb makes one mesh.
    #[arg(long = "keyframe", value_name = "W,W,…", allow_hyphen_values = true)]
    keyframes: Vec<Weights>,
    /// Time in seconds of each keyframe or prompt, such as 0,0.5,3. The first time may be any number. The
    /// meshes are evenly spaced in time. Default: one keyframe every --seconds.
    #[arg(long, value_name = "S,S,…", value_delimiter = ',', allow_hyphen_values = true, conflicts_with_all = ["seconds", "morph"])]
    times: Vec<f32>,
    /// Number of meshes from the first prompt to the last, including both. With --morph: number of fields
    /// from one prompt to the next.
    #[arg(long, value_parser = clap::value_parser!(u16).range(2..=i64::from(MOST_STEPS)))]
    steps: Option<u16>,
    /// The folder into which step-NNN.glb, step-NNN.png and sheet.png are written. Or FILE.glb: one file with
    /// an animation that shows the meshes one after another. `-` writes that file to standard output.
    #[arg(short, long, value_name = "DIR|FILE.glb")]
    output: PathBuf,
    /// Moves the vertices of the first prompt's mesh to the surface of each further prompt. Writes FILE.glb
    /// with a morph target for each further prompt, and an animation. Colors stay those of the first prompt.
    /// The command fails if the mesh cannot reach a surface.
    #[arg(long)]
    morph: bool,
    /// Largest deviation of the morphed mesh from a keyframe's surface, in object space, which is 2 units
    /// wide.
    #[arg(long, value_name = "DISTANCE", default_value_t = MorphOptions::default().bound, requires = "morph", value_parser = positive)]
    bound: f32,
    /// Seconds from one prompt or keyframe to the next in FILE.glb; default 1.
    #[arg(long, value_name = "S", value_parser = positive)]
    seconds: Option<f32>,
    #[command(flatten)]
    surface: SurfaceOptions,
    #[command(flatten)]
    model: ModelOptions,
    /// Prints a JSON report instead of sentences.
    #[arg(long)]
    json: bool,
}

/// Pictures per row of the contact sheet.
const COLUMNS: usize = 4;
/// Largest number of meshes of an interpolation.
const MOST_STEPS: u16 = 1000;
/// Default number of meshes of an interpolation.
const STEPS: u16 = 8;

/// The path of the interpolation, with its model and prompts.
struct Course<'a> {
    model: &'a Model,
    embedding: Embedding,
    reading: Reading,
    walk: Walk,
    /// Number of meshes.
    steps: u16,
}

impl Interpolate {
    /// Runs the verb. Errors: all of [`Failure`] that apply to its options and the model.
    pub fn run(&self) -> Result<(), Failure> {
        let is_file = is_standard(&self.output)
            || self.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("glb"));
        crate::output::check(&self.output, None, self.json)?;
        if self.morph && !is_file {
            return Err(Failure::MorphFile { path: self.output.display().to_string() });
        }
        let walk = Walk::new(self.prompts.len(), &self.keyframes, &self.times)?;
        let is_one = walk.keyframes().len() == 1;
        if let Some(option) = self.only_for_walks().filter(|_| is_one) {
            return Err(Failure::OneKeyframe { option });
        }
        if let Some(option) = self.surface.only_for_meshes().filter(|_| is_file && !self.morph && !is_one) {
            return Err(Failure::NotForFrames { option });
        }
        let model = self.model.load()?;
        let prompts: Vec<&str> = self.prompts.iter().map(String::as_str).collect();
        let embedding = model.embed(&prompts)?;
        let reading = embedding.readings.iter().fold(Reading::default(), Reading::and);
        embedding.readings.iter().for_each(say_understood);
        let steps = if is_one { 1 } else { self.steps.unwrap_or(STEPS) };
        let course = Course { model: &model, embedding, reading, walk, steps };
        match (is_file, self.morph, is_one) {
            (true, true, _) => self.write_morph(&course),
            (true, false, true) => self.write_blend(&course),
            (true, false, false) => self.write_one_file(&course),
            (false, ..) => self.write_folder(&course),
        }
    }

    /// Returns the first given option that needs several keyframes.
    fn only_for_walks(&self) -> Option<&'static str> {
        let given = [
            (self.morph, "--morph"),
            (self.steps.is_some(), "--steps"),
            (self.seconds.is_some(), "--seconds"),
            (!self.times.is_empty(), "--times"),
        ];
        given.into_iter().find(|(is_given, _)| *is_given).map(|(_, option)| option)
    }

    fn seconds(&self) -> f32 {
        self.seconds.unwrap_or(1.0)
    }

    /// Makes the mesh of a step. Returns it with the weights of the prompts.
    fn step(&self, course: &Course<'_>, step: u16) -> Result<(Generated, Vec<f32>), Failure> {
        let weights = course.walk.weights_at(step, course.steps);
        let latent = course.model.mix(&course.embedding, &weights)?;
        let mut generated = course.model.mesh_of(&latent, &self.surface.generate_options(), &no_progress)?;
        generated.origin.reading = course.reading.clone();
        generated.origin = self.origin(&generated.origin, &weights);
        Ok((generated, weights))
    }

    fn write_folder(&self, course: &Course<'_>) -> Result<(), Failure> {
        std::fs::create_dir_all(&self.output)
            .map_err(|source| Failure::Folder { path: self.output.display().to_string(), source })?;
        let mut pictures = Vec::new();
        let mut reports = Vec::new();
        for step in 0..course.steps {
            let (generated, weights) = self.step(course, step)?;
            let path = self.output.join(format!("step-{step:03}.glb"));
            warn_of_detail(&generated, self.surface.levels());
            let placement = generated.origin.placement();
            write_mesh(&path, &generated, MeshFormat::Glb, self.surface.export_options(placement))?;
            let picture = crate::render::picture(course.model, &generated, Some(256))?;
            picture.write_png(&path.with_extension("png"))?;
            reports.push(self.report(course, &generated, &path.display().to_string()));
            pictures.push((picture, named(&weights)));
        }
        let sheet = self.output.join("sheet.png");
        self.contact_sheet(&pictures)?.write_png(&sheet)?;
        self.remove_further_steps(course.steps)?;
        if self.json {
            print(format_args!("{:#}", json!({ "steps": reports, "sheet": sheet.display().to_string() })))?;
        } else {
            print(format_args!(
                "{}: {} meshes, pictures and sheet.png",
                self.output.display(),
                course.steps
            ))?;
        }
        Ok(())
    }

    /// Removes the further files that an earlier, longer interpolation left in the folder. A reader would
    /// take them for the end of this interpolation. Errors: `Write`.
    fn remove_further_steps(&self, steps: u16) -> Result<(), Failure> {
        let mut removed = 0;
        for step in steps..=MOST_STEPS {
            for extension in ["glb", "png"] {
                let path = self.output.join(format!("step-{step:03}.{extension}"));
                match std::fs::remove_file(&path) {
                    Ok(()) => removed += 1,
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(source) => return Err(WriteError { path, source }.into()),
                }
            }
        }
        if removed > 0 {
            warn(format_args!(
                "{}: removed {removed} files of an earlier, longer interpolation",
                self.output.display()
            ));
        }
        Ok(())
    }

    fn write_blend(&self, course: &Course<'_>) -> Result<(), Failure> {
        let (generated, weights) = self.step(course, 0)?;
        warn_of_detail(&generated, self.surface.levels());
        let options = self.surface.export_options(generated.origin.placement());
        crate::output::write(&self.output, &generated, MeshFormat::Glb, options)?;
        let output = self.output.display().to_string();
        if self.json {
            print(format_args!("{:#}", self.report(course, &generated, &output)))?;
        } else {
            let (triangles, weights) = (generated.mesh.triangles.len(), named(&weights));
            report(&self.output, format_args!("{output}: {triangles} triangles, weights {weights}"))?;
        }
        Ok(())
    }

    fn write_one_file(&self, course: &Course<'_>) -> Result<(), Failure> {
        let frames: Vec<Generated> =
            (0..course.steps).map(|step| Ok(self.step(course, step)?.0)).collect::<Result<_, Failure>>()?;
        let Some(first) = frames.first() else { return Ok(()) };
        let options = ExportOptions {
            seconds: self.seconds() * course.walk.length() / f32::from(course.steps - 1),
            ..self.surface.export_options(first.origin.placement())
        };
        crate::output::write_bytes(
            &self.output,
            &encode_frames(&frames.iter().collect::<Vec<_>>(), options)?,
        )?;
        let output = self.output.display().to_string();
        if self.json {
            let reports: Vec<_> = frames.iter().map(|frame| self.report(course, frame, &output)).collect();
            print(format_args!("{:#}", json!({ "output": output, "steps": reports })))?;
        } else {
            let (frames, seconds) = (course.steps, options.seconds);
            report(&self.output, format_args!("{output}: {frames} frames, {seconds:.2} s each"))?;
        }
        Ok(())
    }

    fn write_morph(&self, course: &Course<'_>) -> Result<(), Failure> {
        let Course { model, embedding, reading, walk, .. } = course;
        let keyframes: Vec<(Latent, String)> = (walk.keyframes().iter())
            .enumerate()
            .map(|(index, Weights(weights))| {
                let name =
                    if self.keyframes.is_empty() { self.prompts[index].clone() } else { named(weights) };
                Ok((model.mix(embedding, weights)?, name))
            })
            .collect::<Result<_, Failure>>()?;
        let default = MorphOptions::default();
        let options = MorphOptions { steps: self.steps.map_or(default.steps, u32::from), bound: self.bound };
        let mut generated =
            model.morph(&keyframes, &self.surface.generate_options(), &options, &no_progress)?;
        warn_of_detail(&generated, self.surface.levels());
        generated.origin.reading = reading.clone();
        generated.origin = self.origin(&generated.origin, &walk.keyframes()[0].0);
        let placement = generated.origin.placement();
        let options = ExportOptions { seconds: self.seconds(), ..self.surface.export_options(placement) };
        crate::output::write(&self.output, &generated, MeshFormat::Glb, options)?;
        let output = self.output.display().to_string();
        if self.json {
            let mut made = self.report(course, &generated, &output);
            let morph = generated.morph.unwrap_or_default();
            made["targets"] = (morph.targets.iter().zip(&morph.residuals))
                .map(|(target, residual)| {
                    json!({ "name": target.name, "mean": residual.mean, "uncovered": residual.uncovered, "astray": residual.astray, "folded": residual.folded })
                })
                .collect();
            print(format_args!("{made:#}"))?;
        } else {
            let (triangles, targets) = (generated.mesh.triangles.len(), keyframes.len() - 1);
            report(&self.output, format_args!("{output}: {triangles} triangles, {targets} morph targets"))?;
        }
        Ok(())
    }

    /// Returns the JSON report of a mesh, with the reading of each prompt.
    fn report(&self, course: &Course<'_>, generated: &Generated, output: &str) -> Value {
        let mut report = generated_json(generated, output);
        report["understood"] = course.embedding.readings.iter().map(understood_json).collect();
        report
    }

    /// Returns the mesh's origin with the prompts and their weights.
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

/// Returns weights with two decimals, separated by spaces.
fn named(weights: &[f32]) -> String {
    weights.iter().map(|weight| format!("{weight:.2}")).collect::<Vec<_>>().join(" ")
}
