//! The kernels that need more than one call of libtorch. The tensor interface has checked the shapes.

use att3d::engine::{StoredArray, Unary};
use tch::{Device, Kind, TchError, Tensor};

/// Code of `grid_sampler` for linear interpolation.
const LINEAR: i64 = 0;
/// Code of `grid_sampler` for clamping to the border.
const BORDER: i64 = 1;
/// Coordinates that index the planes XY, XZ and YZ: column, then row.
const PLANE_AXES: [i64; 6] = [0, 1, 0, 2, 1, 2];

/// Applies a function to each element.
pub(crate) fn unary(function: Unary, x: &Tensor) -> Result<Tensor, TchError> {
    match function {
        Unary::Relu => x.f_relu(),
        Unary::Silu => x.f_silu(),
        Unary::Gelu => x.f_gelu("none"),
        Unary::QuickGelu => x.f_mul(&x.f_mul_scalar(1.702)?.f_sigmoid()?),
        Unary::Sigmoid => x.f_sigmoid(),
        Unary::Softplus => x.f_softplus(),
        Unary::Sqrt => x.f_sqrt(),
        Unary::Sin => x.f_sin(),
        Unary::Cos => x.f_cos(),
    }
}

/// Convolves images with zero padding. x: [n, i, h, w]; weight: [o, i, k, k]; bias: `[o]`.
///
/// libtorch has a fast kernel for many channels, and another for a separate filter of each channel. Images of
/// one channel are therefore convolved as the channels of one image. For the 1,152 planes of a training step,
/// the time with the derivative falls from 450 ms to 33 ms (bf16, two Zen 4 cores).
pub(crate) fn convolve(
    x: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    stride: i64,
    padding: i64,
) -> Result<Tensor, TchError> {
    let (images, channels, height, width) = x.size4()?;
    let is_single = channels == 1 && weight.size4()?.0 == 1 && bias.is_none();
    if !is_single || images <= 1 {
        return x.f_conv2d(weight, bias, [stride; 2], [padding; 2], [1, 1], 1);
    }
    let filtered = x.f_reshape([1, images, height, width])?.f_conv2d(
        &weight.f_expand([images, -1, -1, -1], false)?,
        bias,
        [stride; 2],
        [padding; 2],
        [1, 1],
        images,
    )?;
    filtered.f_transpose(0, 1)
}

/// Computes softmax(q kᵀ / √d + mask) v with libtorch's fused kernel, which also has a first derivative on
/// the CPU.
pub(crate) fn attention(
    q: &Tensor,
    k: &Tensor,
    v: &Tensor,
    mask: Option<Tensor>,
    causal: bool,
) -> Result<Tensor, TchError> {
    let mask = match mask {
        Some(mask) => {
            let (batch, keys) = mask.size2()?;
            let mask = mask.f_reshape([batch, 1, 1, keys])?;
            if causal { Some(mask.f_add(&future(q, keys)?)?) } else { Some(mask) }
        }
        None => None,
    };
    // The kernel can make the causal mask itself, but only if it gets no other mask.
    let causal = causal && mask.is_none();
    Tensor::f_scaled_dot_product_attention(q, k, v, mask.as_ref(), 0.0, causal, None, false)
}

/// Score that hides a key; f16 can represent it.
const LARGE_NEGATIVE: f64 = -6e4;

/// Returns a mask, [queries, keys]: 0 for the keys up to the position of the query, and a large negative
/// number for later keys.
fn future(q: &Tensor, keys: i64) -> Result<Tensor, TchError> {
    let queries = q.size4()?.2;
    Tensor::f_full([queries, keys], LARGE_NEGATIVE, (q.kind(), q.device()))?.f_triu(1)
}

/// Computes the mean of the rows that share a cell. On CUDA the order of the sum is not fixed, so the last
/// bit may differ between runs. x: [b, n, c]; cells: b·n. Returns [b, cell_count, c].
pub(crate) fn scatter_mean(x: &Tensor, cells: &[u32], cell_count: usize) -> Result<Tensor, TchError> {
    let (batch, rows, channels) = x.size3()?;
    let slots = batch as usize * cell_count;
    let mut counts = vec![0u32; slots];
    let mut indices = Vec::with_capacity(cells.len());
    for (position, &cell) in cells.iter().enumerate() {
        let slot = position / (rows.max(1) as usize) * cell_count + cell as usize;
        indices.push(slot as i64);
        if let Some(count) = counts.get_mut(slot) {
            *count += 1;
        }
    }
    let shares: Vec<f32> = counts.iter().map(|&count| 1.0 / count.max(1) as f32).collect();
    let indices = Tensor::f_from_slice(&indices)?.f_to_device(x.device())?;
    let shares = Tensor::f_from_slice(&shares)?.f_to_device(x.device())?.f_unsqueeze(1)?;
    // In half precision, sums of many rows would lose too many digits.
    let flat = x.f_reshape([batch * rows, channels])?.f_to_kind(Kind::Float)?;
    // With its derivative, `index_add` takes two thirds of the time of `scatter_add`, for 24,576 rows of 64
    // numbers into 12,288 cells.
    Tensor::f_zeros([slots as i64, channels], (Kind::Float, x.device()))?
        .f_index_add(0, &indices, &flat)?
        .f_mul(&shares)?
        .f_reshape([batch, cell_count as i64, channels])?
        .f_to_kind(x.kind())
}

