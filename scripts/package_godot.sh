#!/usr/bin/env bash
# Packs the Godot add-on for this platform: the folder addons/att3d with its built libraries, licenses and README.
#
#     scripts/package_godot.sh [FOLDER]    default: target; the file is att3d-godot-PLATFORM.zip
#
# scripts/build_godot.sh must have filled plugins/godot/addons/att3d/bin before; with --zip it calls this script. The
# same sources and libraries give the same file. If plugins/godot/addons/att3d/bin also has the libraries for Windows,
# they are packed too, and PLATFORM is linux-windows-x86_64.
set -euo pipefail
given=${1:+$(realpath -m "$1")}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${given:-${CARGO_TARGET_DIR:-$PWD/target}}
addon=plugins/godot/addons/att3d
# The limit of a zip for one platform, in bytes.
most=30000000

case "$(uname -sm)" in
"Linux x86_64") platform=linux-x86_64 ;;
*)
    echo "package_godot: this machine is $(uname -sm); expected Linux x86_64, where the add-on is built" >&2
    exit 1
    ;;
esac
for library in libatt3d_godot.so libatt3d.so att3d-worker; do
    if [[ ! -f $addon/bin/$library ]]; then
        echo "package_godot: $addon/bin/$library is missing; run scripts/build_godot.sh first" >&2
        exit 1
    fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/addons/att3d/bin"
# Files that the editor makes are left out.
tar -C plugins/godot/addons -c --exclude=att3d/bin --exclude='*.import' --exclude='*.uid' att3d | tar -C "$work/addons" -x
for library in libatt3d_godot.so libatt3d.so att3d-worker; do
    strip --strip-unneeded -o "$work/addons/att3d/bin/$library" "$addon/bin/$library"
done
# With ATT3D_PLATFORM=windows, scripts/build_godot.sh has put these files there, stripped.
for file in att3d_godot.dll att3d.dll att3d-worker.exe; do
    if [[ -f $addon/bin/$file ]]; then
        cp "$addon/bin/$file" "$work/addons/att3d/bin"
        platform=linux-windows-x86_64
    fi
done
# A zip for two platforms may be twice as large.
if [[ $platform == linux-windows-x86_64 ]]; then most=$((2 * most)); fi
licenses=$work/addons/att3d/licenses
cp LICENSE-MIT "$licenses/LICENSE-MIT.txt"
cp LICENSE-APACHE "$licenses/LICENSE-APACHE.txt"
cp src/text/reading/data/LICENSE-WORDNET "$licenses/WORDNET.txt"
# The name must be exactly LICENSE.txt, because Godot's asset library requires it.
cp LICENSE-MIT "$work/addons/att3d/LICENSE.txt"
python3 scripts/list_licenses.py "$licenses/CRATES.txt" Cargo.toml plugins/godot/Cargo.toml
# The pictures of the README are not in the zip.
sed '/^!\[/d' plugins/godot/README.md >"$work/addons/att3d/README.md"

mkdir -p "$out"
zip=$out/att3d-godot-$platform.zip
scripts/make_zip.py "$work" "$zip" --most $most
