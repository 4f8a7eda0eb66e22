"""Packages that are used if they are installed."""

import importlib
from typing import Any


def optional(module: str, package: str, purpose: str) -> Any:
    """Returns a module of an optional package.

    package: its name for pip. purpose: what needs it, for the message. Raises ImportError if it is missing.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(f"{purpose} needs the package {package} ({error}); pip install {package}") from error
