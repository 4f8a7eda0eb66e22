//! How numbers are kept: in a file, and on a device.

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use serde::{Deserialize, Serialize};

/// How numbers are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u32)]
pub enum Precision {
    /// IEEE binary32.
    #[default]
    F32 = 0,
    /// The upper half of a binary32: 8 significant bits, the whole range.
    Bf16 = 1,
    /// IEEE binary16: 11 significant bits, up to 65,504.
    F16 = 2,
}

impl Precision {
    /// The precision of a number on the line.
    pub fn of(number: u32) -> Option<Self> {
        [Self::F32, Self::Bf16, Self::F16].into_iter().find(|&precision| precision as u32 == number)
    }

    /// Bytes a number.
    pub fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::Bf16 | Self::F16 => 2,
        }
    }
}

impl std::fmt::Display for Precision {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(match self {
            Self::F32 => "F32",
            Self::Bf16 => "BF16",
            Self::F16 => "F16",
        })
    }
}

/// An array as a file has it: row-major, little-endian.
#[derive(Clone, Copy, Debug)]
pub struct StoredArray<'a> {
    /// How.
    pub precision: Precision,
    /// Of any alignment.
    pub bytes: &'a [u8],
}

impl<'a> StoredArray<'a> {
    /// Values of this process. Little-endian machines only are supported, as everywhere in this library's files.
    pub fn of_f32(values: &'a [f32]) -> Self {
        Self { precision: Precision::F32, bytes: bytemuck::cast_slice(values) }
    }

    /// How many numbers there are.
    pub fn count(&self) -> usize {
        self.bytes.len() / self.precision.size()
    }

    /// From one number on; nothing where it has fewer.
    pub fn part(&self, from: std::ops::RangeFrom<usize>) -> Self {
        let bytes = from.start.checked_mul(self.precision.size()).and_then(|start| self.bytes.get(start..));
        Self { precision: self.precision, bytes: bytes.unwrap_or_default() }
    }

    /// The values as f32.
    pub fn to_f32(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.count()];
        self.read_into(&mut values);
        values
    }

    /// Writes the values; as many as there is room for. `half` converts with F16C where the processor has it.
    pub fn read_into(&self, values: &mut [f32]) {
        match self.precision {
            Precision::F32 => {
                let chunks = self.bytes.as_chunks().0;
                values.iter_mut().zip(chunks).for_each(|(value, &bytes)| *value = f32::from_le_bytes(bytes));
            }
            Precision::F16 => {
                let read = |bytes| f16::from_bits(u16::from_le_bytes(bytes));
                widen(self.bytes, values, read, |narrow, to| narrow.convert_to_f32_slice(to));
            }
            Precision::Bf16 => {
                let read = |bytes| bf16::from_bits(u16::from_le_bytes(bytes));
                widen(self.bytes, values, read, |narrow, to| narrow.convert_to_f32_slice(to));
            }
        }
    }
}

fn widen<T: bytemuck::Pod>(
    bytes: &[u8],
    values: &mut [f32],
    read: fn([u8; 2]) -> T,
    convert: fn(&[T], &mut [f32]),
) {
    let count = values.len().min(bytes.len() / 2);
    let (Some(values), Some(bytes)) = (values.get_mut(..count), bytes.get(..2 * count)) else { return };
    match bytemuck::try_cast_slice(bytes) {
        // In place where the file is aligned, as all that this library wrote are.
        Ok(narrow) if cfg!(target_endian = "little") => convert(narrow, values),
        _ => {
            let narrow: Vec<T> = bytes.as_chunks().0.iter().map(|&bytes| read(bytes)).collect();
            convert(&narrow, values);
        }
    }
}
