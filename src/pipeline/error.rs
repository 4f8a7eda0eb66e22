//! What can go wrong between a prompt and a mesh.

use crate::detail::DetailError;
use crate::engine::EngineError;
use crate::engine::choice::OpenError;
use crate::engine::worker::WorkerError;
use crate::error::Cancelled;
use crate::files::WriteError;
use crate::formats::FormatError;
use crate::gltf::GltfError;
use crate::nn::NnError;
use crate::render::RenderError;
use crate::surface::SurfaceError;
use crate::tensor::TensorError;
use crate::text::NoThing;
use crate::text::tokenizer::TokenizerError;
use crate::texture::TextureError;
use crate::weights::{PackageError, Problem};

use super::InsideCallback;

/// A job that failed; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The library was built without a model.
    #[error(
        "this build of the library has no model in it; name a package with --model, or build with bundled-model"
    )]
    NoBundledModel,
    /// The package could not be read.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The package's networks could not be built.
    #[error(transparent)]
    Network(#[from] NnError),
    /// The prompt could not be understood.
    #[error(transparent)]
    Prompt(#[from] TokenizerError),
    /// The network failed.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// No mesh could be made of the field.
    #[error(transparent)]
    Surface(#[from] SurfaceError),
    /// No texture could be made of the mesh.
    #[error(transparent)]
    Texture(#[from] TextureError),
    /// The mesh could not be brought into the budget.
    #[error(transparent)]
    Detail(#[from] DetailError),
    /// A keyframe that the first one's mesh cannot be moved to.
    #[error(
        "`{name}` can't be reached by moving the first keyframe's vertices: parts of the two stay {far:.3} away (at most {bound:.3}), and {:.0} % \
         of the surface folds (at most {:.0} %); put prompts between, or write a mesh a step", folded * 100.0, most * 100.0
    )]
    OtherTopology {
        /// The keyframe.
        name: String,
        /// How far its surface is from the mesh, object space.
        far: f32,
        /// How far it may be.
        bound: f32,
        /// The share of the mesh's surface that faces inwards.
        folded: f32,
        /// The largest that may.
        most: f32,
    },
    /// More keyframes than one mesh has.
    #[error("{found} keyframes of one mesh: give at most {most}, or write a mesh a step")]
    Keyframes {
        /// How many were given.
        found: usize,
        /// How many may be.
        most: usize,
    },
    /// The mesh could not be drawn.
    #[error(transparent)]
    Picture(#[from] RenderError),
    /// The texture network makes no colours.
    #[error("the model's texture is {found} somewhere: the package is damaged, or its training went wrong")]
    BrokenTexture {
        /// What it is.
        found: f32,
    },
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A callback tried to wait.
    #[error(transparent)]
    InsideCallback(#[from] InsideCallback),
    /// The model's weights were let go.
    #[error("the model was unloaded; load it again")]
    Unloaded,
    /// There is nothing to make a mesh of.
    #[error("the latent holds no prompt; a mesh is made of one")]
    NoPrompt,
    /// As many weights as prompts are needed.
    #[error("{weights} weights for {prompts} prompts: give one weight a prompt")]
    Weights {
        /// Weights given.
        weights: usize,
        /// Prompts given.
        prompts: usize,
    },
    /// A latent's weight that no mix needs.
    #[error("weight {index} is {found}: it must lie between -{limit} and {limit}; weights should sum to 1")]
    Weight {
        /// Which.
        index: usize,
        /// What was found.
        found: f32,
        /// The largest.
        limit: f32,
    },
    /// Latents of several models, or of several engines, can't be mixed.
    #[error("the latents are of different models; mix latents of one")]
    ForeignLatent,
    /// A coordinate that is no number.
    #[error("{what} {index} is {found}: it must be finite")]
    NotFinite {
        /// What it is the number of.
        what: &'static str,
        /// Which.
        index: usize,
        /// What was found.
        found: f32,
    },
    /// A number far outside of object space.
    #[error(
        "{what} {index} is {found}: numbers of a shape in object space are at most {most}; object space reaches from -1 to 1"
    )]
    TooFar {
        /// What it is the number of.
        what: &'static str,
        /// Which.
        index: usize,
        /// What was found.
        found: f32,
        /// The largest that is taken.
        most: f32,
    },
    /// The model's package names no words to vary a prompt by.
    #[error(
        "this model makes one mesh of a prompt: leave the seed 0, or load a model whose card says that it varies"
    )]
    NoSeeds,
    /// A seed for what is no prompt.
    #[error(
        "a seed varies a prompt, and a mesh of a latent or a field was asked for: leave the seed 0, and vary the prompt"
    )]
    SeedOfNoPrompt,
    /// The model makes every shape of the prompt alone.
    #[error("this model takes no shape as input; load one whose card says that it does")]
    NoShapeInput,
    /// A shape without a surface.
    #[error("the shape has {found} {what}; at least {least} are needed")]
    ShapeTooSmall {
        /// `points` or `triangles with area`.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many are needed.
        least: usize,
    },
    /// More points than a shape needs.
    #[error("the shape has {found} points; give at most {most}")]
    ShapeTooLarge {
        /// How many there are.
        found: usize,
        /// How many may be.
        most: usize,
    },
    /// An attribute of a shape is neither absent nor one a vertex.
    #[error("the shape has {found} {what} for {vertices} vertices: give one for each, or none")]
    ShapeAttribute {
        /// `normals` or `colours`.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many vertices there are.
        vertices: usize,
    },
    /// A shape that no number of ours can bring to size.
    #[error("the shape's longest side is {found:e}: give one between 1e-37 and 5e38 units")]
    ShapeExtent {
        /// What it is.
        found: f64,
    },
    /// No share.
    #[error("{found} of the shape is to be kept: give a share from 0 (none of it) to 1 (all)")]
    Keep {
        /// What was asked for.
        found: f32,
    },
    /// A triangle of a shape names a vertex that is not there.
    #[error("triangle {triangle} names vertex {vertex}, the shape has {vertices}")]
    ShapeIndex {
        /// The triangle.
        triangle: usize,
        /// The vertex that it names.
        vertex: u32,
        /// How many there are.
        vertices: usize,
    },
    /// There is no such engine.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The system gave no thread.
    #[error("could not start a thread for the job: {0}; end other jobs first")]
    Thread(std::io::Error),
    /// A defect of the library, caught.
    #[error("a defect of the library was caught: {message}; please report it")]
    Panicked {
        /// What it said.
        message: String,
    },
    /// The mesh could not be made a GLB.
    #[error(transparent)]
    Gltf(#[from] GltfError),
    /// The mesh could not be encoded.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A name that tells no format.
    #[error("{name}: the format can't be told from the name; end it with .glb, .obj, .ply or .stl")]
    UnknownFormat {
        /// The file's name.
        name: String,
    },
}

