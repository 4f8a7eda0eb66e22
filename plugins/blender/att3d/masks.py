# SPDX-License-Identifier: GPL-3.0-or-later
"""Masks: a vertex group whose weights set where a mesh is painted, and the attribute by which materials read it."""

import bpy
import numpy as np

from .library import Failure

#: Prefix of the attribute's name, since materials can't read vertex groups.
_PREFIX = "ATT3D "
#: Longest name of an attribute, in bytes.
_LONGEST = 60


def check(thing: bpy.types.Object, group: str) -> None:
    """Raises Failure if an object lacks a vertex group, or if no vertex is in it. group: "" for no mask."""
    if not group:
        return
    if group not in thing.vertex_groups:
        raise Failure(f"{thing.name} has no vertex group `{group}`: choose one of its groups as the mask, or none")
    if not weights(thing, group).any():
        raise Failure(f"no vertex of {thing.name} is in the group `{group}`: assign some to it, or choose another mask")


def weights(thing: bpy.types.Object, group: str) -> np.ndarray:
    """Returns the weight of each vertex in a group, [n] f32."""
    index = thing.vertex_groups[group].index
    found = np.zeros(len(thing.data.vertices), np.float32)
    for vertex in thing.data.vertices:
        for membership in vertex.groups:
            if membership.group == index:
                found[vertex.index] = membership.weight
    return found


def write(thing: bpy.types.Object, group: str) -> str:
    """Writes the weights of a group into an attribute of the mesh, and returns its name. Raises Failure."""
    name = f"{_PREFIX}{group}".encode()[:_LONGEST].decode(errors="ignore")
    attributes = thing.data.attributes
    found = attributes.get(name)
    if found is not None and (found.domain, found.data_type) != ("POINT", "FLOAT"):
        raise Failure(f"the mesh of {thing.name} has another attribute `{name}`: rename it first")
    found = found or attributes.new(name, "FLOAT", "POINT")
    found.data.foreach_set("value", weights(thing, group))
    return found.name
