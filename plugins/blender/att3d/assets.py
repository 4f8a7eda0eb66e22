# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks results as assets, with a picture, in the asset catalog ATT3D."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np

from . import blocks, making, pictures, provenance
from .library import Failure, att3d
from .making import Order
from .preferences import choice
from .tasks import Task, TaskOperator

#: UUID of the catalog `ATT3D`, the same in every asset library.
CATALOG = "7b0f9b2e-6f0c-4d55-9a39-0c5a77d3a3d1"
_FILE = "blender_assets.cats.txt"
_HEAD = "# This is an Asset Catalog Definition file for Blender.\n\nVERSION 1\n\n"


def catalog(folder: Path) -> None:
    """Adds the catalog to the catalog file of a folder and keeps the other entries. Raises Failure."""
    path = folder / _FILE
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else _HEAD
        if CATALOG not in text:
            text = text if text.endswith("\n") else text + "\n"
            beside = path.with_suffix(".att3d")
            beside.write_text(f"{text}{CATALOG}:ATT3D:ATT3D\n", encoding="utf-8")
            beside.replace(path)
    except OSError as error:
        raise Failure(f"cannot write {path}: {error}") from error


def catalog_folder(context: bpy.types.Context, file: str) -> Path:
    """Returns the folder of the catalog file for a .blend file.

    It is the asset library that contains the .blend file, or else the folder of the .blend file.
    """
    folder = Path(file).parent
    for library in context.preferences.filepaths.asset_libraries:
        root = Path(bpy.path.abspath(library.path))
        if library.path and (root == folder or root in folder.parents):
            return root
    return folder


class ATT3D_OT_mark_asset(TaskOperator, bpy.types.Operator):
    """Mark the selected objects that ATT3D made as assets, with a picture, in the catalog ATT3D"""

    bl_idname = "att3d.mark_asset"
    bl_label = "Mark as Asset"
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return making.allows(cls, lambda: _marked(context))

    def task(self, context: bpy.types.Context) -> Task:
        things = _marked(context)
        orders = {thing.session_uid: Order.of_fields(provenance.read(thing)) for thing in things}
        wanted = choice(context)
        if bpy.data.filepath:
            catalog(catalog_folder(context, bpy.data.filepath))
        else:
            self.report({"INFO"}, "the catalog is stored beside the .blend file, which is not saved yet: save it, then mark the objects again")

        def work(task: Task) -> Iterator[object]:
            for index, (uid, order) in enumerate(orders.items()):
                # The library draws the picture: Blender's own preview needs a window and is rendered later.
                draft = replace(order, detail=64, texture_size=0, triangles=0)
                try:
                    made = making.make(task, wanted, draft, index / len(orders), (index + 1) / len(orders))
                    yield uid, order, made.mesh.draw(256, 256)
                except (Failure, att3d().Error):
                    task.check()
                    # The object can't be generated again, for example because it stylizes the artist's own mesh or
                    # came from another model. Blender then draws the preview.
                    yield uid, order, None

        return Task("Assets", work, _mark)


def _marked(context: bpy.types.Context) -> list[bpy.types.Object]:
    """Returns the selected objects that can be marked. Raises Failure if there are none."""
    things = [thing for thing in context.selected_objects if provenance.PROMPT in thing and thing.library is None]
    if not things:
        raise Failure("no selected object was made by ATT3D: select one that was")
    return things


def _mark(result: tuple[int, Order, np.ndarray | None]) -> None:
    uid, order, picture = result
    thing = blocks.found(bpy.data.objects, uid)
    if thing is None:
        return
    thing.asset_mark()
    thing.asset_data.catalog_id = CATALOG
    thing.asset_data.description = order.prompt
    if "att3d" not in thing.asset_data.tags:
        thing.asset_data.tags.new("att3d")
    if picture is not None:
        pictures.fill(thing.preview_ensure(), picture)
    else:
        thing.asset_generate_preview()


register, unregister = bpy.utils.register_classes_factory((ATT3D_OT_mark_asset,))
