// libatt3d for C++17: objects that free their handles, views without copies, and exceptions for failures.
//
// The header wraps att3d.h, and only the C library must be linked. It needs exceptions; in Unreal, set
// bEnableExceptions in the module's build file.
//
// Classes that own a handle are movable and not copyable. All const members are thread-safe, as the C
// functions are. A handle that is given to a constructor is owned by the object, which frees it. An object
// keeps alive what it was made from, so objects may be destroyed in any order.
//
// Unless a function is noexcept, it throws Error with the status that att3d.h documents for the C function.
// A text with a NUL character inside throws ATT3D_INVALID_ARGUMENT.
//
// Object space is [-1, 1] along each axis, right-handed, +Y up, +Z front. Colors are sRGB from 0 to 1.
//
// A progress callback gets a fraction from 0 to 1. It may be called on a thread of the library or of the
// caller. It stops the work by returning true or by throwing. The call then throws ATT3D_CANCELLED, and a job
// fails with it.
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

/// The exception of a call that failed. what() is the library's message.
class Error : public std::runtime_error {
public:
    /// status: not ATT3D_OK. message: UTF-8, not null; copied.
    Error(att3d_status status, const char *message) : std::runtime_error(message), status_(status) {}
    /// Returns the status of the call, such as ATT3D_PROMPT or ATT3D_CANCELLED.
    att3d_status status() const noexcept { return status_; }

private:
    att3d_status status_;
};

/// Throws Error with the message of this thread's last failure, unless the status is ATT3D_OK.
/// The name is long because some hosts define macros such as `check`.
inline void throw_unless_ok(att3d_status status) {
    if (status != ATT3D_OK) throw Error(status, att3d_last_error());
}

namespace detail {

/// Returns a text as a C string, valid as long as the text. Throws ATT3D_INVALID_ARGUMENT if the text
/// contains a NUL character, because C would read only the part before it.
inline const char *c_text(const std::string &text) {
    const auto place = text.find('\0');
    if (place == std::string::npos) return text.c_str();
    const auto message = "the text holds a NUL character at byte " + std::to_string(place) + "; leave it out";
    throw Error(ATT3D_INVALID_ARGUMENT, message.c_str());
}

} // namespace detail

/// A view of an array that a mesh owns. It is valid as long as the mesh.
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

/// Returns a struct of att3d.h with struct_size set and all other fields zero.
template <class T>
T sized() {
    T value{};
    value.struct_size = static_cast<std::uint32_t>(sizeof(T));
    return value;
}

/// Frees a handle with its function of att3d.h.
template <class T, void (*Free)(T *)>
struct Deleter {
    void operator()(T *handle) const noexcept { Free(handle); }
};

/// A handle that is freed once, or null.
template <class T, void (*Free)(T *)>
using Handle = std::unique_ptr<T, Deleter<T, Free>>;

