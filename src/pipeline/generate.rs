//! A field to a coloured mesh, with what it cost.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::detail::{
    DEFAULT_MIN_COMPONENT, DetailError, Floaters, HullOptions, LEAST_TRIANGLES, Loss, MOST_LEVELS,
};
use crate::engine::run_on_threads_unless;
use crate::error::{Watch, unwatched};
use crate::mesh::Mesh;
use crate::nn::Latent;
use crate::surface::Statistics;
use crate::text::{Purpose, Reading};
use crate::texture::check_size;

use super::assembly::Assembly;
use super::{Frame, Model, Morph, ObjectField, Painting, PipelineError, Shape, callback};

/// What a caller can choose.
#[derive(Clone, Copy)]
pub struct GenerateOptions<'a> {
    /// Cells per axis of [-1, 1]³.
    pub resolution: u32,
    /// Asks every point of the grid instead of those near the surface; the mesh is the same.
    pub dense: bool,
    /// Most triangles, 4 and more; 0 for all that are found.
    pub triangles: u32,
    /// Texels along a side of the textures, 64 to 4096; 0 for none: colours are the vertices' then.
    pub texture_size: u32,
    /// Further levels of detail, each with half the triangles of the one before; at most 8.
    pub levels: u32,
    /// Makes convex hulls for collisions.
    pub hulls: Option<HullOptions>,
    /// Share of the volume, 0 to 1, below which a component is removed before anything else is made of the mesh; 0 keeps all.
    pub min_component: f32,
    /// Which variant of the prompt: 0 is the plain answer ([`Model::embed_variant`]).
    pub seed: u64,
    /// Most bytes that surface extraction may hold; asked before it begins.
    pub memory_limit: u64,
    /// Hears of progress, may stop the work.
    pub watch: Watch<'a>,
}

impl Default for GenerateOptions<'_> {
    fn default() -> Self {
        Self {
            resolution: 128,
            dense: false,
            triangles: 0,
            texture_size: 0,
            levels: 0,
            hulls: None,
            min_component: DEFAULT_MIN_COMPONENT,
            seed: 0,
            memory_limit: 2 << 30,
            watch: &unwatched,
        }
    }
}

impl GenerateOptions<'_> {
    /// What can be said before any work. Errors: `Texture`, `Detail`.
    pub fn check(&self) -> Result<(), PipelineError> {
        let &Self { triangles, texture_size, levels, hulls, min_component, .. } = self;
        if texture_size != 0 {
            check_size(texture_size)?;
        }
        if triangles != 0 && triangles < LEAST_TRIANGLES {
            return Err(DetailError::Budget { budget: triangles })?;
        }
        if levels > MOST_LEVELS {
            return Err(DetailError::Levels { found: levels })?;
        }
        if !(0.0..=1.0).contains(&min_component) {
            return Err(DetailError::MinComponent { found: min_component })?;
        }
        hulls.map_or(Ok(()), |hulls| Ok(hulls.check()?))
    }

    /// Is it made for a game: to be put into the order that graphics cards like?
    pub(super) fn is_asset(&self) -> bool {
        self.triangles > 0 || self.texture_size > 0 || self.levels > 0
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
    /// Small components, the budget, levels of detail, hulls, and the order of triangles.
    pub detail: Duration,
}

/// Where a mesh came from: enough to make it again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// The prompt; empty for a mesh of a latent that was mixed.
    pub prompt: String,
    /// What was understood of the prompt.
    pub reading: Reading,
    /// The package's name.
    pub model: String,
    /// A short hash of the package.
    pub model_digest: String,
    /// Cells per axis.
    pub resolution: u32,
    /// The package's scale.
    pub metres_per_unit: f32,
    /// Where the shape stands that the mesh was made from, if it was made from one.
    pub frame: Option<Frame>,
    /// What else a caller wants to be written beside the mesh.
    pub extras: Map<String, Value>,
}

