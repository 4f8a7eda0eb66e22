#!/usr/bin/env python3
"""Measures time and peak memory of `att3d generate` at 128³ cells: the whole process, cached files, two cores.

    benches/generate.py [--runs N]

The limits: a median of 250 ms, and a peak memory of 300 MB.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROMPTS = [
    "a pig wearing a party hat",
    "a tiger playing the guitar wearing a sweater",
    "a pig riding a bicycle made out of gold",
]
WARM_UP_RUNS = 2


def command():
    subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    listed = subprocess.run(["cargo", "metadata", "--format-version=1", "--no-deps", "--locked"], cwd=ROOT, check=True,
                            capture_output=True)
    return pathlib.Path(json.loads(listed.stdout)["target_directory"]) / "release" / "att3d"


def run_once(binary, prompt, folder):
    """Runs one process. Returns its milliseconds and its peak memory (MB)."""
    begun = time.perf_counter()
    child = subprocess.Popen([binary, "generate", prompt, "-o", folder / "mesh.glb", "--threads", "2"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    # wait4 returns the peak memory of this child only.
    _, status, usage = os.wait4(child.pid, 0)
    milliseconds = (time.perf_counter() - begun) * 1000
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"att3d generate {prompt!r} ended with {child.returncode}: {child.stderr.read().decode()}")
    return milliseconds, usage.ru_maxrss * 1024 / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=21, help="measured runs of each prompt")
    options = parser.parse_args()
    binary = command()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    print("| prompt | median ms | slowest ms | peak memory MB |")
    print("|---|---|---|---|")
    everything = []
    with tempfile.TemporaryDirectory() as folder:
        for prompt in PROMPTS:
            runs = [run_once(binary, prompt, pathlib.Path(folder)) for _ in range(WARM_UP_RUNS + options.runs)]
            runs = runs[WARM_UP_RUNS:]
            everything += runs
            times = [milliseconds for milliseconds, _ in runs]
            print(f"| {prompt} | {statistics.median(times):.0f} | {max(times):.0f} | {max(m for _, m in runs):.0f} |")
    median = statistics.median(milliseconds for milliseconds, _ in everything)
    print(f"| all | {median:.0f} (bar: 250) | | {max(m for _, m in everything):.0f} (bar: 300) |")


if __name__ == "__main__":
    main()
