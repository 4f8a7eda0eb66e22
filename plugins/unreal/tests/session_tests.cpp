// Work: results, wrong requests, progress, cancellation, owners that go away, and the end of the host.
// Licensed MIT OR Apache-2.0.
#include "test.h"

#include <atomic>
#include <fstream>

using namespace ATT3DCore;
using Tests::Await;
using Tests::Coarse;
using Tests::Has;
using Tests::Host;

// Work that takes many seconds unless it is canceled.
static Request Long() {
    Request Wanted = Coarse("a dragon");
    Wanted.Options.Resolution = 1024;
    Wanted.Options.MemoryLimit = std::uint64_t{8} << 30;
    Wanted.Options.TextureSize = 4096;
    return Wanted;
}

TEST(a_prompt_is_read_without_a_mesh) {
    Host Owner;
    Request Wanted = Coarse("a green monster truck");
    Wanted.Work = Kind::Read;
    const Outcome Result = Owner.Do(Wanted);
    SUCCEEDED(Result);
    HOLDS(Result.Understood == "a green truck (left out: monster)" && !Result.Made);
    Wanted.Prompts = {"a pig"};
    HOLDS(Owner.Do(Wanted).Understood.empty());
}

TEST(the_result_says_what_was_understood) {
    Host Owner;
    const Outcome Result = Owner.Do(Coarse("a green monster truck"));
    SUCCEEDED(Result);
    HOLDS(Has(Result.Understood, "left out: monster") && Result.Made->Data().Prompt == "a green monster truck");
}

TEST(progress_rises_to_one) {
    Host Owner;
    Request Wanted = Coarse("a dragon");
    Wanted.Options.Resolution = 192;
    Wanted.Options.TextureSize = 512;
    Ticket Work = Owner.Get().Start(std::move(Wanted));
    float Before = 0;
    int Between = 0;
    bool Fell = false;
    Await([&] {
        const float Now = Work.GetFraction();
        Fell = Fell || Now < Before || Now > 1;
        Between += Now > 0 && Now < 1 && Now != Before;
        Before = Now;
        return Work.HasEnded();
    });
    HOLDS(!Fell && Between > 1 && Work.GetFraction() == 1 && Work.GetPhase() == Phase::Completed);
    SUCCEEDED(Work.Take());
    HOLDS(!Work.HasWork() && Work.Take().Status == ATT3D_INVALID_ARGUMENT);
}

TEST(a_result_cannot_be_taken_before_the_end) {
    Host Owner;
    Ticket Work = Owner.Get().Start(Long());
    Await([&] { return Work.GetPhase() == Phase::Running; });
    HOLDS(Work.Take().Status == ATT3D_BUSY && Work.HasWork());
}

TEST(an_interpolation_lies_between_its_prompts) {
    Host Owner;
    Request Wanted = Coarse("a red apple");
    Wanted.Work = Kind::Interpolate;
    Wanted.Prompts.push_back("a tall green apple");
    Wanted.Weights = {1, 1}; // They are divided by their sum.
    const Outcome Result = Owner.Do(Wanted);
    SUCCEEDED(Result);
    HOLDS(Result.Made->Data().Prompt == "a red apple / a tall green apple" && Result.Made->Data().Targets.empty());
    Wanted.Weights = {2, 0};
    const Outcome Start = Owner.Do(Wanted), Alone = Owner.Do(Coarse("a red apple"));
    HOLDS(Start.Made && Alone.Made && Start.Made->Data().Indices == Alone.Made->Data().Indices);
}

TEST(wrong_requests_fail_with_a_message) {
    Host Owner;
    Request Empty = Coarse(""), Unknown = Coarse("quark"), Size = Coarse("a pig"), Budget = Coarse("a pig");
    Size.Options.Resolution = 5000;
    Budget.Options.TriangleBudget = 3;
    for (const Request &Wanted : {Empty, Unknown, Size, Budget}) {
        const Outcome Result = Owner.Do(Wanted);
        HOLDS(Result.Status != ATT3D_OK && Result.Status != ATT3D_INTERNAL && !Result.Message.empty() && !Result.Made);
    }
    HOLDS(Owner.Do(Empty).Status == ATT3D_PROMPT && Owner.Do(Unknown).Status == ATT3D_PROMPT);

    Request None;
    HOLDS(Has(Owner.Do(None).Message, "0 prompts; expected 1"));
    Request Blend = Coarse("a pig");
    Blend.Work = Kind::Interpolate;
    HOLDS(Has(Owner.Do(Blend).Message, "1 prompt; expected at least 2"));
    Blend.Prompts.push_back("a tiger");
    Blend.Weights = {1};
    HOLDS(Has(Owner.Do(Blend).Message, "1 weight for 2 prompts"));
    Blend.Weights = {1, -1};
    HOLDS(Has(Owner.Do(Blend).Message, "sum of the weights is 0"));
    Blend.Weights = {1, INFINITY};
    HOLDS(Has(Owner.Do(Blend).Message, "expected a finite sum"));
    Request Picture;
    Picture.Work = Kind::Draw;
    HOLDS(Owner.Do(Picture).Status == ATT3D_INVALID_ARGUMENT);
    SUCCEEDED(Owner.Do(Coarse("a pig"))); // The session works after all of these.
}

