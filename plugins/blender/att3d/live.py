# SPDX-License-Identifier: GPL-3.0-or-later
"""Live: an object's mesh follows the prompt, the seed and the blend while they change.

The library's live session makes only the newest of what is asked, on its own threads; a timer takes what is ready. The object is looked up anew
each time, for undo and the artist may have replaced or removed it, or given it another mesh.
"""

import uuid
from collections.abc import Iterator
from dataclasses import replace

import bpy

from . import engine, making, materials, meshes
from .library import Failure, att3d, sentence
from .making import Order
from .preferences import choice
from .tasks import Task, in_the_way, redraw, told

#: A custom property of the object that follows, and of its mesh.
_TOKEN = "att3d_live"
#: Seconds between two looks.
_LOOK = 0.01


class _Follower:
    """A session and the object that it moves."""

    def __init__(self, model: object, wanted: engine.Choice, settings: object):
        # All that can fail comes before anything is touched.
        self.model, self.wanted = model, wanted
        self.metres_per_unit = model.info.metres_per_unit
        self.package, self.digest = model.name, model.digest
        self.detail = settings.live_detail
        self.session = model.live(att3d().GenerateOptions(resolution=self.detail, memory_limit=wanted.memory_limit))
        self.scene = self.thing = self.token = ""
        self.order = Order(settings.prompt, detail=self.detail, texture_size=0, triangles=0, size=settings.size)
        #: What was asked, what the object is signed with, what waits to be shown, what was shown last.
        self.sent: tuple[object, ...] | None = None
        self.signed: Order | None = None
        self.waiting: object = None
        self.latest: object = None
        self.blend = settings.blend
        self.embedded: tuple[tuple[str, ...], list[object]] = ((), [])

    def attach(self, scene: bpy.types.Scene, thing: bpy.types.Object) -> None:
        """Moves an object from here on."""
        self.scene, self.thing, self.token = scene.name, thing.name, uuid.uuid4().hex
        thing[_TOKEN] = thing.data[_TOKEN] = self.token

    def settings(self) -> object | None:
        """The scene's; None where it is gone."""
        scene = bpy.data.scenes.get(self.scene)
        return scene.att3d if scene is not None else None

    def find(self) -> bpy.types.Object | None:
        """The object, if it still has the mesh that is ours to move."""
        thing = bpy.data.objects.get(self.thing)
        if thing is None or thing.get(_TOKEN) != self.token:
            thing = next((other for other in bpy.data.objects if other.get(_TOKEN) == self.token), None)
        if thing is None or thing.type != "MESH" or thing.data.get(_TOKEN) != self.token or thing.data.shape_keys:
            return None
        self.thing = thing.name
        return thing

    @property
    def is_blending(self) -> bool:
        """Was a step between prompts asked last?"""
        return self.order.kind == making.BLEND

    def send_prompt(self, settings: object) -> None:
        wanted = (settings.prompt, settings.seed)
        if wanted == self.sent:
            return
        self.sent = wanted
        self.order = replace(
            self.order, prompt=settings.prompt, seed=settings.seed, size=settings.size, kind=making.PROMPT, blend=0.0
        )
        if settings.seed:
            self.session.set_latent(self.model.embed_variant(settings.prompt, settings.seed))
        else:
            self.session.set_prompt(settings.prompt, is_typing=True)

    def send_blend(self, settings: object) -> None:
        texts = [prompt.text for prompt in settings.blend_prompts]
        wanted = (*texts, settings.blend)
        self.blend = settings.blend
        if len(texts) < 2 or wanted == self.sent:
            return
        self.sent = wanted
        if self.embedded[0] != tuple(texts):
            self.embedded = (tuple(texts), self.model.embed_all(texts))
        self.order = Order.between(
            texts, settings.blend, detail=self.detail, texture_size=0, triangles=0, size=settings.size
        )
        self.session.set_latent(making.mixed(self.embedded[1], settings.blend))

    def take(self) -> bool:
        """Shows the newest mesh, if there is one. Says whether the object is still there."""
        self.waiting = self.session.take() or self.waiting
        if self.waiting is None and not self._is_read_alike():
            return True
        thing = self.find()
        if thing is None:
            return False
        if in_the_way():
            return True
        if self.waiting is not None:
            self.latest, self.waiting = self.waiting, None
            self.show(thing, self.latest)
        making.sign(thing, self.order, self.package, self.digest)
        self.signed = self.order
        return True

    def _is_read_alike(self) -> bool:
        """Was the newest prompt answered without a mesh, since it is read as the one before was?"""
        if self.signed is self.order or self.latest is None:
            return False
        info = self.session.info
        return info.answered == info.requested and info.status == att3d().Status.OK

    def show(self, thing: bpy.types.Object, mesh: object) -> None:
        frame = meshes.Frame.on_the_ground(mesh, self.metres_per_unit, self.order.size)
        meshes.write(thing.data, mesh, frame, is_draft=True)


