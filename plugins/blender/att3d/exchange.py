# SPDX-License-Identifier: GPL-3.0-or-later
"""Extension of Blender's glTF exporter, which finds it by its name in the package."""

from . import materials


class glTF2ExportUserExtension:  # noqa: N801 - the exporter requires this name
    """Leaves the color attribute out of textured meshes.

    In these meshes only solid views use the attribute. The exporter would write this attribute beside a white
    one, although the material does not use it.
    """

    def __init__(self) -> None:
        #: The exporter requires this attribute.
        self.is_critical = False

    def gather_mesh_hook(self, mesh: object, blender_mesh: object, *_: object) -> None:
        """Removes the color attributes of a mesh whose materials were made here and use images alone."""
        used = [material for material in blender_mesh.materials if material is not None]
        if used and all(materials.has_keys(material) for material in used):
            for primitive in mesh.primitives:
                self._keep_first(primitive.attributes)
            return
        if not used or not all(materials.is_textured(material) for material in used):
            return
        if [attribute.name for attribute in blender_mesh.color_attributes] != ["Color"]:
            return
        for primitive in mesh.primitives:
            for name in [name for name in primitive.attributes if name.startswith("COLOR_")]:
                del primitive.attributes[name]

    @staticmethod
    def _keep_first(attributes: dict[str, object]) -> None:
        """Makes the colors of the first shape key the only ones. The exporter puts a white attribute before them."""
        colors = [attributes.pop(name) for name in sorted(attributes) if name.startswith("COLOR_")]
        if colors:
            attributes["COLOR_0"] = colors[min(1, len(colors) - 1)]
