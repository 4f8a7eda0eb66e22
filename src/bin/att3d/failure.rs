//! What a verb says when it fails, and the exit code that scripts see.

use att3d::engine::EngineError;
use att3d::files::WriteError;
use att3d::gltf::GltfError;
use att3d::pipeline::PipelineError;
use att3d::render::RenderError;
use att3d::surface::SurfaceError;

/// A verb that failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The main job failed.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// A GLB could not be made or read.
    #[error(transparent)]
    Gltf(#[from] GltfError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The engine could not be started.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A picture could not be made.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A folder could not be made.
    #[error("cannot make the folder {path}: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Failure {
    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Pipeline(PipelineError::Prompt(_)) => 3,
            Self::Pipeline(
                PipelineError::Package(_) | PipelineError::Network(_) | PipelineError::NoBundledModel,
            ) => 4,
            Self::Gltf(_) | Self::Write(_) | Self::Folder { .. } | Self::Render(RenderError::Write(_)) => 5,
            Self::Pipeline(PipelineError::Surface(SurfaceError::Cancelled(_))) => 130,
            Self::Pipeline(PipelineError::Surface(SurfaceError::NothingCrosses { .. })) => 6,
            _ => 1,
        }
    }
}
