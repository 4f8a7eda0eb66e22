#!/usr/bin/env bash
# Checks with libabigail that the header has the ABI of the committed dump. tests/abi/README.md has the rules,
# and the steps to take if this check fails.
#
#     scripts/check_abi.sh                  compares the header with the dump
#     ATT3D_BLESS=1 scripts/check_abi.sh    also writes the dump again
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=.cache/abi
mkdir -p "$out"
scripts/system.sh abi

# libabigail reads C better than Rust, so it reads a C library with the header's functions and empty bodies.
# tests/header.rs compares the header with the code.
dump() { # HEADER NAME
    awk '/^ATT3D_PUBLIC/ { inside = 1 } inside && /;$/ { sub(/;$/, " {}"); inside = 0 } { print }' "$1" >"$out/$2.c"
    gcc -g -O0 -w -shared -fPIC "$out/$2.c" -o "$out/$2.so"
    abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-elf-needed --out-file "$out/$2.abi" "$out/$2.so"
}

dump include/att3d.h today
if [[ -n ${ATT3D_BLESS:-} ]]; then cp "$out/today.abi" tests/abi/att3d.abi; fi
abidiff tests/abi/att3d.abi "$out/today.abi" || { echo "the ABI is not that of tests/abi/att3d.abi: see tests/abi/README.md"; exit 1; }
