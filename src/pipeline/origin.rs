//! The origin of a mesh.

use super::ShapeFrame;
use crate::text::Reading;
use serde_json::{Map, Value};

/// The origin of a mesh: the data that is needed to make it again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// Prompt; empty for a mesh of a latent or a field if the caller gave no prompt for it.
    pub prompt: String,
    /// Reading of the prompt.
    pub reading: Reading,
    /// Name of the package.
    pub model: String,
    /// Digest of the package.
    pub model_digest: String,
    /// Cells per axis of the extraction; 0 if no surface was extracted.
    pub resolution: u32,
    /// Scale of the package: meters per unit of object space.
    pub meters_per_unit: f32,
    /// Frame of the shape from which the mesh was made; `None` without a shape.
    pub frame: Option<ShapeFrame>,
    /// Further data that is stored with the mesh: data of the caller, and the seed and the keep share if they
    /// were used.
    pub extras: Map<String, Value>,
}

impl Origin {
    /// Records the seed, unless it is 0.
    pub(super) fn say_seed(&mut self, seed: u64) {
        if seed != 0 {
            self.extras.insert("seed".into(), seed.into());
        }
    }
}
