//! Memory that both the host and the worker have mapped.

use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::MmapMut;

/// A mapping of f32 values. The protocol determines who may access it: the host between messages, and the
/// worker between a request and its reply.
pub(super) struct Region {
    mapping: MmapMut,
}

impl Region {
    /// Creates memory for `count` values. Returns it and a file with the path by which the other side opens
    /// it. Dropping the file deletes the path; the memory lives as long as it is mapped.
    pub(super) fn make(count: usize) -> io::Result<(Self, tempfile::NamedTempFile)> {
        let length =
            count.checked_mul(4).ok_or_else(|| io::Error::other("more memory than can be addressed"))?;
        // `/dev/shm` may be small in containers, or full. In that case an ordinary file is used.
        let shared = Path::new("/dev/shm");
        let in_memory = cfg!(target_os = "linux") && shared.is_dir();
        let file = match in_memory.then(|| reserved(shared, length as u64)) {
            Some(Ok(file)) => file,
            Some(Err(_)) | None => reserved(&std::env::temp_dir(), length as u64)?,
        };
        Ok((Self::map(file.as_file())?, file))
    }

    /// Opens the memory that the other side created. Errors: the file cannot be mapped or has another length.
    pub(super) fn open(path: &Path, length: u64) -> io::Result<Self> {
        let file = File::options().read(true).write(true).open(path)?;
        if file.metadata()?.len() != length {
            return Err(io::Error::other("the shared memory has another length than the host stated"));
        }
        Self::map(&file)
    }

    fn map(file: &File) -> io::Result<Self> {
        // SAFETY: only two processes of this library know the file. They write to it in turn and never
        // shorten it.
        let mapping = unsafe { MmapMut::map_mut(file) }?;
        Ok(Self { mapping })
    }

    /// Returns all values.
    pub(super) fn values(&mut self) -> &mut [f32] {
        // The cast cannot fail, since a mapping begins at a page.
        let values = bytemuck::try_cast_slice_mut(&mut self.mapping);
        debug_assert!(values.is_ok(), "the shared memory holds no whole numbers");
        values.unwrap_or_default()
    }
}

/// Creates a file whose bytes are allocated. Otherwise, access to a mapped page on a full disk would end the
/// process.
fn reserved(folder: &Path, length: u64) -> io::Result<tempfile::NamedTempFile> {
    let file = tempfile::Builder::new().prefix("att3d-worker-").tempfile_in(folder)?;
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd;
        let length = libc::off_t::try_from(length).map_err(io::Error::other)?;
        // SAFETY: the file descriptor is open during the call.
        let error = unsafe { libc::posix_fallocate(file.as_file().as_raw_fd(), 0, length) };
        if error != 0 {
            return Err(io::Error::from_raw_os_error(error));
        }
    }
    #[cfg(not(target_os = "linux"))]
    file.as_file().set_len(length)?;
    Ok(file)
}
