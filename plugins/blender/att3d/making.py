# SPDX-License-Identifier: GPL-3.0-or-later
"""Generates an object in the scene from an order (a prompt and its settings)."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields

import bpy
import numpy as np

from . import blocks, engine, materials, meshes, originals, placing, provenance
from .library import Failure, att3d, sentence
from .originals import Keep
from .preferences import shows_colors
from .tasks import Task

#: Bytes of a prompt in an object's name. Blender's names have at most 63, and it may append a number.
_NAME = 48
#: Kinds of orders: a prompt; a step between prompts; a morph through all prompts; a stylized mesh of the
#: artist. `make` can't repeat the last two.
PROMPT, BLEND, MORPH, STYLIZED = "prompt", "blend", "morph", "stylized"
#: Text between the prompts of a blend, where they are shown together.
_AND = " / "
#: Pixels along a side of the thumbnail of a result.
THUMBNAIL = 160


@dataclass(frozen=True)
class Order:
    """What is to be generated.

    detail: cells along each side. texture_size: texels along a side, 0 for vertex colors. triangles: largest
    number of triangles, 0 for no limit. size: length of the longest side in meters in the world, 0 for the
    model's own size. kind: one of the kinds above. blend: position between the prompts, 0 to 1.
    min_component: share of the volume below which components are removed, 0 to keep all. steps: the prompts
    of a blend or a morph, which `prompt` shows together.
    """

    prompt: str
    seed: int = 0
    detail: int = 128
    texture_size: int = 1024
    triangles: int = 10000
    size: float = 0.0
    kind: str = PROMPT
    blend: float = 0.0
    min_component: float = 0.001
    steps: tuple[str, ...] = ()

    def options(self, memory_limit: int = 0) -> object:
        """Returns the options for the library. memory_limit: bytes, 0 for the library's limit."""
        return att3d().GenerateOptions(
            resolution=self.detail,
            texture_size=self.texture_size,
            triangle_budget=self.triangles,
            min_component=self.min_component,
            # A mesh that is generated from a latent has no prompt to vary.
            seed=self.seed if self.kind == PROMPT else 0,
            memory_limit=memory_limit,
        )

    @classmethod
    def between(cls, prompts: list[str], at: float = 0.0, **how: object) -> "Order":
        """Returns the order of a step between prompts, or of the `kind` in `how`. at: position, 0 to 1."""
        return cls(**{"prompt": _AND.join(prompts), "steps": tuple(prompts), "kind": BLEND, "blend": at, **how})

    def once(self) -> str:
        """Returns why the order can't be made again from its fields, or "" if it can."""
        if self.kind == MORPH:
            return f"`{self.prompt}` is a morph with shape keys: use Shape Keys again instead"
        if self.kind == STYLIZED:
            return f"`{self.prompt}` was stylized from a mesh, which is not kept: use Stylize again instead"
        return ""

    def check_repeatable(self) -> None:
        """Raises Failure if the order can't be made again from its fields."""
        if self.once():
            raise Failure(self.once())

    @property
    def prompts(self) -> list[str]:
        """The prompts of a blend or a morph; otherwise the only prompt."""
        if self.kind not in (BLEND, MORPH):
            return [self.prompt]
        # Files of older versions have no steps, and the artist may have edited the property of the prompt.
        return list(self.steps) if _AND.join(self.steps) == self.prompt else self.prompt.split(_AND)

    @classmethod
    def of_fields(cls, found: dict[str, object]) -> "Order":
        """Returns an order from stored fields and ignores those that this version does not know.

        Raises Failure.
        """
        known = {field.name: field.type for field in fields(cls)}
        try:
            given = {name: value for name, value in found.items() if name in known and name != "steps"}
            steps = tuple(str(prompt) for prompt in found.get("steps", ()))
            return cls(**{name: known[name](value) for name, value in given.items()}, steps=steps)
        except (TypeError, ValueError) as error:
            raise Failure(f"the stored settings are damaged: {error}; generate the object again from its prompt") from error


