# SPDX-License-Identifier: GPL-3.0-or-later
"""UVs of the artist's meshes: what is wrong with them for painting, and new ones."""

import bpy
import numpy as np

from . import making
from .library import Failure

#: Texels along each side of the grid on which overlaps are measured.
_GRID = 256
#: Share of the used texels that several triangles may use without a warning. In dense meshes, triangles at seams
#: share some texels.
_ALLOWED = 0.02
#: Area of all triangles below which UVs cannot be painted, as a share of the image.
_LEAST_AREA = 1e-6
#: Texels that are tested at a time, which bounds the memory.
_AT_A_TIME = 1 << 20
#: Name of the layer of new UVs.
LAYER = "ATT3D"
#: Problems of the UVs of the objects that were stylized last, by `session_uid`, for the panel.
warnings: dict[int, str] = {}


def triangles_of(mesh: bpy.types.Mesh) -> np.ndarray | None:
    """Returns the triangles of the active UV layer, [n, 3, 2] f64, or None if there is no layer."""
    layer = mesh.uv_layers.active
    if layer is None:
        return None
    mesh.calc_loop_triangles()
    flat = np.empty(len(mesh.loops) * 2, np.float32)
    layer.data.foreach_get("uv", flat)
    corners = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("loops", corners)
    return flat.reshape(-1, 2)[corners].reshape(-1, 3, 2).astype(np.float64)


def _areas(triangles: np.ndarray) -> np.ndarray:
    """Returns the areas of triangles, [n], as shares of the image."""
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2


def are_flat(triangles: np.ndarray) -> bool:
    """Returns whether UV triangles have no area, so that nothing can be painted."""
    return not np.isfinite(triangles).all() or float(_areas(triangles).sum()) < _LEAST_AREA


def overlap(triangles: np.ndarray) -> float:
    """Returns the share of the used texels that several UV triangles use, 0 to 1.

    UVs outside of the image count as repeated. The share is measured on a grid, so it is not exact.
    """
    areas = _areas(triangles)
    if float(areas.sum()) > 1.0:
        # More than the whole image can only be an overlap.
        return 1.0 - 1.0 / float(areas.sum())
    counts = np.zeros(_GRID * _GRID, np.int32)
    places = triangles * _GRID - 0.5
    low = np.ceil(places.min(axis=1)).astype(np.int64)
    sizes = np.floor(places.max(axis=1)).astype(np.int64) - low + 1
    is_seen = (sizes > 0).all(axis=1) & (areas > 0.0)
    places, low, sizes = places[is_seen], low[is_seen], sizes[is_seen]
    # Triangles with boxes of about the same size are tested together.
    classes = np.ceil(np.log2(np.maximum(sizes, 1))).astype(int)
    for across, up in sorted({(int(a), int(b)) for a, b in classes}):
        chosen = np.flatnonzero((classes == (across, up)).all(axis=1))
        box = np.stack(np.meshgrid(np.arange(1 << across), np.arange(1 << up), indexing="ij"), axis=-1).reshape(-1, 2)
        step = max(1, _AT_A_TIME // len(box))
        for start in range(0, len(chosen), step):
            _count(counts, places[chosen[start : start + step]], low[chosen[start : start + step]], box)
    used = int((counts > 0).sum())
    return float((counts > 1).sum()) / used if used else 0.0


def _count(counts: np.ndarray, places: np.ndarray, low: np.ndarray, box: np.ndarray) -> None:
    """Adds 1 to each texel whose center is inside of a triangle, for each triangle."""
    points = low[:, None] + box[None]
    inside = np.ones(points.shape[:2], bool)
    first, second = places[:, 1] - places[:, 0], places[:, 2] - places[:, 0]
    turn = np.sign(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])[:, None]
    for index in range(3):
        start, end = places[:, index], places[:, (index + 1) % 3]
        edge, to = (end - start)[:, None], points - start[:, None]
        # Centers on an edge would count for both of its triangles.
        inside &= turn * (edge[..., 0] * to[..., 1] - edge[..., 1] * to[..., 0]) > 1e-9
    texels = points[inside] % _GRID
    np.add.at(counts, texels[:, 0] * _GRID + texels[:, 1], 1)


