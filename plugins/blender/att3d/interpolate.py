# SPDX-License-Identifier: GPL-3.0-or-later
"""Interpolation between prompts: shape keys on one mesh with a slider, or one mesh per frame."""

from collections.abc import Iterator
from dataclasses import replace

import bpy
from bpy.props import IntProperty, StringProperty

from . import engine, making, materials, meshes
from .library import Failure, att3d
from .making import Made, Order, Spot
from .preferences import choice
from .tasks import Task, TaskOperator

#: Custom property that drives the shape keys of an object: 0 is the first prompt, 1 the last.
SLIDER = "blend"


def prompts_of(context: bpy.types.Context, given: str) -> list[str]:
    """Returns the prompts to interpolate: the lines of `given`, or the panel's.

    Raises Failure for fewer than two.
    """
    lines = given.splitlines() if given else [prompt.text for prompt in context.scene.att3d.blend_prompts]
    found = [line.strip() for line in lines if line.strip()]
    if len(found) < 2:
        raise Failure(f"{len(found)} prompts to interpolate: give two or more, such as `a red apple` and `a green apple`")
    return found


def _order(context: bpy.types.Context, prompts: list[str], kind: str) -> Order:
    settings = context.scene.att3d
    how = {"detail": settings.detail, "texture_size": 0, "triangles": settings.triangles, "size": settings.size}
    return Order.between(prompts, kind=kind, **how)


class _Blend(TaskOperator):
    prompts: StringProperty(name="Prompts", description="One prompt per line; by default, the prompts of the panel", options={"SKIP_SAVE"})


class ATT3D_OT_blend_shape_keys(_Blend, bpy.types.Operator):
    """Make one mesh with a shape key for each prompt and a slider `blend` on the object. It fails if the shapes are too different for one mesh"""

    bl_idname = "att3d.blend_shape_keys"
    bl_label = "Shape Keys"
    bl_options = {"UNDO"}

    def task(self, context: bpy.types.Context) -> Task:
        prompts = prompts_of(context, self.prompts)
        making.object_mode(context)
        order, wanted, spot = _order(context, prompts, making.MORPH), choice(context), Spot.now(context)

        def work(task: Task) -> Iterator[object]:
            model = engine.model(wanted)
            options = replace(order.options(wanted.memory_limit), progress=task.progress())
            mesh = att3d().Latent.morph(model.embed_all(prompts), options)
            task.check()
            yield making.of_mesh(model, mesh, order)

        return Task("Shape keys", work, lambda made: put_keys(bpy.context, made, prompts, spot))


def put_keys(
    context: bpy.types.Context, made: Made, prompts: list[str], spot: Spot | None = None
) -> bpy.types.Object:
    """Adds a new object with a shape key per prompt, driven by its slider, and returns it.

    spot: by default the present one.
    """
    thing = making.put(context, made, spot)
    thing.name = making.name_of(prompts[0])
    thing.shape_key_add(name=prompts[0][:60], from_mix=False)
    thing[SLIDER] = 0.0
    thing.id_properties_ui(SLIDER).update(min=0.0, max=1.0, soft_min=0.0, soft_max=1.0, description="From the first prompt to the last")
    last, frame = made.mesh.info.target_count, made.frame.within(context.scene)
    for index in range(last):
        target = made.mesh.target(index)
        key = thing.shape_key_add(name=prompts[index + 1][:60], from_mix=False)
        places = frame.place(target.positions)
        # The frame puts the first shape on the ground. The lowest points of the others may be higher or
        # lower.
        places[:, 2] -= places[:, 2].min()
        key.data.foreach_set("co", places.reshape(-1))
        meshes.paint(thing.data, target.colors, f"{materials.COLOR} {index + 1}")
        driver = key.driver_add("value").driver
        variable = driver.variables.new()
        variable.name = "blend"
        variable.targets[0].id = thing
        variable.targets[0].data_path = f'["{SLIDER}"]'
        # Blender evaluates such a simple expression without Python, so it also works in untrusted files.
        driver.expression = f"max(0, 1 - abs(blend * {last} - {index + 1}))"
    old = thing.data.materials[0]
    thing.data.materials[0] = materials.of_keys(making.name_of(made.order.prompt), thing.data.shape_keys, made.mesh)
    materials.let_go(old)
    thing.data.update()
    return thing


#: Seconds between two checks of the sliders in a window.
_LOOK = 0.25
#: Last known value of each slider, by the `session_uid` of its object.
_values: dict[int, float] = {}


