# SPDX-License-Identifier: GPL-3.0-or-later
"""An artist who does random things: with the extension, and with Blender between them.

The same seed gives the same choices. After each action the file is checked: nothing raised, what is there is
consistent, and no data-block of the artist is lost. Without a window, jobs block and there is no undo. In a
window, jobs also run on while the next actions are done.
"""

import contextlib
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
import works
from support import module
from windowed import point

PROMPTS = (
    "a red apple", "a green pear", "a blue car", "a wooden chair", "a pig wearing a party hat", "a golden sword", "a stone castle", "a tiny mushroom",
    "qwxyz", "", "made of gold", "a purple dragon", "three apples", "a hound", "猪",
)  # fmt: skip
#: Actions by name, with how often they are chosen.
ACTIONS: dict[str, tuple[int, Callable[["Artist"], Iterator[float] | None]]] = {}
#: Kinds of data-blocks whose loss is looked for.
_KINDS = ("objects", "meshes", "shape_keys", "materials", "images", "actions", "armatures", "collections", "texts")
#: Longest wait for a job, in turns of 20 ms.
_PATIENCE = 3000
#: Objects above which the artist deletes some, so that a run stays fast.
_MANY = 40


def action(weight: int = 1, drops: bool = False, in_window: bool = False) -> Callable[[object], object]:
    """Registers an action. drops: the artist may remove data-blocks by it. in_window: it needs a window."""

    def add(function: Callable[["Artist"], Iterator[float] | None]) -> object:
        name = function.__name__
        ACTIONS[name] = (weight, function)
        if drops:
            _DROPS.add(name)
        if in_window:
            _IN_WINDOW.add(name)
        return function

    return add


_DROPS: set[str] = set()
_IN_WINDOW: set[str] = set()


class _Heard:
    """A stream that keeps what is written through it."""

    def __init__(self, stream: object):
        self.stream, self.text = stream, ""

    def write(self, text: str) -> int:
        self.text += text
        return self.stream.write(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)


