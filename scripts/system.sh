#!/usr/bin/env bash
# Prints which programs and libraries of the system are missing, the purpose of each, and the command that
# installs them on Debian or Ubuntu. The other scripts call it and do not install system packages themselves.
#
#     scripts/system.sh GROUP …              fails if something of these groups is missing
#     scripts/system.sh --install GROUP …    first installs what is missing, if ATT3D_INSTALL=1 is set
#
# The groups are base, node, abi, sanitizers, packaging, bpy, window, browser, unreal and windows.
set -euo pipefail

# ---- what each group needs: need PACKAGE PURPOSE COMMAND …. COMMAND succeeds if PACKAGE is installed. ------

base() {
    need g++ "it compiles meshoptimizer and links the library" command -v c++
    need python3 "the checks in Python need it" command -v python3
    need python3-pip "it fetches libtorch and the Python tools" python3 -m pip --version
    need python3-venv "the Python tools run in virtual environments" python3 -c 'import ensurepip, venv'
    need binutils "nm and readelf list the library's symbols and dependencies" command -v readelf
}
node() {
    need npm "it fetches the glTF validator, which Node runs" command -v npm
}
abi() {
    need abigail-tools "abidiff compares the C interface with the committed dump of its ABI" command -v abidiff
}
sanitizers() {
    need clang "it compiles the C tests with sanitizers" command -v clang
    need "$(clang_runtime)" "clang links the sanitizers' runtimes from it" clang_links_sanitizers
    need valgrind "it looks for leaks in the C example" command -v valgrind
}
packaging() {
    need cmake "it builds the examples with find_package" command -v cmake
    need pkg-config "it prints the flags of the installed library" command -v pkg-config
}
bpy() {
    local purpose="the module bpy, which is Blender, links to it"
    need libx11-6 "$purpose" has_library libX11.so.6
    need libxrender1 "$purpose" has_library libXrender.so.1
    need libxfixes3 "$purpose" has_library libXfixes.so.3
    need libxi6 "$purpose" has_library libXi.so.6
    need libxkbcommon0 "$purpose" has_library libxkbcommon.so.0
    need libsm6 "$purpose" has_library libSM.so.6
    need libgl1 "$purpose" has_library libGL.so.1
}
window() {
    need debootstrap "it makes the Debian system in which Blender runs with a window" command -v debootstrap
}
browser() {
    need chromium "it opens the gallery of a bake" command -v chromium
}
unreal() {
    need g++ "it compiles the engine-free part of the Unreal plugin, and checks the rest against stubs" g++_links_sanitizers
    need clang "it also checks the Unreal plugin's sources, because Unreal uses it on Linux" command -v clang++
    need mono-mcs "it compiles the Unreal plugin's Build.cs files" command -v mcs
}
windows() {
    need g++-mingw-w64-x86-64 "it compiles meshoptimizer and the C++ tests for Windows" command -v x86_64-w64-mingw32-g++-posix
    need gcc-mingw-w64-x86-64 "it compiles the C tests, and links the library and the command for Windows" command -v x86_64-w64-mingw32-gcc-posix
    need llvm "llvm-dlltool makes the import library for MSVC" command -v llvm-dlltool
    need clang "it compiles a program of MSVC's kind, which tests the import library" command -v clang
    need lld "it links that program" command -v lld-link
    need wine64 "it runs programs for Windows" has_wine
    need wine "it has the command that starts Wine" command -v wine
}

# ---- how packages are found and installed ------------------------------------------------------------------

# ldconfig is in /sbin, which is not on every user's path.
export PATH=$PATH:/usr/sbin:/sbin
has_wine() { [[ -x /usr/lib/wine/wine64 ]] || command -v wine64; }
has_library() { grep -qF "$1 " <<<"$(ldconfig -p)"; }
# Debian names the package after clang's version.
clang_runtime() {
    local version
    version=$(clang -dumpversion 2>/dev/null || apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-//p') || true
    version=${version%%.*}
    echo "libclang-rt-${version:-VERSION}-dev"
}
g++_links_sanitizers() { g++ -fsanitize=address,undefined -x c++ - -o /dev/null <<<'int main() { return 0; }'; }
clang_links_sanitizers() { clang -fsanitize=address,undefined -x c - -o /dev/null <<<'int main(void) { return 0; }'; }

need() { # PACKAGE PURPOSE COMMAND …: notes the package if the command fails
    local package=$1 purpose=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    packages+=("$package")
    lines+="    $package: $purpose"$'\n'
}
look() { # GROUP …: sets packages and lines
    packages=() lines=""
    local group
    for group in "$@"; do "$group"; done
}
as_root() { # COMMAND …: runs a command as root, and never asks for a password
    if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

install=0
if [[ ${1:-} == --install ]]; then install=1 && shift; fi
for group in "$@"; do
    [[ " base node abi sanitizers packaging bpy window browser unreal windows " == *" $group "* ]] || { echo "system: the group is \`$group\`; give base, node, abi, sanitizers, packaging, bpy, window, browser, unreal or windows" >&2; exit 2; }
done
look "$@"
if ((${#packages[@]} && install)) && [[ ${ATT3D_INSTALL:-} == 1 ]]; then
    # If the update fails, older package lists may suffice, so the installation is tried in any case.
    as_root apt-get update -qq >&2 || true
    # The package lists determine the name of clang's runtime.
    look "$@"
    as_root apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2 || true
    look "$@"
fi
if ((${#packages[@]})); then
    {
        echo "system: these packages are missing here (the names are those of Debian and Ubuntu):"
        printf '%s' "$lines"
        echo "  To install them, run as root: apt-get install --no-install-recommends ${packages[*]}"
        if [[ ${ATT3D_INSTALL:-} != 1 ]]; then echo "  If ATT3D_INSTALL=1 is set, the stage \`tools\` of ./check installs them."; fi
    } >&2
    exit 1
fi
