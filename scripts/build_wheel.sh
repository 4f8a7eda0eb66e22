#!/usr/bin/env bash
# Builds a wheel of the Python package for this platform, with the library and the command that runs its
# workers, and with the program of the 3D view. The command has no model inside, because the library has one.
#
#     scripts/build_wheel.sh FOLDER    prints the wheel's path; its tag names the oldest usable glibc
#
# ATT3D_WHEEL_OF=release uses the library and the command of `cargo build --release`. They are larger; tests
# use them.
set -euo pipefail
out=$(realpath -m "${1:?a folder for the wheel}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=$(scripts/environment.sh wheel setuptools==84.2.1 wheel==0.48.0)
target=${CARGO_TARGET_DIR:-$PWD/target}
if [[ ${ATT3D_WHEEL_OF:-dist} == release ]]; then
    cargo build --release --locked 1>&2
    library=$target/release/libatt3d.so worker=$target/release/att3d
else
    cargo rustc --profile dist --locked --lib --crate-type cdylib 1>&2
    cargo build --release --locked --no-default-features --features cli --bin att3d --target-dir "$target/worker" --config profile.release.debug=false 1>&2
    library=$target/dist/libatt3d.so worker=$target/worker/release/att3d
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r bindings/python/pyproject.toml bindings/python/README.md bindings/python/att3d LICENSE-MIT LICENSE-APACHE "$work"
rm -rf "$work/att3d/__pycache__"
mkdir "$work/att3d/native"
strip -o "$work/att3d/native/libatt3d.so" "$library"
strip -o "$work/att3d/native/att3d" "$worker"
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
sed -i "s/^dynamic = \[\"version\"\]/version = \"$version\"/" "$work/pyproject.toml"
# The newest glibc symbol version that the library or the command needs is the oldest glibc on which they run.
glibc=$(objdump -T "$work"/att3d/native/* | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
glibc=${glibc#GLIBC_}
# The 3D view of `Mesh.viewer`.
cp src/bin/att3d/bake/gallery/viewer.min.js "$work/att3d/native"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$work/wheel" "$work" 1>&2
"$python" -m wheel tags --remove --platform-tag "manylinux_${glibc//./_}_$(uname -m)" "$work"/wheel/*.whl 1>&2
mkdir -p "$out"
rm -f "$out"/att3d-*.whl
mv "$work"/wheel/*.whl "$out"
ls "$out"/att3d-*.whl
