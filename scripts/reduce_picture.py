#!/usr/bin/env python3
"""Reduces a screenshot for the documents: to 1200 pixels across and 256 colors. Needs Pillow.

    scripts/reduce_picture.py SOURCE TARGET
"""

import sys

from PIL import Image

#: Pixels across, and colors.
WIDTH, COLORS = 1200, 256


def main(source: str, target: str) -> None:
    picture = Image.open(source).convert("RGB")
    picture = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    # Pillow dithers only with a given palette. This method keeps rare colors, such as a red line on gray.
    palette = picture.quantize(COLORS, method=Image.Quantize.FASTOCTREE)
    picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(target, optimize=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(sys.argv[1], sys.argv[2])
