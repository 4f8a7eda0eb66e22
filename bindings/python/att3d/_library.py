"""The dynamic library: its path, its functions and its errors."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from collections.abc import Callable, Sequence
from ctypes import POINTER, c_char_p, c_float, c_int32, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _structs as s
from ._types import Error, Status, failure

if TYPE_CHECKING:
    from typing_extensions import Self

#: Environment variable with the absolute path of the library to load.
VARIABLE = "ATT3D_LIBRARY"

#: ABI that this package needs: the major number, and the lowest minor number.
ABI = (1, 2)

_handle = c_void_p
_out = POINTER(c_void_p)
_text = POINTER(c_char_p)

#: Argument types of every function of the header that returns a status, by name.
SIGNATURES: dict[str, Sequence[object]] = {
    "att3d_device_count": [POINTER(c_uint32)],
    "att3d_device_get_info": [c_uint32, POINTER(s.att3d_device_info)],
    "att3d_context_create": [POINTER(s.att3d_context_desc), _out],
    "att3d_context_get_info": [_handle, POINTER(s.att3d_context_info)],
    "att3d_context_trim": [_handle],
    "att3d_context_set_log": [_handle, s.Log, c_void_p, s.Release],
    "att3d_bundled_package": [POINTER(c_void_p), POINTER(c_size_t)],
    "att3d_model_describe": [_handle, POINTER(s.att3d_load_desc), _out],
    "att3d_worker_serve": [],
    "att3d_model_load": [_handle, POINTER(s.att3d_load_desc), _out],
    "att3d_model_unload": [_handle],
    "att3d_model_get_info": [_handle, POINTER(s.att3d_model_info)],
    "att3d_model_get_name": [_handle, _text],
    "att3d_model_get_license": [_handle, _text],
    "att3d_model_get_digest": [_handle, _text],
    "att3d_model_get_words": [_handle, _text],
    "att3d_model_get_word_groups": [_handle, _text],
    "att3d_model_read": [_handle, c_char_p, c_uint32, _out],
    "att3d_reading_get_phrase": [_handle, _text],
    "att3d_reading_get_thing": [_handle, _text],
    "att3d_reading_get_attributes": [_handle, _text],
    "att3d_reading_get_left_out": [_handle, _text],
    "att3d_reading_get_replaced": [_handle, _text],
    "att3d_reading_get_understood": [_handle, _text],
    "att3d_latents_from_prompts": [_handle, _text, c_size_t, _out],
    "att3d_latent_from_prompt": [_handle, c_char_p, c_uint64, _out],
    "att3d_latent_mix": [_out, POINTER(c_float), c_size_t, _out],
    "att3d_latent_add_offset": [_handle, c_char_p, _out],
    "att3d_latent_get_reading": [_handle, _out],
    "att3d_shape_from_points": [POINTER(c_float), c_size_t, _out],
    "att3d_shape_from_surface": [POINTER(s.att3d_surface_desc), _out],
    "att3d_shape_from_glb": [c_void_p, c_size_t, _out],
    "att3d_shape_with_keep": [_handle, c_float, _out],
    "att3d_shape_get_info": [_handle, POINTER(s.att3d_shape_info)],
    "att3d_fields_from_latents": [_out, c_size_t, _handle, _out],
    "att3d_field_from_latent": [_handle, _handle, _out],
    "att3d_field_get_info": [_handle, POINTER(s.att3d_field_info)],
    "att3d_field_sample": [_handle, POINTER(c_float), c_size_t, POINTER(s.att3d_sample_desc)],
    "att3d_generate": [_handle, c_char_p, POINTER(s.att3d_generate_desc), _out],
    "att3d_generate_from_latent": [_handle, POINTER(s.att3d_generate_desc), _out],
    "att3d_generate_from_field": [_handle, POINTER(s.att3d_generate_desc), _out],
    "att3d_generate_frames": [_out, c_size_t, POINTER(s.att3d_generate_desc), _out],
    "att3d_morph": [_out, c_size_t, POINTER(s.att3d_generate_desc), POINTER(s.att3d_morph_desc), _out],
    "att3d_paint": [_handle, POINTER(s.att3d_surface_desc), POINTER(s.att3d_paint_desc), _out],
    "att3d_restyle": [_handle, c_void_p, c_size_t, c_char_p, POINTER(s.att3d_restyle_desc), _out],
    "att3d_restyle_file": [_handle, c_char_p, c_char_p, POINTER(s.att3d_restyle_desc), c_char_p],
    "att3d_buffer_get_bytes": [_handle, _out, POINTER(c_size_t)],
    "att3d_mesh_get_view": [_handle, POINTER(s.att3d_mesh_view)],
    "att3d_mesh_get_info": [_handle, POINTER(s.att3d_mesh_info)],
    "att3d_mesh_get_prompt": [_handle, _text],
    "att3d_mesh_get_reading": [_handle, _out],
    "att3d_mesh_get_texture": [_handle, c_uint32, POINTER(s.att3d_texture_view)],
    "att3d_mesh_get_level": [_handle, c_uint32, POINTER(s.att3d_level_view)],
    "att3d_mesh_get_hull": [_handle, c_uint32, POINTER(s.att3d_mesh_view)],
    "att3d_mesh_get_target": [_handle, c_uint32, POINTER(s.att3d_target_view)],
    "att3d_mesh_get_report": [_handle, POINTER(s.att3d_mesh_report)],
    "att3d_mesh_copy_vertices": [_handle, POINTER(s.att3d_vertex_layout), c_void_p, c_size_t],
    "att3d_mesh_copy_indices": [_handle, c_uint32, c_uint32, c_void_p, c_size_t],
    "att3d_mesh_draw": [_handle, POINTER(s.att3d_picture_desc), POINTER(c_uint8), c_size_t],
    "att3d_mesh_write_file": [_handle, c_char_p, POINTER(s.att3d_export_desc)],
    "att3d_mesh_encode": [_handle, POINTER(s.att3d_export_desc), _out],
    "att3d_meshes_write_file": [_out, c_size_t, c_char_p, POINTER(s.att3d_export_desc)],
    "att3d_meshes_encode": [_out, c_size_t, POINTER(s.att3d_export_desc), _out],
    "att3d_job_generate": [_handle, c_char_p, POINTER(s.att3d_generate_desc), _out],
    "att3d_job_generate_from_latent": [_handle, POINTER(s.att3d_generate_desc), _out],
    "att3d_job_generate_from_field": [_handle, POINTER(s.att3d_generate_desc), _out],
    "att3d_job_generate_frames": [_out, c_size_t, POINTER(s.att3d_generate_desc), _out],
    "att3d_job_morph": [_out, c_size_t, POINTER(s.att3d_generate_desc), POINTER(s.att3d_morph_desc), _out],
    "att3d_job_paint": [_handle, POINTER(s.att3d_surface_desc), POINTER(s.att3d_paint_desc), _out],
    "att3d_job_restyle": [_handle, c_void_p, c_size_t, c_char_p, POINTER(s.att3d_restyle_desc), _out],
    "att3d_job_restyle_file": [_handle, c_char_p, c_char_p, POINTER(s.att3d_restyle_desc), c_char_p, _out],
    "att3d_job_get_info": [_handle, POINTER(s.att3d_job_info)],
    "att3d_job_wait": [_handle, c_uint32],
    "att3d_job_cancel": [_handle],
    "att3d_job_take_mesh": [_handle, _out],
    "att3d_job_take_buffer": [_handle, _out],
    "att3d_live_create": [_handle, POINTER(s.att3d_generate_desc), _out],
    "att3d_live_set_prompt": [_handle, c_char_p, c_uint32, POINTER(c_uint64)],
    "att3d_live_set_latent": [_handle, _handle, POINTER(c_uint64)],
    "att3d_live_wait": [_handle, c_uint32],
    "att3d_live_take_mesh": [_handle, _out, POINTER(c_uint64)],
    "att3d_live_get_info": [_handle, POINTER(s.att3d_live_info)],
}

#: Kinds of handles that have a function att3d_KIND_free.
FREED = ("context", "model", "reading", "latent", "shape", "field", "buffer", "mesh", "job", "live")


def _file_name() -> str:
    if sys.platform == "win32":
        return "att3d.dll"
    return "libatt3d.dylib" if sys.platform == "darwin" else "libatt3d.so"


def _candidates() -> list[Path]:
    here = Path(__file__).resolve().parent
    # A wheel has the first file, and a built checkout has the second file.
    return [here / "native" / _file_name(), here.parents[2] / "target" / "release" / _file_name()]


def _find() -> str:
    named = os.environ.get(VARIABLE)
    if named:
        if not os.path.isabs(named):
            raise ImportError(f"{VARIABLE} is {named}; expected an absolute path")
        return named
    candidates = _candidates()
    for path in candidates:
        if path.is_file():
            return str(path)
    installed = ctypes.util.find_library("att3d")
    if installed:
        return installed
    tried = ", ".join(str(path) for path in candidates)
    raise ImportError(
        f"there is no {_file_name()} (tried {tried}, and the system's libraries):"
        f" build it with `cargo build --release`, or set {VARIABLE} to its absolute path"
    )


def _load() -> tuple[ctypes.CDLL, str]:
    path = _find()
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"cannot load libatt3d: {error}") from error
    try:
        library.att3d_abi_version.restype = c_uint32
        found = library.att3d_abi_version()
    except AttributeError as error:
        raise ImportError(f"{path} is not libatt3d: {error}") from error
    major, minor = found >> 16, found & 0xFFFF
    if major != ABI[0] or minor < ABI[1]:
        needed = f"{ABI[0]}.{ABI[1]} or a later {ABI[0]}.x"
        raise ImportError(f"{path} has ABI {major}.{minor}, and this package needs {needed}")
    for name, arguments in SIGNATURES.items():
        function = getattr(library, name)
        function.argtypes, function.restype = list(arguments), c_int32
    for name in FREED:
        function = getattr(library, f"att3d_{name}_free")
        function.argtypes, function.restype = [c_void_p], None
    for name, arguments in (
        ("att3d_last_error", []),
        ("att3d_version", []),
        ("att3d_status_name", [c_int32]),
    ):
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, c_char_p
    return library, path


library, _path = _load()


def library_path() -> str:
    """Returns the path of the loaded library, or its name if the system found it."""
    return _path


def version() -> str:
    """Returns the library's version, such as ``0.1.0``."""
    return str(library.att3d_version().decode())


