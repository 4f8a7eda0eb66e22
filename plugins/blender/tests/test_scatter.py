# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Scatter, and of the geometry of Drag to Place."""

import math

import bpy
import numpy as np
from mathutils import Matrix, Vector
from support import Blender, active, module

_DRAFT = {"prompt": "a tiny mushroom"}


class Scatter(Blender):
    def setUp(self) -> None:
        super().setUp()
        settings = bpy.context.scene.att3d
        settings.detail, settings.texture_size, settings.size = 32, "0", 0.2

    def mushrooms(self) -> list[bpy.types.Object]:
        return [thing for thing in bpy.data.objects if thing.get("att3d_prompt") == "a tiny mushroom"]

    def test_variants_stand_on_the_selected_surface(self) -> None:
        bpy.ops.mesh.primitive_plane_add(size=10, location=(2, 0, 1))
        self.assertEqual(bpy.ops.att3d.scatter(count=12, variants=3, **_DRAFT), {"FINISHED"})
        bpy.context.view_layer.update()
        found = self.mushrooms()
        self.assertEqual(len(found), 12)
        self.assertEqual(len({thing.data for thing in found}), 3)
        places = np.array([thing.matrix_world.translation for thing in found])
        np.testing.assert_allclose(places[:, 2], 1.0, atol=1e-5)
        self.assertTrue((np.abs(places[:, 0] - 2) <= 5).all() and (np.abs(places[:, 1]) <= 5).all())
        gaps = np.linalg.norm(places[:, None] - places[None], axis=2) + 100 * np.eye(12)
        self.assertGreater(gaps.min(), 0.5, "they keep their distance")
        self.assertTrue(all(thing.matrix_world.to_3x3().col[2].normalized().z > 0.999 for thing in found))
        self.assertEqual(bpy.ops.att3d.remove_newest(), {"FINISHED"})
        self.assertEqual((len(bpy.data.objects), len(bpy.data.collections)), (1, 0))

    def test_they_can_stand_on_the_faces(self) -> None:
        bpy.ops.mesh.primitive_plane_add(size=4, rotation=(math.radians(40), 0, 0))
        bpy.ops.att3d.scatter(count=4, variants=1, is_aligned=True, **_DRAFT)
        bpy.context.view_layer.update()
        up = Vector((0, 0, 1)) @ Matrix.Rotation(math.radians(-40), 3, "X")
        for thing in self.mushrooms():
            self.assertGreater(thing.matrix_world.to_3x3().col[2].normalized().dot(up), 0.999)

    def test_steep_faces_get_none(self) -> None:
        bpy.ops.mesh.primitive_cube_add(size=2)
        bpy.ops.att3d.scatter(count=8, variants=1, slope=math.radians(30), **_DRAFT)
        bpy.context.view_layer.update()
        self.assertTrue(all(abs(thing.matrix_world.translation.z - 1) < 1e-5 for thing in self.mushrooms()))
        bpy.ops.mesh.primitive_plane_add(rotation=(math.radians(90), 0, 0))
        self.refused("no selected face is flat enough", bpy.ops.att3d.scatter, **_DRAFT)
        active().select_set(False)
        self.refused("no mesh is selected", bpy.ops.att3d.scatter, **_DRAFT)


class Place(Blender):
    def test_an_object_stands_where_the_ray_meets_a_face(self) -> None:
        place = module("place")
        bpy.ops.mesh.primitive_cube_add(size=2, location=(0, 0, 0))
        bpy.ops.mesh.primitive_uv_sphere_add(radius=0.5, location=(0, 0, 3))
        ball = active()
        ball.scale = (2, 2, 2)
        bpy.context.view_layer.update()
        # The ray from above passes the ball itself and meets the top of the cube.
        point, normal = place.hit(bpy.context, ball, Vector((0.2, 0, 9)), Vector((0, 0, -1)))
        self.assertLess((point - Vector((0.2, 0, 1))).length, 1e-4)
        self.assertGreater(normal.z, 0.999)
        ball.matrix_world = place.standing(ball, ball.matrix_world.copy(), point, normal, 0.5)
        bpy.context.view_layer.update()
        self.assertAlmostEqual(min((ball.matrix_world @ Vector(corner)).z for corner in ball.bound_box), 1.0, places=4)
        self.assertAlmostEqual(ball.matrix_world.to_scale().x, 2.0, places=4)

    def test_a_ray_beside_all_faces_meets_the_ground(self) -> None:
        place = module("place")
        bpy.ops.mesh.primitive_cube_add()
        point, normal = place.hit(bpy.context, active(), Vector((7, 1, 9)), Vector((0, 0, -1)))
        self.assertEqual((tuple(point), tuple(normal)), ((7, 1, 0), (0, 0, 1)))
        self.assertIsNone(place.hit(bpy.context, active(), Vector((7, 1, 9)), Vector((0, 0, 1))))

    def test_without_a_window_it_is_refused(self) -> None:
        bpy.ops.mesh.primitive_cube_add()
        self.refused("needs the mouse in a 3D view", bpy.ops.att3d.place)
