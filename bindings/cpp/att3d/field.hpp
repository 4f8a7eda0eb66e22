// Shapes and fields.
// Part of att3d.hpp, which states the rules. Licensed MIT OR Apache-2.0.
#ifndef ATT3D_FIELD_HPP
#define ATT3D_FIELD_HPP

#include "model.hpp"

#include <array>

namespace att3d {

// ---- Shapes -----------------------------------------------------------------------------------------------

/// Whether a surface is moved and scaled into object space.
enum class SurfaceFit : std::uint32_t {
    none = 0, ///< The surface is in object space already.
    fit = ATT3D_SURFACE_FIT, ///< The surface is moved and scaled into object space.
};

/// The mesh of the caller. The struct refers to the arrays, which must live until the call returns.
struct Surface {
    /// x, y and z per vertex; finite.
    Span<const float> positions{};
    /// Three vertex indices per triangle, counter-clockwise when seen from outside.
    Span<const std::uint32_t> indices{};
    /// x, y and z per vertex: the outward normal of any length; empty for the normals of the triangles.
    Span<const float> normals{};
    /// sRGB red, green and blue in [0, 1] per vertex; empty if unknown.
    Span<const float> colors{};
    /// Texture coordinates u and v per vertex; empty for none. u increases to the right and v down, from the
    /// upper left corner of a texture.
    Span<const float> uvs{};

    /// Returns the C description, which refers to the same arrays. Throws StatusCode::invalid_argument if the
    /// lengths of the arrays do not agree.
    att3d_surface_desc desc(SurfaceFit fit = SurfaceFit::none) const {
        detail::demand(positions.size() % 3 == 0 && indices.size() % 3 == 0,
                       "positions and indices must each have a multiple of three numbers");
        detail::demand((normals.empty() || normals.size() == positions.size()) &&
                           (colors.empty() || colors.size() == positions.size()) &&
                           (uvs.empty() || uvs.size() == positions.size() / 3 * 2),
                       "normals and colors need three numbers per vertex and uvs two; give them, or none");
        const auto given = [](Span<const float> array) { return array.empty() ? nullptr : array.data(); };
        auto desc = detail::sized<att3d_surface_desc>();
        desc.flags = static_cast<std::uint32_t>(fit);
        desc.positions = positions.data();
        desc.normals = given(normals);
        desc.colors = given(colors);
        desc.uvs = given(uvs);
        desc.indices = indices.data();
        desc.vertex_count = positions.size() / 3;
        desc.triangle_count = indices.size() / 3;
        return desc;
    }
};

/// Description of a shape. If has_frame is false, center is 0 and units is 1.
struct ShapeInfo {
    std::uint32_t point_count;   ///< Number of points of the shape.
    float keep;                  ///< Share of the shape that is kept: 0 for nothing, 1 for all.
    bool has_frame;              ///< Whether the shape was moved and scaled into object space.
    std::array<float, 3> center; ///< Point in the shape's own space that became the origin of object space.
    float units;                 ///< Units of the shape's own space per unit of object space.
};

namespace detail {

/// Returns the number of points in an array of x, y and z. Throws StatusCode::invalid_argument if a number of
/// a point is missing.
inline std::size_t point_count(Span<const float> points) {
    demand(points.size() % 3 == 0, "points need x, y and z, but there are " + std::to_string(points.size()) +
                                       " numbers; give a multiple of three");
    return points.size() / 3;
}

/// Returns a copy of three numbers.
inline std::array<float, 3> three(const float (&numbers)[3]) { return {numbers[0], numbers[1], numbers[2]}; }

} // namespace detail

/// Points of a surface, for models with Capability::shape.
class Shape : public detail::Object<att3d_shape, att3d_shape_free> {
public:
    using Object::Object;
    /// Makes a shape from 1 to 262144 points on a surface, which are copied. points: x, y and z per point in
    /// object space, each from -1000 to 1000.
    static Shape from_points(Span<const float> points) {
        return detail::make<Shape>(att3d_shape_from_points, points.data(), detail::point_count(points));
    }
    /// Makes a shape from a mesh: 4,096 points of its surface, distributed evenly by area.
    static Shape from_surface(const Surface &surface, SurfaceFit fit = SurfaceFit::fit) {
        const auto desc = surface.desc(fit);
        return detail::make<Shape>(att3d_shape_from_surface, &desc);
    }
    /// Makes a shape from the visible meshes of a GLB's scene, moved and scaled into object space. Throws
    /// StatusCode::format for a damaged file, and unsupported for contents that cannot be read.
    static Shape from_glb(Span<const std::uint8_t> bytes) {
        return detail::make<Shape>(att3d_shape_from_glb, static_cast<const void *>(bytes.data()),
                                   bytes.size());
    }
    /// Returns a shape with the same points and another keep share. keep: from 0 (the prompt alone determines
    /// the geometry) to 1 (the given shape is kept).
    Shape with_keep(float keep) const { return detail::make<Shape>(att3d_shape_with_keep, get(), keep); }
    /// Returns the shape's number of points, keep share and frame.
    ShapeInfo info() const {
        const auto info = detail::get<att3d_shape_info>(att3d_shape_get_info, get());
        return {info.point_count, info.keep, info.has_frame != 0, detail::three(info.center), info.units};
    }
};

// ---- Fields -----------------------------------------------------------------------------------------------

/// Meaning of a field's values.
enum class FieldKind : std::uint32_t {
    signed_distance = ATT3D_FIELD_SIGNED_DISTANCE, ///< Signed distances, negative inside.
    density = ATT3D_FIELD_DENSITY,                 ///< Densities, which are above iso_level inside.
};

/// Description of a field's values.
struct FieldInfo {
    FieldKind kind;               ///< Meaning of the values.
    float iso_level;              ///< Value of the field at the surface.
    bool has_materials;           ///< Whether metallic and roughness are predicted.
    std::array<float, 3> minimum; ///< Lowest corner of the box that contains the object, in object space.
    std::array<float, 3> maximum; ///< Highest corner of that box.
};

/// Selection of the values that Field::sample computes at each point.
struct SampleOptions {
    bool values = true;     ///< Whether the signed distance or density is computed.
    bool gradients = false; ///< Whether the gradient is computed.
    bool colors = false;    ///< Whether the color is computed.
    bool materials = false; ///< Whether metallic and roughness are computed.
    Progress progress{};    ///< Progress callback.

