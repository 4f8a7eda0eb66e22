//! Numbers that PyTorch computed, and the engines that are compared with them.

use std::path::PathBuf;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d_torch::TorchEngine;
use att3d_torch::tch::Device;

/// Returns the folder in which `scripts/check_parity.sh` writes PyTorch's results.
pub fn folder() -> PathBuf {
    PathBuf::from(std::env::var_os("ATT3D_PARITY").expect("run scripts/check_parity.sh"))
}

/// Returns the embedded engine and libtorch on the CPU.
pub fn engines() -> [Arc<dyn Engine>; 2] {
    [Arc::new(CpuEngine::new(None).unwrap()), Arc::new(TorchEngine::new(Device::Cpu, None).unwrap())]
}
