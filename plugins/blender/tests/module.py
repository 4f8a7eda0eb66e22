# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the extension in Blender as a Python module. There is no event loop, so operators block.

scripts/check_blender.sh runs this file. `python module.py -k NAME` runs some of the tests; ATT3D_BLENDER_ZIP
must be set.
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
    # unittest passes if `-k` selects no test. Some of Blender's modules crash or hang when the interpreter
    # shuts down.
    os._exit(0 if result.wasSuccessful() and result.testsRun else 1)
