//! Export of meshes to files and buffers.

use std::ffi::c_char;
use std::path::Path;

use super::buffer::att3d_buffer;
use super::handle::{body, give};
use super::latent::check_batch;
use super::mesh::{MeshBody, att3d_mesh};
use super::pointers::{output, text, values, write};
use super::status::{Failure, att3d_status, guard};
use super::structs::{Versioned, read};
use crate::mesh::{Pivot, Scale, Up};
use crate::pipeline::{
    ExportOptions, Generated, Host, MeshFormat, encode_frames, encode_mesh, write_frames, write_mesh,
};

/// Format of an exported mesh.
pub type att3d_mesh_format = u32;

/// The format of the path's extension; ATT3D_MESH_GLB for a buffer.
pub const ATT3D_MESH_AUTO: att3d_mesh_format = 0;
/// Binary glTF 2.0, with all data of the mesh and its provenance.
pub const ATT3D_MESH_GLB: att3d_mesh_format = 1;
/// Wavefront OBJ with vertex colors.
pub const ATT3D_MESH_OBJ: att3d_mesh_format = 2;
/// Stanford PLY, binary, with colors, metallic and roughness.
pub const ATT3D_MESH_PLY: att3d_mesh_format = 3;
/// STL, binary, with geometry only.
pub const ATT3D_MESH_STL: att3d_mesh_format = 4;

/// Point of a mesh that becomes the origin of the exported file.
pub type att3d_pivot = u32;

/// The center of the bounding box's bottom face.
pub const ATT3D_PIVOT_GROUND: att3d_pivot = 0;
/// The center of the bounding box.
pub const ATT3D_PIVOT_CENTER: att3d_pivot = 1;
/// The origin of object space.
pub const ATT3D_PIVOT_ORIGIN: att3d_pivot = 2;
/// The origin of the shape's own space. The shape is the one that was given when the field was made.
/// The file has the position and the scale of the shape. If att3d_export_desc.size is not 0, the mesh is
/// scaled to that size, and the point att3d_shape_info.center stays in place. The call returns
/// ATT3D_INVALID_ARGUMENT if meters_per_unit is not 0. It also returns ATT3D_INVALID_ARGUMENT if the mesh was
/// made without a shape, or if the shape has no frame (att3d_shape_info.has_frame).
pub const ATT3D_PIVOT_SHAPE: att3d_pivot = 3;

/// Axes of an exported file.
pub type att3d_up_axis = u32;

/// +Y up and +Z front, as in glTF.
pub const ATT3D_UP_Y: att3d_up_axis = 0;
/// +Z up and -Y front, as in Blender. A GLB is always ATT3D_UP_Y, so the export of a GLB returns
/// ATT3D_INVALID_ARGUMENT for ATT3D_UP_Z.
pub const ATT3D_UP_Z: att3d_up_axis = 1;

/// Naming convention of collision hulls in a GLB.
pub type att3d_hull_names = u32;

/// UCX_NAME for one hull, and UCX_NAME_00, UCX_NAME_01 and so on for several, for Unreal.
/// NAME is the name of the mesh in the GLB.
pub const ATT3D_HULL_NAMES_UNREAL: att3d_hull_names = 0;
/// NAME-convcolonly for one hull, and NAME_00-convcolonly and so on for several, for Godot.
pub const ATT3D_HULL_NAMES_GODOT: att3d_hull_names = 1;

/// Compresses a GLB with KHR_mesh_quantization and EXT_meshopt_compression.
/// The program that reads the file must support both extensions. The export of another format returns
/// ATT3D_INVALID_ARGUMENT with this flag.
pub const ATT3D_EXPORT_COMPRESS: u32 = 1;

/// Options of an export. NULL, or zero in every field after struct_size, selects the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_export_desc {
    /// sizeof(att3d_export_desc).
    pub struct_size: u32,
    /// ATT3D_EXPORT_... flags, combined with |.
    pub flags: u32,
    /// ATT3D_MESH_...
    pub format: att3d_mesh_format,
    /// ATT3D_PIVOT_...
    pub pivot: att3d_pivot,
    /// ATT3D_UP_...
    pub up_axis: att3d_up_axis,
    /// ATT3D_HULL_NAMES_...
    pub hull_names: att3d_hull_names,
    /// Meters per unit of object space; 0 for the model's value.
    pub meters_per_unit: f32,
    /// Length of the longest side of the mesh's bounding box in meters; 0 to use meters_per_unit.
    /// Only one of size and meters_per_unit may be set.
    pub size: f32,
    /// Duration in seconds; 0 for the default of 1 second. In a GLB of a morph, it is the time from one
    /// keyframe to the next. att3d_meshes_write_file and att3d_meshes_encode show each mesh for this time.
    pub seconds: f32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_export_desc {
    const NAME: &'static str = "att3d_export_desc";
    const FIRST_SIZE: usize = 36;
}

