#!/usr/bin/env bash
# Compares the library's unwrapping of meshes with that of xatlas's Python package (Young 2018): charts,
# stretch, seams, the used share of the texture, and time. Prints a table.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
{
    scripts/fetch_pytorch.sh
    .cache/pytorch/bin/pip install --quiet --disable-pip-version-check xatlas==0.0.11
    cargo build --release --locked
} >&2
target=$(cargo metadata --format-version 1 --no-deps --locked | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
ATT3D_LIBRARY=$target/release/libatt3d.so PYTHONPATH=bindings/python PYTHONDONTWRITEBYTECODE=1 exec .cache/pytorch/bin/python benches/unwrap_against_xatlas.py
