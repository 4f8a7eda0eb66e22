#!/usr/bin/env bash
# Planes to a coloured mesh, stage by stage, at 128³ and 256³: ours, then the same in PyTorch with skimage's marching
# cubes, on the same planes, on this machine.
#
#     benches/planes_to_mesh.sh
#
# The bars: at least 15 times as fast at 128³ and 50 times at 256³, the same signs on the grid, and a Hausdorff distance
# of at most 0.1 cell. PyTorch is fetched into .cache/pytorch.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dumps=.cache/planes
rm -rf "$dumps"
scripts/fetch_pytorch.sh >&2
cargo bench --quiet --locked --bench planes_to_mesh -- --dump "$PWD/$dumps"
echo
.cache/pytorch/bin/python benches/pytorch_planes.py "$dumps"
