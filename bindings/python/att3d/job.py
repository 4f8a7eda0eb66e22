"""Jobs: meshes that are made on a thread of the library."""

import ctypes

from . import _structs as s
from . import _callbacks as callbacks
from ._library import Handle, Owner, call, made
from ._running import FOREVER, ends_with_the_interpreter, passing, waited
from ._types import JobState, Status
from .mesh import Mesh


def milliseconds(seconds: float | None) -> int:
    """Converts a time limit for the C functions. None is no limit."""
    if seconds is None:
        return FOREVER
    return max(0, min(round(seconds * 1000), FOREVER - 1))


class Job(Owner):
    """A mesh that is being made on a thread of the library.

    The job is canceled when it is closed or when the last reference to it goes away.
    """

    def __init__(self, handle: int, held: callbacks.Held | None = None):
        self._handle = Handle("job", handle)
        self._held = held
        ends_with_the_interpreter(self)

    def _end(self) -> None:
        """Cancels the job and waits for its end."""
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
        """Returns the state of the job."""
        return JobState(self._info().state)

    @property
    def fraction(self) -> float:
        """Returns the progress, in [0, 1]."""
        return float(self._info().fraction)

    @property
    def status(self) -> Status:
        """Returns the status of a failed job; OK for others."""
        return Status(self._info().status)

    def wait(self, seconds: float | None = None) -> bool:
        """Waits until the job has ended, with success or not. Returns False if the time passes first.

        seconds: None for no limit. Raises BUSY inside a callback.
        """
        return waited("att3d_job_wait", self._handle.value, milliseconds(seconds))

    def cancel(self) -> None:
        """Requests that the job stops, and returns at once."""
        call("att3d_job_cancel", self._handle.value)

    def take(self) -> Mesh:
        """Takes the mesh, which is possible once.

        Raises BUSY while the job runs, the job's own failure, or the exception of the progress function.
        """
        return Mesh(passing(lambda: made("att3d_job_take_mesh", self._handle.value), self._held))

    def result(self, seconds: float | None = None) -> Mesh:
        """Waits for the mesh and takes it.

        seconds: None for no limit. Raises TimeoutError if the time passes first; the job continues.
        """
        if not self.wait(seconds):
            raise TimeoutError(f"the mesh was not ready in {seconds} s; the job goes on")
        return self.take()