TEST(a_model_that_cannot_be_loaded_fails_with_a_message) {
    SessionOptions Options;
    Options.ModelPath = Tests::Given.Folder + "/none.att3d";
    HOLDS(Host(Options).Do(Coarse("a pig")).Status == ATT3D_IO);
    Options.ModelPath = Tests::Given.Folder + "/broken.att3d";
    std::ofstream(Options.ModelPath) << "This is not a package.";
    const Outcome Broken = Host(Options).Do(Coarse("a pig"));
    HOLDS(Broken.Status == ATT3D_FORMAT && !Broken.Message.empty());
    std::ofstream(Options.ModelPath) << "";
    HOLDS(Host(Options).Do(Coarse("a pig")).Status != ATT3D_OK);
}

TEST(a_package_at_a_path_outside_ascii_is_loaded) {
    SessionOptions Options;
    Options.ModelPath = Tests::Given.Folder + "/modèle.att3d";
    std::ofstream(Options.ModelPath, std::ios::binary) << std::ifstream(Tests::Given.Package, std::ios::binary).rdbuf();
    Request Wanted;
    Wanted.Work = Kind::Load;
    SUCCEEDED(Host(Options).Do(Wanted));
}

TEST(a_memory_limit_is_an_error_and_not_a_crash) {
    SessionOptions Options;
    Options.MemoryLimit = 1;
    const Outcome Result = Host(Options).Do(Coarse("a pig"));
    HOLDS(Result.Status == ATT3D_OUT_OF_MEMORY && !Result.Message.empty());
}

TEST(running_work_is_canceled) {
    Host Owner;
    Ticket Work = Owner.Get().Start(Long());
    Await([&] { return Work.GetFraction() > 0.1f; }); // The model is loaded, and the job of the library runs.
    Work.Cancel();
    Work.Cancel();
    Await([&] { return Work.HasEnded(); });
    HOLDS(Work.GetPhase() == Phase::Cancelled && Work.GetFraction() < 1);
    const Outcome Result = Work.Take();
    HOLDS(Result.Status == ATT3D_CANCELLED && !Result.Made && !Result.Message.empty());
    SUCCEEDED(Owner.Do(Coarse("a pig")));
}

TEST(the_loading_of_a_model_is_canceled) {
    Host Owner;
    Request Wanted;
    Wanted.Work = Kind::Load;
    Ticket Work = Owner.Get().Start(std::move(Wanted));
    Work.Cancel();
    Await([&] { return Work.HasEnded(); });
    HOLDS(Work.GetPhase() == Phase::Cancelled);
    SUCCEEDED(Owner.Do(Coarse("a pig"))); // The model is loaded by the next work.
}

TEST(waiting_work_is_canceled_before_it_begins) {
    Host Owner;
    Ticket First = Owner.Get().Start(Long()), Second = Owner.Get().Start(Coarse("a pig"));
    Second.Cancel();
    HOLDS(Second.GetPhase() == Phase::Waiting && Second.GetFraction() == 0);
    First.Cancel();
    Await([&] { return Second.HasEnded(); });
    HOLDS(Second.GetPhase() == Phase::Cancelled && Has(Second.Take().Message, "before it began"));
}

TEST(work_that_is_done_is_not_changed_by_a_cancel) {
    Host Owner;
    Ticket Work = Owner.Get().Start(Coarse("a pig"));
    Await([&] { return Work.HasEnded(); });
    Work.Cancel();
    HOLDS(Work.GetPhase() == Phase::Completed);
    SUCCEEDED(Work.Take());
}

// Counts the calls of att3d_job_cancel.
static std::atomic<int> Cancels{0};
static att3d_status CountedCancel(const att3d_job *Job) {
    Cancels++;
    return Tests::Calls().att3d_job_cancel(Job);
}

