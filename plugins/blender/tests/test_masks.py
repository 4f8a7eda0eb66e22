# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Stylize with a mask, and with the size of the material's own image."""

import bpy
import numpy as np
import support
import works
from support import Blender, active, module, positions


class Masks(Blender):
    def monkey(self) -> bpy.types.Object:
        """Returns a monkey with a blue material, whose upper half is in the group `Top`."""
        bpy.ops.mesh.primitive_monkey_add()
        monkey = active()
        blue = works.material("Blue")
        blue.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0.02, 0.05, 0.9, 1.0)
        monkey.data.materials.append(blue)
        top = [vertex.index for vertex in monkey.data.vertices if vertex.co.z > 0.1]
        monkey.vertex_groups.new(name="Top").add(top, 1.0, "REPLACE")
        return monkey

    def test_the_old_material_shows_where_the_weight_is_zero(self) -> None:
        monkey = self.monkey()
        before = positions(monkey.data).tobytes()
        self.assertEqual(bpy.ops.att3d.stylize(prompt="made of gold", style="KEEP", mask="Top", texture_size=256), {"FINISHED"})
        self.assertEqual(positions(monkey.data).tobytes(), before)
        self.assertEqual(monkey.active_material.name, "made of gold")
        weights = np.empty(len(monkey.data.vertices), np.float32)
        monkey.data.attributes["ATT3D Top"].data.foreach_get("value", weights)
        np.testing.assert_array_equal(weights > 0.5, positions(monkey.data)[:, 2] > 0.1)
        picture = support.picture("masked_monkey")
        # Above the mask's border the picture is golden, and below it is blue.
        red, blue = picture[:, :, 0], picture[:, :, 2]
        middle = slice(support.SIDE // 2 - 12, support.SIDE // 2 + 12)
        upper, lower = slice(38, 54), slice(80, 92)
        self.assertGreater(float((red - blue)[upper, middle].mean()), 0.1)
        self.assertLess(float((red - blue)[lower, middle].mean()), -0.1)
        old = bpy.data.materials["Blue"]
        self.assertTrue(old.use_fake_user)
        self.assertFalse(any(node.type == "MIX_SHADER" for node in old.node_tree.nodes))

    def test_two_masks_lie_over_each_other(self) -> None:
        monkey = self.monkey()
        left = [vertex.index for vertex in monkey.data.vertices if vertex.co.x < 0]
        monkey.vertex_groups.new(name="Left").add(left, 0.5, "REPLACE")
        for prompt, mask in (("made of gold", "Top"), ("made of wood", "Left")):
            bpy.ops.att3d.stylize(prompt=prompt, style="KEEP", mask=mask, texture_size=64)
        nodes = monkey.active_material.node_tree.nodes
        self.assertEqual(sorted(node.attribute_name for node in nodes if node.type == "ATTRIBUTE"), ["ATT3D Left", "ATT3D Top"])
        self.assertEqual(len([node for node in nodes if node.type == "MIX_SHADER"]), 2)
        self.assertTrue(all(node.image.packed_file for node in nodes if node.type == "TEX_IMAGE" and node.image.name.startswith("made of")))
        self.assertEqual({material.name for material in bpy.data.materials}, {"Blue", "made of wood"})

    def test_a_mask_that_is_missing_or_empty_is_refused(self) -> None:
        monkey = self.monkey()
        monkey.vertex_groups.new(name="Empty")
        for mask, says in (("Nose", "no vertex group `Nose`"), ("Empty", "no vertex of Suzanne is in the group")):
            self.refused(says, bpy.ops.att3d.stylize, prompt="made of gold", style="KEEP", mask=mask)

    def test_a_slot_without_a_material_can_be_masked(self) -> None:
        monkey = self.monkey()
        monkey.data.materials.clear()
        bpy.ops.att3d.stylize(prompt="made of gold", style="KEEP", mask="Top", texture_size=64)
        self.assertEqual(monkey.active_material.name, "made of gold")

    def test_images_have_the_size_of_the_old_ones(self) -> None:
        for size in ((128, 128), (128, 64), (8, 8)):
            with self.subTest(size=size):
                support.empty()
                monkey = self.monkey()
                for node in [node for node in monkey.active_material.node_tree.nodes if node.type == "TEX_IMAGE"]:
                    monkey.active_material.node_tree.nodes.remove(node)
                image = bpy.data.images.new("Skin", *size)
                monkey.active_material.node_tree.nodes.new("ShaderNodeTexImage").image = image
                bpy.ops.att3d.stylize(prompt="made of gold", style="KEEP", own_image_size=True, texture_size=512)
                images = [node.image for node in monkey.active_material.node_tree.nodes if node.type == "TEX_IMAGE"]
                self.assertEqual({tuple(image.size) for image in images}, {size})
                self.assertTrue(all(image.packed_file for image in images))

    def test_without_an_image_the_size_is_that_of_the_panel(self) -> None:
        bpy.ops.mesh.primitive_monkey_add()
        bpy.ops.att3d.stylize(prompt="made of gold", style="KEEP", own_image_size=True, texture_size=64)
        images = [node.image for node in active().active_material.node_tree.nodes if node.type == "TEX_IMAGE"]
        self.assertEqual({tuple(image.size) for image in images}, {(64, 64)})
        self.assertEqual(module("materials").size_of_images(None), None)
