//! Constant arrays that all embedded engines of a process share: the weights of the model that the library carries.
//!
//! An array lives as long as one of its users, and is counted in the memory of no engine.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::engine::{Buffer, EngineResult, StoredArray, WeakBuffer};

/// Where the stored numbers are, and how many bytes of them.
type Place = (usize, usize);

static ARRAYS: Mutex<Option<HashMap<Place, WeakBuffer>>> = Mutex::new(None);

/// The array of some stored numbers: one that an engine holds already, or one that is made now.
pub(super) fn shared(
    values: StoredArray<'static>,
    make: impl FnOnce() -> EngineResult<Buffer>,
) -> EngineResult<Buffer> {
    let place = (values.bytes.as_ptr().addr(), values.bytes.len());
    if let Some(buffer) = find(place) {
        return Ok(buffer);
    }
    // Without the lock: it takes a while, on threads of the engine.
    let made = make()?;
    // Another engine may have been faster.
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
