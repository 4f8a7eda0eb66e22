//! Reader for zips of stored (uncompressed) files, which finds the files in place.
//!
//! The `zip` crate writes our archives and reads them in the tests. This reader is separate for three
//! reasons. It returns ranges of the mapped bytes. It allocates no memory for counts that a hostile file
//! states. It refuses what the format allows and a package does not need: compression, encryption, several
//! disks, overlaps and duplicate names.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::ops::Range;

const END_SIGNATURE: u32 = 0x0605_4b50;
const END64_SIGNATURE: u32 = 0x0606_4b50;
const LOCATOR_SIGNATURE: u32 = 0x0706_4b50;
const CENTRAL_SIGNATURE: u32 = 0x0201_4b50;
const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
const END_BYTES: usize = 22;
const END64_BYTES: usize = 56;
const LOCATOR_BYTES: usize = 20;
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;
/// Identifier of the extra field that holds numbers of more than 32 bits.
const EXTRA64: u16 = 1;

/// Limits of an archive.
pub(super) struct Rules {
    /// Largest number of files.
    pub most_entries: usize,
    /// Whether the zip64 format is accepted, for archives of more than 4 GiB or 65,535 files.
    pub zip64: bool,
}

/// Limits of a package. It has three files, and may have further ones such as a license or a model card.
pub(super) const PACKAGE: Rules = Rules { most_entries: 64, zip64: false };

/// Reasons why an archive is refused: it is damaged, or it uses a part of the format that is not supported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The zip's end record is missing.
    #[error(
        "it has {found} bytes and no zip end record; it is not a zip, which .att3d files are, or it was cut off"
    )]
    NotAnArchive {
        /// Number of bytes.
        found: usize,
    },
    /// A record lies outside the bytes or begins with the wrong signature.
    #[error("its {record} record at byte {position} is broken; copy or download it again")]
    Broken {
        /// Kind of the record: `central`, `local` or `end`.
        record: &'static str,
        /// Byte at which the record begins.
        position: usize,
    },
    /// The archive is a zip64 or multi-disk archive.
    #[error("it is a zip64 or split archive, which is not supported; unpack it and open the folder")]
    Large,
    /// The archive lists too many files.
    #[error("it lists {found} files; expected at most {limit}")]
    TooManyEntries {
        /// Number of files.
        found: usize,
        /// Largest number of files.
        limit: usize,
    },
    /// A name is empty, or is not a plain path inside the archive.
    #[error("it holds a file named {name:?}, which is not a plain relative path; remove or rename it")]
    UnsafeName {
        /// The name, with its invalid bytes replaced.
        name: String,
    },
    /// Two files have the same name.
    #[error("it holds two files named {name:?}; each name must be unique")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A file is compressed, so it can't be used in place.
    #[error("{name} is compressed (method {method}); store it without compression, as zip -0 does")]
    Compressed {
        /// Name of the file.
        name: String,
        /// Number of the compression method in the zip format.
        method: u16,
    },
    /// A file is encrypted.
    #[error("{name} is encrypted; store it without encryption")]
    Encrypted {
        /// Name of the file.
        name: String,
    },
    /// The central and local records of a file contradict each other.
    #[error("the two records of {name} differ in {field}; copy or download it again")]
    Contradiction {
        /// Name of the file.
        name: String,
        /// Field that differs.
        field: &'static str,
    },
    /// Two files share bytes.
    #[error("{first} and {second} overlap in the file; copy or download it again")]
    Overlap {
        /// Name of the file that begins first.
        first: String,
        /// Name of the other file.
        second: String,
    },
}

/// A file in the archive.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub name: &'a str,
    /// Byte range of its content.
    pub data: Range<usize>,
    /// CRC-32 of its content, as the archive lists it.
    pub crc32: u32,
    /// Byte range of its local record and its content.
    pub span: Range<usize>,
    /// Position of its central record.
    pub central: usize,
}

/// Returns the files of the archive that `wanted` accepts, sorted by position. Of any other file, only the
/// central record and its name are checked, so such a file may be compressed. Errors: [`ArchiveError`].
pub(super) fn entries<'a>(
    bytes: &'a [u8],
    rules: &Rules,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Entry<'a>>, ArchiveError> {
    let directory = directory(bytes, rules)?;
    let mut position = directory.span.start;
    let mut names = BTreeSet::new();
    let mut entries = Vec::new();
    for _ in 0..directory.count {
        let record = central(bytes, position, directory.span.end, rules)?;
        if !names.insert(record.name) {
            return Err(ArchiveError::Duplicate { name: record.name.into() });
        }
        if wanted(record.name) {
            entries.push(local(bytes, &record, directory.span.start)?);
        }
        position = record.end;
    }
    if position != directory.span.end {
        return Err(ArchiveError::Broken { record: "central", position });
    }
    entries.sort_by_key(|entry: &Entry<'_>| entry.span.start);
    for (first, second) in entries.iter().zip(entries.iter().skip(1)) {
        if first.span.end > second.span.start {
            let (first, second) = (first.name.into(), second.name.into());
            return Err(ArchiveError::Overlap { first, second });
        }
    }
    Ok(entries)
}

