"""A mesh that is being made on a thread of the library."""

import ctypes

from . import _structs as s
from ._library import Handle, asked, call, made
from ._types import JobState, Status
from .mesh import Mesh

#: ATT3D_FOREVER.
_FOREVER = 0xFFFFFFFF


def milliseconds(seconds: float | None) -> int:
    """A time to wait as C has it; None is for ever."""
    if seconds is None:
        return _FOREVER
    return max(0, min(round(seconds * 1000), _FOREVER - 1))


class Job:
    """A mesh that is being made. A job that nobody holds any more is cancelled."""

    def __init__(self, handle: int):
        self._handle = Handle("job", handle)

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
        return self._info().fraction

    @property
    def status(self) -> Status:
        """How it ended, where it failed; OK otherwise."""
        return Status(self._info().status)

    def wait(self, seconds: float | None = None) -> bool:
        """Waits for its end, well or not; False when the time is over first. Raises BUSY inside a callback."""
        return asked("att3d_job_wait", self._handle.value, milliseconds(seconds))

    def cancel(self) -> None:
        """Asks it to stop; does not wait."""
        call("att3d_job_cancel", self._handle.value)

    def take(self) -> Mesh:
        """The mesh, once. Raises the job's own failure where it failed, BUSY while it works."""
        return Mesh(made("att3d_job_take_mesh", self._handle.value))

    def result(self, seconds: float | None = None) -> Mesh:
        """Waits and takes. Raises TimeoutError when the time is over first."""
        if not self.wait(seconds):
            raise TimeoutError(f"the mesh was not ready in {seconds} s; the job goes on")
        return self.take()
