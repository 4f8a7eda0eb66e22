//! The one function of the module, and the conversion of libatt3d's options to an engine.

use std::ffi::CStr;

use att3d::engine::module::has_cuda_driver;
use att3d::engine::table::{EngineTable, RawOptions, Served, serve};
use att3d::engine::{EngineError, EngineResult, Precision};
use tch::Device;

use crate::bridge;
use crate::engine::TorchEngine;
use crate::failure::ENGINE;

/// The version of libtorch that tch 0.24.0 is written for. The C++ interface may differ in any other version.
const VERSION: &str = "2.11.0";

static TABLE: EngineTable = serve::<TorchEngine>();

/// Returns the table of this module: version 1 of libatt3d's contract (`att3d::engine::table`).
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
                // CUDA is opened even for an engine on the CPU, because an engine on CUDA may be created
                // later. libtorch looks for its CUDA part only once, at its first gradient. Without a driver,
                // CUDA is not opened. An error of the opening is ignored.
                if has_cuda_driver() {
                    let _ = bridge::open_cuda();
                }
                Device::Cpu
            }
            1 => {
                open_cuda()?;
                let count = count()?;
                if options.device_index >= count {
                    let message = format!(
                        "there is no CUDA device {} of {count}; devices are counted from 0",
                        options.device_index
                    );
                    return Err(EngineError::NoDevice { engine: ENGINE, message });
                }
                Device::Cuda(options.device_index as usize)
            }
            other => {
                let message =
                    format!("the kind of device {other} is unknown; use 0 for the CPU or 1 for CUDA");
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

/// Checks the version of libtorch. If the process loaded another libtorch first, the module is bound to that
/// one.
fn check_version() -> EngineResult<()> {
    let found = bridge::libtorch_version();
    if found == VERSION {
        return Ok(());
    }
    let message = format!("it is bound to libtorch {found} and needs {VERSION}; use a worker");
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
            "{}; use a libtorch for CUDA 13.0 together with the wheels that come with it",
            error.what()
        ),
    })
}
