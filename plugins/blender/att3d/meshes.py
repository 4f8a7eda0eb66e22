# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays of the library as Blender's meshes, and back.

The library: object space, right-handed, +Y up, +Z front. Blender: metres, +Z up, -Y front.
"""

from dataclasses import dataclass

import bpy
import numpy as np

from .library import Failure


def to_blender(vectors: np.ndarray) -> np.ndarray:
    """[n, 3], +Y up to +Z up. A new array, f32."""
    turned = np.empty((len(vectors), 3), np.float32)
    turned[:, 0], turned[:, 1], turned[:, 2] = vectors[:, 0], -vectors[:, 2], vectors[:, 1]
    return turned


def from_blender(vectors: np.ndarray) -> np.ndarray:
    """[n, 3], +Z up to +Y up. A new array, f32."""
    turned = np.empty((len(vectors), 3), np.float32)
    turned[:, 0], turned[:, 1], turned[:, 2] = vectors[:, 0], vectors[:, 2], -vectors[:, 1]
    return turned


@dataclass(frozen=True)
class Frame:
    """Where object space lies: its point `origin` becomes the mesh's own, one of its units so many metres; `matrix`, [4, 4], is what Blender's
    coordinates go through then, such as an object's inverse."""

    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    metres: float = 1.0
    matrix: np.ndarray | None = None

    @classmethod
    def on_the_ground(cls, mesh: object, metres_per_unit: float, size: float = 0.0) -> "Frame":
        """The ground's centre is the origin. size: metres of the longest side; 0 to go by metres_per_unit."""
        low, high = (np.asarray(corner) for corner in (mesh.info.minimum, mesh.info.maximum))
        longest = float((high - low).max())
        metres = size / longest if size > 0 and longest > 0 else metres_per_unit
        middle = (low + high) / 2
        return cls((float(middle[0]), float(low[1]), float(middle[2])), metres)

    @classmethod
    def of_shape(cls, shape: object, matrix: np.ndarray | None = None) -> "Frame":
        """Back to where a fitted shape stood."""
        centre, units = np.asarray(shape.info.centre), shape.info.units
        return cls(tuple(float(c) for c in -centre / units), float(units), matrix)

    def place(self, points: np.ndarray) -> np.ndarray:
        """[n, 3] object space to Blender's, f32."""
        placed = to_blender((points - np.float32(self.origin)) * np.float32(self.metres))
        if self.matrix is None:
            return placed
        return (placed @ self.matrix[:3, :3].T + self.matrix[:3, 3]).astype(np.float32)

    def turn(self, normals: np.ndarray) -> np.ndarray:
        """[n, 3] unit normals likewise."""
        turned = to_blender(normals)
        if self.matrix is None:
            return turned
        turned = turned @ np.linalg.inv(self.matrix[:3, :3])
        return (turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-20)).astype(np.float32)

    @property
    def is_mirrored(self) -> bool:
        """Do triangles turn the other way round?"""
        return self.matrix is not None and bool(np.linalg.det(self.matrix[:3, :3]) < 0)


def _flat(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array).reshape(-1)


def write(target: bpy.types.Mesh, source: object, frame: Frame, is_draft: bool = False) -> None:
    """Fills a mesh anew: vertices, triangles, normals, uvs, colours, metallic and roughness. is_draft: Blender's smooth normals do, which come at
    half the time."""
    positions, triangles = source.positions, source.triangles
    if frame.is_mirrored:
        triangles = np.ascontiguousarray(triangles[:, ::-1])
    target.clear_geometry()
    target.vertices.add(len(positions))
    target.loops.add(3 * len(triangles))
    target.polygons.add(len(triangles))
    corners = _flat(triangles).view(np.int32)
    # The attributes beneath take whole arrays; the older names go element by element.
    target.attributes["position"].data.foreach_set("vector", _flat(frame.place(positions)))
    target.attributes[".corner_vert"].data.foreach_set("value", corners)
    target.polygons.foreach_set("loop_start", np.arange(0, 3 * len(triangles), 3, dtype=np.int32))
    if len(source.uvs):
        uvs = source.uvs[corners]
        uvs[:, 1] = 1.0 - uvs[:, 1]
        _layer(target).data.foreach_set("uv", _flat(uvs))
    _paint(target, source.colors)
    if len(source.materials):
        for name, column in (("metallic", 0), ("roughness", 1)):
            attribute = target.attributes.get(name) or target.attributes.new(name, "FLOAT", "POINT")
            attribute.data.foreach_set("value", np.ascontiguousarray(source.materials[:, column]))
    target.update(calc_edges=True)
    if not is_draft:
        target.normals_split_custom_set_from_vertices(frame.turn(source.normals))


