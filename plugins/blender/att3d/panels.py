# SPDX-License-Identifier: GPL-3.0-or-later
"""The sidebar of the 3D view: the tab ATT3D."""

from collections.abc import Callable

import blf
import bpy
from bpy.app.translations import pgettext_iface as iface_

from . import engine, generate, history, library, live, palette, provenance, tasks, translations, uvs, variants

#: Width of the icon and the margins of a line, in pixels at a scale of 1.
_MARGIN = 50
#: Width of the sidebar in a new window, in pixels at a scale of 1.
_DEFAULT_WIDTH = 220


class _Panel:
    bl_space_type, bl_region_type, bl_category = "VIEW_3D", "UI", "ATT3D"
    bl_translation_context = translations.CONTEXT

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        return not library.problem()


def _scale(context: bpy.types.Context) -> float:
    # Without a window Blender has no scale.
    return context.preferences.system.ui_scale or 1.0


def _width(context: bpy.types.Context) -> float:
    """Returns the width of a line of text in the region, in pixels."""
    scale = _scale(context)
    width = context.region.width if context.region is not None else _DEFAULT_WIDTH * scale
    return max(width - _MARGIN * scale, 80 * scale)


def wrapped(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Returns a text in lines that fit. fits: whether a line fits.

    A line breaks between words, or within a word that does not fit alone. Chinese and Japanese texts have no
    spaces, so they also break within words.
    """
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if fits(longer):
            line = longer
            continue
        if line:
            lines.append(line)
        while not fits(word) and len(word) > 1:
            count = next((count for count in range(len(word) - 1, 1, -1) if fits(word[:count])), 1)
            lines.append(word[:count])
            word = word[count:]
        line = word
    return [*lines, line] if line else lines


def _lines(context: bpy.types.Context, layout: bpy.types.UILayout, text: str, icon: str) -> None:
    """Adds a text to a layout, in lines that fit the region. The first line has the icon."""
    style = context.preferences.ui_styles[0].widget
    blf.size(0, style.points * _scale(context))
    width = _width(context)
    column = layout.column(align=True)
    for index, line in enumerate(wrapped(text, lambda part: blf.dimensions(0, part)[0] <= width)):
        column.label(text=line, icon="BLANK1" if index else icon, translate=False)


def _keep(layout: bpy.types.UILayout, settings: object) -> None:
    """Adds what is kept of a mesh that is replaced."""
    row = layout.row(align=True)
    row.prop(settings, "keep_old")
    row.prop(settings, "transfer_weights")


class ATT3D_PT_generate(_Panel, bpy.types.Panel):
    """The prompt, the settings, and the button Generate."""

    bl_idname = "ATT3D_PT_generate"
    bl_label = "Generate from Text"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        return True

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        if library.problem():
            _lines(context, layout, library.problem(), "ERROR")
            return
        settings = context.scene.att3d
        layout.prop(settings, "prompt", text="")
        self._draw_reading(context, settings.prompt)
        row = layout.row(align=True)
        row.scale_y = 1.4
        row.operator("att3d.generate", icon="MESH_MONKEY").prompt = settings.prompt
        row.prop(settings, "live", toggle=True, icon="PLAY" if not settings.live else "PAUSE")
        if tasks.current is not None:
            row = layout.row(align=True)
            row.progress(factor=tasks.current.fraction, text=tasks.current.waits_for or tasks.current.label)
            row.operator("att3d.cancel", text="", icon="CANCEL")
        layout.prop(settings, "replace")
        if settings.replace:
            _keep(layout, settings)
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column()
        if settings.live:
            column.prop(settings, "live_detail")
        else:
            column.prop(settings, "detail")
        column.prop(settings, "texture_size")
        column.prop(settings, "triangles")
        column.prop(settings, "min_component")
        column.prop(settings, "shown_size")
        column.prop(settings, "seed")
        self._draw_active(context)

    def _draw_reading(self, context: bpy.types.Context, prompt: str) -> None:
        """Draws what was understood of the prompt, or the last failure."""
        hint = live.hint()
        found = palette.understood(prompt)
        if hint:
            _lines(context, self.layout, hint, "INFO")
        elif found is not None:
            _lines(context, self.layout, found[0], "ERROR" if found[1] else "CHECKMARK")
        elif generate.hint and generate.hint_prompt == prompt:
            _lines(context, self.layout, generate.hint, "INFO")

    def _draw_active(self, context: bpy.types.Context) -> None:
        layout, thing = self.layout, context.active_object
        if thing is not None and provenance.PROMPT in thing:
            row = layout.row(align=True)
            row.operator("att3d.regenerate", icon="FILE_REFRESH")
            row.operator("att3d.mark_asset", text="", icon="ASSET_MANAGER")
            row = layout.row(align=True)
            row.operator("att3d.make_quads", icon="MESH_GRID")
            row.operator("att3d.place", icon="SNAP_FACE")


class ATT3D_PT_words(_Panel, bpy.types.Panel):
    """The words of the model, which are inserted into the prompt by a click."""

    bl_idname = "ATT3D_PT_words"
    bl_label = "Words"
    bl_parent_id = "ATT3D_PT_generate"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.att3d
        if not engine.words():
            if engine.facts() is not None:
                _lines(context, layout, iface_("This model accepts any word"), "INFO")
            else:
                layout.operator("att3d.words_load", icon="FILE_REFRESH")
            return
        layout.prop(settings, "palette_search", text="", icon="VIEWZOOM")
        search = settings.palette_search
        if not search:
            layout.prop(settings, "palette_kind", text="")
        found = palette.words("" if search else settings.palette_kind, search, palette.thing_of(settings.prompt))
        if not found:
            layout.label(text="No matching words", icon="INFO")
        shown = found[: palette.SHOWN]
        longest = max((len(word) for _group, word in shown), default=0)
        # As many columns as fit into the sidebar of a new window.
        columns = 3 if longest <= 10 else 2 if longest <= 15 else 1
        grid = layout.grid_flow(row_major=True, columns=columns, even_columns=True, align=True)
        for _group, word in shown:
            grid.operator("att3d.insert_word", text=word, translate=False).word = word
        if len(found) > palette.SHOWN:
            layout.label(text=f"{len(found) - palette.SHOWN} more words: use the search")


class ATT3D_PT_engine(_Panel, bpy.types.Panel):
    """The running engine, the model, and their memory."""

    bl_idname = "ATT3D_PT_engine"
    bl_label = "Engine"
    bl_parent_id = "ATT3D_PT_generate"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        addon = context.preferences.addons.get(__package__)
        if addon is not None and addon.preferences:
            layout.prop(addon.preferences, "package")
            layout.prop(addon.preferences, "engine")
            if addon.preferences.engine == "TORCH":
                layout.prop(addon.preferences, "device")
        facts = engine.facts()
        column = layout.column(align=True)
        if facts is None:
            column.label(text="The first prompt loads the model")
            return
        where = "a separate process" if facts.in_worker else "Blender's process"
        column.label(text=f"{facts.engine} on {facts.device}, {facts.threads} threads")
        column.label(text=f"in {where}")
        column.label(text=f"{facts.model} ({facts.license})")
        free = f", {facts.memory_free >> 20} MiB free" if facts.memory_free else ""
        column.label(text=f"{facts.memory_in_use >> 20} MiB in use{free}")
        layout.operator("att3d.unload", icon="TRASH")


class ATT3D_PT_variants(_Panel, bpy.types.Panel):
    """Small pictures of variants, from which the artist picks one."""

    bl_idname = "ATT3D_PT_variants"
    bl_label = "Variants"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        row = layout.row(align=True)
        row.operator("att3d.variants", icon="IMGDISPLAY")
        row.prop(context.scene.att3d, "variants", text="")
        prompt, found = variants.shown
        if found:
            layout.label(text=prompt)
        grid = layout.grid_flow(row_major=True, columns=3, even_columns=True, even_rows=True, align=True)
        for seed, icon in found:
            column = grid.column(align=True)
            column.template_icon(icon_value=icon, scale=5.0)
            column.operator("att3d.variant_pick", text=f"Seed {seed}").seed = seed


class ATT3D_UL_prompts(bpy.types.UIList):
    """The prompts to interpolate."""

    def draw_item(self, _context, layout, _data, item, _icon, _active_data, _active_name) -> None:
        layout.prop(item, "text", text="", emboss=False, icon="TEXT")


class ATT3D_PT_blend(_Panel, bpy.types.Panel):
    """Interpolation between prompts."""

    bl_idname = "ATT3D_PT_blend"
    bl_label = "Interpolate"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.att3d
        row = layout.row()
        row.template_list("ATT3D_UL_prompts", "", settings, "blend_prompts", settings, "blend_index", rows=3)
        column = row.column(align=True)
        column.operator("att3d.blend_add", text="", icon="ADD")
        column.operator("att3d.blend_remove", text="", icon="REMOVE")
        column = layout.column()
        column.enabled = len(settings.blend_prompts) > 1
        row = column.row(align=True)
        row.prop(settings, "blend", slider=True)
        row.prop(settings, "live", text="", icon="PLAY" if not settings.live else "PAUSE", toggle=True)
        column.operator("att3d.blend_shape_keys", icon="SHAPEKEY_DATA")
        row = column.row(align=True)
        row.operator("att3d.blend_frames", icon="RENDER_ANIMATION")
        row.prop(settings, "blend_frames", text="")


class ATT3D_PT_stylize(_Panel, bpy.types.Panel):
    """Stylization of the selected mesh by the prompt."""

    bl_idname = "ATT3D_PT_stylize"
    bl_label = "Stylize Selected"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.att3d
        layout.prop(settings, "prompt", text="")
        layout.prop(settings, "style", expand=False)
        if settings.style == "KEEP":
            layout.prop(settings, "slots", expand=False)
            thing = context.active_object
            if thing is not None and thing.type == "MESH":
                layout.prop_search(settings, "mask", thing, "vertex_groups", icon="GROUP_VERTEX")
            layout.prop(settings, "own_image_size")
        row = layout.row()
        row.enabled = settings.style != "KEEP"
        row.prop(settings, "keep_shape", slider=True)
        if settings.style == "REPLACE":
            _keep(layout, settings)
        layout.operator("att3d.stylize", icon="BRUSH_DATA").prompt = settings.prompt
        things = [context.active_object, *context.selected_objects]
        found = [uvs.warnings[thing.session_uid] for thing in things if thing is not None and thing.session_uid in uvs.warnings]
        if found:
            _lines(context, layout, found[0], "ERROR")
        layout.operator("att3d.new_uvs", icon="UV")


class ATT3D_PT_batch(_Panel, bpy.types.Panel):
    """Generation of many prompts."""

    bl_idname = "ATT3D_PT_batch"
    bl_label = "Batch"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.att3d
        layout.prop(settings, "batch_text")
        row = layout.row()
        row.enabled = settings.batch_text is None
        row.prop(settings, "batch_file")
        row = layout.row(align=True)
        row.enabled = settings.batch_text is not None or bool(settings.batch_file)
        row.operator("att3d.batch", icon="MESH_GRID")
        row.prop(settings, "batch_columns", text="")
        layout.operator("att3d.remove_newest", icon="TRASH")


class ATT3D_PT_scatter(_Panel, bpy.types.Panel):
    """Variants on the selected surface."""

    bl_idname = "ATT3D_PT_scatter"
    bl_label = "Scatter on Selected"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.att3d
        layout.prop(settings, "prompt", text="")
        row = layout.row(align=True)
        row.prop(settings, "scatter_count")
        row.prop(settings, "scatter_variants")
        layout.prop(settings, "scatter_slope")
        layout.prop(settings, "scatter_aligned")
        layout.operator("att3d.scatter", icon="OUTLINER_OB_POINTCLOUD").prompt = settings.prompt
        layout.operator("att3d.remove_newest", icon="TRASH")


class ATT3D_UL_history(bpy.types.UIList):
    """The results that were made before."""

    def draw_item(self, _context, layout, _data, item, _icon, _active_data, _active_name) -> None:
        layout.label(text=item.prompt, icon_value=history.icon(item.key))


class ATT3D_PT_history(_Panel, bpy.types.Panel):
    """The results that were made before, and operators to import or repeat one."""

    bl_idname = "ATT3D_PT_history"
    bl_label = "History"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings, manager = self.layout, context.scene.att3d, context.window_manager
        row = layout.row(align=True)
        row.operator("att3d.history_load", icon="FILE_REFRESH")
        row.operator("att3d.history_clear", text="", icon="TRASH")
        if not len(manager.att3d_history):
            return
        layout.template_list("ATT3D_UL_history", "", manager, "att3d_history", settings, "history_index", rows=5)
        if settings.history_index >= len(manager.att3d_history):
            return
        entry = manager.att3d_history[settings.history_index]
        icon = history.icon(entry.key)
        if icon:
            layout.template_icon(icon_value=icon, scale=7.0)
        row = layout.row(align=True)
        row.operator("att3d.history_import", icon="IMPORT").key = entry.key
        row = row.row(align=True)
        row.enabled = entry.is_repeatable
        row.operator("att3d.history_again", icon="FILE_REFRESH").key = entry.key


_CLASSES = (
    ATT3D_UL_prompts,
    ATT3D_UL_history,
    ATT3D_PT_generate,
    ATT3D_PT_words,
    ATT3D_PT_engine,
    ATT3D_PT_variants,
    ATT3D_PT_blend,
    ATT3D_PT_stylize,
    ATT3D_PT_batch,
    ATT3D_PT_scatter,
    ATT3D_PT_history,
)


register, unregister = bpy.utils.register_classes_factory(_CLASSES)
