# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python package ``att3d`` of the wheel inside this extension, or why it is not there."""

import platform
from types import ModuleType


class Failure(Exception):
    """What an artist is told: what was found, what was expected, what to do."""


_problem = ""
_package: ModuleType | None = None
try:
    import att3d as _package
except ImportError as error:
    _problem = f"libatt3d does not load on {platform.system()} {platform.machine()}: {error}"


def problem() -> str:
    """Why there is no library; "" where there is one."""
    return _problem


def att3d() -> ModuleType:
    """The package. Raises Failure where it does not load."""
    if _package is None:
        raise Failure(f"{_problem}. Install the extension's file for this platform")
    return _package


def sentence(error: BaseException) -> str:
    """An exception as one sentence."""
    return str(error).strip() or type(error).__name__
