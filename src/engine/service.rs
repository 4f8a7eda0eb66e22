//! Services of the modules above the engine. They run in a worker process, beside the worker's engine.
//!
//! The engine transports bytes and does not know what they mean. The caller of
//! [`serve_standard`](super::worker::serve_standard) registers the services that the worker offers.

use std::fmt::Debug;

use super::error::EngineResult;

/// A service in a worker process that answers requests of one kind.
pub trait Service {
    /// Returns the name under which the host addresses this service.
    fn name(&self) -> &'static str;

    /// Answers one request. The answer to a malformed request is in the service's own format.
    fn answer(&mut self, request: &[u8]) -> Vec<u8>;
}

/// A connection to the services of a worker.
pub trait ServiceLine: Send + Sync + Debug {
    /// Sends a request and waits for the answer.
    ///
    /// # Errors
    /// [`Unsupported`](super::EngineError::Unsupported) if the worker has no such service;
    /// [`WorkerEnded`](super::EngineError::WorkerEnded) if the worker's process has ended.
    fn ask(&self, service: &'static str, request: &[u8]) -> EngineResult<Vec<u8>>;

    /// Sends a request together with the next message, and discards the answer. The function never waits, so
    /// a destructor may call it.
    fn tell_later(&self, service: &'static str, request: Vec<u8>);
}
