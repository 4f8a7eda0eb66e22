#!/usr/bin/env bash
# Builds the command and the library for Windows, and tests them with Wine on this machine: the C and C++ tests, the
# examples, and the command, whose files must equal those of the Linux command byte for byte.
#
#     scripts/check_windows.sh            10 prompts
#     scripts/check_windows.sh --full     50 prompts, 10,000 generations in C, and the Rust tests
#
# ATT3D_LINUX names a folder with the Linux command att3d, built from the same sources. The default is the folder of
# `cargo build --release`, which then runs first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
full=0 count=10
if [[ ${1:-} == --full ]]; then full=1 count=50; fi
scripts/system.sh base windows
target=${CARGO_TARGET_DIR:-$PWD/target}
out=$PWD/.cache/windows
tools=x86_64-w64-mingw32
mkdir -p "$out"
say() { printf '— %s\n' "$*"; }

# ---- Wine ------------------------------------------------------------------------------------------------------

# Wine's folder contains a link to /. Therefore it is in the target folder, where Cargo does not search for
# source files.
export WINEDEBUG=-all WINEPREFIX=$target/wine
# Wine must not offer to install .NET or a browser.
export WINEDLLOVERRIDES=mscoree,mshtml=
if [[ ! -f $WINEPREFIX/system.reg ]]; then
    say "a folder for Wine"
    mkdir -p "$target"
    wineboot --init >/dev/null 2>&1
fi
system=$WINEPREFIX/drive_c/windows/system32
# The standard library of Rust takes random numbers from bcryptprimitives.dll. Wine has this library since
# version 9.
if [[ ! -f $system/bcryptprimitives.dll ]]; then
    cat >"$out/bcryptprimitives.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG count);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) {
    return SystemFunction036(bytes, (ULONG)count);
}
C
    $tools-gcc-posix -shared "$out/bcryptprimitives.c" -ladvapi32 -o "$system/bcryptprimitives.dll"
fi

# ---- what is tested --------------------------------------------------------------------------------------------

say "the build, its imports and exports, and the archive"
scripts/build_windows.sh "$out/package"
root=$out/package/att3d
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
found=$(wine "$root/bin/att3d.exe" --version | tr -d '\r')
[[ $found == "att3d $version" ]] || { echo "the command says: $found"; exit 1; }
for file in att3d.exe att3d.dll; do
    $tools-objdump -h "$root/bin/$file" | grep -q '\.rsrc' || { echo "$file has no version resource"; exit 1; }
done

