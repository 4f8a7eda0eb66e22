//! Generation of meshes from prompts, latents and fields in one call, and its options.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::field::att3d_field;
use super::handle::{body, give};
use super::latent::att3d_latent;
use super::log::{ATT3D_LOG_WARNING, att3d_release_fn};
use super::mesh::{MeshBody, att3d_mesh};
use super::model::{ModelBody, att3d_model};
use super::pointers::{output, text, write};
use super::progress::{Callback, att3d_progress_fn, with_callback};
use super::status::{Failure, att3d_status, guard};
use super::structs::{Versioned, read_known};
use crate::pipeline::{Floaters, GenerateOptions, Generated, HullOptions, Model, Progress, Source};

/// Evaluates the field at every point of the grid instead of only near the surface. This is slow, and the
/// mesh is the same.
pub const ATT3D_GENERATE_DENSE: u32 = 1;
/// Makes convex hulls of the mesh, for collision: att3d_mesh_get_hull. Since 0.6.
pub const ATT3D_GENERATE_HULL: u32 = 2;
/// Keeps every component of the surface. Since 0.8.
/// Without this flag, components below min_component are removed.
pub const ATT3D_GENERATE_ALL_COMPONENTS: u32 = 4;

/// Options of mesh generation. NULL, or all fields zero, selects the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_generate_desc {
    /// sizeof(att3d_generate_desc).
    pub struct_size: u32,
    /// Cells along each side of the extraction grid's box, 2 to 1024; 0 for 128.
    pub resolution: u32,
    /// ATT3D_GENERATE_... flags, combined with |.
    pub flags: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Variant of the prompt: 0 for the plain result. Every other number selects a variant; the same number
    /// always selects the same variant.
    /// A number other than 0 fails with ATT3D_UNSUPPORTED for a model without ATT3D_CAPABILITY_SEEDS. It
    /// fails with ATT3D_INVALID_ARGUMENT for a latent or a field. In a job or a live session the work itself
    /// fails, not the call that starts it.
    pub seed: u64,
    /// Largest number of bytes that surface extraction may hold; 0 for 2 GiB.
    pub memory_limit: u64,
    /// Progress callback; NULL for none.
    pub progress: att3d_progress_fn,
    /// Pointer that is passed to progress.
    /// It must stay valid until progress_release is called with it. Without progress_release, it must stay
    /// valid until the call returns or the job has ended.
    pub progress_user: *mut c_void,
    /// Callback that releases progress_user; NULL for none.
    /// It is called once per call that takes this description, when progress is no longer called: at the
    /// latest when the job's thread ends. It is also called if the call fails. The exception is a description
    /// that could not be read (struct_size out of range, or desc not aligned).
    pub progress_release: att3d_release_fn,
    /// Width and height in texels of the mesh's textures, 64 to 4096; 0 for no textures. Since 0.5.
    /// For textures the surface is cut into charts, and vertices at seams are duplicated.
    pub texture_size: u32,
    /// Must be 0. Since 0.5.
    pub reserved_too: u32,
    /// Largest number of triangles, at least 4; 0 for no limit. Since 0.6.
    /// The surface stays closed. att3d_mesh_report.hausdorff states the deviation. If the surface cannot be
    /// reduced to the budget, the work fails with ATT3D_INVALID_ARGUMENT, and the message states a number of
    /// triangles that is possible.
    pub triangle_budget: u32,
    /// Number of further levels of detail, at most 8: att3d_mesh_get_level. Since 0.6.
    /// Each has about half the triangles of the level before. There are fewer levels if the mesh cannot be
    /// halved that often.
    pub level_count: u32,
    /// Share of the volume, 0 to 1, below which a component is removed; 0 for 0.001. Since 0.8.
    /// Components are removed directly after extraction. It must be 0 with ATT3D_GENERATE_ALL_COMPONENTS,
    /// which keeps all components.
    pub min_component: f32,
    /// Largest number of vertices of each hull of ATT3D_GENERATE_HULL, 8 to 255; 0 for 32. Since 0.8.
    pub hull_vertex_count: u32,
    /// Largest number of hulls of ATT3D_GENERATE_HULL, 1 to 64; 0 for 1, around the whole mesh. Since 0.8.
    /// With more than one, each component of the surface has a hull. A component that is far from convex has
    /// a hull for each of its parts: att3d_mesh_get_hull_at.
    pub hull_count: u32,
    /// Must be 0. Since 0.8.
    pub reserved_third: u32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and pointers without padding; a zero pointer is null.
