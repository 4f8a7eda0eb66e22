# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Make Quads."""

import bpy
import numpy as np
import support
from support import Blender, active, positions


class Quads(Blender):
    def share_of_quads(self, data: bpy.types.Mesh) -> float:
        return sum(len(face.vertices) == 4 for face in data.polygons) / len(data.polygons)

    def test_a_textured_mesh_looks_the_same_in_quads(self) -> None:
        bpy.ops.att3d.generate(prompt="a red apple", detail=64, texture_size=512)
        apple = active()
        material, low = apple.active_material, positions(apple.data).min(axis=0)
        before = support.picture("apple_of_triangles")
        self.assertEqual(bpy.ops.att3d.make_quads(quads=1500), {"FINISHED"})
        self.assertIs(active(), apple)
        self.assertGreater(self.share_of_quads(apple.data), 0.98)
        self.assertLess(abs(len(apple.data.polygons) - 1500), 500)
        self.assertIs(apple.active_material, material)
        np.testing.assert_allclose(positions(apple.data).min(axis=0), low, atol=0.02 * max(apple.dimensions))
        self.assertLess(float(np.abs(support.picture("apple_of_quads") - before).mean()), 0.02)
        self.assertEqual(len(bpy.data.meshes), 1)
        self.assertEqual(apple["att3d_prompt"], "a red apple")

    def test_colors_of_vertices_are_transferred(self) -> None:
        bpy.ops.att3d.generate(prompt="a pig wearing a party hat", detail=64, texture_size=0)
        pig = active()
        before = support.picture("pig_of_triangles")
        self.assertEqual(bpy.ops.att3d.make_quads(quads=3000), {"FINISHED"})
        self.assertGreater(self.share_of_quads(pig.data), 0.98)
        self.assertTrue({"Color", "metallic", "roughness"} <= {attribute.name for attribute in pig.data.attributes})
        self.assertLess(float(np.abs(support.picture("pig_of_quads") - before).mean()), 0.02)

    def test_an_open_surface_is_refused(self) -> None:
        bpy.ops.mesh.primitive_plane_add()
        self.refused("not closed", bpy.ops.att3d.make_quads)

    def test_a_mesh_of_the_artist_stays_as_a_hidden_copy(self) -> None:
        bpy.ops.mesh.primitive_torus_add()
        torus = active()
        torus.vertex_groups.new(name="All").add(range(len(torus.data.vertices)), 1.0, "REPLACE")
        count = len(torus.data.vertices)
        self.assertEqual(bpy.ops.att3d.make_quads(quads=300), {"FINISHED"})
        self.assertEqual(len(bpy.data.objects["Torus before"].data.vertices), count)
        self.assertEqual([group.name for group in torus.vertex_groups], ["All"])
        self.assertIs(active(), torus)

    def test_shape_keys_and_groups_of_a_closed_mesh_go_to_the_hidden_copy(self) -> None:
        bpy.ops.mesh.primitive_uv_sphere_add()
        ball = active()
        for name in ("Basis", "Flat"):
            ball.shape_key_add(name=name)
        ball.data.shape_keys.key_blocks["Flat"].data[0].co.z = 0.0
        self.assertEqual(bpy.ops.att3d.make_quads(quads=200), {"FINISHED"})
        self.assertIsNone(ball.data.shape_keys)
        (keys,) = bpy.data.shape_keys
        self.assertEqual(len(keys.key_blocks["Flat"].data), len(bpy.data.objects["Sphere before"].data.vertices))
