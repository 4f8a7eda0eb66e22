"""Writes results of PyTorch for text encoders, their tokenizer, field sampling and a Triplane-Transformer, with random weights.

    parity.py FOLDER VOCABULARY [--full]

FOLDER gets what engines/torch/tests/pytorch.rs reads: Hugging Face folders as `transformers` saves them, inputs and outputs.
VOCABULARY is CLIP's bpe_simple_vocab_16e6.txt.gz, which the package open_clip_torch contains. With --full, the text encoders of
CLIP ViT-L/14 and OpenCLIP ViT-H and ScaleDreamer's generator have their true sizes.
"""

import gzip
import json
import random
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

THINGS = "pig tiger katana house castle lamp café naïve piñata don't it's 3D robot-arm 2,000 £5 x² C++ a_b".split()
ODD = ["🐷", "👩‍🚀 on the moon", "红色的猪", "赤い豚", "빨간 돼지", "סוס אדום", "ＡＢＣ", "\u00a0", "a\tb\nc", "ǅ", "ß", "İ", "ﬁsh", "e\u0301"]


def prompts(count: int) -> list[str]:
    """Returns ordinary, odd, long and empty prompts, the same every time."""
    chance = random.Random(7)
    made = ["", " ", "a", "!" * 40, "pig " * 200, *ODD]
    while len(made) < count:
        words = [chance.choice(THINGS + ODD) for _ in range(chance.randrange(1, 12))]
        made.append(chance.choice([" ", "  ", ", ", ""]).join(words))
    return made[:count]


def bytes_to_letters() -> list[str]:
    """Returns the letters that represent the 256 bytes, in the order of CLIP's vocabulary."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return [chr(byte) for byte in shown] + [chr(256 + index) for index in range(len(hidden))]


def vocabulary(path: Path, folder: Path) -> None:
    """Writes CLIP's published merges as vocab.json and merges.txt."""
    lines = gzip.open(path, "rt", encoding="utf-8").read().split("\n")
    merges = [tuple(line.split()) for line in lines[1 : 49152 - 256 - 2 + 1]]
    letters = bytes_to_letters()
    tokens = letters + [letter + "</w>" for letter in letters] + ["".join(merge) for merge in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(tokens)}, ensure_ascii=False), "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(merge) for merge in merges) + "\n", "utf-8")


def stir(module: nn.Module) -> None:
    """Sets random norms and biases, so that each of them affects the results. PyTorch initializes them to ones and zeros."""
    for parameter in module.parameters():
        if parameter.dim() == 1:
            nn.init.normal_(parameter, mean=float(parameter.data.mean().round()), std=0.1)


def text_encoder(folder: Path, tokenizer: "CLIPTokenizer", name: str, sizes: dict) -> None:
    """Writes the folder of a text encoder, with its output for a few prompts."""
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(3)
    model = CLIPTextModel(CLIPTextConfig(vocab_size=49408, max_position_embeddings=77, **sizes)).eval()
    stir(model)
    target = folder / name
    # The weights are in shards, as those of large encoders are.
    model.save_pretrained(target, max_shard_size="1GB" if name == "l" else "50MB")
    tokenizer.save_pretrained(target)
    chosen = ["a pig", "a red pig wearing a party hat, playing the guitar", "🐷", "pig " * 30]
    ids = tokenizer(chosen, padding="max_length", max_length=77, return_tensors="pt").input_ids
    with torch.no_grad():
        hidden = model(input_ids=ids).last_hidden_state
    (target / "prompts.json").write_text(json.dumps(chosen), "utf-8")
    (target / "expected").mkdir()
    save_file({"hidden": hidden.contiguous()}, target / "expected/hidden.safetensors")


