//! Generation of meshes from prompts, latents and fields in one call, and its options.

use std::ffi::c_char;
use std::sync::Arc;

use super::field::att3d_field;
use super::handle::body;
use super::latent::{att3d_latent, bodies};
use super::mesh::att3d_mesh;
use super::model::{ModelBody, att3d_model};
use super::pointers::text;
use super::progress::{Callback, att3d_progress};
use super::status::{Failure, att3d_status};
use super::structs::{Versioned, read_known};
use super::work::{Product, ProductKind, Work, make_meshes};
use crate::error::part;
use crate::pipeline::{GenerateOptions, HullOptions, Model, PipelineError, Source};

/// Evaluates the field at every point of the grid instead of only near the surface. This is slow, and the
/// mesh is the same.
pub const ATT3D_GENERATE_DENSE: u32 = 1;

/// Value of att3d_generate_desc.min_component that keeps every component of the surface.
pub const ATT3D_KEEP_ALL_COMPONENTS: f32 = -1.0;

/// Options of mesh generation. NULL, or zero in every field after struct_size, selects the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_generate_desc {
    /// sizeof(att3d_generate_desc).
    pub struct_size: u32,
    /// ATT3D_GENERATE_... flags, combined with |.
    pub flags: u32,
    /// Cells along each axis of the extraction grid, 2 to 1024; 0 for 128.
    pub resolution: u32,
    /// Width and height in texels of the mesh's textures, 64 to 4096; 0 for no textures.
    /// For textures the surface is cut into charts, and vertices at seams are duplicated.
    pub texture_size: u32,
    /// Largest number of triangles, at least 4; 0 for no limit.
    /// The surface stays closed. att3d_mesh_report.hausdorff states the deviation. If the surface cannot be
    /// reduced to the budget, the work fails with ATT3D_INVALID_ARGUMENT. The message then states a number of
    /// triangles that is possible.
    pub triangle_budget: u32,
    /// Number of further levels of detail, at most 8; see att3d_mesh_get_level.
    /// Each level has about half the triangles of the level before. There are fewer levels if the mesh cannot
    /// be halved so many times.
    pub level_count: u32,
    /// Largest number of convex hulls for collision, at most 64; 0 for none. See att3d_mesh_get_hull.
    /// With 1, the hull encloses the whole mesh. With a larger number, each component of the surface has a
    /// hull of its own. If hulls are left over, components that are far from convex are divided, and each
    /// piece has a hull. If there are more components than hulls, a small component shares the hull of a
    /// larger component near it.
    pub hull_count: u32,
    /// Largest number of vertices of each hull, 8 to 255; 0 for 32. It must be 0 if hull_count is 0.
    pub hull_vertex_count: u32,
    /// Smallest volume of a component, as a share of the whole volume, 0 to 1; 0 for 0.001.
    /// Smaller components are removed directly after extraction. The largest component always stays.
    /// ATT3D_KEEP_ALL_COMPONENTS removes none.
    pub min_component: f32,
    /// Must be 0.
    pub reserved: u32,
    /// Variant of the prompt: 0 for the plain result. Every other number selects a variant, if details can be
    /// added to the prompt or the model is a diffusion model. The same number always selects the same
    /// variant. The seed of a diffusion model selects the noise. If the seed is not 0, att3d_morph and
    /// generation from a field fail with ATT3D_INVALID_ARGUMENT. Generation from a latent also fails with
    /// ATT3D_INVALID_ARGUMENT, except with a diffusion model. Generation from a prompt fails with
    /// ATT3D_UNSUPPORTED if the model does not have ATT3D_CAPABILITY_SEEDS. A job or a live session starts
    /// even if the seed is not supported. Its work then fails with the status that is stated here.
    pub seed: u64,
    /// Largest number of bytes that surface extraction may hold; 0 for 2 GiB.
    pub memory_limit: u64,
    /// Progress callback.
    pub progress: att3d_progress,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and pointers without padding; a zero pointer is null.
unsafe impl Versioned for att3d_generate_desc {
    const NAME: &'static str = "att3d_generate_desc";
    const FIRST_SIZE: usize = 56 + 3 * size_of::<usize>();
}

