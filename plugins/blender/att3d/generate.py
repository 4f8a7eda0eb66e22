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

#: Message about the words of the newest result's prompt, for the panel; "" for none. The panel shows it while
#: its prompt is `hint_prompt`.
hint = hint_prompt = ""


def _say(made: Made) -> None:
    global hint, hint_prompt
    hint, hint_prompt = made.hint, made.order.prompt


def order_task(wanted: engine.Choice, order: Order, take: object, step: str | None = None) -> Task:
    """Returns a task that makes one order, calls `take` with the result (a Made), and adds it to the history.

    step: as for Task.
    """

    def work(task: Task) -> Iterator[object]:
        yield making.make(task, wanted, order)

    def taken(made: Made) -> None:
        take(made)
        _say(made)
        history.add(made)

    return Task(making.name_of(order.prompt), work, taken, step=step)


class _Settings:
    """The settings of one object, as properties of an operator."""

    # Without SKIP_SAVE, Blender would repeat the settings of the last run and ignore the panel's.
    prompt: StringProperty(name="Prompt", description="By default, the prompt of the panel", options={"SKIP_SAVE"})
    seed: IntProperty(name="Seed", description="Each number selects a variant; 0 is the plain result", default=0, min=0, options={"SKIP_SAVE"})
    detail: IntProperty(name="Detail", description="Number of cells along each side of the box in which the surface is extracted", default=128, min=16, max=512, options={"SKIP_SAVE"})
    texture_size: IntProperty(
        name="Texture Size", description="Width and height of the images in texels; 0 for vertex colors without images", default=1024, min=0, max=4096, options={"SKIP_SAVE"}
    )
    triangles: IntProperty(name="Triangles", description="Largest number of triangles; 0 for no limit", default=10000, min=0, options={"SKIP_SAVE"})
    size: FloatProperty(
        name="Size in Meters", description="Length of the longest side; 0 for the model's own size", default=0.0, min=0.0, options={"SKIP_SAVE"}
    )
    min_component: FloatProperty(
        name="Min Component",
        description="Connected components of the mesh with a smaller share of the volume are removed; 0 keeps all components",
        default=0.001,
        min=0.0,
        max=1.0,
        precision=4,
        options={"SKIP_SAVE"},
    )
    replace: BoolProperty(
        name="Replace Selection",
        description="Replace the selected mesh by the result, instead of adding a new object at the 3D cursor",
        default=False,
        options={"SKIP_SAVE"},
    )
    keep_old: BoolProperty(
        name="Keep Old Mesh", description="If a mesh of yours is replaced, keep a hidden copy of its object", default=True, options={"SKIP_SAVE"}
    )
    transfer_weights: BoolProperty(
        name="Transfer Weights",
        description="The new mesh gets the vertex weights of the nearest points of the mesh that it replaces",
        default=False,
        options={"SKIP_SAVE"},
    )

    def order(self) -> Order:
        """Returns the order of these settings."""
        return Order(
            self.prompt, self.seed, self.detail, self.texture_size, self.triangles, self.size, min_component=self.min_component
        )


class ATT3D_OT_generate(_Settings, TaskOperator, bpy.types.Operator):
    """Generate a mesh from the prompt at the 3D cursor, or replace the selected mesh"""

    bl_idname = "att3d.generate"
    bl_label = "Generate"
    bl_options = {"UNDO"}

    def _fill(self, context: bpy.types.Context) -> None:
        """Sets each property that the caller did not give to the value in the panel."""
        settings = context.scene.att3d
        for name in ("prompt", "seed", "detail", "triangles", "size", "min_component", "replace", "keep_old", "transfer_weights"):
            if not self.properties.is_property_set(name):
                setattr(self, name, getattr(settings, name))
        if not self.properties.is_property_set("texture_size"):
            self.texture_size = int(settings.texture_size)

    def task(self, context: bpy.types.Context) -> Task:
        self._fill(context)
        order = self.order()
        if not order.prompt.strip():
            raise Failure("the prompt is empty: type a description, such as `a red apple`")
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
        # In a window, ATT3D_OT_adjust adds the undo step.
        step = None if bpy.app.background else ""

        def take(made: Made) -> None:
            _arrive(bpy.context, made, into, spot, keep)
            if not bpy.app.background:
                adjustable(order, bool(into), keep)

        return order_task(choice(context), order, take, step)


