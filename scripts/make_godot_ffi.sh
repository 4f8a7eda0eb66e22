#!/usr/bin/env bash
# Makes plugins/godot/src/ffi.rs, the bindings of the Godot extension, out of include/att3d.h with bindgen, which
# needs libclang.
#
#     scripts/make_godot_ffi.sh            writes the file
#     scripts/make_godot_ffi.sh --check    fails if the committed file differs; exits with 77 without libclang
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly BINDGEN=0.72.1
file=plugins/godot/src/ffi.rs
export PATH="$PWD/.cache/tools/bin:$PATH"

if [[ -z ${LIBCLANG_PATH:-} ]] && ! ldconfig -p 2>/dev/null | grep -q libclang && ! compgen -G '/usr/lib/llvm-*/lib/libclang*' >/dev/null; then
    echo "make_godot_ffi: libclang is missing here (on Debian: apt install libclang-dev): not checked" >&2
    exit 77
fi
if ! command -v bindgen >/dev/null; then
    CARGO_PROFILE_DEV_DEBUG=0 cargo install --locked --debug --root .cache/tools "bindgen-cli@$BINDGEN" >&2
fi
new=$(mktemp)
trap 'rm -f "$new"' EXIT
bindgen include/att3d.h --dynamic-loading Library --dynamic-link-require-all --no-doc-comments --allowlist-function 'att3d_.*' \
    --allowlist-type 'att3d_.*' --allowlist-var 'ATT3D_.*' --default-macro-constant-type unsigned --no-prepend-enum-name \
    --rust-target 1.85 --rust-edition 2024 -o "$new"
rustfmt --edition 2024 --config-path rustfmt.toml "$new"
if [[ ${1:-} == --check ]]; then
    if ! diff -u "$file" "$new"; then
        echo "make_godot_ffi: $file is older than include/att3d.h; run scripts/make_godot_ffi.sh" >&2
        exit 1
    fi
else
    cp "$new" "$file"
fi
