#!/usr/bin/env bash
# Tests the Godot addon in Godot: builds it, runs the tests headless, exports a game and runs it.
#
#     scripts/check_godot.sh               all tests that need no window
#     scripts/check_godot.sh NAME …        only these files of plugins/godot/tests/cases
#     scripts/check_godot.sh --window      the editor and the demo in a window under Xvfb
#
# ATT3D_LIBRARY_OF chooses the library; see scripts/stage_library.sh. `./check` uses `release`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ${1:-} == --window ]]; then exec scripts/check_godot_window.sh; fi

work=$PWD/.cache/check/godot
mkdir -p "$work"
# Only one run at a time, because runs share their folders.
exec 9>"$work/.lock"
if command -v flock >/dev/null; then flock 9; fi
rm -f "$work"/*.log
export PATH="$PWD/.cache/tools/bin:$PATH"

# The crate has a workspace of its own, so the other stages do not check it.
cargo fmt --manifest-path plugins/godot/Cargo.toml --check
cargo clippy --release --locked --manifest-path plugins/godot/Cargo.toml --target-dir plugins/godot/target -- -D warnings
if command -v cargo-deny >/dev/null; then cargo deny --manifest-path plugins/godot/Cargo.toml check licenses bans sources; fi
scripts/make_godot_ffi.sh --check || (($? == 77))

scripts/fetch_godot.sh >/dev/null
scripts/build_godot.sh
scripts/run_godot.sh godot --version
# The command that makes the GLB files for the comparison. The add-on does not contain it.
command=${ATT3D_LIBRARY_OF:-}/att3d
if [[ ${ATT3D_LIBRARY_OF:-} != */* ]]; then
    cargo build --release --locked --bin att3d
    command=${CARGO_TARGET_DIR:-target}/release/att3d
fi

# The path of the project contains letters outside ASCII, and a space.
tests="$work/prüfung テスト"
fresh() { # FOLDER SOURCE: a project with the addon
    rm -rf "$1"
    mkdir -p "$1/.godot"
    cp -r "$2"/. "$1/"
    rm -rf "$1/addons"
    mkdir -p "$1/addons"
    cp -r plugins/godot/addons/att3d "$1/addons/"
    # Without this list, Godot does not load the extension when it first starts.
    echo "res://addons/att3d/att3d.gdextension" >"$1/.godot/extension_list.cfg"
}
fresh "$tests" plugins/godot/tests
mkdir -p "$tests/packages" "$tests/command"
cp models/toybox/toybox.att3d "$tests/packages/"
cp -r plugins/godot/doc_classes "$tests/"
"$command" generate "a green truck" --resolution 64 -o "$tests/command/plain.glb"
"$command" generate "a green truck" --resolution 64 --size 3.5 -o "$tests/command/sized.glb"

godot() { # NAME FOLDER ARGUMENT …: runs Godot on a project, with a log; the exit status is the log's last line
    local name=$1 folder=$2 status=0
    shift 2
    timeout "${ATT3D_GODOT_TIMEOUT:-600}" scripts/run_godot.sh godot --headless --verbose --path "$folder" "$@" >"$work/$name.log" 2>&1 </dev/null ||
        status=$?
    printf '\nexit status: %d\n' "$status" >>"$work/$name.log"
}

godot suite "$tests" --script run.gd -- "$@"
if [[ $# -eq 0 ]]; then
    . scripts/check_godot_scenarios.sh
fi
python3 scripts/check_godot_log.py "$work"/*.log
