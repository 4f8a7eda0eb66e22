"""Latents: text embeddings of prompts."""

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
    """The text embedding of a prompt, or a mix of several."""

    def __init__(self, handle: int):
        self._handle = Handle("latent", handle)

    @classmethod
    def mix(cls, parts: Sequence[tuple["Latent", float]]) -> "Latent":
        """Interpolates between latents of one model: returns the sum of weight times latent.

        parts: 1 to 1024. Weights are from -1000 to 1000 and should sum to 1.
        """
        handles = (ctypes.c_void_p * len(parts))(*(latent._handle.value for latent, _ in parts))
        weights = (ctypes.c_float * len(parts))(*(weight for _, weight in parts))
        return cls(made("att3d_latent_mix", handles, weights, len(parts)))

    @classmethod
    def between(cls, first: "Latent", second: "Latent", at: float) -> "Latent":
        """Returns the linear interpolation between two latents. at: 0 for the first, 1 for the second."""
        return cls.mix([(first, 1.0 - at), (second, at)])

    @staticmethod
    def morph(
        latents: Sequence["Latent"], options: GenerateOptions = GenerateOptions(), bound: float = 0.0, steps: int = 0
    ) -> Mesh:
        """Makes the first latent's mesh, and moves its vertices to the surface of each further latent
        (`Mesh.target`).

        latents: 2 to 64 of one model. bound: the largest distance that parts of a shape may have from the
        morphed mesh, in object space; 0 for the library's default. steps: the number of fields between two
        latents; 0 for the library's default. Raises UNSUPPORTED if a shape cannot be reached.
        """
        handles = (ctypes.c_void_p * len(latents))(*(latent._handle.value for latent in latents))
        morph = s.att3d_morph_desc(step_count=steps, bound=bound)
        desc = options._desc(can_stop=True)
        arguments = (handles, len(latents), ctypes.byref(desc), ctypes.byref(morph))
        return Mesh(run(lambda: made("att3d_generate_morph", *arguments), desc))

    @property
    def unknown_words(self) -> list[str]:
        """Returns the words that the model does not know and left out, as they were typed."""
        return lines("att3d_latent_get_unknown_words", self._handle.value)

    @property
    def replaced_words(self) -> dict[str, str]:
        """Returns the words that were read as known words: the known word by the typed word."""
        return dict(pairs(lines("att3d_latent_get_replaced_words", self._handle.value)))

    def field(self, shape: Shape | None = None) -> Field:
        """Makes the latent's field. Raises UNSUPPORTED for a shape if the model takes none."""
        return Field(made("att3d_field_from_latent", self._handle.value, shape._handle.value if shape else None))

    @staticmethod
    def fields(latents: Sequence["Latent"], shape: Shape | None = None) -> list[Field]:
        """Makes the fields of 1 to 1024 latents of one model, up to 8 in a forward pass.

        shape: used for all of them.
        """
        handles = (ctypes.c_void_p * len(latents))(*(latent._handle.value for latent in latents))
        found = (ctypes.c_void_p * len(latents))()
        call("att3d_field_from_latents", handles, len(latents), shape._handle.value if shape else None, found)
        return [Field(handle or 0) for handle in found]

    def generate(self, options: GenerateOptions = GenerateOptions()) -> Mesh:
        """Makes the latent's mesh. Raises INVALID_ARGUMENT for a seed that is not 0."""
        handle, desc = self._handle.value, options._desc(can_stop=True)
        return Mesh(run(lambda: made("att3d_generate_from_latent", handle, ctypes.byref(desc)), desc))

    def start(self, options: GenerateOptions = GenerateOptions()) -> Job:
        """Starts to make the latent's mesh on a thread of the library, and returns at once."""
        handle, desc = self._handle.value, options._desc()
        return Job(made("att3d_job_start_latent", handle, ctypes.byref(desc)), desc.held)
