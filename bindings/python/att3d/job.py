"""Jobs: work on a thread of the library."""

import ctypes
from collections.abc import Callable
from typing import Generic, TypeVar

from . import _callbacks as callbacks
from . import _structs as s
from ._library import Handle, Owner, call, contents, made
from ._running import FOREVER, ends_with_the_interpreter, passing, waited
from ._types import Error, JobState, Status
from .mesh import Mesh

Result = TypeVar("Result")


def milliseconds(seconds: float | None) -> int:
    """Returns a time limit in milliseconds for the C functions. seconds: None for no limit."""
    if seconds is None:
        return FOREVER
    return max(0, min(round(seconds * 1000), FOREVER - 1))


class Job(Owner, Generic[Result]):
    """Work on a thread of the library, with a result: a mesh, a list of meshes, the bytes of a file, or None.

    The job is canceled when it is closed or when the last reference to it is deleted.
    """

    def __init__(
        self, handle: int, take: "Callable[[Job[Result]], Result]", held: callbacks.Held | None = None
    ):
        self._handle = Handle("job", handle)
        self._take = take
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
        """Returns the status of a failed job; OK for a job in another state."""
        return Status(self._info().status)

    def wait(self, seconds: float | None = None) -> bool:
        """Waits until the job has ended, with or without success. Returns False if the wait timed out.

        seconds: None for no limit. Raises BUSY inside a callback.
        """
        return waited("att3d_job_wait", self._handle.value, milliseconds(seconds))

    def cancel(self) -> None:
        """Requests that the job stops, and returns immediately."""
        call("att3d_job_cancel", self._handle.value)

    def take(self) -> Result:
        """Takes the result, which is possible once.

        Raises BUSY while the job runs, and INVALID_ARGUMENT if the result was taken before. Raises the job's
        own error if the job failed, or the exception of the progress function.
        """
        return passing(lambda: self._take(self), self._held)

    def result(self, seconds: float | None = None) -> Result:
        """Waits for the result and takes it.

        seconds: None for no limit. Raises TimeoutError if the wait timed out; the job continues.
        """
        if not self.wait(seconds):
            raise TimeoutError(f"the job is not done after {seconds} s; wait again")
        return self.take()


def take_mesh(job: Job[Mesh]) -> Mesh:
    """Takes the only mesh of a job."""
    return Mesh(made("att3d_job_take_mesh", job._handle.value))


def take_meshes(job: Job[list[Mesh]]) -> list[Mesh]:
    """Takes all meshes of a job, in order."""
    first = take_mesh(job)  # type: ignore[arg-type]
    return [
        first,
        *(Mesh(made("att3d_job_take_mesh", job._handle.value)) for _ in range(job._info().mesh_count)),
    ]


def take_bytes(job: Job[bytes]) -> bytes:
    """Takes the bytes of the file that a job made."""
    return contents(made("att3d_job_take_buffer", job._handle.value))


def take_nothing(job: Job[None]) -> None:
    """Checks that a job without a result has succeeded."""
    info = job._info()
    status = Status.BUSY if info.state == JobState.RUNNING else Status(info.status)
    if status == Status.OK:
        return
    try:
        # There is no buffer to take. The call fails with the status and the message of the job.
        made("att3d_job_take_buffer", job._handle.value)
    except Error as error:
        if error.status == status:
            raise
    hint = "wait for its end" if status == Status.BUSY else "check its files and its options"
    raise Error(status, f"the job has the status {status.name}; {hint}")
