#!/usr/bin/env bash
# Runs a command with libtorch on its paths, and fetches libtorch first if it is missing:
#     scripts/with_libtorch.sh cargo nextest run -p att3d-torch
# If LIBTORCH is set, that libtorch is used.
set -euo pipefail

if [[ $# -eq 0 ]]; then
    echo "usage: scripts/with_libtorch.sh COMMAND [ARGUMENT …]" >&2
    exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [[ -z "${LIBTORCH:-}" ]]; then
    "$root/scripts/fetch_libtorch.sh" >&2
    # The path has no symbolic links, so that checkouts with a common cache have the same path. Otherwise,
    # each checkout would build torch-sys again.
    LIBTORCH=$(cd "$root/.cache/libtorch" && pwd -P)
    cuda=$(cd "$root/.cache/cuda" && pwd -P)
fi
export LIBTORCH
# This is tch's default. It is set here so that a value in the caller's environment cannot mix two ABIs.
export LIBTORCH_CXX11_ABI=1
export LD_LIBRARY_PATH="$LIBTORCH/lib${cuda:+:$cuda/nvidia/cu13/lib}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
# OpenMP threads that spin slow all other programs on the machine. Threads that sleep immediately double the
# time of a training step. On two cores with AVX-512, a step takes 0.36 s with spinning, 0.70 s without, and
# 0.40 s with this short spin.
if [[ -z "${OMP_WAIT_POLICY:-}" ]]; then
    export OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-20000}
fi
exec "$@"
