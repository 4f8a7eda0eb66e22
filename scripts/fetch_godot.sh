#!/usr/bin/env bash
# Fetches Godot 4 with its template for exported games into .cache/godot, which git ignores, and prints the
# folder. It is a Debian system of the suite forky, made by debootstrap (1.3 GB; needs root). Does nothing if
# it exists already. scripts/run_godot.sh runs commands in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p .cache

# ATT3D_GODOT_SYSTEM names a system that was made before, such as that of another checkout.
root=${ATT3D_GODOT_SYSTEM:-$PWD/.cache/godot}
stamp="forky godot layout 1"
if [[ ! -f $root/.stamp || $(<"$root/.stamp") != "$stamp" ]]; then
    if [[ $(id -u) != 0 ]]; then
        echo "fetch_godot: the system in which Godot runs is made by debootstrap, which needs root" >&2
        exit 1
    fi
    scripts/system.sh window
    # The option keeps rm out of file systems that a killed run may have left mounted.
    rm -rf --one-file-system "$root"
    # Uses the Debian mirror that this system's package lists name.
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep '/debian/\?$' | sort -u | head -n 1) || {
        echo "fetch_godot: this system's package lists name no Debian mirror" >&2
        exit 1
    }
    debootstrap --variant=minbase forky "$root" "$mirror" /usr/share/debootstrap/scripts/sid 1>&2
    chroot "$root" apt-get install -y --no-install-recommends godot godot-template-release xvfb xauth scrot xdotool libgl1-mesa-dri libegl1 \
        libgl1 libglx-mesa0 1>&2
    chroot "$root" apt-get clean
    echo "$stamp" >"$root/.stamp"
fi
echo "$root"
