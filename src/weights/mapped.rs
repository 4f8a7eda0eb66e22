//! The only module that maps a file into memory.

#![allow(unsafe_code, reason = "a file can change while it is mapped")]

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

use memmap2::Mmap;

/// Maps a file for reading. The system reads its bytes when they are first used. Errors: those of the system.
pub(super) fn map(path: &Path) -> io::Result<Mmap> {
    let file = File::open(path)?;
    // SAFETY: the mapping is read-only, and no reference outlives it. Another process may still write to or
    // truncate the file, which no program can prevent. Sizes and offsets are read once and checked, so a
    // write can only change a tensor's numbers. The writers of this library replace packages by renaming,
    // which leaves a mapped file unchanged.
    unsafe { Mmap::map(&file) }
}

/// Lets the system reuse the memory of a range of a mapped file. The bytes stay valid: the system reads them
/// from the file again when they are used. This function does nothing on Windows.
pub(super) fn release(mapping: &Mmap, range: Range<usize>) {
    #[cfg(unix)]
    if mapping.get(range.clone()).is_some() {
        // SAFETY: the range is within the mapping. The mapping is shared and read-only, so its pages have no
        // changes that could be lost.
        let _ = unsafe {
            mapping.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, range.start, range.len())
        };
    }
    #[cfg(not(unix))]
    let _ = (mapping, range);
}
