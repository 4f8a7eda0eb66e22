//! `att3d_texture_view`: the images that a mesh wears, seen without a copy.

use super::handle::body;
use super::mesh::att3d_mesh;
use super::status::{ATT3D_UNSUPPORTED, Failure, att3d_status, guard};
use super::structs::{Versioned, place};
use crate::pipeline::{Baked, Painting};

/// What an image holds.
pub type att3d_texture = u32;
/// sRGB red, green, blue.
pub const ATT3D_TEXTURE_BASE_COLOR: att3d_texture = 0;
/// As glTF packs them, linear: 255, roughness, metallic.
pub const ATT3D_TEXTURE_ROUGHNESS_METALLIC: att3d_texture = 1;
/// The normals of the field's surface in the frame of the mesh's normals and tangents, linear: from -1 (0) to 1 (255), green up the
/// image. Since 0.6.
pub const ATT3D_TEXTURE_NORMAL: att3d_texture = 2;
/// How open to light, linear, one byte a texel: 255 where all of the sky is seen. Since 0.6.
pub const ATT3D_TEXTURE_OCCLUSION: att3d_texture = 3;

/// An image of 8 bits a channel, row by row from the upper left corner, where u and v are 0. Since 0.5.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_texture_view {
    /// sizeof(att3d_texture_view), set by the caller.
    pub struct_size: u32,
    /// Texels from left to right.
    pub width: u32,
    /// Texels from top to bottom.
    pub height: u32,
    /// Bytes a texel: 3, and 1 of ATT3D_TEXTURE_OCCLUSION.
    pub channels: u32,
    /// width times height times channels; lives as long as the mesh's handle.
    pub texels: *const u8,
}

// SAFETY: repr(C), struct_size first; integers and a pointer, of which zero is null.
unsafe impl Versioned for att3d_texture_view {
    const NAME: &'static str = "att3d_texture_view";
    const FIRST_SIZE: usize = 16 + size_of::<usize>();
}

/// Shows one of a mesh's textures; nothing is copied. ATT3D_UNSUPPORTED for one that the mesh lacks: it was made without
/// texture_size, or its model knows no metal. Thread-safe. Since 0.5.
/// @param mesh not NULL.
/// @param texture ATT3D_TEXTURE_...
/// @param out_view not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_texture(
    mesh: *const att3d_mesh,
    texture: att3d_texture,
    out_view: *mut att3d_texture_view,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
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
            return Err(missing("the model predicts no roughness and no metal: there is no such texture"));
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