class Artist:
    """A run of random actions.

    view: returns the window and its 3D view for context overrides; None without a window.
    """

    def __init__(self, seed: int, folder: Path, view: Callable[[], dict[str, object]] | None = None):
        self.seed, self.folder, self.view = seed, folder, view
        self.random = random.Random(seed)
        self.rocks = works.library_file(folder)
        self.log: list[str] = []
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        #: Marks of what the artist agreed to lose: meshes that are replaced without a copy.
        self.given_up: set[int] = set()
        self.next_mark = 1000000
        self.saved: Path | None = None
        self._heard = _Heard(sys.stderr)

    # ---- helpers -------------------------------------------------------------------------------------------

    @property
    def settings(self) -> object:
        return bpy.context.scene.att3d

    def within(self) -> contextlib.AbstractContextManager[object]:
        """Returns the context of the 3D view, if there is a window."""
        return bpy.context.temp_override(**self.view()) if self.view is not None else contextlib.nullcontext()

    def ours(self, name: str, **how: object) -> str:
        """Runs an operator of the extension in the way its button does. Returns how it ended, or its refusal."""
        operator = getattr(bpy.ops.att3d, name)
        shown = ", ".join(f"{key}={value!r}" for key, value in how.items())
        try:
            with self.within():
                result = operator("INVOKE_DEFAULT", True, **how) if self.view is not None else operator(**how)
            ended = "".join(result)
        except RuntimeError as error:
            assert "Traceback" not in str(error), f"{name}({shown}) raised: {error}"
            ended = str(error).strip().splitlines()[0]
        self.say(f"{name}({shown}): {ended}")
        if not {"FINISHED", "INTERFACE", "RUNNING_MODAL"} & {ended}:
            self.refused[name] += 1
        return ended

    def say(self, text: str) -> None:
        self.log.append(text)

    def pushed(self, what: str) -> None:
        """Adds the undo step of an action of the artist, as Blender's own operators do."""
        if self.view is not None:
            with self.within():
                bpy.ops.ed.undo_push(message=what)

    def pick(self) -> bpy.types.Object | None:
        """Returns an object, or None if there are none."""
        things = [thing for thing in bpy.context.view_layer.objects if thing.visible_get()]
        return self.random.choice(things) if things else None

    def select(self, *things: bpy.types.Object) -> None:
        for thing in bpy.context.view_layer.objects:
            thing.select_set(thing in things)
        bpy.context.view_layer.objects.active = things[0] if things else None

    def prompt(self) -> str:
        return self.random.choice(PROMPTS)

    def turns(self, most: int = 12) -> Iterator[float]:
        """Lets Blender go on for a random time."""
        for _ in range(self.random.randrange(most)):
            yield 0.02

    def until_idle(self) -> Iterator[float]:
        """Waits for the job and for the loading of a live session."""
        tasks, live = module("tasks"), module("live")
        for _ in range(_PATIENCE):
            if tasks.current is None and live._loading is None:
                return
            yield 0.02
        raise AssertionError(f"the job {tasks.current.label if tasks.current else 'Live'} did not end")

    def marks(self) -> dict[int, str]:
        """Returns the marks of the data-blocks of the artist that stay in the file, with their names."""
        return {block[works.MARK]: f"{block.id_type}: {block.name}" for block in works.kept() if works.MARK in block}

    def gives_up(self, thing: bpy.types.Object | None) -> None:
        """Notes that the mesh of an object may be dropped."""
        if thing is not None and thing.type == "MESH":
            for block in (thing.data, thing.data.shape_keys):
                if block is not None and works.MARK in block:
                    self.given_up.add(block[works.MARK])

    # ---- the run -------------------------------------------------------------------------------------------

    def play(self, count: int) -> Iterator[float]:
        """Does `count` actions. Raises AssertionError for the first that leaves something wrong."""
        names = [name for name in ACTIONS if self.view is not None or name not in _IN_WINDOW]
        weights = [ACTIONS[name][0] for name in names]
        print(f"note: random actions: seed {self.seed}", flush=True)
        sys.stderr, usual = self._heard, sys.stderr
        try:
            works.all_of_them(self.folder)
            self.pushed("the first works")
            for index in range(count):
                name = self.random.choices(names, weights)[0]
                self.say(f"{index}. {name}")
                self.counts[name] += 1
                before = self.marks()
                yield from ACTIONS[name][1](self) or ()
                if self.view is not None and self.random.random() < 0.3:
                    yield from self.turns()
                else:
                    yield from self.until_idle()
                self.check(name, before)
            module("live").stop()
            yield from self.until_idle()
        except BaseException:
            print(f"the random actions with seed {self.seed} failed; the last of them:\n  " + "\n  ".join(self.log[-25:]), flush=True)
            raise
        finally:
            sys.stderr = usual

    def check(self, name: str, before: dict[int, str]) -> None:
        """Checks the file after an action. before: the marks before it."""
        assert "Traceback" not in self._heard.text, f"{name} printed a traceback"
        if name not in _DROPS:
            now = self.marks()
            lost = [what for mark, what in before.items() if mark not in now and mark not in self.given_up]
            assert not lost, f"{name} lost {lost}"
        provenance, live, materials = module("provenance"), module("live"), module("materials")
        for thing in bpy.data.objects:
            if provenance.PROMPT in thing:
                provenance.read(thing)
            if thing.type == "MESH" and thing.mode == "OBJECT":
                self._check_mesh(thing.data, provenance.PROMPT in thing)
        for material in bpy.data.materials:
            if materials.is_ours(material):
                images = [node.image for node in material.node_tree.nodes if node.type == "TEX_IMAGE"]
                assert all(image is not None and image.packed_file is not None for image in images), f"{material.name} lacks an image"
        if not live.is_on():
            assert not any(scene.render.use_lock_interface for scene in bpy.data.scenes), "Lock Interface stayed on"
        else:
            assert live._follower is None or bpy.app.background or bpy.app.timers.is_registered(live._look), "the live session has no timer"

    def _check_mesh(self, data: bpy.types.Mesh, is_ours: bool) -> None:
        slots = max(1, len(data.materials))
        assert all(polygon.material_index < slots for polygon in data.polygons), f"{data.name} has faces without a slot"
        if is_ours and data.library is None and not data.shape_keys:
            assert not data.validate(verbose=True), f"{data.name} was invalid"

    def summary(self) -> str:
        """Returns one line: how many actions of which kinds were done, and how many operators refused."""
        return f"{sum(self.counts.values())} actions of {len(self.counts)} kinds, {sum(self.refused.values())} refusals"


