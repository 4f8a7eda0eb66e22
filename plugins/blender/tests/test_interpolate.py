# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of shape keys and frame sequences."""

import bpy
import numpy as np
import support
from support import Blender, active, module, same_as_golden


class Blends(Blender):
    def test_shape_keys_end_at_the_prompts(self) -> None:
        bpy.ops.att3d.blend_shape_keys(prompts="a red apple\na tall green apple")
        apple = active()
        keys = apple.data.shape_keys.key_blocks
        self.assertEqual([key.name for key in keys], ["a red apple", "a tall green apple"])
        model, att3d = module("api").model(), module("library").att3d()
        order = module("making").Order("", detail=128, texture_size=0)
        options = att3d.GenerateOptions(resolution=128, triangle_budget=10000)
        mesh = att3d.Latent.morph(model.embed_all(["a red apple", "a tall green apple"]), options)
        frame = module("meshes").Frame.on_the_ground(mesh, model.info.meters_per_unit)
        self.assertEqual(order.triangles, 10000)
        for key, wanted in ((keys[0], mesh.positions), (keys[1], mesh.target(0).positions)):
            found = np.empty(len(key.data) * 3, np.float32)
            key.data.foreach_get("co", found)
            np.testing.assert_allclose(found.reshape(-1, 3), frame.place(wanted), atol=1e-6)
        for at in (0.0, 0.5, 1.0):
            apple["blend"] = at
            apple.update_tag()
            bpy.context.view_layer.update()
            seen = apple.evaluated_get(bpy.context.evaluated_depsgraph_get())
            self.assertAlmostEqual(seen.data.shape_keys.key_blocks[1].value, at, places=5)
        self.assertLess(same_as_golden("tall_apple"), support.TOLERANCE)

    def test_shapes_that_are_too_different_are_refused_with_advice(self) -> None:
        self.refused("mesh a step|prompts between", bpy.ops.att3d.blend_shape_keys, prompts="a red apple\na wooden chair")
        self.refused("two or more", bpy.ops.att3d.blend_shape_keys, prompts="a red apple")

    def test_a_sequence_shows_one_mesh_a_frame(self) -> None:
        settings, scene = bpy.context.scene.att3d, bpy.context.scene
        settings.detail, scene.frame_current = 32, 1
        bpy.ops.att3d.blend_frames(prompts="a red apple\na green pear\na yellow banana", frames=5)
        (collection,) = [other for other in bpy.data.collections if "apple" in other.name]
        self.assertEqual(len(collection.objects), 5)
        for frame in range(0, 8):
            scene.frame_set(frame)
            seen = [thing.name for thing in collection.objects if not thing.hide_render]
            self.assertEqual(len(seen), 1, f"frame {frame}: {seen}")
        middle = collection.objects[1]
        wanted, name = support.positions(middle.data), middle.name
        middle.data.vertices[0].co.x += 1
        scene.frame_set(2)
        module("making").choose(bpy.context, bpy.data.objects[name])
        self.assertEqual(bpy.ops.att3d.regenerate(), {"FINISHED"})
        np.testing.assert_array_equal(support.positions(bpy.data.objects[name].data), wanted)

    def test_shape_keys_are_not_made_again_from_their_words(self) -> None:
        bpy.ops.att3d.blend_shape_keys(prompts="a red apple\na tall green apple")
        self.refused("morph", bpy.ops.att3d.regenerate)
