//! Work on its own thread, with progress, cancellation from any thread, and a result that can be taken once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::error::{Cancelled, ProgressCallback};
use crate::nn::Latent;
use crate::text::Reading;

use super::error::InsideCallback;
use super::{
    GenerateOptions, Generated, Model, ObjectField, PipelineError, callback, generate_with_progress,
};

/// Input from which a job makes a mesh.
#[derive(Clone)]
pub enum Source {
    /// A prompt.
    Prompt(String),
    /// One latent and the name of its mesh.
    Latent {
        /// Latent as a batch of 1.
        latent: Latent,
        /// Prompt, which becomes the name of the mesh.
        prompt: String,
        /// Reading of the prompt.
        reading: Reading,
    },
    /// A field and the name of its mesh.
    Field {
        /// Field to extract.
        field: Arc<ObjectField>,
        /// Prompt, which becomes the name of the mesh.
        prompt: String,
        /// Reading of the prompt.
        reading: Reading,
    },
}

impl Source {
    /// Makes the mesh, on the calling thread and the engine's threads. A field needs no model. Errors:
    /// `Unloaded` if a model is needed and missing, `SeedOfNoPrompt`, `Prompt`, and those of
    /// [`generate_with_progress`], [`Model::mesh_of`] and [`ObjectField::mesh`].
    pub fn generate(
        &self,
        model: Option<&Model>,
        options: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Generated, PipelineError> {
        // A diffusion model makes its noise from the seed, so with such a model a latent has seeds too.
        let has_seeds = match self {
            Self::Prompt(_) => true,
            Self::Latent { .. } => model.is_some_and(Model::is_diffusion),
            Self::Field { .. } => false,
        };
        if options.seed != 0 && !has_seeds {
            return Err(PipelineError::SeedOfNoPrompt);
        }
        let model = || model.ok_or(PipelineError::Unloaded);
        match self {
            Self::Prompt(prompt) => generate_with_progress(model()?, prompt, options, on_progress),
            Self::Latent { latent, prompt, reading } => {
                reading.check_thing()?;
                Ok(named(model()?.mesh_of(latent, options, on_progress)?, prompt, reading))
            }
            Self::Field { field, prompt, reading } => {
                Ok(named(field.mesh(options, on_progress)?, prompt, reading))
            }
        }
    }
}

fn named(mut generated: Generated, prompt: &str, reading: &Reading) -> Generated {
    generated.origin.prompt = prompt.to_owned();
    generated.origin.reading = reading.clone();
    generated
}

/// Progress callback of a job. It is called on the library's threads and may stop the job.
pub type Progress = Box<dyn Fn(f32) -> Result<(), Cancelled> + Send + Sync>;

/// State of a job.
#[derive(Clone, Debug)]
pub enum JobState {
    /// The job is running.
    Running,
    /// The result can be taken.
    Ready,
    /// The job failed or was canceled.
    Failed(Arc<PipelineError>),
    /// The result was taken.
    Taken,
}

/// Reason why no result could be taken.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TakeError {
    /// The job is still running.
    #[error("the job is still running; wait for it first")]
    Running,
    /// The result was taken before.
    #[error("the result of the job was already taken; start another job to get another result")]
    Taken,
    /// The job failed.
    #[error(transparent)]
    Failed(#[from] Arc<PipelineError>),
}

enum Outcome<T> {
    Running,
    Ready(T),
    Failed(Arc<PipelineError>),
    Taken,
}

struct Shared<T> {
    cancelled: AtomicBool,
    fraction: AtomicU32,
    outcome: Mutex<Outcome<T>>,
    ended: Condvar,
}

/// Work on its own thread, such as the generation of a mesh. Dropping the job cancels the work and waits for
/// its end. The library's own work checks for a cancellation at least every 50 ms. Inside a callback,
/// dropping the job does not wait.
pub struct Job<T = Generated> {
    shared: Arc<Shared<T>>,
    thread: Option<JoinHandle<()>>,
}

impl Job<Generated> {
    /// Starts the generation of a mesh. A field needs no model. Errors: `Thread`.
    pub fn generate(
        model: Option<Arc<Model>>,
        source: Source,
        options: GenerateOptions,
        progress: Option<Progress>,
    ) -> Result<Self, PipelineError> {
        Self::start(progress, move |on_progress| source.generate(model.as_deref(), &options, on_progress))
    }
}

impl<T: Send + 'static> Job<T> {
    /// Starts work. The work receives a callback, which it must call often. The work must end when the
    /// callback returns an error. Errors: `Thread`.
    pub fn start(
        progress: Option<Progress>,
        work: impl FnOnce(ProgressCallback<'_>) -> Result<T, PipelineError> + Send + 'static,
    ) -> Result<Self, PipelineError> {
        let shared = Arc::new(Shared {
            cancelled: AtomicBool::new(false),
            fraction: AtomicU32::new(0),
            outcome: Mutex::new(Outcome::Running),
            ended: Condvar::new(),
        });
        let of_thread = shared.clone();
        let work = move || {
            // The work and the callback are dropped before the state shows that the work has ended.
            let work = || {
                let progress = progress;
                of_thread.run(work, progress.as_ref())
            };
            let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(failed);
            *of_thread.outcome.lock() = outcome;
            of_thread.ended.notify_all();
        };
        let thread = std::thread::Builder::new()
            .name("att3d-job".into())
            .spawn(work)
            .map_err(PipelineError::Thread)?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Returns the progress, 0 to 1. It never decreases.
    pub fn fraction(&self) -> f32 {
        f32::from_bits(self.shared.fraction.load(Ordering::Relaxed))
    }

    /// Returns the state of the job.
    pub fn state(&self) -> JobState {
        match &*self.shared.outcome.lock() {
            Outcome::Running => JobState::Running,
            Outcome::Ready(_) => JobState::Ready,
            Outcome::Failed(error) => JobState::Failed(error.clone()),
            Outcome::Taken => JobState::Taken,
        }
    }

    /// Requests that the work stops. It may be called from any thread at any time. A job that has ended does
    /// not change.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }

    /// Waits until the job has ended. limit: the longest wait; `None` waits without limit. Returns whether
    /// the job has ended. Errors: `InsideCallback`.
    pub fn wait(&self, limit: Option<Duration>) -> Result<bool, InsideCallback> {
        if callback::is_inside() {
            return Err(InsideCallback);
        }
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut outcome = self.shared.outcome.lock();
        while matches!(*outcome, Outcome::Running) {
            match until {
                None => self.shared.ended.wait(&mut outcome),
                Some(until) => {
                    if self.shared.ended.wait_until(&mut outcome, until).timed_out() {
                        break;
                    }
                }
            }
        }
        Ok(!matches!(*outcome, Outcome::Running))
    }

    /// Takes the result. This succeeds once. Errors: the variants of [`TakeError`].
    pub fn take(&self) -> Result<T, TakeError> {
        let mut outcome = self.shared.outcome.lock();
        match std::mem::replace(&mut *outcome, Outcome::Taken) {
            Outcome::Ready(result) => Ok(result),
            Outcome::Taken => Err(TakeError::Taken),
            Outcome::Running => {
                *outcome = Outcome::Running;
                Err(TakeError::Running)
            }
            Outcome::Failed(error) => {
                *outcome = Outcome::Failed(error.clone());
                Err(TakeError::Failed(error))
            }
        }
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
        // Inside a callback, the thread that drops the job may be the job's own thread.
        if let Some(thread) = self.thread.take().filter(|_| !callback::is_inside()) {
            let _ = thread.join();
        }
    }
}

impl<T: Send> Shared<T> {
    fn run(
        &self,
        work: impl FnOnce(ProgressCallback<'_>) -> Result<T, PipelineError>,
        progress: Option<&Progress>,
    ) -> Outcome<T> {
        let on_progress = |fraction: f32| {
            // Fractions are not negative, so their bits have the same order as their values.
            let bits = fraction.clamp(0.0, 1.0).to_bits();
            let highest = self.fraction.fetch_max(bits, Ordering::Relaxed).max(bits);
            let look = || if self.cancelled.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) };
            look()?;
            progress.map_or(Ok(()), |progress| progress(f32::from_bits(highest)))?;
            // The job may have been canceled during the callback, and this may be the last check.
            look()
        };
        match work(&on_progress) {
            Ok(result) => Outcome::Ready(result),
            Err(error) => Outcome::Failed(Arc::new(error)),
        }
    }
}

/// Returns the outcome of a panic. The payload is not dropped, because its destructor might panic again.
fn failed<T>(panic: Box<dyn std::any::Any + Send>) -> Outcome<T> {
    let error = PipelineError::from_panic(panic.as_ref());
    std::mem::forget(panic);
    Outcome::Failed(Arc::new(error))
}
