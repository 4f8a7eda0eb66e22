#!/usr/bin/env python3
"""Prints the crates that are linked into the library, with their licenses' texts, for packages of the library.

    scripts/list_licenses.py    needs cargo, which fetches the crates' sources if they are not here
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = ("license", "licence", "copying", "notice", "unlicense", "copyright")


def linked(metadata: dict) -> list[dict]:
    """Returns the packages that the library needs at run time, without those of this workspace."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    waiting = [package["id"] for package in metadata["packages"] if package["name"] == "att3d"]
    known = set(waiting)
    while waiting:
        for needed in nodes[waiting.pop()]["deps"]:
            is_normal = any(kind["kind"] is None for kind in needed["dep_kinds"])
            if is_normal and needed["pkg"] not in known:
                known.add(needed["pkg"])
                waiting.append(needed["pkg"])
    return [package for package in metadata["packages"] if package["id"] in known and package["source"]]


def main() -> None:
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    packages = sorted(linked(metadata), key=lambda package: (package["name"], package["version"]))
    if not packages:
        sys.exit("list_licenses: cargo names no crate that the library needs")
    print("The att3d library contains code of these crates. The texts of their licenses follow the list.\n")
    for package in packages:
        print(f"{package['name']} {package['version']}: {package['license'] or 'see its text'}, {package['repository'] or ''}")
    texts: dict[str, list[str]] = {}
    for package in packages:
        folder = pathlib.Path(package["manifest_path"]).parent
        for file in sorted(folder.iterdir()):
            if file.is_file() and file.name.lower().startswith(NAMES):
                text = file.read_text(encoding="utf-8", errors="replace").strip()
                texts.setdefault(text, []).append(f"{package['name']} {package['version']} ({file.name})")
    for text, owners in texts.items():
        print(f"\n{'-' * 78}\n{', '.join(owners)}\n{'-' * 78}\n\n{text}")


main()
