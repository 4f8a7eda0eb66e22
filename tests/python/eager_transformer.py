"""Times ScaleDreamer's generator in PyTorch eager, with PyTorch's fused attention: median seconds of a forward pass to planes.

    eager_transformer.py PASSES THREADS
"""

import statistics
import sys
import time

import torch
from parity import Attention, SpaceGenerator
from torch.nn import functional as F


def fused(self: Attention, x: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
    """Computes attention by the function that diffusers calls. The attention of parity.py takes twice as long."""
    query, key, value = (
        projected.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        for projected in (self.to_q(x), self.to_k(context), self.to_v(context))
    )
    return self.to_out[0](F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2))


Attention.forward = fused
passes, threads = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(1)
model = SpaceGenerator(resolution=32, width=768, layers=12, heads=16, features=32, text=1024).eval()
text = torch.randn(1, 77, 1024)
times = []
with torch.inference_mode():
    model(text)
    for _ in range(passes):
        begun = time.perf_counter()
        model(text)
        times.append(time.perf_counter() - begun)
print(statistics.median(times))
