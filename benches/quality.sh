#!/usr/bin/env bash
# IoU, colour, thin parts, edits and baselines of the bundled model: about ten minutes on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec cargo bench --locked --bench quality -- "$@"
