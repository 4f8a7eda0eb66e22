# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of shape keys and frame sequences."""

import tempfile
from pathlib import Path

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
        frame = module("meshes").Frame.on_the_ground(mesh.info, model.info.meters_per_unit)
        self.assertEqual(order.triangles, 10000)
        for key, wanted in ((keys[0], mesh.positions), (keys[1], mesh.target(0).positions)):
            found = np.empty(len(key.data) * 3, np.float32)
            key.data.foreach_get("co", found)
            places = frame.place(wanted)
            places[:, 2] -= places[:, 2].min()
            np.testing.assert_allclose(found.reshape(-1, 3), places, atol=1e-6)
        for at in (0.0, 0.5, 1.0):
            module("api").set_blend(apple, at)
            bpy.context.view_layer.update()
            seen = apple.evaluated_get(bpy.context.evaluated_depsgraph_get())
            self.assertAlmostEqual(seen.data.shape_keys.key_blocks[1].value, at, places=5)
            lowest = min(vertex.co.z for vertex in seen.to_mesh().vertices)
            self.assertAlmostEqual(lowest, 0.0, delta=0.02, msg="it stands on the ground")
            seen.to_mesh_clear()
        names = [attribute.name for attribute in apple.data.color_attributes]
        self.assertEqual(names, ["Color", "Color 1"])
        second = np.empty(len(apple.data.vertices) * 4, np.float32)
        apple.data.color_attributes["Color 1"].data.foreach_get("color_srgb", second)
        red, green = second.reshape(-1, 4).mean(axis=0)[:2]
        self.assertGreater(green, red)
        tree = apple.active_material.node_tree.evaluated_get(bpy.context.evaluated_depsgraph_get())
        (mix,) = (node for node in tree.nodes if node.type == "MIX_RGB")
        self.assertAlmostEqual(mix.inputs["Fac"].default_value, 1.0, places=5)
        self.assertLess(same_as_golden("tall_apple"), support.TOLERANCE)

    def test_a_slider_that_a_script_sets_acts_at_the_next_update(self) -> None:
        apple = module("api").interpolate_prompts(["a red apple", "a tall green apple"], detail=48)
        key = apple.data.shape_keys.key_blocks[1]
        bpy.context.view_layer.update()
        apple["blend"] = 0.25
        bpy.context.scene.frame_set(2)
        self.assertAlmostEqual(key.value, 0.25, places=5)
        apple["blend"] = 0.75
        # In a window, a timer calls it.
        module("interpolate").update_sliders()
        bpy.context.view_layer.update()
        self.assertAlmostEqual(key.value, 0.75, places=5)

    def test_a_keyed_blend_changes_in_a_render(self) -> None:
        scene, live = bpy.context.scene, module("live")
        settings = scene.att3d
        for text in ("a red apple", "a tall green pear"):
            settings.blend_prompts.add().text = text
        settings.live_detail, settings.live = 32, True
        live.wait()
        for frame, value in ((1, 0.0), (3, 1.0)):
            settings.blend = value
            scene.keyframe_insert("att3d.blend", frame=frame)
        scene.frame_start, scene.frame_end = 1, 3
        seen = []

        def look(_scene: bpy.types.Scene, depsgraph: bpy.types.Depsgraph) -> None:
            # This handler runs after the extension's own.
            seen.append(support.positions(live.followed().data).tobytes())

        with tempfile.TemporaryDirectory() as folder:
            support.picture("blend")
            scene.render.filepath = f"{folder}/"
            scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
            scene.collection.objects.link(scene.camera)
            scene.camera.location, scene.camera.rotation_euler = (0, -1, 0.1), (1.5, 0, 0)
            scene.render.resolution_x = scene.render.resolution_y = 32
            bpy.app.handlers.frame_change_post.append(look)
            try:
                bpy.ops.render.render(animation=True)
            finally:
                bpy.app.handlers.frame_change_post.remove(look)
            pictures = {support.read(path).tobytes() for path in Path(folder).glob("*.png")}
        self.assertEqual(len(set(seen)), 3, "a mesh for each frame")
        self.assertEqual(len(pictures), 3, "a picture for each frame")
        settings.live = False

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

    def test_a_slash_in_a_prompt_separates_nothing(self) -> None:
        making = module("making")
        self.assertEqual(making.Order.between(["a red car / truck", "a pear"]).prompts, ["a red car / truck", "a pear"])
        settings = bpy.context.scene.att3d
        settings.detail = 32
        bpy.ops.att3d.blend_frames(prompts="a red apple / pear\na green pear", frames=2)
        thing = bpy.data.collections[0].objects[1]
        order = making.Order.of_fields(module("provenance").read(thing))
        self.assertEqual(order.prompts, ["a red apple / pear", "a green pear"])
        wanted = support.positions(thing.data)
        making.choose(bpy.context, thing)
        self.assertEqual(bpy.ops.att3d.regenerate(), {"FINISHED"})
        np.testing.assert_array_equal(support.positions(thing.data), wanted)
        thing["att3d_prompt"] = "a red apple / a yellow banana"
        order = making.Order.of_fields(module("provenance").read(thing))
        self.assertEqual(order.prompts, ["a red apple", "a yellow banana"])