def problem(thing: bpy.types.Object) -> str:
    """Returns what is wrong with the UVs of an object for painting, and what to do; "" for nothing.

    UVs that are missing are no problem, since new ones are made.
    """
    triangles = triangles_of(thing.data)
    if triangles is None or not len(triangles):
        return ""
    if are_flat(triangles):
        return f"the UVs of {thing.name} have no area: use Make New UVs, and stylize it again"
    # Each material slot has its own images, so UVs of different slots may overlap.
    slots = np.empty(len(triangles), np.int32)
    thing.data.loop_triangles.foreach_get("material_index", slots)
    share = max(overlap(triangles[slots == slot]) for slot in np.unique(slots))
    if share > _ALLOWED:
        return f"the UVs of {thing.name} overlap on {share:.0%} of their area, so several faces get the same part of the image: use Make New UVs"
    return ""


def can_be_painted(thing: bpy.types.Object) -> bool:
    """Returns whether an object can be painted: its UVs have an area, or are missing and will be made."""
    triangles = triangles_of(thing.data)
    return triangles is None or not len(triangles) or not are_flat(triangles)


def unwrapped(context: bpy.types.Context, thing: bpy.types.Object) -> np.ndarray:
    """Returns UVs by Blender's Smart UV Project, flat f32 in the order of a UV layer. Raises Failure.

    Blender unwraps a copy, and the mesh itself does not change.
    """
    chosen, active = [other.name for other in context.selected_objects], context.view_layer.objects.active
    copy = thing.copy()
    copy.data = data = thing.data.copy()
    thing.users_collection[0].objects.link(copy)
    try:
        making.choose(context, copy)
        making.show_locally(context, copy)
        data.uv_layers.active = data.uv_layers.new(name=LAYER) or data.uv_layers.active
        if context.view_layer.objects.active == copy:
            bpy.ops.object.mode_set(mode="EDIT")
        if copy.mode != "EDIT":
            raise Failure(f"{thing.name} is hidden, so that no new UVs can be made: show it, or unwrap it first")
        bpy.ops.mesh.reveal(select=False)
        bpy.ops.mesh.select_all(action="SELECT")
        bpy.ops.uv.smart_project(island_margin=0.01)
        bpy.ops.object.mode_set(mode="OBJECT")
        uvs = np.empty(len(data.loops) * 2, np.float32)
        data.uv_layers.active.data.foreach_get("uv", uvs)
        return uvs
    finally:
        if copy.mode != "OBJECT":
            bpy.ops.object.mode_set(mode="OBJECT")
        bpy.data.objects.remove(copy)
        bpy.data.meshes.remove(data)
        making.choose(context, thing)
        for name in chosen:
            bpy.data.objects[name].select_set(True)
        context.view_layer.objects.active = active


def write(data: bpy.types.Mesh, uvs: np.ndarray) -> None:
    """Writes UVs into the layer of new UVs and makes it the one that is shown and rendered. Raises Failure.

    Other layers stay as they are.
    """
    layer = data.uv_layers.get(LAYER) or data.uv_layers.new(name=LAYER)
    if layer is None:
        raise Failure(f"{data.name} has as many UV layers as Blender allows: remove one first")
    layer.data.foreach_set("uv", uvs)
    data.uv_layers.active = layer
    layer.active_render = True


class ATT3D_OT_new_uvs(bpy.types.Operator):
    """Make UVs without overlaps for the selected meshes, in a layer of their own"""

    bl_idname = "att3d.new_uvs"
    bl_label = "Make New UVs"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return making.allows(cls, lambda: making.editables(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            for data, thing in {thing.data: thing for thing in making.editables(context)}.items():
                if len(data.polygons):
                    write(data, unwrapped(context, thing))
        except Failure as failure:
            self.report({"ERROR"}, str(failure))
            return {"CANCELLED"}
        for thing in making.editables(context):
            warnings.pop(thing.session_uid, None)
        return {"FINISHED"}


register, unregister = bpy.utils.register_classes_factory((ATT3D_OT_new_uvs,))
