// Tests of the core: each TEST is a function, and each HOLDS in it is a check. A failed check ends its test.
// Licensed MIT OR Apache-2.0.
#pragma once

#include "ATT3DCoreSession.h"

#include <cstdio>
#include <functional>
#include <string>
#include <thread>

namespace Tests {

struct Registered {
    Registered(const char *Name, void (*Body)());
};

/// Notes a failed check of the running test.
void Fail(const char *File, int Line, const std::string &What);

/// Paths from the command line.
struct Paths {
    std::string Library; ///< The real library.
    std::string Fakes;   ///< Folder of the fake libraries.
    std::string Folder;  ///< Empty folder for files, with characters outside ASCII in its name.
    std::string Package; ///< The bundled model as a file.
};
extern Paths Given;

/// Opens a library with dlopen and binds it, as a host does.
ATT3DCore::Library Open(const std::string &Path, std::uint32_t NeededAbi = ATT3DCore::HeaderAbi);
/// Returns the functions of the real library.
const ATT3DCore::Functions &Calls();

/// A session and the thread that runs it. The destructor stops the session and joins the thread.
class Host {
public:
    explicit Host(ATT3DCore::SessionOptions Options = {}, const ATT3DCore::Functions &Bound = Calls());
    ~Host();
    ATT3DCore::Session &Get() { return Session; }
    /// Starts work, polls it to its end as a ticker does, and returns the result.
    ATT3DCore::Outcome Do(ATT3DCore::Request Wanted);
    void StopAndJoin();

private:
    ATT3DCore::Session Session;
    std::thread Thread;
};

/// Polls until a condition holds.
void Await(const std::function<bool()> &Condition);

/// A request for a mesh of a coarse grid.
ATT3DCore::Request Coarse(const char *Prompt);

/// Returns the enclosed volume, positive if the triangles are counter-clockwise from outside in Unreal's
/// frame.
double Volume(const std::vector<ATT3DCore::Vector3> &Positions, const std::vector<std::uint32_t> &Indices);

inline bool Near(float A, float B, float Tolerance) { return std::fabs(A - B) <= Tolerance; }
inline bool Near(ATT3DCore::Vector3 A, ATT3DCore::Vector3 B, float Tolerance) {
    return Length(A - B) <= Tolerance;
}
inline bool Has(const std::string &Text, const char *Part) { return Text.find(Part) != std::string::npos; }

} // namespace Tests

#define TEST(Name)                                                                                           \
    static void Name();                                                                                      \
    static const Tests::Registered Name##Registered(#Name, Name);                                           \
    static void Name()
#define HOLDS(Condition)                                                                                     \
    do {                                                                                                     \
        if (!(Condition)) return Tests::Fail(__FILE__, __LINE__, #Condition);                                \
    } while (0)
/// Checks that work succeeded, and prints its message if it did not.
#define SUCCEEDED(Outcome)                                                                                   \
    do {                                                                                                     \
        if ((Outcome).Status != ATT3D_OK) return Tests::Fail(__FILE__, __LINE__, (Outcome).Message);         \
    } while (0)
