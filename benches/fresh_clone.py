#!/usr/bin/env python3
"""Measures the time from a fresh clone to its first mesh, by the README's first command, on two cores.

    benches/fresh_clone.py

Clones this repository's committed state into .cache, builds with an empty target folder, makes one mesh, and
removes the clone. Downloading the crates is not counted. The limit for the build is 4 minutes.
"""

import os
import pathlib
import shutil
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLONE = ROOT / ".cache" / "fresh-clone"


def seconds(*command):
    environment = {name: value for name, value in os.environ.items() if name not in ("CARGO_TARGET_DIR", "LIBTORCH")}
    begun = time.perf_counter()
    subprocess.run(command, cwd=CLONE, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main():
    shutil.rmtree(CLONE, ignore_errors=True)
    CLONE.mkdir(parents=True)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    try:
        clone = seconds("git", "clone", "--quiet", "--no-local", str(ROOT), ".")
        seconds("cargo", "fetch", "--quiet", "--locked")
        build = seconds("cargo", "build", "--release", "--quiet", "--locked", "-j", "2")
        mesh = seconds("cargo", "run", "--release", "--quiet", "--", "generate", "a pig wearing a party hat", "-o",
                       "pig.glb")
    finally:
        shutil.rmtree(CLONE, ignore_errors=True)
    print("| step | seconds |\n|---|---|")
    print(f"| clone | {clone:.1f} |\n| build, 2 cores | {build:.0f} (limit: 240) |\n| the mesh, through cargo run | {mesh:.2f} |")


main()
