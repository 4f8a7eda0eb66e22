# SPDX-License-Identifier: GPL-3.0-or-later
"""ATT3D for Blender: a prompt becomes a mesh, and the mesh follows the typing.

The rooms, lowest first; each knows only those above it:

- ``library``: the Python package ``att3d`` of the wheel inside, or why it is not there.
- ``engine``: the context and the models that are loaded, as the preferences say.
- ``tasks``: work on other threads, and what Blender's own thread does with its results.
- ``meshes``, ``materials``, ``provenance``: what was made, as Blender's data.
- ``making``: from an order (a prompt and how) to an object.
- ``live``, ``interpolate``, ``stylize``, ``variants``, ``history``, ``batch``, ``assets``: one feature each.
- ``properties``, ``preferences``, ``panels``, ``handlers``: what is seen and kept.
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
    """Blender calls this when the extension is enabled."""
    for room in _ROOMS:
        room.register()


def unregister() -> None:
    """Blender calls this when it is disabled or Blender quits: what works is stopped, what is loaded is let go."""
    for room in reversed(_ROOMS):
        room.unregister()
