// Buffers and meshes, with their copies, pictures and exports.
// Part of att3d.hpp, which states the rules. Licensed MIT OR Apache-2.0.
#ifndef ATT3D_MESH_HPP
#define ATT3D_MESH_HPP

#include "model.hpp"

namespace att3d {

// ---- Buffers ----------------------------------------------------------------------------------------------

/// Contents of a file in memory. The bytes are valid while the buffer exists.
class Buffer : public detail::Object<att3d_buffer, att3d_buffer_free> {
public:
    /// Takes ownership of a handle. Throws StatusCode::null_argument if it is null.
    explicit Buffer(att3d_buffer *handle) : Object(handle) {
        const void *bytes = nullptr;
        std::size_t size = 0;
        throw_unless_ok(att3d_buffer_get_bytes(get(), &bytes, &size));
        bytes_.value = {static_cast<const std::uint8_t *>(bytes), size};
    }
    /// Returns the address of the first byte; null if the buffer is empty or was moved from.
    const std::uint8_t *data() const noexcept { return bytes_.value.data(); }
    /// Returns the number of bytes; 0 if the buffer was moved from.
    std::size_t size() const noexcept { return bytes_.value.size(); }
    /// Returns the address of the first byte.
    const std::uint8_t *begin() const noexcept { return bytes_.value.begin(); }
    /// Returns the address past the last byte.
    const std::uint8_t *end() const noexcept { return bytes_.value.end(); }
    /// Returns a copy of the bytes.
    std::vector<std::uint8_t> to_vector() const { return bytes_.value.to_vector(); }

private:
    detail::ResetOnMove<Span<const std::uint8_t>> bytes_;
};

// ---- Meshes -----------------------------------------------------------------------------------------------

/// Size of a mesh, and the cost of its generation.
using MeshInfo = att3d_mesh_info;

/// Measures of a mesh: its topology, volume and area, and the components that were removed from it.
using MeshReport = att3d_mesh_report;

/// Kind of texture.
enum class Texture : att3d_texture {
    base_color = ATT3D_TEXTURE_BASE_COLOR,                 ///< sRGB red, green and blue.
    roughness_metallic = ATT3D_TEXTURE_ROUGHNESS_METALLIC, ///< Linear: red 255, green roughness, blue metallic.
    normal = ATT3D_TEXTURE_NORMAL, ///< Linear normals: byte 0 is -1, byte 255 is 1; green points up.
    occlusion = ATT3D_TEXTURE_OCCLUSION, ///< Ambient occlusion, linear, one byte per texel.
};

/// View of a texture with 8 bits per channel, valid while the mesh exists.
struct TextureView {
    std::uint32_t width;             ///< Width in texels.
    std::uint32_t height;            ///< Height in texels.
    std::uint32_t channels;          ///< Bytes per texel: 1 for Texture::occlusion, otherwise 3.
    Span<const std::uint8_t> texels; ///< Row by row from the upper left corner, where u and v are 0.
};

/// View of a convex hull, valid while the mesh exists.
struct HullView {
    Span<const float> positions;       ///< x, y and z per vertex, in object space.
    Span<const std::uint32_t> indices; ///< Three vertex indices per triangle.
};

/// View of a mesh's vertices at a further keyframe, valid while the mesh exists. Distances are in object
/// space. See att3d_target_view.
struct TargetView {
    std::string name;            ///< Prompt of the keyframe.
    Span<const float> positions; ///< x, y and z per vertex, in object space.
    Span<const float> normals;   ///< x, y and z per vertex: the outward unit normal.
    Span<const float> colors;    ///< sRGB red, green and blue in [0, 1] per vertex.
    float mean_residual;         ///< Mean distance of the vertices from the keyframe's surface.
    float uncovered;             ///< 99th percentile of the distance from the keyframe's surface to the mesh.
    float astray; ///< 99th percentile of the distance from the triangles' centers to the keyframe's surface.
    float folded; ///< Share of the mesh's surface that faces inward because it has folded.
};

/// Number format of a vertex attribute.
enum class VertexFormat : att3d_vertex_format {
    none = ATT3D_VERTEX_NONE,     ///< The attribute is not copied.
    f32 = ATT3D_VERTEX_F32,       ///< 32-bit floats.
    unorm8 = ATT3D_VERTEX_UNORM8, ///< Four bytes, only for a color: red, green, blue and 255 for alpha.
};

/// Place of an attribute in a caller's vertex.
struct VertexAttribute {
    VertexFormat format = VertexFormat::none; ///< Number format.
    std::uint32_t offset = 0;                 ///< Bytes from the start of the vertex.

