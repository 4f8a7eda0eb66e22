#!/usr/bin/env bash
# Measures triangle budgets for 30 prompts: whether the meshes keep them, the time compared to no budget, the
# Hausdorff distance to the full mesh, and the lost components. Also checks that the smallest possible budget
# that an error message names works, and that a smaller budget fails. Prints a Markdown table. ATT3D names
# another command than target/release/att3d.
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 benches/budgets.py "${ATT3D:-target/release/att3d}"
