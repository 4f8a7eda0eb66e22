// Joins vertices into points, and reads meshes of the host. Licensed MIT OR Apache-2.0.
#include "ATT3DCoreMesh.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

namespace ATT3DCore {
namespace {

struct PositionKey {
    std::uint32_t Bits[3];
    bool operator==(const PositionKey &Other) const { return std::memcmp(Bits, Other.Bits, sizeof Bits) == 0; }
};

struct PositionHash {
    std::size_t operator()(const PositionKey &Key) const {
        std::uint64_t Hash = 1469598103934665603ull; // FNV-1a
        for (const std::uint32_t Part : Key.Bits) Hash = (Hash ^ Part) * 1099511628211ull;
        return static_cast<std::size_t>(Hash ^ (Hash >> 32));
    }
};

PositionKey KeyOf(Vector3 Point) {
    // Adding 0 turns -0 into 0, so that both are one point.
    const float Values[3] = {Point.X + 0.0f, Point.Y + 0.0f, Point.Z + 0.0f};
    PositionKey Key;
    std::memcpy(Key.Bits, Values, sizeof Key.Bits);
    return Key;
}

std::uint64_t Edge(std::uint32_t From, std::uint32_t To) { return (std::uint64_t{From} << 32) | To; }

bool IsFinite(Vector3 Point) {
    return std::isfinite(Point.X) && std::isfinite(Point.Y) && std::isfinite(Point.Z);
}

std::string Count(const char *What, std::size_t Found, std::size_t Expected) {
    return "the mesh has " + std::to_string(Found) + " " + What + " for " + std::to_string(Expected) +
           " vertices; expected one per vertex or none";
}

std::string Fault(const Surface &Given) {
    if (Given.Indices.size() / 3 == 0) return "the mesh has no triangles; expected at least 1";
    if (Given.Indices.size() % 3 != 0) {
        return "the mesh has " + std::to_string(Given.Indices.size()) + " indices; expected 3 per triangle";
    }
    if (!Given.Normals.empty() && Given.Normals.size() != Given.Positions.size()) {
        return Count("normals", Given.Normals.size(), Given.Positions.size());
    }
    if (!Given.Uvs.empty() && Given.Uvs.size() != Given.Positions.size()) {
        return Count("texture coordinates", Given.Uvs.size(), Given.Positions.size());
    }
    if (!Given.Materials.empty() && Given.Materials.size() != Given.Indices.size() / 3) {
        return "the mesh has " + std::to_string(Given.Materials.size()) + " material indices for " +
               std::to_string(Given.Indices.size() / 3) + " triangles; expected one per triangle or none";
    }
    for (const std::uint32_t Index : Given.Indices) {
        if (Index >= Given.Positions.size()) {
            return "a triangle has the vertex " + std::to_string(Index) + "; the mesh has " +
                   std::to_string(Given.Positions.size()) + " vertices";
        }
    }
    for (std::size_t Index = 0; Index < Given.Positions.size(); Index++) {
        if (!IsFinite(Given.Positions[Index])) {
            return "the position of vertex " + std::to_string(Index) + " is not finite";
        }
    }
    return "";
}

std::uint32_t CountMaterials(const Surface &Given) {
    if (Given.Materials.empty()) return 1;
    return static_cast<std::uint32_t>(
        std::unordered_set<std::uint32_t>(Given.Materials.begin(), Given.Materials.end()).size());
}

void Append(std::vector<float> &Array, Vector3 Value) {
    Array.push_back(Value.X);
    Array.push_back(Value.Y);
    Array.push_back(Value.Z);
}

} // namespace

Topology JoinPoints(const MeshData &Mesh, const std::vector<std::uint32_t> &Indices) {
    Topology Result;
    std::unordered_map<PositionKey, std::uint32_t, PositionHash> Known;
    std::unordered_set<std::uint64_t> Edges;
    Known.reserve(Mesh.Positions.size());
    Edges.reserve(Indices.size());
    constexpr std::uint32_t Unset = UINT32_MAX;
    std::vector<std::uint32_t> PointOf(Mesh.Positions.size(), Unset);
    const auto Add = [&](std::uint32_t Vertex) {
        Result.Points.push_back(Vertex);
        return static_cast<std::uint32_t>(Result.Points.size() - 1);
    };
    const auto Find = [&](std::uint32_t Vertex) {
        if (PointOf[Vertex] != Unset) return PointOf[Vertex];
        const auto Next = static_cast<std::uint32_t>(Result.Points.size());
        const auto Entry = Known.emplace(KeyOf(Mesh.Positions[Vertex]), Next);
        if (Entry.second) Add(Vertex);
        return PointOf[Vertex] = Entry.first->second;
    };
    for (std::size_t First = 0; First + 2 < Indices.size(); First += 3) {
        const std::uint32_t Corners[3] = {Indices[First], Indices[First + 1], Indices[First + 2]};
        std::uint32_t Triangle[3] = {Find(Corners[0]), Find(Corners[1]), Find(Corners[2])};
        if (Triangle[0] == Triangle[1] || Triangle[1] == Triangle[2] || Triangle[2] == Triangle[0]) continue;
        bool IsFree = true;
        for (int Side = 0; Side < 3; Side++) {
            IsFree = IsFree && !Edges.count(Edge(Triangle[Side], Triangle[(Side + 1) % 3]));
        }
        for (int Side = 0; Side < 3 && !IsFree; Side++) Triangle[Side] = Add(Corners[Side]);
        for (int Side = 0; Side < 3; Side++) {
            Edges.insert(Edge(Triangle[Side], Triangle[(Side + 1) % 3]));
            Result.Triangles.push_back(Triangle[Side]);
            Result.Corners.push_back(Corners[Side]);
        }
    }
    return Result;
}

att3d_surface_desc LibrarySurface::Describe(std::uint32_t Flags) const {
    att3d_surface_desc Result{};
    Result.struct_size = sizeof Result;
    Result.flags = Flags;
    Result.positions = Positions.data();
    Result.normals = Normals.empty() ? nullptr : Normals.data();
    Result.uvs = Uvs.empty() ? nullptr : Uvs.data();
    Result.indices = Indices.data();
    Result.vertex_count = Positions.size() / 3;
    Result.triangle_count = Indices.size() / 3;
    return Result;
}

bool ConvertSurface(const Surface &Given, bool MakeUvs, LibrarySurface &Result, std::string &Message) {
    Result = LibrarySurface{};
    Message = Fault(Given);
    if (!Message.empty()) return false;
    Result.MaterialCount = CountMaterials(Given);
    Result.Positions.reserve(3 * Given.Positions.size());
    for (const Vector3 Point : Given.Positions) Append(Result.Positions, PointToLibrary(Point));
    // A normal that is not finite or has no length would make the library refuse the mesh. Without normals
    // the library uses those of the triangles.
    const bool HasNormals = std::all_of(Given.Normals.begin(), Given.Normals.end(),
                                        [](Vector3 Normal) { return IsFinite(Normal) && Length(Normal) > 0; });
    if (HasNormals) {
        Result.Normals.reserve(3 * Given.Normals.size());
        for (const Vector3 Normal : Given.Normals) Append(Result.Normals, DirectionToLibrary(Normal));
    }
    const bool HasUvs = !MakeUvs && Result.MaterialCount == 1 &&
                        std::all_of(Given.Uvs.begin(), Given.Uvs.end(),
                                    [](Uv Point) { return std::isfinite(Point.U) && std::isfinite(Point.V); });
    if (HasUvs) {
        Result.Uvs.reserve(2 * Given.Uvs.size());
        for (const Uv Point : Given.Uvs) {
            Result.Uvs.push_back(Point.U);
            Result.Uvs.push_back(Point.V);
        }
    }
    Result.Indices = Given.Indices;
    return true;
}

} // namespace ATT3DCore
