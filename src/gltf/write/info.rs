//! Descriptive data of a file.

use crate::mesh::Placement;
use serde_json::{Map, Value};

/// Descriptive data and placement of a GLB.
#[derive(Debug, Clone, Default)]
pub struct AssetInfo {
    /// The prompt. It names the node and the mesh, and is stored in full as `asset.extras.prompt`.
    pub prompt: String,
    /// Further fields of `asset.extras`, such as model, seed, resolution and unknown words.
    pub extras: Map<String, Value>,
    /// Scale and pivot.
    pub placement: Placement,
}
