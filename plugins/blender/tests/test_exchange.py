# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of meshes that leave the file and come back: glTF files, and the history."""

import json
import struct
import tempfile
from pathlib import Path

import bpy
import numpy as np
from support import Blender, active, empty, module, positions


class Exports(Blender):
    def exported(self) -> dict[str, object]:
        """Exports the selection as a GLB file and returns its JSON."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "out.glb"
            bpy.ops.export_scene.gltf(filepath=str(path), use_selection=True)
            content = path.read_bytes()
        (length,) = struct.unpack_from("<I", content, 12)
        return json.loads(content[20 : 20 + length])

    def test_vertex_colored_meshes_export_real_factors(self) -> None:
        for make, metallic, roughness in (
            (lambda: bpy.ops.att3d.generate(prompt="a red apple", texture_size=0, detail=48), 0.0, 0.25),
            (lambda: bpy.ops.att3d.generate(prompt="a golden pig", texture_size=0, detail=48), 1.0, 0.25),
            (lambda: bpy.ops.att3d.blend_shape_keys(prompts="a red apple\na tall green apple"), 0.0, 0.25),
        ):
            empty()
            make()
            document = self.exported()
            (material,) = document["materials"]
            values = material["pbrMetallicRoughness"]
            self.assertAlmostEqual(values.get("metallicFactor", 1.0), metallic, places=2)
            self.assertAlmostEqual(values.get("roughnessFactor", 1.0), roughness, delta=0.051)
            attributes = document["meshes"][0]["primitives"][0]["attributes"]
            self.assertEqual([name for name in attributes if name.startswith("COLOR")], ["COLOR_0"])
        empty()
        bpy.ops.att3d.generate(prompt="a red apple", texture_size=64, detail=48)
        self.assertNotIn("COLOR_0", self.exported()["meshes"][0]["primitives"][0]["attributes"])

    def test_a_mesh_of_metal_and_wood_is_rendered_by_its_attributes(self) -> None:
        bpy.ops.att3d.generate(prompt="an axe", texture_size=0, detail=48)
        axe = active()
        (material,) = axe.data.materials
        for node in material.node_tree.nodes:
            if node.type == "MATH" and node.operation == "MULTIPLY":
                self.assertAlmostEqual(node.inputs[1].default_value, node.inputs[0].links[0].from_node.inputs[1].default_value)
        factors = self.exported()["materials"][0]["pbrMetallicRoughness"]
        self.assertLess(factors["roughnessFactor"], 1.0)

    def test_the_history_needs_no_other_add_on(self) -> None:
        bpy.ops.att3d.generate(prompt="a pig", detail=48, texture_size=64)
        pig, key = active(), module("history").entries()[0]["key"]
        bpy.ops.preferences.addon_disable(module="io_scene_gltf2")
        try:
            self.assertEqual(bpy.ops.att3d.history_import(key=key), {"FINISHED"})
        finally:
            bpy.ops.preferences.addon_enable(module="io_scene_gltf2")
        again = active()
        self.assertIsNot(again, pig)
        np.testing.assert_array_equal(positions(again.data), positions(pig.data))
        self.assertEqual(again.data.validate(verbose=False), False)
        images = [node for node in again.active_material.node_tree.nodes if node.type == "TEX_IMAGE"]
        self.assertGreaterEqual(len(images), 2)
        (module("history").folder() / f"{key}.npz").write_bytes(b"nonsense")
        self.refused("damaged", bpy.ops.att3d.history_import, key=key)
        (module("history").folder() / f"{key}.npz").unlink()
        self.refused("missing", bpy.ops.att3d.history_import, key=key)
