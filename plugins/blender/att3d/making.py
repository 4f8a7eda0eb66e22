# SPDX-License-Identifier: GPL-3.0-or-later
"""From an order (a prompt, and how) to an object in the scene."""

from dataclasses import asdict, dataclass, fields

import bpy
import numpy as np

from . import engine, materials, meshes, provenance
from .library import Failure, att3d
from .tasks import Task

#: Bytes of a prompt that an object is named by: Blender's names have 63, and numbers follow.
_NAME = 48
#: What an order is of: a prompt; a step between prompts; what only the artist's own mesh, or all prompts together, could make again.
PROMPT, BLEND, MORPH, STYLIZED = "prompt", "blend", "morph", "stylized"
#: Between the prompts of a blend.
_AND = " / "
#: Pixels along a side of the picture kept with a result.
THUMBNAIL = 160


@dataclass(frozen=True)
class Order:
    """What is to be made. detail: cells along each side; texture_size: texels along a side, 0 for colours of the vertices; triangles: at
    most so many, 0 for all; min_component: share of the volume below which loose pieces are removed, 0 keeps all; size: metres of the longest side, 0 for the model's own; kind: see above; blend: the step between prompts, 0 to 1."""

    prompt: str
    seed: int = 0
    detail: int = 128
    texture_size: int = 1024
    triangles: int = 10000
    size: float = 0.0
    kind: str = PROMPT
    blend: float = 0.0
    min_component: float = 0.001

    def options(self, memory_limit: int = 0) -> object:
        """For the library. memory_limit: bytes, 0 for its own."""
        return att3d().GenerateOptions(
            resolution=self.detail,
            texture_size=self.texture_size,
            triangle_budget=self.triangles,
            min_component=self.min_component,
            # A mesh of a latent has no prompt to vary.
            seed=self.seed if self.kind == PROMPT else 0,
            memory_limit=memory_limit,
        )

    @classmethod
    def between(cls, prompts: list[str], at: float = 0.0, **how: object) -> "Order":
        """A step between prompts; an order that is not one yet where `kind` says so."""
        return cls(**{"prompt": _AND.join(prompts), "kind": BLEND, "blend": at, **how})

    @property
    def prompts(self) -> list[str]:
        """Those of a blend; else the one."""
        return self.prompt.split(_AND) if self.kind in (BLEND, MORPH) else [self.prompt]

    @classmethod
    def of_fields(cls, found: dict[str, object]) -> "Order":
        """Of fields that a file kept; what this version does not know is left out."""
        known = {field.name: field.type for field in fields(cls)}
        try:
            return cls(**{name: known[name](value) for name, value in found.items() if name in known})
        except (TypeError, ValueError) as error:
            raise Failure(f"the kept settings are damaged: {error}; generate it anew") from error


@dataclass(frozen=True)
class Made:
    """A result, ready for Blender's thread. glb: the file of it; pictures: its images, PNG; thumbnail: [THUMBNAIL, THUMBNAIL, 4] u8."""

    order: Order
    mesh: object
    frame: meshes.Frame
    glb: bytes
    pictures: dict[str, bytes]
    thumbnail: np.ndarray
    package: str
    digest: str
    #: What was understood of the prompts where that differs from them; "" where it does not.
    understood: str = ""

    @property
    def hint(self) -> str:
        """What was read otherwise than typed; "" for nothing."""
        return self.understood or hint_of(self.mesh.replaced_words, self.mesh.unknown_words)


def understood_of(model: object, prompts: list[str], is_change: bool = False) -> str:
    """One line of what the model understands where that differs from the prompts. is_change: a shape is given beside them."""
    try:
        read = [model.read(prompt, is_change).understood for prompt in prompts]
    except att3d().Error:
        # The mesh's own job says what is the matter.
        return ""
    return f"understood: {'; '.join(filter(None, read))}" if any(read) else ""


def hint_of(replaced: dict[str, str], unknown: list[str]) -> str:
    """Words that were not understood as they stand, for a person."""
    read = ", ".join(f"{word} → {known}" for word, known in replaced.items())
    left = f"not known: {', '.join(unknown)}" if unknown else ""
    return "; ".join(part for part in (read, left) if part)


def of_mesh(model: object, mesh: object, order: Order, frame: meshes.Frame | None = None) -> Made:
    """Dresses a mesh. Any thread."""
    glb = mesh.encode(size=order.size)
    return Made(
        order=order,
        mesh=mesh,
        frame=frame or meshes.Frame.on_the_ground(mesh, model.info.metres_per_unit, order.size),
        glb=glb,
        pictures=materials.pictures_of(glb) if mesh.info.texture_size else {},
        thumbnail=mesh.draw(THUMBNAIL, THUMBNAIL),
        package=model.name,
        digest=model.digest,
        understood=understood_of(model, order.prompts, is_change=frame is not None),
    )


def mixed(latents: list[object], at: float) -> object:
    """A step along a chain of latents: 0 is the first, 1 the last."""
    place = at * (len(latents) - 1)
    first = min(int(place), len(latents) - 2)
    return att3d().Latent.between(latents[first], latents[first + 1], place - first)


def make(task: Task, choice: engine.Choice, order: Order, start: float = 0.0, end: float = 1.0) -> Made:
    """An order's result. Any thread. start, end: its part of the task."""
    if not order.prompt.strip():
        raise Failure("the prompt is empty: type what you want, such as `a red apple`")
    model = engine.model(choice)
    options = order.options(choice.memory_limit)
    if order.kind == BLEND and len(order.prompts) > 1:
        job = mixed(model.embed_all(order.prompts), order.blend).start(options)
    elif order.kind == PROMPT:
        job = model.start(order.prompt, options)
    else:
        raise Failure(f"`{order.prompt}` was {order.kind}, not made of a prompt alone: do that again instead")
    mesh = task.result(job, start, start + 0.9 * (end - start))
    made = of_mesh(model, mesh, order)
    task.check()
    engine.refresh()
    return made


