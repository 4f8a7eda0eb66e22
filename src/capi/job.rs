//! `att3d_job`: a mesh made on a thread of its own.

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

/// It works.
pub const ATT3D_JOB_RUNNING: u32 = 0;
/// Its mesh can be taken.
pub const ATT3D_JOB_READY: u32 = 1;
/// It failed, or was cancelled.
pub const ATT3D_JOB_FAILED: u32 = 2;
/// Its mesh was taken.
pub const ATT3D_JOB_TAKEN: u32 = 3;

/// As long as it takes.
pub const ATT3D_FOREVER: u32 = u32::MAX;

/// A mesh being made. Thread-safe.
pub struct att3d_job {
    _opaque: (),
}

/// Where a job is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_job_info {
    /// sizeof(att3d_job_info), set by the caller.
    pub struct_size: u32,
    /// ATT3D_JOB_...
    pub state: u32,
    /// How much is done, 0 to 1, never falling.
    pub fraction: f32,
    /// Why it failed; ATT3D_OK in other states. att3d_job_take_mesh has the text.
    pub status: att3d_status,
}

// SAFETY: repr(C), struct_size first, integers and floats alone.
unsafe impl Versioned for att3d_job_info {
    const NAME: &'static str = "att3d_job_info";
    const FIRST_SIZE: usize = 16;
}

/// A job and what its mesh is called.
pub(super) struct JobBody {
    job: Job,
    model: Arc<ModelBody>,
}

impl Opaque for att3d_job {
    type Body = JobBody;
    const TAG: u32 = u32::from_le_bytes(*b"jobb");
    const NAME: &'static str = "job";
}

/// Starts what is asked and writes the job's handle.
///
/// # Safety
/// `desc` is null or a readable struct of `struct_size` bytes; `out_job` is writable or null.
unsafe fn start(
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
    asked: impl FnOnce() -> Result<Asked, Failure>,
) -> att3d_status {
    guard(|| {
        // First, so that what the caller handed over is released wherever this ends.
        // SAFETY: the caller's promise.
        let choice = unsafe { Choice::read(desc) }?;
        let place = output(out_job, "out_job")?;
        let Asked { body, model, source } = asked()?;
        let options = choice.options;
        let job = Job::start(model, source, options, choice.into_progress())?;
        // SAFETY: from `output`.
        unsafe { write(place, give(JobBody { job, model: body })) };
        Ok(())
    })
}

/// Starts to make a mesh of a prompt. A prompt that cannot be read is the job's failure, not this call's. Thread-safe.
/// @param model not NULL.
/// @param prompt UTF-8, NUL-terminated, not NULL; copied.
/// @param desc NULL for the default; struct_size set.
/// @param out_job not NULL; free with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_start(
    model: *const att3d_model,
    prompt: *const c_char,
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the header's promise.
    unsafe { start(desc, out_job, || Asked::of_prompt(model, prompt)) }
}

/// Starts to make a mesh of a latent. Thread-safe.
/// @param latent not NULL.
/// @param desc NULL for the default; struct_size set.
/// @param out_job not NULL; free with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_start_latent(
    latent: *const att3d_latent,
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the header's promise.
    unsafe { start(desc, out_job, || Asked::of_latent(latent)) }
}

/// Starts to make a mesh of a field. Works though the model was unloaded. Thread-safe.
/// @param field not NULL.
/// @param desc NULL for the default; struct_size set.
/// @param out_job not NULL; free with att3d_job_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_start_field(
    field: *const att3d_field,
    desc: *const att3d_generate_desc,
    out_job: *mut *mut att3d_job,
) -> att3d_status {
    // SAFETY: the header's promise.
    unsafe { start(desc, out_job, || Asked::of_field(field)) }
}

/// Tells where a job is, without waiting. Thread-safe.
/// @param job not NULL.
/// @param out_info not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_get_info(
    job: *const att3d_job,
    out_info: *mut att3d_job_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
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

/// Waits until a job has ended, well or not. ATT3D_TIMEOUT when the time is over first, ATT3D_BUSY inside a callback.
/// Thread-safe.
/// @param job not NULL.
/// @param milliseconds ATT3D_FOREVER for as long as it takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_wait(job: *const att3d_job, milliseconds: u32) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise.
        let job = &unsafe { body(job) }?.job;
        ended(job.wait(limit(milliseconds))?, milliseconds)
    })
}

/// A time limit as C has it.
pub(super) fn limit(milliseconds: u32) -> Option<Duration> {
    (milliseconds != ATT3D_FOREVER).then(|| Duration::from_millis(u64::from(milliseconds)))
}

/// The end of a wait.
pub(super) fn ended(in_time: bool, milliseconds: u32) -> Result<(), Failure> {
    if in_time {
        return Ok(());
    }
    Err(Failure::new(ATT3D_TIMEOUT, format!("it still runs after {milliseconds} ms")))
}

/// Asks a job to stop: within 50 ms of work it ends with ATT3D_CANCELLED. What has ended stays as it is; asking twice is
/// asking once. Thread-safe, also in callbacks.
/// @param job not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_cancel(job: *const att3d_job) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise.
        unsafe { body(job) }?.job.cancel();
        Ok(())
    })
}

/// Takes a job's mesh, once. ATT3D_BUSY while it runs; the job's own failure where it failed. Thread-safe.
/// @param job not NULL; still to be freed.
/// @param out_mesh not NULL; free with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_take_mesh(
    job: *const att3d_job,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    guard(|| {
        let place = output(out_mesh, "out_mesh")?;
        // SAFETY: the header's promise.
        let body = unsafe { body(job) }?;
        let generated = body.job.take()?;
        // SAFETY: from `output`.
        unsafe { write(place, finish(generated, &body.model)) };
        Ok(())
    })
}

/// Frees a job: cancels it and waits for its end, so the caller must hold no lock that its callbacks take. In a callback it
/// does not wait: what its progress callback needs must then live until progress_release.
/// @param job NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_job_free(job: *mut att3d_job) {
    // SAFETY: the header's promise.
    quietly(|| unsafe { free(job) });
}
