// libatt3d for C++17: handles that free themselves, views without copies, failures as exceptions.
//
// Header-only, over att3d.h; needs exceptions (in Unreal: bEnableExceptions in the module's build file). Objects are movable, not copyable; all const members are thread-safe, as the C functions are.
//
// Licensed MIT OR Apache-2.0.
#ifndef ATT3D_HPP
#define ATT3D_HPP

#include <att3d.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace att3d {

/// A call that failed: what() is the library's own sentence.
class Error : public std::runtime_error {
public:
    Error(att3d_status status, const char *message) : std::runtime_error(message), status_(status) {}
    /// ATT3D_PROMPT, ATT3D_CANCELLED, ...
    att3d_status status() const noexcept { return status_; }

private:
    att3d_status status_;
};

/// Throws what a call returned, unless it is ATT3D_OK. (`check` and others are macros in some hosts.)
inline void throw_unless_ok(att3d_status status) {
    if (status != ATT3D_OK) throw Error(status, att3d_last_error());
}

namespace detail {

/// A text as C takes it. Throws ATT3D_INVALID_ARGUMENT for one with a NUL inside, which C would take for its end.
inline const char *c_text(const std::string &text) {
    const auto place = text.find('\0');
    if (place == std::string::npos) return text.c_str();
    const auto message = "the text holds a NUL character at byte " + std::to_string(place) + "; leave it out";
    throw Error(ATT3D_INVALID_ARGUMENT, message.c_str());
}

} // namespace detail

/// Numbers that someone else owns: valid as long as their mesh.
template <class T>
class Span {
public:
    constexpr Span() noexcept = default;
    constexpr Span(T *data, std::size_t size) noexcept : data_(data), size_(data ? size : 0) {}
    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr T *begin() const noexcept { return data_; }
    constexpr T *end() const noexcept { return data_ + size_; }
    constexpr T &operator[](std::size_t index) const noexcept { return data_[index]; }

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

namespace detail {

/// A struct of the header with its size set, all else zero.
template <class T>
T sized() {
    T value{};
    value.struct_size = static_cast<std::uint32_t>(sizeof(T));
    return value;
}

template <class T, void (*Free)(T *)>
struct Deleter {
    void operator()(T *handle) const noexcept { Free(handle); }
};

template <class T, void (*Free)(T *)>
using Handle = std::unique_ptr<T, Deleter<T, Free>>;

/// The lines of a text; none for an empty one.
inline std::vector<std::string> lines(const std::string &text) {
    std::vector<std::string> found;
    for (std::size_t start = 0; start < text.size();) {
        const auto end = (std::min)(text.find('\n', start), text.size());
        found.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return found;
}

inline std::uint32_t milliseconds(std::optional<std::chrono::milliseconds> limit) {
    if (!limit) return ATT3D_FOREVER;
    const auto count = limit->count();
    if (count < 0) return 0;
    return count < ATT3D_FOREVER ? static_cast<std::uint32_t>(count) : ATT3D_FOREVER - 1;
}

/// Sets the progress callback of a description. The function is copied; the library gives the copy back when it is done with
/// it, so each description must be handed to one call.
template <class Desc>
void watch(Desc &desc, const std::function<bool(float)> &progress) {
    using Progress = std::function<bool(float)>;
    if (!progress) return;
    desc.progress_user = new Progress(progress);
    desc.progress = [](void *user, float fraction) -> std::uint32_t {
        try {
            return (*static_cast<Progress *>(user))(fraction) ? 1 : 0;
        } catch (...) {
            return 1; // No exception may pass through C.
        }
    };
    desc.progress_release = [](void *user) { delete static_cast<Progress *>(user); };
}

} // namespace detail

/// How a mesh is made. Progress hears of it on the library's threads and stops it by returning true; so does what it throws.
struct GenerateOptions {
    std::uint32_t resolution = 0;
    bool dense = false;
    std::uint64_t memory_limit = 0;
    std::function<bool(float)> progress;
    /// Texels along a side, 64 to 4096; 0 for colours of the vertices alone.
    std::uint32_t texture_size = 0;
    /// Most triangles; 0 for all that are found.
    std::uint32_t triangle_budget = 0;
    /// Further levels of detail, each of half the triangles of the one before.
    std::uint32_t level_count = 0;
    /// Makes a convex hull for collisions, or several.
    bool hull = false;
    /// Which variant of a prompt; 0 is the plain answer.
    std::uint64_t seed = 0;
    /// Share of the volume, 0 to 1, below which a component of the surface is removed; nothing for the library's own, 0 keeps all.
    std::optional<float> min_component;
    /// Most vertices of a hull, 8 to 255; 0 for 32.
    std::uint32_t hull_vertex_count = 0;
    /// Most hulls, 1 to 64; 0 for 1, the hull of the whole mesh.
    std::uint32_t hull_count = 0;

private:
    friend class Field;
    friend class Latent;
    friend class Model;
    /// As C has it; for one call, as detail::watch says.
    att3d_generate_desc desc() const {
        auto desc = detail::sized<att3d_generate_desc>();
        desc.resolution = resolution;
        desc.flags = (dense ? ATT3D_GENERATE_DENSE : 0) | (hull ? ATT3D_GENERATE_HULL : 0);
        desc.memory_limit = memory_limit;
        desc.seed = seed;
        desc.texture_size = texture_size;
        desc.triangle_budget = triangle_budget;
        desc.level_count = level_count;
        desc.hull_vertex_count = hull_vertex_count;
        desc.hull_count = hull_count;
        if (min_component == 0.0f) {
            desc.flags |= ATT3D_GENERATE_ALL_COMPONENTS;
        } else if (min_component) {
            desc.min_component = *min_component;
        }
        detail::watch(desc, progress);
        return desc;
    }
};

/// How a mesh is exported. Zero: by the path's ending, the model's own scale.
struct ExportOptions {
    std::uint32_t format = ATT3D_MESH_AUTO;
    float metres_per_unit = 0;
    bool keep_pivot = false;
    /// Metres of the longest side, in place of metres_per_unit.
    float size = 0;
    bool pivot_centre = false;
    bool up_z = false;
    /// Names the hull as Godot knows it, instead of as Unreal does.
    bool godot = false;
    /// Seconds from one keyframe to the next; 0 for 1.
    float seconds = 0;
    /// Where the shape stood that the mesh was made with, at its size.
    bool place_of_shape = false;
    /// A smaller GLB, by KHR_mesh_quantization and EXT_meshopt_compression, which its reader must know.
    bool compress = false;

