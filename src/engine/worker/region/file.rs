//! Shared memory as a mapped file, outside Windows.

use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::MmapMut;

/// The path by which the other side opens the memory. Dropping this value deletes the path; the memory lives
/// as long as a process has it mapped.
pub(in crate::engine::worker) type Name = tempfile::NamedTempFile;

/// A mapping that can be written.
pub(super) type Mapping = MmapMut;

/// Creates memory of `length` bytes. Errors: those of the system.
pub(super) fn make(length: u64) -> io::Result<(Mapping, Name)> {
    // `/dev/shm` may be small in containers, or full. In that case an ordinary file is used.
    let shared = Path::new("/dev/shm");
    let in_memory = cfg!(target_os = "linux") && shared.is_dir();
    let file = match in_memory.then(|| reserved(shared, length)) {
        Some(Ok(file)) => file,
        Some(Err(_)) | None => reserved(&std::env::temp_dir(), length)?,
    };
    Ok((map(file.as_file())?, file))
}

/// Opens the memory that the other side created. Errors: the file cannot be mapped or has another length.
pub(super) fn open(path: &Path, length: u64) -> io::Result<Mapping> {
    let file = File::options().read(true).write(true).open(path)?;
    if file.metadata()?.len() != length {
        return Err(io::Error::other("the shared memory has another length than the host stated"));
    }
    map(&file)
}

fn map(file: &File) -> io::Result<Mapping> {
    // SAFETY: only two processes of this library know the file. They write to it in turn and never shorten
    // it.
    unsafe { MmapMut::map_mut(file) }
}

/// Creates a file of `length` bytes. On Linux the bytes are allocated, because access to a mapped page would
/// end the process if the disk were full.
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
