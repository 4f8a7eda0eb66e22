"""TriplaneTurbo's adapter: its tensors, and its LoRAs beside the base model's layers or merged into them."""

from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from .base import AFTER_SILU, weight_scale
from .sizes import PLANES, Sizes

PREFIX = "geometry.space_generator.peft_layers.layers."
PROJECTIONS = ("to_q", "to_k", "to_v", "to_out")
State = dict[str, torch.Tensor]


@dataclass
class Layer:
    """One layer of the adapter: which module of the base model it changes, and how."""

    # "joint" (self-attention with one LoRA per plane), "attention", "convolution" or "output" (a replaced layer).
    kind: str
    name: str
    module: nn.Module


def convolutions(block: nn.Module) -> list[str]:
    """Returns the names of the convolutions of a block that have a LoRA, in the adapter's order."""
    names = []
    for index, resnet in enumerate(block.resnets):
        parts = ["conv1", "conv2"] + (["conv_shortcut"] if resnet.conv_shortcut is not None else [])
        names += [f"resnets.{index}.{part}" for part in parts]
    for change in ("downsamplers", "upsamplers"):
        if getattr(block, change, None):
            names.append(f"{change}.0.conv")
    return names


def layers(unet: nn.Module, vae: nn.Module) -> list[Layer]:
    """Returns the adapter's 131 layers in the order of their numbers."""
    found = []
    for block in [f"down_blocks.{i}" for i in range(3)] + [f"up_blocks.{i}" for i in range(1, 4)] + ["mid_block"]:
        for index in range(len(unet.get_submodule(block).attentions)):
            for part, kind in (("attn1", "joint"), ("attn2", "attention")):
                name = f"{block}.attentions.{index}.transformer_blocks.0.{part}"
                found.append(Layer(kind, name, unet.get_submodule(name)))
    found.append(Layer("attention", "decoder.mid_block.attentions.0", vae.decoder.mid_block.attentions[0]))
    blocks = [f"{side}_blocks.{i}" for side in ("down", "up") for i in range(4)] + ["mid_block"]
    for network, names in ((unet, blocks), (vae, [f"decoder.{name}" for name in blocks[4:]])):
        for block in names:
            for name in convolutions(network.get_submodule(block)):
                found.append(Layer("convolution", f"{block}.{name}", network.get_submodule(f"{block}.{name}")))
    found.append(Layer("output", "decoder.conv_out", vae.decoder.conv_out))
    assert len(found) == 131
    return found


def linear(attention: nn.Module, projection: str) -> nn.Linear:
    """Returns a linear layer of diffusers' attention."""
    return attention.to_out[0] if projection == "to_out" else getattr(attention, projection)


def loras(layer: Layer) -> list[tuple[str, nn.Module]]:
    """Returns the name of each LoRA within a layer, and the base model's layer to whose output the LoRA adds."""
    if layer.kind == "convolution":
        return [("", layer.module)]
    if layer.kind == "attention":
        return [(f"{projection}_lora.", linear(layer.module, projection)) for projection in PROJECTIONS]
    return [
        (f"{projection}_{plane[:2]}_lora_{plane[3:]}.", linear(layer.module, projection))
        for plane in PLANES
        for projection in PROJECTIONS
    ]


def count(shape: tuple[int, ...]) -> int:
    """Returns the number of values of a shape."""
    return int(torch.Size(shape).numel())


def lora(module: nn.Module, scale: float, sizes: Sizes, state: State, prefix: str) -> None:
    """Makes one LoRA whose output is about a third of the layer's. `scale` is the scale of the layer's outputs."""
    if isinstance(module, nn.Conv2d):
        down = (sizes.rank, module.in_channels, *module.kernel_size)
        up = (module.out_channels, sizes.rank, 1, 1)
    else:
        down, up = (sizes.rank, module.in_features), (module.out_features, sizes.rank)
    state[prefix + "down.weight"] = torch.randn(down) / count(down[1:]) ** 0.5
    state[prefix + "up.weight"] = torch.randn(up) * 0.3 * scale / sizes.rank**0.5


