"""The generator's calculation from the token ids of a prompt to planes."""

import copy
import math
from dataclasses import dataclass

import torch
from diffusers import DDIMScheduler
from torch import nn

from .sizes import STRIDE, TIMES, Sizes

Values = dict[str, torch.Tensor]


@dataclass
class Networks:
    """The networks of the base model, with the adapter unmerged or merged."""

    text: nn.Module
    unet: nn.Module
    vae: nn.Module

    def copy(self) -> "Networks":
        """Returns a copy whose weights can be changed."""
        return Networks(*(copy.deepcopy(network) for network in (self.text, self.unet, self.vae)))

    def double(self) -> "Networks":
        """Changes the weights and the frequencies of the time embedding to float64. Returns self."""
        for network in (self.text, self.unet, self.vae):
            network.double()
        self.unet.time_proj = ExactSinusoids(self.unet.config.block_out_channels[0])
        return self


class ExactSinusoids(nn.Module):
    """Sinusoids of the time step in float64: cosines, then sines."""

    def __init__(self, width: int):
        super().__init__()
        self.half = width // 2

    def forward(self, times: torch.Tensor) -> torch.Tensor:
        """times: [b]."""
        frequencies = torch.exp(-math.log(10000) * torch.arange(self.half, dtype=torch.float64) / self.half)
        angles = times.double().unsqueeze(1) * frequencies
        return torch.cat([angles.cos(), angles.sin()], -1)


def alpha_bars() -> torch.Tensor:
    """Returns the products of 1 - beta for the 1000 steps, in float32 as the reference has them."""
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    return (1 - betas).cumprod(0)


def ddim() -> DDIMScheduler:
    """Returns diffusers' scheduler with its time steps shifted to TIMES."""
    scheduler = DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=False, steps_offset=1,
    )
    scheduler.set_timesteps(len(TIMES))
    scheduler.timesteps = scheduler.timesteps + 999 - scheduler.timesteps.max()
    assert tuple(scheduler.timesteps.tolist()) == TIMES
    return scheduler


def recorded(unet: nn.Module, values: Values) -> list:
    """Attaches hooks that record what the parts of the U-Net return. Returns the hooks."""

    def keep(name: str):
        def hook(_module: nn.Module, _inputs: tuple, output: torch.Tensor | tuple) -> None:
            values[name] = (output[0] if isinstance(output, tuple) else output).clone()

        return hook

    parts = {"time_sinusoids": unet.time_proj, "time_embedding": unet.time_embedding, "unet.conv_in": unet.conv_in}
    parts |= {f"unet.down.{index}": block for index, block in enumerate(unet.down_blocks)}
    parts |= {"unet.mid": unet.mid_block} | {f"unet.up.{index}": block for index, block in enumerate(unet.up_blocks)}
    return [part.register_forward_hook(keep(name)) for name, part in parts.items()]


def encode(text: nn.Module, ids: torch.Tensor) -> torch.Tensor:
    """Returns the last hidden state after the final norm, [1, 77, width]."""
    return text(input_ids=ids).last_hidden_state


def predict(unet: nn.Module, noisy: torch.Tensor, time: int, text: torch.Tensor) -> torch.Tensor:
    """Returns the predicted noise. noisy: [6, 4, h, h]."""
    return unet(noisy, time, encoder_hidden_states=text.expand(len(noisy), -1, -1)).sample


def denoise(unet: nn.Module, noise: torch.Tensor, text: torch.Tensor, steps: int) -> Values:
    """Returns the outputs of the U-Net's parts in the first step, and the estimate of the latents after each step."""
    values: Values = {}
    bars = alpha_bars()
    noisy = noise
    for index, time in enumerate(TIMES[:steps]):
        hooks = recorded(unet, values) if index == 0 else []
        eps = predict(unet, noisy, time, text)
        for hook in hooks:
            hook.remove()
        if index == 0:
            values["unet.eps"] = eps
            # All planes have the same time.
            values |= {name: values[name][:1].clone() for name in ("time_sinusoids", "time_embedding")}
        bar = bars[time].to(noise.dtype)
        start = (noisy - (1 - bar).sqrt() * eps) / bar.sqrt()
        values[f"x0.{index}"] = start
        if time >= STRIDE:
            earlier = bars[time - STRIDE].to(noise.dtype)
            noisy = earlier.sqrt() * start + (1 - earlier).sqrt() * eps
    return values


def decode(vae: nn.Module, latents: torch.Tensor, features: int) -> torch.Tensor:
    """Decodes latents [6, 4, h, h] without scaling. Keeps the channels for geometry or for texture, as each plane needs."""
    planes = []
    for index, plane in enumerate(latents):
        decoded = vae.decode(plane.unsqueeze(0)).sample[0]
        planes.append((decoded[:features] if index < 3 else decoded[features:]).clone())
    return torch.stack(planes)


def run(networks: Networks, ids: torch.Tensor, noise: torch.Tensor, sizes: Sizes, planes: bool = True) -> Values:
    """Runs everything in the precision of the networks: up to the planes, or only up to the latents without `planes`."""
    text = encode(networks.text, ids)
    values = {"text": text} | denoise(networks.unet, noise.to(text.dtype), text, sizes.steps)
    if planes:
        values["decoded"] = decode(networks.vae, values[f"x0.{sizes.steps - 1}"], sizes.features)
    return values
