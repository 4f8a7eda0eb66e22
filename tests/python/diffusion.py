"""Writes results of PyTorch and diffusers for TriplaneTurbo's networks with random weights.

    diffusion.py FOLDER [--full] [--seed N] [--time]

FOLDER gets `base/` (a diffusers folder of the architecture of Stable Diffusion 2.1-base), `vae_old_names/` (its VAE with
the published names of its attention), `adapter.pth`, `adapter.safetensors`, `expected.safetensors`, `sizes.json` and
`report.json`. By default, the networks are tiny. With --full, they have the true sizes (6 GB of files). --time also measures
a call of the U-Net. --seed is the seed of the weights (default 3).
"""

import argparse
import json
import os
import time
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file

from triplane_diffusion import base, checks
from triplane_diffusion.adapter import attach, merge, random_state
from triplane_diffusion.field import Field, chosen_points, surface
from triplane_diffusion.reference import Networks, Values, alpha_bars, encode, predict, run
from triplane_diffusion.sizes import CELL, FULL, GRID, PLANES, PROMPT, SPHERE_RADIUS, STRIDE, TIMES, TINY, Sizes


def save_adapter(folder: Path, state: Values) -> None:
    """Writes the adapter as a checkpoint of PyTorch Lightning and as a safetensors file."""
    tensors = OrderedDict(state)
    # The state dict of a module has the attribute `_metadata`, and pickle writes this attribute too.
    tensors._metadata = OrderedDict({"": {"version": 1}, "geometry": {"version": 1}})
    checkpoint = {"epoch": 0, "global_step": 40000, "pytorch-lightning_version": "2.0.0", "state_dict": tensors}
    torch.save(checkpoint, folder / "adapter.pth")
    save_file(dict(state), folder / "adapter.safetensors")


