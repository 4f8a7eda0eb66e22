#!/usr/bin/env bash
# Checks assets of every pair of the command's options, over ten prompts. The Khronos validator checks them,
# after a decoder has decompressed the compressed ones.
#
#     scripts/check_options.sh             uses the validator
#     scripts/check_options.sh --blender   also opens the files in Blender (bpy, 370 MB, fetched into .cache)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=$(scripts/environment.sh options allpairspy==2.5.1)
scripts/fetch_validator.sh
scripts/fetch_models.sh
cargo build --release --locked --bin att3d
target=${CARGO_TARGET_DIR:-$PWD/target}
work=.cache/check/options
rm -rf "$work"
mkdir -p "$work"
"$python" scripts/check_options.py "$target/release/att3d" "$work"
mapfile -t ours < <(find "$work" -name '*.glb' ! -name 'kept-*' | sort)
node scripts/validate_glb.mjs "${ours[@]}" >"$work/validator.txt" || {
    grep -E ": (error|warning): " "$work/validator.txt" >&2
    exit 1
}
echo "${#ours[@]} files: the validator finds no error and no warning"
# A result must have exactly as many errors and warnings as the validator finds in the given file.
found() { { node scripts/validate_glb.mjs "$1" || true; } | sed -n '$s/.*: \([0-9]* errors, [0-9]* warnings\)/\1/p'; }
for kept in "$work"/kept-*.glb; do
    given=.cache/models/${kept##*/kept-}
    if [[ $(found "$kept") != $(found "$given") ]]; then
        echo "$kept has $(found "$kept"), and what was given $(found "$given")" >&2
        exit 1
    fi
done
echo "the files with kept geometry have the same issues as the given files"
if [[ ${1:-} == --blender ]]; then
    "$(scripts/fetch_blender.sh 4.5)" scripts/open_in_blender.py "$work"
fi
