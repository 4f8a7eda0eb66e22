#!/usr/bin/env python3
"""Overwrites the bundled model in an executable with zeros.

    scripts/remove_model.py FILE

The archive for Windows contains the library with its model, and the command. The command then reads the model from the
library beside it, and compresses to less than half. The alternative is to build the command without the feature
`bundled-model`, which compiles the library again.
"""

import sys
from pathlib import Path

MODEL = Path(__file__).parents[1] / "models" / "toybox" / "toybox.att3d"


def main(path: Path) -> int:
    model, content = MODEL.read_bytes(), bytearray(path.read_bytes())
    # The model is compiled in as two halves.
    middle = len(model) // 2
    for half in (model[:middle], model[middle:]):
        start = content.find(half)
        if start < 0:
            print(f"remove_model: {path} does not contain {MODEL}: expected a command that was built from this folder", file=sys.stderr)
            return 1
        content[start : start + len(half)] = bytes(len(half))
    path.write_bytes(content)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1])))
