//! The worker's side: runs messages on an engine.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;

use super::protocol::{Reply, Request, VERSION, WireCall, WireError, receive, send};
use super::region::Region;
use crate::engine::array::{Buffer, View};
use crate::engine::call::{Call, answer, answer_field};
use crate::engine::choice::open;
use crate::engine::error::{EngineError, EngineResult};
use crate::engine::table::Status;
use crate::engine::work::run_on_threads;
use crate::engine::{Engine, FieldDecoder, Precision, Service, StoredArray};

/// Limit on the number of the engine's batches that a host should request together. Up to this limit, there
/// is one batch per thread of the worker. The limit is small, because a host that cancels still waits for the
/// batches that it requested.
const MOST_BATCHES: usize = 4;

/// Serves the host that started this process, as `att3d-worker` does. The messages use standard input and
/// standard output. On Unix and Windows, all other output to standard output is redirected to standard error,
/// because it would corrupt the messages. services: services that the host may use in addition to the engine.
/// Errors: those of the connection.
pub fn serve_standard(services: Vec<Box<dyn Service>>) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::fs::File;
        use std::os::fd::FromRawFd;
        // SAFETY: the new descriptor is an open copy of descriptor 1, and only `output` owns it. Descriptor 1
        // stays open as a copy of descriptor 2.
        let output = unsafe {
            let output = libc::dup(1);
            if output < 0 || libc::dup2(2, 1) < 0 {
                return Err(io::Error::last_os_error());
            }
            File::from_raw_fd(output)
        };
        serve(io::stdin().lock(), output, services)
    }
    #[cfg(windows)]
    {
        use std::fs::File;
        use std::os::windows::io::{AsHandle, AsRawHandle};
        use windows_sys::Win32::System::Console::{STD_OUTPUT_HANDLE, SetStdHandle};
        let output = File::from(io::stdout().as_handle().try_clone_to_owned()?);
        let error = io::stderr().as_raw_handle();
        // SAFETY: the handle is that of standard error, which stays open as long as the process.
        if unsafe { SetStdHandle(STD_OUTPUT_HANDLE, error) } == 0 {
            return Err(io::Error::last_os_error());
        }
        serve(io::stdin().lock(), output, services)
    }
    #[cfg(not(any(unix, windows)))]
    serve(io::stdin().lock(), io::stdout().lock(), services)
}

/// Serves one host until it closes the connection. Errors: those of the connection.
pub(super) fn serve(
    mut input: impl Read,
    mut output: impl Write,
    services: Vec<Box<dyn Service>>,
) -> io::Result<()> {
    let Some(Request::Open(opening)) = receive(&mut input)? else {
        return Err(io::Error::other(
            "the input is not from a host of this protocol; only libatt3d can start a worker",
        ));
    };
    let refused = |message| Reply::Failed(WireError { status: Status::Failed as u32, message });
    if opening.version != VERSION {
        let versions = format!(
            "the host has version {} of the protocol, and the worker has version {VERSION}",
            opening.version
        );
        return send(&mut output, &refused(versions + "; use both from the same release"));
    }
    let (engine, chosen) = match open(opening.options) {
        Ok(opened) => opened,
        Err(error) => return send(&mut output, &refused(error.to_string())),
    };
    send(&mut output, &Reply::Opened(chosen))?;
    let threads = chosen.threads as usize;
    let mut server =
        Server { engine, buffers: HashMap::new(), fields: HashMap::new(), region: None, threads, services };
    while let Some(request) = receive(&mut input)? {
        if let Some(reply) = server.answer(request, &mut input)? {
            send(&mut output, &reply)?;
        }
    }
    Ok(())
}

/// The state of the worker: the engine, and the arrays and fields that the host has created.
struct Server {
    engine: Arc<dyn Engine>,
    /// Arrays by number. If a kernel fails, its error is stored in place of its array.
    buffers: HashMap<u64, Result<Buffer, WireError>>,
    fields: HashMap<u64, Box<dyn FieldDecoder>>,
    region: Option<Region>,
    threads: usize,
    services: Vec<Box<dyn Service>>,
}

fn failed(message: impl Into<String>) -> WireError {
    WireError { status: Status::Malformed as u32, message: message.into() }
}

