//! Places of the tensors in a safetensors file, and its header.

#![forbid(unsafe_code)]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use safetensors::tensor::TensorInfo;

use crate::engine::StoredArray;
use crate::weights::ALIGNMENT;
use crate::weights::error::Problem;
use crate::weights::header::{CHECKSUM, LENGTH_BYTES, METADATA};
use crate::weights::values::{self, Precision};

/// A tensor with its place in the file.
pub(super) struct Placed<'a> {
    /// Index of the tensor in the order in which the tensors were given.
    pub index: usize,
    pub name: &'a str,
    pub precision: Precision,
    pub info: TensorInfo,
}

/// Returns the tensors in the order of their data. tensors: name, shape and precision of each. Errors:
/// `UnusableName`; `WrongCount` for a shape without values.
///
/// The data begin at a multiple of [`ALIGNMENT`]. The format allows no gaps, so tensors are sorted by the
/// alignment of their size and then by name. Tensors whose size is a multiple of [`ALIGNMENT`] come first,
/// then those whose size is a multiple of half of [`ALIGNMENT`], and so on. So each tensor begins at a
/// multiple of the largest power of two that divides its size, up to [`ALIGNMENT`].
pub(super) fn layout<'a>(
    tensors: impl Iterator<Item = (&'a str, &'a [usize], Precision)>,
) -> Result<Vec<Placed<'a>>, Problem> {
    let mut names = BTreeSet::from([METADATA]);
    let mut ordered = Vec::new();
    for (index, (name, shape, precision)) in tensors.enumerate() {
        if name.is_empty() || !names.insert(name) {
            return Err(Problem::UnusableName { name: name.to_owned() });
        }
        let width = precision.size();
        let bytes = shape.iter().try_fold(width, |product, &size| product.checked_mul(size));
        let Some(bytes) = bytes.filter(|&bytes| bytes > 0) else {
            return Err(Problem::WrongCount { name: name.to_owned(), found: 0, shape: shape.to_vec() });
        };
        let alignment = bytes.trailing_zeros().min(ALIGNMENT.trailing_zeros());
        ordered.push((Reverse(alignment), name, bytes, index, shape, precision));
    }
    ordered.sort_by_key(|&(alignment, name, ..)| (alignment, name));
    let mut begin = 0;
    let place = |(_, name, bytes, index, shape, precision): (_, &'a str, usize, usize, &'a [usize], _)| {
        let data_offsets = (begin, begin + bytes);
        begin += bytes;
        let info = TensorInfo { dtype: values::dtype_of(precision), shape: shape.to_vec(), data_offsets };
        Placed { index, name, precision, info }
    };
    Ok(ordered.into_iter().map(place).collect())
}

/// Appends the values of a tensor to the data. Errors: `WrongCount`, `NotFinite`, `OutOfRange`.
pub(super) fn encode(place: &Placed<'_>, values: &[f32], data: &mut Vec<u8>) -> Result<(), Problem> {
    let Placed { precision, info, .. } = place;
    let name = || place.name.to_owned();
    if info.shape.iter().product::<usize>() != values.len() {
        return Err(Problem::WrongCount { name: name(), found: values.len(), shape: info.shape.clone() });
    }
    if let Some((index, value)) = values::first_not_finite(StoredArray::of_f32(values)) {
        return Err(Problem::NotFinite { name: name(), index, value });
    }
    if let Some(index) = values::encode(*precision, values, data) {
        let value = values.get(index).copied().unwrap_or(f32::NAN);
        return Err(Problem::OutOfRange { name: name(), index, value, precision: *precision });
    }
    Ok(())
}

/// Returns the header of a safetensors file. Its length does not depend on the checksum of the data.
pub(super) fn header(placed: &[Placed<'_>], checksum: u32) -> serde_json::Result<Vec<u8>> {
    let metadata = BTreeMap::from([(CHECKSUM, format!("{checksum:08x}"))]);
    let mut json = format!("{{\"{METADATA}\":{}", serde_json::to_string(&metadata)?);
    for Placed { name, info, .. } in placed {
        json.push_str(&format!(",{}:{}", serde_json::to_string(name)?, serde_json::to_string(info)?));
    }
    json.push('}');
    // The format allows spaces at the end of the header.
    let padded = (LENGTH_BYTES + json.len()).next_multiple_of(ALIGNMENT);
    let length = padded - LENGTH_BYTES;
    let mut header = (length as u64).to_le_bytes().to_vec();
    header.extend(json.into_bytes());
    header.resize(padded, b' ');
    Ok(header)
}
