# SPDX-License-Identifier: GPL-3.0-or-later
"""The meshes of a live session: prepared on a separate thread, and written to Blender's mesh at once.

The steps that do not need Blender's data run on that thread: the conversion of coordinates and colors, and the
computation of the edges.
"""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import bpy
import numpy as np

from . import materials, meshes
from .meshes import Bounds, Frame

#: Linear values of 1024 equally spaced sRGB values.
_LINEAR = meshes.linear(np.linspace(0.0, 1.0, 1024))
#: Seconds between two checks of a session.
_PAUSE = 0.002
#: Largest number of vertices whose indices have 16 bits. NumPy sorts such indices several times faster than longer
#: ones.
_MOST = 1 << 16


@dataclass(frozen=True)
class Draft:
    """A mesh of the library in the form in which Blender's attributes take it.

    bounds: in object space. positions: [n, 3] f32 from the center of the bottom, Z up, in units of object space.
    corners: [3 m] i32 vertex of each corner. edges: [e, 2] i32 vertices of each edge, and edge_of_corner: [3 m]
    i32; both are None if Blender must find the edges. colors: [n, 4] f32, linear; empty if the mesh has none.
    values: further attributes of the vertices by name, [n] f32. factors: metallic and roughness, as
    `materials.factors_of` returns them.
    """

    bounds: Bounds
    positions: np.ndarray
    corners: np.ndarray
    edges: np.ndarray | None
    edge_of_corner: np.ndarray | None
    colors: np.ndarray
    values: dict[str, np.ndarray]
    factors: tuple[float, float]

    @classmethod
    def of(cls, source: object) -> "Draft":
        """Converts a mesh of the library. Any thread; it does not use Blender's data."""
        positions, triangles, columns = source.positions, source.triangles, source.materials
        info = source.info
        bounds = Bounds(info.minimum, info.maximum)
        edges, edge_of_corner = edges_of(triangles, len(positions)) or (None, None)
        values = {}
        if len(columns):
            values = {name: np.ascontiguousarray(columns[:, index]) for index, name in enumerate(("metallic", "roughness"))}
        return cls(
            bounds=bounds,
            positions=meshes.to_blender(positions - np.float32(Frame.on_the_ground(bounds, 1.0).origin)),
            corners=np.ascontiguousarray(triangles).reshape(-1).view(np.int32),
            edges=edges,
            edge_of_corner=edge_of_corner,
            colors=_painted(source.colors),
            values=values,
            factors=materials.factors_of(source),
        )

    def write(self, target: bpy.types.Mesh, frame: Frame) -> None:
        """Replaces the contents of a mesh: vertices, edges, triangles, colors, metallic and roughness.

        Blender computes smooth normals itself, because that takes less time than writing those of the library.
        frame: a frame that puts the mesh on the ground and does not mirror it.
        """
        count = len(self.corners) // 3
        target.clear_geometry()
        target.vertices.add(len(self.positions))
        target.loops.add(3 * count)
        target.polygons.add(count)
        # These attributes copy whole arrays. The older properties (`vertices`, `loops`) copy element by element.
        _set(target, "position", "vector", frame.scaled(self.positions))
        _set(target, ".corner_vert", "value", self.corners)
        target.polygons.foreach_set("loop_start", np.arange(0, 3 * count, 3, dtype=np.int32))
        if self.edges is not None:
            target.edges.add(len(self.edges))
            _set(target, ".edge_verts", "value", self.edges)
            _set(target, ".corner_edge", "value", self.edge_of_corner)
        if len(self.colors):
            # Blender copies floats at once, but converts bytes one by one.
            target.color_attributes.new(materials.COLOR, "FLOAT_COLOR", "POINT")
            _set(target, materials.COLOR, "color", self.colors)
        for name, values in self.values.items():
            target.attributes.new(name, "FLOAT", "POINT")
            _set(target, name, "value", values)
        # `update` finds the edges if none were written.
        target.update()


