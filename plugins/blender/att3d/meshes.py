# SPDX-License-Identifier: GPL-3.0-or-later
"""Converts the library's arrays to Blender's meshes, and back.

The library uses object space: right-handed, +Y up, +Z front. Blender uses meters, +Z up, -Y front.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import bpy
import numpy as np

from .library import Failure


def linear(srgb: np.ndarray) -> np.ndarray:
    """Converts sRGB values from 0 to 1 to linear ones. Returns f32."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_blender(vectors: np.ndarray) -> np.ndarray:
    """Converts vectors, [n, 3], from +Y up to +Z up. Returns a new f32 array."""
    turned = np.empty((len(vectors), 3), np.float32)
    turned[:, 0], turned[:, 1], turned[:, 2] = vectors[:, 0], -vectors[:, 2], vectors[:, 1]
    return turned


def from_blender(vectors: np.ndarray) -> np.ndarray:
    """Converts vectors, [n, 3], from +Z up to +Y up. Returns a new f32 array."""
    turned = np.empty((len(vectors), 3), np.float32)
    turned[:, 0], turned[:, 1], turned[:, 2] = vectors[:, 0], vectors[:, 2], -vectors[:, 1]
    return turned


def meters_of(scene: bpy.types.Scene) -> float:
    """Returns the length of one Blender unit of a scene, in meters."""
    units = scene.unit_settings
    # Without a unit system Blender ignores the scale.
    return units.scale_length if units.system != "NONE" else 1.0


@dataclass(frozen=True)
class Frame:
    """Transform from object space to the coordinates of a Blender mesh.

    origin: point of object space that becomes the origin. meters: length of one unit of object space, in
    meters. matrix: [4, 4] transform that is applied afterwards to Blender's coordinates, or None. It may be
    the inverse of an object's world matrix. is_in_scene: `meters` are Blender units of the scene, since the
    frame was taken from a mesh of the scene.
    """

    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    meters: float = 1.0
    matrix: np.ndarray | None = None
    is_in_scene: bool = False

    @classmethod
    def on_the_ground(cls, info: object, meters_per_unit: float, size: float = 0.0) -> "Frame":
        """Returns the frame that puts the center of the bottom of a mesh at the origin.

        info: the mesh's `info`, or its Bounds. size: length of the longest side in meters; 0 to scale by
        meters_per_unit.
        """
        # A live session calls this for each mesh, and NumPy is slow with three numbers.
        low, high = info.minimum, info.maximum
        longest = max(end - start for start, end in zip(low, high, strict=True))
        meters = size / longest if size > 0 and longest > 0 else meters_per_unit
        return cls(((low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2), meters)

    @classmethod
    def of_shape(cls, shape: object, matrix: np.ndarray | None = None) -> "Frame":
        """Returns the frame that undoes the fitting of a shape. matrix: as in the class."""
        center, units = np.asarray(shape.info.center), shape.info.units
        return cls(tuple(float(c) for c in -center / units), float(units), matrix, is_in_scene=True)

    def within(self, scene: bpy.types.Scene, thing: bpy.types.Object | None = None) -> "Frame":
        """Returns the frame in the units of a scene, for a new object or for an object with a scale.

        The mesh then has its size in meters in the world. A frame from a mesh of the scene does not change.
        """
        if self.is_in_scene:
            return self
        units = replace(self, meters=self.meters / meters_of(scene), is_in_scene=True)
        scale = [] if thing is None else [abs(side) for side in thing.matrix_world.to_scale()]
        if all(abs(side - 1.0) < 1e-6 for side in scale):
            return units
        # A side that is scaled to nothing has no size in the world, so its scale is not undone.
        return replace(units, matrix=np.diag([*(1.0 / side if side > 1e-6 else 1.0 for side in scale), 1.0]))

    def place(self, points: np.ndarray) -> np.ndarray:
        """Transforms points, [n, 3], from object space to Blender's coordinates. Returns f32."""
        return self.scaled(to_blender(points - np.float32(self.origin)))

    def scaled(self, turned: np.ndarray) -> np.ndarray:
        """Does the last part of `place`, for points that are relative to the origin and have Z up. Returns f32."""
        placed = turned * np.float32(self.meters)
        if self.matrix is None:
            return placed
        return (placed @ self.matrix[:3, :3].T + self.matrix[:3, 3]).astype(np.float32)

    def turn(self, normals: np.ndarray) -> np.ndarray:
        """Transforms unit normals, [n, 3], to unit normals in Blender's coordinates. Returns f32."""
        turned = to_blender(normals)
        if self.matrix is None:
            return turned
        turned = turned @ np.linalg.inv(self.matrix[:3, :3])
        return (turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-20)).astype(np.float32)

    @property
    def is_mirrored(self) -> bool:
        """Whether the matrix mirrors, which reverses the winding of triangles."""
        return self.matrix is not None and bool(np.linalg.det(self.matrix[:3, :3]) < 0)


