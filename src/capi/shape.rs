//! `att3d_shape`: a shape that a model takes in addition to the prompt.

use std::ffi::c_void;

use super::handle::{Opaque, body, free, give};
use super::mesh::count;
use super::pointers::{not_null, output, values, write};
use super::status::{Failure, att3d_status, guard, quietly};
use super::structs::{Versioned, place, read};
use crate::pipeline::{PipelineError, Shape, ShapeSurface};

/// The surface may have any position and size. It is moved and scaled into object space.
/// A mesh that was made with the shape can be exported at the shape's position with ATT3D_PIVOT_SHAPE.
pub const ATT3D_SURFACE_FIT: u32 = 1;

/// The mesh of the caller.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_surface_desc {
    /// sizeof(att3d_surface_desc).
    pub struct_size: u32,
    /// ATT3D_SURFACE_... flags, combined with |.
    pub flags: u32,
    /// x, y and z per vertex; not NULL; finite. For a shape without ATT3D_SURFACE_FIT, the positions are in
    /// object space, and each number is from -1000 to 1000. For att3d_paint, the space is stated at
    /// its parameter `surface`.
    pub positions: *const f32,
    /// x, y and z per vertex: the outward normal of any length; NULL for the normals of the triangles.
    pub normals: *const f32,
    /// sRGB red, green and blue in [0, 1] per vertex; NULL if unknown.
    pub colors: *const f32,
    /// Texture coordinates u and v per vertex; NULL for none. A shape does not use them.
    /// u increases to the right and v down, from the upper left corner of a texture. Textures repeat.
    pub uvs: *const f32,
    /// Three vertex indices per triangle, below vertex_count; not NULL. Triangles are counter-clockwise
    /// when seen from outside.
    pub indices: *const u32,
    /// Number of vertices.
    pub vertex_count: usize,
    /// Number of triangles; at least 1.
    pub triangle_count: usize,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and pointers without padding; a zero pointer is null.
unsafe impl Versioned for att3d_surface_desc {
    const NAME: &'static str = "att3d_surface_desc";
    const FIRST_SIZE: usize = 8 + 7 * size_of::<usize>();
}

/// Description of a shape.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_shape_info {
    /// sizeof(att3d_shape_info), set by the caller.
    pub struct_size: u32,
    /// Number of points of the shape.
    pub point_count: u32,
    /// Keep share: 0 if the prompt alone determines the geometry, 1 if the geometry of the shape is kept (see
    /// att3d_shape_with_keep).
    pub keep: f32,
    /// 1 if the shape was moved and scaled into object space, otherwise 0.
    /// center and units describe this transformation. If has_frame is 0, center is 0 and units is 1.
    pub has_frame: u32,
    /// Point that became the origin of object space. It is in the shape's own space, which is the space of
    /// the given positions.
    pub center: [f32; 3],
    /// Units of the shape's own space per unit of object space.
    pub units: f32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_shape_info {
    const NAME: &'static str = "att3d_shape_info";
    const FIRST_SIZE: usize = 32;
}

/// The mesh of the caller, read from its description.
pub(super) struct Given<'a> {
    pub(super) surface: ShapeSurface<'a>,
    pub(super) uvs: Option<&'a [[f32; 2]]>,
    pub(super) is_fitted: bool,
}

impl<'a> Given<'a> {
    /// Reads and checks a description.
    ///
    /// # Safety
    /// `desc` is null or a readable struct of `struct_size` bytes. Its pointers are as the header requires
    /// during `'a`.
    pub(super) unsafe fn read(desc: *const att3d_surface_desc) -> Result<Self, Failure> {
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let desc = unsafe { read(not_null(desc, "surface")?) }?;
        let unknown = desc.flags & !ATT3D_SURFACE_FIT;
        if unknown != 0 {
            return Err(Failure::invalid(format!("att3d_surface_desc.flags has unknown bits {unknown:#x}")));
        }
        let (vertices, triangles) = (desc.vertex_count, desc.triangle_count);
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let optional = |pointer: *const f32, name| unsafe {
            if pointer.is_null() { Ok(&[][..]) } else { values(pointer.cast::<[f32; 3]>(), vertices, name) }
        };
        // SAFETY: for the same reasons as above.
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
            // SAFETY: for the same reasons as above.
            Some(unsafe { values(desc.uvs.cast::<[f32; 2]>(), vertices, "uvs") }?)
        };
        let surface = ShapeSurface { positions, normals, colors, triangles: indices };
        Ok(Self { surface, uvs, is_fitted: desc.flags & ATT3D_SURFACE_FIT != 0 })
    }
}

