#!/usr/bin/env bash
# Times the bundled model's forward pass alternately in the embedded engine and in libtorch, with the same
# weights and the same number of threads.
#
#     benches/generator.sh
#
# The required speed is at least 0.6 times that of libtorch.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec scripts/with_libtorch.sh cargo bench --quiet --locked -p att3d-torch --bench generator
