# SPDX-License-Identifier: GPL-3.0-or-later
"""Stylize: applies a prompt to a mesh of the artist."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import bpy
import numpy as np
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

from . import engine, history, live, making, masks, materials, meshes, uvs
from .library import Failure, att3d
from .making import Made, Order
from .meshes import Corners, Frame
from .originals import Keep
from .preferences import choice
from .properties import SLOTS, STYLES
from .tasks import Task, TaskOperator

#: Texels along a side if the panel has 0, since a mesh that keeps its geometry needs images.
_TEXTURE = 1024
#: Texels along a side of the images that the library makes.
_SMALLEST, _LARGEST = 64, 4096


class ATT3D_OT_stylize(TaskOperator, bpy.types.Operator):
    """Apply the prompt to the selected meshes: each gets a new material, or a new mesh of about the same shape"""

    bl_idname = "att3d.stylize"
    bl_label = "Stylize"
    bl_options = {"UNDO"}

    prompt: StringProperty(name="Prompt", description="By default, the prompt of the panel", options={"SKIP_SAVE"})
    keep_shape: FloatProperty(name="Keep Shape", default=1.0, min=0.0, max=1.0, subtype="FACTOR", options={"SKIP_SAVE"})
    style: EnumProperty(name="Result", items=STYLES, default="KEEP", options={"SKIP_SAVE"})
    slots: EnumProperty(name="Slots", items=SLOTS, default="ALL", options={"SKIP_SAVE"})
    mask: StringProperty(name="Mask", description="Vertex group whose weights set where the mesh is painted", options={"SKIP_SAVE"})
    own_image_size: BoolProperty(name="Image Size of the Material", default=False, options={"SKIP_SAVE"})
    keep_old: BoolProperty(name="Keep Old Mesh", default=True, options={"SKIP_SAVE"})
    transfer_weights: BoolProperty(name="Transfer Weights", default=False, options={"SKIP_SAVE"})
    texture_size: IntProperty(name="Texture Size", default=_TEXTURE, min=0, max=4096, options={"SKIP_SAVE"})
    detail: IntProperty(name="Detail", default=128, min=16, max=512, options={"SKIP_SAVE"})
    triangles: IntProperty(name="Triangles", default=10000, min=0, options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return making.allows(cls, lambda: making.editables(context))

    def task(self, context: bpy.types.Context) -> Task:
        settings = context.scene.att3d
        names = ("prompt", "keep_shape", "style", "slots", "mask", "own_image_size", "keep_old", "transfer_weights", "detail", "triangles")
        for name in names:
            if not self.properties.is_property_set(name):
                setattr(self, name, getattr(settings, name))
        if not self.properties.is_property_set("texture_size"):
            self.texture_size = int(settings.texture_size)
        things = making.editables(context)
        if not self.prompt.strip():
            raise Failure("the prompt is empty: type a description, such as `made of gold`")
        if live.followed() in things:
            live.stop()
        order = Order(
            self.prompt,
            detail=self.detail,
            texture_size=self.texture_size,
            triangles=self.triangles,
            kind=making.STYLIZED,
        )
        if self.style != "KEEP":
            keep = Keep(self.keep_old, self.transfer_weights) if self.style == "REPLACE" else None
            task = _together([shape_task(choice(context), thing, order, self.keep_shape, keep) for thing in things])
            if keep is not None:
                task.notes.extend(("WARNING", keep.warning(thing)) for thing in things if keep.warning(thing))
            return task
        # Objects that share a mesh share its material too, so the mesh is painted once.
        things = list({thing.data: thing for thing in reversed(things)}.values())[::-1]
        notes = _warned(things)
        paint = Paint(self.slots, self.mask, self.own_image_size)
        task = _together([paint_task(choice(context), thing, order, paint) for thing in things])
        task.notes.extend(("WARNING", note) for note in notes)
        return task


def _warned(things: list[bpy.types.Object]) -> list[str]:
    """Returns warnings about meshes that are painted, and keeps those about UVs for the panel."""
    notes = []
    uvs.warnings = {thing.session_uid: text for thing in things if (text := uvs.problem(thing))}
    for thing in things:
        if thing.data.users > 1:
            notes.append(f"{thing.data.users} objects share the mesh of {thing.name}: all of them get the material")
        if thing.session_uid in uvs.warnings:
            notes.append(uvs.warnings[thing.session_uid])
    return notes


def _together(tasks: list[Task]) -> Task:
    """Returns a task that does the work of several tasks, one after the other."""
    if len(tasks) == 1:
        return tasks[0]

    def work(whole: Task) -> Iterator[object]:
        for index, task in enumerate(tasks):
            for result in task.work(_Part(whole, index / len(tasks), 1 / len(tasks))):
                yield task, result

    def take(pair: tuple[Task, object]) -> None:
        task, result = pair
        task.take(result)

    return Task(f"Stylize {len(tasks)} objects", work, take)


class _Part:
    """The part of a joined task that one of its tasks gets: the same cancellation, and a share of the progress."""

    def __init__(self, whole: Task, start: float, share: float):
        self._whole, self._start, self._share = whole, start, share
        self.check = whole.check

    def progress(self, start: float = 0.0, end: float = 1.0) -> Callable[[float], bool]:
        """Does the same as `Task.progress`, within this part."""
        return self._whole.progress(self._start + start * self._share, self._start + end * self._share)

    def result(self, job: object, start: float = 0.0, end: float = 1.0) -> object:
        """Does the same as `Task.result`, within this part."""
        return self._whole.result(job, self._start + start * self._share, self._start + end * self._share)


def _evaluated(context: bpy.types.Context, thing: bpy.types.Object) -> Corners:
    """Returns the corners of an object with its modifiers applied. Raises Failure if it has no faces."""
    seen = thing.evaluated_get(context.evaluated_depsgraph_get())
    try:
        return meshes.corners_of(thing, seen.to_mesh())
    finally:
        seen.to_mesh_clear()


def _surface(corners: Corners, faces: np.ndarray | None = None) -> object:
    """Returns the surface of some triangles. faces: [m] bool; by default all triangles."""
    if faces is None:
        given, triangles = slice(None), corners.triangles
    else:
        given, triangles = np.unique(corners.triangles[faces], return_inverse=True)
        triangles = triangles.reshape(-1, 3).astype(np.uint32)
    normals, colors, uvs = (
        None if values is None else values[given] for values in (corners.normals, corners.colors, corners.uvs)
    )
    return att3d().Surface(corners.positions[given], triangles, normals=normals, colors=colors, uvs=uvs)


def shape_task(
    wanted: engine.Choice, thing: bpy.types.Object, order: Order, keep_shape: float, keep: Keep | None
) -> Task:
    """Returns a task that generates a new mesh of about the shape of an object. Raises Failure.

    keep_shape: how much of the shape is kept, 0 to 1. keep: what is kept of the object's mesh, which is
    replaced; None to add a new object beside it. A mesh that is replaced is read without the object's
    modifiers, since they stay on the object.
    """
    in_place = keep is not None
    name, uid = thing.name, thing.session_uid
    corners = meshes.corners_of(thing, thing.data) if in_place else _evaluated(bpy.context, thing)
    low, high = meshes.to_blender(corners.positions).min(axis=0), meshes.to_blender(corners.positions).max(axis=0)
    world = np.array(thing.matrix_world, np.float64)
    if abs(np.linalg.det(world[:3, :3])) < 1e-12:
        raise Failure(f"{name} is scaled to nothing along some axis: apply or clear its scale first")

    def work(task: Task) -> Iterator[object]:
        model = engine.model(wanted)
        shape = att3d().Shape.from_surface(_surface(corners)).keeping(keep_shape)
        field = model.embed(order.prompt).field(shape)
        mesh = task.result(field.start(order.options(wanted.memory_limit)), 0.0, 0.9)
        yield making.of_mesh(model, mesh, order, _frame(shape, mesh, None if not in_place else np.linalg.inv(world)))

    def take(made: Made) -> None:
        if in_place:
            given = making.still_editable(uid)
            if given is None:
                raise Failure(f"{name} changed while its mesh was made: nothing was written, stylize it again")
            making.replace(bpy.context, given, made, keep)
        else:
            # At the same ground height, to the right of the given object.
            middle = (low + high) / 2
            new = making.put(bpy.context, made)
            new.location = (middle[0] + 1.2 * (high[0] - low[0]), middle[1], low[2])
        history.add(made)

    return Task(f"Stylize {name}", work, take)


def _frame(shape: object, mesh: object, into: np.ndarray | None) -> Frame:
    """Returns the frame of a generated mesh.

    into: transform from the world into the space of an object. With it, the mesh gets the place of the shape in that
    space. Without it, the origin of the mesh is the center of its bottom.
    """
    if into is not None:
        return Frame.of_shape(shape, into)
    placed = Frame.of_shape(shape).place(mesh.positions)
    low, high = placed.min(axis=0), placed.max(axis=0)
    matrix = np.eye(4)
    matrix[:3, 3] = -(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2]
    return Frame.of_shape(shape, matrix)


def _slots_of(thing: bpy.types.Object, slots: str) -> tuple[np.ndarray, list[int]]:
    """Returns the material slot of each triangle, and the slots to paint. Raises Failure.

    slots: one of `SLOTS`. Slots without faces are left out.
    """
    triangles = thing.data.loop_triangles
    of_triangle = np.empty(len(triangles), np.int32)
    triangles.foreach_get("material_index", of_triangle)
    of_triangle = of_triangle.clip(0, max(0, len(thing.material_slots) - 1))
    used = [int(slot) for slot in np.unique(of_triangle)]
    if slots == "ACTIVE":
        active = thing.active_material_index
        if active not in used:
            raise Failure(f"no face of {thing.name} has material slot {active + 1}: choose a slot with faces, or paint all slots")
        used = [active]
    return of_triangle, used


@dataclass(frozen=True)
class Paint:
    """Where a mesh is painted, and in which size.

    slots: one of `SLOTS`. mask: a vertex group; "" for everywhere. is_own_size: the images have the size of those
    of the material that they replace.
    """

    slots: str = "ALL"
    mask: str = ""
    is_own_size: bool = False

    def size(self, thing: bpy.types.Object, slot: int, usual: int) -> tuple[int, int]:
        """Returns the width and the height of the images of a slot, in texels. usual: the order's size."""
        material = thing.material_slots[slot].material if len(thing.material_slots) else None
        found = materials.size_of_images(material) if self.is_own_size else None
        return (min(found[0], _LARGEST), min(found[1], _LARGEST)) if found else (usual, usual)


