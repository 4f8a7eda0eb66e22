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
    // What is not finite has all bits of its exponent set.
    let index = match array.precision {
        Precision::F32 => first(array.bytes, |bytes| u32::from_le_bytes(bytes) & 0x7f80_0000 == 0x7f80_0000),
        Precision::F16 => first(array.bytes, |bytes| u16::from_le_bytes(bytes) & 0x7c00 == 0x7c00),
        Precision::Bf16 => first(array.bytes, |bytes| u16::from_le_bytes(bytes) & 0x7f80 == 0x7f80),
    }?;
    let mut value = [0.0];
    array.part(index..).read_into(&mut value);
    Some((index, value[0]))
}

/// The index of the first number that is so.
fn first<const SIZE: usize>(bytes: &[u8], is_so: impl Fn([u8; SIZE]) -> bool) -> Option<usize> {
    // Whole blocks first: a block's verdict has no branch inside and vectorises.
    const BLOCK: usize = 4096;
    let numbers = bytes.as_chunks().0;
    let block =
        numbers.chunks(BLOCK).position(|block| block.iter().fold(false, |any, &bytes| any | is_so(bytes)))?;
    let within = numbers.get(block * BLOCK..)?.iter().position(|&bytes| is_so(bytes))?;
    Some(block * BLOCK + within)
}

#[cfg(test)]
mod tests;
