"""Python functions that the library calls, on its own threads, until it gives them back."""

import itertools
import threading
import time
from collections.abc import Callable

from . import _structs as s
from ._types import LogLevel

#: Seconds that the end of the interpreter waits for calls that it has asked to stop.
_LONGEST_END = 10.0


class Held:
    """A function that the library may call, under a number that C can carry.

    stop: makes the work that reports its progress here stop at its next report. error: what the function raised.
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
    """Keeps a function alive until the library releases its number. None only lets the work be stopped."""
    record = Held(function, next(_numbers))
    with _lock:
        _held[record.number] = record
    return record


def drop(number: int) -> None:
    """Forgets a function that the library never took."""
    with _lock:
        _held.pop(number, None)


def _release(number: int) -> None:
    """Forgets a function that the library no longer needs."""
    drop(number)


def _progress(number: int, fraction: float) -> int:
    """Reports progress to a held function. An exception stops the work and is kept, since none may pass through C."""
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
    """Passes a line of the log to a held function. An exception is dropped."""
    with _lock:
        record = _held.get(number)
    try:
        if record is not None and record.function is not None:
            known = LogLevel(level) if level in LogLevel._value2member_map_ else level
            record.function(known, message.decode(errors="replace"))
    except BaseException:  # noqa: BLE001, S110
        pass


#: The three as C calls them.
release, progress, log = s.Release(_release), s.Progress(_progress), s.Log(_log)


def held() -> int:
    """Returns the number of functions that the library holds."""
    with _lock:
        return len(_held)


def stop_all() -> None:
    """Stops all work that reports its progress. For the end of the interpreter."""
    _is_ending.set()


def wait_for_releases() -> None:
    """Waits until the library has released every function: no thread of it may call into an interpreter that has ended."""
    latest = time.monotonic() + _LONGEST_END
    while held() and time.monotonic() < latest:
        time.sleep(0.002)
    # The thread that released the last function leaves Python's code while this one sleeps.
    time.sleep(0.02)


def watch(desc: s.Watched, function: Callable[[float], object] | None) -> None:
    """Sets the progress callback of a description that is for one call, which releases the function.

    function: called with a fraction in [0, 1]; None where the call must only be stoppable. Beside the struct's fields, desc.held
    is what stops the call and keeps what the function raised.
    """
    desc.held = hold(function)
    desc.progress = progress
    desc.progress_user = desc.held.number
    desc.progress_release = release
