"""Jobs: work on a thread of the library."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from . import _callbacks as callbacks
from . import _structs as s
from ._library import Handle, Owner, call, contents, made
from ._running import FOREVER, ends_with_the_interpreter, passing, waited
from ._types import CancelledError, Error, JobState, Status
from .mesh import Mesh

Result = TypeVar("Result")


def milliseconds(seconds: float | None) -> int:
    """Returns a time limit in milliseconds for the C functions. seconds: None for no limit."""
    if seconds is None:
        return FOREVER
    return max(0, min(round(seconds * 1000), FOREVER - 1))


@dataclass(frozen=True)
class _Outcome(Generic[Result]):
    """Result of a job that has ended, or its exception."""

    result: Result | None
    error: BaseException | None

    def given(self) -> Result:
        """Returns the result. Raises the exception if there is one."""
        if self.error is not None:
            raise self.error
        return cast(Result, self.result)


class Job(Owner, Generic[Result]):
    """Work on a thread of the library, with a result: a mesh, a list of meshes, the bytes of a file, or None.

    A job has the methods of a ``concurrent.futures.Future``, except those that set the result. In a
    coroutine, ``await job`` waits for its result without blocking the event loop; if the waiting task is
    canceled, so is the job.

    `close` cancels the job. Deleting the last reference to it cancels it too, unless `add_done_callback` was
    called or a coroutine awaits the job. A progress function alone does not keep the job running.
    """

    def __init__(
        self, handle: int, take: "Callable[[Job[Result]], Result]", held: callbacks.Held | None = None
    ):
        self._handle = Handle("job", handle)
        self._take = take
        self._held = held
        self._outcome: _Outcome[Result] | None = None
        self._outcome_lock = threading.Lock()
        #: Functions to call when the job has ended; `_watch` sets this to None before it calls them.
        self._done_callbacks: list[Callable[[Job[Result]], object]] | None = []
        self._callback_lock = threading.Lock()
        ends_with_the_interpreter(self)

    def _end(self) -> None:
        """Cancels the job and waits for its end."""
        if isinstance(self._handle, Handle):
            call("att3d_job_cancel", self._handle.value)
            waited("att3d_job_wait", self._handle.value, FOREVER)
            self.close()

    def close(self) -> None:
        """Cancels the job if it is running, and releases the handle. Further calls do nothing."""
        if isinstance(self._handle, Handle):
            # If a thread waits for the job (`_watch`), it keeps a reference to the handle, and `close` does not
            # free the handle. So the job is canceled explicitly.
            call("att3d_job_cancel", self._handle.value)
        super().close()

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
        """Returns the status of a job that failed or was canceled; OK for other jobs."""
        return Status(self._info().status)

    def running(self) -> bool:
        """Returns whether the job is running."""
        return self.state == JobState.RUNNING

    def done(self) -> bool:
        """Returns whether the job has ended, with or without success."""
        return not self.running()

    def cancelled(self) -> bool:
        """Returns whether the job was canceled; False if an exception of its progress function stopped it."""
        return self.status == Status.CANCELLED and (self._held is None or self._held.error is None)

    def wait(self, seconds: float | None = None) -> bool:
        """Waits until the job has ended, with or without success. Returns False if the wait timed out.

        seconds: None for no limit. If this method is called in a function that the library calls, such as a
        progress function, the method may raise :class:`Error` with the status BUSY.
        """
        return waited("att3d_job_wait", self._handle.value, milliseconds(seconds))

    def cancel(self) -> bool:
        """Requests that the job stops, and returns immediately. Returns False if the job had ended before."""
        was_running = self.running()
        call("att3d_job_cancel", self._handle.value)
        return was_running

    def take(self) -> Result:
        """Takes the result, which is possible once. Use `result` if the job should keep it.

        Raises :class:`Error` with the status BUSY while the job runs, and with INVALID_ARGUMENT if the result was
        taken before. A job without a result returns None each time. Raises the job's own error if the job
        failed, or the exception of the progress function.
        """
        return passing(lambda: self._take(self), self._held)

    def result(self, timeout: float | None = None) -> Result:
        """Waits for the result and returns it. Every call returns the same result.

        Raises :class:`Error` with the status INVALID_ARGUMENT if `take` took the result before.

        timeout: seconds; None for no limit. Raises TimeoutError if the wait timed out; the job continues.
        Raises the job's own error if the job failed, and the exception of the progress function if that
        exception stopped the job. Raises :class:`CancelledError` if the job was canceled.
        """
        return self._ended(timeout).given()

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Waits for the end of the job and returns the exception that `result` raises; None for success.

        timeout: seconds; None for no limit. Raises TimeoutError if the wait timed out, and
        :class:`CancelledError` if the job was canceled.
        """
        outcome = self._ended(timeout)
        if isinstance(outcome.error, CancelledError):
            raise outcome.error
        return outcome.error

    def _ended(self, timeout: float | None) -> _Outcome[Result]:
        """Waits for the end of the job, and returns its outcome. Raises TimeoutError."""
        if not self.wait(timeout):
            raise TimeoutError(f"the job is not done after {timeout} s; wait again")
        with self._outcome_lock:
            if self._outcome is None:
                try:
                    self._outcome = _Outcome(self.take(), None)
                except BaseException as error:
                    # Only an error of the library or the exception of the progress function is stored. Any other
                    # exception, such as KeyboardInterrupt during this call, does not come from the job.
                    is_own = isinstance(error, Error) or (self._held and error is self._held.error)
                    if not is_own:
                        raise
                    self._outcome = _Outcome(None, error)
            return self._outcome

    def add_done_callback(self, function: "Callable[[Job[Result]], object]") -> None:
        """Calls a function with the job when the job has ended.

        The functions are called in order on a thread of this package. If that thread has already begun its
        calls, a newly added function is called immediately, on the caller's thread. Exceptions are written to
        the log "att3d" of the module logging.
        """
        handle = self._open()
        with self._callback_lock:
            is_pending = self._done_callbacks is not None
            if self._done_callbacks is not None:
                self._done_callbacks.append(function)
                if len(self._done_callbacks) == 1:
                    # The thread waits inside the library. The wait needs no processor time.
                    threading.Thread(target=self._watch, args=(handle,), name="att3d", daemon=True).start()
        if not is_pending:
            self._call(function)

    def _watch(self, handle: Handle) -> None:
        """Waits for the end of the job, and calls its callbacks. Runs on its own thread."""
        waited("att3d_job_wait", handle.value, FOREVER)
        with self._callback_lock:
            functions, self._done_callbacks = self._done_callbacks or [], None
        for function in functions:
            if not callbacks.is_ending():
                self._call(function)

    def _call(self, function: "Callable[[Job[Result]], object]") -> None:
        try:
            function(self)
        except Exception:
            logging.getLogger("att3d").exception("a callback of a job failed: %r", function)

    def __await__(self) -> Generator[Any, None, Result]:
        return self._awaited().__await__()

    async def _awaited(self) -> Result:
        """Waits for the result in a coroutine."""
        # asyncio adds tens of milliseconds to the import, and few programs need it.
        import asyncio

        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()

        def settle() -> None:
            if not ended.done():
                ended.set_result(None)

        def tell(_: object) -> None:
            # The loop may have been closed in the meantime.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(settle)

        self.add_done_callback(tell)
        try:
            await ended
        except asyncio.CancelledError:
            self.cancel()
            raise
        return self.result()


def take_mesh(job: Job[Mesh]) -> Mesh:
    """Takes the next mesh of a job. Most jobs make one mesh."""
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
        # The job has no buffer, so this call fails, normally with the job's own status and message. If the job
        # ended after its state was read, the status is another one. Then the error below is raised.
        made("att3d_job_take_buffer", job._handle.value)
    except Error as error:
        if error.status == status:
            raise
    hint = "wait for its end" if status == Status.BUSY else "check its files and its options"
    raise Error(status, f"the job has the status {status.name}; {hint}")