# Programs find the library beside themselves, and the library finds the worker there.
bin=$out/bin
rm -rf "$bin"
mkdir "$bin"
cp "$root"/bin/* "$bin"
strict=(-Wall -Wextra -Wpedantic -Werror -Iinclude -O1 -static)
link=("$root/lib/libatt3d.dll.a" -pthread)
c() { # SOURCE: compiles a C program
    $tools-gcc-posix -std=c99 "${strict[@]}" -D__USE_MINGW_ANSI_STDIO=1 "$1" "${link[@]}" -o "$bin/$(basename "$1" .c).exe"
}
run() { # PROGRAM ARGUMENT …: runs a program of the folder
    wine "$bin/$1.exe" "${@:2}"
}

say "the C tests"
# forked.c is missing: Windows has no fork.
for test in misuse nulls layout exports jobs job_kinds live; do
    c "tests/c/$test.c"
    run "$test" "$bin/$test.glb"
done

say "a context in a process of its own, with the program of workers and with the command"
c tests/c/worker.c
run worker
mv "$bin/att3d-worker.exe" "$out/att3d-worker.exe"
run worker
mv "$out/att3d-worker.exe" "$bin"

say "every wrapper of the C++ header"
$tools-g++-posix -std=c++17 "${strict[@]}" -Ibindings/cpp tests/cpp/wrappers.cpp "${link[@]}" -o "$bin/wrappers.exe"
run wrappers

say "the examples"
for example in generate sample_field threads dlopen; do c "examples/c/$example.c"; done
$tools-g++-posix -std=c++17 "${strict[@]}" -Ibindings/cpp examples/cpp/interpolate.cpp "${link[@]}" -o "$bin/interpolate.exe"
run generate "a pig wearing a party hat" "$bin/pig.glb"
run sample_field "a tiger"
run threads
run dlopen "$bin/att3d.dll"
run interpolate "a pig" "a tiger wearing a sombrero" 1
status=0
run generate "quark" "$bin/none.glb" 2>"$bin/none.log" || status=$?
[[ $status == 1 && ! -e $bin/none.glb ]] && grep -q ATT3D_PROMPT "$bin/none.log" || { cat "$bin/none.log"; exit 1; }

say "a program for MSVC's ABI links att3d.lib"
cat >"$bin/msvc.c" <<'C'
__declspec(dllimport) unsigned att3d_abi_version(void);
int _fltused;
int start(void) { return (int)(att3d_abi_version() >> 16); }
C
clang --target=x86_64-pc-windows-msvc -c "$bin/msvc.c" -o "$bin/msvc.obj"
lld-link /nologo /entry:start /subsystem:console /nodefaultlib "$bin/msvc.obj" "$root/lib/att3d.lib" "/out:$bin/msvc.exe"
status=0
run msvc || status=$?
[[ $status == 1 ]] || { echo "it found the ABI's major number $status"; exit 1; }

say "the command refuses names that Windows would change, and leaves nothing"
files() { (cd "$bin" && ls -A); }
before=$(files)
for name in CON nul.glb 'pig.glb.' 'pig.glb:x.glb' 'no/such/pig.glb'; do
    status=0
    (cd "$bin" && wine att3d.exe generate "a pig" -o "$name" --resolution 16) 2>"$out/refused.log" || status=$?
    [[ $status != 0 ]] || { echo "$name was written"; exit 1; }
    grep -qF "$name" "$out/refused.log" || { cat "$out/refused.log"; exit 1; }
done
[[ $(files) == "$before" ]]

say "the command writes to UNC paths, to paths relative to a drive, to verbatim paths and to long paths"
# Wine looks for \\server\share in this folder.
share=$out/share
rm -rf "$share" "$WINEPREFIX/dosdevices/unc"
mkdir -p "$share" "$WINEPREFIX/dosdevices/unc/server"
ln -s "$share" "$WINEPREFIX/dosdevices/unc/server/share"
long=$(printf 'folder%.0s' {1..30})
mkdir -p "$share/$long/$long"
(cd "$share" && wine "$bin/att3d.exe" generate "a pig" -o here.glb --resolution 16 >/dev/null)
for name in '\\server\share\unc.glb' '\\?\UNC\server\share\verbatim_unc.glb' Z:drive.glb \
    "\\\\?\\$(winepath -w "$share")\\verbatim.glb" "$long/$long/long.glb"; do
    (cd "$share" && wine "$bin/att3d.exe" generate "a pig" -o "$name" --resolution 16 >/dev/null)
done
for name in unc verbatim_unc drive verbatim "$long/$long/long"; do cmp "$share/here.glb" "$share/$name.glb"; done

# ---- the same bytes as on Linux --------------------------------------------------------------------------------

if [[ -z ${ATT3D_LINUX:-} ]]; then
    cargo build --release --locked
    ATT3D_LINUX=$target/release
fi
linux=$ATT3D_LINUX/att3d
compare=$out/compare
rm -rf "$compare"
mkdir -p "$compare"/{linux,windows}
both() { # NAME VERB ARGUMENT …: writes NAME with both commands, in folders of their own
    (cd "$compare/linux" && "$linux" "${@:2}" -o "$1" >/dev/null)
    (cd "$compare/windows" && wine "$root/bin/att3d.exe" "${@:2}" -o "$1" >/dev/null)
}
things=(pig tiger castle truck chair sword tree dragon lantern rocket)
looks=("a %s" "a golden %s" "a red %s" "a wooden %s" "two blue %ss")
say "files of $count prompts equal those of Linux"
for ((index = 0; index < count; index++)); do
    thing=${things[index % ${#things[@]}]}
    # shellcheck disable=SC2059
    prompt=$(printf "${looks[index / ${#things[@]} % ${#looks[@]}]}" "$thing")
    case $((index % 5)) in
    0) options=(--resolution 96 --texture-size 256) ;;
    1) options=(--resolution 64 --triangles 2000 --lods 2) ;;
    2) options=(--resolution 64 --collision hulls --host godot) ;;
    3) options=(--resolution 64 --triangles 3000 --texture-size 128 --compress --preview "$index.png") ;;
    4) options=(--resolution 48 --dense --size 1.5 --pivot center) ;;
    esac
    both "$index.glb" generate "$prompt" "${options[@]}"
    if ((index % 5 == 0)); then
        both "$index-stylized.glb" stylize "$index.glb" "a wooden $thing" --resolution 48
        both "$index-painted.glb" stylize "$index.glb" "a golden $thing" --keep-geometry --texture-size 64
        both "$index-between" interpolate "a $thing" "a golden $thing" --steps 2 --resolution 48
        both "$index-morph.glb" interpolate "a $thing" "a red $thing" --steps 3 --morph --bound 1 --resolution 48
    fi
done
(cd "$compare/linux" && find . -type f | sort) >"$compare/files.txt"
(cd "$compare/windows" && find . -type f | sort) | diff "$compare/files.txt" -
different=0
while read -r file; do
    cmp "$compare/linux/$file" "$compare/windows/$file" || different=$((different + 1))
done <"$compare/files.txt"
echo "$(wc -l <"$compare/files.txt") files compared, $different differ"
((different == 0))

say "times of a generation at 128 cells, in milliseconds, from the start of the process to its end"
milliseconds() { # COMMAND …: prints the median of five runs
    local round begin
    for round in 1 2 3 4 5; do
        begin=$(date +%s%N)
        "$@" generate "a pig" --resolution 128 -o "$compare/time.glb" >/dev/null
        echo $((($(date +%s%N) - begin) / 1000000))
    done | sort -n | sed -n 3p
}
ours=$(milliseconds "$linux") theirs=$(milliseconds wine "$root/bin/att3d.exe")
nothing=$(for round in 1 2 3; do
    begin=$(date +%s%N)
    wine "$root/bin/att3d.exe" --version >/dev/null
    echo $((($(date +%s%N) - begin) / 1000000))
done | sort -n | sed -n 2p)
echo "Linux $ours, Wine $theirs, of which the start of Wine takes $nothing: $(((theirs - nothing) * 100 / ours)) % of the time on Linux"

((full)) || exit 0

say "Ctrl-C ends a bake, and a second run makes what is missing"
bake=$out/interrupted
rm -rf "$bake"
mkdir "$bake"
{ echo prompt && for number in {1..200}; do echo "a pig on $number wheels"; done; } >"$bake/prompts.csv"
# A console has Ctrl-C, and `script` provides one.
(
    for ((try = 0; try < 600; try++)); do
        if compgen -G "$bake/out/*.glb" >/dev/null; then break; fi
        sleep 0.1
    done
    printf '\003'
    sleep 2
) | script -qec "cd '$bake' && wine '$bin/att3d.exe' bake prompts.csv -o out --resolution 32" /dev/null >/dev/null || true
made=$(find "$bake/out" -name '*.glb' | wc -l)
((made > 0 && made < 200)) || { echo "$made of 200 assets were made before Ctrl-C ended the bake"; exit 1; }
(cd "$bake" && wine "$bin/att3d.exe" bake prompts.csv -o out --resolution 32 >/dev/null)
[[ $(find "$bake/out" -name '*.glb' | wc -l) == 200 && -z $(find "$bake/out" -name '.att3d-*') ]]

say "10,000 generations"
c tests/c/soak.c
run soak

say "the Rust tests"
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine
# A table of docs/windows.md names the tests that are skipped, with their reasons.
skipped=()
while read -r name; do skipped+=(--skip "$name"); done < <(sed -n 's/^| `\([a-z0-9_:]*\)` |.*/\1/p' docs/windows.md)
cargo test --release --locked --target x86_64-pc-windows-gnu --package att3d --package toybox --no-fail-fast -- "${skipped[@]}"