    /// Returns the C struct.
    att3d_vertex_attribute desc() const { return {static_cast<att3d_vertex_format>(format), offset}; }
};

/// Layout of a caller's vertices. An attribute that is not set is not copied.
struct VertexLayout {
    std::uint32_t stride = 0;   ///< Bytes from one vertex to the next; must be set.
    VertexAttribute position{}; ///< x, y and z in object space.
    VertexAttribute normal{};   ///< x, y and z of the outward unit normal.
    VertexAttribute tangent{};  ///< x, y and z of the unit tangent, and a sign; needs a normal texture.
    VertexAttribute color{};    ///< sRGB red, green and blue in [0, 1].
    VertexAttribute material{}; ///< Metallic and roughness in [0, 1].
    VertexAttribute uv{};       ///< Texture coordinates u and v; needs a mesh with textures.

    /// Returns the C struct.
    att3d_vertex_layout desc() const {
        auto desc = detail::sized<att3d_vertex_layout>();
        desc.stride = stride;
        desc.position = position.desc();
        desc.normal = normal.desc();
        desc.tangent = tangent.desc();
        desc.color = color.desc();
        desc.material = material.desc();
        desc.uv = uv.desc();
        return desc;
    }
};

/// Number format of an index; the value is its size in bytes.
enum class IndexFormat : std::uint32_t {
    u16 = 2, ///< 16 bits, for a mesh with at most 65536 vertices.
    u32 = 4, ///< 32 bits.
};

/// Options of a picture. The default is a three-quarter view from slightly above.
struct PictureOptions {
    std::uint32_t width = 512;  ///< Width in pixels, at most 4096; 0 for 512.
    std::uint32_t height = 512; ///< Height in pixels, at most 4096; 0 for 512.
    std::uint32_t samples = 0;  ///< Samples along each side of a pixel, 1 to 4; 0 for 2.
    float turn_degrees = 0;     ///< Degrees by which the camera moves to its right around the mesh.
    float rise_degrees = 0;     ///< Degrees by which the camera moves up.
    Progress progress{};        ///< Progress callback.

