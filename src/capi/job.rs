//! `att3d_job`: work on a separate thread.

use std::collections::VecDeque;
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::buffer::att3d_buffer;
use super::field::att3d_field;
use super::generate::{self, Asked, att3d_generate_desc};
use super::handle::{Opaque, body, free, give};
use super::latent::att3d_latent;
use super::mesh::att3d_mesh;
use super::model::{ModelBody, att3d_model};
use super::morph::{self, att3d_morph_desc};
use super::pointers::{output, write};
use super::shape::att3d_surface_desc;
use super::status::{ATT3D_OK, ATT3D_TIMEOUT, Failure, att3d_status, guard, quietly, status_of};
use super::structs::{Versioned, place};
use super::stylize::{self, att3d_paint_desc, att3d_restyle_desc};
use super::work::{Product, ProductKind, Work, finish};
use crate::pipeline::{Generated, Job, JobState, TakeError};

/// State of a job.
pub type att3d_job_state = u32;

/// The job is running.
pub const ATT3D_JOB_RUNNING: att3d_job_state = 0;
/// The job is done, and at least one mesh, or the buffer, can still be taken. A job that writes a file stays
/// in this state, because it has no result to take.
pub const ATT3D_JOB_READY: att3d_job_state = 1;
/// The job failed or was canceled.
pub const ATT3D_JOB_FAILED: att3d_job_state = 2;
/// The whole result of the job was taken.
pub const ATT3D_JOB_TAKEN: att3d_job_state = 3;

/// Waits without a time limit.
pub const ATT3D_FOREVER: u32 = u32::MAX;

/// Work in the background. Thread-safe.
pub struct att3d_job {
    _opaque: (),
}

/// State and progress of a job.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_job_info {
    /// sizeof(att3d_job_info), set by the caller.
    pub struct_size: u32,
    /// ATT3D_JOB_...
    pub state: att3d_job_state,
    /// Fraction of the work that is done, 0 to 1. It never falls.
    pub fraction: f32,
    /// Status of the failure; ATT3D_OK if the job has not failed. If it failed, att3d_job_take_mesh and
    /// att3d_job_take_buffer both return this status, whether the job makes meshes, a buffer or
    /// a file.
    /// att3d_last_error() then returns the message.
    pub status: att3d_status,
    /// Number of meshes that can be taken now.
    pub mesh_count: u32,
    /// Number of buffers that can be taken now, 0 or 1.
    pub buffer_count: u32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_job_info {
    const NAME: &'static str = "att3d_job_info";
    const FIRST_SIZE: usize = 24;
}

/// A job with its result, and the model whose context logs the job's warnings.
pub(super) struct JobBody {
    job: Job<Product>,
    kind: ProductKind,
    model: Arc<ModelBody>,
    /// Meshes of the job that can still be taken, once the job has ended.
    meshes: Mutex<VecDeque<Generated>>,
    /// Number of meshes that the job makes.
    mesh_count: u32,
}

impl Opaque for att3d_job {
    type Body = JobBody;
    const TAG: u32 = u32::from_le_bytes(*b"jobb");
    const NAME: &'static str = "job";
}

/// Starts the job of prepared work and writes its handle. mesh_count: the number of meshes of the result.
///
/// # Safety
/// `out_job` is writable or null.
unsafe fn start(
    out_job: *mut *mut att3d_job,
    mesh_count: u32,
    prepare: impl FnOnce() -> Result<Work, Failure>,
) -> att3d_status {
    guard(|| {
        // The work is prepared first, so that the caller's callback data is released even if the call fails.
        let work = prepare()?;
        let place = output(out_job, "out_job")?;
        let (model, kind) = (work.model.clone(), work.kind);
        let job = JobBody { job: work.start()?, kind, model, meshes: Mutex::default(), mesh_count };
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(job)) };
        Ok(())
    })
}

/// Starts att3d_generate in the background. Thread-safe.
/// If the prompt cannot be understood, this call succeeds and the job fails with ATT3D_PROMPT. Returns
/// ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
/// @param model The model; not NULL.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL; it is copied.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_generate(
    model: *const att3d_model,
    prompt: *const c_char,
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(out_job, 1, || generate::prepare(desc, || Asked::of_prompt(model, prompt))) }
}

/// Starts att3d_generate_from_latent in the background. Thread-safe.
/// Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
/// @param latent The latent; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_generate_from_latent(
    latent: *const att3d_latent,
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(out_job, 1, || generate::prepare(desc, || Asked::of_latent(latent))) }
}

