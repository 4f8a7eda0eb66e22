# SPDX-License-Identifier: GPL-3.0-or-later
"""History of results across all files: prompts with a picture and the mesh, in the extension's own folder."""

import json
import time
import uuid
from dataclasses import asdict
from pathlib import Path

import bpy
from bpy.props import CollectionProperty, StringProperty

from . import making, pictures, provenance
from .library import Failure, att3d
from .making import Made

#: Number of entries that are kept. Older entries are removed with their files.
KEPT = 50
_FILE = "history.json"
icons = pictures.Icons(KEPT)


def folder() -> Path | None:
    """Returns the folder of the history and creates it; None if Blender provides none.

    Blender provides it only for an installed extension.
    """
    try:
        place = Path(bpy.utils.extension_path_user(__package__, path="history", create=True))
        # Other users of the machine must not read the artist's prompts.
        place.chmod(0o700)
        return place
    except (ValueError, OSError):
        return None


def entries() -> list[dict[str, object]]:
    """Returns the entries, newest first. A damaged file counts as an empty history."""
    place = folder()
    if place is None:
        return []
    try:
        found = json.loads((place / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(found, list):
        return []
    return [entry for entry in found if isinstance(entry, dict) and isinstance(entry.get("order"), dict) and "key" in entry]


def _write(kept: list[dict[str, object]]) -> None:
    place = folder()
    if place is None:
        return
    # The file is written beside the old one and then renamed, so that it is never half-written.
    beside = place / f"{_FILE}.{uuid.uuid4().hex}"
    try:
        beside.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(place / _FILE)
    finally:
        beside.unlink(missing_ok=True)


def add(made: Made) -> None:
    """Adds a result. It is left out if it can't be written.

    So a full disk does not cost the artist the mesh.
    """
    place = folder()
    if place is None:
        return
    key = uuid.uuid4().hex
    entry = {
        "key": key,
        "order": asdict(made.order),
        "package": made.package,
        "digest": made.digest,
        "time": time.strftime("%Y-%m-%d %H:%M"),
    }
    old = entries()
    kept = [entry, *old][:KEPT]
    try:
        (place / f"{key}.glb").write_bytes(made.glb)
        pictures.write_png(str(place / f"{key}.png"), made.thumbnail)
        _write(kept)
        _drop(place, old[KEPT - 1 :])
    except Exception as error:  # noqa: BLE001 - see above
        _drop(place, [entry])
        print(f"ATT3D: the history was not written: {error}")
        return
    icons.show(key, made.thumbnail)
    refresh()


def _drop(place: Path, gone: list[dict[str, object]]) -> None:
    """Removes the mesh and picture files of entries."""
    for entry in gone:
        for ending in (".glb", ".png"):
            (place / f"{Path(str(entry['key'])).name}{ending}").unlink(missing_ok=True)


def clear() -> None:
    """Removes all entries, and files that a damaged list no longer names.

    Raises Failure if files can't be removed.
    """
    place = folder()
    if place is not None:
        try:
            _write([])
            for path in [*place.glob("*.glb"), *place.glob("*.png")]:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise Failure(f"the history can't be cleared: {error}") from error
    refresh()


def found(key: str) -> dict[str, object]:
    """Returns the entry of a key. Raises Failure if there is none."""
    for entry in entries():
        if entry["key"] == key:
            return entry
    raise Failure("that entry is no longer in the history")


class ATT3D_history_entry(bpy.types.PropertyGroup):
    """A line of the history list."""

    key: StringProperty()
    prompt: StringProperty()


def refresh() -> None:
    """Updates the list in the window manager from the folder."""
    lines = bpy.context.window_manager.att3d_history
    lines.clear()
    for entry in entries():
        line = lines.add()
        line.name = line.key = str(entry["key"])
        line.prompt = str(entry["order"].get("prompt", ""))


def icon(key: str) -> int:
    """Returns the icon number of an entry's picture, or 0 if it is not loaded."""
    return icons.number(key)


class ATT3D_OT_history_load(bpy.types.Operator):
    """Read the history and its pictures"""

    bl_idname = "att3d.history_load"
    bl_label = "Show history"

    def execute(self, _context: bpy.types.Context) -> set[str]:
        place = folder()
        for entry in entries():
            path = place / f"{Path(str(entry['key'])).name}.png"
            picture = pictures.read_png(str(path)) if path.is_file() else None
            if picture is not None:
                icons.show(str(entry["key"]), picture)
        refresh()
        return {"FINISHED"}


class ATT3D_OT_history_import(bpy.types.Operator):
    """Bring the kept mesh back, as it was made"""

    bl_idname = "att3d.history_import"
    bl_label = "Import again"
    bl_options = {"REGISTER", "UNDO"}

    key: StringProperty()

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            entry = found(self.key)
            making.object_mode(context)
            path = folder() / f"{Path(self.key).name}.glb"
            if not path.is_file():
                raise Failure("the kept mesh is gone: run the prompt again instead")
            bpy.ops.import_scene.gltf(filepath=str(path))
            for thing in context.selected_objects:
                thing.location = context.scene.cursor.location
                provenance.write(
                    thing, entry["order"], str(entry.get("package", "")), str(entry.get("digest", "")), att3d().version()
                )
        except (Failure, RuntimeError) as failure:
            self.report({"ERROR"}, str(failure))
            return {"CANCELLED"}
        return {"FINISHED"}


class ATT3D_OT_history_clear(bpy.types.Operator):
    """Forget all that was made before, with its pictures and meshes"""

    bl_idname = "att3d.history_clear"
    bl_label = "Clear history"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_confirm(self, event)

    def execute(self, _context: bpy.types.Context) -> set[str]:
        try:
            clear()
        except Failure as failure:
            self.report({"ERROR"}, str(failure))
            return {"CANCELLED"}
        return {"FINISHED"}


_CLASSES = (
    ATT3D_history_entry,
    ATT3D_OT_history_load,
    ATT3D_OT_history_import,
    ATT3D_OT_history_clear,
)


def register() -> None:
    for kind in _CLASSES:
        bpy.utils.register_class(kind)
    bpy.types.WindowManager.att3d_history = CollectionProperty(type=ATT3D_history_entry)


def unregister() -> None:
    icons.clear()
    del bpy.types.WindowManager.att3d_history
    for kind in reversed(_CLASSES):
        bpy.utils.unregister_class(kind)