# ---- what the artist makes and changes ---------------------------------------------------------------------


@action(3)
def add_work(artist: Artist) -> None:
    make = artist.random.choice((works.cube, works.object_slots, works.rigged, lambda: works.with_linked_mesh(artist.rocks)))
    with artist.within():
        thing = make()
    thing.location = [artist.random.uniform(-4, 4) for _ in range(3)]
    artist.pushed("add")


@action(6)
def choose(artist: Artist) -> None:
    things = {thing for thing in (artist.pick() for _ in range(artist.random.choice((0, 1, 1, 1, 2, 3)))) if thing is not None}
    artist.select(*sorted(things, key=lambda thing: thing.name))
    artist.pushed("select")


@action(2)
def rename(artist: Artist) -> None:
    thing = artist.pick()
    if thing is not None and thing.library is None:
        thing.name = artist.random.choice(("Cube", "Hero", "a pig", "Blockout", "ü" * 20))
        if thing.data is not None and thing.data.library is None and artist.random.random() < 0.5:
            thing.data.name = "renamed"
    artist.pushed("rename")


@action(3, drops=True)
def delete(artist: Artist) -> None:
    things = [artist.pick() for _ in range(3)] if len(bpy.data.objects) > _MANY else [artist.pick()]
    artist.select(*[thing for thing in things if thing is not None])
    with artist.within():
        bpy.ops.object.delete()
    artist.pushed("delete")


