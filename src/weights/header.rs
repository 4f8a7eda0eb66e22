//! Header of a safetensors file, which lists its tensors.
//!
//! The entries have the types of the `safetensors` crate. The list is parsed here for three reasons. That
//! crate (0.8) keeps the last of two entries with one name. It holds the whole header twice in memory while
//! it reads. It does not check for overflow when it adds the sizes of the parts of the file.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::ops::Range;

use safetensors::tensor::TensorInfo;
use serde::Deserialize;
use serde::de::{Error, MapAccess, Visitor};

/// Largest header, in bytes. Four MiB list some 30,000 tensors; the largest public text-to-image checkpoints
/// have 3,000 tensors.
const LONGEST_HEADER: usize = 4 << 20;
/// Size of the header's length, a little-endian u64 at the beginning of the file.
pub(super) const LENGTH_BYTES: usize = 8;
/// Key of the header that holds text and not a tensor.
pub(super) const METADATA: &str = "__metadata__";
/// Key in the metadata under which the CRC-32 of the data is stored, as eight hexadecimal digits.
pub(super) const CHECKSUM: &str = "crc32";

/// Reasons why the header of a safetensors file is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The file is shorter than the length field of the header.
    #[error("it has {found} bytes, fewer than any safetensors file; it was cut off")]
    Truncated {
        /// Number of bytes.
        found: usize,
    },
    /// The header's length is larger than the file or the limit.
    #[error(
        "its header states {found} bytes; expected at most {limit}: the file was cut off or is not a safetensors file"
    )]
    TooLong {
        /// Length that the file states, in bytes.
        found: u64,
        /// Number of bytes that follow the length field, or the largest accepted header if that is smaller.
        limit: usize,
    },
    /// The header is not the expected JSON.
    #[error("its header is broken: {0}")]
    Json(#[from] serde_json::Error),
    /// A tensor's byte range does not match its shape and type, or its size overflows.
    #[error("tensor {name} of shape {shape:?} and type {kind} can't occupy {bytes} bytes")]
    WrongSize {
        /// Name of the tensor.
        name: String,
        /// Its shape, at most the first eight sizes.
        shape: Vec<usize>,
        /// safetensors' name of its type.
        kind: String,
        /// Number of bytes in its range; 0 if the range ends before it begins.
        bytes: usize,
    },
    /// There is a gap or an overlap between tensors.
    #[error(
        "tensor {name} begins at byte {found} of the data; expected byte {expected}, where the previous one ends"
    )]
    NotContiguous {
        /// Name of the tensor.
        name: String,
        /// Position at which it begins, in bytes.
        found: usize,
        /// Position at which it must begin, in bytes.
        expected: usize,
    },
    /// The tensors do not end where the data ends.
    #[error(
        "its tensors need {expected} bytes, but {found} follow the header; the file was cut off or overwritten"
    )]
    WrongLength {
        /// Bytes of data in the file.
        found: usize,
        /// Bytes that the tensors need.
        expected: usize,
    },
}

/// Content of a header, checked against the file.
pub(super) struct Header {
    /// Tensors by name. Their offsets are relative to the data.
    pub tensors: BTreeMap<String, TensorInfo>,
    /// Text of the metadata.
    pub metadata: BTreeMap<String, String>,
    /// Byte range of the data in the file.
    pub data: Range<usize>,
}

/// Reads and checks the header of a whole safetensors file. Errors: [`HeaderError`].
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

/// The header's JSON. Two entries with one name are refused.
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
