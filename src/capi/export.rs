//! Meshes to files and buffers.

use std::ffi::{c_char, c_void};
use std::path::Path;

use super::handle::body;
use super::mesh::{MeshBody, att3d_mesh};
use super::pointers::{optional_output, output, text, write};
use super::status::{ATT3D_BUFFER_TOO_SMALL, Failure, att3d_status, guard};
use super::structs::{Versioned, read};
use crate::mesh::{Pivot, Scale, Up};
use crate::pipeline::{ExportOptions, Host, MeshFormat, encode_mesh, write_mesh};

/// By the path's ending; ATT3D_MESH_GLB for a buffer.
pub const ATT3D_MESH_AUTO: u32 = 0;
/// Binary glTF 2.0: all that the mesh has, and where it came from.
pub const ATT3D_MESH_GLB: u32 = 1;
/// Wavefront OBJ with vertex colours.
pub const ATT3D_MESH_OBJ: u32 = 2;
/// Stanford PLY, binary, with colours, metallic and roughness.
pub const ATT3D_MESH_PLY: u32 = 3;
/// STL, binary: the shape alone.
pub const ATT3D_MESH_STL: u32 = 4;

/// Leaves the origin of object space where it is, instead of the ground under the mesh's middle.
pub const ATT3D_EXPORT_KEEP_PIVOT: u32 = 1;
/// Makes the middle of the mesh the origin, instead of the ground under it. Since 0.5.
pub const ATT3D_EXPORT_PIVOT_CENTRE: u32 = 2;
/// +Z up, -Y front, as in Blender, instead of +Y up, +Z front; not for a GLB. Since 0.5.
pub const ATT3D_EXPORT_UP_Z: u32 = 4;
/// Names the hull as Godot knows it, NAME-convcolonly, instead of Unreal's UCX_NAME. Since 0.6.
pub const ATT3D_EXPORT_GODOT: u32 = 8;

/// Makes a GLB smaller by KHR_mesh_quantization and EXT_meshopt_compression; its reader must know both. Since 0.7.
pub const ATT3D_EXPORT_COMPRESS: u32 = 32;
/// Puts a mesh where the shape stood that it was made with, at its scale or, where the description has a size, at that about the shape's
/// middle; not with another pivot or metres_per_unit. ATT3D_INVALID_ARGUMENT for a mesh of a prompt alone, or of a shape that was given in object space. Since 0.7.
pub const ATT3D_EXPORT_PLACE_OF_SHAPE: u32 = 16;

/// How a mesh is exported. NULL and all zero are the default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_export_desc {
    /// sizeof(att3d_export_desc).
    pub struct_size: u32,
    /// ATT3D_MESH_...
    pub format: u32,
    /// ATT3D_EXPORT_..., or-ed.
    pub flags: u32,
    /// Metres for one unit of object space; 0 for the model's own.
    pub metres_per_unit: f32,
    /// Metres of the mesh's longest side; 0 to go by metres_per_unit. Since 0.5.
    pub size: f32,
    /// Seconds from one keyframe to the next in a GLB that has several; 0 for 1. Since 0.6.
    pub seconds: f32,
}

// SAFETY: repr(C), struct_size first, integers and floats alone.
unsafe impl Versioned for att3d_export_desc {
    const NAME: &'static str = "att3d_export_desc";
    const FIRST_SIZE: usize = 16;
}

