#!/usr/bin/env bash
# Times the work from a prompt to a game-ready GLB (10,000 triangles, 1024² textures with a normal map), stage
# by stage. The comparison is a pipeline of common Python packages on the same planes and the same machine:
# PyTorch on the dense grid, skimage's marching cubes, fast-simplification, xatlas, one field evaluation per
# texel, and Pillow's PNG.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dumps=.cache/planes
rm -rf "$dumps"
{
    scripts/fetch_pytorch.sh
    .cache/pytorch/bin/pip install --quiet --disable-pip-version-check xatlas==0.0.11 fast-simplification==0.1.13 pillow
    cargo build --release --locked
    cargo bench --quiet --locked --bench planes_to_mesh -- --dump "$PWD/$dumps"
} >&2
target=$(cargo metadata --format-version 1 --no-deps --locked | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
ATT3D_LIBRARY=$target/release/libatt3d.so ATT3D_COMMAND=$target/release/att3d PYTHONPATH=bindings/python:benches PYTHONDONTWRITEBYTECODE=1 \
    exec .cache/pytorch/bin/python benches/pytorch_assets.py "$dumps"
