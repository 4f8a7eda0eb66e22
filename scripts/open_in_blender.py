"""Opens GLB files in Blender (the Python module bpy) and checks the imported objects.

    python scripts/open_in_blender.py FOLDER

Checks meshes, materials, textures, levels of detail, hulls, morphs and animations. scripts/check_options.py
writes FOLDER.
"""

import json
import os
import sys
from pathlib import Path

import bpy


def opened(path: Path) -> list[object]:
    """Opens a file and returns its mesh objects."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(path))
    return [thing for thing in bpy.data.objects if thing.type == "MESH"]


def images(thing: object) -> dict[str, object]:
    """Returns the images of a mesh object's materials, by their names without Blender's numeric suffix."""
    found = {}
    for slot in thing.material_slots:
        for node in slot.material.node_tree.nodes if slot.material and slot.material.use_nodes else []:
            if node.type == "TEX_IMAGE" and node.image:
                found[node.image.name.split(".")[0]] = node.image
    return found


def check(path: Path, asked: dict[str, object]) -> None:
    """Checks one file. Raises AssertionError.

    asked: the command's verb and options for the file.
    """
    things = opened(path)
    names = sorted(thing.name for thing in things)
    assert things, f"{path.name}: nothing arrived"
    for thing in things:
        count = len(thing.data.polygons)
        assert count > 3, f"{path.name}: {thing.name} has {count} faces"
    levels = int(asked.get("--lods") or 0)
    if levels and asked["verb"][0] == "generate":
        found = [name for name in names if "_LOD" in name and not name.startswith("UCX_") and "convcol" not in name]
        assert 2 <= len(found) <= levels + 1, f"{path.name}: {names}"
    if asked.get("--collision"):
        mark = "UCX_" if asked.get("--host") != "godot" else "-convcolonly"
        assert any(mark in name for name in names), f"{path.name}: no {mark} in {names}"
    if asked.get("--texture-size"):
        side = int(asked["--texture-size"])
        worn = [images(thing) for thing in things if thing.material_slots]
        assert worn and all("base_color" in one for one in worn[:1]), f"{path.name}: {worn}"
        for image in worn[0].values():
            if image.name.startswith(("base_color", "occlusion_roughness", "normal")):
                assert tuple(image.size) == (side, side), f"{path.name}: {image.name} is {tuple(image.size)}"
                assert image.has_data or image.packed_file, f"{path.name}: {image.name} is empty"
    if path.stem.startswith("morph"):
        assert any(thing.data.shape_keys and len(thing.data.shape_keys.key_blocks) == 2 for thing in things), path.name
    if path.stem.startswith(("morph", "frames")):
        assert bpy.data.actions, f"{path.name}: no animation"
    if path.stem == "kept-generic-hand":
        hand = next(thing for thing in things if thing.vertex_groups)
        assert len(hand.vertex_groups) == 25 and any(thing.type == "ARMATURE" for thing in bpy.data.objects), path.name


def main() -> None:
    folder = Path(sys.argv[1])
    files = sorted(folder.glob("*.glb"))
    for path in files:
        check(path, json.loads(path.with_suffix(".json").read_text()))
    print(f"{len(files)} files open in Blender {bpy.app.version_string} with what was asked for", flush=True)
    # Some versions of Blender crash at exit.
    os._exit(0)


if __name__ == "__main__":
    main()
