#!/usr/bin/env bash
# Makes att3d_* the only global symbols of a static library. A host with its own copy of meshoptimizer, zlib
# or the Rust standard library can then link it. All objects become one object with local symbols. Needs GNU
# binutils.
#
#     scripts/seal_static.sh target/release/libatt3d.a [OUTPUT.a]     (default: in place)
set -euo pipefail
if (($# < 1 || $# > 2)); then
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
library=$1 output=${2:-$1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ld resolves section groups here. If they stayed, a linker could find a group again in another library and
# drop this library's copy, whose symbols are then local.
ld -r --force-group-allocation --whole-archive "$library" -o "$work/att3d.o"
# The standard library contains LLVM bitcode, which is not used and which older plugins of `ar` cannot read.
# Unique symbols of C++ (_ZZ…) become weak first, because objcopy cannot make unique symbols local.
objcopy --remove-section=.llvmbc --remove-section=.llvmcmd --wildcard --weaken-symbol='_ZZ*' "$work/att3d.o" "$work/weak.o"
objcopy --wildcard --keep-global-symbol='att3d_*' "$work/weak.o" "$work/att3d.o"
ar rcsD "$work/libatt3d.a" "$work/att3d.o"
others=$(nm --extern-only --defined-only "$work/libatt3d.a" | awk 'NF == 3 && $3 !~ /^att3d_/ { print $3 }')
if [[ -n $others ]]; then
    echo "seal_static: symbols beside att3d_* are still global:" >&2
    head -n 20 <<<"$others" >&2
    exit 1
fi
mv "$work/libatt3d.a" "$output"
