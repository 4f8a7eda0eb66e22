// The conversion of axes, units, winding, tangents and colors. Licensed MIT OR Apache-2.0.
#include "test.h"

#include <algorithm>

using namespace ATT3DCore;
using Tests::Coarse;
using Tests::Near;

TEST(front_up_and_right_keep_their_meaning) {
    HOLDS(Near(DirectionToUnreal({0, 0, 1}), {1, 0, 0}, 0));  // front
    HOLDS(Near(DirectionToUnreal({0, 1, 0}), {0, 0, 1}, 0));  // up
    HOLDS(Near(DirectionToUnreal({-1, 0, 0}), {0, 1, 0}, 0)); // right
    HOLDS(Near(PointToUnreal({1, 2, 3}), {300, -100, 200}, 0));
}

TEST(the_frame_changes_its_hand) {
    const Vector3 X = DirectionToUnreal({1, 0, 0}), Y = DirectionToUnreal({0, 1, 0}), Z = DirectionToUnreal({0, 0, 1});
    HOLDS(Dot(X, Cross(Y, Z)) == -1);
}

TEST(the_conversions_are_inverse) {
    const Vector3 Point{1.5f, -2.25f, 3.125f};
    HOLDS(Near(DirectionToLibrary(DirectionToUnreal(Point)), Point, 0));
    HOLDS(Near(PointToLibrary(PointToUnreal(Point)), Point, 1e-6f));
}

TEST(a_size_and_a_pivot_place_the_mesh) {
    const Placement Ground = Place(Pivot::Ground, {-1, -2, -3}, {1, 2, 5}, 0.5f, 0);
    HOLDS(Near(Ground.Apply({0, -2, 1}), {0, 0, 0}, 1e-4f) && Near(Ground.Apply({0, 2, 1}), {0, 0, 200}, 1e-4f));
    const Placement Center = Place(Pivot::Center, {-1, -2, -3}, {1, 2, 5}, 0.5f, 80);
    HOLDS(Near(Center.Apply({0, 0, 5}), {40, 0, 0}, 1e-4f));
    HOLDS(Near(Place(Pivot::Origin, {1, 1, 1}, {2, 2, 2}, 1, 0).Apply({1, 1, 1}), {100, -100, 100}, 1e-4f));
    HOLDS(Place(Pivot::Origin, {1, 1, 1}, {1, 1, 1}, 2, 50).Centimeters == 200); // no extent: the model's scale
}

TEST(colors_become_linear) {
    HOLDS(LinearFromSrgb(0) == 0 && Near(LinearFromSrgb(1), 1, 1e-6f) && Near(LinearFromSrgb(0.5f), 0.2140f, 1e-4f));
}

TEST(a_generated_mesh_stands_on_the_ground_and_faces_outward) {
    Tests::Host Owner;
    const Outcome Result = Owner.Do(Coarse("a green truck"));
    SUCCEEDED(Result);
    const MeshData &Data = Result.Made->Data();
    HOLDS(Data.Positions.size() > 100 && Data.Indices.size() > 300 && Data.Normals.size() == Data.Positions.size());
    HOLDS(Near(Data.Minimum.Z, 0, 1e-3f) && Near(Data.Minimum.X, -Data.Maximum.X, 1e-3f));
    HOLDS(Near(Data.Minimum.Y, -Data.Maximum.Y, 1e-3f));
    // A truck is longer than wide, and its front is along X. Its length is more than 50 centimeters.
    HOLDS(Data.Maximum.X > 1.2f * Data.Maximum.Y && Data.Maximum.X - Data.Minimum.X > 50);

    att3d_mesh_report Report{};
    Report.struct_size = sizeof Report;
    HOLDS(Tests::Calls().att3d_mesh_get_report(Result.Made->Get(), &Report) == ATT3D_OK);
    att3d_mesh_info Info{};
    Info.struct_size = sizeof Info;
    HOLDS(Tests::Calls().att3d_mesh_get_info(Result.Made->Get(), &Info) == ATT3D_OK);
    const double Scale = static_cast<double>(Data.Maximum.Z - Data.Minimum.Z) / static_cast<double>(Info.maximum[1] - Info.minimum[1]);
    const double Volume = Tests::Volume(Data.Positions, Data.Indices);
    HOLDS(Volume > 0 && std::fabs(Volume / (Report.volume * Scale * Scale * Scale) - 1) < 1e-3);

    // The mean cosine between triangles and normals, by area. It is -0.9 if the winding or the normals are
    // inverted. The mesh has few cells, so the cosine is below 1 at edges and thin parts.
    double Agreement = 0, Area = 0;
    for (std::size_t First = 0; First < Data.Indices.size(); First += 3) {
        const std::uint32_t *T = &Data.Indices[First];
        const Vector3 A = Data.Positions[T[0]], B = Data.Positions[T[1]], C = Data.Positions[T[2]];
        const Vector3 Outward = Cross(C - A, B - A);
        Agreement += Dot(Outward, Data.Normals[T[0]]);
        Area += Length(Outward);
    }
    HOLDS(Agreement > 0.8 * Area);
}

