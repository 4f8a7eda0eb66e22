//! A field to a coloured mesh, with what it cost.

use std::time::{Duration, Instant};

use crate::engine::run_on_threads;
use crate::error::{Watch, unwatched};
use crate::mesh::Mesh;
use crate::nn::Latent;
use crate::surface::Statistics;

use super::{Model, ObjectField, PipelineError};

/// What a caller can choose.
#[derive(Clone, Copy)]
pub struct GenerateOptions<'a> {
    /// Cells per axis of [-1, 1]³.
    pub resolution: u32,
    /// Asks every point of the grid instead of those near the surface; the mesh is the same.
    pub dense: bool,
    /// Hears of progress, may stop the work.
    pub watch: Watch<'a>,
}

impl Default for GenerateOptions<'_> {
    fn default() -> Self {
        Self { resolution: 128, dense: false, watch: &unwatched }
    }
}

/// Time of each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timings {
    /// Tokens to latent.
    pub text: Duration,
    /// Latent to field.
    pub generator: Duration,
    /// Field to triangles and normals.
    pub surface: Duration,
    /// Colours and materials of the vertices.
    pub texture: Duration,
}

/// A mesh and its story.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Coloured, closed, in object space.
    pub mesh: Mesh,
    /// Words of the prompt that the model does not know; they were left out.
    pub unknown_words: Vec<String>,
    /// What extraction cost.
    pub statistics: Statistics,
    /// Time of each stage.
    pub timings: Timings,
}

/// One prompt to one mesh. Errors: `Prompt`, `Surface`, `Engine`.
pub fn generate(
    model: &Model,
    prompt: &str,
    options: &GenerateOptions<'_>,
) -> Result<Generated, PipelineError> {
    let begun = Instant::now();
    let embedding = model.embed(&[prompt])?;
    let text = begun.elapsed();
    let mut generated = model.mesh_of(&embedding.latent, options)?;
    generated.timings.text = text;
    generated.unknown_words = embedding.unknown_words.into_iter().flatten().collect();
    Ok(generated)
}

impl Model {
    /// One latent (a batch of 1) to one mesh, on the engine's threads. Errors: `NoPrompt`, `Surface`, `Engine`.
    pub fn mesh_of(
        &self,
        latent: &Latent,
        options: &GenerateOptions<'_>,
    ) -> Result<Generated, PipelineError> {
        run_on_threads(self.engine().as_ref(), || {
            let begun = Instant::now();
            let field = self.fields(latent)?.into_iter().next().ok_or(PipelineError::NoPrompt)?;
            let generator = begun.elapsed();
            let mut generated = mesh_of_field(&field, options)?;
            generated.timings.generator = generator;
            Ok(generated)
        })?
    }
}

fn mesh_of_field(field: &ObjectField, options: &GenerateOptions<'_>) -> Result<Generated, PipelineError> {
    let begun = Instant::now();
    let (mut mesh, statistics) = field.extract(options.resolution, options.dense, options.watch)?;
    let surface = begun.elapsed();
    (mesh.colors, mesh.metallic_roughness) = field.appearance(&mesh.positions)?;
    let timings = Timings { surface, texture: begun.elapsed() - surface, ..Timings::default() };
    Ok(Generated { mesh, unknown_words: Vec::new(), statistics, timings })
}
