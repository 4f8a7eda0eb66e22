"""Latents: text embeddings of prompts."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from numbers import Real
from typing import TYPE_CHECKING

from . import _structs as s
from ._library import Handle, Owner, call, encoded, handles, made
from ._running import run
from .field import Field
from .job import Job, take_mesh, take_meshes
from .mesh import Mesh
from .options import DEFAULTS, GenerateKeywords, GenerateOptions
from .reading import Reading
from .shape import Shape

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Latent(Owner):
    """The text embedding of a prompt, or a mix of several text embeddings.

    Latents of one model are added, subtracted and multiplied by numbers: ``0.3 * a + 0.7 * b`` is the same
    latent as ``Latent.mix([(a, 0.3), (b, 0.7)])``. The weights of a latent that makes a mesh should sum to 1,
    as in ``pig + (tall_chair - chair)``.
    """

    # NumPy numbers leave the arithmetic to this class.
    __array_ufunc__ = None

    def __init__(self, handle: int, parts: "tuple[tuple[Handle, float], ...]" = ()):
        own = Handle("latent", handle)
        self._handle = own
        #: Latents of which this latent is the weighted sum. A sum of sums is computed from them in one step.
        self._parts = parts or ((own, 1.0),)

    @classmethod
    def mix(cls, parts: Sequence[tuple["Latent", float]]) -> "Latent":
        """Returns a mix of latents of one model: their weighted sum.

        parts: 1 to 1024 pairs of a latent and a weight. Weights are from -1000 to 1000 and should sum to 1.
        """
        return cls._sum([(latent._open(), weight) for latent, weight in parts])

    @classmethod
    def _sum(cls, parts: "Sequence[tuple[Handle, float]]") -> "Latent":
        """Returns the weighted sum of latents, given by their handles."""
        weights = (ctypes.c_float * len(parts))(*(weight for _, weight in parts))
        array = (ctypes.c_void_p * len(parts))(*(handle.value for handle, _ in parts))
        return cls(made("att3d_latent_mix", array, weights, len(parts)), tuple(parts))

    def __mul__(self, weight: float) -> "Latent":
        """Multiplies the latent by a number. Raises INVALID_ARGUMENT for a weight out of -1000 to 1000."""
        if not isinstance(weight, Real):
            return NotImplemented
        self._open()
        return Latent._sum([(handle, part * float(weight)) for handle, part in self._parts])

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> "Latent":
        """Divides the latent by a number."""
        if not isinstance(divisor, Real):
            return NotImplemented
        return self * (1.0 / float(divisor))

    def __neg__(self) -> "Latent":
        """Multiplies the latent by -1."""
        return self * -1.0

    def __add__(self, other: "Latent") -> "Latent":
        """Adds a latent of the same model. Raises INVALID_ARGUMENT for a latent of another model."""
        if not isinstance(other, Latent):
            return NotImplemented
        self._open()
        other._open()
        weights: dict[Handle, float] = {}
        for handle, weight in (*self._parts, *other._parts):
            weights[handle] = weights.get(handle, 0.0) + weight
        return Latent._sum(list(weights.items()))

    def __radd__(self, other: object) -> "Latent":
        """Adds the latent to 0, with which `sum` begins."""
        return self if isinstance(other, Real) and other == 0 else NotImplemented

    def __sub__(self, other: "Latent") -> "Latent":
        """Subtracts a latent of the same model."""
        return self + -other if isinstance(other, Latent) else NotImplemented

    @classmethod
    def between(cls, first: "Latent", second: "Latent", at: float) -> "Latent":
        """Returns the linear interpolation between two latents. at: 0 for the first, 1 for the second."""
        return cls.mix([(first, 1.0 - at), (second, at)])

    @staticmethod
    def frames(
        latents: Sequence["Latent"],
        options: GenerateOptions = DEFAULTS,
        **keywords: "Unpack[GenerateKeywords]",
    ) -> list[Mesh]:
        """Generates one mesh per latent, such as the frames of an interpolation.

        `between` makes the latents between two prompts, and `Mesh.write_frames` writes the meshes as an
        animation. latents: 1 to 1024 of one model. options, keywords: :class:`GenerateOptions` of every mesh.
        """
        array, found = handles(latents), (ctypes.c_void_p * len(latents))()
        desc = options._with(keywords)._desc(can_stop=True)
        run(lambda: call("att3d_generate_frames", array, len(latents), ctypes.byref(desc), found), desc)
        return [Mesh(handle or 0) for handle in found]

    @staticmethod
    def start_frames(
        latents: Sequence["Latent"],
        options: GenerateOptions = DEFAULTS,
        **keywords: "Unpack[GenerateKeywords]",
    ) -> Job[list[Mesh]]:
        """Starts `frames` on a thread of the library, and returns immediately."""
        array, desc = handles(latents), options._with(keywords)._desc()
        handle = made("att3d_job_generate_frames", array, len(latents), ctypes.byref(desc))
        return Job(handle, take_meshes, desc.held)

    @staticmethod
    def morph(
        latents: Sequence["Latent"],
        options: GenerateOptions = DEFAULTS,
        *,
        bound: float = 0.0,
        step_count: int = 0,
        **keywords: "Unpack[GenerateKeywords]",
    ) -> Mesh:
        """Generates the first latent's mesh and moves its vertices to the surface of each further latent
        (`Mesh.target`).

        latents: 2 to 64 of one model. options, keywords: :class:`GenerateOptions` of the first mesh. bound:
        largest deviation of the morphed mesh from a keyframe's surface, in object space; 0 for 0.02.
        step_count: fields from one latent to the next, at most 1000; 0 for 16. Raises UNSUPPORTED if a
        keyframe's surface cannot be reached.
        """
        array, morph = handles(latents), s.att3d_morph_desc(step_count=step_count, bound=bound)
        desc = options._with(keywords, ("bound", "step_count"))._desc(can_stop=True)
        arguments = (array, len(latents), ctypes.byref(desc), ctypes.byref(morph))
        return Mesh(run(lambda: made("att3d_morph", *arguments), desc))

    @staticmethod
    def start_morph(
        latents: Sequence["Latent"],
        options: GenerateOptions = DEFAULTS,
        *,
        bound: float = 0.0,
        step_count: int = 0,
        **keywords: "Unpack[GenerateKeywords]",
    ) -> Job[Mesh]:
        """Starts `morph` on a thread of the library, and returns immediately."""
        array, morph = handles(latents), s.att3d_morph_desc(step_count=step_count, bound=bound)
        desc = options._with(keywords, ("bound", "step_count"))._desc()
        arguments = (array, len(latents), ctypes.byref(desc), ctypes.byref(morph))
        return Job(made("att3d_job_morph", *arguments), take_mesh, desc.held)

    def with_offset(self, path: "str | os.PathLike[str]") -> "Latent":
        """Returns this latent with an offset of ``att3d-train refine`` added.

        path: the file. The result has the prompt and the reading of this latent. Raises INVALID_ARGUMENT for
        an offset of another model, FORMAT for a file that is not an offset, and IO if it cannot be read.
        """
        place = encoded(os.fspath(path), "the path")
        return Latent(made("att3d_latent_add_offset", self._open().value, place))

    @property
    def reading(self) -> Reading:
        """Returns what was understood of the prompt. A mix has one reading of all its prompts together."""
        return Reading._of("att3d_latent_get_reading", self._handle.value)

    @property
    def left_out(self) -> list[str]:
        """Returns the words of the prompt that were left out, as they were typed: `reading.left_out`."""
        return self.reading.left_out

    @property
    def replaced(self) -> dict[str, str]:
        """Returns the replaced words of the prompt, each with the known word: `reading.replaced`."""
        return self.reading.replaced

    def field(self, shape: Shape | None = None) -> Field:
        """Makes the latent's field. Raises UNSUPPORTED if there is a shape and the model takes no shape."""
        return Field(
            made("att3d_field_from_latent", self._handle.value, shape._handle.value if shape else None)
        )

    @staticmethod
    def fields(latents: Sequence["Latent"], shape: Shape | None = None) -> list[Field]:
        """Makes one field per latent, in forward passes of at most 8 latents.

        latents: 1 to 1024 of one model. shape: shape for all fields; None for none.
        """
        found = (ctypes.c_void_p * len(latents))()
        shape_handle = shape._handle.value if shape else None
        call("att3d_fields_from_latents", handles(latents), len(latents), shape_handle, found)
        return [Field(handle or 0) for handle in found]

    def generate(self, options: GenerateOptions = DEFAULTS, **keywords: "Unpack[GenerateKeywords]") -> Mesh:
        """Generates the latent's mesh.

        Raises INVALID_ARGUMENT if the seed is not 0, unless the model is a diffusion model.
        options, keywords: :class:`GenerateOptions`.
        """
        handle, desc = self._handle.value, options._with(keywords)._desc(can_stop=True)
        return Mesh(run(lambda: made("att3d_generate_from_latent", handle, ctypes.byref(desc)), desc))

    def start(self, options: GenerateOptions = DEFAULTS, **keywords: "Unpack[GenerateKeywords]") -> Job[Mesh]:
        """Starts `generate` on a thread of the library, and returns immediately."""
        handle, desc = self._handle.value, options._with(keywords)._desc()
        return Job(made("att3d_job_generate_from_latent", handle, ctypes.byref(desc)), take_mesh, desc.held)
