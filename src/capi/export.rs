//! Export of meshes to files and buffers.

use std::ffi::{c_char, c_void};
use std::path::Path;

use super::handle::body;
use super::mesh::{MeshBody, att3d_mesh};
use super::pointers::{optional_output, output, text, write};
use super::status::{ATT3D_BUFFER_TOO_SMALL, Failure, att3d_status, guard};
use super::structs::{Versioned, read};
use crate::mesh::{Pivot, Scale, Up};
use crate::pipeline::{ExportOptions, Host, MeshFormat, encode_mesh, write_mesh};

/// Selects the format from the path's extension; ATT3D_MESH_GLB for a buffer.
pub const ATT3D_MESH_AUTO: u32 = 0;
/// Binary glTF 2.0, with all data of the mesh and its provenance.
pub const ATT3D_MESH_GLB: u32 = 1;
/// Wavefront OBJ with vertex colors.
pub const ATT3D_MESH_OBJ: u32 = 2;
/// Stanford PLY, binary, with colors, metallic and roughness.
pub const ATT3D_MESH_PLY: u32 = 3;
/// STL, binary, with geometry only.
pub const ATT3D_MESH_STL: u32 = 4;

/// Keeps the origin of object space. By default the origin is the center of the bounding box's bottom face.
pub const ATT3D_EXPORT_KEEP_PIVOT: u32 = 1;
/// Moves the origin to the center of the mesh's bounding box. Since 0.5.
pub const ATT3D_EXPORT_PIVOT_CENTRE: u32 = 2;
/// Writes +Z up and -Y front, as in Blender, instead of +Y up and +Z front; not for a GLB. Since 0.5.
pub const ATT3D_EXPORT_UP_Z: u32 = 4;
/// Names collision hulls NAME-convcolonly (for Godot) instead of UCX_NAME (for Unreal). Since 0.6.
pub const ATT3D_EXPORT_GODOT: u32 = 8;

/// Compresses a GLB with KHR_mesh_quantization and EXT_meshopt_compression. Since 0.7.
/// The program that reads the file must support both extensions.
pub const ATT3D_EXPORT_COMPRESS: u32 = 32;
/// Exports a mesh at the position and in the scale of the shape from which it was made. Since 0.7.
/// If att3d_export_desc.size is not 0, the mesh is scaled to that size about the shape's center. The flag
/// cannot be combined with another pivot flag or metres_per_unit. The call returns ATT3D_INVALID_ARGUMENT for
/// such a combination, and for a mesh that was made without a shape or with a shape in object space.
pub const ATT3D_EXPORT_PLACE_OF_SHAPE: u32 = 16;

/// Options of an export. NULL, or all fields zero, selects the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_export_desc {
    /// sizeof(att3d_export_desc).
    pub struct_size: u32,
    /// ATT3D_MESH_...
    pub format: u32,
    /// ATT3D_EXPORT_... flags, combined with |.
    pub flags: u32,
    /// Meters per unit of object space; 0 for the model's value.
    pub metres_per_unit: f32,
    /// Length of the longest side of the mesh's bounding box in meters; 0 to use metres_per_unit. Since 0.5.
    /// Only one of size and metres_per_unit may be set.
    pub size: f32,
    /// Seconds between keyframes in a GLB that has several; 0 for 1. Since 0.6.
    pub seconds: f32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_export_desc {
    const NAME: &'static str = "att3d_export_desc";
    const FIRST_SIZE: usize = 16;
}

/// Checks a description and converts it. The format is `None` if the path selects it.
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
        let message = "att3d_export_desc.flags has ATT3D_EXPORT_PLACE_OF_SHAPE, but the mesh was not made with a fitted shape";
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

/// Writes a mesh to a file in meters, with +Y up unless desc says otherwise. Thread-safe.
/// The file is written completely or not at all. Returns ATT3D_IO if it cannot be written, and
/// ATT3D_INVALID_ARGUMENT if the extension is unknown and desc has no format.
/// @param mesh The mesh; not NULL.
/// @param path Path in UTF-8, NUL-terminated, not NULL. It ends with .glb, .obj, .ply or .stl, or has no
/// extension for a GLB, unless desc has a format.
/// @param desc Options; NULL for the defaults; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_write_file(
    mesh: *const att3d_mesh,
    path: *const c_char,
    desc: *const att3d_export_desc,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (mesh, path, desc) = unsafe { (body(mesh)?, Path::new(text(path, "path")?), read(desc)?) };
        let (format, options) = choice(desc, mesh)?;
        let format = format.map_or_else(|| MeshFormat::of(path), Ok)?;
        Ok(write_mesh(path, &mesh.generated, format, options)?)
    })
}

/// Encodes a mesh into a buffer in meters, with +Y up unless desc says otherwise. Thread-safe.
/// If the buffer is NULL, the function only writes the size. If it is too small, the function writes the size
/// and returns ATT3D_BUFFER_TOO_SMALL.
/// @param mesh The mesh; not NULL.
/// @param desc Options; NULL for the defaults, which give a GLB; struct_size must be set.
/// @param buffer Receives the file; NULL to only get the size.
/// @param capacity Size of the buffer in bytes.
/// @param out_size Receives the number of bytes of the file; not NULL.
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
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (mesh, desc) = unsafe { (body(mesh)?, read(desc)?) };
        let buffer = optional_output(buffer.cast::<u8>(), "buffer")?;
        let (format, options) = choice(desc, mesh)?;
        let format = format.unwrap_or(MeshFormat::Glb);
        let bytes = encode_mesh(&mesh.generated, format, options)?;
        if let Some(buffer) = buffer {
            if capacity < bytes.len() {
                // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
                unsafe { write(place, bytes.len()) };
                let message = format!("the buffer has {capacity} bytes, {} are needed", bytes.len());
                return Err(Failure::new(ATT3D_BUFFER_TOO_SMALL, message));
            }
            // SAFETY: the header requires `capacity` writable bytes, and `bytes.len()` is not more than that.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len()) };
        }
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, bytes.len()) };
        Ok(())
    })
}