    /// Returns the C description without progress.
    att3d_picture_desc desc() const {
        auto desc = detail::sized<att3d_picture_desc>();
        desc.width = width;
        desc.height = height;
        desc.samples = samples;
        desc.turn_degrees = turn_degrees;
        desc.rise_degrees = rise_degrees;
        return desc;
    }
};

/// A picture with four bytes per pixel.
struct Picture {
    std::uint32_t width;  ///< Width in pixels.
    std::uint32_t height; ///< Height in pixels.
    std::vector<std::uint8_t>
        pixels; ///< sRGB red, green, blue and alpha (255), row by row from the upper left.
};

/// Format of an exported mesh.
enum class MeshFormat : att3d_mesh_format {
    automatic = ATT3D_MESH_AUTO, ///< The format of the path's extension; a GLB for a buffer.
    glb = ATT3D_MESH_GLB,        ///< Binary glTF 2.0, with all data of the mesh and its provenance.
    obj = ATT3D_MESH_OBJ,        ///< Wavefront OBJ with vertex colors.
    ply = ATT3D_MESH_PLY,        ///< Stanford PLY, binary, with colors, metallic and roughness.
    stl = ATT3D_MESH_STL,        ///< STL, binary, with geometry only.
};

/// Point of a mesh that becomes the origin of the exported file.
enum class Pivot : att3d_pivot {
    ground = ATT3D_PIVOT_GROUND, ///< The center of the bounding box's bottom face.
    center = ATT3D_PIVOT_CENTER, ///< The center of the bounding box.
    origin = ATT3D_PIVOT_ORIGIN, ///< The origin of object space.
    shape = ATT3D_PIVOT_SHAPE,   ///< The origin of the shape's own space, with its scale.
};

/// Axes of an exported file.
enum class UpAxis : att3d_up_axis {
    y = ATT3D_UP_Y, ///< +Y up and +Z front, as in glTF.
    z = ATT3D_UP_Z, ///< +Z up and -Y front, as in Blender; a GLB cannot have it.
};

/// Naming convention of collision hulls in a GLB.
enum class HullNames : att3d_hull_names {
    unreal = ATT3D_HULL_NAMES_UNREAL, ///< UCX_NAME_00, for Unreal.
    godot = ATT3D_HULL_NAMES_GODOT,   ///< NAME-convcolonly, for Godot.
};

/// Options of an export. By default, the path's extension selects the format, and the model sets the scale.
struct ExportOptions {
    /// Format of the file.
    MeshFormat format = MeshFormat::automatic;
    /// Point that becomes the origin.
    Pivot pivot = Pivot::ground;
    /// Axes of the file.
    UpAxis up_axis = UpAxis::y;
    /// Names of the collision hulls in a GLB.
    HullNames hull_names = HullNames::unreal;
    /// Meters per unit of object space; 0 for the model's value.
    float meters_per_unit = 0;
    /// Length of the bounding box's longest side in meters; 0 to use meters_per_unit. Set at most one of
    /// size and meters_per_unit.
    float size = 0;
    /// Duration in seconds; 0 for 1. In a GLB of a morph, it is the time from one keyframe to the next.
    /// meshes_write_file and meshes_encode show each mesh for this time.
    float seconds = 0;
    /// Whether a GLB is compressed with KHR_mesh_quantization and EXT_meshopt_compression. The program that
    /// reads the file must support both extensions.
    bool compress = false;

    /// Returns the C description.
    att3d_export_desc desc() const {
        auto desc = detail::sized<att3d_export_desc>();
        desc.flags = compress ? ATT3D_EXPORT_COMPRESS : 0;
        desc.format = static_cast<att3d_mesh_format>(format);
        desc.pivot = static_cast<att3d_pivot>(pivot);
        desc.up_axis = static_cast<att3d_up_axis>(up_axis);
        desc.hull_names = static_cast<att3d_hull_names>(hull_names);
        desc.meters_per_unit = meters_per_unit;
        desc.size = size;
        desc.seconds = seconds;
        return desc;
    }
};

/// A triangle mesh with colors, in object space. Its views are valid while the mesh exists. The arrays of an
/// object that was moved from are empty.
class Mesh : public detail::Object<att3d_mesh, att3d_mesh_free> {
public:
    /// Takes ownership of a handle. Throws StatusCode::null_argument if it is null.
    explicit Mesh(att3d_mesh *handle) : Object(handle) {
        view_.value = detail::get<att3d_mesh_view>(att3d_mesh_get_view, get());
    }