/// Samples features of three planes bilinearly. planes: [b, 3, r, r, c]; points: [b, n, 3]. Returns [b, n, 3
/// c].
pub(crate) fn sample_triplane(planes: &Tensor, points: &Tensor) -> Result<Tensor, TchError> {
    let (batch, _, height, width, channels) = planes.size5()?;
    let images = planes.f_permute([0, 1, 4, 2, 3])?.f_reshape([batch * 3, channels, height, width])?;
    // In bf16, a position in a plane of 128 cells would be rounded to multiples of half a cell.
    sample_images(&images.f_to_kind(Kind::Float)?, &points.f_to_kind(Kind::Float)?)?.f_to_kind(planes.kind())
}

/// Does the same as `sample_triplane`, for planes with channels first. images: [3 b, c, r, r].
pub(crate) fn sample_images(images: &Tensor, points: &Tensor) -> Result<Tensor, TchError> {
    let (batch, count, _) = points.size3()?;
    let channels = images.size4()?.1;
    let axes = Tensor::f_from_slice(&PLANE_AXES)?.f_to_device(points.device())?;
    let places = points
        .f_index_select(2, &axes)?
        .f_reshape([batch, count, 3, 2])?
        .f_permute([0, 2, 1, 3])?
        .f_reshape([batch * 3, 1, count, 2])?;
    images
        .f_grid_sampler_2d(&places, LINEAR, BORDER, false)?
        .f_reshape([batch, 3 * channels, count])?
        .f_transpose(1, 2)
}

/// Samples features of a grid trilinearly. grid: [b, r, r, r, c] (z, y, x); points: [b, n, 3]. Returns [b, n,
/// c].
pub(crate) fn sample_voxel_grid(grid: &Tensor, points: &Tensor) -> Result<Tensor, TchError> {
    let volume = grid.f_permute([0, 4, 1, 2, 3])?.f_to_kind(Kind::Float)?;
    sample_volume(&volume, &points.f_to_kind(Kind::Float)?)?.f_to_kind(grid.kind())
}

/// Does the same as `sample_voxel_grid`, for a grid with channels first. volume: [b, c, r, r, r].
pub(crate) fn sample_volume(volume: &Tensor, points: &Tensor) -> Result<Tensor, TchError> {
    let (batch, count, _) = points.size3()?;
    let channels = volume.size5()?.1;
    let places = points.f_reshape([batch, 1, 1, count, 3])?;
    volume
        .f_grid_sampler_3d(&places, LINEAR, BORDER, true)?
        .f_reshape([batch, channels, count])?
        .f_transpose(1, 2)
}

/// Makes a tensor of the given shape from host values.
pub(crate) fn upload(values: &[f32], shape: &[i64], device: Device) -> Result<Tensor, TchError> {
    Tensor::f_from_slice(values)?.f_reshape(shape)?.f_to_device(device)
}

/// Converts a file's values of kind `from` to a tensor of kind `to` on the CPU. It converts one part at a
/// time, because the copy of a part stays in the cache. A copy of all values would take as long as the rest
/// of the work.
pub(crate) fn widen(
    values: StoredArray<'_>,
    from: Kind,
    shape: &[i64],
    to: Kind,
) -> Result<Tensor, TchError> {
    const PART: usize = 1 << 20;
    let whole = Tensor::f_empty(shape, (to, Device::Cpu))?;
    let flat = whole.f_view([-1])?;
    if values.count() != whole.numel() {
        return Err(TchError::Shape(format!("{} numbers for the shape {shape:?}", values.count())));
    }
    let mut place = 0;
    for bytes in values.bytes.chunks(PART) {
        let count = (bytes.len() / values.precision.size()) as i64;
        let part = Tensor::f_from_data_size(bytes, &[count], from)?;
        flat.f_narrow(0, place, count)?.f_copy_(&part)?;
        place += count;
    }
    Ok(whole)
}

/// Copies a tensor's values to the host as f32, row-major.
pub(crate) fn download(x: &Tensor, values: &mut [f32]) -> Result<(), TchError> {
    let host = x.f_to_kind(Kind::Float)?.f_to_device(Device::Cpu)?.f_contiguous()?;
    host.f_copy_data(values, values.len())
}