def mlp(inputs: int, input_scale: float, outputs: int, scale: float, sizes: Sizes) -> list[torch.Tensor]:
    """Makes the three layers of an MLP with ReLU whose output has about the given standard deviation."""
    hidden = sizes.hidden
    return [
        torch.randn(hidden, inputs) / (input_scale * inputs**0.5),
        torch.randn(hidden, hidden) * (2 / hidden) ** 0.5,
        torch.randn(outputs, hidden) * scale * (2 / hidden) ** 0.5,
    ]


def random_state(unet: nn.Module, vae: nn.Module, sizes: Sizes) -> State:
    """Makes the adapter's tensors with their published names."""
    state: State = OrderedDict()
    state["geometry.bbox"] = torch.tensor([[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]])
    for index, layer in enumerate(layers(unet, vae)):
        prefix = f"{PREFIX}{index}."
        if layer.kind == "output":
            shape = (2 * sizes.features, sizes.vae_channels[0], 3, 3)
            state[prefix + "weight"] = torch.randn(shape) * AFTER_SILU / count(shape[1:]) ** 0.5
            state[prefix + "bias"] = torch.randn(shape[0]) * 0.1
            continue
        for name, module in loras(layer):
            # This LoRA of a joint layer takes the output of to_out as its input, so its scale is one.
            follows = layer.kind == "joint" and name.startswith("to_out")
            scale = 1.0 if follows else weight_scale("to_out.0" if name.startswith("to_out") else layer.name)
            lora(module, scale, sizes, state, prefix + name)
    features = sizes.features
    # The sum of three planes' features has a standard deviation near the square root of three.
    networks = {
        "sdf": mlp(features, 3**0.5, 1, 0.1, sizes),
        "feature": mlp(3 * features, 1, 3, 2.5, sizes),
        "deformation": mlp(features, 3**0.5, 3, 0.5, sizes),
    }
    for name, weights in networks.items():
        for place, weight in zip((0, 2, 4), weights, strict=True):
            state[f"geometry.{name}_network.layers.{place}.weight"] = weight
    return state


