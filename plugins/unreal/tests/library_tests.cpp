// The binding of the library: the real one, and libraries that must be refused. Licensed MIT OR Apache-2.0.
#include "test.h"

#include <fstream>

using namespace ATT3DCore;
using Tests::Given;
using Tests::Has;
using Tests::Open;

static std::string Fake(const char *Name) { return Given.Fakes + "/" + Name; }

// Every message names the file and says what to do.
static bool IsHelpful(const Library &Found, const char *Name) {
    return Has(Found.Message, Name) && (Has(Found.Message, "Replace") || Has(Found.Message, "Copy"));
}

TEST(the_real_library_is_bound_completely) {
    const Library Real = Open(Given.Library);
    HOLDS(Real.IsReady() && Real.Message.empty() && !Real.Version.empty());
    HOLDS(Real.AbiVersion == HeaderAbi);
#define BOUND(Name) HOLDS(Real.Calls.Name != nullptr);
    ATT3D_CORE_FUNCTIONS(BOUND)
#undef BOUND
}

TEST(a_library_at_a_path_outside_ascii_is_bound) {
    const std::string Path = Given.Folder + "/libatt3d.so";
    std::ofstream(Path, std::ios::binary) << std::ifstream(Given.Library, std::ios::binary).rdbuf();
    HOLDS(Open(Path).IsReady());
}

TEST(a_missing_library_is_named) {
    const Library Found = Open(Fake("none.so"));
    HOLDS(Found.State == BindState::Missing && IsHelpful(Found, "none.so"));
    HOLDS(Found.Calls.att3d_generate == nullptr);
}

TEST(a_file_that_is_no_library_is_refused) {
    std::ofstream(Fake("text.so")) << "This is not a library.\n";
    const Library Found = Open(Fake("text.so"));
    HOLDS(Found.State == BindState::Unloadable && IsHelpful(Found, "text.so"));
}

TEST(an_empty_file_is_refused) {
    std::ofstream(Fake("empty.so")) << "";
    HOLDS(Open(Fake("empty.so")).State == BindState::Unloadable);
}

TEST(a_library_for_another_machine_is_refused) {
    // The field e_machine of the ELF header, at byte 18, becomes that of another processor.
    std::string Path = Fake("machine.so");
    std::ofstream(Path, std::ios::binary) << std::ifstream(Fake("newer.so"), std::ios::binary).rdbuf();
    std::fstream File(Path, std::ios::binary | std::ios::in | std::ios::out);
    File.seekp(18);
    File.put(static_cast<char>(0xf3));
    File.close();
    const Library Found = Open(Path);
    HOLDS(Found.State == BindState::Unloadable && Has(Found.Message, "another platform"));
}

TEST(another_library_is_refused) {
    const Library Found = Open(Fake("foreign.so"));
    HOLDS(Found.State == BindState::Foreign && IsHelpful(Found, "foreign.so"));
}

TEST(an_older_abi_is_refused_with_both_versions) {
    const Library Found = Open(Fake("older.so"));
    HOLDS(Found.State == BindState::WrongMajor && IsHelpful(Found, "older.so"));
    HOLDS(Has(Found.Message, "has ABI 0.9") && Has(Found.Message, "built for ABI 1."));
    HOLDS(Found.Calls.att3d_generate == nullptr);
}

TEST(a_newer_major_abi_is_refused) {
    const Library Found = Open(Fake("next.so"));
    HOLDS(Found.State == BindState::WrongMajor && Has(Found.Message, "ABI 2.0"));
}

TEST(an_older_minor_abi_is_refused) {
    const Library Found = Open(Fake("newer.so"), (ATT3D_ABI_MAJOR << 16) | 1008);
    HOLDS(Found.State == BindState::TooOld && IsHelpful(Found, "newer.so") && Has(Found.Message, "ABI 1.1008"));
    HOLDS(Found.Calls.att3d_generate == nullptr);
}

TEST(a_newer_minor_abi_is_accepted) {
    const Library Found = Open(Fake("newer.so"));
    HOLDS(Found.IsReady() && Found.AbiVersion == ((ATT3D_ABI_MAJOR << 16) | 1007) && Found.Version == "0.0.0-fake");
}

TEST(a_library_that_lacks_functions_is_refused_with_their_names) {
    const Library Found = Open(Fake("incomplete.so"));
    HOLDS(Found.State == BindState::Incomplete && IsHelpful(Found, "incomplete.so"));
#define ONE_MORE(Name) +1
    const int All = 0 ATT3D_CORE_FUNCTIONS(ONE_MORE);
#undef ONE_MORE
    HOLDS(Has(Found.Message, ("lacks " + std::to_string(All - 2) + " of its functions").c_str()));
    HOLDS(Has(Found.Message, "att3d_last_error"));
    HOLDS(Found.Calls.att3d_generate == nullptr);
}
