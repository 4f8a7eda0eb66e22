#!/usr/bin/env bash
# Evaluates a model against exact ground truth: IoU, color, thin parts, edits, nouns and baselines. Takes
# about half an hour on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec scripts/with_libtorch.sh cargo run --release --locked -p att3d-train -- evaluate "$@"
