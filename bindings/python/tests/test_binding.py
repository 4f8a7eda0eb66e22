"""Tests of the package with the bundled model."""

import gc
import json
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import weakref
from pathlib import Path

import numpy as np

import att3d
from att3d import _callbacks

SMALL = att3d.GenerateOptions(resolution=32)
PROMPT = "a pig wearing a party hat"


class Binding(unittest.TestCase):
    """Tests of all classes of the package."""

    context: att3d.Context
    model: att3d.Model

    @classmethod
    def setUpClass(cls) -> None:
        cls.context = att3d.Context(threads=2)
        cls.model = cls.context.load_bundled()

    def test_a_prompt_becomes_a_mesh_whose_arrays_are_its_own_memory(self) -> None:
        mesh = self.model.generate(PROMPT, SMALL)
        count = len(mesh.positions)
        self.assertGreater(count, 100)
        self.assertEqual(mesh.normals.shape, (count, 3))
        self.assertEqual(mesh.colors.shape, (count, 3))
        self.assertEqual(mesh.materials.shape, (count, 2))
        self.assertEqual(mesh.uvs.shape, (0, 2))
        self.assertLess(mesh.triangles.max(), count)
        self.assertEqual(mesh.triangles.dtype, np.uint32)
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-4)
        self.assertFalse(mesh.positions.flags.writeable)
        self.assertEqual(mesh.positions.ctypes.data, mesh.positions.ctypes.data)
        self.assertEqual((mesh.prompt, mesh.unknown_words, mesh.info.resolution), (PROMPT, [], 32))
        self.assertTrue((mesh.positions.min(axis=0) >= np.array(mesh.info.minimum) - 1e-6).all())
        # The array keeps the mesh alive.
        positions, copy = mesh.positions, mesh.positions.copy()
        del mesh
        gc.collect()
        np.testing.assert_array_equal(positions, copy)

    def test_a_mesh_is_drawn(self) -> None:
        mesh = self.model.generate("a red apple", att3d.GenerateOptions(resolution=32, texture_size=64))
        picture = mesh.draw(96, 64)
        self.assertEqual(picture.shape, (64, 96, 4))
        self.assertTrue((picture[..., 3] == 255).all())
        middle = picture[32, 48].astype(int)
        self.assertGreater(middle[0], middle[2] + 40, "the apple is red")
        self.assertFalse((mesh.draw(96, 64, turn=90.0) == picture).all())
        for wrong in ({"width": 4097}, {"samples": 5}, {"turn": float("nan")}):
            with self.assertRaises(att3d.Error) as caught:
                mesh.draw(**wrong)
            self.assertEqual(caught.exception.status, att3d.Status.INVALID_ARGUMENT)

    def test_a_textured_mesh_has_coordinates_and_images_that_outlive_it(self) -> None:
        mesh = self.model.generate("a red apple", att3d.GenerateOptions(resolution=32, texture_size=128))
        self.assertEqual(mesh.uvs.shape, (len(mesh.positions), 2))
        self.assertTrue(0.0 <= mesh.uvs.min() and mesh.uvs.max() <= 1.0)
        info = mesh.info
        self.assertEqual(info.texture_size, 128)
        self.assertGreater(info.chart_count, 0)
        self.assertGreaterEqual(info.stretch, 1.0)
        colors, metal = mesh.texture(), mesh.texture(att3d.Texture.ROUGHNESS_METALLIC)
        del mesh
        gc.collect()
        self.assertEqual((colors.shape, colors.dtype), ((128, 128, 3), np.uint8))
        self.assertGreater(colors[..., 0].mean(), colors[..., 2].mean(), "a red apple is more red than blue")
        self.assertTrue((metal[..., 0] == 255).any())
        plain = self.model.generate("a red apple", att3d.GenerateOptions(resolution=32))
        with self.assertRaises(att3d.Error) as caught:
            plain.texture()
        self.assertEqual(caught.exception.status, att3d.Status.UNSUPPORTED)

    def test_an_asset_keeps_its_budget_and_has_levels_hull_and_report(self) -> None:
        options = att3d.GenerateOptions(
            resolution=48, triangle_budget=1000, texture_size=128, level_count=2, hull=True
        )
        mesh = self.model.generate("a wooden chair", options)
        self.assertLessEqual(len(mesh.triangles), 1000)
        self.assertEqual(mesh.info.level_count, 2)
        counts = [len(mesh.triangles), len(mesh.level(1)), len(mesh.level(2))]
        self.assertEqual(counts, sorted(counts, reverse=True))
        self.assertLess(mesh.level(2).max(), len(mesh.positions))
        report = mesh.report()
        self.assertEqual((report.boundary_edge_count, report.non_manifold_edge_count), (0, 0))
        self.assertGreater(report.volume, 0.0)
        corners, faces = mesh.hull()
        normals = np.cross(corners[faces[:, 1]] - corners[faces[:, 0]], corners[faces[:, 2]] - corners[faces[:, 0]])
        heights = np.einsum("fa,fpa->fp", normals, mesh.positions[None] - corners[faces[:, 0]][:, None])
        self.assertLess(heights.max(), 1e-5)
        np.testing.assert_allclose(np.linalg.norm(mesh.tangents[:, :3], axis=1), 1.0, atol=1e-4)
        self.assertEqual(mesh.texture(att3d.Texture.NORMAL).shape, (128, 128, 3))
        self.assertEqual(mesh.texture(att3d.Texture.OCCLUSION).shape, (128, 128, 1))
        self.assertIn(b"UCX_a wooden chair_LOD0", mesh.encode())
        self.assertIn(b"a wooden chair_LOD0-convcolonly", mesh.encode(godot=True))
        plain = self.model.generate("a red apple", att3d.GenerateOptions(resolution=32))
        self.assertEqual(plain.tangents.shape, (0, 4))
        for refused in (lambda: plain.hull(), lambda: plain.level(1)):
            self.assertRaises(att3d.Error, refused)

    def test_a_morph_ends_at_its_keyframe_and_frames_go_into_one_file(self) -> None:
        pig, hat = self.model.embed("a pig"), self.model.embed("a pig wearing a party hat")
        options = att3d.GenerateOptions(resolution=48, triangle_budget=4000)
        mesh = att3d.Latent.morph([pig, hat], options)
        self.assertEqual((mesh.info.target_count, mesh.prompt), (1, "a pig / a pig wearing a party hat"))
        target = mesh.target(0)
        self.assertEqual((target.name, target.positions.shape), ("a pig wearing a party hat", mesh.positions.shape))
        self.assertLess(target.uncovered, 0.05)
        found = hat.field().sample(target.positions)
        self.assertLess(np.abs(found.values).mean(), 0.005)
        with self.assertRaises(att3d.Error) as caught:
            att3d.Latent.morph([pig, self.model.embed("a chair")], options)
        self.assertEqual(caught.exception.status, att3d.Status.UNSUPPORTED)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "frames.glb")
            att3d.Mesh.write_frames([mesh, mesh], path, seconds=0.5)
            with open(path, "rb") as file:
                self.assertIn(b'"animations"', file.read())

    def test_a_shape_is_kept_as_much_as_is_asked_and_stands_where_it_stood(self) -> None:
        chair = self.model.generate("a chair", att3d.GenerateOptions(resolution=48))
        positions = 3.0 * chair.positions + np.array([10.0, 0.0, 5.0], np.float32)
        surface = att3d.Surface(positions, chair.triangles, chair.normals, chair.colors)
        shape = att3d.Shape.from_surface(surface)
        middle = (positions.min(0) + positions.max(0)) / 2
        np.testing.assert_allclose(shape.info.centre, middle, atol=1e-4)
        self.assertEqual((shape.info.point_count, shape.info.keep), (4096, 1.0))
        place = (positions - middle) / shape.info.units
        tiger = self.model.embed("a tiger")
        off = [np.abs(tiger.field(shape.keeping(keep)).values(place)).mean() for keep in (0.0, 0.5, 1.0)]
        self.assertTrue(off[0] > off[1] > off[2], off)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tiger.glb")
            tiger.field(shape.keeping(1.0)).generate(SMALL).write(path, place_of_shape=True)
            np.testing.assert_allclose(att3d.Shape.from_glb(path).info.centre, middle, atol=0.5)
            with open(path, "rb") as file:
                self.assertEqual(att3d.Shape.from_glb(file.read()).info, att3d.Shape.from_glb(path).info)
            out = os.path.join(folder, "restyled.glb")
            self.model.restyle(path, "made of gold", out, att3d.GenerateOptions(texture_size=64))
            self.assertTrue(os.path.getsize(out) > os.path.getsize(path))
        for refused in (lambda: shape.keeping(1.5), lambda: att3d.Shape.from_glb(b"no mesh")):
            self.assertRaises(att3d.Error, refused)
        with self.assertRaises(att3d.Error):
            att3d.Surface(positions, chair.triangles, normals=chair.normals[:3])

    def test_a_field_paints_a_mesh_of_the_caller(self) -> None:
        chair = self.model.generate("a chair", att3d.GenerateOptions(resolution=32, texture_size=128))
        surface = att3d.Surface(chair.positions, chair.triangles, chair.normals, uvs=chair.uvs)
        shape = att3d.Shape.from_surface(surface, fit=False).keeping(1.0)
        field = self.model.embed("made of gold").field(shape)
        painted = field.paint(surface, att3d.GenerateOptions(texture_size=128))
        np.testing.assert_array_equal(painted.positions, chair.positions)
        np.testing.assert_array_equal(painted.uvs, chair.uvs)
        metallic = painted.texture(att3d.Texture.ROUGHNESS_METALLIC)[..., 2]
        self.assertGreater(np.median(metallic), 128)

    def test_a_seed_is_another_variant_and_the_same_each_time(self) -> None:
        def made(seed: int) -> bytes:
            return self.model.generate("a chair", att3d.GenerateOptions(resolution=32, seed=seed)).encode(att3d.MeshFormat.PLY)

        self.assertEqual(made(1), made(1))
        self.assertEqual(len({made(seed) for seed in range(4)}), 4)
        points = np.random.default_rng(3).uniform(-0.5, 0.5, (50, 3))
        plain, variant = self.model.embed("a chair").field(), self.model.embed_variant("a chair", 0).field()
        np.testing.assert_array_equal(plain.values(points), variant.values(points))
        with self.assertRaises(att3d.Error) as caught:
            self.model.embed("a chair").generate(att3d.GenerateOptions(resolution=32, seed=1))
        self.assertEqual(caught.exception.status, att3d.Status.INVALID_ARGUMENT)

    def test_objects_may_be_freed_in_any_order(self) -> None:
        context = att3d.Context(threads=1)
        model = context.load_bundled()
        latent = model.embed(PROMPT)
        del context, model
        gc.collect()
        field = latent.field()
        del latent
        gc.collect()
        self.assertGreater(len(field.generate(SMALL).positions), 100)

    def test_prompts_are_read_as_values_and_refused_without_a_thing(self) -> None:
        reading = self.model.read("a green monster truck")
        self.assertEqual((reading.phrase, reading.thing, reading.attributes), ("a green truck", "truck", ["green"]))
        self.assertEqual(reading.understood, "a green truck (left out: monster)")
        self.assertEqual(self.model.read("made of gold", is_change=True).attributes, ["golden"])
        self.assertEqual(self.model.read("a corgi").replaced, {"corgi": "dog"})
        with self.assertRaises(att3d.Error) as caught:
            self.model.read("a green weapon")
        self.assertEqual(caught.exception.status, att3d.Status.PROMPT)
        self.assertIn("sword", str(caught.exception))

    def test_unknown_words_are_reported_and_unknown_prompts_refused(self) -> None:
        self.assertEqual(self.model.generate("a zyxwv pig", SMALL).unknown_words, ["zyxwv"])
        hound = self.model.generate("a hound", SMALL)
        self.assertEqual((hound.replaced_words, hound.unknown_words), ({"hound": "dog"}, []))
        self.assertEqual(self.model.embed("a hound").replaced_words, {"hound": "dog"})
        self.assertIn("chair", self.model.word_groups["furniture"])
        for prompt, status in (("zyxwv", att3d.Status.PROMPT), ("", att3d.Status.PROMPT), ("a\0pig", att3d.Status.INVALID_ARGUMENT)):
            with self.assertRaises(att3d.Error) as caught:
                self.model.generate(prompt, SMALL)
            self.assertEqual(caught.exception.status, status)
            self.assertTrue(str(caught.exception))

    def test_files_are_written_and_encoded_alike(self) -> None:
        mesh = self.model.generate(PROMPT, SMALL)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "größe.glb")
            mesh.write(path)
            self.assertEqual(path.read_bytes(), mesh.encode())
            with self.assertRaises(att3d.Error) as caught:
                mesh.write(Path(folder, "nowhere", "pig.glb"))
            self.assertEqual(caught.exception.status, att3d.Status.IO)
            self.assertEqual(os.listdir(folder), ["größe.glb"])
        magic, version, length = struct.unpack("<4sII", mesh.encode()[:12])
        self.assertEqual((magic, version, length), (b"glTF", 2, len(mesh.encode())))
        self.assertTrue(mesh.encode(att3d.MeshFormat.OBJ).startswith(b"#") or b"\nv " in mesh.encode(att3d.MeshFormat.OBJ))

    def test_latents_mix_and_batches_equal_single_prompts(self) -> None:
        pig, tiger = self.model.embed_all(["a pig", "a tiger"])
        halfway = att3d.Latent.between(pig, tiger, 0.5).generate(SMALL)
        self.assertGreater(len(halfway.positions), 100)
        fields = att3d.Latent.fields([pig, tiger])
        points = np.random.default_rng(1).uniform(-1, 1, (50, 3))
        np.testing.assert_allclose(fields[1].values(points), self.model.embed("a tiger").field().values(points), atol=1e-4)

    def test_fields_answer_at_points(self) -> None:
        field = self.model.embed(PROMPT).field()
        self.assertEqual(field.info.kind, att3d.FieldKind.SIGNED_DISTANCE)
        points = np.random.default_rng(2).uniform(-0.9, 0.9, (200, 3))
        found = field.sample(points)
        np.testing.assert_array_equal(found.values, field.values(points))
        step = 1e-3 * np.array([1.0, 0.0, 0.0])
        slope = (field.values(points + step) - field.values(points - step)) / 2e-3
        self.assertLess(np.median(np.abs(slope - found.gradients[:, 0])), 0.05)
        self.assertTrue(((found.colors >= 0) & (found.colors <= 1)).all())
        self.assertEqual(field.values(np.empty((0, 3))).shape, (0,))
        with self.assertRaises(att3d.Error):
            field.values([1.0, 2.0, 3.0])
        with self.assertRaises(att3d.Error):
            field.values([[float("nan"), 0, 0]])

    def test_jobs_report_progress_and_give_functions_back(self) -> None:
        before, heard = _callbacks.held(), []
        job = self.model.start(PROMPT, att3d.GenerateOptions(resolution=48, progress=lambda done: heard.append(done)))
        mesh = job.result(60)
        self.assertGreater(len(mesh.positions), 100)
        self.assertEqual(job.state, att3d.JobState.TAKEN)
        self.assertTrue(heard and all(0 <= done <= 1 for done in heard))
        del job
        gc.collect()
        self.assertEqual(_callbacks.held(), before)

    def test_a_cancelled_job_says_so_and_a_raised_exception_cancels(self) -> None:
        gate, reached = threading.Event(), threading.Event()

        def hold(done: float) -> None:
            if done > 0:
                reached.set()
                gate.wait(60)

        job = self.model.start(PROMPT, att3d.GenerateOptions(resolution=64, progress=hold))
        self.assertTrue(reached.wait(60))
        self.assertEqual(job.state, att3d.JobState.RUNNING)
        self.assertFalse(job.wait(0.0))
        job.cancel()
        gate.set()
        with self.assertRaises(att3d.Error) as caught:
            job.result(60)
        self.assertEqual(caught.exception.status, att3d.Status.CANCELLED)

        def fail(done: float) -> None:
            raise RuntimeError(done)

        with self.assertRaises(RuntimeError):
            self.model.generate(PROMPT, att3d.GenerateOptions(resolution=32, progress=fail))

    def test_other_threads_run_while_a_call_works(self) -> None:
        ticks, done = [], threading.Event()

        def tick() -> None:
            while not done.is_set():
                ticks.append(time.monotonic())
                time.sleep(0.001)

        thread = threading.Thread(target=tick)
        thread.start()
        self.model.generate(PROMPT, att3d.GenerateOptions(resolution=96))
        done.set()
        thread.join()
        self.assertGreater(len(ticks), 3)

    def test_a_live_session_follows_typing(self) -> None:
        live = self.model.live(SMALL)
        self.assertIsNone(live.take())
        request = live.set_prompt("a pig wearing a part", is_typing=True)
        self.assertTrue(live.wait(60))
        info = live.info
        self.assertEqual((info.status, info.answered, info.requested), (att3d.Status.OK, request, request))
        self.assertGreater(len(live.take().positions), 100)
        self.assertIsNone(live.take())
        live.set_latent(self.model.embed("a tiger"))
        self.assertTrue(live.wait(60))
        self.assertIsNotNone(live.take())

    def test_logs_are_heard_and_given_back(self) -> None:
        before, context = _callbacks.held(), att3d.Context(threads=1)
        context.set_log(lambda level, text: None)
        self.assertEqual(_callbacks.held(), before + 1)
        context.set_log(None)
        self.assertEqual(_callbacks.held(), before)

    def test_models_say_what_they_are(self) -> None:
        info = self.model.info
        self.assertEqual(info.word_count, len(self.model.words))
        self.assertIn(att3d.Capability.WORDS, info.capabilities)
        self.assertEqual(len(self.model.digest), 24)
        self.assertTrue(self.model.name and self.model.license)
        with self.assertRaises(att3d.Error) as caught:
            self.context.load("/nowhere/at/all.att3d")
        self.assertEqual(caught.exception.status, att3d.Status.IO)
        with self.assertRaises(att3d.Error) as caught:
            self.context.load_bytes(b"nonsense")
        self.assertEqual(caught.exception.status, att3d.Status.FORMAT)

    def test_an_unloaded_model_says_so(self) -> None:
        model = self.context.load_bundled()
        model.unload()
        with self.assertRaises(att3d.Error) as caught:
            model.generate(PROMPT, SMALL)
        self.assertEqual(caught.exception.status, att3d.Status.UNLOADED)

    def test_contexts_and_devices_say_what_they_are(self) -> None:
        info = self.context.info
        self.assertEqual((info.engine, info.device, info.thread_count), (att3d.Engine.EMBEDDED, att3d.Device.CPU, 2))
        # The package comes from a file: all contexts share the bundled model's weights, and none counts them.
        package = Path(__file__).parents[3] / "models/toybox/toybox.att3d"
        with self.context.load(package):
            self.assertGreater(self.context.info.memory_in_use, info.memory_in_use + (1 << 20))
        self.assertEqual(att3d.devices()[0].engine, att3d.Engine.EMBEDDED)
        with self.assertRaises(att3d.Error) as caught:
            att3d.Context(precision=att3d.Precision.F16, engine=att3d.Engine.EMBEDDED)
        self.assertEqual(caught.exception.status, att3d.Status.UNSUPPORTED)

    def test_a_worker_makes_the_same_mesh(self) -> None:
        away = att3d.Context(engine=att3d.Engine.EMBEDDED, worker=True)
        self.assertTrue(away.info.is_worker)
        found = away.load_bundled().generate(PROMPT, SMALL)
        np.testing.assert_array_equal(found.positions, self.model.generate(PROMPT, SMALL).positions)

    def test_nothing_is_left_behind(self) -> None:
        mesh = self.model.generate(PROMPT, SMALL)
        gone = weakref.ref(mesh._handle)
        del mesh
        gc.collect()
        self.assertIsNone(gone())

    def test_a_missing_library_is_an_import_error_that_says_what_to_do(self) -> None:
        program = "import att3d"
        path = str(Path(att3d.__file__).resolve().parents[1])
        for named, words in (("/nowhere/libatt3d.so", "cannot load libatt3d"), ("libatt3d.so", "absolute path")):
            environment = {**os.environ, "ATT3D_LIBRARY": named, "PYTHONPATH": path}
            ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
            self.assertNotEqual(ran.returncode, 0)
            self.assertIn("ImportError", ran.stderr)
            self.assertIn(words, ran.stderr)

    def test_glb_holds_the_prompt(self) -> None:
        glb = self.model.generate(PROMPT, SMALL).encode()
        length = struct.unpack("<I", glb[12:16])[0]
        self.assertIn(PROMPT, json.dumps(json.loads(glb[20 : 20 + length])))


if __name__ == "__main__":
    unittest.main()
