//! `att3d_shape`: a shape that a model is given beside the prompt.

use super::handle::{Opaque, free, give};
use super::pointers::{output, values, write};
use super::status::{Failure, att3d_status, guard, quietly};
use crate::pipeline::{PipelineError, Shape};

/// A surface's points, for models with ATT3D_CAPABILITY_SHAPE. Thread-safe.
pub struct att3d_shape {
    _opaque: (),
}

impl Opaque for att3d_shape {
    type Body = Shape;
    const TAG: u32 = u32::from_le_bytes(*b"shap");
    const NAME: &'static str = "shape";
}

fn keep(
    out_shape: *mut *mut att3d_shape,
    make: impl FnOnce() -> Result<Shape, PipelineError>,
) -> Result<(), Failure> {
    let place = output(out_shape, "out_shape")?;
    let shape = make()?;
    // SAFETY: from `output`.
    unsafe { write(place, give(shape)) };
    Ok(())
}

/// Makes a shape of points on its surface; they are copied. Thread-safe.
/// @param points not NULL; `count` times x, y, z in object space, finite.
/// @param count at least 1.
/// @param out_shape not NULL; free with att3d_shape_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_from_points(
    points: *const f32,
    count: usize,
    out_shape: *mut *mut att3d_shape,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise.
        let points = unsafe { values(points.cast::<[f32; 3]>(), count, "points") }?;
        keep(out_shape, || Shape::from_points(points))
    })
}

/// Makes a shape of a mesh: 4,096 points of its surface, evenly by area, the same each time. Thread-safe.
/// @param positions not NULL; `vertex_count` times x, y, z in object space, finite.
/// @param indices not NULL; three a triangle, each below vertex_count.
/// @param triangle_count at least 1.
/// @param out_shape not NULL; free with att3d_shape_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_from_triangles(
    positions: *const f32,
    vertex_count: usize,
    indices: *const u32,
    triangle_count: usize,
    out_shape: *mut *mut att3d_shape,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        let (positions, triangles) = unsafe {
            (
                values(positions.cast::<[f32; 3]>(), vertex_count, "positions")?,
                values(indices.cast::<[u32; 3]>(), triangle_count, "indices")?,
            )
        };
        keep(out_shape, || Shape::from_triangles(positions, triangles))
    })
}

/// Frees a shape. Fields made with it work on.
/// @param shape NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_free(shape: *mut att3d_shape) {
    // SAFETY: the header's promise.
    quietly(|| unsafe { free(shape) });
}
