//! The storage of numbers in files and on devices.

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use serde::{Deserialize, Serialize};

/// A storage format of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u32)]
pub enum Precision {
    /// IEEE binary32.
    #[default]
    F32 = 0,
    /// The upper half of a binary32: 8 significant bits, the same range.
    Bf16 = 1,
    /// IEEE binary16: 11 significant bits, up to 65,504.
    F16 = 2,
}

impl Precision {
    /// Returns the precision that a number in a message stands for; `None` if it is unknown.
    pub fn of(number: u32) -> Option<Self> {
        [Self::F32, Self::Bf16, Self::F16].into_iter().find(|&precision| precision as u32 == number)
    }

    /// Returns the bytes per number.
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

/// An array as a file stores it: row-major, little-endian.
#[derive(Clone, Copy, Debug)]
pub struct StoredArray<'a> {
    /// Format of the numbers.
    pub precision: Precision,
    /// Bytes of the numbers, of any alignment.
    pub bytes: &'a [u8],
}

impl<'a> StoredArray<'a> {
    /// Wraps values of this process in the machine's byte order. So only little-endian machines are
    /// supported.
    pub fn of_f32(values: &'a [f32]) -> Self {
        Self { precision: Precision::F32, bytes: bytemuck::cast_slice(values) }
    }

    /// Returns how many numbers there are.
    pub fn count(&self) -> usize {
        self.bytes.len() / self.precision.size()
    }

    /// Returns the numbers from a position to the end; an empty array if the position is past the end.
    pub fn part(&self, from: std::ops::RangeFrom<usize>) -> Self {
        let bytes = from.start.checked_mul(self.precision.size()).and_then(|start| self.bytes.get(start..));
        Self { precision: self.precision, bytes: bytes.unwrap_or_default() }
    }

    /// Returns the values as f32.
    pub fn to_f32(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.count()];
        self.read_into(&mut values);
        values
    }

    /// Writes the first values of this array to `values`, at most as many as `values` has elements. The crate
    /// `half` converts them with F16C if the processor has it.
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
        // Aligned bytes are converted without a copy. The bytes are aligned in all files that this library
        // wrote.
        Ok(narrow) if cfg!(target_endian = "little") => convert(narrow, values),
        _ => {
            let narrow: Vec<T> = bytes.as_chunks().0.iter().map(|&bytes| read(bytes)).collect();
            convert(&narrow, values);
        }
    }
}
