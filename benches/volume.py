#!/usr/bin/env python3
"""Compares the training renderer's frames per second with the same step in plain PyTorch, forward and backward.

    benches/volume.py [TURNS]

A step renders 16 prompts with one view of 32 x 32 rays and 32 samples on a ray, with one normal per ray, and computes
the gradients of all parameters. The fields are ATT3D's voxel grids, or triplanes of the bundled model's sizes. Both
programs use all processors and take turns. The ratio is that of the medians of all steps.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".cache/pytorch/bin/python"
STEPS = 5
THEIRS = """
import json, math, sys, time
import torch
from torch.nn import functional

kind, threads, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(1)
PROMPTS, SIZE, SAMPLES, STEP, AMBIENT, BETA = 16, 32, 32, 0.01, 0.4, 0.05
SIDES, FEATURES = (9, 14, 22, 36, 58), 4
AXES = ((0, 1), (0, 2), (1, 2))


def leaf(*shape, scale):
    return torch.empty(shape).uniform_(-scale, scale).requires_grad_()


def network(inputs, hidden, outputs):
    bound = lambda width: math.sqrt(3 / width)
    return [leaf(hidden, inputs, scale=bound(inputs)), leaf(hidden, scale=0.1),
            leaf(outputs, hidden, scale=bound(hidden)), leaf(outputs, scale=0.1)]


def run(weights, x):
    first, first_bias, second, second_bias = weights
    return functional.linear(functional.silu(functional.linear(x, first, first_bias)), second, second_bias)


if kind == "grids":
    parameters = leaf(PROMPTS, sum(side**3 for side in SIDES) * FEATURES, scale=1.0)
    weights = network(len(SIDES) * FEATURES, 32, 4)
    leaves = [parameters, *weights]

    def evaluate(points):
        levels = parameters.split([side**3 * FEATURES for side in SIDES], dim=1)
        places = points.view(PROMPTS, 1, 1, -1, 3)
        sampled = [
            functional.grid_sample(level.view(PROMPTS, FEATURES, side, side, side), places, mode="bilinear",
                                   padding_mode="border", align_corners=True).view(PROMPTS, FEATURES, -1)
            for level, side in zip(levels, SIDES)
        ]
        y = run(weights, torch.cat(sampled, 1).transpose(1, 2))
        bias = 10 - 20 * points.norm(dim=2)
        return functional.softplus(y[..., 0] + bias), y[..., 1:].sigmoid()

    geometry = lambda points: evaluate(points)[0]
    density, outward = lambda values: values, -1.0
else:
    planes = [leaf(PROMPTS * 3, features, 96, 96, scale=0.1) for features in (12, 8)]
    weights = [network(36, 64, 1), network(24, 32, 3)]
    leaves = [*planes, *weights[0], *weights[1]]

    def features(images, points):
        places = torch.stack([points[..., axes] for axes in AXES], 1).view(PROMPTS * 3, 1, -1, 2)
        sampled = functional.grid_sample(images, places, mode="bilinear", padding_mode="border", align_corners=False)
        return sampled.view(PROMPTS, 3 * images.shape[1], -1).transpose(1, 2)

    geometry = lambda points: run(weights[0], features(planes[0], points))[..., 0] - 0.5 + points.norm(dim=2)
    evaluate = lambda points: (geometry(points), run(weights[1], features(planes[1], points)).sigmoid())
    outward = 1.0

    def density(values):
        return (0.5 - 0.5 * values.sign() * (1 - torch.exp(-values.abs() / BETA))) / BETA


def rays():
    share = (torch.arange(PROMPTS) + 0.5) / PROMPTS
    azimuth, elevation = 2 * math.pi * share, 0.2 + 0.5 * share
    distance, focal = 2 + (3 * share) % 1, 0.7 + 0.65 * ((5 * share) % 1)
    sine, cosine, up, level = azimuth.sin(), azimuth.cos(), elevation.sin(), elevation.cos()
    right = torch.stack([cosine, torch.zeros(PROMPTS), -sine], 1)
    above = torch.stack([-sine * up, level, -cosine * up], 1)
    back = torch.stack([sine * level, up, cosine * level], 1)
    place = (torch.arange(SIZE) + 0.5) / SIZE - 0.5
    y, x = torch.meshgrid(-place, place, indexing="ij")
    x, y = x.reshape(1, -1, 1) / focal.view(-1, 1, 1), y.reshape(1, -1, 1) / focal.view(-1, 1, 1)
    directions = functional.normalize(x * right[:, None] + y * above[:, None] - back[:, None], dim=2)
    return (back * distance[:, None])[:, None].expand_as(directions), directions


