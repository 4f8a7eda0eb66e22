#!/usr/bin/env python3
"""Prints the time and the memory of a prompt with a package of TriplaneTurbo's sizes and random weights.

    benches/diffusion.py [--pytorch] [--cancel] [PACKAGE]

--pytorch also prints the time of the same networks in PyTorch and diffusers, with as many threads. --cancel also prints the
longest time from a cancellation to its end; it needs NumPy.

Without PACKAGE, the script writes a package of 2.5 GB into .cache/benches, and keeps this file. The peak of the memory
includes the pages of the package that are mapped while the package is loaded.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
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
    arguments = sys.argv[1:]
    packages = [Path(argument) for argument in arguments if not argument.startswith("--")]
    package = packages[0] if packages else PACKAGE
    if not package.exists():
        built("--example", "paper_size")
        package.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([target / "examples/paper_size", "diffusion", package], check=True, stdout=subprocess.DEVNULL)
    built()
    with tempfile.TemporaryDirectory() as folder:
        runs = {
            precision: measured(
                target / "att3d", "generate", "a pig wearing a red hat", "--model", package, "--resolution", str(RESOLUTION),
                "--precision", precision, "-o", Path(folder) / "out.glb", "--json",
            )
            for precision in ("f32", "bf16")
        }  # fmt: skip
    reports = {precision: report["milliseconds"] for precision, (report, _) in runs.items()}
    print(f"| TriplaneTurbo's sizes, random weights, {RESOLUTION}³ | f32 | bf16 |\n|---|---|---|")
    for name in reports["f32"]:
        print(f"| {name} | " + " | ".join(f"{report[name] / 1e3:.1f} s" for report in reports.values()) + " |")
    print("| peak memory | " + " | ".join(f"{peak:.1f} GB" for _, peak in runs.values()) + " |")
    if "--cancel" in arguments:
        print(f"| longest time from a cancellation to its end | {longest_wait(package, target):.2f} s | |")
    if "--pytorch" in arguments:
        compare(reports)


def longest_wait(package: Path, target: Path) -> float:
    """Returns the longest time between two progress reports in seconds. Each report can end the work."""
    os.environ.setdefault("ATT3D_LIBRARY", str(target / "libatt3d.so"))
    sys.path.insert(0, str(ROOT / "bindings/python"))
    import att3d

    times: list[float] = []
    model = att3d.Context().load(package)
    model.generate("a pig", resolution=64, progress=lambda _: times.append(time.perf_counter()))
    return max(later - earlier for earlier, later in zip(times, times[1:], strict=False))


def compare(reports: dict[str, dict[str, float]]) -> None:
    """Prints the time of the networks in PyTorch and its ratio to ours in the same number format."""
    subprocess.run([ROOT / "scripts/fetch_pytorch.sh"], check=True, stdout=subprocess.DEVNULL)
    environment = os.environ | {"OMP_NUM_THREADS": str(len(os.sched_getaffinity(0)))}
    for precision, milliseconds in zip(("float32", "bfloat16"), reports.values(), strict=True):
        ours = (milliseconds["text"] + milliseconds["generator"]) / 1e3
        command = [ROOT / ".cache/pytorch/bin/python", ROOT / "benches/pytorch_diffusion.py", precision]
        run = subprocess.run(command, check=True, capture_output=True, env=environment)
        seconds = json.loads(run.stdout)
        theirs = sum(seconds.values())
        parts = ", ".join(f"{name} {value:.1f}" for name, value in seconds.items())
        cells = [f"{theirs:.1f} s ({parts}), {theirs / ours:.2f} times ours", ""]
        print(f"| PyTorch, {precision} | " + " | ".join(cells if precision == "float32" else cells[::-1]) + " |")


if __name__ == "__main__":
    main()
