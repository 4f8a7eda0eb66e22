#!/usr/bin/env python3
"""Prints the time and the memory of a prompt with a package of TriplaneTurbo's sizes and random weights.

    benches/diffusion.py [PACKAGE]

Without PACKAGE, the script writes a package of 2.5 GB into .cache/benches, and keeps this file. The peak of the memory
includes the pages of the package that are mapped while the package is loaded.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / ".cache/benches/diffusion.att3d"
RESOLUTION = 160


def built(*selection: str) -> None:
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", *selection], cwd=ROOT, check=True)


def measured(*command: str | Path) -> tuple[dict, float]:
    """Returns the report that a command prints as JSON, and its peak memory in GB."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([str(part) for part in command], stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"diffusion: {command[0]} ended with {process.returncode}")
        output.seek(0)
        return json.load(output), usage.ru_maxrss * 1024 / 1e9


def main() -> None:
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    package = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE
    if not package.exists():
        built("--example", "paper_size")
        package.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([target / "examples/paper_size", "diffusion", package], check=True, stdout=subprocess.DEVNULL)
    built()
    with tempfile.TemporaryDirectory() as folder:
        report, peak = measured(
            target / "att3d", "generate", "a pig wearing a red hat", "--model", package, "--resolution", str(RESOLUTION),
            "-o", Path(folder) / "out.glb", "--json",
        )  # fmt: skip
    print(f"| TriplaneTurbo's sizes, random weights, {RESOLUTION}³ | |\n|---|---|")
    for name, value in report["milliseconds"].items():
        print(f"| {name} | {value / 1e3:.1f} s |")
    print(f"| peak memory | {peak:.1f} GB |")


if __name__ == "__main__":
    main()
