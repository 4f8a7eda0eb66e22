# SPDX-License-Identifier: GPL-3.0-or-later
"""What the random artist does with Blender itself: makes, changes, deletes, saves, opens, undoes."""

from collections.abc import Iterator

import bpy
import works
from artist import KINDS, Artist, action
from support import module

#: Objects above which the artist deletes some, so that a run stays fast.
_MANY = 40


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
    before = {block.session_uid for kind in KINDS for block in getattr(bpy.data, kind)}
    with artist.within():
        bpy.ops.object.duplicate(linked=artist.random.random() < 0.5)
    for kind in KINDS:
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
    # The saved file would not contain what the timer does after this line.
    module("tasks").cancel_all()
    before = artist.marks()
    with artist.within():
        bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
        bpy.ops.wm.open_mainfile(filepath=str(path))
    # Until the timer is called again, the context is that of the previous file.
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
    """Undoes one step, redoes it, and checks that the file is as before."""
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
