// What tch lacks of libtorch: inference mode, the allocator's counters, and the late opening of the CUDA part.
#pragma once

#include <cstdint>
#include <memory>

#include <c10/core/InferenceMode.h>

#include "rust/cxx.h"

namespace att3d {

// Inference mode of the calling thread while it lives.
class InferenceMode {
    c10::InferenceMode guard{true};
};

std::unique_ptr<InferenceMode> enter_inference_mode();

// Bytes.
struct DeviceBytes;

// Opens libtorch_cuda beside libtorch_cpu, once, and keeps convolutions in f32 there from TF32's 11 bits, for this process.
// Throws where it is not there or does not open.
void open_cuda();

// CUDA devices; 0 before open_cuda, since libtorch remembers for ever that there are none if it is asked before.
std::uint32_t accelerator_count();

// Throws where there is no accelerator, or no such device.
DeviceBytes accelerator_memory(std::uint32_t device);

// Gives memory that is only kept for reuse back to the system. Nothing where there is no accelerator.
void empty_cache();

// "2.11.0".
rust::String libtorch_version();

} // namespace att3d