/// Returns the lines of a text, without their line feeds. An empty text has no lines.
inline std::vector<std::string> lines(const std::string &text) {
    std::vector<std::string> found;
    for (std::size_t start = 0; start < text.size();) {
        const auto end = (std::min)(text.find('\n', start), text.size());
        found.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return found;
}

/// Converts a time limit for the C functions. No limit becomes ATT3D_FOREVER, and a negative limit becomes 0.
inline std::uint32_t milliseconds(std::optional<std::chrono::milliseconds> limit) {
    if (!limit) return ATT3D_FOREVER;
    const auto count = limit->count();
    if (count < 0) return 0;
    return count < ATT3D_FOREVER ? static_cast<std::uint32_t>(count) : ATT3D_FOREVER - 1;
}

/// Sets the progress callback of a description. The function is copied, and the library releases the copy
/// when it no longer needs it. Therefore, each description must be passed to exactly one call.
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

/// Options for making a mesh. Zero or empty selects the library's default.
struct GenerateOptions {
    /// Cells along each side of the bounding box, 2 to 1024; 0 for 128.
    std::uint32_t resolution = 0;
    /// Whether the field is evaluated at every point of the grid, instead of near the surface only. This is
    /// slow, and the mesh is the same.
    bool dense = false;
    /// Largest number of bytes that surface extraction may hold; 0 for 2 GiB.
    std::uint64_t memory_limit = 0;
    /// Progress callback; empty for none.
    std::function<bool(float)> progress;
    /// Texels along a side of each texture, 64 to 4096; 0 for vertex colors only.
    std::uint32_t texture_size = 0;
    /// Largest number of triangles, at least 4; 0 for no limit.
    std::uint32_t triangle_budget = 0;
    /// Number of further levels of detail, at most 8. Each has half the triangles of the level before it.
    std::uint32_t level_count = 0;
    /// Whether convex hulls for collisions are made; see hull_count.
    bool hull = false;
    /// Variant of a prompt. The same seed gives the same variant, and 0 is the plain prompt.
    std::uint64_t seed = 0;
    /// Share of the volume, 0 to 1, below which a component of the surface is removed. 0 keeps all
    /// components; empty selects the library's default.
    std::optional<float> min_component;
    /// Largest number of vertices of a hull, 8 to 255; 0 for 32.
    std::uint32_t hull_vertex_count = 0;
    /// Largest number of hulls, 1 to 64; 0 for 1, the hull of the whole mesh.
    std::uint32_t hull_count = 0;

private:
    friend class Field;
    friend class Latent;
    friend class Model;
    /// Returns the C description, for exactly one call (see detail::watch).
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

/// Options for exporting a mesh. By default, the path's extension selects the format, and the model defines
/// the scale. The default origin is the point on the ground below the mesh's center.
struct ExportOptions {
    /// File format, ATT3D_MESH_...
    std::uint32_t format = ATT3D_MESH_AUTO;
    /// Meters for one unit of object space; 0 for the model's scale.
    float metres_per_unit = 0;
    /// Whether the origin of object space stays the origin.
    bool keep_pivot = false;
    /// Meters of the longest side, instead of metres_per_unit; 0 to use metres_per_unit.
    float size = 0;
    /// Whether the mesh's center becomes the origin.
    bool pivot_centre = false;
    /// Whether the file has +Z up and -Y front, as in Blender; not for a GLB.
    bool up_z = false;
    /// Whether the hull is named for Godot instead of Unreal.
    bool godot = false;
    /// Seconds from one keyframe to the next; 0 for 1.
    float seconds = 0;
    /// Whether the mesh is exported at the place and size of the shape that it was made with.
    bool place_of_shape = false;
    /// Whether a GLB is compressed by KHR_mesh_quantization and EXT_meshopt_compression. Its reader must
    /// support both extensions.
    bool compress = false;

    /// Returns the C description.
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

/// A triangle mesh in object space. Its views are valid as long as the mesh.
class Mesh {
public:
    /// Takes ownership of a handle.
    explicit Mesh(att3d_mesh *handle) : handle_(handle) {
        view_ = detail::sized<att3d_mesh_view>();
        throw_unless_ok(att3d_mesh_get_view(handle_.get(), &view_));
    }

    /// Moves a mesh. The other mesh becomes empty: its spans have no elements, and its calls throw
    /// ATT3D_NULL_ARGUMENT.
    Mesh(Mesh &&other) noexcept
        : handle_(std::move(other.handle_)), view_(std::exchange(other.view_, att3d_mesh_view{})) {}
    Mesh &operator=(Mesh &&other) noexcept {
        handle_ = std::move(other.handle_);
        view_ = std::exchange(other.view_, att3d_mesh_view{});
        return *this;
    }

    /// Returns the number of vertices.
    std::uint32_t vertex_count() const noexcept { return view_.vertex_count; }
    /// Returns the number of triangles.
    std::uint32_t triangle_count() const noexcept { return view_.triangle_count; }
    /// Returns x, y, z of each vertex, in object space.
    Span<const float> positions() const noexcept { return {view_.positions, 3u * std::size_t{view_.vertex_count}}; }
    /// Returns x, y, z of each vertex's outward normal, of unit length.
    Span<const float> normals() const noexcept { return {view_.normals, 3u * std::size_t{view_.vertex_count}}; }
    /// Returns sRGB red, green and blue of each vertex, from 0 to 1.
    Span<const float> colors() const noexcept { return {view_.colors, 3u * std::size_t{view_.vertex_count}}; }
    /// Returns metallic and roughness of each vertex, from 0 to 1. Empty if the mesh has none.
    Span<const float> materials() const noexcept { return {view_.materials, 2u * std::size_t{view_.vertex_count}}; }
    /// Returns u, v of each vertex, right and down from the images' upper left corner. Empty if the mesh has
    /// none.
    Span<const float> uvs() const noexcept { return {view_.uvs, 2u * std::size_t{view_.vertex_count}}; }
    /// Returns four numbers for each vertex: the unit direction in which u grows, and a sign. The sign times
    /// the cross product of normal and tangent points up in the image. Empty if the mesh has none.
    Span<const float> tangents() const noexcept { return {view_.tangents, 4u * std::size_t{view_.vertex_count}}; }
    /// Returns three vertex indices for each triangle, counter-clockwise seen from outside.
    Span<const std::uint32_t> indices() const noexcept {
        return {view_.indices, 3u * std::size_t{view_.triangle_count}};
    }

    /// Returns a texture, ATT3D_TEXTURE_..., valid as long as the mesh. Throws ATT3D_UNSUPPORTED if the mesh
    /// does not have it.
    att3d_texture_view texture(att3d_texture which = ATT3D_TEXTURE_BASE_COLOR) const {
        auto view = detail::sized<att3d_texture_view>();
        throw_unless_ok(att3d_mesh_get_texture(handle_.get(), which, &view));
        return view;
    }
    /// Returns three vertex indices for each triangle of a level of detail, valid as long as the mesh. level:
    /// from 1 to info().level_count. Throws ATT3D_INVALID_ARGUMENT for another level.
    Span<const std::uint32_t> level(std::uint32_t level) const {
        auto view = detail::sized<att3d_level_view>();
        throw_unless_ok(att3d_mesh_get_level(handle_.get(), level, &view));
        return {view.indices, 3u * std::size_t{view.triangle_count}};
    }
    /// Returns the positions and indices of a convex hull, valid as long as the mesh. hull: from 0 to
    /// info().hull_count - 1; 0 is the hull of the largest part. Throws
    /// ATT3D_UNSUPPORTED if the mesh was made without hulls, and ATT3D_INVALID_ARGUMENT for another number.
    att3d_mesh_view hull_at(std::uint32_t hull) const {
        auto view = detail::sized<att3d_mesh_view>();
        throw_unless_ok(att3d_mesh_get_hull_at(handle_.get(), hull, &view));
        return view;
    }

    /// Returns the positions and indices of the first convex hull, valid as long as the mesh. Throws
    /// ATT3D_UNSUPPORTED if the mesh was made without hulls.
    att3d_mesh_view hull() const {
        auto view = detail::sized<att3d_mesh_view>();
        throw_unless_ok(att3d_mesh_get_hull(handle_.get(), &view));
        return view;
    }
    /// Returns the vertices at a further keyframe, valid as long as the mesh. target: from 0, the second
    /// keyframe, to info().target_count - 1. Throws ATT3D_INVALID_ARGUMENT for another target.
    att3d_target_view target(std::uint32_t target) const {
        auto view = detail::sized<att3d_target_view>();
        throw_unless_ok(att3d_mesh_get_target(handle_.get(), target, &view));
        return view;
    }
    /// Draws the mesh with its materials and textures. Returns width times height times red, green, blue
    /// (sRGB) and alpha (255), row by row from the upper left corner.
    ///
    /// width, height: pixels, at most 4096; 0 for 512. turn_degrees, rise_degrees: the angles by which the
    /// camera is moved to the right and up from a three-quarter view. progress: a progress callback; empty
    /// for none.
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
    /// Measures the mesh: whether it is closed, its components, its volume and its area. This takes some
    /// milliseconds for a large mesh.
    att3d_mesh_report report() const {
        auto report = detail::sized<att3d_mesh_report>();
        throw_unless_ok(att3d_mesh_get_report(handle_.get(), &report));
        return report;
    }
    /// Returns the mesh's size, and the time and evaluations that it took.
    att3d_mesh_info info() const {
        auto info = detail::sized<att3d_mesh_info>();
        throw_unless_ok(att3d_mesh_get_info(handle_.get(), &info));
        return info;
    }
    /// Returns the prompt that the mesh was made from. The prompts of a mix have " / " between them.
    std::string prompt() const { return text(att3d_mesh_get_prompt); }
    /// Returns the prompt's words that the model does not know and left out.
    std::vector<std::string> unknown_words() const { return detail::lines(text(att3d_mesh_get_unknown_words)); }
    /// Returns the prompt's words that were read as known words. Each line has the typed word, a tab and the
    /// known word.
    std::vector<std::string> replaced_words() const { return detail::lines(text(att3d_mesh_get_replaced_words)); }

    /// Writes one GLB with an animation that shows meshes one after another, with vertex colors only. The
    /// file is written completely or not at all.
    ///
    /// meshes: 1 to 1024, none null. path: UTF-8, with the extension .glb or none. options: seconds is the
    /// time that each mesh is shown.
    static void write_frames(const std::vector<const Mesh *> &meshes, const std::string &path, const ExportOptions &options = {}) {
        std::vector<const att3d_mesh *> handles;
        for (const auto *mesh : meshes) handles.push_back(mesh ? mesh->handle_.get() : nullptr);
        const auto desc = options.desc();
        throw_unless_ok(att3d_meshes_write_frames(handles.data(), handles.size(), detail::c_text(path), &desc));
    }
    /// Writes the mesh to a file, in meters. The file is written completely or not at all. path: UTF-8; its
    /// extension selects the format unless options have one.
    void write_file(const std::string &path, const ExportOptions &options = {}) const {
        const auto desc = options.desc();
        throw_unless_ok(att3d_mesh_write_file(handle_.get(), detail::c_text(path), &desc));
    }
    /// Returns the bytes of a file, in meters. ATT3D_MESH_AUTO selects a GLB.
    std::vector<std::uint8_t> encode(const ExportOptions &options = {}) const {
        const auto desc = options.desc();
        std::size_t size = 0;
        throw_unless_ok(att3d_mesh_encode(handle_.get(), &desc, nullptr, 0, &size));
        std::vector<std::uint8_t> bytes(size);
        throw_unless_ok(att3d_mesh_encode(handle_.get(), &desc, bytes.data(), bytes.size(), &size));
        return bytes;
    }
    /// Returns the handle, which the object still owns.
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

/// A mesh that is being made on a thread of the library. The destructor cancels the job. It
/// waits for the job's end, except inside a callback.
class Job {
public:
    /// Takes ownership of a handle.
    explicit Job(att3d_job *handle) : handle_(handle) {}
    /// Returns the state and the progress of the job, without waiting.
    att3d_job_info info() const {
        auto info = detail::sized<att3d_job_info>();
        throw_unless_ok(att3d_job_get_info(handle_.get(), &info));
        return info;
    }
    /// Waits until the job has ended, with success or not. Returns false if the limit passes first. limit:
    /// empty for no limit. Throws ATT3D_BUSY inside a callback.
    bool wait(std::optional<std::chrono::milliseconds> limit = {}) const {
        const auto status = att3d_job_wait(handle_.get(), detail::milliseconds(limit));
        if (status == ATT3D_TIMEOUT) return false;
        throw_unless_ok(status);
        return true;
    }
    /// Requests that the job stops, and returns at once. The job ends with ATT3D_CANCELLED.
    void cancel() const { throw_unless_ok(att3d_job_cancel(handle_.get())); }
    /// Takes the mesh, which is possible once. Throws ATT3D_BUSY while the job runs, and the job's own
    /// failure if it failed.
    Mesh take() const {
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_job_take_mesh(handle_.get(), &mesh));
        return Mesh(mesh);
    }

private:
    detail::Handle<att3d_job, att3d_job_free> handle_;
};

/// A mesh of the caller. The struct does not own the arrays.
struct Surface {
    /// x, y, z of each vertex, finite; not null.
    const float *positions = nullptr;
    std::size_t vertex_count = 0;
    /// Three vertex indices for each triangle, counter-clockwise seen from outside; not null.
    const std::uint32_t *indices = nullptr;
    /// Number of triangles, at least 1.
    std::size_t triangle_count = 0;
    /// x, y, z of each vertex's outward normal, of any length; null to compute them from the triangles.
    const float *normals = nullptr;
    /// sRGB red, green and blue of each vertex, from 0 to 1; null if they are not known.
    const float *colors = nullptr;
    /// u, v of each vertex, right and down from an image's upper left corner; null for none.
    const float *uvs = nullptr;

    /// Returns the C description, which refers to the same arrays. flags: ATT3D_SURFACE_..., or-ed.
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

/// Points of a given surface, for models with ATT3D_CAPABILITY_SHAPE.
class Shape {
public:
    /// Makes a shape from points of its surface; they are copied. points: count times x, y, z in object
    /// space, each from -1000 to 1000. count: at least 1.
    static Shape from_points(const float *points, std::size_t count) {
        att3d_shape *handle = nullptr;
        throw_unless_ok(att3d_shape_from_points(points, count, &handle));
        return Shape(handle);
    }
    /// Makes a shape from a mesh: 4,096 points, evenly distributed by area. positions: x, y, z of each vertex
    /// in object space. indices: three for each triangle. triangles: at least 1.
    static Shape from_triangles(const float *positions, std::size_t vertices, const std::uint32_t *indices,
                                std::size_t triangles) {
        att3d_shape *handle = nullptr;
        throw_unless_ok(att3d_shape_from_triangles(positions, vertices, indices, triangles, &handle));
        return Shape(handle);
    }
    /// Makes a shape from a mesh with its normals and colors: 4,096 points, evenly distributed by area. fit:
    /// whether the surface is moved and scaled into object space; if not, it must be there already.
    static Shape from_surface(const Surface &surface, bool fit = true) {
        const auto desc = surface.desc(fit ? ATT3D_SURFACE_FIT : 0);
        att3d_shape *handle = nullptr;
        throw_unless_ok(att3d_shape_from_surface(&desc, &handle));
        return Shape(handle);
    }
    /// Makes a shape from the scene of a GLB file, moved and scaled into object space. bytes: the file's, of
    /// that size. Throws ATT3D_FORMAT for a damaged file, and ATT3D_UNSUPPORTED for contents that are not
    /// read.
    static Shape from_glb(const void *bytes, std::size_t size) {
        att3d_shape *handle = nullptr;
        throw_unless_ok(att3d_shape_from_glb(bytes, size, &handle));
        return Shape(handle);
    }
    /// Returns the same shape with another share of it to keep, from 0 (the prompt's own shape) to 1 (this
    /// shape).
    Shape keeping(float keep) const {
        att3d_shape *handle = nullptr;
        throw_unless_ok(att3d_shape_with_keep(get(), keep, &handle));
        return Shape(handle);
    }
    /// Returns the shape's number of points, share to keep, and frame.
    att3d_shape_info info() const {
        auto info = detail::sized<att3d_shape_info>();
        throw_unless_ok(att3d_shape_get_info(get(), &info));
        return info;
    }
    /// Returns the handle, which the object still owns.
    const att3d_shape *get() const noexcept { return handle_.get(); }

private:
    explicit Shape(att3d_shape *handle) : handle_(handle) {}
    detail::Handle<att3d_shape, att3d_shape_free> handle_;
};

/// Results at points: one value, three numbers of the gradient, sRGB red, green and blue, and metallic and
/// roughness for each point.
struct Samples {
    std::vector<float> values, gradients, colors, materials;
};

/// Functions from a point to signed distance or density, color and material.
class Field {
public:
    /// Takes ownership of a handle.
    explicit Field(att3d_field *handle) : handle_(handle) {}
    /// Returns the meaning of the values, the isovalue and the bounding box.
    att3d_field_info info() const {
        auto info = detail::sized<att3d_field_info>();
        throw_unless_ok(att3d_field_get_info(handle_.get(), &info));
        return info;
    }
    /// Returns the signed distance or density at each point. points: count times x, y, z in object space,
    /// finite. A point outside the bounding box gets the value at the border. progress: a progress callback;
    /// empty for none.
    std::vector<float> values(const float *points, std::size_t count,
                              const std::function<bool(float)> &progress = {}) const {
        std::vector<float> found(count);
        auto desc = detail::sized<att3d_sample_desc>();
        desc.values = found.data();
        detail::watch(desc, progress);
        throw_unless_ok(att3d_field_sample(get(), points, count, &desc));
        return found;
    }
    /// Returns values, gradients, colors and materials at points. The parameters are those of values().
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
    /// Makes the field's mesh, and returns when it is made. This works although the model was unloaded.
    /// Throws ATT3D_INVALID_ARGUMENT for a seed that is not 0.
    Mesh generate(const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_generate_from_field(get(), &desc, &mesh));
        return Mesh(mesh);
    }
    /// Returns the caller's mesh with textures that are baked from the field. If the mesh has texture
    /// coordinates, its vertices and triangles stay the same; otherwise it gets some, and vertices at seams
    /// are duplicated.
    ///
    /// surface: in the space of the field's shape if that was fitted, else in object space. options:
    /// texture_size (0 for 1024) and progress are used.
    Mesh paint(const Surface &surface, const GenerateOptions &options = {}) const {
        const auto given = surface.desc();
        const auto desc = options.desc();
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_field_paint(get(), &given, &desc, &mesh));
        return Mesh(mesh);
    }
    /// Starts to make the field's mesh on a thread of the library, and returns at once.
    Job start(const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_job *job = nullptr;
        throw_unless_ok(att3d_job_start_field(get(), &desc, &job));
        return Job(job);
    }
    /// Returns the handle, which the object still owns.
    const att3d_field *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<att3d_field, att3d_field_free> handle_;
};

/// What was understood of a prompt. All members are copies.
struct Reading {
    /// Phrase that the model encodes, such as "a green truck".
    std::string phrase;
    /// Thing that the prompt names, as in the model's package, such as "truck". Empty if only a change was
    /// read.
    std::string thing;
    /// Attributes of the thing, as in the model's package, such as "green" and "with roof".
    std::vector<std::string> attributes;
    /// Words that were left out, as they were typed.
    std::vector<std::string> left_out;
    /// Words that were read as known words. Each line has the typed word, a tab and the known word.
    std::vector<std::string> replaced;
    /// One line for people, if the phrase differs from the prompt; otherwise empty.
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

/// The text embedding of a prompt, or a mix of several.
class Latent {
public:
    /// Takes ownership of a handle.
    explicit Latent(att3d_latent *handle) : handle_(handle) {}
    /// Interpolates between latents of one model: returns the sum of weight times latent. parts: 1 to 1024,
    /// none null. Weights are from -1000 to 1000 and should sum to 1.
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
    /// Returns the linear interpolation between two latents. at: 0 for the first, 1 for the second.
    static Latent between(const Latent &from, const Latent &to, float at) {
        return mix({{&from, 1 - at}, {&to, at}});
    }
    /// Returns the prompt's words that were left out.
    std::vector<std::string> unknown_words() const {
        const char *found = nullptr;
        throw_unless_ok(att3d_latent_get_unknown_words(get(), &found));
        return detail::lines(found);
    }
    /// Returns the prompt's words that were read as known words. Each line has the typed word, a tab and the
    /// known word.
    std::vector<std::string> replaced_words() const {
        const char *found = nullptr;
        throw_unless_ok(att3d_latent_get_replaced_words(get(), &found));
        return detail::lines(found);
    }
    /// Makes the latent's field. shape: null for none. Throws ATT3D_UNSUPPORTED if the model takes no shape.
    Field field(const Shape *shape = nullptr) const {
        att3d_field *field = nullptr;
        throw_unless_ok(att3d_field_from_latent(get(), shape ? shape->get() : nullptr, &field));
        return Field(field);
    }
    /// Makes the fields of latents of one model, up to 8 in a forward pass. latents: 1 to 1024, none null.
    /// shape: used for all of them; null for none.
    static std::vector<Field> fields(const std::vector<const Latent *> &latents, const Shape *shape = nullptr) {
        std::vector<const att3d_latent *> parts;
        for (const auto *latent : latents) parts.push_back(latent->get());
        std::vector<att3d_field *> handles(parts.size());
        std::vector<Field> found;
        found.reserve(parts.size()); // Reserved first: a later bad_alloc would leak the handles.
        throw_unless_ok(att3d_field_from_latents(parts.data(), parts.size(), shape ? shape->get() : nullptr, handles.data()));
        for (auto *handle : handles) found.emplace_back(handle);
        return found;
    }
    /// Makes the first latent's mesh, and moves its vertices to the surface of each further latent
    /// (Mesh::target).
    ///
    /// latents: 2 to 64 of one model, none null. bound: the largest distance that parts of a shape may have
    /// from the morphed mesh, in object space. steps: the number of fields between two latents. For both, 0
    /// selects the library's default. Throws ATT3D_UNSUPPORTED if a shape cannot be reached.
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
    /// Makes the latent's mesh, and returns when it is made. Throws ATT3D_INVALID_ARGUMENT for a seed that is
    /// not 0.
    Mesh generate(const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_generate_from_latent(get(), &desc, &mesh));
        return Mesh(mesh);
    }
    /// Starts to make the latent's mesh on a thread of the library, and returns at once.
    Job start(const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_job *job = nullptr;
        throw_unless_ok(att3d_job_start_latent(get(), &desc, &job));
        return Job(job);
    }
    /// Returns the handle, which the object still owns.
    const att3d_latent *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<att3d_latent, att3d_latent_free> handle_;
};

/// A session that follows a text field or a slider. While it makes a mesh, only the newest further request is
/// kept. The destructor stops the session. It waits for its end, except inside a callback.
class Live {
public:
    /// Takes ownership of a handle.
    explicit Live(att3d_live *handle) : handle_(handle) {}
    /// Requests a prompt's mesh, instead of a request that still waits. Returns the request's number at once;
    /// the first is 1. is_typing: whether the last word may be incomplete.
    std::uint64_t set_prompt(const std::string &prompt, bool is_typing) const {
        std::uint64_t request = 0;
        throw_unless_ok(att3d_live_set_prompt(handle_.get(), detail::c_text(prompt), is_typing ? 1 : 0, &request));
        return request;
    }
    /// Requests a latent's mesh, instead of a request that still waits. Returns the request's number at once.
    /// latent: of the session's model.
    std::uint64_t set_latent(const Latent &latent) const {
        std::uint64_t request = 0;
        throw_unless_ok(att3d_live_set_latent(handle_.get(), latent.get(), &request));
        return request;
    }
    /// Waits until the newest request is answered. Returns false if the limit passes first. limit: empty for
    /// no limit. Throws ATT3D_BUSY inside a callback.
    bool wait(std::optional<std::chrono::milliseconds> limit = {}) const {
        const auto status = att3d_live_wait(handle_.get(), detail::milliseconds(limit));
        if (status == ATT3D_TIMEOUT) return false;
        throw_unless_ok(status);
        return true;
    }
    /// Takes the newest mesh, without waiting. Returns nullopt if there is no mesh that was not taken yet.
    std::optional<Mesh> take() const {
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_live_take_mesh(handle_.get(), &mesh, nullptr));
        if (!mesh) return std::nullopt;
        return std::optional<Mesh>(std::in_place, mesh);
    }
    /// Returns the state of the session's answers.
    att3d_live_info info() const {
        auto info = detail::sized<att3d_live_info>();
        throw_unless_ok(att3d_live_get_info(handle_.get(), &info));
        return info;
    }

private:
    detail::Handle<att3d_live, att3d_live_free> handle_;
};

/// A package that is loaded into a context.
class Model {
public:
    /// Takes ownership of a handle.
    explicit Model(att3d_model *handle) : handle_(handle) {}

    /// Encodes a prompt. Throws ATT3D_PROMPT if the model cannot read it.
    Latent embed(const std::string &prompt) const {
        att3d_latent *latent = nullptr;
        throw_unless_ok(att3d_latent_from_prompt(get(), detail::c_text(prompt), &latent));
        return Latent(latent);
    }
    /// Encodes a variant of a prompt. The same seed gives the same variant, and 0 is the plain prompt. Throws
    /// ATT3D_UNSUPPORTED for another seed if the model lacks ATT3D_CAPABILITY_SEEDS.
    Latent embed_variant(const std::string &prompt, std::uint64_t seed) const {
        att3d_latent *latent = nullptr;
        throw_unless_ok(att3d_latent_from_variant(get(), detail::c_text(prompt), seed, &latent));
        return Latent(latent);
    }
    /// Encodes 1 to 1024 prompts in one batch. If one fails, the call throws, and no latent is made.
    std::vector<Latent> embed_all(const std::vector<std::string> &prompts) const {
        std::vector<const char *> texts;
        for (const auto &prompt : prompts) texts.push_back(detail::c_text(prompt));
        std::vector<att3d_latent *> handles(prompts.size());
        std::vector<Latent> latents;
        latents.reserve(prompts.size()); // Reserved first: a later bad_alloc would leak the handles.
        throw_unless_ok(att3d_latent_from_prompts(get(), texts.data(), texts.size(), handles.data()));
        for (auto *handle : handles) latents.emplace_back(handle);
        return latents;
    }
    /// Makes a prompt's mesh, and returns when it is made. Throws ATT3D_PROMPT if the model cannot read the
    /// prompt.
    Mesh generate(const std::string &prompt, const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_mesh *mesh = nullptr;
        throw_unless_ok(att3d_generate(get(), detail::c_text(prompt), &desc, &mesh));
        return Mesh(mesh);
    }
    /// Starts to make a prompt's mesh on a thread of the library, and returns at once. A prompt that the
    /// model cannot read is the job's failure.
    Job start(const std::string &prompt, const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_job *job = nullptr;
        throw_unless_ok(att3d_job_start(get(), detail::c_text(prompt), &desc, &job));
        return Job(job);
    }
    /// Writes a GLB file with a prompt's colors on the geometry of a glTF file, whose geometry data stay byte
    /// for byte. The file is written completely or not at all. The model must have ATT3D_CAPABILITY_SHAPE.
    ///
    /// path: the .glb or .gltf file to read. out_path: the file to write; it may be the same. options:
    /// texture_size (0 for 1024) and progress are used. unwrap: whether new texture coordinates are made
    /// although the file has some.
    void restyle(const std::string &path, const std::string &prompt, const std::string &out_path,
                 const GenerateOptions &options = {}, bool unwrap = false) const {
        const auto desc = options.desc();
        throw_unless_ok(att3d_restyle_file(get(), detail::c_text(path), detail::c_text(prompt), &desc,
                                           unwrap ? ATT3D_RESTYLE_UNWRAP : 0, detail::c_text(out_path)));
    }
    /// Starts a session. options: for every mesh of the session; its progress callback is not called.
    Live live(const GenerateOptions &options = {}) const {
        const auto desc = options.desc();
        att3d_live *live = nullptr;
        throw_unless_ok(att3d_live_create(get(), &desc, &live));
        return Live(live);
    }
    /// Returns the model's capabilities and sizes.
    att3d_model_info info() const {
        auto info = detail::sized<att3d_model_info>();
        throw_unless_ok(att3d_model_get_info(get(), &info));
        return info;
    }
    /// Returns the model's name.
    std::string name() const { return text(att3d_model_get_name); }
    /// Returns the license of the weights, as an SPDX expression.
    std::string license() const { return text(att3d_model_get_license); }
    /// Returns a short hash of the package, in hexadecimal digits. Models with equal digests make equal
    /// meshes.
    std::string digest() const { return text(att3d_model_get_digest); }
    /// Returns the words that the model knows. Empty if the model splits any word into pieces.
    std::vector<std::string> words() const { return detail::lines(text(att3d_model_get_words)); }
    /// Returns the phrases that the model knows. Each line has a group, a tab and a phrase. Empty if the
    /// package has no groups.
    std::vector<std::string> word_groups() const { return detail::lines(text(att3d_model_get_word_groups)); }
    /// Reads a prompt, without running a network. is_change: whether a shape is given beside the prompt, so
    /// that a change such as "made of gold" is enough. Throws ATT3D_PROMPT if the prompt names no thing that
    /// the model knows.
    Reading read(const std::string &prompt, bool is_change = false) const {
        att3d_reading *reading = nullptr;
        throw_unless_ok(att3d_model_read(get(), detail::c_text(prompt), is_change ? ATT3D_READ_CHANGE : 0, &reading));
        return Reading(reading);
    }
    /// Releases the weights although latents, jobs and sessions still refer to the model. Running work is
    /// finished; later work that needs the weights throws ATT3D_UNLOADED. Fields and meshes still work.
    void unload() const { throw_unless_ok(att3d_model_unload(get())); }
    /// Returns the handle, which the object still owns.
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

/// Returns the library's version, such as "0.1.0".
inline std::string version() { return att3d_version(); }

/// Returns whether the library has the functions of this header: the same major ABI number, and at least the
/// same minor number.
inline bool is_compatible() {
    const auto found = att3d_abi_version();
    return found >> 16 == ATT3D_ABI_MAJOR && (found & 0xffff) >= ATT3D_ABI_MINOR;
}

/// Returns the devices that this machine and this build have. Loads libtorch if its module is beside the
/// library.
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
    /// Makes a context on a device. threads: 0 for one per processor. index: selects one of several CUDA
    /// devices.
    explicit Context(std::uint32_t threads = 0, att3d_device device = ATT3D_DEVICE_AUTO, std::uint32_t index = 0) {
        auto desc = detail::sized<att3d_context_desc>();
        desc.thread_count = threads;
        desc.device = device;
        desc.device_index = index;
        create(desc);
    }
    /// Makes a context from a description, for example with an engine, a precision or a worker. struct_size
    /// is set here.
    explicit Context(att3d_context_desc desc) { create(desc); }
    /// Loads the model inside the library. Throws ATT3D_UNSUPPORTED if the library was built without it.
    Model load_bundled() const {
        att3d_model *model = nullptr;
        throw_unless_ok(att3d_model_load_bundled(get(), &model));
        return Model(model);
    }
    /// Loads a package. path: a folder or an .att3d file, UTF-8. progress: a progress callback; empty for
    /// none.
    Model load_file(const std::string &path, const std::function<bool(float)> &progress = {}) const {
        auto desc = detail::sized<att3d_load_desc>();
        desc.path = detail::c_text(path);
        return load(desc, progress);
    }
    /// Loads a package from the bytes of an .att3d file, which are copied. progress: a progress callback;
    /// empty for none.
    Model load_memory(const void *bytes, std::size_t size, const std::function<bool(float)> &progress = {}) const {
        if (bytes == nullptr) { // In the description, null selects the bundled model. This call refuses it.
            att3d_model *none = nullptr;
            throw_unless_ok(att3d_model_load_memory(get(), bytes, size, &none));
        }
        auto desc = detail::sized<att3d_load_desc>();
        desc.bytes = bytes;
        desc.size = size;
        return load(desc, progress);
    }
    /// Returns the engine, the device and the memory of the context.
    att3d_context_info info() const {
        auto info = detail::sized<att3d_context_info>();
        throw_unless_ok(att3d_context_get_info(get(), &info));
        return info;
    }
    /// Frees memory that is only kept for later calls.
    void trim() const { throw_unless_ok(att3d_context_trim(get())); }
    /// Sets the function that gets log lines: a level, ATT3D_LOG_..., and a text. An empty function ends the
    /// log.
    ///
    /// The function is called on any thread, and several calls may run at once. Its exceptions are ignored.
    /// Throws ATT3D_BUSY inside a callback.
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
        kept.release(); // The library now owns the function and deletes it by the callback above.
    }
    /// Returns the handle, which the object still owns.
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
