// Does the work of a session with the library. Licensed MIT OR Apache-2.0.
#include "ATT3DCoreOperation.h"

#include <cmath>

namespace ATT3DCore {
namespace {

template <class Desc>
Desc Sized() {
    Desc Result{};
    Result.struct_size = sizeof(Desc);
    return Result;
}

// The shares of the progress bar: a model is loaded before the first work, and a mesh is packed after the
// job.
constexpr float LoadShare = 0.1f;
constexpr float JobShare = 0.8f;

std::uint32_t ReportToOperation(void *User, float Fraction) {
    auto &Work = *static_cast<Operation *>(User);
    Work.Report(Work.Wanted.Work == Kind::Draw ? Fraction : LoadShare * Fraction);
    return Work.IsCancelled() ? 1 : 0;
}

att3d_progress ProgressOf(Operation &Work) { return {ReportToOperation, &Work, nullptr}; }

att3d_generate_desc Describe(const MeshOptions &Options) {
    auto Desc = Sized<att3d_generate_desc>();
    Desc.resolution = Options.Resolution;
    Desc.texture_size = Options.TextureSize;
    Desc.triangle_budget = Options.TriangleBudget;
    Desc.level_count = Options.LevelCount;
    Desc.hull_count = Options.HullCount;
    Desc.hull_vertex_count = Options.HullCount ? Options.HullVertexCount : 0;
    Desc.min_component = Options.MinComponent;
    Desc.seed = Options.Seed;
    Desc.memory_limit = Options.MemoryLimit;
    return Desc;
}

/// Latents of several prompts.
struct Latents {
    Latents(const Functions &InCalls, std::size_t Count) : Calls(InCalls), Values(Count, nullptr) {}
    ~Latents() {
        for (att3d_latent *Latent : Values) Calls.att3d_latent_free(Latent);
    }
    Latents(const Latents &) = delete;
    Latents &operator=(const Latents &) = delete;

