// Functions of libtorch that tch does not provide: inference mode, the allocator's counters, and the late
// opening of the CUDA part.
#pragma once

#include <cstdint>
#include <memory>

#include <c10/core/InferenceMode.h>

#include "rust/cxx.h"

namespace att3d {

// Keeps the calling thread in inference mode until the object is destroyed.
class InferenceMode {
    c10::InferenceMode guard{true};
};

std::unique_ptr<InferenceMode> enter_inference_mode();

// Memory of a device in bytes, defined in bridge.rs.
struct DeviceBytes;

// Opens libtorch_cuda beside libtorch_cpu, once per process. It also turns off TF32 in convolutions, so that
// the significand of an f32 keeps all of its 24 bits and not only 11. Throws if libtorch_cuda does not exist
// or cannot be opened.
void open_cuda();

// Returns the number of CUDA devices. Before open_cuda it returns 0 and does not call libtorch, because
// libtorch would find no device and keep this result for the whole process.
std::uint32_t accelerator_count();

// Returns the memory of a device. Throws if there is no accelerator or no such device.
DeviceBytes accelerator_memory(std::uint32_t device);

// Frees memory that is only kept for reuse. Does nothing if there is no accelerator.
void empty_cache();

// Returns the version of libtorch, such as "2.11.0".
rust::String libtorch_version();

} // namespace att3d
