#!/usr/bin/env python3
"""Makes the picture of the demo for the README out of the screenshots.

    pictures.py SCREENSHOTS DOCS

SCREENSHOTS: folder with shelf.png and animal.png. DOCS: folder for godot-demo.png, of at most 250 KB.
"""

import io
import pathlib
import sys

from PIL import Image

MOST_BYTES = 250_000
MOST_COLORS = (256, 192, 128, 96, 64)


def save(image: Image.Image, path: pathlib.Path) -> None:
    """Saves a picture with a palette, with as many colors as the size allows."""
    for colors in MOST_COLORS:
        file, image = io.BytesIO(), image.convert("RGB")
        # Pillow dithers only with a given palette. This method keeps rare colors.
        palette = image.quantize(colors, method=Image.Quantize.FASTOCTREE)
        image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(file, "PNG", optimize=True)
        if file.tell() <= MOST_BYTES:
            path.write_bytes(file.getvalue())
            print(f"{path}: {file.tell() / 1000:.0f} KB, {colors} colors")
            return
    raise SystemExit(f"{path} would have more than {MOST_BYTES} bytes, even with {MOST_COLORS[-1]} colors")


def main() -> None:
    """Puts both demos beside each other."""
    shots, docs = (pathlib.Path(argument) for argument in sys.argv[1:])
    pair = [Image.open(shots / name).convert("RGB") for name in ("shelf.png", "animal.png")]
    width, height = 800, 450
    demo = Image.new("RGB", (2 * width + 8, height), "white")
    for index, picture in enumerate(pair):
        demo.paste(picture.resize((width, height), Image.Resampling.LANCZOS), (index * (width + 8), 0))
    save(demo, docs / "godot-demo.png")


main()
