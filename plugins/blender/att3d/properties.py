# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the panels that a scene stores: `scene.att3d`."""

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from . import live, meshes, palette
from .making import Order
from .originals import Keep
from .translations import CONTEXT

_TEXTURES = (
    ("0", "Vertex Colors", "No images; colors, metallic and roughness are attributes of the vertices"),
    ("512", "512", "512 × 512 texels"),
    ("1024", "1024", "1024 × 1024 texels"),
    ("2048", "2048", "2048 × 2048 texels"),
    ("4096", "4096", "4096 × 4096 texels"),
)

STYLES = (
    ("KEEP", "Keep Geometry", "Write only a material: vertices, faces and UVs stay as they are"),
    ("REPLACE", "Replace", "Replace the mesh of the object by a new mesh in the same place"),
    ("BESIDE", "Add Beside", "Add a new object beside the old one"),
)

SLOTS = (
    ("ALL", "All Slots", "Every material slot with faces gets its own material and images"),
    ("ACTIVE", "Active Slot Only", "The other material slots stay as they are"),
)


def _prompt_changed(self: "ATT3D_settings", _context: bpy.types.Context) -> None:
    live.prompt_changed(self)


def _is_live(_self: "ATT3D_settings") -> bool:
    return live.is_on()


def _set_live(_self: "ATT3D_settings", wanted: bool) -> None:
    live.switch(bpy.context, wanted)


def _blend_changed(self: "ATT3D_settings", _context: bpy.types.Context) -> None:
    live.blend_changed(self)


def _size_changed(self: "ATT3D_settings", _context: bpy.types.Context) -> None:
    live.size_changed(self)


def _shown_size(self: "ATT3D_settings") -> float:
    return self.size / meshes.meters_of(self.id_data)


def _set_shown_size(self: "ATT3D_settings", length: float) -> None:
    self.size = length * meshes.meters_of(self.id_data)


def _search_changed(self: "ATT3D_settings", _context: bpy.types.Context) -> None:
    word = self.palette_search
    group = palette.group_of(word)
    if group:
        # A whole word was chosen or typed, so it is inserted and the field is free for the next one.
        self.prompt = palette.inserted(self.prompt, group, word)
        self.palette_search = ""


def _live_detail_changed(self: "ATT3D_settings", _context: bpy.types.Context) -> None:
    live.detail_changed(self)


class ATT3D_prompt(bpy.types.PropertyGroup):
    """One of the prompts to interpolate."""

    text: StringProperty(name="Prompt", update=lambda self, context: live.blend_changed(context.scene.att3d))


