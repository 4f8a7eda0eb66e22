//! Keyframes of one mesh, and frames of one file.

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

/// How a mesh is moved from keyframe to keyframe. NULL and all zero are the default. Since 0.6.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_morph_desc {
    /// sizeof(att3d_morph_desc).
    pub struct_size: u32,
    /// Fields between one keyframe and the next, at most 1000; 0 for 16.
    pub step_count: u32,
    /// How far parts of a keyframe's shape may stay from the moved mesh, beyond what the first mesh is from its own shape; object space; 0 for 0.02.
    pub bound: f32,
}

// SAFETY: repr(C), struct_size first, integers and floats alone.
unsafe impl Versioned for att3d_morph_desc {
    const NAME: &'static str = "att3d_morph_desc";
    const FIRST_SIZE: usize = 12;
}

/// A mesh's vertices at a further keyframe, in object space. All pointers live as long as the mesh's handle. Since 0.6.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_target_view {
    /// sizeof(att3d_target_view), set by the caller.
    pub struct_size: u32,
    /// Vertices: as many as the mesh has.
    pub vertex_count: u32,
    /// Mean distance of the vertices from the keyframe's surface.
    pub mean_residual: f32,
    /// What all but a hundredth of the keyframe's surface lies nearer to the moved mesh than.
    pub uncovered: f32,
    /// What all but a hundredth of the moved mesh's triangles have their middles nearer to the keyframe's surface than.
    pub astray: f32,
    /// Share of the moved mesh's surface that faces inwards: it has folded.
    pub folded: f32,
    /// The keyframe's prompt; UTF-8, NUL-terminated.
    pub name: *const c_char,
    /// vertex_count times x, y, z.
    pub positions: *const f32,
    /// vertex_count times x, y, z; unit length, outward.
    pub normals: *const f32,
    /// vertex_count times sRGB red, green, blue in [0, 1].
    pub colors: *const f32,
}

// SAFETY: repr(C), struct_size first; integers, floats and pointers, of which zero is null.
unsafe impl Versioned for att3d_target_view {
    const NAME: &'static str = "att3d_target_view";
    const FIRST_SIZE: usize = 24 + 4 * size_of::<usize>();
}

/// Most fields between two keyframes.
const MOST_STEPS: u32 = 1000;

/// Makes the first latent's mesh, and moves its vertices to the surface of each further one: att3d_mesh_get_target. A GLB of such a mesh has
/// a morph target for each, and an animation through them; colours and textures stay the first latent's there. ATT3D_UNSUPPORTED where a shape cannot be reached so. Returns when it is made.
/// Thread-safe. Since 0.6.
/// @param latents not NULL; `count` handles of one model, none NULL.
/// @param count 2 to 64.
/// @param desc how the first mesh is made; NULL for the default; struct_size set.
/// @param morph NULL for the default; struct_size set.
/// @param out_mesh not NULL; free with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_generate_morph(
    latents: *const *const att3d_latent,
    count: usize,
    desc: *const att3d_generate_desc,
    morph: *const att3d_morph_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    guard(|| {
        // First, so that what the caller handed over is released wherever this ends.
        // SAFETY: the header's promise.
        let choice = unsafe { Choice::read(desc) }?;
        let place = output(out_mesh, "out_mesh")?;
        // SAFETY: the header's promise, both.
        let (latents, morph) = unsafe { (bodies(latents, count)?, morph_options(read(morph)?)?) };
        latents.iter().try_for_each(|latent| latent.check_thing())?;
        let (Some(first), true) = (latents.first(), latents.len() > 1) else {
            return Err(Failure::invalid("1 latent: give 2 or more, the first is the mesh that moves"));
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
        // SAFETY: from `output`.
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
        return Err(Failure::invalid(format!("att3d_morph_desc.bound is {found}: expected a distance")));
    }
    Ok(MorphOptions {
        steps: if desc.step_count == 0 { default.steps } else { desc.step_count },
        bound: if desc.bound == 0.0 { default.bound } else { desc.bound },
    })
}

/// Shows a mesh's vertices at a further keyframe; nothing is copied. ATT3D_INVALID_ARGUMENT for one that the mesh lacks:
/// att3d_mesh_info.target_count says how many it has. Thread-safe. Since 0.6.
/// @param mesh not NULL.
/// @param target 0 for the second keyframe: the first is the mesh itself.
/// @param out_view not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_target(
    mesh: *const att3d_mesh,
    target: u32,
    out_view: *mut att3d_target_view,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        let (place, body) = unsafe { (place(out_view)?, body(mesh)?) };
        let MeshBody { generated, target_names, .. } = body;
        let index = target as usize;
        let found = generated.morph.as_ref().and_then(|morph| {
            Some((morph.targets.get(index)?, morph.residuals.get(index)?, target_names.get(index)?))
        });
        let Some((found, residual, name)) = found else {
            let count = target_names.len();
            return Err(Failure::invalid(format!(
                "target is {target}: this mesh has {count}; att3d_generate_morph makes meshes that have"
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

/// Writes meshes as one GLB that shows them one after another, by an animation, with the colours of their vertices and nothing else that they
/// have: whole, or not at all. They stand where the first one stands.
/// Thread-safe. Since 0.6.
/// @param meshes not NULL; `count` handles, none NULL.
/// @param count 1 to 1024.
/// @param path UTF-8, NUL-terminated, not NULL; ends with .glb, or without an ending.
/// @param desc its seconds are those that each mesh is shown for; NULL for the default; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_meshes_write_frames(
    meshes: *const *const att3d_mesh,
    count: usize,
    path: *const c_char,
    desc: *const att3d_export_desc,
) -> att3d_status {
    guard(|| {
        check_batch(count, "meshes")?;
        // SAFETY: the header's promise, all.
        let (frames, path, desc) = unsafe {
            let meshes = values(meshes, count, "meshes")?;
            let bodies =
                meshes.iter().map(|&mesh| body(mesh)).collect::<Result<Vec<&MeshBody>, Failure>>()?;
            (bodies, Path::new(text(path, "path")?), read(desc)?)
        };
        let Some(first) = frames.first() else { return Ok(()) };
        let (format, options) = choice(desc, first)?;
        if format.map_or_else(|| MeshFormat::of(path), Ok)? != MeshFormat::Glb {
            return Err(Failure::invalid(format!("{}: frames go into .glb files alone", path.display())));
        }
        let frames: Vec<&Generated> = frames.iter().map(|frame| &frame.generated).collect();
        Ok(write_frames(path, &frames, options)?)
    })
}
