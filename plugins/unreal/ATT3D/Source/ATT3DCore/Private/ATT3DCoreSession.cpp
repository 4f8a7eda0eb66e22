// The queue of a session, and the tickets of its work. Licensed MIT OR Apache-2.0.
#include "ATT3DCoreOperation.h"

#include <algorithm>
#include <condition_variable>
#include <deque>

namespace ATT3DCore {

// ---- Operations
// ---------------------------------------------------------------------------------------------

float Operation::GetFraction() {
    const std::lock_guard<std::mutex> Guard(Lock);
    if (Job) {
        att3d_job_info Info{};
        Info.struct_size = sizeof Info;
        if (Calls.att3d_job_get_info(Job, &Info) == ATT3D_OK) Report(JobStart + JobShare * Info.fraction);
    }
    return Fraction.load(std::memory_order_relaxed);
}

void Operation::Report(float Value) {
    float Known = Fraction.load(std::memory_order_relaxed);
    Value = std::min(Value, 1.0f);
    while (Value > Known && !Fraction.compare_exchange_weak(Known, Value, std::memory_order_relaxed)) {
    }
}

void Operation::Cancel() {
    const std::lock_guard<std::mutex> Guard(Lock);
    Cancelled.store(true, std::memory_order_relaxed);
    if (Job) Calls.att3d_job_cancel(Job);
}

Outcome Operation::Take() {
    if (GetPhase() > Phase::Running) return std::move(Result);
    Outcome Busy;
    Busy.Status = ATT3D_BUSY;
    Busy.Message = "the work is still running; take its result after it has ended";
    return Busy;
}

void Operation::Begin() { State.store(Phase::Running, std::memory_order_release); }

void Operation::End() {
    Phase Ended = Phase::Completed;
    if (Result.Status == ATT3D_CANCELLED) {
        Ended = Phase::Cancelled;
    } else if (Result.Status != ATT3D_OK) {
        Ended = Phase::Failed;
    } else {
        Report(1);
    }
    State.store(Ended, std::memory_order_release);
}

bool Operation::Fail(att3d_status Status, std::string Message) {
    Result.Status = Status;
    Result.Message = std::move(Message);
    return false;
}

bool Operation::Succeeds(att3d_status Status) {
    if (Status == ATT3D_OK) return true;
    return Fail(Status, Calls.att3d_last_error());
}

bool Operation::Await(att3d_job *Started, float Start, float Share) {
    {
        const std::lock_guard<std::mutex> Guard(Lock);
        Job = Started;
        JobStart = Start;
        JobShare = Share;
        if (IsCancelled()) Calls.att3d_job_cancel(Job);
    }
    const att3d_status Waited = Calls.att3d_job_wait(Started, ATT3D_FOREVER);
    {
        const std::lock_guard<std::mutex> Guard(Lock);
        Job = nullptr;
    }
    Report(Start + Share);
    return Succeeds(Waited);
}

// ---- Meshes and tickets
// -------------------------------------------------------------------------------------

Mesh::Mesh(const Functions &InCalls, att3d_mesh *InHandle, MeshData &&InData)
    : Calls(InCalls), Handle(InHandle), Packed(std::move(InData)), Joined(JoinPoints(Packed, Packed.Indices)) {}

Mesh::~Mesh() { Calls.att3d_mesh_free(Handle); }

Ticket::Ticket(std::shared_ptr<Operation> InWork) : Work(std::move(InWork)) {}

Ticket::~Ticket() { Cancel(); }

Ticket::Ticket(Ticket &&Other) noexcept : Work(std::move(Other.Work)) {}

Ticket &Ticket::operator=(Ticket &&Other) noexcept {
    if (this != &Other) {
        Cancel();
        Work = std::move(Other.Work);
    }
    return *this;
}

Phase Ticket::GetPhase() const { return Work ? Work->GetPhase() : Phase::Cancelled; }

float Ticket::GetFraction() const { return Work ? Work->GetFraction() : 0.0f; }

void Ticket::Cancel() {
    if (Work) Work->Cancel();
}

Outcome Ticket::Take() {
    if (!Work) {
        Outcome None;
        None.Status = ATT3D_INVALID_ARGUMENT;
        None.Message = "there is no work, or its result was taken before";
        return None;
    }
    Outcome Result = Work->Take();
    if (Work->GetPhase() > Phase::Running) Work.reset();
    return Result;
}

// ---- Sessions
// -----------------------------------------------------------------------------------------------

struct Session::State {
    State(const Functions &InCalls, SessionOptions Given) : Calls(InCalls), Options(std::move(Given)) {}

    const Functions &Calls;
    const SessionOptions Options;
    std::mutex Lock; // of the members below
    std::condition_variable Changed;
    std::deque<std::shared_ptr<Operation>> Waiting;
    std::shared_ptr<Operation> Running;
    bool IsStopped = false;

    /// Returns the next operation, or null after Stop.
    std::shared_ptr<Operation> Next() {
        std::unique_lock<std::mutex> Guard(Lock);
        Running.reset();
        Changed.wait(Guard, [this] { return IsStopped || !Waiting.empty(); });
        if (IsStopped) return nullptr;
        Running = std::move(Waiting.front());
        Waiting.pop_front();
        return Running;
    }
};

namespace {

void EndUnstarted(Operation &Work) {
    Work.Fail(ATT3D_CANCELLED, "the work was canceled before it began");
    Work.End();
}

} // namespace

Session::Session(const Functions &Calls, SessionOptions Options)
    : Inner(std::make_unique<State>(Calls, std::move(Options))) {}

Session::~Session() { Stop(); }

Ticket Session::Start(Request Wanted) {
    auto Work = std::make_shared<Operation>(Inner->Calls, std::move(Wanted));
    {
        const std::lock_guard<std::mutex> Guard(Inner->Lock);
        if (!Inner->IsStopped) {
            Inner->Waiting.push_back(Work);
            Inner->Changed.notify_one();
            return Ticket(std::move(Work));
        }
    }
    EndUnstarted(*Work);
    return Ticket(std::move(Work));
}

void Session::Run() {
    Worker Hand(Inner->Calls, Inner->Options);
    while (const std::shared_ptr<Operation> Work = Inner->Next()) {
        if (Work->IsCancelled()) {
            EndUnstarted(*Work);
        } else {
            Work->Begin();
            Hand.Do(*Work);
        }
    }
}

void Session::Stop() {
    std::deque<std::shared_ptr<Operation>> Dropped;
    std::shared_ptr<Operation> Current;
    {
        const std::lock_guard<std::mutex> Guard(Inner->Lock);
        Inner->IsStopped = true;
        Dropped.swap(Inner->Waiting);
        Current = Inner->Running;
        Inner->Changed.notify_all();
    }
    if (Current) Current->Cancel();
    for (const auto &Work : Dropped) EndUnstarted(*Work);
}

} // namespace ATT3DCore
