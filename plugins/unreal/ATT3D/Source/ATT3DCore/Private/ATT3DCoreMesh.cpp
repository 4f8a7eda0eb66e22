// Packs meshes of the library into Unreal's frame. Licensed MIT OR Apache-2.0.
#include "ATT3DCoreMesh.h"

#include <algorithm>

namespace ATT3DCore {
namespace {

Vector3 Read(const float *Array, std::size_t Index) {
    return {Array[3 * Index], Array[3 * Index + 1], Array[3 * Index + 2]};
}

std::vector<Vector3> Points(const float *Array, std::uint32_t Count, const Placement &Where) {
    std::vector<Vector3> Result(Count);
    for (std::size_t Index = 0; Index < Count; Index++) Result[Index] = Where.Apply(Read(Array, Index));
    return Result;
}

std::vector<Vector3> Directions(const float *Array, std::uint32_t Count) {
    std::vector<Vector3> Result(Count);
    for (std::size_t Index = 0; Index < Count; Index++) {
        Result[Index] = DirectionToUnreal(Read(Array, Index));
    }
    return Result;
}

template <class View>
View Sized() {
    View Result{};
    Result.struct_size = sizeof(View);
    return Result;
}

void PackVertices(const att3d_mesh_view &View, const Placement &Where, MeshData &Result) {
    const std::size_t Count = View.vertex_count;
    Result.Positions = Points(View.positions, View.vertex_count, Where);
    Result.Normals = Directions(View.normals, View.vertex_count);
    Result.Indices.assign(View.indices, View.indices + 3 * std::size_t{View.triangle_count});
    Result.Colors.resize(Count);
    for (std::size_t Index = 0; Index < Count; Index++) {
        const Vector3 Srgb = Read(View.colors, Index);
        Result.Colors[Index] = {LinearFromSrgb(Srgb.X), LinearFromSrgb(Srgb.Y), LinearFromSrgb(Srgb.Z)};
    }
    if (View.uvs) {
        Result.Uvs.resize(Count);
        for (std::size_t Index = 0; Index < Count; Index++) {
            Result.Uvs[Index] = {View.uvs[2 * Index], View.uvs[2 * Index + 1]};
        }
    }
    if (View.tangents) {
        Result.Tangents.resize(Count);
        for (std::size_t Index = 0; Index < Count; Index++) {
            const float *Given = View.tangents + 4 * Index;
            Result.Tangents[Index] = {DirectionToUnreal({Given[0], Given[1], Given[2]}), Given[3]};
        }
    }
    if (View.materials && Count > 0) {
        double Metallic = 0, Roughness = 0;
        for (std::size_t Index = 0; Index < Count; Index++) {
            Metallic += View.materials[2 * Index];
            Roughness += View.materials[2 * Index + 1];
        }
        Result.Metallic = static_cast<float>(Metallic / static_cast<double>(Count));
        Result.Roughness = static_cast<float>(Roughness / static_cast<double>(Count));
    }
    if (Count > 0) Result.Minimum = Result.Maximum = Result.Positions[0];
    for (const Vector3 Point : Result.Positions) {
        Result.Minimum = {std::min(Result.Minimum.X, Point.X), std::min(Result.Minimum.Y, Point.Y),
                          std::min(Result.Minimum.Z, Point.Z)};
        Result.Maximum = {std::max(Result.Maximum.X, Point.X), std::max(Result.Maximum.Y, Point.Y),
                          std::max(Result.Maximum.Z, Point.Z)};
    }
}

/// Reads a texture. Returns null if the mesh does not have it.
bool ReadTexture(const Functions &Calls, const att3d_mesh *Mesh, att3d_texture Kind, att3d_texture_view &View) {
    View = Sized<att3d_texture_view>();
    return Calls.att3d_mesh_get_texture(Mesh, Kind, &View) == ATT3D_OK;
}

Image Blank(const att3d_texture_view &View) {
    Image Result;
    Result.Width = View.width;
    Result.Height = View.height;
    Result.Bgra.assign(std::size_t{4} * View.width * View.height, 255);
    return Result;
}

/// Returns an image with the texels of a view with three channels. FlipGreen: turns a normal texture from
/// OpenGL's convention to DirectX's.
Image Colored(const att3d_texture_view &View, bool FlipGreen) {
    Image Result = Blank(View);
    const std::size_t Count = std::size_t{View.width} * View.height;
    for (std::size_t Index = 0; Index < Count; Index++) {
        const std::uint8_t *From = View.texels + View.channels * Index;
        std::uint8_t *To = Result.Bgra.data() + 4 * Index;
        To[0] = From[2];
        To[1] = FlipGreen ? static_cast<std::uint8_t>(255 - From[1]) : From[1];
        To[2] = From[0];
    }
    return Result;
}

void PackTextures(const Functions &Calls, const att3d_mesh *Mesh, MeshData &Result) {
    att3d_texture_view View;
    if (ReadTexture(Calls, Mesh, ATT3D_TEXTURE_BASE_COLOR, View)) Result.BaseColor = Colored(View, false);
    if (ReadTexture(Calls, Mesh, ATT3D_TEXTURE_NORMAL, View)) Result.Normal = Colored(View, true);
    Image &Packed = Result.OcclusionRoughnessMetallic;
    // glTF's order is 255, roughness, metallic. Occlusion, if there is one, replaces the red channel.
    if (ReadTexture(Calls, Mesh, ATT3D_TEXTURE_ROUGHNESS_METALLIC, View)) Packed = Colored(View, false);
    if (!ReadTexture(Calls, Mesh, ATT3D_TEXTURE_OCCLUSION, View)) return;
    if (Packed.IsEmpty()) {
        // Without predicted materials the surface is rough and not metallic.
        Packed = Blank(View);
        for (std::size_t Texel = 0; Texel < Packed.Bgra.size(); Texel += 4) Packed.Bgra[Texel] = 0;
    }
    if (Packed.Width != View.width || Packed.Height != View.height) return;
    const std::size_t Count = std::size_t{View.width} * View.height;
    for (std::size_t Index = 0; Index < Count; Index++) {
        Packed.Bgra[4 * Index + 2] = View.texels[View.channels * Index];
    }
}

bool PackParts(const Functions &Calls, const att3d_mesh *Mesh, const Placement &Where, MeshData &Result) {
    auto Info = Sized<att3d_mesh_info>();
    if (Calls.att3d_mesh_get_info(Mesh, &Info) != ATT3D_OK) return false;
    for (std::uint32_t Level = 1; Level <= Info.level_count; Level++) {
        auto View = Sized<att3d_level_view>();
        if (Calls.att3d_mesh_get_level(Mesh, Level, &View) != ATT3D_OK) return false;
        Result.Levels.emplace_back(View.indices, View.indices + 3 * std::size_t{View.triangle_count});
    }
    for (std::uint32_t Index = 0; Index < Info.hull_count; Index++) {
        auto View = Sized<att3d_mesh_view>();
        if (Calls.att3d_mesh_get_hull(Mesh, Index, &View) != ATT3D_OK) return false;
        Hull Part;
        Part.Positions = Points(View.positions, View.vertex_count, Where);
        Part.Indices.assign(View.indices, View.indices + 3 * std::size_t{View.triangle_count});
        Result.Hulls.push_back(std::move(Part));
    }
    for (std::uint32_t Index = 0; Index < Info.target_count; Index++) {
        auto View = Sized<att3d_target_view>();
        if (Calls.att3d_mesh_get_target(Mesh, Index, &View) != ATT3D_OK) return false;
        Target Part;
        Part.Name = View.name ? View.name : "";
        Part.Positions = Points(View.positions, View.vertex_count, Where);
        Part.Normals = Directions(View.normals, View.vertex_count);
        Result.Targets.push_back(std::move(Part));
    }
    return true;
}

void PackTexts(const Functions &Calls, const att3d_mesh *Mesh, MeshData &Result) {
    const char *Text = nullptr;
    if (Calls.att3d_mesh_get_prompt(Mesh, &Text) == ATT3D_OK && Text) Result.Prompt = Text;
    att3d_reading *Reading = nullptr;
    if (Calls.att3d_mesh_get_reading(Mesh, &Reading) != ATT3D_OK) return;
    if (Calls.att3d_reading_get_understood(Reading, &Text) == ATT3D_OK && Text) Result.Understood = Text;
    Calls.att3d_reading_free(Reading);
}

} // namespace

bool PackMesh(const Functions &Calls, const att3d_mesh *Mesh, const Placement &Where, MeshData &Result,
              std::string &Message) {
    Result = MeshData{};
    auto View = Sized<att3d_mesh_view>();
    bool Packed = Calls.att3d_mesh_get_view(Mesh, &View) == ATT3D_OK;
    if (Packed) {
        PackVertices(View, Where, Result);
        Packed = PackParts(Calls, Mesh, Where, Result);
    }
    if (!Packed) {
        Message = Calls.att3d_last_error();
        Result = MeshData{};
        return false;
    }
    PackTextures(Calls, Mesh, Result);
    PackTexts(Calls, Mesh, Result);
    return true;
}

void Morph(const MeshData &Mesh, float Position, std::vector<Vector3> &Positions,
           std::vector<Vector3> &Normals) {
    Positions = Mesh.Positions;
    Normals = Mesh.Normals;
    const float Last = static_cast<float>(Mesh.Targets.size());
    // A position that is not a number fails this comparison, like a position that is not above 0.
    if (!(Position > 0) || Mesh.Targets.empty()) return;
    Position = std::min(Position, Last);
    const std::size_t From = std::min(static_cast<std::size_t>(Position), Mesh.Targets.size() - 1);
    const float Share = Position - static_cast<float>(From);
    const std::vector<Vector3> &StartPositions = From ? Mesh.Targets[From - 1].Positions : Mesh.Positions;
    const std::vector<Vector3> &StartNormals = From ? Mesh.Targets[From - 1].Normals : Mesh.Normals;
    const Target &End = Mesh.Targets[From];
    for (std::size_t Index = 0; Index < Positions.size(); Index++) {
        Positions[Index] = StartPositions[Index] * (1 - Share) + End.Positions[Index] * Share;
        const Vector3 Mixed = StartNormals[Index] * (1 - Share) + End.Normals[Index] * Share;
        const float Size = Length(Mixed);
        Normals[Index] = Size > 1e-6f ? Mixed * (1 / Size) : StartNormals[Index];
    }
}

} // namespace ATT3DCore
