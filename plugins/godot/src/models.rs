//! Models that are loaded once and shared by the nodes that use them.

use std::ffi::{CString, c_char, c_void};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::ffi;
use crate::handles::{Context, Latent, Mesh, Model, Reading, desc};
use crate::library::{Api, Failure, library, text};
use crate::tasks::{Progress, ProgressPart, locked};

/// Where a model comes from.
#[derive(Clone, PartialEq)]
pub enum Source {
    /// The model inside the library.
    Bundled,
    /// An .att3d file or a package folder.
    File(String),
    /// Contents of an .att3d file, and its path for messages.
    Bytes(String, Arc<Vec<u8>>),
    /// A path at which there is no file.
    Missing(String),
}

/// How a model runs.
#[derive(Clone, Copy, PartialEq)]
pub struct Settings {
    /// Number of threads; 0 for one per processor.
    pub threads: u32,
    /// ATT3D_ENGINE_...
    pub engine: u32,
    /// ATT3D_DEVICE_...
    pub device: u32,
}

impl Settings {
    /// Returns whether the engine runs in a separate process. libtorch always does, because the engine's
    /// process may contain another version of its libraries.
    fn is_worker(self) -> bool {
        self.engine == ffi::ATT3D_ENGINE_TORCH || self.device == ffi::ATT3D_DEVICE_CUDA
    }
}

/// Warnings of the library, in the order in which they came.
#[derive(Default)]
pub struct Log(Mutex<Vec<String>>);

impl Log {
    /// Takes the warnings that came since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *locked(&self.0))
    }
}

unsafe extern "C" fn log(user: *mut c_void, level: ffi::att3d_log_level, message: *const c_char) {
    if level == ffi::ATT3D_LOG_WARNING {
        // SAFETY: `Loaded::new` passed the log, which lives until `release_log`; the message is a text.
        let (log, message) = unsafe { (&*user.cast::<Log>(), text(message)) };
        let mut lines = locked(&log.0);
        // Nobody takes the warnings of live sessions, and their number must not grow without limit.
        if lines.len() < 64 {
            lines.push(message);
        }
    }
}

unsafe extern "C" fn release_log(user: *mut c_void) {
    // SAFETY: `Loaded::new` made the pointer with `Arc::into_raw`, and the library calls this once.
    drop(unsafe { Arc::from_raw(user.cast_const().cast::<Log>()) });
}

/// A model on a context of its own.
pub struct Loaded {
    /// The model.
    pub model: Model,
    /// Its context.
    pub context: Context,
    /// Warnings of the work with this model.
    pub log: Arc<Log>,
    /// Number of this object. No other object gets the same number.
    pub number: u64,
}

static LOADED: AtomicU64 = AtomicU64::new(0);

impl Loaded {
    fn new(
        api: &Arc<Api>,
        source: &Source,
        settings: Settings,
        part: &ProgressPart<'_>,
    ) -> Result<Self, Failure> {
        part.check()?;
        let mut of_context = desc!(att3d_context_desc);
        of_context.thread_count = settings.threads;
        of_context.engine = settings.engine;
        of_context.device = settings.device;
        of_context.is_worker = u32::from(settings.is_worker());
        // SAFETY: the description is valid, and the handle is only written.
        let context = Context::made(api, |out| unsafe { api.att3d_context_create(&of_context, out) })?;
        let warnings = Arc::new(Log::default());
        let user = Arc::into_raw(Arc::clone(&warnings)).cast_mut().cast();
        // SAFETY: the callbacks live as long as this extension. Its handles are freed before it is unloaded.
        let status = unsafe { api.att3d_context_set_log(context.raw(), Some(log), user, Some(release_log)) };
        if let Err(failure) = api.check(status) {
            // SAFETY: the library does not release the pointer if the call fails.
            unsafe { release_log(user) };
            return Err(failure);
        }
        let mut of_load = desc!(att3d_load_desc);
        of_load.progress = part.callback();
        let path;
        match source {
            Source::Bundled => {}
            Source::File(name) => {
                path = c_text(name)?;
                of_load.path = path.as_ptr();
            }
            Source::Bytes(_, bytes) => (of_load.bytes, of_load.size) = (bytes.as_ptr().cast(), bytes.len()),
            Source::Missing(name) => {
                return Err(Failure {
                    kind: crate::library::FailureKind::File,
                    message: format!(
                        "there is no model package at `{name}`; expected an .att3d file or a package folder"
                    ),
                });
            }
        }
        // SAFETY: the pointers of the description live until the call returns.
        let model = Model::made(api, |out| unsafe { api.att3d_model_load(context.raw(), &of_load, out) });
        let model = model.map_err(|failure| match source {
            Source::Bytes(name, _) if !failure.message.contains(name.as_str()) => {
                Failure { message: format!("{name}: {}", failure.message), ..failure }
            }
            _ => failure,
        })?;
        Ok(Self { model, context, log: warnings, number: LOADED.fetch_add(1, Ordering::Relaxed) })
    }