def name_of(prompt: str) -> str:
    """A name for what a prompt makes."""
    name = " ".join(prompt.split())
    if len(name.encode()) <= _NAME:
        return name
    return name.encode()[: _NAME - 3].decode(errors="ignore").rstrip() + "…"


def dress(data: bpy.types.Mesh, made: Made) -> None:
    """Fills a mesh with a result, and gives it its material."""
    meshes.write(data, made.mesh, made.frame)
    material = (
        materials.of_pictures(name_of(made.order.prompt), made.pictures) if made.pictures else materials.of_colors()
    )
    data.materials.clear()
    data.materials.append(material)


def dressed(name: str, made: Made) -> bpy.types.Mesh:
    """A new mesh of a result; nothing is left of it where that fails."""
    data = bpy.data.meshes.new(name)
    try:
        dress(data, made)
    except BaseException:
        forget(data)
        raise
    return data


def put(
    context: bpy.types.Context, made: Made, collection: bpy.types.Collection | None = None, is_chosen: bool = True
) -> bpy.types.Object:
    """A new object at the 3D cursor; is_chosen: active, and selected alone. Main thread."""
    name = name_of(made.order.prompt)
    thing = bpy.data.objects.new(name, dressed(name, made))
    (collection or context.collection).objects.link(thing)
    thing.location = context.scene.cursor.location
    sign(thing, made.order, made.package, made.digest)
    if is_chosen:
        choose(context, thing)
    show_locally(context, thing)
    return thing


class Place:
    """A collection that is made with the first object in it, and looked up anew each time: it may have been undone or removed."""

    def __init__(self, name: str):
        self._name, self._found = name, ""

    def find(self, context: bpy.types.Context) -> bpy.types.Collection:
        """The collection, in the active one."""
        found = bpy.data.collections.get((self._found, None)) if self._found else None
        if found is None:
            found = bpy.data.collections.new(self._name)
            context.collection.children.link(found)
            self._found = found.name
        return found


def show_locally(context: bpy.types.Context, thing: bpy.types.Object) -> None:
    """Shows an object in the views that show only some (local view)."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            space = area.spaces.active
            if area.type == "VIEW_3D" and space.local_view is not None:
                context.view_layer.update()
                thing.local_view_set(space, True)


def replace(thing: bpy.types.Object, made: Made) -> bpy.types.Object:
    """Gives an object another mesh; where it stands, and what it is called, stays. Main thread."""
    old = thing.data
    thing.data = dressed(old.name, made)
    sign(thing, made.order, made.package, made.digest)
    forget(old)
    return thing


def forget(data: bpy.types.Mesh) -> None:
    """Removes a mesh that nobody uses any more, with our materials on it."""
    if data.users or data.library is not None:
        return
    worn = [material for material in data.materials if material is not None]
    bpy.data.meshes.remove(data)
    for material in worn:
        materials.forget(material)


def sign(thing: bpy.types.Object, order: Order, package: str, digest: str) -> None:
    """Says on an object where it came from."""
    provenance.write(thing, asdict(order), package, digest, att3d().version())


def choose(context: bpy.types.Context, thing: bpy.types.Object) -> None:
    """Selects an object alone, and makes it active."""
    # What was just removed is counted until then.
    context.view_layer.update()
    for other in context.view_layer.objects:
        other.select_set(False)
    try:
        thing.select_set(True)
        context.view_layer.objects.active = thing
    except RuntimeError:
        # It lies in a collection that this view layer leaves out.
        pass


def editable(context: bpy.types.Context) -> bpy.types.Object:
    """The active object, a mesh that can be changed. Raises Failure that says what is in the way."""
    thing = context.active_object
    if thing is None or not thing.select_get():
        raise Failure("nothing is selected: select a mesh")
    if thing.type != "MESH":
        raise Failure(f"{thing.name} is a {thing.type.lower()}, not a mesh: convert it (Object > Convert > Mesh), or select one")
    if thing.mode != "OBJECT":
        raise Failure(f"{thing.name} is in {thing.mode.replace('_', ' ').lower()} mode: leave it (Tab) first")
    if thing.library is not None or thing.data.library is not None:
        raise Failure(f"{thing.name} is linked from another file and can't be changed here: make it local first")
    if thing.data.override_library is not None:
        raise Failure(f"the mesh of {thing.name} is a library override, whose shape is not kept: make it local first")
    return thing


def still_editable(name: str) -> bpy.types.Object | None:
    """An object of this file by its name, where its mesh can still be changed; None where not."""
    thing = bpy.data.objects.get((name, None))
    usable = thing is not None and thing.type == "MESH" and thing.mode == "OBJECT"
    usable = usable and thing.data.library is None and thing.data.override_library is None
    return thing if usable else None


def object_mode(context: bpy.types.Context) -> None:
    """Raises Failure where objects can't be added now."""
    active = context.active_object
    if active is not None and active.mode != "OBJECT":
        raise Failure(f"{active.name} is in {active.mode.replace('_', ' ').lower()} mode: leave it (Tab) first")
    if context.collection is None or context.collection.library is not None:
        raise Failure("the active collection is linked from another file: choose one of this file")
