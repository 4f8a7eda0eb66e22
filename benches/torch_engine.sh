#!/usr/bin/env bash
# Times libtorch as a module on the CPU. The first table compares a network in the module with the same network
# in eager PyTorch. The second table has the time from opening a package of half a gigabyte to the first mesh.
# Prints tables. Needs 4 GB of memory, and temporarily 4 GB of disk.
#
#     benches/torch_engine.sh [PASSES]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
passes=${1:-2}
threads=$(nproc)
target=${CARGO_TARGET_DIR:-$PWD/target}
work=.cache/torch_engine
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

scripts/fetch_pytorch.sh >&2
{
    cargo build --release --locked --example paper_size
    scripts/with_libtorch.sh cargo build --release --locked -p att3d-torch
    cargo build --release --locked --bench time_prompts
} >&2
bench=$(cargo bench --locked --no-run --bench time_prompts --message-format json 2>/dev/null |
    python3 -c 'import json, sys; print([m["executable"] for m in map(json.loads, sys.stdin) if m.get("executable")][-1])')
export ATT3D_MODULES=$target/release
timed() { # MODEL ENGINE RESOLUTION FIELD: runs the bench and prints a field of its result
    # libtorch is fastest with spinning threads, which are PyTorch's default.
    OMP_WAIT_POLICY=active scripts/with_libtorch.sh "$bench" --model "$1" --engine "$2" --device cpu --resolution "$3" --prompts "$passes" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$4"
}

"$target/release/examples/paper_size" transformer "$work/transformer.att3d" >&2
"$target/release/examples/paper_size" latte3d "$work/latte3d.att3d" >&2

echo "### libtorch as a module, on the CPU ($threads threads, f32)"
echo
echo "ScaleDreamer's generator (120 M parameters, random weights), text embedding to planes, medians of $passes, run by turns:"
echo
echo "| turn | PyTorch eager, s | this module, s | ratio |"
echo "|---|---|---|---|"
for turn in 1 2; do
    eager=$(cd tests/python && env -u LIBTORCH PYTHONDONTWRITEBYTECODE=1 ../../.cache/pytorch/bin/python eager_transformer.py "$passes" "$threads")
    ours=$(timed "$work/transformer.att3d" torch 16 generator_ms)
    python3 -c 'import sys; t, e, o = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]) / 1e3; print(f"| {t} | {e:.2f} | {o:.2f} | {e / o:.2f}× |")' "$turn" "$eager" "$ours"
done
echo
size=$(stat -c %s "$work/latte3d.att3d")
echo "A package of $((size / 1000000)) MB (f16, mapped), from opening it to the first mesh at 16³, and how much of that is the forward pass, ms:"
echo
echo "| engine | engine's start | load to first mesh | text and generator of one prompt | load alone |"
echo "|---|---|---|---|---|"
for engine in embedded torch; do
    # One run is enough: the file is in the page cache, because it was just written.
    OMP_WAIT_POLICY=active scripts/with_libtorch.sh "$bench" --model "$work/latte3d.att3d" --engine $engine --device cpu --resolution 16 --prompts 1 |
        python3 -c '
import json, sys
found = json.load(sys.stdin)
forward = found["text_ms"] + found["generator_ms"]
opened, loaded = found["open_ms"], found["load_to_first_mesh_ms"]
print(f"| {sys.argv[1]} | {opened:.0f} | {loaded:.0f} | {forward:.0f} | {loaded - forward:.0f} |")' "$engine"
done
