#!/usr/bin/env bash
# Drives the dock in the real Godot editor and the demo in the running game, in a window under Xvfb.
#
#     scripts/check_godot_window.sh              runs all facts and prints the times of typing
#     scripts/check_godot_window.sh --pictures   also writes docs/godot-dock.png and docs/godot-demo.png
#
# scripts/build_godot.sh must have filled plugins/godot/addons/att3d/bin before. Godot is the one of
# scripts/fetch_godot.sh. The whole output is in .cache/check/godot/window/*.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=.cache/check/godot/window
with_pictures=
case ${1:-} in
--pictures) with_pictures=1 ;;
"") ;;
*)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
    ;;
esac
if [[ ! -f plugins/godot/addons/att3d/bin/libatt3d_godot.so ]]; then
    echo "check_godot_window: plugins/godot/addons/att3d/bin is empty; run scripts/build_godot.sh first" >&2
    exit 1
fi
rm -rf "$work"
mkdir -p "$work/home"
passed=0
failed=0

# Makes a project with the add-on, and with the plugin that drives the editor.
make_project() { # FOLDER
    mkdir -p "$1/.godot" "$1/addons"
    cp -rL plugins/godot/addons/att3d "$1/addons/"
    cp -r plugins/godot/tests/window/driver "$1/addons/window_driver"
    cat >"$1/project.godot" <<'PROJECT'
config_version=5

[application]

config/name="Window test"
config/features=PackedStringArray("4.2")

[editor_plugins]

enabled=PackedStringArray("res://addons/att3d/plugin.cfg", "res://addons/window_driver/plugin.cfg")

[rendering]

renderer/rendering_method="gl_compatibility"
PROJECT
    printf '[gd_scene format=3]\n\n[node name="Scene" type="Node3D"]\n' >"$1/scene.tscn"
    know_extension "$1"
}

# The first start of an editor that finds a new extension can crash (godotengine/godot#111048). With this file
# the extension is known.
know_extension() { # PROJECT
    mkdir -p "$1/.godot"
    echo "res://addons/att3d/att3d.gdextension" >"$1/.godot/extension_list.cfg"
}

# Runs Godot in a window of WIDTH × HEIGHT, and adds its counts. The result file is the proof that it came to
# its end.
in_window() { # NAME WIDTH HEIGHT SECONDS ARGUMENT …
    local name=$1 width=$2 height=$3 seconds=$4
    shift 4
    local counts=()
    rm -f "$work/$name.result"
    env ATT3D_GODOT_HOME="$PWD/$work/home" ATT3D_WINDOW_RESULT="$PWD/$work/$name.result" LIBGL_ALWAYS_SOFTWARE=1 \
        scripts/run_godot.sh timeout "$seconds" xvfb-run -a -s "-screen 0 ${width}x${height}x24" godot --rendering-driver opengl3 \
        --audio-driver Dummy --resolution "${width}x${height}" "$@" >"$work/$name.txt" 2>&1 || true
    grep -aE '^(ok|FAILED|note|time): ' "$work/$name.txt" || true
    if [[ -f $work/$name.result ]]; then
        read -ra counts <"$work/$name.result"
        passed=$((passed + counts[0]))
        failed=$((failed + counts[1]))
    else
        echo "FAILED: the session $name did not come to its end; the last lines are:"
        tail -n 15 "$work/$name.txt"
        failed=$((failed + 1))
    fi
    # An error in a script of the add-on does not end the editor, so the output is searched.
    if grep -aE 'SCRIPT ERROR|Parse Error|Program crashed' "$work/$name.txt"; then
        echo "FAILED: the session $name printed errors of scripts: $work/$name.txt"
        failed=$((failed + 1))
    fi
}

make_project "$work/project"
editor=(--editor --path "$work/project")
ATT3D_WINDOW_SESSION=first in_window first 1600 1000 900 "${editor[@]}"
if [[ $with_pictures ]]; then export ATT3D_WINDOW_PICTURE=$PWD/$work/dock.png; fi
ATT3D_WINDOW_SESSION=second in_window second 1440 900 600 "${editor[@]}"

know_extension plugins/godot/demo
ATT3D_WINDOW_SHELF=$PWD/$work/shelf.png ATT3D_WINDOW_ANIMAL=$PWD/$work/animal.png \
    in_window demo 1280 720 600 --path plugins/godot/demo --script "$PWD/plugins/godot/tests/window/demo.gd"

if [[ $with_pictures && $failed == 0 ]]; then
    python=$(scripts/environment.sh pictures pillow==12.0.0)
    "$python" plugins/godot/tests/window/pictures.py "$work" docs
fi
if ((failed == 0)); then result=ok; else result=FAILED; fi
echo "test result: $result. $passed passed; $failed failed"
((failed == 0))
