# SPDX-License-Identifier: GPL-3.0-or-later
"""The live session: the mesh of an object follows changes of the prompt, the seed and the blend.

The library's live session answers only the newest request, on its own threads, and a timer takes the results.
The object is looked up each time by its `session_uid`, since undo or the artist may have replaced it, removed
it, or changed its mesh.
"""

from collections.abc import Iterator
from dataclasses import replace

import bpy

from . import blocks, engine, lock, making, materials, meshes, originals, placing, provenance
from .drafts import Draft, Receiver
from .library import Failure, att3d, in_blender, sentence
from .making import Order
from .preferences import choice, shows_colors
from .tasks import Task, in_the_way, redraw, tell, told

#: Seconds between two calls of the timer, in general and while a mesh is prepared.
_LOOK, _SOON = 0.01, 0.002


class _Follower:
    """A session and the object that it changes."""

    def __init__(self, model: object, wanted: engine.Choice, settings: object):
        # Everything that can fail runs before Blender's data is changed.
        self.model, self.wanted = model, wanted
        self.meters_per_unit = model.info.meters_per_unit
        self.package, self.digest = model.name, model.digest
        self.detail = settings.live_detail
        self.session = model.live(att3d().GenerateOptions(resolution=self.detail, memory_limit=wanted.memory_limit))
        #: `session_uid` of the scene, of the object and of its mesh.
        self.scene = self.thing = self.mesh = 0
        self.order = Order(settings.prompt, detail=self.detail, texture_size=0, triangles=0, size=settings.size)
        #: The last request.
        self.sent: tuple[object, ...] | None = None
        #: The order that the object's custom properties describe.
        self.signed: Order | None = None
        self.receiver = Receiver()
        #: A mesh that is not shown yet.
        self.waiting: Draft | None = None
        #: The mesh that was shown last.
        self.latest: Draft | None = None
        self.blend = settings.blend
        #: Whether the object is a new one without a mesh.
        self.is_new = False
        self.embedded: tuple[tuple[str, ...], list[object]] = ((), [])
        #: Vertex weights of the mesh that was replaced, which the last mesh of the session gets.
        self.weights: originals.Weights | None = None
        #: Message about what the replaced mesh had and the new mesh lacks; "" for nothing.
        self.warning = ""

    def attach(self, scene: bpy.types.Scene, thing: bpy.types.Object) -> None:
        """Makes an object the one that the session changes."""
        self.scene, self.thing, self.mesh = scene.session_uid, thing.session_uid, thing.data.session_uid

    def settings(self) -> object | None:
        """Returns the settings of the scene, or None if the scene is gone."""
        scene = blocks.found(bpy.data.scenes, self.scene)
        return scene.att3d if scene is not None else None

    def find(self) -> bpy.types.Object | None:
        """Returns the object, or None if it no longer has the session's mesh.

        A mesh with shape keys counts as another mesh.
        """
        thing = blocks.found(bpy.data.objects, self.thing)
        if thing is None or thing.type != "MESH" or thing.data.session_uid != self.mesh or thing.data.shape_keys:
            return None
        return thing

    @property
    def is_blending(self) -> bool:
        """Whether the last request was a step between prompts."""
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
            self.session.set_latent(self.model.embed(settings.prompt, settings.seed))
        else:
            self.session.set_prompt(settings.prompt, last_word="typing")
        self.receiver.expect(self.session)

    def send_blend(self, settings: object, blend: float | None = None) -> None:
        """Requests a step between the prompts. blend: by default that of the settings."""
        texts, blend = [prompt.text for prompt in settings.blend_prompts], settings.blend if blend is None else blend
        wanted = (*texts, blend)
        self.blend = blend
        if len(texts) < 2 or wanted == self.sent:
            return
        self.sent = wanted
        if self.embedded[0] != tuple(texts):
            self.embedded = (tuple(texts), self.model.embed_all(texts))
        if settings.id_data.animation_data is not None and not _is_rendering:
            # The mesh changes on the render's thread if the blend is keyed. Blender's views must not draw it then.
            lock.switch_on(settings.id_data)
        self.order = Order.between(
            texts, blend, detail=self.detail, texture_size=0, triangles=0, size=settings.size
        )
        self.session.set_latent(making.mixed(self.embedded[1], blend))
        self.receiver.expect(self.session)

    def take(self, is_forced: bool = False) -> bool:
        """Shows the newest mesh, if there is one. Returns False if the object for it is gone.

        is_forced: shows it even while Blender renders.
        """
        self.waiting = self.receiver.take(is_forced) or self.waiting
        if self.waiting is None and ((self.receiver.is_busy and not is_forced) or not self._is_read_alike()):
            return True
        thing = self.find()
        if thing is None:
            return False
        if not is_forced and in_the_way():
            return True
        if self.waiting is not None:
            self.latest, self.waiting = self.waiting, None
            self.show(thing, self.latest)
        making.sign(thing, self.order, self.package, self.digest)
        self.signed = self.order
        return True

    def _is_read_alike(self) -> bool:
        """Returns whether the newest prompt has the same reading as the one before, so that no new mesh is needed."""
        if self.signed is self.order or self.latest is None:
            return False
        info = self.session.info
        return info.answered == info.requested and info.status == att3d().Status.OK

    def show(self, thing: bpy.types.Object, draft: Draft) -> None:
        frame = meshes.Frame.on_the_ground(draft.bounds, self.meters_per_unit, self.order.size)
        draft.write(thing.data, frame.within(blocks.found(bpy.data.scenes, self.scene) or bpy.context.scene, thing))
        materials.show_colors(thing, draft.factors)
        if self.is_new:
            self.is_new = False
            placing.stand_free(bpy.context, thing)


