#!/usr/bin/env bash
# Checks the Python package: its declarations against the header, its tests with the bundled model, the
# examples of its README and of examples/python, and its types.
#
#     scripts/check_python.sh [--full]    --full adds the tests that need a large package: Open3D, Ray
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(numpy mypy==2.4.1 tqdm==4.70.1 trimesh==5.2.0 pillow==13.0.0 fsspec==2026.9.0)
name=python
if [[ ${1:-} == --full ]]; then
    packages+=(open3d==0.19.0)
    name=python-full
fi
python=$(scripts/environment.sh "$name" "${packages[@]}")
cargo build --release --locked
target=${CARGO_TARGET_DIR:-$PWD/target}
export ATT3D_LIBRARY=$target/release/libatt3d.so ATT3D_COMMAND=$target/release/att3d
export PYTHONPATH=$PWD/bindings/python PYTHONDONTWRITEBYTECODE=1
"$python" -W error -m unittest discover --start-directory bindings/python/tests
(cd bindings/python && "$python" -m mypy --strict --cache-dir "$PWD/../../.cache/mypy" att3d ../../examples/python/*.py)
if [[ ${1:-} == --full ]]; then
    # Ray has many dependencies, so it has an environment of its own.
    ray=$(scripts/environment.sh ray numpy ray==2.60.0 fsspec==2026.9.0)
    (cd bindings/python/tests && "$ray" -m unittest test_ray)
fi
