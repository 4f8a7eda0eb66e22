# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of batches, variants, the history and assets."""

import tempfile
from pathlib import Path

import bpy
import support
from support import Blender, active, empty, module, same_as_golden


class Lists(Blender):
    def test_a_batch_of_twenty_stands_in_a_grid(self) -> None:
        colors = ("red", "green", "blue", "golden")
        text = bpy.data.texts.new("prompts")
        text.write("# fruit and such\n" + "\n".join(f"a {color} {noun}" for noun in ("apple", "pear", "chair", "car", "mushroom") for color in colors))
        settings = bpy.context.scene.att3d
        settings.batch_text, settings.detail, settings.texture_size, settings.batch_columns = text, 32, "0", 4
        before = len(bpy.data.objects)
        bpy.ops.att3d.batch()
        (collection,) = bpy.data.collections
        made = len(collection.objects)
        self.assertEqual(made, 20)
        self.assertEqual(len(bpy.data.objects) - before, made)
        places = {tuple(round(value, 3) for value in thing.location) for thing in collection.objects}
        self.assertEqual(len(places), made)
        self.assertEqual(len({place[0] for place in places}), 4)
        self.assertLess(same_as_golden("batch"), support.TOLERANCE)

    def test_a_whole_batch_is_removed_at_once(self) -> None:
        settings = bpy.context.scene.att3d
        settings.detail, settings.texture_size = 32, "512"
        bpy.ops.mesh.primitive_cube_add()
        before = support.datablocks()
        bpy.ops.att3d.batch(prompts="a red apple\na green pear")
        bpy.ops.att3d.remove_newest()
        self.assertEqual(support.datablocks(), before)
        bpy.ops.att3d.blend_frames(prompts="a red apple\na green pear", frames=3)
        bpy.ops.att3d.remove_newest()
        self.assertEqual(len(bpy.data.objects), 1)

    def test_one_bad_line_does_not_end_a_batch(self) -> None:
        settings = bpy.context.scene.att3d
        settings.detail, settings.texture_size = 32, "0"
        bpy.ops.att3d.batch(prompts="a red apple\nqwxyz\na green pear")
        self.assertEqual(len(bpy.data.collections[0].objects), 2)
        self.assertIn("qwxyz", bpy.data.texts["ATT3D batch"].as_string())
        self.refused("none of 1", bpy.ops.att3d.batch, prompts="qwxyz")
        self.refused("no prompts", bpy.ops.att3d.batch)

    def test_tables_are_read_by_their_columns(self) -> None:
        prompts = module("prompts")
        rows_in, row, csv = prompts.rows_in, prompts.Row, prompts.separators("List.CSV")
        self.assertEqual(rows_in('name,prompt\n1,"a red, shiny apple"\n2,a pear\n', csv), [row("a red, shiny apple"), row("a pear")])
        self.assertEqual(rows_in("a pear\n\na car\n", csv), [row("a pear"), row("a car")])
        self.assertEqual(rows_in("name;prompt\n1;a red apple\n", csv), [row("a red apple")])
        self.assertEqual(rows_in("seed\tprompt\tsize\n3\ta pig\t1.5\n\ta car\t\n", prompts.separators("x.tsv")), [row("a pig", 3, 1.5), row("a car")])
        self.assertEqual(rows_in("prompt;size\na pig;0,5\n# a car;1\n", csv), [row("a pig", None, 0.5)])
        self.assertEqual(rows_in("# list\na red apple, shiny\n", prompts.separators("x.txt")), [row("a red apple, shiny")])
        failure = module("library").Failure
        for text, says in (("prompt,seed\na pig,-1\n", "row 2.*seed `-1`"), ("prompt,size\na pig,nan\n", "size `nan`"), ('prompt\n"a pig\n', "not a valid table")):
            with self.assertRaisesRegex(failure, says):
                rows_in(text, csv)

    def test_lists_may_have_any_unicode_encoding(self) -> None:
        prompts = module("prompts")
        text = "prompt,seed\r\nein Löwe,1\r\n"
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
            found = prompts.rows_in(prompts.decoded(text.encode(encoding)), ",")
            self.assertEqual(found, [prompts.Row("ein Löwe", 1)], encoding)
        with self.assertRaisesRegex(module("library").Failure, "save it as UTF-8"):
            prompts.decoded(text.encode("latin-1"))

    def test_a_table_gives_seeds_and_sizes_and_its_results_are_in_the_history(self) -> None:
        settings, history = bpy.context.scene.att3d, module("history")
        settings.detail, settings.texture_size = 32, "0"
        history.clear()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list.tsv"
            path.write_bytes("prompt\tseed\tsize\na red apple\t7\t0.25\na green pear\t\t\n".encode("utf-16"))
            settings.batch_file = str(path)
            self.assertEqual(bpy.ops.att3d.batch(), {"FINISHED"})
        bpy.context.view_layer.update()
        apple, pear = bpy.data.collections[0].objects
        self.assertEqual((apple["att3d_seed"], pear["att3d_seed"]), ("7", "0"))
        self.assertAlmostEqual(max(apple.dimensions), 0.25, places=4)
        self.assertEqual([entry["order"]["prompt"] for entry in history.entries()], ["a green pear", "a red apple"])

    def test_variants_are_shown_and_picked(self) -> None:
        bpy.ops.att3d.variants(prompt="a pig", count=3)
        prompt, found = module("variants").shown
        self.assertEqual((prompt, [seed for seed, _ in found]), ("a pig", [0, 1, 2]))
        if not bpy.app.background:
            self.assertTrue(all(icon > 0 for _, icon in found))
        settings = bpy.context.scene.att3d
        settings.detail, settings.texture_size = 32, "0"
        bpy.ops.att3d.variant_pick(seed=2)
        self.assertEqual((active()["att3d_prompt"], active()["att3d_seed"]), ("a pig", "2"))

    def test_history_remembers_over_files(self) -> None:
        history = module("history")
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
        history = module("history")
        (history.folder() / "history.json").write_text("{nonsense", encoding="utf-8")
        self.assertEqual(history.entries(), [])
        (history.folder() / "history.json").write_text('[{"key": "../../x", "order": 3}, 7]', encoding="utf-8")
        self.assertEqual(history.entries(), [])
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0)
        self.assertEqual(len(history.entries()), 1)
        self.assertEqual(history.folder().stat().st_mode & 0o077, 0)

    def test_files_that_cannot_be_written_are_told(self) -> None:
        bpy.ops.att3d.generate(prompt="a red apple", detail=32, texture_size=0)
        apple = active()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kept.blend"
            bpy.ops.wm.save_as_mainfile(filepath=str(path))
            path.chmod(0o444)
            before = path.read_bytes()
            # Root may write to read-only files. A folder in place of the catalog file fails for root too.
            (Path(folder) / "blender_assets.cats.txt").mkdir()
            self.refused("cannot write", bpy.ops.att3d.mark_asset)
            self.assertIsNone(apple.asset_data)
            bpy.ops.att3d.generate(prompt="a green pear", detail=32, texture_size=0)
            self.assertEqual(path.read_bytes(), before)
            empty()

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
