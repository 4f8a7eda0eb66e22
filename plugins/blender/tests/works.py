# SPDX-License-Identifier: GPL-3.0-or-later
"""Works of an artist, for tests: rigged, keyed, multi-material and linked meshes, and meshes with object slots.

Every data-block has the custom property `artist`.
"""

import tempfile
from pathlib import Path

import bpy

#: Custom property of the data-blocks of the artist.
MARK = "artist"


def mark(*blocks: bpy.types.ID | None) -> None:
    """Marks data-blocks as the artist's, each with a number of its own."""
    for block in blocks:
        if block is not None and block.library is None and MARK not in block:
            block[MARK] = block.session_uid


def kept() -> set[bpy.types.ID]:
    """Returns the data-blocks that stay in the file when it is saved and opened several times.

    These have a fake user, or are used by a data-block that stays.
    """
    uses: dict[bpy.types.ID, list[bpy.types.ID]] = {}
    every = bpy.data.user_map()
    for block, users in every.items():
        for user in users:
            uses.setdefault(user, []).append(block)
    found = {block for block in every if block.use_fake_user}
    found.update(bpy.data.scenes, bpy.data.window_managers, bpy.data.screens, bpy.data.workspaces)
    waiting = list(found)
    while waiting:
        for block in uses.get(waiting.pop(), ()):
            if block not in found:
                found.add(block)
                waiting.append(block)
    return found


def material(name: str) -> bpy.types.Material:
    """Returns a new material of the artist, with an image."""
    made = bpy.data.materials.new(name)
    if bpy.app.version < (5, 0, 0):
        made.use_nodes = True
    image = bpy.data.images.new(f"{name} image", 8, 8)
    image.pack()
    made.node_tree.nodes.new("ShaderNodeTexImage").image = image
    made.diffuse_color = (0.2, 0.4, 0.6, 1.0)
    mark(made, image)
    return made


def cube(name: str = "Crate", slots: int = 3) -> bpy.types.Object:
    """Adds a cube with several materials, two UV layers, a color attribute and custom properties."""
    bpy.ops.mesh.primitive_cube_add()
    thing = bpy.context.view_layer.objects.active
    thing.name = thing.data.name = name
    for index in range(slots):
        thing.data.materials.append(material(f"{name} {index}"))
    for index, polygon in enumerate(thing.data.polygons):
        polygon.material_index = index % max(1, slots)
    thing.data.uv_layers.new(name="Second")
    thing.data.uv_layers.active_index = 0
    colors = thing.data.color_attributes.new("Tint", "FLOAT_COLOR", "CORNER")
    for index, item in enumerate(colors.data):
        item.color = (index / len(colors.data), 0.5, 0.1, 1.0)
    thing["price"], thing.data["weight"] = 5, 2.5
    mark(thing, thing.data)
    return thing


def object_slots(name: str = "Door") -> bpy.types.Object:
    """Adds a cube whose second slot is linked to the object."""
    thing = cube(name, slots=2)
    slot = thing.material_slots[1]
    slot.link = "OBJECT"
    slot.material = material(f"{name} own")
    return thing


def rigged(name: str = "Hero") -> bpy.types.Object:
    """Adds a monkey with an armature, two vertex groups, keyed shape keys and an action of its own."""
    bpy.ops.object.armature_add()
    rig = bpy.context.view_layer.objects.active
    rig.name = rig.data.name = f"{name} rig"
    bpy.ops.mesh.primitive_monkey_add()
    thing = bpy.context.view_layer.objects.active
    thing.name = thing.data.name = name
    thing.data.materials.append(material(f"{name} skin"))
    for group in (thing.vertex_groups.new(name="Left"), thing.vertex_groups.new(name="Right")):
        is_left = group.name == "Left"
        chosen = [vertex.index for vertex in thing.data.vertices if (vertex.co.x < 0) == is_left]
        group.add(chosen, 0.75, "REPLACE")
    for key in ("Basis", "Smile"):
        thing.shape_key_add(name=key)
    thing.data.shape_keys.key_blocks["Smile"].data[0].co.x += 0.25
    for frame, value in ((1, 0.0), (10, 1.0)):
        smile = thing.data.shape_keys.key_blocks["Smile"]
        smile.value = value
        smile.keyframe_insert("value", frame=frame)
        thing.location.x = value
        thing.keyframe_insert("location", frame=frame)
    modifier = thing.modifiers.new("Armature", "ARMATURE")
    modifier.object = rig
    thing.parent = rig
    mark(thing, thing.data, thing.data.shape_keys, rig, rig.data)
    mark(thing.animation_data.action, thing.data.shape_keys.animation_data.action)
    return thing


def library_file(folder: Path) -> Path:
    """Writes a file with the object `Rock`, its mesh and its material, and returns its path.

    It leaves the current file as it is.
    """
    path = folder / "rocks.blend"
    data = bpy.data.meshes.new("Rock")
    data.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], [], [(0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2)])
    stone = bpy.data.materials.new("Granite")
    data.materials.append(stone)
    thing = bpy.data.objects.new("Rock", data)
    bpy.data.libraries.write(str(path), {thing})
    for block, kind in ((thing, bpy.data.objects), (data, bpy.data.meshes), (stone, bpy.data.materials)):
        kind.remove(block)
    return path


def linked(path: Path) -> bpy.types.Object:
    """Links the object `Rock` of a file into the scene."""
    with bpy.data.libraries.load(str(path), link=True) as (_source, target):
        target.objects = ["Rock"]
    (thing,) = target.objects
    if thing.name not in bpy.context.scene.collection.objects:
        bpy.context.scene.collection.objects.link(thing)
    return thing


def with_linked_mesh(path: Path) -> bpy.types.Object:
    """Adds an object of this file with a mesh of another file."""
    rock = linked(path)
    thing = bpy.data.objects.new("Pebble", rock.data)
    bpy.context.scene.collection.objects.link(thing)
    mark(thing)
    return thing


def all_of_them(folder: Path) -> dict[str, bpy.types.Object]:
    """Adds one work of each kind. Returns the works by name. folder: for the file with linked objects."""
    every = (cube(), object_slots(), rigged(), with_linked_mesh(library_file(folder)))
    loose = bpy.data.collections.new("Props")
    bpy.context.scene.collection.children.link(loose)
    spare = material("Spare")
    spare.use_fake_user = True
    mark(loose)
    bpy.context.view_layer.update()
    return {thing.name: thing for thing in every}


def tempdir() -> Path:
    """Returns a new temporary folder."""
    return Path(tempfile.mkdtemp(dir=bpy.app.tempdir or None))
