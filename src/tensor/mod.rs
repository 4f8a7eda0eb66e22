//! The tensor interface, which the networks use: an array on an engine. This module is the only place where
//! shapes are checked.

#![forbid(unsafe_code)]

mod field;
mod filter;
mod shape;

use std::sync::Arc;

use crate::engine::{Binary, Buffer, Engine, EngineError, Reduction, StoredArray, Unary, View};

pub use field::{Field, FieldParts, Layer};
pub use shape::TensorError;
use shape::{broadcast, check, element_count};

/// The result of a tensor operation. Every call may return the error `Engine` besides those that it lists.
pub type TensorResult<T> = Result<T, TensorError>;

/// A dense f32 array on an engine. Clones share the storage.
#[derive(Clone, Debug)]
pub struct Tensor {
    engine: Arc<dyn Engine>,
    buffer: Buffer,
    shape: Vec<usize>,
}

impl Tensor {
    /// Copies host values to an engine. values: row-major. Errors: `ElementCount`, `TooLarge`.
    pub fn from_slice(engine: &Arc<dyn Engine>, values: &[f32], shape: &[usize]) -> TensorResult<Self> {
        let expected = element_count("from_slice", shape)?;
        if values.len() != expected {
            return Err(TensorError::ElementCount {
                operation: "from_slice",
                found: values.len(),
                shape: shape.to_vec(),
            });
        }
        let buffer = engine.upload(values, shape)?;
        Ok(Self { engine: engine.clone(), buffer, shape: shape.to_vec() })
    }

    /// Copies values to an engine in their stored precision, or as f32 if the engine accepts only f32.
    /// Errors: `ElementCount`, `TooLarge`.
    pub fn from_stored(
        engine: &Arc<dyn Engine>,
        values: StoredArray<'_>,
        shape: &[usize],
    ) -> TensorResult<Self> {
        let expected = element_count("from_stored", shape)?;
        if values.bytes.len() != expected.saturating_mul(values.precision.size()) {
            return Err(TensorError::ElementCount {
                operation: "from_stored",
                found: values.count(),
                shape: shape.to_vec(),
            });
        }
        match engine.upload_stored(values, shape)? {
            Some(buffer) => Ok(Self { engine: engine.clone(), buffer, shape: shape.to_vec() }),
            None => Self::from_slice(engine, &values.to_f32(), shape),
        }
    }

    /// Does the same as [`Tensor::from_stored`], for a weight of a large model. It can only be used as the
    /// weight of [`Tensor::linear`] and [`Tensor::conv2d`], and as the table of [`Tensor::embedding`].
    /// Errors: `ElementCount`, `TooLarge`.
    pub fn from_compact(
        engine: &Arc<dyn Engine>,
        values: StoredArray<'_>,
        shape: &[usize],
    ) -> TensorResult<Self> {
        let expected = element_count("from_compact", shape)?;
        if values.bytes.len() == expected.saturating_mul(values.precision.size())
            && let Some(buffer) = engine.upload_compact(values, shape)?
        {
            return Ok(Self { engine: engine.clone(), buffer, shape: shape.to_vec() });
        }
        Self::from_stored(engine, values, shape)
    }

    /// Does the same as [`Tensor::from_stored`], for values that never change. Engines of one process may
    /// share them. Errors: `ElementCount`, `TooLarge`.
    pub fn from_static(
        engine: &Arc<dyn Engine>,
        values: StoredArray<'static>,
        shape: &[usize],
    ) -> TensorResult<Self> {
        let expected = element_count("from_static", shape)?;
        if values.bytes.len() == expected.saturating_mul(values.precision.size())
            && let Some(buffer) = engine.upload_static(values, shape)?
        {
            return Ok(Self { engine: engine.clone(), buffer, shape: shape.to_vec() });
        }
        Self::from_stored(engine, values, shape)
    }

    /// Wraps storage that an engine made elsewhere (a trainer's variable). The caller must give the shape of
    /// the storage.
    pub fn from_buffer(engine: &Arc<dyn Engine>, buffer: Buffer, shape: &[usize]) -> Self {
        Self { engine: engine.clone(), buffer, shape: shape.to_vec() }
    }