TEST(a_size_in_centimeters_is_kept) {
    Tests::Host Owner;
    Request Wanted = Coarse("a green truck");
    Wanted.Options.SizeCentimeters = 250;
    Wanted.Options.Origin = Pivot::Center;
    const Outcome Result = Owner.Do(std::move(Wanted));
    SUCCEEDED(Result);
    const MeshData &Data = Result.Made->Data();
    HOLDS(Near(Data.Maximum.X - Data.Minimum.X, 250, 0.01f) && Near(Data.Minimum.Z, -Data.Maximum.Z, 0.01f));
}

// Sets Right and Down to the derivatives of the position by u and v on a triangle. Returns false if the
// triangle has no area in the image or in space.
static bool DownInImage(const MeshData &Data, const std::uint32_t *T, Vector3 &Right, Vector3 &Down) {
    const Vector3 E1 = Data.Positions[T[1]] - Data.Positions[T[0]], E2 = Data.Positions[T[2]] - Data.Positions[T[0]];
    const Uv A = Data.Uvs[T[0]], B = Data.Uvs[T[1]], C = Data.Uvs[T[2]];
    const float U1 = B.U - A.U, V1 = B.V - A.V, U2 = C.U - A.U, V2 = C.V - A.V, Area = U1 * V2 - U2 * V1;
    if (std::fabs(Area) < 1e-9f) return false;
    Right = (E1 * V2 - E2 * V1) * (1 / Area);
    Down = (E2 * U1 - E1 * U2) * (1 / Area);
    return Length(Right) > 0 && Length(Down) > 0;
}

TEST(tangents_point_right_and_bitangents_point_down_in_the_image) {
    Tests::Host Owner;
    Request Wanted = Coarse("a pig");
    Wanted.Options.TextureSize = 64;
    const Outcome Result = Owner.Do(std::move(Wanted));
    SUCCEEDED(Result);
    const MeshData &Data = Result.Made->Data();
    HOLDS(Data.Uvs.size() == Data.Positions.size() && Data.Tangents.size() == Data.Positions.size());
    double RightSum = 0, DownSum = 0, Count = 0;
    for (std::size_t First = 0; First < Data.Indices.size(); First += 3) {
        Vector3 Right, Down;
        if (!DownInImage(Data, &Data.Indices[First], Right, Down)) continue;
        const std::uint32_t Vertex = Data.Indices[First];
        const Tangent Given = Data.Tangents[Vertex];
        HOLDS(Near(Length(Given.Direction), 1, 1e-3f) && std::fabs(Given.Sign) == 1);
        const Vector3 Bitangent = Cross(Data.Normals[Vertex], Given.Direction) * Given.Sign;
        RightSum += static_cast<double>(Dot(Given.Direction, Right) / Length(Right));
        DownSum += static_cast<double>(Dot(Bitangent, Down) / Length(Down));
        Count++;
    }
    HOLDS(Count > 100 && RightSum > 0.9 * Count && DownSum > 0.9 * Count);
}

TEST(texture_coordinates_are_those_of_the_library) {
    Tests::Host Owner;
    Request Wanted = Coarse("a pig");
    Wanted.Options.TextureSize = 64;
    const Outcome Result = Owner.Do(std::move(Wanted));
    SUCCEEDED(Result);
    att3d_mesh_view View{};
    View.struct_size = sizeof View;
    HOLDS(Tests::Calls().att3d_mesh_get_view(Result.Made->Get(), &View) == ATT3D_OK);
    for (std::size_t Index = 0; Index < View.vertex_count; Index++) {
        HOLDS(Result.Made->Data().Uvs[Index].U == View.uvs[2 * Index]);
        HOLDS(Result.Made->Data().Uvs[Index].V == View.uvs[2 * Index + 1]);
    }
    // The order of the vertices of triangles stays.
    HOLDS(std::equal(Result.Made->Data().Indices.begin(), Result.Made->Data().Indices.end(), View.indices));
}
