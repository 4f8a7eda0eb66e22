//! Prompts, latents and fields to meshes, in one call; and what a caller can choose.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::field::att3d_field;
use super::handle::{body, give};
use super::latent::att3d_latent;
use super::log::{ATT3D_LOG_WARNING, att3d_release_fn};
use super::mesh::{MeshBody, att3d_mesh};
use super::model::{ModelBody, att3d_model};
use super::pointers::{output, text, write};
use super::progress::{Callback, att3d_progress_fn, watched};
use super::status::{Failure, att3d_status, guard};
use super::structs::{Versioned, read_known};
use crate::pipeline::{Floaters, GenerateOptions, Generated, HullOptions, Model, Progress, Source};

/// Asks every point of the grid instead of those near the surface; slow, the mesh is the same.
pub const ATT3D_GENERATE_DENSE: u32 = 1;
/// Makes a convex hull around the mesh, for collisions: att3d_mesh_get_hull. Since 0.6.
pub const ATT3D_GENERATE_HULL: u32 = 2;
/// Keeps every component of the surface, however small: without it, components of less than min_component of the volume are removed.
/// Since 0.8.
pub const ATT3D_GENERATE_ALL_COMPONENTS: u32 = 4;

/// How a mesh is made. NULL and all zero are the default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_generate_desc {
    /// sizeof(att3d_generate_desc).
    pub struct_size: u32,
    /// Cells along each side of the box that the mesh is found in, 2 to 1024; 0 for 128.
    pub resolution: u32,
    /// ATT3D_GENERATE_..., or-ed.
    pub flags: u32,
    /// 0.
    pub reserved: u32,
    /// Which variant of the prompt: 0 is the plain answer, every other number one of its own, the same each time; a job or a session with others fails later where the model has none. Others than 0 are
    /// ATT3D_UNSUPPORTED without ATT3D_CAPABILITY_SEEDS, and ATT3D_INVALID_ARGUMENT for a latent or a field.
    pub seed: u64,
    /// Most bytes that surface extraction may hold; 0 for 2 GiB.
    pub memory_limit: u64,
    /// NULL for none.
    pub progress: att3d_progress_fn,
    /// Handed to progress; must stay valid until progress_release is called with it, or, without one, until the call
    /// returns or the job has ended.
    pub progress_user: *mut c_void,
    /// Called once for each call that is given this description, with progress_user, when progress is not called any more:
    /// at the latest when the job's thread ends, also where that call fails, unless the description could not be read
    /// (struct_size out of range, or desc not aligned). NULL for none.
    pub progress_release: att3d_release_fn,
    /// Texels along a side of the textures that the mesh gets, 64 to 4096; its surface is cut into charts for them, so that
    /// vertices at seams are there several times. 0 for none. Since 0.5.
    pub texture_size: u32,
    /// 0. Since 0.5.
    pub reserved_too: u32,
    /// Most triangles, 4 and more; 0 for all that are found. The surface stays closed; att3d_mesh_report says what the budget cost the
    /// shape. A budget that the shape cannot be reduced to is refused with a count that it can be reduced to. Since 0.6.
    pub triangle_budget: u32,
    /// Further levels of detail, each of half the triangles of the one before, at most 8: att3d_mesh_get_level. Since 0.6.
    pub level_count: u32,
    /// Share of the volume, 0 to 1, below which a component of the surface is removed before anything else is made of the mesh; 0 for 0.001.
    /// ATT3D_GENERATE_ALL_COMPONENTS keeps all. Since 0.8.
    pub min_component: f32,
    /// Most vertices of each hull of ATT3D_GENERATE_HULL, 8 to 255; 0 for 32. Since 0.8.
    pub hull_vertex_count: u32,
    /// Most hulls of ATT3D_GENERATE_HULL, 1 to 64; 0 for 1, the hull of the whole mesh. Of several, each component of the surface has one, and
    /// a component far from convex one for each of its parts: att3d_mesh_get_hull_at. Since 0.8.
    pub hull_count: u32,
    /// 0. Since 0.8.
    pub reserved_third: u32,
}

