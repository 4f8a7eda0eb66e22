# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python package ``att3d`` of the bundled wheel, or the reason why it does not load."""

import platform
import re
from types import ModuleType


class Failure(Exception):
    """A failure for the user. Its message says what was found, what was expected, and what to do."""


_problem = ""
_package: ModuleType | None = None
try:
    import att3d as _package
except ImportError as error:
    _problem = f"libatt3d does not load on {platform.system()} {platform.machine()}: {error}"


def problem() -> str:
    """Returns the reason why the library does not load, or "" if it is loaded."""
    return _problem


def att3d() -> ModuleType:
    """Returns the package. Raises Failure if it does not load."""
    if _package is None:
        raise Failure(f"{_problem}. Install the extension's file for this platform")
    return _package


#: Pairs of a part of a library's message and the text that replaces it. The library's messages are for
#: programs of all kinds, and these parts name things that users of Blender do not see.
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"; use a word that the model knows", "; the panel Words lists the words that it knows"),
        (r": put it beside libatt3d, or set ATT3D_MODULES to its folder", ": choose its folder as Engine Module in the preferences"),
        (r"ATT3D_MODULES", "Engine Module in the preferences"),
        (r"the context's memory limit", "the memory limit"),
        (r"ask for less, free models or fields of this context, or raise the limit", "lower Detail or Textures, or raise Memory in the preferences"),
        (r"lower the resolution, raise the limit, or give a tighter bound", "lower Detail, or raise Memory in the preferences"),
        (r"choose an isovalue between them, a higher resolution for very small parts, or another prompt", "raise Detail, or use another prompt"),
        (r"the field has no surface at the isovalue [^:;]*: its values lie between [^;]*", "this prompt gave no surface"),
        (r"lower the resolution", "lower Detail"),
        (r"a surface at (\d+) cells per axis", r"Detail \1"),
        (r"a surface resolution of (\S+) cells per axis is out of range", r"Detail \1 is out of range"),
        (r"unwrap the mesh anew", "use Make New UVs"),
        (r"give a larger texture, or a mesh with fewer components", "raise Textures, raise Min Component, or lower Triangles"),
        (r"the budget is (\S+) triangles", r"Triangles is \1"),
        (r"a budget of (\S+) triangles is too small for this shape", r"Triangles is \1, which is too few for this shape"),
        (r"by moving the first keyframe's vertices", "by moving the vertices of the first prompt's mesh"),
        (r"add prompts between the keyframes, or make one mesh per step", "add prompts between these, or use Frame Sequence"),
        (r"there are (\d+) keyframes for one mesh; give at most (\d+), or make one mesh per step", r"there are \1 prompts for one mesh; give at most \2, or use Frame Sequence"),
        (r"\bload a model that", "choose a model that"),
        (r"set the seed to 0, or choose", "set Seed to 0, or choose"),
        (r"\bload it again", "use it again"),
    )
)
_BYTES = re.compile(r"(\d{7,})( bytes)?")


def in_blender(message: str) -> str:
    """Returns a message of the library in the words of Blender's panels, with large sizes in MiB."""
    for pattern, words in _WORDS:
        message = pattern.sub(words, message)
    # Only messages about memory state sizes in bytes.
    return _BYTES.sub(lambda found: f"{-(-int(found[1]) // (1 << 20))} MiB", message) if " bytes" in message else message


def sentence(error: BaseException) -> str:
    """Returns the message of an exception, or the name of its type if it has none.

    A message of the library is in the words of Blender's panels.
    """
    message = str(error).strip() or type(error).__name__
    return in_blender(message) if _package is not None and isinstance(error, _package.Error) else message
