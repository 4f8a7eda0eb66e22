// Statuses, the version, callbacks, and views of arrays.
// Part of att3d.hpp, which states the rules. Licensed MIT OR Apache-2.0.
#ifndef ATT3D_BASE_HPP
#define ATT3D_BASE_HPP

#include <att3d.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace att3d {

// ---- Statuses and errors ----------------------------------------------------------------------------------

/// Result of a function of att3d.h. The name is not Status, which Xlib.h defines as a macro.
enum class StatusCode : att3d_status {
    ok = ATT3D_OK,                             ///< The call succeeded.
    null_argument = ATT3D_NULL_ARGUMENT,       ///< A pointer is null, or an object was moved from.
    invalid_argument = ATT3D_INVALID_ARGUMENT, ///< An argument is malformed or out of range.
    prompt = ATT3D_PROMPT,                     ///< The prompt is empty or too long, or names no known thing.
    io = ATT3D_IO,                             ///< The system could not read or write a file.
    format = ATT3D_FORMAT,               ///< A package or file is damaged or has an unsupported version.
    unsupported = ATT3D_UNSUPPORTED,     ///< This build, device or model does not support the request.
    out_of_memory = ATT3D_OUT_OF_MEMORY, ///< The work would exceed its memory limit.
    engine = ATT3D_ENGINE,               ///< The engine failed, or no thread could be started.
    empty_surface = ATT3D_EMPTY_SURFACE, ///< The field has no surface.
    cancelled = ATT3D_CANCELLED,         ///< The caller stopped the work.
    busy = ATT3D_BUSY,                   ///< The job is running, or a callback would have to wait.
    unloaded = ATT3D_UNLOADED,           ///< The model was unloaded.
    timeout = ATT3D_TIMEOUT,             ///< The wait timed out; the work continues.
    buffer_too_small = ATT3D_BUFFER_TOO_SMALL, ///< The buffer is too small.
    internal = ATT3D_INTERNAL,                 ///< A defect of the library was caught.
    forked = ATT3D_FORKED,                     ///< The handle was made in the parent process before a fork.
};

/// Returns the name of a status in att3d.h, such as "ATT3D_PROMPT", or "unknown".
inline const char *status_name(StatusCode status) noexcept {
    return att3d_status_name(static_cast<att3d_status>(status));
}

/// The exception of a call that failed. what() is the library's message.
class Error : public std::runtime_error {
public:
    /// Makes an exception. status: not ok. message: UTF-8.
    Error(StatusCode status, const std::string &message) : std::runtime_error(message), status_(status) {}
    /// Returns the status of the call, such as StatusCode::prompt.
    StatusCode status() const noexcept { return status_; }

private:
    StatusCode status_;
};

/// Throws Error with the message of this thread's last call, unless the status is ATT3D_OK.
/// The name is long because some hosts define macros such as `check`.
inline void throw_unless_ok(att3d_status status) {
    if (status != ATT3D_OK) throw Error(static_cast<StatusCode>(status), att3d_last_error());
}

// ---- Version ----------------------------------------------------------------------------------------------

/// Returns the ABI version of the library, major << 16 | minor.
inline std::uint32_t abi_version() noexcept { return att3d_abi_version(); }

/// Returns the library's version, such as "0.1.0".
inline std::string version() { return att3d_version(); }

/// Returns whether the library has the functions of this header: the same major number of the ABI, and at
/// least the same minor number.
inline bool is_compatible() noexcept {
    constexpr std::uint32_t least = ATT3D_ABI_MAJOR << 16 | ATT3D_ABI_MINOR;
    return abi_version() >> 16 == ATT3D_ABI_MAJOR && abi_version() >= least;
}

// ---- Callbacks --------------------------------------------------------------------------------------------

/// Kind of a log line.
enum class LogLevel : att3d_log_level {
    warning = ATT3D_LOG_WARNING, ///< The work was done, but not exactly as it was asked for.
    info = ATT3D_LOG_INFO,       ///< A model was loaded or unloaded.
};

/// Callback that receives log lines. It is called on any thread, and several threads may run it at the same
/// time. Its exceptions are ignored.
using Log = std::function<void(LogLevel level, const std::string &message)>;

/// Callback that receives progress, a fraction that rises from 0 to 1; empty for none. It is called on a
/// thread of the library or of the caller. It stops the work by returning true or by throwing. The call then
/// throws StatusCode::cancelled, and a job fails with that status.
using Progress = std::function<bool(float fraction)>;