    att3d_export_desc desc() const {
        auto desc = detail::sized<att3d_export_desc>();
        desc.format = format;
        desc.metres_per_unit = metres_per_unit;
        desc.flags = (keep_pivot ? ATT3D_EXPORT_KEEP_PIVOT : 0) | (pivot_centre ? ATT3D_EXPORT_PIVOT_CENTRE : 0) |
                     (up_z ? ATT3D_EXPORT_UP_Z : 0) | (godot ? ATT3D_EXPORT_GODOT : 0) |
                     (place_of_shape ? ATT3D_EXPORT_PLACE_OF_SHAPE : 0) | (compress ? ATT3D_EXPORT_COMPRESS : 0);
        desc.size = size;
        desc.seconds = seconds;
        return desc;
    }
};

/// A triangle mesh in object space; its views live as long as it does.
class Mesh {
public:
    explicit Mesh(att3d_mesh *handle) : handle_(handle) {
        view_ = detail::sized<att3d_mesh_view>();
        throw_unless_ok(att3d_mesh_get_view(handle_.get(), &view_));
    }

    /// A mesh that was moved from is empty: its spans have no elements, and its calls throw ATT3D_NULL_ARGUMENT.
    Mesh(Mesh &&other) noexcept
        : handle_(std::move(other.handle_)), view_(std::exchange(other.view_, att3d_mesh_view{})) {}
    Mesh &operator=(Mesh &&other) noexcept {
        handle_ = std::move(other.handle_);
        view_ = std::exchange(other.view_, att3d_mesh_view{});
        return *this;
    }

