//! `att3d_shape`: a shape that a model is given beside the prompt.

use std::ffi::c_void;

use super::handle::{Opaque, body, free, give};
use super::mesh::count;
use super::pointers::{not_null, output, values, write};
use super::status::{Failure, att3d_status, guard, quietly};
use super::structs::{Versioned, place, read};
use crate::pipeline::{PipelineError, Shape, ShapeSurface};

/// The surface stands anywhere and is of any size: it is moved and scaled into object space. What is made of the shape can be put in its
/// place by ATT3D_EXPORT_PLACE_OF_SHAPE. Since 0.7.
pub const ATT3D_SURFACE_FIT: u32 = 1;

/// A mesh of the caller's. Since 0.7.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_surface_desc {
    /// sizeof(att3d_surface_desc).
    pub struct_size: u32,
    /// ATT3D_SURFACE_..., or-ed.
    pub flags: u32,
    /// Not NULL; vertex_count times x, y, z, finite.
    pub positions: *const f32,
    /// vertex_count times x, y, z, outward, of any length; NULL for the triangles' own.
    pub normals: *const f32,
    /// vertex_count times sRGB red, green, blue in [0, 1]; NULL where they are not known.
    pub colors: *const f32,
    /// vertex_count times u, v, to the right and down from an image's upper left corner, where pictures repeat; NULL for none. A shape has no use
    /// for them.
    pub uvs: *const f32,
    /// Not NULL; three a triangle, counter-clockwise from outside, each below vertex_count.
    pub indices: *const u32,
    /// Vertices.
    pub vertex_count: usize,
    /// Triangles; at least 1.
    pub triangle_count: usize,
}

// SAFETY: repr(C), struct_size first; integers and pointers, of which zero is null.
unsafe impl Versioned for att3d_surface_desc {
    const NAME: &'static str = "att3d_surface_desc";
    const FIRST_SIZE: usize = 8 + 7 * size_of::<usize>();
}

/// What a shape is. Since 0.7.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_shape_info {
    /// sizeof(att3d_shape_info), set by the caller.
    pub struct_size: u32,
    /// Points that a model is given.
    pub point_count: u32,
    /// How much of it is to be kept: 0 nothing, 1 all.
    pub keep: f32,
    /// 1 where it was moved and scaled into object space, by the two fields that follow.
    pub has_frame: u32,
    /// What became the origin of object space, in the shape's own space.
    pub centre: [f32; 3],
    /// Units of the shape's own space for one unit of object space.
    pub units: f32,
}

// SAFETY: repr(C), struct_size first, integers and floats alone.
unsafe impl Versioned for att3d_shape_info {
    const NAME: &'static str = "att3d_shape_info";
    const FIRST_SIZE: usize = 32;
}

/// A caller's mesh, its pointers read.
pub(super) struct Given<'a> {
    pub(super) surface: ShapeSurface<'a>,
    pub(super) uvs: Option<&'a [[f32; 2]]>,
    pub(super) is_fitted: bool,
}

impl<'a> Given<'a> {
    /// Reads a description.
    ///
    /// # Safety
    /// `desc` is null or a readable struct of `struct_size` bytes, and its pointers are what the header says, for as long as `'a`.
    pub(super) unsafe fn read(desc: *const att3d_surface_desc) -> Result<Self, Failure> {
        // SAFETY: the caller's promise.
        let desc = unsafe { read(not_null(desc, "surface")?) }?;
        let unknown = desc.flags & !ATT3D_SURFACE_FIT;
        if unknown != 0 {
            return Err(Failure::invalid(format!("att3d_surface_desc.flags has unknown bits {unknown:#x}")));
        }
        let (vertices, triangles) = (desc.vertex_count, desc.triangle_count);
        // SAFETY: the caller's promise, all of them.
        let optional = |pointer: *const f32, name| unsafe {
            if pointer.is_null() { Ok(&[][..]) } else { values(pointer.cast::<[f32; 3]>(), vertices, name) }
        };
        // SAFETY: as above.
        let (positions, indices) = unsafe {
            (
                values(desc.positions.cast::<[f32; 3]>(), vertices, "positions")?,
                values(desc.indices.cast::<[u32; 3]>(), triangles, "indices")?,
            )
        };
        let (normals, colors) = (optional(desc.normals, "normals")?, optional(desc.colors, "colors")?);
        let uvs = if desc.uvs.is_null() {
            None
        } else {
            // SAFETY: as above.
            Some(unsafe { values(desc.uvs.cast::<[f32; 2]>(), vertices, "uvs") }?)
        };
        let surface = ShapeSurface { positions, normals, colors, triangles: indices };
        Ok(Self { surface, uvs, is_fitted: desc.flags & ATT3D_SURFACE_FIT != 0 })
    }
}

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
/// @param points not NULL; `count` times x, y, z in object space, each from -1000 to 1000.
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
/// @param positions not NULL; `vertex_count` times x, y, z in object space, each from -1000 to 1000.
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

