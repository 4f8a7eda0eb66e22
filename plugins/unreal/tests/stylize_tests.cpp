// Stylization of meshes of the host, and meshes that must be refused. Licensed MIT OR Apache-2.0.
#include "test.h"

#include <algorithm>
#include <limits>

using namespace ATT3DCore;
using Tests::Has;
using Tests::Host;
using Tests::Near;

// A box of 60 x 100 x 40 centimeters, far from the origin, with four vertices and texture coordinates per
// side.
static Surface Box() {
    const Vector3 Center{500, -300, 120}, Half{30, 50, 20};
    Surface Result;
    for (int Axis = 0; Axis < 3; Axis++) {
        for (const float Side : {-1.0f, 1.0f}) {
            const auto First = static_cast<std::uint32_t>(Result.Positions.size());
            const float Cell = static_cast<float>(First / 4) / 6;
            for (int Corner = 0; Corner < 4; Corner++) {
                const float Sign[3] = {Side, Corner & 1 ? 1.0f : -1.0f, Corner & 2 ? 1.0f : -1.0f};
                float Unit[3], Normal[3] = {0, 0, 0};
                for (int Part = 0; Part < 3; Part++) Unit[(Axis + Part) % 3] = Sign[Part];
                Normal[Axis] = Side;
                Result.Positions.push_back(Center + Vector3{Unit[0] * Half.X, Unit[1] * Half.Y, Unit[2] * Half.Z});
                Result.Normals.push_back({Normal[0], Normal[1], Normal[2]});
                Result.Uvs.push_back({Cell + (Corner & 1 ? 0.15f : 0.01f), Corner & 2 ? 0.9f : 0.1f});
            }
            // Counter-clockwise from outside, which in a left-handed frame is against the cross product.
            const std::uint32_t Up[6] = {0, 2, 1, 1, 2, 3}, Down[6] = {0, 1, 2, 1, 3, 2};
            for (int Index = 0; Index < 6; Index++) Result.Indices.push_back(First + (Side > 0 ? Up : Down)[Index]);
        }
    }
    return Result;
}

static Request Golden(Surface Given, float Keep = 1) {
    Request Wanted;
    Wanted.Work = Kind::Stylize;
    Wanted.Prompts = {"made of gold"};
    Wanted.Given = std::move(Given);
    Wanted.Keep = Keep;
    Wanted.Options.Resolution = 32;
    Wanted.Options.TextureSize = 64;
    return Wanted;
}

TEST(the_box_of_these_tests_faces_outward) { HOLDS(Near(static_cast<float>(Tests::Volume(Box().Positions, Box().Indices)), 240000, 1)); }

TEST(a_surface_is_converted_into_the_frame_of_the_library) {
    LibrarySurface Converted;
    std::string Message;
    HOLDS(ConvertSurface(Box(), false, Converted, Message) && Message.empty() && Converted.MaterialCount == 1);
    double Volume = 0;
    for (std::size_t First = 0; First < Converted.Indices.size(); First += 3) {
        Vector3 P[3];
        for (std::size_t Corner = 0; Corner < 3; Corner++) {
            const float *From = &Converted.Positions[3 * Converted.Indices[First + Corner]];
            P[Corner] = {From[0], From[1], From[2]};
        }
        Volume += static_cast<double>(Dot(P[0], Cross(P[1] - P[0], P[2] - P[0]))) / 6; // right-handed
    }
    HOLDS(std::fabs(Volume - 0.24) < 1e-3); // cubic meters
    const auto Desc = Converted.Describe(ATT3D_SURFACE_FIT);
    HOLDS(Desc.struct_size == sizeof Desc && Desc.vertex_count == 24 && Desc.triangle_count == 12 && Desc.uvs && Desc.normals);
}

TEST(a_mesh_gets_a_new_material_and_stays_where_it_is) {
    Host Owner;
    const Outcome Result = Owner.Do(Golden(Box()));
    SUCCEEDED(Result);
    const Surface Before = Box();
    const MeshData &Data = Result.Made->Data();
    HOLDS(Data.Positions.size() == Before.Positions.size() && Data.Indices == Before.Indices && Result.Notes.empty());
    for (std::size_t Index = 0; Index < Before.Positions.size(); Index++) {
        HOLDS(Near(Data.Positions[Index], Before.Positions[Index], 0.01f));
        HOLDS(Near(Data.Normals[Index], Before.Normals[Index], 1e-3f));
        HOLDS(Near(Data.Uvs[Index].U, Before.Uvs[Index].U, 1e-6f) && Near(Data.Uvs[Index].V, Before.Uvs[Index].V, 1e-6f));
    }
    HOLDS(Data.BaseColor.Width == 64 && Data.Normal.IsEmpty());
}