/// A mesh and its story.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Coloured, in object space; closed, but where it was cut for textures.
    pub mesh: Mesh,
    /// What it wears beside its vertices' colours, where that was asked for.
    pub painting: Option<Painting>,
    /// Further levels of detail: the mesh's vertices in fewer triangles, each with about half of those of the one before. Fewer
    /// than were asked for where the shape cannot be halved that often.
    pub levels: Vec<Vec<[u32; 3]>>,
    /// Convex hulls that hold the mesh, where they were asked for, the largest part's first: positions and triangles alone.
    pub hulls: Vec<Mesh>,
    /// Small components that were removed.
    pub floaters: Floaters,
    /// What the triangle budget cost the shape; `None` where it cost nothing.
    pub loss: Option<Loss>,
    /// Where the mesh's vertices lie at further keyframes ([`Model::morph`]).
    pub morph: Option<Morph>,
    /// Where it came from.
    pub origin: Origin,
    /// What extraction cost.
    pub statistics: Statistics,
    /// Time of each stage.
    pub timings: Timings,
}

impl Origin {
    /// Notes the variant, if it is one.
    pub(super) fn say_seed(&mut self, seed: u64) {
        if seed != 0 {
            self.extras.insert("seed".into(), seed.into());
        }
    }
}

impl Generated {
    /// A mesh that was not extracted, and what it wears.
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

/// One prompt to one mesh. Errors: `Prompt`, `Surface`, `Engine`, `Cancelled`.
pub fn generate(
    model: &Model,
    prompt: &str,
    options: &GenerateOptions<'_>,
) -> Result<Generated, PipelineError> {
    answer(model, prompt, None, options)
}

/// One prompt and a shape to one mesh, which stands in object space as the shape does ([`Generated::place_of_shape`]). Errors: those of
/// [`generate`]; `NoShapeInput`.
pub fn stylize(
    model: &Model,
    prompt: &str,
    shape: &Shape,
    options: &GenerateOptions<'_>,
) -> Result<Generated, PipelineError> {
    let mut generated = answer(model, prompt, Some(shape), options)?;
    if model.has_shape_attributes() {
        generated.origin.extras.insert("keep_shape".into(), shape.keep().into());
    }
    Ok(generated)
}

fn answer(
    model: &Model,
    prompt: &str,
    shape: Option<&Shape>,
    options: &GenerateOptions<'_>,
) -> Result<Generated, PipelineError> {
    let begun = Instant::now();
    let purpose = if shape.is_some() { Purpose::Change } else { Purpose::Thing };
    let embedding = model.embed_variant(prompt, options.seed, purpose)?;
    let text = begun.elapsed();
    let mut generated = model.mesh_beside(&embedding.latent, shape, options)?;
    generated.timings.text = text;
    generated.origin.say_seed(options.seed);
    generated.origin.prompt = prompt.to_owned();
    generated.origin.reading = embedding.readings.into_iter().next().unwrap_or_default();
    Ok(generated)
}

/// May work wait for its turn on the engine? Errors: `Cancelled`, `InsideCallback`.
pub(super) fn patience(watch: Watch<'_>) -> Result<(), PipelineError> {
    callback::may_wait()?;
    Ok(watch(0.0)?)
}

impl Model {
    /// One latent (a batch of 1) to one mesh, on the engine's threads. Errors: `NoPrompt`, `Surface`, `Engine`,
    /// `Cancelled`.
    pub fn mesh_of(
        &self,
        latent: &Latent,
        options: &GenerateOptions<'_>,
    ) -> Result<Generated, PipelineError> {
        self.mesh_beside(latent, None, options)
    }

    /// As [`Model::mesh_of`], with a shape beside it. Errors: `NoShapeInput` besides.
    fn mesh_beside(
        &self,
        latent: &Latent,
        shape: Option<&Shape>,
        options: &GenerateOptions<'_>,
    ) -> Result<Generated, PipelineError> {
        run_on_threads_unless(
            self.engine().as_ref(),
            || patience(options.watch),
            || {
                let begun = Instant::now();
                (options.watch)(0.0)?;
                let field = self.fields(latent, shape)?.into_iter().next().ok_or(PipelineError::NoPrompt)?;
                let generator = begun.elapsed();
                let mut generated = field.mesh(options)?;
                generated.timings.generator = generator;
                Ok(generated)
            },
        )??
    }
}

impl ObjectField {
    /// The field's mesh with all that is asked for, on the engine's threads. Errors: `Surface`, `Detail`, `Texture`, `Engine`,
    /// `Cancelled`.
    pub fn mesh(&self, options: &GenerateOptions<'_>) -> Result<Generated, PipelineError> {
        run_on_threads_unless(
            self.engine().as_ref(),
            || patience(options.watch),
            || {
                crate::error::fault("pipeline");
                options.check()?;
                Assembly::of(self, options).run()
            },
        )??
    }
}
