//! The messages between host and worker. A worker refuses a host with another [`VERSION`] of the messages.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::engine::call::{Call, Kernel};
use crate::engine::error::{EngineError, EngineResult};
use crate::engine::options::EngineOptions;
use crate::engine::table::Status;

/// Version of the messages below.
pub(super) const VERSION: u32 = 4;

/// Largest size of a message in bytes. The bytes of an upload and a field's points are not part of a message.
const LARGEST: u32 = 64 << 20;

/// The content of the first request: the version of the host's messages, and the options of the engine.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Opening {
    pub(super) version: u32,
    pub(super) options: EngineOptions,
}

/// An array of the worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct WireView {
    pub(super) buffer: u64,
    pub(super) shape: Vec<usize>,
}

/// A [`Call`] whose arrays are given by number.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WireCall {
    kernel: u32,
    pub(super) views: Vec<Option<WireView>>,
    integers: Vec<usize>,
    numbers: Vec<f32>,
    indices: Vec<u32>,
}

impl WireCall {
    pub(super) fn of(call: &Call<'_>, views: Vec<Option<WireView>>) -> Self {
        Self {
            kernel: call.kernel as u32,
            views,
            integers: call.integers.clone(),
            numbers: call.numbers.clone(),
            indices: call.indices.to_vec(),
        }
    }

    /// Returns the call without its arrays. Errors: `Unsupported` for a kernel that this build does not know.
    pub(super) fn call(&self) -> EngineResult<Call<'_>> {
        let unknown = EngineError::Unsupported { engine: "worker", kernel: "unknown" };
        let kernel = Kernel::of(self.kernel).ok_or(unknown)?;
        let call = Call::new(kernel, []).integers(self.integers.iter().copied());
        Ok(call.numbers(self.numbers.iter().copied()).indices(&self.indices))
    }
}

/// A message of the host. The host does not wait after a request without an answer. The answer to any request
/// with an answer may be `Failed` instead of the answers listed here.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    /// Opens the engine; always the first message. Answer: `Opened`.
    Open(Opening),
    /// Maps shared memory of `length` bytes. This memory replaces that of an earlier request. Answer: `Done`.
    Map { path: PathBuf, length: u64 },
    /// Copies values into a new array. The given number of bytes follows the message. No answer.
    Upload { buffer: u64, precision: u32, shape: Vec<usize>, bytes: u64 },
    /// Runs a kernel. No answer.
    Call { buffer: u64, call: WireCall },
    /// Runs a kernel that the engine may lack. Answer: `Done` or `Absent`.
    Ask { buffer: u64, call: WireCall },
    /// Frees an array. No answer.
    Free { buffer: u64 },
    /// Copies an array to the beginning of the shared memory. Answer: `Done`.
    Download { view: WireView },
    /// Prepares a field. Answer: `Field` or `Absent`.
    PrepareField { field: u64, call: WireCall },
    /// Evaluates a field. The shared memory holds the points [count, 3], followed by the values [count,
    /// channels]. With gradients, the points are followed by values `[count]` and gradients [count, 3].
    /// Answer: `Done`.
    Decode { field: u64, count: u64, with_gradient: bool },
    /// Computes bounds of channel 0 over a box. Answer: `Bounds`, or `Absent` if the engine has none.
    Bounds { field: u64, minimum: [f32; 3], maximum: [f32; 3] },
    /// Frees a field. No answer.
    FreeField { field: u64 },
    /// Returns the engine's memory. Answer: `Memory`.
    Memory,
    /// Frees the memory that is only kept for reuse. No answer.
    Trim,
    /// Sends a request to a service of the worker. Answer: `Answered`, or `Absent` if the worker has no such
    /// service.
    Service { service: String, request: Vec<u8> },
    /// Sends a request to a service of the worker and discards its answer. No answer.
    TellService { service: String, request: Vec<u8> },
}

/// A message of the worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    Opened(EngineOptions),
    Done,
    Absent,
    Field { channels: u64, batch: u64 },
    Memory { in_use: u64, free: u64, total: u64 },
    Bounds { lowest: f32, highest: f32 },
    Answered(Vec<u8>),
    Failed(WireError),
}

/// An [`EngineError`] in a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct WireError {
    pub(super) status: u32,
    pub(super) message: String,
}

impl WireError {
    pub(super) fn of(error: &EngineError) -> Self {
        Self { status: Status::of_error(error) as u32, message: crate::engine::table::said(error) }
    }
}

/// Encodes a message: its length (32 bits, little-endian), followed by its bytes. Errors: the message is too
/// long.
pub(super) fn encode(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = postcard::to_extend(message, vec![0; 4]).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len() - 4).ok().filter(|&length| length <= LARGEST);
    let length = length.ok_or_else(|| io::Error::other("the message has more than 64 MiB"))?;
    if let Some(head) = bytes.first_chunk_mut() {
        *head = length.to_le_bytes();
    }
    Ok(bytes)
}

/// Writes a message. Errors: those of [`encode`] and of the connection.
pub(super) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    to.write_all(&encode(message)?)?;
    to.flush()
}

/// Reads a message. Returns `None` if the other side closed the connection between two messages.
pub(super) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    if let Err(error) = from.read_exact(&mut length) {
        return if error.kind() == io::ErrorKind::UnexpectedEof { Ok(None) } else { Err(error) };
    }
    let length = u32::from_le_bytes(length);
    if length > LARGEST {
        return Err(io::Error::other("the message has more than 64 MiB, so it is not of this protocol"));
    }
    let mut bytes = vec![0; length as usize];
    from.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes).map(Some).map_err(io::Error::other)
}
