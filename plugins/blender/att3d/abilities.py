# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model packages of a folder can do, as the command `att3d models` states it."""

import json
import subprocess
import sys
from pathlib import Path

from . import engine, library

#: Longest time for the command in seconds. It reads no weights, so it takes some milliseconds a package.
_TIMEOUT = 5.0
#: Packages whose sentences are known: path, time of the last change in nanoseconds, and size in bytes.
_asked: tuple[tuple[str, int, int], ...] = ()
#: Sentences of these packages, by path.
_sentences: dict[str, str] = {}


def of(packages: list[Path]) -> dict[str, str]:
    """Returns a sentence about what each package can do, by the package's path.

    packages: packages of one folder. The command runs only if they have changed since the last call. A package
    without a sentence is missing in the result: for example, if the command is not installed.
    """
    global _asked, _sentences
    try:
        asked = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in packages)
    except OSError:
        return {}
    if asked != _asked:
        _asked, _sentences = asked, _ask(packages[0].parent) if packages else {}
    return _sentences


def _ask(folder: Path) -> dict[str, str]:
    if library.problem():
        return {}
    command = Path(library.att3d().library_path()).with_name("att3d.exe" if sys.platform == "win32" else "att3d")
    try:
        engine.make_runnable(command)
        done = subprocess.run(
            [command, "models", "--json", folder],
            capture_output=True,
            check=True,
            timeout=_TIMEOUT,
            # Without this flag, Windows opens a console.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        return {entry["path"]: _sentence(entry) for entry in json.loads(done.stdout)}
    except (OSError, ValueError, KeyError, subprocess.SubprocessError, library.Failure) as error:
        engine.log_lines.append(f"warning: the abilities of the packages are unknown: {error}")
        return {}


def _sentence(entry: dict[str, object]) -> str:
    if "error" in entry:
        return f"cannot be used: {entry['error']}"
    if entry["known_things"] is not None:
        known = f"knows {entry['known_things']} things"
    elif entry["known_words"] is not None:
        known = f"knows {entry['known_words']} words"
    else:
        known = "takes any prompt"
    more = [
        (entry["predicts_material"], "metallic and roughness"),
        (entry["has_variants"], "variants"),
        (entry["takes_shape"], "stylize"),
    ]
    return "; ".join([known, *(what for has, what in more if has), str(entry["license"])])
