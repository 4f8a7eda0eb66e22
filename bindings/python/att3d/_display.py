"""Pictures and 3D views for Jupyter."""

import base64
import html
import struct
import zlib
from pathlib import Path

import numpy as np

from ._types import Error, Status

#: Paths of the program that shows a GLB: in a wheel, and in a checkout of the repository.
_PROGRAMS = (
    Path(__file__).parent / "native" / "viewer.min.js",
    Path(__file__).parents[3] / "src" / "bin" / "att3d" / "bake" / "gallery" / "viewer.min.js",
)
_STYLE = "html,body{margin:0;height:100%}canvas{display:block;width:100%;height:100%;outline:none}"
_SHOW = """
const bytes = Uint8Array.from(atob("%s"), (letter) => letter.charCodeAt(0));
att3dViewer(document.querySelector("canvas")).show(bytes.buffer);
"""


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def png(pixels: np.ndarray) -> bytes:
    """Returns an opaque picture as a PNG. pixels: [height, width, 4] u8, sRGB."""
    height, width = pixels.shape[:2]
    # Each row begins with the number of its filter, which is 0 for none.
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 1:] = pixels[..., :3].reshape(height, 3 * width)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


class Viewer:
    """A 3D view of a mesh, which Jupyter shows in a frame of its own. `Mesh.viewer` makes it.

    page: a complete HTML document, which can also be written to a file.
    """

    def __init__(self, glb: bytes, height: int, title: str):
        program = next((path for path in _PROGRAMS if path.is_file()), None)
        if program is None:
            expected = " or ".join(str(path) for path in _PROGRAMS)
            raise Error(Status.UNSUPPORTED, f"the 3D view was not found; expected {expected}")
        self._height = height
        self._title = html.escape(title)
        self.page = (
            f'<!doctype html><html><head><meta charset="utf-8"><title>{self._title}</title>'
            f"<style>{_STYLE}</style></head><body><canvas tabindex=0></canvas>"
            f"<script>{program.read_text('utf-8')}</script>"
            f"<script>{_SHOW % base64.b64encode(glb).decode()}</script></body></html>"
        )

    def _repr_html_(self) -> str:
        """Returns the frame with the 3D view, which Jupyter shows."""
        style = f"width:100%;height:{int(self._height)}px;border:0"
        return f'<iframe title="{self._title}" style="{style}" srcdoc="{html.escape(self.page)}"></iframe>'
