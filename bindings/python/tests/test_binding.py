"""Tests of the package with the bundled model."""

import dataclasses
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
from att3d.options import GenerateKeywords

SMALL = att3d.GenerateOptions(resolution=32)
PROMPT = "a pig wearing a party hat"


def obj_positions(obj: bytes) -> np.ndarray:
    """Returns the positions of a Wavefront OBJ file, [n, 3]."""
    vertices = (line.split() for line in obj.splitlines() if line.startswith(b"v "))
    return np.array([[float(number) for number in words[1:4]] for words in vertices])


class Binding(unittest.TestCase):
    """Tests of all classes of the package."""

    context: att3d.Context
    model: att3d.Model

    @classmethod
    def setUpClass(cls) -> None:
        cls.context = att3d.Context(thread_count=2)
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
        self.assertEqual((mesh.prompt, mesh.left_out, mesh.info.resolution), (PROMPT, [], 32))
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
            resolution=48, triangle_budget=1000, texture_size=128, level_count=2, hull_count=1
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
        self.assertIn(b"a wooden chair_LOD0-convcolonly", mesh.encode(hull_names=att3d.HullNames.GODOT))
        self.assertEqual(mesh.encode(hull_names="godot"), mesh.encode(hull_names=att3d.HullNames.GODOT))
        self.assertEqual(mesh.info.hull_count, 1)
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
        np.testing.assert_allclose(shape.info.center, middle, atol=1e-4)
        self.assertEqual((shape.info.point_count, shape.info.keep), (4096, 1.0))
        place = (positions - middle) / shape.info.units
        tiger = self.model.embed("a tiger")
        off = [np.abs(tiger.field(shape.keeping(keep)).values(place)).mean() for keep in (0.0, 0.5, 1.0)]
        self.assertTrue(off[0] > off[1] > off[2], off)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tiger.glb")
            tiger.field(shape.keeping(1.0)).generate(SMALL).write(path, pivot=att3d.Pivot.SHAPE)
            np.testing.assert_allclose(att3d.Shape.from_glb(path).info.center, middle, atol=0.5)
            with open(path, "rb") as file:
                self.assertEqual(att3d.Shape.from_glb(file.read()).info, att3d.Shape.from_glb(path).info)
            out = os.path.join(folder, "restyled.glb")
            self.model.restyle_file(path, "made of gold", out, texture_size=64)
            self.assertTrue(os.path.getsize(out) > os.path.getsize(path))
            self.assertEqual(
                self.model.restyle(Path(path).read_bytes(), "made of gold", texture_size=64), Path(out).read_bytes()
            )
        for refused in (lambda: shape.keeping(1.5), lambda: att3d.Shape.from_glb(b"no mesh")):
            self.assertRaises(att3d.Error, refused)
        with self.assertRaises(att3d.Error):
            att3d.Surface(positions, chair.triangles, normals=chair.normals[:3])

    def test_a_field_paints_a_mesh_of_the_caller(self) -> None:
        chair = self.model.generate("a chair", att3d.GenerateOptions(resolution=32, texture_size=128))
        surface = att3d.Surface(chair.positions, chair.triangles, chair.normals, uvs=chair.uvs)
        shape = att3d.Shape.from_surface(surface, fit="none").keeping(1.0)
        field = self.model.embed("made of gold").field(shape)
        painted = field.paint(surface, texture_size=128)
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
        plain, variant = self.model.embed("a chair").field(), self.model.embed("a chair", 0).field()
        np.testing.assert_array_equal(plain.values(points), variant.values(points))
        self.assertTrue((self.model.embed("a chair", seed=1).field().values(points) != plain.values(points)).any())
        with self.assertRaises(att3d.Error) as caught:
            self.model.embed("a chair").generate(att3d.GenerateOptions(resolution=32, seed=1))
        self.assertEqual(caught.exception.status, att3d.Status.INVALID_ARGUMENT)

    def test_objects_may_be_freed_in_any_order(self) -> None:
        context = att3d.Context(thread_count=1)
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
        self.assertEqual(self.model.read("made of gold", "change").attributes, ["golden"])
        self.assertEqual(self.model.read("made of gold", att3d.ReadMode.CHANGE).attributes, ["golden"])
        with self.assertRaisesRegex(ValueError, "mode is 'thought'; expected one of thing, change"):
            self.model.read("a pig", "thought")
        self.assertEqual(self.model.read("a corgi").replaced, {"corgi": "dog"})
        with self.assertRaises(att3d.Error) as caught:
            self.model.read("a green weapon")
        self.assertEqual(caught.exception.status, att3d.Status.PROMPT)
        self.assertIn("sword", str(caught.exception))

    def test_words_left_out_are_reported_and_unknown_prompts_refused(self) -> None:
        self.assertEqual(self.model.generate("a zyxwv pig", SMALL).left_out, ["zyxwv"])
        hound = self.model.generate("a hound", SMALL)
        self.assertEqual((hound.replaced, hound.left_out), ({"hound": "dog"}, []))
        self.assertEqual(hound.reading, self.model.read("a hound"))
        self.assertEqual(self.model.embed("a hound").replaced, {"hound": "dog"})
        latent = self.model.embed("a green monster truck")
        self.assertEqual(latent.reading, self.model.read("a green monster truck"))
        self.assertEqual(latent.left_out, ["monster"])
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

    def test_options_are_given_as_keywords_too(self) -> None:
        fields = {field.name for field in dataclasses.fields(att3d.GenerateOptions)}
        self.assertEqual(fields, set(GenerateKeywords.__annotations__))
        expected = self.model.generate(PROMPT, att3d.GenerateOptions(resolution=24, triangle_budget=500))
        found = self.model.generate(PROMPT, att3d.GenerateOptions(resolution=24), triangle_budget=500)
        np.testing.assert_array_equal(found.positions, expected.positions)
        self.assertEqual(self.model.start(PROMPT, resolution=24).result(60).info.resolution, 24)
        everything = self.model.generate(PROMPT, SMALL, min_component=0.0)
        self.assertGreaterEqual(everything.report().component_count, self.model.generate(PROMPT, SMALL).report().component_count)
        self.assertEqual(everything.report().removed_component_count, 0)
        with self.assertRaises(att3d.Error) as caught:
            self.model.generate(PROMPT, SMALL, hull_vertex_count=16)
        self.assertEqual(caught.exception.status, att3d.Status.INVALID_ARGUMENT)

    def test_enumerations_are_given_as_texts_too(self) -> None:
        mesh = self.model.generate(PROMPT, SMALL)
        low, high = np.array(mesh.info.minimum), np.array(mesh.info.maximum)
        for pivot, origin in (
            (att3d.Pivot.CENTER, (low + high) / 2),
            ("center", (low + high) / 2),
            ("ground", np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])),
            ("origin", np.zeros(3)),
        ):
            found = obj_positions(mesh.encode("obj", pivot=pivot, meters_per_unit=2.0))
            np.testing.assert_allclose(found, 2.0 * (mesh.positions - origin), atol=1e-4, err_msg=str(pivot))
        up = obj_positions(mesh.encode("obj", pivot="origin", meters_per_unit=1.0, up_axis="z"))
        np.testing.assert_allclose(up[:, [0, 2, 1]] * [1, 1, -1], mesh.positions, atol=1e-4)
        self.assertLess(len(mesh.encode(compress=True)), len(mesh.encode()))
        with self.assertRaisesRegex(ValueError, "pivot is 'middle'; expected one of ground, center, origin, shape"):
            mesh.encode(pivot="middle")
        with self.assertRaisesRegex(TypeError, "pivot"):
            mesh.encode(pivot=att3d.MeshFormat.OBJ)
        for wrong in ({"pivot": 7}, {"pivot": "shape"}, {"up_axis": "z"}, {"size": 1.0, "meters_per_unit": 1.0}):
            with self.assertRaises(att3d.Error) as caught:
                mesh.encode(**wrong)
            self.assertIn(caught.exception.status, (att3d.Status.INVALID_ARGUMENT, att3d.Status.UNSUPPORTED), wrong)
        context = att3d.Context(thread_count=1, engine="embedded", device="cpu", precision="f32", thread_priority="low")
        self.assertEqual(context.info.engine, att3d.Engine.EMBEDDED)
        found = context.load_bundled().generate(PROMPT, SMALL)
        np.testing.assert_array_equal(found.positions, mesh.positions)

    def test_vertices_are_copied_in_the_layout_of_the_caller(self) -> None:
        mesh = self.model.generate("a red apple", resolution=32, texture_size=64, level_count=1)
        count = len(mesh.positions)
        layout = np.dtype(
            [
                ("position", "f4", 3),
                ("bone", "u4"),
                ("color", "u1", 4),
                ("normal", "f4", 3),
                ("uv", "f4", 2),
                ("material", "f4", 2),
                ("tangent", "f4", 4),
            ]
        )
        vertices = np.zeros(count, layout)
        vertices["bone"] = 7
        mesh.copy_vertices(vertices)
        for name, values in (
            ("position", mesh.positions),
            ("normal", mesh.normals),
            ("uv", mesh.uvs),
            ("material", mesh.materials),
            ("tangent", mesh.tangents),
            ("bone", np.full(count, 7)),
        ):
            np.testing.assert_array_equal(vertices[name], values, name)
        self.assertTrue((vertices["color"][:, 3] == 255).all())
        np.testing.assert_allclose(vertices["color"][:, :3] / 255.0, mesh.colors, atol=0.502 / 255.0)
        raw = bytearray(count * layout.itemsize)
        raw_view = np.frombuffer(raw, layout)
        raw_view["bone"] = 7
        mesh.copy_vertices(raw, layout)
        self.assertEqual(raw, vertices.tobytes())
        padded = np.dtype({"names": ["color"], "formats": [("f4", 3)], "offsets": [8], "itemsize": 32})
        mesh.copy_vertices(memory := bytearray(count * 32), padded)
        np.testing.assert_array_equal(np.frombuffer(memory, padded)["color"], mesh.colors)
        for refused, error in (
            (lambda: mesh.copy_vertices(raw), TypeError),
            (lambda: mesh.copy_vertices(raw, [("positions", "f4", 3)]), TypeError),
            (lambda: mesh.copy_vertices(raw, [("position", "f8", 3)]), TypeError),
            (lambda: mesh.copy_vertices(raw, [("normal", "u1", 4)]), TypeError),
            (lambda: mesh.copy_vertices(bytes(raw), layout), ValueError),
            (lambda: mesh.copy_vertices(np.zeros(2 * count, layout)[::2]), ValueError),
            (lambda: mesh.copy_vertices(7, layout), TypeError),
        ):
            self.assertRaises(error, refused)
        with self.assertRaises(att3d.Error) as caught:
            mesh.copy_vertices(vertices[:-1])
        self.assertEqual(caught.exception.status, att3d.Status.BUFFER_TOO_SMALL)
        with self.assertRaises(att3d.Error) as caught:
            self.model.generate(PROMPT, SMALL).copy_vertices(bytearray(1 << 20), [("uv", "f4", 2)])
        self.assertEqual(caught.exception.status, att3d.Status.UNSUPPORTED)

    def test_indices_are_copied_with_two_or_four_bytes(self) -> None:
        mesh = self.model.generate("a red apple", resolution=32, level_count=1)
        for level, triangles in ((0, mesh.triangles), (1, mesh.level(1))):
            for kind in (np.uint16, np.uint32):
                mesh.copy_indices(found := np.zeros(triangles.shape, kind), level)
                np.testing.assert_array_equal(found, triangles)
                mesh.copy_indices(memory := bytearray(found.nbytes), level, index_size=found.itemsize)
                self.assertEqual(memory, found.tobytes())
        for refused, status in (
            (lambda: mesh.copy_indices(bytearray(1 << 20), index_size=1), att3d.Status.INVALID_ARGUMENT),
            (lambda: mesh.copy_indices(np.zeros(1 << 20, np.uint64)), att3d.Status.INVALID_ARGUMENT),
            (lambda: mesh.copy_indices(np.zeros(1 << 20, np.uint32), level=2), att3d.Status.INVALID_ARGUMENT),
            (lambda: mesh.copy_indices(np.zeros(3, np.uint32)), att3d.Status.BUFFER_TOO_SMALL),
        ):
            with self.assertRaises(att3d.Error) as caught:
                refused()
            self.assertEqual(caught.exception.status, status)
        self.assertRaises(ValueError, mesh.copy_indices, mesh.triangles)
        for wrong in (bytearray(1 << 20), np.zeros(1 << 20, np.float32), "text"):
            self.assertRaises(TypeError, mesh.copy_indices, wrong)

    def test_frames_are_the_meshes_of_their_latents_in_one_file(self) -> None:
        pig, tiger = self.model.embed_all(["a pig", "a tiger"])
        latents = [att3d.Latent.between(pig, tiger, at) for at in (0.0, 0.5, 1.0)]
        meshes = att3d.Latent.frames(latents, SMALL)
        self.assertEqual(len(meshes), len(latents))
        for mesh, latent in zip(meshes, latents):
            np.testing.assert_array_equal(mesh.positions, latent.generate(SMALL).positions)
        job = att3d.Latent.start_frames(latents, SMALL)
        taken = job.result(60)
        self.assertEqual(job.state, att3d.JobState.TAKEN)
        self.assertEqual(len(taken), len(meshes))
        for found, expected in zip(taken, meshes):
            np.testing.assert_array_equal(found.positions, expected.positions)
        with self.assertRaises(att3d.Error) as caught:
            job.take()
        self.assertEqual(caught.exception.status, att3d.Status.INVALID_ARGUMENT)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "frames.glb")
            for options in ({}, {"seconds": 0.5, "size": 2.0}, {"pivot": "center", "compress": True}):
                att3d.Mesh.write_frames(meshes, path, **options)
                self.assertEqual(path.read_bytes(), att3d.Mesh.encode_frames(meshes, **options))
                self.assertIn(b'"animations"', path.read_bytes())
            for refused in (
                lambda: att3d.Mesh.write_frames([], path),
                lambda: att3d.Mesh.write_frames(meshes, Path(folder, "frames.obj")),
                lambda: att3d.Latent.frames([]),
            ):
                with self.assertRaises(att3d.Error) as caught:
                    refused()
                self.assertEqual(caught.exception.status, att3d.Status.INVALID_ARGUMENT)
            self.assertEqual(os.listdir(folder), ["frames.glb"])

    def test_every_kind_of_work_runs_as_a_job(self) -> None:
        pig, hat = self.model.embed_all(["a pig", "a pig wearing a party hat"])
        mesh = pig.generate(SMALL)
        glb, field = mesh.encode(), pig.field()
        surface = att3d.Surface(mesh.positions, mesh.triangles, mesh.normals)
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "pig.glb"), Path(folder, "restyled.glb")
            source.write_bytes(glb)
            for start, expected in (
                (lambda: self.model.start("a pig", SMALL), lambda: self.model.generate("a pig", SMALL)),
                (lambda: pig.start(SMALL), lambda: mesh),
                (lambda: field.start(SMALL), lambda: field.generate(SMALL)),
                (lambda: att3d.Latent.start_morph([pig, hat], SMALL), lambda: att3d.Latent.morph([pig, hat], SMALL)),
                (lambda: field.start_paint(surface, texture_size=64), lambda: field.paint(surface, texture_size=64)),
            ):
                job, wanted = start(), expected()
                found = job.result(60)
                np.testing.assert_array_equal(found.positions, wanted.positions)
                self.assertEqual(found.encode(), wanted.encode())
                self.assertEqual((job.state, job.fraction, job.status), (att3d.JobState.TAKEN, 1.0, att3d.Status.OK))
            job = self.model.start_restyle(glb, "a red pig", texture_size=64, unwrap=True)
            restyled = job.result(60)
            self.assertEqual(restyled, self.model.restyle(glb, "a red pig", texture_size=64))
            self.assertEqual(job.state, att3d.JobState.TAKEN)
            self.assertRaises(att3d.Error, job.take)
            nothing = self.model.start_restyle_file(source, "a red pig", target, texture_size=64)
            self.assertIsNone(nothing.result(60))
            self.assertIsNone(nothing.take())
            self.assertEqual(target.read_bytes(), restyled)
            variant = self.model.restyle(glb, "a pig", texture_size=64, seed=3)
            self.assertNotEqual(variant, self.model.restyle(glb, "a pig", texture_size=64))
            for failing, status in (
                (self.model.start_restyle_file(Path(folder, "none.glb"), "a pig", target), att3d.Status.IO),
                (self.model.start_restyle(b"no glb", "a pig"), att3d.Status.FORMAT),
                (self.model.start("zyxwv"), att3d.Status.PROMPT),
            ):
                with self.assertRaises(att3d.Error) as caught:
                    failing.result(60)
                self.assertEqual((caught.exception.status, failing.status), (status, status))
                self.assertTrue(str(caught.exception))

    def test_jobs_without_a_mesh_stop_and_are_busy_while_they_run(self) -> None:
        glb, before = self.model.generate("a pig", SMALL).encode(), _callbacks.held()
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "pig.glb"), Path(folder, "restyled.glb")
            source.write_bytes(glb)
            for start in (
                lambda progress: self.model.start_restyle(glb, "a pig", progress=progress),
                lambda progress: self.model.start_restyle_file(source, "a pig", target, progress=progress),
            ):
                gate, reached = threading.Event(), threading.Event()

                def hold(done: float, gate: threading.Event = gate, reached: threading.Event = reached) -> None:
                    reached.set()
                    gate.wait(60)

                job = start(hold)
                self.assertTrue(reached.wait(60))
                with self.assertRaises(att3d.Error) as caught:
                    job.take()
                self.assertEqual(caught.exception.status, att3d.Status.BUSY)
                job.cancel()
                gate.set()
                with self.assertRaises(att3d.Error) as caught:
                    job.result(60)
                self.assertEqual(caught.exception.status, att3d.Status.CANCELLED)

                def fail(done: float) -> None:
                    raise RuntimeError(done)

                failing = start(fail)
                self.assertTrue(failing.wait(60))
                self.assertRaises(RuntimeError, failing.take)
            self.assertFalse(target.exists())
        del job, failing
        gc.collect()
        self.assertEqual(_callbacks.held(), before)

    def test_latents_mix_and_batches_equal_single_prompts(self) -> None:
        pig, tiger = self.model.embed_all(["a pig", "a tiger"])
        halfway = att3d.Latent.between(pig, tiger, 0.5).generate(SMALL)
        self.assertGreater(len(halfway.positions), 100)
        fields = att3d.Latent.fields([pig, tiger])
        points = np.random.default_rng(1).uniform(-1, 1, (50, 3))
        np.testing.assert_allclose(fields[1].values(points), self.model.embed("a tiger").field().values(points), atol=1e-4)

    def test_an_offset_of_the_model_is_added_to_a_latent(self) -> None:
        pig = self.model.embed("a pig")
        numbers = np.full(128, 0.2, np.float32).tobytes()

        def offset(digest: str) -> bytes:
            metadata = {"format": "att3d.offset", "version": "1", "model": digest, "prompt": "a pig"}
            tensor = {"dtype": "F32", "shape": [1, 128], "data_offsets": [0, len(numbers)]}
            header = json.dumps({"__metadata__": metadata, "tokens": tensor}).encode()
            return struct.pack("<Q", len(header)) + header + numbers

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "pig.offset")
            path.write_bytes(offset(self.model.digest))
            refined = pig.with_offset(path)
            self.assertEqual(refined.reading, pig.reading)
            self.assertNotEqual(refined.generate(SMALL).encode(), pig.generate(SMALL).encode())
            wrong = {offset("0123"): att3d.Status.INVALID_ARGUMENT, b"a pig": att3d.Status.FORMAT}
            for content, status in wrong.items():
                path.write_bytes(content)
                with self.assertRaises(att3d.Error) as caught:
                    pig.with_offset(path)
                self.assertEqual(caught.exception.status, status)
                self.assertIn("pig.offset", str(caught.exception))
            with self.assertRaises(att3d.Error) as caught:
                pig.with_offset(Path(folder, "none.offset"))
            self.assertEqual(caught.exception.status, att3d.Status.IO)

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
        before, fractions = _callbacks.held(), []
        job = self.model.start(PROMPT, att3d.GenerateOptions(resolution=48, progress=lambda done: fractions.append(done)))
        mesh = job.result(60)
        self.assertGreater(len(mesh.positions), 100)
        self.assertEqual(job.state, att3d.JobState.TAKEN)
        self.assertTrue(fractions and all(0 <= done <= 1 for done in fractions))
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
        request = live.set_prompt("a pig wearing a part", last_word="typing")
        self.assertTrue(live.wait(60))
        info = live.info
        self.assertEqual((info.status, info.answered, info.requested), (att3d.Status.OK, request, request))
        self.assertGreater(len(live.take().positions), 100)
        self.assertIsNone(live.take())
        live.set_latent(self.model.embed("a tiger"))
        self.assertTrue(live.wait(60))
        self.assertIsNotNone(live.take())

    def test_log_functions_are_called_and_released(self) -> None:
        before, context, lines = _callbacks.held(), att3d.Context(thread_count=1), []
        context.set_log(lambda level, text: lines.append((level, text)))
        self.assertEqual(_callbacks.held(), before + 1)
        context.load_bundled()
        self.assertTrue(lines and all(isinstance(level, att3d.LogLevel) and text for level, text in lines))
        context.set_log(None)
        self.assertEqual(_callbacks.held(), before)

    def test_packages_are_described_without_their_weights(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mine.att3d"
            path.write_bytes(att3d.bundled_package())
            described = self.context.describe(path)
            self.assertEqual(described.digest, self.model.digest)
            self.assertEqual(described.info, self.model.info)
            with self.assertRaises(att3d.Error) as caught:
                described.generate("a pig")
            self.assertEqual(caught.exception.status, att3d.Status.UNLOADED)
            path.write_bytes(b"not a package")
            with self.assertRaises(att3d.Error) as caught:
                self.context.describe(path)
            self.assertEqual(caught.exception.status, att3d.Status.FORMAT)

    def test_models_say_what_they_are(self) -> None:
        info = self.model.info
        self.assertEqual(info.word_count, len(self.model.words))
        self.assertIn(att3d.Capability.WORDS, info.capabilities)
        self.assertEqual(len(self.model.digest), 24)
        self.assertTrue(self.model.name and self.model.license)
        self.assertGreater(info.thing_count, 0)
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
        # The package is loaded from a file, because memory_in_use does not include the bundled model's weights.
        package = Path(__file__).parents[3] / "models/toybox/toybox.att3d"
        with self.context.load(package):
            self.assertGreater(self.context.info.memory_in_use, info.memory_in_use + (1 << 20))
        self.assertEqual(att3d.devices()[0].engine, att3d.Engine.EMBEDDED)
        with self.assertRaises(att3d.Error) as caught:
            att3d.Context(precision=att3d.Precision.F16, engine=att3d.Engine.EMBEDDED)
        self.assertEqual(caught.exception.status, att3d.Status.UNSUPPORTED)

    def test_a_worker_makes_the_same_mesh(self) -> None:
        away = att3d.Context(engine=att3d.Engine.EMBEDDED, is_worker=True)
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
