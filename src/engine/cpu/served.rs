//! The embedded engine as a module would provide it. It is the smallest example of a module, and tests the
//! connection to modules.

use std::ffi::CStr;

use super::CpuEngine;
use crate::engine::error::{EngineError, EngineResult};
use crate::engine::table::{RawOptions, Served};

impl Served for CpuEngine {
    const NAME: &'static CStr = c"cpu";
    const LIBRARY: &'static CStr = c"libatt3d";

    fn cuda_device_count() -> EngineResult<u32> {
        Ok(0)
    }

    fn open(options: &RawOptions) -> EngineResult<Self> {
        if options.device != 0 || options.precision != 0 {
            let message = "it runs only on the CPU and in F32".to_owned();
            return Err(EngineError::NoDevice { engine: "cpu", message });
        }
        Self::new((options.threads > 0).then_some(options.threads as usize))
    }
}
