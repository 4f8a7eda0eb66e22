# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry of the Add menu: Add > Mesh > From Text."""

import bpy
from bpy.props import StringProperty


class ATT3D_OT_add(bpy.types.Operator):
    """Type a prompt, and generate its mesh beside the objects at the 3D cursor"""

    bl_idname = "att3d.add"
    bl_label = "From Text"
    # Generate adds the undo step and the panel of its settings.
    bl_options = {"INTERNAL"}

    prompt: StringProperty(name="Prompt", description="By default, the prompt of the panel", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        if not self.properties.is_property_set("prompt"):
            self.prompt = context.scene.att3d.prompt
        return context.window_manager.invoke_props_dialog(self, width=400)

    def draw(self, _context: bpy.types.Context) -> None:
        self.layout.activate_init = True
        self.layout.prop(self, "prompt", text="")

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.att3d
        settings.prompt = self.prompt or settings.prompt
        try:
            bpy.ops.att3d.generate("INVOKE_DEFAULT", prompt=settings.prompt, replace=False)
        except RuntimeError as error:
            self.report({"ERROR"}, str(error).strip().removeprefix("Error: "))
            return {"CANCELLED"}
        return {"FINISHED"}


def _draw(self: bpy.types.Menu, _context: bpy.types.Context) -> None:
    self.layout.separator()
    self.layout.operator_context = "INVOKE_DEFAULT"
    self.layout.operator("att3d.add", icon="OUTLINER_OB_FONT")


def register() -> None:
    bpy.utils.register_class(ATT3D_OT_add)
    bpy.types.VIEW3D_MT_mesh_add.append(_draw)


def unregister() -> None:
    bpy.types.VIEW3D_MT_mesh_add.remove(_draw)
    bpy.utils.unregister_class(ATT3D_OT_add)
