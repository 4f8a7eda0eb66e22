"""Models: packages that are loaded into a context."""

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

#: Flag ATT3D_RESTYLE_UNWRAP.
_UNWRAP = 1
#: Flag ATT3D_READ_CHANGE.
_CHANGE = 1


@dataclass(frozen=True)
class ModelInfo:
    """Capabilities and sizes of a model.

    format_version: of the package. word_count: known words; 0 without Capability.WORDS. context_length:
    tokens that a prompt may have, with start and end. metres_per_unit: meters for one unit of object space.
    """

    format_version: int
    capabilities: Capability
    word_count: int
    context_length: int
    metres_per_unit: float
    parameter_count: int


class Model(Owner):
    """A package that is loaded into a context."""

    def __init__(self, handle: int):
        self._handle = Handle("model", handle)

    def generate(self, prompt: str, options: GenerateOptions = GenerateOptions()) -> Mesh:
        """Makes a prompt's mesh. Raises PROMPT if the model cannot read the prompt."""
        handle, prompt_bytes, desc = self._handle.value, encoded(prompt, "the prompt"), options._desc(can_stop=True)
        return Mesh(run(lambda: made("att3d_generate", handle, prompt_bytes, ctypes.byref(desc)), desc))

    def embed_variant(self, prompt: str, seed: int) -> Latent:
        """Encodes a variant of a prompt. The same seed gives the same variant, and 0 is the plain prompt.

        Raises UNSUPPORTED for another seed if the model lacks Capability.SEEDS.
        """
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
        """Writes a GLB with a prompt's colors on the geometry of a glTF file, whose geometry data stay byte
        for byte.

        path: a .glb or .gltf file. out_path: the file to write; it may be the same. options: texture_size (0
        for 1024) and progress are used. unwrap: whether new texture coordinates are made although the file
        has some.
        """
        files = [encoded(os.fspath(file), what) for file, what in ((path, "the path"), (out_path, "the out_path"))]
        handle, words, flags = self._handle.value, encoded(prompt, "the prompt"), _UNWRAP if unwrap else 0
        desc = options._desc(can_stop=True)
        run(lambda: call("att3d_restyle_file", handle, files[0], words, ctypes.byref(desc), flags, files[1]), desc)

    def start(self, prompt: str, options: GenerateOptions = GenerateOptions()) -> Job:
        """Starts to make a prompt's mesh on a thread of the library, and returns at once.

        A prompt that the model cannot read is the job's failure.
        """
        handle, words, desc = self._handle.value, encoded(prompt, "the prompt"), options._desc()
        return Job(made("att3d_job_start", handle, words, ctypes.byref(desc)), desc.held)

    def embed(self, prompt: str) -> Latent:
        """Encodes a prompt. Raises PROMPT if the model cannot read it."""
        return Latent(made("att3d_latent_from_prompt", self._handle.value, encoded(prompt, "the prompt")))

    def embed_all(self, prompts: Sequence[str]) -> list[Latent]:
        """Encodes 1 to 1024 prompts in one batch. Raises PROMPT if the model cannot read one of them."""
        texts = (ctypes.c_char_p * len(prompts))(*(encoded(prompt, "a prompt") for prompt in prompts))
        found = (ctypes.c_void_p * len(prompts))()
        call("att3d_latent_from_prompts", self._handle.value, texts, len(prompts), found)
        return [Latent(handle or 0) for handle in found]

    def live(self, options: GenerateOptions = GenerateOptions()) -> Live:
        """Starts a session that follows a text field or a slider.

        options: for every mesh; progress is not called.
        """
        return Live(made("att3d_live_create", self._handle.value, ctypes.byref(options._desc())))

    @property
    def info(self) -> ModelInfo:
        """Returns the model's capabilities and sizes."""
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
        """Returns the model's name."""
        return text("att3d_model_get_name", self._handle.value)

    @property
    def license(self) -> str:
        """Returns the license of the weights, as an SPDX expression."""
        return text("att3d_model_get_license", self._handle.value)

    @property
    def digest(self) -> str:
        """Returns a hash of the package, 24 hexadecimal digits.

        Models with equal digests make equal meshes.
        """
        return text("att3d_model_get_digest", self._handle.value)

    @property
    def words(self) -> list[str]:
        """Returns the words that the model knows. Empty if the model splits any word into pieces."""
        return lines("att3d_model_get_words", self._handle.value)

    @property
    def word_groups(self) -> dict[str, list[str]]:
        """Returns the known phrases by group, such as "chair" in "furniture".

        Empty if the package has no groups.
        """
        groups: dict[str, list[str]] = {}
        for group, phrase in pairs(lines("att3d_model_get_word_groups", self._handle.value)):
            groups.setdefault(group, []).append(phrase)
        return groups

    def read(self, prompt: str, is_change: bool = False) -> Reading:
        """Reads a prompt, without running a network.

        is_change: whether a shape is given beside the prompt, so that a change such as "made of gold" is
        enough. Raises PROMPT if the prompt names no thing that the model knows.
        """
        handle = made("att3d_model_read", self._handle.value, encoded(prompt, "the prompt"), _CHANGE if is_change else 0)
        return Reading._of(Handle("reading", handle))

    def unload(self) -> None:
        """Releases the weights although other objects still refer to the model.

        Running work is finished. Later work that needs the weights raises UNLOADED.
        """
        call("att3d_model_unload", self._handle.value)
