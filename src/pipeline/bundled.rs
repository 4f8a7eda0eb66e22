//! The package of the bundled model, which is part of the library.

use std::sync::{Arc, Weak};

#[cfg(feature = "bundled-model")]
use att3d_toybox_1::BYTES as FIRST_HALF;
#[cfg(feature = "bundled-model")]
use att3d_toybox_2::BYTES as SECOND_HALF;
use parking_lot::Mutex;

use crate::weights::Package;

use super::PipelineError;
use super::description::Description;

/// Data that all models of the bundled package share. It is freed with the last of these models.
#[derive(Debug)]
pub(super) struct Bundled {
    pub(super) package: Package,
    pub(super) description: Arc<Description>,
}

/// Bytes of the bundled package, aligned so that they are used in place.
#[cfg(feature = "bundled-model")]
static BYTES: Aligned<[u8; FIRST_HALF.len() + SECOND_HALF.len()]> = Aligned(joined_halves());

/// Wrapper that aligns its bytes to a cache line. An array of bytes alone guarantees no alignment.
#[cfg(feature = "bundled-model")]
#[repr(align(64))]
struct Aligned<T>(T);

/// Joins the halves of the bundled package at compile time.
#[cfg(feature = "bundled-model")]
const fn joined_halves() -> [u8; FIRST_HALF.len() + SECOND_HALF.len()] {
    let mut whole = [0; FIRST_HALF.len() + SECOND_HALF.len()];
    let (first, second) = whole.split_at_mut(FIRST_HALF.len());
    first.copy_from_slice(&FIRST_HALF);
    second.copy_from_slice(&SECOND_HALF);
    whole
}

/// Returns the bundled package, an `.att3d` file. Errors: `NoBundledModel` for a build without the feature
/// `bundled-model`, and for a file in which `scripts/remove_model.py` has overwritten the package with zeros.
pub fn package_bytes() -> Result<&'static [u8], PipelineError> {
    #[cfg(feature = "bundled-model")]
    {
        // `black_box` makes the compiler read the bytes of the file and not those that it has compiled.
        let bytes: &'static [u8] = std::hint::black_box(&BYTES.0);
        if bytes.first().is_some_and(|byte| *byte != 0) {
            return Ok(bytes);
        }
    }
    Err(PipelineError::NoBundledModel)
}

/// Returns the data that all bundled models share. Errors: `NoBundledModel`, `Package`, `Prompt`.
pub(super) fn shared() -> Result<Arc<Bundled>, PipelineError> {
    static SHARED: Mutex<Weak<Bundled>> = Mutex::new(Weak::new());
    let known = SHARED.lock().upgrade();
    if let Some(known) = known {
        return Ok(known);
    }
    let package = Package::from_static(package_bytes()?)?;
    // The bundled tokenizer is trusted, so it may run in this process, where all contexts share it.
    let description = Arc::new(Description::of(&package, None)?);
    let bundled = Arc::new(Bundled { package, description });
    *SHARED.lock() = Arc::downgrade(&bundled);
    Ok(bundled)
}

impl Description {
    /// Returns the description of the bundled model. Errors: `NoBundledModel`, `Package`, `Prompt`.
    pub fn bundled() -> Result<Arc<Self>, PipelineError> {
        Ok(shared()?.description.clone())
    }
}
