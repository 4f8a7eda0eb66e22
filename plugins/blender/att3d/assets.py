# SPDX-License-Identifier: GPL-3.0-or-later
"""Results as assets: marked, with a picture, in a catalogue of their own."""

from dataclasses import replace
from pathlib import Path

import bpy

from . import engine, making, pictures, provenance
from .library import Failure, att3d, sentence
from .making import Order
from .preferences import choice

#: The catalogue `ATT3D`, the same in every library.
CATALOG = "7b0f9b2e-6f0c-4d55-9a39-0c5a77d3a3d1"
_FILE = "blender_assets.cats.txt"
_HEAD = "# This is an Asset Catalog Definition file for Blender.\n\nVERSION 1\n\n"


def catalog(folder: Path) -> None:
    """Adds the catalogue to a folder's list; what is there stays."""
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


class ATT3D_OT_mark_asset(bpy.types.Operator):
    """Mark the selected objects that ATT3D made as assets, with a picture, in the catalogue ATT3D"""

    bl_idname = "att3d.mark_asset"
    bl_label = "Mark as asset"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        things = [thing for thing in context.selected_objects if provenance.PROMPT in thing and thing.library is None]
        if not things:
            self.report({"ERROR"}, "nothing that ATT3D made is selected: select some of it")
            return {"CANCELLED"}
        try:
            for thing in things:
                _mark(context, thing)
            if bpy.data.filepath:
                catalog(Path(bpy.data.filepath).parent)
        except (Failure, att3d().Error) as error:
            self.report({"ERROR"}, sentence(error))
            return {"CANCELLED"}
        where = "" if bpy.data.filepath else "; save the file and mark again, and the catalogue is written beside it"
        self.report({"INFO"}, f"{len(things)} assets in the catalogue ATT3D{where}")
        return {"FINISHED"}


def _mark(context: bpy.types.Context, thing: bpy.types.Object) -> None:
    order = replace(Order.of_fields(provenance.read(thing)), detail=64, texture_size=0, triangles=0)
    thing.asset_mark()
    thing.asset_data.catalog_id = CATALOG
    thing.asset_data.description = order.prompt
    tags = thing.asset_data.tags
    if "att3d" not in tags:
        tags.new("att3d")
    model = engine.model(choice(context))
    try:
        # A picture by the library: Blender's own needs a window and comes later.
        pictures.fill(thing.preview_ensure(), model.generate(order.prompt, order.options()).draw(256, 256))
    except att3d().Error:
        # Made by another model, or of several prompts: Blender draws it when it comes to it.
        thing.asset_generate_preview()


def register() -> None:
    bpy.utils.register_class(ATT3D_OT_mark_asset)


def unregister() -> None:
    bpy.utils.unregister_class(ATT3D_OT_mark_asset)
