//! Numbers as they lie in a file, to f32 and back.

#![forbid(unsafe_code)]

use half::{bf16, f16};
use safetensors::Dtype;

pub use crate::engine::Precision;
use crate::engine::StoredArray;

/// The precision of safetensors' name, where it is one that is read.
pub(super) fn precision_of(dtype: Dtype) -> Option<Precision> {
    match dtype {
        Dtype::F32 => Some(Precision::F32),
        Dtype::F16 => Some(Precision::F16),
        Dtype::BF16 => Some(Precision::Bf16),
        _ => None,
    }
}

/// safetensors' name of a precision.
pub(super) fn dtype_of(precision: Precision) -> Dtype {
    match precision {
        Precision::F32 => Dtype::F32,
        Precision::F16 => Dtype::F16,
        Precision::Bf16 => Dtype::BF16,
    }
}

/// Values to little-endian bytes, appended. Returns the index of the first one that the precision can't hold.
pub(super) fn encode(precision: Precision, values: &[f32], bytes: &mut Vec<u8>) -> Option<usize> {
    let mut lost = None;
    for (index, &value) in values.iter().enumerate() {
        let kept = match precision {
            Precision::F32 => {
                bytes.extend(value.to_le_bytes());
                value.is_finite()
            }
            Precision::F16 => {
                let narrow = f16::from_f32(value);
                bytes.extend(narrow.to_le_bytes());
                narrow.is_finite()
            }
            Precision::Bf16 => {
                let narrow = bf16::from_f32(value);
                bytes.extend(narrow.to_le_bytes());
                narrow.is_finite()
            }
        };
        if !kept {
            lost = lost.or(Some(index));
        }
    }
    lost
}

/// The index and value of the first NaN or infinity.
pub(super) fn first_not_finite(array: StoredArray<'_>) -> Option<(usize, f32)> {
    // Whole blocks first: a block's verdict has no branch inside and vectorises.
    const BLOCK: usize = 4096;
    let mut block = [0.0; BLOCK];
    let StoredArray { precision, bytes } = array;
    bytes.chunks(BLOCK * precision.size()).enumerate().find_map(|(index, bytes)| {
        let array = StoredArray { precision, bytes };
        let values = block.get_mut(..array.count())?;
        array.read_into(values);
        let finite = values.iter().fold(true, |all, value| all & value.is_finite());
        if finite {
            return None;
        }
        let position = values.iter().position(|value| !value.is_finite())?;
        Some((index * BLOCK + position, values.get(position).copied()?))
    })
}
