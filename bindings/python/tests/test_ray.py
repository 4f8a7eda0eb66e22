"""Tests of ``python -m att3d.ray``. They need the command: ATT3D_COMMAND is its path.

The tests that start Ray are skipped without it; scripts/check_python.sh --full installs it.
"""

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock
from pathlib import Path

import att3d
from att3d.ray import command, place, plan, shard

PACKAGE = Path(att3d.__file__).resolve().parents[1]
COMMAND = os.environ.get("ATT3D_COMMAND", "")
SMALL = ["--resolution", "24", "--thumbnails", "32"]
# The cells that SMALL adds to each row.
SMALL_CELLS = {"resolution": "24"}

needs_command = unittest.skipUnless(COMMAND, "ATT3D_COMMAND is not set")
needs_fsspec = unittest.skipUnless(importlib.util.find_spec("fsspec"), "fsspec is not installed")
needs_ray = unittest.skipUnless(importlib.util.find_spec("ray"), "ray is not installed")


def manifest(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]


def bake(catalog: Path, out: Path, *options: str) -> dict:
    """Runs `att3d bake` on this machine. Returns its counts."""
    ran = subprocess.run(
        [COMMAND, "bake", str(catalog), "-o", str(out), "--gallery", "pictures", "--json", *SMALL, *options],
        capture_output=True,
        text=True,
    )
    return json.loads(ran.stdout.splitlines()[-1])


