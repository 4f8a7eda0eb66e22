// Devices, contexts, models, readings of prompts, and latents.
// Part of att3d.hpp, which states the rules. Licensed MIT OR Apache-2.0.
#ifndef ATT3D_MODEL_HPP
#define ATT3D_MODEL_HPP

#include "base.hpp"

namespace att3d {

// ---- Devices and contexts ---------------------------------------------------------------------------------

/// Kind of device.
enum class Device : att3d_device {
    automatic = ATT3D_DEVICE_AUTO, ///< A CUDA device if libtorch runs and has one, otherwise the CPU.
    cpu = ATT3D_DEVICE_CPU,        ///< The CPU.
    cuda = ATT3D_DEVICE_CUDA,      ///< A CUDA device.
};

/// Engine that runs the networks.
enum class Engine : att3d_engine {
    automatic = ATT3D_ENGINE_AUTO,    ///< libtorch on a CUDA device, otherwise the embedded engine.
    embedded = ATT3D_ENGINE_EMBEDDED, ///< The engine inside the library, on the CPU.
    torch = ATT3D_ENGINE_TORCH,       ///< libtorch, through the module libatt3d_torch.
};

/// Number format in which the networks are computed.
enum class Precision : att3d_precision {
    f32 = ATT3D_PRECISION_F32, ///< 32-bit floats.
    /// 16-bit floats with 8 significant bits. The embedded engine is faster in this format on processors with
    /// AMX, on Linux. With AVX-512-BF16, it is faster only for large models; on other processors it is slower.
    bf16 = ATT3D_PRECISION_BF16,
    f16 = ATT3D_PRECISION_F16, ///< 16-bit floats with 11 significant bits; only with libtorch.
};

/// Priority of a context's threads.
enum class ThreadPriority : att3d_thread_priority {
    normal = ATT3D_PRIORITY_NORMAL, ///< The priority of the thread that makes the context.
    low = ATT3D_PRIORITY_LOW,       ///< A lower priority, so that a host stays responsive.
};

/// Options of a context.
struct ContextOptions {
    /// Kind of device.
    Device device = Device::automatic;
    /// Index of the CUDA device; 0 for other kinds of device.
    std::uint32_t device_index = 0;
    /// Number of threads of the engine, at most 1024; 0 for one per processor.
    std::uint32_t thread_count = 0;
    /// Engine that runs the networks.
    Engine engine = Engine::automatic;
    /// Number format in which the networks are computed.
    Precision precision = Precision::f32;
    /// Whether the engine runs in a separate process. The process runs the program att3d-worker, or else the
    /// command att3d. One of them must be beside the library, or the environment variable ATT3D_WORKER must
    /// have its path.
    bool is_worker = false;
    /// Priority of the context's threads.
    ThreadPriority thread_priority = ThreadPriority::normal;
    /// Largest number of bytes for a field's intermediate values on a CUDA device; 0 for 256 MiB.
    std::uint64_t field_memory = 0;
    /// Largest number of bytes that the context's models and its work may take together; 0 for no limit.
    std::uint64_t memory_limit = 0;

