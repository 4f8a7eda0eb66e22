//! Generation of a colored mesh from a prompt or a field, with its origin and timings.

use std::time::Instant;

use crate::engine::run_on_threads_unless;
use crate::error::{ProgressCallback, no_progress, part};
use crate::generator::PassOptions;
use crate::nn::Latent;
use crate::text::Purpose;

use super::assembly::Assembly;
use super::callback::patience;
use super::generated::Generated;
use super::options::GenerateOptions;
use super::{Model, ObjectField, Offset, PipelineError, Shape};

/// Progress at the end of the forward pass of a diffusion model, which takes most of the time.
const DIFFUSED: f32 = 0.9;

/// Makes one mesh from one prompt. Errors: `Prompt`, `NoSeeds`, `Tensor`, `Surface`, `Detail`, `Texture`,
/// `Engine`, `BrokenTexture`, `InsideCallback`.
pub fn generate(model: &Model, prompt: &str, options: &GenerateOptions) -> Result<Generated, PipelineError> {
    generate_with_progress(model, prompt, options, &no_progress)
}

/// Does the same as [`generate`], with progress. on_progress: progress callback, which may stop the work.
/// Errors: those of [`generate`], `Cancelled`.
pub fn generate_with_progress(
    model: &Model,
    prompt: &str,
    options: &GenerateOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Generated, PipelineError> {
    answer(model, prompt, Given::default(), options, on_progress)
}

/// Does the same as [`generate_with_progress`], and adds an offset to the latent of the prompt. The offset
/// may have been made for another prompt ([`Model::is_offset_for`]). Errors: those of [`generate`],
/// `Offset`, `Cancelled`.
pub fn generate_with_offset(
    model: &Model,
    prompt: &str,
    offset: &Offset,
    options: &GenerateOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Generated, PipelineError> {
    let given = Given { offset: Some(offset), ..Given::default() };
    let mut generated = answer(model, prompt, given, options, on_progress)?;
    generated.origin.extras.insert("offset".into(), offset.checksum().into());
    Ok(generated)
}

/// Makes one mesh from a prompt and a shape. The mesh lies where the shape lies in object space.
/// [`Generated::place_of_shape`] returns the placement that moves the mesh to the shape's place in its own
/// space. on_progress: progress callback, which may stop the work. Errors: those of [`generate`],
/// `NoShapeInput`, `Cancelled`.
pub fn stylize(
    model: &Model,
    prompt: &str,
    shape: &Shape,
    options: &GenerateOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Generated, PipelineError> {
    let given = Given { shape: Some(shape), ..Given::default() };
    let mut generated = answer(model, prompt, given, options, on_progress)?;
    if model.has_shape_attributes() {
        generated.origin.extras.insert("keep_shape".into(), shape.keep().into());
    }
    Ok(generated)
}

/// Inputs of a generation besides the prompt.
#[derive(Clone, Copy, Default)]
struct Given<'a> {
    shape: Option<&'a Shape>,
    offset: Option<&'a Offset>,
}

fn answer(
    model: &Model,
    prompt: &str,
    given: Given<'_>,
    options: &GenerateOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Generated, PipelineError> {
    let begun = Instant::now();
    let purpose = if given.shape.is_some() { Purpose::Change } else { Purpose::Thing };
    let embedding = model.embed_variant_with_progress(prompt, options.seed, purpose, on_progress)?;
    let latent = match given.offset {
        Some(offset) => model.add_offset(&embedding.latent, offset)?,
        None => embedding.latent,
    };
    let text = begun.elapsed();
    let (_, mut generated) = model.field_and_mesh(&latent, given.shape, options, on_progress)?;
    generated.timings.text = text;
    generated.origin.say_seed(options.seed);
    generated.origin.prompt = prompt.to_owned();
    generated.origin.reading = embedding.readings.into_iter().next().unwrap_or_default();
    Ok(generated)
}

impl Model {
    /// Generates a mesh from a prompt: [`generate`]. Errors: those of that function.
    pub fn generate(&self, prompt: &str, options: &GenerateOptions) -> Result<Generated, PipelineError> {
        generate(self, prompt, options)
    }

    /// Makes one mesh from one latent (a batch of 1), on the engine's threads. on_progress: progress
    /// callback, which may stop the work. Errors: `NoPrompt`, `Tensor`, `Surface`, `Detail`, `Texture`,
    /// `Engine`, `BrokenTexture`, `InsideCallback`, `Cancelled`.
    pub fn mesh_of(
        &self,
        latent: &Latent,
        options: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Generated, PipelineError> {
        Ok(self.field_and_mesh(latent, None, options, on_progress)?.1)
    }

    /// Does the same as [`Model::mesh_of`], with an optional shape. Returns the field with its mesh. Errors:
    /// those of [`Model::mesh_of`], `NoShapeInput`.
    pub(super) fn field_and_mesh(
        &self,
        latent: &Latent,
        shape: Option<&Shape>,
        options: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(ObjectField, Generated), PipelineError> {
        run_on_threads_unless(
            self.engine().as_ref(),
            || patience(on_progress),
            || {
                let begun = Instant::now();
                on_progress(0.0)?;
                let points = shape.map(|shape| self.shape_points(shape)).transpose()?;
                let made = if self.is_diffusion() { DIFFUSED } else { 0.0 };
                let of_pass = part(on_progress, 0.0, made);
                let pass = PassOptions { noise_seed: options.seed, on_progress: &of_pass };
                let fields = self.fields_in_turn(latent, shape, points.as_ref(), pass)?;
                let field = fields.into_iter().next().ok_or(PipelineError::NoPrompt)?;
                let generator = begun.elapsed();
                let mut generated = field.mesh_in_turn(options, &part(on_progress, made, 1.0))?;
                generated.timings.generator = generator;
                Ok((field, generated))
            },
        )??
    }
}

impl ObjectField {
    /// Makes the field's mesh with all requested stages, on the engine's threads. on_progress: progress
    /// callback, which may stop the work. Errors: `Surface`, `Detail`, `Texture`, `Engine`, `BrokenTexture`,
    /// `InsideCallback`, `Cancelled`.
    pub fn mesh(
        &self,
        options: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Generated, PipelineError> {
        run_on_threads_unless(
            self.engine().as_ref(),
            || patience(on_progress),
            || self.mesh_in_turn(options, on_progress),
        )??
    }

    /// Does the work of [`ObjectField::mesh`], on the engine's threads.
    fn mesh_in_turn(
        &self,
        options: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Generated, PipelineError> {
        crate::error::fault("pipeline");
        options.check()?;
        Assembly::of(self, options).run(on_progress)
    }
}