// SAFETY: repr(C), struct_size first; integers and pointers, of which zero is null.
unsafe impl Versioned for att3d_generate_desc {
    const NAME: &'static str = "att3d_generate_desc";
    const FIRST_SIZE: usize = 32 + 3 * size_of::<usize>();
}

/// A description, checked.
pub(super) struct Choice {
    pub(super) options: GenerateOptions<'static>,
    callback: Option<Callback>,
}

impl Choice {
    /// Reads a description.
    ///
    /// # Safety
    /// `desc` is null or a readable struct of `struct_size` bytes.
    pub(super) unsafe fn read(desc: *const att3d_generate_desc) -> Result<Self, Failure> {
        // SAFETY: the caller's promise.
        let (desc, refusal) = unsafe { read_known(desc) }?;
        // First, so that what the caller handed over is released wherever this ends.
        let callback = Callback::of(desc.progress, desc.progress_user, desc.progress_release);
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        let unknown =
            desc.flags & !(ATT3D_GENERATE_DENSE | ATT3D_GENERATE_HULL | ATT3D_GENERATE_ALL_COMPONENTS);
        if unknown != 0 {
            return Err(Failure::invalid(format!("att3d_generate_desc.flags has unknown bits {unknown:#x}")));
        }
        if desc.reserved != 0 {
            return Err(Failure::invalid(format!(
                "att3d_generate_desc.reserved is {}: leave it 0",
                desc.reserved
            )));
        }
        if desc.reserved_too != 0 {
            let found = desc.reserved_too;
            return Err(Failure::invalid(format!("att3d_generate_desc.reserved_too is {found}: leave it 0")));
        }
        if desc.reserved_third != 0 {
            let found = desc.reserved_third;
            return Err(Failure::invalid(format!(
                "att3d_generate_desc.reserved_third is {found}: leave it 0"
            )));
        }
        let default = GenerateOptions::default();
        let or = |given: u32, default: u32| if given == 0 { default } else { given };
        let hulls = HullOptions::default();
        let hulls = HullOptions {
            count: or(desc.hull_count, hulls.count),
            vertices: or(desc.hull_vertex_count, hulls.vertices),
        };
        let keeps_all = desc.flags & ATT3D_GENERATE_ALL_COMPONENTS != 0;
        if keeps_all && desc.min_component != 0.0 {
            let message = "att3d_generate_desc has ATT3D_GENERATE_ALL_COMPONENTS and min_component: give one";
            return Err(Failure::invalid(message));
        }
        let options = GenerateOptions {
            resolution: if desc.resolution == 0 { default.resolution } else { desc.resolution },
            dense: desc.flags & ATT3D_GENERATE_DENSE != 0,
            triangles: desc.triangle_budget,
            texture_size: desc.texture_size,
            levels: desc.level_count,
            hulls: (desc.flags & ATT3D_GENERATE_HULL != 0).then_some(hulls),
            min_component: match desc.min_component {
                _ if keeps_all => 0.0,
                0.0 => default.min_component,
                given => given,
            },
            seed: desc.seed,
            memory_limit: if desc.memory_limit == 0 { default.memory_limit } else { desc.memory_limit },
            ..default
        };
        options.check()?;
        Ok(Self { options, callback })
    }