_follower: _Follower | None = None
_loading: Task | None = None
#: Whether Blender renders, perhaps on a thread of its own.
_is_rendering = False
_failure = ""
#: Value of `hint` at the last call of the timer. When it changes, the panels are drawn again.
_hinted = ""


def is_on() -> bool:
    """Returns whether a session runs, or its model is being loaded."""
    return _follower is not None or _loading is not None


def hint() -> str:
    """Returns the last failure or a message about the words of the prompt; "" for none.

    Never raises, since panels call it while they are drawn.
    """
    if _failure or _follower is None:
        return _failure
    try:
        info = _follower.session.info
    except att3d().Error as error:
        return sentence(error)
    if info.message:
        return in_blender(info.message)
    if info.word and info.word_state == att3d().WordState.COMPLETED:
        return f"{info.word} …"
    if info.replaced or info.left_out:
        read = making.understood_of(_follower.model, _follower.order.prompts)
        return read or making.hint_of(info.replaced, info.left_out)
    return _follower.warning


def switch(context: bpy.types.Context, wanted: bool) -> None:
    """Switches the session on or off, for the panel. A failure is shown in the panel."""
    global _failure
    if not wanted:
        stop()
        return
    try:
        start(context)
    except (Failure, att3d().Error) as failure:
        _failure = sentence(failure)


def start(context: bpy.types.Context) -> None:
    """Starts a session on a new object, or on the selected one. Raises Failure.

    If the model is not loaded, it is loaded on another thread; without a window it is loaded at once.
    """
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
        with blocks.windowed(_loading.scene):
            _follow(bpy.context, wanted, model)

    _loading = Task("Loading the model", load, loaded, step="ATT3D: Live")
    _loading.scene = context.scene.session_uid
    _loading.start()
    bpy.app.timers.register(_wait_for_model, first_interval=_LOOK)


def _wait_for_model() -> float | None:
    global _loading, _failure
    if _loading is None:
        return None
    try:
        if not _loading.poll():
            return _LOOK
    except Exception as failure:  # noqa: BLE001 - the panel shows it
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
        data = bpy.data.meshes.new(thing.data.name)
        data.materials.append(materials.of_colors())
        keep = scene.att3d.keep()
        follower.warning = keep.warning(thing)
        if keep.weights and len(thing.vertex_groups):
            follower.weights = originals.Weights.of(thing)
        # Each update of the session would drop the weights, so it writes them when it ends.
        originals.exchange(context, thing, data, replace(keep, weights=False))
    else:
        name = making.name_of(scene.att3d.prompt) or "ATT3D"
        thing = bpy.data.objects.new(name, bpy.data.meshes.new(name))
        thing.data.materials.append(materials.of_colors())
        context.collection.objects.link(thing)
        thing.location = scene.cursor.location
        making.choose(context, thing)
        making.show_locally(context, thing)
        thing[provenance.PROMPT], follower.is_new = scene.att3d.prompt, True
        if shows_colors(context):
            placing.show_colors()
    originals.mark(thing.data)
    follower.attach(scene, thing)
    _follower = follower
    if follower.warning:
        tell("WARNING", follower.warning)
    prompt_changed(scene.att3d)
    if not bpy.app.timers.is_registered(_look):
        bpy.app.timers.register(_look, first_interval=_LOOK)


def _look() -> float | None:
    """Shows results that are ready. The timer calls it."""
    global _hinted
    if _follower is None:
        return None
    if _is_rendering:
        return _LOOK
    before = _hinted
    try:
        if not _follower.take():
            stop()
    except Exception as error:  # noqa: BLE001 - a failure ends the session, and the panel shows it
        _fail(error)
    _hinted = hint()
    if _hinted != before or _follower is None:
        redraw(bpy.context)
    if _follower is None:
        return None
    return _SOON if _follower.receiver.holds else _LOOK


def _fail(error: BaseException) -> None:
    """Ends a session that failed, for example because the model was unloaded or its worker exited."""
    global _failure
    stop()
    _failure = sentence(told(error) if isinstance(error, att3d().Error) else error)


