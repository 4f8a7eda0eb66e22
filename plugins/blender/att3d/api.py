# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions for scripts.

They block until they are done. They change Blender's data, so they must be called on the main thread.

    from bl_ext.user_default.att3d import api

    pig = api.generate("a pig wearing a party hat", size=1.5)
    api.stylize(bpy.data.objects["Suzanne"], "made of gold")

A failure raises `api.Failure`, whose message is written for the user. The operators `bpy.ops.att3d.*` do the
same work on the selection.
"""

from collections.abc import Sequence

import bpy
import numpy as np

from . import engine, interpolate, live, making
from . import stylize as _stylize
from .library import Failure, att3d, sentence
from .making import Made, Order
from .originals import Keep
from .preferences import choice
from .tasks import Task

__all__ = [
    "Failure",
    "generate",
    "generate_all",
    "interpolate_prompts",
    "model",
    "set_blend",
    "stylize",
    "unload",
    "variants",
]


def model() -> object:
    """Returns the model that the preferences choose, an `att3d.Model`.

    It gives access to the whole library.
    """
    return engine.model(choice(bpy.context))


def unload() -> bool:
    """Unloads the model and the engine; the next call loads them again.

    Returns whether a model was loaded.
    """
    live.stop()
    return engine.unload()


def generate(
    prompt: str,
    *,
    seed: int = 0,
    detail: int = 128,
    texture_size: int = 1024,
    triangles: int = 10000,
    size: float = 0.0,
    min_component: float = 0.001,
    collection: bpy.types.Collection | None = None,
) -> bpy.types.Object:
    """Generates a new object from a prompt, at the 3D cursor, and returns it.

    detail: cells along each side, 16 to 512. texture_size: texels along a side, 0 for vertex colors.
    triangles: largest number of triangles, 0 for no limit. size: length of the longest side in meters, 0 for
    the model's own size. min_component: share of the volume below which components are removed, 0 to keep
    all.
    """
    order = Order(prompt, seed, detail, texture_size, triangles, size, min_component=min_component)
    wanted = choice(bpy.context)
    made: list[bpy.types.Object] = []

    def take(result: Made) -> None:
        made.append(making.put(bpy.context, result, collection=collection))

    Task(prompt, lambda task: iter([making.make(task, wanted, order)]), take).run()
    return made[0]


def generate_all(prompts: Sequence[str], **how: object) -> list[bpy.types.Object]:
    """Calls `generate` for each prompt, with the same settings, and returns the objects."""
    return [generate(prompt, **how) for prompt in prompts]


def variants(prompt: str, count: int = 9, *, detail: int = 64) -> list[np.ndarray]:
    """Returns pictures of the variants of a prompt for the seeds 0 to count - 1.

    Each picture is [160, 160, 4] u8, top row first. `generate` with the same seed makes the object. detail: cells
    along each side.
    """
    loaded = model()
    try:
        made = [loaded.generate(prompt, Order(prompt, seed, detail, 0, 0).options()) for seed in range(count)]
        return [mesh.draw(making.THUMBNAIL, making.THUMBNAIL) for mesh in made]
    except att3d().Error as error:
        raise Failure(sentence(error)) from error


def interpolate_prompts(prompts: Sequence[str], *, detail: int = 128, triangles: int = 10000) -> bpy.types.Object:
    """Makes one object with a shape key for each prompt, driven by its custom property `blend`, 0 to 1.

    Use `set_blend` to change the property: Blender does not update an object when a script sets a custom property.
    detail, triangles: as for `generate`. Raises Failure if the shapes are too different for one mesh.
    """
    if len(prompts) < 2:
        raise Failure(f"{len(prompts)} prompts to interpolate: give two or more")
    order = Order.between(list(prompts), kind=making.MORPH, detail=detail, texture_size=0, triangles=triangles)
    loaded = model()
    try:
        mesh = att3d().Latent.morph(loaded.embed_all(list(prompts)), order.options())
    except att3d().Error as error:
        raise Failure(sentence(error)) from error
    return interpolate.put_keys(bpy.context, making.of_mesh(loaded, mesh, order), list(prompts))


def set_blend(thing: bpy.types.Object, at: float) -> None:
    """Moves an object of `interpolate_prompts` to a position between its prompts.

    at: 0 for the first prompt, 1 for the last. Raises Failure if the object has no slider.
    """
    interpolate.set_blend(thing, at)


def stylize(
    thing: bpy.types.Object,
    prompt: str,
    *,
    keep_shape: float = 1.0,
    keep_geometry: bool = True,
    texture_size: int = 1024,
    keep_old: bool = True,
    transfer_weights: bool = False,
    mask: str = "",
    own_image_size: bool = False,
) -> bpy.types.Object:
    """Applies a prompt to a mesh and returns its object.

    keep_geometry: changes only the material; otherwise the object gets a new mesh. keep_shape: how much of
    the given shape a new mesh keeps, 0 to 1. texture_size: texels along a side. keep_old: a mesh that is
    replaced stays as a hidden copy of its object. transfer_weights: a new mesh gets the vertex weights of the
    nearest points of the old one. mask: a vertex group whose weights set where the mesh is painted if its
    geometry is kept. own_image_size: the images are as large as those of the material that they replace.
    """
    if not prompt.strip():
        raise Failure("the prompt is empty: give a description, such as `made of gold`")
    making.choose(bpy.context, thing)
    making.editable(bpy.context)
    order = Order(prompt, texture_size=texture_size, kind=making.STYLIZED)
    if keep_geometry:
        paint = _stylize.Paint(mask=mask, is_own_size=own_image_size)
        task = _stylize.paint_task(choice(bpy.context), thing, order, paint)
    else:
        task = _stylize.shape_task(choice(bpy.context), thing, order, keep_shape, Keep(keep_old, transfer_weights))
    task.run()
    return thing
