"""Embeddings of prompts."""

import ctypes
from collections.abc import Sequence

from . import _structs as s
from ._library import Handle, Owner, call, lines, made, pairs
from ._running import run
from .field import Field
from .job import Job
from .mesh import Mesh
from .options import GenerateOptions
from .shape import Shape


class Latent(Owner):
    """A prompt's embedding, or a mix of several."""

    def __init__(self, handle: int):
        self._handle = Handle("latent", handle)

    @classmethod
    def mix(cls, parts: Sequence[tuple["Latent", float]]) -> "Latent":
        """The sum of weight times latent: interpolation. Weights should sum to 1."""
        handles = (ctypes.c_void_p * len(parts))(*(latent._handle.value for latent, _ in parts))
        weights = (ctypes.c_float * len(parts))(*(weight for _, weight in parts))
        return cls(made("att3d_latent_mix", handles, weights, len(parts)))

    @classmethod
    def between(cls, first: "Latent", second: "Latent", at: float) -> "Latent":
        """A step from one prompt, at 0, to another, at 1."""
        return cls.mix([(first, 1.0 - at), (second, at)])

    @staticmethod
    def morph(
        latents: Sequence["Latent"], options: GenerateOptions = GenerateOptions(), bound: float = 0.0, steps: int = 0
    ) -> Mesh:
        """The first latent's mesh, its vertices moved to the surface of each further one: mesh.target. bound: how far parts of a shape
        may stay from the moved mesh, object space; steps: fields between two latents; 0 for the library's own."""
        handles = (ctypes.c_void_p * len(latents))(*(latent._handle.value for latent in latents))
        morph = s.att3d_morph_desc(step_count=steps, bound=bound)
        desc = options._desc(can_stop=True)
        arguments = (handles, len(latents), ctypes.byref(desc), ctypes.byref(morph))
        return Mesh(run(lambda: made("att3d_generate_morph", *arguments), desc))

    @property
    def unknown_words(self) -> list[str]:
        """Words that the model does not know and left out, as they were typed."""
        return lines("att3d_latent_get_unknown_words", self._handle.value)

    @property
    def replaced_words(self) -> dict[str, str]:
        """Words that the model read as ones that it knows: as typed, and the known one."""
        return dict(pairs(lines("att3d_latent_get_replaced_words", self._handle.value)))

    def field(self, shape: Shape | None = None) -> Field:
        """Its field."""
        return Field(made("att3d_field_from_latent", self._handle.value, shape._handle.value if shape else None))

    @staticmethod
    def fields(latents: Sequence["Latent"], shape: Shape | None = None) -> list[Field]:
        """Fields of latents of one model, all in one forward pass."""
        handles = (ctypes.c_void_p * len(latents))(*(latent._handle.value for latent in latents))
        found = (ctypes.c_void_p * len(latents))()
        call("att3d_field_from_latents", handles, len(latents), shape._handle.value if shape else None, found)
        return [Field(handle or 0) for handle in found]

    def generate(self, options: GenerateOptions = GenerateOptions()) -> Mesh:
        """Its mesh."""
        handle, desc = self._handle.value, options._desc(can_stop=True)
        return Mesh(run(lambda: made("att3d_generate_from_latent", handle, ctypes.byref(desc)), desc))

    def start(self, options: GenerateOptions = GenerateOptions()) -> Job:
        """As `generate`, on a thread of the library."""
        handle, desc = self._handle.value, options._desc()
        return Job(made("att3d_job_start_latent", handle, ctypes.byref(desc)), desc.held)
