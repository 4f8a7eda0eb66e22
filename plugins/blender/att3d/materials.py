# SPDX-License-Identifier: GPL-3.0-or-later
"""Principled materials: with packed images, or with the color attributes of the mesh."""

import json
import struct

import bpy

#: Name of the material that all meshes with color attributes share.
COLORS = "ATT3D Colors"
#: Name of the color attribute. The attribute of a further shape key has the number of the key appended.
COLOR = "Color"
#: Custom property of the materials that were made here for one mesh.
_OURS = "att3d"


def pictures_of(glb: bytes) -> dict[str, bytes]:
    """Returns the images of a textured mesh's GLB as PNG files, by name. Any thread; it does not use Blender.

    The names are base_color, occlusion_roughness_metallic and normal. The PNG bytes are copied from the GLB,
    so that Blender packs them without encoding them again.
    """
    (length,) = struct.unpack_from("<I", glb, 12)
    document = json.loads(glb[20 : 20 + length])
    binary = 20 + length + 8

    def png(texture: dict[str, object]) -> bytes:
        image = document["images"][document["textures"][texture["index"]]["source"]]
        view = document["bufferViews"][image["bufferView"]]
        start = binary + view.get("byteOffset", 0)
        return glb[start : start + view["byteLength"]]

    material = document["materials"][0]
    metal = material.get("pbrMetallicRoughness", {})
    places = {
        "base_color": metal.get("baseColorTexture"),
        "occlusion_roughness_metallic": metal.get("metallicRoughnessTexture"),
        "normal": material.get("normalTexture"),
    }
    return {name: png(texture) for name, texture in places.items() if texture is not None}


def _principled(material: bpy.types.Material) -> tuple[bpy.types.NodeTree, bpy.types.Node]:
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    principled = tree.nodes.new("ShaderNodeBsdfPrincipled")
    output.location, principled.location = (320, 0), (0, 0)
    tree.links.new(principled.outputs["BSDF"], output.inputs["Surface"])
    return tree, principled


def of_colors() -> bpy.types.Material:
    """Returns the shared material of meshes whose colors, metallic and roughness are attributes.

    Makes it if needed.
    """
    found = bpy.data.materials.get(COLORS)
    if found is not None and found.library is None:
        return found
    return _of_attributes(COLORS)


def _of_attributes(name: str) -> bpy.types.Material:
    """Returns a new material whose inputs are attributes of the mesh."""
    material = bpy.data.materials.new(name)
    tree, principled = _principled(material)
    for row, (attribute, output, socket) in enumerate(
        ((COLOR, "Color", "Base Color"), ("metallic", "Fac", "Metallic"), ("roughness", "Fac", "Roughness"))
    ):
        node = tree.nodes.new("ShaderNodeAttribute")
        node.attribute_name, node.location = attribute, (-280, 120 - 200 * row)
        tree.links.new(node.outputs[output], principled.inputs[socket])
    return material


def of_keys(name: str, keys: bpy.types.Key) -> bpy.types.Material:
    """Returns a new material for a mesh with a color attribute for each shape key.

    The attributes are mixed as the shape keys are: the colors follow the values of the keys.
    """
    material = _of_attributes(name)
    material[_OURS] = True
    tree = material.node_tree
    (principled,) = (node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    color = principled.inputs["Base Color"].links[0].from_socket
    count = len(keys.key_blocks)
    for index in range(1, count):
        node = tree.nodes.new("ShaderNodeAttribute")
        node.attribute_name, node.location = f"{COLOR} {index}", (-280, 120 + 200 * index)
        mix = tree.nodes.new("ShaderNodeMixRGB")
        mix.use_clamp, mix.location = False, (-80, 120 + 200 * index)
        tree.links.new(color, mix.inputs["Color1"])
        tree.links.new(node.outputs["Color"], mix.inputs["Color2"])
        color = mix.outputs["Color"]
        # Between two keys, both values add up to 1. Mixed one after the other, the first of them has to replace
        # all earlier colors, and so counts with the value of the second.
        driver = mix.inputs["Fac"].driver_add("default_value").driver
        names = []
        for later in range(index, count):
            variable = driver.variables.new()
            variable.name = f"key{later}"
            variable.targets[0].id_type = "KEY"
            variable.targets[0].id = keys
            path = bpy.utils.escape_identifier(keys.key_blocks[later].name)
            variable.targets[0].data_path = f'key_blocks["{path}"].value'
            names.append(variable.name)
        driver.expression = f"min(1, {' + '.join(names)})"
    tree.links.new(color, principled.inputs["Base Color"])
    return material


def of_pictures(name: str, pictures: dict[str, bytes]) -> bpy.types.Material:
    """Returns a new material with the images as textures, packed into the file."""
    material = bpy.data.materials.new(name)
    material[_OURS] = True
    tree, principled = _principled(material)
    for row, (channel, png) in enumerate(pictures.items()):
        node = tree.nodes.new("ShaderNodeTexImage")
        node.image, node.location = _packed(f"{name} {channel}", png, channel == "base_color"), (-640, 280 - 300 * row)
        if channel == "base_color":
            tree.links.new(node.outputs["Color"], principled.inputs["Base Color"])
        elif channel == "normal":
            bump = tree.nodes.new("ShaderNodeNormalMap")
            bump.location = (-280, 280 - 300 * row)
            tree.links.new(node.outputs["Color"], bump.inputs["Color"])
            tree.links.new(bump.outputs["Normal"], principled.inputs["Normal"])
        else:
            split = tree.nodes.new("ShaderNodeSeparateColor")
            split.location = (-280, 280 - 300 * row)
            tree.links.new(node.outputs["Color"], split.inputs["Color"])
            tree.links.new(split.outputs["Green"], principled.inputs["Roughness"])
            tree.links.new(split.outputs["Blue"], principled.inputs["Metallic"])
    return material


def _packed(name: str, png: bytes, is_color: bool) -> bpy.types.Image:
    width, height = struct.unpack_from(">II", png, 16)
    image = bpy.data.images.new(name, width, height)
    if is_color:
        try:
            image.colorspace_settings.name = "sRGB"
        except TypeError:
            # A studio's color management may use another name. Its default for images is then kept.
            pass
    else:
        image.colorspace_settings.is_data = True
    image.source = "FILE"
    image.pack(data=png, data_len=len(png))
    return image


def is_ours(material: bpy.types.Material) -> bool:
    """Returns whether a material was made here for one mesh."""
    return bool(material.get(_OURS))


def let_go(material: bpy.types.Material | None) -> None:
    """Handles a material that was replaced on an object.

    If it has no users, a material that was made here for one mesh is removed with its unused images. A
    material of the artist gets a fake user instead, since Blender does not save data-blocks without users.
    """
    if material is None or material.users or material.library is not None:
        return
    if not is_ours(material):
        material.use_fake_user = material.name != COLORS
        return
    images = [node.image for node in material.node_tree.nodes if node.type == "TEX_IMAGE" and node.image]
    bpy.data.materials.remove(material)
    for image in images:
        if not image.users:
            bpy.data.images.remove(image)
