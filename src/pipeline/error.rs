//! Errors of the pipeline from a prompt to a mesh.

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
use crate::weights::{OffsetError, OffsetProblem, PackageError, Problem};

/// The error of a pipeline call. A call that fails has written no file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// The library was built without a model.
    #[error(
        "this build of the library contains no model; open a model package, or build with the feature bundled-model"
    )]
    NoBundledModel,
    /// The package could not be read.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// An offset could not be read, or it is for another model.
    #[error(transparent)]
    Offset(#[from] OffsetError),
    /// The package's networks could not be built.
    #[error(transparent)]
    Network(#[from] NnError),
    /// The prompt could not be understood, or the package's tokenizer could not be used.
    #[error(transparent)]
    Prompt(#[from] TokenizerError),
    /// A tensor operation failed.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// No mesh could be made from the field.
    #[error(transparent)]
    Surface(#[from] SurfaceError),
    /// No texture could be made for the mesh.
    #[error(transparent)]
    Texture(#[from] TextureError),
    /// The mesh could not be reduced, or a setting of levels of detail, components or hulls is invalid.
    #[error(transparent)]
    Detail(#[from] DetailError),
    /// The first keyframe's mesh cannot be moved to another keyframe.
    #[error(
        "`{name}` can't be reached by moving the first keyframe's vertices: the surfaces stay {far:.3} apart (expected at most {bound:.3}), and {:.0} % \
         of the surface folds (expected at most {:.0} %); add prompts between the keyframes, or make one mesh per step", folded * 100.0, most * 100.0
    )]
    OtherTopology {
        /// Name of the keyframe.
        name: String,
        /// Distance between the keyframe's surface and the morphed mesh, object space. It is the larger of
        /// two 99th percentiles, one for each direction.
        far: f32,
        /// Largest permitted distance, object space.
        bound: f32,
        /// Share of the mesh's surface that faces inwards, 0 to 1.
        folded: f32,
        /// Largest permitted share that faces inwards, 0 to 1.
        most: f32,
    },
    /// There are more keyframes than one mesh can have.
    #[error("there are {found} keyframes for one mesh; give at most {most}, or make one mesh per step")]
    Keyframes {
        /// Number of keyframes that were given.
        found: usize,
        /// Largest permitted number.
        most: usize,
    },
    /// The mesh could not be drawn.
    #[error(transparent)]
    Picture(#[from] RenderError),
    /// The texture network returned a number that is not finite, for a color or a material.
    #[error(
        "the texture network returned {found} for a color or a material; expected a finite number: the weights are damaged, or their training failed; \
         use another package"
    )]
    BrokenTexture {
        /// Value that was returned.
        found: f32,
    },
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A callback tried to wait.
    #[error(transparent)]
    InsideCallback(#[from] InsideCallback),
    /// The model has no weights.
    #[error(
        "the model has no weights, because it was unloaded, or opened without its weights; load it again"
    )]
    Unloaded,
    /// There is no prompt or latent to make a mesh of.
    #[error("there is no prompt or latent; give at least one")]
    NoPrompt,
    /// The numbers of weights and prompts differ.
    #[error("there are {weights} weights for {prompts} prompts; give one weight per prompt")]
    Weights {
        /// Number of weights that were given.
        weights: usize,
        /// Number of prompts that were given.
        prompts: usize,
    },
    /// The weight of a latent is out of range or not a number.
    #[error("weight {index} is {found}; expected a number from -{limit} to {limit}; weights should sum to 1")]
    Weight {
        /// Index of the weight.
        index: usize,
        /// Value that was given.
        found: f32,
        /// Largest permitted absolute value.
        limit: f32,
    },
    /// A latent belongs to another loaded model than the rest of the call.
    #[error(
        "a latent belongs to a loaded model that this call does not use; encode its prompt with the loaded model that the call uses"
    )]
    ForeignLatent,
    /// A coordinate of a point, or another number of a shape, is not finite.
    #[error("{what} {index} is {found}; expected a finite number")]
    NotFinite {
        /// Name of the kind of number.
        what: &'static str,
        /// Index of the point, normal or color.
        index: usize,
        /// Value that was given.
        found: f32,
    },
    /// A number of a shape is far outside of object space.
    #[error(
        "{what} {index} is {found}; expected at most {most} in absolute value; scale the shape into object space, which reaches from -1 to 1"
    )]
    TooFar {
        /// Name of the kind of number.
        what: &'static str,
        /// Index of the point or vertex.
        index: usize,
        /// Value that was given.
        found: f32,
        /// Largest permitted absolute value.
        most: f32,
    },
    /// The model's package lists no phrases by which a prompt can be varied.
    #[error(
        "a variant of the prompt was requested, but this model makes only one mesh per prompt; set the seed to 0, or load a model that has variants"
    )]
    NoSeeds,
    /// A seed other than 0 was given for a field or a morph, or for a latent of a model that is not a
    /// diffusion model.
    #[error(
        "a seed other than 0 was given for a mesh that is made of a latent or a field; expected 0: give the seed when the prompt is encoded"
    )]
    SeedOfNoPrompt,
    /// The model has no shape input.
    #[error("this model does not take a shape as input; load a model that takes a shape")]
    NoShapeInput,
    /// The shape has too few points, or no triangle with area.
    #[error("the shape has {found} {what}; expected at least {least}")]
    ShapeTooSmall {
        /// `points` or `triangles with area`.
        what: &'static str,
        /// Number that the shape has.
        found: usize,
        /// Smallest permitted number.
        least: usize,
    },
    /// The shape has too many points.
    #[error("the shape has {found} points; expected at most {most}")]
    ShapeTooLarge {
        /// Number of points that were given.
        found: usize,
        /// Largest permitted number.
        most: usize,
    },
    /// The number of values of a shape's attribute is neither 0 nor the number of vertices.
    #[error("the shape has {found} {what} for {vertices} vertices; expected one for each vertex, or none")]
    ShapeAttribute {
        /// `normals` or `colors`.
        what: &'static str,
        /// Number of values that were given.
        found: usize,
        /// Number of vertices.
        vertices: usize,
    },
    /// The shape's size cannot be scaled to object space in 32-bit numbers.
    #[error("the shape's longest side is {found:e} units; expected a side from 1e-37 to 5e38 units")]
    ShapeExtent {
        /// Length of the longest side, in the shape's units.
        found: f64,
    },
    /// The keep share is out of range.
    #[error(
        "the keep share is {found}; expected a number from 0 (keep nothing of the shape) to 1 (keep all of it)"
    )]
    Keep {
        /// Share that was given.
        found: f32,
    },
    /// A triangle of a shape refers to a vertex that does not exist.
    #[error(
        "triangle {triangle} refers to vertex {vertex}; expected an index below {vertices}, the number of vertices"
    )]
    ShapeIndex {
        /// Index of the triangle.
        triangle: usize,
        /// Index of the vertex.
        vertex: u32,
        /// Number of vertices.
        vertices: usize,
    },
    /// The engine could not be started.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The system could not start a thread.
    #[error("the system could not start a thread: {0}; end other jobs or programs, and try again")]
    Thread(std::io::Error),
    /// A panic inside the library was caught.
    #[error("a defect of the library was caught: {message}; please report it")]
    Panicked {
        /// Message of the panic.
        message: String,
    },
    /// A GLB could not be read or written.
    #[error(transparent)]
    Gltf(#[from] GltfError),
    /// The mesh could not be encoded.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The format of a file cannot be recognized by its name.
    #[error(
        "{name}: the format is not recognized by the name; expected a name that ends with .glb, .obj, .ply or .stl"
    )]
    UnknownFormat {
        /// Name of the file.
        name: String,
    },
}