@needs_command
class Folder(unittest.TestCase):
    """A test with an empty folder, which also gets the temporary files."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for context in (
            unittest.mock.patch.dict(os.environ, {"TMPDIR": folder.name, "RAY_USAGE_STATS_ENABLED": "0"}),
            unittest.mock.patch.object(tempfile, "tempdir", folder.name),
        ):
            context.start()
            self.addCleanup(context.stop)

    def catalog(self, name: str, content: str, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode(encoding))
        return path

    def plan(self, catalog: Path, path: str = "{name}", size: int = 64) -> plan.Plan:
        return plan.plan(COMMAND, catalog, SMALL, path, [], size)


class Plans(Folder):
    """Tests without Ray: how catalogs are read and divided, and how one shard is made."""

    def test_catalogs_are_read_as_the_command_reads_them(self) -> None:
        table = 'Prompt;Texture Size;seed;_owner\r\n"a red; big pig";64;;Ada\r\n\r\na cat;;7;\r\nzyxwv;;;\r\na cat;;;\r\n'
        lines = '{"Prompt": "a pig", "dense": true}\n\n{\n{"prompt": "a cat", "seed": 7, "name": "tom"}\n'
        template = '{"prompt": "a {color} pig", "lists": {"color": ["red", "blue"]}, "options": {"Texture-Size": 64}}'
        for catalog, rows, refused in (
            (
                self.catalog("a.csv", table, "utf-8-sig"),
                [(2, "a-red-big-pig", {"texture_size": "64", "_owner": "Ada"}), (3, "a-cat", {"seed": "7"}), (5, "a-cat-2", {})],
                [4],
            ),
            (self.catalog("b.csv", "prompt\na pig\n", "utf-16"), [(2, "a-pig", {})], []),
            (self.catalog("c.jsonl", lines), [(1, "a-pig", {"dense": "true"}), (4, "tom", {"seed": "7"})], [3]),
            (self.catalog("d.json", template), [(1, "a-red-pig", {"texture_size": "64"}), (2, "a-blue-pig", {"texture_size": "64"})], []),
            (self.catalog("e.txt", "a pig\n\na cat\n"), [(1, "a-pig", {}), (3, "a-cat", {})], []),
        ):
            found = self.plan(catalog)
            made = [row for one in found.shards for row in one.rows]
            expected = [
                plan.Row(number, row.prompt, f"{stem}.glb", {**SMALL_CELLS, **cells, "prompt": row.prompt, "name": str(number)})
                for (number, stem, cells), row in zip(rows, made, strict=True)
            ]
            self.assertEqual(made, expected)
            self.assertEqual([entry["row"] for entry in found.refused], refused)

    def test_a_catalog_that_cannot_be_read_is_refused(self) -> None:
        for catalog, reason in (
            (self.catalog("a.csv", "name\npig\n"), "`prompt`"),
            (self.catalog("a.xls", "prompt\n"), "expected a name that ends with"),
            (self.folder / "none.csv", "none.csv"),
        ):
            with self.assertRaisesRegex(plan.Refused, reason):
                self.plan(catalog)

    def test_shards_change_with_what_determines_their_files(self) -> None:
        rows = "prompt,seed\n" + "".join(f"a pig,{seed}\n" for seed in range(5))
        first = self.plan(self.catalog("a.csv", rows), size=2).shards
        self.assertEqual([len(one.rows) for one in first], [2, 2, 1])
        again = self.plan(self.catalog("a.csv", rows.replace("a pig,3", "a pig,9")), size=2).shards
        self.assertEqual([one.digest == two.digest for one, two in zip(first, again)], [True, False, True])
        moved = self.plan(self.catalog("a.csv", rows), path="pigs/{name}", size=2).shards
        self.assertFalse({one.digest for one in first} & {one.digest for one in moved})

    @needs_fsspec
    def test_a_shard_makes_what_the_command_makes(self) -> None:
        catalog = self.catalog("a.csv", "prompt,texture_size,_owner\na pig,64,Ada\na cat,,\nzyxwv,,\na quantum pig,,\n")
        found = self.plan(catalog, path="{thing}/{name}")
        out = self.folder / "out"
        options = [*SMALL, "--require", "understood"]
        self.assertEqual(shard.make(found.shards[0], str(out), COMMAND, options), (3, 0))
        self.assertFalse(shard.scratch(found.shards[0], str(out)).exists())
        expected = self.folder / "expected"
        bake(catalog, expected, "--path", "{thing}/{name}", "--require", "understood")
        entries = place.Place(str(out)).manifest(found.shards[0])
        wanted = [entry for entry in manifest(expected) if entry["status"] == "done"]
        for entry in (*entries, *wanted):
            entry.pop("milliseconds")
        self.assertEqual(entries, wanted)
        self.assertEqual([entry["file"] for entry in entries], ["pig/a-pig.glb", "cat/a-cat.glb", "pig/a-quantum-pig.glb"])
        self.assertEqual(entries[2]["unmet"], ["understood"])
        for entry in entries:
            for file in (entry["file"], entry["thumbnail"]):
                self.assertEqual((out / file).read_bytes(), (expected / file).read_bytes())

    @needs_fsspec
    def test_a_shard_is_finished_when_all_its_files_are_there(self) -> None:
        found = self.plan(self.catalog("a.txt", "a pig\na cat\n")).shards[0]
        url = "memory://props/out"
        out = place.Place(url)
        self.assertFalse(out.is_finished(found, out.sizes()))
        self.assertEqual(shard.make(found, url, COMMAND, SMALL), (2, 0))
        sizes = out.sizes()
        self.assertTrue(out.is_finished(found, sizes))
        for file in ("a-cat.glb", "thumbnails/a-pig.png", place.manifest_of(found)):
            self.assertFalse(out.is_finished(found, {path: size for path, size in sizes.items() if path != file}), file)
        self.assertFalse(out.is_finished(found, {**sizes, "a-pig.glb": 7}))

    def test_options_of_the_job_itself_are_refused(self) -> None:
        for options in (["--jobs", "2"], ["--gallery=full"], ["--shard-size", "0"]):
            with contextlib.redirect_stderr(io.StringIO()) as told, self.assertRaises(SystemExit):
                command.main(["a.csv", "-o", "out", *options])
            self.assertIn("cannot be given" if "size" not in options[0] else "at least 1", told.getvalue())


@needs_ray
@needs_fsspec
class Cluster(Folder):
    """Tests of a whole job on a local Ray with two workers."""

    def start(self, catalog: Path, out: Path, *options: str) -> "subprocess.Popen[str]":
        environment = {
            **os.environ,
            "ATT3D_LIBRARY": att3d.library_path(),
            "PYTHONPATH": str(PACKAGE),
            "RAY_OVERRIDE_RESOURCES": '{"CPU": 2}',
            # Without this, Ray lowers the priority of its workers. They then get almost no time on a machine with
            # other work.
            "RAY_worker_niceness": "0",
        }
        arguments = [str(catalog), "-o", str(out), "--command", COMMAND, "--shard-size", "4", *SMALL, *options]
        return subprocess.Popen(
            [sys.executable, "-m", "att3d.ray", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def worker(self, shards: list[plan.Shard], out: Path) -> tuple[int, int]:
        """Waits until a shard is half made. Returns the id of Ray's worker process and the count of assets made."""
        latest = time.monotonic() + 200
        while time.monotonic() < latest:
            for one in shards:
                folder = shard.scratch(one, str(out))
                with contextlib.suppress(OSError):
                    lines = (folder / "out" / "manifest.jsonl").read_text("utf-8").count("\n")
                    if 1 <= lines < 3:
                        return self.parent(str(folder / "catalog.jsonl")), lines
            time.sleep(0.01)
        self.fail("no shard was half made")

    def parent(self, argument: str) -> int:
        """Returns the process id of the parent of the process that was started with an argument."""
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if argument.encode() in (process / "cmdline").read_bytes().split(b"\0"):
                    return int((process / "stat").read_text().rpartition(")")[2].split()[1])
        raise OSError("the process has ended")

    def test_a_killed_worker_loses_nothing_and_makes_nothing_twice(self) -> None:
        prompts = [f"a {thing}" for thing in "pig cat chair dragon lamp tree".split()]
        rows = "".join(f"{prompt},{seed}\n" for prompt in prompts for seed in (0, 1))
        catalog = self.catalog("a.csv", f"prompt,seed\n{rows}zyxwv,\n")
        out = self.folder / "out"
        shards = self.plan(catalog, size=4).shards
        job = self.start(catalog, out)
        self.addCleanup(job.kill)
        worker, made = self.worker(shards, out)
        os.kill(worker, signal.SIGKILL)
        printed, told = job.communicate(timeout=500)
        self.assertEqual(job.returncode, 1, told)
        self.assertIn("12 assets, 1 failed", printed)
        # The assets that the killed task had made were not made again.
        last = [line for line in told.splitlines() if line.startswith("3 of 3 shards")]
        new, kept = (int(text.split()[0]) for text in last[0].split(", ")[1:3])
        self.assertEqual(new + kept, 12)
        self.assertGreaterEqual(kept, made)

        entries = manifest(out)
        self.assertEqual([entry["row"] for entry in entries], list(range(2, 15)))
        done = entries[:12]
        self.assertEqual({entry["status"] for entry in done}, {"done"})
        files = {entry[kind] for entry in done for kind in ("file", "thumbnail")}
        self.assertEqual(len(files), 24)
        there = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
        manifests = {place.manifest_of(one) for one in shards}
        self.assertEqual(there, files | manifests | {"manifest.jsonl"})
        for entry in done:
            content = (out / entry["file"]).read_bytes()
            self.assertEqual(hashlib.sha256(content).hexdigest(), entry["sha256"])

        # A second run has nothing to do and does not start Ray. The command on one machine has nothing to do either.
        again = self.start(catalog, out)
        printed, told = again.communicate(timeout=100)
        self.assertEqual((again.returncode, "3 of 3 shards were up to date" in printed), (1, True), told)
        counts = bake(catalog, out)
        self.assertEqual((counts["made"], counts["up_to_date"], counts["failed"]), (0, 12, 1))
        self.assertTrue((out / "index.html").is_file())


if __name__ == "__main__":
    unittest.main()
