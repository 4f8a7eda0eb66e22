"""Arrays as C has them."""

import ctypes

import numpy as np

from ._types import Error, Status


def pointer(array: np.ndarray, kind: type = ctypes.c_float) -> object:
    """Where an array's numbers are, as ctypes has it."""
    return array.ctypes.data_as(ctypes.POINTER(kind))


def rows(values: object, columns: int, what: str, dtype: type = np.float32) -> np.ndarray:
    """[n, columns], contiguous, of that type; a copy only where it is not yet. Raises INVALID_ARGUMENT."""
    array = np.ascontiguousarray(values, dtype=dtype)
    if array.ndim != 2 or array.shape[1] != columns:
        raise Error(Status.INVALID_ARGUMENT, f"{what} has the shape {array.shape}; expected [n, {columns}]")
    return array
