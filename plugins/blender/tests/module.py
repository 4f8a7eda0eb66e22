# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension in Blender as a Python module: the blocking path, for there is no event loop.

    scripts/check_blender.sh runs this; `python module.py -v NAME` one test, with ATT3D_BLENDER_ZIP set
"""

import os
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import bpy
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import support
from support import active, empty, positions, room, same_as_golden


def datablocks() -> dict[str, int]:
    """How much of everything the file holds."""
    names = ("meshes", "materials", "images", "objects", "collections", "texts", "lights", "cameras")
    return {name: len(getattr(bpy.data, name)) for name in names}


class Blender(unittest.TestCase):
    """Each test begins with an empty file."""

    def setUp(self) -> None:
        empty()

    def refused(self, says: str, call: object, **how: object) -> None:
        """The operator says why, and nothing changes."""
        before = datablocks()
        with self.assertRaisesRegex(RuntimeError, says):
            call(**how)
        self.assertEqual(datablocks(), before)


class Generate(Blender):
    def test_a_prompt_becomes_a_textured_object_on_the_ground(self) -> None:
        bpy.context.scene.cursor.location = (1, 2, 3)
        self.assertEqual(bpy.ops.att3d.generate(prompt="a pig wearing a party hat", size=1.5), {"FINISHED"})
        pig = active()
        self.assertTrue(pig.select_get())
        self.assertEqual(tuple(pig.location), (1, 2, 3))
        self.assertAlmostEqual(max(pig.dimensions), 1.5, places=3)
        places = positions(pig.data)
        self.assertAlmostEqual(float(places[:, 2].min()), 0.0, places=4)
        self.assertAlmostEqual(float(places[:, 0].max() + places[:, 0].min()), 0.0, places=4)
        self.assertEqual(int(np.ptp(places, axis=0).argmax()), 2, "it stands")
        self.assertLessEqual(len(pig.data.polygons), 10000)
        self.assertFalse(pig.data.validate(verbose=False), "nothing to mend")
        images = [node.image for node in pig.active_material.node_tree.nodes if node.type == "TEX_IMAGE"]
        self.assertEqual(len(images), 3)
        for image in images:
            self.assertEqual(tuple(image.size), (1024, 1024))
            self.assertTrue(image.packed_file)
        self.assertEqual(pig["att3d_prompt"], "a pig wearing a party hat")
        self.assertEqual(len(pig["att3d_digest"]), 24)
        self.assertLess(same_as_golden("pig"), support.TOLERANCE)

    def test_what_faces_the_front_view_is_its_face(self) -> None:
        # The snout stands out to -Y, where Blender's front view looks from.
        bpy.ops.att3d.generate(prompt="an elephant", texture_size=0)
        places = positions(active().data)
        head = places[places[:, 2] > 0.55 * places[:, 2].max()]
        self.assertGreater(-head[:, 1].min(), head[:, 1].max())

    def test_without_textures_colors_are_attributes(self) -> None:
        bpy.ops.att3d.generate(prompt="a red apple", texture_size=0, detail=64, triangles=0)
        apple = active().data
        colors = np.empty(len(apple.vertices) * 4, np.float32)
        apple.color_attributes["Color"].data.foreach_get("color_srgb", colors)
        mean = colors.reshape(-1, 4).mean(axis=0)
        self.assertGreater(mean[0], mean[2] + 0.2)
        self.assertEqual(apple.materials[0].name, "ATT3D Colors")
        self.assertLess(same_as_golden("apple"), support.TOLERANCE)
        bpy.ops.att3d.generate(prompt="a green pear", texture_size=0, detail=48)
        self.assertIs(active().data.materials[0], apple.materials[0])

    def test_normals_are_the_librarys(self) -> None:
        bpy.ops.att3d.generate(prompt="a red apple", texture_size=0, detail=48)
        data = active().data
        self.assertTrue(data.has_custom_normals)
        corners = np.empty(len(data.loops) * 3, np.float32)
        data.corner_normals.foreach_get("vector", corners)
        of = np.empty(len(data.loops), np.int32)
        data.loops.foreach_get("vertex_index", of)
        mesh = room("api").model().generate("a red apple", room("making").Order("", detail=48, texture_size=0).options())
        wanted = room("meshes").to_blender(mesh.normals)[of]
        self.assertGreater((corners.reshape(-1, 3) * wanted).sum(axis=1).min(), 0.999)

    def test_settings_that_are_not_given_are_the_panels(self) -> None:
        settings = bpy.context.scene.att3d
        settings.prompt, settings.detail, settings.texture_size, settings.triangles = "a blue chair", 48, "0", 800
        bpy.ops.att3d.generate()
        self.assertEqual(active()["att3d_prompt"], "a blue chair")
        self.assertLessEqual(len(active().data.polygons), 800)

    def test_a_result_replaces_the_selection(self) -> None:
        bpy.ops.att3d.generate(prompt="a red apple", detail=48, texture_size=64)
        apple = active()
        apple.location, apple.name = (5, 0, 0), "kept name"
        before = datablocks()
        bpy.ops.att3d.generate(prompt="a green pear", detail=48, texture_size=64, replace=True)
        self.assertEqual(datablocks(), before, "nothing is left of the old one")
        self.assertIs(active(), apple)
        self.assertEqual((apple.name, apple.location.x, apple["att3d_prompt"]), ("kept name", 5, "a green pear"))

    def test_an_object_is_made_again_from_a_saved_file(self) -> None:
        bpy.ops.att3d.generate(prompt="a tall green bottle", detail=48, texture_size=64, seed=3, size=0.5)
        before, name = positions(active().data), active().name
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "kept.blend")
            bpy.ops.wm.save_as_mainfile(filepath=path)
            empty()
            bpy.ops.wm.open_mainfile(filepath=path)
            thing = bpy.data.objects[name]
            thing.data.vertices[0].co.x += 1
            room("making").choose(bpy.context, thing)
            self.assertEqual(bpy.ops.att3d.regenerate(), {"FINISHED"})
            np.testing.assert_array_equal(positions(thing.data), before)
            images = [image for image in bpy.data.images if image.packed_file]
            self.assertEqual(len(images), 3)

    def test_bad_prompts_are_refused(self) -> None:
        self.refused("empty", bpy.ops.att3d.generate, prompt="  ")
        self.refused("no word of the prompt", bpy.ops.att3d.generate, prompt="qwxyz")
        self.refused("shorten it", bpy.ops.att3d.generate, prompt="pig " * 2500)

    def test_words_that_are_not_known_are_said(self) -> None:
        bpy.ops.att3d.generate(prompt="a hound and a qwxyz", detail=32, texture_size=0)
        self.assertIn("hound → dog", room("generate").hint)
        self.assertIn("qwxyz", room("generate").hint)

    def test_nothing_is_made_while_a_mesh_is_edited(self) -> None:
        bpy.ops.mesh.primitive_cube_add()
        bpy.ops.object.mode_set(mode="EDIT")
        self.refused("edit mode", bpy.ops.att3d.generate, prompt="a pig")
        bpy.ops.object.mode_set(mode="OBJECT")

    def test_wrong_selections_are_refused(self) -> None:
        self.refused("nothing is selected", bpy.ops.att3d.generate, prompt="a pig", replace=True)
        bpy.ops.curve.primitive_bezier_curve_add()
        self.refused("curve, not a mesh", bpy.ops.att3d.generate, prompt="a pig", replace=True)
        self.refused("curve, not a mesh", bpy.ops.att3d.stylize, prompt="made of gold")
        self.refused("curve, not a mesh", bpy.ops.att3d.regenerate)
        bpy.ops.mesh.primitive_cube_add()
        self.refused("not made by ATT3D", bpy.ops.att3d.regenerate)

    def test_a_linked_object_is_left_alone(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "library.blend")
            bpy.ops.mesh.primitive_cube_add()
            bpy.context.view_layer.objects.active.name = "linked"
            bpy.ops.wm.save_as_mainfile(filepath=path)
            empty()
            with bpy.data.libraries.load(path, link=True) as (_given, wanted):
                wanted.objects = ["linked"]
            bpy.context.scene.collection.objects.link(bpy.data.objects["linked"])
            room("making").choose(bpy.context, bpy.data.objects["linked"])
            self.refused("linked from another file", bpy.ops.att3d.stylize, prompt="made of gold")
            self.refused("linked from another file", bpy.ops.att3d.generate, prompt="a pig", replace=True)


class Tasks(Blender):
    def test_cancel_half_way_leaves_nothing(self) -> None:
        tasks, making, engine = room("tasks"), room("making"), room("engine")
        order = making.Order("a pig", detail=512, texture_size=4096, triangles=0)
        before = datablocks()
        task = tasks.Task("pig", lambda task: iter([making.make(task, engine.Choice(), order)]), self.fail)
        threading.Timer(0.3, task.cancel).start()
        begun = time.monotonic()
        with self.assertRaises(tasks.Cancelled):
            task.run()
        self.assertLess(time.monotonic() - begun, 5.0)
        self.assertEqual(datablocks(), before)

    def test_a_task_of_a_thread_is_taken_by_polling(self) -> None:
        tasks = room("tasks")
        taken: list[object] = []
        task = tasks.Task("count", lambda _task: iter(range(3)), taken.append)
        task.start()
        task.join(5.0)
        while not task.poll():
            pass
        self.assertEqual(taken, [0, 1, 2])

    def test_a_failure_on_a_thread_is_told_on_the_main_one(self) -> None:
        tasks, library = room("tasks"), room("library")

        def work(_task: object) -> object:
            raise library.Failure("no such thing")
            yield

        task = tasks.Task("fails", work, self.fail)
        task.start()
        task.join(5.0)
        with self.assertRaisesRegex(library.Failure, "no such thing"):
            task.poll()


class Live(Blender):
    def test_the_mesh_follows_twenty_prompts(self) -> None:
        settings, live = bpy.context.scene.att3d, room("live")
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
        self.assertNotIn("att3d_live", thing)

    def test_a_prompt_that_is_not_understood_leaves_the_mesh(self) -> None:
        settings, live = bpy.context.scene.att3d, room("live")
        settings.prompt = "a red apple"
        settings.live = True
        live.wait()
        before = positions(live.followed().data)
        settings.prompt = "qwxyz"
        live.wait()
        self.assertIn("no word", live.hint())
        np.testing.assert_array_equal(positions(live.followed().data), before)
        settings.live = False

    def test_generate_finishes_what_was_drafted(self) -> None:
        settings, live = bpy.context.scene.att3d, room("live")
        settings.prompt, settings.live = "a red apple", True
        live.wait()
        thing = live.followed()
        bpy.ops.att3d.generate(texture_size=64)
        self.assertIs(active(), thing)
        self.assertFalse(settings.live)
        self.assertEqual(len(bpy.data.meshes), 1)
        self.assertTrue(thing.data.uv_layers)

    def test_it_ends_when_its_object_or_file_is_gone(self) -> None:
        settings, live = bpy.context.scene.att3d, room("live")
        settings.prompt, settings.live = "a red apple", True
        live.wait()
        bpy.data.objects.remove(live.followed())
        settings.prompt = "a green pear"
        live.wait()
        room("live").resend()
        self.assertFalse(settings.live)
        settings.live = True
        empty()
        self.assertFalse(bpy.context.scene.att3d.live)

    def test_the_blend_moves_it(self) -> None:
        settings, live = bpy.context.scene.att3d, room("live")
        for text in ("a red apple", "a green pear"):
            settings.blend_prompts.add().text = text
        settings.live = True
        settings.blend = 1.0
        live.wait()
        model = room("api").model()
        options = room("making").Order("", detail=64, texture_size=0, triangles=0).options()
        pear = model.generate("a green pear", options)
        self.assertEqual(len(live.followed().data.vertices), len(pear.positions))
        settings.live = False


class Blends(Blender):
    def test_shape_keys_end_at_the_prompts(self) -> None:
        bpy.ops.att3d.blend_shape_keys(prompts="a red apple\na tall green apple")
        apple = active()
        keys = apple.data.shape_keys.key_blocks
        self.assertEqual([key.name for key in keys], ["a red apple", "a tall green apple"])
        model, att3d = room("api").model(), room("library").att3d()
        order = room("making").Order("", detail=128, texture_size=0)
        options = att3d.GenerateOptions(resolution=128, triangle_budget=10000)
        mesh = att3d.Latent.morph(model.embed_all(["a red apple", "a tall green apple"]), options)
        frame = room("meshes").Frame.on_the_ground(mesh, model.info.metres_per_unit)
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


class Stylize(Blender):
    def suzanne(self) -> bpy.types.Object:
        bpy.ops.mesh.primitive_monkey_add(rotation=(0, 0, 0.4), location=(1, 2, 0))
        bpy.context.view_layer.objects.active.scale = (1.2, 1.2, 1.2)
        bpy.context.view_layer.update()
        return active()

    def test_kept_geometry_is_kept_bit_for_bit(self) -> None:
        monkey = self.suzanne()
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.mesh.select_all(action="SELECT")
        bpy.ops.uv.smart_project()
        bpy.ops.object.mode_set(mode="OBJECT")
        monkey.data.materials.append(bpy.data.materials.new("old"))

        def state() -> tuple[bytes, ...]:
            data = monkey.data
            corners = np.empty(len(data.loops), np.int32)
            data.loops.foreach_get("vertex_index", corners)
            uvs = np.empty(len(data.loops) * 2, np.float32)
            data.uv_layers.active.data.foreach_get("uv", uvs)
            return positions(data).tobytes(), corners.tobytes(), uvs.tobytes()

        before = state()
        self.assertEqual(bpy.ops.att3d.stylize(prompt="made of gold", style="KEEP", texture_size=512), {"FINISHED"})
        self.assertEqual(state(), before)
        self.assertEqual(len(monkey.data.materials), 1)
        images = [node.image for node in monkey.active_material.node_tree.nodes if node.type == "TEX_IMAGE"]
        self.assertTrue(all(tuple(image.size) == (512, 512) for image in images))
        self.assertGreaterEqual(len(images), 2)
        self.assertLess(same_as_golden("golden_monkey"), support.TOLERANCE)

    def test_a_mesh_without_uvs_gets_some_and_keeps_the_rest(self) -> None:
        monkey = self.suzanne()
        while monkey.data.uv_layers:
            monkey.data.uv_layers.remove(monkey.data.uv_layers[0])
        before, blocks = positions(monkey.data).tobytes(), datablocks()
        bpy.ops.att3d.stylize(prompt="made of wood", style="KEEP", texture_size=256)
        self.assertEqual(positions(monkey.data).tobytes(), before)
        self.assertEqual(len(monkey.data.uv_layers), 1)
        self.assertIs(active(), monkey)
        after = datablocks()
        self.assertEqual((after["meshes"], after["objects"]), (blocks["meshes"], blocks["objects"]))

    def test_a_replaced_mesh_stands_where_the_old_one_stood(self) -> None:
        monkey = self.suzanne()
        world = np.array(monkey.matrix_world)
        low, high = (np.array(monkey.bound_box).min(axis=0), np.array(monkey.bound_box).max(axis=0))
        bpy.ops.att3d.stylize(prompt="a red monkey", style="REPLACE", keep_shape=1.0, texture_size=0, detail=96)
        np.testing.assert_array_equal(np.array(monkey.matrix_world), world)
        found = positions(monkey.data)
        # What is thin (ears) may be missing.
        np.testing.assert_allclose(found.min(axis=0), low, atol=0.3)
        np.testing.assert_allclose(found.max(axis=0), high, atol=0.3)

    def test_beside_leaves_the_given_mesh(self) -> None:
        monkey = self.suzanne()
        before = positions(monkey.data).tobytes()
        bpy.ops.att3d.stylize(prompt="a red monkey", style="BESIDE", keep_shape=0.5, texture_size=0, detail=64)
        self.assertEqual(positions(monkey.data).tobytes(), before)
        self.assertIsNot(active(), monkey)

    def test_a_mesh_without_faces_is_refused(self) -> None:
        data = bpy.data.meshes.new("points")
        data.from_pydata([(0, 0, 0), (1, 0, 0)], [], [])
        thing = bpy.data.objects.new("points", data)
        bpy.context.scene.collection.objects.link(thing)
        room("making").choose(bpy.context, thing)
        for style in ("KEEP", "REPLACE"):
            self.refused("no faces", bpy.ops.att3d.stylize, prompt="made of gold", style=style)


class Lists(Blender):
    def test_a_batch_of_twenty_stands_in_a_grid(self) -> None:
        colors = ("red", "green", "blue", "golden")
        text = bpy.data.texts.new("prompts")
        text.write("# fruit and such\n" + "\n".join(f"a {color} {noun}" for noun in ("apple", "pear", "chair", "car", "hat") for color in colors))
        settings = bpy.context.scene.att3d
        settings.batch_text, settings.detail, settings.texture_size, settings.batch_columns = text, 32, "0", 4
        before = len(bpy.data.objects)
        bpy.ops.att3d.batch()
        (collection,) = bpy.data.collections
        made = len(collection.objects)
        self.assertGreaterEqual(made, 16)
        self.assertEqual(len(bpy.data.objects) - before, made)
        places = {tuple(round(value, 3) for value in thing.location) for thing in collection.objects}
        self.assertEqual(len(places), made)
        self.assertEqual(len({place[0] for place in places}), 4)

    def test_one_bad_line_does_not_end_a_batch(self) -> None:
        settings = bpy.context.scene.att3d
        settings.detail, settings.texture_size = 32, "0"
        bpy.ops.att3d.batch(prompts="a red apple\nqwxyz\na green pear")
        self.assertEqual(len(bpy.data.collections[0].objects), 2)
        self.assertIn("qwxyz", bpy.data.texts["ATT3D batch"].as_string())
        self.refused("none of 1", bpy.ops.att3d.batch, prompts="qwxyz")
        self.refused("no prompts", bpy.ops.att3d.batch)

    def test_a_csv_is_read_by_its_column(self) -> None:
        prompts_in = room("batch").prompts_in
        self.assertEqual(prompts_in('name,prompt\n1,"a red, shiny apple"\n2,a pear\n', True), ["a red, shiny apple", "a pear"])
        self.assertEqual(prompts_in("a pear\n\na car\n", True), ["a pear", "a car"])

    def test_variants_are_shown_and_picked(self) -> None:
        bpy.ops.att3d.variants(prompt="a pig", count=3)
        prompt, found = room("variants").shown
        self.assertEqual((prompt, [seed for seed, _ in found]), ("a pig", [0, 1, 2]))
        if not bpy.app.background:
            self.assertTrue(all(icon > 0 for _, icon in found))
        settings = bpy.context.scene.att3d
        settings.detail, settings.texture_size = 32, "0"
        bpy.ops.att3d.variant_pick(seed=2)
        self.assertEqual((active()["att3d_prompt"], active()["att3d_seed"]), ("a pig", "2"))

    def test_history_remembers_over_files(self) -> None:
        history = room("history")
        history.clear()
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=64, size=0.4)
        (entry,) = history.entries()
        empty()
        bpy.ops.att3d.history_load()
        if not bpy.app.background:
            self.assertGreater(history.icon(entry["key"]), 0)
        bpy.ops.att3d.history_import(key=entry["key"])
        (apple,) = bpy.data.objects
        self.assertEqual(apple["att3d_prompt"], "a red apple")
        self.assertAlmostEqual(max(apple.dimensions), 0.4, places=3)
        bpy.ops.att3d.history_again(key=entry["key"])
        self.assertEqual(len(bpy.data.objects), 2)
        self.assertEqual(len(history.entries()), 2)
        history.clear()
        self.assertEqual(history.entries(), [])
        self.refused("no longer", bpy.ops.att3d.history_import, key=entry["key"])
        self.assertFalse(list(history.folder().glob("*.glb")))

    def test_a_damaged_history_is_an_empty_one(self) -> None:
        history = room("history")
        (history.folder() / "history.json").write_text("{nonsense", encoding="utf-8")
        self.assertEqual(history.entries(), [])
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0)
        self.assertEqual(len(history.entries()), 1)

    def test_results_become_assets_in_a_catalogue(self) -> None:
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0)
        apple = active()
        with tempfile.TemporaryDirectory() as folder:
            bpy.ops.wm.save_as_mainfile(filepath=str(Path(folder) / "assets.blend"))
            bpy.ops.att3d.mark_asset()
            bpy.ops.att3d.mark_asset()
            text = (Path(folder) / "blender_assets.cats.txt").read_text(encoding="utf-8")
            self.assertEqual(text.count("ATT3D"), 2, "one line of the catalogue")
            self.assertIn(str(apple.asset_data.catalog_id), text)
            self.assertEqual(tuple(apple.preview.image_size), (256, 256))
            empty()


class Engine(Blender):
    def test_unload_and_go_on(self) -> None:
        engine = room("engine")
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0)
        self.assertEqual(engine.facts().engine, "embedded")
        bpy.ops.att3d.unload()
        self.assertIsNone(engine.facts())
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0)
        self.assertIsNotNone(engine.facts())

    def test_the_torch_engine_without_its_module_says_what_to_do(self) -> None:
        preferences = bpy.context.preferences.addons["bl_ext.user_default.att3d"].preferences
        preferences.engine = "TORCH"
        try:
            self.refused("no libatt3d_torch.so", bpy.ops.att3d.generate, prompt="a pig")
        finally:
            preferences.engine = "EMBEDDED"
        self.assertNotIn("libtorch", Path("/proc/self/maps").read_text())

    def test_a_broken_package_is_refused_and_the_old_one_goes_on(self) -> None:
        preferences = bpy.context.preferences.addons["bl_ext.user_default.att3d"].preferences
        with tempfile.TemporaryDirectory() as folder:
            broken = Path(folder) / "broken.att3d"
            broken.write_bytes(b"not a package")
            preferences.packages_folder = folder
            preferences.package = str(broken)
            try:
                self.refused("broken.att3d", bpy.ops.att3d.generate, prompt="a pig")
                self.refused("broken.att3d", bpy.ops.att3d.package_card, path=str(broken))
            finally:
                preferences.package = "bundled"
        self.assertEqual(bpy.ops.att3d.generate(prompt="a pig", detail=32, texture_size=0), {"FINISHED"})

    def test_diagnostics_say_what_runs(self) -> None:
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0)
        bpy.ops.att3d.diagnostics()
        text = bpy.data.texts["ATT3D diagnostics"].as_string()
        for part in (bpy.app.version_string, "libatt3d 0.1.0", "engine embedded", "toybox"):
            self.assertIn(part, text)

    def test_scripts_have_functions(self) -> None:
        api = room("api")
        pear = api.generate("a green pear", detail=48, texture_size=0, size=0.2)
        self.assertAlmostEqual(max(pear.dimensions), 0.2, places=3)
        api.stylize(pear, "made of gold", texture_size=128)
        with self.assertRaises(api.Failure):
            api.generate("qwxyz")
        self.assertEqual(len(api.generate_all(["a red apple", "a blue car"], detail=32, texture_size=0)), 2)

    @unittest.skipUnless(os.environ.get("ATT3D_FULL"), "for ./check --full")
    def test_two_hundred_generations_leave_nothing_and_take_no_memory(self) -> None:
        def resident() -> int:
            return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

        def round_of(count: int) -> None:
            for index in range(count):
                bpy.ops.att3d.generate(prompt=f"a {('red', 'green', 'blue')[index % 3]} apple", detail=64, texture_size=256, replace=index > 0)

        round_of(20)
        # The allocator, the thread pools and the history's fifty entries have their size by then.
        round_of(80)
        before, blocks = resident(), datablocks()
        round_of(100)
        grown = resident() / before
        self.assertEqual(datablocks()["meshes"], blocks["meshes"] + 1, "the second round's first object is a new one")
        print(f"memory after 200 generations: {resident() >> 20} MiB, {grown:.3f} of that after 100")
        self.assertLess(grown, 1.03)


class Uninstall(unittest.TestCase):
    def test_the_last_thing_is_to_disable_it(self) -> None:
        bpy.ops.preferences.addon_disable(module="bl_ext.user_default.att3d")
        self.assertFalse(hasattr(bpy.types.Scene, "att3d"))
        bpy.ops.preferences.addon_enable(module="bl_ext.user_default.att3d")
        self.assertEqual(bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0), {"FINISHED"})
        bpy.ops.extensions.package_uninstall(repo_index=_repository(), pkg_id="att3d")
        self.assertNotIn("bl_ext.user_default.att3d", bpy.context.preferences.addons)


def _repository() -> int:
    names = [repository.module for repository in bpy.context.preferences.extensions.repos]
    return names.index("user_default")


if __name__ == "__main__":
    support.install()
    result = unittest.main(exit=False).result
    print(f"Blender {bpy.app.version_string}: {result.testsRun} tests run, {len(result.failures) + len(result.errors)} failed")
    sys.stdout.flush()
    sys.stderr.flush()
    # Some of Blender's modules crash or hang when the interpreter goes.
    os._exit(0 if result.wasSuccessful() else 1)
