#!/usr/bin/env bash
# What models and contexts take of resident memory, and what comes back when they are freed. Linux alone.
# Prints a Markdown table.
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