struct Directory {
    span: Range<usize>,
    count: usize,
}

/// Reads the end record, which is the last end record whose comment ends at the end of the bytes.
fn directory(bytes: &[u8], rules: &Rules) -> Result<Directory, ArchiveError> {
    let missing = ArchiveError::NotAnArchive { found: bytes.len() };
    let last = bytes.len().checked_sub(END_BYTES).ok_or(missing.clone())?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    let ends_here = |position: usize| {
        u32_at(bytes, position) == Some(END_SIGNATURE)
            && u16_at(bytes, position + 20).map(usize::from) == Some(last - position)
    };
    let end = (first..=last).rev().find(|&position| ends_here(position)).ok_or(missing)?;
    let directory = match end.checked_sub(LOCATOR_BYTES).filter(|_| rules.zip64) {
        Some(locator) if u32_at(bytes, locator) == Some(LOCATOR_SIGNATURE) => directory64(bytes, locator)?,
        _ => directory32(bytes, end)?,
    };
    if directory.count > rules.most_entries {
        return Err(ArchiveError::TooManyEntries { found: directory.count, limit: rules.most_entries });
    }
    Ok(directory)
}

fn directory32(bytes: &[u8], end: usize) -> Result<Directory, ArchiveError> {
    let broken = || ArchiveError::Broken { record: "end", position: end };
    let half = |offset: usize| u16_at(bytes, end + offset).ok_or_else(broken);
    let word = |offset: usize| u32_at(bytes, end + offset).ok_or_else(broken);
    let (disk, directory_disk, here, total) = (half(4)?, half(6)?, half(8)?, half(10)?);
    let (size, start) = (word(12)?, word(16)?);
    if disk != 0 || directory_disk != 0 || here != total || total == u16::MAX || start == u32::MAX {
        return Err(ArchiveError::Large);
    }
    let start = start as usize;
    if start.checked_add(size as usize) != Some(end) {
        return Err(broken());
    }
    Ok(Directory { span: start..end, count: usize::from(total) })
}

/// Reads the zip64 end record, which lies directly before its locator. The numbers of the 32-bit end record
/// are not read: each is a copy of the 64-bit number, or has all bits set.
fn directory64(bytes: &[u8], locator: usize) -> Result<Directory, ArchiveError> {
    let broken = || ArchiveError::Broken { record: "end", position: locator };
    let end = locator.checked_sub(END64_BYTES).ok_or_else(broken)?;
    let word = |position: usize| u32_at(bytes, position).ok_or_else(broken);
    let long = |position: usize| size_at(bytes, position).ok_or_else(broken);
    // The record's length does not count its first 12 bytes.
    let length = long(end + 4)?;
    if word(end)? != END64_SIGNATURE || long(locator + 8)? != end || length != END64_BYTES - 12 {
        return Err(broken());
    }
    let (disks, locator_disk) = (word(locator + 16)?, word(locator + 4)?);
    let (disk, directory_disk) = (word(end + 16)?, word(end + 20)?);
    let (here, total) = (long(end + 24)?, long(end + 32)?);
    if disks != 1 || locator_disk != 0 || disk != 0 || directory_disk != 0 || here != total {
        return Err(ArchiveError::Large);
    }
    let (size, start) = (long(end + 40)?, long(end + 48)?);
    if start.checked_add(size) != Some(end) {
        return Err(broken());
    }
    Ok(Directory { span: start..end, count: total })
}

struct Central<'a> {
    name: &'a str,
    flags: u16,
    method: u16,
    crc32: u32,
    stored: usize,
    size: usize,
    local: usize,
    /// Position of this record.
    position: usize,
    /// Position of the next record.
    end: usize,
}

