#!/usr/bin/env python3
"""Checks the links and the commands of the documents.

scripts/check_documents.py                                  checks that every relative link leads to a file
scripts/check_documents.py --run README.md --keep FOLDER    also runs the marked commands of README.md

A block of commands is run if the line before it is `<!-- ./check runs this -->`. Files that the commands
write into the root of the repository are moved into FOLDER. Exits with 1 at the first command that fails, or
at any dead link.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARKED_BLOCK = re.compile(r"^<!-- \./check runs this -->\n+```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCED_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def tracked_documents():
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines()]


def dead_links(document):
    for target in LINK.findall(FENCED_BLOCK.sub("", document.read_text(encoding="utf-8"))):
        path = target.split("#")[0]
        if path and "://" not in path and not path.startswith("mailto:"):
            if not (document.parent / path).exists():
                yield f"{document.relative_to(ROOT)}: there is no file at {target}"


def run_commands(document, keep):
    blocks = MARKED_BLOCK.findall(document.read_text(encoding="utf-8"))
    if not blocks:
        sys.exit(f"{document.name} has no block marked to be run")
    before = set(ROOT.iterdir())
    keep.mkdir(parents=True, exist_ok=True)
    for block in blocks:
        print(block, flush=True)
        status = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=ROOT).returncode
        for made in sorted(set(ROOT.iterdir()) - before):
            if made != ROOT / "target":
                shutil.move(made, keep / made.name)
        if status != 0:
            sys.exit(f"{document.name}: a command ended with {status}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", metavar="DOCUMENT", type=pathlib.Path)
    parser.add_argument("--keep", metavar="FOLDER", type=pathlib.Path, default=ROOT / ".cache/check/documents")
    options = parser.parse_args()
    dead = [line for document in tracked_documents() for line in dead_links(document)]
    if dead:
        sys.exit("\n".join(dead))
    if options.run:
        run_commands(ROOT / options.run, options.keep)


main()
