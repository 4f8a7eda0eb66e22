"""How a mesh is made."""

from collections.abc import Callable
from dataclasses import dataclass

from . import _callbacks as callbacks
from . import _structs as s

#: ATT3D_GENERATE_...
_DENSE, _HULL, _ALL_COMPONENTS = 1, 2, 4


@dataclass(frozen=True)
class GenerateOptions:
    """How a mesh is made; the default is the library's.

    resolution: cells along each side of the box, 2 to 1024; 0 for 128.
    dense: asks every point of the grid; slow, the mesh is the same.
    memory_limit: most bytes that extraction may hold; 0 for the library's own.
    texture_size: texels along a side of the mesh's textures, 64 to 4096; 0 for colours of the vertices alone.
    triangle_budget: most triangles, 4 and more; 0 for all that are found.
    level_count: further levels of detail, each of half the triangles of the one before; at most 8.
    hull: makes a convex hull for collisions, or several.
    min_component: share of the volume, 0 to 1, below which a component of the surface is removed; None for the library's own, 0 keeps all.
    hull_vertex_count: most vertices of a hull, 8 to 255; 0 for 32.
    hull_count: most hulls, 1 to 64; 0 for 1, the hull of the whole mesh.
    seed: which variant of a prompt: another for each number, the same each time; 0 is the plain answer.
    progress: called with a fraction in [0, 1] on threads of the library; what it returns, if true, or raises, stops the work.
    """

    resolution: int = 0
    dense: bool = False
    memory_limit: int = 0
    progress: Callable[[float], object] | None = None
    texture_size: int = 0
    triangle_budget: int = 0
    level_count: int = 0
    hull: bool = False
    seed: int = 0
    min_component: float | None = None
    hull_vertex_count: int = 0
    hull_count: int = 0

    def _desc(self, can_stop: bool = False) -> s.att3d_generate_desc:
        """Returns the options as C has them, for one call, which releases the function. can_stop: the call can be stopped although there is no
        progress function."""
        desc = s.att3d_generate_desc(
            resolution=self.resolution,
            flags=(_DENSE if self.dense else 0)
            | (_HULL if self.hull else 0)
            | (_ALL_COMPONENTS if self.min_component == 0 else 0),
            min_component=self.min_component or 0,
            hull_vertex_count=self.hull_vertex_count,
            hull_count=self.hull_count,
            memory_limit=self.memory_limit,
            seed=self.seed,
            texture_size=self.texture_size,
            triangle_budget=self.triangle_budget,
            level_count=self.level_count,
        )
        if self.progress is not None or can_stop:
            callbacks.watch(desc, self.progress)
        return desc
