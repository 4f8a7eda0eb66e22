#!/usr/bin/env bash
# Tests the Blender extension in Blender: builds the zip, installs it by Blender's operators, uses it and
# removes it.
#
#     scripts/check_blender.sh             in the Python modules bpy 4.5 and 5.0 (fetched into .cache)
#     scripts/check_blender.sh --full      in bpy 4.2 (the oldest version), 4.5 and 5.0, also with 200
#                                          generations and 300 random actions of an artist; then 300 random
#                                          actions in the window
#     scripts/check_blender.sh --window    in Blender 4.3 with a window under Xvfb (needs root); writes
#                                          .cache/check/blender/panel.png
#     scripts/check_blender.sh --actions   only 300 random actions in bpy 4.2, 4.5 and 5.0 and in the window
#     scripts/check_blender.sh --window-actions   only those in the window, and 300 generations with undo between them
#     scripts/check_blender.sh --memory    only the 200 generations, in bpy 4.5
#     scripts/check_blender.sh --typing    only the times of typing, in a window of 800 × 600 pixels
#
# ATT3D_BLESS=1 replaces the reference pictures, and docs/blender.png, by the current ones. ATT3D_SEED sets
# the seed of the random actions, and ATT3D_ACTIONS sets their number. The output states the seed of each run.
# ATT3D_SUITE is the suite of Debian whose Blender runs in the window; see scripts/fetch_blender.sh.
# ATT3D_LIBRARY_OF is described in scripts/stage_library.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$PWD/.cache/check/blender
mkdir -p "$work"
# Only one run at a time, because runs share their folders.
exec 9>"$work/.lock"
if command -v flock >/dev/null; then flock 9; fi
rm -f "$work"/att3d-*.zip
scripts/build_blender.sh "$work"
zips=("$work"/att3d-*.zip)
if (($(stat -c %s "${zips[0]}") > 30000000)); then
    echo "check_blender: ${zips[0]} is larger than 30 MB" >&2
    exit 1
fi

as_module() { # VERSION [ARGUMENT …]: runs the tests in the module bpy; each ARGUMENT is for unittest
    local python version=$1
    shift
    python=$(scripts/fetch_blender.sh "$version")
    rm -rf "$work/user"
    mkdir -p "$work/user" "$work/$version"
    "$python" "$(dirname "$python")"/../lib/python*/site-packages/bpy/"$version"/scripts/addons_core/bl_pkg/cli/blender_ext.py validate "${zips[0]}"
    BLENDER_USER_RESOURCES=$work/user ATT3D_BLENDER_ZIP=${zips[0]} ATT3D_BLENDER_PICTURES=$work/$version PYTHONDONTWRITEBYTECODE=1 \
        "$python" plugins/blender/tests/module.py "$@" >"$work/$version.txt" 2>&1 || {
        cat "$work/$version.txt" >&2
        exit 1
    }
    grep -E "^Blender .* tests run|^memory after|^random actions" "$work/$version.txt"
}

in_window() { # WIDTH HEIGHT [TEST …]: runs these functions of tests/window.py in a window; all by default
    local root width=$1 height=$2
    shift 2
    root=$(scripts/fetch_blender.sh window "${ATT3D_SUITE:-trixie}")
    rm -rf "$root/att3d"
    mkdir -p "$root/att3d/user"
    cp -r plugins/blender/tests "${zips[0]}" "$root/att3d/"
    # The display and the mounts of proc, dev and sys are private, and end with the process.
    unshare -m sh -c "mount -t proc proc '$root/proc' && mount --rbind /dev '$root/dev' && mount --rbind /sys '$root/sys' && exec chroot '$root' \
        env HOME=/att3d/user BLENDER_USER_RESOURCES=/att3d/user ATT3D_BLENDER_ZIP='/att3d/$(basename "${zips[0]}")' ATT3D_WINDOW_RESULT=/att3d/result \
        ATT3D_WINDOW_FACTS='$*' ATT3D_SCREENSHOTS=/att3d PYTHONDONTWRITEBYTECODE=1 \
        ATT3D_ACTIONS='${ATT3D_ACTIONS:-}' ATT3D_SEED='${ATT3D_SEED:-}' \
        timeout 1800 xvfb-run -a -s '-screen 0 ${width}x${height}x24' blender --factory-startup --window-geometry 0 0 $width $height --python /att3d/tests/window.py" \
        >"$work/window.txt" 2>&1 || { cat "$work/window.txt" >&2; exit 1; }
    if [[ ! -f $root/att3d/result || $(<"$root/att3d/result") != ok ]]; then
        cat "$work/window.txt" >&2
        exit 1
    fi
    find "$root/att3d" -maxdepth 1 -name '*.png' -exec cp {} "$work" \;
    if [[ -n ${ATT3D_BLESS:-} && -f $work/panel.png ]]; then
        "$(scripts/environment.sh pictures pillow==12.0.0)" scripts/reduce_picture.py "$work/panel.png" docs/blender.png
    fi
    grep -E "^(ok|time|note): |^Blender .* with a window" "$work/window.txt"
}

case ${1:-} in
--window) in_window 1600 1000 ;;
--typing) in_window 800 600 typing_moves_the_mesh ;;
--full)
    for version in 4.2 4.5 5.0; do ATT3D_FULL=1 as_module "$version"; done
    ATT3D_ACTIONS=${ATT3D_ACTIONS:-300} in_window 800 600 random_actions_lose_nothing undo_between_generations_is_safe
    ;;
--actions)
    for version in 4.2 4.5 5.0; do ATT3D_FULL=1 as_module "$version" -k random_actions; done
    ATT3D_ACTIONS=${ATT3D_ACTIONS:-300} in_window 800 600 random_actions_lose_nothing undo_between_generations_is_safe
    ;;
--window-actions) ATT3D_ACTIONS=${ATT3D_ACTIONS:-300} in_window 800 600 random_actions_lose_nothing undo_between_generations_is_safe ;;
--memory)
    ATT3D_FULL=1 as_module 4.5 -k two_hundred
    ;;
"") for version in 4.5 5.0; do as_module "$version"; done ;;
*)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
    ;;
esac
