"""Enumerations of the header, and the exception of calls that fail."""

from enum import IntEnum, IntFlag


class Status(IntEnum):
    """Result of a call: ATT3D_OK, ATT3D_PROMPT, …"""

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
    """Exception of a call that failed, with the library's message. status: a :class:`Status`."""

    status: Status

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = Status(status)

    def __reduce__(self) -> tuple[type["Error"], tuple[int, str]]:
        return type(self), (int(self.status), str(self))


class Device(IntEnum):
    """Kind of device on which work runs."""

    AUTO = 0
    CPU = 1
    CUDA = 2


class Engine(IntEnum):
    """Engine that runs the networks."""

    AUTO = 0
    EMBEDDED = 1
    TORCH = 2


class Precision(IntEnum):
    """Number format of the networks' computations. BF16 and F16 need libtorch."""

    F32 = 0
    BF16 = 1
    F16 = 2


class MeshFormat(IntEnum):
    """File format. AUTO selects it by the path's extension."""

    AUTO = 0
    GLB = 1
    OBJ = 2
    PLY = 3
    STL = 4


class Texture(IntEnum):
    """Kind of texture.

    BASE_COLOR: sRGB colors. ROUGHNESS_METALLIC: 255, roughness, metallic, as in glTF. NORMAL: normals in the
    frame of the mesh's normals and tangents. OCCLUSION: the share of ambient light that arrives.
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
    """State of a job."""

    RUNNING = 0
    READY = 1
    FAILED = 2
    TAKEN = 3


class WordState(IntEnum):
    """Treatment of the word that was being typed."""

    WHOLE = 0
    COMPLETED = 1
    LEFT_OUT = 2


class LogLevel(IntEnum):
    """Severity of a log line."""

    WARNING = 1
    INFO = 2


class Capability(IntFlag):
    """Capabilities of a model."""

    SHAPE = 1
    MATERIALS = 2
    SEEDS = 4
    WORDS = 8
