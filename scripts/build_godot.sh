#!/usr/bin/env bash
# Builds the Godot extension and puts it with the library and the worker into plugins/godot/addons/att3d/bin.
#
#     scripts/build_godot.sh [--zip]    --zip: also packs the add-on with scripts/package_godot.sh
#
# ATT3D_LIBRARY_OF chooses the library and the worker; see scripts/stage_library.sh. The default is the shipped
# profile. ATT3D_PLATFORM=windows adds the files for Windows on x86-64, built with MinGW, beside those for Linux.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin=plugins/godot/addons/att3d/bin
mkdir -p "$bin"

extension=libatt3d_godot.so strip=strip platform=() below=
if [[ ${ATT3D_PLATFORM:-} == windows ]]; then
    scripts/system.sh windows
    extension=att3d_godot.dll strip=x86_64-w64-mingw32-strip
    platform=(--target x86_64-pc-windows-gnu) below=x86_64-pc-windows-gnu/
fi
scripts/stage_library.sh "$bin" dist
cargo build --release --locked "${platform[@]}" --manifest-path plugins/godot/Cargo.toml --target-dir plugins/godot/target
# A running program may have the old file open, so the old file is replaced and not overwritten.
$strip -o "$bin/$extension.new" "plugins/godot/target/${below}release/$extension"
chmod 755 "$bin/$extension.new"
mv "$bin/$extension.new" "$bin/$extension"
ls -l "$bin"
if [[ ${1:-} == --zip ]]; then scripts/package_godot.sh; fi
