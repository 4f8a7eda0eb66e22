# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks: work on a thread of its own, whose results are applied on Blender's main thread.

Blender's data is used only on its main thread: a task's ``take`` uses it, and its ``work`` never does.
Without a window there is no event loop, so an operator's ``execute`` runs the whole task at once.
"""

import queue
import threading
from collections.abc import Callable, Iterator

import bpy

from . import engine
from .library import Failure, att3d, sentence

#: Seconds between two checks of a job.
_LOOK = 0.02


class Cancelled(Exception):
    """The work was cancelled."""


class Task:
    """Work that can be cancelled, with progress.

    label: its name for the user. work: yields results, on any thread. take: applies one result, on the main
    thread.
    """

    def __init__(self, label: str, work: Callable[["Task"], Iterator[object]], take: Callable[[object], None]):
        self.label = label
        self.fraction = 0.0
        self.error: BaseException | None = None
        self.taken = 0
        #: Reason why results can't be applied now, for the panel; "" for none.
        self.waits_for = ""
        self._work, self._take = work, take
        self._results: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def cancel(self) -> None:
        """Requests the task to stop, and does not wait for it."""
        self._stop.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the task was requested to stop."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raises Cancelled if the task was requested to stop. For `work`."""
        if self._stop.is_set():
            raise Cancelled

    def progress(self, start: float = 0.0, end: float = 1.0) -> Callable[[float], bool]:
        """Returns a progress callback for a blocking call of the library.

        It sets the fraction of the task, and returns whether the call must stop. start, end: the call's part
        of the task, 0 to 1.
        """

        def told(fraction: float) -> bool:
            self.fraction = start + (end - start) * fraction
            return self._stop.is_set()

        return told

    def result(self, job: object, start: float = 0.0, end: float = 1.0) -> object:
        """Waits for a job and returns its mesh. For `work`. Raises Cancelled, or the library's Error.

        A cancelled task cancels the job. start, end: the job's part of the task, 0 to 1.
        """
        while not job.wait(_LOOK):
            self.fraction = start + (end - start) * job.fraction
            if self._stop.is_set():
                job.cancel()
        self.check()
        self.fraction = end
        return job.take()

    def run(self) -> None:
        """Runs the whole task on this thread. Raises the failure of the work."""
        try:
            for result in self._work(self):
                self._take(result)
                self.taken += 1
        except att3d().Error as error:
            raise told(error) from error

    def start(self) -> None:
        """Starts the work on a new thread; `poll` applies the results."""

        def work() -> None:
            try:
                for result in self._work(self):
                    self._results.put(result)
            except BaseException as error:  # noqa: BLE001 - `poll` raises it on the main thread
                self.error = error

        self._thread = threading.Thread(target=work, name=f"att3d: {self.label}", daemon=True)
        self._thread.start()

    def poll(self) -> bool:
        """Applies the next result, if there is one. Main thread. Raises the failure of the work, once.

        Returns True when the work has ended and all results are applied.
        """
        working = self._thread is not None and self._thread.is_alive()
        if not self.is_cancelled:
            self.waits_for = in_the_way()
            if self.waits_for:
                return False
            # One result per call, so that the window stays responsive.
            try:
                self._take(self._results.get_nowait())
                self.taken += 1
                return False
            except queue.Empty:
                pass
            except att3d().Error as error:
                raise told(error) from error
        if working:
            return False
        error, self.error = self.error, None
        if self.is_cancelled:
            raise Cancelled
        if error is not None:
            raise told(error) if isinstance(error, att3d().Error) else error
        return self._results.empty()

    def join(self, seconds: float) -> None:
        """Waits for the end of the thread, at most `seconds`."""
        if self._thread is not None:
            self._thread.join(seconds)


def told(error: BaseException) -> BaseException:
    """Converts an error of the library to Cancelled, or to a Failure for the user.

    If the engine failed or was unloaded, it is dropped.
    """
    status = att3d().Status
    if error.status in (status.ENGINE, status.UNLOADED):
        # A worker that exited does not come back. The next use must start a new one.
        engine.forget()
    return Cancelled() if error.status == status.CANCELLED else Failure(sentence(error))


def in_the_way() -> str:
    """Returns the reason why a timer must not change Blender's data now; "" if it may."""
    if bpy.app.is_job_running("RENDER"):
        return "waits for the render"
    for window in bpy.context.window_manager.windows:
        active = window.view_layer.objects.active
        if active is not None and active.mode != "OBJECT":
            return "waits for Object mode"
        if any(operator.bl_idname.startswith("TRANSFORM_OT") for operator in window.modal_operators):
            return "waits for the transform"
    return ""