/// The kind of an error, for callers that react to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or a setting is out of range.
    InvalidArgument,
    /// The prompt is empty or too long, or it has no thing or no word that the model knows.
    Prompt,
    /// The system could not read or write a file.
    Io,
    /// A package or file is damaged or has an unsupported version, or a network returned a number that is not
    /// finite.
    Format,
    /// This build, device or model does not support the request.
    Unsupported,
    /// The work needs more memory than is allowed or available.
    OutOfMemory,
    /// The engine failed, or the system could not start a thread.
    Engine,
    /// The field has no surface: no point of the extraction grid is inside.
    EmptySurface,
    /// The caller stopped the work.
    Cancelled,
    /// A callback tried to wait.
    Busy,
    /// The model has no weights: it was unloaded, or opened without its weights.
    Unloaded,
    /// The library has a defect.
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
    /// Returns the kind of the error.
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
                Problem::Io { .. } | Problem::DiskFull { .. } | Problem::NeitherFolderNorFile => {
                    ErrorKind::Io
                }
                Problem::Cancelled(_) => ErrorKind::Cancelled,
                _ => ErrorKind::Format,
            },
            Self::Offset(error) => match *error.problem {
                OffsetProblem::Io { .. } => ErrorKind::Io,
                OffsetProblem::OtherModel { .. } | OffsetProblem::OtherSizes { .. } => {
                    ErrorKind::InvalidArgument
                }
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
                SurfaceError::Resolution { .. }
                | SurfaceError::Setting { .. }
                | SurfaceError::Envelope { .. } => ErrorKind::InvalidArgument,
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

    /// Returns the error of a caught panic.
    pub fn from_panic(payload: &(dyn std::any::Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "the panic had no message".into());
        Self::Panicked { message }
    }
}

/// The error of a wait inside a callback. The thread that waits may be the thread that does the awaited work,
/// so the wait might never end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a callback must not wait for the library's own work; return from the callback, and wait elsewhere")]
pub struct InsideCallback;