/// Runs an engine's work and converts a panic to an error, so that the panic does not end the worker.
fn guarded<T>(work: impl FnOnce() -> EngineResult<T>) -> Result<T, WireError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| WireError::of(&error)),
        Err(panic) => {
            let said = crate::engine::table::panic_text(&*panic);
            Err(failed(format!("a defect of the worker was caught: {said}; please report it")))
        }
    }
}

impl Server {
    /// Carries out a request. Returns the reply if the request has one. Errors: those of the connection.
    fn answer(&mut self, request: Request, input: &mut impl Read) -> io::Result<Option<Reply>> {
        Ok(match request {
            Request::Open(_) => Some(Reply::Failed(failed("the engine is already open"))),
            Request::Map { path, length } => Some(match Region::open(&path, length) {
                Ok(region) => {
                    self.region = Some(region);
                    Reply::Done
                }
                Err(error) => Reply::Failed(failed(format!("shared memory: {error}"))),
            }),
            Request::Upload { buffer, precision, shape, bytes } => {
                let held = self.upload(precision, &shape, bytes, input)?;
                self.buffers.insert(buffer, held);
                None
            }
            Request::Call { buffer, call } => {
                let held = self
                    .call(&call)
                    .and_then(|held| held.ok_or_else(|| failed("the engine has no such kernel")));
                self.buffers.insert(buffer, held);
                None
            }
            Request::Ask { buffer, call } => Some(match self.call(&call) {
                Ok(Some(held)) => {
                    self.buffers.insert(buffer, Ok(held));
                    Reply::Done
                }
                Ok(None) => Reply::Absent,
                Err(error) => Reply::Failed(error),
            }),
            Request::Free { buffer } => {
                self.buffers.remove(&buffer);
                None
            }
            Request::Download { view } => {
                let found = self
                    .buffer(view.buffer)
                    .and_then(|buffer| guarded(|| self.engine.download(View { buffer, shape: &view.shape })));
                Some(reply(found.and_then(|found| self.share(0, &found))))
            }
            Request::PrepareField { field, call } => Some(match self.prepare(&call) {
                Ok(Some(decoder)) => {
                    let threads = self.threads.clamp(1, MOST_BATCHES);
                    let (channels, batch) = (decoder.channels() as u64, (decoder.batch() * threads) as u64);
                    self.fields.insert(field, decoder);
                    Reply::Field { channels, batch }
                }
                Ok(None) => Reply::Absent,
                Err(error) => Reply::Failed(error),
            }),
            Request::Decode { field, count, with_gradient } => {
                Some(reply(self.decode(field, count, with_gradient)))
            }
            Request::Bounds { field, minimum, maximum } => {
                let field = self.fields.get(&field);
                let bounds = guarded(|| Ok(field.and_then(|field| field.bounds(minimum, maximum))));
                Some(bounds.map_or_else(Reply::Failed, |bounds| match bounds {
                    Some((lowest, highest)) => Reply::Bounds { lowest, highest },
                    None => Reply::Absent,
                }))
            }
            Request::FreeField { field } => {
                self.fields.remove(&field);
                None
            }
            Request::Memory => {
                let memory = self.engine.device_memory();
                Some(Reply::Memory { in_use: memory.in_use, free: memory.free, total: memory.total })
            }
            Request::Trim => {
                self.engine.trim();
                None
            }
            Request::Service { service, request } => Some(self.consult(&service, &request)),
            Request::TellService { service, request } => {
                self.consult(&service, &request);
                None
            }
        })
    }

    /// Passes a request to a service.
    fn consult(&mut self, name: &str, request: &[u8]) -> Reply {
        match self.services.iter_mut().find(|service| service.name() == name) {
            Some(service) => {
                guarded(|| Ok(service.answer(request))).map_or_else(Reply::Failed, Reply::Answered)
            }
            None => Reply::Absent,
        }
    }

