"""Conversions of arrays for C."""

import ctypes
from typing import Any, Union

import numpy as np

from ._types import Error, Status

#: Memory whose address stands for an empty buffer, because C treats NULL as no buffer.
_EMPTY = ctypes.create_string_buffer(1)

#: Object with the buffer protocol, from which a function reads bytes.
Buffer = Union[bytes, bytearray, memoryview, "np.ndarray[Any, Any]"]


def pointer(array: np.ndarray, kind: type = ctypes.c_float) -> object:
    """Returns the address of an array's data as a ctypes pointer. The caller keeps the array alive."""
    return array.ctypes.data_as(ctypes.POINTER(kind))


def address(array: np.ndarray) -> int:
    """Returns the address of an array's data, which is not 0 for an empty array. The caller keeps the array
    alive.
    """
    return array.ctypes.data if array.size else ctypes.addressof(_EMPTY)


def indices(values: object, columns: int, what: str) -> np.ndarray:
    """Returns values as a contiguous u32 array [n, columns]. Copies them only if they are not such an array.

    what: name of the argument, for messages. Raises TypeError for numbers that are not integers, and
    ValueError for numbers out of the range of u32. Raises INVALID_ARGUMENT for another shape.
    """
    array: "np.ndarray[Any, Any]" = np.asarray(values)
    if array.size and array.dtype.kind not in "ui":
        raise TypeError(f"{what} holds numbers of type {array.dtype}; expected whole numbers")
    if array.size and not 0 <= int(array.min()) <= int(array.max()) <= 0xFFFFFFFF:
        found = f"{int(array.min())} to {int(array.max())}"
        raise ValueError(f"{what} holds numbers from {found}; expected 0 to {0xFFFFFFFF}")
    return rows(array, columns, what, np.uint32)


def content(values: object, what: str) -> np.ndarray:
    """Returns the bytes of an object with the buffer protocol as a u8 array. Copies them only if they are not
    contiguous.

    what: name of the argument, for messages. Raises TypeError for another object.
    """
    try:
        view = memoryview(values)  # type: ignore[arg-type]
    except TypeError:
        found = type(values).__name__
        raise TypeError(f"{what} is of type {found}; expected bytes or another buffer") from None
    return np.frombuffer(view if view.c_contiguous else view.tobytes(), np.uint8)


def writable(values: object, what: str) -> np.ndarray:
    """Returns the memory of an object with the buffer protocol as a u8 array, to write into.

    what: name of the argument, for messages. Raises TypeError for another object, and ValueError if the
    memory is read-only or not contiguous.
    """
    try:
        view = memoryview(values)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{what} is of type {type(values).__name__}; expected a writable buffer") from None
    if view.readonly:
        raise ValueError(f"{what} is read-only; expected a writable buffer")
    if not view.c_contiguous:
        raise ValueError(f"{what} is not contiguous; expected a contiguous buffer")
    return np.frombuffer(view, np.uint8)


def size_of_elements(values: object, what: str) -> int:
    """Returns the number of bytes per element of a buffer of whole numbers.

    what: name of the argument, for messages. Raises TypeError if the elements are bytes or not whole numbers.
    """
    view = memoryview(values)  # type: ignore[arg-type]
    if view.format[-1:] not in "hHiIlLqQ":
        raise TypeError(
            f"{what} has elements of the format {view.format!r}; expected whole numbers of 2 or 4 bytes,"
            " or an index_size"
        )
    return view.itemsize


def rows(values: object, columns: int, what: str, dtype: type = np.float32) -> np.ndarray:
    """Returns values as a contiguous array [n, columns] of a type. Copies them only if needed.

    what: name of the argument, for messages. Raises INVALID_ARGUMENT for another shape.
    """
    array: "np.ndarray[Any, Any]" = np.ascontiguousarray(values, dtype=dtype)
    if array.ndim != 2 or array.shape[1] != columns:
        raise Error(Status.INVALID_ARGUMENT, f"{what} has the shape {array.shape}; expected [n, {columns}]")
    return array
