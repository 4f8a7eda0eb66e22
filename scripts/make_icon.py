#!/usr/bin/env python3
"""Draws the icon of the Windows command and library, a cube.

    scripts/make_icon.py src/windows/att3d.ico

The file has one PNG image for each size that the Windows Explorer shows.
"""

import math
import struct
import sys
import zlib
from pathlib import Path

SIZES = (16, 24, 32, 48, 64, 256)
#: Samples per pixel along each axis.
SAMPLES = 4
#: Corners of the cube in a square of side 1, and the faces with their colors (sRGB). The y axis points down.
CENTER, TOP, BOTTOM = (0.5, 0.5), (0.5, 0.03), (0.5, 0.97)
LEFT_UP, LEFT_DOWN, RIGHT_UP, RIGHT_DOWN = (0.06, 0.265), (0.06, 0.735), (0.94, 0.265), (0.94, 0.735)
FACES = (
    ((TOP, RIGHT_UP, CENTER, LEFT_UP), (255, 177, 94)),
    ((LEFT_UP, CENTER, BOTTOM, LEFT_DOWN), (86, 104, 128)),
    ((CENTER, RIGHT_UP, RIGHT_DOWN, BOTTOM), (48, 60, 80)),
)


def contains(corners: tuple, x: float, y: float) -> bool:
    """Returns whether a convex polygon with clockwise corners contains a point."""
    sides = zip(corners, corners[1:] + corners[:1])
    return all((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= 0 for (x0, y0), (x1, y1) in sides)


def pixel(column: int, row: int, size: int) -> bytes:
    """Returns the RGBA bytes of a pixel: mean color of its covered samples; alpha is their share."""
    total, covered = [0, 0, 0], 0
    for sample in range(SAMPLES * SAMPLES):
        x = (column + (sample % SAMPLES + 0.5) / SAMPLES) / size
        y = (row + (sample // SAMPLES + 0.5) / SAMPLES) / size
        color = next((color for corners, color in FACES if contains(corners, x, y)), None)
        if color:
            covered += 1
            total = [sum(pair) for pair in zip(total, color)]
    mean = [round(channel / covered) for channel in total] if covered else [0, 0, 0]
    return bytes([*mean, math.floor(255 * covered / SAMPLES**2 + 0.5)])


def png(size: int) -> bytes:
    """Returns a PNG file of the cube."""
    rows = b"".join(b"\0" + b"".join(pixel(column, row, size) for column in range(size)) for row in range(size))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def main(path: Path) -> None:
    images = [png(size) for size in SIZES]
    entries, place = b"", 6 + 16 * len(SIZES)
    for size, image in zip(SIZES, images):
        # A size of 256 is written as 0.
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(image), place)
        place += len(image)
    path.write_bytes(struct.pack("<HHH", 0, 1, len(SIZES)) + entries + b"".join(images))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(Path(sys.argv[1]))
