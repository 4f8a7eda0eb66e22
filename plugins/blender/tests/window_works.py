# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests in a window of what an artist relies on: undo, F9, the Add menu, the palette, autosave, first objects."""

import glob
import os
import subprocess
import time
from collections.abc import Callable, Iterator

import bpy
import numpy as np
import support
import works
from support import module
from windowed import empty_file, invoke, made, photograph, point, until, view

#: Longest wait for an autosave, which comes once a minute.
_AUTOSAVE = 240.0


def state() -> list[tuple[object, ...]]:
    """Returns what undo must bring back: objects, meshes, materials, UV layers, and the prompt of the panel."""
    found: list[tuple[object, ...]] = [("prompt", bpy.context.scene.att3d.prompt, len(bpy.context.scene.att3d.blend_prompts))]
    for thing in bpy.data.objects:
        data = thing.data
        mesh = (len(data.vertices), len(data.uv_layers), support.positions(data).tobytes()) if thing.type == "MESH" else ()
        slots = tuple(slot.material.name if slot.material else "" for slot in thing.material_slots)
        found.append((thing.name, thing.get("att3d_prompt", ""), thing.asset_data is not None, mesh, slots))
    return sorted(found, key=str)


def _live() -> Iterator[float]:
    live, settings = module("live"), bpy.context.scene.att3d
    settings.live_detail, settings.prompt, settings.live = 16, "a red apple", True
    yield from until("the apple", lambda: live.followed() is not None and len(live.followed().data.vertices) and live._follower.signed is not None)
    settings.live = False


def _regenerate() -> None:
    # The same seed would give the same mesh.
    bpy.data.objects["a red apple"]["att3d_seed"] = "3"
    invoke("regenerate")


def _run(name: str, **how: object) -> Callable[[], Iterator[float] | None]:
    return lambda: invoke(name, **how) and None


_DRAFT = {"detail": 32, "texture_size": 0}
#: Each kind of work, and the object that is selected for it.
_KINDS: tuple[tuple[str, Callable[[], Iterator[float] | None], bool], ...] = (
    ("generate", _run("generate", prompt="a pig", **_DRAFT), False),
    ("replace", _run("generate", prompt="a pig", replace=True, **_DRAFT), False),
    ("live", _live, False),
    ("batch", _run("batch", prompts="a pig\na red apple"), False),
    ("frames", _run("blend_frames", prompts="a red apple\na green pear", frames=2), False),
    ("shape keys", _run("blend_shape_keys", prompts="a red apple\na tall green apple"), False),
    ("stylize", _run("stylize", prompt="made of gold", style="KEEP", texture_size=64), False),
    ("stylize by a new mesh", _run("stylize", prompt="a red cube", style="REPLACE", **_DRAFT), False),
    ("stylize beside", _run("stylize", prompt="a red cube", style="BESIDE", **_DRAFT), False),
    ("new UVs", _run("new_uvs"), False),
    ("quads", _run("make_quads", quads=60), True),
    ("scatter", _run("scatter", prompt="a tiny mushroom", count=4, variants=2), False),
    ("a word", _run("insert_word", word="golden"), False),
    ("a prompt to interpolate", _run("blend_add"), False),
    ("history", lambda: invoke("history_import", key=str(module("history").entries()[0]["key"])) and None, False),
    ("regenerate", _regenerate, True),
    ("asset", _run("mark_asset"), True),
)


def undo_and_redo_follow_each_kind_of_work() -> Iterator[float]:
    tasks = module("tasks")
    for name, run, needs_made in _KINDS:
        empty_file()
        yield 0.05
        settings = bpy.context.scene.att3d
        settings.detail, settings.texture_size, settings.prompt = 32, "0", "a pig"
        invoke("words_load")
        yield from until("the words", lambda: tasks.current is None)
        with bpy.context.temp_override(**view()):
            works.cube()
        if needs_made:
            invoke("generate", prompt="a red apple", **_DRAFT)
            yield from until("the apple", lambda: tasks.current is None)
        with bpy.context.temp_override(**view()):
            bpy.ops.ed.undo_push(message="the artist's own step")
        before = state()
        yield from run() or ()
        yield from until(name, lambda: tasks.current is None)
        yield 0.05
        after = state()
        assert after != before, f"{name} changed nothing"
        for operator, wanted in (("undo", before), ("redo", after), ("undo", before)):
            for _ in range(4):
                with bpy.context.temp_override(**view()):
                    if not getattr(bpy.ops.ed, operator).poll():
                        break
                    getattr(bpy.ops.ed, operator)()
                yield 0.05
                if state() == wanted:
                    break
            assert state() == wanted, f"{operator} of {name} gave another file: {[line[:3] for line in state()]}, expected {[line[:3] for line in wanted]}"


