#!/usr/bin/env bash
# Puts the library and att3d-worker, the program of its workers, into a folder, as packages contain them: without
# symbols for debuggers.
#
#     scripts/stage_library.sh FOLDER [dist|release]    the second argument is the default of ATT3D_LIBRARY_OF
#
# ATT3D_LIBRARY_OF chooses the files:
#     dist       the shipped profile, with link-time optimization; it takes minutes
#     release    those of `cargo build --release`, which are a tenth larger; after a release build nothing is compiled
#     FOLDER     the library and att3d-worker in a folder (a name with a slash), which must be of this version
#
# ATT3D_GLIBC=2.28 builds files for Linux that run with this glibc and newer ones. The compiler is zig, which the
# script fetches from PyPI. Without this variable, the files need the glibc of this system.
#
# ATT3D_PLATFORM=windows puts att3d.dll and att3d-worker.exe for Windows on x86-64, built with MinGW. Without it, the
# script puts libatt3d.so and att3d-worker for this platform.
set -euo pipefail
out=$(realpath -m "${1:?a folder for the library}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
of=${ATT3D_LIBRARY_OF:-${2:-dist}}
target=${CARGO_TARGET_DIR:-$PWD/target}

library=libatt3d.so worker=att3d-worker strip=strip platform=() below= build=(cargo build) rustc=(cargo rustc)
case ${ATT3D_PLATFORM:-} in
windows)
    scripts/system.sh windows
    library=att3d.dll worker=att3d-worker.exe strip=x86_64-w64-mingw32-strip
    # Cargo puts the files for another platform into a folder of their own.
    platform=(--target x86_64-pc-windows-gnu) below=x86_64-pc-windows-gnu/
    ;;
"")
    if [[ ${ATT3D_GLIBC:-} ]]; then
        zig=$(scripts/environment.sh zig cargo-zigbuild==0.24.1 ziglang==0.17.1)
        export PATH=${zig%/*}:$PATH
        machine=$(uname -m)
        # The files for another glibc have a folder of their own, because Cargo would take them for the same target.
        target=$target/glibc-$ATT3D_GLIBC below=$machine-unknown-linux-gnu/
        export CARGO_TARGET_DIR=$target
        platform=(--target "$machine-unknown-linux-gnu.$ATT3D_GLIBC") build=(cargo-zigbuild zigbuild) rustc=(cargo-zigbuild rustc)
    fi
    ;;
*)
    echo "stage_library: ATT3D_PLATFORM is $ATT3D_PLATFORM; expected windows, or nothing for this platform" >&2
    exit 1
    ;;
esac
case $of in
*/*)
    files=("$of/$library" "$of/$worker")
    for file in "${files[@]}"; do
        if [[ ! -f $file ]]; then
            echo "stage_library: ATT3D_LIBRARY_OF is $of, and $file is missing; expected a folder with $library and $worker" >&2
            exit 1
        fi
    done
    ;;
release)
    "${build[@]}" --release --locked --package att3d --package att3d-worker "${platform[@]}" >&2
    files=("$target/${below}release/$library" "$target/${below}release/$worker")
    ;;
dist)
    # Cargo applies link-time optimization only if it builds no rlib.
    "${rustc[@]}" --profile dist --locked --lib --crate-type cdylib "${platform[@]}" >&2
    "${build[@]}" --release --locked --package att3d-worker "${platform[@]}" >&2
    files=("$target/${below}dist/$library" "$target/${below}release/$worker")
    ;;
*)
    echo "stage_library: ATT3D_LIBRARY_OF is $of; expected dist, release, or a folder, whose name has a slash" >&2
    exit 1
    ;;
esac

mkdir -p "$out"
for file in "${files[@]}"; do
    name=$(basename "$file")
    # A running program may have the old file open, so the old file is replaced and not overwritten.
    $strip -o "$out/$name.new" "$file"
    chmod 755 "$out/$name.new"
    mv "$out/$name.new" "$out/$name"
done
