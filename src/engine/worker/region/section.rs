//! Shared memory as a section of Windows, which has a name and no file. The system frees the section when no
//! process has it open, even if the processes were killed.

use std::ffi::OsStr;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::ops::{Deref, DerefMut};
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::{Path, PathBuf};
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::{ERROR_ALREADY_EXISTS, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Memory::{
    CreateFileMappingW, FILE_MAP_READ, FILE_MAP_WRITE, MEMORY_MAPPED_VIEW_ADDRESS, MapViewOfFile,
    OpenFileMappingW, PAGE_READWRITE, UnmapViewOfFile,
};

/// The name by which the other side opens the memory. The name is valid as long as this value or the other
/// side has the section open.
pub(in crate::engine::worker) struct Name {
    path: PathBuf,
    _section: OwnedHandle,
}

impl Name {
    /// Returns the name, in the form in which the protocol sends paths.
    pub(in crate::engine::worker) fn path(&self) -> &Path {
        &self.path
    }
}

/// A mapping that can be written.
pub(super) struct Mapping {
    view: MEMORY_MAPPED_VIEW_ADDRESS,
    length: usize,
}

// SAFETY: the mapping owns its view, which is not bound to a thread.
unsafe impl Send for Mapping {}
// SAFETY: a shared reference only allows reads.
unsafe impl Sync for Mapping {}

impl Deref for Mapping {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the view has `length` bytes, which are mapped until the value is dropped. The other process
        // writes to them only in its turn.
        unsafe { std::slice::from_raw_parts(self.view.Value.cast(), self.length) }
    }
}

impl DerefMut for Mapping {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and the reference is unique.
        unsafe { std::slice::from_raw_parts_mut(self.view.Value.cast(), self.length) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the view was mapped by `map`, and no reference to it is left.
        unsafe { UnmapViewOfFile(self.view) };
    }
}

/// Creates memory of `length` bytes, for which the system reserves space in its paging file. Errors: those of
/// the system.
pub(super) fn make(length: u64) -> io::Result<(Mapping, Name)> {
    loop {
        // The random part makes the name hard to guess; `Local` means the session of the user.
        let random = || RandomState::new().build_hasher().finish();
        let path = format!("Local\\att3d-worker-{}-{:016x}{:016x}", std::process::id(), random(), random());
        let (high, low) = ((length >> 32) as u32, length as u32);
        let wide = wide(OsStr::new(&path));
        // SAFETY: the name ends with 0, and a null pointer means the default security attributes.
        let section = unsafe {
            CreateFileMappingW(INVALID_HANDLE_VALUE, null(), PAGE_READWRITE, high, low, wide.as_ptr())
        };
        // If a section of the same name exists, the call opens it instead and sets this error.
        let error = io::Error::last_os_error();
        if section.is_null() {
            return Err(error);
        }
        // SAFETY: the handle is open, and only `section` owns it.
        let section = unsafe { OwnedHandle::from_raw_handle(section) };
        if error.raw_os_error() == Some(ERROR_ALREADY_EXISTS.cast_signed()) {
            continue;
        }
        return Ok((map(&section, length)?, Name { path: path.into(), _section: section }));
    }
}

/// Opens the memory that the other side created. Errors: it cannot be mapped, or is shorter than `length`
/// bytes.
pub(super) fn open(path: &Path, length: u64) -> io::Result<Mapping> {
    let wide = wide(path.as_os_str());
    // SAFETY: the name ends with 0.
    let section = unsafe { OpenFileMappingW(FILE_MAP_READ | FILE_MAP_WRITE, 0, wide.as_ptr()) };
    if section.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is open, and only this value owns it. The view stays valid after the handle is
    // closed.
    map(&unsafe { OwnedHandle::from_raw_handle(section) }, length)
}

fn map(section: &OwnedHandle, length: u64) -> io::Result<Mapping> {
    let length = usize::try_from(length).map_err(io::Error::other)?;
    // A length of 0 would map the whole section, whose length is not known.
    if length == 0 {
        return Err(io::Error::other("the shared memory has no bytes"));
    }
    // SAFETY: the section is open. The call fails if the section is shorter than `length`.
    let view =
        unsafe { MapViewOfFile(section.as_raw_handle(), FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, length) };
    if view.Value == null_mut() { Err(io::Error::last_os_error()) } else { Ok(Mapping { view, length }) }
}

fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}
