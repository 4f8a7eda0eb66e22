# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of tasks: work on threads, and names."""

import threading

import bpy
from support import Blender, datablocks, module


class Tasks(Blender):
    def test_cancel_half_way_leaves_nothing(self) -> None:
        tasks, making, engine = module("tasks"), module("making"), module("engine")
        order = making.Order("a pig", detail=512, texture_size=4096, triangles=0)
        before = datablocks()
        task = tasks.Task("pig", lambda task: iter([making.make(task, engine.Choice(), order)]), self.fail)
        threading.Timer(0.3, task.cancel).start()
        with self.assertRaises(tasks.Cancelled):
            task.run()
        self.assertEqual(datablocks(), before)

    def test_a_task_of_a_thread_is_taken_by_polling(self) -> None:
        tasks = module("tasks")
        taken: list[object] = []
        task = tasks.Task("count", lambda _task: iter(range(3)), taken.append)
        task.start()
        task.join(5.0)
        while not task.poll():
            pass
        self.assertEqual(taken, [0, 1, 2])

    def test_a_failure_on_a_thread_is_told_on_the_main_one(self) -> None:
        tasks, library = module("tasks"), module("library")

        def work(_task: object) -> object:
            raise library.Failure("no such thing")
            yield

        task = tasks.Task("fails", work, self.fail)
        task.start()
        task.join(5.0)
        with self.assertRaisesRegex(library.Failure, "no such thing"):
            task.poll()

    def test_results_wait_until_the_artist_leaves_the_mesh(self) -> None:
        tasks = module("tasks")
        taken: list[object] = []
        task = tasks.Task("one", lambda _task: iter([1]), taken.append)
        bpy.ops.mesh.primitive_cube_add()
        bpy.ops.object.mode_set(mode="EDIT")
        task.start()
        task.join(5.0)
        self.assertFalse(task.poll())
        self.assertEqual((taken, task.waits_for), ([], "waiting for Object mode"))
        bpy.ops.object.mode_set(mode="OBJECT")
        while not task.poll():
            pass
        self.assertEqual(taken, [1])

    def test_names_fit_into_blenders(self) -> None:
        name_of = module("making").name_of
        for prompt in ("a pig", "猪" * 100, "ä" * 47 + "b" * 9, " a \n  pig "):
            self.assertLessEqual(len(name_of(prompt).encode()), 48)
        self.assertEqual(name_of(" a \n  pig "), "a pig")
