#!/usr/bin/env bash
# Builds the command and the library for macOS, on Linux with zig, and checks what can be read from the files. Nothing
# runs: no program for macOS can run here. No package is made, because nobody has run these files.
#
#     scripts/check_macos.sh    builds for arm64 and x86-64
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/system.sh base
target=${CARGO_TARGET_DIR:-$PWD/target}
zig=$(scripts/environment.sh zig cargo-zigbuild==0.24.1 ziglang==0.17.1)
lief=$(scripts/environment.sh lief lief==1.0.0)
export PATH=${zig%/*}:$PATH
for triple in aarch64-apple-darwin x86_64-apple-darwin; do
    rustup target list --installed | grep -qx "$triple" || rustup target add "$triple" >&2
    cargo-zigbuild zigbuild --release --locked --target "$triple" --package att3d --package att3d-worker \
        --config profile.release.debug=false
    "$lief" scripts/read_macho.py "$target/$triple/release" tests/abi/symbols.txt
done
