# SPDX-License-Identifier: GPL-3.0-or-later
"""What the random artist does with the extension."""

import subprocess
from collections.abc import Iterator

import bpy
from artist import PROMPTS, Artist, action
from support import module
from windowed import point


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
    """Notes that the next action may drop the active and selected meshes, unless it keeps the old meshes."""
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
    """Runs the operator that Blender runs when a user changes a setting with F9."""
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
    # The button asks for confirmation. This call does not.
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
