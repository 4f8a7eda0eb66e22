#!/usr/bin/env bash
# Fetches libtorch 2.11.0 for the crates that need it (engines/torch and train) into .cache/libtorch, and the two
# CUDA runtime libraries that its CPU part asks the loader for into .cache/cuda. Nothing is installed outside .cache.
# Runs in seconds on a good line, does nothing when the folder is already there, and leaves a LIBTORCH of your own alone.
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
# One fetch at a time; a killed one leaves only the work folder, which the next one removes.
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
# The Python version only picks one of several wheels: the C++ libraries inside are the same.
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
# All that the CPU build needs of a wheel that also carries the CUDA side.
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
# The real libtorch.so only pulls in libtorch_cuda: an empty one lets `-ltorch` link on a machine without a GPU.
"${CC:-cc}" -shared -nostdlib -x c /dev/null -o "$torch/lib/libtorch.so" -Wl,-soname,libtorch.so
# torch-sys holds this against the version that tch was written for.
echo "$TORCH_VERSION" >"$torch/build-version"
echo "$STAMP" >"$torch/.stamp"

rm -rf "$cache/libtorch" "$cache/cuda"
mv "$work/cuda" "$cache/cuda"
mv "$torch" "$cache/libtorch"
echo "fetch_libtorch: libtorch $TORCH_VERSION is in .cache/libtorch"