    std::uint32_t vertex_count() const noexcept { return view_.vertex_count; }
    std::uint32_t triangle_count() const noexcept { return view_.triangle_count; }
    /// Three a vertex.
    Span<const float> positions() const noexcept { return {view_.positions, 3u * std::size_t{view_.vertex_count}}; }
    /// Three a vertex.
    Span<const float> normals() const noexcept { return {view_.normals, 3u * std::size_t{view_.vertex_count}}; }
    /// Three a vertex, sRGB.
    Span<const float> colors() const noexcept { return {view_.colors, 3u * std::size_t{view_.vertex_count}}; }
    /// Metallic and roughness of each vertex.
    Span<const float> materials() const noexcept { return {view_.materials, 2u * std::size_t{view_.vertex_count}}; }
    /// Two a vertex; empty where the mesh has none.
    Span<const float> uvs() const noexcept { return {view_.uvs, 2u * std::size_t{view_.vertex_count}}; }
    /// Four a vertex: the direction of u, and the sign of the image's up; empty where the mesh has none.
    Span<const float> tangents() const noexcept { return {view_.tangents, 4u * std::size_t{view_.vertex_count}}; }
    /// Three a triangle.
    Span<const std::uint32_t> indices() const noexcept {
        return {view_.indices, 3u * std::size_t{view_.triangle_count}};
    }

    /// One of its textures, ATT3D_TEXTURE_...; it lives as long as the mesh. Throws ATT3D_UNSUPPORTED where there is none.
    att3d_texture_view texture(att3d_texture which = ATT3D_TEXTURE_BASE_COLOR) const {
        auto view = detail::sized<att3d_texture_view>();
        throw_unless_ok(att3d_mesh_get_texture(handle_.get(), which, &view));
        return view;
    }
    /// The triangles of a further level of detail, from 1 to info().level_count; they live as long as the mesh.
    Span<const std::uint32_t> level(std::uint32_t level) const {
        auto view = detail::sized<att3d_level_view>();
        throw_unless_ok(att3d_mesh_get_level(handle_.get(), level, &view));
        return {view.indices, 3u * std::size_t{view.triangle_count}};
    }
    /// The positions and indices of a hull, from 0 to below info().hull_count; they live as long as the mesh. Throws ATT3D_UNSUPPORTED where
    /// the mesh was made without.
    att3d_mesh_view hull_at(std::uint32_t hull) const {
        auto view = detail::sized<att3d_mesh_view>();
        throw_unless_ok(att3d_mesh_get_hull_at(handle_.get(), hull, &view));
        return view;
    }

    /// The first hull's positions and indices; they live as long as the mesh. Throws ATT3D_UNSUPPORTED where there is none.
    att3d_mesh_view hull() const {
        auto view = detail::sized<att3d_mesh_view>();
        throw_unless_ok(att3d_mesh_get_hull(handle_.get(), &view));
        return view;
    }
    /// The vertices at a further keyframe, from 0 to info().target_count - 1; they live as long as the mesh.
    att3d_target_view target(std::uint32_t target) const {
        auto view = detail::sized<att3d_target_view>();
        throw_unless_ok(att3d_mesh_get_target(handle_.get(), target, &view));
        return view;
    }
    /// Draws the mesh with its materials and textures. Returns width times height times red, green, blue and alpha, row by
    /// row from the upper left corner. A side of 0 stands for 512 pixels. progress: hears of the rows that are drawn, and stops
    /// the work by returning true or by what it throws.
    std::vector<std::uint8_t> draw(std::uint32_t width = 512, std::uint32_t height = 512, float turn_degrees = 0,
                                   float rise_degrees = 0, const std::function<bool(float)> &progress = {}) const {
        auto desc = detail::sized<att3d_picture_desc>();
        // The buffer must have the size of the picture that the library draws.
        if (width == 0) width = 512;
        if (height == 0) height = 512;
        desc.width = width, desc.height = height;
        desc.turn_degrees = turn_degrees, desc.rise_degrees = rise_degrees;
        std::vector<std::uint8_t> pixels(std::size_t{width} * height * 4);
        detail::watch(desc, progress);
        throw_unless_ok(att3d_mesh_draw(handle_.get(), &desc, pixels.data(), pixels.size()));
        return pixels;
    }
    /// Is it closed, in how many pieces, how large?
    att3d_mesh_report report() const {
        auto report = detail::sized<att3d_mesh_report>();
        throw_unless_ok(att3d_mesh_get_report(handle_.get(), &report));
        return report;
    }
    att3d_mesh_info info() const {
        auto info = detail::sized<att3d_mesh_info>();
        throw_unless_ok(att3d_mesh_get_info(handle_.get(), &info));
        return info;
    }
    std::string prompt() const { return text(att3d_mesh_get_prompt); }
    std::vector<std::string> unknown_words() const { return detail::lines(text(att3d_mesh_get_unknown_words)); }
    /// Words that were read as known ones: the word, a tab, the known word.
    std::vector<std::string> replaced_words() const { return detail::lines(text(att3d_mesh_get_replaced_words)); }

