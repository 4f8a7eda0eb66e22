#!/usr/bin/env python3
"""Checks that no comment in Rust code is wider than rustfmt's max_width.

    scripts/check_width.py    prints each line that is too wide, and exits with 1 if there is one
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main() -> None:
    width = int(re.search(r"max_width = (\d+)", (ROOT / "rustfmt.toml").read_text())[1])
    listed = subprocess.run(["git", "ls-files", "*.rs"], cwd=ROOT, capture_output=True, text=True, check=True)
    wide = [
        f"{name}:{number}: the comment has {len(line)} columns; expected at most {width}"
        for name in listed.stdout.splitlines()
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > width and line.lstrip().startswith("//")
    ]
    if wide:
        sys.exit("\n".join(wide))


main()
