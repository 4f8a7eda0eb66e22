# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Generate and Regenerate, and of the conditions in which they are refused."""

import tempfile
from pathlib import Path

import bpy
import numpy as np
import support
from support import Blender, active, datablocks, empty, module, positions, same_as_golden


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
        # The trunk points to -Y: Blender's front view looks from there.
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
        mesh = module("api").model().generate("a red apple", module("making").Order("", detail=48, texture_size=0).options())
        wanted = module("meshes").to_blender(mesh.normals)[of]
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
        bpy.ops.att3d.generate(prompt="a tall green potion", detail=48, texture_size=64, seed=3, size=0.5)
        before, name = positions(active().data), active().name
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "kept.blend")
            bpy.ops.wm.save_as_mainfile(filepath=path)
            empty()
            bpy.ops.wm.open_mainfile(filepath=path)
            thing = bpy.data.objects[name]
            thing.data.vertices[0].co.x += 1
            module("making").choose(bpy.context, thing)
            self.assertEqual(bpy.ops.att3d.regenerate(), {"FINISHED"})
            np.testing.assert_array_equal(positions(thing.data), before)
            images = [image for image in bpy.data.images if image.packed_file]
            self.assertEqual(len(images), 3)

    def test_bad_prompts_are_refused(self) -> None:
        self.refused("empty", bpy.ops.att3d.generate, prompt="  ")
        self.refused("names no thing", bpy.ops.att3d.generate, prompt="qwxyz")

    def test_a_prompt_of_ten_thousand_letters_is_read(self) -> None:
        bpy.ops.att3d.generate(prompt="pig " * 2500, detail=32, texture_size=0)
        self.assertIn("understood: a pig", module("generate").hint)

    def test_words_that_are_not_known_are_said(self) -> None:
        bpy.ops.att3d.generate(prompt="a hound and a qwxyz", detail=32, texture_size=0)
        self.assertIn("understood: a dog", module("generate").hint)
        self.assertIn("qwxyz", module("generate").hint)

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
            module("making").choose(bpy.context, bpy.data.objects["linked"])
            self.refused("linked from another file", bpy.ops.att3d.stylize, prompt="made of gold")
            self.refused("linked from another file", bpy.ops.att3d.generate, prompt="a pig", replace=True)

class Units(Blender):
    def test_sizes_are_meters_in_the_world(self) -> None:
        units = bpy.context.scene.unit_settings
        units.system, units.scale_length, units.length_unit = "METRIC", 0.01, "CENTIMETERS"
        settings = bpy.context.scene.att3d
        bpy.ops.att3d.generate(prompt="a chair", detail=48, texture_size=64)
        chair = active()
        self.assertAlmostEqual(max(chair.dimensions) * 0.01, 1.587, delta=0.05)
        bpy.ops.att3d.generate(prompt="a chair", detail=48, texture_size=0, size=0.5)
        self.assertAlmostEqual(max(active().dimensions) * 0.01, 0.5, places=4)
        history = module("history")
        bpy.ops.att3d.history_import(key=history.entries()[1]["key"])
        self.assertAlmostEqual(max(active().dimensions), max(chair.dimensions), places=3)
        self.assertEqual(active()["att3d_prompt"], "a chair")
        settings.shown_size = 50.0
        self.assertAlmostEqual(settings.size, 0.5, places=5)
        bpy.ops.att3d.blend_shape_keys(prompts="a red apple\na tall green apple")
        self.assertAlmostEqual(max(active().dimensions) * 0.01, 0.5, places=4)
        bpy.context.scene.att3d.size = 0.0

    def test_the_scale_of_an_object_does_not_change_the_size(self) -> None:
        bpy.ops.mesh.primitive_cube_add()
        cube = active()
        cube.scale = (2, -2, 4)
        bpy.ops.att3d.generate(prompt="a pig", replace=True, size=1.0, detail=48, texture_size=0)
        bpy.context.view_layer.update()
        self.assertAlmostEqual(max(cube.dimensions), 1.0, places=4)
        self.assertEqual(tuple(cube.scale), (2, -2, 4))
        sides = [side / cube.dimensions[0] for side in cube.dimensions]
        bpy.ops.att3d.generate(prompt="a pig", size=1.0, detail=48, texture_size=0)
        for side, wanted in zip(sides, active().dimensions, strict=True):
            self.assertAlmostEqual(side, wanted / active().dimensions[0], places=4)


class Placing(Blender):
    def bounds(self, thing: bpy.types.Object) -> tuple[np.ndarray, np.ndarray]:
        bpy.context.view_layer.update()
        corners = np.array(thing.bound_box) + np.array(thing.location)
        return corners.min(axis=0), corners.max(axis=0)

    def test_new_objects_stand_beside_what_is_there(self) -> None:
        bpy.ops.mesh.primitive_cube_add()
        bpy.ops.object.camera_add()
        things = [bpy.data.objects["Cube"]]
        for prompt in ("a red apple", "a pig", "a car"):
            bpy.ops.att3d.generate(prompt=prompt, detail=32, texture_size=0)
            things.append(active())
        for before, after in zip(things, things[1:], strict=False):
            self.assertGreater(self.bounds(after)[0][0], self.bounds(before)[1][0])
            self.assertLess(self.bounds(after)[0][0], self.bounds(before)[1][0] + 2.0)
            self.assertEqual(tuple(after.location)[1:], (0, 0))

    def test_floors_and_hidden_objects_are_not_avoided(self) -> None:
        bpy.ops.mesh.primitive_plane_add(size=100)
        bpy.ops.mesh.primitive_cube_add(size=200)
        bpy.ops.mesh.primitive_cube_add()
        active().hide_set(True)
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0)
        self.assertEqual(tuple(active().location), (0, 0, 0))

    def test_the_name_follows_the_prompt_unless_the_artist_gave_one(self) -> None:
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0)
        apple = active()
        for prompt in ("a green pear", "a blue car"):
            bpy.ops.att3d.generate(prompt=prompt, detail=32, texture_size=0, replace=True)
            self.assertEqual((apple.name, apple.data.name), (prompt, prompt))
        apple.name = "Hero"
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0, replace=True)
        self.assertEqual(apple.name, "Hero")

    def test_solid_views_show_colors_until_the_artist_sets_something_else(self) -> None:
        every = [space for screen in bpy.data.screens for area in screen.areas for space in area.spaces if space.type == "VIEW_3D"]
        spaces = [space for space in every if space.shading.color_type == "MATERIAL"]
        self.assertTrue(spaces)
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=64)
        self.assertEqual({space.shading.color_type for space in spaces}, {"VERTEX"})
        self.assertEqual(active().data.color_attributes.active_color.name, "Color")
        spaces[0].shading.color_type = "MATERIAL"
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=64)
        self.assertEqual(spaces[0].shading.color_type, "MATERIAL")
