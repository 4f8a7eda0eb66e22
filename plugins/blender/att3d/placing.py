# SPDX-License-Identifier: GPL-3.0-or-later
"""Places and names new objects, and sets 3D views to show their colors."""

import re
from collections.abc import Callable

import bpy
import numpy as np
from mathutils import Vector

#: Gap between a new object and what is there, as a share of the new object's width.
_GAP = 0.25
#: Types of objects beside which a new object is placed.
_SOLID = ("MESH", "CURVE", "SURFACE", "META", "FONT")
#: Objects that are wider than this many new objects are surroundings, such as a floor or a room.
_SURROUNDINGS = 20.0
#: Share of the new object's size by which others may reach into it.
_TOUCH = 0.01
#: Views whose color of solid shading was set by `show_colors`. It is set once, so that the artist may change it.
_shown: set[int] = set()


def _bounds(thing: bpy.types.Object) -> tuple[np.ndarray, np.ndarray]:
    """Returns the smallest and the largest coordinates of an object in the world."""
    corners = np.array([thing.matrix_world @ Vector(corner) for corner in thing.bound_box])
    return corners.min(axis=0), corners.max(axis=0)


def stand_free(context: bpy.types.Context, thing: bpy.types.Object) -> None:
    """Moves a new object to the right until its box overlaps no other visible object's box.

    The object has no parent. Surroundings, and objects of other types than `_SOLID`, are ignored.
    """
    places = np.empty(len(thing.data.vertices) * 3, np.float32)
    thing.data.vertices.foreach_get("co", places)
    if not len(places):
        return
    # Blender computes the bounds of a new object only at the next update of the view layer.
    places = places.reshape(-1, 3) + np.array(thing.location, np.float32)
    low, high = places.min(axis=0), places.max(axis=0)
    size = high - low
    others = []
    for other in context.view_layer.objects:
        if other == thing or other.type not in _SOLID or not other.visible_get():
            continue
        bounds = _bounds(other)
        if not ((bounds[1] - bounds[0])[:2] > _SURROUNDINGS * max(size[:2].max(), 1e-9)).all():
            others.append(bounds)
    moved, touch = 0.0, _TOUCH * size
    # Each step moves the new object past at least one other object, so this many steps suffice.
    for _ in range(len(others)):
        ends = [
            end[0]
            for start, end in others
            if (start < high + (moved, 0, 0) - touch).all() and (end > low + (moved, 0, 0) + touch).all()
        ]
        if not ends:
            break
        moved = max(ends) - low[0] + _GAP * size[0]
    thing.location.x += moved


def rename(thing: bpy.types.Object, old: str, new: str, name_of: Callable[[str], str]) -> None:
    """Renames an object and its mesh from an old prompt to a new one.

    A name that the artist gave stays. name_of: the name for a prompt.
    """
    if old == new:
        return
    for block in (thing, thing.data):
        if block is not None and block.library is None and re.sub(r"\.\d{3,}$", "", block.name) == name_of(old):
            block.name = name_of(new)


def show_colors() -> None:
    """Switches solid views from material colors to color attributes, once for each view."""
    for screen in bpy.data.screens:
        for area in screen.areas:
            for space in area.spaces:
                if space.type != "VIEW_3D" or space.as_pointer() in _shown:
                    continue
                _shown.add(space.as_pointer())
                if space.shading.color_type == "MATERIAL":
                    space.shading.color_type = "VERTEX"


def file_opened() -> None:
    """Clears the list of views, because a new file was opened."""
    _shown.clear()
