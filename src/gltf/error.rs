//! What can go wrong with a GLB.

use std::path::PathBuf;

/// Why a GLB was not written or not read.
#[derive(Debug, thiserror::Error)]
pub enum GltfError {
    /// The mesh cannot be exported.
    #[error("cannot export the mesh: {0}")]
    Mesh(#[from] crate::mesh::MeshFault),
    /// The placement carries a vertex beyond what a number holds.
    #[error(transparent)]
    Scale(#[from] crate::mesh::ScaleError),
    /// A GLB counts its bytes in 32 bits.
    #[error("the mesh needs {bytes} bytes, a GLB holds at most 4294967295: lower the resolution")]
    TooLargeToWrite {
        /// What the file would take.
        bytes: usize,
    },
    /// The document could not be turned into JSON.
    #[error("cannot encode the glTF document: {0}")]
    Encode(#[from] serde_json::Error),
    /// The format has one frame.
    #[error("a GLB is always +Y up, and hosts turn it as they need: leave +Z up to OBJ, PLY and STL")]
    UpAxis,
    /// An animation of nothing.
    #[error("there are no frames to show one after another: give at least one")]
    NoFrames,
    /// An animation's time.
    #[error(
        "{found} seconds from one keyframe to the next: expected a positive number that keeps the whole time finite"
    )]
    Seconds {
        /// What was asked for.
        found: f32,
    },
    /// Nothing says where on the mesh a texture's texels lie.
    #[error("the mesh has no texture coordinates for its textures: unwrap it first")]
    NoCoordinates,
    /// A texture could not be made a PNG.
    #[error("cannot encode a texture: {source}")]
    Image {
        /// What the encoder said.
        source: png::EncodingError,
    },
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] crate::files::WriteError),
    /// The file could not be read from disk.
    #[error("cannot read {}: {source}", path.display())]
    Open {
        /// The file that was asked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not glTF, or it is damaged.
    #[error("not a valid glTF file (GLB or .gltf): {what}")]
    Invalid {
        /// What was found, and what was expected.
        what: String,
    },
    /// The file is valid and holds something that this library does not read.
    #[error("this glTF file holds what is not read here: {what}")]
    Unsupported {
        /// What was found.
        what: String,
    },
}

/// An `Invalid` of what was found.
pub(super) fn invalid(what: impl Into<String>) -> GltfError {
    GltfError::Invalid { what: what.into() }
}

/// An `Unsupported` of what was found.
pub(super) fn unsupported(what: impl Into<String>) -> GltfError {
    GltfError::Unsupported { what: what.into() }
}

/// An `Invalid` of a number that names nothing.
pub(super) fn missing(kind: &str, index: usize) -> GltfError {
    invalid(format!("{kind} {index} is named but does not exist"))
}

/// A size in memory. Errors: `Invalid` where this machine has no such size.
pub(super) fn whole(number: u64) -> Result<usize, GltfError> {
    usize::try_from(number).map_err(|_| invalid(format!("a size of {number} bytes")))
}
