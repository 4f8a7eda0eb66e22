//! Morphs of one mesh between keyframes, and files that show several meshes as frames.

use std::ffi::c_char;
use std::path::Path;

use super::export::{att3d_export_desc, choice};
use super::generate::{Choice, att3d_generate_desc, finish};
use super::handle::body;
use super::latent::{att3d_latent, bodies, check_batch};
use super::mesh::{MeshBody, att3d_mesh, count};
use super::pointers::{output, text, values, write};
use super::status::{Failure, att3d_status, guard};
use super::structs::{Versioned, place, read};
use crate::pipeline::{Generated, MeshFormat, MorphOptions, PipelineError, Reading, write_frames};

/// Options of a morph. NULL, or all fields zero, selects the defaults. Since 0.6.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_morph_desc {
    /// sizeof(att3d_morph_desc).
    pub struct_size: u32,
    /// Number of fields from one keyframe to the next, at most 1000; 0 for 16.
    pub step_count: u32,
    /// Largest deviation of the morphed mesh from a keyframe's surface, in object space; 0 for 0.02.
    /// The deviation of the first mesh from its own surface is added to it.
    pub bound: f32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_morph_desc {
    const NAME: &'static str = "att3d_morph_desc";
    const FIRST_SIZE: usize = 12;
}

/// View of a mesh's vertices at a further keyframe, in object space. Since 0.6.
/// All pointers are valid as long as the mesh's handle.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_target_view {
    /// sizeof(att3d_target_view), set by the caller.
    pub struct_size: u32,
    /// Number of vertices; it equals the number of vertices of the mesh.
    pub vertex_count: u32,
    /// Mean distance of the vertices from the keyframe's surface, in object space.
    pub mean_residual: f32,
    /// 99th percentile of the distance from the keyframe's surface to the morphed mesh, in object space.
    pub uncovered: f32,
    /// 99th percentile of the distance from the centers of the morphed triangles to the keyframe's surface,
    /// in object space.
    pub astray: f32,
    /// Share of the morphed mesh's surface that faces inward because it has folded.
    pub folded: f32,
    /// Prompt of the keyframe; UTF-8, NUL-terminated.
    pub name: *const c_char,
    /// x, y and z per vertex.
    pub positions: *const f32,
    /// x, y and z per vertex: the outward normal with unit length.
    pub normals: *const f32,
    /// sRGB red, green and blue in [0, 1] per vertex.
    pub colors: *const f32,
}

// SAFETY: `repr(C)`, `struct_size` first, numbers and pointers without padding; a zero pointer is null.
unsafe impl Versioned for att3d_target_view {
    const NAME: &'static str = "att3d_target_view";
    const FIRST_SIZE: usize = 24 + 4 * size_of::<usize>();
}

/// Largest number of fields between two keyframes.
const MOST_STEPS: u32 = 1000;

/// Generates the first latent's mesh and moves its vertices to the surface of each further latent.
/// Thread-safe. Since 0.6.
/// att3d_mesh_get_target shows the vertices at each further keyframe. A GLB of the mesh has a morph target
/// for each further keyframe, and an animation that shows the keyframes in order. Its colors and textures are
/// those of the first latent.
/// The call returns when the mesh is done. It returns ATT3D_UNSUPPORTED if a keyframe's surface cannot be
/// reached.
/// @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
/// @param count Number of latents, 2 to 64.
/// @param desc Options of the first mesh; NULL for the defaults; struct_size must be set.
/// @param morph Options of the morph; NULL for the defaults; struct_size must be set.
/// @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_generate_morph(
    latents: *const *const att3d_latent,
    count: usize,
    desc: *const att3d_generate_desc,
    morph: *const att3d_morph_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    guard(|| {
        // This comes first, so that the caller's callback data is released however the call ends.
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let choice = unsafe { Choice::read(desc) }?;
        let place = output(out_mesh, "out_mesh")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (latents, morph) = unsafe { (bodies(latents, count)?, morph_options(read(morph)?)?) };
        latents.iter().try_for_each(|latent| latent.check_thing())?;
        let (Some(first), true) = (latents.first(), latents.len() > 1) else {
            return Err(Failure::invalid(
                "1 latent was given: expected 2 or more, of which the first makes the mesh",
            ));
        };
        let keyframes: Vec<_> =
            latents.iter().map(|latent| (latent.latent.clone(), latent.prompt.clone())).collect();
        if choice.options.seed != 0 {
            return Err(PipelineError::SeedOfNoPrompt.into());
        }
        let model = first.model.model()?;
        let mut generated = choice.run(|options| model.morph(&keyframes, options, &morph))?;
        let prompts: Vec<&str> = keyframes.iter().map(|(_, prompt)| prompt.as_str()).collect();
        generated.origin.prompt = prompts.join(" / ");
        generated.origin.reading =
            latents.iter().fold(Reading::default(), |all, latent| all.and(latent.reading()));
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, finish(generated, &first.model)) };
        Ok(())
    })
}

