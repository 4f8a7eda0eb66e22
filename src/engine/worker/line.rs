//! The host's side: sends an engine's calls as messages.

use std::fmt::{Debug, Formatter};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use parking_lot::{Mutex, MutexGuard};

use super::error::WorkerError;
use super::protocol::{Opening, Reply, Request, VERSION, WireCall, WireView, encode, receive};
use super::region::Region;
use super::transport::Process;
use crate::engine::array::{Buffer, DeviceMemory, View};
use crate::engine::call::{Call, Kernel};
use crate::engine::error::{EngineError, EngineResult};
use crate::engine::options::{EngineChoice, EngineOptions};
use crate::engine::remote::{Line, RemoteEngine};
use crate::engine::table::Status;
use crate::engine::{FieldDecoder, ServiceLine, StoredArray};

/// A connection to an engine of a worker.
pub struct WorkerLine(Arc<Shared>);

struct Shared {
    name: &'static str,
    session: Mutex<Session>,
    /// Requests to send before the next message: requests that free arrays and fields, and service requests
    /// that have no answer. This list has its own lock, so that a destructor does not wait for other work.
    freed: Mutex<Vec<Request>>,
    /// Next number of a buffer or field. The host chooses the numbers, so that it need not wait for the
    /// worker.
    next: AtomicU64,
    /// Whether the engine has a kernel for attention. The host asks once.
    attention: AtomicU8,
}

/// Values of [`Shared::attention`].
const NOT_ASKED: u8 = 0;
const PRESENT: u8 = 1;
const ABSENT: u8 = 2;

/// The worker process and the shared memory. The lock around a session allows one message and its answer at a
/// time.
struct Session {
    process: Process,
    region: Option<Region>,
    /// How the worker ended; `None` while it runs.
    ended: Option<String>,
}

impl WorkerLine {
    /// Starts a worker and an engine in it. Host-side work runs on the same number of threads in this
    /// process. Returns the engine and the options that the worker chose. Errors: all of [`WorkerError`].
    pub fn start(
        program: &Path,
        options: EngineOptions,
    ) -> Result<(WorkerEngine, EngineOptions), WorkerError> {
        let start = |source| WorkerError::Start { program: program.to_owned(), source };
        let process = Process::start(program).map_err(start)?;
        let mut session = Session { process, region: None, ended: None };
        let options = EngineOptions { is_worker: false, ..options };
        let chosen = match session.ask(&Request::Open(Opening { version: VERSION, options })) {
            Ok(Reply::Opened(chosen)) => chosen,
            Ok(Reply::Failed(error)) => return Err(WorkerError::Refused { message: error.message }),
            Ok(other) => {
                return Err(WorkerError::Refused { message: format!("an unexpected answer: {other:?}") });
            }
            Err(_) => {
                let message = session.ended.unwrap_or_default();
                return Err(WorkerError::Ended { program: program.to_owned(), message });
            }
        };
        let name = if chosen.engine == EngineChoice::Torch { "torch worker" } else { "cpu worker" };
        let next = AtomicU64::new(1);
        let attention = AtomicU8::new(NOT_ASKED);
        let line = Self(Arc::new(Shared {
            name,
            session: Mutex::new(session),
            freed: Mutex::default(),
            next,
            attention,
        }));
        let threads = (options.threads > 0).then_some(options.threads as usize);
        let engine = RemoteEngine::new(line, threads, options.priority);
        let engine = engine.map_err(|error| WorkerError::Refused { message: error.to_string() })?;
        Ok((engine, chosen))
    }
}

impl Debug for WorkerLine {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("WorkerLine").field("name", &self.0.name).finish_non_exhaustive()
    }
}

impl Session {
    /// Sends a request that has no answer.
    fn tell(&mut self, request: &Request) -> io::Result<()> {
        self.alive()?;
        let bytes = encode(request)?;
        let sent = self.process.line().and_then(|line| line.write_all(&bytes));
        sent.map_err(|error| self.note_end(error))
    }

    /// Sends a request and waits for its answer.
    fn ask(&mut self, request: &Request) -> io::Result<Reply> {
        self.tell(request)?;
        let received = self.process.line().and_then(receive);
        match received {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => Err(self.note_end(io::ErrorKind::UnexpectedEof.into())),
            Err(error) => Err(self.note_end(error)),
        }
    }

    fn alive(&self) -> io::Result<()> {
        self.ended.as_ref().map_or(Ok(()), |_| Err(io::ErrorKind::BrokenPipe.into()))
    }

    fn note_end(&mut self, error: io::Error) -> io::Error {
        let how = self.process.end().map_or_else(|error| error.to_string(), |status| status.to_string());
        self.ended.get_or_insert(format!("{error}; {how}"));
        self.region = None;
        error
    }

