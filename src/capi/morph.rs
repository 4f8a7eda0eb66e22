//! Morphs of one mesh between keyframes.

use std::ffi::c_char;

use super::generate::{Choice, att3d_generate_desc};
use super::handle::body;
use super::latent::{att3d_latent, bodies};
use super::mesh::{MeshBody, att3d_mesh, count};
use super::status::{Failure, att3d_status, guard};
use super::structs::{Versioned, place, read};
use super::work::{Product, ProductKind, Work, make_meshes};
use crate::pipeline::{MorphOptions, PipelineError, Reading};

/// Options of a morph. NULL, or zero in every field after struct_size, selects the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_morph_desc {
    /// sizeof(att3d_morph_desc).
    pub struct_size: u32,
    /// Number of steps from one keyframe to the next, at most 1000; 0 for 16. A step moves the vertices to
    /// the surface of one mix of the two latents. The last step moves them to the surface of the next
    /// keyframe.
    pub step_count: u32,
    /// Largest allowed distance between the morphed mesh and the surface of a keyframe, in object space; 0
    /// for 0.02. It limits att3d_target_view.uncovered and att3d_target_view.astray. The deviation of the
    /// first mesh from the surface of the first latent is added to this limit. A morph that exceeds the sum
    /// fails with ATT3D_UNSUPPORTED.
    pub bound: f32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_morph_desc {
    const NAME: &'static str = "att3d_morph_desc";
    const FIRST_SIZE: usize = 12;
}

/// View of a mesh's vertices at a further keyframe, in object space. A further keyframe is any keyframe after
/// the first.
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
    /// Share of the morphed mesh's surface, 0 to 1, that faces inward because the mesh has folded. A morph
    /// fails with ATT3D_UNSUPPORTED if the share is too large.
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

/// Largest number of steps from one keyframe to the next.
const MOST_STEPS: u32 = 1000;

/// Prepares a morph.
///
/// # Safety
/// `latents` is null or an array of `count` handles; `desc` and `morph` are null or readable structs.
pub(super) unsafe fn prepare(
    latents: *const *const att3d_latent,
    count: usize,
    desc: *const att3d_generate_desc,
    morph: *const att3d_morph_desc,
) -> Result<Work, Failure> {
    // The description is read first, so that the caller's callback data is released even if the call fails.
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let Choice { options, callback } = unsafe { Choice::read(desc) }?;
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let (latents, morph) = unsafe { (bodies(latents, count)?, morph_options(read(morph)?)?) };
    let (Some(first), true) = (latents.first(), latents.len() > 1) else {
        return Err(Failure::invalid(
            "1 latent was given: expected 2 or more, of which the first makes the mesh",
        ));
    };
    let readings: Vec<Reading> = latents.iter().map(|latent| latent.reading().clone()).collect();
    let keyframes: Vec<_> =
        latents.iter().map(|latent| (latent.latent.clone(), latent.prompt.clone())).collect();
    let (body, model) = (first.model.clone(), first.model.model()?);
    Ok(Work::new(body, ProductKind::Meshes, callback, move |on_progress| {
        // These checks are part of the work: if one fails, the job fails, but the call that starts the job
        // succeeds.
        if options.seed != 0 {
            return Err(PipelineError::SeedOfNoPrompt);
        }
        readings.iter().try_for_each(Reading::check_thing)?;
        let mut generated = model.morph(&keyframes, &options, &morph, on_progress)?;
        let prompts: Vec<&str> = keyframes.iter().map(|(_, prompt)| prompt.as_str()).collect();
        generated.origin.prompt = prompts.join(" / ");
        generated.origin.reading = readings.iter().fold(Reading::default(), |all, next| all.and(next));
        Ok(Product::Meshes(vec![generated]))
    }))
}

/// Generates the first latent's mesh and moves its vertices to the surface of each further latent.
/// Thread-safe.
/// att3d_mesh_get_target gets a view of the vertices at each further keyframe. A GLB of the mesh has a morph
/// target for each further keyframe, and an animation that shows the keyframes in order. The GLB's colors and
/// textures are those of the first latent.
/// The call returns when the mesh is done. It returns ATT3D_UNSUPPORTED if a keyframe's surface cannot be
/// reached or the mesh folds too much, and otherwise the statuses of att3d_generate_from_latent.
/// @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
/// @param count Number of latents, 2 to 64.
/// @param desc Options of the first mesh; NULL for the defaults; struct_size must be set; seed must be 0.
/// @param morph Options of the morph; NULL for the defaults; struct_size must be set.
/// @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_morph(
    latents: *const *const att3d_latent,
    count: usize,
    desc: *const att3d_generate_desc,
    morph: *const att3d_morph_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { make_meshes(out_mesh, "out_mesh", || prepare(latents, count, desc, morph)) }
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

/// Gets a view of a mesh's vertices at a further keyframe; nothing is copied. Thread-safe.
/// Returns ATT3D_INVALID_ARGUMENT if the mesh does not have the keyframe. att3d_mesh_info.target_count is the
/// number of further keyframes.
/// @param mesh The mesh; not NULL.
/// @param target Index of the further keyframe, below att3d_mesh_info.target_count; 0 for the second
/// keyframe. The first keyframe is the mesh itself.
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
                "target is {target}: this mesh has {count} targets; att3d_morph makes meshes with targets"
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
