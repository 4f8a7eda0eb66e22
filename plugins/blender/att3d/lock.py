# SPDX-License-Identifier: GPL-3.0-or-later
"""Render > Lock Interface, which a keyed blend needs while a live session runs.

A property of the scene says whether this module switched Lock Interface on. Files and undo steps store this
property and Lock Interface. So Lock Interface can also be switched off after a file was opened, or after an undo
restored it.
"""

import bpy


def switch_on(scene: bpy.types.Scene) -> None:
    """Switches Lock Interface on, unless the artist has switched it on."""
    if not scene.render.use_lock_interface:
        scene.render.use_lock_interface = scene.att3d.locks_interface = True


def switch_off(scene: bpy.types.Scene) -> None:
    """Switches Lock Interface off if it was switched on here."""
    settings = getattr(scene, "att3d", None)
    if settings is not None and settings.locks_interface and scene.library is None:
        scene.render.use_lock_interface = settings.locks_interface = False