    /// Returns the C description without outputs and progress.
    att3d_sample_desc desc() const { return detail::sized<att3d_sample_desc>(); }
};

/// Values of a field at points. A vector is empty if SampleOptions does not ask for it.
struct Samples {
    std::vector<float> values;    ///< One signed distance or density per point.
    std::vector<float> gradients; ///< Gradient of the value, three numbers (x, y, z) per point.
    std::vector<float> colors;    ///< sRGB red, green and blue in [0, 1], three numbers per point.
    std::vector<float> materials; ///< Metallic and roughness in [0, 1], two numbers per point.
};

/// A function from points to signed distance or density, color and material.
class Field : public detail::Object<att3d_field, att3d_field_free> {
public:
    using Object::Object;
    /// Makes the field of a latent. shape: null for none. Throws StatusCode::unsupported for a shape if the
    /// model does not have Capability::shape, and StatusCode::prompt if there is no shape and the latent's
    /// prompt names no thing.
    static Field from_latent(const Latent &latent, const Shape *shape = nullptr) {
        return detail::make<Field>(att3d_field_from_latent, latent.get(), shape ? shape->get() : nullptr);
    }
    /// Returns the meaning of the values, the value at the surface and the box of the object.
    FieldInfo info() const {
        const auto info = detail::get<att3d_field_info>(att3d_field_get_info, get());
        return {static_cast<FieldKind>(info.kind), info.iso_level, info.has_materials != 0,
                detail::three(info.minimum), detail::three(info.maximum)};
    }
    /// Evaluates the field at points. points: x, y and z in object space, finite. A point outside the field's
    /// box gets the values of the nearest point of the box.
    Samples sample(Span<const float> points, const SampleOptions &options = {}) const {
        const auto count = detail::point_count(points);
        Samples found;
        found.values.resize(options.values ? count : 0);
        found.gradients.resize(options.gradients ? 3 * count : 0);
        found.colors.resize(options.colors ? 3 * count : 0);
        found.materials.resize(options.materials ? 2 * count : 0);
        const auto place = [](std::vector<float> &output) {
            return output.empty() ? nullptr : output.data();
        };
        auto desc = detail::lend(options);
        desc.values = place(found.values);
        desc.gradients = place(found.gradients);
        desc.colors = place(found.colors);
        desc.materials = place(found.materials);
        throw_unless_ok(att3d_field_sample(get(), points.data(), count, &desc));
        return found;
    }
};

/// Makes one field per latent, in forward passes of at most 8 latents. latents: 1 to 1024 of one model.
/// shape: shape for all fields; null for none. Throws the statuses of Field::from_latent. If one field fails,
/// none is made.
inline std::vector<Field> fields_from_latents(const List<Latent> &latents, const Shape *shape = nullptr) {
    return detail::make_all<Field>(latents.size(), att3d_fields_from_latents, latents.data(), latents.size(),
                                   shape ? shape->get() : nullptr);
}

} // namespace att3d

#endif // ATT3D_FIELD_HPP
