//! A pickle that is read as data: its instructions make values and call nothing.

#![forbid(unsafe_code)]

mod codes;
mod machine;
mod value;

use super::error::PickleError;

pub(super) use value::{Object, Pickle, Storage, Value, View};

/// Reads a pickle. Errors: [`PickleError`].
pub(super) fn read(bytes: &[u8]) -> Result<Pickle<'_>, PickleError> {
    machine::Machine::new(bytes).run()
}
