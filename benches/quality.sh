#!/usr/bin/env bash
# IoU, colour, thin parts, edits, nouns and baselines of a model, against exact ground truth: about half an hour on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec scripts/with_libtorch.sh cargo run --release --locked -p att3d-train -- evaluate "$@"
