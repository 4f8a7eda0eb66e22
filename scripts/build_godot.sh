#!/usr/bin/env bash
# Builds the Godot extension and puts it with the library and the worker into plugins/godot/addons/att3d/bin.
#
#     scripts/build_godot.sh [--zip]    --zip: also packs the add-on with scripts/package_godot.sh
#
# The library and the worker are those of the shipped profile, or libatt3d.so and att3d in the folder that
# ATT3D_GODOT_LIBRARY names. ATT3D_GODOT_OF=release uses those of `cargo build --release`. They are larger; tests
# use them.
#
# ATT3D_PLATFORM=windows adds the files for Windows on x86-64, built with MinGW, beside those for Linux.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin=plugins/godot/addons/att3d/bin
mkdir -p "$bin"

target=${CARGO_TARGET_DIR:-$PWD/target}
put() { # FILE NAME [STRIP]: a running program may have the old file open, so it is replaced and not overwritten
    "${3:-strip}" -o "$bin/$2.new" "$1"
    chmod 755 "$bin/$2.new"
    mv "$bin/$2.new" "$bin/$2"
}
if [[ ${ATT3D_PLATFORM:-} == windows ]]; then
    scripts/system.sh windows
    triple=x86_64-pc-windows-gnu strip=x86_64-w64-mingw32-strip
    cargo build --release --locked --target "$triple"
    cargo build --release --locked --target "$triple" --manifest-path plugins/godot/Cargo.toml --target-dir plugins/godot/target
    put "plugins/godot/target/$triple/release/att3d_godot.dll" att3d_godot.dll $strip
    put "$target/$triple/release/att3d.dll" att3d.dll $strip
    put "$target/$triple/release/att3d.exe" att3d.exe $strip
    # The library has the model.
    scripts/remove_model.py "$bin/att3d.exe"
    ls -l "$bin"
    if [[ ${1:-} == --zip ]]; then scripts/package_godot.sh; fi
    exit 0
fi
if [[ -n ${ATT3D_GODOT_LIBRARY:-} ]]; then
    library=$ATT3D_GODOT_LIBRARY/libatt3d.so worker=$ATT3D_GODOT_LIBRARY/att3d
elif [[ ${ATT3D_GODOT_OF:-dist} == release ]]; then
    cargo build --release --locked
    library=$target/release/libatt3d.so worker=$target/release/att3d
else
    # Cargo applies link-time optimization only if it builds no rlib. The command has no model inside, because
    # the library has one.
    cargo rustc --profile dist --locked --lib --crate-type cdylib
    cargo build --release --locked --no-default-features --features cli --bin att3d --target-dir "$target/worker" --config profile.release.debug=false
    library=$target/dist/libatt3d.so worker=$target/worker/release/att3d
fi
cargo build --release --locked --manifest-path plugins/godot/Cargo.toml --target-dir plugins/godot/target

put plugins/godot/target/release/libatt3d_godot.so libatt3d_godot.so
put "$library" libatt3d.so
put "$worker" att3d
ls -l "$bin"
if [[ ${1:-} == --zip ]]; then scripts/package_godot.sh; fi
