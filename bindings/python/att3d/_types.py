"""Numbers of the header that have names, and the exception of calls that failed."""

from enum import IntEnum, IntFlag


class Status(IntEnum):
    """What became of a call: ATT3D_OK, ATT3D_PROMPT, …"""

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
        """Makes a member for the number of a newer library."""
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_, member._value_ = f"STATUS_{value}", value
        return member


class Error(Exception):
    """A call that failed; its text is the library's own sentence. status: a :class:`Status`."""

    status: Status

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = Status(status)

    def __reduce__(self) -> tuple[type["Error"], tuple[int, str]]:
        return type(self), (int(self.status), str(self))


class Device(IntEnum):
    """Where work runs."""

    AUTO = 0
    CPU = 1
    CUDA = 2


class Engine(IntEnum):
    """What runs the networks."""

    AUTO = 0
    EMBEDDED = 1
    TORCH = 2


class Precision(IntEnum):
    """What networks are computed in; half precisions are libtorch's."""

    F32 = 0
    BF16 = 1
    F16 = 2


class MeshFormat(IntEnum):
    """A file format; AUTO goes by the path's ending."""

    AUTO = 0
    GLB = 1
    OBJ = 2
    PLY = 3
    STL = 4


class Texture(IntEnum):
    """What an image holds: sRGB colours; 255, roughness, metallic, as glTF packs them; normals in the frame of the mesh's normals and
    tangents; how open to light."""

    BASE_COLOR = 0
    ROUGHNESS_METALLIC = 1
    NORMAL = 2
    OCCLUSION = 3


class FieldKind(IntEnum):
    """What a field's values mean."""

    SIGNED_DISTANCE = 1
    DENSITY = 2


class JobState(IntEnum):
    """Where a job is."""

    RUNNING = 0
    READY = 1
    FAILED = 2
    TAKEN = 3


class WordState(IntEnum):
    """What became of the word that was being typed."""

    WHOLE = 0
    COMPLETED = 1
    LEFT_OUT = 2


class LogLevel(IntEnum):
    """How much a line of the log matters."""

    WARNING = 1
    INFO = 2


class Capability(IntFlag):
    """What a model can do."""

    SHAPE = 1
    MATERIALS = 2
    SEEDS = 4
    WORDS = 8
