"""The base model: text encoder, U-Net and VAE of the architecture of Stable Diffusion 2.1-base."""

import json
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from parity import vocabulary
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from .sizes import Sizes

# The root mean square of SiLU is roughly 0.6 for a normal input. The layer after it compensates for that.
AFTER_SILU = 1 / 0.6
# The latents of random networks have a standard deviation near 20, because the first step multiplies the sum
# of noise and prediction by 14.65. With smaller first layers, the residual blocks still affect the results.
GAINS = {"post_quant_conv": 0.3, "conv_in": 0.3, "conv_out": AFTER_SILU} | dict.fromkeys(("to_q", "to_k", "q_proj", "k_proj"), 1.4)
# Residual streams and inputs of norms have a standard deviation near 0.03, where the epsilons of the norms
# change the results. These layers reduce values of standard deviation one to that of SMALL.
SMALL = 0.03
TO_SMALL = ("conv_in", "conv1", "conv2", "time_emb_proj", "proj_in", "to_out.0", "ff.net.2", "out_proj", "fc2")
# These layers keep small values small.
KEEP_SMALL = ("conv_shortcut", "downsamplers.0.conv", "upsamplers.0.conv", "proj_out")

# The old names of the attention's layers, which the published file of the VAE has.
OLD_ATTENTION = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}


def weight_scale(name: str) -> float:
    """Returns the scale of a layer's outputs for inputs of standard deviation one."""
    gain = next((gain for end, gain in GAINS.items() if name.endswith(end)), 1.0)
    return gain * SMALL if name.endswith(TO_SMALL) else gain


@torch.no_grad()
def stir(network: nn.Module) -> None:
    """Sets random weights, norms and biases, so that each part affects the results. `weight_scale` scales the weights."""
    for name, module in network.named_modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            module.weight.normal_(0, weight_scale(name) / module.weight[0].numel() ** 0.5)
        elif isinstance(module, (nn.GroupNorm, nn.LayerNorm)):
            module.weight.normal_(1, 0.1)
        elif isinstance(module, nn.Embedding):
            module.weight.normal_(0, SMALL)
        if getattr(module, "bias", None) is not None:
            module.bias.normal_(0, 0.1 * SMALL if name.endswith(TO_SMALL + KEEP_SMALL) else 0.1)


def text_encoder(sizes: Sizes) -> CLIPTextModel:
    """Makes OpenCLIP's text encoder with the configuration of Stable Diffusion 2.1-base."""
    config = CLIPTextConfig(
        vocab_size=49408, max_position_embeddings=77, hidden_size=sizes.text_width, intermediate_size=sizes.text_hidden,
        num_hidden_layers=sizes.text_layers, num_attention_heads=sizes.text_heads, hidden_act="gelu", projection_dim=512,
        layer_norm_eps=1e-5, bos_token_id=0, eos_token_id=2, pad_token_id=1,
    )
    model = CLIPTextModel(config).eval()
    stir(model)
    return model


def unet(sizes: Sizes) -> UNet2DConditionModel:
    """Makes the U-Net. Its `attention_head_dim` holds the numbers of heads, as in the published file."""
    model = UNet2DConditionModel(
        sample_size=2 * sizes.latent, block_out_channels=sizes.unet_channels, attention_head_dim=list(sizes.unet_heads),
        cross_attention_dim=sizes.text_width, use_linear_projection=True, norm_num_groups=sizes.groups,
    ).eval()
    stir(model)
    return model


def vae(sizes: Sizes) -> AutoencoderKL:
    """Makes the VAE with its encoder, which TriplaneTurbo does not use."""
    model = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=sizes.vae_channels, layers_per_block=2, latent_channels=4, norm_num_groups=sizes.groups,
        sample_size=16 * sizes.latent,
    ).eval()
    stir(model)
    return model


def scheduler() -> PNDMScheduler:
    """Makes the scheduler that the published folder names. TriplaneTurbo reads only its betas."""
    return PNDMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1,
    )


def tokenizer_files(folder: Path) -> None:
    """Writes the tokenizer's four files. The two configurations name different padding tokens, as published."""
    vocabulary(Path(sys.prefix) / "bpe_simple_vocab_16e6.txt.gz", folder)
    token = {"lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    start, end = ({"content": f"<|{name}|>", **token} for name in ("startoftext", "endoftext"))
    added = {"__type": "AddedToken"}
    (folder / "special_tokens_map.json").write_text(
        json.dumps({"bos_token": start, "eos_token": end, "pad_token": "!", "unk_token": end}, indent=2), "utf-8"
    )
    config = {
        "add_prefix_space": False, "bos_token": added | start, "do_lower_case": True, "eos_token": added | end, "errors": "replace",
        "model_max_length": 77, "pad_token": "<|endoftext|>", "special_tokens_map_file": "./special_tokens_map.json",
        "tokenizer_class": "CLIPTokenizer", "unk_token": added | end,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2), "utf-8")


def rename_text_encoder(file: Path) -> None:
    """Gives the text encoder's tensors the published names, and the table of positions that the published file has."""
    tensors = load_file(file)
    tensors = {name if name.startswith("text_model.") else f"text_model.{name}": value for name, value in tensors.items()}
    tensors["text_model.embeddings.position_ids"] = torch.arange(77).unsqueeze(0)
    save_file(tensors, file, {"format": "pt"})


def old_vae(folder: Path, target: Path) -> None:
    """Writes the VAE's file once more with the old names of its attention."""
    tensors = load_file(folder / "diffusion_pytorch_model.safetensors")
    for new, old in OLD_ATTENTION.items():
        tensors = {name.replace(f"attentions.0.{new}.", f"attentions.0.{old}."): value for name, value in tensors.items()}
    target.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target / "diffusion_pytorch_model.safetensors", {"format": "pt"})
    (target / "config.json").write_text((folder / "config.json").read_text("utf-8"), "utf-8")


def save(folder: Path, text: CLIPTextModel, unet_model: UNet2DConditionModel, vae_model: AutoencoderKL) -> CLIPTokenizer:
    """Writes the base model's folder as diffusers does and returns the tokenizer that transformers reads from it."""
    tokenizer_files(folder / "tokenizer")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    assert tokenizer.pad_token_id == 0, "special_tokens_map.json decides the padding token"
    pipeline = StableDiffusionPipeline(
        vae=vae_model, text_encoder=text, tokenizer=tokenizer, unet=unet_model, scheduler=scheduler(), safety_checker=None,
        feature_extractor=None, requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder)
    # The present version of transformers writes one file, and the published folder has four.
    for file in (folder / "tokenizer").iterdir():
        file.unlink()
    tokenizer_files(folder / "tokenizer")
    rename_text_encoder(folder / "text_encoder/model.safetensors")
    return tokenizer
