"""Tests of arithmetic, options, pictures, and of other packages that are used if they are installed."""

import io
import importlib.util
import re
import sys
import unittest
import unittest.mock
import warnings

import numpy as np

import att3d

SMALL = att3d.GenerateOptions(resolution=32)


def without(package: str) -> "unittest.mock._patch_dict":
    """Makes the import of a package fail."""
    hidden = {name: None for name in (package, *sys.modules) if name.split(".")[0] == package}
    return unittest.mock.patch.dict(sys.modules, hidden)


def needs(package: str) -> object:
    """Skips a test if a package is missing. scripts/check_python.sh installs open3d only with --full."""
    return unittest.skipUnless(importlib.util.find_spec(package), f"{package} is not installed")


class Comfort(unittest.TestCase):
    """Tests of what the package adds to the C interface."""

    model: att3d.Model

    @classmethod
    def setUpClass(cls) -> None:
        cls.model = att3d.Context(thread_count=2).load_bundled()
        cls.textured = cls.model.generate("a red apple", resolution=32, texture_size=64, triangle_budget=500)

    def same(self, first: att3d.Latent, second: att3d.Latent) -> None:
        points = np.random.default_rng(5).uniform(-0.8, 0.8, (100, 3))
        np.testing.assert_array_equal(first.field().values(points), second.field().values(points))

    def test_latents_are_added_subtracted_and_multiplied(self) -> None:
        pig, cat, chair = self.model.embed_all(["a pig", "a cat", "a chair"])
        mix = att3d.Latent.mix
        for found, parts in (
            (0.3 * pig + 0.7 * cat, [(pig, 0.3), (cat, 0.7)]),
            (pig * np.float32(0.5) + np.float64(0.5) * cat, [(pig, 0.5), (cat, 0.5)]),
            ((pig + cat) / 2, [(pig, 0.5), (cat, 0.5)]),
            (pig + (cat - chair), [(pig, 1.0), (cat, 1.0), (chair, -1.0)]),
            (pig + 0.5 * (cat - pig), [(pig, 0.5), (cat, 0.5)]),
            (sum([0.2 * pig, 0.3 * cat, 0.5 * chair]), [(pig, 0.2), (cat, 0.3), (chair, 0.5)]),
            (-pig + 2 * cat, [(pig, -1.0), (cat, 2.0)]),
        ):
            self.same(found, mix(parts))
        half = 0.5 * mix([(pig, 0.4), (cat, 0.6)])
        self.same(half, mix([(pig, 0.5 * 0.4), (cat, 0.5 * 0.6)]))
        self.assertEqual((0.5 * pig + 0.5 * cat).generate(SMALL).prompt, "a pig / a cat")

    def test_sums_stay_when_their_latents_are_closed(self) -> None:
        pig, cat = self.model.embed_all(["a pig", "a cat"])
        expected, scaled = 0.3 * pig + 0.7 * cat, 0.3 * pig
        pig.close()
        self.same(scaled + 0.7 * cat, expected)
        for use in (lambda: 2 * pig, lambda: pig + cat, lambda: cat - pig):
            self.assertRaises(ValueError, use)

    def test_arithmetic_refuses_what_it_cannot_add(self) -> None:
        pig = self.model.embed("a pig")
        for use in (
            lambda: pig + 1,
            lambda: 1 + pig,
            lambda: pig - 0,
            lambda: pig * pig,
            lambda: pig * "2",
            lambda: pig / pig,
            lambda: np.ones(3) * pig,
        ):
            self.assertRaises(TypeError, use)
        self.assertRaises(ZeroDivisionError, lambda: pig / 0)
        for use in (lambda: 2000 * pig, lambda: float("nan") * pig):
            with self.assertRaises(att3d.Error) as caught:
                use()
            self.assertEqual(caught.exception.status, att3d.Status.INVALID_ARGUMENT)

    def test_unknown_options_are_refused_with_the_known_ones(self) -> None:
        latent = self.model.embed("a pig")
        for call in (
            lambda: self.model.generate("a pig", texturesize=64),
            lambda: self.model.start("a pig", texturesize=64),
            lambda: self.model.live(texturesize=64),
            lambda: latent.generate(texturesize=64),
            lambda: latent.field().start(texturesize=64),
            lambda: att3d.Latent.frames([latent], texturesize=64),
        ):
            with self.assertRaisesRegex(TypeError, "'texturesize'; expected one of resolution, .*texture_size, "):
                call()
        with self.assertRaisesRegex(TypeError, "expected one of resolution, .*, bound, step_count$"):
            att3d.Latent.morph([latent, latent], steps=4)

    @needs("PIL")
    def test_jupyter_shows_the_picture_that_is_drawn(self) -> None:
        from PIL import Image

        mesh = self.model.generate("a pig", SMALL)
        with Image.open(io.BytesIO(mesh._repr_png_())) as picture:
            self.assertEqual((picture.format, picture.mode), ("PNG", "RGB"))
            np.testing.assert_array_equal(np.asarray(picture), mesh.draw(384, 384)[..., :3])

    def test_a_viewer_holds_the_mesh_in_one_frame(self) -> None:
        mesh = self.model.generate("a pig", SMALL)
        viewer = mesh.viewer(height=300)
        shown = viewer._repr_html_()
        self.assertEqual(len(re.findall("<[a-z]", shown)), 1)
        self.assertTrue(shown.startswith('<iframe title="a pig" style="width:100%;height:300px;border:0" srcdoc="'))
        self.assertIn("att3dViewer = ", viewer.page.replace("att3dViewer=", "att3dViewer = "))
        self.assertEqual(viewer.page.count("</script>"), 2)

    @needs("trimesh")
    def test_a_mesh_becomes_one_of_trimesh(self) -> None:
        import trimesh

        plain = self.model.generate("a red apple", SMALL)
        found = plain.to_trimesh()
        self.assertIsInstance(found, trimesh.Trimesh)
        np.testing.assert_array_equal(found.vertices, plain.positions)
        np.testing.assert_array_equal(found.faces, plain.triangles)
        np.testing.assert_allclose(found.vertex_normals, plain.normals, atol=1e-6)
        np.testing.assert_allclose(found.visual.vertex_colors[:, :3] / 255, plain.colors, atol=0.002)
        self.assertAlmostEqual(found.volume, plain.report().volume, places=4)
        self.assertEqual(found.metadata["prompt"], "a red apple")
        self.assertTrue(found.is_watertight)

    @needs("trimesh")
    @needs("PIL")
    def test_trimesh_writes_the_same_textures_and_coordinates(self) -> None:
        import trimesh

        mesh = self.textured
        found = mesh.to_trimesh()
        np.testing.assert_array_equal(np.asarray(found.visual.material.normalTexture), mesh.texture("normal"))
        for content in (mesh.encode(pivot="origin", meters_per_unit=1.0), found.export(file_type="glb")):
            scene = trimesh.load(io.BytesIO(content), file_type="glb")
            (read,) = [one for name, one in scene.geometry.items() if "LOD" not in name or "LOD0" in name]
            material = read.visual.material
            np.testing.assert_array_equal(np.asarray(material.baseColorTexture)[..., :3], mesh.texture())
            np.testing.assert_allclose(read.visual.uv, found.visual.uv, atol=1e-5)
            np.testing.assert_allclose(read.vertices, mesh.positions, atol=1e-5)

    @needs("open3d")
    def test_a_mesh_becomes_one_of_open3d(self) -> None:
        with warnings.catch_warnings():
            # Open3D warns about a missing GPU.
            warnings.simplefilter("ignore")
            import open3d

        mesh = self.textured
        found = mesh.to_open3d()
        self.assertIsInstance(found, open3d.geometry.TriangleMesh)
        np.testing.assert_array_equal(np.asarray(found.vertices), mesh.positions)
        np.testing.assert_array_equal(np.asarray(found.triangles), mesh.triangles)
        np.testing.assert_allclose(np.asarray(found.vertex_normals), mesh.normals, atol=1e-6)
        np.testing.assert_allclose(np.asarray(found.vertex_colors), mesh.colors, atol=1e-6)
        np.testing.assert_allclose(np.asarray(found.triangle_uvs), mesh.uvs[mesh.triangles.ravel()], atol=1e-6)
        np.testing.assert_array_equal(np.asarray(found.textures[0]), mesh.texture())

    @needs("tqdm")
    def test_a_bar_shows_the_progress(self) -> None:
        import tqdm.auto

        written = io.StringIO()
        with unittest.mock.patch.object(tqdm.auto, "tqdm", lambda **how: tqdm.tqdm(file=written, mininterval=0, **how)):
            self.model.generate("a pig", SMALL, progress=att3d.progress_bar("a pig"))
        self.assertRegex(written.getvalue(), r"a pig: +100%\|.*\n$")

    def test_missing_packages_are_named(self) -> None:
        for package, name, use in (
            ("trimesh", "trimesh", self.textured.to_trimesh),
            ("open3d", "open3d", self.textured.to_open3d),
            ("tqdm", "tqdm", att3d.progress_bar),
        ):
            with without(package), self.assertRaisesRegex(ImportError, f"needs the package {name} .*pip install {name}"):
                use()


if __name__ == "__main__":
    unittest.main()
