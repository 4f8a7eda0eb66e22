# SPDX-License-Identifier: GPL-3.0-or-later
"""Principled materials: with packed images, or with the color attributes of the mesh."""

import json
import struct

import bpy
import numpy as np

#: Name of the materials of meshes with color attributes. Meshes with similar metallic and roughness share a
#: material.
COLORS = "ATT3D Colors"
#: Custom property of those materials: the factors, as text.
_FACTORS = "att3d_factors"
#: Custom property of the materials with a color attribute for each shape key.
_KEYS = "att3d_keys"
#: Step to which the factors of a mesh are rounded, so that similar meshes share a material.
_STEP = 0.05
#: Number of vertices from which the usual metallic and roughness are computed.
_SAMPLES = 1000
#: Smallest factor by which an attribute can be multiplied.
_LEAST = 0.01
#: Factors of a mesh without metallic and roughness.
_USUAL = (0.0, 0.5)
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
    if bpy.app.version < (5, 0, 0):
        # Later versions give each material nodes.
        material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    principled = tree.nodes.new("ShaderNodeBsdfPrincipled")
    output.location, principled.location = (320, 0), (0, 0)
    tree.links.new(principled.outputs["BSDF"], output.inputs["Surface"])
    return tree, principled


def factors_of(mesh: object) -> tuple[float, float]:
    """Returns the usual metallic and roughness of a mesh with attributes, rounded. Any thread.

    A factor of 0 means that no vertex has another value.
    """
    values = np.asarray(mesh.materials)
    if not len(values):
        return _USUAL
    factors = []
    for column in (0, 1):
        channel = np.ascontiguousarray(values[:, column])
        # A median of all vertices would take long.
        sample = np.sort(channel[:: 1 + len(channel) // _SAMPLES])
        usual = round(float(sample[len(sample) // 2]) / _STEP) * _STEP
        factors.append(round(max(usual, _LEAST if channel.max() > _STEP else 0.0), 2))
    return factors[0], factors[1]


def of_colors(factors: tuple[float, float] = _USUAL) -> bpy.types.Material:
    """Returns the material of meshes whose colors, metallic and roughness are attributes.

    factors: those of the mesh, as `factors_of` returns them. Meshes with the same factors share a material, which
    is created if it does not exist.
    """
    for found in bpy.data.materials:
        if found.get(_FACTORS) == str(factors) and found.library is None:
            return found
    material = _of_attributes(COLORS, factors)
    material[_FACTORS] = str(factors)
    return material


def _of_attributes(name: str, factors: tuple[float, float]) -> bpy.types.Material:
    """Returns a new material whose inputs are attributes of the mesh. factors: of metallic and roughness."""
    material = bpy.data.materials.new(name)
    material.metallic, material.roughness = factors
    tree, principled = _principled(material)
    color = tree.nodes.new("ShaderNodeVertexColor")
    color.layer_name, color.location = COLOR, (-280, 120)
    tree.links.new(color.outputs["Color"], principled.inputs["Base Color"])
    for row, (attribute, socket, factor) in enumerate(
        (("metallic", "Metallic", factors[0]), ("roughness", "Roughness", factors[1])), 1
    ):
        principled.inputs[socket].default_value = factor
        if factor:
            _scaled(tree, attribute, factor, -80 - 200 * row, principled.inputs[socket])
    return material


def _scaled(tree: bpy.types.NodeTree, name: str, factor: float, height: float, target: bpy.types.NodeSocket) -> None:
    """Links an attribute to a socket: divided and multiplied by a factor, so that its values do not change.

    glTF has no such attributes, so an exporter writes the factor of the last multiplication.
    """
    attribute = tree.nodes.new("ShaderNodeAttribute")
    attribute.attribute_name, attribute.location = name, (-640, height)
    divided, multiplied = tree.nodes.new("ShaderNodeMath"), tree.nodes.new("ShaderNodeMath")
    for node, operation, left in ((divided, "DIVIDE", -460), (multiplied, "MULTIPLY", -280)):
        node.operation, node.location = operation, (left, height)
        node.inputs[1].default_value = factor
    tree.links.new(attribute.outputs["Fac"], divided.inputs[0])
    tree.links.new(divided.outputs["Value"], multiplied.inputs[0])
    tree.links.new(multiplied.outputs["Value"], target)


def show_colors(thing: bpy.types.Object, factors: tuple[float, float]) -> None:
    """Assigns the material of a mesh with attributes to the first slot, if the slot is empty or has such a material.

    factors: those of the mesh, as `factors_of` returns them. The material that was there stays in the file, even
    without users: a live session may need it again at its next mesh. `drop_unused` removes it.
    """
    data = thing.data
    slot = data.materials[0] if data.materials else None
    if slot is not None and _FACTORS not in slot:
        return
    material = of_colors(factors)
    if not data.materials:
        data.materials.append(material)
    elif slot != material:
        data.materials[0] = material
        if thing.material_slots[0].link == "OBJECT":
            thing.material_slots[0].material = material


def drop_unused() -> None:
    """Removes the materials of meshes with attributes that have no users."""
    for material in list(bpy.data.materials):
        if _FACTORS in material and not material.users and material.library is None:
            bpy.data.materials.remove(material)


def of_keys(name: str, keys: bpy.types.Key, mesh: object) -> bpy.types.Material:
    """Returns a new material for a mesh with a color attribute for each shape key.

    The attributes are mixed as the shape keys are: the colors follow the values of the keys.
    """
    material = _of_attributes(name, factors_of(mesh))
    material[_OURS] = material[_KEYS] = True
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
        # The colors of the keys are mixed one after another, and each mix replaces a share of the earlier
        # colors. Between two keys, their values add up to 1. The share of a key is therefore the sum of its
        # own value and the values of all later keys.
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
    _link(tree, principled, name, pictures)
    return material


def over(old: bpy.types.Material | None, name: str, pictures: dict[str, bytes], mask: str) -> bpy.types.Material:
    """Returns a copy of a material with images over it, where an attribute of the mesh is 1.

    old: None for Blender's default material. mask: the name of the attribute, which mixes the material and the images.
    """
    material = bpy.data.materials.new(name) if old is None else old.copy()
    material.name, material.use_fake_user = name, False
    material[_OURS] = True
    for key in (_FACTORS, _KEYS):
        if key in material:
            del material[key]
    if not material.use_nodes:
        # Later versions give each material nodes. Earlier ones show this color if there are none.
        material.use_nodes = True
        material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = material.diffuse_color
    tree = material.node_tree
    output = tree.get_output_node("ALL") or tree.nodes.new("ShaderNodeOutputMaterial")
    right, top = output.location
    principled, mix = tree.nodes.new("ShaderNodeBsdfPrincipled"), tree.nodes.new("ShaderNodeMixShader")
    attribute = tree.nodes.new("ShaderNodeAttribute")
    attribute.attribute_name = mask
    for node, place in ((principled, (right - 300, top - 700)), (attribute, (right, top + 250)), (mix, (right + 200, top))):
        node.location = place
    output.location = (right + 400, top)
    surface = output.inputs["Surface"]
    if surface.is_linked:
        tree.links.new(surface.links[0].from_socket, mix.inputs[1])
    tree.links.new(principled.outputs["BSDF"], mix.inputs[2])
    tree.links.new(attribute.outputs["Fac"], mix.inputs["Fac"])
    tree.links.new(mix.outputs["Shader"], surface)
    _link(tree, principled, name, pictures, (right - 300, top - 700))
    return material


def _link(tree: bpy.types.NodeTree, principled: bpy.types.Node, name: str, pictures: dict[str, bytes], at: tuple[float, float] = (0.0, 0.0)) -> None:
    """Adds images to a node tree and links them to a Principled node. at: the place of that node."""
    left, top = at
    for row, (channel, png) in enumerate(pictures.items()):
        node = tree.nodes.new("ShaderNodeTexImage")
        node.image, node.location = _packed(f"{name} {channel}", png, channel == "base_color"), (left - 640, top + 280 - 300 * row)
        if channel == "base_color":
            tree.links.new(node.outputs["Color"], principled.inputs["Base Color"])
        elif channel == "normal":
            bump = tree.nodes.new("ShaderNodeNormalMap")
            bump.location = (left - 280, top + 280 - 300 * row)
            tree.links.new(node.outputs["Color"], bump.inputs["Color"])
            tree.links.new(bump.outputs["Normal"], principled.inputs["Normal"])
        else:
            split = tree.nodes.new("ShaderNodeSeparateColor")
            split.location = (left - 280, top + 280 - 300 * row)
            tree.links.new(node.outputs["Color"], split.inputs["Color"])
            tree.links.new(split.outputs["Green"], principled.inputs["Roughness"])
            tree.links.new(split.outputs["Blue"], principled.inputs["Metallic"])


def size_of_images(material: bpy.types.Material | None) -> tuple[int, int] | None:
    """Returns the size of the largest image of a material, or None if it has none."""
    if material is None or material.node_tree is None:
        return None
    sizes = [tuple(node.image.size) for node in material.node_tree.nodes if node.type == "TEX_IMAGE" and node.image is not None]
    return max((size for size in sizes if all(size)), key=lambda size: size[0] * size[1], default=None)


def scale_images(material: bpy.types.Material, size: tuple[int, int], names: str) -> None:
    """Scales images of a material and packs them again. names: how the names of the images begin."""
    for node in material.node_tree.nodes:
        image = node.image if node.type == "TEX_IMAGE" else None
        if image is not None and image.name.startswith(names) and tuple(image.size) != size:
            image.scale(*size)
            image.pack()


def has_keys(material: bpy.types.Material) -> bool:
    """Returns whether a material was made here for a mesh with a color attribute for each shape key."""
    return _KEYS in material


def is_textured(material: bpy.types.Material) -> bool:
    """Returns whether a material was made here for images and uses no color attribute."""
    if not material.get(_OURS) or material.node_tree is None:
        return False
    return not any(node.type in ("VERTEX_COLOR", "ATTRIBUTE") for node in material.node_tree.nodes)


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

    If it has no users, a material that was made here is removed with its unused images. A material of the
    artist gets a fake user instead, since Blender does not save data-blocks without users.
    """
    if material is None or material.users or material.library is not None:
        return
    if not is_ours(material) and _FACTORS not in material:
        material.use_fake_user = True
        return
    images = [node.image for node in material.node_tree.nodes if node.type == "TEX_IMAGE" and node.image]
    bpy.data.materials.remove(material)
    for image in images:
        if not image.users:
            bpy.data.images.remove(image)