class JointAttention:
    """Attention over the tokens of all six planes, with one LoRA per plane and projection."""

    def __init__(self, state: State, prefix: str, dtype: torch.dtype):
        def stacked(projection: str, side: str) -> torch.Tensor:
            names = [f"{prefix}{projection}_{plane[:2]}_lora_{plane[3:]}.{side}.weight" for plane in PLANES]
            return torch.stack([state[name] for name in names]).to(dtype).transpose(1, 2)

        self.down = {projection: stacked(projection, "down") for projection in PROJECTIONS}
        self.up = {projection: stacked(projection, "up") for projection in PROJECTIONS}

    def low_rank(self, x: torch.Tensor, projection: str) -> torch.Tensor:
        """Returns the outputs of the LoRAs of a projection. x: [6, tokens, width]."""
        return x @ self.down[projection] @ self.up[projection]

    def __call__(self, attn: nn.Module, hidden_states: torch.Tensor, encoder_hidden_states=None, **_: object) -> torch.Tensor:
        """hidden_states: [6, tokens, width]."""
        assert encoder_hidden_states is None and len(hidden_states) == 6
        query, key, value = (
            (linear(attn, projection)(hidden_states) + self.low_rank(hidden_states, projection))
            .reshape(1, -1, attn.heads, attn.to_q.out_features // attn.heads)
            .transpose(1, 2)
            for projection in PROJECTIONS[:3]
        )
        mixed = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(hidden_states.shape)
        output = attn.to_out[0](mixed)
        # The input of this LoRA is the output of to_out, and not the input of to_out.
        return output + self.low_rank(output, "to_out")


class MergedJointAttention:
    """Joint attention with the LoRAs merged into six weights per projection, and an explicit softmax."""

    def __init__(self, attn: nn.Module, unmerged: JointAttention):
        identity = torch.eye(attn.to_q.out_features, dtype=attn.to_q.weight.dtype)
        change = {projection: (unmerged.down[projection] @ unmerged.up[projection]).mT for projection in PROJECTIONS}
        self.weights = {projection: linear(attn, projection).weight + change[projection] for projection in PROJECTIONS[:3]}
        self.output = (identity + change["to_out"]) @ attn.to_out[0].weight
        self.bias = (identity + change["to_out"]) @ attn.to_out[0].bias

    def __call__(self, attn: nn.Module, hidden_states: torch.Tensor, **_: object) -> torch.Tensor:
        """hidden_states: [6, tokens, width]."""
        query, key, value = (
            torch.cat([x @ weight.T for x, weight in zip(hidden_states, self.weights[projection], strict=True)])
            .unflatten(-1, (attn.heads, -1))
            .transpose(0, 1)
            for projection in PROJECTIONS[:3]
        )
        scores = query @ key.mT / query.shape[-1] ** 0.5
        mixed = (scores.softmax(-1) @ value).transpose(0, 1).flatten(1).unflatten(0, (6, -1))
        return mixed @ self.output.mT + self.bias.unsqueeze(1)


def replace_output(vae: nn.Module, state: State) -> None:
    """Replaces the last convolution of the VAE's decoder by that of the adapter."""
    weight, bias = (state[f"{PREFIX}130.{name}"] for name in ("weight", "bias"))
    dtype = vae.decoder.conv_out.weight.dtype
    output = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1).to(dtype)
    with torch.no_grad():
        output.weight.copy_(weight)
        output.bias.copy_(bias)
    vae.decoder.conv_out = output


def beside(down: torch.Tensor, up: torch.Tensor):
    """Returns a forward hook that adds a LoRA's output to the output of a layer."""

    def hook(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
        if isinstance(module, nn.Conv2d):
            return output + F.conv2d(F.conv2d(inputs[0], down, stride=module.stride, padding=module.padding), up)
        return output + F.linear(F.linear(inputs[0], down), up)

    return hook


def attach(unet: nn.Module, vae: nn.Module, state: State) -> list:
    """Puts the LoRAs beside the layers of the base model, unmerged. Returns the hooks."""
    hooks = []
    dtype = unet.conv_in.weight.dtype
    for index, layer in enumerate(layers(unet, vae)):
        prefix = f"{PREFIX}{index}."
        if layer.kind == "joint":
            layer.module.set_processor(JointAttention(state, prefix, dtype))
        elif layer.kind == "output":
            replace_output(vae, state)
        else:
            for name, module in loras(layer):
                down, up = (state[f"{prefix}{name}{side}.weight"].to(dtype) for side in ("down", "up"))
                hooks.append(module.register_forward_hook(beside(down, up)))
    return hooks


@torch.no_grad()
def merge(unet: nn.Module, vae: nn.Module, state: State, joint: bool = True) -> None:
    """Merges the LoRAs into the weights of the base model, in place. Without `joint`, the LoRAs of the planes stay unmerged."""
    dtype = unet.conv_in.weight.dtype
    for index, layer in enumerate(layers(unet, vae)):
        prefix = f"{PREFIX}{index}."
        if layer.kind == "joint":
            apart = JointAttention(state, prefix, dtype)
            layer.module.set_processor(MergedJointAttention(layer.module, apart) if joint else apart)
        elif layer.kind == "output":
            replace_output(vae, state)
        else:
            for name, module in loras(layer):
                down, up = (state[f"{prefix}{name}{side}.weight"].to(dtype) for side in ("down", "up"))
                module.weight += (up.flatten(1) @ down.flatten(1)).reshape(module.weight.shape)
