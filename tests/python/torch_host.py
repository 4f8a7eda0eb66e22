"""A host process that loads PyTorch and libatt3d's module, in either order. Both must work.

    torch_host.py torch-first|library-first LIBATT3D LIBTORCH CUDA_RUNTIME
"""

import ctypes
import os
import sys


class ContextDesc(ctypes.Structure):
    """att3d_context_desc."""

    _fields_ = [
        (name, ctypes.c_uint32)
        for name in (
            "struct_size",
            "device",
            "device_index",
            "thread_count",
            "engine",
            "precision",
            "is_worker",
            "reserved",
        )
    ]


def generate(path: str) -> None:
    """A mesh by the engine of libtorch on the CPU, in this process."""
    library = ctypes.CDLL(path)
    library.att3d_last_error.restype = ctypes.c_char_p

    def call(name: str, *arguments: object) -> None:
        if getattr(library, name)(*arguments) != 0:
            sys.exit(f"{name}: {library.att3d_last_error().decode()}")

    context, model, mesh = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    desc = ContextDesc(struct_size=ctypes.sizeof(ContextDesc), device=1, engine=2)
    call("att3d_context_create", ctypes.byref(desc), ctypes.byref(context))
    call("att3d_model_load_bundled", context, ctypes.byref(model))
    call("att3d_generate", model, b"a pig", None, ctypes.byref(mesh))
    for name, handle in (("mesh", mesh), ("model", model), ("context", context)):
        free = getattr(library, f"att3d_{name}_free")
        free.restype = None
        free(handle)


def use_torch() -> None:
    """PyTorch works on."""
    import torch

    x = torch.ones(64, 64, requires_grad=True)
    (x @ x).sum().backward()
    assert x.grad is not None and float(x.grad[0, 0]) == 128.0
    print(f"PyTorch {torch.__version__}", end=", ")


def main() -> None:
    """The two orders."""
    order, library, libtorch, cuda_runtime = sys.argv[1:]
    # As a user without PyTorch has it: the folder of a libtorch, which must not be opened beside PyTorch's.
    os.environ["LIBTORCH"] = libtorch
    if order == "library-first":
        for name in ("libcudart.so.13", "libcupti.so.13"):
            ctypes.CDLL(os.path.join(cuda_runtime, name))
        generate(library)
        use_torch()
    else:
        use_torch()
    generate(library)
    use_torch()
    with open("/proc/self/maps", encoding="utf-8") as maps:
        held = {line.split()[-1] for line in maps if "libtorch_cpu" in line}
    assert len(held) == 1, held
    print(f"{order}: well")


main()
