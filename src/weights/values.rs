//! Numbers as they lie in a file, to f32 and back.

#![forbid(unsafe_code)]

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use safetensors::Dtype;

/// How a tensor's numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// IEEE binary32.
    F32,
    /// IEEE binary16: 11 significant bits, up to 65,504.
    F16,
    /// The upper half of a binary32: 8 significant bits, the whole range.
    Bf16,
}

impl std::fmt::Display for Precision {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.dtype().fmt(formatter)
    }
}

impl Precision {
    /// The precision of safetensors' name, where it is one that is read.
    pub(super) fn of(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::F32 => Some(Self::F32),
            Dtype::F16 => Some(Self::F16),
            Dtype::BF16 => Some(Self::Bf16),
            _ => None,
        }
    }

    pub(super) fn dtype(self) -> Dtype {
        match self {
            Self::F32 => Dtype::F32,
            Self::F16 => Dtype::F16,
            Self::Bf16 => Dtype::BF16,
        }
    }
}

/// Little-endian bytes to values. `half` converts with F16C where the processor has it.
pub(super) fn decode(precision: Precision, bytes: &[u8]) -> Vec<f32> {
    match precision {
        Precision::F32 => elements(bytes, f32::from_le_bytes),
        Precision::F16 => {
            widen(bytes, |bits| f16::from_bits(u16::from_le_bytes(bits)), |s, o| s.convert_to_f32_slice(o))
        }
        Precision::Bf16 => {
            widen(bytes, |bits| bf16::from_bits(u16::from_le_bytes(bits)), |s, o| s.convert_to_f32_slice(o))
        }
    }
}

fn widen<T: bytemuck::Pod>(bytes: &[u8], read: fn([u8; 2]) -> T, convert: fn(&[T], &mut [f32])) -> Vec<f32> {
    let mut values = vec![0.0; bytes.len() / 2];
    match bytemuck::try_cast_slice(bytes) {
        // In place where the file is aligned, as all that this library wrote are.
        Ok(narrow) if cfg!(target_endian = "little") => convert(narrow, &mut values),
        _ => convert(&elements(bytes, read), &mut values),
    }
    values
}

fn elements<const N: usize, T>(bytes: &[u8], read: fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks().0.iter().map(|&chunk| read(chunk)).collect()
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

/// The index of the first NaN or infinity.
pub(super) fn first_not_finite(values: &[f32]) -> Option<usize> {
    // Whole blocks first: a block's verdict has no branch inside and vectorises.
    let block = 4096;
    values.chunks(block).enumerate().find_map(|(index, chunk)| {
        let finite = chunk.iter().fold(true, |all, value| all & value.is_finite());
        if finite {
            return None;
        }
        chunk.iter().position(|value| !value.is_finite()).map(|position| index * block + position)
    })
}
