"""Runs long calls that Ctrl-C can interrupt, and ends all work before the interpreter ends."""

from __future__ import annotations

import atexit
import threading
import weakref
from collections.abc import Callable
from typing import Protocol, TypeVar

from . import _callbacks as callbacks
from . import _structs as s
from ._library import asked
from ._types import Error, Status

Result = TypeVar("Result")

#: Milliseconds of one wait in the library. Python handles signals between two waits.
_SLICE = 50
#: ATT3D_FOREVER: no time limit, for waits.
FOREVER = 0xFFFFFFFF


class Ending(Protocol):
    """An object whose work must end before the interpreter ends."""

    def _end(self) -> None: ...


_running: "weakref.WeakSet[Ending]" = weakref.WeakSet()


def ends_with_the_interpreter(ending: Ending) -> None:
    """Registers an object whose work is stopped before the interpreter ends."""
    _running.add(ending)


@atexit.register
def _end_all() -> None:
    callbacks.stop_all()
    for ending in list(_running):
        ending._end()
    callbacks.wait_for_releases()


def is_main() -> bool:
    """Returns whether this is the thread on which Python handles signals."""
    return threading.current_thread() is threading.main_thread()


def run(work: Callable[[], Result], desc: s.Watched) -> Result:
    """Runs a long call that reports its progress through `desc`, and returns its result.

    If the caller is on the main thread, the call runs on another thread. So the exception of a signal, such
    as KeyboardInterrupt, reaches the main thread immediately. It stops the call and is raised after the
    call's end. An exception of the progress function is raised here too.
    """
    record: callbacks.Held | None = desc.held
    if not is_main() or record is None:
        return passing(work, record)
    results: list[Result] = []
    errors: list[BaseException] = []
    ended = threading.Event()

    def work_there() -> None:
        try:
            results.append(passing(work, record))
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
        finally:
            ended.set()

    thread = threading.Thread(target=work_there, name="att3d", daemon=True)
    thread.start()
    try:
        ended.wait()
    except BaseException:
        record.stop = True
        ended.wait()
        raise
    if errors:
        raise errors[0]
    return results[0]


def passing(work: Callable[[], Result], record: callbacks.Held | None) -> Result:
    """Runs a call. Raises the exception of its progress function instead of CANCELLED."""
    try:
        return work()
    except Error as error:
        if error.status == Status.CANCELLED and record is not None and record.error is not None:
            raise record.error from None
        raise


def waited(name: str, handle: int, milliseconds: int) -> bool:
    """Calls a function that waits. Returns False if the wait timed out.

    On the main thread, it calls the function repeatedly with a short time limit, so that Python handles
    signals between the calls.
    milliseconds: FOREVER for no limit.
    """
    left = milliseconds
    while is_main() and left > _SLICE:
        if asked(name, handle, _SLICE):
            return True
        left -= _SLICE if left != FOREVER else 0
    return asked(name, handle, left)
