"""Models: packages that are loaded into a context."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import _callbacks as callbacks
from . import _structs as s
from ._arrays import Buffer, address
from ._arrays import content as bytes_of
from ._library import Handle, Owner, call, contents, encoded, lines, made, pairs, text
from ._running import run
from ._types import Capability, ReadMode, chosen
from .job import Job, take_bytes, take_mesh, take_nothing
from .latent import Latent
from .live import Live
from .mesh import Mesh
from .options import DEFAULTS, GenerateKeywords, GenerateOptions
from .reading import Reading

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: Flag ATT3D_RESTYLE_UNWRAP.
_UNWRAP = 1


@dataclass(frozen=True)
class ModelInfo:
    """Capabilities and sizes of a model.

    format_version: version of the package's format. word_count: number of known words; 0 without
    Capability.WORDS. context_length: largest number of tokens in a prompt, including the start token and the
    end token. meters_per_unit: meters per unit of object space. parameter_count: number of parameters in the
    package. thing_count: number of things that the model knows; 0 if the package has no word groups.
    """

    format_version: int
    capabilities: Capability
    word_count: int
    context_length: int
    meters_per_unit: float
    parameter_count: int
    thing_count: int


def bundled_package() -> bytes:
    """Returns a copy of the bundled model's package, the contents of an .att3d file.

    Raises UNSUPPORTED if the library was built without it.
    """
    start, size = ctypes.c_void_p(), ctypes.c_size_t()
    call("att3d_bundled_package", ctypes.byref(start), ctypes.byref(size))
    return ctypes.string_at(start, size.value)


class Model(Owner):
    """A package that is loaded into a context."""

    def __init__(self, handle: int):
        self._handle = Handle("model", handle)

    def generate(
        self, prompt: str, options: GenerateOptions = DEFAULTS, **keywords: "Unpack[GenerateKeywords]"
    ) -> Mesh:
        """Generates a prompt's mesh. Raises PROMPT if the prompt cannot be understood.

        options, keywords: :class:`GenerateOptions`.
        """
        handle, words = self._handle.value, encoded(prompt, "the prompt")
        desc = options._with(keywords)._desc(can_stop=True)
        return Mesh(run(lambda: made("att3d_generate", handle, words, ctypes.byref(desc)), desc))

    def start(
        self, prompt: str, options: GenerateOptions = DEFAULTS, **keywords: "Unpack[GenerateKeywords]"
    ) -> Job[Mesh]:
        """Starts `generate` on a thread of the library, and returns immediately.

        If the prompt cannot be understood, the job fails with PROMPT.
        """
        handle, words, desc = (
            self._handle.value,
            encoded(prompt, "the prompt"),
            options._with(keywords)._desc(),
        )
        return Job(made("att3d_job_generate", handle, words, ctypes.byref(desc)), take_mesh, desc.held)

    def restyle(
        self,
        content: Buffer,
        prompt: str,
        *,
        texture_size: int = 0,
        seed: int = 0,
        unwrap: bool = False,
        progress: Callable[[float], object] | None = None,
    ) -> bytes:
        """Returns a GLB with the geometry of a given GLB and materials from a prompt.

        Meshes, texture coordinates, skins, morph targets and animations stay the same byte for byte.
        Primitives without texture coordinates are an exception: they get new ones, and their vertices at
        seams are duplicated. The log states which properties the materials lose.

        content: the GLB, in any buffer.
        texture_size: width and height of each texture in texels, 64 to 4096; 0 for 1024.
        seed: variant of the prompt; 0 for the plain result.
        unwrap: whether all primitives get new texture coordinates.
        progress: called with a fraction in [0, 1]. It stops the work if it returns a true value or raises an
            exception.

        Raises UNSUPPORTED for a model without Capability.SHAPE and for a GLB with buffers in other files.
        Raises FORMAT for a damaged GLB.
        """
        handle, given, words = self._handle.value, bytes_of(content, "content"), encoded(prompt, "the prompt")
        desc = _restyle(texture_size, seed, unwrap, progress)
        arguments = (handle, address(given), len(given), words, ctypes.byref(desc))
        return contents(run(lambda: made("att3d_restyle", *arguments), desc))

    def start_restyle(
        self,
        content: Buffer,
        prompt: str,
        *,
        texture_size: int = 0,
        seed: int = 0,
        unwrap: bool = False,
        progress: Callable[[float], object] | None = None,
    ) -> Job[bytes]:
        """Starts `restyle` on a thread of the library, and returns immediately. The GLB is copied."""
        handle, given, words = self._handle.value, bytes_of(content, "content"), encoded(prompt, "the prompt")
        desc = _restyle(texture_size, seed, unwrap, progress)
        arguments = (handle, address(given), len(given), words, ctypes.byref(desc))
        return Job(made("att3d_job_restyle", *arguments), take_bytes, desc.held)

    def restyle_file(
        self,
        path: str | os.PathLike[str],
        prompt: str,
        out_path: str | os.PathLike[str],
        *,
        texture_size: int = 0,
        seed: int = 0,
        unwrap: bool = False,
        progress: Callable[[float], object] | None = None,
    ) -> None:
        """Does the same as `restyle` from a file to a file, which is written completely or not at all.

        path: a .glb, or a .gltf with its other files beside it. out_path: the GLB to write; it may be equal
        to path.
        """
        handle, words = self._handle.value, encoded(prompt, "the prompt")
        source, target = encoded(os.fspath(path), "the path"), encoded(os.fspath(out_path), "the out_path")
        desc = _restyle(texture_size, seed, unwrap, progress)
        run(lambda: call("att3d_restyle_file", handle, source, words, ctypes.byref(desc), target), desc)

    def start_restyle_file(
        self,
        path: str | os.PathLike[str],
        prompt: str,
        out_path: str | os.PathLike[str],
        *,
        texture_size: int = 0,
        seed: int = 0,
        unwrap: bool = False,
        progress: Callable[[float], object] | None = None,
    ) -> Job[None]:
        """Starts `restyle_file` on a thread of the library, and returns immediately. The result is None."""
        handle, words = self._handle.value, encoded(prompt, "the prompt")
        source, target = encoded(os.fspath(path), "the path"), encoded(os.fspath(out_path), "the out_path")
        desc = _restyle(texture_size, seed, unwrap, progress)
        job = made("att3d_job_restyle_file", handle, source, words, ctypes.byref(desc), target)
        return Job(job, take_nothing, desc.held)

    def embed(self, prompt: str, seed: int = 0) -> Latent:
        """Encodes a prompt or a variant of it. Raises PROMPT if the prompt cannot be understood.

        seed: 0 for the plain prompt. Every other number selects a variant; the same number always selects the
        same variant. Raises UNSUPPORTED for a number other than 0 if the model does not have
        Capability.SEEDS.
        """
        arguments = (encoded(prompt, "the prompt"), s.whole(seed, ctypes.c_uint64, "seed"))
        return Latent(made("att3d_latent_from_prompt", self._handle.value, *arguments))

    def embed_all(self, prompts: Sequence[str]) -> list[Latent]:
        """Encodes 1 to 1024 prompts in one batch. Raises PROMPT if a prompt cannot be understood."""
        texts = (ctypes.c_char_p * len(prompts))(*(encoded(prompt, "a prompt") for prompt in prompts))
        found = (ctypes.c_void_p * len(prompts))()
        call("att3d_latents_from_prompts", self._handle.value, texts, len(prompts), found)
        return [Latent(handle or 0) for handle in found]

    def live(self, options: GenerateOptions = DEFAULTS, **keywords: "Unpack[GenerateKeywords]") -> Live:
        """Starts a session that follows a text field or a slider.

        options, keywords: :class:`GenerateOptions` of every mesh. Their progress function is not called.
        """
        desc = options._with(keywords)._desc()
        return Live(made("att3d_live_create", self._handle.value, ctypes.byref(desc)))

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
            info.meters_per_unit,
            info.parameter_count,
            info.thing_count,
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
        """Returns the digest of the package, 24 hexadecimal digits that identify it.

        Packages with equal digests make equal meshes from equal prompts and options on the same machine.
        """
        return text("att3d_model_get_digest", self._handle.value)

    @property
    def words(self) -> list[str]:
        """Returns the words that the model knows. The list is empty without Capability.WORDS."""
        return lines("att3d_model_get_words", self._handle.value)

    @property
    def word_groups(self) -> dict[str, list[str]]:
        """Returns the known phrases of each group, such as "chair" of the group "furniture".

        The result is empty if the package has no word groups.
        """
        groups: dict[str, list[str]] = {}
        for group, phrase in pairs(lines("att3d_model_get_word_groups", self._handle.value)):
            groups.setdefault(group, []).append(phrase)
        return groups

    def read(self, prompt: str, mode: ReadMode | str = ReadMode.THING) -> Reading:
        """Reads a prompt, without running a network.

        mode: whether the prompt must name a thing. Raises PROMPT if it must, and names no thing that the model
        knows.
        """
        flags = int(chosen(ReadMode, mode, "mode"))
        return Reading._of("att3d_model_read", self._handle.value, encoded(prompt, "the prompt"), flags)

    def unload(self) -> None:
        """Releases the weights even if other objects still refer to the model.

        Running work continues to its end. Later work that needs the weights raises UNLOADED.
        """
        call("att3d_model_unload", self._handle.value)


def _restyle(
    texture_size: int, seed: int, unwrap: bool, progress: Callable[[float], object] | None
) -> s.att3d_restyle_desc:
    """Returns the C description of a restyle, for one call, which releases the progress function."""
    desc = s.att3d_restyle_desc(flags=_UNWRAP if unwrap else 0, texture_size=texture_size, seed=seed)
    callbacks.watch(desc, progress)
    return desc
