"""The work of one task: makes the assets of a shard with `att3d bake`."""

import ctypes
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .place import Place, manifest_of
from .plan import Shard

#: Codes of `att3d bake`: all is well, some assets failed, some do not meet a rule.
_ENDED = (0, 1, 7)
#: PR_SET_PDEATHSIG of Linux: a signal for a process whose parent has ended.
_PARENT_DEATH_SIGNAL = 1


def scratch(shard: Shard, url: str) -> Path:
    """Returns the folder in which a machine makes a shard. It is the same if the task runs again there."""
    name = hashlib.sha256(f"{url}\n{shard.digest}".encode()).hexdigest()[:24]
    user = os.getuid() if hasattr(os, "getuid") else ""
    return Path(tempfile.gettempdir()) / f"att3d-ray-{user}" / name


def _dying_with_the_parent() -> "Callable[[], None] | None":
    """Returns a function that lets a new process end with this one, on Linux; None on other systems.

    Otherwise, the command would continue after Ray has killed its worker, and the next task would find the
    folder in use.
    """
    if not sys.platform.startswith("linux"):
        return None
    control = ctypes.CDLL(None).prctl
    return lambda: control(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def make(shard: Shard, url: str, command: str, options: Sequence[str]) -> tuple[int, int]:
    """Makes the assets of a shard and writes them, and then the shard's manifest, to the output folder.

    url: the output folder. options: options of `att3d bake`. Returns the number of assets that this task
    made, and of those that an interrupted task had made on this machine. Raises RuntimeError if the command
    cannot run.
    """
    folder = scratch(shard, url)
    folder.mkdir(parents=True, exist_ok=True)
    catalog, out = folder / "catalog.jsonl", folder / "out"
    catalog.write_text("".join(json.dumps(row.cells) + "\n" for row in shard.rows), "utf-8")
    limits = ["--gallery", "none", "--jobs", "1", "--threads", "1", "--json"]
    ran = subprocess.run(
        [command, "bake", str(catalog), "-o", str(out), *limits, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=_dying_with_the_parent(),
    )
    if ran.returncode not in _ENDED:
        raise RuntimeError(f"{command} ended with the code {ran.returncode}: {ran.stderr.strip()}")
    counts = json.loads(ran.stdout.rstrip("\n").rpartition("\n")[2])
    place = Place(url)
    lines = (out / "manifest.jsonl").read_text("utf-8").split("\n")
    entries = [_deliver(json.loads(line), shard, out, place) for line in lines if line]
    # The manifest is written last, so a shard that has a manifest is complete.
    place.write_manifest(manifest_of(shard), entries)
    shutil.rmtree(folder)
    return counts["made"], counts["up_to_date"]


def _deliver(entry: dict[str, Any], shard: Shard, out: Path, place: Place) -> dict[str, Any]:
    """Writes the files of an entry under their final names. Returns the entry with these names."""
    # In the shard's catalog, which is in the form of JSON Lines, the rows are numbered from 1.
    row = shard.rows[entry["row"] - 1]
    entry["row"] = row.number
    if entry["status"] != "done":
        return entry
    for kind, final in (("thumbnail", f"thumbnails/{row.file.rpartition('.')[0]}.png"), ("file", row.file)):
        if kind in entry:
            place.put(final, (out / entry[kind]).read_bytes())
            entry[kind] = final
    return entry
