//! Conversion of numbers between f32 and the precisions in files.

#![forbid(unsafe_code)]

use half::{bf16, f16};
use safetensors::Dtype;

pub use crate::engine::Precision;
use crate::engine::StoredArray;

/// Returns the precision of a safetensors type, or `None` if the type is not supported.
pub(super) fn precision_of(dtype: Dtype) -> Option<Precision> {
    match dtype {
        Dtype::F32 => Some(Precision::F32),
        Dtype::F16 => Some(Precision::F16),
        Dtype::BF16 => Some(Precision::Bf16),
        _ => None,
    }
}

/// Returns the safetensors type of a precision.
pub(super) fn dtype_of(precision: Precision) -> Dtype {
    match precision {
        Precision::F32 => Dtype::F32,
        Precision::F16 => Dtype::F16,
        Precision::Bf16 => Dtype::BF16,
    }
}

/// Appends values as little-endian bytes. Returns the index of the first value that is not finite in that
/// precision; `None` if there is no such value.
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

/// Returns the index and value of the first NaN or infinity; `None` if all values are finite.
pub(super) fn first_not_finite(array: StoredArray<'_>) -> Option<(usize, f32)> {
    // NaN and infinity have all exponent bits set.
    let index = match array.precision {
        Precision::F32 => first(array.bytes, |bytes| u32::from_le_bytes(bytes) & 0x7f80_0000 == 0x7f80_0000),
        Precision::F16 => first(array.bytes, |bytes| u16::from_le_bytes(bytes) & 0x7c00 == 0x7c00),
        Precision::Bf16 => first(array.bytes, |bytes| u16::from_le_bytes(bytes) & 0x7f80 == 0x7f80),
    }?;
    let mut value = [0.0];
    array.part(index..).read_into(&mut value);
    Some((index, value[0]))
}

/// Returns the index of the first number for which `is_so` holds.
fn first<const SIZE: usize>(bytes: &[u8], is_so: impl Fn([u8; SIZE]) -> bool) -> Option<usize> {
    // Whole blocks are tested first: the test of a block has no branch inside, so it vectorizes.
    const BLOCK: usize = 4096;
    let numbers = bytes.as_chunks().0;
    let block =
        numbers.chunks(BLOCK).position(|block| block.iter().fold(false, |any, &bytes| any | is_so(bytes)))?;
    let within = numbers.get(block * BLOCK..)?.iter().position(|&bytes| is_so(bytes))?;
    Some(block * BLOCK + within)
}

#[cfg(test)]
mod tests;