    /// Reads the bytes that follow the message, and copies them into a new array. The bytes are always read,
    /// even if the array is invalid.
    fn upload(
        &self,
        precision: u32,
        shape: &[usize],
        count: u64,
        input: &mut impl Read,
    ) -> io::Result<Result<Buffer, WireError>> {
        let mut bytes = Vec::new();
        // The vector grows with the bytes that arrive, so a count that is too large allocates no memory in
        // advance.
        if input.take(count).read_to_end(&mut bytes)? as u64 != count {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(precision) = Precision::of(precision) else {
            return Ok(Err(failed("the precision is unknown")));
        };
        let needed = shape.iter().try_fold(precision.size(), |all, &size| all.checked_mul(size));
        if needed != Some(bytes.len()) {
            return Ok(Err(failed("the number of bytes does not match the shape")));
        }
        let array = StoredArray { precision, bytes: &bytes };
        Ok(guarded(|| match self.engine.upload_stored(array, shape)? {
            Some(buffer) => Ok(buffer),
            None => self.engine.upload(&array.to_f32(), shape),
        }))
    }

    fn buffer(&self, number: u64) -> Result<&Buffer, WireError> {
        match self.buffers.get(&number) {
            Some(held) => held.as_ref().map_err(Clone::clone),
            None => Err(failed("the array does not exist")),
        }
    }

    /// Returns the call with its arrays.
    fn with_views<'a>(&'a self, wire: &'a WireCall) -> Result<Call<'a>, WireError> {
        let mut call = wire.call().map_err(|error| WireError::of(&error))?;
        for view in &wire.views {
            let view = match view {
                Some(view) => Some(View { buffer: self.buffer(view.buffer)?, shape: &view.shape }),
                None => None,
            };
            call = call.optional(view);
        }
        Ok(call)
    }

    fn call(&self, wire: &WireCall) -> Result<Option<Buffer>, WireError> {
        let call = self.with_views(wire)?;
        // The host receives the error when it reads a result that depends on this kernel. So the message
        // names the kernel that failed.
        guarded(|| answer(self.engine.as_ref(), &call)).map_err(|error| WireError {
            message: format!("in {}: {}", call.kernel.name(), error.message),
            ..error
        })
    }

    fn prepare(&self, wire: &WireCall) -> Result<Option<Box<dyn FieldDecoder>>, WireError> {
        let call = self.with_views(wire)?;
        guarded(|| answer_field(self.engine.as_ref(), &call))
    }

    /// Copies values to the shared memory, beginning at the value `from`.
    fn share(&mut self, from: usize, values: &[f32]) -> Result<(), WireError> {
        let shared = self.region.as_mut().map(Region::values).unwrap_or_default();
        let place = shared.get_mut(from..).and_then(|rest| rest.get_mut(..values.len()));
        let place = place.ok_or_else(|| failed("the shared memory is too small"))?;
        place.copy_from_slice(values);
        Ok(())
    }

    fn decode(&mut self, field: u64, count: u64, with_gradient: bool) -> Result<(), WireError> {
        let field = self.fields.get(&field).ok_or_else(|| failed("the field does not exist"))?;
        let shared = self.region.as_mut().map(Region::values).unwrap_or_default();
        let too_small = || failed("the shared memory is too small");
        let count = usize::try_from(count).map_err(|_| too_small())?;
        let points = count.checked_mul(3).ok_or_else(too_small)?;
        let (points, rest) = shared.split_at_mut_checked(points).ok_or_else(too_small)?;
        let points = points.as_chunks().0;
        let width = if with_gradient { 1 } else { field.channels() };
        let values = count.checked_mul(width).ok_or_else(too_small)?;
        let (values, rest) = rest.split_at_mut_checked(values).ok_or_else(too_small)?;
        let batch = field.batch();
        guarded(|| {
            run_on_threads(self.engine.as_ref(), || {
                let points = points.par_chunks(batch);
                if !with_gradient {
                    let pieces = points.zip(values.par_chunks_mut(batch * width));
                    return pieces.try_for_each(|(points, values)| field.decode(points, values));
                }
                let gradients = rest.as_chunks_mut().0.get_mut(..count).unwrap_or_default();
                if gradients.len() < count {
                    return Err(EngineError::Malformed {
                        kernel: "decode",
                        what: "output for the gradients",
                        place: 0,
                    });
                }
                let pieces = points.zip(values.par_chunks_mut(batch)).zip(gradients.par_chunks_mut(batch));
                pieces.try_for_each(|((points, values), gradients)| {
                    field.decode_with_gradient(points, values, gradients)
                })
            })?
        })
    }
}

fn reply(result: Result<(), WireError>) -> Reply {
    match result {
        Ok(()) => Reply::Done,
        Err(error) => Reply::Failed(error),
    }
}