def inputs(tokenizer: "CLIPTokenizer", sizes: Sizes) -> Values:
    """Makes the token ids of the prompt, the noise, and random numbers for a test of the random generator."""
    ids = tokenizer(PROMPT, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids

    def noise(seed: int, *shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=torch.Generator().manual_seed(seed))

    return {
        "ids": ids,
        "noise": noise(42, 6, 4, sizes.latent, sizes.latent),
        "randn_42": noise(42, 64),
        "randn_7_17": noise(7, 17),
        "alpha_bars": alpha_bars()[list(TIMES)],
    }


def field_values(values: Values, state: Values, points: torch.Tensor) -> Values:
    """Evaluates the field at the points, and computes its surface."""
    field = Field(values["decoded"], state)
    sdf, deformation = field.shape(points.to(values["decoded"].dtype))
    found = {"points": points, "sdf": sdf, "deformation": deformation, "color": field.color(points.to(sdf.dtype))}
    return found | surface(field, sdf.dtype)


def statistics(values: Values) -> dict[str, dict[str, float]]:
    """Returns minimum, maximum, mean and standard deviation of each array of floats."""
    found = {}
    for name, value in values.items():
        if value.is_floating_point():
            numbers = {"min": value.min(), "max": value.max(), "mean": value.mean(), "std": value.std()}
            found[name] = {key: float(f"{number:.5g}") for key, number in numbers.items()}
    return found


def differences(values: Values, exact: Values) -> dict[str, dict[str, float]]:
    """Returns the largest differences between float32 and float64: relative to the largest value, and absolute."""
    return {
        name: {
            "relative": float(f"{checks.difference(values[name], wanted):.3g}"),
            "absolute": float(f"{(values[name].double() - wanted).abs().max():.3g}"),
        }
        for name, wanted in exact.items()
        if wanted.is_floating_point() and values[name].shape == wanted.shape
    }


def exact_values(plain: Networks, state: Values, values: Values, sizes: Sizes) -> Values:
    """Calculates the results in float64; at full size, only up to the latents. Changes the networks to float64."""
    networks = plain.double()
    hooks = attach(networks.unet, networks.vae, state)
    exact = run(networks, values["ids"], values["noise"], sizes, planes=sizes == TINY)
    for hook in hooks:
        hook.remove()
    return exact | field_values(exact, state, values["points"]) if sizes == TINY else exact


@torch.inference_mode()
def call_seconds(plain: Networks, state: Values, values: Values) -> dict[str, float | str]:
    """Returns the seconds of a call of the merged U-Net with two threads, in float32 and bfloat16. Changes the networks."""
    load = os.getloadavg()[0]
    if load >= 3:
        return {"left out": f"the load average is {load:.1f}, which is 3 or more"}
    torch.set_num_threads(2)
    seconds: dict[str, float | str] = {"load average": round(load, 2)}
    plain.unet.float()
    plain.vae.float()
    merge(plain.unet, plain.vae, state, joint=False)
    for dtype in (torch.float32, torch.bfloat16):
        unet = plain.unet.to(dtype)
        text, noise = values["text"].to(dtype), values["noise"].to(dtype)
        predict(unet, noise[:, :, :8, :8], TIMES[0], text)
        start = time.perf_counter()
        predict(unet, noise, TIMES[0], text)
        seconds[str(dtype).removeprefix("torch.")] = round(time.perf_counter() - start, 2)
    return seconds


def write_sizes(folder: Path, sizes: Sizes) -> None:
    """Writes `sizes.json`: the sizes and the constants that a reader of the folder needs."""
    constants = {
        "plane": sizes.plane, "planes": PLANES, "times": TIMES[: sizes.steps], "stride": STRIDE, "sphere_radius": SPHERE_RADIUS,
        "cell": CELL, "grid": GRID, "prompt": PROMPT,
    }
    (folder / "sizes.json").write_text(json.dumps(asdict(sizes) | constants, indent=2) + "\n", "utf-8")


def networks_of(sizes: Sizes) -> Networks:
    """Makes the base model's networks."""
    return Networks(base.text_encoder(sizes), base.unet(sizes), base.vae(sizes))


def self_checks(plain: Networks, state: Values, values: Values, sizes: Sizes) -> dict[str, float]:
    """Checks the reference and returns the measured differences. The check of merging always uses tiny networks."""
    checks.check_noise()
    checks.check_scheduler()
    checks.check_sampling()
    if sizes != TINY:
        plain = networks_of(TINY)
        state = random_state(plain.unet, plain.vae, TINY)
    noise = values["noise"][:, :, : TINY.latent, : TINY.latent]
    return {"merged and unmerged in float64": checks.check_merged(plain, state, values["ids"], noise, TINY)}


@torch.no_grad()
def write(folder: Path, sizes: Sizes, seed: int, timed: bool) -> dict:
    """Writes everything and returns the report."""
    began = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    plain = networks_of(sizes)
    tokenizer = base.save(folder / "base", plain.text, plain.unet, plain.vae)
    base.old_vae(folder / "base/vae", folder / "vae_old_names")
    state = random_state(plain.unet, plain.vae, sizes)
    checks.check_state(state, plain.unet, sizes)
    save_adapter(folder, state)
    write_sizes(folder, sizes)

    values = inputs(tokenizer, sizes)
    points = chosen_points()
    report: dict = {"seed": seed, "sizes": "full" if sizes == FULL else "tiny", "torch": torch.__version__}
    report["checks"] = self_checks(plain, state, values, sizes)
    without = predict(plain.unet, values["noise"], TIMES[0], encode(plain.text, values["ids"]))
    hooks = attach(plain.unet, plain.vae, state)
    values |= run(plain, values["ids"], values["noise"], sizes)
    values |= field_values(values, state, points)
    if sizes == TINY:
        report["mistakes"] = checks.check_mistakes_show(plain, values, sizes)
    for hook in hooks:
        hook.remove()
    report["checks"]["adapter's share of eps"] = checks.check_adapter_matters(without, values["unet.eps"])
    report["checks"] |= checks.check_surface(values)
    save_file({name: value.contiguous() for name, value in values.items()}, folder / "expected.safetensors")
    report["values"] = statistics(values)
    report["float32 and float64"] = differences(values, exact_values(plain, state, values, sizes))
    report["seconds of everything"] = round(time.perf_counter() - began, 1)
    if timed:
        report["seconds of a call of the U-Net"] = call_seconds(plain, state, values)
    (folder / "report.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return report


def main() -> None:
    """Reads the command line and prints the report."""
    parser = argparse.ArgumentParser(description="Writes results of diffusers for TriplaneTurbo's networks with random weights.")
    parser.add_argument("folder", type=Path, help="the folder that is written")
    parser.add_argument("--full", action="store_true", help="the true sizes instead of tiny ones")
    parser.add_argument("--seed", type=int, default=3, help="the seed of the weights (default 3)")
    parser.add_argument("--time", action="store_true", help="measure a call of the U-Net")
    chosen = parser.parse_args()
    if not chosen.full:
        # The threads of PyTorch would wait for each other longer than they calculate.
        torch.set_num_threads(1)
    print(json.dumps(write(chosen.folder, FULL if chosen.full else TINY, chosen.seed, chosen.time), indent=2))


if __name__ == "__main__":
    main()
