#!/usr/bin/env python3
"""Measures the rate and the memory of `att3d bake` on two cores, and checks its files after interruptions.

    benches/bake.py [--rows N] [--kills N]

The requirements, which the script does not check: at least 8 assets per second at 64³ cells with textures of
512² texels, at least 1.5 times the rate of a shell loop that runs two commands at a time, at least 90 % of both
cores in use, and at most 2 s for a second run if nothing has changed.
"""

import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

from generate import command

ROOT = pathlib.Path(__file__).resolve().parent.parent
OPTIONS = ["--resolution", "64", "--texture-size", "512"]
THINGS = ["buildings", "creatures", "food", "furniture", "plants", "props", "terrain", "vehicles", "weapons"]
COLORS = ["red", "green", "blue", "yellow", "white", "black", "orange", "purple", "brown", "pink"]


def prompts(binary, count):
    """Returns at most `count` prompts: the things of the groups in THINGS, in each color."""
    words = json.loads(subprocess.run([binary, "words", "--json"], check=True, capture_output=True).stdout)
    things = [thing for group in THINGS for thing in words["groups"][group]]
    return [f"a {color} {thing}" for color in COLORS for thing in things][:count]


def run(arguments, folder):
    """Runs a command. Returns its seconds, its share of the cores, and its peak memory (MB)."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 123):
        sys.exit(f"{arguments} ended with {child.returncode}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, used / seconds / len(os.sched_getaffinity(0)), usage.ru_maxrss * 1024 / 1e6


def catalog(folder, name, prompts):
    (folder / name).write_text("prompt\n" + "".join(f"{prompt}\n" for prompt in prompts))


def rates(binary, folder, rows):
    every = prompts(binary, rows)
    few = every[::max(1, len(every) // 100)][:100]
    catalog(folder, "few.csv", few)
    catalog(folder, "all.csv", every)
    bake = [binary, "bake"]
    plain = ["--gallery", "none", "--thumbnails", "0"]
    print("| what | assets/s | cores in use | peak memory MB |")
    print("|---|---|---|---|")

    def row(what, arguments, count):
        seconds, share, memory = run(arguments, folder)
        print(f"| {what} | {count / seconds:.1f} | {share:.0%} | {memory:.0f} |", flush=True)
        return count / seconds

    loop = "tr '\\n' '\\0' | xargs -0 -P 2 -I{} " + f"{binary} generate {{}} -o 'loop/{{}}.glb' " + " ".join(OPTIONS)
    (folder / "loop").mkdir()
    shell = row(f"shell loop, two at a time, {len(few)} prompts", ["sh", "-c", f"tail -n +2 few.csv | {loop}"], len(few))
    same = row(f"bake, the same prompts and files ({len(few)})", [*bake, "few.csv", "-o", "few", *OPTIONS, *plain], len(few))
    row(f"bake, {len(every)} prompts, with thumbnails and gallery", [*bake, "all.csv", "-o", "all", *OPTIONS], len(every))
    seconds, _, memory = run([*bake, "all.csv", "-o", "all", *OPTIONS], folder)
    print(f"\nBake against the shell loop: {same / shell:.2f} times its rate. Second run of {len(every)} rows, nothing changed: {seconds:.2f} s, {memory:.0f} MB.")


def kills(binary, folder, count):
    """Kills a bake of 300 assets at random moments, completes it, and compares the manifest with the files."""
    every = prompts(binary, 300)
    catalog(folder, "kills.csv", every)
    arguments = [binary, "bake", "kills.csv", "-o", "kills", "--resolution", "48", "--gallery", "none"]
    seed = random.randrange(1 << 32)
    source = random.Random(seed)
    killed = 0
    for _ in range(count):
        child = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            child.wait(timeout=source.uniform(0.05, 0.4))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            killed += 1
    subprocess.run(arguments, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    entries = [json.loads(line) for line in (folder / "kills" / "manifest.jsonl").read_text().splitlines()]
    files = sorted(path.name for path in (folder / "kills").glob("*.glb"))
    if sorted(entry["file"] for entry in entries) != files or len(files) != len(every):
        sys.exit(f"the manifest has {len(entries)} entries and the folder {len(files)} files; expected the same {len(every)} files; seed {seed}")
    others = [path.name for path in (folder / "kills").iterdir() if path.suffix not in (".glb", ".jsonl")]
    if sorted(others) != [".att3d", "thumbnails"]:
        sys.exit(f"beside the assets, the folder has {others}; expected .att3d and thumbnails; seed {seed}")
    validator = shutil.which("node") and (ROOT / ".cache/validator/node_modules/gltf-validator").is_dir()
    if validator:
        paths = [str(folder / "kills" / name) for name in files]
        subprocess.run(["node", ROOT / "scripts/validate_glb.mjs", *paths], check=True, stdout=subprocess.DEVNULL)
    checked = "valid by the Khronos validator" if validator else "not validated: the validator is not installed"
    print(f"\n{killed} kills at random moments (seed {seed}): {len(files)} of {len(every)} assets, {checked}; the manifest lists exactly these files.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=970, help="rows of the long bake")
    parser.add_argument("--kills", type=int, default=20, help="number of kills")
    options = parser.parse_args()
    binary = command()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    with tempfile.TemporaryDirectory(dir=ROOT / ".cache") as name:
        folder = pathlib.Path(name)
        rates(binary, folder, options.rows)
        kills(binary, folder, options.kills)


if __name__ == "__main__":
    main()