@action(1, drops=True)
def tidy(artist: Artist) -> None:
    if len(bpy.data.objects) > _MANY:
        for thing in sorted(bpy.data.objects, key=lambda thing: thing.name)[: len(bpy.data.objects) - _MANY // 2]:
            bpy.data.objects.remove(thing)
    bpy.data.orphans_purge(do_recursive=True)
    artist.pushed("purge")


@action(3)
def duplicate(artist: Artist) -> None:
    thing = artist.pick()
    if thing is None:
        return
    artist.select(thing)
    before = {block.session_uid for kind in _KINDS for block in getattr(bpy.data, kind)}
    with artist.within():
        bpy.ops.object.duplicate(linked=artist.random.random() < 0.5)
    for kind in _KINDS:
        for block in getattr(bpy.data, kind):
            if works.MARK in block and block.session_uid not in before:
                artist.next_mark += 1
                block[works.MARK] = artist.next_mark
    artist.pushed("duplicate")


@action(2)
def move(artist: Artist) -> None:
    thing = artist.pick()
    if thing is not None and thing.library is None:
        thing.location.x += 1
        thing.scale = [artist.random.choice((1.0, 1.0, 2.0, -0.5, 0.1)) for _ in range(3)]
    bpy.context.scene.cursor.location = [artist.random.uniform(-3, 3) for _ in range(3)]
    bpy.context.scene.unit_settings.scale_length = artist.random.choice((1.0, 0.01, 100.0))
    artist.pushed("move")


@action(2)
def edit(artist: Artist) -> Iterator[float]:
    things = [thing for thing in bpy.context.view_layer.objects if thing.type == "MESH" and thing.visible_get() and thing.data.library is None]
    if not things:
        return
    artist.select(artist.random.choice(things))
    with artist.within():
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.mesh.select_all(action="SELECT")
    artist.ours("generate", prompt="a red apple", detail=32, texture_size=64)
    yield from artist.turns()
    if bpy.context.view_layer.objects.active is not None and bpy.context.view_layer.objects.active.mode == "EDIT":
        with artist.within():
            bpy.ops.object.mode_set(mode="OBJECT")


@action(2)
def hide(artist: Artist) -> None:
    thing = artist.pick()
    if thing is not None and artist.random.random() < 0.5:
        thing.hide_set(True)
    else:
        for other in bpy.context.view_layer.objects:
            other.hide_set(False)
    artist.pushed("hide")


@action(2)
def frame(artist: Artist) -> None:
    bpy.context.scene.frame_set(artist.random.randrange(1, 12))


@action(2)
def save(artist: Artist) -> None:
    artist.saved = artist.folder / f"work {artist.random.randrange(3)}.blend"
    with artist.within():
        bpy.ops.wm.save_as_mainfile(filepath=str(artist.saved))


@action(2, drops=True)
def load(artist: Artist) -> Iterator[float]:
    """Saves the file and opens it again, or opens an older one."""
    path = artist.folder / "now.blend"
    if artist.saved is not None and artist.random.random() < 0.3:
        with artist.within():
            bpy.ops.wm.open_mainfile(filepath=str(artist.saved))
        yield 0.05
        return
    # What the timer does from here on would not be in the file.
    module("tasks").cancel_all()
    before = artist.marks()
    with artist.within():
        bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
        bpy.ops.wm.open_mainfile(filepath=str(path))
    # In the same turn, the context is still that of the file before.
    yield 0.05
    lost = set(before) - set(artist.marks())
    assert not lost, f"saving and opening lost {[before[mark] for mark in lost]}"


@action(8, drops=True, in_window=True)
def undo(artist: Artist) -> Iterator[float]:
    for _ in range(artist.random.choice((1, 1, 2, 5))):
        with artist.within():
            if bpy.ops.ed.undo.poll():
                bpy.ops.ed.undo()
        yield from artist.turns(3)


@action(5, drops=True, in_window=True)
def redo(artist: Artist) -> Iterator[float]:
    for _ in range(artist.random.choice((1, 2, 5))):
        with artist.within():
            if bpy.ops.ed.redo.poll():
                bpy.ops.ed.redo()
        yield from artist.turns(3)


@action(3, drops=True, in_window=True)
def undo_and_redo(artist: Artist) -> Iterator[float]:
    """Undoes one step and does it again: the file is as before."""
    yield from artist.until_idle()
    module("live").stop()
    artist.pushed("now")

    def state() -> list[tuple[object, ...]]:
        return sorted(
            (thing.name, thing.type, thing.data.name if thing.data else "", *(slot.material.name if slot.material else "" for slot in thing.material_slots))
            for thing in bpy.data.objects
        )

    before = state()
    with artist.within():
        bpy.ops.ed.undo()
    yield 0.05
    with artist.within():
        bpy.ops.ed.redo()
    yield 0.05
    assert state() == before, "undo and redo gave another file"


# ---- the extension -----------------------------------------------------------------------------------------


def _settings(artist: Artist) -> None:
    """Sets the panel at random, with little detail."""
    settings, chance = artist.settings, artist.random
    settings.detail, settings.live_detail = chance.choice((24, 32, 48)), chance.choice((16, 32))
    settings.texture_size = chance.choice(("0", "512"))
    settings.triangles = chance.choice((0, 500, 10000))
    settings.seed = chance.choice((0, 0, 7))
    settings.size = chance.choice((0.0, 0.5, 2.0))
    settings.keep_old = chance.random() < 0.7
    settings.transfer_weights = chance.random() < 0.4
    settings.replace = chance.random() < 0.3


def _may_give_up(artist: Artist) -> None:
    """Notes the selected meshes, which a replacement without a copy drops."""
    if not artist.settings.keep_old:
        for thing in [bpy.context.view_layer.objects.active, *bpy.context.view_layer.objects.selected]:
            artist.gives_up(thing)


@action(8)
def generate(artist: Artist) -> None:
    _settings(artist)
    _may_give_up(artist)
    artist.ours("generate", prompt=artist.prompt(), texture_size=artist.random.choice((0, 64)))


@action(2)
def add_menu(artist: Artist) -> None:
    _settings(artist)
    prompt = artist.prompt() or "a pig"
    try:
        with artist.within():
            bpy.ops.att3d.add("EXEC_DEFAULT", True, prompt=prompt)
    except RuntimeError as error:
        assert "Traceback" not in str(error), error
        artist.say(f"add: {error}")


@action(2)
def adjust(artist: Artist) -> None:
    """What F9 does: the operator with other settings."""
    try:
        with artist.within():
            bpy.ops.att3d.adjust("EXEC_DEFAULT", True, prompt=artist.prompt() or "a pig", detail=32, texture_size=0)
    except RuntimeError as error:
        assert "Traceback" not in str(error), error
        artist.say(f"adjust: {error}")


@action(6)
def live_typing(artist: Artist) -> Iterator[float]:
    live = module("live")
    _settings(artist)
    if not artist.settings.live:
        _may_give_up(artist)
        artist.settings.live = True
    for _ in range(3):
        prompt = artist.prompt()
        for end in range(3, len(prompt) + 1, 4):
            artist.settings.prompt = prompt[:end]
            if artist.view is None:
                live.wait()
            else:
                yield 0.02
    artist.say(f"live: {live.is_on()} {live.hint()}")
    artist.pushed("typed")
    if artist.random.random() < 0.6:
        artist.settings.live = False


@action(2)
def live_blend(artist: Artist) -> Iterator[float]:
    live = module("live")
    _settings(artist)
    _may_give_up(artist)
    while len(artist.settings.blend_prompts) < 2:
        artist.settings.prompt = artist.random.choice(PROMPTS[:8])
        artist.ours("blend_add")
    for at, value in ((1, 0.0), (11, 1.0)):
        artist.settings.blend = value
        artist.settings.keyframe_insert("blend", frame=at)
    artist.settings.live = True
    for at in (2, 6, 10):
        bpy.context.scene.frame_set(at)
        if artist.view is None:
            live.wait()
        else:
            yield from artist.turns(6)
    artist.say(f"live blend: {live.is_on()} {live.hint()}")
    if artist.random.random() < 0.7:
        artist.settings.live = False
    if artist.random.random() < 0.7:
        artist.settings.keyframe_delete("blend", frame=1)
        bpy.context.scene.animation_data_clear()
    if len(artist.settings.blend_prompts) > 3:
        artist.ours("blend_remove")
    artist.pushed("blend")


@action(2)
def live_size_and_detail(artist: Artist) -> None:
    artist.settings.size = artist.random.choice((0.0, 1.5))
    artist.settings.live_detail = artist.random.choice((16, 32))
    artist.settings.seed = artist.random.randrange(4)
    artist.settings.blend = artist.random.random()


@action(4)
def batch(artist: Artist) -> None:
    _settings(artist)
    artist.ours("batch", prompts="\n".join(artist.prompt() or "a pig" for _ in range(4)), columns=artist.random.choice((1, 2, 5)))


@action(2, drops=True)
def remove_newest(artist: Artist) -> None:
    before = artist.marks()
    artist.ours("remove_newest")
    lost = [what for mark, what in before.items() if mark not in artist.marks() and not what.startswith("OBJECT")]
    assert not lost, f"remove_newest lost {lost}"


@action(2)
def frames(artist: Artist) -> None:
    _settings(artist)
    artist.ours("blend_frames", prompts="a red apple\na green pear", frames=3)


@action(2)
def shape_keys(artist: Artist) -> Iterator[float]:
    _settings(artist)
    artist.ours("blend_shape_keys", prompts=artist.random.choice(("a red apple\na tall green apple", "a castle\na pig")))
    yield from artist.turns()
    for thing in bpy.data.objects:
        if "blend" in thing:
            module("api").set_blend(thing, artist.random.random())


@action(6)
def stylize(artist: Artist) -> None:
    _settings(artist)
    style = artist.random.choice(("KEEP", "KEEP", "REPLACE", "BESIDE"))
    artist.settings.slots = artist.random.choice(("ALL", "ACTIVE"))
    artist.settings.mask = artist.random.choice(("", "", "Left"))
    artist.settings.own_image_size = artist.random.random() < 0.3
    if style == "REPLACE":
        _may_give_up(artist)
    artist.ours("stylize", prompt=artist.random.choice(("made of gold", "a red house", "made of stone", "")), style=style, texture_size=64, detail=32)


@action(2)
def new_uvs(artist: Artist) -> None:
    artist.ours("new_uvs")


@action(2)
def scatter(artist: Artist) -> None:
    _settings(artist)
    artist.ours("scatter", prompt=artist.prompt(), count=4, variants=2, is_aligned=artist.random.random() < 0.5)


@action(2, in_window=True)
def place(artist: Artist) -> Iterator[float]:
    if artist.ours("place") != "RUNNING_MODAL":
        return
    yield from artist.turns(4)
    ending = artist.random.choice((("click", "1"), ("key", "Escape")))
    for _ in range(100):
        if not any(operator.bl_idname == "ATT3D_OT_place" for window in bpy.context.window_manager.windows for operator in window.modal_operators):
            return
        point(artist.view(), artist.random.uniform(0.2, 0.7), artist.random.uniform(0.2, 0.7))
        yield 0.05
        subprocess.run(["xdotool", *ending], check=True)
        yield 0.1
    raise AssertionError("Drag to Place did not end")


@action(2)
def make_quads(artist: Artist) -> None:
    artist.ours("make_quads", quads=artist.random.choice((50, 300)))


@action(3)
def regenerate(artist: Artist) -> None:
    made = [thing for thing in bpy.context.view_layer.objects if "att3d_prompt" in thing and thing.visible_get()]
    if made:
        artist.select(artist.random.choice(made))
    _settings(artist)
    _may_give_up(artist)
    artist.ours("regenerate")


@action(3)
def import_from_history(artist: Artist) -> None:
    artist.ours("history_load")
    entries = module("history").entries()
    if entries:
        name = artist.random.choice(("history_import", "history_import", "history_again"))
        artist.ours(name, key=str(artist.random.choice(entries)["key"]))


@action(1)
def clear_history(artist: Artist) -> None:
    # The button asks first.
    bpy.ops.att3d.history_clear("EXEC_DEFAULT")


@action(2)
def variants(artist: Artist) -> Iterator[float]:
    artist.ours("variants", prompt=artist.prompt(), count=2)
    yield from artist.until_idle()
    _settings(artist)
    _may_give_up(artist)
    artist.ours("variant_pick", seed=artist.random.randrange(2))


@action(3)
def palette(artist: Artist) -> Iterator[float]:
    artist.ours("words_load")
    yield from artist.until_idle()
    words = [word for group in module("engine").words().values() for word in group]
    if words:
        artist.ours("insert_word", word=artist.random.choice(words))
    artist.settings.palette_search = artist.random.choice(("go", "golden", "zzz", ""))


@action(1)
def mark_asset(artist: Artist) -> None:
    artist.ours("mark_asset")


@action(1)
def unload(artist: Artist) -> None:
    artist.ours("unload")


@action(2)
def cancel(artist: Artist) -> Iterator[float]:
    artist.ours("generate", prompt="a blue car", detail=64, texture_size=64)
    yield from artist.turns(4)
    if artist.view is not None:
        artist.ours("cancel")


@action(1)
def diagnostics(artist: Artist) -> None:
    artist.ours("diagnostics")
