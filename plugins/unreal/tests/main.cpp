// Runs the tests of the core against the real library, or writes a mesh for the reference.
//
//     core_tests LIBRARY FAKES FOLDER PACKAGE                  all tests
//     core_tests LIBRARY --dump PROMPT FILE RESOLUTION         a mesh in Unreal's frame, for reference.py
//     core_tests LIBRARY --measure                             the times of parts, as a Markdown table
//
// Licensed MIT OR Apache-2.0.
#include "test.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <dlfcn.h>
#include <sys/stat.h>
#include <vector>

namespace Tests {
namespace {

struct Entry {
    const char *Name;
    void (*Body)();
};
std::vector<Entry> &Entries() {
    static std::vector<Entry> List;
    return List;
}
bool Failed = false;

bool WriteDump(const char *Prompt, const char *Path, const char *Resolution) {
    Host Owner;
    ATT3DCore::Request Wanted;
    Wanted.Prompts = {Prompt};
    Wanted.Options.Resolution = static_cast<std::uint32_t>(std::strtoul(Resolution, nullptr, 10));
    const ATT3DCore::Outcome Result = Owner.Do(std::move(Wanted));
    std::FILE *File = std::fopen(Path, "w");
    if (Result.Status != ATT3D_OK || !File) {
        std::fprintf(stderr, "core_tests: no dump of `%s`: %s\n", Prompt, Result.Message.c_str());
        return false;
    }
    const ATT3DCore::MeshData &Data = Result.Made->Data();
    for (const auto P : Data.Positions) std::fprintf(File, "v %.9g %.9g %.9g\n", P.X, P.Y, P.Z);
    for (std::size_t First = 0; First < Data.Indices.size(); First += 3) {
        std::fprintf(File, "f %u %u %u\n", Data.Indices[First], Data.Indices[First + 1], Data.Indices[First + 2]);
    }
    return std::fclose(File) == 0;
}

template <class Body>
void Measure(const char *What, int Rounds, Body Work) {
    std::vector<double> Times;
    for (int Round = 0; Round < Rounds; Round++) {
        const auto Start = std::chrono::steady_clock::now();
        Work();
        Times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - Start).count());
    }
    std::sort(Times.begin(), Times.end());
    std::printf("| %s | %.4f | %.4f |\n", What, Times[Times.size() / 2], Times.back());
}

void MeasureParts() {
    Host Owner;
    ATT3DCore::Request Wanted;
    Wanted.Prompts = {"a dragon"};
    Wanted.Options.Resolution = 64;
    const ATT3DCore::Outcome Result = Owner.Do(Wanted);
    if (!Result.Made) return;
    const ATT3DCore::MeshData &Data = Result.Made->Data();
    std::printf("%zu triangles\n\n| part | median ms | largest ms |\n|---|---|---|\n", Data.Indices.size() / 3);
    ATT3DCore::MeshData Packed;
    std::string Message;
    const auto Pack = [&] { ATT3DCore::PackMesh(Calls(), Result.Made->Get(), {}, Packed, Message); };
    Measure("session's thread: convert and pack the mesh", 50, Pack);
    Measure("session's thread: join the points", 50, [&] { ATT3DCore::JoinPoints(Data, Data.Indices); });
    Measure("session's thread: a whole generation", 20, [&] { Owner.Do(Wanted); });
    Wanted.Options.Resolution = 1024;
    Wanted.Options.MemoryLimit = std::uint64_t{8} << 30;
    ATT3DCore::Ticket Long = Owner.Get().Start(std::move(Wanted));
    Await([&] { return Long.GetFraction() > 0.1f; });
    Measure("game thread: poll running work", 1000, [&] { Long.GetFraction(); });
    Measure("game thread: request a cancel", 1, [&] { Long.Cancel(); });
    Measure("from the request to the end of canceled work", 1, [&] { Await([&] { return Long.HasEnded(); }); });
}

} // namespace

Paths Given;

Registered::Registered(const char *Name, void (*Body)()) { Entries().push_back({Name, Body}); }

void Fail(const char *File, int Line, const std::string &What) {
    std::fprintf(stderr, "%s:%d: %s\n", File, Line, What.c_str());
    Failed = true;
}

ATT3DCore::Library Open(const std::string &Path, std::uint32_t NeededAbi) {
    // As on every system, the library stays open until the process ends.
    void *Handle = dlopen(Path.c_str(), RTLD_NOW | RTLD_LOCAL);
    struct stat Info;
    const bool Exists = stat(Path.c_str(), &Info) == 0;
    return ATT3DCore::BindLibrary(
        Handle, [](void *Opened, const char *Name) { return dlsym(Opened, Name); }, Path, Exists, NeededAbi);
}

const ATT3DCore::Functions &Calls() {
    static const ATT3DCore::Library Real = Open(Given.Library);
    if (!Real.IsReady()) {
        std::fprintf(stderr, "core_tests: %s\n", Real.Message.c_str());
        std::exit(1);
    }
    return Real.Calls;
}

Host::Host(ATT3DCore::SessionOptions Options, const ATT3DCore::Functions &Bound)
    : Session(Bound, std::move(Options)), Thread([this] { Session.Run(); }) {}

Host::~Host() { StopAndJoin(); }

void Host::StopAndJoin() {
    Session.Stop();
    if (Thread.joinable()) Thread.join();
}

ATT3DCore::Outcome Host::Do(ATT3DCore::Request Wanted) {
    ATT3DCore::Ticket Work = Session.Start(std::move(Wanted));
    Await([&] { return Work.HasEnded(); });
    return Work.Take();
}

void Await(const std::function<bool()> &Condition) {
    while (!Condition()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

ATT3DCore::Request Coarse(const char *Prompt) {
    ATT3DCore::Request Wanted;
    Wanted.Prompts = {Prompt};
    Wanted.Options.Resolution = 32;
    return Wanted;
}

double Volume(const std::vector<ATT3DCore::Vector3> &Positions, const std::vector<std::uint32_t> &Indices) {
    double Sum = 0;
    for (std::size_t First = 0; First < Indices.size(); First += 3) {
        const auto A = Positions[Indices[First]], B = Positions[Indices[First + 1]], C = Positions[Indices[First + 2]];
        Sum += static_cast<double>(Dot(A, Cross(C - A, B - A))) / 6;
    }
    return Sum;
}

} // namespace Tests

int main(int Count, char **Arguments) {
    using namespace Tests;
    if (Count == 6 && std::string(Arguments[2]) == "--dump") {
        Given.Library = Arguments[1];
        return WriteDump(Arguments[3], Arguments[4], Arguments[5]) ? 0 : 1;
    }
    if (Count == 3 && std::string(Arguments[2]) == "--measure") {
        Given.Library = Arguments[1];
        MeasureParts();
        return 0;
    }
    if (Count != 5) {
        std::fprintf(stderr, "usage: core_tests LIBRARY FAKES FOLDER PACKAGE\n");
        return 2;
    }
    Given = {Arguments[1], Arguments[2], Arguments[3], Arguments[4]};
    int Passed = 0, Bad = 0;
    for (const Entry &Test : Entries()) {
        Failed = false;
        Test.Body();
        std::printf("%s %s\n", Failed ? "FAILED" : "ok", Test.Name);
        std::fflush(stdout);
        (Failed ? Bad : Passed)++;
    }
    std::printf("core: %d passed; %d failed\n", Passed, Bad);
    return Bad ? 1 : 0;
}
