"""Triangle meshes in object space."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import _callbacks as callbacks
from . import _convert
from . import _structs as s
from ._arrays import address, size_of_elements, writable
from ._layout import vertex_layout
from ._display import Viewer, png
from ._library import Handle, Owner, call, contents, encoded, handles, made, text
from ._running import run
from ._types import HullNames, MeshFormat, Pivot, Texture, UpAxis, chosen
from .measures import MeshInfo, MeshReport, Target
from .reading import Reading

#: Flag ATT3D_EXPORT_COMPRESS.
_COMPRESS = 1


def _is_shown(name: str) -> bool:
    """Returns whether a struct's field has a meaning for the caller."""
    return name != "struct_size" and not name.startswith("reserved")


class _Owner:
    """An array of a mesh, for NumPy. A NumPy array that is made from this object keeps the mesh alive."""

    def __init__(self, handle: Handle, pointer: Any, shape: tuple[int, ...], kind: str):
        self._handle = handle
        address = ctypes.cast(pointer, ctypes.c_void_p).value or 0
        self.__array_interface__ = {"version": 3, "data": (address, True), "shape": shape, "typestr": kind}


class Mesh(Owner):
    """A triangle mesh in object space.

    Its arrays are read-only views of the library's memory. They stay valid as long as they are referenced.
    """

    def __init__(self, handle: int):
        self._handle = Handle("mesh", handle)
        self._view = s.att3d_mesh_view()
        call("att3d_mesh_get_view", handle, ctypes.byref(self._view))

    def _array(self, pointer: object, columns: int, kind: str = "<f4", rows: int | None = None) -> np.ndarray:
        handle = self._open()
        rows = self._view.vertex_count if rows is None else rows
        if not pointer or rows == 0:
            return np.empty((0, columns), np.dtype(kind))
        return np.asarray(_Owner(handle, pointer, (rows, columns), kind))

    @property
    def positions(self) -> np.ndarray:
        """Returns the vertices' positions: [n, 3] f32, object space."""
        return self._array(self._view.positions, 3)

    @property
    def normals(self) -> np.ndarray:
        """Returns the vertices' normals: [n, 3] f32, unit length, outward."""
        return self._array(self._view.normals, 3)

    @property
    def colors(self) -> np.ndarray:
        """Returns the vertices' colors: [n, 3] f32, sRGB."""
        return self._array(self._view.colors, 3)

    @property
    def materials(self) -> np.ndarray:
        """Returns metallic and roughness of the vertices: [n, 2] f32; [0, 2] without Capability.MATERIALS."""
        return self._array(self._view.materials, 2)

    @property
    def uvs(self) -> np.ndarray:
        """Returns the texture coordinates: [n, 2] f32; [0, 2] if the mesh has no textures.

        u increases to the right and v down, from the upper left corner of the textures.
        """
        return self._array(self._view.uvs, 2)

    @property
    def tangents(self) -> np.ndarray:
        """Returns the tangents: [n, 4] f32; [0, 4] if the mesh has no normal texture.

        The first three numbers are the direction in which u increases. The fourth number is a sign: sign *
        (normal × tangent) points up in the texture.
        """
        return self._array(self._view.tangents, 4)

    def level(self, level: int) -> np.ndarray:
        """Returns the triangles of a level of detail: [m, 3] u32. level: from 1 to info.level_count."""
        view = s.att3d_level_view()
        call("att3d_mesh_get_level", self._handle.value, level, ctypes.byref(view))
        return self._array(view.indices, 3, "<u4", view.triangle_count)

    def hull(self, hull: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Returns the positions, [n, 3] f32, and triangles, [m, 3] u32, of a convex hull.

        hull: from 0 to info.hull_count - 1. Raises UNSUPPORTED if the mesh was made without hulls, and
        INVALID_ARGUMENT if hull is out of range.
        """
        view = s.att3d_mesh_view()
        call("att3d_mesh_get_hull", self._handle.value, hull, ctypes.byref(view))
        positions = self._array(view.positions, 3, rows=view.vertex_count)
        return positions, self._array(view.indices, 3, "<u4", view.triangle_count)

    def target(self, target: int) -> Target:
        """Returns the vertices at a further keyframe.

        target: from 0, the second keyframe, to info.target_count - 1.
        """
        view = s.att3d_target_view()
        call("att3d_mesh_get_target", self._handle.value, target, ctypes.byref(view))
        names = ("positions", "normals", "colors")
        positions, normals, colors = (self._array(getattr(view, name), 3) for name in names)
        residuals = view.mean_residual, view.uncovered, view.astray, view.folded
        return Target(view.name.decode(), positions, normals, colors, *residuals)

    def report(self) -> MeshReport:
        """Measures the mesh. This takes some milliseconds for a large mesh."""
        report = s.att3d_mesh_report()
        call("att3d_mesh_get_report", self._handle.value, ctypes.byref(report))
        names = (field[0] for field in report._fields_)
        return MeshReport(**{name: getattr(report, name) for name in names if _is_shown(name)})

    def texture(self, which: Texture | str = Texture.BASE_COLOR) -> np.ndarray:
        """Returns a texture: [height, width, 3] u8; [height, width, 1] for the occlusion.

        which: a :class:`Texture` or its name, such as "normal". Raises UNSUPPORTED if the mesh does not have
        the texture.
        """
        view = s.att3d_texture_view()
        call(
            "att3d_mesh_get_texture", self._handle.value, chosen(Texture, which, "which"), ctypes.byref(view)
        )
        handle = self._open()
        return np.asarray(_Owner(handle, view.texels, (view.height, view.width, view.channels), "|u1"))

    def draw(
        self,
        width: int = 512,
        height: int = 512,
        turn: float = 0.0,
        rise: float = 0.0,
        samples: int = 0,
        progress: Callable[[float], object] | None = None,
    ) -> np.ndarray:
        """Draws the mesh with its materials and textures.

        Returns [height, width, 4] u8: sRGB and an alpha of 255. The first row is at the top.

        width, height: size in pixels, 1 to 4096.
        turn: degrees by which the camera moves to its right around the mesh; 0 for the three-quarter view.
        rise: degrees by which the camera moves up; at 0 it is 15 degrees above the horizon.
        samples: samples along each side of a pixel, 1 to 4; 0 for 2.
        progress: called with a fraction in [0, 1]. It stops the work if it returns a true value or raises an
            exception.
        """
        desc = s.att3d_picture_desc(
            width=width, height=height, samples=samples, turn_degrees=turn, rise_degrees=rise
        )
        # The library refuses sizes that are too large, with its own message. No memory is allocated for them.
        pixels = np.empty((height, width, 4) if 0 < max(width, height) <= 4096 else 0, np.uint8)
        place = pixels.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        handle = self._handle.value
        callbacks.watch(desc, progress)
        run(lambda: call("att3d_mesh_draw", handle, ctypes.byref(desc), place, pixels.nbytes), desc)
        return pixels

    @property
    def triangles(self) -> np.ndarray:
        """Returns the triangles: [m, 3] u32, counter-clockwise when seen from outside."""
        return self._array(self._view.indices, 3, "<u4", self._view.triangle_count)

    @property
    def info(self) -> MeshInfo:
        """Returns the size of the mesh and the cost of its generation."""
        info = s.att3d_mesh_info()
        call("att3d_mesh_get_info", self._handle.value, ctypes.byref(info))
        names = (field[0] for field in info._fields_)
        values = {name: getattr(info, name) for name in names if _is_shown(name)}
        return MeshInfo(**{**values, "minimum": tuple(info.minimum), "maximum": tuple(info.maximum)})

    @property
    def prompt(self) -> str:
        """Returns the prompt of the mesh. The prompts of a mix or a morph have " / " between them."""
        return text("att3d_mesh_get_prompt", self._handle.value)

    @property
    def reading(self) -> Reading:
        """Returns what was understood of the prompt."""
        return Reading._of("att3d_mesh_get_reading", self._handle.value)

    @property
    def left_out(self) -> list[str]:
        """Returns the words of the prompt that were left out, as they were typed: `reading.left_out`."""
        return self.reading.left_out

    @property
    def replaced(self) -> dict[str, str]:
        """Returns the replaced words of the prompt, each with the known word: `reading.replaced`."""
        return self.reading.replaced

    def copy_vertices(self, vertices: object, layout: object = None) -> None:
        """Copies the vertices into a caller's buffer, such as a mapped GPU buffer.

        vertices: a writable buffer for all vertices, such as an array, a bytearray or a memoryview.
        layout: a structured NumPy type for one vertex; None for the type of `vertices`. Its fields may be
            position and normal (3 of float32), tangent (4 of float32), color (3 of float32, or 4 of uint8
            with an alpha of 255), material and uv (2 of float32). Fields with other names stay unchanged.

            vertices = np.zeros(len(mesh.positions), [("position", "f4", 3), ("color", "u1", 4)])
            mesh.copy_vertices(vertices)

        Raises UNSUPPORTED for an attribute that the mesh does not have, and BUFFER_TOO_SMALL if the buffer is
        too small.
        """
        given = vertex_layout(layout if layout is not None else getattr(vertices, "dtype", np.uint8))
        to = writable(vertices, "vertices")
        call("att3d_mesh_copy_vertices", self._handle.value, ctypes.byref(given), address(to), to.nbytes)

    def copy_indices(self, indices: object, level: int = 0, index_size: int | None = None) -> None:
        """Copies the triangles, or those of a level of detail, into a caller's buffer.

        indices: a writable buffer for three indices per triangle.
        level: 0 for the mesh itself.
        index_size: 2 or 4 bytes; None for the size of the buffer's elements, which must be whole numbers.

        Raises INVALID_ARGUMENT for another size, and for 2 if the mesh has more than 65536 vertices. Raises
        BUFFER_TOO_SMALL if the buffer is too small.
        """
        to = writable(indices, "indices")
        if index_size is None:
            index_size = size_of_elements(indices, "indices")
        call("att3d_mesh_copy_indices", self._handle.value, level, index_size, address(to), to.nbytes)

    def write(
        self,
        path: str | os.PathLike[str],
        format: MeshFormat | str = MeshFormat.AUTO,
        *,
        pivot: Pivot | str = Pivot.GROUND,
        up_axis: UpAxis | str = UpAxis.Y,
        hull_names: HullNames | str = HullNames.UNREAL,
        meters_per_unit: float = 0.0,
        size: float = 0.0,
        seconds: float = 0.0,
        compress: bool = False,
    ) -> None:
        """Writes the mesh to a file, completely or not at all.

        The enumerations may be given as texts, such as ``pivot="center"``.

        format: format of the file. AUTO is the format of the path's extension.
        pivot: point of the mesh that becomes the origin.
        up_axis: axes of the file. A GLB always has Y.
        hull_names: naming convention of collision hulls in a GLB.
        meters_per_unit: meters per unit of object space; 0 for the model's value.
        size: length of the bounding box's longest side in meters; 0 to use meters_per_unit. Set at most one
            of size and meters_per_unit.
        seconds: time from one keyframe to the next in a GLB of a morph; 0 for 1.
        compress: whether a GLB is compressed with KHR_mesh_quantization and EXT_meshopt_compression. The
            program that reads the file must support both.
        """
        desc = _export(format, pivot, up_axis, hull_names, meters_per_unit, size, seconds, compress)
        call(
            "att3d_mesh_write_file",
            self._handle.value,
            encoded(os.fspath(path), "the path"),
            ctypes.byref(desc),
        )

    def encode(
        self,
        format: MeshFormat | str = MeshFormat.GLB,
        *,
        pivot: Pivot | str = Pivot.GROUND,
        up_axis: UpAxis | str = UpAxis.Y,
        hull_names: HullNames | str = HullNames.UNREAL,
        meters_per_unit: float = 0.0,
        size: float = 0.0,
        seconds: float = 0.0,
        compress: bool = False,
    ) -> bytes:
        """Returns the bytes of a file. The parameters are those of `write`; AUTO selects a GLB."""
        desc = _export(format, pivot, up_axis, hull_names, meters_per_unit, size, seconds, compress)
        return contents(made("att3d_mesh_encode", self._handle.value, ctypes.byref(desc)))

    @staticmethod
    def write_frames(
        meshes: Sequence["Mesh"],
        path: str | os.PathLike[str],
        *,
        pivot: Pivot | str = Pivot.GROUND,
        meters_per_unit: float = 0.0,
        size: float = 0.0,
        seconds: float = 0.0,
        compress: bool = False,
    ) -> None:
        """Writes one GLB with an animation that shows meshes one after another, with vertex colors only.

        All meshes have the scale and the origin of the first mesh. meshes: 1 to 1024. path: ends with .glb or
        has no extension. seconds: time for which each mesh is shown; 0 for 1. The other parameters are those
        of `write`. The file is written completely or not at all.
        """
        desc = _export(
            MeshFormat.AUTO, pivot, UpAxis.Y, HullNames.UNREAL, meters_per_unit, size, seconds, compress
        )
        place = encoded(os.fspath(path), "the path")
        call("att3d_meshes_write_file", handles(meshes), len(meshes), place, ctypes.byref(desc))

    @staticmethod
    def encode_frames(
        meshes: Sequence["Mesh"],
        *,
        pivot: Pivot | str = Pivot.GROUND,
        meters_per_unit: float = 0.0,
        size: float = 0.0,
        seconds: float = 0.0,
        compress: bool = False,
    ) -> bytes:
        """Returns the bytes of the file that `write_frames` writes. The parameters are the same."""
        desc = _export(
            MeshFormat.GLB, pivot, UpAxis.Y, HullNames.UNREAL, meters_per_unit, size, seconds, compress
        )
        return contents(made("att3d_meshes_encode", handles(meshes), len(meshes), ctypes.byref(desc)))

    def to_trimesh(self) -> Any:
        """Returns a copy as a `trimesh.Trimesh`, in object space. Raises ImportError without trimesh.

        It has the textures as a PBR material if the mesh has textures, and the vertex colors otherwise.
        Textures need Pillow too. The prompt is in the metadata.
        """
        return _convert.trimesh(self)

    def to_open3d(self) -> Any:
        """Returns a copy as an `open3d.geometry.TriangleMesh`, in object space. Raises ImportError without
        open3d.

        It has vertex colors, and the texture of the base color if the mesh has textures.
        """
        return _convert.open3d(self)

    def viewer(self, height: int = 400) -> Viewer:
        """Returns a 3D view of the mesh for Jupyter. The mouse turns the view.

        The notebook stores the mesh and the program that shows the mesh, together about 1 MB. height: pixels.
        """
        return Viewer(self.encode(), height, self.prompt)

    def _repr_png_(self) -> bytes:
        """Returns a picture of the mesh, which Jupyter shows."""
        return png(self.draw(384, 384))

    def __repr__(self) -> str:
        counts = f"{self._view.vertex_count} vertices, {self._view.triangle_count} triangles"
        return f"<att3d.Mesh {self.prompt!r}: {counts}>"


def _export(
    format: MeshFormat | str,
    pivot: Pivot | str,
    up_axis: UpAxis | str,
    hull_names: HullNames | str,
    meters_per_unit: float,
    size: float,
    seconds: float,
    compress: bool,
) -> s.att3d_export_desc:
    """Returns the C description of an export."""
    return s.att3d_export_desc(
        flags=_COMPRESS if compress else 0,
        format=chosen(MeshFormat, format, "format"),
        pivot=chosen(Pivot, pivot, "pivot"),
        up_axis=chosen(UpAxis, up_axis, "up_axis"),
        hull_names=chosen(HullNames, hull_names, "hull_names"),
        meters_per_unit=meters_per_unit,
        size=size,
        seconds=seconds,
    )
