"""Fields: functions from points to signed distance or density, color and material."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import _callbacks as callbacks
from . import _structs as s
from ._arrays import pointer, rows
from ._library import Handle, Owner, call, made
from ._running import run
from ._types import FieldKind
from .job import Job, take_mesh
from .mesh import Mesh
from .options import DEFAULTS, GenerateKeywords, GenerateOptions
from .shape import Surface

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: Largest number of points that are evaluated on the thread of the caller. The evaluation of so few points
#: takes a few milliseconds, so Ctrl-C need not interrupt it.
_UNWATCHED = 10_000


@dataclass(frozen=True)
class FieldInfo:
    """Meaning of a field's values, and a box that contains the object.

    kind: meaning of the values. iso_level: value at the surface. has_materials: whether metallic and
    roughness are predicted. minimum, maximum: corners of the box, in object space.
    """

    kind: FieldKind
    iso_level: float
    has_materials: bool
    minimum: tuple[float, float, float]
    maximum: tuple[float, float, float]


@dataclass(frozen=True)
class Samples:
    """Values of a field at n points.

    values: [n], signed distance or density. gradients: [n, 3], derivatives of the value by x, y and z.
    colors: [n, 3], sRGB. materials: [n, 2], metallic and roughness.
    """

    values: np.ndarray
    gradients: np.ndarray
    colors: np.ndarray
    materials: np.ndarray


class Field(Owner):
    """A function from points to signed distance or density, color and material."""

    def __init__(self, handle: int):
        self._handle = Handle("field", handle)

    @property
    def info(self) -> FieldInfo:
        """Returns the meaning of the values, the isovalue and the box that contains the object."""
        info = s.att3d_field_info()
        call("att3d_field_get_info", self._handle.value, ctypes.byref(info))
        return FieldInfo(
            FieldKind(info.kind),
            info.iso_level,
            bool(info.has_materials),
            tuple(info.minimum),
            tuple(info.maximum),
        )

    def values(self, points: object, progress: Callable[[float], object] | None = None) -> np.ndarray:
        """Returns the signed distance or density at each point, [n] f32.

        points: [n, 3], object space. progress: called with a fraction in [0, 1]. It stops the work if it
        returns a true value or raises an exception.
        """
        points = rows(points, 3, "points")
        found = np.empty(len(points), np.float32)
        self._sample(points, s.att3d_sample_desc(values=pointer(found)), progress)
        return found

    def sample(self, points: object, progress: Callable[[float], object] | None = None) -> Samples:
        """Returns values, gradients, colors and materials at points [n, 3].

        The parameters are those of `values`.
        """
        points = rows(points, 3, "points")
        count = len(points)
        values, gradients, colors, materials = (
            np.empty((count, *columns), np.float32) for columns in ((), (3,), (3,), (2,))
        )
        self._sample(
            points,
            s.att3d_sample_desc(
                values=pointer(values),
                gradients=pointer(gradients),
                colors=pointer(colors),
                materials=pointer(materials),
            ),
            progress,
        )
        return Samples(values, gradients, colors, materials)

    def _sample(
        self, points: np.ndarray, desc: s.att3d_sample_desc, progress: Callable[[float], object] | None
    ) -> None:
        handle, count = self._handle.value, len(points)
        if count == 0:
            return
        if progress is not None or count > _UNWATCHED:
            callbacks.watch(desc, progress)
        run(lambda: call("att3d_field_sample", handle, pointer(points), count, ctypes.byref(desc)), desc)

    def generate(self, options: GenerateOptions = DEFAULTS, **keywords: "Unpack[GenerateKeywords]") -> Mesh:
        """Generates the field's mesh. Raises INVALID_ARGUMENT if the seed is not 0.

        options, keywords: :class:`GenerateOptions`.
        """
        handle, desc = self._handle.value, options._with(keywords)._desc(can_stop=True)
        return Mesh(run(lambda: made("att3d_generate_from_field", handle, ctypes.byref(desc)), desc))

    def start(self, options: GenerateOptions = DEFAULTS, **keywords: "Unpack[GenerateKeywords]") -> Job[Mesh]:
        """Starts `generate` on a thread of the library, and returns immediately."""
        handle, desc = self._handle.value, options._with(keywords)._desc()
        return Job(made("att3d_job_generate_from_field", handle, ctypes.byref(desc)), take_mesh, desc.held)

    def paint(
        self, surface: Surface, *, texture_size: int = 0, progress: Callable[[float], object] | None = None
    ) -> Mesh:
        """Returns the mesh of the caller with textures that are baked from the field.

        If the surface has uvs, the result has the same vertices and triangles. Otherwise uvs are made, and
        vertices at seams are duplicated.

        surface: in the shape's own space if the field's shape has a frame (`ShapeInfo.center` is not None),
            otherwise in object space.
        texture_size: width and height of each texture in texels, 64 to 4096; 0 for 1024.
        progress: called with a fraction in [0, 1]. It stops the work if it returns a true value or raises an
            exception.
        """
        handle, given, desc = (
            self._handle.value,
            surface._desc(),
            s.att3d_paint_desc(texture_size=texture_size),
        )
        callbacks.watch(desc, progress)
        return Mesh(run(lambda: made("att3d_paint", handle, ctypes.byref(given), ctypes.byref(desc)), desc))

    def start_paint(
        self, surface: Surface, *, texture_size: int = 0, progress: Callable[[float], object] | None = None
    ) -> Job[Mesh]:
        """Starts `paint` on a thread of the library, and returns immediately. The surface is copied."""
        handle, given, desc = (
            self._handle.value,
            surface._desc(),
            s.att3d_paint_desc(texture_size=texture_size),
        )
        callbacks.watch(desc, progress)
        return Job(
            made("att3d_job_paint", handle, ctypes.byref(given), ctypes.byref(desc)), take_mesh, desc.held
        )
