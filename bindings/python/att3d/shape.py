"""Shapes that models take in addition to a prompt, and meshes of the caller."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass

import numpy as np

from . import _structs as s
from ._arrays import Buffer, address, content, indices, pointer, rows
from ._library import Handle, Owner, call, made
from ._types import Error, Status, SurfaceFit, chosen



class Surface:
    """The mesh of the caller. Raises INVALID_ARGUMENT if an array has another shape.

    positions: [n, 3].
    triangles: [m, 3] vertex indices, counter-clockwise when seen from outside.
    normals: [n, 3], outward, or None.
    colors: [n, 3], sRGB, or None.
    uvs: [n, 2], or None. u increases to the right and v down, from the upper left corner of a texture.
    """

    def __init__(
        self,
        positions: object,
        triangles: object,
        normals: object = None,
        colors: object = None,
        uvs: object = None,
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
            message = (
                f"{what} has {len(found)} rows for {len(self.positions)} positions; expected one for each"
            )
            raise Error(Status.INVALID_ARGUMENT, message)
        return found

    def _desc(self, flags: int = 0) -> s.att3d_surface_desc:
        """Returns the C description, which refers to the arrays of this object."""
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
    """Description of a shape.

    keep: keep share, 0 to 1. center: point in the shape's own space that became the origin of object space.
    units: units of the shape's own space per unit of object space. center and units are None for a shape that
    was given in object space.
    """

    point_count: int
    keep: float
    center: tuple[float, float, float] | None
    units: float | None


class Shape(Owner):
    """Points of a given surface, for models that take a shape.

    The whole shape is kept unless :meth:`keeping` selects another share.
    """

    def __init__(self, handle: int):
        self._handle = Handle("shape", handle)

    @classmethod
    def from_points(cls, points: object) -> "Shape":
        """Makes a shape from 1 to 262144 points on a surface. points: [n, 3], object space."""
        points = rows(points, 3, "points")
        return cls(made("att3d_shape_from_points", pointer(points), len(points)))

    @classmethod
    def from_surface(cls, surface: Surface, fit: SurfaceFit | str = SurfaceFit.FIT) -> "Shape":
        """Makes a shape from a mesh with its normals and colors.

        fit: whether the mesh is moved and scaled into object space.
        """
        flags = int(chosen(SurfaceFit, fit, "fit"))
        return cls(made("att3d_shape_from_surface", ctypes.byref(surface._desc(flags))))

    @classmethod
    def from_glb(cls, file: Buffer | str | os.PathLike[str]) -> "Shape":
        """Makes a shape from the visible meshes of a GLB's scene, moved and scaled into object space.

        file: path of the GLB, or its bytes in any buffer. Raises FORMAT for a damaged file, and UNSUPPORTED
        for contents that cannot be read.
        """
        if isinstance(file, (str, os.PathLike)):
            with open(file, "rb") as opened:
                file = opened.read()
        given = content(file, "file")
        return cls(made("att3d_shape_from_glb", address(given), len(given)))

    def keeping(self, keep: float) -> "Shape":
        """Returns a shape with the same points and another keep share.

        keep: from 0 (the prompt alone determines the geometry) to 1 (this shape is kept).
        """
        return Shape(made("att3d_shape_with_keep", self._handle.value, ctypes.c_float(keep)))

    @property
    def info(self) -> ShapeInfo:
        """Returns the shape's number of points, keep share and frame."""
        info = s.att3d_shape_info()
        call("att3d_shape_get_info", self._handle.value, ctypes.byref(info))
        center, units = (tuple(info.center), info.units) if info.has_frame else (None, None)
        return ShapeInfo(info.point_count, info.keep, center, units)
