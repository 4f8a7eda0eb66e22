#!/bin/sh
# Fetches third-party meshes for tests of stylizing into .cache/models, which git ignores: Suzanne and the
# Stanford bunny (@pmndrs/assets, CC0-1.0; Draco is decompressed), and four controllers and a skinned hand
# (@webxr-input-profiles/assets, MIT). Does nothing if they exist already.
set -eu
root="$(cd "$(dirname "$0")/.." && pwd)"
cache="$root/.cache/models"
if [ -f "$cache/complete" ]; then
    exit 0
fi
tools="$root/.cache/gltf-transform"
mkdir -p "$cache" "$tools"
npm install --silent --no-audit --no-fund --prefix "$tools" \
    @gltf-transform/core@4.5.1 @gltf-transform/extensions@4.5.1 draco3dgltf@1.5.7 meshoptimizer@1.3.0
packages="$(mktemp -d)"
trap 'rm -rf "$packages"' EXIT
cd "$packages"
npm pack --silent @pmndrs/assets@1.7.0 @webxr-input-profiles/assets@1.0.20 >/dev/null
tar xzf pmndrs-assets-1.7.0.tgz package/models/suzi.glb.js package/models/bunny.glb.js
for model in suzi bunny; do
    node "$root/scripts/plain_glb.mjs" "package/models/$model.glb.js" "$cache/$model.glb"
done
for model in generic-hand/left oculus-touch-v3/left valve-index/left logitech-mx-ink/none microsoft-mixed-reality/left; do
    tar xzf webxr-input-profiles-assets-1.0.20.tgz "package/dist/profiles/$model.glb"
    cp "package/dist/profiles/$model.glb" "$cache/$(dirname "$model").glb"
done
touch "$cache/complete"
