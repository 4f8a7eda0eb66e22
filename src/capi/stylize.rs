//! New colors for existing meshes.

use std::ffi::c_char;
use std::path::Path;

use super::field::att3d_field;
use super::generate::{Choice, att3d_generate_desc, finish};
use super::handle::body;
use super::log::ATT3D_LOG_WARNING;
use super::mesh::att3d_mesh;
use super::model::att3d_model;
use super::pointers::{output, text, write};
use super::shape::{Given, att3d_surface_desc};
use super::status::{Failure, att3d_status, guard};
use crate::pipeline::{PipelineError, RestyleOptions, restyle_file};

/// Makes new texture coordinates even if the file has some.
pub const ATT3D_RESTYLE_UNWRAP: u32 = 1;

/// Width and height of the textures in texels if the description has none.
const TEXTURE_SIZE: u32 = 1024;

/// Returns the texture size. Errors: options that only apply to the extraction of a mesh are set.
fn texture_size(choice: &Choice) -> Result<u32, Failure> {
    let options = &choice.options;
    if options.triangles > 0 || options.levels > 0 || options.hulls.is_some() || options.dense {
        let message = "att3d_generate_desc asks for a triangle budget, levels, a hull or a dense grid: this call keeps the given mesh, so leave them 0";
        return Err(Failure::invalid(message));
    }
    Ok(if options.texture_size == 0 { TEXTURE_SIZE } else { options.texture_size })
}

/// Makes textures for a caller's mesh by evaluating the field at the mesh's surface. Thread-safe.
/// Since 0.7.
/// If the mesh has texture coordinates, the result has the same vertices and triangles in the same order.
/// Otherwise texture coordinates are made, and vertices at their seams are duplicated.
/// @param field The field; not NULL. So that it fits the mesh, make it with a shape of the same mesh and a
/// keep share of 1, which is the default.
/// @param surface The mesh; not NULL; struct_size must be set; flags 0. It is in the space of the field's
/// shape if that was fitted, otherwise in object space.
/// @param desc Options: texture_size (0 for 1024) and progress; NULL for the defaults; struct_size must be
/// set. A seed, a triangle budget, levels, hulls or a dense grid returns ATT3D_INVALID_ARGUMENT. Other fields
/// are checked but have no effect.
/// @param out_mesh Receives the mesh, in object space; not NULL; free it with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_paint(
    field: *const att3d_field,
    surface: *const att3d_surface_desc,
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    guard(|| {
        // This comes first, so that the caller's callback data is released however the call ends.
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let choice = unsafe { Choice::read(desc) }?;
        let place = output(out_mesh, "out_mesh")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (field, given) = unsafe { (body(field)?, Given::read(surface)?) };
        if given.is_fitted {
            let message = "att3d_surface_desc.flags has ATT3D_SURFACE_FIT: the field's shape determines the frame of the surface, so leave the flag out";
            return Err(Failure::invalid(message));
        }
        if choice.options.seed != 0 {
            return Err(PipelineError::SeedOfNoPrompt.into());
        }
        let size = texture_size(&choice)?;
        let painted =
            choice.run(|options| field.field.paint(given.surface, given.uvs, size, options.on_progress))?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, finish(field.named(painted), &field.model)) };
        Ok(())
    })
}

/// Writes a GLB file with the geometry of a glTF file and materials from a prompt. Thread-safe. Since 0.7.
/// Meshes, texture coordinates, skins, morph targets and animations stay the same byte for byte. There is one
/// exception: primitives without texture coordinates, and all primitives with ATT3D_RESTYLE_UNWRAP, get new
/// texture coordinates, and vertices at seams are duplicated. Materials get new base colors, metallic and
/// roughness. The log states what else the materials lose, such as transparency or emission. The file is
/// written completely or not at all, and the function returns when it is written. The two paths may be the
/// same. Returns ATT3D_UNSUPPORTED for a model without ATT3D_CAPABILITY_SHAPE. A .gltf file can be read since
/// 0.8.
/// @param model The model, with ATT3D_CAPABILITY_SHAPE; not NULL.
/// @param path Path of the file to read, a .glb, or a .gltf with its files beside it; UTF-8, NUL-terminated;
/// not NULL.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL.
/// @param desc Options: texture_size (0 for 1024), seed and progress; NULL for the defaults; struct_size must
/// be set. A triangle budget, levels, hulls or a dense grid returns ATT3D_INVALID_ARGUMENT. Other fields are
/// checked but have no effect.
/// @param flags ATT3D_RESTYLE_... flags, combined with |.
/// @param out_path Path of the GLB to write; UTF-8, NUL-terminated; not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_restyle_file(
    model: *const att3d_model,
    path: *const c_char,
    prompt: *const c_char,
    desc: *const att3d_generate_desc,
    flags: u32,
    out_path: *const c_char,
) -> att3d_status {
    guard(|| {
        // This comes first, so that the caller's callback data is released however the call ends.
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let choice = unsafe { Choice::read(desc) }?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (body, path, prompt, out_path) = unsafe {
            (body(model)?, text(path, "path")?, text(prompt, "prompt")?, text(out_path, "out_path")?)
        };
        let unknown = flags & !ATT3D_RESTYLE_UNWRAP;
        if unknown != 0 {
            return Err(Failure::invalid(format!("flags has unknown bits {unknown:#x}")));
        }
        let texture_size = texture_size(&choice)?;
        let model = body.model()?;
        let unwrap = flags & ATT3D_RESTYLE_UNWRAP != 0;
        let made = choice.run(|options| {
            let options =
                RestyleOptions { texture_size, unwrap, seed: options.seed, on_progress: options.on_progress };
            restyle_file(&model, prompt, Path::new(path), Path::new(out_path), &options)
        })?;
        for repainted in made.repainted.iter().filter(|repainted| !repainted.lost.is_empty()) {
            let (index, lost) = (repainted.material.unwrap_or_default(), repainted.lost.join("; "));
            let message = format!("{path}: material {index} lost properties of the old material: {lost}");
            body.context.log.say(ATT3D_LOG_WARNING, &message);
        }
        Ok(())
    })
}