    const Functions &Calls;
    std::vector<att3d_latent *> Values;
};

std::string Plural(std::size_t Count, const char *What) {
    return std::to_string(Count) + " " + What + (Count == 1 ? "" : "s");
}

/// Divides weights by their sum. Returns a message if that is impossible.
std::string Normalize(std::vector<float> &Weights, std::size_t Prompts) {
    if (Weights.empty()) Weights.assign(Prompts, 1.0f);
    if (Weights.size() != Prompts) {
        return "there are " + Plural(Weights.size(), "weight") + " for " + Plural(Prompts, "prompt") +
               "; expected one per prompt";
    }
    double Sum = 0;
    for (const float Weight : Weights) Sum += Weight;
    if (!std::isfinite(Sum) || std::fabs(Sum) < 1e-6) {
        return "the sum of the weights is " + std::to_string(Sum) + "; expected a finite sum that is not 0";
    }
    for (float &Weight : Weights) Weight = static_cast<float>(Weight / Sum);
    return "";
}

std::string KeepFault(float Keep) {
    if (Keep >= 0 && Keep <= 1) return "";
    return "keep is " + std::to_string(Keep) + "; expected a share from 0 to 1";
}

} // namespace

Worker::Worker(const Functions &InCalls, const SessionOptions &InOptions) : Calls(InCalls), Options(InOptions) {}

Worker::~Worker() {
    Calls.att3d_model_free(Model);
    if (Context) Calls.att3d_context_set_log(Context, nullptr, nullptr, nullptr);
    Calls.att3d_context_free(Context);
}

void Worker::Log(void *User, att3d_log_level Level, const char *Message) {
    if (Level != ATT3D_LOG_WARNING) return;
    auto &Self = *static_cast<Worker *>(User);
    const std::lock_guard<std::mutex> Guard(Self.NotesLock);
    Self.Notes.emplace_back(Message);
}

void Worker::Do(Operation &Work) {
    bool Done = Work.Wanted.Work == Kind::Draw || Load(Work);
    if (Done) {
        switch (Work.Wanted.Work) {
        case Kind::Load: break;
        case Kind::Read: Done = Read(Work); break;
        case Kind::Generate: Done = Generate(Work); break;
        case Kind::Interpolate:
        case Kind::Morph: Done = Blend(Work); break;
        case Kind::Stylize: Done = Stylize(Work); break;
        case Kind::Draw: Done = Draw(Work); break;
        }
    }
    if (Done && Work.IsCancelled()) Work.Fail(ATT3D_CANCELLED, "the work was canceled");
    if (Work.Result.Status != ATT3D_OK) {
        Work.Result.Made.reset();
        Work.Result.Picture = Image{};
    }
    {
        const std::lock_guard<std::mutex> Guard(NotesLock);
        Work.Result.Notes.insert(Work.Result.Notes.end(), Notes.begin(), Notes.end());
        Notes.clear();
    }
    Work.End();
}

bool Worker::Load(Operation &Work) {
    if (Model) return true;
    if (!Context) {
        auto Desc = Sized<att3d_context_desc>();
        Desc.device = Options.Device;
        Desc.engine = Options.Engine;
        Desc.thread_count = Options.ThreadCount;
        Desc.memory_limit = Options.MemoryLimit;
        Desc.is_worker = Options.InSeparateProcess ? 1 : 0;
        Desc.thread_priority = Options.LowPriority ? ATT3D_PRIORITY_LOW : ATT3D_PRIORITY_NORMAL;
        if (!Work.Succeeds(Calls.att3d_context_create(&Desc, &Context))) return false;
        Calls.att3d_context_set_log(Context, Log, this, nullptr);
    }
    auto Desc = Sized<att3d_load_desc>();
    Desc.path = Options.ModelPath.empty() ? nullptr : Options.ModelPath.c_str();
    Desc.progress = ProgressOf(Work);
    if (!Work.Succeeds(Calls.att3d_model_load(Context, &Desc, &Model))) return false;
    auto Info = Sized<att3d_model_info>();
    if (!Work.Succeeds(Calls.att3d_model_get_info(Model, &Info))) return false;
    MetersPerUnit = Info.meters_per_unit;
    return true;
}

bool Worker::Read(Operation &Work) {
    if (Work.Wanted.Prompts.size() != 1) {
        return Work.Fail(ATT3D_INVALID_ARGUMENT,
                         "there are " + Plural(Work.Wanted.Prompts.size(), "prompt") + "; expected 1");
    }
    Handle<att3d_reading> Reading(Calls.att3d_reading_free);
    const char *Prompt = Work.Wanted.Prompts[0].c_str();
    // A prompt for a given mesh may be only a change, such as "made of gold".
    const std::uint32_t Flags = Work.Wanted.Given.Indices.empty() ? 0 : ATT3D_READ_CHANGE;
    if (!Work.Succeeds(Calls.att3d_model_read(Model, Prompt, Flags, Reading.Receive()))) return false;
    const char *Text = nullptr;
    if (!Work.Succeeds(Calls.att3d_reading_get_understood(Reading.Get(), &Text))) return false;
    Work.Result.Understood = Text;
    return true;
}

bool Worker::Generate(Operation &Work) {
    if (Work.Wanted.Prompts.size() != 1) {
        return Work.Fail(ATT3D_INVALID_ARGUMENT,
                         "there are " + Plural(Work.Wanted.Prompts.size(), "prompt") + "; expected 1");
    }
    const auto Desc = Describe(Work.Wanted.Options);
    Handle<att3d_job> Job(Calls.att3d_job_free);
    const char *Prompt = Work.Wanted.Prompts[0].c_str();
    return Work.Succeeds(Calls.att3d_job_generate(Model, Prompt, &Desc, Job.Receive())) &&
           TakeMesh(Work, Job.Get(), nullptr);
}

bool Worker::Blend(Operation &Work) {
    const std::size_t Count = Work.Wanted.Prompts.size();
    if (Count < 2) {
        return Work.Fail(ATT3D_INVALID_ARGUMENT, "there are " + Plural(Count, "prompt") + "; expected at least 2");
    }
    std::vector<float> Weights = Work.Wanted.Weights;
    const bool IsMorph = Work.Wanted.Work == Kind::Morph;
    const std::string Fault = IsMorph ? "" : Normalize(Weights, Count);
    if (!Fault.empty()) return Work.Fail(ATT3D_INVALID_ARGUMENT, Fault);
    std::vector<const char *> Prompts;
    for (const std::string &Prompt : Work.Wanted.Prompts) Prompts.push_back(Prompt.c_str());
    Latents Ends(Calls, Count);
    if (!Work.Succeeds(Calls.att3d_latents_from_prompts(Model, Prompts.data(), Count, Ends.Values.data()))) {
        return false;
    }
    const auto Desc = Describe(Work.Wanted.Options);
    Handle<att3d_job> Job(Calls.att3d_job_free);
    if (IsMorph) {
        const auto Motion = Sized<att3d_morph_desc>();
        return Work.Succeeds(
                   Calls.att3d_job_morph(Ends.Values.data(), Count, &Desc, &Motion, Job.Receive())) &&
               TakeMesh(Work, Job.Get(), nullptr);
    }
    Handle<att3d_latent> Mix(Calls.att3d_latent_free);
    return Work.Succeeds(
               Calls.att3d_latent_mix(Ends.Values.data(), Weights.data(), Count, Mix.Receive())) &&
           Work.Succeeds(Calls.att3d_job_generate_from_latent(Mix.Get(), &Desc, Job.Receive())) &&
           TakeMesh(Work, Job.Get(), nullptr);
}

bool Worker::Stylize(Operation &Work) {
    const Request &Wanted = Work.Wanted;
    LibrarySurface Given;
    std::string Message = KeepFault(Wanted.Keep);
    if (!Message.empty() || !ConvertSurface(Wanted.Given, Wanted.MakeUvs, Given, Message)) {
        return Work.Fail(ATT3D_INVALID_ARGUMENT, Message);
    }
    if (Wanted.Prompts.size() != 1) {
        return Work.Fail(ATT3D_INVALID_ARGUMENT,
                         "there are " + Plural(Wanted.Prompts.size(), "prompt") + "; expected 1");
    }
    const auto Fitted = Given.Describe(ATT3D_SURFACE_FIT);
    Handle<att3d_shape> Whole(Calls.att3d_shape_free), Kept(Calls.att3d_shape_free);
    Handle<att3d_latent> Latent(Calls.att3d_latent_free);
    Handle<att3d_field> Field(Calls.att3d_field_free);
    Handle<att3d_job> Job(Calls.att3d_job_free);
    auto Frame = Sized<att3d_shape_info>();
    const char *Prompt = Wanted.Prompts[0].c_str();
    if (!Work.Succeeds(Calls.att3d_shape_from_surface(&Fitted, Whole.Receive())) ||
        !Work.Succeeds(Calls.att3d_shape_with_keep(Whole.Get(), Wanted.Keep, Kept.Receive())) ||
        !Work.Succeeds(Calls.att3d_shape_get_info(Whole.Get(), &Frame)) ||
        !Work.Succeeds(Calls.att3d_latent_from_prompt(Model, Prompt, Wanted.Options.Seed, Latent.Receive())) ||
        !Work.Succeeds(Calls.att3d_field_from_latent(Latent.Get(), Kept.Get(), Field.Receive()))) {
        return false;
    }
    // The result is in object space; the shape's frame says where the given mesh was, in meters.
    Placement Where;
    Where.Centimeters = Frame.units * CentimetersPerMeter;
    Where.Offset = Vector3{Frame.center[0], Frame.center[1], Frame.center[2]} * CentimetersPerMeter;
    if (Wanted.Keep < 1) {
        auto Desc = Describe(Wanted.Options);
        Desc.seed = 0; // The latent is the variant already.
        return Work.Succeeds(Calls.att3d_job_generate_from_field(Field.Get(), &Desc, Job.Receive())) &&
               TakeMesh(Work, Job.Get(), &Where);
    }
    if (Given.MaterialCount > 1) {
        Work.Result.Notes.push_back("the mesh has " + std::to_string(Given.MaterialCount) +
                                    " materials, whose texture coordinates overlap in one image; new texture "
                                    "coordinates were made, and the result has one material");
    }
    const auto Painted = Given.Describe(0);
    auto Desc = Sized<att3d_paint_desc>();
    Desc.texture_size = Wanted.Options.TextureSize;
    return Work.Succeeds(Calls.att3d_job_paint(Field.Get(), &Painted, &Desc, Job.Receive())) &&
           TakeMesh(Work, Job.Get(), &Where);
}

bool Worker::Draw(Operation &Work) {
    const Request &Wanted = Work.Wanted;
    // The library refuses larger pictures, so no array is allocated for one.
    if (!Wanted.Drawn || Wanted.Width - 1 >= 4096 || Wanted.Height - 1 >= 4096) {
        return Work.Fail(ATT3D_INVALID_ARGUMENT, "a picture needs a mesh, and a width and a height from 1 to 4096");
    }
    auto Desc = Sized<att3d_picture_desc>();
    Desc.width = Wanted.Width;
    Desc.height = Wanted.Height;
    Desc.turn_degrees = Wanted.TurnDegrees;
    Desc.rise_degrees = Wanted.RiseDegrees;
    Desc.progress = ProgressOf(Work);
    Image &Picture = Work.Result.Picture;
    Picture.Width = Wanted.Width;
    Picture.Height = Wanted.Height;
    Picture.Bgra.resize(std::size_t{4} * Wanted.Width * Wanted.Height);
    if (!Work.Succeeds(Calls.att3d_mesh_draw(Wanted.Drawn->Get(), &Desc, Picture.Bgra.data(),
                                             Picture.Bgra.size()))) {
        return false;
    }
    for (std::size_t Texel = 0; Texel < Picture.Bgra.size(); Texel += 4) {
        std::swap(Picture.Bgra[Texel], Picture.Bgra[Texel + 2]);
    }
    return true;
}

bool Worker::TakeMesh(Operation &Work, att3d_job *Job, const Placement *Where) {
    if (!Work.Await(Job, LoadShare, JobShare)) return false;
    Handle<att3d_mesh> Made(Calls.att3d_mesh_free);
    return Work.Succeeds(Calls.att3d_job_take_mesh(Job, Made.Receive())) && Keep(Work, Made.Release(), Where);
}

bool Worker::Keep(Operation &Work, att3d_mesh *Given, const Placement *Where) {
    Placement Usual;
    auto Info = Sized<att3d_mesh_info>();
    MeshData Data;
    std::string Message;
    bool Packed = Work.Succeeds(Calls.att3d_mesh_get_info(Given, &Info));
    if (Packed && !Where) {
        Usual = Place(Work.Wanted.Options.Origin, {Info.minimum[0], Info.minimum[1], Info.minimum[2]},
                      {Info.maximum[0], Info.maximum[1], Info.maximum[2]}, MetersPerUnit,
                      Work.Wanted.Options.SizeCentimeters);
        Where = &Usual;
    }
    Packed = Packed && (PackMesh(Calls, Given, *Where, Data, Message) || Work.Fail(ATT3D_INTERNAL, Message));
    // The mesh owns the handle from here, also if it could not be packed.
    auto Made = std::make_shared<Mesh>(Calls, Given, std::move(Data));
    if (!Packed) return false;
    Work.Result.Understood = Made->Data().Understood;
    Work.Result.Made = std::move(Made);
    return true;
}

} // namespace ATT3DCore
