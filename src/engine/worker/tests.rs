#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::protocol::{Opening, Reply, Request, VERSION, WireCall, WireView, receive, send};
use super::region::Region;
use super::serve::serve;
use crate::engine::call::{Call, Kernel};
use crate::engine::options::{EngineChoice, EngineOptions};

/// Sends requests, each followed by its bytes, to a worker. Returns the worker's result and its replies.
fn conversation(requests: &[(Request, &[u8])]) -> (std::io::Result<()>, Vec<Reply>) {
    let mut input = Vec::new();
    for (request, bytes) in requests {
        send(&mut input, request).unwrap();
        input.extend_from_slice(bytes);
    }
    let mut output = Vec::new();
    let ended = serve(input.as_slice(), &mut output, Vec::new());
    let mut output = output.as_slice();
    let replies = std::iter::from_fn(|| receive(&mut output).unwrap()).collect();
    (ended, replies)
}

fn open() -> Request {
    let options = EngineOptions { engine: EngineChoice::Embedded, threads: 1, ..EngineOptions::default() };
    Request::Open(Opening { version: VERSION, options })
}

#[test]
fn another_protocol_is_refused_in_a_sentence() {
    let opening = Opening { version: 99, options: EngineOptions::default() };
    let (ended, replies) = conversation(&[(Request::Open(opening), &[])]);
    assert!(ended.is_ok());
    assert!(matches!(replies.as_slice(), [Reply::Failed(error)] if error.message.contains("99")));
    let noise = serve(&b"GET / HTTP/1.1\r\n\r\n"[..], Vec::new(), Vec::new());
    assert!(noise.is_err());
}

#[test]
fn an_array_of_a_failed_kernel_answers_with_the_error_where_it_is_read() {
    let view = |buffer| Some(WireView { buffer, shape: vec![2] });
    let call = |views| WireCall::of(&Call::new(Kernel::Unary, []), views);
    let bytes = [1.0f32, 2.0].map(f32::to_le_bytes);
    let (ended, replies) = conversation(&[
        (open(), &[]),
        (Request::Upload { buffer: 1, precision: 0, shape: vec![2], bytes: 8 }, bytes.as_flattened()),
        (Request::Call { buffer: 2, call: call(vec![view(1)]) }, &[]),
        (Request::Call { buffer: 3, call: call(vec![view(2)]) }, &[]),
        (Request::Download { view: view(3).unwrap() }, &[]),
        (Request::Download { view: view(77).unwrap() }, &[]),
        (Request::Decode { field: 5, count: u64::MAX, with_gradient: true }, &[]),
    ]);
    assert!(ended.is_ok());
    assert_eq!(replies.len(), 4, "{replies:?}");
    assert!(replies.iter().skip(1).all(|reply| matches!(reply, Reply::Failed(_))), "{replies:?}");
}

#[test]
fn a_line_that_ends_within_an_upload_is_an_error() {
    let (ended, _) = conversation(&[
        (open(), &[]),
        (Request::Upload { buffer: 1, precision: 0, shape: vec![2], bytes: 8 }, &[0; 3]),
    ]);
    assert!(ended.is_err());
}

#[test]
fn shared_memory_is_shared_and_its_name_ends_with_it() {
    let (mut ours, name) = Region::make(1 << 16).unwrap();
    let path = name.path().to_owned();
    let length = size_of_val(ours.values()) as u64;
    assert_eq!(length, 4 << 16);
    assert!(Region::open(&path, length + (1 << 20)).is_err());
    let mut theirs = Region::open(&path, length).unwrap();
    ours.values()[65_535] = 2.5;
    assert_eq!((theirs.values().len(), theirs.values()[65_535]), (1 << 16, 2.5));
    drop((name, theirs));
    drop(ours);
    assert!(Region::open(&path, length).is_err());
}