/// Starts att3d_generate_from_field in the background. Thread-safe.
/// It also works after the model was unloaded. Returns ATT3D_ENGINE if no thread can be started.
/// @param field The field; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set; seed must be 0.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_generate_from_field(
    field: *const att3d_field,
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(out_job, 1, || generate::prepare(desc, || Asked::of_field(field))) }
}

/// Starts att3d_generate_frames in the background. Thread-safe.
/// Each call of att3d_job_take_mesh takes the next mesh, in the order of the latents. Returns ATT3D_UNLOADED
/// after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
/// @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
/// @param count Number of latents, 1 to 1024.
/// @param desc Options of every mesh; NULL for the defaults; struct_size must be set.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_generate_frames(
    latents: *const *const att3d_latent,
    count: usize,
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(out_job, count as u32, || generate::prepare_frames(latents, count, desc)) }
}

/// Starts att3d_morph in the background. Thread-safe.
/// Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
/// @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
/// @param count Number of latents, 2 to 64.
/// @param desc Options of the first mesh; NULL for the defaults; struct_size must be set; seed must be 0.
/// @param morph Options of the morph; NULL for the defaults; struct_size must be set.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_morph(
    latents: *const *const att3d_latent,
    count: usize,
    desc: *const att3d_generate_desc,
    morph: *const att3d_morph_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(out_job, 1, || morph::prepare(latents, count, desc, morph)) }
}

/// Starts att3d_paint in the background. Thread-safe.
/// If texture_size or a number in the mesh's arrays is not valid, this call succeeds and the job fails.
/// Invalid pointers or flags make this call fail. Returns ATT3D_ENGINE if no thread can be started.
/// @param field The field; not NULL.
/// @param surface The mesh, which is copied; not NULL; struct_size must be set; flags must be 0.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_paint(
    field: *const att3d_field,
    surface: *const att3d_surface_desc,
    desc: *const att3d_paint_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(out_job, 1, || stylize::prepare_paint(field, surface, desc)) }
}

/// Starts att3d_restyle in the background. att3d_job_take_buffer takes the new GLB. Thread-safe.
/// Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
/// @param model The model, with ATT3D_CAPABILITY_SHAPE; not NULL.
/// @param bytes Contents of the GLB, which are copied; not NULL.
/// @param size Number of bytes.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL; it is copied.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_restyle(
    model: *const att3d_model,
    bytes: *const c_void,
    size: usize,
    prompt: *const c_char,
    desc: *const att3d_restyle_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(out_job, 0, || stylize::prepare_restyle(model, bytes, size, prompt, desc)) }
}

/// Starts att3d_restyle_file in the background. The job has no result to take. Thread-safe.
/// Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
/// @param model The model, with ATT3D_CAPABILITY_SHAPE; not NULL.
/// @param path Path of the file to read; UTF-8, NUL-terminated; not NULL; it is copied.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL; it is copied.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_path Path of the GLB to write; UTF-8, NUL-terminated; not NULL; it is copied.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_restyle_file(
    model: *const att3d_model,
    path: *const c_char,
    prompt: *const c_char,
    desc: *const att3d_restyle_desc,
    out_path: *const c_char,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(out_job, 0, || stylize::prepare_restyle_file(model, path, prompt, desc, out_path)) }
}

/// Gets the state of a job without waiting. Thread-safe.
/// @param job The job; not NULL.
/// @param out_info Receives the state; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_get_info(
    job: *const att3d_job,
    out_info: *mut att3d_job_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (place, body) = unsafe { (place(out_info)?, body(job)?) };
        // The lock keeps the state and the number of meshes consistent.
        let meshes = body.meshes.lock();
        let (state, status, mesh_count) = match body.job.state() {
            JobState::Running => (ATT3D_JOB_RUNNING, ATT3D_OK, 0),
            JobState::Ready => (ATT3D_JOB_READY, ATT3D_OK, body.mesh_count),
            JobState::Failed(error) => (ATT3D_JOB_FAILED, status_of(&error), 0),
            JobState::Taken if !meshes.is_empty() => (ATT3D_JOB_READY, ATT3D_OK, meshes.len() as u32),
            JobState::Taken => (ATT3D_JOB_TAKEN, ATT3D_OK, 0),
        };
        let has_buffer = state == ATT3D_JOB_READY && body.kind == ProductKind::Buffer;
        let (fraction, buffer_count) = (body.job.fraction(), u32::from(has_buffer));
        place.write(att3d_job_info { struct_size: 0, state, fraction, status, mesh_count, buffer_count });
        Ok(())
    })
}