class Attention(nn.Module):
    """Attention as in diffusers, composed of single operations. Only the output layer has a bias."""

    def __init__(self, width: int, context: int, heads: int):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(context, width, bias=False)
        self.to_v = nn.Linear(context, width, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        """x: [b, n, width]; context: [b, m, context]."""
        query, key, value = (
            projected.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for projected in (self.to_q(x), self.to_k(context), self.to_v(context))
        )
        weights = (query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5).softmax(-1)
        return self.to_out[0]((weights @ value).transpose(1, 2).flatten(2))


class Block(nn.Module):
    """A block of cross-attention, self-attention and MLP."""

    def __init__(self, width: int, text: int, heads: int):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width, eps=1e-6) for _ in range(3))
        self.cross_attn = Attention(width, text, heads)
        self.self_attn = Attention(width, width, heads)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Identity(), nn.Linear(4 * width, width), nn.Identity()
        )

    def forward(self, x: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        """x: [b, n, width]; text: [b, l, text]."""
        x = x + self.cross_attn(self.norm1(x), text)
        normed = self.norm2(x)
        x = x + self.self_attn(normed, normed)
        return x + self.mlp(self.norm3(x))


class SpaceGenerator(nn.Module):
    """Generator of three planes from learned tokens and the text."""

    def __init__(self, resolution: int, width: int, layers: int, heads: int, features: int, text: int):
        super().__init__()
        self.resolution = resolution
        self.pos_embed = nn.Parameter(torch.randn(1, 3 * resolution**2, width) / width**0.5)
        self.layers = nn.ModuleList([Block(width, text, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.deconv = nn.ConvTranspose2d(width, features, 2, 2, bias=False)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        """text: [b, l, text]. Returns [b, 3, features, 2r, 2r]."""
        x = self.pos_embed.expand(len(text), -1, -1)
        for layer in self.layers:
            x = layer(x, text)
        images = self.norm(x).unflatten(1, (3, self.resolution, self.resolution)).permute(0, 1, 4, 2, 3)
        return self.deconv(images.flatten(0, 1)).unflatten(0, (-1, 3))


class VanillaMlp(nn.Module):
    """MLP with ReLU between its layers and without biases."""

    def __init__(self, inputs: int, hidden: int, outputs: int):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(inputs, hidden, bias=False),
            nn.ReLU(),
            nn.Linear(hidden, hidden, bias=False),
            nn.ReLU(),
            nn.Linear(hidden, outputs, bias=False),
        )


class TriplaneTransformer(nn.Module):
    """ScaleDreamer's generator, from its paper, with the names of its published state dict."""

    def __init__(self, resolution: int, width: int, layers: int, heads: int, features: int, text: int):
        super().__init__()
        self.space_generator = SpaceGenerator(resolution, width, layers, heads, features, text)
        self.sdf_network = VanillaMlp(3 * features, 64, 1)
        self.feature_network = VanillaMlp(3 * features, 64, 3)

    def forward(self, text: torch.Tensor, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """points: [b, n, 3], world units, within ±2. Returns signed distances and colors before the sigmoid."""
        planes = self.space_generator(text)
        x, y, z = (points / 2).unbind(-1)
        places = torch.stack([torch.stack(pair, -1) for pair in ((x, y), (x, z), (z, y))], 1)
        sampled = F.grid_sample(planes.flatten(0, 1), places.flatten(0, 1).unsqueeze(1), align_corners=False)
        features = sampled.squeeze(2).unflatten(0, (-1, 3)).permute(0, 3, 1, 2).flatten(2)
        sdf = self.sdf_network.layers(features) + points.norm(dim=-1, keepdim=True) - 0.8
        return sdf, self.feature_network.layers(features)


def generator(folder: Path, sizes: dict) -> None:
    """Writes the state dict of a generator, with its values at a few points."""
    torch.manual_seed(5)
    model = TriplaneTransformer(**sizes).eval()
    stir(model)
    folder.mkdir(parents=True)
    save_file({"geometry." + name: value.contiguous() for name, value in model.state_dict().items()}, folder / "state.safetensors")
    text = torch.randn(2, 77, sizes["text"])
    points = torch.rand(2, 500, 3) * 4 - 2
    with torch.no_grad():
        sdf, color = model(text, points)
    (folder / "expected").mkdir()
    save_file({"text": text, "points": points, "sdf": sdf, "color": color}, folder / "expected/values.safetensors")


def fields(folder: Path) -> None:
    """Writes values of EG3D's planes and ATT3D's grids by PyTorch's own sampling, with the MLP of ATT3D."""
    torch.manual_seed(9)
    folder.mkdir(parents=True)
    points = torch.rand(1, 700, 3) * 2.4 - 1.2
    planes = torch.randn(1, 3, 12, 12, 5)
    x, y, z = points.unbind(-1)
    places = torch.stack([torch.stack(pair, -1) for pair in ((x, y), (x, z), (y, z))], 1)
    sampled = F.grid_sample(
        planes.permute(0, 1, 4, 2, 3).flatten(0, 1), places.flatten(0, 1).unsqueeze(1), padding_mode="border", align_corners=False
    )
    triplane = sampled.squeeze(2).unflatten(0, (-1, 3)).permute(0, 3, 1, 2).flatten(2)

    # The paper's point encoder (appendix B.1.2), its MLP and its density (eq. 7).
    grids = {f"grid{edge}": torch.randn(1, edge, edge, edge, 4) for edge in (9, 14, 22, 36, 58)}
    features = torch.cat(
        [
            F.grid_sample(grid.permute(0, 4, 1, 2, 3), points[:, None, None], padding_mode="border", align_corners=True)
            .flatten(2)
            .transpose(1, 2)
            for grid in grids.values()
        ],
        -1,
    )
    hidden, output = nn.Linear(20, 32), nn.Linear(32, 4)
    with torch.no_grad():
        raw = output(F.silu(hidden(features)))
        density = F.softplus(raw[..., :1] + 10 * (1 - 2 * points.norm(dim=-1, keepdim=True)))
        values = torch.cat([density, raw[..., 1:].sigmoid()], -1)
        layers = {
            "hidden.weight": hidden.weight, "hidden.bias": hidden.bias, "output.weight": output.weight, "output.bias": output.bias
        }
        tensors = {"points": points, "planes": planes, "triplane": triplane, **grids, **layers, "values": values}
        save_file({name: value.detach().contiguous() for name, value in tensors.items()}, folder / "values.safetensors")


def main() -> None:
    """Writes all files."""
    from transformers import CLIPTokenizer

    folder, bpe = Path(sys.argv[1]), Path(sys.argv[2])
    full = "--full" in sys.argv
    vocabulary(bpe, folder / "vocabulary")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "vocabulary")
    texts = prompts(1000)
    ids = [tokenizer(text).input_ids for text in texts]
    (folder / "tokens.json").write_text(json.dumps({"prompts": texts, "ids": ids}), "utf-8")
    if full:
        text_encoder(folder, tokenizer, "l", {
            "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12,
        })
        text_encoder(folder, tokenizer, "h", {
            "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 23, "num_attention_heads": 16, "hidden_act": "gelu",
        })
        generator(folder / "transformer", {
            "resolution": 32, "width": 768, "layers": 12, "heads": 16, "features": 32, "text": 1024,
        })
    else:
        text_encoder(folder, tokenizer, "l", {
            "hidden_size": 48, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4,
        })
        text_encoder(folder, tokenizer, "h", {
            "hidden_size": 40, "intermediate_size": 80, "num_hidden_layers": 2, "num_attention_heads": 5, "hidden_act": "gelu",
        })
        generator(folder / "transformer", {
            "resolution": 6, "width": 32, "layers": 2, "heads": 16, "features": 4, "text": 40,
        })
    fields(folder / "fields")


if __name__ == "__main__":
    main()