    /// Runs work with the options, the callback as their watch.
    pub(super) fn run<T>(&self, work: impl FnOnce(&GenerateOptions<'_>) -> T) -> T {
        watched(self.callback.as_ref(), |watch| work(&GenerateOptions { watch, ..self.options }))
    }

    /// The callback as jobs take it.
    pub(super) fn into_progress(self) -> Option<Progress> {
        self.callback.map(Callback::into_progress)
    }
}

/// A mesh's handle, and a line in the log where something was not as it should be.
pub(super) fn finish(generated: Generated, model: &ModelBody) -> *mut att3d_mesh {
    if generated.statistics.broken_promises > 0 {
        let message = "the package's envelope is too low for this prompt: the whole grid was asked";
        model.context.log.say(ATT3D_LOG_WARNING, message);
    }
    let say = |message: String| model.context.log.say(ATT3D_LOG_WARNING, &message);
    if generated.floaters.components > 0 {
        let Floaters { components, volume } = generated.floaters;
        say(format!("removed {components} small components, {:.2} % of the volume", volume * 100.0));
    }
    if let Some(loss) = generated.loss.filter(|loss| loss.components > 0) {
        let (components, share) = (loss.components, loss.volume * 100.0);
        say(format!("the triangle budget left out {components} components, {share:.2} % of the volume"));
    }
    give(MeshBody::new(generated, Arc::clone(model.context.context.engine())))
}

/// What a mesh is asked of, whichever way it is made.
pub(super) struct Asked {
    pub(super) body: Arc<ModelBody>,
    /// None for a field, which needs no weights.
    pub(super) model: Option<Arc<Model>>,
    pub(super) source: Source,
}

impl Asked {
    /// A prompt's mesh.
    ///
    /// # Safety
    /// `model` is a handle or null, `prompt` a text that ends in NUL or null.
    pub(super) unsafe fn of_prompt(
        model: *const att3d_model,
        prompt: *const c_char,
    ) -> Result<Self, Failure> {
        // SAFETY: the caller's promise.
        let (body, prompt) = unsafe { (body(model)?, text(prompt, "prompt")?) };
        let source = Source::Prompt(prompt.to_owned());
        Ok(Self { body: body.clone(), model: Some(body.model()?), source })
    }

    /// A latent's mesh.
    ///
    /// # Safety
    /// `latent` is a handle or null.
    pub(super) unsafe fn of_latent(latent: *const att3d_latent) -> Result<Self, Failure> {
        // SAFETY: the caller's promise.
        let latent = unsafe { body(latent) }?;
        Ok(Self { body: latent.model.clone(), model: Some(latent.model.model()?), source: latent.source() })
    }

    /// A field's mesh.
    ///
    /// # Safety
    /// `field` is a handle or null.
    pub(super) unsafe fn of_field(field: *const att3d_field) -> Result<Self, Failure> {
        // SAFETY: the caller's promise.
        let field = unsafe { body(field) }?;
        Ok(Self { body: field.model.clone(), model: None, source: field.source() })
    }
}

/// Makes what is asked and writes its handle.
///
/// # Safety
/// `desc` is null or a readable struct of `struct_size` bytes; `out_mesh` is writable or null.
unsafe fn make(
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
    asked: impl FnOnce() -> Result<Asked, Failure>,
) -> att3d_status {
    guard(|| {
        // First, so that what the caller handed over is released wherever this ends.
        // SAFETY: the caller's promise.
        let choice = unsafe { Choice::read(desc) }?;
        let place = output(out_mesh, "out_mesh")?;
        let Asked { body, model, source } = asked()?;
        let generated = choice.run(|options| source.generate(model.as_deref(), options))?;
        // SAFETY: from `output`.
        unsafe { write(place, finish(generated, &body)) };
        Ok(())
    })
}

/// Makes a mesh of a prompt; returns when it is made. Thread-safe.
/// @param model not NULL.
/// @param prompt UTF-8, NUL-terminated, not NULL.
/// @param desc NULL for the default; struct_size set.
/// @param out_mesh not NULL; free with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_generate(
    model: *const att3d_model,
    prompt: *const c_char,
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    // SAFETY: the header's promise.
    unsafe { make(desc, out_mesh, || Asked::of_prompt(model, prompt)) }
}

/// Makes a mesh of a latent; returns when it is made. Thread-safe.
/// @param latent not NULL.
/// @param desc NULL for the default; struct_size set.
/// @param out_mesh not NULL; free with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_generate_from_latent(
    latent: *const att3d_latent,
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    // SAFETY: the header's promise.
    unsafe { make(desc, out_mesh, || Asked::of_latent(latent)) }
}

/// Makes a mesh of a field; returns when it is made. Works though the model was unloaded. Thread-safe.
/// @param field not NULL.
/// @param desc NULL for the default; struct_size set.
/// @param out_mesh not NULL; free with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_generate_from_field(
    field: *const att3d_field,
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    // SAFETY: the header's promise.
    unsafe { make(desc, out_mesh, || Asked::of_field(field)) }
}
