//! Tensors of a file of `torch.save`, as views of its stored arrays.

#![forbid(unsafe_code)]

use std::ops::Range;

use super::pickle::{Storage, View};
use crate::engine::{Precision, StoredArray};

/// A tensor in a file of `torch.save`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TorchTensor {
    /// Sizes.
    pub shape: Vec<usize>,
    /// Distance between neighbors along each dimension, as a count of numbers.
    pub strides: Vec<usize>,
    /// Number format.
    pub precision: Precision,
    /// Byte range in the file, from the first number to the last.
    pub span: Range<usize>,
}

impl TorchTensor {
    /// Returns whether the numbers lie in row-major order without gaps.
    pub fn is_contiguous(&self) -> bool {
        if self.shape.contains(&0) {
            return true;
        }
        let mut expected = 1;
        self.shape.iter().zip(&self.strides).rev().all(|(&size, &stride)| {
            let matches = size == 1 || stride == expected;
            expected *= size;
            matches
        })
    }

    /// Returns the numbers in row-major order. file: the whole file. `None` if the file is shorter than the
    /// one from which the tensor was read.
    pub fn to_f32(&self, file: &[u8]) -> Option<Vec<f32>> {
        let bytes = file.get(self.span.clone())?;
        let stored = StoredArray { precision: self.precision, bytes }.to_f32();
        if self.is_contiguous() {
            return Some(stored);
        }
        let count = self.shape.iter().product();
        let mut values = Vec::with_capacity(count);
        let mut index = vec![0; self.shape.len()];
        while values.len() < count {
            let position =
                index.iter().zip(&self.strides).map(|(index, stride)| index * stride).sum::<usize>();
            values.push(*stored.get(position)?);
            for (index, &size) in index.iter_mut().zip(&self.shape).rev() {
                *index += 1;
                if *index < size {
                    break;
                }
                *index = 0;
            }
        }
        Some(values)
    }
}

/// Returns the tensor of a view of an array. span: byte range of the array in the file. Errors: the reason
/// why the view is refused.
pub(super) fn place(view: &View, storage: &Storage<'_>, span: Range<usize>) -> Result<TorchTensor, String> {
    let width = storage.precision.size();
    let stored = span.len() / width;
    if storage.count != stored || !span.len().is_multiple_of(width) {
        let found = span.len();
        return Err(format!(
            "its array has {found} bytes; expected {} numbers of {width} bytes",
            storage.count
        ));
    }
    if view.shape.len() != view.strides.len() {
        return Err(format!("it has {} sizes and {} strides", view.shape.len(), view.strides.len()));
    }
    let described = || format!("shape {:?}, strides {:?}, offset {}", view.shape, view.strides, view.offset);
    let count = view.shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
    // A view that repeats numbers could be larger than the file.
    let count = count.filter(|&count| count <= stored);
    let count =
        count.ok_or_else(|| format!("{} needs more than its {stored} stored numbers", described()))?;
    let last = view.shape.iter().zip(&view.strides).try_fold(view.offset, |last, (&size, &stride)| {
        last.checked_add(size.saturating_sub(1).checked_mul(stride)?)
    });
    let end = match last {
        _ if count == 0 => Some(view.offset),
        Some(last) => last.checked_add(1),
        None => None,
    };
    let end = end.filter(|&end| end <= stored);
    let end = end.ok_or_else(|| format!("{} leaves its {stored} stored numbers", described()))?;
    Ok(TorchTensor {
        shape: view.shape.clone(),
        strides: view.strides.clone(),
        precision: storage.precision,
        span: span.start + view.offset * width..span.start + end * width,
    })
}