def abi_version() -> tuple[int, int]:
    """Returns the library's ABI: (major, minor)."""
    found = library.att3d_abi_version()
    return found >> 16, found & 0xFFFF


def call(name: str, *arguments: object) -> None:
    """Calls a function. Raises :class:`Error` with the library's message if it fails."""
    status = getattr(library, name)(*fitting(name, arguments))
    if status != Status.OK:
        raise failure(status, library.att3d_last_error().decode(errors="replace"))


def fitting(name: str, arguments: Sequence[object]) -> list[object]:
    """Returns a function's arguments after a check of their integers.

    Raises ValueError for an integer out of the range of its C type. ctypes would silently change it.
    """
    kinds = SIGNATURES[name]
    if len(arguments) != len(kinds):
        raise TypeError(f"{name} takes {len(kinds)} arguments; {len(arguments)} were given")
    return [
        s.whole(value, kind, f"argument {place} of {name}")
        if isinstance(value, int) and kind in (c_uint32, c_uint64, c_size_t)
        else value
        for place, (value, kind) in enumerate(zip(arguments, kinds), 1)
    ]


def asked(name: str, *arguments: object) -> bool:
    """Calls a function that waits. Returns whether the wait ended before its time limit.

    Raises :class:`Error` for failures other than TIMEOUT.
    """
    status = getattr(library, name)(*fitting(name, arguments))
    if status == Status.TIMEOUT:
        return False
    if status != Status.OK:
        raise failure(status, library.att3d_last_error().decode(errors="replace"))
    return True


