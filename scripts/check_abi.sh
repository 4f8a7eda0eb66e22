#!/usr/bin/env bash
# Checks with libabigail that programs built with an older header can run with the current library.
# tests/abi/README.md has the rules, and the steps to take if this check fails.
#
#     scripts/check_abi.sh                  compares the header with the dump and with every older header
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

broken=0
for header in tests/abi/*/att3d.h; do
    version=$(basename "$(dirname "$header")")
    dump "$header" "$version"
    # Bit 4 of the status means a change, which includes additions; bit 8 means an incompatible change.
    status=0
    abidiff "$out/$version.abi" "$out/today.abi" >"$out/$version.txt" || status=$?
    if ((status & ~4)) || grep -E "data member (deletion|change)|offset changed|(parameter|return type) .*changed:|^ *\[D\]" "$out/$version.txt"; then
        cat "$out/$version.txt"
        broken=1
    fi
    # The dumps contain no constants.
    constants() { sed -n 's/^#define \(ATT3D_[A-Z0-9_]* .*\)/\1/p' "$1" | grep -v '^ATT3D_ABI_MINOR\|^ATT3D_PUBLIC' | sort; }
    gone=$(comm -23 <(constants "$header") <(constants include/att3d.h))
    [[ -z $gone ]] || { echo "constants that are gone or changed since ABI $version: $gone"; broken=1; }
done
exit $broken
