#!/usr/bin/env python3
"""Packs a folder into a zip, and prints the size of the zip.

    make_zip.py FOLDER ZIP [--with-folder] [--most BYTES]

The same files give the same zip: names are sorted, the date is fixed, and of the permissions only the right to execute
is kept. --with-folder: the names in the zip begin with the name of the folder. --most: fails if the zip is larger. A zip
that exists is replaced when the new one is complete.
"""

import argparse
import os
import pathlib
import sys
import zipfile


def pack(folder: pathlib.Path, target: pathlib.Path, base: pathlib.Path) -> None:
    """Writes the zip. base: the folder to which the names in the zip are relative."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(path.relative_to(base)), (2026, 1, 1, 0, 0, 0))
            mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, mode << 16
            archive.writestr(entry, path.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description="Packs a folder into a zip.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("zip", type=pathlib.Path)
    parser.add_argument("--with-folder", action="store_true")
    parser.add_argument("--most", type=int, metavar="BYTES")
    arguments = parser.parse_args()
    folder, target = arguments.folder.resolve(), arguments.zip
    temporary = target.with_name(target.name + ".tmp")
    pack(folder, temporary, folder.parent if arguments.with_folder else folder)
    os.replace(temporary, target)
    size = target.stat().st_size
    print(f"{target}: {size / 1e6:.1f} MB")
    if arguments.most is not None and size > arguments.most:
        sys.exit(f"make_zip: {target} has {size} bytes; expected at most {arguments.most}")


main()
