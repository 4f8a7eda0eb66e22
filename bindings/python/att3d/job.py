"""A mesh that is being made on a thread of the library."""

import ctypes

from . import _structs as s
from . import _callbacks as callbacks
from ._library import Handle, Owner, call, made
from ._running import FOREVER, ends_with_the_interpreter, passing, waited
from ._types import JobState, Status
from .mesh import Mesh


def milliseconds(seconds: float | None) -> int:
    """A time to wait as C has it; None is for ever."""
    if seconds is None:
        return FOREVER
    return max(0, min(round(seconds * 1000), FOREVER - 1))


class Job(Owner):
    """A mesh that is being made. A job that nobody holds any more is cancelled, and so is one that is closed."""

    def __init__(self, handle: int, held: callbacks.Held | None = None):
        self._handle = Handle("job", handle)
        self._held = held
        ends_with_the_interpreter(self)

    def _end(self) -> None:
        """Stops the job and waits for its end."""
        if isinstance(self._handle, Handle):
            call("att3d_job_cancel", self._handle.value)
            waited("att3d_job_wait", self._handle.value, FOREVER)
            self.close()

    def _info(self) -> s.att3d_job_info:
        info = s.att3d_job_info()
        call("att3d_job_get_info", self._handle.value, ctypes.byref(info))
        return info

    @property
    def state(self) -> JobState:
        """Where it is."""
        return JobState(self._info().state)

    @property
    def fraction(self) -> float:
        """How much is done, in [0, 1]."""
        return float(self._info().fraction)

    @property
    def status(self) -> Status:
        """How it ended, where it failed; OK otherwise."""
        return Status(self._info().status)

    def wait(self, seconds: float | None = None) -> bool:
        """Waits for its end, well or not; False when the time is over first. Raises BUSY inside a callback."""
        return waited("att3d_job_wait", self._handle.value, milliseconds(seconds))

    def cancel(self) -> None:
        """Asks it to stop; does not wait."""
        call("att3d_job_cancel", self._handle.value)

    def take(self) -> Mesh:
        """The mesh, once. Raises the job's own failure where it failed, what the progress function raised, and BUSY while it works."""
        return Mesh(passing(lambda: made("att3d_job_take_mesh", self._handle.value), self._held))

    def result(self, seconds: float | None = None) -> Mesh:
        """Waits and takes. Raises TimeoutError when the time is over first."""
        if not self.wait(seconds):
            raise TimeoutError(f"the mesh was not ready in {seconds} s; the job goes on")
        return self.take()