    /// Returns shared memory for at least `count` values.
    fn region(&mut self, count: usize) -> io::Result<&mut [f32]> {
        let room = self.region.as_mut().map(|region| region.values().len());
        if room.is_none_or(|room| room < count) {
            let (mut region, name) = Region::make(count.next_power_of_two().max(1 << 16))?;
            let path: PathBuf = name.path().to_owned();
            let length = size_of_val(region.values()) as u64;
            // `name` is dropped after both sides have mapped the memory. The drop deletes the path.
            match self.ask(&Request::Map { path, length })? {
                Reply::Done => self.region = Some(region),
                Reply::Failed(error) => return Err(io::Error::other(error.message)),
                other => return Err(io::Error::other(format!("an unexpected answer: {other:?}"))),
            }
        }
        self.region.as_mut().map(Region::values).ok_or_else(|| io::Error::other("no shared memory"))
    }
}

impl Shared {
    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Converts an error of the connection. kernel: the kernel whose message could not be sent or answered.
    fn lost(&self, session: &Session, kernel: &'static str, error: &io::Error) -> EngineError {
        match &session.ended {
            Some(message) => EngineError::WorkerEnded { engine: self.name, message: message.clone() },
            None => EngineError::Backend { engine: self.name, kernel, message: error.to_string() },
        }
    }

    fn refused(&self, kernel: &'static str, reply: Reply) -> EngineError {
        let engine = self.name;
        match reply {
            Reply::Failed(error) => match Status::of(error.status) {
                Status::OutOfMemory => EngineError::OutOfMemory { engine, kernel, message: error.message },
                Status::NoDevice => EngineError::NoDevice { engine, message: error.message },
                _ => EngineError::Backend { engine, kernel, message: error.message },
            },
            Reply::Absent => EngineError::Unsupported { engine, kernel },
            other => {
                EngineError::Backend { engine, kernel, message: format!("an unexpected answer: {other:?}") }
            }
        }
    }

    fn wire(self: &Arc<Self>, view: View<'_>) -> EngineResult<WireView> {
        let held = view.buffer.downcast::<Held>()?;
        if !Arc::ptr_eq(&held.line, self) {
            return Err(EngineError::ForeignBuffer);
        }
        Ok(WireView { buffer: held.number, shape: view.shape.to_vec() })
    }

    fn wire_call(self: &Arc<Self>, call: &Call<'_>) -> EngineResult<WireCall> {
        let views = call.views.iter().map(|view| view.map(|view| self.wire(view)).transpose());
        Ok(WireCall::of(call, views.collect::<EngineResult<_>>()?))
    }

    fn hold(self: &Arc<Self>, number: u64) -> Buffer {
        Buffer::new(Held { line: self.clone(), number })
    }

    /// Locks the session and sends the pending requests.
    fn session(&self) -> MutexGuard<'_, Session> {
        let mut session = self.session.lock();
        let freed = std::mem::take(&mut *self.freed.lock());
        // The result is ignored, because a worker that has ended holds no arrays or fields.
        let _ = freed.iter().try_for_each(|request| session.tell(request));
        session
    }

    fn ask(&self, kernel: &'static str, request: &Request) -> EngineResult<Reply> {
        let mut session = self.session();
        session.ask(request).map_err(|error| self.lost(&session, kernel, &error))
    }

    fn tell(&self, kernel: &'static str, request: &Request) -> EngineResult<()> {
        let mut session = self.session();
        session.tell(request).map_err(|error| self.lost(&session, kernel, &error))
    }
}

impl ServiceLine for Shared {
    fn ask(&self, service: &'static str, request: &[u8]) -> EngineResult<Vec<u8>> {
        let request = Request::Service { service: service.to_owned(), request: request.to_vec() };
        match Self::ask(self, service, &request)? {
            Reply::Answered(answer) => Ok(answer),
            reply => Err(self.refused(service, reply)),
        }
    }

    fn tell_later(&self, service: &'static str, request: Vec<u8>) {
        self.freed.lock().push(Request::TellService { service: service.to_owned(), request });
    }
}

impl Debug for Shared {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Shared").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A buffer of the worker, freed on drop.
struct Held {
    line: Arc<Shared>,
    number: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.line.freed.lock().push(Request::Free { buffer: self.number });
    }
}

