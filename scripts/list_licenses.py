#!/usr/bin/env python3
"""Writes the licenses of the crates that shipped libraries contain.

    scripts/list_licenses.py OUT MANIFEST …

OUT: the text file to write. MANIFEST: the Cargo.toml of each shipped library. Only crates that are compiled into
the library for Linux on x86-64 are listed; build tools and macros are not.
"""

import hashlib
import json
import pathlib
import subprocess
import sys

TARGET = "x86_64-unknown-linux-gnu"
#: Beginnings of the names of files with a license or a notice, in lower case.
NAMES = ("license", "licence", "copying", "copyright", "notice", "unlicense")


def crates_in(manifest: str) -> dict[str, dict]:
    """Returns the packages that are compiled into the library of a manifest, by their ids."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET, "--manifest-path", manifest]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in found["packages"]}
    nodes = {node["id"]: node for node in found["resolve"]["nodes"]}
    here = str(pathlib.Path(manifest).resolve())
    pending = [next(identity for identity, package in packages.items() if package["manifest_path"] == here)]
    reached = {}
    while pending:
        identity = pending.pop()
        package = packages[identity]
        is_macro = any("proc-macro" in target["kind"] for target in package["targets"])
        if identity in reached or is_macro:
            continue
        reached[identity] = package
        for dependency in nodes[identity]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                pending.append(dependency["pkg"])
    return reached


def texts_of(package: dict) -> list[str]:
    """Returns the texts of the license files of a package, including those of code that the package contains."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.name.lower().startswith(NAMES) and path.suffix in ("", ".md", ".txt")
    )
    return [path.read_text(encoding="utf-8", errors="replace").strip() for path in files if path.stat().st_size < 100_000]


def main() -> None:
    """Writes the list."""
    out, *manifests = sys.argv[1:]
    packages = {}
    for manifest in manifests:
        packages |= crates_in(manifest)
    # The project's own crates have no source: their licenses are beside this list.
    foreign = sorted((package for package in packages.values() if package["source"]), key=lambda package: package["name"])
    lines = ["Licenses of the software that the shipped libraries contain.", ""]
    users: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for package in foreign:
        title = f"{package['name']} {package['version']}"
        lines.append(f"{title}: {package['license']}; {package['repository'] or package['homepage'] or ''}".rstrip("; "))
        for text in texts_of(package):
            key = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
            texts.setdefault(key, text)
            if title not in users.setdefault(key, []):
                users[key].append(title)
    lines.append("The standard library of Rust: MIT OR Apache-2.0; https://github.com/rust-lang/rust")
    for key, text in texts.items():
        lines += ["", "-" * 100, "For " + ", ".join(users[key]), "-" * 100, "", text]
    pathlib.Path(out).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(foreign)} crates, {len(texts)} texts")


main()
