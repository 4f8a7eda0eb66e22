# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model packages of a folder can do."""

from pathlib import Path

from . import library

#: Sentences of packages by path, time of the last change in nanoseconds, and size in bytes.
_sentences: dict[tuple[str, int, int], str] = {}
#: Context in which packages are described. It runs no network.
_context = None


def of(packages: list[Path]) -> dict[str, str]:
    """Returns a sentence about what each package can do, by the package's path.

    A package takes some milliseconds, because its weights are read only if it is a folder without a checksum. A
    package that has not changed since the last call takes no time. The result is empty if the library can't be used.
    """
    global _context, _sentences
    if not packages or library.problem():
        return {}
    if _context is None:
        # The embedded engine, because Blender's own process never loads libtorch.
        att3d = library.att3d()
        try:
            _context = att3d.Context(thread_count=1, engine=att3d.Engine.EMBEDDED)
        except att3d.Error:
            return {}
    known = {}
    for path in packages:
        try:
            facts = path.stat()
        except OSError:
            continue
        key = str(path), facts.st_mtime_ns, facts.st_size
        known[key] = _sentences[key] if key in _sentences else _sentence(path)
    _sentences = known
    return {key[0]: sentence for key, sentence in known.items()}


def forget() -> None:
    """Releases the context, when the extension is disabled."""
    global _context, _sentences
    _context, _sentences = None, {}


def _sentence(path: Path) -> str:
    att3d = library.att3d()
    try:
        model = _context.describe(path)
    except att3d.Error as error:
        return f"cannot be used: {error}"
    info, has = model.info, att3d.Capability
    if info.thing_count:
        known = f"knows {info.thing_count} things"
    elif info.word_count:
        known = f"knows {info.word_count} words"
    else:
        known = "takes any prompt"
    more = [
        (has.MATERIALS, "metallic and roughness"),
        (has.SEEDS, "variants"),
        (has.SHAPE, "stylize"),
    ]
    return "; ".join([known, *(what for flag, what in more if flag in info.capabilities), model.license])
