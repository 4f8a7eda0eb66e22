"""An engine with its threads, into which models are loaded."""

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass

from . import _callbacks as callbacks
from . import _structs as s
from ._arrays import Buffer
from ._arrays import content as bytes_of
from ._library import Handle, Owner, call, encoded, made
from ._running import ends_with_the_interpreter, run
from ._types import Device, Engine, LogLevel, Precision
from .model import Model

#: An address for no bytes.
_NOTHING = ctypes.create_string_buffer(1)


@dataclass(frozen=True)
class DeviceInfo:
    """An engine on a device that a context can run on."""

    engine: Engine
    device: Device
    device_index: int
    thread_count: int
    name: str


@dataclass(frozen=True)
class ContextInfo:
    """What a context runs on. Memory in bytes; free and total are the device's, 0 where they are not known."""

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
    """What this machine has. Loads libtorch into this process where its module is beside the library."""
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
    """An engine with its threads. What is made with it keeps it alive.

    threads: 0 for one a processor. worker: runs the engine in a process of its own, so that a crash, too little memory or
    libtorch stay out of this one. field_memory: bytes that a field's intermediate values may take on a CUDA device; 0 for 256 MiB.
    memory_limit: bytes that its models and the work on it may take together; 0 for no limit. Work that needs more raises OUT_OF_MEMORY before it
    begins.
    """

    def __init__(
        self,
        threads: int = 0,
        engine: Engine = Engine.AUTO,
        device: Device = Device.AUTO,
        device_index: int = 0,
        precision: Precision = Precision.F32,
        worker: bool = False,
        field_memory: int = 0,
        memory_limit: int = 0,
    ):
        desc = s.att3d_context_desc(
            thread_count=s.whole(threads, ctypes.c_uint32, "threads"),
            engine=engine,
            device=device,
            device_index=device_index,
            precision=precision,
            is_worker=1 if worker else 0,
            field_memory=field_memory,
            memory_limit=memory_limit,
        )
        self._handle = Handle("context", made("att3d_context_create", ctypes.byref(desc)))

    def load_bundled(self) -> Model:
        """Loads the model in the library."""
        return Model(made("att3d_model_load_bundled", self._handle.value))

    def load(self, path: str | os.PathLike[str], progress: Callable[[float], object] | None = None) -> Model:
        """Loads a package: a folder, or an .att3d file.

        progress: called with a fraction in [0, 1] on this thread or another; what it returns, if true, or raises, stops the work.
        """
        return self._load(s.att3d_load_desc(path=encoded(os.fspath(path), "the path")), progress)

    def load_bytes(self, content: Buffer, progress: Callable[[float], object] | None = None) -> Model:
        """Loads an .att3d file's bytes, in any buffer; they are copied. progress: as for `load`."""
        given = bytes_of(content, "content")
        # NULL would stand for the bundled model.
        place = given.ctypes.data if len(given) else ctypes.addressof(_NOTHING)
        return self._load(s.att3d_load_desc(bytes=place, size=len(given)), progress)

    def _load(self, desc: s.att3d_load_desc, progress: Callable[[float], object] | None) -> Model:
        handle = self._handle.value
        callbacks.watch(desc, progress)
        return Model(run(lambda: made("att3d_model_load", handle, ctypes.byref(desc)), desc))

    @property
    def info(self) -> ContextInfo:
        """What it runs on."""
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
        """Gives back memory that is only kept for the next call."""
        call("att3d_context_trim", self._handle.value)

    def set_log(self, function: Callable[[LogLevel, str], object] | None) -> None:
        """Sends log lines to a function, on any thread; None ends it. Raises BUSY inside a callback."""
        if function is None:
            call("att3d_context_set_log", self._handle.value, s.Log(), None, s.Release())
            return
        record = callbacks.hold(function)
        try:
            call("att3d_context_set_log", self._handle.value, callbacks.log, record.number, callbacks.release)
        except BaseException:
            # The library releases only what it took.
            callbacks.drop(record.number)
            raise
        ends_with_the_interpreter(self)

    def _end(self) -> None:
        """Ends the log."""
        if isinstance(self._handle, Handle):
            self.set_log(None)