unsafe impl Versioned for att3d_generate_desc {
    const NAME: &'static str = "att3d_generate_desc";
    const FIRST_SIZE: usize = 32 + 3 * size_of::<usize>();
}

/// A description after its checks.
pub(super) struct Choice {
    pub(super) options: GenerateOptions<'static>,
    callback: Option<Callback>,
}

impl Choice {
    /// Reads and checks a description.
    ///
    /// # Safety
    /// `desc` is null or a readable struct of `struct_size` bytes.
    pub(super) unsafe fn read(desc: *const att3d_generate_desc) -> Result<Self, Failure> {
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let (desc, refusal) = unsafe { read_known(desc) }?;
        // This comes first, so that the caller's callback data is released however the call ends.
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

    /// Runs work with the options and the progress callback as their `on_progress`.
    pub(super) fn run<T>(&self, work: impl FnOnce(&GenerateOptions<'_>) -> T) -> T {
        with_callback(self.callback.as_ref(), |on_progress| {
            work(&GenerateOptions { on_progress, ..self.options })
        })
    }

    /// Converts the progress callback to the form that jobs take.
    pub(super) fn into_progress(self) -> Option<Progress> {
        self.callback.map(Callback::into_progress)
    }
}

/// Returns a handle for a mesh. Logs a warning for each deviation from what was asked for.
pub(super) fn finish(generated: Generated, model: &ModelBody) -> *mut att3d_mesh {
    if generated.statistics.broken_promises > 0 {
        let message =
            "the package's envelope is too low for this prompt: the field was evaluated on the whole grid";
        model.context.log.say(ATT3D_LOG_WARNING, message);
    }
    let say = |message: String| model.context.log.say(ATT3D_LOG_WARNING, &message);
    if generated.floaters.components > 0 {
        let Floaters { components, volume } = generated.floaters;
        say(format!("removed {components} small components, {:.2} % of the volume", volume * 100.0));
    }
    if let Some(loss) = generated.loss.filter(|loss| loss.components > 0) {
        let (components, share) = (loss.components, loss.volume * 100.0);
        say(format!("the triangle budget removed {components} components, {share:.2} % of the volume"));
    }
    give(MeshBody::new(generated, Arc::clone(model.context.context.engine())))
}

/// What a mesh is generated from, in the calls and in jobs.
pub(super) struct Asked {
    pub(super) body: Arc<ModelBody>,
    /// `None` for a field, which needs no weights.
    pub(super) model: Option<Arc<Model>>,
    pub(super) source: Source,
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

/// Generates the mesh and writes its handle.
///
/// # Safety
/// `desc` is null or a readable struct of `struct_size` bytes; `out_mesh` is writable or null.
unsafe fn make(
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
    asked: impl FnOnce() -> Result<Asked, Failure>,
) -> att3d_status {
    guard(|| {
        // This comes first, so that the caller's callback data is released however the call ends.
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let choice = unsafe { Choice::read(desc) }?;
        let place = output(out_mesh, "out_mesh")?;
        let Asked { body, model, source } = asked()?;
        let generated = choice.run(|options| source.generate(model.as_deref(), options))?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, finish(generated, &body)) };
        Ok(())
    })
}

/// Generates a mesh from a prompt and returns when it is done. Thread-safe.
/// Returns ATT3D_PROMPT, ATT3D_UNLOADED, ATT3D_UNSUPPORTED (seed), ATT3D_EMPTY_SURFACE, ATT3D_OUT_OF_MEMORY,
/// ATT3D_ENGINE, ATT3D_FORMAT, ATT3D_CANCELLED or ATT3D_BUSY if it fails.
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
    unsafe { make(desc, out_mesh, || Asked::of_prompt(model, prompt)) }
}

/// Generates a mesh from a latent and returns when it is done. Thread-safe.
/// Returns the statuses of att3d_generate. ATT3D_PROMPT means that the latent's prompt has only a change. A
/// seed returns ATT3D_INVALID_ARGUMENT.
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
    unsafe { make(desc, out_mesh, || Asked::of_latent(latent)) }
}

/// Generates a mesh from a field and returns when it is done. Thread-safe.
/// It also works after the model was unloaded. Returns ATT3D_EMPTY_SURFACE, ATT3D_OUT_OF_MEMORY,
/// ATT3D_ENGINE, ATT3D_FORMAT, ATT3D_CANCELLED or ATT3D_BUSY if it fails.
/// @param field The field; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_generate_from_field(
    field: *const att3d_field,
    desc: *const att3d_generate_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { make(desc, out_mesh, || Asked::of_field(field)) }
}
