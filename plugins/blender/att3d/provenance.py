# SPDX-License-Identifier: GPL-3.0-or-later
"""Provenance of an object in its custom properties, sufficient to generate it again years later."""

import json

import bpy

from .library import Failure

#: Names of the custom properties of an object.
PROMPT, SEED, PACKAGE, DIGEST, VERSION, SETTINGS = (
    "att3d_prompt",
    "att3d_seed",
    "att3d_package",
    "att3d_digest",
    "att3d_version",
    "att3d_settings",
)


def write(thing: bpy.types.Object, order: dict[str, object], package: str, digest: str, version: str) -> None:
    """Writes the provenance into the custom properties of an object.

    order: the fields of an order. The prompt and the seed have properties of their own.
    """
    settings = {name: value for name, value in order.items() if name not in ("prompt", "seed")}
    thing[PROMPT] = order["prompt"]
    # A custom integer property has 32 bits, and a seed may need more.
    thing[SEED] = str(order["seed"])
    thing[PACKAGE], thing[DIGEST], thing[VERSION] = package, digest, version
    thing[SETTINGS] = json.dumps(settings)


def read(thing: bpy.types.Object) -> dict[str, object]:
    """Returns the fields of an object's order. Missing settings are empty, and a missing seed is 0.

    Raises Failure if the prompt is missing or another property is damaged.
    """
    if PROMPT not in thing:
        raise Failure(f"{thing.name} was not made by ATT3D: it has no property {PROMPT}")
    try:
        settings = json.loads(str(thing.get(SETTINGS, "{}")))
        if not isinstance(settings, dict):
            raise ValueError("no settings")
        return {**settings, "prompt": str(thing[PROMPT]), "seed": int(thing.get(SEED, 0))}
    except (TypeError, ValueError) as error:
        raise Failure(f"{thing.name} has a damaged property {SETTINGS} or {SEED}: {error}; generate it anew") from error
