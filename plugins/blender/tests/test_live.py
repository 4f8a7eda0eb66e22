# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the live session. There is no event loop, so `live.wait` replaces the timer."""

import tempfile

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
        settings.live = False
        # The session keeps the materials of earlier meshes until it ends.
        self.assertEqual(datablocks(), {**before, "materials": 1})
        self.assertFalse(settings.live)
        self.assertIsNone(live.followed())

    def test_a_material_is_used_again_instead_of_made_again(self) -> None:
        settings, live, materials = bpy.context.scene.att3d, module("live"), module("materials")
        settings.live_detail, settings.prompt, settings.live = 16, "a golden sword", True
        live.wait()
        golden = live.followed().active_material
        settings.prompt = "a wooden chair"
        live.wait()
        self.assertIsNot(live.followed().active_material, golden)
        count = len(bpy.data.materials)
        settings.prompt = "a golden sword"
        live.wait()
        self.assertIs(live.followed().active_material, golden)
        self.assertEqual(len(bpy.data.materials), count)
        settings.live = False
        self.assertEqual([material for material in bpy.data.materials if materials._FACTORS in material], [golden])

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

    def rigged(self) -> bpy.types.Object:
        """Returns a selected monkey whose vertices are in a group."""
        bpy.ops.mesh.primitive_monkey_add()
        monkey = active()
        monkey.vertex_groups.new(name="All").add(range(len(monkey.data.vertices)), 1.0, "REPLACE")
        return monkey

    def test_what_a_replaced_mesh_loses_is_told(self) -> None:
        settings, live = bpy.context.scene.att3d, module("live")
        for keep_old, says in ((True, "stay on a hidden copy"), (False, "are lost")):
            empty()
            settings = bpy.context.scene.att3d
            self.rigged()
            settings.replace, settings.keep_old = True, keep_old
            settings.prompt, settings.live = "a red apple", True
            live.wait()
            self.assertIn(f"1 vertex group: they {says}", live.hint())
            settings.live = False
            self.assertEqual(live.hint(), "")

    def test_weights_are_written_when_it_ends_and_when_the_file_is_saved(self) -> None:
        live = module("live")
        for end in ("stop", "save", "generate"):
            empty()
            settings, monkey = bpy.context.scene.att3d, self.rigged()
            settings.replace, settings.keep_old, settings.transfer_weights = True, False, True
            settings.prompt, settings.live = "a red apple", True
            live.wait()
            if end == "save":
                with tempfile.TemporaryDirectory() as folder:
                    bpy.ops.wm.save_as_mainfile(filepath=f"{folder}/live.blend", copy=True)
            elif end == "generate":
                bpy.ops.att3d.generate(detail=32, texture_size=0)
            else:
                settings.live = False
            self.assertEqual([group.name for group in monkey.vertex_groups], ["All"], end)
            self.assertTrue(all(vertex.groups[0].weight > 0.99 for vertex in monkey.data.vertices), end)
            settings.live = False

    def keyed(self) -> bpy.types.Scene:
        """Returns the scene with two prompts and a keyed blend between them."""
        scene = bpy.context.scene
        for text in ("a red apple", "a green pear"):
            scene.att3d.blend_prompts.add().text = text
        for frame, value in ((1, 0.0), (11, 1.0)):
            scene.att3d.blend = value
            scene.att3d.keyframe_insert("blend", frame=frame)
        return scene

    def test_the_interface_is_locked_only_while_a_keyed_blend_follows(self) -> None:
        live = module("live")
        for is_the_artists in (False, True):
            empty()
            scene = self.keyed()
            scene.render.use_lock_interface = is_the_artists
            scene.att3d.live = True
            scene.frame_set(6)
            live.wait()
            self.assertTrue(scene.render.use_lock_interface)
            scene.att3d.live = False
            self.assertEqual(scene.render.use_lock_interface, is_the_artists)

    def test_a_file_that_was_saved_meanwhile_opens_unlocked(self) -> None:
        scene = self.keyed()
        scene.att3d.live = True
        scene.frame_set(6)
        with tempfile.TemporaryDirectory() as folder:
            bpy.ops.wm.save_as_mainfile(filepath=f"{folder}/live.blend")
            bpy.ops.wm.open_mainfile(filepath=f"{folder}/live.blend")
            self.assertFalse(bpy.context.scene.render.use_lock_interface)
            empty()
