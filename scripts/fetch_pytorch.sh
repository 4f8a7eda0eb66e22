#!/usr/bin/env bash
# Makes the virtual environment that benches/pytorch_planes.py runs in: PyTorch and skimage, in .cache/pytorch, which git
# ignores. Does nothing where it is there already.
set -euo pipefail

readonly TORCH_VERSION=2.11.0
readonly STAMP="torch $TORCH_VERSION layout 1"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment="$root/.cache/pytorch"
if [[ -f "$environment/.stamp" && "$(<"$environment/.stamp")" == "$STAMP" ]]; then
    exit 0
fi

python=${PYTHON:-python3}
mkdir -p "$root/.cache"
# A half-made one has no stamp and is made anew.
rm -rf "$environment"
if ! "$python" -m venv "$environment"; then
    echo "fetch_pytorch: $python cannot make a virtual environment (on Debian: apt install python3-venv)" >&2
    exit 1
fi
echo "fetch_pytorch: installing torch $TORCH_VERSION and skimage into .cache/pytorch"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --only-binary=:all: \
    "torch==$TORCH_VERSION" numpy scikit-image scipy safetensors setuptools
echo "$STAMP" >"$environment/.stamp"
