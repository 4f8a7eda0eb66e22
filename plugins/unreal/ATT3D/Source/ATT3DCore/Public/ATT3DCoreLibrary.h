// The functions of the att3d library, bound by name from a library that the host has opened.
// Part of the ATT3D plugin for Unreal. Plain C++17 without an engine include. Licensed MIT OR Apache-2.0.
#pragma once

#include "att3d.h"

#include "ATT3DCoreFunctions.inl"

#include <cstdint>
#include <string>
#include <type_traits>

// Unreal's build defines this macro where modules are separate libraries.
#ifndef ATT3DCORE_API
#define ATT3DCORE_API
#endif

namespace ATT3DCore {

/// Pointers to all functions of att3d.h, under their own names.
struct Functions {
#define ATT3D_CORE_MEMBER(Name) std::add_pointer_t<decltype(::Name)> Name = nullptr;
    ATT3D_CORE_FUNCTIONS(ATT3D_CORE_MEMBER)
#undef ATT3D_CORE_MEMBER
};

/// Returns the address of an exported function, or null. Handle: the handle that the host's loader returned.
using FindFunction = void *(*)(void *Handle, const char *Name);

/// Result of the binding of a library.
enum class BindState : std::uint8_t {
    Ready,      ///< All functions are bound.
    Missing,    ///< There is no file at the path.
    Unloadable, ///< The file exists, and the system's loader refused it.
    Foreign,    ///< The file is a library, but not att3d.
    WrongMajor, ///< Its ABI has another major number than the header's.
    TooOld,     ///< Its ABI has a smaller minor number than the header's.
    Incomplete, ///< It lacks functions that its ABI version has.
};

/// The library's functions, or a message that states why there are none.
struct Library {
    Functions Calls;                        ///< The functions; null unless State is Ready.
    BindState State = BindState::Missing;   ///< Whether the functions can be used.
    std::uint32_t AbiVersion = 0;           ///< Major << 16 | minor, as the library states; 0 if unknown.
    std::string Version;                    ///< Version of the library, such as "0.1.0".
    std::string Message;                    ///< What was found, what was expected, what to do; "" if ready.

    bool IsReady() const { return State == BindState::Ready; }
};

/// ABI version of the header with which the plugin is built, major << 16 | minor.
constexpr std::uint32_t HeaderAbi = (std::uint32_t{ATT3D_ABI_MAJOR} << 16) | ATT3D_ABI_MINOR;

/// Binds the functions of a library that the host has opened.
/// Handle: what the host's loader returned; may be null. Find: looks a name up in Handle. Path: path of the
/// library, for messages. FileExists: whether a file is at that path. NeededAbi: the library must have its
/// major number and at least its minor number.
ATT3DCORE_API Library BindLibrary(void *Handle, FindFunction Find, const std::string &Path, bool FileExists,
                                  std::uint32_t NeededAbi = HeaderAbi);

} // namespace ATT3DCore
