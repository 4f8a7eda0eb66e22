//! Results of a generator's work, as plain arrays and handles of the library.

use godot::builtin::Vector2;

use crate::ffi;
use crate::handles::Mesh;
use crate::models::Read;
use crate::surface::{Surface, Textures};

/// Geometry of a result.
pub enum Geometry {
    /// A new surface.
    New(Box<Surface>),
    /// New textures of the surfaces of the given mesh.
    Painted(Vec<PaintedSurface>),
}

/// The finished work.
pub struct Made {
    /// The library's mesh, from which files are written; `None` for painted meshes.
    pub mesh: Option<Mesh>,
    /// The prompts, with " / " between them.
    pub prompt: String,
    /// What was understood.
    pub read: Read,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// The geometry.
    pub geometry: Geometry,
    /// Scale and origin of exported files.
    pub export: ffi::att3d_export_desc,
}

// SAFETY: att3d_export_desc has only numbers, and the handles are thread-safe.
unsafe impl Send for Made {}

/// New textures of one surface.
pub struct PaintedSurface {
    /// Index of the surface in the given mesh.
    pub index: i32,
    /// The textures.
    pub textures: Textures,
    /// New texture coordinates; `None` if the surface keeps its own.
    pub cut: Option<Cut>,
}

/// A surface that was cut into charts.
pub struct Cut {
    /// For each new vertex, the vertex of the given surface.
    pub sources: Vec<i32>,
    /// Texture coordinates per new vertex.
    pub uvs: Vec<Vector2>,
    /// Indices, clockwise.
    pub indices: Vec<i32>,
}
