#!/usr/bin/env bash
# Checks libtorch as a module: beside the library, in the command, in a worker, and in a Python process with
# another PyTorch, which is loaded before or after the library.
#
#     scripts/check_torch_module.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=${CARGO_TARGET_DIR:-$PWD/target}
out=.cache/module
rm -rf "$out"
mkdir -p "$out"
say() { printf '— %s\n' "$*"; }

cargo build --release --locked
scripts/with_libtorch.sh cargo build --release --locked -p att3d-torch
att3d=$target/release/att3d
module=$target/release/libatt3d_torch.so
cuda_runtime=$(cd .cache/cuda && pwd -P)/nvidia/cu13/lib

say "the module exports one function, and needs libtorch's CPU part alone"
[[ $(nm -D --defined-only "$module" | awk '{ print $3 }') == att3d_engine_v1_get ]]
needed=$(readelf -d "$module" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | grep -i torch)
[[ $needed == libtorch_cpu.so ]] || { echo "it needs $needed"; exit 1; }

say "without libtorch: one clear error, and the embedded engine goes on"
status=0
env -u LIBTORCH -u LD_LIBRARY_PATH "$att3d" generate "a pig" --engine torch -o "$out/none.glb" 2>"$out/none.log" || status=$?
[[ $status == 4 && ! -e $out/none.glb ]] && grep -q "set LIBTORCH" "$out/none.log" || { cat "$out/none.log"; exit 1; }
env -u LIBTORCH -u LD_LIBRARY_PATH "$att3d" devices
env -u LIBTORCH -u LD_LIBRARY_PATH "$att3d" generate "a pig" -o "$out/embedded.glb"

say "without NVIDIA's runtime, and with another libtorch's folder: one clear error each"
refused() { # WORDS VARIABLE=VALUE …: checks that the command fails, writes no file and prints WORDS
    local words=$1 status=0
    shift
    env -u LD_LIBRARY_PATH "$@" "$att3d" generate "a pig" --engine torch -o "$out/none.glb" 2>"$out/none.log" || status=$?
    [[ $status == 4 && ! -e $out/none.glb ]] && grep "$words" "$out/none.log" || { cat "$out/none.log"; exit 1; }
}
refused "CUDA 13.0 runtime" LIBTORCH="$PWD/.cache/libtorch"
mkdir -p "$out/other/lib"
touch "$out/other/lib/libtorch_cpu.so"
echo 2.9.1 >"$out/other/build-version"
refused "is 2.9.1, and libatt3d_torch needs 2.11.0" LIBTORCH="$PWD/$out/other"
refused "not an absolute path" LIBTORCH=somewhere
refused "disabled by the environment variable" ATT3D_NO_MODULES=1

say "the same mesh from each engine, here and in a worker"
triangles() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["triangles"])' "$1"; }
for arguments in "--engine embedded" "--engine torch" "--engine torch --worker" "--engine embedded --worker"; do
    # shellcheck disable=SC2086
    LD_LIBRARY_PATH=$cuda_runtime LIBTORCH=$PWD/.cache/libtorch "$att3d" generate "a pig" $arguments --json -o "$out/mesh.glb" \
        >"$out/mesh.json"
    found=$(triangles "$out/mesh.json")
    echo "$arguments: $found triangles"
    expected=${expected:-$found}
    # Rounding sometimes moves a vertex into another cell.
    ((found > expected - 8 && found < expected + 8)) || exit 1
done
half() { # PRECISION: generates a mesh in half precision
    LD_LIBRARY_PATH=$cuda_runtime LIBTORCH=$PWD/.cache/libtorch "$att3d" generate "a pig" --engine torch --precision "$1" -o "$out/$1.glb"
}
half bf16
# f16 holds no numbers beyond 65,504. A model that has such numbers must fail with a message and write no
# file.
half f16 2>"$out/f16.log" || { [[ ! -e $out/f16.glb ]] && grep "compute in bf16 or f32" "$out/f16.log"; }

say "in a Python with a PyTorch of its own, loaded before or after"
scripts/fetch_pytorch.sh
for order in torch-first library-first; do
    env -u LIBTORCH .cache/pytorch/bin/python tests/python/torch_host.py "$order" "$target/release/libatt3d.so" \
        "$PWD/.cache/libtorch" "$cuda_runtime"
done
