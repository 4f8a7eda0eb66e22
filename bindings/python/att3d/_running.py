"""Long calls that Ctrl-C ends, and the end of the interpreter."""

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

#: Milliseconds of one wait within a call: signals are handled between two.
_SLICE = 50
#: ATT3D_FOREVER.
FOREVER = 0xFFFFFFFF


class Ending(Protocol):
    """Something that must end before the interpreter does."""

    def _end(self) -> None: ...


_running: "weakref.WeakSet[Ending]" = weakref.WeakSet()


def ends_with_the_interpreter(ending: Ending) -> None:
    """Registers an object whose work is to be stopped before the interpreter ends."""
    _running.add(ending)


@atexit.register
def _end_all() -> None:
    callbacks.stop_all()
    for ending in list(_running):
        ending._end()
    callbacks.wait_for_releases()


def is_main() -> bool:
    """Whether this is the thread in which Python handles signals."""
    return threading.current_thread() is threading.main_thread()


def run(work: Callable[[], Result], desc: s.Watched) -> Result:
    """Runs a long call whose progress goes through `desc`, and returns its result.

    On the main thread the call runs on another one, so that a signal's exception, such as KeyboardInterrupt, is raised at once: it
    stops the call, waits for its end, and passes on. What the progress function raises is raised here.
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
    """Runs a call; what its progress function raised comes out instead of CANCELLED."""
    try:
        return work()
    except Error as error:
        if error.status == Status.CANCELLED and record is not None and record.error is not None:
            raise record.error from None
        raise


def waited(name: str, handle: int, milliseconds: int) -> bool:
    """Calls a function that waits, in slices on the main thread, so that signals are handled. Returns False when the time is over."""
    left = milliseconds
    while is_main() and left > _SLICE:
        if asked(name, handle, _SLICE):
            return True
        left -= _SLICE if left != FOREVER else 0
    return asked(name, handle, left)
