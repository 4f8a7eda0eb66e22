# SPDX-License-Identifier: GPL-3.0-or-later
"""A census of the data-blocks of a file: what each contains, to compare before and after an operator."""

import hashlib
from collections.abc import Callable, Iterator

import bpy
import numpy as np
import works

#: Fields of one data-block by name.
Facts = dict[str, object]
#: Kinds of data-blocks that belong to Blender's own windows, not to the artist's file.
_WINDOWS = ("screens", "window_managers", "workspaces", "brushes", "palettes", "linestyles")
#: Custom properties that the extension writes.
_OURS = ("att3d",)


def kinds() -> Iterator[str]:
    """Yields the names of the collections of `bpy.data` with data-blocks of the artist."""
    for item in bpy.data.bl_rna.properties:
        if item.type == "COLLECTION" and item.identifier not in _WINDOWS:
            yield item.identifier


def taken() -> dict[tuple[str, int], Facts]:
    """Returns the facts of all data-blocks of the file, by kind and `session_uid`."""
    found, stay = {}, works.kept()
    for kind in kinds():
        for block in getattr(bpy.data, kind):
            found[kind, block.session_uid] = {**facts_of(kind, block), "is_kept": block in stay}
    return found


def facts_of(kind: str, block: bpy.types.ID) -> Facts:
    """Returns what a data-block contains."""
    facts: Facts = {
        "name": block.name_full,
        "fake": block.use_fake_user,
        "properties": _properties(block),
    }
    animation = getattr(block, "animation_data", None)
    if animation is not None:
        facts["action"] = _name(animation.action)
        facts["drivers"] = [(driver.data_path, driver.array_index, driver.driver.expression) for driver in animation.drivers]
    more = _MORE.get(kind)
    if more is not None:
        facts.update(more(block))
    return facts


def _name(block: bpy.types.ID | None) -> str:
    return block.name_full if block is not None else ""


def _properties(block: bpy.types.bpy_struct) -> dict[str, str]:
    return {key: str(value) for key, value in block.items() if not key.startswith(_OURS)}


def _digest(values: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()[:16]


def _array(items: object, name: str, width: int, kind: type = np.float32) -> str:
    values = np.empty(len(items) * width, kind)
    items.foreach_get(name, values)
    return _digest(values)


def _object(thing: bpy.types.Object) -> Facts:
    return {
        "data": _name(thing.data),
        "matrix": [round(value, 5) for row in thing.matrix_basis for value in row],
        "parent": _name(thing.parent),
        "hidden": (thing.hide_render, thing.hide_viewport),
        "collections": sorted(collection.name_full for collection in thing.users_collection),
        "slots": [(slot.link, _name(slot.material)) for slot in thing.material_slots],
        "groups": [group.name for group in thing.vertex_groups],
        "modifiers": [(modifier.name, modifier.type, modifier.show_render, _name(getattr(modifier, "object", None))) for modifier in thing.modifiers],
        "constraints": [(constraint.name, constraint.type) for constraint in thing.constraints],
    }


def _mesh(data: bpy.types.Mesh) -> Facts:
    weights = [[(group.group, round(group.weight, 5)) for group in vertex.groups] for vertex in data.vertices]
    return {
        "positions": _array(data.vertices, "co", 3),
        "corners": _array(data.loops, "vertex_index", 1, np.int32),
        "faces": _array(data.polygons, "loop_total", 1, np.int32),
        "slots_of_faces": _array(data.polygons, "material_index", 1, np.int32),
        "materials": [_name(material) for material in data.materials],
        "uvs": {layer.name: _array(layer.data, "uv", 2) for layer in data.uv_layers},
        "active_uvs": data.uv_layers.active.name if data.uv_layers.active is not None else "",
        "colors": {layer.name: (layer.domain, layer.data_type, _array(layer.data, "color", 4)) for layer in data.color_attributes},
        "attributes": sorted((item.name, item.domain, item.data_type) for item in data.attributes if not item.name.startswith(".")),
        "weights": hashlib.sha256(str(weights).encode()).hexdigest()[:16],
        "keys": _name(data.shape_keys),
    }


def _keys(keys: bpy.types.Key) -> Facts:
    blocks = [(block.name, round(block.value, 5), block.mute, _array(block.data, "co", 3)) for block in keys.key_blocks]
    return {"blocks": blocks, "of": _name(keys.user)}


def _material(material: bpy.types.Material) -> Facts:
    tree = material.node_tree
    nodes = sorted((node.name, node.bl_idname) for node in tree.nodes) if tree is not None else []
    return {
        "color": tuple(round(value, 5) for value in material.diffuse_color),
        "nodes": nodes,
        "links": len(tree.links) if tree is not None else 0,
    }


def _curves(action: bpy.types.Action) -> Iterator[bpy.types.FCurve]:
    if hasattr(action, "fcurves"):
        yield from action.fcurves
        return
    for layer in action.layers:
        for strip in layer.strips:
            for bag in strip.channelbags:
                yield from bag.fcurves


def _action(action: bpy.types.Action) -> Facts:
    return {"keyframes": [(curve.data_path, curve.array_index, [tuple(point.co) for point in curve.keyframe_points]) for curve in _curves(action)]}


def _image(image: bpy.types.Image) -> Facts:
    return {"size": tuple(image.size), "is_packed": image.packed_file is not None, "source": image.source}


def _collection(collection: bpy.types.Collection) -> Facts:
    return {"objects": sorted(thing.name_full for thing in collection.objects), "children": sorted(child.name_full for child in collection.children)}


def _scene(scene: bpy.types.Scene) -> Facts:
    return {
        "objects": sorted(thing.name_full for thing in scene.collection.objects),
        "units": (scene.unit_settings.system, scene.unit_settings.scale_length),
        "lock": scene.render.use_lock_interface,
        "camera": _name(scene.camera),
        "frame": scene.frame_current,
    }


def _armature(armature: bpy.types.Armature) -> Facts:
    return {"bones": [(bone.name, _name_of_bone(bone.parent)) for bone in armature.bones]}


def _name_of_bone(bone: bpy.types.Bone | None) -> str:
    return bone.name if bone is not None else ""


_MORE: dict[str, Callable[[object], Facts]] = {
    "objects": _object,
    "meshes": _mesh,
    "shape_keys": _keys,
    "materials": _material,
    "actions": _action,
    "images": _image,
    "collections": _collection,
    "scenes": _scene,
    "armatures": _armature,
    "texts": lambda text: {"lines": len(text.lines)},
}


def changes(before: dict[tuple[str, int], Facts], after: dict[tuple[str, int], Facts]) -> set[tuple[str, str, str]]:
    """Returns what an operator changed of the data-blocks that were there: kind, name and field.

    A data-block that is gone, or that would not stay in a saved file, has the field `lost`.
    """
    found = set()
    for (kind, uid), facts in before.items():
        now = after.get((kind, uid))
        if now is None or (facts["is_kept"] and not now["is_kept"]):
            found.add((kind, str(facts["name"]), "lost"))
            continue
        for field in facts.keys() | now.keys():
            if field != "is_kept" and facts.get(field) != now.get(field):
                found.add((kind, str(facts["name"]), field))
    return found
