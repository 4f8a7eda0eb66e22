//! `att3d_job`: generation of a mesh on its own thread.

use std::ffi::c_char;
use std::sync::Arc;
use std::time::Duration;

use super::field::att3d_field;
use super::generate::{Asked, Choice, att3d_generate_desc, finish};
use super::handle::{Opaque, body, free, give};
use super::latent::att3d_latent;
use super::mesh::att3d_mesh;
use super::model::{ModelBody, att3d_model};
use super::pointers::{output, write};
use super::status::{ATT3D_OK, ATT3D_TIMEOUT, Failure, att3d_status, guard, quietly, status_of};
use super::structs::{Versioned, place};
use crate::pipeline::{Job, JobState};

/// The job is running.
pub const ATT3D_JOB_RUNNING: u32 = 0;
/// The job is done, and its mesh can be taken.
pub const ATT3D_JOB_READY: u32 = 1;
/// The job failed or was cancelled.
pub const ATT3D_JOB_FAILED: u32 = 2;
/// The job's mesh was taken.
pub const ATT3D_JOB_TAKEN: u32 = 3;

/// Waits without a time limit.
pub const ATT3D_FOREVER: u32 = u32::MAX;

/// Generation of a mesh in the background. Thread-safe.
pub struct att3d_job {
    _opaque: (),
}

/// State of a job.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_job_info {
    /// sizeof(att3d_job_info), set by the caller.
    pub struct_size: u32,
    /// ATT3D_JOB_...
    pub state: u32,
    /// Fraction of the work that is done, 0 to 1. It never falls.
    pub fraction: f32,
    /// Reason of the failure; ATT3D_OK in other states. att3d_job_take_mesh returns the same status and sets
    /// the message of att3d_last_error().
    pub status: att3d_status,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_job_info {
    const NAME: &'static str = "att3d_job_info";
    const FIRST_SIZE: usize = 16;
}

/// A job, and the model whose log its mesh's warnings go to.
pub(super) struct JobBody {
    job: Job,
    model: Arc<ModelBody>,
}

impl Opaque for att3d_job {
    type Body = JobBody;
    const TAG: u32 = u32::from_le_bytes(*b"jobb");
    const NAME: &'static str = "job";
}

/// Starts the job and writes its handle.
///
/// # Safety
/// `desc` is null or a readable struct of `struct_size` bytes; `out_job` is writable or null.
unsafe fn start(
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
    asked: impl FnOnce() -> Result<Asked, Failure>,
) -> att3d_status {
    guard(|| {
        // This comes first, so that the caller's callback data is released however the call ends.
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let choice = unsafe { Choice::read(desc) }?;
        let place = output(out_job, "out_job")?;
        let Asked { body, model, source } = asked()?;
        let options = choice.options;
        let job = Job::start(model, source, options, choice.into_progress())?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(JobBody { job, model: body })) };
        Ok(())
    })
}

/// Starts to generate a mesh from a prompt. Thread-safe.
/// If the prompt cannot be understood, this call succeeds and the job fails with ATT3D_PROMPT.
/// @param model The model; not NULL.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL; it is copied.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_start(
    model: *const att3d_model,
    prompt: *const c_char,
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(desc, out_job, || Asked::of_prompt(model, prompt)) }
}

/// Starts to generate a mesh from a latent. Thread-safe.
/// Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
/// @param latent The latent; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_start_latent(
    latent: *const att3d_latent,
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(desc, out_job, || Asked::of_latent(latent)) }
}

/// Starts to generate a mesh from a field. Thread-safe.
/// It also works after the model was unloaded.
/// @param field The field; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_job Receives the job; not NULL; free it with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_start_field(
    field: *const att3d_field,
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { start(desc, out_job, || Asked::of_field(field)) }
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
        let (place, job) = unsafe { (place(out_info)?, &body(job)?.job) };
        let (state, status) = match job.state() {
            JobState::Running => (ATT3D_JOB_RUNNING, ATT3D_OK),
            JobState::Ready => (ATT3D_JOB_READY, ATT3D_OK),
            JobState::Failed(error) => (ATT3D_JOB_FAILED, status_of(&error)),
            JobState::Taken => (ATT3D_JOB_TAKEN, ATT3D_OK),
        };
        place.write(att3d_job_info { struct_size: 0, state, fraction: job.fraction(), status });
        Ok(())
    })
}

/// Waits until a job has ended, with or without success. Thread-safe.
/// Returns ATT3D_TIMEOUT if the time passes first, and ATT3D_BUSY inside a callback.
/// @param job The job; not NULL.
/// @param milliseconds Longest wait; ATT3D_FOREVER for no limit.
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

/// Asks a job to stop. It then ends with ATT3D_CANCELLED within 50 ms of work. Thread-safe, also in
/// callbacks.
/// A job that has ended does not change. A second call has no further effect.
/// @param job The job; not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_cancel(job: *const att3d_job) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        unsafe { body(job) }?.job.cancel();
        Ok(())
    })
}

/// Takes a job's mesh, which is possible once. Thread-safe.
/// Returns ATT3D_BUSY while the job runs, ATT3D_INVALID_ARGUMENT if the mesh was taken before, and the job's
/// own status if it failed.
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
        let generated = body.job.take()?;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, finish(generated, &body.model)) };
        Ok(())
    })
}

/// Cancels a job, waits for its end and frees it. The caller must not hold a lock that its callbacks take.
/// Inside a callback the function does not wait. Then the data of the job's progress callback must stay valid
/// until progress_release is called.
/// @param job The job; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_free(job: *mut att3d_job) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(job) });
}
