// Work that is queued or runs. Private to the core. Licensed MIT OR Apache-2.0.
#pragma once

#include "ATT3DCoreSession.h"

#include <atomic>
#include <mutex>

namespace ATT3DCore {

/// Owns a handle of the library.
template <class T>
class Handle {
public:
    explicit Handle(void (*InFree)(T *)) : Free(InFree) {}
    ~Handle() { Free(Value); }
    Handle(const Handle &) = delete;
    Handle &operator=(const Handle &) = delete;
    T *Get() const { return Value; }
    /// Place into which a function of the library writes a new handle.
    T **Receive() { return &Value; }
    /// Gives up the ownership of the handle, and returns it.
    T *Release() {
        T *Given = Value;
        Value = nullptr;
        return Given;
    }

private:
    void (*Free)(T *);
    T *Value = nullptr;
};

class Operation {
public:
    Operation(const Functions &InCalls, Request InWanted) : Calls(InCalls), Wanted(std::move(InWanted)) {}

    const Functions &Calls;
    const Request Wanted;

    Phase GetPhase() const { return State.load(std::memory_order_acquire); }
    bool IsCancelled() const { return Cancelled.load(std::memory_order_relaxed); }
    float GetFraction();
    void Cancel();
    Outcome Take();

    // The functions below are for the session's thread.

    void Begin();
    /// Publishes Result, and the state that its status implies.
    void End();
    /// Increases the fraction of the work that is done.
    void Report(float Fraction);
    /// Waits for a job of the library. Start: fraction of the operation that is done before the job. Share:
    /// fraction of the operation that the job does.
    /// Returns false if the job failed, and then sets the result's status and message.
    bool Await(att3d_job *Job, float Start, float Share);
    /// Ends the work as failed. Returns false.
    bool Fail(att3d_status Status, std::string Message);
    /// Ends the work with the library's last error on this thread, unless Status is ATT3D_OK. Returns whether
    /// Status is ATT3D_OK.
    bool Succeeds(att3d_status Status);

    Outcome Result; ///< Only the session's thread uses it before the end, and only the host's thread after it.

private:
    std::atomic<Phase> State{Phase::Waiting};
    std::atomic<bool> Cancelled{false};
    std::atomic<float> Fraction{0};
    std::mutex Lock;           // of the members below
    att3d_job *Job = nullptr;  // the running job
    float JobStart = 0, JobShare = 0;
};

/// Engine and model of a session. Only the session's thread uses it.
class Worker {
public:
    Worker(const Functions &InCalls, const SessionOptions &InOptions);
    ~Worker();
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    /// Does the work of an operation, and ends the operation.
    void Do(Operation &Work);

private:
    bool Load(Operation &Work);
    bool Read(Operation &Work);
    bool Generate(Operation &Work);
    bool Blend(Operation &Work);
    bool Stylize(Operation &Work);
    bool Draw(Operation &Work);
    bool Keep(Operation &Work, att3d_mesh *Made, const Placement *Where);
    bool TakeMesh(Operation &Work, att3d_job *Job, const Placement *Where);
    static void Log(void *User, att3d_log_level Level, const char *Message);

    const Functions &Calls;
    const SessionOptions &Options;
    att3d_context *Context = nullptr;
    att3d_model *Model = nullptr;
    float MetersPerUnit = 1;
    std::mutex NotesLock;
    std::vector<std::string> Notes; // of the running operation
};

} // namespace ATT3DCore
