//! What libtorch says, as an engine's error.

use att3d::engine::EngineError;
use tch::TchError;

/// The engine's name, as errors and `Engine::name` give it.
pub(crate) const ENGINE: &str = "torch";

/// Either side's error, before the kernel's name is known.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A foreign buffer.
    Engine(EngineError),
    /// libtorch's own.
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
    /// The error of a kernel. libtorch's message is cut at its first line: the rest is a C++ back trace.
    pub(crate) fn of_kernel(self, kernel: &'static str) -> EngineError {
        match self {
            Self::Engine(error) => error,
            Self::Torch(error) => {
                let message = error.to_string().lines().next().unwrap_or_default().to_owned();
                if message.contains("out of memory") || message.contains("can't allocate memory") {
                    // What is only kept goes back, so that the next smaller call finds room.
                    let _ = crate::bridge::empty_cache();
                    return EngineError::OutOfMemory { engine: ENGINE, kernel, message };
                }
                EngineError::Backend { engine: ENGINE, kernel, message }
            }
        }
    }
}
