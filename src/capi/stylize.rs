//! New colours for meshes that others made.

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

/// Makes new texture coordinates though the file has some.
pub const ATT3D_RESTYLE_UNWRAP: u32 = 1;

/// Texels along a side where the description has none.
const TEXTURE_SIZE: u32 = 1024;

/// What of a description is for extracting a mesh has no place where one is given.
fn texture_size(choice: &Choice) -> Result<u32, Failure> {
    let options = &choice.options;
    if options.triangles > 0 || options.levels > 0 || options.hulls.is_some() || options.dense {
        let message = "att3d_generate_desc asks for a triangle budget, levels, a hull or a dense grid: the mesh is given here, leave them 0";
        return Err(Failure::invalid(message));
    }
    Ok(if options.texture_size == 0 { TEXTURE_SIZE } else { options.texture_size })
}

/// Puts a field's colours on a mesh of the caller's: textures, asked of the field at that mesh's surface. The result has the same vertices and
/// triangles in the same order where the mesh has texture coordinates; else some are made, and vertices at their seams are there several times.
/// Thread-safe. Since 0.7.
/// @param field not NULL; for a mesh that is to be kept, made with its shape, all of it kept (att3d_shape_with_keep 1).
/// @param surface not NULL; struct_size set; in the space of the field's shape, where that was fitted, else in object space; flags 0.
/// @param desc of which texture_size (0 for 1024) and progress are used; NULL for the default; struct_size set.
/// @param out_mesh in object space; not NULL; free with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_paint(
    field: *const att3d_field,
    surface: *const att3d_surface_desc,
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    guard(|| {
        // First, so that what the caller handed over is released wherever this ends.
        // SAFETY: the header's promise.
        let choice = unsafe { Choice::read(desc) }?;
        let place = output(out_mesh, "out_mesh")?;
        // SAFETY: the header's promise, both.
        let (field, given) = unsafe { (body(field)?, Given::read(surface)?) };
        if given.is_fitted {
            let message = "att3d_surface_desc.flags has ATT3D_SURFACE_FIT: the field's shape says where the surface stands, leave it out";
            return Err(Failure::invalid(message));
        }
        if choice.options.seed != 0 {
            return Err(PipelineError::SeedOfNoPrompt.into());
        }
        let size = texture_size(&choice)?;
        let painted =
            choice.run(|options| field.field.paint(given.surface, given.uvs, size, options.watch))?;
        // SAFETY: from `output`.
        unsafe { write(place, finish(field.named(painted), &field.model)) };
        Ok(())
    })
}

/// Writes a GLB file with a prompt's colors on the geometry of a glTF file: the meshes, texture coordinates, skins, morph targets and
/// animations stay byte for byte, and materials get new base colors, metallic and roughness. The log says what else the materials lose, such
/// as transparency or emission. Primitives without texture coordinates get some. The file is written whole, or not at all; the two paths may
/// be the same. Returns when it is written. Thread-safe. Since 0.7; reads .gltf files since 0.8.
/// @param model not NULL; with ATT3D_CAPABILITY_SHAPE.
/// @param path the file to read: a .glb, or a .gltf with its files beside it; UTF-8, NUL-terminated, not NULL.
/// @param prompt UTF-8, NUL-terminated, not NULL.
/// @param desc of which texture_size (0 for 1024) and progress are used; NULL for the default; struct_size set.
/// @param flags ATT3D_RESTYLE_..., or-ed.
/// @param out_path the GLB to write; UTF-8, NUL-terminated, not NULL.
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
        // First, so that what the caller handed over is released wherever this ends.
        // SAFETY: the header's promise.
        let choice = unsafe { Choice::read(desc) }?;
        // SAFETY: the header's promise, all of them.
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
            let options = RestyleOptions { texture_size, unwrap, seed: options.seed, watch: options.watch };
            restyle_file(&model, prompt, Path::new(path), Path::new(out_path), &options)
        })?;
        for dressed in made.dressed.iter().filter(|dressed| !dressed.lost.is_empty()) {
            let (index, lost) = (dressed.material.unwrap_or_default(), dressed.lost.join("; "));
            let message = format!("{path}: material {index} lost with its old dress: {lost}");
            body.context.log.say(ATT3D_LOG_WARNING, &message);
        }
        Ok(())
    })
}
