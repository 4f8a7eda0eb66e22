#!/usr/bin/env bash
# Measures the cost of calls through the C interface, and the size of the library without its model.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo bench --quiet --locked --bench c_abi
target=${CARGO_TARGET_DIR:-target}
# This is the shipped profile. The build has its own folder, because builds with different features in one
# folder would replace each other.
cargo rustc --quiet --profile dist --locked --no-default-features --target-dir "$target/without-model" --lib --crate-type cdylib
strip -o "$target/without-model/stripped.so" "$target/without-model/dist/libatt3d.so"
bytes=$(stat -c %s "$target/without-model/stripped.so")
needed=$(readelf -d "$target/without-model/stripped.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | paste -sd' ')
awk -v bytes="$bytes" -v needed="$needed" \
    'BEGIN { printf "| `libatt3d.so`, stripped, without the model; it needs %s | %.1f MB | ≤ 8 MB |\n", needed, bytes / 1e6 }'
