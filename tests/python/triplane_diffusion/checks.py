"""Checks of the reference against itself and against the published facts."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy
import torch

from .adapter import PREFIX, attach, merge
from .field import sample, sample_by_table
from .reference import Networks, Values, alpha_bars, ddim, decode, encode, predict, run
from .sizes import FULL, TIMES, Sizes


def difference(found: torch.Tensor, wanted: torch.Tensor) -> float:
    """Returns the largest difference, relative to the largest value."""
    return float((found.double() - wanted.double()).abs().max() / wanted.abs().max())


def normal_numbers(seed: int, size: int) -> numpy.ndarray:
    """Calculates the normal numbers that torch draws on a CPU for a count of at least 16, from the Mersenne Twister."""
    bits = numpy.random.MT19937()
    bits._legacy_seeding(seed)

    def uniform(count: int) -> numpy.ndarray:
        return (bits.random_raw(count) & 0xFFFFFF).astype(numpy.float64) / 2**24

    def transform(block: numpy.ndarray) -> numpy.ndarray:
        radius, angle = numpy.sqrt(-2 * numpy.log(1 - block[:8])), 2 * numpy.pi * block[8:]
        return numpy.concatenate([radius * numpy.cos(angle), radius * numpy.sin(angle)])

    numbers = uniform(size)
    for start in range(0, size - 15, 16):
        numbers[start : start + 16] = transform(numbers[start : start + 16])
    if size % 16:
        # The last 16 are drawn again, including those that were already transformed.
        numbers[-16:] = transform(uniform(16))
    return numbers


def check_noise() -> None:
    """Checks `normal_numbers` against torch, for counts that are multiples of 16 and for others."""
    for seed, size in ((42, 64), (7, 17), (7, 16), (3, 31), (2**32 - 1, 100), (0, 1536)):
        made = torch.randn(size, generator=torch.Generator().manual_seed(seed))
        assert numpy.abs(made.numpy() - normal_numbers(seed, size)).max() < 2e-6, (seed, size)
    begins = torch.randn(64, generator=torch.Generator().manual_seed(42))[:4]
    assert torch.allclose(begins, torch.tensor([1.9269153, 1.4872841, 0.9007172, -2.105521]))


def check_scheduler() -> None:
    """Checks that the formula of each step agrees with diffusers' scheduler and with the published table."""
    table = torch.tensor([0.00466009509, 0.0566234477, 0.277669430, 0.675432086])
    bars = alpha_bars()
    assert torch.allclose(bars[list(TIMES)], table, rtol=1e-6)
    scheduler = ddim()
    assert torch.equal(scheduler.alphas_cumprod, bars)
    noisy, eps = torch.randn(2, 6, 4, 8, 8, dtype=torch.float64)
    for time in TIMES:
        step = scheduler.step(eps, time, noisy)
        bar = bars[time].double()
        start = (noisy - (1 - bar).sqrt() * eps) / bar.sqrt()
        assert difference(start, step.pred_original_sample) < 1e-5
        if time >= 250:
            earlier = bars[time - 250].double()
            assert difference(earlier.sqrt() * start + (1 - earlier).sqrt() * eps, step.prev_sample) < 1e-5


def check_sampling() -> None:
    """Checks that `sample`, with rotations and grid_sample, agrees with `sample_by_table`."""
    planes = torch.randn(3, 5, 16, 16, dtype=torch.float64)
    points = torch.rand(2000, 3, dtype=torch.float64) * 2.4 - 1.2
    points[:4] = torch.tensor([[-1, -1, -1], [1, 1, 1], [-1, 1, 0], [1, 0, -1]])
    assert (sample(planes, points) - sample_by_table(planes, points)).abs().max() < 1e-12