def paint_task(wanted: engine.Choice, thing: bpy.types.Object, order: Order, paint: Paint = Paint()) -> Task:
    """Returns a task that assigns new materials to a mesh and keeps its geometry. Raises Failure.

    The images use the mesh's own UVs, or new ones if it has none. Each material slot gets its own images, since
    artists often lay the UVs of different slots over each other.
    """
    name, uid, data = thing.name, thing.session_uid, thing.data
    if not uvs.can_be_painted(thing):
        raise Failure(uvs.problem(thing))
    masks.check(thing, paint.mask)
    new_uvs = None
    if data.uv_layers.active is None and len(data.polygons):
        new_uvs = uvs.unwrapped(bpy.context, thing)
    corners = meshes.corners_of(thing, data)
    if new_uvs is not None:
        turned = new_uvs.reshape(-1, 2).copy()
        turned[:, 1] = 1.0 - turned[:, 1]
        corners = Corners(corners.positions, corners.normals, corners.triangles, turned, corners.colors)
    count = len(data.loops)
    of_triangle, painted = _slots_of(thing, paint.slots)
    sizes = {slot: paint.size(thing, slot, order.texture_size or _TEXTURE) for slot in painted}

    def work(task: Task) -> Iterator[object]:
        model = engine.model(wanted)
        shape = att3d().Shape.from_surface(_surface(corners))
        field = model.embed(order.prompt).field(shape)
        pictures = {}
        for index, slot in enumerate(painted):
            task.check()
            start, end = (0.1 + 0.8 * step / len(painted) for step in (index, index + 1))
            surface = _surface(corners, of_triangle == slot)
            # The library makes square images.
            size = min(max(*sizes[slot], _SMALLEST), _LARGEST)
            mesh = field.paint(surface, texture_size=size, progress=task.progress(start, end))
            pictures[slot] = materials.pictures_of(mesh.encode())
        yield pictures, model.name, model.digest

    def take(result: tuple[dict[int, dict[str, bytes]], str, str]) -> None:
        pictures, package, digest = result
        given = making.still_editable(uid)
        changed = given is None or len(given.data.loops) != count
        if changed or max(painted) > max(0, len(given.material_slots) - 1):
            raise Failure(f"{name} changed while it was painted: nothing was written, stylize it again")
        if new_uvs is not None:
            uvs.write(given.data, new_uvs)
        if paint.mask:
            masks.check(given, paint.mask)
        mask = masks.write(given, paint.mask) if paint.mask else ""
        assign(given, {slot: _material(given, slot, order, found, mask, sizes[slot]) for slot, found in pictures.items()})
        making.sign(given, order, package, digest)

    return Task(f"Stylize {name}", work, take)


