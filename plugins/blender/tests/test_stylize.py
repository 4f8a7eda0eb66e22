# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Stylize, which applies a prompt to a mesh of the artist."""

import bpy
import numpy as np
import support
from support import Blender, active, datablocks, module, positions, same_as_golden


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
        # Thin parts (ears) may be missing, so the tolerance is large.
        np.testing.assert_allclose(found.min(axis=0), low, atol=0.3)
        np.testing.assert_allclose(found.max(axis=0), high, atol=0.3)
        self.assertLess(same_as_golden("replaced_monkey"), support.TOLERANCE)

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
