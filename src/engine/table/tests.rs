#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::ffi::{CStr, c_char};

use super::serve::guard;
use super::{ErrorText, Status};
use crate::engine::error::EngineError;

/// Returns the status of a call that fails, and the text that it writes into a buffer of `room` bytes.
fn said(room: usize, work: impl FnOnce() -> Result<Status, EngineError>) -> (u32, String) {
    let mut text = vec![b'?' as c_char; room];
    let status = guard(ErrorText { text: text.as_mut_ptr(), capacity: room }, work);
    let bytes: Vec<u8> = text.iter().map(|&byte| byte as u8).collect();
    (status, CStr::from_bytes_until_nul(&bytes).unwrap().to_str().unwrap().to_owned())
}

#[test]
fn a_panic_becomes_a_text() {
    let (status, text) = said(256, || panic!("on purpose"));
    assert_eq!(
        (status, text.as_str()),
        (Status::Failed as u32, "a defect of the module was caught: on purpose")
    );
}

#[test]
fn a_text_is_cut_at_a_character() {
    let fail = || Err(EngineError::NoDevice { engine: "x", message: "größer".into() });
    assert_eq!(said(64, fail), (Status::NoDevice as u32, "größer".to_owned()));
    assert_eq!(said(4, fail).1, "gr");
    assert_eq!(said(1, fail).1, "");
    let nowhere = ErrorText { text: std::ptr::null_mut(), capacity: 9 };
    assert_eq!(guard(nowhere, fail), Status::NoDevice as u32);
}

#[test]
fn statuses_keep_their_numbers() {
    for status in [
        Status::Done,
        Status::Absent,
        Status::Failed,
        Status::OutOfMemory,
        Status::Malformed,
        Status::NoDevice,
    ] {
        assert_eq!(Status::of(status as u32), status);
    }
    assert_eq!(Status::of(u32::MAX), Status::Failed);
}
