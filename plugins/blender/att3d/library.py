# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python package ``att3d`` of the bundled wheel, or the reason why it does not load."""

import platform
from types import ModuleType


class Failure(Exception):
    """A failure for the user. Its message says what was found, what was expected, and what to do."""


_problem = ""
_package: ModuleType | None = None
try:
    import att3d as _package
except ImportError as error:
    _problem = f"libatt3d does not load on {platform.system()} {platform.machine()}: {error}"


def problem() -> str:
    """Returns the reason why the library does not load, or "" if it is loaded."""
    return _problem


def att3d() -> ModuleType:
    """Returns the package. Raises Failure if it does not load."""
    if _package is None:
        raise Failure(f"{_problem}. Install the extension's file for this platform")
    return _package


def sentence(error: BaseException) -> str:
    """Returns the message of an exception, or the name of its type if it has none."""
    return str(error).strip() or type(error).__name__
