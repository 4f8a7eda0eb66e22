# SPDX-License-Identifier: GPL-3.0-or-later
"""Variants: a grid of small pictures of the variants of one prompt, from which the artist picks one."""

from collections.abc import Iterator
from dataclasses import replace

import bpy
import numpy as np
from bpy.props import IntProperty, StringProperty

from . import engine, making, pictures, tasks
from .library import Failure
from .making import Order
from .preferences import choice
from .tasks import Task, TaskOperator

#: Cells along each side of a mesh that is only drawn as a picture.
_DETAIL = 64
#: Largest number of pictures in a grid.
_MOST = 36
icons = pictures.Icons(_MOST)
#: Contents of the grid: the prompt, and pairs of a seed and the icon number of its picture.
shown: tuple[str, list[tuple[int, int]]] = ("", [])


class ATT3D_OT_variants(TaskOperator, bpy.types.Operator):
    """Show small pictures of variants of the prompt"""

    bl_idname = "att3d.variants"
    bl_label = "Show Variants"

    prompt: StringProperty(name="Prompt", description="By default, the prompt of the panel", options={"SKIP_SAVE"})
    count: IntProperty(name="Count", default=9, min=2, max=_MOST)

    def task(self, context: bpy.types.Context) -> Task:
        global shown
        settings = context.scene.att3d
        prompt = self.prompt or settings.prompt
        if not prompt.strip():
            raise Failure("the prompt is empty: type a description, such as `a red apple`")
        count = self.count if self.properties.is_property_set("count") else settings.variants
        wanted = choice(context)
        icons.clear()
        shown = (prompt, [])

        def work(task: Task) -> Iterator[object]:
            model = engine.model(wanted)
            order = Order(prompt, detail=_DETAIL, texture_size=0, triangles=0)
            for seed in range(count):
                job = model.start(prompt, replace(order, seed=seed).options(wanted.memory_limit))
                mesh = task.result(job, seed / count, (seed + 0.8) / count)
                yield seed, mesh.draw(making.THUMBNAIL, making.THUMBNAIL)

        def take(result: tuple[int, np.ndarray]) -> None:
            seed, picture = result
            shown[1].append((seed, icons.show(str(seed), picture)))

        return Task("Variants", work, take, step="")


class ATT3D_OT_variant_pick(bpy.types.Operator):
    """Make this variant"""

    bl_idname = "att3d.variant_pick"
    bl_label = "Pick"

    seed: IntProperty(name="Seed")

    def execute(self, context: bpy.types.Context) -> set[str]:
        if tasks.is_busy(self):
            return {"CANCELLED"}
        settings = context.scene.att3d
        settings.prompt, settings.seed = shown[0] or settings.prompt, self.seed
        try:
            bpy.ops.att3d.generate("INVOKE_DEFAULT", prompt=settings.prompt, seed=self.seed)
        except RuntimeError as error:
            self.report({"ERROR"}, str(error).strip().removeprefix("Error: "))
            return {"CANCELLED"}
        # Another operator makes the mesh, and adds the undo step.
        return {"FINISHED"}


_CLASSES = (ATT3D_OT_variants, ATT3D_OT_variant_pick)


def register() -> None:
    for kind in _CLASSES:
        bpy.utils.register_class(kind)


def unregister() -> None:
    icons.clear()
    for kind in reversed(_CLASSES):
        bpy.utils.unregister_class(kind)
