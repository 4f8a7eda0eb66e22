"""Tests of signals, exceptions, numbers, pickles, closing and the end of the interpreter."""

import copy
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import unittest
from pathlib import Path

import numpy as np

import att3d
from att3d import _callbacks

PACKAGE = str(Path(att3d.__file__).resolve().parents[1])
MODEL = Path(__file__).resolve().parents[3] / "models" / "toybox" / "toybox.att3d"
SMALL = att3d.GenerateOptions(resolution=32)
PROMPT = "a pig wearing a party hat"


def program(text: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in another interpreter."""
    environment = {**os.environ, "ATT3D_LIBRARY": att3d.library_path(), "PYTHONPATH": PACKAGE}
    return subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True, timeout=120)


class Interpreter(unittest.TestCase):
    """Tests of the package together with the rest of Python."""

    model: att3d.Model

    @classmethod
    def setUpClass(cls) -> None:
        cls.model = att3d.Context(thread_count=2).load_bundled()

    def test_the_interpreter_ends_well_while_jobs_report_their_progress(self) -> None:
        for work in (
            "job = model.start('a windmill', options)",
            "job = att3d.Latent.start_frames(model.embed_all(['a windmill', 'a pig']), options)",
            "glb = model.generate('a pig', resolution=32).encode()\n"
            "job = model.start_restyle(glb, 'a red pig', texture_size=4096)",
            "live = model.live(options); live.set_prompt('a windmill')",
            "import contextlib, threading\n"
            "def work():\n"
            "    with contextlib.suppress(att3d.Error):\n"
            "        model.generate('a windmill', options)\n"
            "threading.Thread(target=work, daemon=True).start()",
            "att3d.Context().set_log(lambda level, text: None)",
        ):
            ran = program(
                "import att3d\nmodel = att3d.Context().load_bundled()\n"
                "options = att3d.GenerateOptions(resolution=512, progress=lambda done: None)\n" + work + "\nprint('leaving')"
            )
            self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (0, "leaving\n", ""), work)

    def test_control_c_ends_a_call_and_a_wait(self) -> None:
        self.assertIs(threading.current_thread(), threading.main_thread())
        # A shell starts a background process with SIGINT ignored, and Python does not change that.
        self.addCleanup(signal.signal, signal.SIGINT, signal.signal(signal.SIGINT, signal.default_int_handler))
        for progress in (None, lambda done: None):
            options = att3d.GenerateOptions(resolution=1024, progress=progress)
            timer = threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT))
            timer.start()
            with self.assertRaises(KeyboardInterrupt):
                self.model.generate("a windmill", options)
            timer.join()
            job = self.model.start("a windmill", options)
            timer = threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT))
            timer.start()
            with self.assertRaises(KeyboardInterrupt):
                job.wait()
            timer.join()
            job.cancel()
            self.assertTrue(job.wait(60))
        latents = self.model.embed_all(["a windmill", "a tiger"])
        for call in (lambda: att3d.Latent.frames(latents, options), lambda: att3d.Latent.morph(latents, options)):
            timer = threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT))
            timer.start()
            self.assertRaises(KeyboardInterrupt, call)
            timer.join()
        gc.collect()

    def test_drawing_sampling_and_loading_report_progress_and_stop(self) -> None:
        class Mine(Exception):
            pass

        def fail(done: float) -> None:
            raise Mine(done)

        mesh, field = self.model.generate(PROMPT, SMALL), self.model.embed(PROMPT).field()
        surface, glb = att3d.Surface(mesh.positions, mesh.triangles), mesh.encode()
        pig, hat = self.model.embed_all(["a pig", PROMPT])
        points = np.zeros((50_000, 3), np.float32)
        context = att3d.Context(thread_count=1)
        calls = {
            "draw": lambda progress: mesh.draw(256, 256, progress=progress),
            "values": lambda progress: field.values(points, progress=progress),
            "sample": lambda progress: field.sample(points, progress=progress),
            "load": lambda progress: context.load(MODEL, progress=progress),
            "load_bundled": lambda progress: context.load_bundled(progress=progress),
            "load_bytes": lambda progress: context.load_bytes(MODEL.read_bytes(), progress=progress),
            "frames": lambda progress: att3d.Latent.frames([pig, hat], SMALL, progress=progress),
            "morph": lambda progress: att3d.Latent.morph([pig, hat], SMALL, progress=progress),
            "paint": lambda progress: field.paint(surface, texture_size=64, progress=progress),
            "restyle": lambda progress: self.model.restyle(glb, "a pig", texture_size=64, progress=progress),
        }
        before = _callbacks.held()
        for name, call in calls.items():
            fractions: list[float] = []
            call(fractions.append)
            self.assertEqual(fractions, sorted(fractions), name)
            self.assertGreater(len(fractions), 0, name)
            self.assertRaises(Mine, call, fail)
            with self.assertRaises(att3d.Error) as stopped:
                call(lambda done: True)
            self.assertEqual(stopped.exception.status, att3d.Status.CANCELLED, name)
        self.assertEqual(_callbacks.held(), before)

    def test_what_a_progress_function_raises_comes_out_as_itself(self) -> None:
        class Mine(Exception):
            pass

        def fail(done: float) -> None:
            raise Mine(done)

        options = att3d.GenerateOptions(resolution=48, progress=fail)
        before = _callbacks.held()
        self.assertRaises(Mine, self.model.generate, PROMPT, options)
        self.assertRaises(Mine, self.model.embed(PROMPT).generate, options)
        job = self.model.start(PROMPT, options)
        self.assertTrue(job.wait(60))
        self.assertRaises(Mine, job.take)
        job.close()
        gc.collect()
        self.assertEqual(_callbacks.held(), before)

    def test_numbers_that_do_not_fit_are_refused_by_name(self) -> None:
        for error, options in (
            (ValueError, {"resolution": 2**32 + 32}),
            (ValueError, {"seed": 2**64}),
            (ValueError, {"triangle_budget": -1}),
            (TypeError, {"texture_size": 1.7}),
        ):
            with self.assertRaisesRegex(error, next(iter(options))):
                self.model.generate(PROMPT, att3d.GenerateOptions(**options))
        with self.assertRaisesRegex(ValueError, "thread_count"):
            att3d.Context(thread_count=2**32)
        with self.assertRaisesRegex(ValueError, "seed"):
            self.model.embed("a chair", -1)
        with self.assertRaises(ValueError):
            self.model.generate(PROMPT, SMALL).level(2**32 + 1)
        corners = np.eye(3)
        for error, triangles in ((ValueError, [[0, 1, 2**32 + 2]]), (ValueError, [[0, 1, -2]]), (TypeError, [[0, 1.7, 2]])):
            with self.assertRaisesRegex(error, "triangles"):
                att3d.Surface(corners, np.array(triangles))
        surface = att3d.Surface(corners, np.array([[0, 1, 2]], np.int8))
        self.assertEqual(att3d.Shape.from_surface(surface, fit="none").info.keep, 1.0)
        with self.assertRaisesRegex(TypeError, "resolutions"):
            self.model.generate(PROMPT, resolutions=32)

    def test_errors_are_pickled_and_copied(self) -> None:
        with self.assertRaises(att3d.Error) as caught:
            self.model.generate("")
        for again in (pickle.loads(pickle.dumps(caught.exception)), copy.copy(caught.exception)):
            self.assertEqual((again.status, str(again)), (att3d.Status.PROMPT, str(caught.exception)))
        newer = att3d.Error(4711, "of a newer library")
        self.assertIsInstance(newer.status, att3d.Status)
        self.assertEqual((newer.status, newer.status.name), (4711, "STATUS_4711"))

    def test_handles_are_closed_and_arrays_stay(self) -> None:
        with self.model.generate(PROMPT, SMALL) as mesh:
            positions, kept = mesh.positions, mesh.positions.copy()
        gc.collect()
        np.testing.assert_array_equal(positions, kept)
        mesh.close()
        for use in (lambda: mesh.positions, lambda: mesh.report(), lambda: mesh.prompt):
            self.assertRaises(ValueError, use)
        with att3d.Context(thread_count=1) as context, context.load_bundled() as model, model.embed(PROMPT) as latent:
            field = latent.field()
        self.assertRaises(ValueError, context.load_bundled)
        self.assertGreater(len(field.generate(SMALL).positions), 100)

    def test_bytes_come_in_any_buffer(self) -> None:
        glb = self.model.generate(PROMPT, SMALL).encode()
        count = att3d.Shape.from_glb(glb).info.point_count
        strided = np.repeat(np.frombuffer(glb, np.uint8), 2)[::2]
        restyled = self.model.restyle(glb, "a red pig", texture_size=64)
        for buffer in (bytearray(glb), memoryview(glb), np.frombuffer(glb, np.uint8), strided):
            self.assertEqual(att3d.Shape.from_glb(buffer).info.point_count, count)
            self.assertEqual(self.model.restyle(buffer, "a red pig", texture_size=64), restyled)
        for nothing in (b"", bytearray(), np.empty(0, np.uint8)):
            for refused in (lambda: att3d.Shape.from_glb(nothing), lambda: self.model.restyle(nothing, "a red pig")):
                with self.assertRaises(att3d.Error) as caught:
                    refused()
                self.assertEqual(caught.exception.status, att3d.Status.FORMAT)
        with self.assertRaises(att3d.Error) as caught:
            att3d.Context(thread_count=1).load_bytes(bytearray(b"nonsense"))
        self.assertEqual(caught.exception.status, att3d.Status.FORMAT)
        self.assertRaises(TypeError, att3d.Context(thread_count=1).load_bytes, 7)


if __name__ == "__main__":
    unittest.main()
