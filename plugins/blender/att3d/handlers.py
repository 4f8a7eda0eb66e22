# SPDX-License-Identifier: GPL-3.0-or-later
"""Handlers for Blender's events: another file is opened, undo and redo, a change of the frame."""

import bpy
from bpy.app.handlers import persistent

from . import live, tasks


@persistent
def _file_closes(*_: object) -> None:
    tasks.cancel_all()
    live.stop(is_undo_step=False)


@persistent
def _undone(*_: object) -> None:
    live.resend()


@persistent
def _frame_changed(scene: bpy.types.Scene, *_: object) -> None:
    settings = getattr(scene, "att3d", None)
    if settings is not None and scene.animation_data is not None:
        live.frame_changed(settings)


def _lists() -> tuple[tuple[list[object], object], ...]:
    handlers = bpy.app.handlers
    return (
        (handlers.load_pre, _file_closes),
        (handlers.undo_post, _undone),
        (handlers.redo_post, _undone),
        (handlers.frame_change_post, _frame_changed),
    )


def register() -> None:
    for handlers, function in _lists():
        handlers.append(function)


def unregister() -> None:
    for handlers, function in _lists():
        if function in handlers:
            handlers.remove(function)
