#!/usr/bin/env bash
# The Python package: against the header, and with the bundled model.
#
#     scripts/check_python.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=$(scripts/environment.sh python numpy)
cargo build --release --locked
target=${CARGO_TARGET_DIR:-$PWD/target}
ATT3D_LIBRARY=$target/release/libatt3d.so PYTHONPATH=bindings/python PYTHONDONTWRITEBYTECODE=1 \
    "$python" -W error -m unittest discover --start-directory bindings/python/tests
