//! The conversion of libtorch's errors to an engine's errors.

use att3d::engine::EngineError;
use tch::TchError;

/// Name of the engine in errors and in `Engine::name`.
pub(crate) const ENGINE: &str = "torch";

/// An error of the engine or of libtorch, before the kernel's name is known.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error of the engine, such as a foreign buffer.
    Engine(EngineError),
    /// An error of libtorch.
    Torch(TchError),
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<TchError> for Failure {
    fn from(error: TchError) -> Self {
        Self::Torch(error)
    }
}

impl Failure {
    /// Converts the error, given the kernel's name. libtorch's message is cut after its first line, since the
    /// rest is a C++ back trace.
    pub(crate) fn of_kernel(self, kernel: &'static str) -> EngineError {
        match self {
            Self::Engine(error) => error,
            Self::Torch(error) => {
                let message = error.to_string().lines().next().unwrap_or_default().to_owned();
                if message.contains("out of memory") || message.contains("can't allocate memory") {
                    // Memory that is kept for reuse is freed, so that the next smaller call can succeed.
                    let _ = crate::bridge::empty_cache();
                    return EngineError::OutOfMemory { engine: ENGINE, kernel, message };
                }
                EngineError::Backend { engine: ENGINE, kernel, message }
            }
        }
    }
}