    /// Meshes as one GLB that shows them one after another; whole, or not at all.
    static void write_frames(const std::vector<const Mesh *> &meshes, const std::string &path, const ExportOptions &options = {}) {
        std::vector<const att3d_mesh *> handles;
        for (const auto *mesh : meshes) handles.push_back(mesh ? mesh->handle_.get() : nullptr);
        const auto desc = options.desc();
        throw_unless_ok(att3d_meshes_write_frames(handles.data(), handles.size(), detail::c_text(path), &desc));
    }
    /// Whole, or not at all.
    void write_file(const std::string &path, const ExportOptions &options = {}) const {
        const auto desc = options.desc();
        throw_unless_ok(att3d_mesh_write_file(handle_.get(), detail::c_text(path), &desc));
    }
    std::vector<std::uint8_t> encode(const ExportOptions &options = {}) const {
        const auto desc = options.desc();
        std::size_t size = 0;
        throw_unless_ok(att3d_mesh_encode(handle_.get(), &desc, nullptr, 0, &size));
        std::vector<std::uint8_t> bytes(size);
        throw_unless_ok(att3d_mesh_encode(handle_.get(), &desc, bytes.data(), bytes.size(), &size));
        return bytes;
    }
    const att3d_mesh *get() const noexcept { return handle_.get(); }

private:
    template <class F>
    std::string text(F ask) const {
        const char *found = nullptr;
        throw_unless_ok(ask(handle_.get(), &found));
        return found;
    }
    detail::Handle<att3d_mesh, att3d_mesh_free> handle_;
    att3d_mesh_view view_;
};

/// A mesh being made on a thread of the library. Its end cancels it.
class Job {
public:
    explicit Job(att3d_job *handle) : handle_(handle) {}
    att3d_job_info info() const {
        auto info = detail::sized<att3d_job_info>();
        throw_unless_ok(att3d_job_get_info(handle_.get(), &info));
        return info;
    }
    /// Waits for its end, well or not; false when the time is over first. Throws ATT3D_BUSY inside a callback.
    bool wait(std::optional<std::chrono::milliseconds> limit = {}) const {
        const auto status = att3d_job_wait(handle_.get(), detail::milliseconds(limit));
        if (status == ATT3D_TIMEOUT) return false;
        throw_unless_ok(status);
        return true;
    }
    void cancel() const { throw_unless_ok(att3d_job_cancel(handle_.get())); }
    /// The mesh, once. Throws the job's own failure where it failed.
    Mesh take() const {
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_job_take_mesh(handle_.get(), &mesh));
        return Mesh(mesh);
    }

private:
    detail::Handle<att3d_job, att3d_job_free> handle_;
};

/// A mesh of the caller's, whose arrays it does not own. normals, colors (sRGB) and uvs may be null.
struct Surface {
    const float *positions = nullptr;
    std::size_t vertex_count = 0;
    const std::uint32_t *indices = nullptr;
    std::size_t triangle_count = 0;
    const float *normals = nullptr;
    const float *colors = nullptr;
    const float *uvs = nullptr;

