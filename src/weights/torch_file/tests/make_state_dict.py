"""Makes state_dict.pth, a training checkpoint of a few numbers: python make_state_dict.py (PyTorch 2.11.0)."""

from collections import OrderedDict
from pathlib import Path

import torch

linear = torch.nn.Linear(3, 2)
with torch.no_grad():
    linear.weight.copy_(torch.arange(6.0).reshape(2, 3))
    linear.bias.copy_(torch.tensor([0.5, -0.5]))
tensors = OrderedDict((f"geometry.{name}", tensor) for name, tensor in linear.state_dict().items())
tensors["geometry.half"] = torch.arange(4).half()
tensors["geometry.bfloat"] = torch.tensor([[1.5, -2.0]], dtype=torch.bfloat16)
tensors["geometry.transposed"] = tensors["geometry.weight"].t()
tensors["geometry.part"] = tensors["geometry.weight"][1]
tensors["geometry.scalar"] = torch.tensor(7.0)
checkpoint = {
    "epoch": 3,
    "global_step": 100_000,
    "pytorch-lightning_version": "2.0.0",
    "loss": 0.25,
    "callbacks": {"best": None, "steps": [1, 2, 3], "done": True},
    "state_dict": tensors,
    "linear": linear.state_dict(),
}
torch.save(checkpoint, Path(__file__).parent / "state_dict.pth")