_follower: _Follower | None = None
_loading: Task | None = None
_failure = ""
#: What the panel showed of `hint` last.
_hinted = ""


def is_on() -> bool:
    """Does an object follow, or is it about to?"""
    return _follower is not None or _loading is not None


def hint() -> str:
    """What the session has to say of the words; "" for nothing. Never raises: panels draw it."""
    if _failure or _follower is None:
        return _failure
    try:
        info = _follower.session.info
    except att3d().Error as error:
        return sentence(error)
    if info.message:
        return info.message
    if info.word and info.word_state == att3d().WordState.COMPLETED:
        return f"{info.word} …"
    if info.replaced_words or info.unknown_words:
        read = making.understood_of(_follower.model, _follower.order.prompts)
        return read or making.hint_of(info.replaced_words, info.unknown_words)
    return ""


def _windowed() -> object:
    """A context with a window, which timers have none of."""
    windows = bpy.context.window_manager.windows
    return bpy.context.temp_override(window=windows[0]) if len(windows) else bpy.context.temp_override()


def switch(context: bpy.types.Context, wanted: bool) -> None:
    """The panel's switch: what is in the way is shown there."""
    global _failure
    if not wanted:
        stop()
        return
    try:
        start(context)
    except (Failure, att3d().Error) as failure:
        _failure = sentence(failure)


def start(context: bpy.types.Context) -> None:
    """Lets a new object, or the selected one, follow. Loads the model on another thread where it is not there yet. Raises Failure."""
    global _loading, _failure
    stop()
    _failure = ""
    wanted = choice(context)
    _ready(context)
    if engine.loaded(wanted) or bpy.app.background:
        _follow(context, wanted, engine.model(wanted))
        return

    def load(_task: Task) -> Iterator[object]:
        yield engine.model(wanted)

    def loaded(model: object) -> None:
        with _windowed():
            _follow(bpy.context, wanted, model)

    _loading = Task("Loading the model", load, loaded)
    _loading.start()
    bpy.app.timers.register(_wait_for_model, first_interval=_LOOK)


def _wait_for_model() -> float | None:
    global _loading, _failure
    if _loading is None:
        return None
    try:
        if not _loading.poll():
            return _LOOK
    except Exception as failure:  # noqa: BLE001 - it is told in the panel
        _failure = sentence(failure)
    _loading = None
    redraw(bpy.context)
    return None


def _ready(context: bpy.types.Context) -> None:
    making.object_mode(context)
    if context.scene.att3d.replace:
        making.editable(context)


def _follow(context: bpy.types.Context, wanted: engine.Choice, model: object) -> None:
    global _follower
    scene = context.scene
    _ready(context)
    follower = _Follower(model, wanted, scene.att3d)
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
        making.show_locally(context, thing)
    thing.data.materials.append(materials.of_colors())
    follower.attach(scene, thing)
    _follower = follower
    prompt_changed(scene.att3d)
    if not bpy.app.timers.is_registered(_look):
        bpy.app.timers.register(_look, first_interval=_LOOK)


def _look() -> float | None:
    """The timer: takes what is ready."""
    global _hinted
    if _follower is None:
        return None
    before = _hinted
    try:
        if not _follower.take():
            stop()
    except Exception as error:  # noqa: BLE001 - a session that fails ends, and says why
        _fail(error)
    _hinted = hint()
    if _hinted != before or _follower is None:
        redraw(bpy.context)
    return _LOOK if _follower is not None else None


