//! A session that follows a slider or a text field. Of the requests that arrive during work, it answers only
//! the newest.
//!
//! A newer request replaces a waiting request. Work that has begun is finished. Otherwise, no mesh would be
//! shown while a slider moves. So the newest request is answered after at most the time in which two meshes
//! are made. An exception is a diffusion model, which takes seconds: a newer request stops its work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::error::{Cancelled, ProgressCallback};
use crate::text::{Reading, Typed};

use super::error::InsideCallback;
use super::job::Source;
use super::{ErrorKind, GenerateOptions, Generated, Model, PipelineError, callback};

/// Status of a session: its newest request and its newest answer.
#[derive(Clone, Debug, Default)]
pub struct LiveStatus {
    /// Number of the newest request; the first request is 1.
    pub requested: u64,
    /// Number of the newest request that was answered.
    pub answered: u64,
    /// Interpretation of the last word of the answered prompt; empty after [`LiveSession::set_source`].
    pub typed: Typed,
    /// Reading of the answered prompt; empty after a failure.
    pub reading: Reading,
    /// Error of the newest answer; `None` if it succeeded. After a failure, the previous mesh remains.
    pub failure: Option<Arc<PipelineError>>,
}

enum Request {
    Prompt { text: String, is_typing: bool },
    Source(Box<Source>),
}

#[derive(Default)]
struct State {
    request: Option<Request>,
    newest: Option<LiveMesh>,
    status: LiveStatus,
}

/// A mesh and the number of the request that it answers.
pub struct LiveMesh {
    /// Number of the request.
    pub request: u64,
    /// The generated mesh.
    pub generated: Generated,
}

/// A function that returns the session's model; it is called for each request. It returns `None` once the
/// model was unloaded.
pub type ModelSource = Box<dyn Fn() -> Option<Arc<Model>> + Send>;

