// Generation of meshes, morphs, and new materials for existing meshes.
// Part of att3d.hpp, which states the rules. Licensed MIT OR Apache-2.0.
#ifndef ATT3D_GENERATE_HPP
#define ATT3D_GENERATE_HPP

#include "field.hpp"
#include "mesh.hpp"

namespace att3d {

// ---- Generation of meshes ---------------------------------------------------------------------------------

/// Value of GenerateOptions::min_component that keeps every component of the surface.
constexpr float keep_all_components = ATT3D_KEEP_ALL_COMPONENTS;

/// Options of mesh generation. 0 selects the library's default.
struct GenerateOptions {
    /// Cells along each axis of the extraction grid, 2 to 1024; 0 for 128.
    std::uint32_t resolution = 0;
    /// Width and height in texels of the mesh's textures, 64 to 4096; 0 for no textures.
    std::uint32_t texture_size = 0;
    /// Largest number of triangles, at least 4; 0 for no limit.
    std::uint32_t triangle_budget = 0;
    /// Number of further levels of detail, at most 8. Each has about half the triangles of the level before.
    std::uint32_t level_count = 0;
    /// Largest number of convex hulls for collision, at most 64; 0 for none. With 1, the hull encloses the
    /// whole mesh.
    std::uint32_t hull_count = 0;
    /// Largest number of vertices of each hull, 8 to 255; 0 for 32.
    std::uint32_t hull_vertex_count = 0;
    /// Smallest volume of a component, as a share of the whole volume, 0 to 1; 0 for 0.001. Smaller components
    /// are removed. keep_all_components removes none.
    float min_component = 0;
    /// Variant of the prompt; 0 for the plain result. It must be 0 for fields and morphs. It must be 0 for
    /// latents too, unless the model is a diffusion model.
    std::uint64_t seed = 0;
    /// Largest number of bytes that surface extraction may hold; 0 for 2 GiB.
    std::uint64_t memory_limit = 0;
    /// Whether the field is evaluated at every point of the grid. This is slow, and the mesh is the same.
    bool dense = false;
    /// Progress callback.
    Progress progress{};

    /// Returns the C description without progress.
    att3d_generate_desc desc() const {
        auto desc = detail::sized<att3d_generate_desc>();
        desc.flags = dense ? ATT3D_GENERATE_DENSE : 0;
        desc.resolution = resolution;
        desc.texture_size = texture_size;
        desc.triangle_budget = triangle_budget;
        desc.level_count = level_count;
        desc.hull_count = hull_count;
        desc.hull_vertex_count = hull_vertex_count;
        desc.min_component = min_component;
        desc.seed = seed;
        desc.memory_limit = memory_limit;
        return desc;
    }
};

/// Generates a mesh from a prompt and returns when the mesh is done. Throws StatusCode::prompt if the prompt
/// cannot be understood, and the other statuses of att3d_generate.
inline Mesh generate(const Model &model, const std::string &prompt, const GenerateOptions &options = {}) {
    const auto desc = detail::lend(options);
    return detail::make<Mesh>(att3d_generate, model.get(), detail::c_text(prompt), &desc);
}

/// Generates a mesh from a latent and returns when the mesh is done (att3d_generate_from_latent). Throws
/// StatusCode::invalid_argument for a seed other than 0 unless the model is a diffusion model, and
/// StatusCode::prompt if the latent's prompt has only a change.
inline Mesh generate(const Latent &latent, const GenerateOptions &options = {}) {
    const auto desc = detail::lend(options);
    return detail::make<Mesh>(att3d_generate_from_latent, latent.get(), &desc);
}

/// Generates a mesh from a field and returns when the mesh is done (att3d_generate_from_field). It also works
/// after the model was unloaded. Throws StatusCode::invalid_argument for a seed other than 0.
inline Mesh generate(const Field &field, const GenerateOptions &options = {}) {
    const auto desc = detail::lend(options);
    return detail::make<Mesh>(att3d_generate_from_field, field.get(), &desc);
}

/// Generates one mesh per latent, such as the frames of an interpolation. latents: 1 to 1024 of one model.
/// options: for every mesh. If one mesh fails, the call throws and no mesh is made.
inline std::vector<Mesh> generate_frames(const List<Latent> &latents, const GenerateOptions &options = {}) {
    const auto desc = detail::lend(options);
    return detail::make_all<Mesh>(latents.size(), att3d_generate_frames, latents.data(), latents.size(),
                                  &desc);
}

// ---- Morphs -----------------------------------------------------------------------------------------------

/// Options of a morph. 0 selects the library's default.
struct MorphOptions {
    /// Number of steps from one keyframe to the next, at most 1000; 0 for 16.
    std::uint32_t step_count = 0;
    /// Largest deviation of the morphed mesh from a keyframe's surface, in object space; 0 for 0.02.
    float bound = 0;