fn morph_options(desc: att3d_morph_desc) -> Result<MorphOptions, Failure> {
    let default = MorphOptions::default();
    if desc.step_count > MOST_STEPS {
        let found = desc.step_count;
        return Err(Failure::invalid(format!(
            "att3d_morph_desc.step_count is {found}: give at most {MOST_STEPS}"
        )));
    }
    if !(desc.bound.is_finite() && desc.bound >= 0.0) {
        let found = desc.bound;
        return Err(Failure::invalid(format!(
            "att3d_morph_desc.bound is {found}: expected a distance of 0 or more"
        )));
    }
    Ok(MorphOptions {
        steps: if desc.step_count == 0 { default.steps } else { desc.step_count },
        bound: if desc.bound == 0.0 { default.bound } else { desc.bound },
    })
}

/// Gets a view of a mesh's vertices at a further keyframe; nothing is copied. Thread-safe. Since 0.6.
/// Returns ATT3D_INVALID_ARGUMENT if the mesh does not have the keyframe. att3d_mesh_info.target_count is the
/// number of further keyframes.
/// @param mesh The mesh; not NULL.
/// @param target 0 for the second keyframe. The first keyframe is the mesh itself.
/// @param out_view Receives the view; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_target(
    mesh: *const att3d_mesh,
    target: u32,
    out_view: *mut att3d_target_view,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (place, body) = unsafe { (place(out_view)?, body(mesh)?) };
        let MeshBody { generated, target_names, .. } = body;
        let index = target as usize;
        let found = generated.morph.as_ref().and_then(|morph| {
            Some((morph.targets.get(index)?, morph.residuals.get(index)?, target_names.get(index)?))
        });
        let Some((found, residual, name)) = found else {
            let count = target_names.len();
            return Err(Failure::invalid(format!(
                "target is {target}: this mesh has {count} targets; att3d_generate_morph makes meshes with targets"
            )));
        };
        place.write(att3d_target_view {
            struct_size: 0,
            vertex_count: count("vertices", found.positions.len())?,
            mean_residual: residual.mean,
            uncovered: residual.uncovered,
            astray: residual.astray,
            folded: residual.folded,
            name: name.as_ptr(),
            positions: found.positions.as_ptr().cast(),
            normals: found.normals.as_ptr().cast(),
            colors: found.colors.as_ptr().cast(),
        });
        Ok(())
    })
}

/// Writes meshes as one GLB, in which an animation shows them one after another. Thread-safe. Since 0.6.
/// The file has only the vertex colors of the meshes, without textures. All meshes have the scale and the
/// origin of the first mesh. The file is written completely or not at all.
/// @param meshes `count` handles; not NULL, and no handle is NULL.
/// @param count Number of meshes, 1 to 1024.
/// @param path Path in UTF-8, NUL-terminated; not NULL. It ends with .glb or has no extension.
/// @param desc Options, of which seconds is how long each mesh is shown; NULL for the defaults; struct_size
/// must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_meshes_write_frames(
    meshes: *const *const att3d_mesh,
    count: usize,
    path: *const c_char,
    desc: *const att3d_export_desc,
) -> att3d_status {
    guard(|| {
        check_batch(count, "meshes")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (frames, path, desc) = unsafe {
            let meshes = values(meshes, count, "meshes")?;
            let bodies =
                meshes.iter().map(|&mesh| body(mesh)).collect::<Result<Vec<&MeshBody>, Failure>>()?;
            (bodies, Path::new(text(path, "path")?), read(desc)?)
        };
        let Some(first) = frames.first() else { return Ok(()) };
        let (format, options) = choice(desc, first)?;
        if format.map_or_else(|| MeshFormat::of(path), Ok)? != MeshFormat::Glb {
            return Err(Failure::invalid(format!(
                "{}: expected a .glb file, the only format for frames",
                path.display()
            )));
        }
        let frames: Vec<&Generated> = frames.iter().map(|frame| &frame.generated).collect();
        Ok(write_frames(path, &frames, options)?)
    })
}
