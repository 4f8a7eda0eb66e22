#!/usr/bin/env python3
"""Prints the seconds that PyTorch and diffusers need for a prompt with TriplaneTurbo's sizes and random weights, as JSON.

    .cache/pytorch/bin/python benches/pytorch_diffusion.py [PRECISION]

PRECISION is float32 (the default) or bfloat16. The adapter is merged, as in a converted package. Each stage runs once on small
inputs before it is measured. scripts/fetch_pytorch.sh makes the environment.
"""

import json
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/python"))

from triplane_diffusion import base
from triplane_diffusion.adapter import merge, random_state
from triplane_diffusion.reference import decode, denoise, encode, predict
from triplane_diffusion.sizes import FULL, TIMES


@torch.inference_mode()
def main() -> None:
    dtype = getattr(torch, sys.argv[1] if len(sys.argv) > 1 else "float32")
    text, unet, vae = base.text_encoder(FULL), base.unet(FULL), base.vae(FULL)
    state = random_state(unet, vae, FULL)
    text, unet, vae = text.to(dtype), unet.to(dtype), vae.to(dtype)
    merge(unet, vae, state, joint=False)
    ids = torch.randint(0, 49408, (1, 77))
    noise = torch.randn(6, 4, FULL.latent, FULL.latent).to(dtype)
    seconds = {}

    encode(text, ids[:, :8])
    began = time.perf_counter()
    tokens = encode(text, ids)
    seconds["text"] = time.perf_counter() - began
    predict(unet, noise[:, :, :8, :8], TIMES[0], tokens)
    began = time.perf_counter()
    values = denoise(unet, noise, tokens, len(TIMES))
    seconds["u_net"] = time.perf_counter() - began
    latents = values[f"x0.{len(TIMES) - 1}"]
    vae.decode(latents[:1, :, :8, :8])
    began = time.perf_counter()
    decode(vae, latents, FULL.features)
    seconds["decoder"] = time.perf_counter() - began
    print(json.dumps({name: round(value, 2) for name, value in seconds.items()}))


if __name__ == "__main__":
    main()
