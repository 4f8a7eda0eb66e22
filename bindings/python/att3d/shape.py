"""Shapes that models may take beside a prompt, and meshes of the caller's."""

import ctypes
import os
from dataclasses import dataclass

import numpy as np

from . import _structs as s
from ._arrays import Buffer, content, indices, pointer, rows
from ._library import Handle, Owner, call, made
from ._types import Error, Status

#: ATT3D_SURFACE_...
_FIT = 1


class Surface:
    """A mesh of the caller's: positions [n, 3]; triangles [m, 3], below n; of each vertex, where they are known, normals [n, 3], colors
    [n, 3] (sRGB) and uvs [n, 2] (to the right and down from an image's upper left corner)."""

    def __init__(
        self, positions: object, triangles: object, normals: object = None, colors: object = None, uvs: object = None
    ):
        self.positions = rows(positions, 3, "positions")
        self.triangles = indices(triangles, 3, "triangles")
        self.normals = self._attribute(normals, 3, "normals")
        self.colors = self._attribute(colors, 3, "colors")
        self.uvs = self._attribute(uvs, 2, "uvs")

    def _attribute(self, values: object, columns: int, what: str) -> np.ndarray | None:
        if values is None:
            return None
        found = rows(values, columns, what)
        if len(found) != len(self.positions):
            message = f"{what} has {len(found)} rows for {len(self.positions)} positions; expected one for each"
            raise Error(Status.INVALID_ARGUMENT, message)
        return found

    def _desc(self, flags: int = 0) -> s.att3d_surface_desc:
        """As C has it; the arrays are this object's."""
        given = {"normals": self.normals, "colors": self.colors, "uvs": self.uvs}
        return s.att3d_surface_desc(
            flags=flags,
            positions=pointer(self.positions),
            indices=pointer(self.triangles, ctypes.c_uint32),
            vertex_count=len(self.positions),
            triangle_count=len(self.triangles),
            **{name: pointer(values) for name, values in given.items() if values is not None},
        )


@dataclass(frozen=True)
class ShapeInfo:
    """What a shape is. keep: how much of it is to be kept, 0 to 1; centre, units: where object space's origin lies in the shape's own
    space, and how many of its units one of object space is; None for a shape that was given in object space."""

    point_count: int
    keep: float
    centre: tuple[float, float, float] | None
    units: float | None


class Shape(Owner):
    """A surface's points, for models that take a shape. All of it is kept unless :meth:`keeping` says otherwise."""

    def __init__(self, handle: int):
        self._handle = Handle("shape", handle)

    @classmethod
    def from_points(cls, points: object) -> "Shape":
        """points: [n, 3], object space."""
        points = rows(points, 3, "points")
        return cls(made("att3d_shape_from_points", pointer(points), len(points)))

    @classmethod
    def from_triangles(cls, positions: object, triangles: object) -> "Shape":
        """positions: [n, 3], object space; triangles: [m, 3], below n."""
        positions, triangles = rows(positions, 3, "positions"), indices(triangles, 3, "triangles")
        arguments = (pointer(positions), len(positions), pointer(triangles, ctypes.c_uint32), len(triangles))
        return cls(made("att3d_shape_from_triangles", *arguments))

    @classmethod
    def from_surface(cls, surface: Surface, fit: bool = True) -> "Shape":
        """Of a mesh with its normals and colours. fit: it stands anywhere, and is moved and scaled into object space."""
        return cls(made("att3d_shape_from_surface", ctypes.byref(surface._desc(_FIT if fit else 0))))

    @classmethod
    def from_glb(cls, file: Buffer | str | os.PathLike[str]) -> "Shape":
        """Of all that a GLB's scene shows, moved and scaled into object space. file: its bytes in any buffer, or its path."""
        if isinstance(file, (str, os.PathLike)):
            with open(file, "rb") as opened:
                file = opened.read()
        given = content(file, "file")
        return cls(made("att3d_shape_from_glb", pointer(given, ctypes.c_char), len(given)))

    def keeping(self, keep: float) -> "Shape":
        """The same with another share of it to be kept: 0 for the prompt's own shape, to 1 for this one."""
        return Shape(made("att3d_shape_with_keep", self._handle.value, ctypes.c_float(keep)))

    @property
    def info(self) -> ShapeInfo:
        """What it is."""
        info = s.att3d_shape_info()
        call("att3d_shape_get_info", self._handle.value, ctypes.byref(info))
        centre, units = (tuple(info.centre), info.units) if info.has_frame else (None, None)
        return ShapeInfo(info.point_count, info.keep, centre, units)
