# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of disabling, enabling and uninstalling. The name of the file makes them run last."""

import unittest

import bpy


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
