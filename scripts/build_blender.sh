#!/usr/bin/env bash
# Builds the Blender extension for this platform, a zip file of plugins/blender/att3d and the Python package's
# wheel.
#
#     scripts/build_blender.sh [FOLDER]    default: target/blender
#
# It uses the library of `cargo build --release`, and compiles nothing if that has run. With ATT3D_LIBRARY_OF=dist it
# builds the library once more, optimized for size, which takes 19 processor minutes. scripts/build_wheel.sh describes
# the other values, and ATT3D_GLIBC. ATT3D_PLATFORM=windows builds the extension for Windows on x86-64.
set -euo pipefail
given=${1:+$(realpath -m "$1")}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${given:-${CARGO_TARGET_DIR:-$PWD/target}/blender}

case "${ATT3D_PLATFORM:-$(uname -sm)}" in
"Linux x86_64") platform=linux-x64 ;;
"Linux aarch64") platform=linux-arm64 ;;
windows) platform=windows-x64 ;;
*)
    echo "build_blender: this script knows Linux and ATT3D_PLATFORM=windows, and not ${ATT3D_PLATFORM:-$(uname -sm)}" >&2
    exit 1
    ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r plugins/blender/att3d "$work"
cp plugins/blender/LICENSE "$work/att3d"
find "$work" -name __pycache__ -prune -exec rm -rf {} +
wheel=$(ATT3D_LIBRARY_OF=${ATT3D_LIBRARY_OF:-release} scripts/build_wheel.sh "$work/att3d/wheels")
manifest=$work/att3d/blender_manifest.toml
sed -i "s|^# platforms =\$|platforms = [\"$platform\"]|; s|^# wheels =\$|wheels = [\"./wheels/${wheel##*/}\"]|" "$manifest"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$manifest")
mkdir -p "$out"
zip=$out/att3d-$version-$platform.zip
scripts/make_zip.py "$work/att3d" "$zip"
