#!/usr/bin/env bash
# Builds a wheel of the Python package for this platform. The wheel contains the library, the program that runs
# its workers, and the JavaScript program of the 3D view.
#
#     scripts/build_wheel.sh FOLDER    prints the wheel's path; its tag names the oldest usable glibc
#
# scripts/stage_library.sh describes the variables. ATT3D_LIBRARY_OF chooses the library and the program; the
# default is the shipped profile. ATT3D_GLIBC=2.28 makes a wheel for all systems with this glibc or a newer one.
# ATT3D_PLATFORM=windows makes a wheel for Windows on x86-64.
set -euo pipefail
out=$(realpath -m "${1:?a folder for the wheel}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=$(scripts/environment.sh wheel setuptools==84.2.1 wheel==0.48.0)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r bindings/python/pyproject.toml bindings/python/README.md bindings/python/att3d LICENSE-MIT LICENSE-APACHE "$work"
rm -rf "$work/att3d/__pycache__"
mkdir "$work/att3d/native"
scripts/stage_library.sh "$work/att3d/native" dist
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
sed -i "s/^dynamic = \[\"version\"\]/version = \"$version\"/" "$work/pyproject.toml"
if [[ ${ATT3D_PLATFORM:-} == windows ]]; then
    tag=win_amd64
else
    # The newest glibc symbol version that the library or the program needs is the oldest glibc on which they run.
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
