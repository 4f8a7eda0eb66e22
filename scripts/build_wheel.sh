#!/usr/bin/env bash
# Builds a wheel of the Python package for this platform, with the library and the command that runs its
# workers, and with the program of the 3D view. The command has no model inside, because the library has one.
#
#     scripts/build_wheel.sh FOLDER    prints the wheel's path; its tag names the oldest usable glibc
#
# ATT3D_WHEEL_OF=release uses the library and the command of `cargo build --release`. The wheel is a tenth larger
# then, but after a release build nothing is compiled. ATT3D_WHEEL_OF=FOLDER uses libatt3d.so and att3d in a folder,
# which must be of this version, and never compiles. The default is a build of its own, dist.
#
# ATT3D_PLATFORM=windows builds a wheel for Windows on x86-64, with MinGW and in the same ways. A folder of
# ATT3D_WHEEL_OF then has att3d.dll and att3d.exe.
set -euo pipefail
out=$(realpath -m "${1:?a folder for the wheel}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=$(scripts/environment.sh wheel setuptools==84.2.1 wheel==0.48.0)
target=${CARGO_TARGET_DIR:-$PWD/target}
of=${ATT3D_WHEEL_OF:-dist}
library_name=libatt3d.so worker_name=att3d strip=strip
is_windows=0 platform=() below=
if [[ ${ATT3D_PLATFORM:-} == windows ]]; then
    scripts/system.sh windows
    is_windows=1 library_name=att3d.dll worker_name=att3d.exe strip=x86_64-w64-mingw32-strip
    # Cargo puts the files for another platform into a folder of their own.
    platform=(--target x86_64-pc-windows-gnu) below=x86_64-pc-windows-gnu/
elif [[ -n ${ATT3D_PLATFORM:-} ]]; then
    echo "build_wheel: ATT3D_PLATFORM is $ATT3D_PLATFORM; expected windows, or nothing for this platform" >&2
    exit 1
fi
if [[ $of == */* ]]; then
    library=$of/$library_name worker=$of/$worker_name
    for file in "$library" "$worker"; do
        if [[ ! -f $file ]]; then
            echo "build_wheel: ATT3D_WHEEL_OF is $of, and $file is missing there: expected a folder with $library_name and $worker_name" >&2
            exit 1
        fi
    done
elif [[ $of == release ]]; then
    cargo build --release --locked "${platform[@]}" 1>&2
    library=$target/${below}release/$library_name worker=$target/${below}release/$worker_name
else
    cargo rustc --profile dist --locked --lib --crate-type cdylib "${platform[@]}" 1>&2
    cargo build --release --locked --no-default-features --features cli --bin att3d --target-dir "$target/worker" --config profile.release.debug=false "${platform[@]}" 1>&2
    library=$target/${below}dist/$library_name worker=$target/worker/${below}release/$worker_name
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r bindings/python/pyproject.toml bindings/python/README.md bindings/python/att3d LICENSE-MIT LICENSE-APACHE "$work"
rm -rf "$work/att3d/__pycache__"
mkdir "$work/att3d/native"
$strip -o "$work/att3d/native/$library_name" "$library"
$strip -o "$work/att3d/native/$worker_name" "$worker"
if [[ $of != dist ]]; then scripts/remove_model.py "$work/att3d/native/$worker_name" 1>&2; fi
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
sed -i "s/^dynamic = \[\"version\"\]/version = \"$version\"/" "$work/pyproject.toml"
if ((is_windows)); then
    tag=win_amd64
else
    # The newest glibc symbol version that the library or the command needs is the oldest glibc on which they run.
    glibc=$(objdump -T "$work"/att3d/native/* | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
    glibc=${glibc#GLIBC_}
    tag=manylinux_${glibc//./_}_$(uname -m)
fi
# The 3D view of `Mesh.viewer`.
cp src/bin/att3d/bake/gallery/viewer.min.js "$work/att3d/native"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$work/wheel" "$work" 1>&2
"$python" -m wheel tags --remove --platform-tag "$tag" "$work"/wheel/*.whl 1>&2
mkdir -p "$out"
rm -f "$out"/att3d-*.whl
mv "$work"/wheel/*.whl "$out"
ls "$out"/att3d-*.whl
