# SPDX-License-Identifier: GPL-3.0-or-later
"""The operators that generate and regenerate one object."""

from collections.abc import Iterator

import bpy
from bpy.props import BoolProperty, FloatProperty, IntProperty, StringProperty

from . import engine, history, live, making, provenance, tasks
from .library import Failure
from .making import Made, Order, Spot
from .originals import Keep
from .preferences import choice
from .tasks import Task, TaskOperator

#: Message about the words of the newest result's prompt, for the panel; "" for none.
hint = ""


def _say(made: Made) -> None:
    global hint
    hint = made.hint


def order_task(wanted: engine.Choice, order: Order, take: object) -> Task:
    """Returns a task that makes one order, calls `take` with its Made, and adds it to the history."""

    def work(task: Task) -> Iterator[object]:
        yield making.make(task, wanted, order)

    def taken(made: Made) -> None:
        take(made)
        _say(made)
        history.add(made)

    return Task(making.name_of(order.prompt), work, taken)


class ATT3D_OT_generate(TaskOperator, bpy.types.Operator):
    """Make a mesh of the prompt at the 3D cursor, or in the place of the selected mesh"""

    bl_idname = "att3d.generate"
    bl_label = "Generate"
    bl_options = {"UNDO"}

    prompt: StringProperty(name="Prompt", description="The panel's where it is not given")
    seed: IntProperty(name="Seed", default=0, min=0)
    detail: IntProperty(name="Detail", default=128, min=16, max=512)
    texture_size: IntProperty(name="Texture size", description="0 for colors of the vertices", default=1024, min=0, max=4096)
    triangles: IntProperty(name="Triangles", default=10000, min=0)
    size: FloatProperty(name="Size", default=0.0, min=0.0, unit="LENGTH")
    min_component: FloatProperty(name="Loose pieces", default=0.001, min=0.0, max=1.0, precision=4)
    replace: BoolProperty(name="Replace selection", default=False)
    keep_old: BoolProperty(name="Keep old mesh", default=True)
    transfer_weights: BoolProperty(name="Transfer weights", default=False)

    def _fill(self, context: bpy.types.Context) -> None:
        """Sets the properties that the caller left out to the panel's values."""
        settings = context.scene.att3d
        for name in ("prompt", "seed", "detail", "triangles", "size", "min_component", "replace", "keep_old", "transfer_weights"):
            if not self.properties.is_property_set(name):
                setattr(self, name, getattr(settings, name))
        if not self.properties.is_property_set("texture_size"):
            self.texture_size = int(settings.texture_size)

    def task(self, context: bpy.types.Context) -> Task:
        self._fill(context)
        order = Order(self.prompt, self.seed, self.detail, self.texture_size, self.triangles, self.size, min_component=self.min_component)
        if not order.prompt.strip():
            raise Failure("the prompt is empty: type what you want, such as `a red apple`")
        following = live.followed()
        if following is not None:
            # The result replaces the draft of the live session.
            live.stop()
            making.choose(context, following)
        into, keep = 0, Keep(self.keep_old, self.transfer_weights)
        if self.replace or following is not None:
            thing = making.editable(context)
            into, warning = thing.session_uid, keep.warning(thing)
            if warning:
                self.report({"WARNING"}, warning)
        making.object_mode(context)
        spot = Spot.now(context)
        return order_task(choice(context), order, lambda made: _arrive(bpy.context, made, into, spot, keep))


def _arrive(context: bpy.types.Context, made: Made, into: int, spot: Spot, keep: Keep) -> bpy.types.Object:
    """Replaces the mesh of an object, or adds a new object if it is gone. into: its `session_uid`, or 0."""
    thing = making.still_editable(into)
    return making.replace(context, thing, made, keep) if thing is not None else making.put(context, made, spot)


class ATT3D_OT_regenerate(TaskOperator, bpy.types.Operator):
    """Make the selected object again, from the prompt and settings that it carries"""

    bl_idname = "att3d.regenerate"
    bl_label = "Regenerate"
    bl_options = {"UNDO"}

    def task(self, context: bpy.types.Context) -> Task:
        thing = making.editable(context)
        if live.followed() == thing:
            live.stop()
        order, uid, spot = Order.of_fields(provenance.read(thing)), thing.session_uid, Spot.now(context)
        digest, keep = thing.get(provenance.DIGEST, ""), context.scene.att3d.keep()
        if keep.warning(thing):
            self.report({"WARNING"}, keep.warning(thing))

        def take(made: Made) -> None:
            if made.digest != digest:
                note = f"made with {made.package} {made.digest}; it was made with {digest or 'another'} before"
                task.notes.append(("WARNING", note))
            _arrive(bpy.context, made, uid, spot, keep)

        task = order_task(choice(context), order, take)
        return task


class ATT3D_OT_history_again(TaskOperator, bpy.types.Operator):
    """Run a prompt of the history again, with its settings"""

    bl_idname = "att3d.history_again"
    bl_label = "Run again"
    bl_options = {"UNDO"}

    key: StringProperty()

    def task(self, context: bpy.types.Context) -> Task:
        making.object_mode(context)
        order, spot = Order.of_fields(history.found(self.key)["order"]), Spot.now(context)
        return order_task(choice(context), order, lambda made: making.put(bpy.context, made, spot))


class ATT3D_OT_unload(bpy.types.Operator):
    """Let go of the model and the engine; the next use loads them again"""

    bl_idname = "att3d.unload"
    bl_label = "Unload"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        tasks.cancel_all()
        live.stop()
        self.report({"INFO"}, "The model is unloaded" if engine.unload() else "No model was loaded")
        return {"FINISHED"}


_CLASSES = (ATT3D_OT_generate, ATT3D_OT_regenerate, ATT3D_OT_history_again, ATT3D_OT_unload)


register, unregister = bpy.utils.register_classes_factory(_CLASSES)
