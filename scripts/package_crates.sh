#!/usr/bin/env bash
# Packages the crates of the library for crates.io: the two halves of the bundled model, and att3d. Prints the
# size of each .crate file, and fails if one exceeds the limit of crates.io.
#
#     scripts/package_crates.sh [ARGUMENT …]            cargo package, into target/package
#     scripts/package_crates.sh publish [ARGUMENT …]    cargo publish, such as with --dry-run
#
# The script makes the two halves and deletes them at its end, so the repository contains the model only once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly LARGEST=$((10 * 1024 * 1024))
command=package
if [[ ${1:-} == publish ]]; then
    command=publish && shift
    # `--allow-dirty` below permits the halves, which git ignores. It turns off cargo's check for changes.
    if [[ -n $(git status --porcelain) ]]; then
        echo "package_crates: there are changes that are not committed; commit them before you publish" >&2
        exit 1
    fi
fi

whole=models/toybox/toybox.att3d
middle=$(($(stat -c %s "$whole") / 2))
trap 'rm -f models/toybox/part_*/half' EXIT
head -c "$middle" "$whole" >models/toybox/part_1/half
tail -c +"$((middle + 1))" "$whole" >models/toybox/part_2/half
# Cargo packages att3d last, and takes its two dependencies from the packages of the same run.
cargo "$command" --locked --allow-dirty -p att3d-toybox-1 -p att3d-toybox-2 -p att3d "$@"

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
for name in att3d-toybox-1 att3d-toybox-2 att3d; do
    crate=${CARGO_TARGET_DIR:-target}/package/$name-$version.crate
    size=$(stat -c %s "$crate")
    echo "$crate: $size bytes"
    if ((size > LARGEST)); then
        echo "package_crates: $crate has $size bytes; crates.io allows $LARGEST; make it smaller" >&2
        exit 1
    fi
done