    /// Returns the library of the model.
    pub fn api(&self) -> &Arc<Api> {
        self.model.api()
    }

    /// Gets a text of the model with one of the library's functions.
    pub fn text(
        &self,
        get: unsafe fn(&ffi::Library, *const ffi::att3d_model, *mut *const c_char) -> ffi::att3d_status,
    ) -> Result<String, Failure> {
        let mut pointer = std::ptr::null();
        // SAFETY: the handle is valid, and the text lives as long as the handle.
        unsafe {
            self.api().check(get(self.api(), self.model.raw(), &mut pointer))?;
            Ok(text(pointer))
        }
    }

    /// Reads a prompt.
    pub fn read(&self, prompt: &str, flags: u32) -> Result<Read, Failure> {
        let prompt = c_text(prompt)?;
        let api = self.api();
        // SAFETY: the handle and the text are valid.
        let reading = Reading::made(api, |out| unsafe {
            api.att3d_model_read(self.model.raw(), prompt.as_ptr(), flags, out)
        })?;
        Read::of(&reading)
    }

    /// Encodes a prompt, or a variant of it.
    pub fn latent(&self, prompt: &str, seed: u64) -> Result<Latent, Failure> {
        let prompt = c_text(prompt)?;
        let api = self.api();
        // SAFETY: the handle and the text are valid.
        Latent::made(api, |out| unsafe {
            api.att3d_latent_from_prompt(self.model.raw(), prompt.as_ptr(), seed, out)
        })
    }
}

/// Converts a text for the library.
pub fn c_text(text: &str) -> Result<CString, Failure> {
    CString::new(text).map_err(|_| Failure::invalid("the text contains a NUL character; expected plain text"))
}

/// What was understood of a prompt.
#[derive(Clone, Default)]
pub struct Read {
    /// Phrase that the model encodes.
    pub phrase: String,
    /// The thing.
    pub thing: String,
    /// Attributes of the thing.
    pub attributes: Vec<String>,
    /// One line to show to users; it is empty if the phrase does not differ from the prompt.
    pub understood: String,
    /// Words that were left out.
    pub left_out: Vec<String>,
    /// Words that were replaced, each with the known word.
    pub replaced: Vec<(String, String)>,
}

impl Read {
    /// Copies a reading of the library.
    pub fn of(reading: &Reading) -> Result<Self, Failure> {
        type Get =
            unsafe fn(&ffi::Library, *const ffi::att3d_reading, *mut *const c_char) -> ffi::att3d_status;
        let api = reading.api();
        let get = |get: Get| -> Result<String, Failure> {
            let mut pointer = std::ptr::null();
            // SAFETY: the handle is valid, and the text lives as long as the handle.
            unsafe {
                api.check(get(api, reading.raw(), &mut pointer))?;
                Ok(text(pointer))
            }
        };
        Ok(Self {
            phrase: get(ffi::Library::att3d_reading_get_phrase)?,
            thing: get(ffi::Library::att3d_reading_get_thing)?,
            attributes: lines(&get(ffi::Library::att3d_reading_get_attributes)?),
            understood: get(ffi::Library::att3d_reading_get_understood)?,
            left_out: lines(&get(ffi::Library::att3d_reading_get_left_out)?),
            replaced: pairs(&get(ffi::Library::att3d_reading_get_replaced)?),
        })
    }