    /// Returns the C description.
    att3d_context_desc desc() const {
        auto desc = detail::sized<att3d_context_desc>();
        desc.device = static_cast<att3d_device>(device);
        desc.device_index = device_index;
        desc.thread_count = thread_count;
        desc.engine = static_cast<att3d_engine>(engine);
        desc.precision = static_cast<att3d_precision>(precision);
        desc.is_worker = is_worker ? 1 : 0;
        desc.thread_priority = static_cast<att3d_thread_priority>(thread_priority);
        desc.field_memory = field_memory;
        desc.memory_limit = memory_limit;
        return desc;
    }
};

/// Description of a context.
struct ContextInfo {
    Device device;               ///< Kind of device: cpu or cuda.
    std::uint32_t device_index;  ///< Index of the device among the devices of its kind.
    std::uint32_t thread_count;  ///< Number of threads of the context.
    Engine engine;               ///< Engine: embedded or torch.
    Precision precision;         ///< Number format in which the networks are computed.
    bool is_worker;              ///< Whether the engine runs in a separate process.
    std::uint64_t memory_in_use; ///< Number of bytes in use; see att3d_context_info.
    std::uint64_t memory_free;   ///< Free bytes of the device; 0 if unknown.
    std::uint64_t memory_total;  ///< Total bytes of the device; 0 if unknown.
};

/// Description of a device on which a context can run.
struct DeviceInfo {
    Device device;              ///< Kind of device: cpu or cuda.
    std::uint32_t device_index; ///< Index of the device among the devices of its kind.
    std::uint32_t thread_count; ///< Number of threads that a context on this device runs by default.
    Engine engine;              ///< Engine: embedded or torch.
    std::string name;           ///< Name to show to users.
};

/// Returns the available devices (att3d_device_count and att3d_device_get_info). Loads libtorch if its module
/// is installed.
inline std::vector<DeviceInfo> devices() {
    std::uint32_t count = 0;
    throw_unless_ok(att3d_device_count(&count));
    std::vector<DeviceInfo> found;
    for (std::uint32_t index = 0; index < count; index++) {
        const auto info = detail::get<att3d_device_info>(att3d_device_get_info, index);
        found.push_back({static_cast<Device>(info.device), info.device_index, info.thread_count,
                         static_cast<Engine>(info.engine), info.name});
    }
    return found;
}

/// An engine with its threads, into which models are loaded (Model::load).
class Context : public detail::Object<att3d_context, att3d_context_free> {
public:
    using Object::Object;
    /// Makes a context and starts its threads. Throws StatusCode::unsupported if the engine, device or
    /// precision is not available, and StatusCode::engine if the engine or the worker cannot start.
    explicit Context(const ContextOptions &options = {}) : Object(create(options)) {}
    /// Returns the engine, the device and the memory of the context.
    ContextInfo info() const {
        const auto info = detail::get<att3d_context_info>(att3d_context_get_info, get());
        return {static_cast<Device>(info.device),
                info.device_index,
                info.thread_count,
                static_cast<Engine>(info.engine),
                static_cast<Precision>(info.precision),
                info.is_worker != 0,
                info.memory_in_use,
                info.memory_free,
                info.memory_total};
    }
    /// Releases memory that is only kept for reuse by later calls.
    void trim() const { throw_unless_ok(att3d_context_trim(get())); }
    /// Sets the callback that receives log lines; empty for no log. When the function returns, the previous
    /// callback is no longer called. Throws StatusCode::busy inside a callback.
    void set_log(Log log) const {
        if (!log) return throw_unless_ok(att3d_context_set_log(get(), nullptr, nullptr, nullptr));
        auto kept = std::make_unique<Log>(std::move(log));
        const auto call = [](void *user, att3d_log_level level, const char *message) {
            try {
                (*static_cast<Log *>(user))(static_cast<LogLevel>(level), message);
            } catch (...) { // No exception may pass through C.
            }
        };
        const auto release = [](void *user) { delete static_cast<Log *>(user); };
        throw_unless_ok(att3d_context_set_log(get(), call, kept.get(), release));
        kept.release(); // The library now owns the function and deletes it by the callback above.
    }

private:
    static att3d_context *create(const ContextOptions &options) {
        const auto desc = options.desc();
        att3d_context *handle = nullptr;
        throw_unless_ok(att3d_context_create(&desc, &handle));
        return handle;
    }
};

// ---- Models -----------------------------------------------------------------------------------------------

/// Capability of a model.
enum class Capability : std::uint32_t {
    shape = ATT3D_CAPABILITY_SHAPE,         ///< It takes a shape in addition to the prompt.
    materials = ATT3D_CAPABILITY_MATERIALS, ///< It predicts metallic and roughness.
    seeds = ATT3D_CAPABILITY_SEEDS,         ///< It makes variants of a prompt, which a seed selects.
    words = ATT3D_CAPABILITY_WORDS,         ///< It has a list of known words (Model::words).
};

/// Description of a model.
struct ModelInfo {
    std::uint32_t format_version;  ///< Version of the package's format.
    std::uint32_t capabilities;    ///< Values of Capability, combined with |; see has().
    std::uint32_t word_count;      ///< Number of known words; 0 without Capability::words.
    std::uint32_t context_length;  ///< Largest number of tokens in a prompt, including start and end.
    float meters_per_unit;         ///< Meters per unit of object space, which is 2 units wide.
    std::uint64_t parameter_count; ///< Number of parameters in the package.
    std::uint32_t thing_count;     ///< Number of known things; 0 if the package has no word groups.