struct Shared {
    closed: AtomicBool,
    /// Whether there is a request that the thread has not taken yet.
    waiting: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

/// A thread that repeatedly makes the mesh of the newest request. Dropping the session stops the work
/// and waits for its end, except inside a callback.
pub struct LiveSession {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl LiveSession {
    /// Starts the session, which waits for its first request. options: the settings of every mesh.
    /// Errors: `Thread`.
    pub fn start(model: ModelSource, options: GenerateOptions) -> Result<Self, PipelineError> {
        let shared = Arc::new(Shared {
            closed: AtomicBool::new(false),
            waiting: AtomicBool::new(false),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let of_thread = shared.clone();
        let thread = std::thread::Builder::new()
            .name("att3d-live".into())
            .spawn(move || of_thread.serve(&model, options))
            .map_err(PipelineError::Thread)?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Requests the mesh of a prompt. is_typing: whether the prompt's last word may be incomplete. Returns
    /// the request's number.
    pub fn set_prompt(&self, text: &str, is_typing: bool) -> u64 {
        self.ask(Request::Prompt { text: text.to_owned(), is_typing })
    }

    /// Requests the mesh of a source. Returns the request's number.
    pub fn set_source(&self, source: Source) -> u64 {
        self.ask(Request::Source(Box::new(source)))
    }

    fn ask(&self, request: Request) -> u64 {
        let mut state = self.shared.state.lock();
        state.request = Some(request);
        state.status.requested += 1;
        self.shared.waiting.store(true, Ordering::Relaxed);
        self.shared.changed.notify_all();
        state.status.requested
    }

    /// Returns the status of the session.
    pub fn status(&self) -> LiveStatus {
        self.shared.state.lock().status.clone()
    }

    /// Takes the newest mesh; `None` if there is no mesh or it was taken before.
    pub fn take(&self) -> Option<LiveMesh> {
        self.shared.state.lock().newest.take()
    }

    /// Waits until the newest request is answered. limit: the longest wait; `None` waits without limit.
    /// Returns whether it is answered. Errors: `InsideCallback`.
    pub fn wait(&self, limit: Option<Duration>) -> Result<bool, InsideCallback> {
        if callback::is_inside() {
            return Err(InsideCallback);
        }
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut state = self.shared.state.lock();
        while state.status.answered < state.status.requested {
            match until {
                None => self.shared.changed.wait(&mut state),
                Some(until) => {
                    if self.shared.changed.wait_until(&mut state, until).timed_out() {
                        break;
                    }
                }
            }
        }
        Ok(state.status.answered >= state.status.requested)
    }
}

impl Drop for LiveSession {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        // Taking the lock ensures that the thread either waits, or has not yet read `closed`. So the thread
        // cannot miss the notification.
        drop(self.shared.state.lock());
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take().filter(|_| !callback::is_inside()) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn serve(&self, model: &ModelSource, options: GenerateOptions) {
        // Prompt of the last mesh. A request with the same prompt needs no new mesh.
        let mut last = None;
        while let Some((number, request)) = self.next() {
            let work = || match model() {
                Some(model) => {
                    // A fast model's mesh takes milliseconds. It is finished and shown even if a newer
                    // request waits.
                    let is_slow = model.is_diffusion();
                    let on_progress = |_: f32| if self.is_stopped(is_slow) { Err(Cancelled) } else { Ok(()) };
                    answer(&model, request, &options, &on_progress, &mut last)
                }
                None => (Typed::default(), Err(PipelineError::Unloaded)),
            };
            let answer = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
                let error = PipelineError::from_panic(panic.as_ref());
                // The payload is not dropped, because its destructor might panic again.
                std::mem::forget(panic);
                (Typed::default(), Err(error))
            });
            let (typed, made) = answer;
            if self.waiting.load(Ordering::Relaxed)
                && made.as_ref().is_err_and(|error| error.kind() == ErrorKind::Cancelled)
            {
                // The newer request stopped this one, and its answer follows.
                last = None;
                continue;
            }
            let mut state = self.state.lock();
            state.status.answered = number;
            state.status.typed = typed;
            state.status.failure = None;
            match made {
                Ok(None) => {}
                Ok(Some(generated)) => {
                    state.status.reading.clone_from(&generated.origin.reading);
                    state.newest = Some(LiveMesh { request: number, generated });
                }
                Err(error) => {
                    last = None;
                    state.status.reading = Reading::default();
                    state.status.failure = Some(Arc::new(error));
                }
            }
            self.changed.notify_all();
        }
    }

    /// Returns whether the mesh in work is not needed: the session closes, or a newer request waits for a
    /// slow model.
    fn is_stopped(&self, is_slow: bool) -> bool {
        self.closed.load(Ordering::Relaxed) || is_slow && self.waiting.load(Ordering::Relaxed)
    }

    /// Waits for a request and returns the newest one with its number; `None` when the session closes.
    fn next(&self) -> Option<(u64, Request)> {
        let mut state = self.state.lock();
        loop {
            if self.closed.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(request) = state.request.take() {
                self.waiting.store(false, Ordering::Relaxed);
                return Some((state.status.requested, request));
            }
            self.changed.wait(&mut state);
        }
    }
}

/// Makes the mesh of a request. Returns `Ok(None)` if the mesh would be equal to the previous one. last:
/// prompt of the previous mesh; `None` without such a prompt.
fn answer(
    model: &Model,
    request: Request,
    options: &GenerateOptions,
    on_progress: ProgressCallback<'_>,
    last: &mut Option<String>,
) -> (Typed, Result<Option<Generated>, PipelineError>) {
    let (typed, source) = match request {
        Request::Source(source) => {
            *last = None;
            (Typed::default(), *source)
        }
        Request::Prompt { text, is_typing } => {
            let typed =
                if is_typing { model.complete(&text) } else { Typed { prompt: text, ..Typed::default() } };
            if last.as_deref() == Some(typed.prompt.trim_end()) {
                return (typed, Ok(None));
            }
            *last = Some(typed.prompt.trim_end().to_owned());
            let source = Source::Prompt(typed.prompt.clone());
            (typed, source)
        }
    };
    (typed, source.generate(Some(model), options, on_progress).map(Some))
}
