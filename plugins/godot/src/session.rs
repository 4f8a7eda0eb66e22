//! Live sessions: a thread per node that answers the newest request with plain arrays.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};

use crate::ffi;
use crate::handles::{Latent, Live, Mesh, desc};
use crate::library::{Failure, FailureKind, kind_of, text_of};
use crate::models::{Loaded, Read, Shared, c_text, lines};
use crate::settings::Options;
use crate::surface::{Placement, Surface};
use crate::tasks::{Progress, locked, spawn};
use crate::work::{meters_per_unit, mix, shares};

/// What a node shows.
#[derive(Clone)]
pub enum Wish {
    /// A prompt; whether its last word may be unfinished.
    Prompt(String, bool),
    /// A mix of prompts.
    Mix(Vec<String>, Vec<f32>),
}

/// A request of a node.
pub struct Request {
    /// The model.
    pub model: Arc<Shared>,
    /// Options of the mesh.
    pub options: Options,
    /// What is shown.
    pub wish: Wish,
}

/// Answer to a request.
#[derive(Default)]
pub struct Answer {
    /// The new mesh; `None` if the previous mesh is still the answer.
    pub surface: Option<Surface>,
    /// What was understood.
    pub understood: String,
    /// Words that were left out.
    pub left_out: Vec<String>,
    /// Known word to which the last word was completed; empty if it was not completed.
    pub word: String,
}

#[derive(Default)]
struct State {
    request: Option<Request>,
    answer: Option<Result<Answer, Failure>>,
    /// Numbers of the newest request and of the newest answered request.
    requested: u64,
    answered: u64,
    is_stopped: bool,
}

#[derive(Default)]
struct Channel {
    state: Mutex<State>,
    changed: Condvar,
    /// Progress of the loading of a model, which can be canceled.
    progress: Progress,
}

impl Channel {
    fn stop(&self) {
        locked(&self.state).is_stopped = true;
        self.progress.cancel();
        self.changed.notify_all();
    }

    fn is_stopped(&self) -> bool {
        locked(&self.state).is_stopped
    }
}

/// The node's access to a session. The session ends when this object is dropped.
pub struct Session(Arc<Channel>);

impl Session {
    /// Starts the thread of a session.
    pub fn start() -> Result<Self, Failure> {
        let channel = Arc::new(Channel::default());
        let (stop, of_thread) = (Arc::clone(&channel), Arc::clone(&channel));
        spawn(move || stop.stop(), move || run(&of_thread))?;
        Ok(Self(channel))
    }

    /// Adds a request. It replaces a request that has not begun.
    pub fn request(&self, request: Request) {
        let mut state = locked(&self.0.state);
        state.request = Some(request);
        state.requested += 1;
        self.0.changed.notify_all();
    }

    /// Takes the newest answer.
    pub fn take(&self) -> Option<Result<Answer, Failure>> {
        locked(&self.0.state).answer.take()
    }

    /// Returns whether a request is not answered yet, or an answer was not taken yet.
    pub fn is_pending(&self) -> bool {
        let state = locked(&self.0.state);
        state.requested != state.answered || state.answer.is_some()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.0.stop();
    }
}

fn run(channel: &Channel) {
    let mut worker = Worker::default();
    loop {
        let (request, number) = {
            let mut state = locked(&channel.state);
            while state.request.is_none() && !state.is_stopped {
                state = channel.changed.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
            }
            match state.request.take() {
                Some(request) if !state.is_stopped => (request, state.requested),
                _ => return,
            }
        };
        let answer =
            catch_unwind(AssertUnwindSafe(|| worker.answer(channel, request))).unwrap_or_else(|_| {
                let message =
                    "a defect of the addon att3d stopped the work; the console has the details".into();
                Err(Failure { kind: FailureKind::Other, message })
            });
        let mut state = locked(&channel.state);
        state.answered = number;
        // An older mesh that the node did not take yet stays, if this answer has none.
        let older = state.answer.take();
        state.answer = Some(match (answer, older) {
            (Ok(Answer { surface: None, understood, left_out, word }), Some(Ok(older))) => {
                Ok(Answer { surface: older.surface, understood, left_out, word })
            }
            (answer, _) => answer,
        });
    }
}

/// What a session keeps from one request to the next.
#[derive(Default)]
struct Worker {
    session: Option<(u64, Options, Live)>,
    latents: HashMap<String, Latent>,
    /// Number of the model and the seed of the latents.
    of_latents: (u64, u64),
}

