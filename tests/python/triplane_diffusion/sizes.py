"""Sizes of the networks."""

from dataclasses import dataclass

# The order of the batch through the U-Net and the VAE.
PLANES = ("xy_geo", "xz_geo", "yz_geo", "xy_tex", "xz_tex", "yz_tex")
# The times of the four steps of sampling. Each step leads to the time that is 250 earlier.
TIMES = (999, 749, 499, 249)
STRIDE = 250
SPHERE_RADIUS = 0.5
# Deformations are in cells of a grid of 160 points per axis across [-1, 1], whatever the grid of the surface is.
CELL = 2 / 159
# The tests extract the surface on a grid with this many points per axis.
GRID = 33
PROMPT = "a wizard riding a snail"


@dataclass(frozen=True)
class Sizes:
    """The sizes that differ between the tiny networks and the true ones."""

    unet_channels: tuple[int, ...]
    unet_heads: tuple[int, ...]
    groups: int
    latent: int
    vae_channels: tuple[int, ...]
    text_width: int
    text_hidden: int
    text_layers: int
    text_heads: int
    rank: int
    features: int
    hidden: int
    steps: int

    @property
    def plane(self) -> int:
        """Texels along a plane's edge: the VAE doubles the latents three times."""
        return self.latent * 8


# The channels grow between levels 1 and 2 of the U-Net and between the VAE's levels, as in the true networks,
# so that the same resnets have a shortcut and the adapter's layers have the same numbers.
TINY = Sizes(
    unet_channels=(32, 64, 96, 96),
    unet_heads=(2, 4, 6, 6),
    groups=8,
    latent=8,
    vae_channels=(16, 32, 48, 48),
    text_width=32,
    text_hidden=64,
    text_layers=3,
    text_heads=4,
    rank=4,
    features=8,
    hidden=16,
    steps=4,
)

FULL = Sizes(
    unet_channels=(320, 640, 1280, 1280),
    unet_heads=(5, 10, 20, 20),
    groups=32,
    latent=32,
    vae_channels=(128, 256, 512, 512),
    text_width=1024,
    text_hidden=4096,
    text_layers=23,
    text_heads=16,
    rank=16,
    features=32,
    hidden=64,
    steps=4,
)
