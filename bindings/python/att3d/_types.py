"""Enumerations of the header, and the exception of calls that fail."""

from __future__ import annotations

import concurrent.futures
from enum import IntEnum, IntFlag
from typing import TypeVar

Choice = TypeVar("Choice", bound=IntEnum)


def chosen(kind: type[Choice], value: Choice | str, what: str) -> Choice:
    """Returns a member of an enumeration.

    value: a member, or the name of a member in upper or lower case. what: name of the argument, for messages.
    Raises ValueError for an unknown name, and TypeError for a member of another enumeration.
    """
    if isinstance(value, str):
        found = kind.__members__.get(value.upper())
        if found is None:
            expected = ", ".join(name.lower() for name in kind.__members__)
            raise ValueError(f"{what} is {value!r}; expected one of {expected}")
        return found
    if isinstance(value, IntEnum) and not isinstance(value, kind):
        raise TypeError(f"{what} is {value!r}; expected a member of {kind.__name__}")
    return value


class Status(IntEnum):
    """Result of a call. The members have the names of the header without ATT3D_, such as OK and PROMPT."""

    OK = 0
    NULL_ARGUMENT = 1
    INVALID_ARGUMENT = 2
    PROMPT = 3
    IO = 4
    FORMAT = 5
    UNSUPPORTED = 6
    OUT_OF_MEMORY = 7
    ENGINE = 8
    EMPTY_SURFACE = 9
    CANCELLED = 10
    BUSY = 11
    UNLOADED = 12
    TIMEOUT = 13
    BUFFER_TOO_SMALL = 14
    INTERNAL = 15
    FORKED = 16

    @classmethod
    def _missing_(cls, value: object) -> "Status | None":
        """Makes a member for a number that a newer library returns."""
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_, member._value_ = f"STATUS_{value}", value
        return member


class Error(Exception):
    """Exception of a call that failed. Its text is the library's message.

    status: result of the call.
    """

    status: Status

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = Status(status)

    def __reduce__(self) -> tuple[type["Error"], tuple[int, str]]:
        return type(self), (int(self.status), str(self))


class CancelledError(Error, concurrent.futures.CancelledError):
    """Exception of a call or a job that was canceled. Its status is CANCELLED."""


def failure(status: int, message: str) -> Error:
    """Returns the exception for a status. message: the library's message."""
    return (CancelledError if status == Status.CANCELLED else Error)(status, message)


class Device(IntEnum):
    """Kind of device on which work runs. AUTO: a CUDA device if libtorch has one, otherwise the CPU."""

    AUTO = 0
    CPU = 1
    CUDA = 2


class Engine(IntEnum):
    """Engine that runs the networks. AUTO: libtorch on a CUDA device, otherwise the embedded engine."""

    AUTO = 0
    EMBEDDED = 1
    TORCH = 2


class Precision(IntEnum):
    """Number format of the networks' computations. F16 needs libtorch.

    With the embedded engine, BF16 is faster than F32 on processors with AMX, on Linux. With AVX-512-BF16, it is
    faster only for large models. On other processors it is slower.
    """

    F32 = 0
    BF16 = 1
    F16 = 2


class ThreadPriority(IntEnum):
    """Priority of a context's threads. LOW has an effect only on Linux.

    It lowers the priority of the embedded engine's threads. With ``is_worker``, it also lowers the priority
    of this process's threads that extract surfaces and draw.
    """

    NORMAL = 0
    LOW = 1


class MeshFormat(IntEnum):
    """Format of a file. AUTO is the format of the path's extension, and for bytes a GLB."""

    AUTO = 0
    GLB = 1
    OBJ = 2
    PLY = 3
    STL = 4


class Pivot(IntEnum):
    """Point of a mesh that becomes the origin of an exported file.

    GROUND: the center of the bounding box's bottom face. CENTER: the center of the bounding box. ORIGIN: the
    origin of object space. SHAPE: the origin of the space of the shape from which the mesh was made; the file
    has the position and the scale of the shape.
    """

    GROUND = 0
    CENTER = 1
    ORIGIN = 2
    SHAPE = 3


class UpAxis(IntEnum):
    """Axes of an exported file.

    Y: +Y up and +Z front, as in glTF. Z: +Z up and -Y front, as in Blender. A GLB always has Y.
    """

    Y = 0
    Z = 1


class HullNames(IntEnum):
    """Naming convention of collision hulls in a GLB.

    UNREAL: UCX_NAME_00. GODOT: NAME-convcolonly.
    """

    UNREAL = 0
    GODOT = 1


class VertexFormat(IntEnum):
    """Number format of an attribute in a caller's vertices. UNORM8 is only for a color."""

    NONE = 0
    F32 = 1
    UNORM8 = 2


class Texture(IntEnum):
    """Kind of texture.

    BASE_COLOR: sRGB colors. ROUGHNESS_METALLIC: red is 255, green is roughness, and blue is metallic, as in
    glTF. NORMAL: normals in the frame of the mesh's normals and tangents. OCCLUSION: share of the ambient
    light that reaches the surface.
    """

    BASE_COLOR = 0
    ROUGHNESS_METALLIC = 1
    NORMAL = 2
    OCCLUSION = 3


class FieldKind(IntEnum):
    """Meaning of a field's values."""

    SIGNED_DISTANCE = 1
    DENSITY = 2


class JobState(IntEnum):
    """State of a job.

    RUNNING: the job is running. READY: it is done, and its result can be taken. FAILED: it failed or was
    canceled. TAKEN: the whole result was taken.
    """

    RUNNING = 0
    READY = 1
    FAILED = 2
    TAKEN = 3


class ReadMode(IntEnum):
    """Whether a prompt must name a thing.

    THING: it must name a thing that the model knows. CHANGE: a change such as "made of gold" is enough, because
    a shape is given too.
    """

    THING = 0
    CHANGE = 1


class SurfaceFit(IntEnum):
    """Whether a surface is moved and scaled into object space.

    NONE: the surface is in object space already. FIT: the surface is moved and scaled into object space.
    """

    NONE = 0
    FIT = 1


class LastWord(IntEnum):
    """Whether the last word of a prompt may be unfinished.

    WHOLE: it is finished. TYPING: it may be unfinished, and is completed if exactly one known word begins with
    it.
    """

    WHOLE = 0
    TYPING = 1


class WordState(IntEnum):
    """How the last word of a prompt was read.

    WHOLE: it was read as it is. COMPLETED: it was completed to the only known word that begins with it.
    LEFT_OUT: it was left out, because several known words begin with it.
    """

    WHOLE = 0
    COMPLETED = 1
    LEFT_OUT = 2


class LogLevel(IntEnum):
    """Kind of a log line.

    WARNING: the work was done, but not exactly as it was asked for. INFO: a model was loaded or unloaded.
    """

    WARNING = 1
    INFO = 2


class Capability(IntFlag):
    """Capabilities of a model.

    SHAPE: it takes a shape in addition to the prompt. MATERIALS: it predicts metallic and roughness. SEEDS:
    it makes variants of a prompt. WORDS: it has a list of known words.
    """

    SHAPE = 1
    MATERIALS = 2
    SEEDS = 4
    WORDS = 8
