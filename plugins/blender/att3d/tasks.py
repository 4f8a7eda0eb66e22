# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks: work on a thread of its own, whose results are applied on Blender's main thread.

Blender's data is used only on its main thread: a task's ``take`` uses it, and its ``work`` never does.
In a window, an operator starts a task and returns at once, and a timer applies the results. A modal operator
would block Blender's autosave until the task ends. Without a window there is no event loop, so an operator's
``execute`` runs the whole task at once.
"""

import queue
import threading
import traceback
from collections.abc import Callable, Iterator

import bpy

from . import blocks, engine
from .library import Failure, att3d, sentence

#: Seconds between two checks of a job.
_LOOK = 0.02
#: Message if another task is started while one runs.
_BUSY = "ATT3D is working: wait until it has finished, or cancel its work"


class Cancelled(Exception):
    """The work was canceled."""


class Task:
    """Work that can be canceled, with progress.

    label: its name for the user. work: yields results, on any thread. take: applies one result, on the main
    thread. end: called on the main thread after the last result; returns whether it changed Blender's data.
    step: name of the undo step of each result; "" if the results don't change Blender's data, None for the
    label.
    """

    def __init__(
        self,
        label: str,
        work: Callable[["Task"], Iterator[object]],
        take: Callable[[object], None],
        end: Callable[[], bool] | None = None,
        step: str | None = None,
    ):
        self.label = label
        self.fraction = 0.0
        #: `session_uid` of the scene in which the task was started.
        self.scene = 0
        #: Messages for the user when the task ends: pairs of Blender's type of a report and the text.
        self.notes: list[tuple[str, str]] = []
        self._end, self._step = end, f"ATT3D: {label}" if step is None else step
        self.error: BaseException | None = None
        self.taken = 0
        #: Reason why results can't be applied now, for the panel; "" for none.
        self.waits_for = ""
        self._work, self._take = work, take
        self._results: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def work(self) -> Callable[["Task"], Iterator[object]]:
        """The work, for a task that contains this one."""
        return self._work

    @property
    def take(self) -> Callable[[object], None]:
        """The function that applies a result, for a task that contains this one."""
        return self._take

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

        The callback sets the fraction of the task, and returns whether the call must stop. start, end: the task's
        fraction at the start and the end of the call, 0 to 1.
        """

        def told(fraction: float) -> bool:
            self.fraction = start + (end - start) * fraction
            return self._stop.is_set()

        return told

    def result(self, job: object, start: float = 0.0, end: float = 1.0) -> object:
        """Waits for a job and returns its mesh. For `work`. Raises Cancelled, or the library's Error.

        A canceled task cancels the job. start, end: the task's fraction at the start and the end of the job, 0 to 1.
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
        if self._end is not None:
            self._end()

    def _apply(self, result: object) -> None:
        """Applies a result and adds its undo step."""
        try:
            self._take(result)
        except Failure:
            # `_take` raises Failure before it changes anything, so no undo step is needed.
            raise
        except BaseException:
            self._add_step()
            raise
        self.taken += 1
        self._add_step()

    def _add_step(self) -> None:
        if self._step:
            blocks.undo_step(self._step, self.scene)

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
                self._apply(self._results.get_nowait())
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
        if not self._results.empty():
            return False
        if self._end is not None and self._end():
            self._add_step()
        return True

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
        return "waiting for the render"
    for window in bpy.context.window_manager.windows:
        active = window.view_layer.objects.active
        if active is not None and active.mode != "OBJECT":
            return "waiting for Object mode"
        if any(operator.bl_idname.startswith("TRANSFORM_OT") for operator in window.modal_operators):
            return "waiting for the transform"
        if any(operator.bl_idname == "ATT3D_OT_place" for operator in window.modal_operators):
            return "waiting for Drag to Place"
    return ""


#: The task that runs in a window. There is at most one.
current: Task | None = None
#: What the panels and the status bar show: the percentage, and the reason to wait.
_shown: tuple[int, str] | None = None
#: Reports that wait for `ATT3D_OT_tell`.
_untold: list[tuple[str, str]] = []


def _start(task: Task, scene: bpy.types.Scene) -> None:
    """Starts a task as the current one, with the timer that applies its results."""
    global current, _shown
    current, _shown, task.scene = task, None, scene.session_uid
    task.start()
    bpy.app.timers.register(_tick, first_interval=_LOOK)


def _tick() -> float | None:
    """Applies a result of the current task, if there is one. The timer calls it."""
    global _shown
    task = current
    if task is None:
        return None
    try:
        with blocks.windowed(task.scene):
            is_done = task.poll()
    except Cancelled:
        _ended(task, "WARNING", "Cancelled")
    except Failure as failure:
        _ended(task, "ERROR", sentence(failure))
    except Exception as error:  # noqa: BLE001 - a timer that raises would leave the task as the current one
        traceback.print_exc()
        _ended(task, "ERROR", sentence(error))
    else:
        if not is_done:
            shown = (int(100 * task.fraction), task.waits_for)
            if shown != _shown:
                _shown = shown
                redraw(bpy.context)
            return _LOOK
        _ended(task)
    return None


def _ended(task: Task, kind: str = "", message: str = "") -> None:
    """Ends the current task and tells the user about it. kind: Blender's type of the report."""
    global current
    # If a result could not be applied, the rest is not made.
    task.cancel()
    if current is task:
        current = None
    if message:
        kept = f"; {task.taken} made before that are kept" if task.taken else ""
        _untold.append((kind, message + kept))
    _untold.extend(task.notes)
    redraw(bpy.context)
    _tell_all(task.scene)


