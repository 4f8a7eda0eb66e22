# SPDX-License-Identifier: GPL-3.0-or-later
"""Live: an object's mesh follows the prompt, the seed and the blend while they change.

The library's live session makes only the newest of what is asked, on its own threads; a timer takes what is ready. The object is looked up anew
each time, for undo and the artist may have replaced or removed it.
"""

import uuid
from collections.abc import Iterator
from dataclasses import replace

import bpy

from . import engine, making, materials, meshes
from .library import Failure, att3d, sentence
from .making import Order
from .preferences import choice
from .tasks import Task, redraw

#: A custom property of the object that follows.
_TOKEN = "att3d_live"
#: Seconds between two looks.
_LOOK = 0.01


class _Follower:
    """A session and the object that it moves."""

    def __init__(self, model: object, scene: bpy.types.Scene, thing: bpy.types.Object):
        settings = scene.att3d
        self.scene, self.thing = scene.name, thing.name
        self.token = thing[_TOKEN] = uuid.uuid4().hex
        self.model = model
        self.metres_per_unit = model.info.metres_per_unit
        self.package, self.digest = model.name, model.digest
        self.detail = settings.live_detail
        self.session = model.live(att3d().GenerateOptions(resolution=self.detail))
        self.sent: object = None
        self.order = Order(settings.prompt, detail=self.detail, texture_size=0, triangles=0, size=settings.size)
        self.waiting: object = None
        self.embedded: tuple[tuple[str, ...], list[object]] = ((), [])

    def settings(self) -> object | None:
        scene = bpy.data.scenes.get(self.scene)
        return scene.att3d if scene is not None else None

    def find(self) -> bpy.types.Object | None:
        """The object; None where it is gone."""
        thing = bpy.data.objects.get(self.thing)
        if thing is None or thing.get(_TOKEN) != self.token:
            thing = next((other for other in bpy.data.objects if other.get(_TOKEN) == self.token), None)
        if thing is not None:
            self.thing = thing.name
        return thing

    def send_prompt(self, settings: object) -> None:
        wanted = (settings.prompt, settings.seed)
        if wanted == self.sent:
            return
        self.sent = wanted
        self.order = replace(self.order, prompt=settings.prompt, seed=settings.seed, size=settings.size)
        if settings.seed:
            self.session.set_latent(self.model.embed_variant(settings.prompt, settings.seed))
        else:
            self.session.set_prompt(settings.prompt, is_typing=True)

    def send_blend(self, settings: object) -> None:
        texts = tuple(prompt.text for prompt in settings.blend_prompts)
        wanted = (texts, settings.blend)
        if len(texts) < 2 or wanted == self.sent:
            return
        self.sent = wanted
        if self.embedded[0] != texts:
            self.embedded = (texts, self.model.embed_all(texts))
        self.order = replace(self.order, prompt=" / ".join(texts), seed=0, size=settings.size)
        self.session.set_latent(mixed(self.embedded[1], settings.blend))

    def take(self) -> bool:
        """Shows the newest mesh, if there is one. Says whether the object is still there."""
        self.waiting = self.session.take() or self.waiting
        if self.waiting is None:
            return True
        thing = self.find()
        if thing is None:
            return False
        if thing.mode == "OBJECT" and thing.data.library is None:
            self.show(thing, self.waiting)
            self.waiting = None
        return True

    def show(self, thing: bpy.types.Object, mesh: object) -> None:
        frame = meshes.Frame.on_the_ground(mesh, self.metres_per_unit, self.order.size)
        meshes.write(thing.data, mesh, frame)
        made = making.Made(self.order, mesh, frame, {}, None, self.package, self.digest)
        making.sign(thing, made)


def mixed(latents: list[object], at: float) -> object:
    """A step along a chain of latents: 0 is the first, 1 the last."""
    place = at * (len(latents) - 1)
    first = min(int(place), len(latents) - 2)
    return att3d().Latent.between(latents[first], latents[first + 1], place - first)


_follower: _Follower | None = None
_loading: Task | None = None
_failure = ""


def is_on() -> bool:
    """Does an object follow, or is it about to?"""
    return _follower is not None or _loading is not None


def hint() -> str:
    """What the session has to say of the words; "" for nothing."""
    if _failure:
        return _failure
    if _follower is None:
        return ""
    info = _follower.session.info
    if info.message:
        return info.message
    word = info.word if info.word_state != att3d().WordState.LEFT_OUT else ""
    completed = f"{word} …" if word else ""
    return completed or making.hint_of(info.replaced_words, info.unknown_words)