/// Checks a description and converts it. The format is `None` if the path selects it.
pub(super) fn choice(
    desc: att3d_export_desc,
    mesh: &MeshBody,
) -> Result<(Option<MeshFormat>, ExportOptions), Failure> {
    let unexpected = |field: &str, found: u32, expected: &str| {
        Failure::invalid(format!("att3d_export_desc.{field} is {found}: expected one of {expected}"))
    };
    let unknown = desc.flags & !ATT3D_EXPORT_COMPRESS;
    if unknown != 0 {
        return Err(Failure::invalid(format!("att3d_export_desc.flags has unknown bits {unknown:#x}")));
    }
    if !(desc.seconds.is_finite() && desc.seconds >= 0.0) {
        let found = desc.seconds;
        return Err(Failure::invalid(format!(
            "att3d_export_desc.seconds is {found}: expected a number of 0 or more"
        )));
    }
    let format = match desc.format {
        ATT3D_MESH_AUTO => None,
        ATT3D_MESH_GLB => Some(MeshFormat::Glb),
        ATT3D_MESH_OBJ => Some(MeshFormat::Obj),
        ATT3D_MESH_PLY => Some(MeshFormat::Ply),
        ATT3D_MESH_STL => Some(MeshFormat::Stl),
        other => return Err(unexpected("format", other, "ATT3D_MESH_..., 0 to 4")),
    };
    let scale = match (desc.meters_per_unit, desc.size) {
        (0.0, 0.0) => None,
        (meters, 0.0) => Some(Scale::MetersPerUnit(meters)),
        (0.0, meters) => Some(Scale::LongestSide(meters)),
        _ => return Err(Failure::invalid("att3d_export_desc has meters_per_unit and size: give one")),
    };
    let mut placement = mesh.generated.origin.placement();
    placement.scale = scale.unwrap_or(placement.scale);
    match desc.pivot {
        ATT3D_PIVOT_GROUND => placement.pivot = Pivot::Ground,
        ATT3D_PIVOT_CENTER => placement.pivot = Pivot::Center,
        ATT3D_PIVOT_ORIGIN => placement.pivot = Pivot::Origin,
        ATT3D_PIVOT_SHAPE if desc.meters_per_unit != 0.0 => {
            let message =
                "att3d_export_desc has ATT3D_PIVOT_SHAPE and meters_per_unit: give size, or neither";
            return Err(Failure::invalid(message));
        }
        ATT3D_PIVOT_SHAPE => {
            let message = "att3d_export_desc.pivot is ATT3D_PIVOT_SHAPE, but the mesh was not made with a fitted shape: choose another pivot";
            placement = mesh.generated.place_of_shape(desc.size).ok_or_else(|| Failure::invalid(message))?;
        }
        other => return Err(unexpected("pivot", other, "ATT3D_PIVOT_..., 0 to 3")),
    }
    placement.up = match desc.up_axis {
        ATT3D_UP_Y => Up::Y,
        ATT3D_UP_Z => Up::Z,
        other => return Err(unexpected("up_axis", other, "ATT3D_UP_..., 0 or 1")),
    };
    let host = match desc.hull_names {
        ATT3D_HULL_NAMES_UNREAL => Host::Unreal,
        ATT3D_HULL_NAMES_GODOT => Host::Godot,
        other => return Err(unexpected("hull_names", other, "ATT3D_HULL_NAMES_..., 0 or 1")),
    };
    let is_compressed = desc.flags & ATT3D_EXPORT_COMPRESS != 0;
    Ok((format, ExportOptions { placement, host, seconds: desc.seconds, is_compressed }))
}

/// Checks that the format can be compressed, if compression was asked for. Errors: `ATT3D_INVALID_ARGUMENT`.
fn check_compression(format: MeshFormat, options: &ExportOptions) -> Result<(), Failure> {
    if options.is_compressed && format != MeshFormat::Glb {
        return Err(Failure::invalid(format!(
            "att3d_export_desc.flags has ATT3D_EXPORT_COMPRESS, and the format is {format:?}: only a GLB can be compressed"
        )));
    }
    Ok(())
}

/// Writes a mesh to a file. Thread-safe.
/// The unit is the meter. With ATT3D_PIVOT_SHAPE and a size of 0, the unit is the unit of the shape's own
/// space. +Y is up unless desc has ATT3D_UP_Z. The file is written completely or not at all. Returns ATT3D_IO
/// if it cannot be written, ATT3D_INVALID_ARGUMENT if the extension is unknown and desc has no format, and
/// ATT3D_UNSUPPORTED if the mesh is too large for the format.
/// @param mesh The mesh; not NULL.
/// @param path Path; UTF-8, NUL-terminated; not NULL. If desc has no format, the path's extension selects it:
/// .glb, .obj, .ply or .stl. A path without an extension then selects a GLB.
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
        check_compression(format, &options)?;
        Ok(write_mesh(path, &mesh.generated, format, options)?)
    })
}

