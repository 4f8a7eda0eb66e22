//! Generation of a colored mesh from a prompt or a field, with its origin and timings.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::detail::{
    DEFAULT_MIN_COMPONENT, DetailError, Floaters, HullOptions, LEAST_TRIANGLES, Loss, MOST_LEVELS,
};
use crate::engine::run_on_threads_unless;
use crate::error::{ProgressCallback, no_progress};
use crate::mesh::Mesh;
use crate::nn::Latent;
use crate::surface::Statistics;
use crate::text::{Purpose, Reading};
use crate::texture::check_size;

use super::assembly::Assembly;
use super::{Frame, Model, Morph, ObjectField, Painting, PipelineError, Shape, callback};

/// Settings of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GenerateOptions {
    /// Cells per axis of [-1, 1]³, 2 to 1024.
    pub resolution: u32,
    /// Whether to evaluate every point of the grid instead of those near the surface. The mesh is the same.
    pub dense: bool,
    /// Triangle budget, at least 4; `None` sets no limit.
    pub triangles: Option<u32>,
    /// Texels along a side of the textures, 64 to 4096; `None` makes no textures, so that colors are vertex
    /// colors.
    pub texture_size: Option<u32>,
    /// Number of further levels of detail, at most 8. Each has half the triangles of the one before.
    pub levels: u32,
    /// Settings of the convex hulls for collisions; `None` makes no hulls.
    pub hulls: Option<HullOptions>,
    /// Share of the volume, 0 to 1, below which a component is removed, right after the extraction; 0 keeps
    /// all components.
    pub min_component: f32,
    /// Seed of the variant; 0 is the plain answer ([`Model::embed_variant`]).
    pub seed: u64,
    /// Largest number of bytes that surface extraction may take. It is checked before the extraction begins.
    pub memory_limit: u64,
}

impl Default for GenerateOptions {
    fn default() -> Self {
        Self {
            resolution: 128,
            dense: false,
            triangles: None,
            texture_size: None,
            levels: 0,
            hulls: None,
            min_component: DEFAULT_MIN_COMPONENT,
            seed: 0,
            memory_limit: 2 << 30,
        }
    }
}

impl GenerateOptions {
    /// Checks the settings that need no work to check. Errors: `Texture`, `Detail`.
    pub fn check(&self) -> Result<(), PipelineError> {
        let &Self { triangles, texture_size, levels, hulls, min_component, .. } = self;
        texture_size.map_or(Ok(()), check_size)?;
        if let Some(budget) = triangles.filter(|&budget| budget < LEAST_TRIANGLES) {
            return Err(DetailError::Budget { budget })?;
        }
        if levels > MOST_LEVELS {
            return Err(DetailError::Levels { found: levels })?;
        }
        if !(0.0..=1.0).contains(&min_component) {
            return Err(DetailError::MinComponent { found: min_component })?;
        }
        hulls.map_or(Ok(()), |hulls| Ok(hulls.check()?))
    }

    /// Returns whether the mesh is an asset: a budget, textures or levels of detail were requested. The
    /// triangles of assets are put into the order that graphics cards draw fastest.
    pub(super) fn is_asset(&self) -> bool {
        self.triangles.is_some() || self.texture_size.is_some() || self.levels > 0
    }
}

/// Time of each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timings {
    /// Time from the prompt to its latent.
    pub text: Duration,
    /// Time from the latent to the field.
    pub generator: Duration,
    /// Time from the field to triangles and normals.
    pub surface: Duration,
    /// Time for colors and materials of the vertices.
    pub texture: Duration,
    /// Time for the removal of small components, the budget, levels of detail, hulls, and the order of
    /// triangles.
    pub detail: Duration,
}

/// The origin of a mesh: the data that is needed to make it again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// Prompt; empty for a mesh of a mixed latent.
    pub prompt: String,
    /// Reading of the prompt.
    pub reading: Reading,
    /// Name of the package.
    pub model: String,
    /// Short hash of the package.
    pub model_digest: String,
    /// Cells per axis.
    pub resolution: u32,
    /// Scale of the package: meters per unit of object space.
    pub metres_per_unit: f32,
    /// Frame of the shape that the mesh was made from; `None` where there was no shape.
    pub frame: Option<Frame>,
    /// Further data that the caller wants to store beside the mesh.
    pub extras: Map<String, Value>,
}

/// A mesh, its origin, and what making it cost.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Colored mesh in object space. It is closed, except at the seams of textures.
    pub mesh: Mesh,
    /// Textures, where they were requested.
    pub painting: Option<Painting>,
    /// Further levels of detail: the mesh's vertices in fewer triangles. Each has about half the triangles of
    /// the one before. There are fewer levels than requested where the shape cannot be halved that often.
    pub levels: Vec<Vec<[u32; 3]>>,
    /// Convex hulls that enclose the mesh, where they were requested. The hull of the largest part is first.
    /// They have only positions and triangles.
    pub hulls: Vec<Mesh>,
    /// Small components that were removed.
    pub floaters: Floaters,
    /// Loss of shape by the triangle budget; `None` where nothing was lost.
    pub loss: Option<Loss>,
    /// Positions of the mesh's vertices at further keyframes ([`Model::morph`]).
    pub morph: Option<Morph>,
    /// Origin of the mesh.
    pub origin: Origin,
    /// Statistics of the extraction.
    pub statistics: Statistics,
    /// Time of each stage.
    pub timings: Timings,
}

