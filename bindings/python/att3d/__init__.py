"""libatt3d for Python: makes a colored mesh from a prompt in one forward pass.

    import att3d

    model = att3d.Context().load_bundled()
    mesh = model.generate("a pig wearing a party hat")
    mesh.write("pig.glb")
    mesh.positions  # a NumPy view of the library's memory, [n, 3]

Functions that generate meshes take :class:`GenerateOptions`, or its fields as keywords. Long work has two
forms. A function such as ``model.generate``, ``Latent.morph`` or ``field.paint`` returns when the work is
done. A function such as ``model.start``, ``Latent.start_morph`` or ``field.start_paint`` starts a
:class:`Job` in the background, which has the methods of a future and can be awaited. Enumerations may be
given as texts: ``mesh.write("pig.obj", pivot="center")``.

The package is written in Python and calls the C interface of ``att3d.h`` by ctypes. Other Python threads run
while a call works. Objects free their handles in any order. All methods may be called from any thread. A call
that fails raises :class:`Error` with a status. Docstrings name statuses such as UNSUPPORTED.

Object space is [-1, 1]³, right-handed, +Y up, +Z front. Colors are sRGB in [0, 1].

A progress callback is called with a fraction in [0, 1], on this thread or on a thread of the library. It
stops the work if it returns a true value or raises an exception. The call, or :meth:`Job.take`, then raises
CANCELLED or that exception.
"""

from ._display import Viewer
from ._library import abi_version, library_path, version
from ._types import (
    CancelledError,
    Capability,
    Device,
    Engine,
    Error,
    FieldKind,
    HullNames,
    JobState,
    LastWord,
    LogLevel,
    MeshFormat,
    Pivot,
    Precision,
    ReadMode,
    Status,
    SurfaceFit,
    Texture,
    ThreadPriority,
    UpAxis,
    WordState,
)
from .context import Context, ContextInfo, DeviceInfo, devices
from .field import Field, FieldInfo, Samples
from .job import Job
from .latent import Latent
from .live import Live, LiveInfo
from .measures import MeshInfo, MeshReport, Target
from .mesh import Mesh
from .model import Model, ModelInfo, bundled_package
from .options import GenerateOptions
from .progress import progress_bar
from .reading import Reading
from .shape import Shape, ShapeInfo, Surface

__all__ = [
    "CancelledError",
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
    "HullNames",
    "Job",
    "JobState",
    "LastWord",
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
    "Pivot",
    "Precision",
    "ReadMode",
    "Reading",
    "Samples",
    "Shape",
    "ShapeInfo",
    "Status",
    "Surface",
    "SurfaceFit",
    "Target",
    "Texture",
    "ThreadPriority",
    "UpAxis",
    "Viewer",
    "WordState",
    "abi_version",
    "bundled_package",
    "devices",
    "library_path",
    "progress_bar",
    "version",
]
