#!/usr/bin/env bash
# Fetches a version of Blender into .cache, which git ignores. Does nothing if it exists already.
#
#     scripts/fetch_blender.sh 4.2 | 4.5 | 5.0    the Python module bpy (370 MB); prints its Python
#     scripts/fetch_blender.sh window [SUITE]     Blender with a window, from a suite of Debian: trixie, the default,
#                                                 has 4.3, and sid has a newer one (1.8 GB; needs root and
#                                                 debootstrap); prints the system's folder
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p .cache

module() { # VERSION: installs bpy and prints the path of its Python
    local python=${PYTHON:-python3.11}
    command -v "$python" >/dev/null || python=python3
    python=$(PYTHON=$python scripts/environment.sh "blender-$1" "bpy==$1.*") || {
        echo "fetch_blender: there is no bpy $1 here: Blender 4.2 to 5.0 want Python 3.11" >&2
        exit 1
    }
    # Blender's libraries need system libraries that a system without a desktop lacks.
    if ! "$python" -c 'import bpy' 1>&2; then
        scripts/system.sh bpy || exit 1
        echo "fetch_blender: bpy $1 does not load, although the libraries that it is known to need are here; see above" >&2
        exit 1
    fi
    echo "$python"
}

window() {
    local suite=$1 root=$PWD/.cache/blender-window
    local stamp="$suite blender layout 1"
    if [[ $suite != trixie ]]; then root+=-$suite; fi
    if [[ ! -f $root/.stamp || $(<"$root/.stamp") != "$stamp" ]]; then
        if [[ $(id -u) != 0 ]]; then
            echo "fetch_blender: a Blender with a window is made by debootstrap, which needs root" >&2
            exit 1
        fi
        scripts/system.sh window
        # The option keeps rm out of file systems that a killed run may have left mounted.
        rm -rf --one-file-system "$root"
        # Uses the Debian mirror that this system's package lists name.
        local mirror
        mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep '/debian/\?$' | sort -u | head -n 1) || {
            echo "fetch_blender: this system's package lists name no Debian mirror" >&2
            exit 1
        }
        debootstrap --variant=minbase "$suite" "$root" "$mirror" /usr/share/debootstrap/scripts/sid 1>&2
        chroot "$root" apt-get install -y --no-install-recommends blender python3-numpy xvfb xauth scrot xdotool libgl1-mesa-dri libegl1 libgl1 \
            libglx-mesa0 1>&2
        chroot "$root" apt-get clean
        echo "$stamp" >"$root/.stamp"
    fi
    echo "$root"
}

case ${1:-} in
window) window "${2:-trixie}" ;;
[0-9]*) module "$1" ;;
*)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
    ;;
esac