impl Origin {
    /// Records the seed, unless it is 0.
    pub(super) fn say_seed(&mut self, seed: u64) {
        if seed != 0 {
            self.extras.insert("seed".into(), seed.into());
        }
    }
}

impl Generated {
    /// Returns the triangles of a level of detail, of which 0 is the mesh itself; `None` for a level that the
    /// mesh does not have.
    pub fn triangles_of(&self, level: usize) -> Option<&[[u32; 3]]> {
        match level.checked_sub(1) {
            None => Some(&self.mesh.triangles),
            Some(index) => self.levels.get(index).map(Vec::as_slice),
        }
    }

    /// Returns a mesh that was not extracted, with its textures.
    pub(super) fn painted(mesh: Mesh, painting: Painting, origin: Origin) -> Self {
        Self {
            mesh,
            painting: Some(painting),
            levels: Vec::new(),
            hulls: Vec::new(),
            floaters: Floaters::default(),
            loss: None,
            morph: None,
            origin,
            statistics: Statistics::default(),
            timings: Timings::default(),
        }
    }
}

/// Makes one mesh of one prompt. Errors: `Prompt`, `NoSeeds`, `Surface`, `Detail`, `Texture`, `Engine`,
/// `InsideCallback`.
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
    answer(model, prompt, None, options, on_progress)
}

/// Makes one mesh of a prompt and a shape. The mesh stands in object space as the shape does
/// ([`Generated::place_of_shape`]). on_progress: progress callback, which may stop the work. Errors: those of
/// [`generate`], `NoShapeInput`, `Cancelled`.
pub fn stylize(
    model: &Model,
    prompt: &str,
    shape: &Shape,
    options: &GenerateOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Generated, PipelineError> {
    let mut generated = answer(model, prompt, Some(shape), options, on_progress)?;
    if model.has_shape_attributes() {
        generated.origin.extras.insert("keep_shape".into(), shape.keep().into());
    }
    Ok(generated)
}

fn answer(
    model: &Model,
    prompt: &str,
    shape: Option<&Shape>,
    options: &GenerateOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Generated, PipelineError> {
    let begun = Instant::now();
    let purpose = if shape.is_some() { Purpose::Change } else { Purpose::Thing };
    let embedding = model.embed_variant(prompt, options.seed, purpose)?;
    let text = begun.elapsed();
    let mut generated = model.mesh_beside(&embedding.latent, shape, options, on_progress)?;
    generated.timings.text = text;
    generated.origin.say_seed(options.seed);
    generated.origin.prompt = prompt.to_owned();
    generated.origin.reading = embedding.readings.into_iter().next().unwrap_or_default();
    Ok(generated)
}

/// Checks that the work may wait for its turn on the engine. Errors: `Cancelled`, `InsideCallback`.
pub(super) fn patience(on_progress: ProgressCallback<'_>) -> Result<(), PipelineError> {
    callback::may_wait()?;
    Ok(on_progress(0.0)?)
}

impl Model {
    /// Makes one mesh of one latent (a batch of 1), on the engine's threads. on_progress: progress callback,
    /// which may stop the work. Errors: `NoPrompt`, `Surface`,
    /// `Detail`, `Texture`, `Engine`, `InsideCallback`, `Cancelled`.
    pub fn mesh_of(
        &self,
        latent: &Latent,
        options: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Generated, PipelineError> {
        self.mesh_beside(latent, None, options, on_progress)
    }

    /// Does the same as [`Model::mesh_of`], with an optional shape. Errors: those of [`Model::mesh_of`],
    /// `NoShapeInput`.
    fn mesh_beside(
        &self,
        latent: &Latent,
        shape: Option<&Shape>,
        options: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Generated, PipelineError> {
        run_on_threads_unless(
            self.engine().as_ref(),
            || patience(on_progress),
            || {
                let begun = Instant::now();
                on_progress(0.0)?;
                let field = self.fields(latent, shape)?.into_iter().next().ok_or(PipelineError::NoPrompt)?;
                let generator = begun.elapsed();
                let mut generated = field.mesh(options, on_progress)?;
                generated.timings.generator = generator;
                Ok(generated)
            },
        )??
    }
}

impl ObjectField {
    /// Makes the field's mesh with all requested stages, on the engine's threads. on_progress: progress
    /// callback, which may stop the work. Errors: `Surface`,
    /// `Detail`, `Texture`, `Engine`, `BrokenTexture`, `InsideCallback`, `Cancelled`.
    pub fn mesh(
        &self,
        options: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Generated, PipelineError> {
        run_on_threads_unless(
            self.engine().as_ref(),
            || patience(on_progress),
            || {
                crate::error::fault("pipeline");
                options.check()?;
                Assembly::of(self, options).run(on_progress)
            },
        )??
    }
}
