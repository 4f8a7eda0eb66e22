//! Opening of a prior of any kind.

use std::path::Path;

use tch::Device;

use super::interface::Prior;
use super::own::OwnPrior;
use super::script::ScriptPrior;
use crate::TrainError;

/// Opens a prior: a run folder of `att3d-train prior`, or the file of a TorchScript module. Errors: those of
/// [`OwnPrior::open`] and [`ScriptPrior::open`].
pub fn open(path: &Path, device: Device) -> Result<Box<dyn Prior>, TrainError> {
    if path.is_file() {
        return Ok(Box::new(ScriptPrior::open(path, device)?));
    }
    Ok(Box::new(OwnPrior::open(path, device)?))
}