TEST(an_owner_that_goes_away_cancels_its_work) {
    Functions Counted = Tests::Calls();
    Counted.att3d_job_cancel = CountedCancel;
    Cancels = 0;
    Host Owner({}, Counted);
    {
        Ticket Work = Owner.Get().Start(Long());
        Await([&] { return Work.GetFraction() > 0.1f; });
    }
    HOLDS(Cancels == 1);
    // A ticket to which other work is assigned cancels its first work. Moving a ticket cancels nothing.
    Ticket Work = Owner.Get().Start(Long());
    Await([&] { return Work.GetFraction() > 0.1f; });
    Ticket Moved = std::move(Work);
    HOLDS(Cancels == 1 && !Work.HasWork() && Work.GetPhase() == Phase::Cancelled && Moved.HasWork());
    Moved = Owner.Get().Start(Coarse("a pig"));
    HOLDS(Cancels == 2);
    Await([&] { return Moved.HasEnded(); });
    SUCCEEDED(Moved.Take());
}

TEST(an_owner_that_goes_away_while_its_work_waits_is_no_fault) {
    Host Owner;
    Ticket First = Owner.Get().Start(Coarse("a pig"));
    for (int Count = 0; Count < 100; Count++) Owner.Get().Start(Coarse("a tiger"));
    Await([&] { return First.HasEnded(); });
    SUCCEEDED(First.Take());
}

TEST(the_end_of_the_host_cancels_all_work) {
    Ticket Running, Waiting, Late;
    {
        Host Owner;
        Running = Owner.Get().Start(Long());
        Waiting = Owner.Get().Start(Coarse("a pig"));
        Await([&] { return Running.GetFraction() > 0.1f; });
        Owner.StopAndJoin();
        Late = Owner.Get().Start(Coarse("a pig"));
    }
    for (Ticket *Work : {&Running, &Waiting, &Late}) {
        HOLDS(Work->GetPhase() == Phase::Cancelled);
        HOLDS(Work->Take().Status == ATT3D_CANCELLED);
    }
}

TEST(a_host_that_ends_at_once_is_no_fault) {
    for (int Count = 0; Count < 20; Count++) {
        Host Owner;
        Ticket Work = Owner.Get().Start(Coarse("a pig"));
    }
    Session NeverRun(Tests::Calls(), {});
    Ticket Work = NeverRun.Start(Coarse("a pig"));
    NeverRun.Stop();
    HOLDS(Work.GetPhase() == Phase::Cancelled);
}

TEST(a_mesh_outlives_its_session) {
    std::shared_ptr<const Mesh> Kept;
    {
        Host Owner;
        Kept = Owner.Do(Coarse("a pig")).Made;
    }
    HOLDS(Kept && !Kept->Data().Positions.empty());
    Host Other;
    Request Wanted;
    Wanted.Work = Kind::Draw;
    Wanted.Drawn = Kept;
    Wanted.Width = Wanted.Height = 64;
    SUCCEEDED(Other.Do(Wanted));
}

TEST(a_picture_shows_the_mesh_in_the_order_of_unreal) {
    Host Owner;
    Request Wanted;
    Wanted.Work = Kind::Draw;
    Wanted.Drawn = Owner.Do(Coarse("a red apple")).Made;
    Wanted.Width = 96;
    Wanted.Height = 64;
    const Outcome Result = Owner.Do(Wanted);
    SUCCEEDED(Result);
    HOLDS(Result.Picture.Width == 96 && Result.Picture.Height == 64 && Result.Picture.Bgra.size() == 4 * 96 * 64);
    const std::uint8_t *Middle = &Result.Picture.Bgra[4 * (32 * 96 + 48)];
    HOLDS(Middle[2] > Middle[0] + 50 && Middle[3] == 255); // red is the third byte
    Wanted.TurnDegrees = 90;
    HOLDS(Owner.Do(Wanted).Picture.Bgra != Result.Picture.Bgra);
    Wanted.Width = 5000;
    HOLDS(Owner.Do(Wanted).Status == ATT3D_INVALID_ARGUMENT);
    Wanted.Width = 0;
    HOLDS(Owner.Do(Wanted).Status == ATT3D_INVALID_ARGUMENT);
}

TEST(several_threads_start_and_cancel_work) {
    Host Owner;
    std::atomic<int> Ended{0};
    std::vector<std::thread> Threads;
    for (int Index = 0; Index < 4; Index++) {
        Threads.emplace_back([&Owner, &Ended, Index] {
            for (int Count = 0; Count < 5; Count++) {
                Ticket Work = Owner.Get().Start(Coarse("a pig"));
                if ((Index + Count) % 2) Work.Cancel();
                Await([&] { return Work.HasEnded(); });
                const att3d_status Status = Work.Take().Status;
                Ended += Status == ATT3D_OK || Status == ATT3D_CANCELLED;
            }
        });
    }
    for (std::thread &Each : Threads) Each.join();
    HOLDS(Ended == 20);
}
