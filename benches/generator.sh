#!/usr/bin/env bash
# The bundled model's forward pass: the embedded engine against libtorch, same weights, same threads, in turns.
#
#     benches/generator.sh
#
# The bar: at least 0.6 times libtorch's speed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec scripts/with_libtorch.sh cargo bench --quiet --locked -p att3d-torch --bench generator
