#!/usr/bin/env python3
"""Bakes the props of a table: for each row a GLB with textures, two levels of detail and a collision hull.

    python3 bake_props.py props.csv OUT [--jobs N]

The table has the columns name and prompt. It may have the columns triangles (a budget), size (the longest
side in meters) and seed. A row is made again if the row, the options, the model or the library changed. The
exit code is 1 if a row failed; the other rows are made.

Copy this script and change `make`: it is the place for your own naming, checks and export settings. The
command `att3d bake` needs no script, and has more checks and a gallery.
"""

import argparse
import csv
import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import att3d

OPTIONS = att3d.GenerateOptions(resolution=96, texture_size=512, level_count=2, hull_count=1)
TRIANGLES = 2000


class Engine(threading.local):
    """A model for each thread, on an engine with one thread.

    One engine for each thread keeps all cores busy, because parts of the work on a single asset are sequential.
    """

    def __init__(self) -> None:
        self.model = att3d.Context(thread_count=1).load_bundled()


engine = Engine()


def key(row: dict[str, str]) -> list[object]:
    """Returns the values that determine a prop. The prop is made again if one of them changes."""
    return [row, repr(OPTIONS), TRIANGLES, engine.model.digest, att3d.version()]


def make(row: dict[str, str], out: Path) -> dict[str, object]:
    """Makes a prop and returns its record. Raises att3d.Error or ValueError."""
    mesh = engine.model.generate(
        row["prompt"],
        OPTIONS,
        triangle_budget=int(row.get("triangles") or TRIANGLES),
        seed=int(row.get("seed") or 0),
    )
    if mesh.left_out:
        raise ValueError(f"the model does not know {', '.join(mesh.left_out)}; change the prompt")
    mesh.write(out / f"{row['name']}.glb", pivot="ground", size=float(row.get("size") or 0.0))
    report = mesh.report()
    return {
        "key": key(row),
        "triangles": len(mesh.triangles),
        "is_closed": report.boundary_edge_count == 0 and report.non_manifold_edge_count == 0,
    }


def bake(row: dict[str, str], out: Path) -> str:
    """Makes a prop if its record is not up to date. Returns what was done."""
    record_path = out / f"{row['name']}.json"
    try:
        record = json.loads(record_path.read_text("utf-8"))
        if record["key"] == key(row) and (out / f"{row['name']}.glb").is_file():
            return "up to date"
    except (OSError, ValueError, KeyError, TypeError):
        pass  # There is no record, or it is damaged.
    record_path.unlink(missing_ok=True)
    record = make(row, out)
    # The record is written after the mesh, and first under another name. If there is a record, the mesh is
    # therefore complete.
    part = record_path.with_suffix(".part")
    part.write_text(json.dumps(record, indent=1), "utf-8")
    part.replace(record_path)
    return f"{record['triangles']} triangles"


def rows(table: Path) -> list[dict[str, str]]:
    """Reads the table. Ends the program if it cannot be used."""
    # The byte order mark that spreadsheets write is removed by utf-8-sig.
    with open(table, newline="", encoding="utf-8-sig") as file:
        found = list(csv.DictReader(file))
    seen: set[str] = set()
    for number, row in enumerate(found, 2):
        name = row.get("name") or ""
        if not name or not all(letter.isalnum() or letter in "-_" for letter in name):
            sys.exit(f"{table}, row {number}: the name is {name!r}; expected letters, digits, - and _")
        if name.lower() in seen:
            sys.exit(f"{table}, row {number}: the name {name!r} appears twice")
        if not row.get("prompt"):
            sys.exit(f"{table}, row {number}: expected a prompt")
        seen.add(name.lower())
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="props to make at the same time")
    arguments = parser.parse_args()
    table = rows(arguments.table)
    arguments.out.mkdir(parents=True, exist_ok=True)
    failed = 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        started = {pool.submit(bake, row, arguments.out): row for row in table}
        for done in as_completed(started):
            name = started[done]["name"]
            try:
                print(f"{name}: {done.result()}", flush=True)
            except (att3d.Error, ValueError, OSError) as error:
                failed += 1
                print(f"{name}: failed: {error}", file=sys.stderr, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
