"""Conversions of arrays for C."""

import ctypes
from typing import Any, TypeAlias, Union

import numpy as np

from ._types import Error, Status


#: An object with the buffer protocol, whose bytes are read.
Buffer: TypeAlias = Union[bytes, bytearray, memoryview, "np.ndarray[Any, Any]"]


def pointer(array: np.ndarray, kind: type = ctypes.c_float) -> object:
    """Returns the address of an array's data as a ctypes pointer. The caller keeps the array alive."""
    return array.ctypes.data_as(ctypes.POINTER(kind))


def indices(values: object, columns: int, what: str) -> np.ndarray:
    """Returns a contiguous u32 array [n, columns]. Copies the values only if they have another form.

    what: name of the argument, for messages. Raises TypeError for numbers that are not integers, ValueError
    for numbers outside of u32, and INVALID_ARGUMENT for another shape.
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
        raise TypeError(f"{what} is of type {type(values).__name__}; expected bytes or another buffer") from None
    return np.frombuffer(view if view.c_contiguous else view.tobytes(), np.uint8)


def rows(values: object, columns: int, what: str, dtype: type = np.float32) -> np.ndarray:
    """Returns a contiguous array [n, columns] of a type. Copies the values only if they have another form.

    what: name of the argument, for messages. Raises INVALID_ARGUMENT for another shape.
    """
    array: "np.ndarray[Any, Any]" = np.ascontiguousarray(values, dtype=dtype)
    if array.ndim != 2 or array.shape[1] != columns:
        raise Error(Status.INVALID_ARGUMENT, f"{what} has the shape {array.shape}; expected [n, {columns}]")
    return array
