//! Constant arrays that all embedded engines of a process share: the weights of the bundled model.
//!
//! An array lives as long as a buffer of any engine refers to it. It is not counted in the memory of any
//! engine.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::engine::StoredArray;
use crate::engine::array::{Buffer, WeakBuffer};
use crate::engine::error::EngineResult;

/// The address of stored numbers and their size in bytes.
type Place = (usize, usize);

static ARRAYS: Mutex<Option<HashMap<Place, WeakBuffer>>> = Mutex::new(None);

/// Returns the array of some stored numbers: the existing one, or a new one if no engine holds it. Errors:
/// those of `make`.
pub(super) fn shared(
    values: StoredArray<'static>,
    make: impl FnOnce() -> EngineResult<Buffer>,
) -> EngineResult<Buffer> {
    let place = (values.bytes.as_ptr().addr(), values.bytes.len());
    if let Some(buffer) = find(place) {
        return Ok(buffer);
    }
    // The lock is not held here: `make` takes a while, and runs on threads of the engine.
    let made = make()?;
    // Another engine may have made the array in the meantime.
    if let Some(buffer) = find(place) {
        return Ok(buffer);
    }
    let mut arrays = ARRAYS.lock();
    let arrays = arrays.get_or_insert_default();
    arrays.retain(|_, buffer| buffer.is_held());
    arrays.insert(place, made.downgrade());
    Ok(made)
}

fn find(place: Place) -> Option<Buffer> {
    ARRAYS.lock().as_ref()?.get(&place)?.upgrade()
}
