# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests in a Blender with a window: timers, undo, typing, another file, quitting.

scripts/check_blender.sh --window runs this file under Xvfb. It prints one line for each test, here called a
fact, and the times that benches/blender.sh shows. ATT3D_WINDOW_FACTS names the facts to run; by default all
run.
"""

import importlib
import os
import statistics
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).parent))
import support
import window_works
from artist import Artist
from support import module
from windowed import empty_file, invoke, made, photograph, until, view
from works import tempdir


def a_job_runs_beside_the_window() -> Iterator[float]:
    tasks = module("tasks")
    # The detail is high enough that the job lasts several frames of the software rasterizer.
    assert invoke("generate", prompt="a red apple", detail=256, texture_size=2048) == {"INTERFACE"}
    turns = 0
    while tasks.current is not None:
        turns += 1
        yield 0.01
    assert turns > 3, f"the timer ran {turns} times while the job ran; expected more than 3"
    assert len(made("a red apple")) == 1


def undo_removes_the_object_and_redo_restores_it() -> Iterator[float]:
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo()
    yield 0.1
    assert not made("a red apple"), "the apple still exists after undo"
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.redo()
    yield 0.1
    (apple,) = made("a red apple")
    images = [node.image for node in apple.active_material.node_tree.nodes if node.type == "TEX_IMAGE"]
    assert len(images) == 3 and all(image.packed_file for image in images)


def cancel_half_way_leaves_nothing() -> Iterator[float]:
    tasks = module("tasks")
    before = [len(bpy.data.objects), len(bpy.data.meshes), len(bpy.data.images)]
    invoke("generate", prompt="a blue car", detail=512, texture_size=4096, triangles=0)
    yield 0.2
    assert tasks.current is not None, "the job ended too early; this test needs a longer job"
    assert invoke("generate", prompt="a red apple") == {"CANCELLED"}, "a second job must be refused while a job runs"
    begun = time.monotonic()
    invoke("cancel")
    yield from until("the end of a cancelled job", lambda: tasks.current is None)
    print(f"time: cancelled job ended after {1000 * (time.monotonic() - begun):.0f} ms")
    yield 0.1
    assert [len(bpy.data.objects), len(bpy.data.meshes), len(bpy.data.images)] == before


def undo_during_a_job_is_safe() -> Iterator[float]:
    tasks = module("tasks")
    invoke("generate", prompt="a green pear", texture_size=2048)
    yield 0.05
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo()
    yield from until("the pear", lambda: tasks.current is None)
    yield 0.1
    assert len(made("a green pear")) == 1


def undo_during_a_batch_takes_the_newest_object() -> Iterator[float]:
    tasks = module("tasks")
    prompts = ["a pig", "a cow", "a dog", "a cat", "a red car"]

    def arrived() -> list[str]:
        return sorted(thing["att3d_prompt"] for thing in bpy.data.objects if thing.get("att3d_prompt") in prompts)

    empty_file()
    settings = bpy.context.scene.att3d
    settings.detail, settings.texture_size = 32, "0"
    with bpy.context.temp_override(**view()):
        bpy.ops.mesh.primitive_cube_add()
        cube = bpy.context.object.session_uid
        bpy.context.object.location.x = 5
        bpy.ops.ed.undo_push(message="moved")
        bpy.ops.object.select_all(action="DESELECT")
        bpy.ops.ed.undo_push(message="deselected")
    invoke("batch", prompts="\n".join(prompts))
    yield from until("two objects", lambda: len(arrived()) >= 2)
    before = arrived()
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo()
    assert len(arrived()) == len(before) - 1, f"{before} became {arrived()}"
    yield from until("the end of the batch", lambda: tasks.current is None)
    yield 0.1
    assert len(arrived()) == len(prompts) - 1
    moved = module("blocks").found(bpy.data.objects, cube)
    assert moved.location.x == 5 and not moved.select_get(), "the artist's own steps stay"
    assert len(bpy.data.collections) == 1


def the_object_of_a_job_is_found_after_a_rename() -> Iterator[float]:
    tasks = module("tasks")
    empty_file()
    with bpy.context.temp_override(**view()):
        bpy.ops.mesh.primitive_cube_add()
        bpy.context.object.name = "Cube"
    assert invoke("generate", prompt="a pig", replace=True, detail=48, texture_size=64) == {"INTERFACE"}
    with bpy.context.temp_override(**view()):
        bpy.data.objects["Cube"].name = "Blockout"
        bpy.ops.mesh.primitive_cube_add()
        bpy.context.object.name = "Cube"
    yield from until("the pig", lambda: tasks.current is None)
    assert bpy.data.objects["Blockout"]["att3d_prompt"] == "a pig"
    assert len(bpy.data.objects["Cube"].data.vertices) == 8
    bpy.context.scene.cursor.location = (1, 2, 0)
    invoke("generate", prompt="a cow", replace=False, detail=48, texture_size=64)
    bpy.context.scene.cursor.location = (9, 0, 0)
    yield from until("the cow", lambda: tasks.current is None)
    (cow,) = made("a cow")
    assert tuple(cow.location) == (1, 2, 0), "it stands where the cursor was when it was asked for"


def no_modal_operator_runs_during_a_job() -> Iterator[float]:
    # Blender postpones its autosave while a modal operator runs.
    tasks = module("tasks")
    invoke("generate", prompt="a blue car", detail=512, texture_size=4096, triangles=0)
    yield 0.2
    assert tasks.current is not None, "the job ended too early; this test needs a longer job"
    assert not len(bpy.context.window_manager.windows[0].modal_operators)
    invoke("unload")
    assert tasks.current is None and not bpy.app.timers.is_registered(tasks._tick)
    yield 0.2
    assert not made("a blue car")


def undo_after_live_is_safe() -> Iterator[float]:
    live = module("live")
    empty_file()
    module("engine").unload()
    with bpy.context.temp_override(**view()):
        bpy.ops.mesh.primitive_cube_add()
        bpy.context.object.location.x = 5
        bpy.ops.ed.undo_push(message="moved")
        bpy.ops.object.select_all(action="DESELECT")
        bpy.ops.ed.undo_push(message="deselected")
        bpy.context.scene.att3d.live = True
        bpy.ops.ed.undo_push(message="Live")
    yield from until("the session", lambda: live.followed() is not None and len(live.followed().data.vertices))
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo()
    yield 0.2
    assert not live.is_on() and [thing.location.x for thing in bpy.data.objects] == [5]
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo()
        bpy.ops.ed.redo()
        bpy.ops.ed.redo()
    yield 0.2
    assert len(bpy.data.objects) == 2


#: Seconds between two keystrokes.
KEYSTROKE = 0.12


def live_is_switched_on_without_a_window_in_the_context() -> Iterator[float]:
    # In the pass of the event loop that opens a file, the context of a timer has no window.
    live = module("live")
    empty_file()
    settings = bpy.context.scene.att3d
    settings.prompt, settings.live_detail = "a pig", 32
    settings.live = True
    yield from until("the session", lambda: live.followed() is not None and len(live.followed().data.vertices))
    bpy.context.scene.att3d.live = False
    yield 0.1


def typing_moves_the_mesh() -> Iterator[float]:
    live, scene = module("live"), bpy.context.scene
    settings = scene.att3d
    # With antialiasing, the software rasterizer would draw each frame eight times.
    bpy.context.preferences.system.viewport_aa = "OFF"
    settings.prompt, settings.live_detail = "a red apple", 64
    blocked: list[float] = []
    used: list[float] = []
    shown: list[float] = []
    show = live._Follower.show

    def timed(self: object, thing: bpy.types.Object, mesh: object) -> None:
        begun, begun_cpu = time.perf_counter(), time.thread_time()
        show(self, thing, mesh)
        shown.append(time.perf_counter())
        used.append(time.thread_time() - begun_cpu)
        blocked.append(shown[-1] - begun)

    live._Follower.show = timed
    try:
        settings.live = True
        yield from until("the session", lambda: live.followed() is not None and shown)
        thing = live.followed()
        delays: list[float] = []
        for prompt in PROMPTS:
            for end in range(3, len(prompt) + 1):
                asked, count = time.perf_counter(), len(shown)
                settings.prompt = prompt[:end]
                yield KEYSTROKE
            yield from until(f"the mesh of {prompt}", lambda wanted=prompt: live.followed()["att3d_prompt"] == wanted)
            if len(shown) > count:
                delays.append(shown[count] - asked)
        assert live.followed() == thing
        assert len(blocked) > len(PROMPTS)
        print(f"time: main thread blocked by a live update at 64³: {1000 * statistics.median(blocked):.1f} ms median of {len(blocked)}")
        print(f"time: processor time of the main thread for a live update at 64³: {1000 * statistics.median(used):.1f} ms median of {len(used)}")
        print(f"time: last keystroke to the updated mesh at 64³: {1000 * statistics.median(delays):.0f} ms median of {len(delays)}")
    finally:
        live._Follower.show = show


PROMPTS = (
    "a red apple", "a green pear", "a blue car", "a wooden chair", "a pig", "a golden sword", "a tall tree", "a red house",
    "a purple dragon", "an elephant", "a tiny mushroom", "a stone castle", "a lighthouse", "a sofa", "a rocket", "a penguin",
    "a wooden barrel", "a fox", "a cactus", "a cupcake",
)  # fmt: skip


def shows_the_newest() -> bool:
    """Returns whether the object of Live has the mesh of the newest request."""
    follower = module("live")._follower
    info = follower.session.info
    return info.answered == info.requested and not follower.receiver.is_busy and follower.waiting is None


def after_undo_the_live_session_continues_or_ends() -> Iterator[float]:
    live, settings = module("live"), bpy.context.scene.att3d
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo_push(message="before")
        settings.prompt = "a red house"
        bpy.ops.ed.undo_push(message="after")
        bpy.ops.ed.undo()
    yield 0.3
    settings = bpy.context.scene.att3d
    if settings.live:
        yield from until("the panel's prompt on the object of Live", lambda: live.followed()["att3d_prompt"] == settings.prompt)
        yield from until("the mesh of the panel's prompt", shows_the_newest)
        options = module("making").Order("", detail=64, texture_size=0, triangles=0).options()
        wanted = module("api").model().generate(settings.prompt, options)
        assert len(live.followed().data.vertices) == len(wanted.positions), "the mesh is that of the panel's prompt"
    settings.live = False
    yield 0.1
    assert not bpy.app.timers.is_registered(live._look)


def the_blend_follows_the_timeline() -> Iterator[float]:
    live, scene = module("live"), bpy.context.scene
    settings = scene.att3d
    for text in ("a red apple", "a green pear"):
        settings.blend_prompts.add().text = text
    for frame, value in ((1, 0.0), (11, 1.0)):
        settings.blend = value
        settings.keyframe_insert("blend", frame=frame)
    settings.live = True
    yield from until("the session", lambda: live.followed() is not None)
    seen = set()
    for frame in (1, 4, 8, 11):
        scene.frame_set(frame)
        yield from until("the shape of the frame", shows_the_newest)
        seen.add(support.positions(live.followed().data).tobytes())
    assert len(seen) == 4, f"{len(seen)} shapes on four frames"
    settings.live = False
    yield 0.1


def variants_have_pictures() -> Iterator[float]:
    tasks = module("tasks")
    invoke("variants", prompt="a dragon", count=6)
    yield from until("the variants", lambda: tasks.current is None)
    prompt, found = module("variants").shown
    assert prompt == "a dragon" and len(found) == 6
    assert len({icon for _, icon in found} - {0}) == 6, found


def another_file_stops_a_job() -> Iterator[float]:
    tasks = module("tasks")
    invoke("generate", prompt="a blue car", detail=512, texture_size=4096, triangles=0)
    yield 0.1
    with bpy.context.temp_override(**view()):
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=False)
    yield 0.5
    assert tasks.current is None and not made("a blue car")
    assert invoke("generate", prompt="a red apple") == {"INTERFACE"}
    yield from until("the apple", lambda: tasks.current is None)
    assert made("a red apple")


def the_panel_is_photographed() -> Iterator[float]:
    tasks = module("tasks")
    # In a new file, each panel is open or closed as its class's bl_options say.
    empty_file()
    yield 0.3
    here = view()
    space = here["area"].spaces.active
    space.show_region_ui = True
    yield 0.3
    sidebar = next(region for region in here["area"].regions if region.type == "UI")
    try:
        sidebar.active_panel_category = "ATT3D"
    except AttributeError:
        print("note: this Blender does not let scripts choose the sidebar's tab")
    bpy.context.scene.att3d.prompt = "a green dragon wearing a party hat"
    invoke("generate", prompt="a green dragon wearing a party hat", size=2.0)
    yield from until("the dragon", lambda: tasks.current is None)
    space.shading.type, space.shading.color_type = "SOLID", "TEXTURE"
    space.shading.show_cavity = True
    bpy.context.preferences.system.viewport_aa = "8"
    with bpy.context.temp_override(**view()):
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_orbit(angle=-0.5, type="ORBITLEFT")
        bpy.ops.view3d.view_selected()
    for _ in range(8):
        here["area"].tag_redraw()
        yield 0.1
    photograph("panel")
    # The facts below need fast frames.
    bpy.context.preferences.system.viewport_aa = "OFF"


def random_actions_lose_nothing() -> Iterator[float]:
    empty_file()
    count = int(os.environ.get("ATT3D_ACTIONS") or 30)
    artist = Artist(int(os.environ.get("ATT3D_SEED") or 23), tempdir(), view)
    yield from artist.play(count)
    print(f"note: random actions with seed {artist.seed}: {artist.summary()}")
    empty_file()


def undo_between_generations_is_safe() -> Iterator[float]:
    tasks = module("tasks")
    empty_file()
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo_push(message="the artist's own step")
    for _ in range(int(os.environ.get("ATT3D_ACTIONS") or 30)):
        invoke("generate", prompt="a red apple", detail=32, texture_size=0)
        yield from until("the apple", lambda: tasks.current is None)
        assert len(made("a red apple")) == 1
        with bpy.context.temp_override(**view()):
            bpy.ops.ed.undo()
        yield 0.01
        assert not made("a red apple"), "the apple still exists after undo"
    empty_file()


def quitting_during_a_job_is_safe() -> Iterator[float]:
    invoke("generate", prompt="a blue car", detail=512, texture_size=4096, triangles=0)
    yield 0.1


FACTS = (
    a_job_runs_beside_the_window,
    undo_removes_the_object_and_redo_restores_it,
    cancel_half_way_leaves_nothing,
    undo_during_a_job_is_safe,
    undo_during_a_batch_takes_the_newest_object,
    the_object_of_a_job_is_found_after_a_rename,
    no_modal_operator_runs_during_a_job,
    undo_after_live_is_safe,
    live_is_switched_on_without_a_window_in_the_context,
    typing_moves_the_mesh,
    after_undo_the_live_session_continues_or_ends,
    the_blend_follows_the_timeline,
    variants_have_pictures,
    another_file_stops_a_job,
    *window_works.FACTS,
    the_panel_is_photographed,
    random_actions_lose_nothing,
    undo_between_generations_is_safe,
    quitting_during_a_job_is_safe,
)

if os.environ.get("ATT3D_WINDOW_FACTS"):
    FACTS = tuple(fact for fact in FACTS if fact.__name__ in os.environ["ATT3D_WINDOW_FACTS"].split())
failed: list[str] = []


def play() -> Iterator[float]:
    support.install()
    for fact in FACTS:
        name = fact.__name__.replace("_", " ")
        try:
            yield from fact()
            print(f"ok: {name}", flush=True)
        except Exception:  # noqa: BLE001 - it is printed, and the next fact runs
            traceback.print_exc()
            print(f"FAILED: {name}", flush=True)
            failed.append(name)
        # After another file was opened, Blender must process events before the next operator. Without this pause,
        # quitting would crash it.
        yield 0.2
        if failed[-1:] == [name]:
            module("tasks").cancel_all()


steps = play()


def step() -> float | None:
    try:
        return next(steps)
    except StopIteration:
        pass
    except Exception:  # noqa: BLE001
        traceback.print_exc()
        failed.append("the tests themselves")
    print(f"Blender {bpy.app.version_string} with a window: {len(FACTS)} facts, {len(failed)} failed", flush=True)
    Path(os.environ["ATT3D_WINDOW_RESULT"]).write_text("failed" if failed else "ok")
    bpy.ops.wm.quit_blender()
    return None


importlib.invalidate_caches()
bpy.app.timers.register(step, first_interval=1.0, persistent=True)
