# SPDX-License-Identifier: GPL-3.0-or-later
"""The context and the model that are loaded, as the preferences say.

Blender's own process never loads libtorch: that engine always runs in the library's worker process.
"""

import os
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from .library import Failure, att3d, sentence

#: What the library calls the model in it.
BUNDLED = "bundled"


@dataclass(frozen=True)
class Choice:
    """What the preferences ask for. package: BUNDLED, or the path of an .att3d file or folder; device: the library's name of one, and its index;
    modules: the folder of the engine module, "" for the library's own; threads: 0 for one a processor; field_memory: bytes on a GPU; memory_limit:
    bytes that making a mesh may hold; 0 for the library's own."""

    package: str = BUNDLED
    torch: bool = False
    device: str = "AUTO"
    device_index: int = 0
    modules: str = ""
    threads: int = 0
    field_memory: int = 0
    memory_limit: int = 0

    @property
    def context(self) -> tuple[object, ...]:
        """What a context is made of; another package needs no other context."""
        return (self.torch, self.device, self.device_index, self.modules, self.threads, self.field_memory)


@dataclass(frozen=True)
class Facts:
    """What runs. Memory in bytes, 0 where it is not known."""

    engine: str
    device: str
    threads: int
    in_worker: bool
    memory_in_use: int
    memory_free: int
    model: str
    license: str
    digest: str


_lock = threading.RLock()
_context = None
_context_of: tuple[object, ...] | None = None
_model = None
_model_of: str | None = None
_facts: Facts | None = None
#: The library's newest log lines, for diagnostics.
log_lines: deque[str] = deque(maxlen=200)


def _open(choice: Choice) -> object:
    library = att3d()
    if choice.modules:
        os.environ["ATT3D_MODULES"] = choice.modules
    else:
        os.environ.pop("ATT3D_MODULES", None)
    if choice.torch:
        _make_runnable(Path(library.library_path()).with_name("att3d"))
    kind = library.Engine.TORCH if choice.torch else library.Engine.EMBEDDED
    context = library.Context(
        threads=choice.threads,
        engine=kind,
        device=library.Device[choice.device] if choice.torch else library.Device.AUTO,
        device_index=choice.device_index if choice.torch and choice.device == "CUDA" else 0,
        worker=choice.torch,
        field_memory=choice.field_memory,
    )
    context.set_log(lambda level, line: log_lines.append(f"{level.name.lower()}: {line}"))
    return context


def _make_runnable(command: Path) -> None:
    """Blender unpacks wheels without their files' modes: the worker's command would not run."""
    if command.is_file() and not os.access(command, os.X_OK):
        try:
            command.chmod(command.stat().st_mode | 0o111)
        except OSError as error:
            raise Failure(f"{command} can't be made executable: {error}; make it so, or use the embedded engine") from error


def model(choice: Choice) -> object:
    """The model of a choice, loaded where it is not. Any thread. Raises Failure."""
    global _context, _context_of, _model, _model_of
    with _lock:
        library = att3d()
        try:
            if _context is None or _context_of != choice.context:
                _forget()
                _context, _context_of = _open(choice), choice.context
            if _model is None or _model_of != choice.package:
                _model, _model_of = None, None
                bundled = choice.package == BUNDLED
                _model = _context.load_bundled() if bundled else _context.load(choice.package)
                _model_of = choice.package
        except library.Error as error:
            log_lines.append(f"error: {sentence(error)}")
            raise Failure(sentence(error)) from error
        refresh()
        return _model


def loaded(choice: Choice) -> bool:
    """Is the model of a choice here already?"""
    return _model is not None and _context_of == choice.context and _model_of == choice.package


def _forget() -> None:
    global _context, _context_of, _model, _model_of, _facts
    _context = _context_of = _model = _model_of = _facts = None


def forget() -> None:
    """Leaves an engine that does not answer any more: the next use starts another."""
    with _lock:
        _forget()


def unload() -> bool:
    """Lets go of the model and the engine; what still works with it fails. Says whether there was one."""
    with _lock:
        was = _model is not None
        if _model is not None:
            _model.unload()
        _forget()
    return was


def facts() -> Facts | None:
    """What runs, as it was when it was asked last; None where nothing is loaded. Never waits: panels draw it."""
    return _facts


def refresh() -> None:
    """Asks what runs, for `facts`. It may wait for a worker: not for the main thread, but after loading."""
    global _facts
    with _lock:
        if _context is None or _model is None:
            return
        try:
            info = _context.info
            _facts = Facts(
                engine="libtorch" if info.engine == att3d().Engine.TORCH else "embedded",
                device=info.device.name,
                threads=info.thread_count,
                in_worker=info.is_worker,
                memory_in_use=info.memory_in_use,
                memory_free=info.memory_free,
                model=_model.name,
                license=_model.license,
                digest=_model.digest,
            )
        except att3d().Error:
            _facts = None


_listed: tuple[str, float, list[Path]] = ("", 0.0, [])


def packages(folder: str) -> list[Path]:
    """Model packages of a folder: .att3d files, and folders with a model.json. Panels ask at every drawing: the disk is read once a second."""
    global _listed
    now = time.monotonic()
    if _listed[0] != folder or now - _listed[1] > 1.0:
        try:
            found = sorted(Path(folder).iterdir()) if folder else []
            found = [path for path in found if path.suffix == ".att3d" or (path / "model.json").is_file()]
        except OSError:
            found = []
        # A name that is no text can't be shown.
        _listed = (folder, now, [path for path in found if str(path).isprintable()])
    return _listed[2]