def made(name: str, *arguments: object) -> int:
    """Calls a function that writes a handle to its last argument, and returns the handle."""
    handle = c_void_p()
    call(name, *arguments, ctypes.byref(handle))
    return handle.value or 0


def handles(owners: Sequence["Owner"]) -> Any:
    """Returns a C array of the handles of objects. The caller keeps the objects alive."""
    return (c_void_p * len(owners))(*(owner._handle.value for owner in owners))


def contents(buffer: int) -> bytes:
    """Returns a copy of the bytes of a buffer, and frees the buffer. buffer: its handle."""
    handle, place, size = Handle("buffer", buffer), c_void_p(), c_size_t()
    call("att3d_buffer_get_bytes", handle.value, ctypes.byref(place), ctypes.byref(size))
    return bytes((ctypes.c_char * size.value).from_address(place.value or 0)) if size.value else b""


def text(name: str, handle: int) -> str:
    """Returns a text that a handle owns."""
    found = c_char_p()
    call(name, handle, ctypes.byref(found))
    return (found.value or b"").decode()


def lines(name: str, handle: int) -> list[str]:
    """Returns the lines of a text that a handle owns, as a list."""
    return text(name, handle).splitlines()


def pairs(lines: list[str]) -> list[tuple[str, str]]:
    """Returns the parts before and after the tab of each line.

    The library truncates long texts, so the last line may have no tab. Such a line is skipped.
    """
    return [(before, after) for before, tab, after in (line.partition("\t") for line in lines) if tab]


def encoded(value: str, what: str) -> bytes:
    """Returns a text as UTF-8.

    what: name of the argument, for messages. Raises INVALID_ARGUMENT if the text contains a NUL character,
    because C would read only the part before that character.
    """
    if "\0" in value:
        raise Error(
            Status.INVALID_ARGUMENT, f"{what} holds a NUL character at {value.index(chr(0))}; leave it out"
        )
    return value.encode("utf-8", errors="surrogateescape")


class Handle:
    """A handle of the library. It is freed once, when the last reference to this object is deleted."""

    __slots__ = ("value", "_free", "__weakref__")

    def __init__(self, kind: str, value: int):
        self.value = value
        self._free: Callable[[int], None] = getattr(library, f"att3d_{kind}_free")

    def __del__(self) -> None:
        value, self.value = getattr(self, "value", 0), 0
        if value:
            self._free(value)


class _Closed:
    """A replacement for the handle of a closed object. Reading its value raises ValueError."""

    MESSAGE = "this object was closed; make another one"

    @property
    def value(self) -> int:
        raise ValueError(self.MESSAGE)


class Owner:
    """Base class of objects that own a handle.

    ``close()``, or the end of a ``with`` block, releases the handle. Arrays and objects that were made from
    this object stay valid. The methods of a closed object raise ValueError.
    """

    _handle: Handle | _Closed

    def _open(self) -> Handle:
        """Returns the handle. Raises ValueError if the object was closed."""
        if isinstance(self._handle, Handle):
            return self._handle
        raise ValueError(_Closed.MESSAGE)

    def close(self) -> None:
        """Releases the handle. Further calls do nothing."""
        self._handle = _Closed()

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
