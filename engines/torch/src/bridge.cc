#include "att3d-torch/src/bridge.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <c10/util/Exception.h>
#include <torch/csrc/inductor/aoti_torch/c/shim.h>

#include <mutex>
#include <stdexcept>
#include <string>

#if defined(__linux__)
#include <dlfcn.h>
#endif

#include "att3d-torch/src/bridge.rs.h"

namespace att3d {

std::unique_ptr<InferenceMode> enter_inference_mode() { return std::make_unique<InferenceMode>(); }

namespace {

std::mutex opening;
bool is_open = false;

} // namespace

void open_cuda() {
    const std::lock_guard<std::mutex> held(opening);
    if (is_open) return;
#if defined(__linux__)
    Dl_info info;
    if (dladdr(reinterpret_cast<void *>(&aoti_torch_abi_version), &info) == 0 || info.dli_fname == nullptr) {
        throw std::runtime_error("libtorch's folder is not known");
    }
    const std::string cpu = info.dli_fname;
    const std::string path = cpu.substr(0, cpu.rfind('/') + 1) + "libtorch_cuda.so";
    // Loading the library registers its kernels. It is never closed.
    if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) {
        const char *said = dlerror();
        throw std::runtime_error(said == nullptr ? path + " does not open" : said);
    }
#endif
    is_open = true;
    at::globalContext().setAllowTF32CuDNN(false);
}

namespace {

// Returns whether there is an accelerator with an allocator. The CPU does not count as one.
bool has_accelerator() { return at::accelerator::getAccelerator(false).has_value(); }

c10::DeviceIndex checked(std::uint32_t device) {
    if (device >= accelerator_count()) {
        throw std::runtime_error("there is no accelerator " + std::to_string(device));
    }
    return static_cast<c10::DeviceIndex>(device);
}

} // namespace

std::uint32_t accelerator_count() {
    const std::lock_guard<std::mutex> held(opening);
    return is_open && has_accelerator() ? static_cast<std::uint32_t>(at::accelerator::deviceCount()) : 0;
}

DeviceBytes accelerator_memory(std::uint32_t device) {
    const auto index = checked(device);
    const auto all = static_cast<std::size_t>(c10::CachingDeviceAllocator::StatType::AGGREGATE);
    const auto stats = at::accelerator::getDeviceStats(index);
    const auto [free, total] = at::accelerator::getMemoryInfo(index);
    return DeviceBytes{
        static_cast<std::uint64_t>(stats.allocated_bytes.at(all).current),
        static_cast<std::uint64_t>(stats.reserved_bytes.at(all).current),
        static_cast<std::uint64_t>(free),
        static_cast<std::uint64_t>(total),
    };
}

void empty_cache() {
    if (accelerator_count() > 0) at::accelerator::emptyCache();
}

rust::String libtorch_version() {
    const std::uint64_t version = aoti_torch_abi_version();
    const auto part = [version](int shift) { return std::to_string((version >> shift) & 0xff); };
    return part(56) + "." + part(48) + "." + part(40);
}

} // namespace att3d
