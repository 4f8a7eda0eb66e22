//! Reads the default scene of a file as one mesh with vertex colors.

use std::path::Path;

use serde_json::{Map, Value};

use super::GltfError;
use super::document::Document;
use super::error::invalid;
use super::scene::ScenePart;
use crate::mesh::Mesh;

#[cfg(test)]
pub(super) mod tests;

/// The contents of a file: the meshes that its default scene shows, joined into one, in the file's frame
/// (meters, +Y up).
#[derive(Debug, Clone, Default)]
pub struct ReadAsset {
    /// The meshes with all instances placed, without texture coordinates. Colors (sRGB), metallic and
    /// roughness are those of the materials, with their textures sampled at the vertices.
    pub mesh: Mesh,
    /// `asset.generator`, if the file states it.
    pub generator: Option<String>,
    /// `asset.extras`, if it is an object. In files of this library it holds the prompt, the model and the
    /// resolution.
    pub extras: Map<String, Value>,
}

/// Reads a file ([`Document::open`]) as one mesh. Errors: `Open` with the path, and those of [`parse_glb`].
pub fn read_glb(path: &Path) -> Result<ReadAsset, GltfError> {
    ReadAsset::of(&Document::open(path)?)
}

/// Reads bytes ([`Document::parse`]) as one mesh. Errors: those of [`Document::scene`]; `Invalid` for a scene
/// without triangles.
pub fn parse_glb(bytes: &[u8]) -> Result<ReadAsset, GltfError> {
    ReadAsset::of(&Document::parse(bytes)?)
}

/// Reads the primitives of a file in memory. A primitive is returned once for each of its instances in the
/// default scene. Errors: those of [`Document::scene`].
pub fn parse_parts(bytes: &[u8]) -> Result<Vec<ScenePart>, GltfError> {
    Ok(Document::parse(bytes)?.scene()?.parts)
}

impl ReadAsset {
    fn of(document: &Document) -> Result<Self, GltfError> {
        let mesh = document.scene()?.joined();
        mesh.check().map_err(|fault| invalid(fault.to_string()))?;
        Ok(Self { mesh, generator: document.generator().map(str::to_owned), extras: document.extras() })
    }
}
