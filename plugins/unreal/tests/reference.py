#!/usr/bin/env python3
"""Compares the core's mesh with the GLB of the command att3d, converted as other programs convert it.

    python reference.py GLB DUMP [blender]

GLB: of `att3d generate PROMPT`. DUMP: of `core_tests LIBRARY --dump PROMPT …`, the same mesh in Unreal's frame.
With `blender`, Blender's importer (the module bpy) reads the GLB; otherwise this file reads it.

The reference transform, in three steps with their sources:

1. GLB to Blender, by Blender's own importer, not by formulas: meters, right-handed, +Z up. A glTF model that faces
   +Z faces -Y in Blender. Where this file reads the GLB itself, the step is (x, y, z) -> (x, -z, y).
   Source: Blender manual, "glTF 2.0", "the importer converts +Y up to +Z up"; glTF 2.0 specification, section 3.4:
   "+Y up, front faces +Z, right-handed, units are meters".
2. Blender to Unreal: (x, y, z) -> (100 x, -100 y, 100 z). The Y axis is mirrored, because Unreal is left-handed, and
   a meter has 100 centimeters. Source: Epic's page FFbxImporter::ConvertScene, "The scene will be converted to RH -Y
   or RH X depending if we force a front X axis or not", and its page FAccessor::GetCoordArray for glTF: "Performs
   axis conversion for vec3s (i.e. from glTF right-handed and Y-up to left-handed and Z-up)". Steps 1 and 2 together
   are (x, y, z) -> 100 (x, z, y): up stays up, and the front is along +Y.
3. A yaw of -90 degrees: (x, y, z) -> (y, -x, z). Unreal's actors face +X (Epic's page AActor::GetActorForwardVector),
   and "Force Front XAxis" of the FBX importer does the same.
"""

import json
import math
import pathlib
import struct
import sys

Point = tuple[float, float, float]
failed = passed = 0


def holds(condition: object, what: str) -> None:
    global failed, passed
    print(("ok " if condition else "FAILED ") + what)
    if condition:
        passed += 1
    else:
        failed += 1


def read_glb(path: str) -> tuple[list[Point], list[int]]:
    """Reads the positions and indices of the first primitive, in Blender's frame."""
    data = pathlib.Path(path).read_bytes()
    size = struct.unpack_from("<I", data, 12)[0]
    document = json.loads(data[20 : 20 + size])
    binary = data[20 + size + 8 :]
    node = document["nodes"][0]
    assert not {"translation", "rotation", "scale", "matrix"} & node.keys(), "the node has a transform"

    def array(index: int) -> list[tuple]:
        accessor = document["accessors"][index]
        view = document["bufferViews"][accessor["bufferView"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        code = {5126: "3f", 5123: "H", 5125: "I"}[accessor["componentType"]]
        step = view.get("byteStride", struct.calcsize("<" + code))
        return [struct.unpack_from("<" + code, binary, start + step * row) for row in range(accessor["count"])]

    primitive = document["meshes"][node["mesh"]]["primitives"][0]
    points = [(x, -z, y) for x, y, z in array(primitive["attributes"]["POSITION"])]
    return points, [index for (index,) in array(primitive["indices"])]


def import_blender(path: str) -> tuple[list[Point], list[int]]:
    """Lets Blender import the file."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=path)
    (thing,) = [thing for thing in bpy.data.objects if thing.type == "MESH"]
    print(f"Blender {bpy.app.version_string} imported {thing.name!r}")
    mesh = thing.data
    mesh.calc_loop_triangles()
    points = [tuple(thing.matrix_world @ vertex.co) for vertex in mesh.vertices]
    return points, [index for triangle in mesh.loop_triangles for index in triangle.vertices]


def to_unreal(point: Point) -> Point:
    x, y, z = 100 * point[0], -100 * point[1], 100 * point[2]
    return y, -x, z


def read_dump(path: str) -> tuple[list[Point], list[int]]:
    points, indices = [], []
    for line in pathlib.Path(path).read_text().splitlines():
        kind, *values = line.split()
        if kind == "v":
            points.append(tuple(map(float, values)))
        else:
            indices.extend(map(int, values))
    return points, indices


def volume(points: list[Point], indices: list[int]) -> float:
    """Signed volume: positive if cross(B - A, C - A) is along the outward normal."""
    total = 0.0
    for first in range(0, len(indices), 3):
        (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (points[index] for index in indices[first : first + 3])
        total += ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
    return total / 6


def box(points: list[Point]) -> list[float]:
    return [limit(point[axis] for point in points) for limit in (min, max) for axis in range(3)]


def compare(reference: list[Point], reference_indices: list[int], points: list[Point], indices: list[int]) -> None:
    tolerance = 0.01  # centimeters; floats of 32 bits near 100 have steps of 0.00001
    turned = [to_unreal(point) for point in reference]
    holds(len(turned) == len(points) and len(reference_indices) == len(indices), f"{len(points)} vertices, {len(indices) // 3} triangles")
    both = list(zip(box(turned), box(points)))
    print("    bounding box in centimeters:", " ".join(f"{mine:.3f}" for _, mine in both))
    holds(all(abs(one - other) < tolerance for one, other in both), "the bounding boxes are equal")
    sides = [both[axis + 3][1] - both[axis][1] for axis in range(3)]
    holds(len({round(side) for side in sides}) == 3, "the sides differ, so that the comparison sees exchanged axes")
    # Vertices in the order of triangles: the order of a mesh's vertices may change in an import, the triangles may not.
    triangles = [frozenset(key(turned[index], tolerance) for index in reference_indices[first : first + 3]) for first in range(0, len(indices), 3)]
    mine = [frozenset(key(points[index], tolerance) for index in indices[first : first + 3]) for first in range(0, len(indices), 3)]
    same = len(set(triangles) & set(mine)) / len(set(mine))
    holds(same > 0.98, f"{100 * same:.2f} % of the triangles are at the same places (others differ by rounding)")
    right, left = volume(reference, reference_indices), volume(points, indices)
    print(f"    volume: {right:.6f} cubic meters in Blender, {left:.1f} cubic centimeters in Unreal")
    holds(right > 0, "Blender's triangles are counter-clockwise from outside in a right-handed frame")
    holds(left < 0, "Unreal's cross products oppose the outward normal, as its renderer expects")
    holds(math.isclose(-left, right * 1e6, rel_tol=1e-3), "the volumes are equal, so no axis is mirrored or scaled alone")


def key(point: Point, tolerance: float) -> tuple[int, int, int]:
    return tuple(round(value / tolerance) for value in point)


def main() -> None:
    reference, reference_indices = import_blender(sys.argv[1]) if sys.argv[3:] == ["blender"] else read_glb(sys.argv[1])
    points, indices = read_dump(sys.argv[2])
    compare(reference, reference_indices, points, indices)
    # A mirrored mesh must not pass.
    mirrored = [(x, -y, z) for x, y, z in points]
    holds(volume(mirrored, indices) > 0, "a mirrored mesh would have been seen")
    print(f"reference: {passed} passed; {failed} failed")
    sys.exit(failed > 0)


main()
