# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences of the extension: packages, engine, limits, diagnostics."""

import os
import platform
import zlib
from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from . import abilities, engine, library

#: Number of processors. More threads than processors would only wait for each other.
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
#: Items of the dynamic list of packages. Blender keeps no reference to their strings, so this list does.
_packages: list[tuple[str, str, str, str, int]] = []


def _package_items(self: "ATT3D_preferences", _context: bpy.types.Context | None) -> list[tuple[str, str, str, str, int]]:
    found = [(engine.BUNDLED, "Toybox (Built In)", "The model that comes with ATT3D", "PACKAGE", 0)]
    packages = self.packages()
    known = abilities.of(packages)
    for path in packages:
        # Blender stores the number of the chosen item. It is computed from the path, so that other files in
        # the folder don't change the choice.
        number = zlib.crc32(str(path).encode()) & 0x3FFFFFFF | 1
        found.append((str(path), path.stem, f"{path}: {known[str(path)]}" if str(path) in known else str(path), "PACKAGE", number))
    _packages[:] = found
    return _packages


class ATT3D_preferences(bpy.types.AddonPreferences):
    """The settings that the user chose."""

    bl_idname = __package__

    packages_folder: StringProperty(
        name="Model Packages", description="Folder with .att3d files, which can be chosen as models", subtype="DIR_PATH"
    )
    package: EnumProperty(name="Model", description="Model that generates meshes from the prompts", items=_package_items)
    engine: EnumProperty(
        name="Engine",
        items=(
            ("EMBEDDED", "Built In", "The engine of ATT3D, on the processor, in Blender's process"),
            ("TORCH", "libtorch", "libtorch in a separate process; it uses CUDA if the machine has a CUDA device"),
        ),
    )
    modules_folder: StringProperty(
        name="Engine Module", description="Folder with the file libatt3d_torch.so, and libtorch beside it", subtype="DIR_PATH"
    )
    device: EnumProperty(
        name="Device",
        items=(
            ("AUTO", "Automatic", "A GPU if the machine has one, otherwise the processor"),
            ("CPU", "Processor", "Always the processor"),
            ("CUDA", "GPU", "An NVIDIA GPU"),
        ),
    )
    device_index: IntProperty(name="GPU", description="Index of the GPU, from 0", default=0, min=0, max=63)
    memory_limit: IntProperty(
        name="Memory in MiB", description="Largest amount of memory that the generation of a mesh may use; 0 for the default", default=0, min=0, max=1 << 20
    )
    threads: IntProperty(name="Threads", description="Number of threads; 0 for one per processor, which is also the largest number", default=0, min=0, max=PROCESSORS)
    field_memory: IntProperty(
        name="GPU Memory in MiB", description="Largest amount of GPU memory for intermediate values; 0 for 256", default=0, min=0, max=1 << 20
    )

    shows_colors: BoolProperty(
        name="Colors in Solid View",
        description="Switch each solid 3D view once from material colors to color attributes",
        default=True,
    )

    def choice(self) -> engine.Choice:
        """Returns the settings for the library. Raises Failure if the package is gone."""
        if not self.package:
            # The package's file is gone. Another model would give other results, so none is substituted.
            raise library.Failure("the chosen model package is no longer in its folder: put it back, or choose another in the preferences")
        return engine.Choice(
            package=self.package,
            torch=self.engine == "TORCH",
            device=self.device,
            device_index=self.device_index,
            modules=bpy.path.abspath(self.modules_folder) if self.modules_folder else "",
            # A file of preferences from a larger machine may have more threads than this machine has processors.
            threads=min(self.threads, PROCESSORS),
            field_memory=self.field_memory << 20,
            memory_limit=self.memory_limit << 20,
        )

    def packages(self) -> list[Path]:
        """Returns the packages in the chosen folder."""
        return engine.packages(bpy.path.abspath(self.packages_folder) if self.packages_folder else "")

    def draw(self, _context: bpy.types.Context) -> None:
        column = self.layout.column()
        if library.problem():
            column.label(text=library.problem(), icon="ERROR")
        column.prop(self, "packages_folder")
        column.prop(self, "package")
        packages = self.packages()
        known = abilities.of(packages)
        for path in packages:
            row = column.row()
            row.label(text=f"{path.name}: {known[str(path)]}" if str(path) in known else path.name, icon="PACKAGE")
            row.operator("att3d.package_card", text="License and Card", icon="TEXT").path = str(path)
        column.separator()
        column.prop(self, "engine")
        if self.engine == "TORCH":
            column.prop(self, "modules_folder")
            column.prop(self, "device")
            if self.device == "CUDA":
                column.prop(self, "device_index")
            column.prop(self, "field_memory")
        column.prop(self, "threads")
        column.prop(self, "memory_limit")
        column.separator()
        column.prop(self, "shows_colors")
        row = column.row()
        row.operator("att3d.unload", icon="TRASH")
        row.operator("att3d.diagnostics", icon="INFO")


