//! What host and worker say to each other. Both are of one release; [`VERSION`] holds them to it.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::engine::call::{Call, Kernel};
use crate::engine::choice::EngineOptions;
use crate::engine::table::Status;
use crate::engine::{EngineError, EngineResult};

/// Of the messages below.
pub(super) const VERSION: u32 = 3;

/// Largest message; uploads and fields' points are not part of theirs.
const LARGEST: u32 = 64 << 20;

/// What a worker is to run.
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

/// A [`Call`], its arrays by number.
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

    /// The call without its arrays. Errors: `Unsupported` for a kernel of another version.
    pub(super) fn call(&self) -> EngineResult<Call<'_>> {
        let unknown = EngineError::Unsupported { engine: "worker", kernel: "unknown" };
        let kernel = Kernel::of(self.kernel).ok_or(unknown)?;
        let call = Call::new(kernel, []).integers(self.integers.iter().copied());
        Ok(call.numbers(self.numbers.iter().copied()).indices(&self.indices))
    }
}

/// Of the host. Those without an answer are not waited for.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    /// First of all. Answer: `Opened`.
    Open(Opening),
    /// Memory that both have from now on. Answer: `Done`.
    Map { path: PathBuf, length: u64 },
    /// So many bytes follow. No answer.
    Upload { buffer: u64, precision: u32, shape: Vec<usize>, bytes: u64 },
    /// No answer.
    Call { buffer: u64, call: WireCall },
    /// A kernel that the engine may lack. Answer: `Done` or `Absent`.
    Ask { buffer: u64, call: WireCall },
    /// No answer.
    Free { buffer: u64 },
    /// The values go to the shared memory's beginning. Answer: `Done`.
    Download { view: WireView },
    /// Answer: `Field` or `Absent`.
    PrepareField { field: u64, call: WireCall },
    /// In shared memory: points [count, 3], then room for values [count, channels], or [count] and gradients [count, 3].
    /// Answer: `Done`.
    Decode { field: u64, count: u64, with_gradient: bool },
    /// Answer: `Bounds`, or `Absent` where the engine has none.
    Bounds { field: u64, minimum: [f32; 3], maximum: [f32; 3] },
    /// No answer.
    FreeField { field: u64 },
    /// Answer: `Memory`.
    Memory,
    /// No answer.
    Trim,
    /// A request to a service of the worker. Answer: `Answered`, or `Absent` where it has no such service.
    Service { service: String, request: Vec<u8> },
    /// As `Service`. No answer.
    TellService { service: String, request: Vec<u8> },
}

/// Of the worker.
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

/// An [`EngineError`], as it crosses.
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

/// A message as it is sent: its length, 32 bits little-endian, and itself. Errors: one that is too long.
pub(super) fn encode(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = postcard::to_extend(message, vec![0; 4]).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len() - 4).ok().filter(|&length| length <= LARGEST);
    let length = length.ok_or_else(|| io::Error::other("a message of more than 64 MiB"))?;
    if let Some(head) = bytes.first_chunk_mut() {
        *head = length.to_le_bytes();
    }
    Ok(bytes)
}

/// Writes a message. Errors: of [`encode`], and of the line.
pub(super) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    to.write_all(&encode(message)?)?;
    to.flush()
}

/// Reads a message; `None` where the other side closed the line between two.
pub(super) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    if let Err(error) = from.read_exact(&mut length) {
        return if error.kind() == io::ErrorKind::UnexpectedEof { Ok(None) } else { Err(error) };
    }
    let length = u32::from_le_bytes(length);
    if length > LARGEST {
        return Err(io::Error::other("a message of more than 64 MiB: not of this protocol"));
    }
    let mut bytes = vec![0; length as usize];
    from.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes).map(Some).map_err(io::Error::other)
}
