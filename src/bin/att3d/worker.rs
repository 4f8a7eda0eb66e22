//! `att3d worker`: runs an engine for a host process, over standard input and output.

use att3d::pipeline::serve_worker;
use clap::Args;

use crate::failure::Failure;

/// Arguments of `att3d worker`.
#[derive(Args)]
pub struct Worker {}

impl Worker {
    /// Runs the verb until the host closes the connection. Errors: `Line`.
    pub fn run(&self) -> Result<(), Failure> {
        Ok(serve_worker()?)
    }
}
