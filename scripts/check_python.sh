#!/usr/bin/env bash
# Checks the Python package: its declarations against the header, its tests with the bundled model, and its
# types.
#
#     scripts/check_python.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=$(scripts/environment.sh python numpy mypy==2.4.1)
cargo build --release --locked
target=${CARGO_TARGET_DIR:-$PWD/target}
ATT3D_LIBRARY=$target/release/libatt3d.so PYTHONPATH=bindings/python PYTHONDONTWRITEBYTECODE=1 \
    "$python" -W error -m unittest discover --start-directory bindings/python/tests
(cd bindings/python && "$python" -m mypy --strict --cache-dir "$PWD/../../.cache/mypy" att3d)
