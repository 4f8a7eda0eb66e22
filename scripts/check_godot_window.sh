#!/usr/bin/env bash
# Drives the dock in the real Godot editor and the demo in the running game, in a window under Xvfb.
#
#     scripts/check_godot_window.sh              runs all tests and prints the times of typing
#     scripts/check_godot_window.sh --pictures   only writes docs/godot-dock.png and docs/godot-demo.png
#     scripts/check_godot_window.sh --typing     only prints the times of typing
#     scripts/check_godot_window.sh --demo       only drives the demo; --editor, --look and --missing: only these
#                                                sessions
#
# scripts/build_godot.sh must have filled plugins/godot/addons/att3d/bin before. Godot is the one of
# scripts/fetch_godot.sh. The whole output is in .cache/check/godot/window/*.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=.cache/check/godot/window
sessions="demo editor typing missing look"
case ${1:-} in
--pictures) sessions="demo picture" ;;
--editor | --look | --missing | --typing | --demo) sessions=${1#--} ;;
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
    cp models/toybox/toybox.att3d "$1/package.att3d"
    cp "$1/scene.tscn" "$1/picture.tscn"
    know_extension "$1"
}

# An editor that finds a new extension when it starts can crash (godotengine/godot#111048). With this file,
# the extension is not new.
know_extension() { # PROJECT
    mkdir -p "$1/.godot"
    echo "res://addons/att3d/att3d.gdextension" >"$1/.godot/extension_list.cfg"
}

# Runs Godot in a window of WIDTH × HEIGHT pixels, and adds the session's counts of passed and failed tests. If
# there is no result file, the session did not come to its end.
in_window() { # NAME WIDTH HEIGHT SECONDS ARGUMENT …
    local name=$1 width=$2 height=$3 seconds=$4
    shift 4
    local counts=()
    rm -f "$work/$name.result"
    for _attempt in 1 2; do
        env ATT3D_GODOT_HOME="$PWD/$work/home" ATT3D_WINDOW_RESULT="$PWD/$work/$name.result" LIBGL_ALWAYS_SOFTWARE=1 \
            scripts/run_godot.sh timeout "$seconds" xvfb-run -a -s "-screen 0 ${width}x${height}x24" godot --rendering-driver opengl3 \
            --audio-driver Dummy --resolution "${width}x${height}" "$@" >"$work/$name.txt" 2>&1 || true
        # Even with know_extension, some starts of the editor crash. The session has not begun then, so the start
        # can be repeated.
        if ! grep -aq 'terminate called' "$work/$name.txt" || grep -aqE '^(ok|FAILED): ' "$work/$name.txt"; then break; fi
        echo "note: the editor crashed while it started, and is started again"
    done
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

if [[ $sessions == *demo* ]]; then
    know_extension plugins/godot/demo
    ATT3D_WINDOW_SHELF=$PWD/$work/shelf.png ATT3D_WINDOW_ANIMAL=$PWD/$work/animal.png \
        in_window demo 1280 720 600 --path plugins/godot/demo --script "$PWD/plugins/godot/tests/window/demo.gd"
fi

make_project "$work/project"
# Imports the package and the icons now, because the editor's import window would disturb a session.
env ATT3D_GODOT_HOME="$PWD/$work/home" scripts/run_godot.sh timeout 300 godot --headless --import --path "$work/project" >"$work/import.txt" 2>&1 ||
    echo "note: the import ended with an error: $work/import.txt"
in_editor() { # NAME WIDTH HEIGHT SECONDS
    ATT3D_WINDOW_SESSION=$1 in_window "$@" --editor --path "$work/project"
}

if [[ $sessions == *editor* ]]; then
    in_editor first 1280 860 900
    in_editor second 1280 860 600
fi
if [[ $sessions == *picture* ]]; then
    export ATT3D_WINDOW_PICTURE=$PWD/$work/dock.png
    in_editor picture 1440 960 600
fi
if [[ $sessions == *look* ]]; then
    # The value 6 of `display_scale` selects the scale factor 2.
    mkdir -p "$work/home/.config/godot"
    for version in 4 4.4 4.5 4.6; do
        printf '[gd_resource type="EditorSettings" format=3]\n\n[resource]\ninterface/editor/display_scale = 6\ninterface/theme/preset = "Light"\ninterface/theme/color_preset = "Light"\n' \
            >"$work/home/.config/godot/editor_settings-$version.tres"
    done
    export ATT3D_WINDOW_LOOK=$PWD/$work/look
    in_editor look 2560 1400 600
    rm -r "$work/home/.config/godot"
fi
# Software rendering takes most of the time of a frame, so the window is small where times are measured.
if [[ $sessions == *typing* ]]; then
    in_editor typing 900 600 600
    # Without a window, a frame takes almost no time, so this measures only the time of the answers.
    env ATT3D_GODOT_HOME="$PWD/$work/home" scripts/run_godot.sh timeout 300 godot --headless --path "$work/project" \
        --script res://addons/window_driver/answers.gd >"$work/answers.txt" 2>&1 || echo "FAILED: exit status $?" >>"$work/answers.txt"
    grep -aE '^(FAILED|time): ' "$work/answers.txt" || true
    if ! grep -aq '^time: ' "$work/answers.txt" || grep -aqE '^FAILED: |SCRIPT ERROR' "$work/answers.txt"; then
        echo "FAILED: the answers were not timed: $work/answers.txt"
        failed=$((failed + 1))
    fi
fi
if [[ $sessions == *missing* ]]; then
    # The first session runs without the library, and the second without the library and the extension.
    for library in libatt3d.so libatt3d_godot.so; do
        rm "$work/project/addons/att3d/bin/$library"
        in_editor missing 900 600 300
    done
fi

if [[ $sessions == *picture* && -f $work/dock.png && -f $work/animal.png ]]; then
    python=$(scripts/environment.sh pictures pillow==12.0.0)
    "$python" scripts/reduce_picture.py "$work/dock.png" docs/godot-dock.png
    "$python" plugins/godot/tests/window/pictures.py "$work" docs
fi
if ((failed == 0)); then result=ok; else result=FAILED; fi
echo "test result: $result. $passed passed; $failed failed"
((failed == 0))
