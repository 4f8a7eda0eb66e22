#!/usr/bin/env bash
# Runs a command with libtorch on its paths, fetching libtorch first where it is missing:
#     scripts/with_libtorch.sh cargo nextest run -p att3d-torch
# A LIBTORCH of your own is taken as it is.
set -euo pipefail

if [[ $# -eq 0 ]]; then
    echo "usage: scripts/with_libtorch.sh COMMAND [ARGUMENT …]" >&2
    exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [[ -z "${LIBTORCH:-}" ]]; then
    "$root/scripts/fetch_libtorch.sh" >&2
    # The real path, so that checkouts sharing one cache agree on it and torch-sys is not built again for each.
    LIBTORCH=$(cd "$root/.cache/libtorch" && pwd -P)
    cuda=$(cd "$root/.cache/cuda" && pwd -P)
fi
export LIBTORCH
# tch's own default, pinned here so that a value left in the caller's environment cannot mix two ABIs.
export LIBTORCH_CXX11_ABI=1
export LD_LIBRARY_PATH="$LIBTORCH/lib${cuda:+:$cuda/nvidia/cu13/lib}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
# Spinning OpenMP threads slow every other program on the machine; threads that sleep at once take twice the time for a
# training step (0.70 s, and 0.36 s spinning; with this short spin 0.40 s: two cores, AVX-512).
if [[ -z "${OMP_WAIT_POLICY:-}" ]]; then
    export OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-20000}
fi
exec "$@"
