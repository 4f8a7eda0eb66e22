#!/usr/bin/env bash
# Unpacks or packs the inputs that the fuzzer found. The repository has one archive per fuzz target, because a
# corpus is hundreds of tiny files.
#
#     scripts/fuzz_corpus.sh unpack                unpacks fuzz/corpus/*.tar.gz into fuzz/unpacked, which git
#                                                  ignores
#     scripts/fuzz_corpus.sh pack TARGET FOLDER    replaces a target's archive with the files of a folder,
#                                                  such as the output of `cargo fuzz cmin`
set -euo pipefail

# TARGET FOLDER: files with the same contents become one entry, named by their SHA-1 as libFuzzer does.
pack() {
    local target=$1 given=$2 work file
    work=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$work'" EXIT
    while IFS= read -r -d '' file; do
        cp "$file" "$work/$(sha1sum <"$file" | cut -d ' ' -f 1)"
    done < <(find "$given" -type f -print0)
    # Equal contents give equal archives: the names are sorted, and owner, date and mode are fixed.
    (cd "$work" && find . -type f -printf '%f\0' | LC_ALL=C sort -z | tar --create --null --files-from=- --format=ustar --owner=0 \
        --group=0 --numeric-owner --mtime=@0 --mode=644) | gzip --no-name --best >"fuzz/corpus/$target.tar.gz.tmp"
    mv "fuzz/corpus/$target.tar.gz.tmp" "fuzz/corpus/$target.tar.gz"
    echo "inputs in fuzz/corpus/$target.tar.gz: $(find "$work" -type f | wc -l)"
}
unpack() {
    local archive folder
    for archive in fuzz/corpus/*.tar.gz; do
        folder=fuzz/unpacked/$(basename "$archive" .tar.gz)
        rm -rf "$folder"
        mkdir -p "$folder"
        tar --extract --gzip --file "$archive" --directory "$folder"
    done
}

if [[ ${1:-} == pack && $# -eq 3 ]]; then
    folder=$(realpath "$3")
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    pack "$2" "$folder"
elif [[ ${1:-} == unpack && $# -eq 1 ]]; then
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    unpack
else
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
fi
