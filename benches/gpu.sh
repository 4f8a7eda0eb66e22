#!/usr/bin/env bash
# Runs everything that needs a CUDA device: the conformance test of the kernels, and the work from prompts to
# colored meshes at 256³ cells, with models that have the sizes of the papers and random weights. Prints
# tables.
#
#     benches/gpu.sh --build     builds the programs into .cache/gpu; needs no GPU
#     benches/gpu.sh             runs the programs; builds nothing
#
# To run, libtorch 2.11.0 with CUDA is needed. LIBTORCH names its folder; the default is the PyTorch of
# `python3`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
built=.cache/gpu

if [[ ${1:-} == --build ]]; then
    rm -rf "$built"
    mkdir -p "$built"
    target=${CARGO_TARGET_DIR:-$PWD/target}
    cargo build --release --locked --example paper_size
    scripts/with_libtorch.sh cargo build --release --locked -p att3d-torch
    binary() { # CARGO-ARGUMENT …: builds a target and prints the path of its executable
        scripts/with_libtorch.sh cargo test --release --locked --no-run --message-format json "$@" 2>/dev/null |
            python3 -c 'import json, sys; print([m["executable"] for m in map(json.loads, sys.stdin) if m.get("executable")][-1])'
    }
    cp "$(binary -p att3d --bench time_prompts)" "$built/time_prompts"
    cp "$(binary -p att3d-torch --test cuda)" "$built/cuda"
    cp "$target/release/examples/paper_size" "$target/release/libatt3d_torch.so" "$built"
    exit
fi

if ! nvidia-smi -L >/dev/null 2>&1; then
    echo "No CUDA device was at hand: kernels in f32, bf16 and f16, and prompts to meshes at 256³ with models of the papers' sizes, were not measured."
    exit
fi
[[ -x $built/time_prompts ]] || { echo "gpu: build first: benches/gpu.sh --build" >&2; exit 1; }
if [[ -z ${LIBTORCH:-} ]]; then
    LIBTORCH=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))')
    export LIBTORCH
fi
export LD_LIBRARY_PATH=$LIBTORCH/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export ATT3D_MODULES=$PWD/$built

nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
echo
echo "### Kernels against an f64 reference"
echo
"$built/cuda" --test-threads 1 --ignored 2>&1 | tail -n 12
echo
echo "### Prompt to colored mesh at 256³, medians of nine after warm-up, milliseconds"
echo
echo "| model | precision | text | generator | surface | texture | whole | load to first mesh | triangles |"
echo "|---|---|---|---|---|---|---|---|---|"
for kind in att3d att3d-hashed latte3d transformer; do
    [[ -e $built/$kind.att3d ]] || "$built/paper_size" "$kind" "$built/$kind.att3d" >&2
    for precision in f32 bf16 f16; do
        "$built/time_prompts" --model "$built/$kind.att3d" --engine torch --device cuda:0 --precision "$precision" --resolution 256 |
            python3 -c '
import json, sys
found, kind, precision = json.load(sys.stdin), *sys.argv[1:]
stages = ("text_ms", "generator_ms", "surface_ms", "texture_ms", "whole_ms", "load_to_first_mesh_ms", "triangles")
print("|", " | ".join([kind, precision, *(str(found[stage]) for stage in stages)]), "|")' "$kind" "$precision" ||
            echo "| $kind | $precision | failed |"
    done
done
