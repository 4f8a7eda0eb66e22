//! The worker process: an engine, and the services that read a package's bytes.

use std::io;

use crate::engine::worker::serve_standard;
use crate::text::TokenizerService;

/// Serves the host that started this process, over standard input and output, until the host closes the
/// connection. `att3d-worker` and `att3d worker` call this function. Errors: those of the connection.
pub fn serve_worker() -> io::Result<()> {
    serve_standard(vec![Box::new(TokenizerService::default())])
}
