//! The one place that maps a file into memory.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::Mmap;

/// The file's bytes, read by the system as they are touched.
pub(super) fn map(path: &Path) -> io::Result<Mmap> {
    let file = File::open(path)?;
    // SAFETY: the mapping is private to reading, and nobody is handed a reference that outlives it. Another process
    // may still write or truncate the file, which no program can rule out: sizes and offsets are read once and checked,
    // a tensor's numbers may at worst turn into other numbers, and our own writers replace packages by renaming, which
    // leaves a mapped file as it was.
    unsafe { Mmap::map(&file) }
}
