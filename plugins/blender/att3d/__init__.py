# SPDX-License-Identifier: GPL-3.0-or-later
"""ATT3D for Blender: generates a mesh from a prompt and updates it while the prompt is typed.

The modules, lowest first. Each imports only modules of its own line or of the lines above it:

- ``library``: the Python package ``att3d`` of the bundled wheel, or the reason why it does not load.
- ``engine``: the loaded context and model.
- ``preferences``: the preferences of the add-on and the diagnostics.
- ``blocks``: data-blocks found by identifier, and undo steps, for timers.
- ``tasks``: work on other threads, whose results are applied on the main thread.
- ``meshes``, ``materials``, ``provenance``, ``pictures``: conversion of results to Blender's data.
- ``originals``: replacement of a mesh without loss of what the artist made.
- ``making``: generation of an object from an order (a prompt and its settings).
- ``live``: the live session.
- ``properties``: the settings that a scene stores.
- ``generate``, ``interpolate``, ``stylize``, ``variants``, ``history``, ``batch``, ``assets``: one feature
  each.
- ``panels``, ``handlers``: the sidebar, and handlers for Blender's events.
- ``api``: the functions for scripts.
"""

from . import (
    api,
    assets,
    batch,
    generate,
    handlers,
    history,
    interpolate,
    live,
    panels,
    preferences,
    properties,
    stylize,
    tasks,
    variants,
)

__all__ = ["api", "register", "unregister"]

_ROOMS = (
    preferences,
    properties,
    tasks,
    generate,
    live,
    interpolate,
    stylize,
    variants,
    history,
    batch,
    assets,
    panels,
    handlers,
)


def register() -> None:
    """Registers all modules. Blender calls this when the extension is enabled."""
    for room in _ROOMS:
        room.register()


def unregister() -> None:
    """Stops all work and unloads the model.

    Blender calls this when the extension is disabled or Blender quits.
    """
    for room in reversed(_ROOMS):
        room.unregister()