impl Worker {
    fn answer(&mut self, channel: &Channel, request: Request) -> Result<Answer, Failure> {
        request.options.check()?;
        let model = request.model.for_live_work(&channel.progress.part(0.0, 1.0))?;
        match request.wish {
            Wish::Prompt(prompt, is_typing) => {
                let text = c_text(&prompt)?;
                let live = self.session(&model, &request.options)?;
                let api = live.api();
                // SAFETY: the handle and the text are valid.
                let set = |live: &Live| unsafe {
                    api.att3d_live_set_prompt(
                        live.raw(),
                        text.as_ptr(),
                        u32::from(is_typing),
                        std::ptr::null_mut(),
                    )
                };
                api.check(set(live))?;
                let mut answer = finished(channel, &model, live, &request.options)?;
                if answer.understood.is_empty() {
                    answer.understood = prompt.trim().to_owned();
                }
                Ok(answer)
            }
            Wish::Mix(prompts, weights) => {
                let weights = shares(prompts.len(), &weights)?;
                self.encode(&model, &prompts, request.options.seed)?;
                let latents =
                    prompts.iter().filter_map(|prompt| self.latents.get(prompt)).collect::<Vec<_>>();
                let mixed = mix(&latents, &weights)?;
                let read = Read::of_latents(&latents)?;
                // The latents are variants already.
                let options = Options { seed: 0, ..request.options };
                let live = self.session(&model, &options)?;
                // SAFETY: the handles are valid.
                let status = unsafe {
                    live.api().att3d_live_set_latent(live.raw(), mixed.raw(), std::ptr::null_mut())
                };
                live.api().check(status)?;
                let answer = finished(channel, &model, live, &options)?;
                Ok(Answer { understood: read.understood, left_out: read.left_out, ..answer })
            }
        }
    }

    /// Returns the library's session of a model and of options.
    fn session(&mut self, model: &Loaded, options: &Options) -> Result<&Live, Failure> {
        let is_of = |(number, of, _): &(u64, Options, Live)| *number == model.number && of == options;
        if !self.session.as_ref().is_some_and(is_of) {
            self.session = None;
            let progress = Progress::default();
            let mut of_live = options.generate_desc(&progress.part(0.0, 1.0));
            of_live.progress = desc!(att3d_generate_desc).progress;
            of_live.seed = options.seed;
            let api = model.api();
            // SAFETY: the handle and the description are valid until the call returns.
            let live =
                Live::made(api, |out| unsafe { api.att3d_live_create(model.model.raw(), &of_live, out) })?;
            self.session = Some((model.number, options.clone(), live));
        }
        match &self.session {
            Some((_, _, live)) => Ok(live),
            None => Err(Failure::invalid("the session is missing")),
        }
    }

    /// Encodes the prompts that were not encoded before, and drops the latents of other prompts.
    fn encode(&mut self, model: &Loaded, prompts: &[String], seed: u64) -> Result<(), Failure> {
        if self.of_latents != (model.number, seed) {
            self.latents.clear();
            self.of_latents = (model.number, seed);
        }
        self.latents.retain(|prompt, _| prompts.contains(prompt));
        for prompt in prompts {
            if !self.latents.contains_key(prompt) {
                self.latents.insert(prompt.clone(), model.latent(prompt, seed)?);
            }
        }
        Ok(())
    }
}

/// Longest wait in milliseconds before the thread looks whether the node was freed.
const PATIENCE: u32 = 50;

/// Waits for the answer to the newest request of the library's session and copies its mesh.
fn finished(channel: &Channel, model: &Loaded, live: &Live, options: &Options) -> Result<Answer, Failure> {
    let api = live.api();
    loop {
        // SAFETY: the handle is valid.
        let status = unsafe { api.att3d_live_wait(live.raw(), PATIENCE) };
        if status != ffi::ATT3D_TIMEOUT as i32 {
            api.check(status)?;
            break;
        }
        if channel.is_stopped() {
            return Err(Failure::canceled());
        }
    }
    let mut info = desc!(att3d_live_info);
    // SAFETY: the handle is valid, and the struct states its size.
    api.check(unsafe { api.att3d_live_get_info(live.raw(), &mut info) })?;
    if info.status != ffi::ATT3D_OK as i32 {
        return Err(Failure { kind: kind_of(info.status as u32), message: text_of(&info.message) });
    }
    let mut mesh = std::ptr::null_mut();
    // SAFETY: the handle is valid.
    api.check(unsafe { api.att3d_live_take_mesh(live.raw(), &mut mesh, std::ptr::null_mut()) })?;
    let surface = if mesh.is_null() {
        None
    } else {
        let mesh = Mesh::of(api, mesh);
        let placement = Placement::of(&mesh, options, meters_per_unit(model)?)?;
        Some(Surface::without_details(&mesh, placement)?)
    };
    let is_completed = info.word_state == ffi::ATT3D_WORD_COMPLETED;
    Ok(Answer {
        surface,
        understood: text_of(&info.understood),
        left_out: lines(&text_of(&info.left_out)),
        word: if is_completed { text_of(&info.word) } else { String::new() },
    })
}
