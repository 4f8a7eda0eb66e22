# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared code of the tests in Blender: installation of the zip, empty files, pictures by Cycles."""

import os
import unittest
from pathlib import Path

import bpy
import numpy as np

ZIP = os.environ["ATT3D_BLENDER_ZIP"]
GOLDEN = Path(__file__).with_name("golden")
#: Pixels along a side of a rendered picture.
SIDE = 128
#: Largest difference between Blender versions: mean over the picture, sRGB values from 0 to 1.
TOLERANCE = 0.02


def install() -> None:
    """Installs the built zip with Blender's own operator, and enables it."""
    bpy.ops.extensions.package_install_files(filepath=ZIP, repo="user_default", enable_on_install=True)
    assert "bl_ext.user_default.att3d" in bpy.context.preferences.addons


def module(name: str) -> object:
    """Returns a module of the installed extension."""
    import importlib

    return importlib.import_module(f"bl_ext.user_default.att3d.{name}")


def empty() -> None:
    """Opens an empty file; extensions stay enabled."""
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)


def active() -> bpy.types.Object:
    """Returns the active object."""
    return bpy.context.view_layer.objects.active


def positions(mesh: bpy.types.Mesh) -> np.ndarray:
    """Returns the positions of the vertices, [n, 3] f32."""
    found = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", found)
    return found.reshape(-1, 3)


def picture(name: str) -> np.ndarray:
    """Renders the scene with Cycles on the CPU and returns [SIDE, SIDE, 3] in [0, 1].

    The picture is also written to the folder ATT3D_BLENDER_PICTURES, or to Blender's temporary folder.
    """
    scene = bpy.context.scene
    low, high = _bounds()
    middle, reach = (low + high) / 2, float(np.linalg.norm(high - low))
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    sun = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
    for thing in (camera, sun):
        scene.collection.objects.link(thing)
    direction = np.array([0.45, -0.85, 0.3])
    direction /= np.linalg.norm(direction)
    camera.location = middle + direction * reach * 1.5
    from mathutils import Vector

    camera.rotation_euler = Vector(-direction).to_track_quat("-Z", "Y").to_euler()
    sun.rotation_euler = (0.7, 0.3, 0.2)
    sun.data.energy = 2.5
    world = bpy.data.worlds.new("world")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs[0].default_value = (0.6, 0.65, 0.7, 1)
    scene.world, scene.camera = world, camera
    scene.render.engine, scene.cycles.device, scene.cycles.samples = "CYCLES", "CPU", 24
    scene.cycles.use_denoising = False
    scene.cycles.seed = 1
    scene.render.resolution_x = scene.render.resolution_y = SIDE
    scene.view_settings.view_transform = "Standard"
    folder = Path(os.environ.get("ATT3D_BLENDER_PICTURES", bpy.app.tempdir))
    path = folder / f"{name}.png"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    found = read(path)
    for thing in (camera, sun):
        bpy.data.objects.remove(thing)
    return found


def _bounds() -> tuple[np.ndarray, np.ndarray]:
    from mathutils import Vector

    bpy.context.view_layer.update()
    corners = [
        tuple(thing.matrix_world @ Vector(corner))
        for thing in bpy.context.scene.objects
        if thing.type == "MESH" and not thing.hide_render
        for corner in thing.bound_box
    ]
    return np.min(corners, axis=0), np.max(corners, axis=0)


def read(path: Path) -> np.ndarray:
    """Reads a PNG file as [height, width, 3] in [0, 1], top row first."""
    image = bpy.data.images.load(str(path))
    image.colorspace_settings.name = "Non-Color"
    width, height = image.size
    pixels = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return pixels.reshape(height, width, 4)[::-1, :, :3]


def same_as_golden(name: str) -> float:
    """Renders the scene and returns the mean difference from the golden picture.

    If ATT3D_BLESS is set, the new picture becomes the golden one first.
    """
    found, path = picture(name), GOLDEN / f"{name}.png"
    if os.environ.get("ATT3D_BLESS"):
        folder = Path(os.environ.get("ATT3D_BLENDER_PICTURES", bpy.app.tempdir))
        path.write_bytes((folder / f"{name}.png").read_bytes())
    expected = read(path)
    return float(np.abs(found - expected).mean())


def datablocks() -> dict[str, int]:
    """Returns the number of data-blocks of each kind in the file."""
    names = ("meshes", "materials", "images", "objects", "collections", "texts", "lights", "cameras")
    return {name: len(getattr(bpy.data, name)) for name in names}


class Blender(unittest.TestCase):
    """Base class of the tests; each test begins with an empty file."""

    def setUp(self) -> None:
        empty()

    def refused(self, says: str, call: object, **how: object) -> None:
        """Checks that a call fails with a message that matches `says`, and keeps the data-blocks."""
        before = datablocks()
        with self.assertRaisesRegex(RuntimeError, says):
            call(**how)
        self.assertEqual(datablocks(), before)
