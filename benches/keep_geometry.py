#!/usr/bin/env python3
"""Times `stylize --keep-geometry` on a 20 MB file and `render` at 512² pixels. Prints a Markdown table.

    python3 benches/keep_geometry.py [BEFORE] AFTER

BEFORE is the executable of an older version, and AFTER that of the current one. The script makes the file: a
wavy ball with positions, normals, texture coordinates, 32-bit indices and a checkered texture. Each time is
the median of five runs. The executables run alternately, so that other load on the machine slows both
equally.
"""

import json
import math
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from array import array

RINGS = 440
RUNS = 5
TEXELS = 512


def png():
    """Returns a PNG file of a checkerboard with 16 by 16 squares."""
    row = lambda y: b"\0" + b"".join(
        b"\xd0\x50\x30" if (x // 32 + y // 32) % 2 else b"\xe8\xe0\xc8" for x in range(TEXELS)
    )
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", TEXELS, TEXELS, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(row(y) for y in range(TEXELS)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def ball():
    """Returns the bytes of the GLB file of the wavy ball."""
    sides = RINGS * 2
    positions, normals, uvs, indices = array("f"), array("f"), array("f"), array("I")
    for ring in range(RINGS + 1):
        polar = math.pi * ring / RINGS
        for side in range(sides + 1):
            around = math.tau * side / sides
            normal = (math.sin(polar) * math.cos(around), math.cos(polar), math.sin(polar) * math.sin(around))
            radius = 1 + 0.05 * math.sin(9 * around) * math.sin(7 * polar)
            positions.extend(radius * part for part in normal)
            normals.extend(normal)
            uvs.extend((side / sides, ring / RINGS))
    for ring in range(RINGS):
        for side in range(sides):
            first = ring * (sides + 1) + side
            below = first + sides + 1
            indices.extend((first, first + 1, below, first + 1, below + 1, below))
    count = len(positions) // 3
    low = [min(positions[axis::3]) for axis in range(3)]
    high = [max(positions[axis::3]) for axis in range(3)]
    binary, views = b"", []
    for data in (positions.tobytes(), normals.tobytes(), uvs.tobytes(), indices.tobytes(), png()):
        binary += b"\0" * (-len(binary) % 4)
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(data)})
        binary += data
    binary += b"\0" * (-len(binary) % 4)
    floats = lambda view, kind, **more: {"bufferView": view, "componentType": 5126, "count": count, "type": kind, **more}
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [
            {"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2}, "indices": 3, "material": 0}]}
        ],
        "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicFactor": 0}}],
        "textures": [{"source": 0}],
        "images": [{"bufferView": 4, "mimeType": "image/png"}],
        "accessors": [
            floats(0, "VEC3", min=low, max=high),
            floats(1, "VEC3"),
            floats(2, "VEC2"),
            {"bufferView": 3, "componentType": 5125, "count": len(indices), "type": "SCALAR"},
        ],
        "bufferViews": views,
        "buffers": [{"byteLength": len(binary)}],
    }
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    body = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(binary), 0x4E4942) + binary
    return struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body


def main():
    executables = sys.argv[1:]
    if not 1 <= len(executables) <= 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        given, kept, picture = folder / "ball.glb", folder / "kept.glb", folder / "ball.png"
        given.write_bytes(ball())
        jobs = {
            "`stylize --keep-geometry`, 64² texels": ["stylize", given, "a red pig", "--keep-geometry", "--texture-size", "64", "-o", kept],
            "`render`, 512²": ["render", given, "-o", picture],
        }
        size = given.stat().st_size / 1e6
        print(f"| on a file of {size:.0f} MB | " + " | ".join(("before", "after")[-len(executables) :]) + " |")
        print("|---|" + "---|" * len(executables))
        for name, arguments in jobs.items():
            times = {executable: [] for executable in executables}
            for _ in range(RUNS):
                for executable in executables:
                    begun = time.perf_counter()
                    subprocess.run([executable, *map(str, arguments)], check=True, capture_output=True)
                    times[executable].append(time.perf_counter() - begun)
            medians = [f"{statistics.median(times[executable]):.2f} s" for executable in executables]
            print(f"| {name} | " + " | ".join(medians) + " |", flush=True)


if __name__ == "__main__":
    main()
