"""A host process that loads PyTorch and the libtorch module of libatt3d, in either order. Both must work.

    torch_host.py torch-first|library-first LIBATT3D LIBTORCH CUDA_RUNTIME
"""

import ctypes
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bindings/python"))


def generate(path: str) -> None:
    """Generates a mesh with the engine of libtorch on the CPU, in this process."""
    os.environ["ATT3D_LIBRARY"] = path
    import att3d

    with att3d.Context(device="cpu", engine="torch") as context:
        mesh = context.load_bundled().generate("a pig")
        assert context.info.engine == att3d.Engine.TORCH and len(mesh.triangles) > 1_000


def use_torch() -> None:
    """Checks that PyTorch works."""
    import torch

    x = torch.ones(64, 64, requires_grad=True)
    (x @ x).sum().backward()
    assert x.grad is not None and float(x.grad[0, 0]) == 128.0
    print(f"PyTorch {torch.__version__}", end=", ")


def main() -> None:
    """Loads PyTorch and the library in the given order, and checks that only one libtorch is loaded."""
    order, library, libtorch, cuda_runtime = sys.argv[1:]
    # LIBTORCH names the folder of another libtorch, as for a user without PyTorch. That libtorch must not be
    # loaded in addition to PyTorch's.
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