@dataclass(frozen=True)
class Made:
    """A result, ready for Blender's main thread.

    pictures: the images of the mesh as PNG files, by name. thumbnail: [THUMBNAIL, THUMBNAIL, 4] u8.
    """

    order: Order
    mesh: object
    frame: meshes.Frame
    pictures: dict[str, bytes]
    thumbnail: np.ndarray
    package: str
    digest: str
    #: Reading of the prompts if it differs from them; otherwise "".
    understood: str = ""

    @property
    def hint(self) -> str:
        """Message about what was read differently than typed; "" for none."""
        return self.understood or hint_of(self.mesh.replaced, self.mesh.left_out)


def understood_of(model: object, prompts: list[str], is_change: bool = False) -> str:
    """Returns one line with the reading of the prompts; "" if it does not differ from them.

    is_change: a shape is given with the prompts.
    """
    try:
        mode = "change" if is_change else "thing"
        read = [model.read(prompt, mode).understood for prompt in prompts]
    except att3d().Error:
        # The job that generates the mesh reports the error.
        return ""
    return f"understood: {'; '.join(filter(None, read))}" if any(read) else ""


def hint_of(replaced: dict[str, str], left_out: list[str]) -> str:
    """Returns a message about the words that were replaced or left out; "" for none."""
    read = ", ".join(f"{word} → {known}" for word, known in replaced.items())
    left = f"left out: {', '.join(left_out)}" if left_out else ""
    return "; ".join(part for part in (read, left) if part)


def of_mesh(model: object, mesh: object, order: Order, frame: meshes.Frame | None = None) -> Made:
    """Packs a mesh with its images, thumbnail and reading. Any thread.

    frame: by default the mesh stands on the ground. If it is given, the mesh was generated with a shape.
    """
    return Made(
        order=order,
        mesh=mesh,
        frame=frame or meshes.Frame.on_the_ground(mesh.info, model.info.meters_per_unit, order.size),
        pictures=materials.pictures_of(mesh.encode()) if mesh.info.texture_size else {},
        thumbnail=mesh.draw(THUMBNAIL, THUMBNAIL),
        package=model.name,
        digest=model.digest,
        understood=understood_of(model, order.prompts, is_change=frame is not None),
    )


def mixed(latents: list[object], at: float) -> object:
    """Returns the latent at a position along a chain of latents: 0 is the first, 1 the last."""
    place = at * (len(latents) - 1)
    first = min(int(place), len(latents) - 2)
    return att3d().Latent.between(latents[first], latents[first + 1], place - first)


def make(task: Task, choice: engine.Choice, order: Order, start: float = 0.0, end: float = 1.0) -> Made:
    """Generates the result of an order. Any thread. Raises Failure, Cancelled, or the library's Error.

    start, end: the task's fraction at the start and at the end of this work, 0 to 1.
    """
    if not order.prompt.strip():
        raise Failure("the prompt is empty: type a description, such as `a red apple`")
    model = engine.model(choice)
    options = order.options(choice.memory_limit)
    if order.kind == BLEND and len(order.prompts) > 1:
        job = mixed(model.embed_all(order.prompts), order.blend).start(options)
    elif order.kind == PROMPT:
        job = model.start(order.prompt, options)
    else:
        raise Failure(order.once())
    mesh = task.result(job, start, start + 0.9 * (end - start))
    made = of_mesh(model, mesh, order)
    task.check()
    engine.refresh()
    return made


def name_of(prompt: str) -> str:
    """Returns a name for the object of a prompt: the prompt, shortened to `_NAME` bytes."""
    name = " ".join(prompt.split())
    if len(name.encode()) <= _NAME:
        return name
    return name.encode()[: _NAME - 3].decode(errors="ignore").rstrip() + "…"


def fill(data: bpy.types.Mesh, made: Made, frame: meshes.Frame) -> None:
    """Fills a mesh with a result and assigns its material. frame: the result's frame within the scene."""
    meshes.write(data, made.mesh, frame)
    material = (
        materials.of_pictures(name_of(made.order.prompt), made.pictures) if made.pictures else materials.of_colors(materials.factors_of(made.mesh))
    )
    data.materials.clear()
    data.materials.append(material)


