# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension in Blender as a Python module: the blocking path, for there is no event loop.

    scripts/check_blender.sh runs this; `python module.py -k NAME` some tests, with ATT3D_BLENDER_ZIP set
"""

import os
import sys
import unittest
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).parent))
import support

if __name__ == "__main__":
    support.install()
    arguments = [sys.argv[0], "discover", "--start-directory", str(Path(__file__).parent), *sys.argv[1:]]
    result = unittest.main(module=None, argv=arguments, exit=False).result
    print(f"Blender {bpy.app.version_string}: {result.testsRun} tests run, {len(result.failures) + len(result.errors)} failed")
    sys.stdout.flush()
    sys.stderr.flush()
    # Some of Blender's modules crash or hang when the interpreter goes.
    os._exit(0 if result.wasSuccessful() else 1)
