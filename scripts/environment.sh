#!/usr/bin/env bash
# Makes a Python environment in .cache/NAME, which git ignores, with exactly these packages and their
# dependencies. Does nothing if it exists already. Prints the path of its Python.
#
#     scripts/environment.sh NAME PACKAGE==VERSION …
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

environment=$PWD/.cache/${1:?a name}
shift
stamp="$* layout 1"
if [[ ! -f $environment/.stamp || $(<"$environment/.stamp") != "$stamp" ]]; then
    # An incomplete environment has no stamp and is made again.
    rm -rf "$environment"
    mkdir -p .cache
    if ! "${PYTHON:-python3}" -m venv "$environment"; then
        echo "environment: ${PYTHON:-python3} cannot make a virtual environment (on Debian: apt install python3-venv)" >&2
        exit 1
    fi
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --only-binary=:all: "$@" 1>&2
    echo "$stamp" >"$environment/.stamp"
fi
echo "$environment/bin/python"
