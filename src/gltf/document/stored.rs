//! The bytes of a document's buffers.

/// Size limit of a document in bytes, including the files that it names. It is far above the size of common
/// models. It stops the reading of a wrong path, such as a device or a disk image.
pub(in crate::gltf) const MOST_BYTES: u64 = 1 << 30;

/// The contents of a buffer.
#[derive(Clone, Debug)]
pub(in crate::gltf) enum Stored {
    /// The bytes that were read.
    Bytes(Vec<u8>),
    /// The reason, as a sentence, why the buffer was not read. This is no error until the file uses the
    /// buffer.
    Missing(String),
}

pub(super) fn size_of_all(buffers: &[Stored]) -> usize {
    let size = |buffer: &Stored| match buffer {
        Stored::Bytes(bytes) => bytes.len(),
        Stored::Missing(_) => 0,
    };
    buffers.iter().map(size).fold(0, usize::saturating_add)
}