def filled(name: str, made: Made, frame: meshes.Frame) -> bpy.types.Mesh:
    """Returns a new mesh with a result. If that fails, the new mesh is removed. frame: as for `fill`."""
    data = bpy.data.meshes.new(name)
    try:
        fill(data, made, frame)
        originals.mark(data)
    except BaseException:
        forget(data)
        raise
    return data


@dataclass(frozen=True)
class Spot:
    """Place for new objects: the 3D cursor and the active collection at the start of a task.

    location: in the world. collection: its `session_uid`.
    """

    location: tuple[float, float, float]
    collection: int

    @classmethod
    def now(cls, context: bpy.types.Context) -> "Spot":
        """Returns the present place."""
        return cls(tuple(context.scene.cursor.location), context.collection.session_uid)

    def find(self, context: bpy.types.Context) -> bpy.types.Collection:
        """Returns the collection. If it is gone, the active one is returned."""
        every = (context.scene.collection, *bpy.data.collections)
        return blocks.found(every, self.collection) or context.collection


def put(
    context: bpy.types.Context,
    made: Made,
    spot: Spot | None = None,
    collection: bpy.types.Collection | None = None,
    is_chosen: bool = True,
) -> bpy.types.Object:
    """Adds a new object at a spot, or to the right of what is there, and returns it. Main thread.

    spot: by default the present one. collection: by default that of the spot. is_chosen: makes the object
    active, and selects it alone.
    """
    name, spot = name_of(made.order.prompt), spot or Spot.now(context)
    thing = bpy.data.objects.new(name, filled(name, made, made.frame.within(context.scene)))
    (collection or spot.find(context)).objects.link(thing)
    thing.location = spot.location
    sign(thing, made.order, made.package, made.digest)
    if is_chosen:
        # An object that is not chosen belongs to a group, which the caller places.
        context.view_layer.update()
        placing.stand_free(context, thing)
        choose(context, thing)
    show_locally(context, thing)
    if shows_colors(context):
        placing.show_colors()
    return thing


class Place:
    """A collection that is created on first use.

    It is looked up each time, since undo or the artist may remove it.
    """

    def __init__(self, name: str, spot: Spot):
        self._name, self._spot, self._found = name, spot, 0

    def find(self, context: bpy.types.Context) -> bpy.types.Collection:
        """Returns the collection. If it is missing, it is created in that of the spot."""
        found = blocks.found(bpy.data.collections, self._found)
        if found is None:
            found = bpy.data.collections.new(self._name)
            originals.mark(found)
            self._spot.find(context).children.link(found)
            self._found = found.session_uid
        return found


