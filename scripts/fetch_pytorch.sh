#!/usr/bin/env bash
# Makes the virtual environment for comparisons with PyTorch in .cache/pytorch, which git ignores: PyTorch,
# transformers, diffusers, skimage, and CLIP's vocabulary. Does nothing if it exists already.
set -euo pipefail

readonly TORCH_VERSION=2.11.0
readonly TRANSFORMERS_VERSION=5.23.0
readonly OPEN_CLIP_VERSION=3.3.0
readonly DIFFUSERS_VERSION=0.42.1
readonly STAMP="torch $TORCH_VERSION layout 2"
readonly DIFFUSERS_STAMP="diffusers $DIFFUSERS_VERSION"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment="$root/.cache/pytorch"

# diffusers has a stamp of its own, so that an environment without it is completed and not downloaded again.
add_diffusers() {
    if [[ -f "$environment/.stamp_diffusers" && "$(<"$environment/.stamp_diffusers")" == "$DIFFUSERS_STAMP" ]]; then
        return
    fi
    echo "fetch_pytorch: installing diffusers $DIFFUSERS_VERSION into .cache/pytorch"
    # The pinned versions keep pip from changing these packages for the sake of diffusers.
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --only-binary=:all: \
        "diffusers==$DIFFUSERS_VERSION" "torch==$TORCH_VERSION" "transformers==$TRANSFORMERS_VERSION"
    echo "$DIFFUSERS_STAMP" >"$environment/.stamp_diffusers"
}

if [[ -f "$environment/.stamp" && "$(<"$environment/.stamp")" == "$STAMP" ]]; then
    add_diffusers
    exit 0
fi

python=${PYTHON:-python3}
mkdir -p "$root/.cache"
# An incomplete environment has no stamp and is made again.
rm -rf "$environment"
if ! "$python" -m venv "$environment"; then
    echo "fetch_pytorch: $python cannot make a virtual environment (on Debian: apt install python3-venv)" >&2
    exit 1
fi
echo "fetch_pytorch: installing torch $TORCH_VERSION and skimage into .cache/pytorch"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --only-binary=:all: \
    "torch==$TORCH_VERSION" numpy scikit-image scipy safetensors setuptools
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --only-binary=:all: \
    "transformers==$TRANSFORMERS_VERSION"
# Only the vocabulary of this package is used, because installing the package would also install torchvision.
"$environment/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --dest "$environment" "open_clip_torch==$OPEN_CLIP_VERSION"
"$environment/bin/python" - "$environment" <<'PY'
import pathlib
import sys
import zipfile

folder = pathlib.Path(sys.argv[1])
(wheel,) = folder.glob("open_clip_torch-*.whl")
with zipfile.ZipFile(wheel) as archive:
    (folder / "bpe_simple_vocab_16e6.txt.gz").write_bytes(archive.read("open_clip/bpe_simple_vocab_16e6.txt.gz"))
wheel.unlink()
PY
echo "$STAMP" >"$environment/.stamp"
add_diffusers
