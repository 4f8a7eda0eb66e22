"""A triangle mesh in object space."""

import ctypes
import os
from dataclasses import dataclass

import numpy as np

from . import _structs as s
from ._library import Handle, call, encoded, lines, pairs, text
from ._types import MeshFormat, Texture

#: ATT3D_EXPORT_...
_KEEP_PIVOT, _PIVOT_CENTRE, _UP_Z = 1, 2, 4


@dataclass(frozen=True)
class MeshInfo:
    """How a mesh was made. minimum, maximum: its box, object space; milliseconds by stage; points that the field was asked at;
    textures: texels along a side, pieces, root mean square stretch (1 is none), texels a unit; all 0 without textures."""

    resolution: int
    minimum: tuple[float, float, float]
    maximum: tuple[float, float, float]
    text_milliseconds: float
    generator_milliseconds: float
    surface_milliseconds: float
    texture_milliseconds: float
    point_evaluations: int
    gradient_evaluations: int
    texture_size: int
    chart_count: int
    stretch: float
    texels_per_unit: float
    unwrap_milliseconds: float
    bake_milliseconds: float


class _Owner:
    """Numbers of a mesh, for NumPy: an array made of it keeps the mesh alive."""

    def __init__(self, handle: Handle, pointer: object, shape: tuple[int, ...], kind: str):
        self._handle = handle
        address = ctypes.cast(pointer, ctypes.c_void_p).value or 0
        self.__array_interface__ = {"version": 3, "data": (address, True), "shape": shape, "typestr": kind}


class Mesh:
    """A triangle mesh in object space. Its arrays are the library's own memory, read-only, alive as long as they are held."""

    def __init__(self, handle: int):
        self._handle = Handle("mesh", handle)
        self._view = s.att3d_mesh_view()
        call("att3d_mesh_get_view", handle, ctypes.byref(self._view))

    def _array(self, pointer: object, columns: int, kind: str = "<f4", rows: int | None = None) -> np.ndarray:
        rows = self._view.vertex_count if rows is None else rows
        if not pointer or rows == 0:
            return np.empty((0, columns), np.dtype(kind))
        return np.asarray(_Owner(self._handle, pointer, (rows, columns), kind))

    @property
    def positions(self) -> np.ndarray:
        """[n, 3] f32, object space."""
        return self._array(self._view.positions, 3)

    @property
    def normals(self) -> np.ndarray:
        """[n, 3] f32, unit length, outward."""
        return self._array(self._view.normals, 3)

    @property
    def colors(self) -> np.ndarray:
        """[n, 3] f32, sRGB."""
        return self._array(self._view.colors, 3)

    @property
    def materials(self) -> np.ndarray:
        """[n, 2] f32, metallic and roughness; [0, 2] where the model predicts none."""
        return self._array(self._view.materials, 2)

    @property
    def uvs(self) -> np.ndarray:
        """[n, 2] f32, right and down from the images' upper left corner; [0, 2] where the mesh has none."""
        return self._array(self._view.uvs, 2)

    def texture(self, which: Texture = Texture.BASE_COLOR) -> np.ndarray:
        """[height, width, 3] u8. Raises UNSUPPORTED where the mesh was made without texture_size."""
        view = s.att3d_texture_view()
        call("att3d_mesh_get_texture", self._handle.value, which, ctypes.byref(view))
        return np.asarray(_Owner(self._handle, view.texels, (view.height, view.width, view.channels), "|u1"))

    @property
    def triangles(self) -> np.ndarray:
        """[m, 3] u32, counter-clockwise from outside."""
        return self._array(self._view.indices, 3, "<u4", self._view.triangle_count)

    @property
    def info(self) -> MeshInfo:
        """How it was made."""
        info = s.att3d_mesh_info()
        call("att3d_mesh_get_info", self._handle.value, ctypes.byref(info))
        values = {name: getattr(info, name) for name, _ in info._fields_ if name != "struct_size"}
        return MeshInfo(**{**values, "minimum": tuple(info.minimum), "maximum": tuple(info.maximum)})

    @property
    def prompt(self) -> str:
        """What it was made of."""
        return text("att3d_mesh_get_prompt", self._handle.value)

    @property
    def unknown_words(self) -> list[str]:
        """Words that the model does not know and left out, as they were typed."""
        return lines("att3d_mesh_get_unknown_words", self._handle.value)

    @property
    def replaced_words(self) -> dict[str, str]:
        """Words that the model read as ones that it knows: as typed, and the known one."""
        return dict(pairs(lines("att3d_mesh_get_replaced_words", self._handle.value)))

    def write(
        self,
        path: str | os.PathLike[str],
        format: MeshFormat = MeshFormat.AUTO,
        metres_per_unit: float = 0.0,
        keep_pivot: bool = False,
        size: float = 0.0,
        pivot_centre: bool = False,
        up_z: bool = False,
    ) -> None:
        """Writes a file whole, or not at all. metres_per_unit: 0 for the model's own; size: metres of the longest side, in its
        place; keep_pivot: object space's origin, pivot_centre: the mesh's middle, instead of the ground's centre; up_z: not in
        a GLB."""
        desc = _export(format, metres_per_unit, keep_pivot, size, pivot_centre, up_z)
        call("att3d_mesh_write_file", self._handle.value, encoded(os.fspath(path), "the path"), ctypes.byref(desc))

    def encode(
        self,
        format: MeshFormat = MeshFormat.GLB,
        metres_per_unit: float = 0.0,
        keep_pivot: bool = False,
        size: float = 0.0,
        pivot_centre: bool = False,
        up_z: bool = False,
    ) -> bytes:
        """The bytes of such a file."""
        desc = _export(format, metres_per_unit, keep_pivot, size, pivot_centre, up_z)
        arguments, length = (self._handle.value, ctypes.byref(desc)), ctypes.c_size_t()
        call("att3d_mesh_encode", *arguments, None, 0, ctypes.byref(length))
        buffer = ctypes.create_string_buffer(length.value)
        call("att3d_mesh_encode", *arguments, buffer, length.value, ctypes.byref(length))
        return buffer.raw

    def __repr__(self) -> str:
        return f"<att3d.Mesh {self.prompt!r}: {self._view.vertex_count} vertices, {self._view.triangle_count} triangles>"


def _export(
    format: MeshFormat, metres_per_unit: float, keep_pivot: bool, size: float, pivot_centre: bool, up_z: bool
) -> s.att3d_export_desc:
    flags = (_KEEP_PIVOT if keep_pivot else 0) | (_PIVOT_CENTRE if pivot_centre else 0) | (_UP_Z if up_z else 0)
    return s.att3d_export_desc(format=format, flags=flags, metres_per_unit=metres_per_unit, size=size)
