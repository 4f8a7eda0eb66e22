"""A package, ready to run."""

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass

from . import _structs as s
from ._library import Handle, Owner, call, encoded, lines, made, pairs, text
from ._running import run
from ._types import Capability
from .job import Job
from .latent import Latent
from .live import Live
from .mesh import Mesh
from .options import GenerateOptions
from .reading import Reading

#: ATT3D_RESTYLE_...
_UNWRAP = 1
#: ATT3D_READ_...
_CHANGE = 1


@dataclass(frozen=True)
class ModelInfo:
    """What a model is."""

    format_version: int
    capabilities: Capability
    word_count: int
    context_length: int
    metres_per_unit: float
    parameter_count: int


class Model(Owner):
    """A package, ready to run."""

    def __init__(self, handle: int):
        self._handle = Handle("model", handle)

    def generate(self, prompt: str, options: GenerateOptions = GenerateOptions()) -> Mesh:
        """A prompt's mesh."""
        handle, prompt_bytes, desc = self._handle.value, encoded(prompt, "the prompt"), options._desc(can_stop=True)
        return Mesh(run(lambda: made("att3d_generate", handle, prompt_bytes, ctypes.byref(desc)), desc))

    def embed_variant(self, prompt: str, seed: int) -> Latent:
        """A variant of a prompt's embedding: another for each seed, the same each time; 0 is the plain prompt."""
        arguments = (encoded(prompt, "the prompt"), s.whole(seed, ctypes.c_uint64, "seed"))
        return Latent(made("att3d_latent_from_variant", self._handle.value, *arguments))

    def restyle(
        self,
        path: str | os.PathLike[str],
        prompt: str,
        out_path: str | os.PathLike[str],
        options: GenerateOptions = GenerateOptions(),
        unwrap: bool = False,
    ) -> None:
        """Writes a GLB with the prompt's colours on the geometry of another, which is kept byte for byte. options: its texture_size (0 for
        1024) and progress; unwrap: makes new texture coordinates though the file has some."""
        files = [encoded(os.fspath(file), what) for file, what in ((path, "the path"), (out_path, "the out_path"))]
        handle, words, flags = self._handle.value, encoded(prompt, "the prompt"), _UNWRAP if unwrap else 0
        desc = options._desc(can_stop=True)
        run(lambda: call("att3d_restyle_file", handle, files[0], words, ctypes.byref(desc), flags, files[1]), desc)

    def start(self, prompt: str, options: GenerateOptions = GenerateOptions()) -> Job:
        """As `generate`, on a thread of the library."""
        handle, words, desc = self._handle.value, encoded(prompt, "the prompt"), options._desc()
        return Job(made("att3d_job_start", handle, words, ctypes.byref(desc)), desc.held)

    def embed(self, prompt: str) -> Latent:
        """A prompt's embedding."""
        return Latent(made("att3d_latent_from_prompt", self._handle.value, encoded(prompt, "the prompt")))

    def embed_all(self, prompts: Sequence[str]) -> list[Latent]:
        """Those of several, in one batch."""
        texts = (ctypes.c_char_p * len(prompts))(*(encoded(prompt, "a prompt") for prompt in prompts))
        found = (ctypes.c_void_p * len(prompts))()
        call("att3d_latent_from_prompts", self._handle.value, texts, len(prompts), found)
        return [Latent(handle or 0) for handle in found]

    def live(self, options: GenerateOptions = GenerateOptions()) -> Live:
        """A session for sliders and text fields."""
        return Live(made("att3d_live_create", self._handle.value, ctypes.byref(options._desc())))

    @property
    def info(self) -> ModelInfo:
        """What it is."""
        info = s.att3d_model_info()
        call("att3d_model_get_info", self._handle.value, ctypes.byref(info))
        return ModelInfo(
            info.format_version,
            Capability(info.capabilities),
            info.word_count,
            info.context_length,
            info.metres_per_unit,
            info.parameter_count,
        )

    @property
    def name(self) -> str:
        """Its name."""
        return text("att3d_model_get_name", self._handle.value)

    @property
    def license(self) -> str:
        """The SPDX expression of its weights."""
        return text("att3d_model_get_license", self._handle.value)

    @property
    def digest(self) -> str:
        """24 hexadecimal digits that tell versions apart."""
        return text("att3d_model_get_digest", self._handle.value)

    @property
    def words(self) -> list[str]:
        """The words that it knows; empty for models that spell any word out of pieces."""
        return lines("att3d_model_get_words", self._handle.value)

    @property
    def word_groups(self) -> dict[str, list[str]]:
        """What it knows, by group: "furniture" with "chair" and others; empty where its package does not say."""
        groups: dict[str, list[str]] = {}
        for group, phrase in pairs(lines("att3d_model_get_word_groups", self._handle.value)):
            groups.setdefault(group, []).append(phrase)
        return groups

    def read(self, prompt: str, is_change: bool = False) -> Reading:
        """What is understood of a prompt, without running a network. is_change: a shape is given beside it, so that "made of gold" is enough.
        Raises PROMPT where the prompt names no thing that the model knows."""
        handle = made("att3d_model_read", self._handle.value, encoded(prompt, "the prompt"), _CHANGE if is_change else 0)
        return Reading._of(Handle("reading", handle))

    def unload(self) -> None:
        """Lets go of the weights though others still name the model; what needs them raises UNLOADED from here on."""
        call("att3d_model_unload", self._handle.value)
