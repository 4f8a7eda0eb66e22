#!/usr/bin/env python3
"""Measures `python -m att3d.ray` with two workers against `att3d bake` with two threads, on two cores.

    benches/bake_ray.py [--rows N] [--repeats N] [--shard-size N]

The limit: at most 15 % overhead. The time is measured from the start of the first task, because Ray is ready
then. The processor time per asset and per start of a shard is for the cost model of docs/cluster.md.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

from bake import OPTIONS, ROOT, catalog, prompts
from generate import command


def local(binary, folder, name, jobs):
    """Bakes on this machine without Ray. Returns its rate (assets/s) and its processor time (s)."""
    before = os.times()
    arguments = [binary, "bake", f"{name}.csv", "-o", f"local-{name}", *OPTIONS, "--gallery", "none", "--jobs", str(jobs), "--json"]
    ran = subprocess.run(arguments, cwd=folder, check=True, capture_output=True, text=True)
    counts, after = json.loads(ran.stdout.splitlines()[-1]), os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return counts["made"] / counts["seconds"], used


def on_ray(python, binary, folder, name, place, size):
    """Bakes on a local Ray with two workers. Returns its rate (assets/s)."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "bindings/python"),
        "RAY_OVERRIDE_RESOURCES": '{"CPU": 2}',
        "RAY_worker_niceness": "0",
        "RAY_USAGE_STATS_ENABLED": "0",
        "TMPDIR": str(place),
    }
    arguments = [python, "-m", "att3d.ray", f"{name}.csv", "-o", f"ray-{name}", "--command", binary, *OPTIONS]
    arguments += ["--shard-size", str(size)]
    ran = subprocess.run(arguments, cwd=folder, check=True, capture_output=True, text=True, env=environment)
    return float(re.findall(r"([0-9.]+) assets/s", ran.stderr)[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=970, help="rows of each bake")
    parser.add_argument("--repeats", type=int, default=1, help="runs of each, which alternate")
    parser.add_argument("--shard-size", type=int, default=64, help="rows of a shard")
    options = parser.parse_args()
    binary = str(command())
    python = subprocess.run(
        [ROOT / "scripts/environment.sh", "ray", "numpy", "ray==2.60.0", "fsspec==2026.9.0"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    # The folder of Ray's sockets must have a short path.
    with tempfile.TemporaryDirectory(dir=ROOT / ".cache") as name, tempfile.TemporaryDirectory(dir="/tmp") as place:
        folder = pathlib.Path(name)
        every = prompts(binary, options.rows)
        catalog(folder, "one.csv", every[:1])
        start = local(binary, folder, "one", 1)[1]
        rates = {"local": [], "ray": []}
        for repeat in range(options.repeats):
            catalog(folder, f"all{repeat}.csv", every)
            rate, used = local(binary, folder, f"all{repeat}", 2)
            rates["local"].append(rate)
            rates["ray"].append(on_ray(python, binary, folder, f"all{repeat}", place, options.shard_size))
    print("| what | assets/s, median |")
    print("|---|---|")
    alone, ray = statistics.median(rates["local"]), statistics.median(rates["ray"])
    print(f"| att3d bake, {len(every)} prompts, two threads | {alone:.2f} |")
    print(f"| att3d.ray, the same with two workers | {ray:.2f} |")
    asset = (used - start) / max(1, len(every) - 1)
    print(f"\nOverhead of Ray: {alone / ray - 1:.0%}. Processor time: {asset:.3f} s per asset, {start:.2f} s for a shard of one asset.")


if __name__ == "__main__":
    sys.exit(main())
