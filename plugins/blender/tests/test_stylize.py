# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Stylize, which applies a prompt to a mesh of the artist."""

import tempfile
from pathlib import Path

import bpy
import numpy as np
import support
from support import Blender, active, datablocks, empty, module, positions, same_as_golden


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

    def cube_with_slots(self) -> bpy.types.Object:
        """Returns a cube with three materials, each on two faces."""
        bpy.ops.mesh.primitive_cube_add()
        cube = active()
        for name in ("Skin", "Cloth", "Metal"):
            cube.data.materials.append(bpy.data.materials.new(name))
        for index, polygon in enumerate(cube.data.polygons):
            polygon.material_index = index % 3
        return cube

    def test_replaced_materials_stay_in_the_file(self) -> None:
        cube = self.cube_with_slots()
        bpy.ops.att3d.stylize(prompt="made of stone", style="KEEP", texture_size=64)
        names = [slot.material.name for slot in cube.material_slots]
        self.assertEqual(names, ["Skin, made of stone", "Cloth, made of stone", "Metal, made of stone"])
        images = {node.image for slot in cube.material_slots for node in slot.material.node_tree.nodes if node.type == "TEX_IMAGE"}
        self.assertGreaterEqual(len(images), 6, "each slot has its own images")
        self.assertEqual([polygon.material_index for polygon in cube.data.polygons], [0, 1, 2, 0, 1, 2])
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "kept.blend")
            bpy.ops.wm.save_as_mainfile(filepath=path)
            bpy.ops.wm.open_mainfile(filepath=path)
            self.assertTrue({"Skin", "Cloth", "Metal"} <= {material.name for material in bpy.data.materials})
            empty()

    def test_a_material_that_was_made_before_is_replaced_for_good(self) -> None:
        cube = self.cube_with_slots()
        bpy.ops.att3d.stylize(prompt="made of stone", style="KEEP", texture_size=64)
        before = datablocks()
        bpy.ops.att3d.stylize(prompt="made of stone", style="KEEP", texture_size=64)
        self.assertEqual(datablocks(), before)
        self.assertEqual(cube.material_slots[0].material.name.partition(".")[0], "Skin, made of stone")

    def test_one_slot_is_painted_where_it_is_asked_for(self) -> None:
        cube = self.cube_with_slots()
        cube.active_material_index = 1
        bpy.ops.att3d.stylize(prompt="made of stone", style="KEEP", slots="ACTIVE", texture_size=64)
        names = [slot.material.name for slot in cube.material_slots]
        self.assertEqual(names, ["Skin", "Cloth, made of stone", "Metal"])
        cube.data.materials.append(None)
        cube.active_material_index = 3
        self.refused("no face", bpy.ops.att3d.stylize, prompt="made of stone", style="KEEP", slots="ACTIVE")

    def test_a_slot_of_the_object_gets_the_new_material(self) -> None:
        for call in (
            lambda: bpy.ops.att3d.generate(prompt="a red apple", replace=True, detail=48, texture_size=64),
            lambda: bpy.ops.att3d.stylize(prompt="a red cube", style="REPLACE", detail=48, texture_size=64),
            lambda: bpy.ops.att3d.stylize(prompt="a red cube", style="KEEP", texture_size=64),
        ):
            empty()
            bpy.ops.mesh.primitive_cube_add()
            cube = active()
            cube.data.materials.append(bpy.data.materials.new("Data"))
            cube.material_slots[0].link = "OBJECT"
            cube.material_slots[0].material = bpy.data.materials.new("Mine")
            call()
            (slot,) = cube.material_slots
            self.assertIn("red", slot.material.name)
            self.assertTrue(all(bpy.data.materials[name].users for name in ("Data", "Mine")), "they stay in the file")

    def test_a_replaced_mesh_stands_where_the_old_one_stood(self) -> None:
        monkey = self.suzanne()
        world = np.array(monkey.matrix_world)
        low, high = (np.array(monkey.bound_box).min(axis=0), np.array(monkey.bound_box).max(axis=0))
        bpy.ops.att3d.stylize(prompt="a red monkey", style="REPLACE", keep_shape=1.0, texture_size=0, detail=96)
        np.testing.assert_array_equal(np.array(monkey.matrix_world), world)
        found = positions(monkey.data)
        # Thin parts (ears) may be missing, so the tolerance is large.
        np.testing.assert_allclose(found.min(axis=0), low, atol=0.3)
        np.testing.assert_allclose(found.max(axis=0), high, atol=0.3)
        self.assertLess(same_as_golden("replaced_monkey"), support.TOLERANCE)

    def rigged(self) -> bpy.types.Object:
        """Returns a monkey whose left and right half follow two groups, with a shape key."""
        monkey = self.suzanne()
        left, right = (monkey.vertex_groups.new(name=name) for name in ("Left", "Right"))
        for vertex in monkey.data.vertices:
            (left if vertex.co.x < 0 else right).add([vertex.index], 1.0, "REPLACE")
        for name in ("Basis", "Smile"):
            monkey.shape_key_add(name=name)
        monkey.modifiers.new("Armature", "ARMATURE")
        return monkey

    def test_a_replaced_mesh_stays_as_a_hidden_copy(self) -> None:
        monkey = self.rigged()
        before = positions(monkey.data).tobytes()
        keep = module("originals").Keep()
        self.assertIn("2 vertex groups and 2 shape keys: they stay on a hidden copy", keep.warning(monkey))
        bpy.ops.att3d.stylize(prompt="a red monkey", style="REPLACE", texture_size=0, detail=48)
        old = bpy.data.objects["Suzanne before"]
        self.assertEqual(positions(old.data).tobytes(), before)
        self.assertEqual([group.name for group in old.vertex_groups], ["Left", "Right"])
        self.assertEqual(len(old.data.shape_keys.key_blocks), 2)
        self.assertTrue(old.hide_get() and old.hide_render)
        np.testing.assert_array_equal(np.array(old.matrix_world), np.array(monkey.matrix_world))
        self.assertFalse(monkey.vertex_groups)
        # The mesh that was made now is not one of the artist's.
        bpy.ops.att3d.stylize(prompt="a red monkey", style="REPLACE", texture_size=0, detail=48)
        self.assertEqual(len(bpy.data.objects), 2)

    def test_weights_follow_the_nearest_surface_where_they_are_asked_for(self) -> None:
        monkey = self.rigged()
        bpy.ops.att3d.stylize(prompt="a red monkey", style="REPLACE", texture_size=0, detail=48, transfer_weights=True, keep_old=False)
        self.assertEqual([thing.name for thing in bpy.data.objects], ["Suzanne"])
        self.assertEqual([group.name for group in monkey.vertex_groups], ["Left", "Right"])
        weights = np.zeros((len(monkey.data.vertices), 2))
        for vertex in monkey.data.vertices:
            for group in vertex.groups:
                weights[vertex.index, group.group] = group.weight
        np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-3)
        side = positions(monkey.data)[:, 0]
        self.assertGreater(weights[side < -0.3, 0].mean(), 0.95)
        self.assertGreater(weights[side > 0.3, 1].mean(), 0.95)

    def test_a_mirrored_object_stays_right_side_out(self) -> None:
        monkey = self.suzanne()
        monkey.scale = (-1.2, 1.2, 0.9)
        monkey.modifiers.new("mirror", "MIRROR")
        bpy.context.view_layer.update()
        before = np.ptp(positions(monkey.data), axis=0)
        bpy.ops.att3d.stylize(prompt="a red monkey", style="REPLACE", texture_size=0, detail=64)
        np.testing.assert_allclose(np.ptp(positions(monkey.data), axis=0), before, atol=0.5)
        self.assertEqual(len(monkey.modifiers), 1)
        data = monkey.data
        data.calc_loop_triangles()
        corners = positions(data)[[list(triangle.vertices) for triangle in data.loop_triangles]]
        volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
        # The volume is in the object's own coordinates. In the world it is negative, since the scale mirrors.
        self.assertGreater(volume, 0.0)
        monkey.scale = (1.0, 0.0, 1.0)
        bpy.context.view_layer.update()
        self.refused("scaled to nothing", bpy.ops.att3d.stylize, prompt="a red monkey", style="REPLACE")

    def test_what_was_stylized_is_not_made_again_from_its_words(self) -> None:
        monkey = self.suzanne()
        bpy.ops.att3d.stylize(prompt="made of gold", style="KEEP", texture_size=64)
        self.assertEqual(monkey["att3d_prompt"], "made of gold")
        self.refused("stylized", bpy.ops.att3d.regenerate)

    def test_beside_leaves_the_given_mesh(self) -> None:
        monkey = self.suzanne()
        before = positions(monkey.data).tobytes()
        bpy.ops.att3d.stylize(prompt="a red monkey", style="BESIDE", keep_shape=0.5, texture_size=0, detail=64)
        self.assertEqual(positions(monkey.data).tobytes(), before)
        self.assertIsNot(active(), monkey)
        # The new object is to the right of the given one, and its origin is level with its lowest point.
        self.assertGreater(active().location.x, 2.0)
        self.assertAlmostEqual(float(positions(active().data)[:, 2].min()), 0.0, places=5)

    def test_a_mesh_without_faces_is_refused(self) -> None:
        data = bpy.data.meshes.new("points")
        data.from_pydata([(0, 0, 0), (1, 0, 0)], [], [])
        thing = bpy.data.objects.new("points", data)
        bpy.context.scene.collection.objects.link(thing)
        module("making").choose(bpy.context, thing)
        for style in ("KEEP", "REPLACE"):
            self.refused("no faces", bpy.ops.att3d.stylize, prompt="made of gold", style=style)

    def cube_with_uvs(self, corners: tuple[tuple[float, float], ...]) -> bpy.types.Object:
        """Adds a cube whose faces all have the same UVs."""
        bpy.ops.mesh.primitive_cube_add()
        cube = active()
        layer = cube.data.uv_layers.active.data
        for polygon in cube.data.polygons:
            for corner, loop in zip(corners, polygon.loop_indices, strict=True):
                layer[loop].uv = corner
        return cube

    def test_overlapping_uvs_are_told_and_replaced_by_a_button(self) -> None:
        uvs = module("uvs")
        for side in (1.0, 0.3):
            cube = self.cube_with_uvs(((0, 0), (side, 0), (side, side), (0, side)))
            self.assertEqual(bpy.ops.att3d.stylize(prompt="a red house", style="KEEP", texture_size=64), {"FINISHED"})
            self.assertIn("overlap", uvs.warnings[cube.session_uid])
            self.assertIn("Make New UVs", uvs.warnings[cube.session_uid])
        before = positions(cube.data).tobytes()
        self.assertEqual(bpy.ops.att3d.new_uvs(), {"FINISHED"})
        self.assertEqual(positions(cube.data).tobytes(), before)
        self.assertEqual([layer.name for layer in cube.data.uv_layers], ["UVMap", "ATT3D"])
        self.assertTrue(cube.data.uv_layers["ATT3D"].active_render)
        self.assertLess(uvs.overlap(uvs.triangles_of(cube.data)), 0.02)
        self.assertEqual(uvs.warnings, {})
        self.assertEqual(bpy.ops.att3d.stylize(prompt="a red house", style="KEEP", texture_size=64), {"FINISHED"})
        self.assertEqual(uvs.warnings, {})

    def test_good_uvs_do_not_overlap(self) -> None:
        uvs = module("uvs")
        cube = self.cube_with_uvs(((0, 0), (1, 0), (1, 1), (0, 1)))
        for index, polygon in enumerate(cube.data.polygons):
            cube.data.materials.append(bpy.data.materials.new(f"side {index}"))
            polygon.material_index = index
        self.assertEqual(uvs.problem(cube), "", "each slot has images of its own")
        bpy.ops.mesh.primitive_uv_sphere_add(segments=64, ring_count=32)
        self.assertEqual(uvs.problem(active()), "")
        bpy.ops.mesh.primitive_cube_add()
        self.assertEqual(uvs.problem(active()), "")

    def test_uvs_without_area_are_refused_with_a_button(self) -> None:
        cube = self.cube_with_uvs(((0, 0),) * 4)
        self.refused("no area.*Make New UVs", bpy.ops.att3d.stylize, prompt="a red house", style="KEEP")
        bpy.ops.att3d.new_uvs()
        self.assertEqual(bpy.ops.att3d.stylize(prompt="a red house", style="KEEP", texture_size=64), {"FINISHED"})
        self.assertEqual(cube.active_material.name, "a red house")

    def test_all_selected_meshes_are_stylized(self) -> None:
        for index in range(3):
            bpy.ops.mesh.primitive_monkey_add(location=(3 * index, 0, 0))
        bpy.ops.object.camera_add()
        things = [thing for thing in bpy.data.objects if thing.type == "MESH"]
        for thing in bpy.data.objects:
            thing.select_set(True)
        self.assertEqual(bpy.ops.att3d.stylize(prompt="made of gold", texture_size=64), {"FINISHED"})
        for thing in things:
            self.assertEqual(len(thing.data.materials), 1)
            self.assertEqual(thing["att3d_prompt"], "made of gold")
        self.assertEqual(bpy.ops.att3d.stylize(prompt="a red monkey", style="REPLACE", texture_size=0, detail=32), {"FINISHED"})
        self.assertEqual([thing["att3d_prompt"] for thing in things], ["a red monkey"] * 3)
