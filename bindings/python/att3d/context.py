"""Contexts: engines with their threads, into which models are loaded."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass

from . import _callbacks as callbacks
from . import _structs as s
from ._arrays import Buffer, address
from ._arrays import content as bytes_of
from ._library import Handle, Owner, call, encoded, made
from ._running import ends_with_the_interpreter, run
from ._types import Device, Engine, LogLevel, Precision, ThreadPriority, chosen
from .model import Model


@dataclass(frozen=True)
class DeviceInfo:
    """An engine on a device on which a context can run."""

    engine: Engine
    device: Device
    device_index: int
    thread_count: int
    name: str


@dataclass(frozen=True)
class ContextInfo:
    """Engine, device and memory of a context.

    memory_in_use: bytes that the context uses. memory_free, memory_total: bytes of the device; 0 if unknown.
    """

    engine: Engine
    device: Device
    device_index: int
    precision: Precision
    thread_count: int
    is_worker: bool
    memory_in_use: int
    memory_free: int
    memory_total: int


def devices() -> list[DeviceInfo]:
    """Returns the engines and devices of this machine. Loads libtorch if its module is installed."""
    count = ctypes.c_uint32()
    call("att3d_device_count", ctypes.byref(count))
    found = []
    for index in range(count.value):
        info = s.att3d_device_info()
        call("att3d_device_get_info", index, ctypes.byref(info))
        engine, device = Engine(info.engine), Device(info.device)
        found.append(DeviceInfo(engine, device, info.device_index, info.thread_count, info.name.decode()))
    return found


class Context(Owner):
    """An engine with its threads. Objects that are made with a context keep it alive.

    The enumerations may be given as texts, such as ``device="cuda"``.

    thread_count: threads of the engine, at most 1024; 0 for one per processor.
    engine, device, device_index: engine that runs the networks, and its device.
    precision: number format of the networks' computations.
    is_worker: whether the engine runs in a separate process. A crash or a lack of memory then ends only the
        separate process, and libtorch is loaded only there.
    thread_priority: with LOW, the host stays responsive during the work.
    field_memory: bytes that a field's intermediate values may take on a CUDA device; 0 for 256 MiB.
    memory_limit: bytes that the models and the work of the context may take together; 0 for no limit. Work
        that would exceed the limit raises OUT_OF_MEMORY, usually before it begins.
    """

    def __init__(
        self,
        thread_count: int = 0,
        engine: Engine | str = Engine.AUTO,
        device: Device | str = Device.AUTO,
        device_index: int = 0,
        precision: Precision | str = Precision.F32,
        is_worker: bool = False,
        thread_priority: ThreadPriority | str = ThreadPriority.NORMAL,
        field_memory: int = 0,
        memory_limit: int = 0,
    ):
        desc = s.att3d_context_desc(
            thread_count=thread_count,
            engine=chosen(Engine, engine, "engine"),
            device=chosen(Device, device, "device"),
            device_index=device_index,
            precision=chosen(Precision, precision, "precision"),
            is_worker=1 if is_worker else 0,
            thread_priority=chosen(ThreadPriority, thread_priority, "thread_priority"),
            field_memory=field_memory,
            memory_limit=memory_limit,
        )
        self._handle = Handle("context", made("att3d_context_create", ctypes.byref(desc)))

    def load_bundled(self, progress: Callable[[float], object] | None = None) -> Model:
        """Loads the bundled model. Raises UNSUPPORTED if the library was built without it.

        progress: as for `load`.
        """
        return self._load(s.att3d_load_desc(), progress)

    def load(self, path: str | os.PathLike[str], progress: Callable[[float], object] | None = None) -> Model:
        """Loads a package.

        path: a folder, or an .att3d file. progress: called with a fraction in [0, 1], on this thread or on
        another thread. It stops the work if it returns a true value or raises an exception.
        """
        return self._load(s.att3d_load_desc(path=encoded(os.fspath(path), "the path")), progress)

    def load_bytes(self, content: Buffer, progress: Callable[[float], object] | None = None) -> Model:
        """Loads a package from the bytes of an .att3d file, which are copied. progress: as for `load`."""
        given = bytes_of(content, "content")
        return self._load(s.att3d_load_desc(bytes=address(given), size=len(given)), progress)

    def _load(self, desc: s.att3d_load_desc, progress: Callable[[float], object] | None) -> Model:
        handle = self._handle.value
        callbacks.watch(desc, progress)
        return Model(run(lambda: made("att3d_model_load", handle, ctypes.byref(desc)), desc))

    def describe(self, path: str | os.PathLike[str]) -> Model:
        """Reads what a package states about its model, without the weights.

        The call takes some milliseconds, whatever the size of the package, and does not detect damaged
        weights. If a package folder states no checksum of its weights, the call reads the weights once to
        compute it. The result has a name, a license, words and an info, and raises UNLOADED for all other
        work. path: a folder, or an .att3d file.
        """
        desc = s.att3d_load_desc(path=encoded(os.fspath(path), "the path"))
        return Model(made("att3d_model_describe", self._handle.value, ctypes.byref(desc)))

    @property
    def info(self) -> ContextInfo:
        """Returns the engine, the device and the memory of the context."""
        info = s.att3d_context_info()
        call("att3d_context_get_info", self._handle.value, ctypes.byref(info))
        return ContextInfo(
            Engine(info.engine),
            Device(info.device),
            info.device_index,
            Precision(info.precision),
            info.thread_count,
            bool(info.is_worker),
            info.memory_in_use,
            info.memory_free,
            info.memory_total,
        )

    def trim(self) -> None:
        """Releases memory that is only kept for reuse by later calls."""
        call("att3d_context_trim", self._handle.value)

    def set_log(self, function: Callable[[LogLevel, str], object] | None) -> None:
        """Sets the function that receives log lines. Raises BUSY inside a callback.

        function: called on any thread, also on several threads at the same time; None for no log.
        """
        if function is None:
            call("att3d_context_set_log", self._handle.value, s.Log(), None, s.Release())
            return
        record = callbacks.hold(function)
        try:
            call("att3d_context_set_log", self._handle.value, callbacks.log, record.number, callbacks.release)
        except BaseException:
            # If the call fails, the library does not release the function.
            callbacks.drop(record.number)
            raise
        ends_with_the_interpreter(self)

    def _end(self) -> None:
        """Removes the log function."""
        if isinstance(self._handle, Handle):
            self.set_log(None)