class ATT3D_settings(bpy.types.PropertyGroup):
    """The settings of the panels of a scene."""

    prompt: StringProperty(
        name="Prompt",
        description="Description of the mesh, such as: a red dragon wearing a party hat",
        default="a pig wearing a party hat",
        options={"TEXTEDIT_UPDATE"},
        update=_prompt_changed,
    )
    live: BoolProperty(
        name="Live",
        description="The mesh changes while you type and drag; Generate makes it in full detail",
        get=_is_live,
        set=_set_live,
    )
    live_detail: IntProperty(name="Live Detail", description="Number of cells along each side during a live session", default=64, min=16, max=256, update=_live_detail_changed)
    detail: IntProperty(name="Detail", description="Number of cells along each side of the box in which the surface is extracted", default=128, min=16, max=512)
    texture_size: EnumProperty(name="Textures", items=_TEXTURES, default="1024")
    triangles: IntProperty(
        name="Triangles",
        description="Largest number of triangles; 0 for no limit",
        default=10000,
        min=0,
        soft_max=200000,
        translation_context=CONTEXT,
    )
    min_component: FloatProperty(
        name="Min Component",
        description="Connected components of the mesh with a smaller share of the volume are removed; 0 keeps all components",
        default=0.001,
        min=0.0,
        max=1.0,
        soft_max=0.05,
        precision=4,
    )
    size: FloatProperty(
        name="Size in Meters", description="Length of the longest side; 0 for the model's own size", default=0.0, min=0.0, soft_max=10.0, update=_size_changed
    )
    # The same size in Blender units. Blender shows those in the scene's own unit, such as centimeters.
    shown_size: FloatProperty(
        name="Size",
        description="Length of the longest side; 0 for the model's own size",
        min=0.0,
        unit="LENGTH",
        get=_shown_size,
        set=_set_shown_size,
        options={"SKIP_SAVE"},
    )
    seed: IntProperty(name="Seed", description="Each number selects a variant; 0 is the plain result", default=0, min=0, update=_prompt_changed)
    replace: BoolProperty(name="Replace Selection", description="Replace the selected mesh by the result, instead of adding a new object at the 3D cursor")
    keep_old: BoolProperty(name="Keep Old Mesh", description="If a mesh of yours is replaced, keep a hidden copy of its object", default=True)
    transfer_weights: BoolProperty(
        name="Transfer Weights", description="The new mesh gets the vertex weights of the nearest points of the mesh that it replaces"
    )
    variants: IntProperty(name="Variants", default=9, min=2, max=36)
    keep_shape: FloatProperty(
        name="Keep Shape", description="How much of the selected mesh's shape is kept", default=1.0, min=0.0, max=1.0, subtype="FACTOR"
    )
    style: EnumProperty(name="Result", items=STYLES, default="KEEP")
    slots: EnumProperty(name="Slots", description="Which materials are replaced if the geometry is kept", items=SLOTS, default="ALL")
    mask: StringProperty(name="Mask", description="Vertex group whose weights set where the mesh is painted; the old material stays where the weight is 0")
    own_image_size: BoolProperty(
        name="Image Size of the Material", description="Each new image has the size of the largest image in the material that it replaces. Without such an image, it has the size in Textures"
    )
    blend_prompts: CollectionProperty(type=ATT3D_prompt)
    blend_index: IntProperty()
    blend: FloatProperty(
        name="Blend",
        description="Position between the prompts: 0 is the first prompt, and 1 is the last. It can be animated by keyframes",
        default=0.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
        options={"ANIMATABLE"},
        update=_blend_changed,
    )
    # Whether the live session switched Lock Interface on.
    locks_interface: BoolProperty(options={"HIDDEN"})
    blend_frames: IntProperty(name="Frames", description="Number of frames of the sequence; each frame has its own mesh", default=24, min=2, max=500)
    batch_text: PointerProperty(name="Prompts", description="Text with one prompt per line. If its name ends in .csv or .tsv, it is read as a table", type=bpy.types.Text)
    batch_file: StringProperty(
        name="File",
        description="A .csv or .tsv file with the column `prompt` and the optional columns `seed` and `size` (in meters), or a text file with one prompt per line",
        subtype="FILE_PATH",
    )
    batch_columns: IntProperty(name="Columns", default=5, min=1, max=100)
    scatter_count: IntProperty(name="Count", description="Number of objects on the selected surface", default=20, min=1, max=10000, soft_max=1000)
    scatter_variants: IntProperty(name="Variants", description="Number of different meshes among the objects", default=4, min=1, max=36)
    scatter_slope: FloatProperty(
        name="Slope", description="Largest angle between the ground and a face that gets objects", default=1.0471976, min=0.0, max=3.1415927, subtype="ANGLE"
    )
    scatter_aligned: BoolProperty(name="Align to Surface", description="Align the up axis of each object to the normal of its face. Otherwise each object stands upright")
    palette_kind: EnumProperty(name="Kind", description="The kind of words that are shown", items=palette.items, options={"SKIP_SAVE"})
    palette_search: StringProperty(
        name="Find a Word",
        description="Type a part of a word to search for it; a whole word is inserted into the prompt",
        search=palette.completions,
        search_options={"SUGGESTION"},
        update=_search_changed,
        options={"SKIP_SAVE"},
    )
    history_index: IntProperty(options={"SKIP_SAVE"})

    def keep(self) -> Keep:
        """Returns what is kept of a mesh that is replaced."""
        return Keep(self.keep_old, self.transfer_weights)

    def order(self) -> Order:
        """Returns the order that Generate makes from these settings."""
        return Order(
            prompt=self.prompt,
            seed=self.seed,
            detail=self.detail,
            texture_size=int(self.texture_size),
            triangles=self.triangles,
            size=self.size,
            min_component=self.min_component,
        )


_CLASSES = (ATT3D_prompt, ATT3D_settings)


def register() -> None:
    for kind in _CLASSES:
        bpy.utils.register_class(kind)
    bpy.types.Scene.att3d = PointerProperty(type=ATT3D_settings)


def unregister() -> None:
    del bpy.types.Scene.att3d
    for kind in reversed(_CLASSES):
        bpy.utils.unregister_class(kind)
