#!/usr/bin/env bash
# Builds the command and the library for Windows on x86-64, with MinGW on Linux, and packs them.
#
#     scripts/build_windows.sh [FOLDER]    default: target/windows; the file is att3d-VERSION-windows-x64.zip
#
# FOLDER/att3d has the same files unpacked. bin has the command and the library, which need no other library than
# those of Windows. lib has the import libraries: att3d.lib for MSVC and libatt3d.dll.a for MinGW.
set -euo pipefail
given=${1:+$(realpath -m "$1")}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/system.sh base windows
target=${CARGO_TARGET_DIR:-$PWD/target}
out=${given:-$target/windows}
triple=x86_64-pc-windows-gnu
tools=x86_64-w64-mingw32
# The limit of the zip, in bytes. The library contains the model, 12 MB.
most=32000000

rustup target list --installed | grep -qx "$triple" || rustup target add "$triple" >&2
cargo build --release --locked --target "$triple" >&2
built=$target/$triple/release

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
root=$out/att3d
rm -rf "$root"
mkdir -p "$root"/{bin,lib/pkgconfig,include/att3d,share/att3d,licenses}
programs=(att3d.exe att3d-worker.exe att3d.dll)
for file in "${programs[@]}"; do $tools-strip -o "$root/bin/$file" "$built/$file"; done
# The command reads the model from the library beside it, so that the archive contains the model once.
scripts/remove_model.py "$root/bin/att3d.exe"

# Beside Windows' own libraries, nothing may be needed: a user has no MinGW.
for file in "${programs[@]}"; do
    foreign=$($tools-objdump -p "$root/bin/$file" | sed -n 's/.*DLL Name: //p' | tr '[:upper:]' '[:lower:]' |
        grep -vxE '(kernel32|ntdll|advapi32|bcrypt|bcryptprimitives|msvcrt|ole32|shell32|user32|userenv|ws2_32)\.dll|api-ms-win-.*\.dll' || true)
    if [[ -n $foreign ]]; then
        echo "build_windows: $file needs ${foreign//$'\n'/, }, which Windows does not have" >&2
        exit 1
    fi
done

# The exported functions are those of the C header.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$tools-objdump -p "$root/bin/att3d.dll" | sed -n 's/.*\b\(att3d_[a-z0-9_]*\)$/\1/p' | sort -u >"$work/symbols.txt"
diff tests/abi/symbols.txt "$work/symbols.txt"
{ echo "LIBRARY att3d.dll" && echo EXPORTS && cat tests/abi/symbols.txt; } >"$work/att3d.def"
llvm-dlltool -m i386:x86-64 -D att3d.dll -d "$work/att3d.def" -l "$root/lib/att3d.lib"
$tools-dlltool -D att3d.dll -d "$work/att3d.def" -l "$root/lib/libatt3d.dll.a"

cp include/att3d.h bindings/cpp/att3d.hpp "$root/include"
cp bindings/cpp/att3d/*.hpp "$root/include/att3d"
cp bindings/cmake/*.cmake "$root/share/att3d"
# pkg-config replaces ${pcfiledir} by the file's folder, so that the files can be anywhere.
cat >"$root/lib/pkgconfig/att3d.pc" <<PC
prefix=\${pcfiledir}/../..
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: libatt3d
Description: A prompt becomes a mesh in one forward pass
Version: $version
Libs: -L\${libdir} -latt3d
Cflags: -I\${includedir}
PC
cp docs/windows.md "$root/README.md"
cp LICENSE-MIT LICENSE-APACHE NOTICE "$root/licenses"
cp src/text/reading/data/LICENSE-WORDNET "$root/licenses/WORDNET.txt"
cp models/toybox/CARD.md "$root/licenses/MODEL.md"
python3 scripts/list_licenses.py "$root/licenses/CRATES.txt" Cargo.toml >&2

zip=$out/att3d-$version-windows-x64.zip
scripts/make_zip.py "$root" "$zip" --with-folder --most $most