/// Makes a shape of a mesh, with its normals and colours: 4,096 points of its surface, evenly by area, the same each time. All
/// of it is to be kept, unless att3d_shape_with_keep says otherwise. Thread-safe. Since 0.7.
/// @param surface not NULL; struct_size set.
/// @param out_shape not NULL; free with att3d_shape_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_from_surface(
    surface: *const att3d_surface_desc,
    out_shape: *mut *mut att3d_shape,
) -> att3d_status {
    guard(|| {
        let place = output(out_shape, "out_shape")?;
        // SAFETY: the header's promise.
        let Given { surface, is_fitted, .. } = unsafe { Given::read(surface) }?;
        let shape = if is_fitted { Shape::fitted(&[surface])? } else { Shape::from_surface(surface)? };
        // SAFETY: from `output`.
        unsafe { write(place, give(shape)) };
        Ok(())
    })
}

/// Makes a shape of all that a GLB's scene shows, moved and scaled into object space (ATT3D_SURFACE_FIT). ATT3D_FORMAT where it is
/// damaged, ATT3D_UNSUPPORTED where it holds what is not read (geometry compressed by Draco, buffers outside of the file). Thread-safe. Since 0.7.
/// @param bytes not NULL; the file's.
/// @param size how many.
/// @param out_shape not NULL; free with att3d_shape_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_from_glb(
    bytes: *const c_void,
    size: usize,
    out_shape: *mut *mut att3d_shape,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise.
        let bytes = unsafe { values(not_null(bytes.cast::<u8>(), "bytes")?, size, "bytes") }?;
        keep(out_shape, || Shape::from_glb(bytes))
    })
}

/// Makes the same shape with another share of it to be kept. Its points are shared, not copied. Thread-safe. Since 0.7.
/// @param shape not NULL.
/// @param keep 0 for the prompt's own shape, to 1 for this one.
/// @param out_shape not NULL; free with att3d_shape_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_with_keep(
    shape: *const att3d_shape,
    keep: f32,
    out_shape: *mut *mut att3d_shape,
) -> att3d_status {
    guard(|| {
        let place = output(out_shape, "out_shape")?;
        // SAFETY: the header's promise.
        let shape = unsafe { body(shape) }?.clone().keeping(keep)?;
        // SAFETY: from `output`.
        unsafe { write(place, give(shape)) };
        Ok(())
    })
}

/// Describes a shape. Thread-safe. Since 0.7.
/// @param shape not NULL.
/// @param out_info not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_get_info(
    shape: *const att3d_shape,
    out_info: *mut att3d_shape_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        let (place, shape) = unsafe { (place(out_info)?, body(shape)?) };
        let frame = shape.frame();
        place.write(att3d_shape_info {
            struct_size: 0,
            point_count: count("points", shape.points().len())?,
            keep: shape.keep(),
            has_frame: u32::from(frame.is_some()),
            centre: frame.map_or([0.0; 3], |frame| frame.centre),
            units: frame.map_or(1.0, |frame| frame.units),
        });
        Ok(())
    })
}

/// Frees a shape. Fields made with it work on.
/// @param shape NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_free(shape: *mut att3d_shape) {
    // SAFETY: the header's promise.
    quietly(|| unsafe { free(shape) });
}
