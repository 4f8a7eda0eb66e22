#!/usr/bin/env bash
# Bundles the 3D viewer of `att3d bake`'s gallery with three.js. The bundle is committed, so that a build of
# the command needs no Node.
#
#     scripts/build_viewer.sh            writes src/bin/att3d/bake/gallery/viewer.min.js
#     scripts/build_viewer.sh --check    fails if the committed bundle is not the one of the sources
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
gallery=src/bin/att3d/bake/gallery
work=.cache/viewer
mkdir -p "$work"
cp "$gallery/package.json" "$gallery/viewer.mjs" "$work"
(
    cd "$work"
    npm install --silent --no-fund --no-audit
    {
        # The licenses require these notices in copies.
        echo "/*!"
        cat node_modules/three/LICENSE
        echo
        echo "The part meshopt_decoder: MIT License, Copyright (C) 2016-2024, by Arseny Kapoulkine, with the same terms."
        echo "*/"
        npx esbuild viewer.mjs --bundle --minify --format=iife --legal-comments=none --log-level=warning
    } >viewer.min.js
)
if [[ ${1:-} == --check ]]; then
    cmp "$work/viewer.min.js" "$gallery/viewer.min.js"
else
    cp "$work/viewer.min.js" "$gallery/viewer.min.js"
fi