    /// Returns the number of vertices.
    std::uint32_t vertex_count() const noexcept { return view_.value.vertex_count; }
    /// Returns the number of triangles.
    std::uint32_t triangle_count() const noexcept { return view_.value.triangle_count; }
    /// Returns x, y and z per vertex.
    Span<const float> positions() const noexcept { return per_vertex(3, view_.value.positions); }
    /// Returns x, y and z per vertex: the outward normal with unit length.
    Span<const float> normals() const noexcept { return per_vertex(3, view_.value.normals); }
    /// Returns sRGB red, green and blue in [0, 1] per vertex.
    Span<const float> colors() const noexcept { return per_vertex(3, view_.value.colors); }
    /// Returns metallic and roughness in [0, 1] per vertex; empty if the mesh has none.
    Span<const float> materials() const noexcept { return per_vertex(2, view_.value.materials); }
    /// Returns texture coordinates u and v per vertex; empty if the mesh has no textures. u increases to the
    /// right and v down, from the upper left corner of the textures.
    Span<const float> uvs() const noexcept { return per_vertex(2, view_.value.uvs); }
    /// Returns x, y and z of the unit tangent and a sign, per vertex; empty if the mesh has no normal
    /// texture. The cross product of normal and tangent, times the sign, points up in the texture.
    Span<const float> tangents() const noexcept { return per_vertex(4, view_.value.tangents); }
    /// Returns three vertex indices per triangle, counter-clockwise when seen from outside.
    Span<const std::uint32_t> indices() const noexcept {
        return {view_.value.indices, 3u * std::size_t{view_.value.triangle_count}};
    }
    /// Returns the size of the mesh and the cost of its generation.
    MeshInfo info() const { return detail::get<att3d_mesh_info>(att3d_mesh_get_info, get()); }
    /// Returns the prompt of the mesh. The prompts of a mix or a morph have " / " between them.
    std::string prompt() const { return detail::text(att3d_mesh_get_prompt, get()); }
    /// Returns the reading of the mesh's prompt. The prompts of a mix or a morph have one reading together.
    Reading reading() const { return detail::read(att3d_mesh_get_reading, get()); }

    /// Returns a view of a texture. Throws StatusCode::unsupported if the mesh does not have it.
    TextureView texture(Texture which = Texture::base_color) const {
        const auto kind = static_cast<att3d_texture>(which);
        const auto view = detail::get<att3d_texture_view>(att3d_mesh_get_texture, get(), kind);
        const auto size = std::size_t{view.width} * view.height * view.channels;
        return {view.width, view.height, view.channels, {view.texels, size}};
    }
    /// Returns three vertex indices per triangle of a level of detail. level: 1 to info().level_count. Throws
    /// StatusCode::invalid_argument for another level.
    Span<const std::uint32_t> level(std::uint32_t level) const {
        const auto view = detail::get<att3d_level_view>(att3d_mesh_get_level, get(), level);
        return {view.indices, 3u * std::size_t{view.triangle_count}};
    }
    /// Returns a view of a convex hull. hull: below info().hull_count. Throws StatusCode::unsupported if the
    /// mesh was made without hulls, and invalid_argument for another index.
    HullView hull(std::uint32_t hull = 0) const {
        const auto view = detail::get<att3d_mesh_view>(att3d_mesh_get_hull, get(), hull);
        return {{view.positions, 3u * std::size_t{view.vertex_count}},
                {view.indices, 3u * std::size_t{view.triangle_count}}};
    }
    /// Returns a view of the vertices at a further keyframe of a morph. target: below info().target_count; 0
    /// is the second keyframe. Throws StatusCode::invalid_argument for another target.
    TargetView target(std::uint32_t target) const {
        const auto view = detail::get<att3d_target_view>(att3d_mesh_get_target, get(), target);
        const auto size = 3u * std::size_t{view.vertex_count};
        return {view.name,          {view.positions, size}, {view.normals, size}, {view.colors, size},
                view.mean_residual, view.uncovered,         view.astray,          view.folded};
    }
    /// Measures the mesh: its boundary edges, components, volume and area. A closed mesh has no boundary
    /// edges. The call takes some milliseconds for a large mesh.
    MeshReport report() const { return detail::get<att3d_mesh_report>(att3d_mesh_get_report, get()); }