def check_state(state: Values, unet: torch.nn.Module, sizes: Sizes) -> None:
    """Checks the number of the adapter's tensors, that none is constant or mostly zero, and at full size the published shapes."""
    assert len(state) == 1110
    assert len(unet.state_dict()) == 686
    for name, value in state.items():
        # One of about 2^24 normal numbers is exactly zero.
        assert name == "geometry.bbox" or (value.std() > 1e-3 and (value == 0).sum() <= 1 + value.numel() // 1000), name
    if sizes == FULL:
        assert sum(value.numel() for value in unet.state_dict().values()) == 865_910_724
        assert sum(value.numel() for value in state.values()) == 22_684_166
        shapes = {
            "0.to_q_xy_lora_geo.down": (16, 320), "7.to_k_lora.down": (16, 1024), "12.to_v_yz_lora_tex.up": (1280, 16),
            "18.to_out_xz_lora_geo.up": (640, 16), "24.to_q_xy_lora_geo.down": (16, 320), "30.to_q_xy_lora_geo.down": (16, 1280),
            "32.to_q_lora.up": (512, 16), "40.down": (16, 320, 1, 1), "46.up": (1280, 16, 1, 1), "72.down": (16, 1920, 1, 1),
            "92.down": (16, 640, 1, 1), "96.down": (16, 1280, 3, 3), "113.down": (16, 512, 1, 1), "121.up": (128, 16, 1, 1),
            "129.down": (16, 512, 3, 3), "130": (64, 128, 3, 3),
        }
        for name, shape in shapes.items():
            assert state[f"{PREFIX}{name}.weight"].shape == shape, name


def check_merged(plain: Networks, state: Values, ids: torch.Tensor, noise: torch.Tensor, sizes: Sizes) -> float:
    """Checks that unmerged and merged LoRAs give the same results in float64. Returns the largest relative difference."""
    results = []
    for change in (attach, merge):
        networks = plain.copy().double()
        change(networks.unet, networks.vae, state)
        results.append(run(networks, ids, noise, sizes))
    largest = max(difference(results[1][name], wanted) for name, wanted in results[0].items())
    assert largest < 1e-9, largest
    return largest


@contextmanager
def changed(modules: list[torch.nn.Module], name: str, value: object) -> Iterator[None]:
    """Sets an attribute of each module and restores it."""
    kept = [getattr(module, name) for module in modules]
    for module in modules:
        setattr(module, name, value)
    yield
    for module, old in zip(modules, kept, strict=True):
        setattr(module, name, old)


def check_mistakes_show(networks: Networks, values: Values, sizes: Sizes) -> dict[str, float]:
    """Checks that likely mistakes change the results far more than rounding does. Returns the relative differences."""
    text, unet, vae = networks.text, networks.unet, networks.vae

    def of(network: torch.nn.Module, kind: type, epsilon: float = 0.0) -> list[torch.nn.Module]:
        return [module for module in network.modules() if isinstance(module, kind) and (not epsilon or module.eps == epsilon)]

    def encoded() -> float:
        return difference(encode(text, values["ids"]), values["text"])

    def predicted() -> float:
        return difference(predict(unet, values["noise"], TIMES[0], values["text"]), values["unet.eps"])

    def decoded() -> float:
        return difference(decode(vae, values[f"x0.{sizes.steps - 1}"][:1], sizes.features)[0], values["decoded"][0])

    gates = [module for module in unet.modules() if type(module).__name__ == "GEGLU"]
    mistakes = {
        "LayerNorm's epsilon 1e-6 in the text encoder": (of(text, torch.nn.LayerNorm), "eps", 1e-6, encoded),
        "GroupNorm's epsilon 1e-6 in the U-Net's resnets": (of(unet, torch.nn.GroupNorm, 1e-5), "eps", 1e-6, predicted),
        "GroupNorm's epsilon 1e-5 in the U-Net's transformers": (of(unet, torch.nn.GroupNorm, 1e-6), "eps", 1e-5, predicted),
        "LayerNorm's epsilon 1e-6 in the U-Net": (of(unet, torch.nn.LayerNorm), "eps", 1e-6, predicted),
        "GroupNorm's epsilon 1e-5 in the VAE": (of(vae, torch.nn.GroupNorm), "eps", 1e-5, decoded),
        "approximate GELU in the U-Net": (gates, "gelu", lambda x: torch.nn.functional.gelu(x, approximate="tanh"), predicted),
    }
    found = {}
    for mistake, (modules, name, value, result) in mistakes.items():
        assert modules, mistake
        with changed(modules, name, value):
            found[mistake] = float(f"{result():.3g}")
    assert min(found.values()) > 1e-4, found
    return found


def check_adapter_matters(without: torch.Tensor, eps: torch.Tensor) -> float:
    """Checks that the adapter changes the prediction. Returns the change relative to the prediction without the adapter."""
    share = float((eps - without).std() / without.std())
    assert share > 0.1, share
    return share


def check_surface(values: Values) -> dict[str, float]:
    """Checks that the surface crosses the grid and stays within the box. Returns measures, such as the crossed edges."""
    sdf = values["grid_sdf"]
    border = torch.cat([sdf.select(axis, end).flatten() for axis in range(3) for end in (0, -1)])
    assert border.min() > 0, "the surface leaves the box, where vertices depend on the values outside"
    crossed = len(values["edges"])
    assert crossed > 500, crossed
    return {
        "edges crossed": crossed,
        "share of edges crossed": crossed / (3 * len(sdf) ** 2 * (len(sdf) - 1)),
        "nearest distance of a grid point": float(sdf.abs().min()),
        "share of points inside": float((values["sdf"] < 0).double().mean()),
    }
