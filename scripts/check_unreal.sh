#!/usr/bin/env bash
# Checks the Unreal plugin without Unreal. plugins/unreal/README.md says what these checks cannot cover.
#
#     scripts/check_unreal.sh            all four checks; the axes against a GLB as tests/reference.py reads it
#     scripts/check_unreal.sh --full     also against Blender's import of the same GLB (bpy 5.0, which is fetched),
#                                        and the tests of sessions under ThreadSanitizer
#
# 1. The core (plain C++17) is tested against the library under AddressSanitizer and UBSan.
# 2. The engine-facing files are compiled against the stub headers, by g++ and clang.
# 3. The Build.cs files are compiled and run against a stub of Unreal's build tool.
# 4. The .uplugin is validated against a schema, and the files against the plugin's rules.
#
# ATT3D_LIBRARY_FOLDER names a folder with libatt3d.so and att3d; without it they are built.
# The last line is "test result: ok. N passed; M failed", or "FAILED" in place of "ok".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
full=0
[[ ${1:-} == --full ]] && full=1
scripts/system.sh unreal

plugin=plugins/unreal/ATT3D source=plugins/unreal/ATT3D/Source tests=plugins/unreal/tests
out=.cache/unreal
mkdir -p "$out"
rm -rf "${out:?}"/{fakes,files,generated,rules,report}
mkdir -p "$out"/{fakes,files,generated,rules,objects}
if [[ -n ${ATT3D_LIBRARY_FOLDER:-} ]]; then
    library=$ATT3D_LIBRARY_FOLDER
else
    cargo build --release --locked
    library=${CARGO_TARGET_DIR:-target}/release
fi
say() { printf '— %s\n' "$*"; }
failures=0
try() { # COMMAND …: notes a failure and goes on
    "$@" 2>&1 | tee -a "$out/report" || failures=$((failures + 1))
}
one() { # NAME COMMAND …: a test that is a command
    local name=$1
    shift
    if "$@" >"$out/one.log" 2>&1; then echo "ok $name" | tee -a "$out/report"; else
        cat "$out/one.log"
        echo "FAILED $name" | tee -a "$out/report"
    fi
}
refused() { ! "$@"; }

includes=(-Iinclude -I"$source/ATT3DCore/Public")
strict=(-fno-exceptions -fno-rtti -Wall -Wextra -Werror)

say "the list of functions is that of the header"
one "the list of functions is complete" scripts/make_unreal_functions.py --check

