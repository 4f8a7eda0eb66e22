"""A prompt's shape and colours as functions of a point."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import _callbacks as callbacks
from . import _structs as s
from ._arrays import pointer, rows
from ._library import Handle, Owner, call, made
from ._running import run
from ._types import FieldKind
from .job import Job
from .mesh import Mesh
from .options import GenerateOptions
from .shape import Surface

#: Points that take a few milliseconds: a call with fewer is not worth a thread that Ctrl-C can interrupt.
_UNWATCHED = 10_000


@dataclass(frozen=True)
class FieldInfo:
    """What a field's values mean. minimum, maximum: the box that it is defined in."""

    kind: FieldKind
    iso_level: float
    has_materials: bool
    minimum: tuple[float, float, float]
    maximum: tuple[float, float, float]


@dataclass(frozen=True)
class Samples:
    """values [n], gradients [n, 3], colors [n, 3] (sRGB), materials [n, 2] (metallic, roughness)."""

    values: np.ndarray
    gradients: np.ndarray
    colors: np.ndarray
    materials: np.ndarray


class Field(Owner):
    """A prompt's shape and colours as functions of a point."""

    def __init__(self, handle: int):
        self._handle = Handle("field", handle)

    @property
    def info(self) -> FieldInfo:
        """What its values mean."""
        info = s.att3d_field_info()
        call("att3d_field_get_info", self._handle.value, ctypes.byref(info))
        return FieldInfo(
            FieldKind(info.kind), info.iso_level, bool(info.has_materials), tuple(info.minimum), tuple(info.maximum)
        )

    def values(self, points: object, progress: Callable[[float], object] | None = None) -> np.ndarray:
        """Signed distances or densities. points: [n, 3], object space. Returns [n] f32.

        progress: called with a fraction in [0, 1]; what it returns, if true, or raises, stops the work.
        """
        points = rows(points, 3, "points")
        found = np.empty(len(points), np.float32)
        self._sample(points, s.att3d_sample_desc(values=pointer(found)), progress)
        return found

    def sample(self, points: object, progress: Callable[[float], object] | None = None) -> Samples:
        """Values, gradients, colors and materials. points: [n, 3], object space. progress: as for `values`."""
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

    def generate(self, options: GenerateOptions = GenerateOptions()) -> Mesh:
        """Its mesh."""
        handle, desc = self._handle.value, options._desc(can_stop=True)
        return Mesh(run(lambda: made("att3d_generate_from_field", handle, ctypes.byref(desc)), desc))

    def paint(self, surface: Surface, options: GenerateOptions = GenerateOptions()) -> Mesh:
        """The field's colours on a mesh of the caller's: textures, asked of the field at that mesh's surface, which is in the space of the
        field's shape. The result has the same vertices where the mesh has uvs; else some are made. options: its texture_size (0 for 1024)
        and progress."""
        handle, given, desc = self._handle.value, surface._desc(), options._desc(can_stop=True)
        return Mesh(run(lambda: made("att3d_field_paint", handle, ctypes.byref(given), ctypes.byref(desc)), desc))

    def start(self, options: GenerateOptions = GenerateOptions()) -> Job:
        """As `generate`, on a thread of the library."""
        handle, desc = self._handle.value, options._desc()
        return Job(made("att3d_job_start_field", handle, ctypes.byref(desc)), desc.held)
