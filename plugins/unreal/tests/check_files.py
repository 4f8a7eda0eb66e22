#!/usr/bin/env python3
"""Checks the descriptor of the plugin and the rules that its files keep.

    python check_files.py    needs jsonschema; prints one line per check, and exits with 1 if one fails
"""

import copy
import json
import pathlib
import re
import sys

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
PLUGIN = HERE.parent / "ATT3D"
SOURCE = PLUGIN / "Source"
ROOT = HERE.parent.parent.parent
failed = passed = 0


def holds(condition: object, what: str) -> None:
    global failed, passed
    print(("ok " if condition else "FAILED ") + what)
    if condition:
        passed += 1
    else:
        failed += 1


def read(path: pathlib.Path) -> str:
    return path.read_text(encoding="utf-8")


def descriptor() -> None:
    schema = json.loads(read(HERE / "uplugin.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    plugin = json.loads(read(PLUGIN / "ATT3D.uplugin"))
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(plugin)]
    holds(not errors, f"the descriptor is valid {errors or ''}")
    for change in (
        lambda broken: broken.pop("Modules"),
        lambda broken: broken.update(FileVersion="3"),
        lambda broken: broken["Modules"][0].update(Type="Runtme"),
        lambda broken: broken.update(Extra=[]),
    ):
        broken = copy.deepcopy(plugin)
        change(broken)
        holds(not validator.is_valid(broken), "a broken descriptor is refused")
    version = re.search(r'^version = "(.+)"', read(ROOT / "Cargo.toml"), re.MULTILINE)[1]
    holds(plugin["VersionName"] == version, f"the descriptor has the library's version {version}")
    for module in plugin["Modules"]:
        name = module["Name"]
        holds(f"class {name} : ModuleRules" in read(SOURCE / name / f"{name}.Build.cs"), f"{name} has its build rules")
        holds(
            any(re.search(rf"IMPLEMENT_MODULE\(\w+, {name}\)", read(file)) for file in (SOURCE / name).rglob("*.cpp")),
            f"{name} is implemented",
        )


def core() -> None:
    standard = {"array", "algorithm", "atomic", "cmath", "condition_variable", "cstdint", "cstring", "deque", "memory", "mutex",
                "string", "type_traits", "unordered_map", "unordered_set", "vector"}
    for file in sorted((SOURCE / "ATT3DCore").rglob("*.[chi]*")):
        if file.suffix == ".cs" or file.name == "ATT3DCoreModule.cpp":
            continue
        includes = re.findall(r'^#include [<"]([^>"]+)[>"]', read(file), re.MULTILINE)
        other = [name for name in includes if name not in standard and name != "att3d.h" and not name.startswith("ATT3DCore")]
        holds(not other, f"{file.name} includes nothing of the engine {other or ''}")


def reflected() -> None:
    """Rules of the Unreal Header Tool that a compiler with stubs does not see."""
    for file in sorted(SOURCE.rglob("*.h")):
        text = read(file)
        if "GENERATED_BODY" not in text and "UENUM" not in text:
            continue
        includes = re.findall(r'^#include "([^"]+)"', text, re.MULTILINE)
        holds(includes[-1] == f"{file.stem}.generated.h", f"{file.name} includes its generated header last")
        classes = re.findall(r"UCLASS\([^\n]*\)\nclass (?:\w+_API )?(\w+)[^;{]*\n\{\n(\tGENERATED_BODY\(\))?", text)
        holds(all(body for _, body in classes), f"each class of {file.name} has its generated body {[name for name, _ in classes]}")
        holds(all(name.startswith("UATT3D") for name, _ in classes), f"the classes of {file.name} have the plugin's prefix")
        # A function or property that Blueprint sees needs a category.
        holds(
            all("Category" in line or "BlueprintAssignable" in line or "Transient" in line
                for line in re.findall(r"^\tU(?:PROPERTY|FUNCTION)\((.*)\)$", text, re.MULTILINE)),
            f"what Blueprint sees of {file.name} has a category",
        )


def style() -> None:
    for file in sorted(path for path in HERE.parent.rglob("*") if path.suffix in {".h", ".cpp", ".cs", ".c", ".py", ".inl"} and path.name != "att3d.h"):
        lines = read(file).splitlines()
        wide = [number for number, line in enumerate(lines, 1) if len(line) > 110 and "https://" not in line and line.lstrip().startswith(("//", "*", "/*"))]
        if wide or len(lines) > 450:
            holds(False, f"{file.name}: {len(lines)} lines; comments wider than 110 columns in lines {wide}")
    holds(True, "files are short and comments are narrow, except those named above")


descriptor()
core()
reflected()
style()
print(f"files: {passed} passed; {failed} failed")
sys.exit(failed > 0)