/// Points of a surface, for models with ATT3D_CAPABILITY_SHAPE. Thread-safe.
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
    // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
    unsafe { write(place, give(shape)) };
    Ok(())
}

/// Makes a shape from points on a surface. The points are copied. Thread-safe.
/// @param points `count` times x, y and z in object space, each from -1000 to 1000; not NULL.
/// @param count Number of points, 1 to 262144.
/// @param out_shape Receives the shape; not NULL; free it with att3d_shape_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_from_points(
    points: *const f32,
    count: usize,
    out_shape: *mut *mut att3d_shape,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let points = unsafe { values(points.cast::<[f32; 3]>(), count, "points") }?;
        keep(out_shape, || Shape::from_points(points))
    })
}

/// Makes a shape from a mesh. Thread-safe.
/// The shape has 4,096 points of the mesh's surface, distributed evenly by area. The points have normals, and
/// they have colors if the mesh has them. The same mesh always gives the same points. A new shape has a keep
/// share of 1; att3d_shape_with_keep makes a shape with another share.
/// @param surface The mesh; not NULL; struct_size must be set.
/// @param out_shape Receives the shape; not NULL; free it with att3d_shape_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_from_surface(
    surface: *const att3d_surface_desc,
    out_shape: *mut *mut att3d_shape,
) -> att3d_status {
    guard(|| {
        let place = output(out_shape, "out_shape")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let Given { surface, is_fitted, .. } = unsafe { Given::read(surface) }?;
        let shape = if is_fitted { Shape::fitted(&[surface])? } else { Shape::from_surface(surface)? };
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(shape)) };
        Ok(())
    })
}

/// Makes a shape from the visible meshes of a GLB's scene. Thread-safe.
/// The shape is moved and scaled into object space (ATT3D_SURFACE_FIT). Returns ATT3D_FORMAT if the file is
/// damaged, and ATT3D_UNSUPPORTED if it has contents that cannot be read (Draco-compressed geometry, external
/// buffers).
/// @param bytes Contents of the file; not NULL.
/// @param size Number of bytes.
/// @param out_shape Receives the shape; not NULL; free it with att3d_shape_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_from_glb(
    bytes: *const c_void,
    size: usize,
    out_shape: *mut *mut att3d_shape,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let bytes = unsafe { values(not_null(bytes.cast::<u8>(), "bytes")?, size, "bytes") }?;
        keep(out_shape, || Shape::from_glb(bytes))
    })
}

/// Makes a shape with the same points and another keep share. Thread-safe.
/// The points are not copied; both shapes use them.
/// @param shape The shape; not NULL.
/// @param keep Share from 0 (the prompt alone determines the geometry) to 1 (the given shape is kept).
/// @param out_shape Receives the new shape; not NULL; free it with att3d_shape_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_with_keep(
    shape: *const att3d_shape,
    keep: f32,
    out_shape: *mut *mut att3d_shape,
) -> att3d_status {
    guard(|| {
        let place = output(out_shape, "out_shape")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let shape = unsafe { body(shape) }?.clone().keeping(keep)?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(shape)) };
        Ok(())
    })
}

/// Describes a shape. Thread-safe.
/// @param shape The shape; not NULL.
/// @param out_info Receives the description; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_get_info(
    shape: *const att3d_shape,
    out_info: *mut att3d_shape_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (place, shape) = unsafe { (place(out_info)?, body(shape)?) };
        let frame = shape.frame();
        place.write(att3d_shape_info {
            struct_size: 0,
            point_count: count("points", shape.points().len())?,
            keep: shape.keep(),
            has_frame: u32::from(frame.is_some()),
            center: frame.map_or([0.0; 3], |frame| frame.center),
            units: frame.map_or(1.0, |frame| frame.units),
        });
        Ok(())
    })
}

/// Frees a shape. Fields made with it continue to work.
/// @param shape The shape; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_shape_free(shape: *mut att3d_shape) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(shape) });
}
