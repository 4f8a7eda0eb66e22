# SPDX-License-Identifier: GPL-3.0-or-later
"""Quads: remeshes a mesh with Blender's QuadriFlow, and transfers its colors, UVs and materials to the result."""

from dataclasses import dataclass

import bmesh
import bpy
import numpy as np
from bpy.props import IntProperty
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from . import live, making, originals, tasks
from .library import Failure
from .originals import Keep, barycentric

#: Default number of quads: about half the number of triangles of a generated mesh.
_QUADS = 5000
#: Distance below which vertices are merged, as a share of the longest side. Textured meshes have duplicated
#: vertices at seams.
_WELD = 1e-5


@dataclass(frozen=True)
class _Source:
    """What is transferred from a mesh: its triangles, and values on them.

    positions: [vertices, 3] f32. triangles: [m, 3] vertex indices. slots: [m]. uvs: [m, 3, 2] of the active
    layer, or None. charts: [m] the number of the connected piece of UVs. values: attributes of the vertices by name.
    """

    positions: np.ndarray
    triangles: np.ndarray
    slots: np.ndarray
    uvs: np.ndarray | None
    charts: np.ndarray
    values: dict[str, np.ndarray]

    @classmethod
    def of(cls, data: bpy.types.Mesh) -> "_Source":
        """Returns the values of a mesh."""
        data.calc_loop_triangles()
        count = len(data.loop_triangles)
        positions = np.empty(len(data.vertices) * 3, np.float32)
        data.vertices.foreach_get("co", positions)
        triangles, corners = np.empty(count * 3, np.int32), np.empty(count * 3, np.int32)
        data.loop_triangles.foreach_get("vertices", triangles)
        data.loop_triangles.foreach_get("loops", corners)
        slots = np.empty(count, np.int32)
        data.loop_triangles.foreach_get("material_index", slots)
        uvs = None
        if data.uv_layers.active is not None:
            flat = np.empty(len(data.loops) * 2, np.float32)
            data.uv_layers.active.data.foreach_get("uv", flat)
            uvs = flat.reshape(-1, 2)[corners].reshape(-1, 3, 2)
        triangles = triangles.reshape(-1, 3)
        charts = np.zeros(count, np.int64) if uvs is None else _charts(triangles, uvs)
        return cls(positions.reshape(-1, 3), triangles, slots, uvs, charts, dict(_values(data)))


def _values(data: bpy.types.Mesh) -> list[tuple[str, np.ndarray]]:
    """Returns the attributes of the vertices that materials use: [n, width] f32 by name."""
    found = []
    for attribute in data.attributes:
        name, width = {"FLOAT": ("value", 1), "FLOAT_COLOR": ("color", 4), "BYTE_COLOR": ("color", 4)}.get(attribute.data_type, ("", 0))
        if attribute.domain == "POINT" and width and not attribute.name.startswith("."):
            values = np.empty(len(attribute.data) * width, np.float32)
            attribute.data.foreach_get(name, values)
            found.append((attribute.name, values.reshape(-1, width)))
    return found


def _charts(triangles: np.ndarray, uvs: np.ndarray) -> np.ndarray:
    """Returns the number of the chart of each triangle: triangles that share a vertex and its UVs are in one."""
    keys = np.concatenate([triangles.reshape(-1, 1).astype(np.float64), uvs.reshape(-1, 2).round(6)], axis=1)
    _, joints = np.unique(keys, axis=0, return_inverse=True)
    joints = joints.reshape(-1, 3)
    labels = np.arange(joints.max() + 1)
    while True:
        # Each joint, a vertex with its UVs, takes the smallest label of its triangles, until nothing changes.
        smallest = labels[joints].min(axis=1)
        after = labels.copy()
        np.minimum.at(after, joints.reshape(-1), np.repeat(smallest, 3))
        after = after[after]
        if (after == labels).all():
            return labels[joints[:, 0]]
        labels = after


def remeshed(context: bpy.types.Context, thing: bpy.types.Object, quads: int) -> bpy.types.Mesh:
    """Returns a new mesh of an object's shape with about so many quads, without its values. Raises Failure."""
    # Shape keys are left out of the copy, because Blender would keep their old number of vertices.
    data, welded = bpy.data.meshes.new(thing.data.name), bmesh.new()
    welded.from_mesh(thing.data)
    for layer in welded.verts.layers.shape.values():
        welded.verts.layers.shape.remove(layer)
    longest = max(max(thing.bound_box[6][axis] - thing.bound_box[0][axis] for axis in range(3)), 1e-9)
    bmesh.ops.remove_doubles(welded, verts=welded.verts, dist=_WELD * longest)
    is_closed = bool(len(welded.faces)) and all(edge.is_manifold for edge in welded.edges)
    welded.to_mesh(data)
    welded.free()
    copy = bpy.data.objects.new("ATT3D quads", data)
    chosen, is_done = list(context.selected_objects), False
    try:
        if not is_closed:
            raise Failure(f"{thing.name} is not closed, or has faces inside: QuadriFlow needs a closed surface; use Remesh > Voxel first")
        context.scene.collection.objects.link(copy)
        making.choose(context, copy)
        with context.temp_override(active_object=copy, object=copy, selected_objects=[copy], selected_editable_objects=[copy]):
            result = bpy.ops.object.quadriflow_remesh(mode="FACES", target_faces=quads, use_preserve_sharp=False, smooth_normals=True, seed=1)
        if result != {"FINISHED"} or not any(len(face.vertices) == 4 for face in copy.data.polygons):
            raise Failure(f"QuadriFlow found no quads for {thing.name}: choose another number of quads")
        is_done = True
        return copy.data
    except RuntimeError as error:
        raise Failure(f"QuadriFlow failed on {thing.name}: {str(error).strip().removeprefix('Error: ')}") from error
    finally:
        made = copy.data
        bpy.data.objects.remove(copy)
        making.choose(context, thing)
        for other in chosen:
            other.select_set(True)
        for unused in {data, made}:
            if not unused.users and not (is_done and unused == made):
                bpy.data.meshes.remove(unused)