class Receiver:
    """Takes the meshes of a session and prepares them, on a separate thread.

    The thread takes each mesh as soon as it is ready. If the main thread took it, the mesh could be shown only two
    iterations of Blender's main loop later, and an iteration may draw the window.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "att3d: Live")
        self._session: object = None
        #: Whether a request was sent for which the thread has not been started yet.
        self._is_asked = False
        #: The work of the thread, and its session.
        self._work: tuple[Future[Draft | None], object] | None = None
        self._lock = threading.Lock()
        #: Whether the thread has taken a mesh. Changed under the lock.
        self._holds = False

    def expect(self, session: object) -> None:
        """Notes that a request was sent to a session. Meshes of an earlier session are dropped from now on."""
        self._session, self._is_asked = session, True

    @property
    def is_busy(self) -> bool:
        """Whether a mesh may still arrive."""
        return self._is_asked or self._work is not None

    @property
    def holds(self) -> bool:
        """Whether a mesh has arrived that `take` has not returned yet."""
        return self._holds

    def take(self, is_forced: bool = False) -> Draft | None:
        """Returns the newest mesh that is prepared, or None.

        is_forced: includes a mesh that has arrived and is not prepared yet. The call then waits until it is.
        """
        found = None
        while True:
            if self._work is None and self._is_asked:
                self._is_asked = False
                self._work = self._thread.submit(self._next, self._session), self._session
            with self._lock:
                holds = self._holds
                mesh = self._session.take() if is_forced and not holds and self._session is not None else None
            if mesh is not None:
                found = Draft.of(mesh)
            if self._work is None or not (self._work[0].done() or (is_forced and holds)):
                return found
            # A failure of the preparation must not be raised again by the next call.
            (work, session), self._work = self._work, None
            try:
                draft = work.result()
            finally:
                self._holds = False
            if draft is not None and session is self._session:
                # A newer request may be unanswered, so the next call starts the thread again.
                found, self._is_asked = draft, True

    def _next(self, session: object) -> Draft | None:
        """Waits for the next mesh of a session, and prepares it. Returns None if all requests are answered."""
        while session is self._session:
            is_answered = session.wait(_PAUSE)
            with self._lock:
                mesh = session.take()
                self._holds = mesh is not None
            if mesh is not None:
                return Draft.of(mesh)
            if is_answered:
                break
        return None

    def close(self) -> None:
        """Ends the thread when its current step is done."""
        self._session = None
        self._thread.shutdown(wait=False, cancel_futures=True)


def _set(target: bpy.types.Mesh, name: str, field: str, values: np.ndarray) -> None:
    target.attributes[name].data.foreach_set(field, values.reshape(-1))


def _painted(colors: np.ndarray) -> np.ndarray:
    """Converts colors, [n, 3] sRGB, to [n, 4] linear ones."""
    painted = np.ones((len(colors), 4), np.float32)
    painted[:, :3] = _LINEAR[(colors * np.float32(len(_LINEAR) - 1)).astype(np.uint16)]
    return painted


def edges_of(triangles: np.ndarray, vertices: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Returns the edges of a closed surface, [e, 2] i32, and the edge after each corner, [3 m] i32.

    In a closed surface, each edge is a side of two triangles. In one of them, the side leads to the vertex with the
    higher index, in the other to the vertex with the lower index. If the sides of each
    direction are sorted by their vertices, the result is therefore two equal lists, and each is the list of the
    edges. Returns None if the lists differ or have duplicates, for example where four triangles meet at an edge, and for more than 65,536 vertices.
    triangles: [m, 3] u32.
    """
    if vertices > _MOST or not len(triangles):
        return None
    start = triangles.reshape(-1).astype(np.uint16)
    end = triangles[:, [1, 2, 0]].reshape(-1).astype(np.uint16)
    is_up = start < end
    lists = []
    for sides, low, high in ((np.flatnonzero(is_up), start, end), (np.flatnonzero(~is_up), end, start)):
        sides = sides[np.argsort(high[sides], kind="stable")]
        sides = sides[np.argsort(low[sides], kind="stable")]
        lists.append((sides, low[sides], high[sides]))
    (up, low, high), (down, *same) = lists
    if not (np.array_equal(low, same[0]) and np.array_equal(high, same[1])):
        return None
    if ((low[1:] == low[:-1]) & (high[1:] == high[:-1])).any():
        return None
    edge_of_corner = np.empty(len(start), np.int32)
    edge_of_corner[up] = edge_of_corner[down] = np.arange(len(up), dtype=np.int32)
    return np.stack([low, high], axis=1).astype(np.int32), edge_of_corner
