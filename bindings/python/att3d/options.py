"""Options of mesh generation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from . import _callbacks as callbacks
from . import _structs as s

#: Flag ATT3D_GENERATE_DENSE.
_DENSE = 1
#: ATT3D_KEEP_ALL_COMPONENTS, a value of min_component.
_KEEP_ALL_COMPONENTS = -1.0


class GenerateKeywords(TypedDict, total=False):
    """Fields of :class:`GenerateOptions` as keywords."""

    resolution: int
    dense: bool
    texture_size: int
    triangle_budget: int
    level_count: int
    hull_count: int
    hull_vertex_count: int
    min_component: float | None
    seed: int
    memory_limit: int
    progress: Callable[[float], object] | None


@dataclass(frozen=True)
class GenerateOptions:
    """Options of mesh generation. The defaults are those of the library.

    Functions that take options also take the fields as keywords. A keyword overrides the field of the
    options: ``model.generate("a pig", resolution=64)``.

    resolution: cells along each axis of the extraction grid, 2 to 1024; 0 for 128.
    dense: whether the field is evaluated at every point of the grid. This is slow, and the mesh is the same.
    texture_size: width and height of each texture in texels, 64 to 4096; 0 for vertex colors only.
    triangle_budget: largest number of triangles, at least 4; 0 for no limit.
    level_count: further levels of detail, at most 8. Each has about half the triangles of the level before.
    hull_count: largest number of convex hulls for collision, at most 64; 0 for none. With 1, the hull
        encloses the whole mesh.
    hull_vertex_count: largest number of vertices of a hull, 8 to 255; 0 for 32.
    min_component: smallest volume of a component, as a share of the whole volume, 0 to 1. Smaller components
        are removed; the largest always stays. 0 keeps all components; None selects the default, 0.001.
    seed: variant of the prompt; 0 for the plain result. The same number always selects the same variant.
    memory_limit: largest number of bytes that surface extraction may hold; 0 for 2 GiB.
    progress: called with a fraction in [0, 1], on any thread. It stops the work if it returns a true value or
        raises an exception.
    """

    resolution: int = 0
    dense: bool = False
    texture_size: int = 0
    triangle_budget: int = 0
    level_count: int = 0
    hull_count: int = 0
    hull_vertex_count: int = 0
    min_component: float | None = None
    seed: int = 0
    memory_limit: int = 0
    progress: Callable[[float], object] | None = None

    def _with(self, keywords: GenerateKeywords, further: tuple[str, ...] = ()) -> "GenerateOptions":
        """Returns these options with other values of some fields.

        further: the other keywords of the function, for messages. Raises TypeError for an unknown field.
        """
        if not keywords:
            return self
        known = [field.name for field in dataclasses.fields(self)]
        unknown = [name for name in keywords if name not in known]
        if unknown:
            expected = ", ".join((*known, *further))
            raise TypeError(f"there is no option {unknown[0]!r}; expected one of {expected}")
        return dataclasses.replace(self, **keywords)

    def _desc(self, can_stop: bool = False) -> s.att3d_generate_desc:
        """Returns the C description, for one call, which releases the progress function.

        can_stop: whether the call can be stopped even if there is no progress function.
        """
        desc = s.att3d_generate_desc(
            flags=_DENSE if self.dense else 0,
            resolution=self.resolution,
            texture_size=self.texture_size,
            triangle_budget=self.triangle_budget,
            level_count=self.level_count,
            hull_count=self.hull_count,
            hull_vertex_count=self.hull_vertex_count,
            min_component=_KEEP_ALL_COMPONENTS if self.min_component == 0 else self.min_component or 0.0,
            seed=self.seed,
            memory_limit=self.memory_limit,
        )
        if self.progress is not None or can_stop:
            callbacks.watch(desc, self.progress)
        return desc


#: Options with the library's defaults.
DEFAULTS = GenerateOptions()