fn central<'a>(
    bytes: &'a [u8],
    position: usize,
    limit: usize,
    rules: &Rules,
) -> Result<Central<'a>, ArchiveError> {
    let broken = || ArchiveError::Broken { record: "central", position };
    let record = bytes.get(position..limit).ok_or_else(broken)?;
    if u32_at(record, 0) != Some(CENTRAL_SIGNATURE) {
        return Err(broken());
    }
    let half = |offset: usize| u16_at(record, offset).ok_or_else(broken);
    let word = |offset: usize| u32_at(record, offset).ok_or_else(broken);
    let name_end = CENTRAL_BYTES + usize::from(half(28)?);
    let extra_end = name_end + usize::from(half(30)?);
    let end = extra_end + usize::from(half(32)?);
    let name = record.get(CENTRAL_BYTES..name_end).ok_or_else(broken)?;
    if end > record.len() {
        return Err(broken());
    }
    if half(34)? != 0 {
        return Err(ArchiveError::Large);
    }
    let mut long = Numbers64::new(record.get(name_end..extra_end).unwrap_or_default(), rules);
    // The extra field has the numbers in this order.
    let size = long.or_take(word(24)?).ok_or_else(broken)?;
    let stored = long.or_take(word(20)?).ok_or_else(broken)?;
    let local = long.or_take(word(42)?).ok_or_else(broken)?;
    Ok(Central {
        name: plain_name(name)?,
        flags: half(8)?,
        method: half(10)?,
        crc32: word(16)?,
        stored,
        size,
        local,
        position,
        end: position + end,
    })
}

/// The numbers of more than 32 bits in the extra fields of a central record.
struct Numbers64<'a>(&'a [u8]);

impl<'a> Numbers64<'a> {
    /// Finds the numbers in the extra fields. If the rules do not accept zip64, there are none.
    fn new(mut fields: &'a [u8], rules: &Rules) -> Self {
        while let (true, Some(identifier), Some(length)) = (rules.zip64, u16_at(fields, 0), u16_at(fields, 2))
        {
            let (field, rest) =
                fields.get(4..).unwrap_or_default().split_at_checked(length.into()).unwrap_or_default();
            if identifier == EXTRA64 {
                return Self(field);
            }
            fields = rest;
        }
        Self(&[])
    }

    /// Returns the given number of a record. If all of its bits are set and there is an extra field, returns
    /// the next number of the extra field instead. `None` if the extra field ends too early.
    fn or_take(&mut self, short: u32) -> Option<usize> {
        if short != u32::MAX || self.0.is_empty() {
            return usize::try_from(short).ok();
        }
        let number = size_at(self.0, 0);
        self.0 = self.0.get(8..).unwrap_or_default();
        number
    }
}

/// Checks that a name is a plain relative path. This library never uses names as paths, but other programs
/// that unpack the file do.
fn plain_name(name: &[u8]) -> Result<&str, ArchiveError> {
    let refused = || ArchiveError::UnsafeName { name: String::from_utf8_lossy(name).into_owned() };
    let text = std::str::from_utf8(name).map_err(|_| refused())?;
    let file = text.strip_suffix('/').unwrap_or(text);
    let unsafe_part = |part: &str| part.is_empty() || part == "." || part == "..";
    if file.contains(['\\', ':']) || file.chars().any(char::is_control) || file.split('/').any(unsafe_part) {
        return Err(refused());
    }
    Ok(text)
}

fn local<'a>(bytes: &[u8], record: &Central<'a>, limit: usize) -> Result<Entry<'a>, ArchiveError> {
    let name = record.name;
    let position = record.local;
    let broken = || ArchiveError::Broken { record: "local", position };
    let header = bytes.get(position..limit).ok_or_else(broken)?;
    if u32_at(header, 0) != Some(LOCAL_SIGNATURE) {
        return Err(broken());
    }
    let half = |offset: usize| u16_at(header, offset).ok_or_else(broken);
    // Flag bits 0, 6 and 13 mean encrypted, strongly encrypted and encrypted directory.
    if (record.flags | half(6)?) & 0x2041 != 0 {
        return Err(ArchiveError::Encrypted { name: name.into() });
    }
    for method in [record.method, half(8)?] {
        if method != 0 {
            return Err(ArchiveError::Compressed { name: name.into(), method });
        }
    }
    let contradiction = |field| ArchiveError::Contradiction { name: name.into(), field };
    let name_end = LOCAL_BYTES + usize::from(half(26)?);
    if header.get(LOCAL_BYTES..name_end) != Some(name.as_bytes()) {
        return Err(contradiction("name"));
    }
    if record.stored != record.size {
        return Err(contradiction("size"));
    }
    let start = name_end + usize::from(half(28)?);
    let end = start.checked_add(record.size).filter(|&end| end <= header.len()).ok_or_else(broken)?;
    Ok(Entry {
        name,
        data: position + start..position + end,
        crc32: record.crc32,
        span: position..position + end,
        central: record.position,
    })
}

fn u16_at(bytes: &[u8], position: usize) -> Option<u16> {
    bytes.get(position..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], position: usize) -> Option<u32> {
    bytes.get(position..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

/// Returns the u64 at a position. `None` if it lies outside the bytes or does not fit in a `usize`.
fn size_at(bytes: &[u8], position: usize) -> Option<usize> {
    let chunk = bytes.get(position..)?.first_chunk()?;
    usize::try_from(u64::from_le_bytes(*chunk)).ok()
}