    /// Copies the vertices into a caller's buffer, such as a mapped GPU buffer. Bytes between the attributes
    /// stay unchanged. vertices: receives vertex_count() vertices; no alignment is needed. size: bytes of
    /// vertices, at least the stride per vertex. Throws StatusCode::buffer_too_small if size is less, and
    /// StatusCode::unsupported if the mesh does not have an attribute of the layout.
    void copy_vertices(const VertexLayout &layout, void *vertices, std::size_t size) const {
        const auto desc = layout.desc();
        throw_unless_ok(att3d_mesh_copy_vertices(get(), &desc, vertices, size));
    }
    /// Copies the triangles of the mesh or of a level of detail into a caller's index buffer. level: 0 for
    /// the mesh itself. indices: receives three indices per triangle; no alignment is needed. size: bytes of
    /// indices. Throws StatusCode::buffer_too_small if size is too small, and invalid_argument for 16 bits if
    /// the mesh has more than 65536 vertices.
    void copy_indices(std::uint32_t level, IndexFormat format, void *indices, std::size_t size) const {
        const auto bytes = static_cast<std::uint32_t>(format);
        throw_unless_ok(att3d_mesh_copy_indices(get(), level, bytes, indices, size));
    }
    /// Draws the mesh with its materials on the threads of its context, without a window or a GPU. Throws
    /// StatusCode::cancelled if the progress callback stopped it.
    Picture draw(const PictureOptions &options = {}) const {
        const auto side = [](std::uint32_t pixels) { return pixels ? pixels : 512; };
        Picture picture{side(options.width), side(options.height), {}};
        // The library refuses a larger picture, so no large array is allocated for it.
        const bool is_valid = picture.width <= 4096 && picture.height <= 4096;
        picture.pixels.resize(is_valid ? std::size_t{picture.width} * picture.height * 4 : 1);
        const auto desc = detail::lend(options);
        throw_unless_ok(att3d_mesh_draw(get(), &desc, picture.pixels.data(), picture.pixels.size()));
        return picture;
    }
    /// Writes the mesh to a file, in meters, or in the units of the given shape with Pivot::shape. The file
    /// is written completely or not at all. path: its extension selects the format unless the options have
    /// one. Throws StatusCode::io if the file cannot be written.
    void write_file(const std::string &path, const ExportOptions &options = {}) const {
        const auto desc = options.desc();
        throw_unless_ok(att3d_mesh_write_file(get(), detail::c_text(path), &desc));
    }
    /// Encodes the mesh as the contents of a file, in meters, or in the units of the given shape with
    /// Pivot::shape.
    Buffer encode(const ExportOptions &options = {}) const {
        const auto desc = options.desc();
        return detail::make<Buffer>(att3d_mesh_encode, get(), &desc);
    }

private:
    Span<const float> per_vertex(std::size_t width, const float *array) const noexcept {
        return {array, width * view_.value.vertex_count};
    }
    detail::ResetOnMove<att3d_mesh_view> view_;
};

/// Writes meshes as one GLB, in which an animation shows them one after another with their vertex colors. The
/// file is written completely or not at all. meshes: 1 to 1024. path: ends with .glb or has no extension.
/// options: seconds is the time for which each mesh is shown.
inline void meshes_write_file(const List<Mesh> &meshes, const std::string &path,
                              const ExportOptions &options = {}) {
    const auto desc = options.desc();
    throw_unless_ok(att3d_meshes_write_file(meshes.data(), meshes.size(), detail::c_text(path), &desc));
}

/// Encodes meshes as meshes_write_file writes them into a file.
inline Buffer meshes_encode(const List<Mesh> &meshes, const ExportOptions &options = {}) {
    const auto desc = options.desc();
    return detail::make<Buffer>(att3d_meshes_encode, meshes.data(), meshes.size(), &desc);
}

} // namespace att3d

#endif // ATT3D_MESH_HPP
