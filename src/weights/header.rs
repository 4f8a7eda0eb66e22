//! The list of tensors at the head of a safetensors file.
//!
//! The entries are the `safetensors` crate's; the list is read here, because that crate keeps the last of two entries
//! of one name, holds the whole header twice while reading it, and adds unchecked sizes at its end (0.8).

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::ops::Range;

use safetensors::tensor::TensorInfo;
use serde::Deserialize;
use serde::de::{Error, MapAccess, Visitor};

/// A header of four MiB lists some 30,000 tensors; the largest public text-to-image checkpoints have 3,000.
const LONGEST_HEADER: usize = 4 << 20;
/// The header's length, a little-endian u64, comes before it.
pub(super) const LENGTH_BYTES: usize = 8;
/// The key that is no tensor: text beside them.
pub(super) const METADATA: &str = "__metadata__";
/// In the metadata: CRC-32 of the data, eight hexadecimal digits.
pub(super) const CHECKSUM: &str = "crc32";

/// A list of tensors that does not fit its file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// Fewer bytes than the header's own length needs.
    #[error("it has {found} bytes, fewer than any tensor file; it was cut off")]
    Truncated {
        /// Bytes at hand.
        found: usize,
    },
    /// The header claims more than there is, or than is read.
    #[error(
        "its header claims {found} bytes; {limit} are possible: the file was cut off or is no safetensors file"
    )]
    TooLong {
        /// The claim.
        found: u64,
        /// The smaller of the file and of what is read.
        limit: usize,
    },
    /// Not the expected JSON.
    #[error("its header is broken: {0}")]
    Json(#[from] serde_json::Error),
    /// Sizes whose product does not exist, or that differ from the bytes listed.
    #[error("tensor {name} of shape {shape:?} and type {kind} can't occupy {bytes} bytes")]
    WrongSize {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
        /// safetensors' name of its type.
        kind: String,
        /// Bytes listed, 0 where the end is before the beginning.
        bytes: usize,
    },
    /// A hole or an overlap.
    #[error("tensor {name} begins at byte {found} of the data; the one before it ends at {expected}")]
    NotContiguous {
        /// The tensor.
        name: String,
        /// Where it begins.
        found: usize,
        /// Where it should.
        expected: usize,
    },
    /// Data left over or missing at the end.
    #[error("its tensors fill {expected} bytes, and {found} are there; the file was cut off or written over")]
    WrongLength {
        /// Bytes of data at hand.
        found: usize,
        /// Bytes that the tensors need.
        expected: usize,
    },
}

/// What the header says, checked against the file.
pub(super) struct Header {
    /// Where each tensor is; offsets within the data.
    pub tensors: BTreeMap<String, TensorInfo>,
    /// Text beside the tensors.
    pub metadata: BTreeMap<String, String>,
    /// Where the data are in the file.
    pub data: Range<usize>,
}

/// Reads and checks the header of a whole safetensors file.
pub(super) fn read(file: &[u8]) -> Result<Header, HeaderError> {
    let Some((length, rest)) = file.split_first_chunk::<LENGTH_BYTES>() else {
        return Err(HeaderError::Truncated { found: file.len() });
    };
    let found = u64::from_le_bytes(*length);
    let limit = rest.len().min(LONGEST_HEADER);
    let too_long = || HeaderError::TooLong { found, limit };
    let length = usize::try_from(found).ok().filter(|&length| length <= limit).ok_or_else(too_long)?;
    let (json, data) = rest.split_at_checked(length).ok_or_else(too_long)?;
    let Entries { tensors, metadata } = serde_json::from_slice(json)?;
    check(&tensors, data.len())?;
    Ok(Header { tensors, metadata, data: LENGTH_BYTES + length..file.len() })
}

fn check(tensors: &BTreeMap<String, TensorInfo>, data: usize) -> Result<(), HeaderError> {
    let mut ordered: Vec<_> = tensors.iter().collect();
    ordered.sort_by_key(|(_, info)| info.data_offsets);
    let mut expected = 0;
    for (name, info) in ordered {
        let (begin, end) = info.data_offsets;
        let bytes = end.checked_sub(begin);
        if bytes.is_none() || bytes != byte_count(info) {
            return Err(HeaderError::WrongSize {
                name: name.clone(),
                shape: info.shape.iter().copied().take(8).collect(),
                kind: info.dtype.to_string(),
                bytes: bytes.unwrap_or(0),
            });
        }
        if begin != expected {
            return Err(HeaderError::NotContiguous { name: name.clone(), found: begin, expected });
        }
        expected = end;
    }
    if expected == data { Ok(()) } else { Err(HeaderError::WrongLength { found: data, expected }) }
}

fn byte_count(info: &TensorInfo) -> Option<usize> {
    let elements = info.shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size))?;
    let bits = elements.checked_mul(info.dtype.bitsize())?;
    (bits % 8 == 0).then_some(bits / 8)
}

/// The header's JSON. Refuses two entries of one name.
struct Entries {
    tensors: BTreeMap<String, TensorInfo>,
    metadata: BTreeMap<String, String>,
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object that lists tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Entries { tensors: BTreeMap::new(), metadata: BTreeMap::new() };
        let mut metadata_seen = false;
        while let Some(name) = map.next_key::<String>()? {
            let twice = if name == METADATA {
                entries.metadata = map.next_value()?;
                std::mem::replace(&mut metadata_seen, true)
            } else {
                entries.tensors.insert(name.clone(), map.next_value()?).is_some()
            };
            if twice {
                return Err(A::Error::custom(format_args!("{name} is listed twice")));
            }
        }
        Ok(entries)
    }
}
