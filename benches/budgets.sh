#!/usr/bin/env bash
# What triangle budgets cost 30 prompts: whether they are kept, whether the count that a refusal names works and none below it, the time
# against that of no budget, the Hausdorff distance to the full mesh, and the components that were lost.
# Prints a Markdown table. ATT3D names another command than target/release/att3d.
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 benches/budgets.py "${ATT3D:-target/release/att3d}"
