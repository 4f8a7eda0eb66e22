"""Runs the examples of the README and of examples/python."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import att3d

# The folder of the package that is tested, which may be an installed wheel.
PACKAGE = Path(att3d.__file__).resolve().parents[1]
README = Path(__file__).resolve().parents[1] / "README.md"
EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "python"


def run(script: str, *arguments: str, folder: str) -> subprocess.CompletedProcess[str]:
    """Runs an example in a folder."""
    environment = {**os.environ, "ATT3D_LIBRARY": att3d.library_path(), "PYTHONPATH": str(PACKAGE)}
    command = [sys.executable, str(EXAMPLES / script), *arguments]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=300)


class Examples(unittest.TestCase):
    """Runs the examples as a user does."""

    def test_the_examples_of_the_readme_work(self) -> None:
        blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
        self.assertGreaterEqual(len(blocks), 4)
        names: dict[str, object] = {}
        self.addCleanup(os.chdir, os.getcwd())
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                for block in blocks:
                    exec(compile(block, "README.md", "exec"), names)
            self.assertEqual({path.name for path in Path(folder).iterdir()}, {"pig.glb", "chair.obj", "between.glb"})
            os.chdir("/")
        self.assertIn("<att3d.Mesh 'a green truck': ", printed.getvalue())
        self.assertEqual([mesh.prompt for mesh in names["meshes"]], ["a pig", "a cat"])

    def test_the_baking_script_makes_what_changed(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            table, out = Path(folder, "props.csv"), Path(folder, "out")

            def bake(text: str) -> tuple[int, set[str], str]:
                table.write_bytes(("\ufeffname,prompt,triangles,size\r\n" + text).encode())
                ran = run("bake_props.py", "props.csv", "out", folder=folder)
                return ran.returncode, set(ran.stdout.splitlines()), ran.stderr

            rows = "boss,a red dragon,300,3\r\nchair,a wooden chair,400,\r\n"
            self.assertEqual(bake(rows), (0, {"boss: 300 triangles", "chair: 400 triangles"}, ""))
            code, lines, errors = bake(rows.replace("400", "500") + "odd,a quantum entanglement,,\r\n")
            self.assertEqual((code, lines), (1, {"boss: up to date", "chair: 500 triangles"}))
            self.assertIn("odd: failed: the prompt names no thing", errors)
            self.assertEqual({path.name for path in out.iterdir()}, {"boss.glb", "boss.json", "chair.glb", "chair.json"})
            (out / "boss.json").write_text("{")
            (out / "chair.glb").unlink()
            self.assertEqual(bake(rows.replace("400", "500"))[1], {"boss: 300 triangles", "chair: 500 triangles"})
            self.assertTrue(json.loads((out / "boss.json").read_text())["is_closed"])
            for wrong, message in (("../boss,a pig,,\r\n", "expected letters"), ("a,a pig,,\r\nA,a cat,,\r\n", "appears twice")):
                code, lines, errors = bake(wrong)
                self.assertEqual((code, lines), (1, set()))
                self.assertIn(message, errors)

    def test_bad_assets_are_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            ran = run("refuse_bad_assets.py", "out", "a pig", "a quantum pig", "a tree", folder=folder)
            self.assertEqual(ran.returncode, 1, ran.stderr)
            self.assertIn("refused: a quantum pig: not true: every word is understood", ran.stdout)
            self.assertEqual({path.name for path in Path(folder, "out").iterdir()}, {"a-pig.glb", "a-tree.glb"})
            ran = run("refuse_bad_assets.py", "out", "a pig", folder=folder)
            self.assertEqual((ran.returncode, ran.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
