// Meshes in Unreal's frame: results of the library, and input for stylization.
// Part of the ATT3D plugin for Unreal. Plain C++17 without an engine include. Licensed MIT OR Apache-2.0.
#pragma once

#include "ATT3DCoreFrame.h"
#include "ATT3DCoreLibrary.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ATT3DCore {

/// Texture coordinates; v points down from the image's upper edge.
struct Uv {
    float U = 0, V = 0;
};

/// Unit tangent, and the sign with which cross(normal, tangent) * Sign points down in the image.
struct Tangent {
    Vector3 Direction;
    float Sign = 1;
};

/// Linear color.
struct Color {
    float R = 1, G = 1, B = 1;
};

/// An image with four bytes per texel in the order blue, green, red, alpha, from the upper left corner.
struct Image {
    std::uint32_t Width = 0;
    std::uint32_t Height = 0;
    std::vector<std::uint8_t> Bgra; ///< Empty if there is no image.

    bool IsEmpty() const { return Bgra.empty(); }
};

/// A convex hull for collision.
struct Hull {
    std::vector<Vector3> Positions;
    std::vector<std::uint32_t> Indices;
};

/// Vertices of the mesh at a further keyframe of a morph.
struct Target {
    std::string Name;
    std::vector<Vector3> Positions;
    std::vector<Vector3> Normals;
};

/// A mesh in Unreal's frame: centimeters, Z up, left-handed, front +X. Triangles are counter-clockwise when
/// seen from outside. All arrays per vertex have the length of Positions, or are empty if the mesh lacks
/// them.
struct MeshData {
    std::vector<Vector3> Positions;
    std::vector<Vector3> Normals;
    std::vector<Tangent> Tangents;
    std::vector<Uv> Uvs;
    std::vector<Color> Colors;              ///< Linear.
    std::vector<std::uint32_t> Indices;     ///< Three per triangle.
    std::vector<std::vector<std::uint32_t>> Levels; ///< Further levels of detail with the same vertices.
    std::vector<Hull> Hulls;
    std::vector<Target> Targets;
    Image BaseColor;                        ///< sRGB.
    Image Normal;                           ///< Linear; green points down in the image, as in DirectX.
    Image OcclusionRoughnessMetallic;       ///< Linear: occlusion in red, roughness in green, metallic in blue.
    float Metallic = 0;                     ///< Mean of the vertices, for a mesh without textures.
    float Roughness = 1;                    ///< Mean of the vertices, for a mesh without textures.
    Vector3 Minimum, Maximum;               ///< Bounding box.
    std::string Prompt;
    std::string Understood;                 ///< What was understood, if it differs from the prompt.
};

/// Packs a mesh of the library. Returns false and sets Message if the library refuses; Result is then empty.
ATT3DCORE_API bool PackMesh(const Functions &Calls, const att3d_mesh *Mesh, const Placement &Where,
                            MeshData &Result, std::string &Message);

/// Moves vertices between the keyframes of a morph. Position: 0 for the mesh, 1 for the first target and so
/// on; values outside the range are clamped, and a value that is not a number counts as 0. The resulting
/// normals have unit length.
ATT3DCORE_API void Morph(const MeshData &Mesh, float Position, std::vector<Vector3> &Positions,
                         std::vector<Vector3> &Normals);

/// A mesh whose vertices at equal positions are one point, so that it is connected across seams.
struct Topology {
    std::vector<std::uint32_t> Points;    ///< For each point, a vertex of the mesh at that point.
    std::vector<std::uint32_t> Triangles; ///< Three points per triangle, all different.
    std::vector<std::uint32_t> Corners;   ///< For each element of Triangles, the vertex of the mesh.
};

/// Joins the vertices of triangles by position. Triangles with two corners at the same point are left out. A
/// triangle that would be the second at a directed edge gets points of its own, so that every edge has at
/// most two triangles. Unreal's FDynamicMesh3 refuses other meshes. Indices: of Mesh, or of one of its
/// levels.
ATT3DCORE_API Topology JoinPoints(const MeshData &Mesh, const std::vector<std::uint32_t> &Indices);

/// A mesh of the host in Unreal's frame, as input for stylization. Vertices differ wherever normals or
/// texture coordinates differ.
struct Surface {
    std::vector<Vector3> Positions;       ///< Centimeters.
    std::vector<Vector3> Normals;         ///< One per vertex, or empty.
    std::vector<Uv> Uvs;                  ///< One per vertex, or empty.
    std::vector<std::uint32_t> Indices;   ///< Three per triangle, counter-clockwise from outside.
    std::vector<std::uint32_t> Materials; ///< Material slot per triangle, or empty for one slot.
};

/// A surface in the library's frame, with the arrays to which att3d_surface_desc points.
struct LibrarySurface {
    std::vector<float> Positions; ///< Meters.
    std::vector<float> Normals;
    std::vector<float> Uvs;
    std::vector<std::uint32_t> Indices;
    std::uint32_t MaterialCount = 1; ///< Number of different material slots of the triangles.

    /// Returns the description. It points into this object. Flags: ATT3D_SURFACE_...
    att3d_surface_desc Describe(std::uint32_t Flags) const;
};

/// Converts a surface into the library's frame. Drops the texture coordinates if MakeUvs is set, if one of
/// them is not finite, or if the triangles have several materials: the coordinates of different materials
/// may overlap in one image. Returns false and sets Message if the surface is malformed.
ATT3DCORE_API bool ConvertSurface(const Surface &Given, bool MakeUvs, LibrarySurface &Result,
                                  std::string &Message);

} // namespace ATT3DCore