    att3d_surface_desc desc(std::uint32_t flags = 0) const {
        auto desc = detail::sized<att3d_surface_desc>();
        desc.flags = flags;
        desc.positions = positions;
        desc.normals = normals;
        desc.colors = colors;
        desc.uvs = uvs;
        desc.indices = indices;
        desc.vertex_count = vertex_count;
        desc.triangle_count = triangle_count;
        return desc;
    }
};

/// A surface's points, for models that take a shape.
class Shape {
public:
    /// Three numbers a point.
    static Shape from_points(const float *points, std::size_t count) {
        att3d_shape *handle = nullptr;
        throw_unless_ok(att3d_shape_from_points(points, count, &handle));
        return Shape(handle);
    }
    static Shape from_triangles(const float *positions, std::size_t vertices, const std::uint32_t *indices,
                                std::size_t triangles) {
        att3d_shape *handle = nullptr;
        throw_unless_ok(att3d_shape_from_triangles(positions, vertices, indices, triangles, &handle));
        return Shape(handle);
    }
    /// fit: the surface stands anywhere, and is moved and scaled into object space.
    static Shape from_surface(const Surface &surface, bool fit = true) {
        const auto desc = surface.desc(fit ? ATT3D_SURFACE_FIT : 0);
        att3d_shape *handle = nullptr;
        throw_unless_ok(att3d_shape_from_surface(&desc, &handle));
        return Shape(handle);
    }
    /// A GLB file's bytes.
    static Shape from_glb(const void *bytes, std::size_t size) {
        att3d_shape *handle = nullptr;
        throw_unless_ok(att3d_shape_from_glb(bytes, size, &handle));
        return Shape(handle);
    }
    /// The same with another share of it to be kept: 0 for the prompt's own shape, to 1 for this one.
    Shape keeping(float keep) const {
        att3d_shape *handle = nullptr;
        throw_unless_ok(att3d_shape_with_keep(get(), keep, &handle));
        return Shape(handle);
    }
    att3d_shape_info info() const {
        auto info = detail::sized<att3d_shape_info>();
        throw_unless_ok(att3d_shape_get_info(get(), &info));
        return info;
    }
    const att3d_shape *get() const noexcept { return handle_.get(); }

private:
    explicit Shape(att3d_shape *handle) : handle_(handle) {}
    detail::Handle<att3d_shape, att3d_shape_free> handle_;
};

/// Values, gradients, colours and materials at points; empty where they were not asked for.
struct Samples {
    std::vector<float> values, gradients, colors, materials;
};

/// A prompt's shape and colours as functions of a point.
class Field {
public:
    explicit Field(att3d_field *handle) : handle_(handle) {}
    att3d_field_info info() const {
        auto info = detail::sized<att3d_field_info>();
        throw_unless_ok(att3d_field_get_info(handle_.get(), &info));
        return info;
    }
    /// Signed distances or densities. points: three numbers each, object space.
    /// progress: hears of the points that are asked, and stops the work by returning true or by what it throws.
    std::vector<float> values(const float *points, std::size_t count,
                              const std::function<bool(float)> &progress = {}) const {
        std::vector<float> found(count);
        auto desc = detail::sized<att3d_sample_desc>();
        desc.values = found.data();
        detail::watch(desc, progress);
        throw_unless_ok(att3d_field_sample(get(), points, count, &desc));
        return found;
    }
    /// Values, gradients, colors and materials. progress: as for values.
    Samples sample(const float *points, std::size_t count, const std::function<bool(float)> &progress = {}) const {
        Samples found{std::vector<float>(count), std::vector<float>(3 * count), std::vector<float>(3 * count),
                      std::vector<float>(2 * count)};
        auto desc = detail::sized<att3d_sample_desc>();
        desc.values = found.values.data();
        desc.gradients = found.gradients.data();
        desc.colors = found.colors.data();
        desc.materials = found.materials.data();
        detail::watch(desc, progress);
        throw_unless_ok(att3d_field_sample(get(), points, count, &desc));
        return found;
    }
    Mesh generate(const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_generate_from_field(get(), &desc, &mesh));
        return Mesh(mesh);
    }
    /// The field's colours on a mesh of the caller's, in the space of the field's shape; its texture coordinates are kept.
    Mesh paint(const Surface &surface, const GenerateOptions &options = {}) const {
        const auto given = surface.desc();
        const auto desc = options.desc();
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_field_paint(get(), &given, &desc, &mesh));
        return Mesh(mesh);
    }
    Job start(const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_job *job = nullptr;
        throw_unless_ok(att3d_job_start_field(get(), &desc, &job));
        return Job(job);
    }
    const att3d_field *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<att3d_field, att3d_field_free> handle_;
};

/// What is understood of a prompt: a plain value.
struct Reading {
    /// What the model encodes: "a green truck".
    std::string phrase;
    /// The thing, as the model's package names it: "truck"; empty where a change alone was read.
    std::string thing;
    /// What is said about it: "green", "with roof".
    std::vector<std::string> attributes;
    /// Words that were left out, as they were typed.
    std::vector<std::string> left_out;
    /// Words that were read as known ones: the word, a tab, the known word.
    std::vector<std::string> replaced;
    /// One line for people where the phrase differs from the prompt; empty where it does not.
    std::string understood;

private:
    friend class Model;
    explicit Reading(att3d_reading *handle) {
        const detail::Handle<att3d_reading, att3d_reading_free> owner(handle);
        const auto text = [&](auto ask) {
            const char *found = nullptr;
            throw_unless_ok(ask(owner.get(), &found));
            return std::string(found);
        };
        phrase = text(att3d_reading_get_phrase);
        thing = text(att3d_reading_get_thing);
        attributes = detail::lines(text(att3d_reading_get_attributes).c_str());
        left_out = detail::lines(text(att3d_reading_get_left_out).c_str());
        replaced = detail::lines(text(att3d_reading_get_replaced).c_str());
        understood = text(att3d_reading_get_understood);
    }
};