/// A description after its checks.
pub(super) struct Choice {
    pub(super) options: GenerateOptions,
    pub(super) callback: Option<Callback>,
}

impl Choice {
    /// Reads and checks a description.
    ///
    /// # Safety
    /// `desc` is null or a readable struct of `struct_size` bytes.
    pub(super) unsafe fn read(desc: *const att3d_generate_desc) -> Result<Self, Failure> {
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let (desc, refusal) = unsafe { read_known(desc) }?;
        // The callback is taken before any other check, so that its data is released even if the call fails.
        let callback = Callback::of(desc.progress);
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        let unknown = desc.flags & !ATT3D_GENERATE_DENSE;
        if unknown != 0 {
            return Err(Failure::invalid(format!("att3d_generate_desc.flags has unknown bits {unknown:#x}")));
        }
        if desc.reserved != 0 {
            let found = desc.reserved;
            return Err(Failure::invalid(format!("att3d_generate_desc.reserved is {found}: leave it 0")));
        }
        if desc.hull_count == 0 && desc.hull_vertex_count != 0 {
            let message = "att3d_generate_desc has hull_vertex_count without hull_count: give hull_count too";
            return Err(Failure::invalid(message));
        }
        if !(desc.min_component == ATT3D_KEEP_ALL_COMPONENTS || (0.0..=1.0).contains(&desc.min_component)) {
            let found = desc.min_component;
            return Err(Failure::invalid(format!(
                "att3d_generate_desc.min_component is {found}: expected a share from 0 to 1, or ATT3D_KEEP_ALL_COMPONENTS"
            )));
        }
        let default = GenerateOptions::default();
        let hulls = HullOptions {
            count: desc.hull_count,
            vertices: match desc.hull_vertex_count {
                0 => HullOptions::default().vertices,
                given => given,
            },
        };
        let given = |value: u32| (value != 0).then_some(value);
        let options = GenerateOptions {
            resolution: if desc.resolution == 0 { default.resolution } else { desc.resolution },
            dense: desc.flags & ATT3D_GENERATE_DENSE != 0,
            triangles: given(desc.triangle_budget),
            texture_size: given(desc.texture_size),
            levels: desc.level_count,
            hulls: (desc.hull_count != 0).then_some(hulls),
            min_component: match desc.min_component {
                ATT3D_KEEP_ALL_COMPONENTS => 0.0,
                0.0 => default.min_component,
                given => given,
            },
            seed: desc.seed,
            memory_limit: if desc.memory_limit == 0 { default.memory_limit } else { desc.memory_limit },
        };
        options.check()?;
        Ok(Self { options, callback })
    }
}

/// Source from which a mesh is generated, with its model.
pub(super) struct Asked {
    body: Arc<ModelBody>,
    /// `None` for a field, which needs no weights.
    model: Option<Arc<Model>>,
    source: Source,
}

impl Asked {
    /// Returns the source for a prompt.
    ///
    /// # Safety
    /// `model` is a handle or null, and `prompt` is a NUL-terminated text or null.
    pub(super) unsafe fn of_prompt(
        model: *const att3d_model,
        prompt: *const c_char,
    ) -> Result<Self, Failure> {
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let (body, prompt) = unsafe { (body(model)?, text(prompt, "prompt")?) };
        let source = Source::Prompt(prompt.to_owned());
        Ok(Self { body: body.clone(), model: Some(body.model()?), source })
    }

    /// Returns the source for a latent.
    ///
    /// # Safety
    /// `latent` is a handle or null.
    pub(super) unsafe fn of_latent(latent: *const att3d_latent) -> Result<Self, Failure> {
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let latent = unsafe { body(latent) }?;
        Ok(Self { body: latent.model.clone(), model: Some(latent.model.model()?), source: latent.source() })
    }

    /// Returns the source for a field.
    ///
    /// # Safety
    /// `field` is a handle or null.
    pub(super) unsafe fn of_field(field: *const att3d_field) -> Result<Self, Failure> {
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let field = unsafe { body(field) }?;
        Ok(Self { body: field.model.clone(), model: None, source: field.source() })
    }
}