    /// Returns the row-major sizes.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Returns the engine that holds the storage.
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// Returns the storage. Only the engine that made it can read it.
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// Returns storage and shape as a kernel takes them.
    pub fn view(&self) -> View<'_> {
        View { buffer: &self.buffer, shape: &self.shape }
    }

    /// Copies the values to the host, row-major. Errors: `Engine`.
    pub fn to_vec(&self) -> TensorResult<Vec<f32>> {
        Ok(self.engine.download(self.view())?)
    }

    fn wrap(&self, buffer: Result<Buffer, EngineError>, shape: Vec<usize>) -> TensorResult<Self> {
        Ok(Self { engine: self.engine.clone(), buffer: buffer?, shape })
    }

    fn size(&self, axis: usize) -> usize {
        self.shape.get(axis).copied().unwrap_or(1)
    }

    fn require_rank(&self, operation: &'static str, rank: usize) -> TensorResult<()> {
        check(self.shape.len() == rank, || TensorError::Rank {
            operation,
            found: self.shape.clone(),
            expected: rank,
        })
    }

    fn require_shape(&self, operation: &'static str, expected: &[usize]) -> TensorResult<()> {
        check(self.shape == expected, || self.mismatch(operation, expected))
    }

    fn mismatch(&self, operation: &'static str, right: &[usize]) -> TensorError {
        TensorError::ShapeMismatch { operation, left: self.shape.clone(), right: right.to_vec() }
    }

    fn require_axis(&self, operation: &'static str, axis: usize) -> TensorResult<()> {
        check(axis < self.shape.len(), || TensorError::Axis { operation, axis, shape: self.shape.clone() })
    }
}

/// Element-wise operations.
impl Tensor {
    /// Applies a function to each element. Errors: `Engine`.
    pub fn unary(&self, function: Unary) -> TensorResult<Self> {
        self.wrap(self.engine.unary(function, self.view()), self.shape.clone())
    }

    /// Combines two tensors with NumPy broadcasting. Errors: `ShapeMismatch`.
    pub fn binary(&self, function: Binary, other: &Self) -> TensorResult<Self> {
        let shape =
            broadcast(&self.shape, &other.shape).ok_or_else(|| self.mismatch("binary", &other.shape))?;
        self.wrap(self.engine.binary(function, self.view(), other.view(), &shape), shape)
    }

    /// Computes the sum, with broadcasting. Errors: `ShapeMismatch`.
    pub fn add(&self, other: &Self) -> TensorResult<Self> {
        self.binary(Binary::Add, other)
    }

    /// Computes the difference, with broadcasting. Errors: `ShapeMismatch`.
    pub fn subtract(&self, other: &Self) -> TensorResult<Self> {
        self.binary(Binary::Subtract, other)
    }

    /// Computes the product, with broadcasting. Errors: `ShapeMismatch`.
    pub fn multiply(&self, other: &Self) -> TensorResult<Self> {
        self.binary(Binary::Multiply, other)
    }

    /// Computes x · scale + shift. Errors: `Engine`.
    pub fn affine(&self, scale: f32, shift: f32) -> TensorResult<Self> {
        self.wrap(self.engine.affine(self.view(), scale, shift), self.shape.clone())
    }
}

/// Layout operations.
impl Tensor {
    /// Returns the same values with another shape. Errors: `ElementCount`, `TooLarge`.
    pub fn reshape(&self, shape: &[usize]) -> TensorResult<Self> {
        let found = element_count("reshape", &self.shape)?;
        check(element_count("reshape", shape)? == found, || TensorError::ElementCount {
            operation: "reshape",
            found,
            shape: shape.to_vec(),
        })?;
        Ok(Self { engine: self.engine.clone(), buffer: self.buffer.clone(), shape: shape.to_vec() })
    }

    /// Permutes the axes: axis i of the result is axis `axes[i]`. Errors: `Permutation`.
    pub fn permute(&self, axes: &[usize]) -> TensorResult<Self> {
        let mut sorted = axes.to_vec();
        sorted.sort_unstable();
        check(sorted.iter().copied().eq(0..self.shape.len()), || TensorError::Permutation {
            axes: axes.to_vec(),
            shape: self.shape.clone(),
        })?;
        let shape = axes.iter().map(|&axis| self.size(axis)).collect();
        self.wrap(self.engine.permute(self.view(), axes), shape)
    }

    /// Concatenates tensors whose shapes differ only in `axis`. Errors: `ShapeMismatch`, `Axis`, `Empty`.
    pub fn concat(parts: &[&Self], axis: usize) -> TensorResult<Self> {
        let Some(first) = parts.first() else {
            return Err(TensorError::Empty { operation: "concat" });
        };
        first.require_axis("concat", axis)?;
        let mut shape = first.shape.clone();
        let mut total = 0;
        for part in parts {
            let alike = part.shape.len() == shape.len()
                && part.shape.iter().zip(&shape).enumerate().all(|(index, (a, b))| index == axis || a == b);
            check(alike, || first.mismatch("concat", &part.shape))?;
            total += part.size(axis);
        }
        if let Some(size) = shape.get_mut(axis) {
            *size = total;
        }
        let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
        first.wrap(first.engine.concat(&views, axis), shape)
    }

