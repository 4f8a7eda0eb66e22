# SPDX-License-Identifier: GPL-3.0-or-later
"""Scatter: variants of the prompt on the faces of the selected meshes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import bpy
import numpy as np
from bpy.props import BoolProperty, FloatProperty, IntProperty, StringProperty
from mathutils import Matrix, Vector

from . import history, making
from .library import Failure
from .making import Made, Spot
from .preferences import choice
from .tasks import Task, TaskOperator

#: Largest number of objects that are scattered at a time.
_MOST = 10000
#: Number of candidates for each point. The one that is farthest from the earlier points is chosen.
_TRIES = 8


@dataclass(frozen=True)
class Surface:
    """Triangles in world space.

    corners: [m, 3, 3] f64. normals: [m, 3] of length 1.
    """

    corners: np.ndarray
    normals: np.ndarray

    @classmethod
    def of(cls, context: bpy.types.Context, things: list[bpy.types.Object]) -> "Surface":
        """Returns the faces of objects with their modifiers. Raises Failure if there are none."""
        found = []
        graph = context.evaluated_depsgraph_get()
        for thing in things:
            seen = thing.evaluated_get(graph)
            mesh = seen.to_mesh()
            try:
                mesh.calc_loop_triangles()
                places = np.empty(len(mesh.vertices) * 3, np.float32)
                mesh.vertices.foreach_get("co", places)
                triangles = np.empty(len(mesh.loop_triangles) * 3, np.int32)
                mesh.loop_triangles.foreach_get("vertices", triangles)
            finally:
                seen.to_mesh_clear()
            world = np.array(thing.matrix_world, np.float64)
            placed = places.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3]
            corners = placed[triangles].reshape(-1, 3, 3)
            # Mirroring an object reverses the winding of its triangles.
            found.append(corners if np.linalg.det(world[:3, :3]) >= 0 else corners[:, ::-1])
        corners = np.concatenate(found)
        across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        areas = np.linalg.norm(across, axis=1)
        if not (areas > 0).any():
            raise Failure("the selected meshes have no faces: select a surface, such as a ground plane")
        return cls(corners[areas > 0], across[areas > 0] / areas[areas > 0, None])

    def points(self, count: int, seed: int, slope: float) -> tuple[np.ndarray, np.ndarray]:
        """Returns points, [count, 3], and their normals, [count, 3]. Raises Failure if no face is flat enough.

        Large faces get more points. Each point is the candidate that is farthest from the earlier points.
        slope: largest angle between a normal and the world's Z axis, in radians.
        """
        usable = self.normals[:, 2] >= np.cos(slope) - 1e-6
        if not usable.any():
            raise Failure("no selected face is flat enough: raise Slope, or select another surface")
        corners, normals = self.corners[usable], self.normals[usable]
        sides = corners[:, 1:] - corners[:, :1]
        areas = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1)
        chance = np.random.default_rng(seed)
        chosen = chance.choice(len(areas), size=(count, _TRIES), p=areas / areas.sum())
        first, second = chance.random((2, count, _TRIES, 1))
        is_outside = first + second > 1.0
        first, second = np.where(is_outside, 1.0 - first, first), np.where(is_outside, 1.0 - second, second)
        places = corners[chosen, 0] + first * sides[chosen, 0] + second * sides[chosen, 1]
        found, taken = np.empty((count, 3)), np.zeros(count, np.int64)
        for index in range(count):
            gaps = np.linalg.norm(places[index][:, None] - found[None, :index], axis=2).min(axis=1, initial=np.inf)
            best = int(gaps.argmax()) if index else 0
            found[index], taken[index] = places[index, best], chosen[index, best]
        return found, normals[taken]


class ATT3D_OT_scatter(TaskOperator, bpy.types.Operator):
    """Make variants of the prompt, and scatter them on the faces of the selected meshes"""

    bl_idname = "att3d.scatter"
    bl_label = "Scatter"
    bl_options = {"UNDO"}

    prompt: StringProperty(name="Prompt", description="By default, the prompt of the panel", options={"SKIP_SAVE"})
    count: IntProperty(name="Count", default=20, min=1, max=_MOST)
    variants: IntProperty(name="Variants", default=4, min=1, max=36)
    seed: IntProperty(name="Seed", default=0, min=0)
    slope: FloatProperty(name="Slope", default=np.pi / 3, min=0.0, max=np.pi, subtype="ANGLE")
    is_aligned: BoolProperty(name="Align to Surface", default=False)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return making.allows(cls, lambda: surfaces(context))

    def task(self, context: bpy.types.Context) -> Task:
        settings = context.scene.att3d
        names = {"count": "scatter_count", "variants": "scatter_variants", "slope": "scatter_slope", "is_aligned": "scatter_aligned"}
        for name, panel in {**names, "prompt": "prompt", "seed": "seed"}.items():
            if not self.properties.is_property_set(name):
                setattr(self, name, getattr(settings, panel))
        if not self.prompt.strip():
            raise Failure("the prompt is empty: type a description, such as `a mushroom`")
        making.object_mode(context)
        points, normals = Surface.of(context, surfaces(context)).points(self.count, self.seed, self.slope)
        kinds = min(self.variants, self.count)
        order, wanted = replace(settings.order(), prompt=self.prompt), choice(context)
        place = making.Place(making.name_of(f"{self.prompt}, scattered"), Spot.now(context))
        turns = np.random.default_rng(self.seed + 1).random(self.count) * 2 * np.pi
        seed, is_aligned = self.seed, self.is_aligned

        def work(task: Task) -> Iterator[object]:
            for index in range(kinds):
                yield index, making.make(task, wanted, replace(order, seed=seed + index), index / kinds, (index + 1) / kinds)

        def take(result: tuple[int, Made]) -> None:
            index, made = result
            if index == 0:
                making.newest.clear()
            thing = making.put(bpy.context, made, None, place.find(bpy.context), is_chosen=False)
            for number in range(index, len(points), kinds):
                copy = thing if number == index else _copy(bpy.context, thing)
                up = normals[number] if is_aligned else (0.0, 0.0, 1.0)
                copy.matrix_world = _standing(points[number], up, turns[number])
                making.newest.append(copy.session_uid)
            history.add(made)

        return Task(f"{self.count} × {making.name_of(self.prompt)}", work, take)


def surfaces(context: bpy.types.Context) -> list[bpy.types.Object]:
    """Returns the selected meshes, which may be of another file. Raises Failure if there are none."""
    found = [thing for thing in context.selected_objects if thing.type == "MESH"]
    if not found:
        raise Failure("no mesh is selected: select the surface, such as a ground plane")
    return found


def _copy(context: bpy.types.Context, thing: bpy.types.Object) -> bpy.types.Object:
    """Returns a new object with the same mesh, in the same collections."""
    copy = thing.copy()
    for collection in thing.users_collection:
        collection.objects.link(copy)
    making.show_locally(context, copy)
    return copy


def _standing(point: np.ndarray, up: np.ndarray, turn: float) -> Matrix:
    """Returns the matrix of an object that stands on a point. up: its Z axis. turn: angle about it, in radians."""
    tilt = Vector((0.0, 0.0, 1.0)).rotation_difference(Vector(up)).to_matrix().to_4x4()
    return Matrix.Translation(Vector(point)) @ tilt @ Matrix.Rotation(float(turn), 4, "Z")


register, unregister = bpy.utils.register_classes_factory((ATT3D_OT_scatter,))
