//! Errors of the training commands.

use std::path::{Path, PathBuf};

/// The reason why a training command failed.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Assets or their captions cannot be used.
    #[error(transparent)]
    Assets(#[from] crate::assets::AssetError),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Path of the file.
        path: PathBuf,
        /// Error of the system.
        source: std::io::Error,
    },
    /// A checkpoint could not be parsed.
    #[error("the run's files can't be read: {0}; use another run folder, or remove the newest checkpoint")]
    Checkpoint(Box<dyn std::error::Error + Send + Sync>),
    /// A file of settings could not be parsed.
    #[error(
        "{}: {source}; expected a JSON object with the fields of the settings, as in the state.json of a checkpoint",
        path.display()
    )]
    Settings {
        /// Path of the file.
        path: PathBuf,
        /// Error of the parser.
        source: serde_json::Error,
    },
    /// The run has no checkpoint yet.
    #[error("{}: no checkpoint found; train first with `att3d-train reconstruct --run` on this folder", .0.display())]
    NoCheckpoint(PathBuf),
    /// The package has no planes.
    #[error("{}: this model has no planes that could be filtered; expected a model of the kind latte3d.triplane", .0.display())]
    NoPlanes(PathBuf),
    /// A texture stage has no surface to color.
    #[error("the texture stage needs a trained model, and none was given; give one with --init PACKAGE")]
    NothingToTexture,
    /// A recipe has point clouds, and the network does not read them or all of their features.
    #[error(
        "the recipe gives {points} points to a prompt, but the model's sizes say that it reads none; use sizes with \
         shape_input and point_attributes, or set the recipe's cloud_points to 0"
    )]
    NoShapeInput {
        /// The `cloud_points` of the recipe.
        points: usize,
    },
    /// The loss or its gradient is not finite.
    #[error(
        "the loss at step {step} is not finite; resume with a lower learning rate from the last checkpoint"
    )]
    Diverged {
        /// Number of the step.
        step: u64,
    },
    /// An array of a checkpoint is missing or has another shape.
    #[error("the checkpoint's array {name} does not fit the network: found {found:?}, expected {expected:?}")]
    Array {
        /// Name of the array.
        name: String,
        /// Shape in the checkpoint; none if the array is missing.
        found: Option<Vec<usize>>,
        /// Shape in the network.
        expected: Vec<usize>,
    },
    /// libtorch failed.
    #[error("libtorch: {0}")]
    Torch(#[from] tch::TchError),
    /// An engine failed.
    #[error(transparent)]
    Engine(#[from] att3d::engine::EngineError),
    /// An operation of the tensor interface failed.
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
    /// The cameras and lights of a render do not fit the prompts.
    #[error(
        "{cameras} cameras and {lights} lights for {prompts} prompts; give the same number of views to each prompt, \
         and one light to each view"
    )]
    Views {
        /// Number of cameras.
        cameras: usize,
        /// Number of lights.
        lights: usize,
        /// Number of prompts.
        prompts: usize,
    },
    /// A PNG file could not be written.
    #[error(transparent)]
    Png(#[from] toybox::render::PictureError),
    /// A picture could not be drawn or written.
    #[error(transparent)]
    Picture(att3d::render::RenderError),
    /// A diffusion prior could not be trained or used.
    #[error(transparent)]
    Prior(#[from] crate::prior::PriorError),
    /// Score distillation cannot begin.
    #[error(transparent)]
    Distill(#[from] crate::distill::DistillError),
    /// A prompt could not be refined.
    #[error(transparent)]
    Refine(#[from] crate::refine::RefineError),
    /// A judge could not be trained or used.
    #[error(transparent)]
    Judge(#[from] crate::judge::JudgeError),
    /// An offset could not be written.
    #[error(transparent)]
    Offset(#[from] att3d::weights::OffsetError),
    /// A model could not be run.
    #[error(transparent)]
    Pipeline(#[from] att3d::pipeline::PipelineError),
}

impl TrainError {
    /// Returns an I/O error with its path.
    pub fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }

    /// Returns the error of a failed surface extraction.
    pub fn from_surface(source: att3d::surface::SurfaceError) -> Self {
        Self::Pipeline(source.into())
    }

    /// Returns the error of a failed picture.
    pub fn picture(source: att3d::render::RenderError) -> Self {
        Self::Picture(source)
    }

    /// Returns the error of an unreadable file of a run.
    pub fn checkpoint(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Checkpoint(Box::new(source))
    }
}