    /// Returns `length` entries of `axis`, beginning at `start`. Errors: `Axis`, `Range`.
    pub fn narrow(&self, axis: usize, start: usize, length: usize) -> TensorResult<Self> {
        self.require_axis("narrow", axis)?;
        let fits = start.checked_add(length).is_some_and(|end| end <= self.size(axis));
        check(fits, || TensorError::Range { axis, start, length, shape: self.shape.clone() })?;
        let mut shape = self.shape.clone();
        if let Some(size) = shape.get_mut(axis) {
            *size = length;
        }
        self.wrap(self.engine.narrow(self.view(), axis, start, length), shape)
    }

    /// Repeats a leading axis of size 1 `count` times. Errors: `ShapeMismatch`; `Empty` if `count` is 0.
    pub fn repeat_batch(&self, count: usize) -> TensorResult<Self> {
        check(self.size(0) == 1, || self.mismatch("repeat_batch", &[1]))?;
        if count == 1 {
            return Ok(self.clone());
        }
        Self::concat(&vec![self; count], 0)
    }

    /// Reduces one axis. The result does not have this axis. Errors: `Axis`.
    pub fn reduce(&self, reduction: Reduction, axis: usize) -> TensorResult<Self> {
        self.require_axis("reduce", axis)?;
        let mut shape = self.shape.clone();
        shape.remove(axis);
        self.wrap(self.engine.reduce(reduction, self.view(), axis), shape)
    }
}

/// Operations of layers.
impl Tensor {
    /// Computes the batched product. self: [b, m, k]; other: [b, k, n], or [b, n, k] if `transposed`. Returns
    /// [b, m, n]. Errors: `Rank`, `ShapeMismatch`.
    pub fn matmul(&self, other: &Self, transposed: bool) -> TensorResult<Self> {
        self.require_rank("matmul", 3)?;
        other.require_rank("matmul", 3)?;
        let (inner, columns) =
            if transposed { (other.size(2), other.size(1)) } else { (other.size(1), other.size(2)) };
        let fits = self.size(0) == other.size(0) && self.size(2) == inner;
        check(fits, || self.mismatch("matmul", &other.shape))?;
        let shape = vec![self.size(0), self.size(1), columns];
        self.wrap(self.engine.matmul(self.view(), other.view(), transposed), shape)
    }

    /// Applies a linear layer to the last axis. self: [.., k]; weight: [o, k]; bias: `[o]`. Returns [.., o].
    /// Errors: `Rank`, `ShapeMismatch`.
    pub fn linear(&self, weight: &Self, bias: Option<&Self>) -> TensorResult<Self> {
        crate::error::fault("tensor");
        weight.require_rank("linear", 2)?;
        let (outputs, inputs) = (weight.size(0), weight.size(1));
        check(self.shape.last() == Some(&inputs), || self.mismatch("linear", &weight.shape))?;
        if let Some(bias) = bias {
            bias.require_shape("linear", &[outputs])?;
        }
        let rows: usize = self.shape.iter().rev().skip(1).product();
        let flat = self.reshape(&[rows, inputs])?;
        let mut shape = self.shape.clone();
        shape.pop();
        shape.push(outputs);
        self.wrap(self.engine.linear(flat.view(), weight.view(), bias.map(Tensor::view)), shape)
    }

    /// Computes a zero-padded convolution. self: [n, c, h, w]; weight: [o, c, kh, kw]; bias: `[o]`; stride: 1
    /// or 2. Errors: `Rank`, `ShapeMismatch`.
    pub fn conv2d(
        &self,
        weight: &Self,
        bias: Option<&Self>,
        stride: usize,
        padding: usize,
    ) -> TensorResult<Self> {
        self.require_rank("conv2d", 4)?;
        weight.require_rank("conv2d", 4)?;
        let output = |axis: usize| {
            (self.size(axis) + 2 * padding)
                .checked_sub(weight.size(axis))
                .map(|span| span / stride.max(1) + 1)
        };
        let (Some(height), Some(width)) = (output(2), output(3)) else {
            return Err(self.mismatch("conv2d", &weight.shape));
        };
        let fits = self.size(1) == weight.size(1) && (1..=2).contains(&stride);
        check(fits, || self.mismatch("conv2d", &weight.shape))?;
        if let Some(bias) = bias {
            bias.require_shape("conv2d", &[weight.size(0)])?;
        }
        let shape = vec![self.size(0), weight.size(0), height, width];
        let bias = bias.map(Tensor::view);
        self.wrap(self.engine.conv2d(self.view(), weight.view(), bias, stride, padding), shape)
    }