/// Prepares the generation of a mesh.
///
/// # Safety
/// `desc` is null or a readable struct of `struct_size` bytes.
pub(super) unsafe fn prepare(
    desc: *const att3d_generate_desc,
    asked: impl FnOnce() -> Result<Asked, Failure>,
) -> Result<Work, Failure> {
    // The description is read first, so that the caller's callback data is released even if the call fails.
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let Choice { options, callback } = unsafe { Choice::read(desc) }?;
    let Asked { body, model, source } = asked()?;
    Ok(Work::new(body, ProductKind::Meshes, callback, move |on_progress| {
        Ok(Product::Meshes(vec![source.generate(model.as_deref(), &options, on_progress)?]))
    }))
}

/// Prepares the generation of one mesh per latent.
///
/// # Safety
/// `latents` is null or an array of `count` handles; `desc` is null or a readable struct.
pub(super) unsafe fn prepare_frames(
    latents: *const *const att3d_latent,
    count: usize,
    desc: *const att3d_generate_desc,
) -> Result<Work, Failure> {
    // The description is read first, so that the caller's callback data is released even if the call fails.
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let Choice { options, callback } = unsafe { Choice::read(desc) }?;
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let latents = unsafe { bodies(latents, count) }?;
    let Some(first) = latents.first() else { return Err(PipelineError::NoPrompt.into()) };
    let (body, model) = (first.model.clone(), first.model.model()?);
    let sources: Vec<Source> = latents.iter().map(|latent| latent.source()).collect();
    Ok(Work::new(body, ProductKind::Meshes, callback, move |on_progress| {
        let share = 1.0 / sources.len() as f32;
        let generate = |(index, source): (usize, Source)| {
            let on_progress = part(on_progress, index as f32 * share, (index + 1) as f32 * share);
            source.generate(Some(&model), &options, &on_progress)
        };
        Ok(Product::Meshes(sources.into_iter().enumerate().map(generate).collect::<Result<_, _>>()?))
    }))
}

/// Generates a mesh from a prompt and returns when the mesh is done. Thread-safe.
/// Returns ATT3D_UNSUPPORTED if the seed is not 0 and the model does not have ATT3D_CAPABILITY_SEEDS.
/// Returns ATT3D_PROMPT if the prompt cannot be understood, ATT3D_UNLOADED after att3d_model_unload, and
/// ATT3D_EMPTY_SURFACE if the field has no surface.
/// @param model The model; not NULL.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_generate(
    model: *const att3d_model,
    prompt: *const c_char,
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { make_meshes(out_mesh, "out_mesh", || prepare(desc, || Asked::of_prompt(model, prompt))) }
}

/// Generates a mesh from a latent and returns when the mesh is done. Thread-safe.
/// Returns the statuses of att3d_generate. ATT3D_PROMPT means that the latent's prompt has only a change. A
/// seed other than 0 returns ATT3D_INVALID_ARGUMENT unless the model is a diffusion model.
/// @param latent The latent; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_generate_from_latent(
    latent: *const att3d_latent,
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { make_meshes(out_mesh, "out_mesh", || prepare(desc, || Asked::of_latent(latent))) }
}

/// Generates a mesh from a field and returns when the mesh is done. Thread-safe.
/// It also works after the model was unloaded. Returns ATT3D_EMPTY_SURFACE if the field has no surface.
/// @param field The field; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set; seed must be 0.
/// @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_generate_from_field(
    field: *const att3d_field,
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { make_meshes(out_mesh, "out_mesh", || prepare(desc, || Asked::of_field(field))) }
}

/// Generates one mesh per latent, such as the frames of an interpolation. Thread-safe.
/// att3d_latent_mix makes the latents between two prompts, and att3d_meshes_write_file writes the meshes as
/// one GLB with an animation. On failure no mesh is made. Returns the statuses of att3d_generate_from_latent.
/// @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
/// @param count Number of latents, 1 to 1024.
/// @param desc Options of every mesh; NULL for the defaults; struct_size must be set.
/// @param out_meshes Array that receives `count` handles; not NULL; free each with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_generate_frames(
    latents: *const *const att3d_latent,
    count: usize,
    desc: *const att3d_generate_desc,
    out_meshes: *mut *mut att3d_mesh,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { make_meshes(out_meshes, "out_meshes", || prepare_frames(latents, count, desc)) }
}
