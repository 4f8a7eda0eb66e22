"""Compares the texture unwrapping of this library with that of xatlas. benches/unwrap.sh runs this script."""

import statistics
import time

import att3d
import numpy as np
import xatlas

PROMPTS = ["a pig wearing a party hat", "a red apple", "a wooden chair", "a tall stone tower", "a tree", "a car"]
SIZE = 1024
#: Texels between two charts.
PADDING = 4
RUNS = 5


def measures(positions: np.ndarray, triangles: np.ndarray, uvs: np.ndarray) -> dict[str, float]:
    """Returns the stretch, the seam length and the used share of an atlas.

    stretch: root mean square (Sander et al. 2001). seams: total length of the seams, divided by the square
    root of the surface's area. used: share of the unit square of texture coordinates that triangles cover.
    """
    a, b, c = (positions[triangles[:, corner]].astype(np.float64) for corner in range(3))
    p, q, r = (uvs[triangles[:, corner]].astype(np.float64) for corner in range(3))
    surface = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    twice = (q - p)[:, 0] * (r - p)[:, 1] - (r - p)[:, 0] * (q - p)[:, 1]
    kept = np.abs(twice) > 1e-14

    def derivative(axis: int) -> np.ndarray:
        weights = np.stack([(q - r)[:, axis], (r - p)[:, axis], (p - q)[:, axis]], axis=1)
        return (a * weights[:, :1] + b * weights[:, 1:2] + c * weights[:, 2:])[kept] / twice[kept, None]

    squares = (derivative(0) ** 2).sum(axis=1) + (derivative(1) ** 2).sum(axis=1)
    mean = np.sqrt((squares / 2 * surface[kept]).sum() / surface[kept].sum())
    # An edge of only one triangle is a seam, because vertices at seams are duplicated for each chart.
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    _, first, counts = np.unique(np.sort(edges, axis=1), axis=0, return_index=True, return_counts=True)
    seams = edges[first[counts == 1]]
    length = np.linalg.norm(positions[seams[:, 0]] - positions[seams[:, 1]], axis=1).sum() / 2
    used = np.abs(twice).sum() / 2
    return {
        "stretch": mean * np.sqrt(used / surface.sum()),
        "seams": length / np.sqrt(surface.sum()),
        "used": used,
    }


def ours(model: att3d.Model, prompt: str, resolution: int) -> dict[str, float]:
    """Returns the number of charts, the median unwrap time and the measures of this library's atlas."""
    options = att3d.GenerateOptions(resolution=resolution, texture_size=SIZE)
    meshes = [model.generate(prompt, options) for _ in range(RUNS)]
    info = meshes[0].info
    milliseconds = statistics.median(mesh.info.unwrap_milliseconds for mesh in meshes)
    found = measures(meshes[0].positions, meshes[0].triangles, meshes[0].uvs)
    return {"charts": info.chart_count, "milliseconds": milliseconds, **found}


def theirs(mesh: att3d.Mesh) -> dict[str, float]:
    """Returns the number of charts, the time of one run and the measures of xatlas's atlas."""
    begun = time.perf_counter()
    atlas = xatlas.Atlas()
    atlas.add_mesh(np.array(mesh.positions), np.array(mesh.triangles))
    options = xatlas.PackOptions()
    options.resolution, options.padding, options.create_image = SIZE, PADDING, False
    atlas.generate(pack_options=options)
    milliseconds = (time.perf_counter() - begun) * 1e3
    vertices, triangles, uvs = atlas[0]
    found = measures(np.array(mesh.positions)[vertices], triangles, uvs)
    return {"charts": atlas.chart_count, "milliseconds": milliseconds, **found}


def main() -> None:
    """Prints the table."""
    model = att3d.Context().load_bundled()
    print("| prompt | cells | triangles | by | charts | stretch (1 = no stretch) | seams / √surface | used share of atlas | ms |")
    print("|---|---|---|---|---|---|---|---|---|")
    for resolution in (48, 128):
        for prompt in PROMPTS:
            plain = model.generate(prompt, att3d.GenerateOptions(resolution=resolution))
            for name, found in (("ours", ours(model, prompt, resolution)), ("xatlas", theirs(plain))):
                print(
                    f"| {prompt} | {resolution}³ | {len(plain.triangles)} | {name} | {found['charts']:.0f} | {found['stretch']:.3f} |"
                    f" {found['seams']:.1f} | {found['used'] * 100:.0f} % | {found['milliseconds']:.0f} |"
                )


main()
