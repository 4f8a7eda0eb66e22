//! The program that runs an engine for a host.

use super::status::{ATT3D_ENGINE, Failure, att3d_status, guard};
use crate::error::silence_expected_panics;
use crate::pipeline::serve_worker;

/// Runs an engine for the process that started this process, over standard input and output, until that
/// process closes the connection. Only the program att3d-worker calls it, once; hosts set
/// att3d_context_desc.is_worker. Not thread-safe: while it runs, no other thread of the process may call it
/// or use standard input and output. Returns ATT3D_ENGINE if the connection fails, or if the input is not
/// from a host. A host of another version gets a message and the function returns ATT3D_OK. Since ABI 1.1.
#[unsafe(no_mangle)]
pub extern "C" fn att3d_worker_serve() -> att3d_status {
    guard(|| {
        silence_expected_panics();
        serve_worker().map_err(|error| Failure::new(ATT3D_ENGINE, error.to_string()))
    })
}
