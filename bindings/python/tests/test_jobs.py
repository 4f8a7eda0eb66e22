"""Tests of jobs as futures, in threads and in asyncio."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import pickle
import selectors
import threading
import unittest

import numpy as np

import att3d
from att3d import _callbacks

SMALL = att3d.GenerateOptions(resolution=32)
PROMPT = "a pig wearing a party hat"


class Gate:
    """A progress function that holds the work until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, done: float) -> None:
        self.reached.set()
        self.opened.wait(60)


class Jobs(unittest.TestCase):
    """Tests of :class:`att3d.Job`."""

    model: att3d.Model

    @classmethod
    def setUpClass(cls) -> None:
        cls.model = att3d.Context(thread_count=2).load_bundled()

    def held(self) -> tuple[att3d.Job[att3d.Mesh], Gate]:
        """Returns a job that waits for its gate."""
        gate = Gate()
        self.addCleanup(gate.opened.set)
        job = self.model.start(PROMPT, SMALL, progress=gate)
        self.assertTrue(gate.reached.wait(60))
        return job, gate

    def test_a_job_has_the_methods_of_a_future(self) -> None:
        job, gate = self.held()
        self.assertEqual((job.done(), job.running(), job.cancelled()), (False, True, False))
        self.assertRaises(TimeoutError, job.result, 0.01)
        self.assertRaises(TimeoutError, job.exception, 0.01)
        gate.opened.set()
        mesh = job.result(timeout=60)
        self.assertIs(job.result(), mesh)
        self.assertIsNone(job.exception())
        self.assertEqual((job.done(), job.running(), job.cancelled()), (True, False, False))
        self.assertFalse(job.cancel())
        np.testing.assert_array_equal(mesh.positions, self.model.generate(PROMPT, SMALL).positions)

    def test_a_failed_job_keeps_its_exception(self) -> None:
        job = self.model.start("zyxwv")
        error = job.exception(60)
        self.assertIsInstance(error, att3d.Error)
        self.assertEqual((error.status, job.cancelled()), (att3d.Status.PROMPT, False))
        with self.assertRaises(att3d.Error) as caught:
            job.result()
        self.assertIs(caught.exception, error)

        class Mine(Exception):
            pass

        def fail(done: float) -> None:
            raise Mine(done)

        job = self.model.start(PROMPT, SMALL, progress=fail)
        self.assertIsInstance(job.exception(60), Mine)
        self.assertFalse(job.cancelled())

    def test_a_canceled_job_raises_the_error_of_futures(self) -> None:
        job, gate = self.held()
        self.assertTrue(job.cancel())
        gate.opened.set()
        for ask in (job.result, job.exception):
            with self.assertRaises(concurrent.futures.CancelledError) as caught:
                ask(60)
            self.assertIsInstance(caught.exception, att3d.CancelledError)
            self.assertEqual(caught.exception.status, att3d.Status.CANCELLED)
        self.assertTrue(job.cancelled() and job.done())
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((type(again), str(again)), (att3d.CancelledError, str(caught.exception)))

    def test_callbacks_are_called_once_in_order_on_another_thread(self) -> None:
        job, gate = self.held()
        calls, ended = [], threading.Event()

        def fail(job: object) -> None:
            raise RuntimeError("of a callback")

        job.add_done_callback(lambda found: calls.append((1, found is job, threading.current_thread())))
        job.add_done_callback(fail)
        job.add_done_callback(lambda found: calls.append((2, found.done(), threading.current_thread())))
        job.add_done_callback(lambda found: ended.set())
        self.assertEqual(calls, [])
        with self.assertLogs("att3d", "ERROR") as logged:
            gate.opened.set()
            self.assertTrue(ended.wait(60))
        self.assertIn("of a callback", logged.output[0])
        self.assertEqual([call[:2] for call in calls], [(1, True), (2, True)])
        self.assertIsNot(calls[0][2], threading.current_thread())
        job.add_done_callback(lambda found: calls.append((3, True, threading.current_thread())))
        self.assertEqual(calls[2], (3, True, threading.current_thread()))

    def test_a_job_with_a_callback_needs_no_reference(self) -> None:
        found, ended = [], threading.Event()

        def keep(job: att3d.Job[att3d.Mesh]) -> None:
            found.append(job.result())
            ended.set()

        self.model.start(PROMPT, SMALL).add_done_callback(keep)
        gc.collect()
        self.assertTrue(ended.wait(60))
        self.assertGreater(len(found[0].positions), 100)

    def test_closing_a_job_cancels_it_although_a_callback_waits(self) -> None:
        before = _callbacks.held()
        job, gate = self.held()
        ended = threading.Event()
        job.add_done_callback(lambda found: ended.set())
        job.close()
        gate.opened.set()
        self.assertTrue(ended.wait(60))
        self.assertRaises(ValueError, job.result)
        self.assertRaises(ValueError, job.add_done_callback, print)
        # The library releases a progress function before a wait for its job ends.
        self.assertEqual(_callbacks.held(), before)

    def test_two_threads_get_the_same_result(self) -> None:
        job, gate = self.held()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(job.result, 60) for _ in range(4)]
            gate.opened.set()
            self.assertEqual(len({id(done.result()) for done in waiting}), 1)

    def test_jobs_are_awaited_while_the_event_loop_runs(self) -> None:
        async def work() -> tuple[att3d.Mesh, list[att3d.Mesh], int]:
            job, gate = self.held()
            turns = 0

            async def tick() -> None:
                nonlocal turns
                while turns < 5:
                    turns += 1
                    await asyncio.sleep(0)
                gate.opened.set()

            mesh, _ = await asyncio.gather(job, tick())
            self.assertIs(await job, mesh)
            latents = self.model.embed_all(["a pig", "a cat"])
            frames, failed = await asyncio.gather(
                att3d.Latent.start_frames(latents, SMALL), self.model.start("zyxwv"), return_exceptions=True
            )
            self.assertEqual(failed.status, att3d.Status.PROMPT)
            return mesh, frames, turns

        mesh, frames, turns = asyncio.run(work())
        self.assertEqual((len(frames), turns), (2, 5))
        np.testing.assert_array_equal(mesh.positions, self.model.generate(PROMPT, SMALL).positions)

    def test_the_event_loop_is_idle_while_a_coroutine_waits(self) -> None:
        class Counting(selectors.DefaultSelector):
            turns = 0

            def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
                self.turns += 1
                return super().select(timeout)

        async def work() -> int:
            job, gate = self.held()
            asyncio.get_running_loop().call_later(0.2, gate.opened.set)
            begun = selector.turns
            await job
            return selector.turns - begun

        selector = Counting()
        loop = asyncio.SelectorEventLoop(selector)
        self.addCleanup(loop.close)
        # The loop needs one turn each for the start, the timer and the result, and the limit allows a few
        # more. A loop that polls would need many more turns.
        self.assertLess(loop.run_until_complete(work()), 8)

    def test_canceling_a_task_cancels_its_job(self) -> None:
        async def work() -> att3d.Job[att3d.Mesh]:
            job, gate = self.held()

            async def wait() -> att3d.Mesh:
                return await job

            task = asyncio.create_task(wait())
            await asyncio.sleep(0)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            gate.opened.set()
            return job

        job = asyncio.run(work())
        self.assertTrue(job.wait(60))
        self.assertTrue(job.cancelled())

    def test_a_time_limit_of_asyncio_cancels_the_job(self) -> None:
        async def work() -> att3d.Job[att3d.Mesh]:
            job, gate = self.held()
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(job, 0.05)
            gate.opened.set()
            return job

        job = asyncio.run(work())
        self.assertTrue(job.wait(60))
        self.assertTrue(job.cancelled())

    def test_a_job_that_others_cancel_does_not_cancel_the_waiting_task(self) -> None:
        async def work() -> None:
            job, gate = self.held()
            job.cancel()
            gate.opened.set()
            with self.assertRaises(att3d.CancelledError):
                await job

        asyncio.run(work())


if __name__ == "__main__":
    unittest.main()