/// Encodes a mesh into a buffer. Thread-safe.
/// Unit and axes are those of att3d_mesh_write_file. Returns ATT3D_UNSUPPORTED if the mesh is too large for
/// the format.
/// @param mesh The mesh; not NULL.
/// @param desc Options; NULL for the defaults, which give a GLB; struct_size must be set.
/// @param out_buffer Receives the contents of the file; not NULL; free it with att3d_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_encode(
    mesh: *const att3d_mesh,
    desc: *const att3d_export_desc,
    out_buffer: *mut *mut att3d_buffer,
) -> att3d_status {
    guard(|| {
        let place = output(out_buffer, "out_buffer")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (mesh, desc) = unsafe { (body(mesh)?, read(desc)?) };
        let (format, options) = choice(desc, mesh)?;
        let format = format.unwrap_or(MeshFormat::Glb);
        check_compression(format, &options)?;
        let bytes = encode_mesh(&mesh.generated, format, options)?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(bytes)) };
        Ok(())
    })
}

/// Reads and checks meshes that become the frames of one GLB.
///
/// # Safety
/// `meshes` is null or an array of `count` handles; `desc` is null or a readable struct.
unsafe fn frames<'a>(
    meshes: *const *const att3d_mesh,
    count: usize,
    desc: *const att3d_export_desc,
) -> Result<(Vec<&'a Generated>, Option<MeshFormat>, ExportOptions), Failure> {
    check_batch(count, "meshes")?;
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let (bodies, desc) = unsafe {
        let meshes = values(meshes, count, "meshes")?;
        let bodies = meshes.iter().map(|&mesh| body(mesh)).collect::<Result<Vec<&MeshBody>, Failure>>()?;
        (bodies, read(desc)?)
    };
    let Some(first) = bodies.first() else {
        return Err(Failure::invalid("there are 0 meshes: give 1 or more"));
    };
    let (format, options) = choice(desc, first)?;
    Ok((bodies.into_iter().map(|body| &body.generated).collect(), format, options))
}

/// Writes meshes as one GLB, in which an animation shows them one after another. Thread-safe.
/// The file has only the vertex colors of the meshes, without textures. All meshes have the scale and the
/// origin of the first mesh. The file is written completely or not at all. Returns ATT3D_IO if it cannot be
/// written, and ATT3D_UNSUPPORTED if it would be too large for a GLB.
/// @param meshes `count` handles; not NULL, and no handle is NULL.
/// @param count Number of meshes, 1 to 1024.
/// @param path Path; UTF-8, NUL-terminated; not NULL. It must end with .glb or have no extension, unless the
/// format of desc is ATT3D_MESH_GLB.
/// @param desc Options; NULL for the defaults; struct_size must be set. seconds is the time for which each
/// mesh is shown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_meshes_write_file(
    meshes: *const *const att3d_mesh,
    count: usize,
    path: *const c_char,
    desc: *const att3d_export_desc,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let ((frames, format, options), path) =
            unsafe { (frames(meshes, count, desc)?, Path::new(text(path, "path")?)) };
        if format.map_or_else(|| MeshFormat::of(path), Ok)? != MeshFormat::Glb {
            return Err(Failure::invalid(format!(
                "{}: expected a .glb file, the only format for frames",
                path.display()
            )));
        }
        Ok(write_frames(path, &frames, options)?)
    })
}

/// Encodes meshes into a buffer as att3d_meshes_write_file writes them into a file. Thread-safe.
/// Returns ATT3D_UNSUPPORTED if the result would be too large for a GLB.
/// @param meshes `count` handles; not NULL, and no handle is NULL.
/// @param count Number of meshes, 1 to 1024.
/// @param desc Options; NULL for the defaults; struct_size must be set. seconds is the time for which each
/// mesh is shown.
/// @param out_buffer Receives the GLB; not NULL; free it with att3d_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_meshes_encode(
    meshes: *const *const att3d_mesh,
    count: usize,
    desc: *const att3d_export_desc,
    out_buffer: *mut *mut att3d_buffer,
) -> att3d_status {
    guard(|| {
        let place = output(out_buffer, "out_buffer")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (frames, format, options) = unsafe { frames(meshes, count, desc) }?;
        if format.is_some_and(|format| format != MeshFormat::Glb) {
            return Err(Failure::invalid(
                "att3d_export_desc.format is not a GLB, the only format for frames",
            ));
        }
        let bytes = encode_frames(&frames, options)?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(bytes)) };
        Ok(())
    })
}
