"""Writes assets for a pairwise array of the command's options, over ten prompts.

    python scripts/check_options.py ATT3D FOLDER

In the array, each pair of values of two options occurs in some row. For each row, the script writes NAME.glb,
and NAME.json with the options. scripts/plain_glb.mjs, which uses a third-party decoder, decompresses
compressed files. NAME.glb is then the decompressed file, and NAME.packed the file that the command wrote.
"""

import itertools
import json
import subprocess
import sys
from pathlib import Path

from allpairspy import AllPairs

PROMPTS = [
    "a pig wearing a party hat",
    "a red chair with a round back",
    "two green apples",
    "a sword made of gold",
    "a tall lighthouse on a stone platform",
    "a dragon playing the guitar",
    "a tiny blue car",
    "a cactus",
    "a wooden barrel",
    "a robot holding a blue balloon",
]
OPTIONS = {
    "--resolution": ["48", "96"],
    "--triangles": [None, "3000", "1000000"],
    "--texture-size": [None, "128", "500", "1024"],
    "--lods": [None, "1", "8"],
    "--collision": [None, "hull", "hulls"],
    "--host": ["unreal", "godot"],
    "--size": [None, "0.01", "250"],
    "--pivot": ["ground", "center", "origin"],
    "--seed": [None, "7"],
    "--compress": [None, True],
}


def arguments(row: dict[str, object]) -> list[str]:
    """Returns the command's arguments for a row."""
    found = []
    for option, value in row.items():
        if value is True:
            found.append(option)
        elif value is not None:
            found += [option, str(value)]
    return found


def main() -> None:
    command, folder = sys.argv[1], Path(sys.argv[2])
    root = Path(__file__).resolve().parents[1]
    rows = [dict(zip(OPTIONS, row, strict=True)) for row in AllPairs(list(OPTIONS.values()))]
    made = []
    for index, (row, prompt) in enumerate(zip(rows, itertools.cycle(PROMPTS))):
        made.append((f"row-{index:02}", ["generate", prompt], row))
    for index, prompt in enumerate(PROMPTS[: max(0, len(PROMPTS) - len(rows))]):
        made.append((f"prompt-{index:02}", ["generate", prompt], rows[index % len(rows)]))
    for compress in (None, True):
        name = "compressed" if compress else "plain"
        packed = {"--compress": compress, "--resolution": "48"}
        made.append((f"frames-{name}", ["interpolate", "a pig", "a tiger", "--steps", "3"], packed))
        morph = ["interpolate", "a pig", "a pig wearing a party hat", "--morph", "--lods", "1"]
        made.append((f"morph-{name}", morph, {**packed, "--triangles": "2000"}))
    models = sorted((root / ".cache/models").glob("*.glb"))
    for index, model in enumerate(models):
        stylize = ["stylize", str(model), PROMPTS[index % len(PROMPTS)]]
        made.append((f"styled-{model.stem}", stylize, {"--texture-size": "512", "--triangles": "20000"}))
        made.append((f"kept-{model.stem}", [*stylize[:2], "made of gold"], {"--keep-geometry": True, "--texture-size": "256"}))
    for name, verb, row in made:
        path = folder / f"{name}.glb"
        subprocess.run([command, *verb, "-o", str(path), *arguments(row)], check=True, stdout=subprocess.DEVNULL)
        (folder / f"{name}.json").write_text(json.dumps({"verb": verb, **row}))
        if row.get("--compress"):
            packed = path.rename(path.with_suffix(".packed"))
            subprocess.run(["node", str(root / "scripts/plain_glb.mjs"), str(packed), str(path)], check=True)
            assert path.stat().st_size > packed.stat().st_size, f"{name} is not smaller when it is compressed"
    print(f"{len(rows)} rows of pairs, {len(made)} files")


if __name__ == "__main__":
    main()
