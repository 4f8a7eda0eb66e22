//! The errors of reading and writing glTF.

use std::path::PathBuf;

/// The reason why a glTF file was not written or not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GltfError {
    /// The mesh cannot be exported.
    #[error("cannot export the mesh: {0}")]
    Mesh(#[from] crate::mesh::MeshFault),
    /// The placement moves a vertex beyond the range of `f32`.
    #[error(transparent)]
    Scale(#[from] crate::mesh::ScaleError),
    /// The file would be too large. A GLB stores its size in 32 bits. `Document::replace_materials` allows at
    /// most a gibibyte of buffers.
    #[error(
        "the file needs {bytes} bytes, but at most {most} are possible: lower the resolution or the size of the textures"
    )]
    TooLargeToWrite {
        /// Size of the file, or of its buffers, in bytes.
        bytes: usize,
        /// Largest number of bytes that is possible.
        most: usize,
    },
    /// The document could not be encoded as JSON.
    #[error("cannot encode the glTF document: {0}")]
    Encode(#[from] serde_json::Error),
    /// The placement asks for an up axis other than +Y, the only one that glTF allows.
    #[error(
        "a GLB is always +Y up, and hosts convert it as they need: choose +Y up, or export OBJ, PLY or STL"
    )]
    UpAxis,
    /// The animation has no frames.
    #[error("the animation has no frames: give at least one")]
    NoFrames,
    /// The time between keyframes is not positive, or the whole time is not finite.
    #[error(
        "the time from one keyframe to the next is {found} seconds: expected a positive number, with a finite sum over all keyframes"
    )]
    Seconds {
        /// The time that was requested, in seconds.
        found: f32,
    },
    /// The mesh has textures and no texture coordinates.
    #[error("the mesh has no texture coordinates for its textures: unwrap it first")]
    NoCoordinates,
    /// A texture could not be encoded as PNG.
    #[error("cannot encode a texture: {source}")]
    Image {
        /// The error of the PNG encoder.
        source: png::EncodingError,
    },
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] crate::files::WriteError),
    /// The file could not be read from disk.
    #[error("cannot read {}: {source}", path.display())]
    Open {
        /// Path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The file is not glTF, or it is damaged.
    #[error("not a valid glTF file (GLB or .gltf): {what}")]
    Invalid {
        /// What was found and what was expected.
        what: String,
    },
    /// The file is valid, and it uses a feature that this library does not read.
    #[error("this glTF file is not supported: {what}")]
    Unsupported {
        /// What was found.
        what: String,
    },
}

/// Returns an `Invalid` with this description.
pub(super) fn invalid(what: impl Into<String>) -> GltfError {
    GltfError::Invalid { what: what.into() }
}

/// Returns an `Unsupported` with this description.
pub(super) fn unsupported(what: impl Into<String>) -> GltfError {
    GltfError::Unsupported { what: what.into() }
}

/// Returns an `Invalid` for an index that is not in its list.
pub(super) fn missing(kind: &str, index: usize) -> GltfError {
    invalid(format!("{kind} {index} is named but does not exist"))
}

/// Converts a number of the file to `usize`. Errors: `Invalid` if it does not fit.
pub(super) fn whole(number: u64) -> Result<usize, GltfError> {
    usize::try_from(number)
        .map_err(|_| invalid(format!("the number {number}, which is too large for this computer")))
}
