// Conversion between the library's frame and Unreal's frame. The rest of the plugin converts axes and units
// only with the functions and constants of this file.
// Part of the ATT3D plugin for Unreal. Plain C++17 without an engine include. Licensed MIT OR Apache-2.0.
//
//                 library                         Unreal
//     hand        right-handed                    left-handed
//     up          +Y                              +Z
//     front       +Z                              +X
//     right       -X                              +Y
//     unit        meter                           centimeter
//     UV          right and down from the upper left corner of the image, in both
//     green of a normal texture
//                 up in the image (OpenGL)        down in the image (DirectX)
//
// So a direction (x, y, z) of the library is (z, -x, y) in Unreal. Unreal's own importers map a glTF point to
// (x, z, y) in centimeters, with the front along +Y. The plugin also turns this result by a yaw of -90
// degrees, so that the front is along +X, as for Unreal's actors. plugins/unreal/tests/reference.py
// describes these steps and compares the core's meshes with their result.
//
// The map is a reflection (its determinant is -1), and so is the change from a right-handed to a left-handed
// frame. Therefore triangles keep the order of their vertices: on a screen they are counter-clockwise when
// seen from outside, before and after. In numbers, cross(B - A, C - A) is along the outward normal in the
// library's frame, and against it in Unreal's. Source: Epic's page of EFaceWindingOrder. It calls the order
// of Unreal CW because of the sign of the product: "cross product of consecutive face vertices opposes the
// stored normal direction (DirectX / UE renderer convention)".
//
// The sign of a tangent frame stays too. In the library's frame, the bitangent cross(N, T) * sign points up
// in the image. A reflection negates cross products, so in Unreal's frame the bitangent cross(N, T) * sign
// points down in the image.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

namespace ATT3DCore {

/// A point or a direction with three coordinates.
struct Vector3 {
    float X = 0, Y = 0, Z = 0;
};

inline Vector3 operator+(Vector3 A, Vector3 B) { return {A.X + B.X, A.Y + B.Y, A.Z + B.Z}; }
inline Vector3 operator-(Vector3 A, Vector3 B) { return {A.X - B.X, A.Y - B.Y, A.Z - B.Z}; }
inline Vector3 operator*(Vector3 A, float Scale) { return {A.X * Scale, A.Y * Scale, A.Z * Scale}; }
inline float Dot(Vector3 A, Vector3 B) { return A.X * B.X + A.Y * B.Y + A.Z * B.Z; }
inline Vector3 Cross(Vector3 A, Vector3 B) {
    return {A.Y * B.Z - A.Z * B.Y, A.Z * B.X - A.X * B.Z, A.X * B.Y - A.Y * B.X};
}
inline float Length(Vector3 A) { return std::sqrt(Dot(A, A)); }

/// Unreal's unit of length is a centimeter.
constexpr float CentimetersPerMeter = 100.0f;

/// Returns a direction of the library's frame in Unreal's frame. Lengths stay.
inline Vector3 DirectionToUnreal(Vector3 V) { return {V.Z, -V.X, V.Y}; }
/// Returns a direction of Unreal's frame in the library's frame. Lengths stay.
inline Vector3 DirectionToLibrary(Vector3 V) { return {-V.Y, V.Z, V.X}; }
/// Returns a point in meters of the library's frame in centimeters of Unreal's frame.
inline Vector3 PointToUnreal(Vector3 Meters) { return DirectionToUnreal(Meters) * CentimetersPerMeter; }
/// Returns a point in centimeters of Unreal's frame in meters of the library's frame.
inline Vector3 PointToLibrary(Vector3 Centimeters) {
    return DirectionToLibrary(Centimeters) * (1.0f / CentimetersPerMeter);
}

/// Place of a mesh: an object-space point P of the library becomes the point
/// DirectionToUnreal((P - Pivot) * Centimeters + Offset) of Unreal, in centimeters.
struct Placement {
    Vector3 Pivot;                            ///< Point of object space that becomes Offset.
    float Centimeters = CentimetersPerMeter;  ///< Centimeters per unit of object space.
    Vector3 Offset;                           ///< Centimeters, along the library's axes.

    Vector3 Apply(Vector3 Point) const { return DirectionToUnreal((Point - Pivot) * Centimeters + Offset); }
};

/// Point of a generated mesh that becomes its origin in Unreal.
enum class Pivot : std::uint8_t {
    Ground, ///< Center of the bounding box's bottom face.
    Center, ///< Center of the bounding box.
    Origin, ///< Origin of object space.
};

/// Returns the place of a generated mesh. Minimum, Maximum: its bounding box in object space. Size: length of
/// the box's longest side in centimeters; 0 to use MetersPerUnit.
inline Placement Place(Pivot Point, Vector3 Minimum, Vector3 Maximum, float MetersPerUnit, float Size) {
    Placement Result;
    const Vector3 Middle = (Minimum + Maximum) * 0.5f;
    if (Point == Pivot::Ground) Result.Pivot = {Middle.X, Minimum.Y, Middle.Z};
    if (Point == Pivot::Center) Result.Pivot = Middle;
    const Vector3 Extent = Maximum - Minimum;
    const float Longest = std::fmax(Extent.X, std::fmax(Extent.Y, Extent.Z));
    const bool HasSize = Size > 0 && Longest > 0;
    Result.Centimeters = HasSize ? Size / Longest : MetersPerUnit * CentimetersPerMeter;
    return Result;
}

/// Returns the linear value of an sRGB value. Source: IEC 61966-2-1.
inline float LinearFromSrgb(float Value) {
    return Value <= 0.04045f ? Value / 12.92f : std::pow((Value + 0.055f) / 1.055f, 2.4f);
}

} // namespace ATT3DCore
