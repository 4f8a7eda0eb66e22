//! Functions of libtorch that tch does not provide, in C++.

pub(crate) use ffi::{
    accelerator_count, accelerator_memory, empty_cache, enter_inference_mode, libtorch_version, open_cuda,
};

#[cxx::bridge(namespace = "att3d")]
mod ffi {
    /// Memory of a device, in bytes.
    #[derive(Clone, Copy, Debug)]
    struct DeviceBytes {
        /// Bytes that tensors hold.
        in_use: u64,
        /// Bytes that the allocator holds, for tensors and for reuse.
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
