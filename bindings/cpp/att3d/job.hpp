// Jobs and live sessions.
// Part of att3d.hpp, which states the rules. Licensed MIT OR Apache-2.0.
#ifndef ATT3D_JOB_HPP
#define ATT3D_JOB_HPP

#include "generate.hpp"

namespace att3d {

// ---- Jobs -------------------------------------------------------------------------------------------------

/// State of a job.
enum class JobState : att3d_job_state {
    running = ATT3D_JOB_RUNNING, ///< The job is running.
    ready = ATT3D_JOB_READY,     ///< The job is done, and a part of its result can still be taken.
    failed = ATT3D_JOB_FAILED,   ///< The job failed or was canceled.
    taken = ATT3D_JOB_TAKEN,     ///< The whole result was taken.
};

/// State and progress of a job.
struct JobInfo {
    JobState state;             ///< State.
    float fraction;             ///< Fraction of the work that is done, 0 to 1. It never falls.
    StatusCode status;          ///< Reason of the failure; ok in other states.
    std::uint32_t mesh_count;   ///< Number of meshes that can be taken now.
    std::uint32_t buffer_count; ///< Number of buffers that can be taken now, 0 or 1.
};

/// Work in the background. Each static function starts the work of the function with the same name, with a
/// copy of its arguments, and returns immediately. A failure of the work is thrown when its result is taken.
/// The destructor cancels the job and waits for its end. Inside a callback it does not wait. The static
/// functions throw StatusCode::engine if no thread can be started. The functions that take a model or latents
/// throw StatusCode::unloaded after Model::unload.
class Job : public detail::Object<att3d_job, att3d_job_free> {
public:
    using Object::Object;

    /// Starts generate from a prompt. If the prompt cannot be understood, the job fails with
    /// StatusCode::prompt.
    static Job generate(const Model &model, const std::string &prompt, const GenerateOptions &options = {}) {
        const auto *text = detail::c_text(prompt);
        const auto desc = detail::give(options);
        return detail::make<Job>(att3d_job_generate, model.get(), text, &desc);
    }
    /// Starts generate from a latent (att3d_job_generate_from_latent).
    static Job generate(const Latent &latent, const GenerateOptions &options = {}) {
        const auto desc = detail::give(options);
        return detail::make<Job>(att3d_job_generate_from_latent, latent.get(), &desc);
    }
    /// Starts generate from a field (att3d_job_generate_from_field). It also works after the model was
    /// unloaded.
    static Job generate(const Field &field, const GenerateOptions &options = {}) {
        const auto desc = detail::give(options);
        return detail::make<Job>(att3d_job_generate_from_field, field.get(), &desc);
    }
    /// Starts generate_frames. Each call of take_mesh takes the next mesh, in the order of the latents.
    static Job generate_frames(const List<Latent> &latents, const GenerateOptions &options = {}) {
        const auto desc = detail::give(options);
        return detail::make<Job>(att3d_job_generate_frames, latents.data(), latents.size(), &desc);
    }
    /// Starts morph.
    static Job morph(const List<Latent> &latents, const GenerateOptions &options = {},
                     const MorphOptions &morph = {}) {
        const auto motion = morph.desc();
        const auto desc = detail::give(options);
        return detail::make<Job>(att3d_job_morph, latents.data(), latents.size(), &desc, &motion);
    }
    /// Starts paint.
    static Job paint(const Field &field, const Surface &surface, const PaintOptions &options = {}) {
        const auto given = surface.desc();
        const auto desc = detail::give(options);
        return detail::make<Job>(att3d_job_paint, field.get(), &given, &desc);
    }
    /// Starts restyle. take_buffer takes the new GLB.
    static Job restyle(const Model &model, Span<const std::uint8_t> bytes, const std::string &prompt,
                       const RestyleOptions &options = {}) {
        const auto *text = detail::c_text(prompt);
        const void *start = bytes.data();
        const auto desc = detail::give(options);
        return detail::make<Job>(att3d_job_restyle, model.get(), start, bytes.size(), text, &desc);
    }
    /// Starts restyle_file. The job has no result to take.
    static Job restyle_file(const Model &model, const std::string &path, const std::string &prompt,
                            const std::string &out_path, const RestyleOptions &options = {}) {
        const auto *from = detail::c_text(path), *text = detail::c_text(prompt),
                   *to = detail::c_text(out_path);
        const auto desc = detail::give(options);
        const auto *given = &desc;
        return detail::make<Job>(att3d_job_restyle_file, model.get(), from, text, given, to);
    }