def _fail(error: BaseException) -> None:
    """The session is no good any more: the model was unloaded, or its worker is gone."""
    global _failure
    stop()
    _failure = sentence(told(error) if isinstance(error, att3d().Error) else error)


def _ask(send: str, settings: object) -> None:
    global _failure
    if _follower is None or _follower.scene != settings.id_data.name:
        return
    _failure = ""
    try:
        if choice(bpy.context) != _follower.wanted:
            _failure = "the engine or the model was changed: switch Live off and on"
            stop()
            return
        getattr(_follower, send)(settings)
    except (Failure, att3d().Error) as error:
        # A prompt that is not understood: the mesh stays as it is.
        _failure = sentence(error)


def prompt_changed(settings: object) -> None:
    """The prompt or the seed of a scene's settings changed."""
    _ask("send_prompt", settings)


def blend_changed(settings: object) -> None:
    """The blend or its prompts changed."""
    _ask("send_blend", settings)


def frame_changed(settings: object) -> None:
    """Another frame: a blend that is keyed has another value there."""
    if _follower is not None and (_follower.is_blending or _follower.blend != settings.blend):
        blend_changed(settings)


def size_changed(settings: object) -> None:
    """What was shown last is shown in the new size."""
    if _follower is not None and _follower.scene == settings.id_data.name:
        _follower.order = replace(_follower.order, size=settings.size)
        _follower.waiting = _follower.waiting or _follower.latest


def detail_changed(settings: object) -> None:
    """A session has one detail: another takes its place, on the same object."""
    if _follower is None or _follower.scene != settings.id_data.name:
        return
    try:
        session = att3d().GenerateOptions(
            resolution=settings.live_detail, memory_limit=_follower.wanted.memory_limit
        )
        _follower.session, _follower.detail = _follower.model.live(session), settings.live_detail
    except att3d().Error as error:
        _fail(error)
        return
    _follower.order = replace(_follower.order, detail=settings.live_detail)
    _again(settings)


def _again(settings: object) -> None:
    """Asks for what was asked last, whatever was answered."""
    _follower.sent = None
    if _follower.is_blending:
        blend_changed(settings)
    else:
        prompt_changed(settings)


def wait(seconds: float = 10.0) -> bool:
    """For scripts, which have no timer: waits for the newest answer and shows it. False when the time is over first."""
    if _follower is None:
        return False
    answered = _follower.session.wait(seconds)
    if not _follower.take():
        stop()
    return answered


def resend() -> None:
    """After undo or redo: the object shows what the settings say now."""
    if _follower is None:
        return
    settings = _follower.settings()
    if settings is None or _follower.find() is None:
        stop(is_undo_step=False)
        return
    # The mesh of another time is in the object now, and the session makes nothing anew for what it answered already.
    _follower.waiting, _follower.signed = _follower.latest, None
    _again(settings)


def stop(is_undo_step: bool = True) -> None:
    """The object stays as it is; what is being made is left. is_undo_step: not where Blender itself undoes, or opens a file."""
    global _follower, _loading
    if _loading is not None:
        _loading.cancel()
        _loading = None
    if _follower is None:
        return
    thing, token = _follower.find(), _follower.token
    _follower = None
    if bpy.app.timers.is_registered(_look):
        bpy.app.timers.unregister(_look)
    for owner in (*bpy.data.objects, *bpy.data.meshes):
        if owner.get(_TOKEN) == token:
            del owner[_TOKEN]
    if thing is not None and is_undo_step and not bpy.app.background:
        with _windowed():
            bpy.ops.ed.undo_push(message="ATT3D Live")


def followed() -> bpy.types.Object | None:
    """The object that follows."""
    return _follower.find() if _follower is not None else None


def register() -> None:
    """There is nothing to say to Blender."""


def unregister() -> None:
    stop(is_undo_step=False)
    if bpy.app.timers.is_registered(_wait_for_model):
        bpy.app.timers.unregister(_wait_for_model)