@dataclass(frozen=True)
class Bounds:
    """Bounds of a mesh in object space: its smallest and largest coordinates, [3]."""

    minimum: Sequence[float]
    maximum: Sequence[float]


@dataclass(frozen=True)
class Arrays:
    """The arrays of a mesh of the library, as the history keeps them. Their types are those of `att3d.Mesh`."""

    positions: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray
    uvs: np.ndarray
    colors: np.ndarray
    materials: np.ndarray

    @classmethod
    def of(cls, source: object) -> "Arrays":
        """Returns the arrays of a mesh of the library."""
        return cls(**{field.name: np.asarray(getattr(source, field.name)) for field in fields(cls)})

    @property
    def info(self) -> Bounds:
        """The bounds of the mesh."""
        return Bounds(self.positions.min(axis=0).tolist(), self.positions.max(axis=0).tolist())


def _flat(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array).reshape(-1)


def write(target: bpy.types.Mesh, source: object, frame: Frame) -> None:
    """Replaces the contents of a mesh: vertices, triangles, normals, UVs, colors, metallic and roughness."""
    positions, triangles = source.positions, source.triangles
    if frame.is_mirrored:
        triangles = np.ascontiguousarray(triangles[:, ::-1])
    target.clear_geometry()
    target.vertices.add(len(positions))
    target.loops.add(3 * len(triangles))
    target.polygons.add(len(triangles))
    corners = _flat(triangles).view(np.int32)
    # These attributes copy whole arrays. The older properties (`vertices`, `loops`) copy element by element.
    target.attributes["position"].data.foreach_set("vector", _flat(frame.place(positions)))
    target.attributes[".corner_vert"].data.foreach_set("value", corners)
    target.polygons.foreach_set("loop_start", np.arange(0, 3 * len(triangles), 3, dtype=np.int32))
    if len(source.uvs):
        uvs = source.uvs[corners]
        uvs[:, 1] = 1.0 - uvs[:, 1]
        _layer(target).data.foreach_set("uv", _flat(uvs))
    paint(target, source.colors)
    if len(source.materials):
        for name, column in (("metallic", 0), ("roughness", 1)):
            attribute = target.attributes.get(name) or target.attributes.new(name, "FLOAT", "POINT")
            attribute.data.foreach_set("value", np.ascontiguousarray(source.materials[:, column]))
    target.update(calc_edges=True)
    target.normals_split_custom_set_from_vertices(frame.turn(source.normals))


def _layer(target: bpy.types.Mesh) -> bpy.types.MeshUVLoopLayer:
    return target.uv_layers.active or target.uv_layers.new(name="UVMap")


def paint(target: bpy.types.Mesh, colors: np.ndarray, name: str = "Color") -> None:
    """Writes the colors of the vertices, [n, 3] sRGB, into a color attribute. Writes nothing if there are none."""
    if not len(colors):
        return
    attribute = target.color_attributes.get(name) or target.color_attributes.new(name, "BYTE_COLOR", "POINT")
    painted = np.ones((len(colors), 4), np.float32)
    painted[:, :3] = colors
    attribute.data.foreach_set("color_srgb", painted.reshape(-1))


@dataclass(frozen=True)
class Corners:
    """A Blender mesh with one vertex per face corner, in the form in which the library takes a caller's mesh.

    positions, normals: [corners, 3] f32 in world space, +Y up. triangles: [m, 3] u32. uvs: [corners, 2] f32,
    v down. colors: [corners, 3] f32 sRGB. uvs and colors are None if the mesh has none.
    """

    positions: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray
    uvs: np.ndarray | None
    colors: np.ndarray | None


def corners_of(thing: bpy.types.Object, mesh: bpy.types.Mesh) -> Corners:
    """Returns the corners of an object's mesh. Raises Failure if it has no faces."""
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
        # Mirroring reverses the winding of the triangles, so it is reversed again.
        triangles = np.ascontiguousarray(triangles[:, ::-1])
    return Corners(
        positions=from_blender(positions[of_corner]),
        normals=from_blender(turned),
        triangles=triangles,
        uvs=uvs_of(mesh),
        colors=_colors_of(mesh, of_corner),
    )


def uvs_of(mesh: bpy.types.Mesh) -> np.ndarray | None:
    """Returns the UVs of the active layer, [corners, 2], or None if there is none.

    They begin at the image's upper left corner, and v points down.
    """
    layer = mesh.uv_layers.active
    if layer is None:
        return None
    uvs = np.empty(len(mesh.loops) * 2, np.float32)
    layer.data.foreach_get("uv", uvs)
    uvs = uvs.reshape(-1, 2)
    uvs[:, 1] = 1.0 - uvs[:, 1]
    return uvs


def _colors_of(mesh: bpy.types.Mesh, of_corner: np.ndarray) -> np.ndarray | None:
    """Returns the active color attribute, or else the materials' plain colors, as [corners, 3] sRGB.

    Returns None if there is neither.
    """
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
    """Returns the sRGB base color of a material, or None if it has no single color."""
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
