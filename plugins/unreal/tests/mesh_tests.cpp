// Packing of textures, levels of detail, hulls and morphs, and points of a connected mesh.
// Licensed MIT OR Apache-2.0.
#include "test.h"

#include <limits>
#include <map>

using namespace ATT3DCore;
using Tests::Coarse;
using Tests::Near;

static att3d_texture_view Texture(const Mesh &Made, att3d_texture Kind) {
    att3d_texture_view View{};
    View.struct_size = sizeof View;
    if (Tests::Calls().att3d_mesh_get_texture(Made.Get(), Kind, &View) != ATT3D_OK) View.texels = nullptr;
    return View;
}

TEST(textures_have_the_channels_and_the_green_of_unreal) {
    Tests::Host Owner;
    Request Wanted = Coarse("a golden crown");
    Wanted.Options.TextureSize = 64;
    const Outcome Result = Owner.Do(std::move(Wanted));
    SUCCEEDED(Result);
    const MeshData &Data = Result.Made->Data();
    const auto Base = Texture(*Result.Made, ATT3D_TEXTURE_BASE_COLOR), Normal = Texture(*Result.Made, ATT3D_TEXTURE_NORMAL);
    const auto Rough = Texture(*Result.Made, ATT3D_TEXTURE_ROUGHNESS_METALLIC);
    const auto Occlusion = Texture(*Result.Made, ATT3D_TEXTURE_OCCLUSION);
    HOLDS(Base.texels && Normal.texels && Rough.texels && Occlusion.texels && Occlusion.channels == 1);
    HOLDS(Data.BaseColor.Width == 64 && Data.BaseColor.Bgra.size() == 4 * 64 * 64);
    for (std::size_t Texel = 0; Texel < 64 * 64; Texel++) {
        const std::uint8_t *C = &Data.BaseColor.Bgra[4 * Texel], *N = &Data.Normal.Bgra[4 * Texel];
        const std::uint8_t *P = &Data.OcclusionRoughnessMetallic.Bgra[4 * Texel];
        HOLDS(C[2] == Base.texels[3 * Texel] && C[1] == Base.texels[3 * Texel + 1] && C[0] == Base.texels[3 * Texel + 2]);
        HOLDS(N[2] == Normal.texels[3 * Texel] && N[1] == 255 - Normal.texels[3 * Texel + 1] && C[3] == 255);
        HOLDS(P[2] == Occlusion.texels[Texel] && P[1] == Rough.texels[3 * Texel + 1] && P[0] == Rough.texels[3 * Texel + 2]);
    }
}

TEST(a_mesh_without_textures_has_colors_and_mean_materials) {
    Tests::Host Owner;
    const Outcome Result = Owner.Do(Coarse("a golden crown"));
    SUCCEEDED(Result);
    const MeshData &Data = Result.Made->Data();
    HOLDS(Data.BaseColor.IsEmpty() && Data.Normal.IsEmpty() && Data.OcclusionRoughnessMetallic.IsEmpty());
    HOLDS(Data.Uvs.empty() && Data.Tangents.empty() && Data.Colors.size() == Data.Positions.size());
    HOLDS(Data.Metallic > 0.5f && Data.Metallic <= 1 && Data.Roughness > 0 && Data.Roughness < 1);
    double Red = 0, Blue = 0;
    for (const Color Each : Data.Colors) {
        HOLDS(Each.R >= 0 && Each.R <= 1 && Each.G >= 0 && Each.G <= 1 && Each.B >= 0 && Each.B <= 1);
        Red += static_cast<double>(Each.R), Blue += static_cast<double>(Each.B);
    }
    HOLDS(Red > 1.5 * Blue);
}

TEST(levels_use_the_vertices_of_the_mesh_and_get_coarser) {
    Tests::Host Owner;
    Request Wanted = Coarse("a pig");
    Wanted.Options.LevelCount = 3;
    Wanted.Options.TriangleBudget = 2000;
    const Outcome Result = Owner.Do(std::move(Wanted));
    SUCCEEDED(Result);
    const MeshData &Data = Result.Made->Data();
    HOLDS(Data.Levels.size() == 3 && Data.Indices.size() <= 3 * 2000);
    std::size_t Before = Data.Indices.size();
    for (const auto &Level : Data.Levels) {
        HOLDS(!Level.empty() && Level.size() % 3 == 0 && Level.size() < 0.7 * static_cast<double>(Before));
        Before = Level.size();
        for (const std::uint32_t Index : Level) HOLDS(Index < Data.Positions.size());
        HOLDS(Tests::Volume(Data.Positions, Level) > 0);
    }
}