impl Line for WorkerLine {
    fn name(&self) -> &'static str {
        self.0.name
    }

    fn memory(&self) -> DeviceMemory {
        match self.0.ask("memory", &Request::Memory) {
            Ok(Reply::Memory { in_use, free, total }) => DeviceMemory { in_use, free, total },
            _ => DeviceMemory::default(),
        }
    }

    fn trim(&self) {
        let _ = self.0.tell("trim", &Request::Trim);
    }

    fn service_line(&self) -> Option<Arc<dyn ServiceLine>> {
        Some(self.0.clone())
    }

    fn upload(&self, values: StoredArray<'_>, shape: &[usize]) -> EngineResult<Buffer> {
        let number = self.0.number();
        let request = Request::Upload {
            buffer: number,
            precision: values.precision as u32,
            shape: shape.to_vec(),
            bytes: values.bytes.len() as u64,
        };
        let mut session = self.0.session();
        let sent = session.tell(&request).and_then(|()| {
            let written = session.process.line().and_then(|line| line.write_all(values.bytes));
            written.map_err(|error| session.note_end(error))
        });
        sent.map_err(|error| self.0.lost(&session, "upload", &error))?;
        drop(session);
        Ok(self.0.hold(number))
    }

    fn download(&self, x: View<'_>, values: &mut [f32]) -> EngineResult<()> {
        let request = Request::Download { view: self.0.wire(x)? };
        let mut session = self.0.session();
        let reply = session.region(values.len()).map(|_| ()).and_then(|()| session.ask(&request));
        match reply.map_err(|error| self.0.lost(&session, "download", &error))? {
            Reply::Done => {}
            reply => return Err(self.0.refused("download", reply)),
        }
        let shared = session.region(values.len());
        match shared.map(|shared| values.iter_mut().zip(shared).for_each(|(value, found)| *value = *found)) {
            Ok(()) => Ok(()),
            Err(error) => Err(self.0.lost(&session, "download", &error)),
        }
    }

    fn call(&self, call: &Call<'_>) -> EngineResult<Option<Buffer>> {
        let kernel = call.kernel.name();
        let is_attention = call.kernel == Kernel::Attention;
        let known = self.0.attention.load(Ordering::Relaxed);
        if is_attention && known == ABSENT {
            return Ok(None);
        }
        let (buffer, wire) = (self.0.number(), self.0.wire_call(call)?);
        if is_attention && known == NOT_ASKED {
            match self.0.ask(kernel, &Request::Ask { buffer, call: wire })? {
                Reply::Done => self.0.attention.store(PRESENT, Ordering::Relaxed),
                Reply::Absent => {
                    self.0.attention.store(ABSENT, Ordering::Relaxed);
                    return Ok(None);
                }
                reply => return Err(self.0.refused(kernel, reply)),
            }
        } else {
            self.0.tell(kernel, &Request::Call { buffer, call: wire })?;
        }
        Ok(Some(self.0.hold(buffer)))
    }

    fn prepare_field(&self, call: &Call<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>> {
        let (kernel, field) = (call.kernel.name(), self.0.number());
        let request = Request::PrepareField { field, call: self.0.wire_call(call)? };
        match self.0.ask(kernel, &request)? {
            Reply::Field { channels, batch } => {
                let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
                let (channels, batch) = (size(channels), size(batch));
                Ok(Some(Box::new(WorkerField { line: self.0.clone(), number: field, channels, batch })))
            }
            Reply::Absent => Ok(None),
            reply => Err(self.0.refused(kernel, reply)),
        }
    }
}

/// A field that a worker has prepared.
struct WorkerField {
    line: Arc<Shared>,
    number: u64,
    channels: usize,
    batch: usize,
}

impl Drop for WorkerField {
    fn drop(&mut self) {
        self.line.freed.lock().push(Request::FreeField { field: self.number });
    }
}

impl WorkerField {
    /// Copies points to the shared memory, decodes them in the worker, and copies the outputs, which follow
    /// the points in the shared memory.
    fn run(
        &self,
        kernel: &'static str,
        points: &[[f32; 3]],
        with_gradient: bool,
        outputs: &mut [&mut [f32]],
    ) -> EngineResult<()> {
        let points = points.as_flattened();
        let all = outputs.iter().map(|output| output.len()).sum::<usize>() + points.len();
        let count = (points.len() / 3) as u64;
        let request = Request::Decode { field: self.number, count, with_gradient };
        let mut session = self.line.session();
        let reply = match session.region(all) {
            Ok(shared) => {
                shared.iter_mut().zip(points).for_each(|(place, value)| *place = *value);
                session.ask(&request)
            }
            Err(error) => Err(error),
        };
        match reply.map_err(|error| self.line.lost(&session, kernel, &error))? {
            Reply::Done => {}
            reply => return Err(self.line.refused(kernel, reply)),
        }
        let mut found = match session.region(all) {
            Ok(shared) => shared.iter().skip(points.len()),
            Err(error) => return Err(self.line.lost(&session, kernel, &error)),
        };
        for output in outputs {
            output.iter_mut().zip(found.by_ref()).for_each(|(value, found)| *value = *found);
        }
        Ok(())
    }
}

impl FieldDecoder for WorkerField {
    fn channels(&self) -> usize {
        self.channels
    }

    fn batch(&self) -> usize {
        self.batch
    }

    fn bounds(&self, minimum: [f32; 3], maximum: [f32; 3]) -> Option<(f32, f32)> {
        match self.line.ask("bounds", &Request::Bounds { field: self.number, minimum, maximum }) {
            Ok(Reply::Bounds { lowest, highest }) => Some((lowest, highest)),
            _ => None,
        }
    }

    fn decode(&self, points: &[[f32; 3]], values: &mut [f32]) -> EngineResult<()> {
        self.run("decode", points, false, &mut [values])
    }

    fn decode_with_gradient(
        &self,
        points: &[[f32; 3]],
        values: &mut [f32],
        gradients: &mut [[f32; 3]],
    ) -> EngineResult<()> {
        self.run("decode_with_gradient", points, true, &mut [values, gradients.as_flattened_mut()])
    }
}

/// An engine of a worker.
pub type WorkerEngine = RemoteEngine<WorkerLine>;