def tell(kind: str, message: str) -> None:
    """Reports a message from code outside operators. kind: Blender's type of the report."""
    _untold.append((kind, message))
    if bpy.app.background:
        print(f"{kind.title()}: {message}")
        _untold.clear()
    _tell_all()


def _tell_all(scene: int = 0) -> None:
    """Reports the messages that wait, if there is a window. scene: `session_uid` of the scene that it shows."""
    if _untold and not bpy.app.background and len(bpy.context.window_manager.windows):
        with blocks.windowed(scene):
            bpy.ops.att3d.tell("INVOKE_DEFAULT")


def cancel_all(seconds: float = 2.0) -> None:
    """Cancels the current task and waits for it, at most `seconds`.

    It is called before another file is opened, before the model is unloaded, and when the add-on is disabled.
    """
    global current
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    if current is not None:
        current.cancel()
        current.join(seconds)
        current = None
        redraw(bpy.context)


class TaskOperator:
    """Mixin for operators that run one task: by a timer in a window, blocking without one.

    `task` returns the task, and raises Failure if it can't be started. The operator object is freed while the
    task runs, so the task must not use it.

    While a task runs, the operators stay enabled and refuse to start another. A button that is disabled under
    the mouse pointer stays disabled until the pointer leaves it, even when the panel is drawn again.
    """

    def task(self, context: bpy.types.Context) -> Task:
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> set[str]:
        if is_busy(self):
            return {"CANCELLED"}
        try:
            task = self.task(context)
            task.run()
        except Cancelled:
            self.report({"WARNING"}, "Cancelled")
            return {"CANCELLED"}
        except Failure as failure:
            self.report({"ERROR"}, sentence(failure))
            return {"CANCELLED"}
        for kind, note in task.notes:
            self.report({kind}, note)
        return {"FINISHED"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if bpy.app.background or context.window is None:
            return self.execute(context)
        if is_busy(self):
            return {"CANCELLED"}
        try:
            task = self.task(context)
        except Failure as failure:
            self.report({"ERROR"}, sentence(failure))
            return {"CANCELLED"}
        _start(task, context.scene)
        # FINISHED would add an undo step now, before anything is made.
        return {"INTERFACE"}


def is_busy(operator: bpy.types.Operator) -> bool:
    """Returns whether a task runs, and if so reports it to the user of an operator."""
    if current is None:
        return False
    operator.report({"WARNING"}, _BUSY)
    return True


def redraw(context: bpy.types.Context) -> None:
    """Redraws the sidebars and the status bar, but not the 3D view itself."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            for region in area.regions:
                if area.type == "VIEW_3D" and region.type == "UI":
                    region.tag_redraw()
        # The status bar is not among the areas. Blender redraws it when its text is set. A modal operator may
        # show a text of its own there.
        if not len(window.modal_operators):
            with context.temp_override(window=window):
                window.workspace.status_text_set_internal(None)


class ATT3D_OT_tell(bpy.types.Operator):
    """Report how a task ended"""

    # Only an operator can report, and Blender shows a report only if an event runs the operator. So this
    # operator waits for one event.
    bl_idname = "att3d.tell"
    bl_label = "Report"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        self._timer = context.window_manager.event_timer_add(_LOOK, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        context.window_manager.event_timer_remove(self._timer)
        for kind, message in _untold:
            self.report({kind}, message)
        _untold.clear()
        return {"FINISHED"}


class ATT3D_OT_cancel(bpy.types.Operator):
    """Stop the running work and discard its incomplete result"""

    bl_idname = "att3d.cancel"
    bl_label = "Cancel"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        # Esc also stops the playback of an animation, which then must not cancel the work too.
        return current is not None and not (context.screen is not None and context.screen.is_animation_playing)

    def execute(self, _context: bpy.types.Context) -> set[str]:
        current.cancel()
        return {"FINISHED"}


def _draw_status(self: bpy.types.Header, _context: bpy.types.Context) -> None:
    if current is None:
        return
    row = self.layout.row()
    row.progress(factor=current.fraction, text=current.waits_for or current.label)
    row.operator("att3d.cancel", text="", icon="CANCEL")


_CLASSES = (ATT3D_OT_cancel, ATT3D_OT_tell)
#: The key Esc: the keymap and its item.
_keys: list[tuple[bpy.types.KeyMap, bpy.types.KeyMapItem]] = []


def register() -> None:
    for kind in _CLASSES:
        bpy.utils.register_class(kind)
    bpy.types.STATUSBAR_HT_header.append(_draw_status)
    # Without a window there is no such configuration.
    keys = bpy.context.window_manager.keyconfigs.addon
    if keys is not None:
        keymap = keys.keymaps.new(name="Window")
        _keys.append((keymap, keymap.keymap_items.new(ATT3D_OT_cancel.bl_idname, "ESC", "PRESS")))


def unregister() -> None:
    cancel_all()
    for keymap, item in _keys:
        keymap.keymap_items.remove(item)
    _keys.clear()
    bpy.types.STATUSBAR_HT_header.remove(_draw_status)
    for kind in reversed(_CLASSES):
        bpy.utils.unregister_class(kind)
