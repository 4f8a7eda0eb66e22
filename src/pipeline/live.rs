//! A session that follows a slider or a text field: of what is asked meanwhile only the newest is made.
//!
//! What has begun is finished, for a slider that never rests would else never see a mesh; what waits is replaced. So a mesh
//! is at most two meshes' time old.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::error::{Cancelled, Watch};
use crate::text::{Reading, Typed};

use super::job::{InsideCallback, Source};
use super::{GenerateOptions, Generated, Model, PipelineError, callback};

/// What a session did with the newest request that it answered.
#[derive(Clone, Debug, Default)]
pub struct LiveStatus {
    /// The number of the newest request; the first is 1.
    pub requested: u64,
    /// The number of the newest request that was answered.
    pub answered: u64,
    /// How the last word of the answered prompt was read.
    pub typed: Typed,
    /// What was understood of the answered prompt.
    pub reading: Reading,
    /// Why the answer is no mesh; the mesh before it stands.
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

/// A mesh, and the number of the request that it answers.
pub struct LiveMesh {
    /// The request's number.
    pub request: u64,
    /// The mesh.
    pub generated: Generated,
}

/// Where a session finds its model, each time anew; none once it was unloaded.
pub type ModelSource = Box<dyn Fn() -> Option<Arc<Model>> + Send>;

struct Shared {
    closed: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

/// A thread that makes the newest request's mesh, again and again. Dropping it stops the work and waits for its end.
pub struct LiveSession {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl LiveSession {
    /// Starts the session; it waits for its first request. options' watch is not asked. Errors: `Thread`.
    pub fn start(model: ModelSource, options: GenerateOptions<'static>) -> Result<Self, PipelineError> {
        let shared = Arc::new(Shared {
            closed: AtomicBool::new(false),
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

    /// Asks for a prompt's mesh. is_typing: its last word may still grow. Returns the request's number.
    pub fn set_prompt(&self, text: &str, is_typing: bool) -> u64 {
        self.ask(Request::Prompt { text: text.to_owned(), is_typing })
    }

    /// Asks for a latent's or a field's mesh. Returns the request's number.
    pub fn set_source(&self, source: Source) -> u64 {
        self.ask(Request::Source(Box::new(source)))
    }

    fn ask(&self, request: Request) -> u64 {
        let mut state = self.shared.state.lock();
        state.request = Some(request);
        state.status.requested += 1;
        self.shared.changed.notify_all();
        state.status.requested
    }

    /// How far the answers are.
    pub fn status(&self) -> LiveStatus {
        self.shared.state.lock().status.clone()
    }

    /// The newest mesh, if there is one that was not taken yet.
    pub fn take(&self) -> Option<LiveMesh> {
        self.shared.state.lock().newest.take()
    }

    /// Waits until the newest request is answered, at most `limit`. Is it? Errors: `InsideCallback`.
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
        // Under the lock, so that the thread is either waiting or has not yet looked.
        drop(self.shared.state.lock());
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take().filter(|_| !callback::is_inside()) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn serve(&self, model: &ModelSource, options: GenerateOptions<'static>) {
        let watch = |_: f32| if self.closed.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) };
        let watch: Watch<'_> = &watch;
        let options = GenerateOptions { watch, ..options };
        // The prompt that was made last: one that reads the same is not made again.
        let mut last = None;
        while let Some((number, request)) = self.next() {
            let work = || match model() {
                Some(model) => answer(&model, request, &options, &mut last),
                None => (Typed::default(), Err(PipelineError::Unloaded)),
            };
            let answer = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
                let error = PipelineError::from_panic(panic.as_ref());
                // It might panic again.
                std::mem::forget(panic);
                (Typed::default(), Err(error))
            });
            let (typed, made) = answer;
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

    /// The newest request with its number, when there is one; none when the session closes.
    fn next(&self) -> Option<(u64, Request)> {
        let mut state = self.state.lock();
        loop {
            if self.closed.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(request) = state.request.take() {
                return Some((state.status.requested, request));
            }
            self.changed.wait(&mut state);
        }
    }
}

/// A mesh, or none where the one before it is the same.
fn answer(
    model: &Model,
    request: Request,
    options: &GenerateOptions<'_>,
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
    (typed, source.generate(Some(model), options).map(Some))
}
