"""Compares the package's structs, constants and signatures with those of the header."""

import ctypes
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from att3d import _library, _running, _structs, _types, mesh, model, options

INCLUDE = Path(__file__).resolve().parents[3] / "include"
HEADER = (INCLUDE / "att3d.h").read_text("utf-8")

#: The package's enumerations, by the prefix of the header's names.
ENUMERATIONS = {
    "ATT3D_": _types.Status,
    "ATT3D_DEVICE_": _types.Device,
    "ATT3D_ENGINE_": _types.Engine,
    "ATT3D_PRECISION_": _types.Precision,
    "ATT3D_PRIORITY_": _types.ThreadPriority,
    "ATT3D_MESH_": _types.MeshFormat,
    "ATT3D_PIVOT_": _types.Pivot,
    "ATT3D_UP_": _types.UpAxis,
    "ATT3D_HULL_NAMES_": _types.HullNames,
    "ATT3D_VERTEX_": _types.VertexFormat,
    "ATT3D_TEXTURE_": _types.Texture,
    "ATT3D_FIELD_": _types.FieldKind,
    "ATT3D_JOB_": _types.JobState,
    "ATT3D_WORD_": _types.WordState,
    "ATT3D_LOG_": _types.LogLevel,
    "ATT3D_CAPABILITY_": _types.Capability,
}


def structs() -> dict[str, type[ctypes.Structure]]:
    """Returns the package's structs, by the header's names."""
    found = vars(_structs).items()
    return {name: value for name, value in found if name.startswith("att3d_")}


class Header(unittest.TestCase):
    """Compares the package with the header."""

    def test_every_struct_lies_as_the_compiler_lays_it(self) -> None:
        lines = []
        for name, struct in structs().items():
            lines.append(f'printf("{name} %zu\\n", sizeof({name}));')
            lines += [
                f'printf("{name}.{field[0]} %zu\\n", offsetof({name}, {field[0]}));' for field in struct._fields_
            ]
        code = "#include <att3d.h>\n#include <stdio.h>\nint main(void) {\n" + "\n".join(lines) + "\nreturn 0;\n}\n"
        with tempfile.TemporaryDirectory() as folder:
            source, program = Path(folder, "sizes.c"), Path(folder, "sizes")
            source.write_text(code)
            compiler = os.environ.get("CC", "cc")
            subprocess.run([compiler, "-std=c99", f"-I{INCLUDE}", str(source), "-o", str(program)], check=True)
            printed = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
        expected = dict(line.split() for line in printed.splitlines())
        for name, struct in structs().items():
            self.assertEqual(ctypes.sizeof(struct), int(expected[name]), name)
            for field in struct._fields_:
                self.assertEqual(getattr(struct, field[0]).offset, int(expected[f"{name}.{field[0]}"]), f"{name}.{field[0]}")

    def test_every_struct_of_the_header_is_here_with_its_fields(self) -> None:
        found = dict(re.findall(r"typedef struct (att3d_\w+) \{(.*?)\} att3d_\w+;", HEADER, re.DOTALL))
        self.assertEqual(set(found), set(structs()))
        for name, body in found.items():
            body = re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL)
            fields = re.findall(r"(\w+)(?:\[\d+\])?;", body)
            self.assertEqual(fields, [field[0] for field in structs()[name]._fields_], name)

    def test_every_function_of_the_header_is_declared(self) -> None:
        declared = set(re.findall(r"\b(att3d_\w+)\(", re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL)))
        ours = set(_library.SIGNATURES) | {f"att3d_{name}_free" for name in _library.FREED}
        ours |= {"att3d_last_error", "att3d_status_name", "att3d_abi_version", "att3d_version"}
        self.assertEqual(declared, ours)

    def test_signatures_have_as_many_arguments(self) -> None:
        text = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL)
        for name, arguments in re.findall(r"att3d_status\s+(att3d_\w+)\(([^)]*)\)", text):
            count = 0 if arguments.strip() == "void" else len(arguments.split(","))
            self.assertEqual(len(_library.SIGNATURES[name]), count, name)

    def test_every_constant_has_its_name_here(self) -> None:
        constants = {name: int(value) for name, value in re.findall(r"#define (ATT3D_\w+) (\d+)\n", HEADER)}
        for prefix, enumeration in ENUMERATIONS.items():
            for member in enumeration:
                self.assertEqual(constants.get(prefix + member.name), member.value, prefix + member.name)
        named = {prefix + member.name for prefix, enumeration in ENUMERATIONS.items() for member in enumeration}
        alone = {
            "ATT3D_ABI_MAJOR": _library.ABI[0],
            "ATT3D_ABI_MINOR": _library.ABI[1],
            "ATT3D_EXPORT_COMPRESS": mesh._COMPRESS,
            "ATT3D_GENERATE_DENSE": options._DENSE,
            "ATT3D_READ_CHANGE": int(_types.ReadMode.CHANGE),
            "ATT3D_RESTYLE_UNWRAP": model._UNWRAP,
            "ATT3D_SURFACE_FIT": int(_types.SurfaceFit.FIT),
        }
        self.assertEqual({name: value for name, value in constants.items() if name not in named}, alone)
        others = dict(re.findall(r"#define (ATT3D_(?:KEEP|FOREVER)\w*) (.+)\n", HEADER))
        self.assertEqual(others, {"ATT3D_KEEP_ALL_COMPONENTS": "(-1.0f)", "ATT3D_FOREVER": "UINT32_MAX"})
        self.assertEqual((options._KEEP_ALL_COMPONENTS, _running.FOREVER), (-1.0, 0xFFFFFFFF))

    def test_every_enumeration_has_all_members(self) -> None:
        constants = re.findall(r"#define (ATT3D_\w+) \d+\n", HEADER)
        for prefix, enumeration in ENUMERATIONS.items():
            if prefix != "ATT3D_":
                found = {name.removeprefix(prefix) for name in constants if name.startswith(prefix)}
                self.assertEqual(found, set(enumeration.__members__), prefix)

    def test_the_package_and_the_header_are_of_one_abi(self) -> None:
        numbers = [int(re.search(rf"#define ATT3D_ABI_{part} (\d+)", HEADER)[1]) for part in ("MAJOR", "MINOR")]
        self.assertEqual(list(_library.ABI), numbers)


if __name__ == "__main__":
    sys.exit(unittest.main())