TETRAHEDRON = torch.tensor([[1.0, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]])


def step():
    with torch.no_grad():
        origins, directions = rays()
        ends = torch.stack([(-1 - origins) / directions, (1 - origins) / directions])
        near, far = ends.amin(0).amax(2).clamp_min(0), ends.amax(0).amin(2)
        interval = ((far - near).clamp_min(0) / SAMPLES)[..., None]
        distances = near[..., None] + (torch.arange(SAMPLES) + torch.rand(*near.shape, SAMPLES)) * interval
        points = origins[:, :, None] + directions[:, :, None] * distances[..., None]
    values, colors = evaluate(points.view(PROMPTS, -1, 3))
    alpha = 1 - torch.exp(-density(values.view_as(distances)) * interval)
    passed = torch.cumprod(torch.cat([torch.ones_like(alpha[..., :1]), 1 - alpha + 1e-10], -1), -1)[..., :-1]
    shares = alpha * passed
    opacity = shares.sum(-1, keepdim=True)
    albedo = (shares[..., None] * colors.view(*distances.shape, 3)).sum(2)
    depth = (shares * distances).sum(-1, keepdim=True) / opacity.clamp_min(1e-6)
    places = origins + directions * depth
    around = places.detach()[:, :, None] + TETRAHEDRON * STEP
    slopes = geometry(around.view(PROMPTS, -1, 3)).view(PROMPTS, -1, 4) @ TETRAHEDRON * (outward / (4 * STEP))
    normals = functional.normalize(slopes, dim=2, eps=1e-4)
    toward = functional.normalize(torch.tensor([0.5, 2.0, 1.0]) - places, dim=2)
    light = AMBIENT + (1 - AMBIENT) * (normals * toward).sum(2, keepdim=True).relu()
    color = albedo * light + (1 - opacity)
    color.square().sum().backward()
    return color


times = []
for index in range(steps + 1):
    start = time.perf_counter()
    color = step()
    if index > 0:
        times.append(time.perf_counter() - start)
    gradient = leaves[0].grad.abs().mean().item()
    for parameter in leaves:
        parameter.grad = None
print(json.dumps({"seconds": times, "color": color.mean().item(), "gradient": gradient}))
"""


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    subprocess.run([ROOT / "scripts/fetch_pytorch.sh"], check=True, stdout=subprocess.DEVNULL)
    with_libtorch = ROOT / "scripts/with_libtorch.sh"
    build = [with_libtorch, "cargo", "build", "--release", "--locked", "--quiet", "-p", "att3d-train"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    threads = str(len(os.sched_getaffinity(0)))
    # Threads that spin are PyTorch's default.
    environment = os.environ | {"OMP_WAIT_POLICY": "active"}

    def run(command: list[object], variables: dict[str, str]) -> dict[str, object]:
        return json.loads(subprocess.run(command, env=variables, check=True, capture_output=True, text=True).stdout)

    print("| fields | frames/s | PyTorch | ratio | mean color | PyTorch | mean gradient | PyTorch |")
    print("|---|---|---|---|---|---|---|---|")
    for fields in ("grids", "planes"):
        ours, theirs = [], []
        for _ in range(turns):
            command = [with_libtorch, target / "release/att3d-train", "time-renders", "--fields", fields]
            mine = run([*command, "--threads", threads, "--steps", str(STEPS)], environment)
            other = run([PYTHON, "-c", THEIRS, fields, threads, str(STEPS)], dict(os.environ))
            ours += mine["seconds"]
            theirs += other["seconds"]
        speeds = [16 / statistics.median(times) for times in (ours, theirs)]
        cells = [f"{speed:.1f}" for speed in speeds] + [f"{speeds[0] / speeds[1]:.2f}"]
        # The random parameters differ, so these only show that both do the same work.
        for key in ("color", "gradient"):
            cells += [f"{found[key]:.4g}" for found in (mine, other)]
        print(f"| {fields} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
