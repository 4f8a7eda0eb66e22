"""Python functions that the library calls. They are held until the library releases them."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

from . import _structs as s
from ._types import LogLevel

#: Longest time in seconds to wait for stopped calls when the interpreter ends.
_LONGEST_END = 10.0


class Held:
    """A function that the library may call, identified by a number that fits a C pointer.

    stop: whether the work stops at its next progress report. error: the exception that the function raised.
    """

    __slots__ = ("function", "number", "stop", "error")

    def __init__(self, function: Callable[..., object] | None, number: int):
        self.function = function
        self.number = number
        self.stop = False
        self.error: BaseException | None = None


_numbers = itertools.count(1)
_held: dict[int, Held] = {}
_lock = threading.Lock()
_is_ending = threading.Event()


def hold(function: Callable[..., object] | None) -> Held:
    """Keeps a function alive until the library releases its number.

    function: None for work that reports no progress but can be stopped.
    """
    record = Held(function, next(_numbers))
    with _lock:
        _held[record.number] = record
    return record


def drop(number: int) -> None:
    """Removes a function that the library did not take."""
    with _lock:
        _held.pop(number, None)


def _release(number: int) -> None:
    """Removes a function that the library no longer needs. Called by the library."""
    drop(number)


def _progress(number: int, fraction: float) -> int:
    """Calls a held progress function. Returns 1 to stop the work.

    An exception stops the work and is stored, because exceptions must not pass through C.
    """
    with _lock:
        record = _held.get(number)
    if record is None or record.stop or _is_ending.is_set():
        return 1
    try:
        return 1 if record.function is not None and record.function(fraction) else 0
    except BaseException as error:  # noqa: BLE001
        record.error = error
        return 1


def _log(number: int, level: int, message: bytes) -> None:
    """Calls a held log function. Its exceptions are ignored, because they must not pass through C."""
    with _lock:
        record = _held.get(number)
    try:
        if record is not None and record.function is not None:
            known = LogLevel(level) if level in LogLevel._value2member_map_ else level
            record.function(known, message.decode(errors="replace"))
    except BaseException:  # noqa: BLE001, S110
        pass


#: The three functions as C function pointers.
release, progress, log = s.Release(_release), s.Progress(_progress), s.Log(_log)


def held() -> int:
    """Returns the number of functions that are held for the library."""
    with _lock:
        return len(_held)


def is_ending() -> bool:
    """Returns whether the interpreter is ending."""
    return _is_ending.is_set()


def stop_all() -> None:
    """Makes all work stop at its next progress report. Called at the end of the interpreter."""
    _is_ending.set()


def wait_for_releases() -> None:
    """Waits until the library has released all functions, at most `_LONGEST_END`.

    A thread of the library must not call into an interpreter that has ended.
    """
    latest = time.monotonic() + _LONGEST_END
    while held() and time.monotonic() < latest:
        time.sleep(0.002)
    # During this sleep, the thread that released the last function returns from Python's code.
    time.sleep(0.02)


def watch(desc: s.Watched, function: Callable[[float], object] | None) -> None:
    """Sets the progress callback of a C description. The description is for one call, which releases the
    function.

    function: called with a fraction in [0, 1]; None if the call must only be stoppable. The function `watch`
    also sets desc.held, which can stop the call and stores the exception that the function raised.
    """
    desc.held = hold(function)
    desc.progress.callback = progress
    desc.progress.user = desc.held.number
    desc.progress.release = release
