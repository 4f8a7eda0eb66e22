#!/usr/bin/env python3
"""Checks the files of a build for macOS: what they load, the library's own name, and its exported functions.

    scripts/read_macho.py FOLDER SYMBOLS

FOLDER has att3d, att3d-worker and libatt3d.dylib. SYMBOLS has the names of the exported functions, one per line.
The package lief reads the files.
"""

import sys
from pathlib import Path

import lief

#: Folder of the libraries that belong to the system.
SYSTEM = "/usr/lib/"


def faults(folder: Path, symbols: set[str]) -> list[str]:
    """Returns one sentence for each fault."""
    lief.logging.disable()
    found = []
    for name in ("att3d", "att3d-worker", "libatt3d.dylib"):
        binary = lief.MachO.parse(str(folder / name)).at(0)
        for library in binary.libraries:
            if library.command == lief.MachO.LoadCommand.TYPE.ID_DYLIB:
                if library.name != "@rpath/libatt3d.dylib":
                    found.append(f"{name} has the name {library.name}; expected @rpath/libatt3d.dylib")
            elif not library.name.startswith(SYSTEM):
                found.append(f"{name} loads {library.name}, which is not a library of macOS")
        if name == "libatt3d.dylib":
            exported = {symbol.name.removeprefix("_") for symbol in binary.exported_symbols}
            # zig's linker also exports the functions of other libraries. Apple's linker exports only ours.
            found += [f"{name} does not export {symbol}" for symbol in sorted(symbols - exported)]
        print(f"{name}: {(folder / name).stat().st_size / 1e6:.1f} MB")
    return found


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    symbols = set(Path(sys.argv[2]).read_text(encoding="utf-8").split())
    found = faults(Path(sys.argv[1]), symbols)
    for fault in found:
        print(f"read_macho: {fault}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