/// A prompt's embedding, or a mix of several.
class Latent {
public:
    explicit Latent(att3d_latent *handle) : handle_(handle) {}
    /// The sum of weight times latent: interpolation. Weights should sum to 1.
    static Latent mix(const std::vector<std::pair<const Latent *, float>> &parts) {
        std::vector<const att3d_latent *> latents;
        std::vector<float> weights;
        for (const auto &[latent, weight] : parts) {
            latents.push_back(latent ? latent->get() : nullptr);
            weights.push_back(weight);
        }
        att3d_latent *mixed = nullptr;
        throw_unless_ok(att3d_latent_mix(latents.data(), weights.data(), latents.size(), &mixed));
        return Latent(mixed);
    }
    /// A step from one prompt, at 0, to another, at 1.
    static Latent between(const Latent &from, const Latent &to, float at) {
        return mix({{&from, 1 - at}, {&to, at}});
    }
    std::vector<std::string> unknown_words() const {
        const char *found = nullptr;
        throw_unless_ok(att3d_latent_get_unknown_words(get(), &found));
        return detail::lines(found);
    }
    /// Words that were read as known ones: the word, a tab, the known word.
    std::vector<std::string> replaced_words() const {
        const char *found = nullptr;
        throw_unless_ok(att3d_latent_get_replaced_words(get(), &found));
        return detail::lines(found);
    }
    Field field(const Shape *shape = nullptr) const {
        att3d_field *field = nullptr;
        throw_unless_ok(att3d_field_from_latent(get(), shape ? shape->get() : nullptr, &field));
        return Field(field);
    }
    /// Fields of latents of one model, all in one forward pass.
    static std::vector<Field> fields(const std::vector<const Latent *> &latents, const Shape *shape = nullptr) {
        std::vector<const att3d_latent *> parts;
        for (const auto *latent : latents) parts.push_back(latent->get());
        std::vector<att3d_field *> handles(parts.size());
        std::vector<Field> found;
        found.reserve(parts.size()); // Before there is a handle to lose.
        throw_unless_ok(att3d_field_from_latents(parts.data(), parts.size(), shape ? shape->get() : nullptr, handles.data()));
        for (auto *handle : handles) found.emplace_back(handle);
        return found;
    }
    /// The first latent's mesh, with its vertices moved to the surface of each further one: mesh.target(). bound: how far parts of a
    /// shape may stay from the moved mesh, object space; steps: fields between two latents; 0 for the library's own.
    static Mesh morph(const std::vector<const Latent *> &latents, const GenerateOptions &options = {}, float bound = 0,
                      std::uint32_t steps = 0) {
        std::vector<const att3d_latent *> parts;
        for (const auto *latent : latents) parts.push_back(latent->get());
        auto morph = detail::sized<att3d_morph_desc>();
        morph.bound = bound;
        morph.step_count = steps;
        const auto desc = options.desc();
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_generate_morph(parts.data(), parts.size(), &desc, &morph, &mesh));
        return Mesh(mesh);
    }
    Mesh generate(const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_generate_from_latent(get(), &desc, &mesh));
        return Mesh(mesh);
    }
    Job start(const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_job *job = nullptr;
        throw_unless_ok(att3d_job_start_latent(get(), &desc, &job));
        return Job(job);
    }
    const att3d_latent *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<att3d_latent, att3d_latent_free> handle_;
};