    /// Returns whether the model has a capability.
    bool has(Capability capability) const noexcept {
        return (capabilities & static_cast<std::uint32_t>(capability)) != 0;
    }
};

/// Source of a model and progress of its loading. Without path and bytes it is the bundled model.
struct LoadOptions {
    /// Path of an .att3d file or of a package folder.
    std::optional<std::string> path{};
    /// Contents of an .att3d file, which are copied.
    std::optional<Span<const std::uint8_t>> bytes{};
    /// Progress callback.
    Progress progress{};

    /// Returns the C description without progress. It refers to the path and the bytes.
    att3d_load_desc desc() const {
        auto desc = detail::sized<att3d_load_desc>();
        if (path) desc.path = detail::c_text(*path);
        // In the description, null selects the bundled model, so empty contents need another address.
        if (bytes) desc.bytes = bytes->empty() ? static_cast<const void *>("") : bytes->data();
        if (bytes) desc.size = bytes->size();
        return desc;
    }
};

/// Whether a prompt must name a thing.
enum class ReadMode : std::uint32_t {
    thing = 0,                  ///< It must name a thing that the model knows.
    change = ATT3D_READ_CHANGE, ///< A change ("made of gold") is enough, because a shape is given too.
};

struct Reading;

/// A package that is loaded on a context's engine.
class Model : public detail::Object<att3d_model, att3d_model_free> {
public:
    using Object::Object;
    /// Loads the bundled model, or the model in a file, a folder or an array of bytes. Throws StatusCode::io
    /// if the file cannot be read, and format if the package is damaged. Throws out_of_memory if the model
    /// exceeds the context's memory limit, and cancelled if the progress callback stopped the work. Throws
    /// unsupported if there is no bundled model.
    static Model load(const Context &context, const LoadOptions &options = {}) {
        const auto desc = detail::lend(options);
        return detail::make<Model>(att3d_model_load, context.get(), &desc);
    }
    /// Reads what a package states about its model, without the weights. The call takes some milliseconds,
    /// whatever the size of the package, and does not detect damaged weights. If a package folder states no
    /// checksum of its weights, the call reads the weights once to compute it. The result throws
    /// StatusCode::unloaded for all work that needs the weights.
    static Model describe(const Context &context, const LoadOptions &options = {}) {
        const auto desc = detail::lend(options);
        return detail::make<Model>(att3d_model_describe, context.get(), &desc);
    }
    /// Releases the weights even if latents, jobs and live sessions still refer to the model. Running work
    /// continues to its end. Later work that needs the weights throws StatusCode::unloaded. Fields and meshes
    /// still work.
    void unload() const { throw_unless_ok(att3d_model_unload(get())); }
    /// Returns the model's capabilities and sizes.
    ModelInfo info() const {
        const auto info = detail::get<att3d_model_info>(att3d_model_get_info, get());
        return {info.format_version, info.capabilities,    info.word_count,
                info.context_length, info.meters_per_unit, info.parameter_count,
                info.thing_count};
    }
    /// Returns the model's name.
    std::string name() const { return detail::text(att3d_model_get_name, get()); }
    /// Returns the license of the weights, as an SPDX expression.
    std::string license() const { return detail::text(att3d_model_get_license, get()); }
    /// Returns the digest of the package, 24 hexadecimal digits that identify it.
    std::string digest() const { return detail::text(att3d_model_get_digest, get()); }
    /// Returns the words that the model knows; empty without Capability::words.
    std::vector<std::string> words() const {
        return detail::lines(detail::text(att3d_model_get_words, get()));
    }
    /// Returns the phrases that the model knows, each as a pair of the group's name and the phrase; empty if
    /// the package has no word groups.
    std::vector<std::pair<std::string, std::string>> word_groups() const {
        return detail::pairs(detail::text(att3d_model_get_word_groups, get()));
    }
    /// Reads a prompt without running a network. Throws StatusCode::prompt if the prompt names no thing that
    /// the model knows; the message suggests things with a similar meaning.
    Reading read(const std::string &prompt, ReadMode mode = ReadMode::thing) const;
};

/// Returns the package of the bundled model, the contents of an .att3d file. The bytes are valid as long as the
/// library is loaded. Throws StatusCode::unsupported if there is no bundled model.
inline Span<const std::uint8_t> bundled_package() {
    const void *bytes = nullptr;
    std::size_t size = 0;
    throw_unless_ok(att3d_bundled_package(&bytes, &size));
    return {static_cast<const std::uint8_t *>(bytes), size};
}

// ---- Readings of prompts ----------------------------------------------------------------------------------

/// What was understood of a prompt. All members are copies.
struct Reading {
    /// Phrase that the model encodes, such as "a green truck".
    std::string phrase;
    /// Name that the model's package gives to the thing, such as "truck". It is empty if the prompt has only
    /// a change, and for a model without word groups.
    std::string thing;
    /// Attributes of the thing, as the model's package names them, such as "green" and "with roof".
    std::vector<std::string> attributes;
    /// Words that were left out, as they were typed.
    std::vector<std::string> left_out;
    /// Words of the prompt that were replaced, each as a pair of the typed word and the known word.
    std::vector<std::pair<std::string, std::string>> replaced;
    /// One line to show to users, such as "a green truck (left out: monster)". It is empty if the phrase has
    /// the same words as the prompt.
    std::string understood;
};

namespace detail {

/// Returns a copy of a reading. The arguments are those of make, for a function that makes an att3d_reading.
template <class F, class... Arguments>
Reading read(F function, Arguments... arguments) {
    using Handle = Object<att3d_reading, att3d_reading_free>;
    const auto handle = make<Handle>(function, arguments...);
    const auto *reading = handle.get();
    return {text(att3d_reading_get_phrase, reading),
            text(att3d_reading_get_thing, reading),
            lines(text(att3d_reading_get_attributes, reading)),
            lines(text(att3d_reading_get_left_out, reading)),
            pairs(text(att3d_reading_get_replaced, reading)),
            text(att3d_reading_get_understood, reading)};
}

} // namespace detail

inline Reading Model::read(const std::string &prompt, ReadMode mode) const {
    return detail::read(att3d_model_read, get(), detail::c_text(prompt), static_cast<std::uint32_t>(mode));
}

// ---- Latents ----------------------------------------------------------------------------------------------

/// The text embedding of a prompt, or a mix of several.
class Latent : public detail::Object<att3d_latent, att3d_latent_free> {
public:
    using Object::Object;
    /// Encodes a prompt or a variant of it. seed: 0 for the plain prompt; every other number selects a
    /// variant. Throws StatusCode::prompt if the prompt cannot be understood, and StatusCode::unsupported for
    /// a seed other than 0 if the model does not have Capability::seeds.
    static Latent from_prompt(const Model &model, const std::string &prompt, std::uint64_t seed = 0) {
        return detail::make<Latent>(att3d_latent_from_prompt, model.get(), detail::c_text(prompt), seed);
    }
    /// Mixes latents of one model: computes their weighted sum. latents: 1 to 1024. weights: one number per
    /// latent, from -1000 to 1000; they should sum to 1.
    static Latent mix(const List<Latent> &latents, Span<const float> weights) {
        detail::demand(latents.size() == weights.size(),
                       "there are " + std::to_string(latents.size()) + " latents and " +
                           std::to_string(weights.size()) + " weights; give one weight per latent");
        return detail::make<Latent>(att3d_latent_mix, latents.data(), weights.data(), latents.size());
    }
    /// Returns a latent with an offset of `att3d-train refine` added. path: file in UTF-8. The result has the
    /// prompt and the reading of this latent. Throws StatusCode::invalid_argument for an offset of another
    /// model, and StatusCode::format for a file that is not an offset.
    Latent add_offset(const std::string &path) const {
        return detail::make<Latent>(att3d_latent_add_offset, get(), detail::c_text(path));
    }
    /// Returns the reading of the prompt. The reading of a mix has the left-out words and the replaced words
    /// of all its prompts; see att3d_latent_get_reading.
    Reading reading() const { return detail::read(att3d_latent_get_reading, get()); }
};

/// Encodes prompts in one batch. prompts: 1 to 1024. If one prompt fails, the call throws and no latent is
/// made.
inline std::vector<Latent> latents_from_prompts(const Model &model, const std::vector<std::string> &prompts) {
    std::vector<const char *> texts;
    for (const auto &prompt : prompts) texts.push_back(detail::c_text(prompt));
    return detail::make_all<Latent>(texts.size(), att3d_latents_from_prompts, model.get(), texts.data(),
                                    texts.size());
}

} // namespace att3d

#endif // ATT3D_MODEL_HPP