def choice(context: bpy.types.Context) -> engine.Choice:
    """Returns the settings of the preferences. Raises Failure if the chosen package is gone.

    If the extension is not enabled in Blender, the defaults are returned.
    """
    addon = context.preferences.addons.get(__package__)
    return addon.preferences.choice() if addon is not None and addon.preferences else engine.Choice()


def shows_colors(context: bpy.types.Context) -> bool:
    """Returns whether solid views are set to show colors. True if the extension is not enabled in Blender."""
    addon = context.preferences.addons.get(__package__)
    return addon.preferences.shows_colors if addon is not None and addon.preferences else True


def diagnostics() -> str:
    """Returns the text for a bug report.

    The log may name files, so users should read the text before they send it.
    """
    lines = [
        f"Blender {bpy.app.version_string}, {platform.platform()}, {platform.machine()}, Python {platform.python_version()}",
    ]
    if library.problem():
        return "\n".join([*lines, library.problem(), ""])
    package = library.att3d()
    major, minor = package.abi_version()
    lines.append(f"libatt3d {package.version()}, ABI {major}.{minor}: {Path(package.library_path()).name}")
    facts = engine.facts()
    if facts is None:
        lines.append("no model is loaded")
    else:
        where = "in a worker" if facts.in_worker else "in this process"
        lines.append(f"engine {facts.engine} on {facts.device}, {facts.threads} threads, {where}")
        lines.append(f"memory: {facts.memory_in_use} bytes in use, {facts.memory_free} free")
        lines.append(f"model {facts.model}, digest {facts.digest}, {facts.license}")
    return "\n".join([*lines, "log:", *engine.log_lines, ""])


class ATT3D_OT_diagnostics(bpy.types.Operator):
    """Write the information for a bug report into a text, and copy it to the clipboard"""

    bl_idname = "att3d.diagnostics"
    bl_label = "Diagnostics"

    def execute(self, context: bpy.types.Context) -> set[str]:
        text = bpy.data.texts.get("ATT3D diagnostics") or bpy.data.texts.new("ATT3D diagnostics")
        text.clear()
        text.write(diagnostics())
        if not bpy.app.background:
            context.window_manager.clipboard = diagnostics()
        self.report({"INFO"}, "The diagnostics are in the text `ATT3D diagnostics`, and in a window also in the clipboard")
        return {"FINISHED"}


class ATT3D_OT_package_card(bpy.types.Operator):
    """Show the name, the license and the card of a model package"""

    bl_idname = "att3d.package_card"
    bl_label = "License and Card"

    path: StringProperty(subtype="FILE_PATH")

    def execute(self, _context: bpy.types.Context) -> set[str]:
        package = Path(self.path)
        try:
            content = card(package)
        except (library.Failure, OSError) as failure:
            self.report({"ERROR"}, library.sentence(failure))
            return {"CANCELLED"}
        name = f"{package.stem} card"
        text = bpy.data.texts.get((name, None)) or bpy.data.texts.new(name)
        text.clear()
        text.write(content)
        self.report({"INFO"}, f"The card is in the text `{text.name}`")
        return {"FINISHED"}


def card(package: Path) -> str:
    """Returns the name, license and size of a package, and the text of its card.

    Raises Failure if the package does not load, and OSError if the card can't be read.
    """
    att3d = library.att3d()
    try:
        model = att3d.Context(thread_count=1).load(package)
    except att3d.Error as error:
        raise library.Failure(library.sentence(error)) from error
    words = f"{len(model.words)} words" if model.words else "any word"
    head = f"{model.name}\nlicense: {model.license}\ndigest: {model.digest}\nknows {words}; {model.info.parameter_count} parameters\n"
    beside = [package / "CARD.md", package.with_suffix(".md"), package.parent / "CARD.md"]
    for path in beside:
        if path.is_file():
            return f"{head}\n{path.read_text(encoding='utf-8', errors='replace')}"
    return f"{head}\nthere is no card beside the package\n"


_CLASSES = (ATT3D_preferences, ATT3D_OT_diagnostics, ATT3D_OT_package_card)


def register() -> None:
    for kind in _CLASSES:
        bpy.utils.register_class(kind)


def unregister() -> None:
    for kind in reversed(_CLASSES):
        bpy.utils.unregister_class(kind)
    engine.unload()
    abilities.forget()