/// A session for sliders and text fields: of what is asked meanwhile only the newest is made.
class Live {
public:
    explicit Live(att3d_live *handle) : handle_(handle) {}
    /// is_typing: the last word may still grow. Returns the request's number.
    std::uint64_t set_prompt(const std::string &prompt, bool is_typing) const {
        std::uint64_t request = 0;
        throw_unless_ok(att3d_live_set_prompt(handle_.get(), detail::c_text(prompt), is_typing ? 1 : 0, &request));
        return request;
    }
    /// Returns the request's number.
    std::uint64_t set_latent(const Latent &latent) const {
        std::uint64_t request = 0;
        throw_unless_ok(att3d_live_set_latent(handle_.get(), latent.get(), &request));
        return request;
    }
    /// Waits until the newest request is answered; false when the time is over first. Throws ATT3D_BUSY inside a callback.
    bool wait(std::optional<std::chrono::milliseconds> limit = {}) const {
        const auto status = att3d_live_wait(handle_.get(), detail::milliseconds(limit));
        if (status == ATT3D_TIMEOUT) return false;
        throw_unless_ok(status);
        return true;
    }
    /// The newest mesh, if there is one that was not taken yet. Never waits.
    std::optional<Mesh> take() const {
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_live_take_mesh(handle_.get(), &mesh, nullptr));
        if (!mesh) return std::nullopt;
        return std::optional<Mesh>(std::in_place, mesh);
    }
    att3d_live_info info() const {
        auto info = detail::sized<att3d_live_info>();
        throw_unless_ok(att3d_live_get_info(handle_.get(), &info));
        return info;
    }

private:
    detail::Handle<att3d_live, att3d_live_free> handle_;
};

/// A package, ready to run.
class Model {
public:
    explicit Model(att3d_model *handle) : handle_(handle) {}

    Latent embed(const std::string &prompt) const {
        att3d_latent *latent = nullptr;
        throw_unless_ok(att3d_latent_from_prompt(get(), detail::c_text(prompt), &latent));
        return Latent(latent);
    }
    /// A variant of the prompt: another for each seed, the same each time; 0 is the plain prompt.
    Latent embed_variant(const std::string &prompt, std::uint64_t seed) const {
        att3d_latent *latent = nullptr;
        throw_unless_ok(att3d_latent_from_variant(get(), detail::c_text(prompt), seed, &latent));
        return Latent(latent);
    }
    /// All in one batch.
    std::vector<Latent> embed_all(const std::vector<std::string> &prompts) const {
        std::vector<const char *> texts;
        for (const auto &prompt : prompts) texts.push_back(detail::c_text(prompt));
        std::vector<att3d_latent *> handles(prompts.size());
        std::vector<Latent> latents;
        latents.reserve(prompts.size()); // Before there is a handle to lose.
        throw_unless_ok(att3d_latent_from_prompts(get(), texts.data(), texts.size(), handles.data()));
        for (auto *handle : handles) latents.emplace_back(handle);
        return latents;
    }
    Mesh generate(const std::string &prompt, const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_generate(get(), detail::c_text(prompt), &desc, &mesh));
        return Mesh(mesh);
    }
    Job start(const std::string &prompt, const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_job *job = nullptr;
        throw_unless_ok(att3d_job_start(get(), detail::c_text(prompt), &desc, &job));
        return Job(job);
    }
    /// A GLB file with the prompt's colours on the geometry of another, which is kept byte for byte.
    void restyle(const std::string &path, const std::string &prompt, const std::string &out_path,
                 const GenerateOptions &options = {}, bool unwrap = false) const {
        const auto desc = options.desc();
        throw_unless_ok(att3d_restyle_file(get(), detail::c_text(path), detail::c_text(prompt), &desc,
                                           unwrap ? ATT3D_RESTYLE_UNWRAP : 0, detail::c_text(out_path)));
    }
    Live live(const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_live *live = nullptr;
        throw_unless_ok(att3d_live_create(get(), &desc, &live));
        return Live(live);
    }
    att3d_model_info info() const {
        auto info = detail::sized<att3d_model_info>();
        throw_unless_ok(att3d_model_get_info(get(), &info));
        return info;
    }
    std::string name() const { return text(att3d_model_get_name); }
    std::string license() const { return text(att3d_model_get_license); }
    std::string digest() const { return text(att3d_model_get_digest); }
    std::vector<std::string> words() const { return detail::lines(text(att3d_model_get_words)); }
    /// A line a phrase: its group, a tab, the phrase.
    std::vector<std::string> word_groups() const { return detail::lines(text(att3d_model_get_word_groups)); }
    /// What is understood of a prompt. is_change: a shape is given beside it, so that "made of gold" is enough.
    Reading read(const std::string &prompt, bool is_change = false) const {
        att3d_reading *reading = nullptr;
        throw_unless_ok(att3d_model_read(get(), detail::c_text(prompt), is_change ? ATT3D_READ_CHANGE : 0, &reading));
        return Reading(reading);
    }
    /// Lets go of the weights though others still name the model.
    void unload() const { throw_unless_ok(att3d_model_unload(get())); }
    const att3d_model *get() const noexcept { return handle_.get(); }

