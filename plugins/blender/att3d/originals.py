# SPDX-License-Identifier: GPL-3.0-or-later
"""Replaces the mesh of an object without losing what the artist made: hidden copies and vertex weights."""

from dataclasses import dataclass

import bpy
import numpy as np
from mathutils.bvhtree import BVHTree

from . import materials

#: Custom property of the meshes and collections that were made here.
_OURS = "att3d"
#: Weights below this value are not written, as in Blender's own Data Transfer.
_LEAST = 1e-4


@dataclass(frozen=True)
class Keep:
    """What is kept of a mesh that is replaced.

    old_mesh: the mesh of the artist stays as a hidden copy of its object. weights: the new mesh gets the vertex
    weights of the nearest points of the old surface.
    """

    old_mesh: bool = True
    weights: bool = False

    def warning(self, thing: bpy.types.Object) -> str:
        """Returns a message about what the new mesh of an object will not have; "" for nothing."""
        groups, keys = len(thing.vertex_groups), thing.data.shape_keys
        lost = [f"{groups} vertex group{'s' if groups > 1 else ''}"] if groups and not self.weights else []
        if keys is not None:
            lost.append(f"{len(keys.key_blocks)} shape key{'s' if len(keys.key_blocks) > 1 else ''}")
        if not lost:
            return ""
        where = "stay on a hidden copy" if self.old_mesh else "are lost"
        return f"the new mesh of {thing.name} will not have its {' and '.join(lost)}: they {where}"


def mark(block: bpy.types.ID) -> None:
    """Marks a mesh or a collection as made here, so that it can be replaced or removed."""
    block[_OURS] = True


def is_ours(block: bpy.types.ID) -> bool:
    """Returns whether a mesh or a collection was made here."""
    return bool(block.get(_OURS))


def let_go(data: bpy.types.Mesh) -> None:
    """Gives a mesh of the artist that has no users a fake user, since Blender would not save it."""
    if not data.users and not is_ours(data) and data.library is None:
        data.use_fake_user = True


def exchange(context: bpy.types.Context, thing: bpy.types.Object, data: bpy.types.Mesh, keep: Keep) -> None:
    """Replaces the mesh of an object. All slots get the materials of the new mesh."""
    old = thing.data
    if keep.old_mesh and _is_of_the_artist(thing):
        _hide_copy(context, thing)
    weights = Weights.of(thing) if keep.weights and len(thing.vertex_groups) else None
    replaced = {slot.material for slot in thing.material_slots if slot.material is not None}
    replaced.update(material for material in old.materials if material is not None)
    for slot in list(thing.material_slots)[len(data.materials) :]:
        # Blender removes the slots that the new mesh lacks, but it would still count them as users of their
        # materials.
        if slot.link == "OBJECT":
            slot.material = None
    thing.data = data
    # A slot that is linked to the object would still show the old material.
    for slot, material in zip(thing.material_slots, data.materials, strict=False):
        if slot.link == "OBJECT":
            slot.material = material
    if weights is not None:
        weights.write(thing)
    if not old.users and old.library is None:
        _keep_actions(old)
        bpy.data.meshes.remove(old)
    for material in replaced:
        materials.let_go(material)


def _keep_actions(data: bpy.types.Mesh) -> None:
    """Gives the actions of a mesh and of its shape keys a fake user, since they may be the artist's work."""
    for block in (data, data.shape_keys):
        animation = block.animation_data if block is not None else None
        if animation is not None and animation.action is not None and animation.action.library is None:
            animation.action.use_fake_user = True


def _is_of_the_artist(thing: bpy.types.Object) -> bool:
    return not is_ours(thing.data) or thing.data.shape_keys is not None or len(thing.vertex_groups) > 0


def _hide_copy(context: bpy.types.Context, thing: bpy.types.Object) -> None:
    """Adds a copy of an object with the same mesh to its collections, hidden in views and renders."""
    copy = thing.copy()
    copy.name = f"{thing.name} before"
    copy.hide_render = True
    for collection in thing.users_collection:
        collection.objects.link(copy)
    context.view_layer.update()
    try:
        # The eye in the outliner and Alt+H show it again.
        copy.hide_set(True)
    except RuntimeError:
        # It is in a collection that this view layer excludes.
        copy.hide_viewport = True


@dataclass(frozen=True)
class Weights:
    """Vertex weights of a mesh, and its surface.

    names: of the groups. values: [vertices, groups] f32. triangles: [m, 3] vertex indices. positions:
    [vertices, 3] f32 in the object's coordinates.
    """

    names: list[str]
    values: np.ndarray
    positions: np.ndarray
    triangles: np.ndarray

    @classmethod
    def of(cls, thing: bpy.types.Object) -> "Weights":
        """Returns the weights of an object's mesh."""
        data = thing.data
        values = np.zeros((len(data.vertices), len(thing.vertex_groups)), np.float32)
        for vertex in data.vertices:
            for group in vertex.groups:
                # A mesh of several objects can have weights of groups that this object lacks.
                if group.group < values.shape[1]:
                    values[vertex.index, group.group] = group.weight
        positions = np.empty(len(data.vertices) * 3, np.float32)
        data.vertices.foreach_get("co", positions)
        data.calc_loop_triangles()
        triangles = np.empty(len(data.loop_triangles) * 3, np.int32)
        data.loop_triangles.foreach_get("vertices", triangles)
        names = [group.name for group in thing.vertex_groups]
        return cls(names, values, positions.reshape(-1, 3), triangles.reshape(-1, 3))

    def write(self, thing: bpy.types.Object) -> None:
        """Adds the groups to an object with a new mesh, unless it has them.

        Each vertex gets the weights at the nearest point of the old surface, interpolated over its triangle.
        """
        groups = [thing.vertex_groups.get(name) or thing.vertex_groups.new(name=name) for name in self.names]
        if not len(self.triangles) or not len(thing.data.vertices):
            return
        tree = BVHTree.FromPolygons(self.positions.tolist(), self.triangles.tolist())
        found = [tree.find_nearest(vertex.co)[::2] for vertex in thing.data.vertices]
        nearest = np.array([point for point, _ in found], np.float32)
        corners = self.triangles[[index for _, index in found]]
        shares = barycentric(nearest, self.positions[corners])
        values = np.einsum("ij,ijk->ik", shares, self.values[corners])
        for group, column in zip(groups, values.T, strict=True):
            for index in np.flatnonzero(column > _LEAST):
                group.add([int(index)], float(column[index]), "REPLACE")


def barycentric(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Returns the barycentric coordinates, [n, 3], of points, [n, 3], on triangles, [n, 3, 3].

    Source: Ericson, Real-Time Collision Detection, 2005, section 3.4.
    """
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    inside = points - triangles[:, 0]
    a, b, c = (first * first).sum(1), (first * second).sum(1), (second * second).sum(1)
    d, e = (inside * first).sum(1), (inside * second).sum(1)
    area = np.maximum(a * c - b * b, 1e-20)
    shares = np.stack([np.zeros_like(a), (c * d - b * e) / area, (a * e - b * d) / area], axis=1).clip(0.0, 1.0)
    shares[:, 0] = (1.0 - shares[:, 1] - shares[:, 2]).clip(0.0, 1.0)
    return shares / shares.sum(axis=1, keepdims=True)