TEST(hulls_are_convex_and_face_outward) {
    Tests::Host Owner;
    Request Wanted = Coarse("a chair");
    Wanted.Options.HullCount = 8;
    Wanted.Options.HullVertexCount = 16;
    const Outcome Result = Owner.Do(std::move(Wanted));
    SUCCEEDED(Result);
    const MeshData &Data = Result.Made->Data();
    HOLDS(!Data.Hulls.empty() && Data.Hulls.size() <= 64);
    for (const Hull &Part : Data.Hulls) {
        HOLDS(Part.Positions.size() >= 4 && Part.Positions.size() <= 16 && Tests::Volume(Part.Positions, Part.Indices) > 0);
        for (std::size_t First = 0; First < Part.Indices.size(); First += 3) {
            const Vector3 A = Part.Positions[Part.Indices[First]], B = Part.Positions[Part.Indices[First + 1]];
            const Vector3 Normal = Cross(Part.Positions[Part.Indices[First + 2]] - A, B - A);
            for (const Vector3 P : Part.Positions) HOLDS(Dot(P - A, Normal) < 0.01f * Length(Normal));
        }
    }
    // Hulls are in the frame of the mesh: the vertices of the library's view, on the ground, in centimeters.
    att3d_mesh_info Info{};
    Info.struct_size = sizeof Info;
    att3d_mesh_view View{};
    View.struct_size = sizeof View;
    HOLDS(Tests::Calls().att3d_mesh_get_info(Result.Made->Get(), &Info) == ATT3D_OK);
    HOLDS(Tests::Calls().att3d_mesh_get_hull(Result.Made->Get(), 0, &View) == ATT3D_OK);
    const float Scale = (Data.Maximum.Z - Data.Minimum.Z) / (Info.maximum[1] - Info.minimum[1]);
    HOLDS(Data.Hulls[0].Positions.size() == View.vertex_count);
    for (std::size_t Index = 0; Index < View.vertex_count; Index++) {
        const float *From = View.positions + 3 * Index;
        const Vector3 Expected{From[2] - (Info.minimum[2] + Info.maximum[2]) / 2,
                               (Info.minimum[0] + Info.maximum[0]) / 2 - From[0], From[1] - Info.minimum[1]};
        HOLDS(Near(Data.Hulls[0].Positions[Index], Expected * Scale, 0.01f));
    }
}

TEST(a_morph_reaches_its_targets) {
    Tests::Host Owner;
    Request Wanted = Coarse("a red apple");
    Wanted.Work = Kind::Morph;
    Wanted.Prompts.push_back("a tall green apple");
    const Outcome Result = Owner.Do(std::move(Wanted));
    SUCCEEDED(Result);
    const MeshData &Data = Result.Made->Data();
    HOLDS(Data.Targets.size() == 1 && Data.Targets[0].Positions.size() == Data.Positions.size());
    HOLDS(Data.Targets[0].Name == "a tall green apple");
    std::vector<Vector3> Positions, Normals;
    const std::size_t Middle = Data.Positions.size() / 2;
    for (const float Start : {0.0f, -3.0f, std::numeric_limits<float>::quiet_NaN()}) {
        Morph(Data, Start, Positions, Normals);
        HOLDS(Near(Positions[Middle], Data.Positions[Middle], 0));
    }
    for (const float End : {1.0f, 9.0f, std::numeric_limits<float>::infinity()}) {
        Morph(Data, End, Positions, Normals);
        HOLDS(Near(Positions[Middle], Data.Targets[0].Positions[Middle], 1e-4f));
    }
    Morph(Data, 0.5f, Positions, Normals);
    HOLDS(Near(Positions[Middle], (Data.Positions[Middle] + Data.Targets[0].Positions[Middle]) * 0.5f, 1e-3f));
    for (const Vector3 Normal : Normals) HOLDS(Near(Length(Normal), 1, 1e-3f));
    HOLDS(Tests::Volume(Positions, Data.Indices) > 0);
    // The target has the placement of the mesh: it is not moved to the ground separately.
    HOLDS(Tests::Volume(Data.Targets[0].Positions, Data.Indices) > 0);
}

// Returns the largest number of times that a directed edge of a topology occurs.
static int MostAtEdge(const Topology &Joined) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> Edges;
    int Most = 0;
    for (std::size_t First = 0; First < Joined.Triangles.size(); First += 3) {
        for (std::size_t Side = 0; Side < 3; Side++) {
            const auto Key = std::make_pair(Joined.Triangles[First + Side], Joined.Triangles[First + (Side + 1) % 3]);
            Most = std::max(Most, ++Edges[Key]);
        }
    }
    return Most;
}

TEST(points_are_joined_across_seams) {
    Tests::Host Owner;
    Request Wanted = Coarse("a pig");
    Wanted.Options.TextureSize = 64;
    const Outcome Result = Owner.Do(std::move(Wanted));
    SUCCEEDED(Result);
    const MeshData &Data = Result.Made->Data();
    att3d_mesh_report Report{};
    Report.struct_size = sizeof Report;
    HOLDS(Tests::Calls().att3d_mesh_get_report(Result.Made->Get(), &Report) == ATT3D_OK);
    const Topology Joined = JoinPoints(Data, Data.Indices);
    HOLDS(MostAtEdge(Joined) == 1 && Joined.Triangles.size() == Joined.Corners.size());
    HOLDS(Result.Made->Points().Triangles == Joined.Triangles && Result.Made->Points().Points == Joined.Points);
    HOLDS(Joined.Points.size() < Data.Positions.size());
    if (Report.non_manifold_edge_count == 0) HOLDS(Joined.Points.size() == Report.point_count);
    for (std::size_t Index = 0; Index < Joined.Triangles.size(); Index++) {
        const Vector3 Point = Data.Positions[Joined.Points[Joined.Triangles[Index]]];
        HOLDS(Near(Point, Data.Positions[Joined.Corners[Index]], 0));
    }
}

TEST(a_fan_at_one_edge_and_flat_triangles_give_a_mesh_that_unreal_accepts) {
    MeshData Data;
    Data.Positions = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {1, 0, 0}, {-0.0f, 0, 0}};
    Data.Indices = {0, 1, 2, 1, 0, 3, 0, 1, 4, /* the edge 0-1 again */ 6, 5, 2, /* two corners at one point */ 0, 6, 1};
    const Topology Joined = JoinPoints(Data, Data.Indices);
    HOLDS(Joined.Triangles.size() == 12 && MostAtEdge(Joined) == 1);
    HOLDS(Joined.Points.size() == 5 + 6);
    HOLDS(JoinPoints(Data, {}).Triangles.empty());
}