/// What kind of thing went wrong, for callers that act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A setting is out of range.
    InvalidArgument,
    /// The prompt is empty, too long, or wholly unknown.
    Prompt,
    /// The system refused to read or write a file.
    Io,
    /// A package or file is damaged, or of another version.
    Format,
    /// This build or this model can't do it.
    Unsupported,
    /// It would not fit into the memory that is allowed.
    OutOfMemory,
    /// The engine failed.
    Engine,
    /// Nothing crosses the surface's threshold.
    EmptySurface,
    /// The caller stopped it.
    Cancelled,
    /// A callback tried to wait.
    Busy,
    /// The model was unloaded.
    Unloaded,
    /// A defect of the library.
    Internal,
}

fn kind_of_engine(error: &EngineError) -> ErrorKind {
    match error {
        EngineError::OutOfMemory { .. } | EngineError::Budget { .. } => ErrorKind::OutOfMemory,
        EngineError::NoDevice { .. } | EngineError::Unsupported { .. } => ErrorKind::Unsupported,
        _ => ErrorKind::Engine,
    }
}

impl From<NoThing> for PipelineError {
    fn from(refusal: NoThing) -> Self {
        Self::Prompt(TokenizerError::NoThing(refusal))
    }
}

impl PipelineError {
    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoBundledModel | Self::NoShapeInput | Self::NoSeeds => ErrorKind::Unsupported,
            Self::Open(error) => match error {
                OpenError::Threads { .. } => ErrorKind::InvalidArgument,
                OpenError::Engine(error) => kind_of_engine(error),
                OpenError::Worker(WorkerError::Start { .. } | WorkerError::Ended { .. }) => ErrorKind::Engine,
                _ => ErrorKind::Unsupported,
            },
            Self::Engine(error) | Self::Tensor(TensorError::Engine(error)) => kind_of_engine(error),
            Self::Network(NnError::Tensor(TensorError::Engine(error))) => kind_of_engine(error),
            Self::Package(error) => match *error.problem {
                Problem::Io { .. } | Problem::NeitherFolderNorFile => ErrorKind::Io,
                Problem::Cancelled(_) => ErrorKind::Cancelled,
                _ => ErrorKind::Format,
            },
            Self::Network(NnError::Cancelled(_)) => ErrorKind::Cancelled,
            Self::Network(_) | Self::BrokenTexture { .. } => ErrorKind::Format,
            Self::Prompt(error) => match error {
                TokenizerError::Empty
                | TokenizerError::TooManyBytes { .. }
                | TokenizerError::TooLong { .. }
                | TokenizerError::NothingKnown { .. }
                | TokenizerError::NoThing(_)
                | TokenizerError::Failed { .. } => ErrorKind::Prompt,
                TokenizerError::Worker { .. } => ErrorKind::Engine,
                _ => ErrorKind::Format,
            },
            Self::Tensor(_) | Self::Thread(_) | Self::Detail(DetailError::Thread(_)) => ErrorKind::Engine,
            Self::Surface(error) => match error {
                SurfaceError::Resolution { .. } | SurfaceError::Setting { .. } => ErrorKind::InvalidArgument,
                SurfaceError::Memory { .. } => ErrorKind::OutOfMemory,
                SurfaceError::NothingCrosses { .. } => ErrorKind::EmptySurface,
                SurfaceError::NotANumber { .. } => ErrorKind::Format,
                SurfaceError::Field(error) => error.downcast_ref().map_or(ErrorKind::Engine, kind_of_engine),
                SurfaceError::Cancelled(_) => ErrorKind::Cancelled,
            },
            Self::Cancelled(_)
            | Self::Texture(TextureError::Cancelled(_))
            | Self::Picture(RenderError::Cancelled(_))
            | Self::Detail(DetailError::Cancelled(_)) => ErrorKind::Cancelled,
            Self::Texture(_) | Self::Detail(_) | Self::Picture(_) => ErrorKind::InvalidArgument,
            Self::InsideCallback(_) => ErrorKind::Busy,
            Self::Unloaded => ErrorKind::Unloaded,
            Self::NoPrompt
            | Self::Weights { .. }
            | Self::Weight { .. }
            | Self::ForeignLatent
            | Self::NotFinite { .. }
            | Self::TooFar { .. }
            | Self::ShapeTooSmall { .. }
            | Self::ShapeTooLarge { .. }
            | Self::ShapeAttribute { .. }
            | Self::Keep { .. }
            | Self::ShapeExtent { .. }
            | Self::SeedOfNoPrompt
            | Self::ShapeIndex { .. }
            | Self::UnknownFormat { .. } => ErrorKind::InvalidArgument,
            Self::Keyframes { .. } => ErrorKind::InvalidArgument,
            Self::OtherTopology { .. } => ErrorKind::Unsupported,
            Self::Panicked { .. } => ErrorKind::Internal,
            Self::Gltf(GltfError::Write(_) | GltfError::Open { .. }) | Self::Write(_) => ErrorKind::Io,
            Self::Gltf(GltfError::Invalid { .. }) => ErrorKind::Format,
            Self::Gltf(
                GltfError::Scale(_) | GltfError::UpAxis | GltfError::Seconds { .. } | GltfError::NoFrames,
            )
            | Self::Format(FormatError::Scale(_)) => ErrorKind::InvalidArgument,
            Self::Gltf(_) | Self::Format(_) => ErrorKind::Unsupported,
        }
    }

    /// A caught panic.
    pub fn from_panic(payload: &(dyn std::any::Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "it said nothing".into());
        Self::Panicked { message }
    }
}
