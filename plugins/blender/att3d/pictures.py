# SPDX-License-Identifier: GPL-3.0-or-later
"""Thumbnails in Blender: icons of a preview collection, and previews of assets."""

import bpy
import bpy.utils.previews
import numpy as np

#: Pixels along a side of an icon in a list.
_ICON = 32


def pixels(picture: np.ndarray) -> np.ndarray:
    """Converts a picture, [height, width, 4] u8, top row first, to Blender's pixels.

    Those are flat f32 in [0, 1], bottom row first.
    """
    return np.ascontiguousarray(picture[::-1], np.float32).reshape(-1) / np.float32(255)


def fill(preview: bpy.types.ImagePreview, picture: np.ndarray) -> None:
    """Sets the image and the icon of a preview to a picture, [height, width, 4] u8."""
    height, width = picture.shape[:2]
    preview.image_size = (width, height)
    preview.image_pixels_float.foreach_set(pixels(picture))
    step = max(1, width // _ICON)
    small = picture[::step, ::step]
    preview.icon_size = (small.shape[1], small.shape[0])
    preview.icon_pixels_float.foreach_set(pixels(small))


class Icons:
    """Pictures for panels, by key.

    Blender's preview collections can't free a single preview. So a fixed number of previews, `places`, is
    reused: a new picture takes the one whose picture was set longest ago.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._collection = None
        self._place_of: dict[str, str] = {}

    def show(self, key: str, picture: np.ndarray) -> int:
        """Sets the picture of a key and returns the number of its icon."""
        if self._collection is None:
            self._collection = bpy.utils.previews.new()
        place = self._place_of.pop(key, None)
        if place is None and len(self._place_of) == self._places:
            place = self._place_of.pop(next(iter(self._place_of)))
        place = place or str(len(self._place_of))
        self._place_of[key] = place
        preview = self._collection.get(place) or self._collection.new(place)
        fill(preview, picture)
        return preview.icon_id

    def number(self, key: str) -> int:
        """Returns the icon number of a key, or 0 if it has none."""
        place = self._place_of.get(key)
        return self._collection[place].icon_id if place is not None else 0

    def clear(self) -> None:
        """Removes all pictures and frees the preview collection."""
        self._place_of.clear()
        if self._collection is not None:
            bpy.utils.previews.remove(self._collection)
            self._collection = None


def write_png(path: str, picture: np.ndarray) -> None:
    """Writes a picture, [height, width, 4] u8 from the top, as a PNG file with Blender's own writer.

    Main thread.
    """
    height, width = picture.shape[:2]
    image = bpy.data.images.new("att3d thumbnail", width, height, alpha=True)
    try:
        image.pixels.foreach_set(pixels(picture))
        image.filepath_raw, image.file_format = path, "PNG"
        image.save()
    finally:
        bpy.data.images.remove(image)


def read_png(path: str) -> np.ndarray | None:
    """Reads a picture as [height, width, 4] u8, top row first. Main thread.

    Returns None if the file can't be read as an image with four channels.
    """
    try:
        image = bpy.data.images.load(path)
    except RuntimeError:
        return None
    try:
        width, height = image.size
        if not width or not height or image.channels != 4:
            return None
        found = np.empty(width * height * 4, np.float32)
        image.pixels.foreach_get(found)
        return (found.reshape(height, width, 4)[::-1] * 255).round().astype(np.uint8)
    finally:
        bpy.data.images.remove(image)