TEST(a_mesh_without_texture_coordinates_gets_some) {
    Host Owner;
    Surface Given = Box();
    Given.Uvs.clear();
    Given.Normals.clear();
    const Outcome Result = Owner.Do(Golden(std::move(Given)));
    SUCCEEDED(Result);
    HOLDS(Result.Made->Data().Uvs.size() == Result.Made->Data().Positions.size() && !Result.Made->Data().BaseColor.IsEmpty());
    HOLDS(Near(Result.Made->Data().Maximum, {530, -250, 140}, 0.01f));
    HOLDS(Near(static_cast<float>(Tests::Volume(Result.Made->Data().Positions, Result.Made->Data().Indices)), 240000, 240));
}

TEST(new_texture_coordinates_are_made_if_they_are_asked_for) {
    Host Owner;
    Request Wanted = Golden(Box());
    Wanted.MakeUvs = true;
    const Outcome Result = Owner.Do(std::move(Wanted));
    SUCCEEDED(Result);
    const auto &Made = Result.Made->Data().Uvs;
    HOLDS(!std::equal(Made.begin(), Made.end(), Box().Uvs.begin(), Box().Uvs.end(), [](Uv A, Uv B) { return A.U == B.U && A.V == B.V; }));
}

TEST(several_materials_become_one_with_a_note) {
    Host Owner;
    Surface Given = Box();
    for (std::uint32_t Triangle = 0; Triangle < 12; Triangle++) Given.Materials.push_back(Triangle < 6 ? 0 : 4);
    LibrarySurface Converted;
    std::string Message;
    HOLDS(ConvertSurface(Given, false, Converted, Message) && Converted.MaterialCount == 2 && Converted.Uvs.empty());
    const Outcome Result = Owner.Do(Golden(std::move(Given)));
    SUCCEEDED(Result);
    HOLDS(Result.Notes.size() == 1 && Has(Result.Notes[0], "2 materials") && !Result.Made->Data().Uvs.empty());
}

TEST(a_lower_keep_makes_a_new_mesh_in_the_same_place) {
    Host Owner;
    const Outcome Result = Owner.Do(Golden(Box(), 0.7f));
    SUCCEEDED(Result);
    const MeshData &Data = Result.Made->Data();
    HOLDS(Data.Positions.size() != 24 && Tests::Volume(Data.Positions, Data.Indices) > 0);
    // The middle and the size are about those of the box.
    HOLDS(Near((Data.Minimum + Data.Maximum) * 0.5f, {500, -300, 120}, 25));
    HOLDS(Data.Maximum.Y - Data.Minimum.Y > 60 && Data.Maximum.Y - Data.Minimum.Y < 140);
}

TEST(meshes_that_cannot_be_used_are_refused_with_a_message) {
    Host Owner;
    HOLDS(Has(Owner.Do(Golden({})).Message, "no triangles; expected at least 1"));
    Surface Given = Box();
    Given.Indices.pop_back();
    HOLDS(Has(Owner.Do(Golden(Given)).Message, "35 indices; expected 3 per triangle"));
    Given = Box();
    Given.Indices[5] = 24;
    HOLDS(Has(Owner.Do(Golden(Given)).Message, "the vertex 24; the mesh has 24 vertices"));
    Given = Box();
    Given.Positions[3].Y = std::numeric_limits<float>::quiet_NaN();
    HOLDS(Has(Owner.Do(Golden(Given)).Message, "vertex 3 is not finite"));
    Given = Box();
    Given.Uvs.pop_back();
    HOLDS(Has(Owner.Do(Golden(Given)).Message, "23 texture coordinates for 24 vertices"));
    Given = Box();
    Given.Normals.resize(7);
    HOLDS(Has(Owner.Do(Golden(Given)).Message, "7 normals for 24 vertices"));
    Given = Box();
    Given.Materials = {1};
    HOLDS(Has(Owner.Do(Golden(Given)).Message, "1 material indices for 12 triangles"));
    HOLDS(Has(Owner.Do(Golden(Box(), 1.5f)).Message, "keep is 1.5"));
    HOLDS(Has(Owner.Do(Golden(Box(), std::numeric_limits<float>::quiet_NaN())).Message, "expected a share from 0 to 1"));
    Given = Box();
    for (Vector3 &Point : Given.Positions) Point = {1, 2, 3}; // all triangles are points
    const Outcome Flat = Owner.Do(Golden(Given));
    HOLDS(Flat.Status != ATT3D_OK && Flat.Status != ATT3D_INTERNAL && !Flat.Message.empty());
    SUCCEEDED(Owner.Do(Golden(Box())));
}

TEST(values_that_the_library_would_refuse_are_left_out) {
    LibrarySurface Converted;
    std::string Message;
    Surface Given = Box();
    Given.Normals[2] = {0, 0, 0};
    Given.Uvs[1].U = std::numeric_limits<float>::infinity();
    HOLDS(ConvertSurface(Given, false, Converted, Message) && Converted.Normals.empty() && Converted.Uvs.empty());
}
