#!/usr/bin/env python3
"""Makes assets and writes only those that meet all rules of a project.

    python3 refuse_bad_assets.py OUT PROMPT …

Prints one line per prompt. The exit code is 1 if an asset was refused, so that a build can stop.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import att3d

BUDGET = 1500

#: Rules: the text of each rule, and the test that a mesh must pass.
RULES: dict[str, Callable[[att3d.Mesh], bool]] = {
    "every word is understood": lambda mesh: not mesh.left_out and not mesh.replaced,
    "the surface is closed": lambda mesh: (
        mesh.report().boundary_edge_count == 0 and mesh.report().non_manifold_edge_count == 0
    ),
    "it is in one piece": lambda mesh: mesh.report().component_count == 1,
    f"it has at most {BUDGET} triangles": lambda mesh: len(mesh.triangles) <= BUDGET,
    "the budget costs at most 2 % of its size": lambda mesh: mesh.report().hausdorff <= 0.02 * size(mesh),
    "its textures are sharp": lambda mesh: mesh.info.texels_per_unit >= 50,
}


def size(mesh: att3d.Mesh) -> float:
    """Returns the length of the longest side of the mesh's bounding box, in object space."""
    return max(high - low for low, high in zip(mesh.info.minimum, mesh.info.maximum))


def main(out: Path, prompts: list[str]) -> int:
    out.mkdir(parents=True, exist_ok=True)
    model = att3d.Context().load_bundled()
    refused = 0
    for prompt in prompts:
        try:
            mesh = model.generate(prompt, resolution=64, texture_size=256, triangle_budget=BUDGET)
            broken = [rule for rule, is_met in RULES.items() if not is_met(mesh)]
        except att3d.Error as error:
            broken = [str(error)]
        if broken:
            refused += 1
            print(f"refused: {prompt}: not true: {'; '.join(broken)}")
        else:
            name = "".join(letter if letter.isalnum() else "-" for letter in prompt)
            path = out / f"{name}.glb"
            mesh.write(path)
            print(f"written: {path}")
    return 1 if refused else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
