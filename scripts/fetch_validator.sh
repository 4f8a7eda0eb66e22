#!/bin/sh
# Fetches the Khronos glTF validator into .cache/validator, which git ignores. Does nothing if it exists
# already.
set -eu
version=2.0.0-dev.3.10
cache="$(cd "$(dirname "$0")/.." && pwd)/.cache/validator"
if [ -f "$cache/node_modules/gltf-validator/index.js" ]; then
    exit 0
fi
mkdir -p "$cache"
npm install --silent --no-audit --no-fund --prefix "$cache" "gltf-validator@$version"
