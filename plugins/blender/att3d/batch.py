# SPDX-License-Identifier: GPL-3.0-or-later
"""Batch: generates a list of prompts into a collection, in a grid."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.props import IntProperty, StringProperty

from . import making
from .library import Failure
from .making import Made, Spot
from .preferences import choice
from .tasks import Cancelled, Task, TaskOperator

#: Largest number of prompts in a batch.
_MOST = 10000
#: Gap between two objects, as a share of the largest object.
_GAP = 0.25


def prompts_in(text: str, is_csv: bool) -> list[str]:
    """Returns the prompts of a text, without those that begin with #. Raises Failure for a malformed CSV.

    A plain text has one prompt per line. A CSV has them in the column `prompt`, or in its first column
    without a header.
    """
    if is_csv:
        first = text.split("\n", 1)[0]
        # Spreadsheets of some countries separate columns by semicolons.
        delimiter = ";" if ";" in first and "," not in first else ","
        try:
            rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
        except csv.Error as error:
            raise Failure(f"the list is no CSV: {error}") from error
        header = [name.strip().lower() for name in rows[0]] if rows else []
        column = header.index("prompt") if "prompt" in header else 0
        found = [row[column] for row in rows["prompt" in header :] if len(row) > column]
    else:
        found = text.splitlines()
    return [line.strip() for line in found if line.strip() and not line.strip().startswith("#")]


def _read(path: str) -> str:
    try:
        return Path(bpy.path.abspath(path)).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"cannot read the prompts: {error}") from error


class ATT3D_OT_batch(TaskOperator, bpy.types.Operator):
    """Make all prompts of a text or a CSV file, side by side in a collection of their own"""

    bl_idname = "att3d.batch"
    bl_label = "Make all"
    bl_options = {"UNDO"}

    prompts: StringProperty(name="Prompts", description="A line each; the panel's text or file where none are given", options={"SKIP_SAVE"})
    columns: IntProperty(name="Columns", default=5, min=1, max=100)

    def _prompts(self, context: bpy.types.Context) -> list[str]:
        settings = context.scene.att3d
        if self.prompts:
            found = prompts_in(self.prompts, False)
        elif settings.batch_text is not None:
            found = prompts_in(settings.batch_text.as_string(), settings.batch_text.name.lower().endswith(".csv"))
        elif settings.batch_file:
            found = prompts_in(_read(settings.batch_file), settings.batch_file.lower().endswith(".csv"))
        else:
            raise Failure("no prompts: choose a text with a prompt a line, or a CSV file")
        if not found:
            raise Failure("the list has no prompts: write one a line")
        if len(found) > _MOST:
            raise Failure(f"{len(found)} prompts: give at most {_MOST} at a time")
        return found

    def task(self, context: bpy.types.Context) -> Task:
        settings = context.scene.att3d
        making.object_mode(context)
        prompts = self._prompts(context)
        columns = self.columns if self.properties.is_property_set("columns") else settings.batch_columns
        order, wanted, count = settings.order(), choice(context), len(prompts)
        grid = _Grid(Spot.now(context), columns)
        failed: list[str] = []

        def work(task: Task) -> Iterator[object]:
            for index, prompt in enumerate(prompts):
                try:
                    yield making.make(task, wanted, replace(order, prompt=prompt), index / count, (index + 1) / count)
                except Cancelled:
                    raise
                except (Failure, making.att3d().Error) as error:
                    task.check()
                    # One prompt that fails does not end a long batch.
                    failed.append(f"{prompt}: {error}")
            if len(failed) == count:
                raise Failure(f"none of {count} prompts could be made; the first: {failed[0]}")

        def take(made: Made) -> None:
            grid.put(bpy.context, made)

        def end() -> bool:
            if failed:
                text = bpy.data.texts.new("ATT3D batch")
                text.write("\n".join(failed) + "\n")
                note = f"{len(failed)} prompts could not be made: see the text `{text.name}`"
                task.notes.append(("WARNING", note))
            return bool(failed)

        task = Task(f"{count} prompts", work, take, end)
        return task


class _Grid:
    """Places objects in rows in a new collection. The first is where the 3D cursor was at the start."""

    def __init__(self, spot: Spot, columns: int):
        self._columns, self._spot = columns, spot
        self._place = making.Place("ATT3D batch", spot)
        #: `session_uid` of each object.
        self._things: list[int] = []
        self._largest = 0.0

    def put(self, context: bpy.types.Context, made: Made) -> None:
        thing = making.put(context, made, self._spot, self._place.find(context), is_chosen=False)
        low, high = made.mesh.info.minimum, made.mesh.info.maximum
        size = made.frame.meters * max(above - below for below, above in zip(low, high, strict=True))
        self._things.append(thing.session_uid)
        if size > self._largest:
            # The step of the grid is that of the largest object so far, so all objects move.
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


register, unregister = bpy.utils.register_classes_factory((ATT3D_OT_batch,))
