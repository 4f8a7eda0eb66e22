"""Python functions that the library calls, on its own threads, until it gives them back."""

import itertools
import threading
from collections.abc import Callable

from . import _structs as s
from ._types import LogLevel

_numbers = itertools.count(1)
_held: dict[int, Callable[..., object]] = {}
_lock = threading.Lock()


def hold(function: Callable[..., object]) -> int:
    """Keeps a function alive under a number that C can carry."""
    number = next(_numbers)
    with _lock:
        _held[number] = function
    return number


def drop(number: int) -> None:
    """Lets go of a function that the library never took."""
    with _lock:
        _held.pop(number, None)


@s.Release
def release(number: int) -> None:
    """The library is done with a function."""
    drop(number)


@s.Progress
def progress(number: int, fraction: float) -> int:
    """Hears of progress. What it raises stops the work, since no exception may pass through C."""
    with _lock:
        function = _held.get(number)
    try:
        return 1 if function is not None and function(fraction) else 0
    except BaseException:  # noqa: BLE001
        return 1


@s.Log
def log(number: int, level: int, message: bytes) -> None:
    """Hears a line of the log. What it raises is dropped."""
    with _lock:
        function = _held.get(number)
    try:
        if function is not None:
            known = LogLevel(level) if level in LogLevel._value2member_map_ else level
            function(known, message.decode(errors="replace"))
    except BaseException:  # noqa: BLE001, S110
        pass


def held() -> int:
    """How many functions the library has."""
    with _lock:
        return len(_held)
