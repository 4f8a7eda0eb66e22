#!/usr/bin/env bash
# Makes the Unreal plugin's package, target/att3d-unreal.zip, with the header, the library, the program att3d-worker
# of its workers, and the licenses.
# The folder ATT3D in it belongs in the folder Plugins of a project.
#
#     scripts/package_unreal.sh                  the library of this platform, which is built
#     scripts/package_unreal.sh --stage          only puts the header, the library and the worker into
#                                                plugins/unreal/ATT3D, for work on the plugin in a project
#
# ATT3D_LIBRARY_OF chooses the library of this platform; see scripts/stage_library.sh. The default is `release`.
# Files of other platforms are added from folders that these variables name: ATT3D_LINUX (libatt3d.so, att3d-worker),
# ATT3D_WIN64 (att3d.dll, att3d-worker.exe), ATT3D_MAC (libatt3d.dylib, att3d-worker). ATT3D_LINUX also replaces the
# build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
stage=0
for argument in "$@"; do
    case $argument in
    --stage) stage=1 ;;
    *)
        sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2
        exit 2
        ;;
    esac
done
scripts/system.sh base
if [[ -z ${ATT3D_LINUX:-} && $(uname -sm) == "Linux x86_64" ]]; then
    ATT3D_LINUX=${CARGO_TARGET_DIR:-target}/unreal-library
    scripts/stage_library.sh "$ATT3D_LINUX" release
fi

plugin=plugins/unreal/ATT3D
external=$plugin/Source/ThirdParty/ATT3D
rm -rf "$external/include" "$external/lib"
mkdir -p "$external/include"
cp include/att3d.h "$external/include"
count=0
add() { # PLATFORM FOLDER LIBRARY WORKER
    [[ -n $2 ]] || return 0
    local file
    mkdir -p "$external/lib/$1"
    for file in "$3" "$4"; do
        [[ -f $2/$file ]] || { echo "package_unreal: there is no $file in $2" >&2; exit 1; }
        cp "$2/$file" "$external/lib/$1"
    done
    # Symbols for debuggers are the largest part of the file, and programs do not need them.
    if [[ $1 == Linux ]]; then strip --strip-unneeded "$external/lib/$1"/*; fi
    if [[ $1 == Win64 ]] && command -v x86_64-w64-mingw32-strip >/dev/null; then
        x86_64-w64-mingw32-strip "$external/lib/$1"/*
    fi
    count=$((count + 1))
}
add Linux "${ATT3D_LINUX:-}" libatt3d.so att3d-worker
add Win64 "${ATT3D_WIN64:-}" att3d.dll att3d-worker.exe
add Mac "${ATT3D_MAC:-}" libatt3d.dylib att3d-worker
((count)) || { echo "package_unreal: there is no library; name its folder by ATT3D_LINUX, ATT3D_WIN64 or ATT3D_MAC" >&2; exit 1; }
if ((stage)); then exit 0; fi

target=${CARGO_TARGET_DIR:-target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$plugin" plugins/unreal/README.md "$work"
mv "$work/README.md" "$work/ATT3D"
mkdir "$work/ATT3D/Licenses"
cp LICENSE-MIT LICENSE-APACHE NOTICE src/text/reading/data/LICENSE-WORDNET models/toybox/CARD.md "$work/ATT3D/Licenses"
python3 scripts/list_licenses.py "$work/ATT3D/Licenses/THIRD-PARTY.txt" Cargo.toml
mkdir -p "$target"
zip=$target/att3d-unreal.zip
scripts/make_zip.py "$work" "$zip"
