#!/usr/bin/env bash
# Tests the C interface from C and C++: the header as C99 and C++11, the exported symbols, wrong calls, the
# examples.
#
#     scripts/check_capi.sh            the checks that take seconds
#     scripts/check_capi.sh --full     also AddressSanitizer, ThreadSanitizer, valgrind and 10,000 generations
#
# --full also runs tests/c/random_calls.c for a minute under each sanitizer: eight threads call all functions
# at random. The program prints its seed first. `random_calls SECONDS SEED`, run in the repository's root,
# repeats the requests of each thread. `.cache/capi/random_calls-address 3600` runs for an hour.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
full=0
[[ ${1:-} == --full ]] && full=1

target=${CARGO_TARGET_DIR:-target}
out=.cache/capi
rm -rf "$out"
mkdir -p "$out"
if ((full)); then scripts/system.sh abi sanitizers; else scripts/system.sh abi; fi
say() { printf '— %s\n' "$*"; }

cargo build --release --locked
library=$PWD/$target/release
[[ $target == /* ]] && library=$target/release
strict=(-Wall -Wextra -Wpedantic -Werror -Iinclude)
link=(-L"$library" -latt3d -Wl,-rpath,"$library" -pthread -lm)

say "the header compiles as C99 and as C++11"
for compiler in gcc clang; do
    # With --full, clang is required: scripts/system.sh has checked above that it is installed.
    command -v $compiler >/dev/null || { echo "$compiler is not here, so it was not tried"; continue; }
    for language in "c -std=c99" "c++ -std=c++11"; do
        # shellcheck disable=SC2086
        echo '#include <att3d.h>' | $compiler -x $language "${strict[@]}" -fsyntax-only -
    done
    # The C++ header must compile with macros that some hosts define.
    printf '#define %s\n' 'check(x) x' 'min(a, b) a' 'max(a, b) a' 'ATT3D_API' 'interface struct' >"$out/hosts.h"
    echo '#include <att3d.hpp>' | $compiler -include "$out/hosts.h" -x c++ -std=c++17 "${strict[@]}" -Ibindings/cpp -fsyntax-only -
done

say "the library exports the functions of tests/abi/symbols.txt, and nothing else"
nm -D --defined-only "$library/libatt3d.so" | awk '{ print $3 }' | sed 's/@.*//' | sort >"$out/symbols.txt"
diff tests/abi/symbols.txt "$out/symbols.txt"

say "the header has the ABI of the committed dump"
scripts/check_abi.sh

say "it needs libc, libm and libgcc_s alone, and stays when a host unloads it"
needed=$(readelf -d "$library/libatt3d.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | sort | tr '\n' ' ')
[[ $needed =~ ^(ld-linux-x86-64.so.2 )?libc.so.6\ libgcc_s.so.1\ libm.so.6\ $ ]] || { echo "it needs: $needed"; exit 1; }
readelf -d "$library/libatt3d.so" | grep -q NODELETE

say "no crate takes cosf from the system, whose last bits differ from system to system"
# parry3d would take it for the first points of a hull: see its features in Cargo.toml.
if nm -D --undefined-only "$library/libatt3d.so" | grep -w cosf; then exit 1; fi

say "the misuse table, the jobs and a fork, in C"
for test in misuse nulls layout exports jobs job_kinds live forked; do
    gcc -std=c99 -O1 -g "${strict[@]}" -D_POSIX_C_SOURCE=200809L "tests/c/$test.c" "${link[@]}" -o "$out/$test"
    "$out/$test" "$out/$test.glb"
done

say "a context in a separate process"
gcc -std=c99 -O1 -g "${strict[@]}" -D_DEFAULT_SOURCE tests/c/worker.c "${link[@]}" -o "$out/worker"
"$out/worker"

say "every wrapper of the C++ header"
g++ -std=c++17 -O1 -g "${strict[@]}" -Ibindings/cpp tests/cpp/wrappers.cpp "${link[@]}" -o "$out/wrappers"
"$out/wrappers"

say "the examples"
for example in generate sample_field threads; do
    gcc -std=c99 -O1 "${strict[@]}" -D_POSIX_C_SOURCE=200809L "examples/c/$example.c" "${link[@]}" -o "$out/$example"
done
gcc -std=c99 -O1 "${strict[@]}" -D_POSIX_C_SOURCE=200809L examples/c/dlopen.c -ldl -o "$out/dlopen"
g++ -std=c++17 -O1 "${strict[@]}" -Ibindings/cpp examples/cpp/interpolate.cpp "${link[@]}" -o "$out/interpolate"
"$out/generate" "a pig wearing a party hat" "$out/pig.glb"
"$out/sample_field" "a tiger"
"$out/threads"
"$out/dlopen" "$library/libatt3d.so"
"$out/interpolate" "a pig" "a tiger wearing a sombrero" 1
status=0
"$out/generate" "quark" "$out/none.glb" 2>"$out/none.log" || status=$?
[[ $status == 1 && ! -e $out/none.glb ]] && grep -q ATT3D_PROMPT "$out/none.log" || { cat "$out/none.log"; exit 1; }
# The profile and the selected packages are those of the tests, so that the dependencies are already built.
scripts/with_libtorch.sh cargo build --quiet --locked --workspace --features att3d/panic-hooks --example load_dynamically
"$library/../debug/examples/load_dynamically" "$library/libatt3d.so"

say "a panic in any module returns a status"
# Cargo builds the library with the tests' features, because this test depends on it.
scripts/with_libtorch.sh cargo test --quiet --locked --workspace --no-run --test header --features att3d/panic-hooks
mkdir "$out/hooks"
cp "$library/../debug/deps/libatt3d.so" "$out/hooks"
gcc -std=c99 -O1 -g "${strict[@]}" tests/c/panics.c -L"$out/hooks" -latt3d -Wl,-rpath,"$PWD/$out/hooks" -o "$out/panics"
"$out/panics" 2>"$out/panics.log" || { tail -20 "$out/panics.log"; exit 1; }

((full)) || exit 0

say "10,000 generations"
gcc -std=c99 -O1 "${strict[@]}" -D_DEFAULT_SOURCE tests/c/soak.c "${link[@]}" -o "$out/soak"
"$out/soak"

say "valgrind on the happy path"
valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
    "$out/generate" "a pig" "$out/valgrind.glb"

say "the C tests under the address and the undefined-behavior sanitizer"
RUSTFLAGS="-Zsanitizer=address" RUSTC_BOOTSTRAP=1 cargo build --quiet --release --locked --lib \
    --target x86_64-unknown-linux-gnu --target-dir "$library/../address"
built=$library/../address/x86_64-unknown-linux-gnu/release
# meshoptimizer's C++ is instrumented too. There, a static array of opacitymap.cpp is registered twice, which
# the sanitizer would report although it is not a fault of this library.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:detect_odr_violation=0}
# forked.c is not among these tests: the sanitizer's allocator (LLVM 14) does not reset its locks at a fork, so
# that the child may wait for ever for a lock that a thread of the parent held.
for test in misuse nulls layout exports jobs job_kinds live; do
    clang -std=c99 -O1 -g "${strict[@]}" -D_POSIX_C_SOURCE=200809L -fsanitize=address,undefined -fno-sanitize-recover=undefined \
        "tests/c/$test.c" -L"$built" -latt3d -Wl,-rpath,"$built" -pthread -lm -o "$out/$test-address"
    "$out/$test-address" "$out/$test.glb"
done
clang++ -std=c++17 -O1 -g "${strict[@]}" -Ibindings/cpp -fsanitize=address,undefined -fno-sanitize-recover=undefined \
    tests/cpp/wrappers.cpp -L"$built" -latt3d -Wl,-rpath,"$built" -pthread -lm -o "$out/wrappers-address"
"$out/wrappers-address"

say "a minute of random calls under the same sanitizers"
# There is no program of workers beside the library with sanitizers, so the workers run the release build.
export ATT3D_WORKER=$library/att3d-worker
clang -std=c99 -O1 -g "${strict[@]}" -D_POSIX_C_SOURCE=200809L -fsanitize=address,undefined -fno-sanitize-recover=undefined \
    tests/c/random_calls.c -L"$built" -latt3d -Wl,-rpath,"$built" -pthread -lm -o "$out/random_calls-address"
"$out/random_calls-address" 60

say "the jobs under ThreadSanitizer, and a minute of random calls"
# The Rust standard library is built with the sanitizer too: otherwise its locks would look like races.
# crossbeam needs the `--cfg` flag.
rustup component add rust-src --toolchain nightly >&2
RUSTFLAGS="-Zsanitizer=thread --cfg crossbeam_sanitize_thread" cargo +nightly build --quiet --release --locked --lib -Zbuild-std \
    --target x86_64-unknown-linux-gnu --target-dir "$library/../thread"
built=$library/../thread/x86_64-unknown-linux-gnu/release
runtime=$(find "$(rustc +nightly --print sysroot)" -name '*rt.tsan.a')
# Debian's clang compiles, but ThreadSanitizer's runtime of Rust is linked, because that of Debian is older.
thread() { # SOURCE PROGRAM: compiles a C file and links it with ThreadSanitizer's runtime of Rust
    clang -std=c99 -O1 -g "${strict[@]}" -D_POSIX_C_SOURCE=200809L -fsanitize=thread -c "$1" -o "$2.o"
    clang "$2.o" -Wl,--whole-archive "$runtime" -Wl,--no-whole-archive -rdynamic -L"$built" -latt3d -Wl,-rpath,"$built" \
        -pthread -lm -ldl -lrt -lresolv -o "$2"
}
thread tests/c/race.c "$out/race-thread"
"$out/race-thread" 2>/dev/null && { echo "ThreadSanitizer does not see a plain race"; exit 1; }
for test in jobs job_kinds live; do
    thread "tests/c/$test.c" "$out/$test-thread"
    "$out/$test-thread" "$out/$test.glb"
done
thread tests/c/random_calls.c "$out/random_calls-thread"
"$out/random_calls-thread" 60
