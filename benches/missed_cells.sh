#!/usr/bin/env bash
# Counts the surface cells that coarse-to-fine extraction misses, and the share of the dense grid's points
# that it evaluates.
#
#     benches/missed_cells.sh [RESOLUTION …]
#
# The limits: no missed cell, and at most 3 % of the points at 256³ cells. Gradients and colors count as
# points.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec cargo bench --quiet --locked --bench missed_cells -- "$@"
