# SPDX-License-Identifier: GPL-3.0-or-later
"""History of results across all files: prompts with a picture and the mesh, in the extension's own folder."""

import json
import time
import uuid
import zipfile
from dataclasses import asdict, fields
from pathlib import Path

import bpy
import numpy as np
from bpy.props import BoolProperty, CollectionProperty, StringProperty

from . import making, meshes, pictures, provenance
from .library import Failure, att3d
from .making import Made, Order

#: Number of entries that are kept. Older entries are removed with their files.
KEPT = 50
_FILE = "history.json"
#: Endings of the files of an entry: its mesh and its picture. Older versions kept the mesh as a GLB file.
_MESH, _PICTURE, _ENDINGS = ".npz", ".png", (".npz", ".png", ".glb")
#: Prefix of the names of images among the arrays of a kept mesh.
_IMAGE = "image_"
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
    """Adds a result. If it can't be written, it is left out.

    A failure, such as a full disk, must not discard the artist's mesh.
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
        "version": att3d().version(),
        "time": time.strftime("%Y-%m-%d %H:%M"),
    }
    old = entries()
    kept = [entry, *old][:KEPT]
    try:
        _keep(place / f"{key}{_MESH}", made)
        pictures.write_png(str(place / f"{key}{_PICTURE}"), made.thumbnail)
        _write(kept)
        _drop(place, old[KEPT - 1 :])
    except Exception as error:  # noqa: BLE001 - see above
        _drop(place, [entry])
        print(f"ATT3D: the history was not written: {error}")
        return
    icons.show(key, made.thumbnail)
    refresh()


def _keep(path: Path, made: Made) -> None:
    """Writes the mesh of a result, with its images and the length of one unit of object space in meters."""
    scale = meshes.meters_of(bpy.context.scene) if made.frame.is_in_scene else 1.0
    arrays = asdict(meshes.Arrays.of(made.mesh))
    images = {f"{_IMAGE}{name}": np.frombuffer(png, np.uint8) for name, png in made.pictures.items()}
    np.savez_compressed(path, meters=made.frame.meters * scale, **arrays, **images)


def _kept(path: Path, entry: dict[str, object]) -> Made:
    """Returns the result of an entry, whose mesh stands on the ground. Raises Failure."""
    try:
        with np.load(path, allow_pickle=False) as found:
            mesh = meshes.Arrays(**{field.name: found[field.name] for field in fields(meshes.Arrays)})
            images = {name.removeprefix(_IMAGE): found[name].tobytes() for name in found.files if name.startswith(_IMAGE)}
            meters = float(found["meters"])
    except FileNotFoundError as error:
        raise Failure("the stored mesh is missing: run the prompt again instead") from error
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise Failure(f"the stored mesh is damaged: {error}; run the prompt again instead") from error
    if not len(mesh.positions):
        raise Failure("the stored mesh has no vertices: run the prompt again instead")
    return Made(
        order=Order.of_fields(entry["order"]),
        mesh=mesh,
        frame=meshes.Frame.on_the_ground(mesh.info, meters),
        pictures=images,
        thumbnail=np.zeros((making.THUMBNAIL, making.THUMBNAIL, 4), np.uint8),
        package=str(entry.get("package", "")),
        digest=str(entry.get("digest", "")),
    )


def _drop(place: Path, gone: list[dict[str, object]]) -> None:
    """Removes the mesh and picture files of entries."""
    for entry in gone:
        for ending in _ENDINGS:
            (place / f"{Path(str(entry['key'])).name}{ending}").unlink(missing_ok=True)


def clear() -> None:
    """Removes all entries, and files that a damaged list no longer names.

    Raises Failure if files can't be removed.
    """
    place = folder()
    if place is not None:
        try:
            _write([])
            for path in place.iterdir():
                if path.suffix in _ENDINGS:
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise Failure(f"the history can't be cleared: {error}") from error
    refresh()


def found(key: str) -> dict[str, object]:
    """Returns the entry of a key. Raises Failure if there is none."""
    for entry in entries():
        if entry["key"] == key:
            return entry
    raise Failure("this entry is no longer in the history: use Show History to update the list")


class ATT3D_history_entry(bpy.types.PropertyGroup):
    """A line of the history list."""

    key: StringProperty()
    prompt: StringProperty()
    #: Whether the result can be made again from its prompt and settings.
    is_repeatable: BoolProperty()


def refresh() -> None:
    """Updates the list in the window manager from the folder."""
    lines = bpy.context.window_manager.att3d_history
    lines.clear()
    for entry in entries():
        line = lines.add()
        line.name = line.key = str(entry["key"])
        line.prompt = str(entry["order"].get("prompt", ""))
        line.is_repeatable = entry["order"].get("kind", making.PROMPT) in (making.PROMPT, making.BLEND)


def icon(key: str) -> int:
    """Returns the icon number of an entry's picture, or 0 if it is not loaded."""
    return icons.number(key)


class ATT3D_OT_history_load(bpy.types.Operator):
    """Read the history and its pictures"""

    bl_idname = "att3d.history_load"
    bl_label = "Show History"

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
    """Add the stored mesh to the scene, as it was generated"""

    bl_idname = "att3d.history_import"
    bl_label = "Import Again"
    bl_options = {"REGISTER", "UNDO"}

    key: StringProperty()

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            entry = found(self.key)
            making.object_mode(context)
            made = _kept(folder() / f"{Path(self.key).name}{_MESH}", entry)
            thing = making.put(context, made)
            thing[provenance.VERSION] = str(entry.get("version", ""))
        except Failure as failure:
            self.report({"ERROR"}, str(failure))
            return {"CANCELLED"}
        return {"FINISHED"}


class ATT3D_OT_history_clear(bpy.types.Operator):
    """Delete all entries of the history with their pictures and meshes"""

    bl_idname = "att3d.history_clear"
    bl_label = "Clear History"

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
