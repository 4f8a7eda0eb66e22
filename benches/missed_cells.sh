#!/usr/bin/env bash
# Surface cells that coarse-to-fine extraction misses, and the share of the dense grid's points that it asks.
#
#     benches/missed_cells.sh [RESOLUTION …]
#
# The bars: no missed cell; at most 3 % of the points at 256³, gradients and colours counted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec cargo bench --quiet --locked --bench missed_cells -- "$@"