    /// Returns the C description.
    att3d_morph_desc desc() const {
        auto desc = detail::sized<att3d_morph_desc>();
        desc.step_count = step_count;
        desc.bound = bound;
        return desc;
    }
};

/// Generates the first latent's mesh and moves its vertices to the surface of each further latent
/// (Mesh::target). latents: 2 to 64 of one model. options: for the first mesh. Throws StatusCode::unsupported
/// if a keyframe's surface cannot be reached.
inline Mesh morph(const List<Latent> &latents, const GenerateOptions &options = {},
                  const MorphOptions &morph = {}) {
    const auto desc = detail::lend(options);
    const auto motion = morph.desc();
    return detail::make<Mesh>(att3d_morph, latents.data(), latents.size(), &desc, &motion);
}

// ---- New materials for existing meshes --------------------------------------------------------------------

/// Options of paint.
struct PaintOptions {
    std::uint32_t texture_size = 0; ///< Width and height of the textures in texels, 64 to 4096; 0 for 1024.
    Progress progress{};            ///< Progress callback.

    /// Returns the C description without progress.
    att3d_paint_desc desc() const {
        auto desc = detail::sized<att3d_paint_desc>();
        desc.texture_size = texture_size;
        return desc;
    }
};

/// Options of restyle.
struct RestyleOptions {
    std::uint32_t texture_size = 0; ///< Width and height of each texture in texels, 64 to 4096; 0 for 1024.
    bool unwrap = false;            ///< Whether all primitives get new texture coordinates.
    std::uint64_t seed = 0;         ///< Variant of the prompt; 0 for the plain result.
    Progress progress{};            ///< Progress callback.

    /// Returns the C description without progress.
    att3d_restyle_desc desc() const {
        auto desc = detail::sized<att3d_restyle_desc>();
        desc.flags = unwrap ? ATT3D_RESTYLE_UNWRAP : 0;
        desc.texture_size = texture_size;
        desc.seed = seed;
        return desc;
    }
};

/// Makes textures for the mesh of the caller by evaluating the field at the mesh's surface. If the mesh has
/// texture coordinates, the result has the same vertices and triangles. Otherwise texture coordinates are
/// made, and vertices at their seams are duplicated. surface: in the shape's own space if the field's shape
/// has a frame (ShapeInfo::has_frame), otherwise in object space.
inline Mesh paint(const Field &field, const Surface &surface, const PaintOptions &options = {}) {
    const auto given = surface.desc();
    const auto desc = detail::lend(options);
    return detail::make<Mesh>(att3d_paint, field.get(), &given, &desc);
}

/// Makes a GLB with the geometry of a given GLB and materials from a prompt. model: with Capability::shape.
/// bytes: contents of the GLB. Throws StatusCode::format if the GLB is damaged, and unsupported if its
/// buffers are in other files.
inline Buffer restyle(const Model &model, Span<const std::uint8_t> bytes, const std::string &prompt,
                      const RestyleOptions &options = {}) {
    const auto desc = detail::lend(options);
    const void *start = bytes.data();
    return detail::make<Buffer>(att3d_restyle, model.get(), start, bytes.size(), detail::c_text(prompt),
                                &desc);
}

/// Does the same as restyle from a file to a file, which is written completely or not at all. path: a .glb,
/// or a .gltf with its files beside it. out_path: the GLB to write; it may equal path. Throws StatusCode::io
/// if a file cannot be read or written.
inline void restyle_file(const Model &model, const std::string &path, const std::string &prompt,
                         const std::string &out_path, const RestyleOptions &options = {}) {
    const auto desc = detail::lend(options);
    throw_unless_ok(att3d_restyle_file(model.get(), detail::c_text(path), detail::c_text(prompt), &desc,
                                       detail::c_text(out_path)));
}

} // namespace att3d

#endif // ATT3D_GENERATE_HPP
