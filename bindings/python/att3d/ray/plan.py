"""Shards of a catalog."""

import codecs
import csv
import hashlib
import io
import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Refused(Exception):
    """The job cannot begin. The text says why."""


@dataclass(frozen=True)
class Row:
    """A row of the catalog that becomes an asset.

    number: number of the row in the catalog. file: path of the mesh below the output folder. cells: values by
    the names of their columns, for `att3d bake`.
    """

    number: int
    prompt: str
    file: str
    cells: dict[str, Any]


@dataclass(frozen=True)
class Shard:
    """Rows that one task makes. digest: digest of everything that determines their files."""

    rows: tuple[Row, ...]
    digest: str


@dataclass(frozen=True)
class Plan:
    """Everything that a catalog asks for. refused: entries of the manifest for rows that cannot be made."""

    shards: list[Shard]
    refused: list[dict[str, Any]]


def decoded(content: bytes) -> str:
    """Returns the text of a catalog: UTF-8, or UTF-16 with a byte order mark."""
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf_16 else "utf-8-sig")


def column(typed: str) -> str:
    """Returns the name of a column as `att3d bake` spells it."""
    return typed.strip().lower().replace("-", "_").replace(" ", "_")


def _table(text: str, delimiter: str) -> dict[int, dict[str, Any]]:
    csv.field_size_limit(len(text) + 1)
    records = [record for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if record]
    header = [column(typed) for typed in records[0]]
    return {number: dict(zip(header, record)) for number, record in enumerate(records[1:], 2)}


def _csv(text: str) -> dict[int, dict[str, Any]]:
    header = text.split("\n", 1)[0]
    return _table(text, ";" if ";" in header and "," not in header else ",")


def _lines(text: str) -> dict[int, dict[str, Any]]:
    """Reads JSON Lines. A line that is not an object was refused by the command, and is not used."""
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        try:
            cells = json.loads(line)
        except ValueError:
            continue
        if isinstance(cells, dict):
            found[number] = {column(name): value for name, value in cells.items()}
    return found


def cells_of(catalog: Path, rows: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Returns the values of rows of a catalog that the command has read. rows: their numbers.

    A template has the same options for each row, and a list of prompts has none.
    """
    extension = catalog.suffix.lower()
    text = decoded(catalog.read_bytes())
    if extension == ".json":
        options = {column(name): value for name, value in json.loads(text).get("options", {}).items()}
        return {number: dict(options) for number in rows}
    readers: dict[str, Callable[[str], dict[int, dict[str, Any]]]] = {
        ".csv": _csv,
        ".tsv": lambda text: _table(text, "\t"),
        ".tab": lambda text: _table(text, "\t"),
        ".jsonl": _lines,
        ".ndjson": _lines,
    }
    return readers[extension](text) if extension in readers else {number: {} for number in rows}


def output_of(command: Sequence[str]) -> str:
    """Runs the command and returns what it prints. Raises Refused if it fails for more than a row."""
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
    cells = cells_of(catalog, [line["row"] for line in made])
    folder = catalog.parent.resolve()
    rows = [_row(line, cells.get(line["row"]), folder) for line in made]
    about = [*options, output_of([command, "--version"]), output_of([command, "info", "--json", *model])]
    groups = (tuple(rows[first : first + size]) for first in range(0, len(rows), size))
    return Plan([Shard(group, _digest(group, about)) for group in groups], refused)


def _row(line: dict[str, Any], cells: dict[str, Any] | None, folder: Path) -> Row:
    """Returns a row with the values that the command takes for its shard."""
    number, prompt = line["row"], line["prompt"]
    given = {name: value for name, value in (cells or {}).items() if value not in (None, "")}
    typed = given.pop("prompt", prompt)
    # The command and this package must agree on which row is which.
    if cells is None or not isinstance(typed, str) or typed.strip() != prompt:
        raise Refused(f"row {number} was read in two ways: {prompt!r} and {typed!r}; save the catalog as .jsonl")
    given.pop("name", None)
    if "input" in given:
        given["input"] = str(folder / str(given["input"]).strip())
    return Row(number, prompt, line["file"], {**given, "prompt": prompt, "name": str(number)})


def _digest(rows: Sequence[Row], about: Sequence[str]) -> str:
    """Returns the digest of everything that determines the files of rows."""
    digest = hashlib.sha256(json.dumps(about).encode())
    for row in rows:
        digest.update(json.dumps([row.number, row.file, row.cells], sort_keys=True).encode())
        if "input" in row.cells:
            digest.update(hashlib.sha256(Path(row.cells["input"]).read_bytes()).digest())
    return digest.hexdigest()[:32]
