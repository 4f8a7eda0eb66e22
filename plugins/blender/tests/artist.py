# SPDX-License-Identifier: GPL-3.0-or-later
"""An artist who does random things: with the extension, and with Blender between them.

The same seed gives the same choices. `artist_works` and `artist_uses` have the actions. After each action the
file is checked: there was no exception, the data is consistent, and no data-block of the artist is lost. Without a
window, jobs block and there is no undo. In a window, jobs also run on while the next actions are done.
"""

import contextlib
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
import works
from support import module

PROMPTS = (
    "a red apple", "a green pear", "a blue car", "a wooden chair", "a pig wearing a party hat", "a golden sword", "a stone castle", "a tiny mushroom",
    "qwxyz", "", "made of gold", "a purple dragon", "three apples", "a hound", "猪",
)  # fmt: skip
#: Actions by name, with how often they are chosen.
ACTIONS: dict[str, tuple[int, Callable[["Artist"], Iterator[float] | None]]] = {}
#: Kinds of data-blocks that are checked for losses.
KINDS = ("objects", "meshes", "shape_keys", "materials", "images", "actions", "armatures", "collections", "texts")
#: Longest wait for a job, in turns of 20 ms.
_PATIENCE = 3000
#: Actions after which the progress is printed.
_TELLS = 50


def action(weight: int = 1, drops: bool = False, in_window: bool = False) -> Callable[[object], object]:
    """Registers an action. drops: it may remove data-blocks of the artist. in_window: it needs a window."""

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
        """Gives Blender a random time to process events."""
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
        """Does `count` actions. Raises AssertionError for the first action after which the file is wrong."""
        # These modules register the actions. They import this module, so they are imported here.
        import artist_uses  # noqa: F401
        import artist_works  # noqa: F401

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
                if (index + 1) % _TELLS == 0:
                    print(f"{index + 1} of {count} random actions are done", flush=True)
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
