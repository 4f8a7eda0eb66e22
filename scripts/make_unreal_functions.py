#!/usr/bin/env python3
"""Makes the list of functions that the Unreal plugin binds by name, from include/att3d.h.

    scripts/make_unreal_functions.py            writes the list
    scripts/make_unreal_functions.py --check    fails if the committed list differs from the header or from the
                                                symbols of the library (tests/abi/symbols.txt)
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = ROOT / "plugins/unreal/ATT3D/Source/ATT3DCore/Public/ATT3DCoreFunctions.inl"
HEAD = """\
// Functions of att3d.h, as a list for the preprocessor: ATT3D_CORE_FUNCTIONS(X) is X(name) for each function.
// scripts/make_unreal_functions.py makes this file from include/att3d.h. Licensed MIT OR Apache-2.0.
"""


def functions() -> list[str]:
    """Returns the names of the header's functions, in its order."""
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "include/att3d.h").read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"^ATT3D_PUBLIC\b[^;(]*?\b(att3d_\w+)\(", text, flags=re.MULTILINE)


def listed() -> str:
    rows = [f"    X({name})" for name in functions()]
    return HEAD + "#define ATT3D_CORE_FUNCTIONS(X) \\\n" + " \\\n".join(rows) + "\n"


def main() -> None:
    if sys.argv[1:] == ["--check"]:
        symbols = set((ROOT / "tests/abi/symbols.txt").read_text(encoding="utf-8").split())
        if symbols != set(functions()):
            sys.exit(f"the header and tests/abi/symbols.txt differ by {sorted(symbols ^ set(functions()))}")
        if LIST.read_text(encoding="utf-8") != listed():
            sys.exit(f"{LIST.relative_to(ROOT)} is not that of the header; run scripts/make_unreal_functions.py")
        print(f"{len(functions())} functions: the plugin's list, the header and the library's symbols agree")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        LIST.write_text(listed(), encoding="utf-8")


main()