    /// Computes a group normalization. self: [n, c, ..]; weight, bias: `[c]`; `groups` divides c. Errors:
    /// `ShapeMismatch`.
    pub fn group_norm(&self, groups: usize, weight: &Self, bias: &Self, epsilon: f32) -> TensorResult<Self> {
        let channels = self.size(1);
        let fits = self.shape.len() >= 2 && groups > 0 && channels.is_multiple_of(groups);
        check(fits, || self.mismatch("group_norm", &[groups]))?;
        weight.require_shape("group_norm", &[channels])?;
        bias.require_shape("group_norm", &[channels])?;
        let buffer = self.engine.group_norm(self.view(), groups, weight.view(), bias.view(), epsilon);
        self.wrap(buffer, self.shape.clone())
    }

    /// Computes a layer normalization over the last axis. weight, bias: `[last]`. Errors: `ShapeMismatch`.
    pub fn layer_norm(&self, weight: &Self, bias: &Self, epsilon: f32) -> TensorResult<Self> {
        let last = self.shape.last().copied().unwrap_or(1);
        weight.require_shape("layer_norm", &[last])?;
        bias.require_shape("layer_norm", &[last])?;
        let buffer = self.engine.layer_norm(self.view(), weight.view(), bias.view(), epsilon);
        self.wrap(buffer, self.shape.clone())
    }

    /// Computes the softmax over the last axis. Errors: `Engine`.
    pub fn softmax(&self) -> TensorResult<Self> {
        self.wrap(self.engine.softmax(self.view()), self.shape.clone())
    }

    /// Returns the rows `ids` of a table. self: [v, d]; ids: below v. Returns [ids.len(), d]. Errors: `Rank`,
    /// `Index`.
    pub fn embedding(&self, ids: &[u32]) -> TensorResult<Self> {
        self.require_rank("embedding", 2)?;
        if let Some(&index) = ids.iter().find(|&&id| id as usize >= self.size(0)) {
            return Err(TensorError::Index { operation: "embedding", index, limit: self.size(0) });
        }
        self.wrap(self.engine.embedding(self.view(), ids), vec![ids.len(), self.size(1)])
    }

    /// Repeats each pixel `factor` times along both axes. self: [n, c, h, w]. Errors: `Rank`,
    /// `ShapeMismatch`.
    pub fn upsample_nearest(&self, factor: usize) -> TensorResult<Self> {
        self.require_rank("upsample_nearest", 4)?;
        check(factor > 0, || self.mismatch("upsample_nearest", &[factor]))?;
        let shape = vec![self.size(0), self.size(1), self.size(2) * factor, self.size(3) * factor];
        self.wrap(self.engine.upsample_nearest(self.view(), factor), shape)
    }

    /// Moves channels to pixels. self: [n, c·f², h, w]. Returns [n, c, h·f, w·f]. Errors: `Rank`,
    /// `ShapeMismatch`.
    pub fn pixel_shuffle(&self, factor: usize) -> TensorResult<Self> {
        self.require_rank("pixel_shuffle", 4)?;
        let (batch, height, width) = (self.size(0), self.size(2), self.size(3));
        let square = factor * factor;
        check(square > 0 && self.size(1).is_multiple_of(square), || {
            self.mismatch("pixel_shuffle", &[factor])
        })?;
        let channels = self.size(1) / square;
        self.reshape(&[batch, channels, factor, factor, height, width])?
            .permute(&[0, 1, 4, 2, 5, 3])?
            .reshape(&[batch, channels, height * factor, width * factor])
    }

    /// Computes the mean of the rows that share a cell. self: [b, n, c]; cells: b·n indices below
    /// `cell_count`. Returns [b, cell_count, c]; cells without rows are 0. Errors: `Rank`, `Index`,
    /// `ElementCount`.
    pub fn scatter_mean(&self, cells: &[u32], cell_count: usize) -> TensorResult<Self> {
        self.require_rank("scatter_mean", 3)?;
        check(cells.len() == self.size(0) * self.size(1), || TensorError::ElementCount {
            operation: "scatter_mean",
            found: cells.len(),
            shape: self.shape.clone(),
        })?;
        if let Some(&index) = cells.iter().find(|&&cell| cell as usize >= cell_count) {
            return Err(TensorError::Index { operation: "scatter_mean", index, limit: cell_count });
        }
        let shape = vec![self.size(0), cell_count, self.size(2)];
        self.wrap(self.engine.scatter_mean(self.view(), cells, cell_count), shape)
    }