class ATT3D_OT_adjust(_Settings, TaskOperator, bpy.types.Operator):
    """Make the mesh again with other settings"""

    # A job ends in a timer, and Blender offers the settings only of an operator that has just run. So this
    # operator runs when the result is in the scene, and does nothing at first. When a setting is changed
    # (F9), Blender undoes the result and runs this operator again.
    bl_idname = "att3d.adjust"
    bl_label = "Generate"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    is_made: BoolProperty(options={"SKIP_SAVE", "HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        if self.is_made:
            self.is_made = False
            return {"FINISHED"}
        return super().execute(context)

    def task(self, context: bpy.types.Context) -> Task:
        order, spot = self.order(), Spot.now(context)
        into, keep = making.editable(context).session_uid if self.replace else 0, Keep(self.keep_old, self.transfer_weights)
        making.object_mode(context)
        return order_task(choice(context), order, lambda made: _arrive(bpy.context, made, into, spot, keep))


def adjustable(order: Order, replaces: bool, keep: Keep) -> None:
    """Adds the undo step of a result, and offers its settings for changes. It needs a window in the context."""
    names = ("prompt", "seed", "detail", "texture_size", "triangles", "size", "min_component")
    settings = {name: getattr(order, name) for name in names}
    settings.update(replace=replaces, keep_old=keep.old_mesh, transfer_weights=keep.weights)
    # A seed has 64 bits, and a Blender property has 32, so a large seed cannot be shown.
    if order.seed < 2**31 and bpy.ops.att3d.adjust.poll():
        bpy.ops.att3d.adjust("EXEC_DEFAULT", True, **settings, is_made=True)
    else:
        bpy.ops.ed.undo_push(message="ATT3D: Generate")


def _arrive(context: bpy.types.Context, made: Made, into: int, spot: Spot, keep: Keep) -> bpy.types.Object:
    """Replaces the mesh of an object, or adds a new object if that one is gone. into: its `session_uid`, or 0."""
    thing = making.still_editable(into)
    return making.replace(context, thing, made, keep) if thing is not None else making.put(context, made, spot)


class ATT3D_OT_regenerate(TaskOperator, bpy.types.Operator):
    """Generate the selected object again, from the prompt and settings that are stored in it"""

    bl_idname = "att3d.regenerate"
    bl_label = "Regenerate"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return making.allows(cls, lambda: cls._order(making.editable(context)))

    @staticmethod
    def _order(thing: bpy.types.Object) -> Order:
        """Returns the order that is stored in an object. Raises Failure if it can't be made again."""
        order = Order.of_fields(provenance.read(thing))
        order.check_repeatable()
        return order

    def task(self, context: bpy.types.Context) -> Task:
        thing = making.editable(context)
        if live.followed() == thing:
            live.stop()
        order, uid, spot = self._order(thing), thing.session_uid, Spot.now(context)
        digest, keep = thing.get(provenance.DIGEST, ""), context.scene.att3d.keep()
        if keep.warning(thing):
            self.report({"WARNING"}, keep.warning(thing))

        def take(made: Made) -> None:
            if made.digest != digest:
                note = f"the object is now made with the model {made.package} {made.digest}; before, it was made with {digest or 'another model'}"
                task.notes.append(("WARNING", note))
            _arrive(bpy.context, made, uid, spot, keep)

        task = order_task(choice(context), order, take)
        return task


class ATT3D_OT_history_again(TaskOperator, bpy.types.Operator):
    """Run a prompt of the history again, with its settings"""

    bl_idname = "att3d.history_again"
    bl_label = "Run Again"
    bl_options = {"UNDO"}

    key: StringProperty()

    def task(self, context: bpy.types.Context) -> Task:
        making.object_mode(context)
        order, spot = Order.of_fields(history.found(self.key)["order"]), Spot.now(context)
        return order_task(choice(context), order, lambda made: making.put(bpy.context, made, spot))


class ATT3D_OT_unload(bpy.types.Operator):
    """Unload the model and the engine; the next use loads them again"""

    bl_idname = "att3d.unload"
    bl_label = "Unload"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        tasks.cancel_all()
        live.stop()
        self.report({"INFO"}, "The model is unloaded" if engine.unload() else "No model was loaded")
        return {"FINISHED"}


_CLASSES = (ATT3D_OT_generate, ATT3D_OT_adjust, ATT3D_OT_regenerate, ATT3D_OT_history_again, ATT3D_OT_unload)


register, unregister = bpy.utils.register_classes_factory(_CLASSES)