    /// Returns the state and the progress of the job, without waiting.
    JobInfo info() const {
        const auto info = detail::get<att3d_job_info>(att3d_job_get_info, get());
        return {static_cast<JobState>(info.state), info.fraction, static_cast<StatusCode>(info.status),
                info.mesh_count, info.buffer_count};
    }
    /// Waits until the job has ended, with or without success. Returns false if the limit passes first.
    /// limit: empty for no limit. Throws StatusCode::busy inside a callback.
    bool wait(std::optional<std::chrono::milliseconds> limit = {}) const {
        return detail::waited(att3d_job_wait(get(), detail::milliseconds(limit)));
    }
    /// Requests that the job stops, and returns immediately. The job then ends with StatusCode::cancelled,
    /// unless its work is done before.
    void cancel() const { throw_unless_ok(att3d_job_cancel(get())); }
    /// Takes the next mesh; most jobs make one. Throws StatusCode::busy while the job runs, invalid_argument
    /// if there is no mesh to take, and the job's own failure.
    Mesh take_mesh() const { return detail::make<Mesh>(att3d_job_take_mesh, get()); }
    /// Takes the buffer, which is possible once. Throws the statuses of take_mesh.
    Buffer take_buffer() const { return detail::make<Buffer>(att3d_job_take_buffer, get()); }
};

// ---- Live sessions ----------------------------------------------------------------------------------------

/// Whether the last word of a prompt may be unfinished.
enum class LastWord : std::uint32_t {
    whole = 0,  ///< It is finished.
    typing = 1, ///< It may be unfinished. It is completed if exactly one known word begins with it.
};

/// How the last word of a prompt was read.
enum class WordState : std::uint32_t {
    whole = ATT3D_WORD_WHOLE,         ///< It was read as it is.
    completed = ATT3D_WORD_COMPLETED, ///< It was completed to the only known word that begins with it.
    left_out = ATT3D_WORD_LEFT_OUT,   ///< It was left out, because several known words begin with it.
};

/// State of a session's answers. Texts are truncated if they are too long.
struct LiveInfo {
    /// Reason why the newest answer has no mesh; ok if it has a mesh. The mesh may be that of an earlier
    /// request with an equal prompt.
    StatusCode status;
    /// Number of the newest request. The first request is 1.
    std::uint64_t requested;
    /// Number of the newest request that was answered.
    std::uint64_t answered;
    /// How the prompt's last word was read.
    WordState word_state;
    /// For WordState::completed, the known word. For WordState::left_out, the word that was left out.
    /// Otherwise empty.
    std::string word;
    /// Words that were left out of the prompt.
    std::vector<std::string> left_out;
    /// Message for status.
    std::string message;
    /// Words of the prompt that were replaced, each as a pair of the typed word and the known word.
    std::vector<std::pair<std::string, std::string>> replaced;
    /// Reading of the prompt, to show to users; empty if it has the same words as the prompt.
    std::string understood;
};

/// Mesh of a session, and the number of the request that it answers.
struct LiveMesh {
    Mesh mesh;             ///< Mesh.
    std::uint64_t request; ///< Number of the request.
};

/// A session that generates the mesh of the newest request on its own thread. The destructor stops the
/// session and waits for its end, except inside a callback.
class Live : public detail::Object<att3d_live, att3d_live_free> {
public:
    using Object::Object;
    /// Starts a session. options: for every mesh; the progress callback is not called. Throws
    /// StatusCode::unloaded after Model::unload.
    explicit Live(const Model &model, const GenerateOptions &options = {}) : Object(create(model, options)) {}
    /// Requests a prompt's mesh. The request replaces a request that has not begun. Immediately returns the
    /// number of the request, which is 1 for the first.
    std::uint64_t set_prompt(const std::string &prompt, LastWord last_word = LastWord::whole) const {
        std::uint64_t request = 0;
        const auto is_typing = static_cast<std::uint32_t>(last_word);
        throw_unless_ok(att3d_live_set_prompt(get(), detail::c_text(prompt), is_typing, &request));
        return request;
    }
    /// Requests a latent's mesh. The request replaces a request that has not begun. Immediately returns the
    /// number of the request. Throws StatusCode::invalid_argument for a latent of another model object.
    std::uint64_t set_latent(const Latent &latent) const {
        std::uint64_t request = 0;
        throw_unless_ok(att3d_live_set_latent(get(), latent.get(), &request));
        return request;
    }
    /// Waits until the newest request is answered. Returns false if the limit passes first. limit: empty for
    /// no limit. Throws StatusCode::busy inside a callback.
    bool wait(std::optional<std::chrono::milliseconds> limit = {}) const {
        return detail::waited(att3d_live_wait(get(), detail::milliseconds(limit)));
    }
    /// Takes the newest mesh, without waiting. Returns nullopt if there is no new mesh since the last call.
    std::optional<LiveMesh> take_mesh() const {
        att3d_mesh *mesh = nullptr;
        std::uint64_t request = 0;
        throw_unless_ok(att3d_live_take_mesh(get(), &mesh, &request));
        if (!mesh) return std::nullopt;
        return LiveMesh{Mesh(mesh), request};
    }
    /// Returns the state of the session's answers.
    LiveInfo info() const {
        const auto info = detail::get<att3d_live_info>(att3d_live_get_info, get());
        return {static_cast<StatusCode>(info.status),
                info.requested,
                info.answered,
                static_cast<WordState>(info.word_state),
                info.word,
                detail::lines(info.left_out),
                info.message,
                detail::pairs(info.replaced),
                info.understood};
    }

private:
    static att3d_live *create(const Model &model, const GenerateOptions &options) {
        const auto desc = options.desc();
        att3d_live *handle = nullptr;
        throw_unless_ok(att3d_live_create(model.get(), &desc, &handle));
        return handle;
    }
};

} // namespace att3d

#endif // ATT3D_JOB_HPP
