//! C++ of libtorch that tch lacks.

pub(crate) use ffi::{
    accelerator_count, accelerator_memory, empty_cache, enter_inference_mode, libtorch_version, open_cuda,
};

#[cxx::bridge(namespace = "att3d")]
mod ffi {
    /// Bytes of a device.
    #[derive(Clone, Copy, Debug)]
    struct DeviceBytes {
        /// Held by tensors.
        in_use: u64,
        /// Held by the allocator, tensors' and kept ones together.
        reserved: u64,
        free: u64,
        total: u64,
    }

    unsafe extern "C++" {
        include!("att3d-torch/src/bridge.h");

        type InferenceMode;

        fn enter_inference_mode() -> UniquePtr<InferenceMode>;
        fn open_cuda() -> Result<()>;
        fn accelerator_count() -> Result<u32>;
        fn accelerator_memory(device: u32) -> Result<DeviceBytes>;
        fn empty_cache() -> Result<()>;
        fn libtorch_version() -> String;
    }
}