/// A description, checked. No format: by the path.
pub(super) fn choice(
    desc: att3d_export_desc,
    mesh: &MeshBody,
) -> Result<(Option<MeshFormat>, ExportOptions), Failure> {
    let format = match desc.format {
        ATT3D_MESH_AUTO => None,
        ATT3D_MESH_GLB => Some(MeshFormat::Glb),
        ATT3D_MESH_OBJ => Some(MeshFormat::Obj),
        ATT3D_MESH_PLY => Some(MeshFormat::Ply),
        ATT3D_MESH_STL => Some(MeshFormat::Stl),
        other => {
            return Err(Failure::invalid(format!("format is {other}: expected one of ATT3D_MESH_…, 0 to 4")));
        }
    };
    const KNOWN: u32 = ATT3D_EXPORT_KEEP_PIVOT
        | ATT3D_EXPORT_PIVOT_CENTRE
        | ATT3D_EXPORT_UP_Z
        | ATT3D_EXPORT_GODOT
        | ATT3D_EXPORT_PLACE_OF_SHAPE
        | ATT3D_EXPORT_COMPRESS;
    let unknown = desc.flags & !KNOWN;
    if unknown != 0 {
        return Err(Failure::invalid(format!("att3d_export_desc.flags has unknown bits {unknown:#x}")));
    }
    let mut placement = mesh.generated.origin.placement();
    let has = |flag: u32| desc.flags & flag != 0;
    placement.pivot = match (has(ATT3D_EXPORT_KEEP_PIVOT), has(ATT3D_EXPORT_PIVOT_CENTRE)) {
        (false, false) => Pivot::Ground,
        (false, true) => Pivot::Centre,
        (true, false) => Pivot::Origin,
        (true, true) => {
            let message =
                "att3d_export_desc.flags has ATT3D_EXPORT_KEEP_PIVOT and ATT3D_EXPORT_PIVOT_CENTRE: give one";
            return Err(Failure::invalid(message));
        }
    };
    if has(ATT3D_EXPORT_PLACE_OF_SHAPE) {
        if placement.pivot != Pivot::Ground {
            let message =
                "att3d_export_desc.flags has ATT3D_EXPORT_PLACE_OF_SHAPE and another pivot: give one";
            return Err(Failure::invalid(message));
        }
        let message = "att3d_export_desc.flags has ATT3D_EXPORT_PLACE_OF_SHAPE, and the mesh was made with no shape that was fitted";
        placement = mesh.generated.place_of_shape(desc.size).ok_or_else(|| Failure::invalid(message))?;
    }
    placement.up = if has(ATT3D_EXPORT_UP_Z) { Up::Z } else { Up::Y };
    placement.scale = match (desc.metres_per_unit, desc.size) {
        (0.0, 0.0) => placement.scale,
        (0.0, _) if has(ATT3D_EXPORT_PLACE_OF_SHAPE) => placement.scale,
        _ if has(ATT3D_EXPORT_PLACE_OF_SHAPE) => {
            let message = "att3d_export_desc has ATT3D_EXPORT_PLACE_OF_SHAPE and metres_per_unit: give size, or neither";
            return Err(Failure::invalid(message));
        }
        (metres, 0.0) => Scale::MetresPerUnit(metres),
        (0.0, metres) => Scale::LongestSide(metres),
        _ => return Err(Failure::invalid("att3d_export_desc has metres_per_unit and size: give one")),
    };
    let host = if has(ATT3D_EXPORT_GODOT) { Host::Godot } else { Host::Unreal };
    let is_compressed = has(ATT3D_EXPORT_COMPRESS);
    Ok((format, ExportOptions { placement, host, seconds: desc.seconds, is_compressed }))
}

/// Writes a mesh to a file, in metres, +Y up unless desc says otherwise: whole, or not at all. Thread-safe.
/// @param mesh not NULL.
/// @param path UTF-8, NUL-terminated, not NULL; ends with .glb, .obj, .ply or .stl, or without
/// an ending for a GLB, unless desc has a format.
/// @param desc NULL for the default; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_write_file(
    mesh: *const att3d_mesh,
    path: *const c_char,
    desc: *const att3d_export_desc,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, all three.
        let (mesh, path, desc) = unsafe { (body(mesh)?, Path::new(text(path, "path")?), read(desc)?) };
        let (format, options) = choice(desc, mesh)?;
        let format = format.map_or_else(|| MeshFormat::of(path), Ok)?;
        Ok(write_mesh(path, &mesh.generated, format, options)?)
    })
}

/// Encodes a mesh into a buffer, in metres, +Y up. With a NULL buffer it only tells the size; where the buffer is too small,
/// ATT3D_BUFFER_TOO_SMALL, it tells the size too. Thread-safe.
/// @param mesh not NULL.
/// @param desc NULL for a GLB; struct_size set.
/// @param buffer `capacity` bytes; NULL to ask for the size.
/// @param out_size the bytes needed; not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_encode(
    mesh: *const att3d_mesh,
    desc: *const att3d_export_desc,
    buffer: *mut c_void,
    capacity: usize,
    out_size: *mut usize,
) -> att3d_status {
    guard(|| {
        let place = output(out_size, "out_size")?;
        // SAFETY: the header's promise, both.
        let (mesh, desc) = unsafe { (body(mesh)?, read(desc)?) };
        let buffer = optional_output(buffer.cast::<u8>(), "buffer")?;
        let (format, options) = choice(desc, mesh)?;
        let format = format.unwrap_or(MeshFormat::Glb);
        let bytes = encode_mesh(&mesh.generated, format, options)?;
        if let Some(buffer) = buffer {
            if capacity < bytes.len() {
                // SAFETY: from `output`.
                unsafe { write(place, bytes.len()) };
                let message = format!("the buffer has {capacity} bytes, {} are needed", bytes.len());
                return Err(Failure::new(ATT3D_BUFFER_TOO_SMALL, message));
            }
            // SAFETY: the header promises `capacity` writable bytes, and they are enough.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len()) };
        }
        // SAFETY: from `output`.
        unsafe { write(place, bytes.len()) };
        Ok(())
    })
}
