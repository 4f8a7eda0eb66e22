#!/usr/bin/env bash
# Runs a command in the system of scripts/fetch_godot.sh, which is fetched on the first call. It needs root.
#
#     scripts/run_godot.sh COMMAND [ARGUMENT …]    such as: scripts/run_godot.sh godot --version
#
# The checkout has the same path inside as outside, and is the working folder. The home folder is
# .cache/check/godot/home. The mounts of proc, dev and sys are private, and end with the command.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$(scripts/fetch_godot.sh)
home=${ATT3D_GODOT_HOME:-$PWD/.cache/check/godot/home}
mkdir -p "$home" "$root$PWD"
export ATT3D_GODOT_ROOT=$root ATT3D_GODOT_HOME=$home
# Godot looks for its folders in these variables.
exec unshare -m bash -c '
    set -e
    mount -t proc proc "$ATT3D_GODOT_ROOT/proc"
    mount --rbind /dev "$ATT3D_GODOT_ROOT/dev"
    mount --rbind /sys "$ATT3D_GODOT_ROOT/sys"
    mount --rbind "$PWD" "$ATT3D_GODOT_ROOT$PWD"
    exec chroot "$ATT3D_GODOT_ROOT" env -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME HOME="$ATT3D_GODOT_HOME" LC_ALL=C.UTF-8 \
        sh -c "cd \"\$1\" && shift && exec \"\$@\"" run_godot "$PWD" "$@"' run_godot "$@"