say "1. the core, under the address and the undefined-behavior sanitizer"
fake() { gcc -std=c99 -Wall -Wextra -Werror -shared -fPIC "${includes[@]}" "${@:2}" "$tests/fake.c" -o "$out/fakes/$1.so"; }
fake foreign
fake older -DFAKE_ABI=9
fake next -DFAKE_ABI=0x20000
fake incomplete -DFAKE_ABI='((ATT3D_ABI_MAJOR << 16) | ATT3D_ABI_MINOR)' -include att3d.h
fake newer -DFAKE_ABI=0x103ef -DFAKE_FUNCTIONS
# Each source file has its own object file, so that a change of one file compiles only this file.
is_old() { # OBJECT: whether the object file does not exist, or is older than one of its sources
    local depends=${1%.o}.d file
    [[ -f $1 && -f $depends ]] || return 0
    for file in $(sed 's/^[^:]*://; s/\\$//' "$depends"); do [[ $file -nt $1 ]] && return 0; done
    return 1
}
build() { # PROGRAM SANITIZERS TEST …: compiles the core and some of the tests
    local program=$1 sanitizers=-fsanitize=$2 file object extra
    local objects=() folder=$out/objects/$2
    mkdir -p "$folder"
    for file in "$source"/ATT3DCore/Private/*.cpp "$tests/main.cpp" "${@:3}"; do
        [[ $file == */ATT3DCoreModule.cpp ]] && continue
        object="$folder/$(basename "${file%.cpp}").o"
        objects+=("$object")
        extra=()
        if [[ $file == "$source"/* ]]; then extra=(-Wconversion); fi
        if is_old "$object"; then
            nice -n 5 g++ -std=c++17 -g -O1 "${strict[@]}" -Wpedantic -Wshadow -Wundef "${extra[@]}" -MMD "$sanitizers" -fno-sanitize-recover=undefined \
                "${includes[@]}" -I"$tests" -c "$file" -o "$object"
        fi
    done
    g++ "$sanitizers" "${objects[@]}" -ldl -pthread -o "$program"
}
build "$out/core_tests" address,undefined "$tests"/{library,frame,mesh,session,stylize}_tests.cpp
# The name has characters outside ASCII, as a user's folder may have.
files="$out/files/Größe 模型"
mkdir -p "$files"
export UBSAN_OPTIONS=print_stacktrace=1
try timeout 1200 nice -n 5 "$out/core_tests" "$library/libatt3d.so" "$out/fakes" "$files" models/toybox/toybox.att3d

if ((full)); then
    say "sessions under ThreadSanitizer"
    build "$out/thread_tests" thread "$tests/session_tests.cpp"
    # The library is not instrumented, so the sanitizer does not see the library's locks. Reports that name a
    # function of the library are left out. The other reports concern the core and its tests.
    printf 'called_from_lib:libatt3d.so\nrace:libatt3d.so\n' >"$out/suppressions"
    mkdir -p "$out/files/thread"
    # -R: on newer kernels, the sanitizer of GCC 12 works only without address randomization.
    TSAN_OPTIONS="suppressions=$out/suppressions" try timeout 1800 nice -n 5 setarch -R "$out/thread_tests" "$library/libatt3d.so" none "$out/files/thread" \
        models/toybox/toybox.att3d
fi

say "the axes, the units and the winding against the GLB of the same mesh"
prompt="a green truck"
"$library/att3d" generate "$prompt" --resolution 64 -o "$out/files/truck.glb" 2>/dev/null
"$out/core_tests" "$library/libatt3d.so" --dump "$prompt" "$out/files/truck.txt" 64
try python3 "$tests/reference.py" "$out/files/truck.glb" "$out/files/truck.txt"
if ((full)); then
    blender=${ATT3D_BLENDER_PYTHON:-$(scripts/fetch_blender.sh 5.0)}
    try "$blender" "$tests/reference.py" "$out/files/truck.glb" "$out/files/truck.txt" blender
fi

say "the library opens no connection"
imports() { nm -D --undefined-only "$library/libatt3d.so" | grep -wE 'socket|connect|getaddrinfo|gethostbyname|bind|listen|accept|accept4'; }
one "the library imports no function that opens a network connection" refused imports

say "2. the engine-facing files, against stubs of the documented signatures"
for name in $(grep -rhoE '[A-Za-z0-9]+\.generated\.h' "$source" | sort -u); do : >"$out/generated/$name"; done
# The stubs are system headers: only the plugin's own files must be free of warnings.
engine=(-std=c++20 -fsyntax-only "${strict[@]}" -isystem plugins/unreal/stubs -I"$out/generated" "${includes[@]}")
for module in ATT3D ATT3DEditor; do engine+=(-I"$source/$module/Public" -I"$source/$module/Private"); done
# The core is included, because Unreal compiles it as C++20.
for file in "$source"/{ATT3D,ATT3DEditor,ATT3DCore}/Private/*.cpp; do
    for compiler in g++ clang++; do one "$compiler accepts $(basename "$file")" nice -n 5 $compiler "${engine[@]}" "$file"; done
done
# Unreal joins the sources of a module into one, so names of different files must not collide.
for module in ATT3D ATT3DEditor; do
    for file in "$PWD/$source/$module"/Private/*.cpp; do echo "#include \"$file\""; done >"$out/generated/$module.joined.cpp"
    one "g++ accepts the joined sources of $module" g++ "${engine[@]}" "$out/generated/$module.joined.cpp"
done
one "g++ accepts a packaged game" g++ "${engine[@]}" -DWITH_EDITOR=0 "$source/ATT3D/Private/ATT3DReadMesh.cpp"
one "g++ accepts the paths of Windows" g++ "${engine[@]}" -DPLATFORM_WINDOWS=1 "$source/ATT3D/Private/ATT3DModule.cpp"
one "g++ accepts the paths of macOS" g++ "${engine[@]}" -DPLATFORM_MAC=1 "$source/ATT3D/Private/ATT3DModule.cpp"
one "the calls that must be refused compile without the wrong call" g++ "${engine[@]}" "$tests/wrong_calls.cpp"
for wrong in MESH DELEGATE PRINTF TEXTURE LITERAL; do
    one "a wrong call is refused: $wrong" refused g++ "${engine[@]}" -DWRONG_$wrong "$tests/wrong_calls.cpp"
done

say "3. the Build.cs files, against a stub of the build tool"
one "mcs accepts the Build.cs files" mcs -warnaserror -out:"$out/rules/rules_tests.exe" plugins/unreal/stubs/UnrealBuildTool.cs "$tests/rules_tests.cs" \
    "$source"/*/*.Build.cs "$source"/ThirdParty/ATT3D/*.Build.cs
mkdir "$out/rules/folder"
try mono "$out/rules/rules_tests.exe" "$out/rules/folder"

say "4. the descriptor and the files"
python=$(scripts/environment.sh unreal-schema jsonschema==4.25.1)
try "$python" "$tests/check_files.py"

passed=$(grep -c '^ok ' "$out/report" || true)
failed=$(grep -c '^FAILED ' "$out/report" || true)
# A program that ends early prints no line FAILED.
if ((failures > 0 && failed == 0)); then failed=$failures; fi
if ((failed)); then verdict=FAILED; else verdict=ok; fi
echo "test result: $verdict. $passed passed; $failed failed"
((failed == 0))