/// Waits until a job has ended, with or without success. Thread-safe.
/// Returns ATT3D_TIMEOUT if the time passes first, and ATT3D_BUSY inside a callback.
/// @param job The job; not NULL.
/// @param milliseconds Longest wait in milliseconds; 0 to return at once; ATT3D_FOREVER for no limit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_wait(job: *const att3d_job, milliseconds: u32) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let job = &unsafe { body(job) }?.job;
        ended(job.wait(limit(milliseconds))?, milliseconds)
    })
}

/// Converts a time limit of the C interface; `None` means no limit.
pub(super) fn limit(milliseconds: u32) -> Option<Duration> {
    (milliseconds != ATT3D_FOREVER).then(|| Duration::from_millis(u64::from(milliseconds)))
}

/// Returns the result of a wait. Errors: `ATT3D_TIMEOUT`.
pub(super) fn ended(in_time: bool, milliseconds: u32) -> Result<(), Failure> {
    if in_time {
        return Ok(());
    }
    Err(Failure::new(ATT3D_TIMEOUT, format!("the work still runs after {milliseconds} ms: wait again")))
}

/// Requests that a job stops, and returns immediately. Thread-safe. It may be called inside a callback.
/// The job ends with ATT3D_CANCELLED after at most 50 ms of further work, unless its work ends earlier. A
/// job that has ended does not change. A second call has no further effect.
/// @param job The job; not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_cancel(job: *const att3d_job) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        unsafe { body(job) }?.job.cancel();
        Ok(())
    })
}

impl JobBody {
    /// Checks that the job makes this kind of result. Errors for another kind: `ATT3D_BUSY` while the job
    /// runs, the job's own status if it failed, otherwise `ATT3D_INVALID_ARGUMENT`.
    fn check_kind(&self, expected: ProductKind) -> Result<(), Failure> {
        if self.kind == expected {
            return Ok(());
        }
        match self.job.state() {
            JobState::Running => return Err(TakeError::Running.into()),
            JobState::Failed(error) => return Err(TakeError::Failed(error).into()),
            JobState::Ready | JobState::Taken => {}
        }
        let found = match self.kind {
            ProductKind::Meshes => "meshes: take them with att3d_job_take_mesh",
            ProductKind::Buffer => "a buffer: take it with att3d_job_take_buffer",
            ProductKind::File => "a file: there is nothing to take",
        };
        Err(Failure::invalid(format!("the job makes {found}")))
    }

    /// Takes the next mesh.
    fn next_mesh(&self) -> Result<Generated, Failure> {
        self.check_kind(ProductKind::Meshes)?;
        let mut meshes = self.meshes.lock();
        if let Some(next) = meshes.pop_front() {
            return Ok(next);
        }
        if let Product::Meshes(made) = self.job.take()? {
            meshes.extend(made);
        }
        meshes.pop_front().ok_or_else(|| Failure::from(TakeError::Taken))
    }
}

/// Takes the next mesh of a job. Most jobs make one mesh. Thread-safe.
/// Returns ATT3D_BUSY while the job runs, and the job's own status if it failed. Returns
/// ATT3D_INVALID_ARGUMENT if all meshes were taken before or the job makes no mesh.
/// @param job The job; not NULL. It must still be freed.
/// @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_take_mesh(
    job: *const att3d_job,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    guard(|| {
        let place = output(out_mesh, "out_mesh")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let body = unsafe { body(job) }?;
        let generated = body.next_mesh()?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, finish(generated, &body.model)) };
        Ok(())
    })
}

/// Takes the buffer of a job, which is possible once. Thread-safe.
/// Returns ATT3D_BUSY while the job runs, and the job's own status if it failed. Returns
/// ATT3D_INVALID_ARGUMENT if the buffer was taken before or the job makes no buffer.
/// @param job The job; not NULL. It must still be freed.
/// @param out_buffer Receives the buffer; not NULL; free it with att3d_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_take_buffer(
    job: *const att3d_job,
    out_buffer: *mut *mut att3d_buffer,
) -> att3d_status {
    guard(|| {
        let place = output(out_buffer, "out_buffer")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let body = unsafe { body(job) }?;
        body.check_kind(ProductKind::Buffer)?;
        if let Product::Buffer(bytes) = body.job.take()? {
            // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
            unsafe { write(place, give(bytes)) };
        }
        Ok(())
    })
}

/// Cancels a job, waits for its end and frees it. The caller must not hold a lock that the job's callbacks
/// take. Inside a callback the function does not wait. In that case, the data of the job's progress callback
/// must stay valid until att3d_progress.release is called. Without release, it must stay valid until the
/// process ends.
/// @param job The job; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_free(job: *mut att3d_job) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(job) });
}
