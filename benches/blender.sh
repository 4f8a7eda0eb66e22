#!/usr/bin/env bash
# Measures the Blender extension against its limits. Typing is timed in Blender 4.3 with a window of 800 × 600
# pixels under Xvfb. A software rasterizer draws the window, on the same two cores that make the meshes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=$(scripts/check_blender.sh --typing)
zip=$(stat -c %s .cache/check/blender/att3d-*.zip)
time_of() { sed -n "s/^time: $1: \([0-9.]*\) ms median of \([0-9]*\)/\1 ms (\2)/p" <<<"$out"; }
memory=$(ATT3D_FULL=1 scripts/check_blender.sh --memory | sed -n 's/^memory after 200 generations: //p')
echo "| what | measured (updates) | bar |"
echo "|---|---|---|"
echo "| main thread blocked by one live update at 64³, median | $(time_of 'main thread blocked by a live update at 64³') | ≤ 4 ms |"
echo "| the same, processor time of the main thread | $(time_of 'processor time of the main thread for a live update at 64³') | |"
echo "| from the last keystroke to the updated mesh at 64³, median | $(time_of 'last keystroke to the updated mesh at 64³') | ≤ 90 ms |"
awk -v size="$zip" 'BEGIN { printf "| the zip for Linux x86-64 | %.1f MB | ≤ 30 MB |\n", size / 1e6 }'
echo "| memory after 200 generations | $memory | within 3 % |"
