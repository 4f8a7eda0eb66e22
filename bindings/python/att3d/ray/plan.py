"""Shards of a catalog."""

import hashlib
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Refused(Exception):
    """Error of a job that cannot begin. The text states the reason."""


@dataclass(frozen=True)
class Row:
    """A row of the catalog that becomes an asset.

    number: number of the row in the catalog. file: path of the mesh below the output folder. cells: values by
    the names of their columns, for `att3d bake`.
    """

    number: int
    prompt: str
    file: str
    cells: dict[str, str]


@dataclass(frozen=True)
class Shard:
    """Rows that one task makes. digest: digest of everything that determines their files."""

    rows: tuple[Row, ...]
    digest: str


@dataclass(frozen=True)
class Plan:
    """Shards of a catalog. refused: entries of the manifest for rows that cannot be made."""

    shards: list[Shard]
    refused: list[dict[str, Any]]


def output_of(command: Sequence[str]) -> str:
    """Runs the command and returns what it prints. Raises Refused if it fails, unless only rows have failed."""
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if ran.returncode not in (0, 1) or not ran.stdout:
        raise Refused(ran.stderr.strip() or f"{command[0]} ended with the code {ran.returncode}")
    return ran.stdout


def plan(command: str, catalog: Path, options: Sequence[str], path: str, model: Sequence[str], size: int) -> Plan:
    """Lets the command read a catalog, and divides the rows into shards.

    options: options of `att3d bake` for every row. path: pattern of the paths. model: the options that select
    the model. size: rows of a shard. Raises Refused if the catalog cannot be read.
    """
    dry = [command, "bake", str(catalog), "-o", "unused", "--dry-run", "--json", "--path", path, *options]
    lines = [json.loads(line) for line in output_of(dry).split("\n") if line]
    refused = [
        {"row": line["row"], "prompt": line["prompt"], "status": "failed", "error": line["error"]}
        for line in lines
        if line["error"] is not None
    ]
    made = [line for line in lines if line["error"] is None]
    rows = [_row(line) for line in made]
    about = [*options, output_of([command, "--version"]), output_of([command, "info", "--json", *model])]
    groups = (tuple(rows[first : first + size]) for first in range(0, len(rows), size))
    return Plan([Shard(group, _digest(group, about)) for group in groups], refused)


def _row(line: dict[str, Any]) -> Row:
    """Returns a row with the values that the command takes for its shard. line: the row's line of the dry run."""
    number, prompt = line["row"], line["prompt"]
    cells = {**line["options"], **line["notes"], "prompt": prompt, "name": str(number)}
    if line["input"] is not None:
        cells["input"] = str(Path(line["input"]).resolve())
    return Row(number, prompt, line["file"], cells)


def _digest(rows: Sequence[Row], about: Sequence[str]) -> str:
    """Returns the digest of everything that determines the files of rows."""
    digest = hashlib.sha256(json.dumps(about).encode())
    for row in rows:
        digest.update(json.dumps([row.number, row.file, row.cells], sort_keys=True).encode())
        if "input" in row.cells:
            digest.update(hashlib.sha256(Path(row.cells["input"]).read_bytes()).digest())
    return digest.hexdigest()[:32]
