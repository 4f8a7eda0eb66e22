# SPDX-License-Identifier: GPL-3.0-or-later
"""The loaded context and model, as chosen in the preferences.

Blender's own process never loads libtorch: that engine always runs in a worker process of the library.
"""

import os
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from .library import Failure, att3d, sentence

#: Value of `Choice.package` for the model that is built into the library.
BUNDLED = "bundled"


@dataclass(frozen=True)
class Choice:
    """Settings of the engine and the model, from the preferences.

    package: BUNDLED, or the path of an .att3d file or folder. device: the library's name of a device;
    device_index: its number, from 0. modules: folder of the engine module, "" for the library's own. threads:
    0 for one per processor. field_memory: bytes on a GPU for a field's intermediate values, 0 for the
    library's default. memory_limit: bytes that mesh generation may hold, 0 for the library's limit.
    """

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
        """Settings that need a new context when they change. A change of the package does not."""
        return (self.torch, self.device, self.device_index, self.modules, self.threads, self.field_memory)


@dataclass(frozen=True)
class Facts:
    """State of the engine and the model. Memory is in bytes, 0 if it is not known."""

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
#: Known phrases of the loaded model by group; empty if no model is loaded.
_words: dict[str, tuple[str, ...]] = {}
#: Newest log lines of the library, for the diagnostics.
log_lines: deque[str] = deque(maxlen=200)


def _open(choice: Choice) -> object:
    library = att3d()
    if choice.modules:
        os.environ["ATT3D_MODULES"] = choice.modules
    else:
        os.environ.pop("ATT3D_MODULES", None)
    if choice.torch:
        make_runnable(Path(library.library_path()).with_name("att3d-worker"))
    kind = library.Engine.TORCH if choice.torch else library.Engine.EMBEDDED
    context = library.Context(
        thread_count=choice.threads,
        engine=kind,
        device=library.Device[choice.device] if choice.torch else library.Device.AUTO,
        device_index=choice.device_index if choice.torch and choice.device == "CUDA" else 0,
        is_worker=choice.torch,
        field_memory=choice.field_memory,
    )
    context.set_log(lambda level, line: log_lines.append(f"{level.name.lower()}: {line}"))
    return context


def make_runnable(program: Path) -> None:
    """Makes the worker's program executable, since Blender unpacks wheels without file modes.

    Raises Failure.
    """
    if program.is_file() and not os.access(program, os.X_OK):
        try:
            program.chmod(program.stat().st_mode | 0o111)
        except OSError as error:
            raise Failure(f"{program} can't be made executable: {error}; make it so, or use the embedded engine") from error


def model(choice: Choice) -> object:
    """Returns the model of a choice, and loads it if necessary. Any thread. Raises Failure."""
    global _context, _context_of, _model, _model_of, _words
    with _lock:
        library = att3d()
        try:
            if _context is None or _context_of != choice.context:
                _forget()
                _context, _context_of = _open(choice), choice.context
            if _model is None or _model_of != choice.package:
                _model, _model_of, _words = None, None, {}
                bundled = choice.package == BUNDLED
                _model = _context.load_bundled() if bundled else _context.load(choice.package)
                _model_of = choice.package
                _words = {group: tuple(phrases) for group, phrases in _model.word_groups.items()}
        except library.Error as error:
            log_lines.append(f"error: {sentence(error)}")
            raise Failure(sentence(error)) from error
        refresh()
        return _model


def loaded(choice: Choice) -> bool:
    """Returns whether the model of a choice is loaded."""
    return _model is not None and _context_of == choice.context and _model_of == choice.package


def _forget() -> None:
    global _context, _context_of, _model, _model_of, _facts, _words
    _context = _context_of = _model = _model_of = _facts = None
    _words = {}


def forget() -> None:
    """Drops an engine that no longer answers, without unloading it. The next use starts a new one."""
    with _lock:
        _forget()


def unload() -> bool:
    """Unloads the model and drops the engine.

    Work that still uses them fails. Returns whether a model was loaded.
    """
    with _lock:
        was = _model is not None
        if _model is not None:
            _model.unload()
        _forget()
    return was


def words() -> dict[str, tuple[str, ...]]:
    """Returns the known phrases of the loaded model by group.

    Empty if no model is loaded or if the model has no groups. Never waits, since panels call it.
    """
    return _words


def read(prompt: str) -> object | None:
    """Returns the reading of a prompt by the loaded model, an `att3d.Reading`.

    Returns None if no model is loaded or if it is in use. Raises Failure if the prompt names no known thing.
    Never waits, since panels call it.
    """
    if not _lock.acquire(blocking=False):
        return None
    try:
        return _model.read(prompt) if _model is not None else None
    except att3d().Error as error:
        raise Failure(sentence(error)) from error
    finally:
        _lock.release()


def facts() -> Facts | None:
    """Returns the state at the last `refresh`, or None if nothing is loaded.

    Never waits, since panels call it.
    """
    return _facts


def refresh() -> None:
    """Updates the state that `facts` returns. It may wait for a worker, so panels must not call it."""
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
    """Returns the model packages of a folder: .att3d files, and folders with a model.json.

    Panels call it whenever they are drawn, so the disk is read at most once a second for the same folder.
    """
    global _listed
    now = time.monotonic()
    if _listed[0] != folder or now - _listed[1] > 1.0:
        try:
            found = sorted(Path(folder).iterdir()) if folder else []
            found = [path for path in found if path.suffix == ".att3d" or (path / "model.json").is_file()]
        except OSError:
            found = []
        # Blender can't show a path with unprintable characters.
        _listed = (folder, now, [path for path in found if str(path).isprintable()])
    return _listed[2]
