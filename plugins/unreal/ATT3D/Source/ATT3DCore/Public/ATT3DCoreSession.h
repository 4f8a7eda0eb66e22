// Work of the library on one thread of the host, and its progress, cancellation and results.
// Part of the ATT3D plugin for Unreal. Plain C++17 without an engine include. Licensed MIT OR Apache-2.0.
//
// The host makes a Session, calls Run on a thread of its own, and calls Stop before it joins that thread. All
// other functions may be called on any thread and do not wait for work. The core itself starts no thread.
#pragma once

#include "ATT3DCoreMesh.h"

#include <memory>
#include <string>
#include <vector>

namespace ATT3DCore {

/// Settings of the engine and the model.
struct SessionOptions {
    std::string ModelPath;               ///< UTF-8; "" for the model inside the library.
    std::uint32_t Device = 0;            ///< ATT3D_DEVICE_...
    std::uint32_t Engine = 0;            ///< ATT3D_ENGINE_...
    std::uint32_t ThreadCount = 0;       ///< 0 for one per processor.
    std::uint64_t MemoryLimit = 0;       ///< Bytes; 0 for no limit.
    bool InSeparateProcess = false;      ///< Whether the engine runs in a separate process.
    bool LowPriority = true;             ///< Whether the threads have a lower priority than the host's.
};

/// Kind of work.
enum class Kind : std::uint8_t {
    Load,        ///< Loads the model, so that later work begins at once.
    Read,        ///< Reads a prompt: what is understood of it.
    Generate,    ///< A mesh of one prompt.
    Interpolate, ///< A mesh between prompts.
    Morph,       ///< A mesh whose vertices move from the surface of the first prompt to those of the others.
    Stylize,     ///< A new material, or a new mesh, for a given mesh.
    Draw,        ///< A picture of a finished mesh.
};

/// Options of meshes. Zeros select the library's defaults.
struct MeshOptions {
    std::uint32_t Resolution = 0;
    std::uint32_t TextureSize = 0;
    std::uint32_t TriangleBudget = 0;
    std::uint32_t LevelCount = 0;
    std::uint32_t HullCount = 0;
    std::uint32_t HullVertexCount = 0;
    float MinComponent = 0;
    std::uint64_t Seed = 0;
    std::uint64_t MemoryLimit = 0;
    float SizeCentimeters = 0;      ///< Longest side of the result; 0 for the model's scale. Not for Stylize.
    Pivot Origin = Pivot::Ground;   ///< Not for Stylize, whose result lies where the given mesh lies.
};

class Mesh;

/// One piece of work.
struct Request {
    Kind Work = Kind::Generate;
    std::vector<std::string> Prompts;    ///< UTF-8. One for Read, Generate and Stylize. Two or more for
                                         ///< Interpolate and Morph.
    std::vector<float> Weights;          ///< For Interpolate: one per prompt. They are divided by their sum.
    MeshOptions Options;
    Surface Given;                       ///< For Stylize.
    float Keep = 1;                      ///< For Stylize: 1 keeps the geometry and makes new textures. A lower
                                         ///< share makes a new mesh that keeps this share of the shape.
    bool MakeUvs = false;                ///< For Stylize with Keep 1: whether given UVs are replaced.
    std::shared_ptr<const Mesh> Drawn;   ///< For Draw.
    std::uint32_t Width = 512;           ///< For Draw: pixels, 1 to 4096.
    std::uint32_t Height = 512;          ///< For Draw: pixels, 1 to 4096.
    float TurnDegrees = 0;               ///< For Draw: degrees by which the camera moves to its right.
    float RiseDegrees = 0;               ///< For Draw: degrees by which the camera moves up.
};

/// State of work.
enum class Phase : std::uint8_t { Waiting, Running, Completed, Failed, Cancelled };

/// Result of work that has ended.
struct Outcome {
    att3d_status Status = ATT3D_OK;
    std::string Message;                 ///< Why the work failed; "" if it did not.
    std::string Understood;              ///< What was understood, if it differs from the prompt.
    std::vector<std::string> Notes;      ///< Messages about work that was not done exactly as requested.
    std::shared_ptr<const Mesh> Made;    ///< For kinds that make a mesh.
    Image Picture;                       ///< For Draw.
};

/// A finished mesh: its data in Unreal's frame, its points, and the library's handle for pictures. It never
/// changes.
class Mesh {
public:
    /// Takes ownership of InHandle, and joins the points.
    ATT3DCORE_API Mesh(const Functions &InCalls, att3d_mesh *InHandle, MeshData &&InData);
    ATT3DCORE_API ~Mesh();
    Mesh(const Mesh &) = delete;
    Mesh &operator=(const Mesh &) = delete;

    const MeshData &Data() const { return Packed; }
    /// Returns the points of the whole mesh. They are joined on the session's thread, because that takes
    /// milliseconds for a large mesh.
    const Topology &Points() const { return Joined; }
    const att3d_mesh *Get() const { return Handle; }

private:
    const Functions &Calls;
    att3d_mesh *Handle;
    MeshData Packed;
    Topology Joined;
};

class Operation;

/// Access of the host to work that it has started. The destructor cancels the work, so work does not outlive
/// the object that owns the ticket. Movable; a ticket that was moved from has no work.
class Ticket {
public:
    Ticket() = default;
    ATT3DCORE_API explicit Ticket(std::shared_ptr<Operation> InWork);
    ATT3DCORE_API ~Ticket();
    ATT3DCORE_API Ticket(Ticket &&Other) noexcept;
    ATT3DCORE_API Ticket &operator=(Ticket &&Other) noexcept;
    Ticket(const Ticket &) = delete;
    Ticket &operator=(const Ticket &) = delete;

    /// Returns whether the ticket has work, whose result was not taken yet.
    bool HasWork() const { return Work != nullptr; }
    /// Returns the state; Cancelled if there is no work.
    ATT3DCORE_API Phase GetPhase() const;
    /// Returns whether the work has ended, with or without success.
    bool HasEnded() const { return GetPhase() > Phase::Running; }
    /// Returns the fraction that is done, 0 to 1. It never falls.
    ATT3DCORE_API float GetFraction() const;
    /// Requests that the work stops, and returns at once. It then ends as Cancelled, unless it is done
    /// before.
    ATT3DCORE_API void Cancel();
    /// Takes the result of work that has ended; the ticket then has no work. Before the end it returns
    /// ATT3D_BUSY and changes nothing.
    ATT3DCORE_API Outcome Take();

private:
    std::shared_ptr<Operation> Work;
};

/// A queue of work. The session does one piece of work at a time, because a context of the library does so.
class Session {
public:
    /// Calls must stay valid as long as the session, its tickets and its meshes.
    ATT3DCORE_API Session(const Functions &Calls, SessionOptions Options);
    /// Stops. Run must have returned.
    ATT3DCORE_API ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    /// Adds work. After Stop the work ends at once as Cancelled.
    ATT3DCORE_API Ticket Start(Request Wanted);
    /// Works until Stop is called. The host calls it once, on a thread of its own.
    ATT3DCORE_API void Run();
    /// Cancels all work, and makes Run return after at most about 50 ms of further work. Does not wait.
    ATT3DCORE_API void Stop();

private:
    struct State;
    std::unique_ptr<State> Inner;
};

} // namespace ATT3DCore
