"""The driver of a job: divides a catalog, lets Ray make the shards, and merges their manifests."""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .._optional import optional
from .place import Place, manifest_of
from .plan import Plan, Refused, Shard, plan
from .shard import make

#: Exit codes of `att3d bake`.
_FAILED, _UNMET = 1, 7
#: Options of `att3d bake` that this command sets itself or does not support.
_OWN = ("--gallery", "--jobs", "--threads", "--dry-run", "--json", "--fail-fast")
#: Largest number of shards that are given to Ray at the same time.
_WINDOW = 1000
#: Number of times that Ray repeats a task if its worker or machine was lost.
_RETRIES = 10


def _arguments(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="python -m att3d.ray",
        description="Bakes a catalog on a Ray cluster. Further options are those of `att3d bake`, such as --resolution.",
        allow_abbrev=False,
    )
    parser.add_argument("catalog", type=Path, help="the catalog, as for `att3d bake`")
    parser.add_argument("-o", "--output", required=True, help="the output folder: a path that all machines reach, or a URL of fsspec")
    parser.add_argument("--path", default="{name}", help="pattern of the paths, as for `att3d bake`")
    parser.add_argument("--model", help="the model package, under the same path on all machines")
    parser.add_argument("--address", help="the cluster; default: RAY_ADDRESS, or else this machine")
    parser.add_argument("--shard-size", type=int, default=64, help="rows that a task makes (default: 64)")
    parser.add_argument("--cpus", type=float, default=1.0, help="processors of a task (default: 1)")
    parser.add_argument("--gpus", type=float, default=0.0, help="GPUs of a task (default: 0)")
    parser.add_argument("--command", default=os.environ.get("ATT3D_COMMAND", "att3d"), help="the command att3d on all machines")
    given, options = parser.parse_known_args(arguments)
    for option in options:
        if option.partition("=")[0] in _OWN:
            parser.error(f"{option} cannot be given: each task makes one asset at a time, without a gallery")
    if given.shard_size < 1:
        parser.error(f"--shard-size is {given.shard_size}; expected at least 1")
    return given, options


def main(arguments: Sequence[str]) -> int:
    """Runs the command line. Returns the exit code, which is that of `att3d bake`."""
    given, options = _arguments(arguments)
    try:
        command = shutil.which(given.command)
        if command is None:
            raise Refused(f"the command {given.command} was not found; install it, or name it with --command")
        model = ["--model", given.model] if given.model else []
        options = [*options, *model]
        wanted = plan(command, given.catalog, options, given.path, model, given.shard_size)
        # A relative path means the same folder on each machine only if it is made absolute.
        url = given.output if "://" in given.output else str(Path(given.output).resolve())
        place = Place(url)
        sizes = place.sizes()
        todo = [shard for shard in wanted.shards if not place.is_finished(shard, sizes)]
        lost = _run(todo, url, given, options)
        return _finish(wanted, todo, lost, place)
    except (Refused, ImportError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _run(todo: list[Shard], url: str, given: argparse.Namespace, options: Sequence[str]) -> dict[str, str]:
    """Lets Ray make shards. Returns the reasons for shards that could not be made, by their digests."""
    lost: dict[str, str] = {}
    if not todo:
        return lost
    ray = optional("ray", "ray", "att3d.ray")
    if not ray.is_initialized():
        ray.init(address=given.address, log_to_driver=False)
    task = ray.remote(num_cpus=given.cpus, num_gpus=given.gpus, max_retries=_RETRIES)(make)
    begun, done, made, kept = time.monotonic(), 0, 0, 0
    waiting: list[Shard] = list(reversed(todo))
    running: dict[Any, Shard] = {}
    while waiting or running:
        while waiting and len(running) < _WINDOW:
            shard = waiting.pop()
            running[task.remote(shard, url, given.command, options)] = shard
        (ended,), _ = ray.wait(list(running), num_returns=1)
        shard = running.pop(ended)
        try:
            new, old = ray.get(ended)
        except ray.exceptions.RayError as error:
            lost[shard.digest] = str(error).strip().splitlines()[-1]
            print(f"error: rows {shard.rows[0].number} to {shard.rows[-1].number}: {error}", file=sys.stderr)
            continue
        done, made, kept = done + 1, made + new, kept + old
        rate = made / (time.monotonic() - begun)
        progress = f"{done} of {len(todo)} shards, {made} assets made, {kept} resumed, {rate:.1f} assets/s"
        print(progress, file=sys.stderr, flush=True)
    return lost


def _finish(wanted: Plan, todo: list[Shard], lost: dict[str, str], place: Place) -> int:
    """Merges the manifests of the shards, removes those of older catalogs, and reports."""
    entries: list[dict[str, Any]] = list(wanted.refused)
    for shard in wanted.shards:
        if shard.digest in lost:
            reason = lost[shard.digest]
            entries += (
                {"row": row.number, "prompt": row.prompt, "status": "failed", "error": reason} for row in shard.rows
            )
        else:
            entries += place.manifest(shard)
    entries.sort(key=lambda entry: int(entry["row"]))
    place.write_manifest("manifest.jsonl", entries)
    current = {manifest_of(shard) for shard in wanted.shards}
    for file in place.sizes():
        if file.startswith(".att3d/shards/") and file not in current:
            place.remove(file)
    failed = [entry for entry in entries if entry["status"] != "done"]
    unmet = sum(1 for entry in entries if entry.get("unmet"))
    for entry in failed:
        print(f"row {entry['row']}: {entry['error']}", file=sys.stderr)
    up_to_date = len(wanted.shards) - len(todo)
    print(
        f"{len(entries) - len(failed)} assets, {len(failed)} failed, {unmet} do not meet a rule;"
        f" {up_to_date} of {len(wanted.shards)} shards were up to date"
    )
    return _FAILED if failed else _UNMET if unmet else 0
