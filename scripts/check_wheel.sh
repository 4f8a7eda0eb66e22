#!/usr/bin/env bash
# Builds the Python wheel for glibc 2.28, installs it in clean systems of several Debian releases, under the Python of
# each, and runs the package's tests there. The oldest of the systems has glibc 2.31.
#
#     scripts/check_wheel.sh [SUITE …]    the default is bullseye bookworm trixie forky: Python 3.9, 3.11, 3.13, 3.14
#
# ATT3D_LIBRARY_OF=release builds faster; scripts/stage_library.sh describes it. debootstrap makes the systems in
# .cache, which needs root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ $(id -u) != 0 ]]; then
    echo "check_wheel: the systems are made by debootstrap, which needs root" >&2
    exit 1
fi
scripts/system.sh window
if (($# == 0)); then set -- bullseye bookworm trixie forky; fi
wheel=$(ATT3D_GLIBC=2.28 scripts/build_wheel.sh .cache/wheels)
echo "check_wheel: ${wheel##*/}, $(($(stat -c %s "$wheel") / 1000)) kB"
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep '/debian/\?$' | sort -u | head -n 1)

for suite; do
    root=$PWD/.cache/wheel-$suite
    if [[ ! -f $root/.stamp ]]; then
        rm -rf --one-file-system "$root"
        debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates "$suite" "$root" "$mirror" \
            /usr/share/debootstrap/scripts/sid 1>&2
        touch "$root/.stamp"
    fi
    # The system uses this machine's package index and network.
    cp /etc/resolv.conf /etc/hosts "$root/etc"
    for file in /etc/pip.conf ~/.config/pip/pip.conf ~/.pip/pip.conf; do
        if [[ -f $file ]]; then cp "$file" "$root/etc/pip.conf"; fi
    done
    if [[ -f /etc/ssl/certs/ca-certificates.crt ]]; then
        cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
    fi
    mkdir -p "$root/att3d"
    # The mounts exist only in this process's namespace.
    unshare --mount bash -euc '
        root=$1 wheel=$2
        mount --bind "$PWD" "$root/att3d"
        mount -t proc proc "$root/proc"
        mount --bind /dev "$root/dev"
        exec chroot "$root" bash -euc "
            cd /tmp
            rm -rf clean
            python3 -m venv clean
            PIP_FIND_LINKS= clean/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all: \"/att3d/.cache/wheels/$wheel\" \
                tqdm trimesh pillow
            unset PYTHONPATH ATT3D_LIBRARY
            clean/bin/python -c \"import att3d, platform, sys; print(sys.version.split()[0], platform.libc_ver()[1], att3d.library_path())\"
            # The tests of the header need a C compiler, and those of Ray need Ray.
            cd /att3d/bindings/python/tests
            PYTHONDONTWRITEBYTECODE=1 /tmp/clean/bin/python -W error -m unittest test_binding test_comfort test_examples test_interpreter test_jobs
        "
    ' bash "$root" "${wheel##*/}"
    echo "check_wheel: $suite passed"
done