def set_blend(thing: bpy.types.Object, at: float) -> None:
    """Moves the slider of an object and updates its shape keys. at: 0 for the first prompt, 1 for the last.

    Raises Failure if the object has no slider.
    """
    if SLIDER not in thing:
        raise Failure(f"{thing.name} has no property {SLIDER}: make it by `interpolate_prompts`")
    thing[SLIDER] = float(at)
    thing.update_tag()


def update_sliders() -> float:
    """Tags the objects whose slider has changed for an update. A timer and handlers call it.

    Blender does not notice that a script sets a custom property, as in `apple["blend"] = 0.5`, and would not
    evaluate the drivers that use it.
    """
    for keys in bpy.data.shape_keys:
        thing = _owner(keys)
        value = thing.get(SLIDER) if thing is not None else None
        if isinstance(value, (int, float)) and _values.get(thing.session_uid) != value:
            _values[thing.session_uid] = value
            thing.update_tag()
    return _LOOK


def _owner(keys: bpy.types.Key) -> bpy.types.Object | None:
    """Returns the object whose slider drives shape keys, or None."""
    if keys.animation_data is None or not len(keys.animation_data.drivers):
        return None
    variables = keys.animation_data.drivers[0].driver.variables
    if not len(variables) or variables[0].targets[0].data_path != f'["{SLIDER}"]':
        return None
    thing = variables[0].targets[0].id
    return thing if isinstance(thing, bpy.types.Object) else None


class ATT3D_OT_blend_frames(_Blend, bpy.types.Operator):
    """Make one mesh for each frame, beginning at the current frame. The timeline shows one mesh at a time"""

    bl_idname = "att3d.blend_frames"
    bl_label = "Frame Sequence"
    bl_options = {"UNDO"}

    frames: IntProperty(name="Frames", default=24, min=2, max=500)

    def task(self, context: bpy.types.Context) -> Task:
        prompts = prompts_of(context, self.prompts)
        making.object_mode(context)
        if not self.properties.is_property_set("frames"):
            self.frames = context.scene.att3d.blend_frames
        order, wanted, count = _order(context, prompts, making.BLEND), choice(context), self.frames
        first, spot = context.scene.frame_current, Spot.now(context)
        place = making.Place(making.name_of(order.prompt), spot)

        def work(task: Task) -> Iterator[object]:
            for index in range(count):
                step = replace(order, blend=index / (count - 1))
                yield index, making.make(task, wanted, step, index / count, (index + 1) / count)

        def take(result: tuple[int, Made]) -> None:
            index, made = result
            thing = making.put(bpy.context, made, spot, place.find(bpy.context), is_chosen=False)
            thing.name = f"{making.name_of(prompts[0])} {index:03}"
            if index == 0:
                making.newest.clear()
            making.newest.append(thing.session_uid)
            show_on(thing, first + index, is_first=index == 0, is_last=index == count - 1)

        return Task("Frame sequence", work, take)


def show_on(thing: bpy.types.Object, frame: int, is_first: bool, is_last: bool) -> None:
    """Keys an object's visibility, so that it shows on one frame.

    is_first: it also shows before that frame. is_last: it also shows after it.
    """
    for path in ("hide_viewport", "hide_render"):
        for at, hidden in ((frame - 1, not is_first), (frame, False), (frame + 1, not is_last)):
            setattr(thing, path, hidden)
            thing.keyframe_insert(path, frame=at)


class ATT3D_OT_blend_add(bpy.types.Operator):
    """Add the prompt of the panel to the list of prompts to interpolate"""

    bl_idname = "att3d.blend_add"
    bl_label = "Add Prompt"
    bl_options = {"UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.att3d
        settings.blend_prompts.add().text = settings.prompt
        settings.blend_index = len(settings.blend_prompts) - 1
        return {"FINISHED"}


class ATT3D_OT_blend_remove(bpy.types.Operator):
    """Remove the chosen prompt from the list"""

    bl_idname = "att3d.blend_remove"
    bl_label = "Remove Prompt"
    bl_options = {"UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.att3d
        settings.blend_prompts.remove(settings.blend_index)
        settings.blend_index = max(0, settings.blend_index - 1)
        return {"FINISHED"}


_CLASSES = (ATT3D_OT_blend_shape_keys, ATT3D_OT_blend_frames, ATT3D_OT_blend_add, ATT3D_OT_blend_remove)


def register() -> None:
    for kind in _CLASSES:
        bpy.utils.register_class(kind)
    if not bpy.app.background:
        bpy.app.timers.register(update_sliders, first_interval=_LOOK, persistent=True)


def unregister() -> None:
    if bpy.app.timers.is_registered(update_sliders):
        bpy.app.timers.unregister(update_sliders)
    _values.clear()
    for kind in reversed(_CLASSES):
        bpy.utils.unregister_class(kind)
