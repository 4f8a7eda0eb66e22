#!/usr/bin/env python3
"""Compares the embedded engine's kernels with PyTorch's, for the shapes of Stable Diffusion's U-Net and VAE decoder.

    benches/kernels.py

Both use all processors. PyTorch runs in inference mode, with channels-last images for bfloat16 and with its default
layout for float32, which are its fastest settings. Each time is the shortest of nine runs.
"""

import json
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".cache/pytorch/bin/python"
THEIRS = """
import json, re, sys, time
import torch
from torch.nn import functional

torch.set_num_threads(int(sys.argv[2]))


def work(name, dtype):
    numbers = [int(number) for number in re.findall(r"[0-9]+", name)]
    random = lambda *shape: torch.randn(shape, dtype=dtype)
    if name.startswith("conv"):
        batch, channels, outputs, kernel, _, stride, side, _ = numbers
        layout = torch.channels_last if dtype == torch.bfloat16 else torch.contiguous_format
        x = random(batch, channels, side, side).contiguous(memory_format=layout)
        weight = random(outputs, channels, kernel, kernel).contiguous(memory_format=layout)
        bias = random(outputs)
        return lambda: functional.conv2d(x, weight, bias, stride, kernel // 2)
    if name.startswith("linear"):
        rows, inputs, outputs = numbers
        x, weight, bias = random(rows, inputs), random(outputs, inputs), random(outputs)
        return lambda: functional.linear(x, weight, bias)
    heads, queries, keys, width = numbers
    q, k = random(1, heads, queries, width), random(1, heads, keys, width)
    return lambda: functional.scaled_dot_product_attention(q, k, k)


found = {}
with torch.inference_mode():
    for dtype in ("float32", "bfloat16"):
        for name in json.loads(sys.argv[1]):
            run = work(name, getattr(torch, dtype))
            times = []
            for _ in range(9):
                start = time.perf_counter()
                run()
                times.append(time.perf_counter() - start)
            found[f"{dtype} {name}"] = min(times) * 1e3
print(json.dumps(found))
"""


def ours() -> dict[str, dict[str, float]]:
    """Returns the milliseconds of each kernel with all threads, by the products' number format."""
    command = ["cargo", "bench", "--locked", "--quiet", "--bench", "engine_kernels"]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found: dict[str, dict[str, float]] = {}
    for table in output.split("\n\n"):
        title, _, rows = table.strip().partition("\n")
        products = title.rpartition(" ")[2]
        # The tables for all threads come first.
        if products in found or not title:
            continue
        cells = [row.split(" | ") for row in rows.splitlines()[2:]]
        found[products] = {name: float(time) for name, time, _ in cells}
    return found


def main() -> None:
    subprocess.run([ROOT / "scripts/fetch_pytorch.sh"], check=True, stdout=subprocess.DEVNULL)
    times = ours()
    # Both number formats have the shapes of the diffusion model.
    names = [name for name in times["bf16"] if re.match("conv|linear|attention", name)]
    threads = len(os.sched_getaffinity(0))
    command = [PYTHON, "-c", THEIRS, json.dumps(names), str(threads)]
    theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(f"Milliseconds with {threads} threads, and PyTorch's time divided by ours:\n")
    print("| kernel | f32 | PyTorch | ratio | bf16 | PyTorch | ratio |\n|---|---|---|---|---|---|---|")
    for name in names:
        cells = []
        for products, dtype in (("f32", "float32"), ("bf16", "bfloat16")):
            mine, other = times[products][name], theirs[f"{dtype} {name}"]
            cells.append(f"{mine:.1f} | {other:.1f} | {other / mine:.2f}")
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
