//! `att3d_texture_view`: the textures of a mesh, which callers read without a copy.

use super::handle::body;
use super::mesh::att3d_mesh;
use super::status::{ATT3D_UNSUPPORTED, Failure, att3d_status, guard};
use super::structs::{Versioned, place};
use crate::pipeline::{Baked, Painting};

/// Kind of texture.
pub type att3d_texture = u32;
/// Base color: sRGB red, green and blue.
pub const ATT3D_TEXTURE_BASE_COLOR: att3d_texture = 0;
/// Linear channels as in glTF: red is always 255, green is roughness, and blue is metallic.
pub const ATT3D_TEXTURE_ROUGHNESS_METALLIC: att3d_texture = 1;
/// Normals of the field's surface in tangent space, which is the frame of the mesh's normals and tangents.
/// The channels are linear: a byte of 0 is -1, and a byte of 255 is 1. Green points up in the texture.
pub const ATT3D_TEXTURE_NORMAL: att3d_texture = 2;
/// Ambient occlusion, linear, one byte per texel: 255 where nothing occludes the surface.
pub const ATT3D_TEXTURE_OCCLUSION: att3d_texture = 3;

/// View of a texture with 8 bits per channel.
/// The first texel is at the upper left corner, where u and v are 0. Texels follow row by row.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_texture_view {
    /// sizeof(att3d_texture_view), set by the caller.
    pub struct_size: u32,
    /// Width in texels.
    pub width: u32,
    /// Height in texels.
    pub height: u32,
    /// Bytes per texel: 1 for ATT3D_TEXTURE_OCCLUSION, otherwise 3.
    pub channels: u32,
    /// width times height times channels bytes. The array is valid as long as the mesh's handle.
    pub texels: *const u8,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and a pointer without padding; a zero pointer is null.
unsafe impl Versioned for att3d_texture_view {
    const NAME: &'static str = "att3d_texture_view";
    const FIRST_SIZE: usize = 16 + size_of::<usize>();
}

/// Gets a view of one of a mesh's textures; nothing is copied. Thread-safe.
/// Returns ATT3D_UNSUPPORTED if the mesh does not have the texture. A mesh has textures if it was generated
/// with att3d_generate_desc.texture_size or comes from att3d_paint. ATT3D_TEXTURE_ROUGHNESS_METALLIC needs a
/// model with ATT3D_CAPABILITY_MATERIALS. A mesh from att3d_paint has no normal texture and no occlusion
/// texture.
/// @param mesh The mesh; not NULL.
/// @param texture ATT3D_TEXTURE_...
/// @param out_view Receives the view; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_texture(
    mesh: *const att3d_mesh,
    texture: att3d_texture,
    out_view: *mut att3d_texture_view,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (place, generated) = unsafe { (place(out_view)?, &body(mesh)?.generated) };
        let missing = |message| Failure::new(ATT3D_UNSUPPORTED, message);
        let pick: fn(&Baked) -> (&[u8], u32) = match texture {
            ATT3D_TEXTURE_BASE_COLOR => |baked| (baked.base_color.as_flattened(), 3),
            ATT3D_TEXTURE_ROUGHNESS_METALLIC => |baked| (baked.roughness_metallic.as_flattened(), 3),
            ATT3D_TEXTURE_NORMAL => |baked| (baked.normal.as_flattened(), 3),
            ATT3D_TEXTURE_OCCLUSION => |baked| (&baked.occlusion, 1),
            other => {
                let message = format!("texture is {other}: expected one of ATT3D_TEXTURE_…, 0 to 3");
                return Err(Failure::invalid(message));
            }
        };
        let Some(Painting { baked, .. }) = &generated.painting else {
            return Err(missing("the mesh has no textures: generate it with a texture_size"));
        };
        let (texels, channels) = pick(baked);
        if texels.is_empty() {
            return Err(missing(
                "the mesh has no such texture: its model does not predict it, or the mesh was painted",
            ));
        }
        place.write(att3d_texture_view {
            struct_size: 0,
            width: baked.size,
            height: baked.size,
            channels,
            texels: texels.as_ptr(),
        });
        Ok(())
    })
}
