#!/usr/bin/env bash
# Times the work from planes to a colored mesh, stage by stage, at 128³ and 256³ cells: in this library, then
# in PyTorch with skimage's marching cubes, on the same planes and the same machine.
#
#     benches/planes_to_mesh.sh
#
# The requirements: this library is at least 15 times as fast as PyTorch at 128³ cells, and 50 times at 256³.
# Both find the same signs on the grid, and the Hausdorff distance of their meshes is at most 0.1 cell.
# PyTorch is fetched into .cache/pytorch.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dumps=.cache/planes
rm -rf "$dumps"
scripts/fetch_pytorch.sh >&2
cargo bench --quiet --locked --bench planes_to_mesh -- --dump "$PWD/$dumps"
echo
.cache/pytorch/bin/python benches/pytorch_planes.py "$dumps"
