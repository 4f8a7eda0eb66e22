//! Work on a thread of its own: progress, cancel from any thread, a result that is taken once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::error::{Cancelled, Watch};
use crate::nn::Latent;
use crate::text::Reading;

use super::{GenerateOptions, Generated, Model, ObjectField, PipelineError, callback, generate};

/// What a job makes a mesh of.
#[derive(Clone)]
pub enum Source {
    /// A prompt.
    Prompt(String),
    /// One latent, and the prompt that its mesh is named after.
    Latent {
        /// A batch of one.
        latent: Latent,
        /// What the mesh is called.
        prompt: String,
        /// What was understood of it.
        reading: Reading,
    },
    /// A field, named alike.
    Field {
        /// The field.
        field: Arc<ObjectField>,
        /// What the mesh is called.
        prompt: String,
        /// What was understood of it.
        reading: Reading,
    },
}

impl Source {
    /// The mesh, on the calling thread and the engine's. A field needs no model. Errors: `Unloaded` where one is missing.
    pub fn generate(
        &self,
        model: Option<&Model>,
        options: &GenerateOptions<'_>,
    ) -> Result<Generated, PipelineError> {
        let model = || model.ok_or(PipelineError::Unloaded);
        if options.seed != 0 && !matches!(self, Self::Prompt(_)) {
            return Err(PipelineError::SeedOfNoPrompt);
        }
        match self {
            Self::Prompt(prompt) => generate(model()?, prompt, options),
            Self::Latent { latent, prompt, reading } => {
                reading.check_thing()?;
                Ok(named(model()?.mesh_of(latent, options)?, prompt, reading))
            }
            Self::Field { field, prompt, reading } => Ok(named(field.mesh(options)?, prompt, reading)),
        }
    }
}

fn named(mut generated: Generated, prompt: &str, reading: &Reading) -> Generated {
    generated.origin.prompt = prompt.to_owned();
    generated.origin.reading = reading.clone();
    generated
}

/// Hears of a job's progress on the library's threads, may stop it.
pub type Progress = Box<dyn Fn(f32) -> Result<(), Cancelled> + Send + Sync>;

/// Where a job is.
#[derive(Clone, Debug)]
pub enum JobState {
    /// It works.
    Running,
    /// Its mesh can be taken.
    Ready,
    /// It failed, or was cancelled.
    Failed(Arc<PipelineError>),
    /// Its mesh was taken.
    Taken,
}

/// Why no mesh was taken.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TakeError {
    /// It works still.
    #[error("the job still runs; wait for it first")]
    Running,
    /// Someone has it.
    #[error("the job's mesh was taken already")]
    Taken,
    /// There is none.
    #[error(transparent)]
    Failed(#[from] Arc<PipelineError>),
}

/// Waiting inside a callback would stop the thread that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a callback must not wait for the library's own work; return, and wait elsewhere")]
pub struct InsideCallback;

enum Outcome {
    Running,
    Ready(Box<Generated>),
    Failed(Arc<PipelineError>),
    Taken,
}

struct Shared {
    cancelled: AtomicBool,
    fraction: AtomicU32,
    outcome: Mutex<Outcome>,
    ended: Condvar,
}

/// One mesh being made on its own thread. Dropping it cancels the work and waits for its end (at most 50 ms of it).
pub struct Job {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Job {
    /// Starts the work. A field needs no model. options' own watch is not asked: `progress` is. Errors: `Thread`.
    pub fn start(
        model: Option<Arc<Model>>,
        source: Source,
        options: GenerateOptions<'static>,
        progress: Option<Progress>,
    ) -> Result<Self, PipelineError> {
        let shared = Arc::new(Shared {
            cancelled: AtomicBool::new(false),
            fraction: AtomicU32::new(0),
            outcome: Mutex::new(Outcome::Running),
            ended: Condvar::new(),
        });
        let of_thread = shared.clone();
        let work = move || {
            let work = || {
                let outcome = of_thread.work(model.as_deref(), &source, options, progress.as_ref());
                // What the work held is gone before anyone hears that it ended.
                drop((model, source, progress));
                outcome
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

    /// How much is done, 0 to 1, never falling.
    pub fn fraction(&self) -> f32 {
        f32::from_bits(self.shared.fraction.load(Ordering::Relaxed))
    }

    /// Where it is.
    pub fn state(&self) -> JobState {
        match &*self.shared.outcome.lock() {
            Outcome::Running => JobState::Running,
            Outcome::Ready(_) => JobState::Ready,
            Outcome::Failed(error) => JobState::Failed(error.clone()),
            Outcome::Taken => JobState::Taken,
        }
    }

    /// Asks the work to stop, from any thread, at any time; what has ended stays as it is.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }

    /// Waits until it has ended, at most `limit` (none: as long as it takes). Has it? Errors: `InsideCallback`.
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

    /// Takes the mesh, once.
    pub fn take(&self) -> Result<Generated, TakeError> {
        let mut outcome = self.shared.outcome.lock();
        match std::mem::replace(&mut *outcome, Outcome::Taken) {
            Outcome::Ready(generated) => Ok(*generated),
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

impl Drop for Job {
    fn drop(&mut self) {
        self.cancel();
        // Inside a callback the job's own thread may be the one that drops it.
        if let Some(thread) = self.thread.take().filter(|_| !callback::is_inside()) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn work(
        &self,
        model: Option<&Model>,
        source: &Source,
        options: GenerateOptions<'static>,
        progress: Option<&Progress>,
    ) -> Outcome {
        let watch = |fraction: f32| {
            // Fractions are positive, so their bits order as they do.
            let bits = fraction.clamp(0.0, 1.0).to_bits();
            let highest = self.fraction.fetch_max(bits, Ordering::Relaxed).max(bits);
            let look = || if self.cancelled.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) };
            look()?;
            progress.map_or(Ok(()), |progress| progress(f32::from_bits(highest)))?;
            // Again: it may have been cancelled while its caller heard of it, and this may be the last time.
            look()
        };
        let watch: Watch<'_> = &watch;
        let options = GenerateOptions { watch, ..options };
        match source.generate(model, &options) {
            Ok(generated) => Outcome::Ready(Box::new(generated)),
            Err(error) => Outcome::Failed(Arc::new(error)),
        }
    }
}

/// The outcome of a panic. What was thrown might panic again when it is dropped: it is not.
fn failed(panic: Box<dyn std::any::Any + Send>) -> Outcome {
    let error = PipelineError::from_panic(panic.as_ref());
    std::mem::forget(panic);
    Outcome::Failed(Arc::new(error))
}
