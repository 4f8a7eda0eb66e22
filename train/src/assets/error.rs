//! Errors of assets.

use std::path::PathBuf;

/// Reasons why assets cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// The file of captions cannot be used.
    #[error("{}: {reason}", path.display())]
    Captions {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// An asset cannot be used.
    #[error("{}: {reason}", path.display())]
    Asset {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// All captions are held out.
    #[error("all {0} captions are held out, so nothing is left to train; give a smaller --held-out")]
    NothingLeft(usize),
}