def _layer(target: bpy.types.Mesh) -> bpy.types.MeshUVLoopLayer:
    return target.uv_layers.active or target.uv_layers.new(name="UVMap")


def _paint(target: bpy.types.Mesh, colors: np.ndarray) -> None:
    if not len(colors):
        return
    attribute = target.color_attributes.get("Color") or target.color_attributes.new("Color", "BYTE_COLOR", "POINT")
    painted = np.ones((len(colors), 4), np.float32)
    painted[:, :3] = colors
    attribute.data.foreach_set("color_srgb", painted.reshape(-1))


@dataclass(frozen=True)
class Corners:
    """A Blender mesh with a vertex for each corner of each face, as the library takes a caller's mesh: world space, +Y up.

    uvs and colors are None where the mesh has none.
    """

    positions: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray
    uvs: np.ndarray | None
    colors: np.ndarray | None


def corners_of(thing: bpy.types.Object, mesh: bpy.types.Mesh) -> Corners:
    """The corners of an object's mesh. Raises Failure for one without faces."""
    mesh.calc_loop_triangles()
    count = len(mesh.loops)
    if not len(mesh.loop_triangles):
        raise Failure(f"{thing.name} has no faces: give it some, or select another mesh")
    vertices = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", vertices)
    of_corner = np.empty(count, np.int32)
    mesh.loops.foreach_get("vertex_index", of_corner)
    normals = np.empty(count * 3, np.float32)
    mesh.corner_normals.foreach_get("vector", normals)
    triangles = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("loops", triangles)
    world = np.array(thing.matrix_world, np.float64)
    positions = vertices.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3]
    turned = normals.reshape(-1, 3) @ np.linalg.pinv(world[:3, :3])
    turned /= np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-20)
    triangles = triangles.reshape(-1, 3).astype(np.uint32)
    if np.linalg.det(world[:3, :3]) < 0:
        # A mirrored object's triangles are seen from behind.
        triangles = np.ascontiguousarray(triangles[:, ::-1])
    return Corners(
        positions=from_blender(positions[of_corner]),
        normals=from_blender(turned),
        triangles=triangles,
        uvs=uvs_of(mesh),
        colors=_colors_of(mesh, of_corner),
    )


def uvs_of(mesh: bpy.types.Mesh) -> np.ndarray | None:
    """[corners, 2] of the active layer, down from the image's upper left corner."""
    layer = mesh.uv_layers.active
    if layer is None:
        return None
    uvs = np.empty(len(mesh.loops) * 2, np.float32)
    layer.data.foreach_get("uv", uvs)
    uvs = uvs.reshape(-1, 2)
    uvs[:, 1] = 1.0 - uvs[:, 1]
    return uvs


def _colors_of(mesh: bpy.types.Mesh, of_corner: np.ndarray) -> np.ndarray | None:
    """[corners, 3] sRGB: the active colours, else the plain colours of the materials."""
    active = mesh.color_attributes.active_color
    if active is not None:
        painted = np.empty(len(active.data) * 4, np.float32)
        active.data.foreach_get("color_srgb", painted)
        painted = painted.reshape(-1, 4)[:, :3].clip(0.0, 1.0)
        return painted[of_corner] if active.domain == "POINT" else painted
    plain = [_plain_color(material) for material in mesh.materials]
    if not any(color is not None for color in plain):
        return None
    slots = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("material_index", slots)
    lengths = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_total", lengths)
    palette = np.array([(0.8, 0.8, 0.8) if color is None else color for color in plain], np.float32)
    return palette[np.repeat(slots.clip(0, len(palette) - 1), lengths)]


def _plain_color(material: bpy.types.Material | None) -> tuple[float, float, float] | None:
    """sRGB of a material's base colour, where that is one colour."""
    if material is None:
        return None
    linear = np.array(material.diffuse_color[:3])
    if material.use_nodes and material.node_tree:
        for node in material.node_tree.nodes:
            if node.type == "BSDF_PRINCIPLED":
                if node.inputs["Base Color"].is_linked:
                    return None
                linear = np.array(node.inputs["Base Color"].default_value[:3])
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
    return tuple(float(channel) for channel in srgb.clip(0.0, 1.0))
