//! The worker's process: an engine, and the work that reads a package's bytes.

use std::io;

use crate::engine::worker::serve_standard;
use crate::text::TokenizerService;

/// Serves the host that started this process over standard input and output, until the host closes the line. This is
/// what `att3d worker` does. Errors: of the line.
pub fn serve_worker() -> io::Result<()> {
    serve_standard(vec![Box::new(TokenizerService::default())])
}
