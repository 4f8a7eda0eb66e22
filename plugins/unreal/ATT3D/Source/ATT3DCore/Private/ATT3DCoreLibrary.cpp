// Binds the functions of the library by name. Licensed MIT OR Apache-2.0.
#include "ATT3DCoreLibrary.h"

#include <cstring>

namespace ATT3DCore {
namespace {

std::string AbiText(std::uint32_t Version) {
    return std::to_string(Version >> 16) + "." + std::to_string(Version & 0xffffu);
}

std::string WrongAbi(const std::string &Path, std::uint32_t Found, std::uint32_t Needed) {
    return "The library " + Path + " has ABI " + AbiText(Found) + "; the ATT3D plugin was built for ABI " +
           AbiText(Needed) + " and expects the same major number and at least this minor number. " +
           "Replace the library with the one of the plugin's package.";
}

Library Refuse(BindState State, std::string Message, std::uint32_t Abi = 0) {
    Library Result;
    Result.State = State;
    Result.AbiVersion = Abi;
    Result.Message = std::move(Message);
    return Result;
}

// Copies an address into a function pointer. C++ has no portable cast for this, and the copy works on every
// system that has dynamic libraries.
template <class Function>
bool Assign(Function &Target, void *Address) {
    static_assert(sizeof(Function) == sizeof(void *), "function pointers have the size of object pointers");
    std::memcpy(&Target, &Address, sizeof Address);
    return Address != nullptr;
}

} // namespace

Library BindLibrary(void *Handle, FindFunction Find, const std::string &Path, bool FileExists,
                    std::uint32_t NeededAbi) {
    if (!Handle && !FileExists) {
        return Refuse(BindState::Missing,
                      "There is no library at " + Path +
                          ". Copy the att3d library of this platform there: the plugin's package has it, and "
                          "scripts/package_unreal.sh makes the package.");
    }
    if (!Handle) {
        return Refuse(BindState::Unloadable,
                      "The system could not load " + Path +
                          ". The file is damaged, is for another platform, or needs a newer system than this. "
                          "Replace it with the library of the plugin's package for this platform.");
    }
    Library Result;
    if (!Assign(Result.Calls.att3d_abi_version, Find(Handle, "att3d_abi_version"))) {
        return Refuse(BindState::Foreign, "The library " + Path +
                                              " has no function att3d_abi_version, so it is not the att3d "
                                              "library. Replace it with the one of the plugin's package.");
    }
    const std::uint32_t Abi = Result.Calls.att3d_abi_version();
    if (Abi >> 16 != NeededAbi >> 16) {
        return Refuse(BindState::WrongMajor, WrongAbi(Path, Abi, NeededAbi), Abi);
    }
    if (Abi < NeededAbi) return Refuse(BindState::TooOld, WrongAbi(Path, Abi, NeededAbi), Abi);

    std::string Absent;
    int AbsentCount = 0;
    const auto Note = [&](bool Found, const char *Name) {
        if (Found) return;
        if (AbsentCount++ < 3) Absent += (Absent.empty() ? "" : ", ") + std::string(Name);
    };
#define ATT3D_CORE_BIND(Name) Note(Assign(Result.Calls.Name, Find(Handle, #Name)), #Name);
    ATT3D_CORE_FUNCTIONS(ATT3D_CORE_BIND)
#undef ATT3D_CORE_BIND
    if (AbsentCount > 0) {
        return Refuse(BindState::Incomplete,
                      "The library " + Path + " has ABI " + AbiText(Abi) + " and lacks " +
                          std::to_string(AbsentCount) + " of its functions (" + Absent +
                          (AbsentCount > 3 ? " and others" : "") +
                          "). The file is damaged or was stripped. Replace it with the one of the plugin's "
                          "package.",
                      Abi);
    }
    Result.State = BindState::Ready;
    Result.AbiVersion = Abi;
    Result.Version = Result.Calls.att3d_version();
    return Result;
}

} // namespace ATT3DCore
