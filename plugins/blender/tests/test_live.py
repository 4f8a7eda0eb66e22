# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the live session. There is no event loop, so `live.wait` replaces the timer."""

import bpy
import numpy as np
from support import Blender, active, datablocks, empty, module, positions


class Live(Blender):
    def test_the_mesh_follows_twenty_prompts(self) -> None:
        settings, live = bpy.context.scene.att3d, module("live")
        settings.prompt = "a red apple"
        settings.live = True
        self.assertTrue(settings.live)
        live.wait()
        before = datablocks()
        thing = live.followed()
        shapes = set()
        for noun in ("apple", "pear", "chair", "car"):
            for color in ("red", "green", "blue", "golden", "purple"):
                settings.prompt = f"a {color} {noun}"
                self.assertTrue(live.wait())
                self.assertIs(live.followed(), thing)
                self.assertEqual(thing["att3d_prompt"], settings.prompt)
                shapes.add(positions(thing.data).tobytes())
        self.assertEqual(len(shapes), 20)
        self.assertEqual(datablocks(), before)
        settings.live = False
        self.assertFalse(settings.live)
        self.assertIsNone(live.followed())

    def test_a_prompt_that_is_not_understood_leaves_the_mesh(self) -> None:
        settings, live = bpy.context.scene.att3d, module("live")
        settings.prompt = "a red apple"
        settings.live = True
        live.wait()
        before = positions(live.followed().data)
        settings.prompt = "qwxyz"
        live.wait()
        self.assertIn("names no thing", live.hint())
        np.testing.assert_array_equal(positions(live.followed().data), before)
        settings.live = False

    def test_generate_finishes_what_was_drafted(self) -> None:
        settings, live = bpy.context.scene.att3d, module("live")
        settings.prompt, settings.live = "a red apple", True
        live.wait()
        thing = live.followed()
        bpy.ops.att3d.generate(texture_size=64)
        self.assertIs(active(), thing)
        self.assertFalse(settings.live)
        self.assertEqual(len(bpy.data.meshes), 1)
        self.assertTrue(thing.data.uv_layers)

    def test_it_ends_when_its_object_or_file_is_gone(self) -> None:
        settings, live = bpy.context.scene.att3d, module("live")
        settings.prompt, settings.live = "a red apple", True
        live.wait()
        bpy.data.objects.remove(live.followed())
        settings.prompt = "a green pear"
        live.wait()
        module("live").resend()
        self.assertFalse(settings.live)
        settings.live = True
        empty()
        self.assertFalse(bpy.context.scene.att3d.live)

    def test_the_blend_moves_it(self) -> None:
        settings, live = bpy.context.scene.att3d, module("live")
        for text in ("a red apple", "a green pear"):
            settings.blend_prompts.add().text = text
        settings.live = True
        settings.blend = 1.0
        live.wait()
        model = module("api").model()
        options = module("making").Order("", detail=64, texture_size=0, triangles=0).options()
        pear = model.generate("a green pear", options)
        self.assertEqual(len(live.followed().data.vertices), len(pear.positions))
        settings.live = False

    def test_the_mesh_is_left_when_it_is_no_longer_its_own(self) -> None:
        settings, live = bpy.context.scene.att3d, module("live")
        for change in ("mesh", "keys"):
            settings.prompt, settings.live = "a red apple", True
            live.wait()
            thing = live.followed()
            if change == "mesh":
                thing.data = bpy.data.meshes.new("mine")
            else:
                thing.shape_key_add(name="mine")
            settings.prompt = "a green pear"
            live.wait()
            self.assertFalse(settings.live, change)
            self.assertIsNone(live.followed(), change)

    def test_undo_shows_what_the_panel_says(self) -> None:
        settings, live = bpy.context.scene.att3d, module("live")
        settings.prompt, settings.live = "a red apple", True
        live.wait()
        wanted = positions(live.followed().data)
        # Undo also puts an older mesh into the object.
        live.followed().data.vertices[0].co.x += 1
        live.resend()
        live.wait()
        np.testing.assert_array_equal(positions(live.followed().data), wanted)
        settings.live = False

    def test_detail_and_size_act_at_once(self) -> None:
        settings, live = bpy.context.scene.att3d, module("live")
        settings.prompt, settings.live_detail, settings.live = "a red apple", 32, True
        live.wait()
        thing = live.followed()
        coarse = len(thing.data.vertices)
        settings.size = 3.0
        live.wait()
        self.assertAlmostEqual(max(thing.dimensions), 3.0, places=3)
        settings.live_detail = 64
        live.wait()
        self.assertGreater(len(thing.data.vertices), 2 * coarse)
        settings.live, settings.size = False, 0.0