def the_settings_of_the_last_result_can_be_changed() -> Iterator[float]:
    # F9 shows the settings of the last operator. A change there undoes it and runs it again.
    tasks = module("tasks")
    empty_file()
    invoke("generate", prompt="a pig", size=1.0, **_DRAFT)
    yield from until("the pig", lambda: tasks.current is None)
    yield 0.1
    (pig,) = made("a pig")
    assert abs(max(pig.dimensions) - 1.0) < 1e-3
    with bpy.context.temp_override(**view()):
        last = bpy.context.window_manager.operators[-1]
        assert last.bl_idname == "ATT3D_OT_adjust", last.bl_idname
        bpy.ops.screen.redo_last("INVOKE_DEFAULT")
    yield 0.3
    photograph("f9")
    _keys("Escape")
    yield 0.2
    with bpy.context.temp_override(**view()):
        last.properties.size = 2.0
        last.properties.prompt = "a cow"
        bpy.ops.ed.undo_redo()
    yield 0.2
    (cow,) = made("a cow")
    assert not made("a pig") and len(bpy.data.objects) == 1
    assert abs(max(cow.dimensions) - 2.0) < 1e-3


def _keys(*keys: str) -> None:
    """Presses keys in the window, as a keyboard does."""
    subprocess.run(["xdotool", "key", "--delay", "60", *keys], check=True)


def the_add_menu_takes_a_prompt_from_the_keyboard() -> Iterator[float]:
    tasks = module("tasks")
    empty_file()
    settings = bpy.context.scene.att3d
    settings.detail, settings.texture_size, settings.prompt = 32, "0", "a red apple"
    point(view())
    yield 0.3
    with bpy.context.temp_override(**view()):
        bpy.ops.wm.call_menu(name="VIEW3D_MT_mesh_add")
    yield 0.5
    photograph("add_menu")
    _keys("Escape")
    yield 0.3
    invoke("add")
    yield 0.5
    # The text field is active: the keys replace the prompt of the panel.
    _keys("ctrl+a", "a", "space", "p", "i", "g", "Return")
    yield 0.5
    _keys("Return")
    yield from until("the pig", lambda: bool(made("a pig")) and tasks.current is None)
    assert bpy.context.scene.att3d.prompt == "a pig"


def an_object_follows_the_mouse_until_a_click() -> Iterator[float]:
    tasks = module("tasks")
    empty_file()
    with bpy.context.temp_override(**view()):
        bpy.ops.mesh.primitive_plane_add(size=20, location=(0, 0, 0.5))
    invoke("generate", prompt="a pig", size=1.0, **_DRAFT)
    yield from until("the pig", lambda: tasks.current is None)
    (pig,) = made("a pig")
    places = []
    for end in ("click", "key"):
        # The new cow was selected when it was added, so the pig is selected again.
        module("making").choose(bpy.context, pig)
        before = tuple(pig.location)
        point(view(), 0.4, 0.4)
        yield 0.3
        assert invoke("place") == {"RUNNING_MODAL"}
        # A job that ends during the placement must wait.
        invoke("generate", prompt="a cow", **_DRAFT)
        for across in (0.45, 0.5, 0.55):
            point(view(), across, 0.45)
            yield 0.3
            places.append(tuple(pig.location))
        yield from until("the wait for the placement", lambda: tasks.current is not None and tasks.current.waits_for == "waiting for Drag to Place")
        subprocess.run(["xdotool", end, "1" if end == "click" else "Escape"], check=True)
        yield from until("the end", lambda: tasks.current is None)
        (pig,) = made("a pig")
        if end == "click":
            assert len(set(places)) == 3, f"it followed the mouse: {places}"
            assert all(abs(place[2] - 0.5) < 1e-4 for place in places), f"it stood on the plane: {places}"
            assert np.allclose(pig.location, places[-1])
        else:
            assert np.allclose(pig.location, before), "Esc puts it back"
        for cow in made("a cow"):
            bpy.data.objects.remove(cow)


def the_palette_is_photographed() -> Iterator[float]:
    tasks, panels = module("tasks"), module("panels")
    empty_file()
    invoke("words_load")
    yield from until("the words", lambda: tasks.current is None)
    bpy.context.scene.att3d.prompt = "a red dragon wearing a party hat"
    # A panel that was never drawn opens as its class says.
    kind = panels.ATT3D_PT_words
    usual = kind.bl_options
    _open_by_default(kind, set())
    space = view()["area"].spaces.active
    space.show_region_ui = True
    yield 0.3
    sidebar = next(region for region in view()["area"].regions if region.type == "UI")
    try:
        sidebar.active_panel_category = "ATT3D"
    except AttributeError:
        print("note: this Blender does not let scripts choose the sidebar's tab")
    for search, name in (("", "palette"), ("hat", "palette_search")):
        bpy.context.scene.att3d.palette_search = search
        for _ in range(5):
            view()["area"].tag_redraw()
            yield 0.1
        photograph(name)
    _open_by_default(kind, usual)


def _open_by_default(kind: type, options: set[str]) -> None:
    """Registers the class of a panel anew with other options."""
    bpy.utils.unregister_class(kind)
    kind.bl_options = options
    bpy.utils.register_class(kind)


