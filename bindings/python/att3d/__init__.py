"""libatt3d for Python: a prompt becomes a coloured mesh in one forward pass.

    import att3d

    model = att3d.Context().load_bundled()
    mesh = model.generate("a pig wearing a party hat")
    mesh.write("pig.glb")
    mesh.positions  # a NumPy array of the library's own memory, [n, 3]

Everything is the C interface of ``att3d.h`` through ctypes; no part of this package is compiled. Calls let other Python threads
run while they work. Objects free themselves, in any order, and all their methods may be called from any thread.

Frames: object space is [-1, 1]³, right-handed, +Y up, +Z front. Colours are sRGB in [0, 1].
"""

from ._library import abi_version, library_path, version
from ._types import (
    Capability,
    Device,
    Engine,
    Error,
    FieldKind,
    JobState,
    LogLevel,
    MeshFormat,
    Precision,
    Status,
    Texture,
    WordState,
)
from .context import Context, ContextInfo, DeviceInfo, devices
from .field import Field, FieldInfo, Samples
from .job import Job
from .latent import Latent
from .live import Live, LiveInfo
from .mesh import Mesh, MeshInfo, MeshReport, Target
from .model import Model, ModelInfo
from .options import GenerateOptions
from .reading import Reading
from .shape import Shape, ShapeInfo, Surface

__all__ = [
    "Capability",
    "Context",
    "ContextInfo",
    "Device",
    "DeviceInfo",
    "Engine",
    "Error",
    "Field",
    "FieldInfo",
    "FieldKind",
    "GenerateOptions",
    "Job",
    "JobState",
    "Latent",
    "Live",
    "LiveInfo",
    "LogLevel",
    "Mesh",
    "MeshFormat",
    "MeshInfo",
    "MeshReport",
    "Model",
    "ModelInfo",
    "Precision",
    "Reading",
    "Samples",
    "Shape",
    "ShapeInfo",
    "Status",
    "Surface",
    "Target",
    "Texture",
    "WordState",
    "abi_version",
    "devices",
    "library_path",
    "version",
]