def show_locally(context: bpy.types.Context, thing: bpy.types.Object) -> None:
    """Adds an object to the 3D views that are in local view, so that they show it."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            space = area.spaces.active
            if area.type == "VIEW_3D" and space.local_view is not None:
                context.view_layer.update()
                thing.local_view_set(space, True)


#: `session_uid` of each object of the newest batch or frame sequence.
newest: list[int] = []


def remove_newest() -> int:
    """Removes the objects of the newest batch or frame sequence and returns their number. Main thread."""
    wanted = set(newest)
    found = [thing for thing in bpy.data.objects if thing.session_uid in wanted]
    collections = {collection for thing in found for collection in thing.users_collection}
    for thing in found:
        data = thing.data
        bpy.data.objects.remove(thing)
        originals.let_go(data)
        if originals.is_ours(data):
            forget(data)
    for collection in collections:
        if originals.is_ours(collection) and not len(collection.all_objects) and not len(collection.children):
            bpy.data.collections.remove(collection)
    newest.clear()
    return len(found)


def replace(context: bpy.types.Context, thing: bpy.types.Object, made: Made, keep: Keep) -> bpy.types.Object:
    """Replaces the mesh of an object, and keeps its transform and name. Main thread."""
    # Without an update the world matrix may lack a scale that a script just set.
    context.view_layer.update()
    frame = made.frame.within(context.scene, thing)
    originals.exchange(context, thing, filled(thing.data.name, made, frame), keep)
    sign(thing, made.order, made.package, made.digest)
    return thing


def forget(data: bpy.types.Mesh) -> None:
    """Removes a mesh without users, and releases its materials."""
    if data.users or data.library is not None:
        return
    own = [material for material in data.materials if material is not None]
    bpy.data.meshes.remove(data)
    for material in own:
        materials.let_go(material)


def sign(thing: bpy.types.Object, order: Order, package: str, digest: str) -> None:
    """Writes the provenance of an object into its custom properties.

    The object is renamed to match the prompt, unless the artist has named it.
    """
    placing.rename(thing, str(thing.get(provenance.PROMPT, "")), order.prompt, name_of)
    provenance.write(thing, asdict(order), package, digest, att3d().version())


def choose(context: bpy.types.Context, thing: bpy.types.Object) -> None:
    """Selects an object alone, and makes it active."""
    # Until this update, the view layer still lists objects that were just removed.
    context.view_layer.update()
    for other in context.view_layer.objects:
        other.select_set(False)
    try:
        thing.select_set(True)
        context.view_layer.objects.active = thing
    except RuntimeError:
        # The object is in a collection that this view layer excludes.
        pass


def editable(context: bpy.types.Context) -> bpy.types.Object:
    """Returns the active object if it is selected and its mesh can be changed. Otherwise raises Failure."""
    thing = context.view_layer.objects.active
    if thing is None or not thing.select_get():
        raise Failure("nothing is selected: select a mesh")
    check_editable(thing)
    return thing


def editables(context: bpy.types.Context) -> list[bpy.types.Object]:
    """Returns the selected meshes that can be changed, the active one first. Otherwise raises Failure.

    Selected objects of other types are left out if at least one mesh is selected.
    """
    active = context.view_layer.objects.active
    chosen = sorted(context.selected_objects, key=lambda thing: thing != active)
    found = [thing for thing in chosen if thing.type == "MESH"] or chosen[:1]
    if not found:
        raise Failure("nothing is selected: select a mesh")
    for thing in found:
        check_editable(thing)
    return found


def allows(operator: type, check: Callable[[], object]) -> bool:
    """Returns whether a check raises no Failure, for the poll function of an operator.

    Blender shows the message of a failure on the disabled button.
    """
    try:
        check()
    except Failure as failure:
        operator.poll_message_set(sentence(failure).replace("%", "%%"))
        return False
    return True


def check_editable(thing: bpy.types.Object) -> None:
    """Raises Failure if the mesh of an object can't be changed."""
    if thing.type != "MESH":
        raise Failure(f"{thing.name} is a {thing.type.lower()}, not a mesh: convert it (Object > Convert > Mesh), or select one")
    if thing.mode != "OBJECT":
        raise Failure(f"{thing.name} is in {thing.mode.replace('_', ' ').lower()} mode: leave it (Tab) first")
    if thing.library is not None or thing.data.library is not None:
        raise Failure(f"{thing.name} is linked from another file and can't be changed here: make it local first")
    if thing.data.override_library is not None:
        raise Failure(f"the mesh of {thing.name} is a library override, whose shape is not kept: make it local first")


def still_editable(uid: int) -> bpy.types.Object | None:
    """Returns an object by its `session_uid`, or None if its mesh can't be changed any more."""
    thing = blocks.found(bpy.data.objects, uid)
    usable = thing is not None and thing.type == "MESH" and thing.mode == "OBJECT"
    usable = usable and thing.data.library is None and thing.data.override_library is None
    return thing if usable else None


def object_mode(context: bpy.types.Context) -> None:
    """Raises Failure if objects can't be added now."""
    # The context of a timer may have no window, and then no `active_object`.
    active = context.view_layer.objects.active
    if active is not None and active.mode != "OBJECT":
        raise Failure(f"{active.name} is in {active.mode.replace('_', ' ').lower()} mode: leave it (Tab) first")
    if context.collection is None or context.collection.library is not None:
        raise Failure("the active collection is linked from another file: choose one of this file")