def the_first_three_objects_stand_beside_each_other() -> Iterator[float]:
    tasks = module("tasks")
    with bpy.context.temp_override(**view()):
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=False)
    yield 0.2
    prompts = ("a red apple", "a blue car", "a pig")
    for prompt in prompts:
        invoke("generate", prompt=prompt, **_DRAFT)
        yield from until(prompt, lambda: tasks.current is None)
    yield 0.2
    things = [bpy.data.objects[prompt] for prompt in prompts]
    bounds = [module("placing")._bounds(thing) for thing in (bpy.data.objects["Cube"], *things)]
    for index, (low, high) in enumerate(bounds):
        for other_low, other_high in bounds[:index]:
            assert not ((low < other_high - 1e-3).all() and (other_low < high - 1e-3).all()), f"object {index} is in another one"
    assert all(np.isclose(low[2], 0.0, atol=1e-4) for low, _high in bounds[1:]), "they stand on the ground"
    assert view()["area"].spaces.active.shading.color_type == "VERTEX", "their colors are visible in solid view"
    red = np.empty(len(things[0].data.vertices) * 4, np.float32)
    things[0].data.color_attributes["Color"].data.foreach_get("color_srgb", red)
    mean = red.reshape(-1, 4).mean(axis=0)
    assert mean[0] > 2 * mean[1] and mean[0] > 2 * mean[2], f"the apple is red: {mean}"


def autosave_comes_during_a_batch() -> Iterator[float]:
    tasks, files = module("tasks"), bpy.context.preferences.filepaths
    empty_file()
    settings = bpy.context.scene.att3d
    settings.detail, settings.texture_size = 64, "512"
    begun = time.time()
    files.use_auto_save_temporary_files, files.auto_save_time = True, 1

    def saved() -> bool:
        return any(os.path.getmtime(path) > begun for path in glob.glob("/tmp/*autosave.blend"))

    count = 0
    while not saved():
        assert time.time() - begun < _AUTOSAVE, f"no autosave within {_AUTOSAVE:.0f} s of batches"
        if tasks.current is None:
            # The batch is repeated if it ends before the first autosave.
            count += 1
            invoke("batch", prompts="\n".join(f"a {color} {thing}" for thing in ("pig", "cow", "car", "chair", "apple") for color in _COLORS))
        yield 0.05
    assert tasks.current is not None, "the autosave came while a batch ran"
    print(f"note: autosave after {time.time() - begun:.0f} s, in batch {count} of 100 prompts")
    invoke("cancel")
    yield from until("the end of the batch", lambda: tasks.current is None)
    files.use_auto_save_temporary_files = False


_COLORS = (
    "red", "green", "blue", "golden", "purple", "white", "black", "yellow", "orange", "pink", "brown", "gray", "wooden", "stone", "silver", "tiny", "tall",
    "small", "big", "huge",
)  # fmt: skip


def a_stylized_mesh_of_three_materials_is_photographed() -> Iterator[float]:
    tasks = module("tasks")
    empty_file()
    with bpy.context.temp_override(**view()):
        bpy.ops.mesh.primitive_monkey_add()
    monkey = bpy.context.view_layer.objects.active
    for polygon in monkey.data.polygons:
        polygon.use_smooth = True
        middle = polygon.center
        polygon.material_index = 0 if abs(middle.x) > 0.75 else 1 if middle.z > 0.15 else 2
    for name in ("Ears", "Head", "Chin"):
        monkey.data.materials.append(works.material(name))
    with bpy.context.temp_override(**view()):
        bpy.ops.ed.undo_push(message="three materials")
    for index, prompt in enumerate(("made of gold", "made of stone", "made of wood")):
        monkey = bpy.data.objects["Suzanne"]
        monkey.active_material_index = index
        invoke("stylize", prompt=prompt, style="KEEP", slots="ACTIVE", texture_size=1024)
        yield from until(prompt, lambda: tasks.current is None)
    monkey = bpy.data.objects["Suzanne"]
    names = [slot.material.name for slot in monkey.material_slots]
    assert names == ["Ears, made of gold", "Head, made of stone", "Chin, made of wood"], names
    here = view()
    here["area"].spaces.active.shading.type = "MATERIAL"
    with bpy.context.temp_override(**here):
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_orbit(angle=-0.5, type="ORBITLEFT")
        bpy.ops.view3d.view_selected()
    for _ in range(60):
        here["area"].tag_redraw()
        yield 0.1
    photograph("stylized")


FACTS = (
    undo_and_redo_follow_each_kind_of_work,
    the_settings_of_the_last_result_can_be_changed,
    the_add_menu_takes_a_prompt_from_the_keyboard,
    an_object_follows_the_mouse_until_a_click,
    the_palette_is_photographed,
    the_first_three_objects_stand_beside_each_other,
    autosave_comes_during_a_batch,
    a_stylized_mesh_of_three_materials_is_photographed,
)
