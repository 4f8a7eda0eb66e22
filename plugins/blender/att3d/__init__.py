# SPDX-License-Identifier: GPL-3.0-or-later
"""ATT3D for Blender: generates a mesh from a prompt and updates it while the prompt is typed.

The modules, lowest first. Each imports only modules of its own line or of the lines above it:

- ``translations``: the labels in other languages.
- ``library``: the Python package ``att3d`` of the bundled wheel, or the reason why it does not load.
- ``engine``: the loaded context and model.
- ``preferences``: the preferences of the add-on and the diagnostics.
- ``prompts``: lists of prompts.
- ``blocks``: data-blocks found by identifier, and undo steps, for timers.
- ``tasks``: work on other threads, whose results are applied on the main thread.
- ``meshes``, ``materials``, ``provenance``, ``pictures``: conversion of results to Blender's data.
- ``placing``: places, names and views of objects.
- ``originals``: replacement of a mesh without loss of what the artist made.
- ``making``: generation of an object from an order (a prompt and its settings).
- ``masks``: vertex groups as masks.
- ``uvs``: the UVs of the artist's meshes.
- ``lock``: Lock Interface, which a keyed blend needs.
- ``drafts``: the meshes of a live session.
- ``live``: the live session.
- ``quads``: remeshing to quads.
- ``palette``: the words of the model, and the reading of the prompt.
- ``properties``: the settings that a scene stores.
- ``generate``, ``interpolate``, ``stylize``, ``variants``, ``history``, ``batch``, ``assets``, ``scatter``, ``place``:
  one feature each.
- ``panels``, ``menu``, ``handlers``: the sidebar, the Add menu, and handlers for Blender's events.
- ``exchange``: the export to glTF files.
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
    menu,
    palette,
    panels,
    place,
    preferences,
    properties,
    quads,
    scatter,
    stylize,
    tasks,
    translations,
    uvs,
    variants,
)
from .exchange import glTF2ExportUserExtension

__all__ = ["api", "glTF2ExportUserExtension", "register", "unregister"]

_MODULES = (
    translations,
    preferences,
    properties,
    tasks,
    palette,
    generate,
    live,
    interpolate,
    uvs,
    quads,
    stylize,
    variants,
    history,
    batch,
    assets,
    scatter,
    place,
    panels,
    menu,
    handlers,
)


def register() -> None:
    """Registers all modules. Blender calls this when the extension is enabled."""
    for module in _MODULES:
        module.register()


def unregister() -> None:
    """Stops all work and unloads the model.

    Blender calls this when the extension is disabled or Blender quits.
    """
    for module in reversed(_MODULES):
        module.unregister()
