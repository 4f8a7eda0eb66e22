#!/usr/bin/env bash
# The Python package: against the header, and with the bundled model.
#
#     scripts/check_python.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

environment=.cache/python
stamp="numpy layout 1"
if [[ ! -f $environment/.stamp || $(<"$environment/.stamp") != "$stamp" ]]; then
    rm -rf "$environment"
    mkdir -p .cache
    if ! "${PYTHON:-python3}" -m venv "$environment"; then
        echo "check_python: python3 cannot make a virtual environment (on Debian: apt install python3-venv)" >&2
        exit 1
    fi
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: numpy
    echo "$stamp" >"$environment/.stamp"
fi
cargo build --release --locked
target=${CARGO_TARGET_DIR:-$PWD/target}
ATT3D_LIBRARY=$target/release/libatt3d.so PYTHONPATH=bindings/python PYTHONDONTWRITEBYTECODE=1 \
    "$environment/bin/python" -W error -m unittest discover --start-directory bindings/python/tests