    /// Returns the reading of a latent.
    pub fn of_latent(latent: &Latent) -> Result<Self, Failure> {
        let api = latent.api();
        // SAFETY: the handle is valid.
        let reading = Reading::made(api, |out| unsafe { api.att3d_latent_get_reading(latent.raw(), out) })?;
        Self::of(&reading)
    }

    /// Returns the readings of several prompts as one.
    pub fn of_latents(latents: &[&Latent]) -> Result<Self, Failure> {
        let reads = latents.iter().map(|latent| Self::of_latent(latent)).collect::<Result<Vec<_>, _>>()?;
        let joined = |text: fn(&Self) -> &str| reads.iter().map(text).collect::<Vec<&str>>().join(" / ");
        Ok(Self {
            phrase: joined(|read| &read.phrase),
            thing: joined(|read| &read.thing),
            understood: joined(Self::shown),
            attributes: reads.iter().flat_map(|read| read.attributes.clone()).collect(),
            left_out: reads.iter().flat_map(|read| read.left_out.clone()).collect(),
            replaced: reads.iter().flat_map(|read| read.replaced.clone()).collect(),
        })
    }

    /// Returns the reading of a mesh's prompt.
    pub fn of_mesh(mesh: &Mesh) -> Result<Self, Failure> {
        let api = mesh.api();
        // SAFETY: the handle is valid.
        let reading = Reading::made(api, |out| unsafe { api.att3d_mesh_get_reading(mesh.raw(), out) })?;
        Self::of(&reading)
    }

    /// Returns the text to show to users, which is never empty for a prompt with a phrase.
    pub fn shown(&self) -> &str {
        if self.understood.is_empty() { &self.phrase } else { &self.understood }
    }
}

/// Splits a text of the library into its lines.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Splits a text of the library into lines of two parts with a tab between them.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.lines().filter_map(|line| line.split_once('\t')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

/// A model that is loaded on the first use. It is loaded a second time for short work, because a context does
/// one piece of work at a time.
pub struct Shared {
    source: Source,
    settings: Settings,
    long: Mutex<Option<Arc<Loaded>>>,
    short: Mutex<Option<Arc<Loaded>>>,
}

impl Shared {
    /// Makes a model that is not loaded yet.
    pub fn new(source: Source, settings: Settings) -> Self {
        Self { source, settings, long: Mutex::new(None), short: Mutex::new(None) }
    }

    /// Returns whether the model runs with these settings. A package that was missing is searched for again.
    pub fn is_usable(&self, settings: Settings) -> bool {
        self.settings == settings && !matches!(self.source, Source::Missing(_))
    }

    /// Returns the model for long work, which is loaded if needed.
    pub fn for_long_work(&self, part: &ProgressPart<'_>) -> Result<Arc<Loaded>, Failure> {
        self.loaded(&self.long, part)
    }

    /// Returns the model for live sessions, which is loaded if needed.
    pub fn for_live_work(&self, part: &ProgressPart<'_>) -> Result<Arc<Loaded>, Failure> {
        self.loaded(&self.short, part)
    }

    /// Returns the model for calls that run no network. With a worker, such a call waits for the work of its
    /// context, so it uses the context of the live sessions.
    pub fn for_reading(&self) -> Result<Arc<Loaded>, Failure> {
        let whole = Progress::default();
        let slot = if self.settings.is_worker() { &self.short } else { &self.long };
        self.loaded(slot, &whole.part(0.0, 1.0))
    }

    /// Returns whether the model is loaded.
    pub fn is_loaded(&self) -> bool {
        [&self.long, &self.short].iter().any(|slot| slot.try_lock().is_ok_and(|slot| slot.is_some()))
    }

    fn loaded(
        &self,
        slot: &Mutex<Option<Arc<Loaded>>>,
        part: &ProgressPart<'_>,
    ) -> Result<Arc<Loaded>, Failure> {
        let mut slot = locked(slot);
        if let Some(loaded) = &*slot {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(Loaded::new(&library()?, &self.source, self.settings, part)?);
        *slot = Some(Arc::clone(&loaded));
        Ok(loaded)
    }
}
