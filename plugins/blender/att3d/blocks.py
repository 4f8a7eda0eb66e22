# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe use of Blender's data from timers: data-blocks found by identifier, windows, and undo steps.

Undo frees data-blocks and makes new ones, and a data-block can be renamed or removed at any time. So nothing
here or in the modules above keeps a reference to a data-block between two calls of a timer. They keep its
`session_uid`, which stays the same through undo, redo and renaming.
"""

from collections.abc import Iterable

import bpy


def found(blocks: Iterable[bpy.types.ID], uid: int) -> bpy.types.ID | None:
    """Returns the data-block with a `session_uid`, or None if it is gone. uid: 0 for none."""
    return next((block for block in blocks if block.session_uid == uid), None) if uid else None


def windowed(scene: int = 0) -> object:
    """Returns a context override with a window, since timers run without one.

    scene: `session_uid` of the scene that the window should show. Without such a window, the first one is used.
    If there is no window, the override is empty.
    """
    windows = list(bpy.context.window_manager.windows)
    shown = next((window for window in windows if window.scene.session_uid == scene), None)
    if not windows:
        return bpy.context.temp_override()
    return bpy.context.temp_override(window=shown or windows[0])


def undo_step(message: str, scene: int = 0) -> None:
    """Adds an undo step. Does nothing without a window.

    A timer must call this function after each change of Blender's data. Undo compares its steps with each other, and
    not with the present data. After a change that no step contains, undo would keep pointers to data-blocks that it
    frees.
    """
    if bpy.app.background or not len(bpy.context.window_manager.windows):
        return
    with windowed(scene):
        if bpy.ops.ed.undo_push.poll():
            bpy.ops.ed.undo_push(message=message)
