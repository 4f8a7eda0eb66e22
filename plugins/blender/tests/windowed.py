# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers of the tests in a window."""

import os
import subprocess
import time
from collections.abc import Iterator

import bpy
import support

#: Longest wait for a state, in seconds.
PATIENCE = 120.0


def view() -> dict[str, object]:
    """Returns the window and its 3D view, for context overrides."""
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    return {"window": window, "area": area, "region": region}


def invoke(name: str, **how: object) -> set[str]:
    """Runs an operator in the way its button runs it, with an undo step."""
    with bpy.context.temp_override(**view()):
        return getattr(bpy.ops.att3d, name)("INVOKE_DEFAULT", True, **how)


def point(here: dict[str, object], across: float = 0.5, up: float = 0.5) -> None:
    """Moves the mouse within the 3D view, where keys and clicks then go. across, up: 0 to 1."""
    region, window = here["region"], here["window"]
    x, y = region.x + int(region.width * across), window.height - region.y - int(region.height * up)
    subprocess.run(["xdotool", "mousemove", str(x), str(y)], check=True)


def until(what: str, holds: object) -> Iterator[float]:
    """Yields to Blender until `holds()` is true. Fails after PATIENCE seconds. what: name of the state."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < PATIENCE, f"{what} did not come"
        yield 0.01


def made(prompt: str) -> list[bpy.types.Object]:
    """Returns the objects that were generated from a prompt."""
    return [thing for thing in bpy.data.objects if thing.get("att3d_prompt") == prompt]


def empty_file() -> None:
    """Opens a file without objects."""
    with bpy.context.temp_override(**view()):
        support.empty()


def photograph(name: str) -> None:
    """Writes a picture of the screen into the folder ATT3D_SCREENSHOTS, if there is one."""
    folder = os.environ.get("ATT3D_SCREENSHOTS")
    if folder:
        subprocess.run(["scrot", "--overwrite", f"{folder}/{name}.png"], check=True)
