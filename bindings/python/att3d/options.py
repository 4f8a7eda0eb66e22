"""Options for making a mesh."""

from collections.abc import Callable
from dataclasses import dataclass

from . import _callbacks as callbacks
from . import _structs as s

#: Flags ATT3D_GENERATE_...
_DENSE, _HULL, _ALL_COMPONENTS = 1, 2, 4


@dataclass(frozen=True)
class GenerateOptions:
    """Options for making a mesh. The defaults are those of the library.

    resolution: cells along each side of the bounding box, 2 to 1024; 0 for 128.
    dense: whether the field is evaluated at every point of the grid. This is slow, and the mesh is the same.
    memory_limit: largest number of bytes that extraction may hold; 0 for 2 GiB.
    texture_size: texels along a side of each texture, 64 to 4096; 0 for vertex colors only.
    triangle_budget: largest number of triangles, at least 4; 0 for no limit.
    level_count: further levels of detail, at most 8. Each has half the triangles of the level before it.
    hull: whether convex hulls for collisions are made.
    min_component: share of the volume, 0 to 1, below which a component of the surface is removed. 0 keeps all
        components; None selects the library's default.
    hull_vertex_count: largest number of vertices of a hull, 8 to 255; 0 for 32.
    hull_count: largest number of hulls, 1 to 64; 0 for 1, the hull of the whole mesh.
    seed: variant of a prompt. The same seed gives the same variant, and 0 is the plain prompt.
    progress: called with a fraction in [0, 1], on threads of the library. It stops the work by returning a
        true value or by raising.
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
        """Returns the C description, for one call, which releases the progress function.

        can_stop: whether the call can be stopped although there is no progress function.
        """
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
