"""The command line of ``python -m att3d.ray``."""

import sys

from .command import main

sys.exit(main(sys.argv[1:]))
