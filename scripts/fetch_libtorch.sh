#!/usr/bin/env bash
# Fetches libtorch 2.11.0 into .cache/libtorch, for the crates engines/torch and train. libtorch's CPU part is
# linked to two CUDA runtime libraries, which are fetched into .cache/cuda. Nothing is installed outside of
# .cache. Does nothing if the folder exists already, or if LIBTORCH is set to another libtorch.
set -euo pipefail

readonly TORCH_VERSION=2.11.0
readonly CUDA_VERSION=13.0
readonly STAMP="torch $TORCH_VERSION cuda $CUDA_VERSION layout 1"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache="$root/.cache"
stamp="$cache/libtorch/.stamp"

if [[ -n "${LIBTORCH:-}" && "$LIBTORCH" != "$cache/libtorch" ]]; then
    echo "fetch_libtorch: LIBTORCH is set to $LIBTORCH; using it"
    exit 0
fi
if [[ -f "$stamp" && "$(<"$stamp")" == "$STAMP" ]]; then
    exit 0
fi
if [[ "$(uname -sm)" != "Linux x86_64" ]]; then
    echo "fetch_libtorch: no ready libtorch is known for $(uname -sm); set LIBTORCH to a libtorch $TORCH_VERSION" >&2
    exit 1
fi

python=${PYTHON:-python3}
if ! "$python" -m pip --version >/dev/null 2>&1; then
    echo "fetch_libtorch: needs $python with pip (on Debian: apt install python3-pip), or LIBTORCH set" >&2
    exit 1
fi

mkdir -p "$cache"
# Only one fetch at a time. A killed fetch leaves only the work folder, which the next fetch removes.
exec 9>"$cache/libtorch.lock"
if command -v flock >/dev/null; then
    flock 9
    if [[ -f "$stamp" && "$(<"$stamp")" == "$STAMP" ]]; then
        exit 0
    fi
fi
work="$cache/libtorch.work"
rm -rf "$work"
mkdir -p "$work/wheels"
trap 'rm -rf "$work"' EXIT

echo "fetch_libtorch: downloading torch $TORCH_VERSION (530 MB) and the CUDA $CUDA_VERSION runtime (13 MB)"
# The Python version only selects one of several wheels. The C++ libraries inside are the same.
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --python-version 3.11 --implementation cp --abi cp311 --abi none --abi abi3 \
    --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_25_x86_64 \
    --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
    --dest "$work/wheels" \
    "torch==$TORCH_VERSION" "nvidia-cuda-runtime==$CUDA_VERSION.*" "nvidia-cuda-cupti==$CUDA_VERSION.*"

"$python" - "$work" <<'PY'
import pathlib
import sys
import zipfile

work = pathlib.Path(sys.argv[1])
# The files that the CPU build needs. The wheel also has the CUDA part.
wanted_of_torch = ("torch/include/", "torch/lib/libc10.so", "torch/lib/libtorch_cpu.so", "torch/lib/libgomp")
for wheel in sorted((work / "wheels").glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        if wheel.name.startswith("torch-"):
            names = [name for name in archive.namelist() if name.startswith(wanted_of_torch)]
            archive.extractall(work / "torch", names)
        else:
            archive.extractall(work / "cuda")
PY
rm -rf "$work/wheels"

torch="$work/libtorch"
mkdir -p "$torch/lib"
mv "$work/torch/torch/include" "$torch/include"
mv "$work"/torch/torch/lib/*.so* "$torch/lib/"
# The original libtorch.so only links to libtorch_cuda. With an empty one, `-ltorch` links without the CUDA
# part.
"${CC:-cc}" -shared -nostdlib -x c /dev/null -o "$torch/lib/libtorch.so" -Wl,-soname,libtorch.so
# torch-sys compares this with the version that tch supports.
echo "$TORCH_VERSION" >"$torch/build-version"
echo "$STAMP" >"$torch/.stamp"

rm -rf "$cache/libtorch" "$cache/cuda"
mv "$work/cuda" "$cache/cuda"
mv "$torch" "$cache/libtorch"
echo "fetch_libtorch: libtorch $TORCH_VERSION is in .cache/libtorch"