    /// Computes softmax(q kᵀ / √d + mask) v. self (q): [b, h, n, d]; keys, values: [b, h, m, d]; mask: [b,
    /// m], added to each key's score (0 or a large negative number). If `causal`, keys after the query are
    /// hidden. Returns [b, h, n, d]. Errors: `Rank`, `ShapeMismatch`.
    pub fn attention(
        &self,
        keys: &Self,
        values: &Self,
        mask: Option<&Self>,
        causal: bool,
    ) -> TensorResult<Self> {
        self.require_rank("attention", 4)?;
        keys.require_rank("attention", 4)?;
        let (batch, heads, width) = (self.size(0), self.size(1), self.size(3));
        let key_count = keys.size(2);
        keys.require_shape("attention", &[batch, heads, key_count, width])?;
        values.require_shape("attention", &[batch, heads, key_count, width])?;
        if let Some(mask) = mask {
            mask.require_shape("attention", &[batch, key_count])?;
        }
        let mask_view = mask.map(Tensor::view);
        let fused = self.engine.attention(self.view(), keys.view(), values.view(), mask_view, causal)?;
        match fused {
            Some(buffer) => self.wrap(Ok(buffer), self.shape.clone()),
            None => self.attention_composed(keys, values, mask, causal),
        }
    }

    /// Computes `attention` from matrix products and a softmax, for engines without the fused kernel. Errors:
    /// `Rank`, `ShapeMismatch`.
    pub fn attention_composed(
        &self,
        keys: &Self,
        values: &Self,
        mask: Option<&Self>,
        causal: bool,
    ) -> TensorResult<Self> {
        let (batch, heads, queries, width) = (self.size(0), self.size(1), self.size(2), self.size(3));
        let key_count = keys.size(2);
        let fold = |x: &Self, rows: usize| x.reshape(&[batch * heads, rows, width]);
        let scores = fold(self, queries)?.matmul(&fold(keys, key_count)?, true)?;
        let mut scores =
            scores.affine(1.0 / (width as f32).sqrt(), 0.0)?.reshape(&[batch, heads, queries, key_count])?;
        if let Some(mask) = mask {
            scores = scores.add(&mask.reshape(&[batch, 1, 1, key_count])?)?;
        }
        if causal {
            let hidden: Vec<f32> = (0..queries * key_count)
                .map(|index| if index % key_count > index / key_count { -1e9 } else { 0.0 })
                .collect();
            scores = scores.add(&Self::from_slice(&self.engine, &hidden, &[queries, key_count])?)?;
        }
        let weights = scores.softmax()?.reshape(&[batch * heads, queries, key_count])?;
        weights.matmul(&fold(values, key_count)?, false)?.reshape(&self.shape)
    }

    /// Samples features of three planes at points. self: [b, 3, r, r, c]; points: [b, n, 3] in [-1, 1],
    /// clamped to the border. Returns [b, n, 3 c]. Errors: `Rank`, `ShapeMismatch`.
    pub fn sample_triplane(&self, points: &Self) -> TensorResult<Self> {
        self.require_rank("sample_triplane", 5)?;
        points.require_rank("sample_triplane", 3)?;
        let fits = self.size(1) == 3 && self.size(2) == self.size(3) && self.size(0) == points.size(0);
        check(fits && points.size(2) == 3, || self.mismatch("sample_triplane", &points.shape))?;
        let shape = vec![self.size(0), points.size(1), 3 * self.size(4)];
        self.wrap(self.engine.sample_triplane(self.view(), points.view()), shape)
    }

    /// Samples features of a voxel grid at points. self: [b, r, r, r, c] (z, y, x); points: [b, n, 3],
    /// clamped to [-1, 1]. Returns [b, n, c]. Errors: `Rank`, `ShapeMismatch`.
    pub fn sample_voxel_grid(&self, points: &Self) -> TensorResult<Self> {
        self.require_rank("sample_voxel_grid", 5)?;
        points.require_rank("sample_voxel_grid", 3)?;
        let cube = self.size(1) == self.size(2) && self.size(2) == self.size(3);
        let fits = cube && self.size(0) == points.size(0) && points.size(2) == 3;
        check(fits, || self.mismatch("sample_voxel_grid", &points.shape))?;
        let shape = vec![self.size(0), points.size(1), self.size(4)];
        self.wrap(self.engine.sample_voxel_grid(self.view(), points.view()), shape)
    }
}

#[cfg(test)]
mod tests;