def _material(
    thing: bpy.types.Object, slot: int, order: Order, pictures: dict[str, bytes], mask: str, size: tuple[int, int]
) -> bpy.types.Material:
    """Returns the new material of a slot. mask: attribute of the mask, or "". size: size of the images."""
    name = _name(thing, slot, order)
    old = thing.material_slots[slot].material if len(thing.material_slots) else None
    made = materials.over(old, name, pictures, mask) if mask else materials.of_pictures(name, pictures)
    if size[0] != size[1] or size[0] < _SMALLEST:
        materials.scale_images(made, size, name)
    return made


def _name(thing: bpy.types.Object, slot: int, order: Order) -> str:
    """Returns the name of the material of a slot: the prompt, with the old name if there are several slots."""
    old = thing.material_slots[slot].material if len(thing.material_slots) > 1 else None
    if old is None:
        return making.name_of(order.prompt)
    # The name of a material that was made here is the old name and a prompt; the new prompt replaces that prompt.
    name = old.name.partition(", ")[0] if materials.is_ours(old) else old.name
    return making.name_of(f"{name}, {order.prompt}")


def assign(thing: bpy.types.Object, made: dict[int, bpy.types.Material]) -> None:
    """Assigns materials to material slots of an object, by their index. Faces keep their slots.

    The materials that were in the slots stay in the file. A mesh without slots gets one.
    """
    if not thing.material_slots:
        thing.data.materials.append(None)
    for index, material in made.items():
        slot = thing.material_slots[index]
        old, slot.material = slot.material, material
        materials.let_go(old)


register, unregister = bpy.utils.register_classes_factory((ATT3D_OT_stylize,))
