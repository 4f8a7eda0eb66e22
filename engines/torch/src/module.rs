//! The one function of the module, and how libatt3d's options become an engine.

use std::ffi::CStr;

use att3d::engine::module::has_cuda_driver;
use att3d::engine::table::{EngineTable, RawOptions, Served, serve};
use att3d::engine::{EngineError, EngineResult, Precision};
use tch::Device;

use crate::bridge;
use crate::engine::TorchEngine;
use crate::failure::ENGINE;

/// The libtorch that tch 0.24.0 is written for: its C++ interface may differ in any other.
const VERSION: &str = "2.11.0";

static TABLE: EngineTable = serve::<TorchEngine>();

/// Hands over the table of this module: version 1 of libatt3d's contract (`att3d::engine::table`).
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "the one name that is exported")]
pub extern "C" fn att3d_engine_v1_get() -> *const EngineTable {
    &TABLE
}

impl Served for TorchEngine {
    const NAME: &'static CStr = c"torch";
    const LIBRARY: &'static CStr = c"libtorch 2.11.0";

    fn cuda_device_count() -> EngineResult<u32> {
        check_version()?;
        open_cuda()?;
        count()
    }

    fn open(options: &RawOptions) -> EngineResult<Self> {
        check_version()?;
        let device = match options.device {
            0 => {
                // libtorch finds its CUDA part at its first gradient, or never: a context on CUDA may come later. Where
                // there is no driver, or no such part, there is nothing to find.
                if has_cuda_driver() {
                    let _ = bridge::open_cuda();
                }
                Device::Cpu
            }
            1 => {
                open_cuda()?;
                let count = count()?;
                if options.device_index >= count {
                    let message = format!("CUDA device {} of {count}: count from 0", options.device_index);
                    return Err(EngineError::NoDevice { engine: ENGINE, message });
                }
                Device::Cuda(options.device_index as usize)
            }
            other => {
                let message = format!("a device of kind {other}; it knows 0, the CPU, and 1, CUDA");
                return Err(EngineError::NoDevice { engine: ENGINE, message });
            }
        };
        let precision = Precision::of(options.precision).ok_or(EngineError::Malformed {
            kernel: "create",
            what: "known precision",
            place: 0,
        })?;
        let threads = (options.threads > 0).then(|| i32::try_from(options.threads).unwrap_or(i32::MAX));
        Ok(Self::new(device, threads)?.with_precision(precision).with_field_budget(options.field_budget))
    }
}

/// A process that loaded another libtorch first has bound this module to it.
fn check_version() -> EngineResult<()> {
    let found = bridge::libtorch_version();
    if found == VERSION {
        return Ok(());
    }
    let message = format!("it is bound to libtorch {found} and needs {VERSION}: use a worker");
    Err(EngineError::Backend { engine: ENGINE, kernel: "create", message })
}

fn count() -> EngineResult<u32> {
    bridge::accelerator_count()
        .map_err(|error| EngineError::NoDevice { engine: ENGINE, message: error.what().to_owned() })
}

fn open_cuda() -> EngineResult<()> {
    bridge::open_cuda().map_err(|error| EngineError::NoDevice {
        engine: ENGINE,
        message: format!(
            "{}; a libtorch with CUDA 13.0 has it, and the wheels that come with it",
            error.what()
        ),
    })
}
