#!/usr/bin/env python3
"""Measures what a call of the Python package costs in addition to the same call of the C library.

    benches/python_calls.py [--calls N]

A C program and this process take turns to generate the same mesh at 32³ and to read its arrays. The limit: the
medians differ by at most 1 ms.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

from generate import command

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROMPT = "a pig wearing a party hat"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=200, help="number of calls of each")
    calls = parser.parse_args().calls
    release = command().parent
    # The package needs NumPy, which an environment of its own has.
    python = subprocess.run([ROOT / "scripts/environment.sh", "python-calls", "numpy==2.4.6"], check=True, capture_output=True, text=True)
    if os.path.realpath(sys.prefix) != os.path.realpath(pathlib.Path(python.stdout.strip()).parent.parent):
        os.execv(python.stdout.strip(), [python.stdout.strip(), *sys.argv])
    program = ROOT / ".cache/benches/python_calls"
    program.parent.mkdir(parents=True, exist_ok=True)
    compiler = ["cc", "-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-D_POSIX_C_SOURCE=200809L"]
    subprocess.run([*compiler, f"-I{ROOT}/include", ROOT / "benches/python_calls.c", f"-L{release}", "-latt3d",
                    f"-Wl,-rpath,{release}", "-o", program], check=True)
    os.environ["ATT3D_LIBRARY"] = str(release / "libatt3d.so")
    sys.path.insert(0, str(ROOT / "bindings/python"))
    import att3d

    model = att3d.Context(thread_count=2).load_bundled()
    child = subprocess.Popen([program, PROMPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    times = {"C": [], "Python": []}
    for turn in range(calls + 10):
        child.stdin.write("\n")
        child.stdin.flush()
        in_c = float(child.stdout.readline())
        begun = time.perf_counter()
        mesh = model.generate(PROMPT, resolution=32)
        arrays = mesh.positions, mesh.normals, mesh.colors, mesh.triangles
        del mesh, arrays
        in_python = (time.perf_counter() - begun) * 1e3
        # The first calls warm the caches.
        if turn >= 10:
            times["C"].append(in_c)
            times["Python"].append(in_python)
    child.stdin.close()
    child.wait()
    c, python = (statistics.median(times[name]) for name in ("C", "Python"))
    print("| one mesh at 32³, medians | ms |")
    print("|---|---|")
    print(f"| C | {c:.2f} |")
    print(f"| Python | {python:.2f} |")
    print(f"| additional cost of Python; bar: ≤ 1 ms | {python - c:.2f} |")


if __name__ == "__main__":
    main()
