# SPDX-License-Identifier: GPL-3.0-or-later
"""Drag to place: the active object follows the mouse on the faces below it, until a click."""

import bpy
from bpy.app.translations import pgettext_iface as iface_
from bpy_extras import view3d_utils
from mathutils import Matrix, Vector

from . import blocks, making
from .library import Failure

#: Status text while the object follows.
_KEYS = "Click: place    Ctrl: align to the face    Wheel: turn    Esc or right click: cancel"
#: Turn of a step of the mouse wheel, in radians.
_TURN = 0.2617993877991494
#: Upward part of a direction below which a ray never meets the ground.
_PARALLEL = 1e-9


def placeable(context: bpy.types.Context) -> bpy.types.Object:
    """Returns the active object if it can be moved. Otherwise raises Failure."""
    thing = context.active_object
    if thing is None or not thing.select_get():
        raise Failure("nothing is selected: select the object to place")
    if thing.library is not None:
        raise Failure(f"{thing.name} is linked from another file and can't be moved here: make it local first")
    if thing.mode != "OBJECT":
        raise Failure(f"{thing.name} is in {thing.mode.replace('_', ' ').lower()} mode: leave it (Tab) first")
    return thing


def hit(context: bpy.types.Context, thing: bpy.types.Object, start: Vector, along: Vector) -> tuple[Vector, Vector] | None:
    """Returns the point and the normal where a ray meets the scene, without an object and its children.

    Returns the point of the ground (Z = 0) if the ray meets no face, or None if it misses the ground too.
    """
    own = {thing, *thing.children_recursive}
    graph, place = context.evaluated_depsgraph_get(), start
    for _ in range(1 + 2 * len(own) * 8):
        found, point, normal, _face, other, _matrix = context.scene.ray_cast(graph, place, along)
        if not found:
            break
        if other not in own:
            return point, normal if normal.dot(along) < 0 else -normal
        # The ray goes on behind the face of the object itself.
        place = point + along * max(1e-4, 1e-5 * (point - start).length)
    if abs(along.z) < _PARALLEL or -start.z / along.z < 0:
        return None
    return start - along * (start.z / along.z), Vector((0.0, 0.0, 1.0))


def standing(thing: bpy.types.Object, old: Matrix, point: Vector, up: Vector, turn: float) -> Matrix:
    """Returns the world matrix of an object whose lowest point is on a point. old: its matrix before.

    up: direction of the object's Z axis. turn: angle about it, in radians.
    """
    location, rotation, scale = old.decompose()
    upright = Vector((0.0, 0.0, 1.0)).rotation_difference(up).to_matrix().to_4x4()
    turned = upright @ Matrix.Rotation(turn, 4, "Z") @ rotation.to_matrix().to_4x4() @ Matrix.Diagonal((*scale, 1.0))
    lowest = min(((turned @ Vector(corner)).dot(up) for corner in thing.bound_box), default=0.0)
    return Matrix.Translation(point - up * lowest) @ turned


class ATT3D_OT_place(bpy.types.Operator):
    """Move the active object with the mouse: it stands on the face below the pointer until a click"""

    bl_idname = "att3d.place"
    bl_label = "Drag to Place"
    bl_options = {"UNDO", "BLOCKING"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return making.allows(cls, lambda: placeable(context))

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if context.area is None or context.area.type != "VIEW_3D":
            return self.execute(context)
        thing = placeable(context)
        # No reference is kept, since an undo would free the object.
        self._uid, self._old, self._turn = thing.session_uid, thing.matrix_world.copy(), 0.0
        context.window_manager.modal_handler_add(self)
        context.workspace.status_text_set(iface_(_KEYS))
        return {"RUNNING_MODAL"}

    def execute(self, _context: bpy.types.Context) -> set[str]:
        self.report({"ERROR"}, "Drag to Place needs the mouse in a 3D view: use the button in the sidebar of the view")
        return {"CANCELLED"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        thing = blocks.found(bpy.data.objects, self._uid)
        if thing is None:
            return self._end(context, {"CANCELLED"})
        if event.type in {"ESC", "RIGHTMOUSE"}:
            thing.matrix_world = self._old
            return self._end(context, {"CANCELLED"})
        if event.type == "LEFTMOUSE" and event.value == "PRESS":
            return self._end(context, {"FINISHED"})
        if event.type in {"WHEELUPMOUSE", "WHEELDOWNMOUSE"}:
            self._turn += _TURN if event.type == "WHEELUPMOUSE" else -_TURN
        elif event.type not in {"MOUSEMOVE", "LEFT_CTRL", "RIGHT_CTRL"}:
            return {"PASS_THROUGH"} if event.type == "MIDDLEMOUSE" else {"RUNNING_MODAL"}
        self._move(context, thing, event)
        return {"RUNNING_MODAL"}

    def _move(self, context: bpy.types.Context, thing: bpy.types.Object, event: bpy.types.Event) -> None:
        region = next((region for region in context.area.regions if region.type == "WINDOW"), None)
        if region is None:
            return
        at = (event.mouse_x - region.x, event.mouse_y - region.y)
        view = context.area.spaces.active.region_3d
        along = view3d_utils.region_2d_to_vector_3d(region, view, at)
        found = hit(context, thing, view3d_utils.region_2d_to_origin_3d(region, view, at), along)
        if found is not None:
            up = found[1] if event.ctrl else Vector((0.0, 0.0, 1.0))
            thing.matrix_world = standing(thing, self._old, found[0], up, self._turn)
            context.area.tag_redraw()

    def _end(self, context: bpy.types.Context, result: set[str]) -> set[str]:
        context.workspace.status_text_set(None)
        return result


register, unregister = bpy.utils.register_classes_factory((ATT3D_OT_place,))