private:
    template <class F>
    std::string text(F ask) const {
        const char *found = nullptr;
        throw_unless_ok(ask(get(), &found));
        return found;
    }
    detail::Handle<att3d_model, att3d_model_free> handle_;
};

/// The library's version, such as "0.1.0".
inline std::string version() { return att3d_version(); }

/// Can this header's calls be made? False for a library of another ABI, or of an older one.
inline bool is_compatible() {
    const auto found = att3d_abi_version();
    return found >> 16 == ATT3D_ABI_MAJOR && (found & 0xffff) >= ATT3D_ABI_MINOR;
}

/// The devices that this machine and this build have.
inline std::vector<att3d_device_info> devices() {
    std::uint32_t count = 0;
    throw_unless_ok(att3d_device_count(&count));
    std::vector<att3d_device_info> found(count, detail::sized<att3d_device_info>());
    for (std::uint32_t index = 0; index < count; index++) throw_unless_ok(att3d_device_get_info(index, &found[index]));
    return found;
}

/// An engine with its threads, into which models are loaded.
class Context {
public:
    explicit Context(std::uint32_t threads = 0, att3d_device device = ATT3D_DEVICE_AUTO, std::uint32_t index = 0) {
        auto desc = detail::sized<att3d_context_desc>();
        desc.thread_count = threads;
        desc.device = device;
        desc.device_index = index;
        create(desc);
    }
    /// As described; struct_size is set here. An engine, a precision, a worker: see att3d_context_desc.
    explicit Context(att3d_context_desc desc) { create(desc); }
    Model load_bundled() const {
        att3d_model *model = nullptr;
        throw_unless_ok(att3d_model_load_bundled(get(), &model));
        return Model(model);
    }
    /// A package: a folder or an .att3d file. progress: stops the work by returning true or by what it throws.
    Model load_file(const std::string &path, const std::function<bool(float)> &progress = {}) const {
        auto desc = detail::sized<att3d_load_desc>();
        desc.path = detail::c_text(path);
        return load(desc, progress);
    }
    /// The bytes of an .att3d file; they are copied. progress: as for load_file.
    Model load_memory(const void *bytes, std::size_t size, const std::function<bool(float)> &progress = {}) const {
        if (bytes == nullptr) { // In the description it would stand for the bundled model.
            att3d_model *none = nullptr;
            throw_unless_ok(att3d_model_load_memory(get(), bytes, size, &none));
        }
        auto desc = detail::sized<att3d_load_desc>();
        desc.bytes = bytes;
        desc.size = size;
        return load(desc, progress);
    }
    att3d_context_info info() const {
        auto info = detail::sized<att3d_context_info>();
        throw_unless_ok(att3d_context_get_info(get(), &info));
        return info;
    }
    /// Gives back the memory that is only kept for the next call.
    void trim() const { throw_unless_ok(att3d_context_trim(get())); }
    /// Sends log lines (ATT3D_LOG_..., text) to a function, on any thread, several at once; an empty one ends it. What it throws
    /// is dropped. Throws ATT3D_BUSY inside a callback.
    void set_log(std::function<void(att3d_log_level, const std::string &)> log) const {
        using Log = decltype(log);
        if (!log) return throw_unless_ok(att3d_context_set_log(get(), nullptr, nullptr, nullptr));
        auto kept = std::make_unique<Log>(std::move(log));
        throw_unless_ok(att3d_context_set_log(
            get(),
            [](void *user, att3d_log_level level, const char *message) {
                try {
                    (*static_cast<Log *>(user))(level, message);
                } catch (...) { // No exception may pass through C.
                }
            },
            kept.get(), [](void *user) { delete static_cast<Log *>(user); }));
        kept.release(); // The library deletes it.
    }
    const att3d_context *get() const noexcept { return handle_.get(); }

private:
    Model load(att3d_load_desc &desc, const std::function<bool(float)> &progress) const {
        detail::watch(desc, progress);
        att3d_model *model = nullptr;
        throw_unless_ok(att3d_model_load(get(), &desc, &model));
        return Model(model);
    }
    void create(att3d_context_desc &desc) {
        desc.struct_size = sizeof desc;
        att3d_context *handle = nullptr;
        throw_unless_ok(att3d_context_create(&desc, &handle));
        handle_.reset(handle);
    }
    detail::Handle<att3d_context, att3d_context_free> handle_;
};

} // namespace att3d

#endif // ATT3D_HPP
