# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an object came from, in its custom properties: enough to make it again years later."""

import json

import bpy

from .library import Failure

#: Custom properties of an object.
PROMPT, SEED, PACKAGE, DIGEST, VERSION, SETTINGS = (
    "att3d_prompt",
    "att3d_seed",
    "att3d_package",
    "att3d_digest",
    "att3d_version",
    "att3d_settings",
)


def write(thing: bpy.types.Object, order: dict[str, object], package: str, digest: str, version: str) -> None:
    """order: the fields of an order, of which prompt and seed have properties of their own."""
    settings = {name: value for name, value in order.items() if name not in ("prompt", "seed")}
    thing[PROMPT] = order["prompt"]
    # Blender's own integers have 32 bits.
    thing[SEED] = str(order["seed"])
    thing[PACKAGE], thing[DIGEST], thing[VERSION] = package, digest, version
    thing[SETTINGS] = json.dumps(settings)


def read(thing: bpy.types.Object) -> dict[str, object]:
    """The fields of the order that an object was made by. Raises Failure for one that another program made."""
    if PROMPT not in thing:
        raise Failure(f"{thing.name} was not made by ATT3D: it has no property {PROMPT}")
    try:
        settings = json.loads(str(thing.get(SETTINGS, "{}")))
        if not isinstance(settings, dict):
            raise ValueError("no settings")
        return {**settings, "prompt": str(thing[PROMPT]), "seed": int(thing.get(SEED, 0))}
    except (TypeError, ValueError) as error:
        raise Failure(f"{thing.name} has a damaged property {SETTINGS} or {SEED}: {error}; generate it anew") from error