#: The task that runs in a window. There is at most one.
current: Task | None = None
_timer: bpy.types.Timer | None = None


def _drop_timer() -> None:
    global _timer
    if _timer is not None:
        try:
            bpy.context.window_manager.event_timer_remove(_timer)
        except (ReferenceError, RuntimeError):
            # The window was closed, which removed the timer.
            pass
        _timer = None


def cancel_all(seconds: float = 2.0) -> None:
    """Cancels the current task and waits for it, at most `seconds`.

    It is called before another file is opened, before the model is unloaded, and when the add-on is disabled.
    """
    global current
    if current is not None:
        current.cancel()
        current.join(seconds)
        current = None
    _drop_timer()


class TaskOperator:
    """Mixin for operators that run one task: modal in a window, blocking without one.

    `task` returns the task, and raises Failure if it can't be started.
    """

    _task: Task | None = None
    _shown: tuple[int, str] | None = None

    def task(self, context: bpy.types.Context) -> Task:
        raise NotImplementedError

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        if current is not None:
            cls.poll_message_set("ATT3D works already: wait for it, or cancel it")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self.task(context).run()
        except Cancelled:
            self.report({"WARNING"}, "Cancelled")
            return {"CANCELLED"}
        except Failure as failure:
            self.report({"ERROR"}, sentence(failure))
            return {"CANCELLED"}
        return {"FINISHED"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        global current, _timer
        if bpy.app.background or context.window is None:
            return self.execute(context)
        try:
            self._task = self.task(context)
        except Failure as failure:
            self.report({"ERROR"}, sentence(failure))
            return {"CANCELLED"}
        current = self._task
        self._task.start()
        _timer = context.window_manager.event_timer_add(_LOOK, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type == "ESC" and event.value == "PRESS" and not context.screen.is_animation_playing:
            self._task.cancel()
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        if current is not self._task:
            # `cancel_all` dropped this task.
            self._task.cancel()
            return {"CANCELLED"}
        shown = (int(100 * self._task.fraction), self._task.waits_for)
        if shown != self._shown:
            self._shown = shown
            redraw(context)
            context.workspace.status_text_set(f"ATT3D: {self._task.label}, {shown[0]} %   (Esc: cancel)")
        try:
            if not self._task.poll():
                return {"PASS_THROUGH"}
        except Cancelled:
            return self._ended(context, {"WARNING"}, "Cancelled")
        except Failure as failure:
            return self._ended(context, {"ERROR"}, sentence(failure))
        except BaseException:
            self._ended(context, {"ERROR"}, "")
            raise
        return self._ended(context, set(), "")

    def cancel(self, context: bpy.types.Context) -> None:
        """Ends the task. Blender calls it when another file is opened or the window closes."""
        if self._task is not None:
            self._task.cancel()
            self._ended(context, set(), "")

    def _ended(self, context: bpy.types.Context, kind: set[str], message: str) -> set[str]:
        global current
        # If a result could not be applied, the rest is not made.
        self._task.cancel()
        _drop_timer()
        if current is self._task:
            current = None
        redraw(context)
        if context.workspace is not None:
            context.workspace.status_text_set(None)
        if message:
            kept = f"; {self._task.taken} made before that are kept" if self._task.taken else ""
            self.report(kind, message + kept)
        # FINISHED adds an undo step, so that the results that were applied can be undone.
        return {"FINISHED"} if self._task.taken or not message else {"CANCELLED"}


def redraw(context: bpy.types.Context) -> None:
    """Redraws the sidebars, but not the 3D view itself.

    Blender redraws the status bar when its text changes.
    """
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            for region in area.regions:
                if area.type == "VIEW_3D" and region.type == "UI":
                    region.tag_redraw()


class ATT3D_OT_cancel(bpy.types.Operator):
    """Stop the work that runs; nothing half-made is left"""

    bl_idname = "att3d.cancel"
    bl_label = "Cancel"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        return current is not None

    def execute(self, _context: bpy.types.Context) -> set[str]:
        current.cancel()
        return {"FINISHED"}


def _draw_status(self: bpy.types.Header, _context: bpy.types.Context) -> None:
    if current is None:
        return
    row = self.layout.row()
    row.progress(factor=current.fraction, text=current.waits_for or current.label)
    row.operator("att3d.cancel", text="", icon="CANCEL")


def register() -> None:
    bpy.utils.register_class(ATT3D_OT_cancel)
    bpy.types.STATUSBAR_HT_header.append(_draw_status)


def unregister() -> None:
    cancel_all()
    bpy.types.STATUSBAR_HT_header.remove(_draw_status)
    bpy.utils.unregister_class(ATT3D_OT_cancel)
