#!/usr/bin/env bash
# Checks the library as a package: the crates have the size that crates.io takes, and build. cargo-c installs
# the library into an empty prefix, pkg-config and CMake find it there, and programs run with it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/system.sh packaging
out=$PWD/.cache/packaging
prefix=$out/prefix
rm -rf "$out"
mkdir -p "$out"
say() { printf '— %s\n' "$*"; }

say "the crates for crates.io"
scripts/package_crates.sh

say "cargo cinstall"
cargo cinstall --profile dist --locked --package att3d --prefix "$prefix" --libdir "$prefix/lib"
(cd "$prefix" && find . -type f -o -type l) | sort
for file in include/att3d.h include/att3d.hpp include/att3d/{base,model,field,mesh,generate,job}.hpp \
    lib/libatt3d.so lib/libatt3d.so.1 lib/libatt3d.a lib/pkgconfig/att3d.pc share/att3d/att3dConfig.cmake; do
    [[ -e $prefix/$file ]] || { echo "$file was not installed"; exit 1; }
done
readelf -d "$prefix/lib/libatt3d.so" | grep -q 'SONAME.*\[libatt3d.so.1\]'
readelf -d "$prefix/lib/libatt3d.so" | grep -q NODELETE
nm -D --defined-only "$prefix/lib/libatt3d.so" | awk '{ print $3 }' | sed 's/@.*//' | sort | diff tests/abi/symbols.txt -

say "pkg-config: shared and static"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
# shellcheck disable=SC2046
gcc -std=c99 examples/c/generate.c $(pkg-config --cflags --libs att3d) -Wl,-rpath,"$prefix/lib" -o "$out/generate"
"$out/generate" "a pig" "$out/pig.glb"
# shellcheck disable=SC2046
gcc -std=c99 examples/c/generate.c $(pkg-config --cflags att3d) "$prefix/lib/libatt3d.a" \
    $(pkg-config --static --libs att3d | sed 's/-latt3d//') -o "$out/generate_static"
"$out/generate_static" "a pig" "$out/pig_static.glb"
cmp "$out/pig.glb" "$out/pig_static.glb"

say "the sealed static library has no global symbols but att3d_*, and links beside a host's own"
cp "$prefix/lib/libatt3d.a" "$out/libatt3d.a"
scripts/seal_static.sh "$out/libatt3d.a"
[[ -z $(nm --extern-only --defined-only "$out/libatt3d.a" | awk 'NF == 3 && $3 !~ /^att3d_/') ]]
# shellcheck disable=SC2046
gcc -std=c99 -Wall -Wextra -Wpedantic -Werror tests/c/static_host.c $(pkg-config --cflags att3d) "$out/libatt3d.a" \
    $(pkg-config --static --libs att3d | sed 's/-latt3d//') -lstdc++ -o "$out/static_host"
"$out/static_host"

say "CMake: find_package(att3d)"
cmake -S examples -B "$out/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release >"$out/cmake.log"
cmake --build "$out/build" >>"$out/cmake.log"
"$out/build/generate" "a pig" "$out/pig_cmake.glb"
"$out/build/generate_static" "a pig" "$out/pig_cmake.glb"
cmp "$out/pig.glb" "$out/pig_cmake.glb"
"$out/build/interpolate" "a pig" "a tiger" 1
"$out/build/dlopen" "$prefix/lib/libatt3d.so.1"

say "a version that is not there is refused"
sed 's/find_package(att3d 0.1 REQUIRED)/find_package(att3d 0.2 REQUIRED)/' examples/CMakeLists.txt >"$out/CMakeLists.txt"
cp -r examples/c examples/cpp "$out"
if cmake -S "$out" -B "$out/later" -DCMAKE_PREFIX_PATH="$prefix" >"$out/later.log" 2>&1; then exit 1; fi
grep -q "not considered\|compatible\|0.1.0" "$out/later.log"
