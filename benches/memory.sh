#!/usr/bin/env bash
# Measures the resident memory that models and contexts take, and that is freed with them. Works only on
# Linux. Prints a Markdown table.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release --locked
library=$PWD/${CARGO_TARGET_DIR:-target}/release
mkdir -p .cache/benches
gcc -std=c99 -O1 -Wall -Wextra -Wpedantic -Werror -D_POSIX_C_SOURCE=200809L -Iinclude benches/memory.c -L"$library" -latt3d \
    -Wl,-rpath,"$library" -o .cache/benches/memory
echo "| more resident memory than at the start | |"
echo "|---|---|"
.cache/benches/memory models/toybox/toybox.att3d
