"""Layouts of a caller's vertices, as NumPy describes them."""

from typing import Any

import numpy as np

from . import _structs as s
from ._types import VertexFormat

_F32 = np.dtype(np.float32)
#: Components of each attribute as 32-bit floats.
_COMPONENTS = {"position": 3, "normal": 3, "tangent": 4, "color": 3, "material": 2, "uv": 2}


def _format(name: str, dtype: "np.dtype[Any]") -> VertexFormat:
    """Returns the number format of an attribute. Raises TypeError for another type of numbers."""
    base, shape = dtype.base, dtype.shape
    if base == _F32 and shape == (_COMPONENTS[name],):
        return VertexFormat.F32
    if name == "color" and base == np.uint8 and shape == (4,):
        return VertexFormat.UNORM8
    other = ", or 4 of type uint8" if name == "color" else ""
    found = f"{base}, shape {shape}"
    raise TypeError(
        f"the attribute {name} is {found}; expected {_COMPONENTS[name]} numbers of type float32{other}"
    )


def vertex_layout(layout: object) -> s.att3d_vertex_layout:
    """Returns the C layout of a structured NumPy type. Fields with other names stay unchanged.

    Raises TypeError for a type without attributes, or with an attribute of another type.
    """
    dtype: "np.dtype[Any]" = np.dtype(layout)  # type: ignore[call-overload]
    fields: Any = dtype.fields or {}
    if not set(fields) & set(_COMPONENTS):
        expected = ", ".join(_COMPONENTS)
        raise TypeError(
            f"the layout of a vertex is {dtype}; expected a structured type with some of {expected}"
        )
    found = s.att3d_vertex_layout(stride=dtype.itemsize)
    for name in fields:
        if name in _COMPONENTS:
            attribute = getattr(found, name)
            attribute.format, attribute.offset = _format(name, fields[name][0]), fields[name][1]
    return found
