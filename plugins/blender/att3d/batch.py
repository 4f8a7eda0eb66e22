# SPDX-License-Identifier: GPL-3.0-or-later
"""Batch: generates a list of prompts into a collection, in a grid."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.props import IntProperty, StringProperty

from . import history, making, tasks
from .library import Failure, sentence
from .making import Made, Order, Spot
from .preferences import choice
from .prompts import Row, decoded, rows_in, separators
from .tasks import Cancelled, Task, TaskOperator

#: Largest number of prompts in a batch.
_MOST = 10000
#: Gap between two objects, as a share of the largest object.
_GAP = 0.25


def _read(path: str) -> str:
    try:
        return decoded(Path(bpy.path.abspath(path)).read_bytes())
    except OSError as error:
        raise Failure(f"cannot read the prompts: {error}") from error


class ATT3D_OT_batch(TaskOperator, bpy.types.Operator):
    """Generate all prompts of a text or a CSV file, in a grid in a new collection"""

    bl_idname = "att3d.batch"
    bl_label = "Make All"
    bl_options = {"UNDO"}

    prompts: StringProperty(name="Prompts", description="One prompt per line; by default, the text or file of the panel", options={"SKIP_SAVE"})
    columns: IntProperty(name="Columns", default=5, min=1, max=100)

    def _rows(self, context: bpy.types.Context) -> list[Row]:
        settings = context.scene.att3d
        if self.prompts:
            found = rows_in(self.prompts)
        elif settings.batch_text is not None:
            found = rows_in(settings.batch_text.as_string(), separators(settings.batch_text.name))
        elif settings.batch_file:
            found = rows_in(_read(settings.batch_file), separators(settings.batch_file))
        else:
            raise Failure("there are no prompts: choose a text with one prompt per line, or a CSV file")
        if not found:
            raise Failure("the list has no prompts: write one prompt per line")
        if len(found) > _MOST:
            raise Failure(f"{len(found)} prompts: give at most {_MOST} at a time")
        return found

    def task(self, context: bpy.types.Context) -> Task:
        settings = context.scene.att3d
        making.object_mode(context)
        rows = self._rows(context)
        columns = self.columns if self.properties.is_property_set("columns") else settings.batch_columns
        order, wanted, count = settings.order(), choice(context), len(rows)
        grid = _Grid(Spot.now(context), columns)
        failed: list[str] = []

        def work(task: Task) -> Iterator[object]:
            for index, row in enumerate(rows):
                try:
                    yield making.make(task, wanted, _of_row(order, row), index / count, (index + 1) / count)
                except Cancelled:
                    raise
                except (Failure, making.att3d().Error) as error:
                    task.check()
                    # One prompt that fails does not end a long batch.
                    failed.append(f"{row.prompt}: {sentence(error)}")
            if len(failed) == count:
                raise Failure(f"none of {count} prompts could be made; the first failure: {failed[0]}")

        def take(made: Made) -> None:
            grid.put(bpy.context, made)
            history.add(made)

        def end() -> bool:
            if failed:
                text = bpy.data.texts.new("ATT3D batch")
                text.write("\n".join(failed) + "\n")
                note = f"{len(failed)} prompts could not be made: see the text `{text.name}`"
                task.notes.append(("WARNING", note))
            return bool(failed)

        task = Task(f"{count} prompts", work, take, end)
        return task


def _of_row(order: Order, row: Row) -> Order:
    """Returns the order of a row: the settings of the panel, except where the row has its own."""
    seed = order.seed if row.seed is None else row.seed
    return replace(order, prompt=row.prompt, seed=seed, size=order.size if row.size is None else row.size)


class ATT3D_OT_remove_newest(bpy.types.Operator):
    """Remove all objects of the newest batch or frame sequence, as one undo step"""

    bl_idname = "att3d.remove_newest"
    bl_label = "Remove Newest"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.mode == "OBJECT"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        if tasks.is_busy(self):
            return {"CANCELLED"}
        self.report({"INFO"}, f"{making.remove_newest()} objects removed")
        return {"FINISHED"}


class _Grid:
    """Places objects in rows in a new collection. The first object is where the 3D cursor was at the start."""

    def __init__(self, spot: Spot, columns: int):
        self._columns, self._spot = columns, spot
        self._place = making.Place("ATT3D batch", spot)
        #: `session_uid` of each object.
        self._things: list[int] = []
        self._largest = 0.0
        making.newest.clear()

    def put(self, context: bpy.types.Context, made: Made) -> None:
        thing = making.put(context, made, self._spot, self._place.find(context), is_chosen=False)
        low, high = made.mesh.info.minimum, made.mesh.info.maximum
        size = made.frame.within(context.scene).meters * max(above - below for below, above in zip(low, high, strict=True))
        self._things.append(thing.session_uid)
        making.newest.append(thing.session_uid)
        if size > self._largest:
            # The step of the grid depends on the largest object so far, so all objects move.
            self._largest = size
            present = {thing.session_uid: thing for thing in self._place.find(context).objects}
            for index, uid in enumerate(self._things):
                self._stand(index, present.get(uid))
        else:
            self._stand(len(self._things) - 1, thing)

    def _stand(self, index: int, thing: bpy.types.Object | None) -> None:
        if thing is not None:
            row, column = divmod(index, self._columns)
            step = self._largest * (1 + _GAP)
            left, front, ground = self._spot.location
            thing.location = (left + column * step, front + row * step, ground)


register, unregister = bpy.utils.register_classes_factory((ATT3D_OT_batch, ATT3D_OT_remove_newest))
