# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of engines, packages, diagnostics and the functions for scripts."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import bpy
from support import Blender, datablocks, module


class Engine(Blender):
    def test_unload_and_go_on(self) -> None:
        engine = module("engine")
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

    def test_there_are_at_most_as_many_threads_as_processors(self) -> None:
        preferences = bpy.context.preferences.addons["bl_ext.user_default.att3d"].preferences
        most = module("preferences").PROCESSORS
        preferences.threads = 1024
        try:
            self.assertEqual(preferences.threads, most)
            self.assertLessEqual(preferences.choice().threads, most)
        finally:
            preferences.threads = 0

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

    def test_the_preferences_say_what_each_package_can_do(self) -> None:
        toybox = Path(__file__).parents[3] / "models" / "toybox" / "toybox.att3d"
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            mine, broken = folder / "mine.att3d", folder / "broken.att3d"
            mine.write_bytes(toybox.read_bytes())
            broken.write_bytes(b"not a package")
            known = module("abilities").of([broken, mine])
            self.assertRegex(known[str(mine)], r"^knows \d+ things; metallic and roughness; variants; stylize; MIT")
            self.assertRegex(known[str(broken)], "^cannot be used: .+")
            mine.unlink()
            self.assertEqual(list(module("abilities").of([broken])), [str(broken)])
        self.assertEqual(module("abilities").of([]), {})

    def test_a_package_stays_chosen_when_others_come_and_its_loss_is_told(self) -> None:
        preferences = bpy.context.preferences.addons["bl_ext.user_default.att3d"].preferences
        with tempfile.TemporaryDirectory() as folder:
            mine = Path(folder) / "mine.att3d"
            mine.write_bytes(b"not a package")
            preferences.packages_folder = folder
            preferences.package = str(mine)
            try:
                (Path(folder) / "another.att3d").write_bytes(b"nor this")
                module("engine")._listed = ("", 0.0, [])
                self.assertEqual(preferences.package, str(mine))
                mine.unlink()
                module("engine")._listed = ("", 0.0, [])
                self.refused("no longer in its folder", bpy.ops.att3d.generate, prompt="a pig")
            finally:
                preferences.package = "bundled"

    def test_without_a_library_for_this_platform_it_says_so_and_does_nothing(self) -> None:
        script = (
            "import os, sys; sys.path.insert(0, sys.argv[1]); import bpy, support; support.install(); support.empty()\n"
            "try: bpy.ops.att3d.generate(prompt='a pig')\n"
            "except RuntimeError as error: print(f'told: {error}')\n"
            "print(f'objects: {len(bpy.data.objects)}'); sys.stdout.flush(); os._exit(0)"
        )
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "ATT3D_LIBRARY": f"{folder}/libatt3d.so", "BLENDER_USER_RESOURCES": folder}
            arguments = [sys.executable, "-c", script, str(Path(__file__).parent)]
            said = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True).stdout
        self.assertRegex(said, "told: .*libatt3d does not load on .*Install the extension's file for this platform")
        self.assertIn("objects: 0", said)

    def test_diagnostics_say_what_runs(self) -> None:
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0)
        bpy.ops.att3d.diagnostics()
        text = bpy.data.texts["ATT3D diagnostics"].as_string()
        for part in (bpy.app.version_string, "libatt3d 0.1.0", "engine embedded", "toybox"):
            self.assertIn(part, text)

    def test_scripts_have_functions(self) -> None:
        api = module("api")
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

        # After this round the allocator, the thread pools and the history's fifty entries do not grow.
        round_of(100)
        before, blocks = resident(), datablocks()
        round_of(100)
        grown = resident() / before
        self.assertEqual(datablocks()["meshes"], blocks["meshes"] + 1, "the second round's first object is a new one")
        print(f"memory after 200 generations: {resident() >> 20} MiB, {grown:.3f} of that after 100")
        self.assertLess(grown, 1.03)


class Manifest(unittest.TestCase):
    def test_the_manifest_of_the_sources_is_valid(self) -> None:
        version = ".".join(str(part) for part in bpy.app.version[:2])
        tool = Path(bpy.utils.resource_path("LOCAL")) / "scripts" / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py"
        self.assertTrue(tool.is_file(), f"{tool} of Blender {version}")
        source = Path(__file__).parents[1] / "att3d"
        if not source.is_dir():
            self.skipTest("the sources are not beside the tests")
        result = subprocess.run([sys.executable, str(tool), "validate", str(source)], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        text = (source / "blender_manifest.toml").read_text(encoding="utf-8")
        self.assertIn('website = "https://', text)


class Worker(Blender):
    def test_the_worker_of_the_extension_runs_the_engine(self) -> None:
        library = module("library").att3d()
        module("engine").make_runnable(Path(library.library_path()).with_name("att3d-worker"))
        context = library.Context(is_worker=True)
        self.assertTrue(context.info.is_worker)
        self.assertGreater(len(context.load_bundled().generate("a red apple").positions), 1000)
