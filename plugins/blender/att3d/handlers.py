# SPDX-License-Identifier: GPL-3.0-or-later
"""Handlers for Blender's events: another file, undo and redo, a change of the frame, a render, an update."""

import bpy
from bpy.app.handlers import persistent

from . import interpolate, live, placing, tasks


@persistent
def _file_closes(*_: object) -> None:
    tasks.cancel_all()
    live.stop(is_undo_step=False)
    placing.file_opened()


@persistent
def _file_is_saved(*_: object) -> None:
    live.write_weights()


@persistent
def _file_opened(*_: object) -> None:
    live.unlock()


@persistent
def _undone(*_: object) -> None:
    live.resend()


@persistent
def _frame_changed(scene: bpy.types.Scene, depsgraph: bpy.types.Depsgraph | None = None) -> None:
    settings = getattr(scene, "att3d", None)
    if settings is not None and scene.animation_data is not None:
        # A render evaluates animations in a copy of the scene, and leaves the scene itself as it is.
        seen = scene.evaluated_get(depsgraph).att3d if depsgraph is not None else settings
        live.frame_changed(settings, seen.blend)


@persistent
def _render_begins(*_: object) -> None:
    live.render_begins()


@persistent
def _render_ended(*_: object) -> None:
    live.render_ended()


@persistent
def _will_update(*_: object) -> None:
    interpolate.update_sliders()


def _lists() -> tuple[tuple[list[object], object], ...]:
    handlers = bpy.app.handlers
    return (
        (handlers.load_pre, _file_closes),
        (handlers.load_post, _file_opened),
        (handlers.save_pre, _file_is_saved),
        (handlers.undo_post, _undone),
        (handlers.redo_post, _undone),
        (handlers.frame_change_pre, _will_update),
        (handlers.frame_change_post, _frame_changed),
        (handlers.render_init, _render_begins),
        (handlers.render_complete, _render_ended),
        (handlers.render_cancel, _render_ended),
        (handlers.depsgraph_update_pre, _will_update),
    )


def register() -> None:
    for handlers, function in _lists():
        handlers.append(function)


def unregister() -> None:
    for handlers, function in _lists():
        if function in handlers:
            handlers.remove(function)
