#!/usr/bin/env bash
# Bakes a small catalog and uses its gallery in headless Chromium: search, filter, sort, keyboard, the 3D view.
# It also prints how fast a gallery of 10,000 assets is. The screenshots are in .cache/gallery.
#
#     scripts/check_gallery.sh [ATT3D]    ATT3D is the command; the default is target/release/att3d
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/system.sh node browser
command=${1:-target/release/att3d}
work=.cache/gallery
mkdir -p "$work"
if [[ ! -d $work/node_modules/playwright-core ]]; then
    npm install --silent --no-audit --no-fund --prefix "$work" playwright-core@1.56.1
fi
rm -rf "$work/out"
cat >"$work/props.csv" <<'END'
prompt,triangles,texture_size,lods,_owner
a pig,,256,,Ada
a red dragon,2000,256,2,Ada
a wooden chair,1000,256,,Bo
a green truck,,,,Bo
a monster lamp,,256,,Bo
a quantum entanglement,,,,Bo
END
# One row fails, because the model does not know its words.
status=0
"$command" bake "$work/props.csv" -o "$work/out" --require 'triangles<=2500' || status=$?
[[ $status -eq 1 ]]
node scripts/check_gallery.mjs "$work"
scripts/build_viewer.sh --check