def switch(context: bpy.types.Context, wanted: bool) -> None:
    """The panel's switch: what is in the way is shown there."""
    global _failure
    if not wanted:
        stop()
        return
    try:
        start(context)
    except Failure as failure:
        _failure = sentence(failure)


def start(context: bpy.types.Context) -> None:
    """Lets a new object, or the selected one, follow. Loads the model on another thread where it is not there yet. Raises Failure."""
    global _loading, _failure
    stop()
    _failure = ""
    making.object_mode(context)
    wanted = choice(context)
    if context.scene.att3d.replace:
        making.editable(context)
    if engine.loaded(wanted) or bpy.app.background:
        _follow(context, engine.model(wanted))
        return

    def load(_task: Task) -> Iterator[object]:
        yield engine.model(wanted)

    _loading = Task("Loading the model", load, lambda model: _follow(bpy.context, model))
    _loading.start()
    bpy.app.timers.register(_wait_for_model, first_interval=_LOOK)


def _wait_for_model() -> float | None:
    global _loading, _failure
    if _loading is None:
        return None
    try:
        if not _loading.poll():
            return _LOOK
    except Failure as failure:
        _failure = sentence(failure)
    _loading = None
    redraw(bpy.context)
    return None


def _follow(context: bpy.types.Context, model: object) -> None:
    global _follower
    scene = context.scene
    if scene.att3d.replace:
        thing = making.editable(context)
        old = thing.data
        thing.data = bpy.data.meshes.new(old.name)
        making.forget(old)
    else:
        name = making.name_of(scene.att3d.prompt) or "ATT3D"
        thing = bpy.data.objects.new(name, bpy.data.meshes.new(name))
        context.collection.objects.link(thing)
        thing.location = scene.cursor.location
        making.choose(context, thing)
    thing.data.materials.append(materials.of_colors())
    _follower = _Follower(model, scene, thing)
    prompt_changed(scene.att3d)
    if not bpy.app.timers.is_registered(_look):
        bpy.app.timers.register(_look, first_interval=_LOOK)


def _look() -> float | None:
    """The timer: takes what is ready."""
    if _follower is None:
        return None
    before = _follower.waiting
    try:
        if not _follower.take():
            stop()
            return None
    except att3d().Error as error:
        _fail(error)
        return None
    if before is not _follower.waiting or _follower.session.info.requested != _follower.session.info.answered:
        redraw(bpy.context)
    return _LOOK


def _fail(error: BaseException) -> None:
    """The session is no good any more: the model was unloaded, or its worker is gone."""
    global _failure
    stop()
    _failure = sentence(error)


def _ask(send: str, settings: object) -> None:
    global _failure
    if _follower is None or _follower.scene != settings.id_data.name:
        return
    _failure = ""
    try:
        getattr(_follower, send)(settings)
    except att3d().Error as error:
        # A prompt that is not understood: the mesh stays as it is.
        _failure = sentence(error)


def prompt_changed(settings: object) -> None:
    """The prompt or the seed of a scene's settings changed."""
    _ask("send_prompt", settings)


def blend_changed(settings: object) -> None:
    """The blend or its prompts changed."""
    _ask("send_blend", settings)


def wait(seconds: float = 10.0) -> bool:
    """For scripts, which have no timer: waits for the newest answer and shows it. False when the time is over first."""
    if _follower is None:
        return False
    answered = _follower.session.wait(seconds)
    _follower.take()
    return answered


def resend() -> None:
    """After undo, redo or another frame: asks for what the settings say now."""
    if _follower is None:
        return
    settings = _follower.settings()
    if settings is None or _follower.find() is None:
        stop()
    elif isinstance(_follower.sent, tuple) and isinstance(_follower.sent[0], tuple):
        blend_changed(settings)
    else:
        _follower.sent = None
        prompt_changed(settings)


def stop() -> None:
    """The object stays as it is; what is being made is left."""
    global _follower, _loading
    if _loading is not None:
        _loading.cancel()
        _loading = None
    if _follower is None:
        return
    thing = _follower.find()
    _follower = None
    if bpy.app.timers.is_registered(_look):
        bpy.app.timers.unregister(_look)
    if thing is not None and _TOKEN in thing:
        del thing[_TOKEN]
        if not bpy.app.background and bpy.context.window is not None:
            bpy.ops.ed.undo_push(message="ATT3D Live")


def followed() -> bpy.types.Object | None:
    """The object that follows."""
    return _follower.find() if _follower is not None else None


def register() -> None:
    """There is nothing to say to Blender."""


def unregister() -> None:
    stop()
    if bpy.app.timers.is_registered(_wait_for_model):
        bpy.app.timers.unregister(_wait_for_model)