// ---- Views and handles ------------------------------------------------------------------------------------

/// A view of an array that another object owns. A view is valid while that object exists.
template <class T>
class Span {
public:
    /// Makes an empty view.
    constexpr Span() noexcept = default;
    /// Makes a view of `size` elements. data: null for an empty view.
    constexpr Span(T *data, std::size_t size) noexcept : data_(data), size_(data ? size : 0) {}
    /// Makes a view of an array.
    template <std::size_t Size>
    constexpr Span(T (&array)[Size]) noexcept : data_(array), size_(Size) {}
    /// Makes a view of a container with data() and size(), such as a std::vector, a std::array or a Buffer.
    template <class C, class = std::enable_if_t<std::is_convertible_v<
                           std::remove_pointer_t<decltype(std::declval<const C &>().data())> (*)[], T (*)[]>>>
    constexpr Span(const C &container) noexcept : Span(container.data(), container.size()) {}
    /// Returns the address of the first element.
    constexpr T *data() const noexcept { return data_; }
    /// Returns the number of elements.
    constexpr std::size_t size() const noexcept { return size_; }
    /// Returns whether the view has no elements.
    constexpr bool empty() const noexcept { return size_ == 0; }
    /// Returns the address of the first element.
    constexpr T *begin() const noexcept { return data_; }
    /// Returns the address past the last element.
    constexpr T *end() const noexcept { return data_ + size_; }
    /// Returns an element. index: below size(); the function does not check it.
    constexpr T &operator[](std::size_t index) const noexcept { return data_[index]; }
    /// Returns a copy of the elements.
    std::vector<std::remove_const_t<T>> to_vector() const { return {begin(), end()}; }

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

namespace detail {

/// Throws StatusCode::invalid_argument with a message unless a condition holds.
inline void demand(bool holds, const std::string &message) {
    if (!holds) throw Error(StatusCode::invalid_argument, message);
}

/// Returns a text as a C string, valid while the text exists. Throws StatusCode::invalid_argument if the text
/// contains a NUL character, because C would read only the part before it.
inline const char *c_text(const std::string &text) {
    const auto place = text.find('\0');
    if (place != std::string::npos) {
        demand(false, "the text has a NUL character at byte " + std::to_string(place) + "; leave it out");
    }
    return text.c_str();
}

/// Returns a struct of att3d.h with struct_size set and all other fields zero.
template <class T>
T sized() {
    T value{};
    value.struct_size = static_cast<std::uint32_t>(sizeof(T));
    return value;
}

/// Returns the struct that a function of att3d.h writes to its last parameter.
template <class T, class F, class... Arguments>
T get(F function, Arguments... arguments) {
    auto value = sized<T>();
    throw_unless_ok(function(arguments..., &value));
    return value;
}

/// Returns the text that a function of att3d.h writes to its last parameter.
template <class T>
std::string text(att3d_status (*function)(const T *, const char **), const T *handle) {
    const char *found = nullptr;
    throw_unless_ok(function(handle, &found));
    return found;
}

/// Returns the object whose handle a function of att3d.h writes to its last parameter.
template <class T, class F, class... Arguments>
T make(F function, Arguments... arguments) {
    typename T::Handle *handle = nullptr;
    throw_unless_ok(function(arguments..., &handle));
    return T(handle);
}

/// Returns the `count` objects whose handles a function of att3d.h writes to its last parameter. Throws
/// StatusCode::invalid_argument if count is 0, for which C would report a null pointer.
template <class T, class F, class... Arguments>
std::vector<T> make_all(std::size_t count, F function, Arguments... arguments) {
    demand(count > 0, "the list is empty; give at least one element");
    std::vector<typename T::Handle *> handles(count);
    std::vector<T> objects;
    objects.reserve(count); // Reserved before the call: a later bad_alloc would leak the handles.
    throw_unless_ok(function(arguments..., handles.data()));
    for (auto *handle : handles) objects.emplace_back(handle);
    return objects;
}

/// Returns the lines of a text, without their line feeds. An empty text has no lines.
inline std::vector<std::string> lines(const std::string &text) {
    std::vector<std::string> found;
    for (std::size_t start = 0; start < text.size();) {
        const auto end = (std::min)(text.find('\n', start), text.size());
        found.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return found;
}

/// Returns the two parts of each line of a text, which a tab separates.
inline std::vector<std::pair<std::string, std::string>> pairs(const std::string &text) {
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto &line : lines(text)) {
        const auto tab = (std::min)(line.find('\t'), line.size());
        found.emplace_back(line.substr(0, tab), line.substr((std::min)(tab + 1, line.size())));
    }
    return found;
}

/// Converts a time limit for the C functions. No limit becomes ATT3D_FOREVER, and a negative limit becomes 0.
inline std::uint32_t milliseconds(std::optional<std::chrono::milliseconds> limit) {
    if (!limit) return ATT3D_FOREVER;
    const auto count = limit->count();
    if (count < 0) return 0;
    return count < ATT3D_FOREVER ? static_cast<std::uint32_t>(count) : ATT3D_FOREVER - 1;
}

/// Returns whether the work ended before the time limit. Throws if the wait failed for another reason.
inline bool waited(att3d_status status) {
    if (status == ATT3D_TIMEOUT) return false;
    throw_unless_ok(status);
    return true;
}

/// Calls a progress callback for the library. user: the Progress.
inline std::uint32_t progressed(void *user, float fraction) noexcept {
    try {
        return (*static_cast<const Progress *>(user))(fraction) ? 1 : 0;
    } catch (...) {
        return 1; // No exception may pass through C.
    }
}

/// Returns the C description of options for a call that returns when the work is done. It refers to the
/// progress callback of the options.
template <class Options>
auto lend(const Options &options) {
    auto desc = options.desc();
    if (options.progress) desc.progress = {progressed, const_cast<Progress *>(&options.progress), nullptr};
    return desc;
}

/// Returns the C description of options for one call that starts a job. It has a copy of the progress
/// callback, which the library releases. No code between this function and the call may throw.
template <class Options>
auto give(const Options &options) {
    auto desc = options.desc();
    if (options.progress) {
        const auto release = [](void *user) { delete static_cast<Progress *>(user); };
        desc.progress = {progressed, new Progress(options.progress), release};
    }
    return desc;
}

/// Owner of a handle of att3d.h, or of no handle. Base of the classes that own a handle.
template <class T, void (*Free)(T *)>
class Object {
public:
    /// Type of the handle.
    using Handle = T;
    /// Takes ownership of a handle. handle: null for an object whose calls throw. The type is a template
    /// parameter so that {} does not convert to a handle.
    template <class H, class = std::enable_if_t<std::is_same_v<H, T>>>
    explicit Object(H *handle) noexcept : handle_(handle) {}
    /// Returns the handle, which the object still owns.
    const T *get() const noexcept { return handle_.get(); }

private:
    struct Deleter {
        void operator()(T *handle) const noexcept { Free(handle); }
    };
    std::unique_ptr<T, Deleter> handle_;
};

/// A value that becomes T{} when its object is moved from.
template <class T>
struct ResetOnMove {
    T value{};
    ResetOnMove() = default;
    ResetOnMove(ResetOnMove &&other) noexcept : value(std::exchange(other.value, T{})) {}
    ResetOnMove &operator=(ResetOnMove &&other) noexcept {
        value = std::exchange(other.value, T{});
        return *this;
    }
};

} // namespace detail

/// A list of objects for a call. It refers to the objects, which must live until the call returns.
/// The list {a, b}, a vector of objects and a vector of pointers convert to it.
template <class T>
class List {
public:
    /// Lists objects: {a, b}.
    List(std::initializer_list<std::reference_wrapper<const T>> objects) {
        for (const T &object : objects) handles_.push_back(object.get());
    }
    /// Lists the objects of a vector.
    List(const std::vector<T> &objects) {
        for (const auto &object : objects) handles_.push_back(object.get());
    }
    /// Lists the objects to which the pointers of a vector point. The call that takes the list throws if a
    /// pointer is null.
    List(const std::vector<const T *> &objects) {
        for (const auto *object : objects) handles_.push_back(object ? object->get() : nullptr);
    }
    /// Returns the handles, valid while the list exists.
    const typename T::Handle *const *data() const noexcept { return handles_.data(); }
    /// Returns the number of objects.
    std::size_t size() const noexcept { return handles_.size(); }

private:
    std::vector<const typename T::Handle *> handles_;
};

} // namespace att3d

#endif // ATT3D_BASE_HPP
