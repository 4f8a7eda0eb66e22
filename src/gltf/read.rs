//! A file as one mesh: its default scene in the colors at its vertices.

use std::path::Path;

use serde_json::{Map, Value};

use super::GltfError;
use super::document::Document;
use super::error::invalid;
use super::scene::Part;
use crate::mesh::Mesh;

#[cfg(test)]
pub(super) mod tests;

/// A file's content: all its meshes as one, in the file's frame (metres, +Y up).
#[derive(Debug, Clone, Default)]
pub struct ReadAsset {
    /// The meshes, instances placed, without texture coordinates. Colors are sRGB; they, metallic and roughness are the
    /// material's and what its textures say where the vertices lie.
    pub mesh: Mesh,
    /// `asset.generator`, where given.
    pub generator: Option<String>,
    /// `asset.extras`, where it is an object: for our own files the prompt, model and resolution.
    pub extras: Map<String, Value>,
}

/// Reads a file ([`Document::open`]) as one mesh. Errors: `Open` naming the path; else as of [`parse_glb`].
pub fn read_glb(path: &Path) -> Result<ReadAsset, GltfError> {
    ReadAsset::of(&Document::open(path)?)
}

/// Reads bytes ([`Document::parse`]) as one mesh. Errors: as of [`Document::scene`]; `Invalid` for a scene without triangles.
pub fn parse_glb(bytes: &[u8]) -> Result<ReadAsset, GltfError> {
    ReadAsset::of(&Document::parse(bytes)?)
}

/// Every primitive of a file held in memory, as often as its scene places it. Errors: as of [`Document::scene`].
pub fn parse_parts(bytes: &[u8]) -> Result<Vec<Part>, GltfError> {
    Ok(Document::parse(bytes)?.scene()?.parts)
}

impl ReadAsset {
    fn of(document: &Document) -> Result<Self, GltfError> {
        let mesh = document.scene()?.joined();
        mesh.check().map_err(|fault| invalid(fault.to_string()))?;
        Ok(Self { mesh, generator: document.generator().map(str::to_owned), extras: document.extras() })
    }
}
