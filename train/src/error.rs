//! What can go wrong while training.

use std::path::{Path, PathBuf};

/// A training command that failed.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A checkpoint, recipe or configuration could not be understood.
    #[error("the run's files can't be read: {0}; start another run folder, or remove the newest checkpoint")]
    Checkpoint(Box<dyn std::error::Error + Send + Sync>),
    /// The run has no checkpoint yet.
    #[error("{}: no checkpoint found; train first with `att3d-train reconstruct --run` on this folder", .0.display())]
    NoCheckpoint(PathBuf),
    /// A package without planes.
    #[error("{}: this model has no planes that could be filtered; give one of the kind latte3d.triplane", .0.display())]
    NoPlanes(PathBuf),
    /// A texture stage without a surface to colour.
    #[error("the texture stage colours a trained model's surface: give that model with --init PACKAGE")]
    NothingToTexture,
    /// A recipe with point clouds for a network that reads none, or not all of their numbers.
    #[error(
        "the recipe gives {points} points to a prompt, and the model's sizes say that it reads none: use sizes with \
         shape_input and point_attributes, or set the recipe's cloud_points to 0"
    )]
    NoShapeInput {
        /// The recipe's `cloud_points`.
        points: usize,
    },
    /// A loss that is no number.
    #[error(
        "the loss at step {step} is not finite; resume with a lower learning rate from the last checkpoint"
    )]
    Diverged {
        /// The step.
        step: u64,
    },
    /// A checkpoint lacks an array, or holds it under another shape.
    #[error("the checkpoint's array {name} does not fit the network: found {found:?}, expected {expected:?}")]
    Array {
        /// The array's name.
        name: String,
        /// Its shape in the checkpoint; none if it is missing.
        found: Option<Vec<usize>>,
        /// The shape that the network has.
        expected: Vec<usize>,
    },
    /// libtorch failed.
    #[error("libtorch: {0}")]
    Torch(#[from] tch::TchError),
    /// An engine failed.
    #[error(transparent)]
    Engine(#[from] att3d::engine::EngineError),
    /// A façade call failed.
    #[error(transparent)]
    Tensor(#[from] att3d::tensor::TensorError),
    /// A network could not be built.
    #[error(transparent)]
    Network(#[from] att3d::nn::NnError),
    /// A prompt could not be tokenized.
    #[error(transparent)]
    Tokenizer(#[from] att3d::text::tokenizer::TokenizerError),
    /// A package could not be read or written.
    #[error(transparent)]
    Package(#[from] att3d::weights::PackageError),
    /// A picture could not be drawn or written.
    #[error(transparent)]
    Picture(att3d::render::RenderError),
    /// A model could not be run.
    #[error(transparent)]
    Pipeline(#[from] att3d::pipeline::PipelineError),
}

impl TrainError {
    /// An I/O error with its path.
    pub fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }

    /// No surface could be extracted.
    pub fn from_surface(source: att3d::surface::SurfaceError) -> Self {
        Self::Pipeline(source.into())
    }

    /// A picture that was not made or written.
    pub fn picture(source: att3d::render::RenderError) -> Self {
        Self::Picture(source)
    }

    /// An unreadable run file.
    pub fn checkpoint(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Checkpoint(Box::new(source))
    }
}