def _ask(send: str, settings: object, *more: object) -> None:
    global _failure
    # A message about an earlier prompt does not apply to this one.
    _failure = ""
    if _follower is None or _follower.scene != settings.id_data.session_uid:
        return
    try:
        if choice(bpy.context) != _follower.wanted:
            _failure = "the engine or the model was changed: switch Live off and on"
            stop()
            return
        getattr(_follower, send)(settings, *more)
    except (Failure, att3d().Error) as error:
        # For example, the prompt is not understood. The mesh stays as it is.
        _failure = sentence(error)


def prompt_changed(settings: object) -> None:
    """Requests the prompt and seed of a scene's settings after a change."""
    _ask("send_prompt", settings)


def blend_changed(settings: object) -> None:
    """Requests the blend of a scene's settings after the blend or its prompts have changed."""
    _ask("send_blend", settings)


def frame_changed(settings: object, blend: float) -> None:
    """Requests the blend after a change of the frame, since a keyed blend may have another value.

    While Blender renders, and without a window, the function waits for the answer and shows it. blend: the value
    of the blend on that frame.
    """
    global _failure
    if _follower is None or not (_follower.is_blending or _follower.blend != blend):
        return
    if _is_rendering and not bpy.app.background and not settings.id_data.render.use_lock_interface:
        _failure = "the keyed blend was not rendered: choose Render > Lock Interface, and render again"
        return
    _ask("send_blend", settings, blend)
    if _follower is not None and (_is_rendering or bpy.app.background):
        wait()


def render_begins() -> None:
    """Notes that Blender renders. Until `render_ended`, each change of the frame waits for its mesh."""
    global _is_rendering
    _is_rendering = True


def render_ended() -> None:
    """Requests the blend of the present frame, since the render may have shown other frames."""
    global _is_rendering
    _is_rendering = False
    settings = _follower.settings() if _follower is not None and _follower.is_blending else None
    if settings is not None:
        blend_changed(settings)


def size_changed(settings: object) -> None:
    """Shows the last mesh again, in the new size."""
    if _follower is not None and _follower.scene == settings.id_data.session_uid:
        _follower.order = replace(_follower.order, size=settings.size)
        _follower.waiting = _follower.waiting or _follower.latest


def detail_changed(settings: object) -> None:
    """Replaces the session by one with the new detail, on the same object.

    A session can't change its detail.
    """
    if _follower is None or _follower.scene != settings.id_data.session_uid:
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
    """Repeats the last kind of request with the present settings, even if it was answered."""
    _follower.sent = None
    if _follower.is_blending:
        blend_changed(settings)
    else:
        prompt_changed(settings)


def wait(seconds: float = 10.0) -> bool:
    """Waits for the newest answer and shows it. It is for scripts and renders, in which no timer runs.

    seconds: the longest wait. Returns False if it timed out or there is no session.
    """
    if _follower is None:
        return False
    answered = _follower.session.wait(seconds)
    if not _follower.take(is_forced=True):
        stop(is_undo_step=not _is_rendering)
    return answered


def resend() -> None:
    """Updates the object after undo or redo, so that it matches the settings."""
    if _follower is None:
        unlock()
        return
    settings = _follower.settings()
    if settings is None or _follower.find() is None:
        stop(is_undo_step=False)
        return
    # The object has an older mesh now. The session generates nothing for a request that it already answered,
    # so the latest mesh is shown again.
    _follower.waiting, _follower.signed = _follower.latest, None
    _again(settings)


def stop(is_undo_step: bool = True) -> None:
    """Ends the session. The object keeps its mesh, and unfinished work is dropped.

    is_undo_step: adds an undo step; it must be False while Blender undoes or opens a file.
    """
    global _follower, _loading
    if _loading is not None:
        _loading.cancel()
        _loading = None
    if _follower is None:
        return
    thing, scene = _follower.find(), _follower.scene
    # While Blender undoes, its data must not change.
    if is_undo_step:
        write_weights()
    _follower.receiver.close()
    _follower = None
    unlock()
    if bpy.app.timers.is_registered(_look):
        bpy.app.timers.unregister(_look)
    if thing is not None and is_undo_step:
        materials.drop_unused()
        blocks.undo_step("ATT3D: Live", scene)


def write_weights() -> None:
    """Gives the object the vertex weights of the mesh that the session replaced, if the artist wants them."""
    thing = followed()
    if thing is None or _follower.weights is None:
        return
    if thing.mode != "OBJECT":
        tell("WARNING", f"{thing.name} is in {thing.mode.replace('_', ' ').lower()} mode and got no vertex weights: use Undo to get them back")
        return
    _follower.weights.write(thing)


def unlock() -> None:
    """Switches Lock Interface off in all scenes in which a session switched it on, unless a session runs."""
    if _follower is None:
        for scene in bpy.data.scenes:
            lock.switch_off(scene)


def followed() -> bpy.types.Object | None:
    """Returns the object of the session, or None."""
    return _follower.find() if _follower is not None else None


def register() -> None:
    """Does nothing, since this module has no classes to register."""


def unregister() -> None:
    stop(is_undo_step=False)
    if bpy.app.timers.is_registered(_wait_for_model):
        bpy.app.timers.unregister(_wait_for_model)