def transfer(source: _Source, target: bpy.types.Mesh) -> None:
    """Writes the values of a mesh to another one of the same shape, from the nearest points."""
    whole = BVHTree.FromPolygons(source.positions.tolist(), source.triangles.tolist())
    places = np.empty(len(target.vertices) * 3, np.float32)
    target.vertices.foreach_get("co", places)
    places = places.reshape(-1, 3)
    points, nearest = _nearest(whole, places)
    shares = barycentric(points, source.positions[source.triangles[nearest]])
    for name, values in source.values.items():
        mixed = np.einsum("ij,ijk->ik", shares, values[source.triangles[nearest]]).astype(np.float32)
        if values.shape[1] == 4:
            kind, field = "BYTE_COLOR", "color"
            attribute = target.color_attributes.get(name) or target.color_attributes.new(name, kind, "POINT")
        else:
            field = "value"
            attribute = target.attributes.get(name) or target.attributes.new(name, "FLOAT", "POINT")
        attribute.data.foreach_set(field, np.ascontiguousarray(mixed).reshape(-1))
    centers = np.empty(len(target.polygons) * 3, np.float32)
    target.polygons.foreach_get("center", centers)
    _, of_face = _nearest(whole, centers.reshape(-1, 3))
    target.polygons.foreach_set("material_index", np.ascontiguousarray(source.slots[of_face]))
    target.polygons.foreach_set("use_smooth", np.ones(len(target.polygons), bool))
    if source.uvs is not None:
        _transfer_uvs(source, target, places, source.charts[of_face])
    target.update()


def _nearest(tree: BVHTree, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the nearest points of a surface, [n, 3], and their triangles, [n]."""
    found = [tree.find_nearest(Vector(point))[::2] for point in points.tolist()]
    return np.array([point for point, _ in found], np.float32), np.array([index for _, index in found], np.int64)


def _transfer_uvs(source: _Source, target: bpy.types.Mesh, places: np.ndarray, chart_of_face: np.ndarray) -> None:
    """Writes UVs. All corners of a face take them from one chart, so that no face spans a gap between two charts."""
    corners = np.empty(len(target.loops), np.int32)
    target.loops.foreach_get("vertex_index", corners)
    lengths = np.empty(len(target.polygons), np.int32)
    target.polygons.foreach_get("loop_total", lengths)
    chart_of_corner = np.repeat(chart_of_face, lengths)
    uvs = np.zeros((len(corners), 2), np.float32)
    for chart in np.unique(chart_of_face):
        own = np.flatnonzero(source.charts == chart)
        tree = BVHTree.FromPolygons(source.positions.tolist(), source.triangles[own].tolist())
        wanted = np.flatnonzero(chart_of_corner == chart)
        points, nearest = _nearest(tree, places[corners[wanted]])
        shares = barycentric(points, source.positions[source.triangles[own[nearest]]])
        uvs[wanted] = np.einsum("ij,ijk->ik", shares, source.uvs[own[nearest]])
    layer = target.uv_layers.active or target.uv_layers.new(name="UVMap")
    layer.data.foreach_set("uv", uvs.reshape(-1))


class ATT3D_OT_make_quads(bpy.types.Operator):
    """Remesh the selected meshes to quads with Blender's QuadriFlow, and transfer their colors, UVs and materials to the result"""

    bl_idname = "att3d.make_quads"
    bl_label = "Make Quads"
    bl_options = {"REGISTER", "UNDO"}

    quads: IntProperty(name="Quads", description="Approximate number of faces", default=_QUADS, min=10, soft_max=50000, max=1000000)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return making.allows(cls, lambda: making.editables(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        if tasks.is_busy(self):
            return {"CANCELLED"}
        if live.followed() in making.editables(context):
            live.stop()
        try:
            for thing in making.editables(context):
                self._change(context, thing)
        except Failure as failure:
            self.report({"ERROR"}, str(failure))
            return {"CANCELLED"}
        return {"FINISHED"}

    def _change(self, context: bpy.types.Context, thing: bpy.types.Object) -> None:
        source = _Source.of(thing.data)
        made = remeshed(context, thing, self.quads)
        made.name = thing.data.name
        made.materials.clear()
        for material in thing.data.materials:
            made.materials.append(material)
        transfer(source, made)
        if originals.is_ours(thing.data):
            originals.mark(made)
        keep = Keep(weights=True)
        if keep.warning(thing):
            self.report({"WARNING"}, keep.warning(thing))
        own = [slot.material if slot.link == "OBJECT" else None for slot in thing.material_slots]
        originals.exchange(context, thing, made, keep)
        for slot, material in zip(thing.material_slots, own, strict=True):
            if material is not None:
                slot.link, slot.material = "OBJECT", material


register, unregister = bpy.utils.register_classes_factory((ATT3D_OT_make_quads,))
