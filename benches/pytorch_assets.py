"""Compares the time from planes to a textured GLB in this library and in common Python packages.

    pytorch_assets.py DIR

benches/assets.sh runs this script. `cargo bench --bench planes_to_mesh -- --dump DIR` writes DIR.
"""

import io
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import att3d
import fast_simplification
import numpy as np
import torch
import xatlas
from PIL import Image
from pytorch_planes import CHUNKS, Field, best_way, close_at_walls, decode, in_chunks, lattice, load, mesh_of

RESOLUTION, TRIANGLES, SIZE = 128, 10_000, 1024
#: Texels between two charts.
PADDING = 8
RUNS = 9
#: Requirements: the largest time of the whole process, in milliseconds; the smallest ratio of the Python
#: packages' time to this library's time.
BARS = {"whole": 800, "ratio": 5}
STAGES = ("surface", "budget", "unwrap", "texels to points", "evaluation", "PNG")


def median_of(count, work):
    """Calls a function several times. Returns the median milliseconds and the last result."""
    times, result = [], None
    for _ in range(count):
        begun = time.perf_counter()
        result = work()
        times.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(times), result


# ---- the Python packages -----------------------------------------------------------------------------------


def texel_points(positions, triangles, uvs):
    """Returns the points of the texels that triangles cover, [n, 3].

    Processes triangles of the same size together.
    """
    corners = torch.from_numpy(uvs[triangles].astype(np.float32)) * SIZE
    places = torch.from_numpy(positions[triangles].astype(np.float32))
    low = (corners.amin(dim=1) - 0.5).ceil().clamp(0, SIZE - 1)
    extent = ((corners.amax(dim=1) - low).ceil().amax(dim=1)).clamp(min=1).int()
    found = []
    for side in extent.unique().tolist():
        chosen = extent == side
        p, at, start = corners[chosen], places[chosen], low[chosen]
        y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
        centers = start[:, None] + torch.stack([x, y], dim=-1).reshape(1, -1, 2) + 0.5
        first, second = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
        turn = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
        off = centers - p[:, :1]
        b = (off[..., 0] * second[:, None, 1] - off[..., 1] * second[:, None, 0]) / turn[:, None]
        c = (first[:, None, 0] * off[..., 1] - first[:, None, 1] * off[..., 0]) / turn[:, None]
        inside = (b >= 0) & (c >= 0) & (b + c <= 1)
        owner, texel = inside.nonzero(as_tuple=True)
        b, c = b[owner, texel, None], c[owner, texel, None]
        found.append(at[owner, 0] * (1 - b - c) + at[owner, 1] * b + at[owner, 2] * c)
    return torch.cat(found)


def normals(points, field, chunk):
    """Returns the field's normals, by automatic differentiation."""
    parts = []
    for part in points.split(chunk):
        with torch.inference_mode(False), torch.enable_grad():
            asked = part.clone().requires_grad_()
            value = decode(asked, *[plain(argument) for argument in field.arguments()])[:, 0].sum()
            parts.append(torch.autograd.grad(value, asked)[0])
    return torch.nn.functional.normalize(torch.cat(parts), dim=1)


def plain(argument):
    """Returns a copy of an argument of `decode`. Autograd accepts the copy, but not a tensor of inference mode."""
    if isinstance(argument, torch.Tensor):
        return argument.clone()
    if isinstance(argument, list):
        return [plain(part) for part in argument]
    return argument


def theirs(dump, images):
    """Returns milliseconds of each stage."""
    tensors, metadata = dump
    geometry, texture = (Field(tensors, metadata, name) for name in ("geometry", "texture"))
    iso_level = float(metadata["iso_level"])
    grid = lattice(RESOLUTION)
    _, function, chunk = best_way({"eager": decode}, grid, geometry)

    def surface():
        values = in_chunks(function, grid, geometry, chunk)[:, 0]
        volume = values.reshape((RESOLUTION + 1,) * 3).numpy()
        close_at_walls(volume, iso_level)
        return mesh_of(volume, iso_level)

    def atlas(positions, triangles):
        made = xatlas.Atlas()
        made.add_mesh(positions, triangles)
        options = xatlas.PackOptions()
        options.resolution, options.padding, options.create_image = SIZE, PADDING, False
        made.generate(pack_options=options)
        vertices, triangles, uvs = made[0]
        return positions[vertices], triangles, uvs

    found = {}
    found["surface"], (positions, triangles) = median_of(3, surface)
    found["budget"], (positions, triangles) = median_of(
        3,
        lambda: fast_simplification.simplify(
            positions, triangles.astype(np.int32), target_count=TRIANGLES
        ),
    )
    found["unwrap"], (positions, triangles, uvs) = median_of(1, lambda: atlas(positions, triangles))
    found["texels to points"], points = median_of(3, lambda: texel_points(positions, triangles, uvs))
    best = {"eager": decode}
    _, _, colors_chunk = best_way(best, points, texture)
    colors_time, _ = median_of(3, lambda: in_chunks(decode, points, texture, colors_chunk))
    normals_times = [median_of(1, lambda: normals(points, geometry, size))[0] for size in CHUNKS[:4]]
    normals_time, _ = median_of(3, lambda: normals(points, geometry, CHUNKS[int(np.argmin(normals_times))]))
    found["evaluation"] = colors_time + normals_time
    # Packs this library's images with Pillow's fastest compression level.
    pictures = [Image.fromarray(image) for image in images]
    found["PNG"], _ = median_of(RUNS, lambda: [picture.save(io.BytesIO(), "PNG", compress_level=1) for picture in pictures])
    return found


# ---- this library ------------------------------------------------------------------------------------------


def ours(model, prompt):
    """Returns each stage's milliseconds, the number of texels, the process's milliseconds and the images."""
    options = att3d.GenerateOptions(resolution=RESOLUTION, triangle_budget=TRIANGLES, texture_size=SIZE)
    meshes = [model.generate(prompt, options) for _ in range(RUNS)]
    stage = {
        name: statistics.median(getattr(mesh.info, name) for mesh in meshes)
        for name in (f"{stage}_milliseconds" for stage in ("surface", "texture", "detail", "unwrap", "bake"))
    }
    png, _ = median_of(RUNS, meshes[0].encode)
    found = {
        "surface": stage["surface_milliseconds"] + stage["texture_milliseconds"],
        "budget": stage["detail_milliseconds"],
        "unwrap": stage["unwrap_milliseconds"],
        "evaluation": stage["bake_milliseconds"],
        "PNG": png,
    }
    with tempfile.TemporaryDirectory() as folder:
        command = [os.environ["ATT3D_COMMAND"], "generate", prompt, "--triangles", str(TRIANGLES), "--texture-size", str(SIZE)]
        run = lambda: subprocess.run([*command, "-o", f"{folder}/asset.glb", "--json"], check=True, capture_output=True)
        report = json.loads(run().stdout)
        whole, _ = median_of(RUNS, run)
    kinds = (att3d.Texture.BASE_COLOR, att3d.Texture.ROUGHNESS_METALLIC, att3d.Texture.NORMAL)
    images = [np.array(meshes[0].texture(kind)) for kind in kinds]
    images[1][..., :1] = meshes[0].texture(att3d.Texture.OCCLUSION)
    return found, report["texture"]["covered"], whole, images


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    threads = len(os.sched_getaffinity(0))
    torch.set_num_threads(threads)
    model = att3d.Context().load_bundled()
    print(f"{TRIANGLES} triangles; {SIZE}² textures of base color, roughness and metallic, and normals (ours: also occlusion); extraction with {RESOLUTION}³ "
          f"cells; {threads} threads; median milliseconds. PyTorch {torch.__version__} runs in eager mode, with the best of several chunk sizes for each step.\n")
    print("| prompt | by | " + " | ".join(STAGES) + " | all |")
    print("|---|---|" + "---|" * (len(STAGES) + 1))
    wholes, ratios, rates = [], [], []
    with torch.inference_mode():
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*.safetensors")):
            dump = load(path)
            prompt = dump[1]["prompt"]
            mine, covered, whole, images = ours(model, prompt)
            other = theirs(dump, images)
            for name, row in (("ours", mine), ("theirs", other)):
                cells = [f"{row[stage]:.0f}" if stage in row else "in evaluation" for stage in STAGES]
                print(f"| {prompt} | {name} | " + " | ".join(cells) + f" | {sum(row.values()):.0f} |")
            ratios.append(sum(other.values()) / sum(mine.values()))
            wholes.append(whole)
            rates.append(covered / mine["evaluation"])
    print("\n| what | bar | measured |\n|---|---|---|")
    print(f"| whole process, prompt to GLB | ≤ {BARS['whole']} ms | {', '.join(f'{whole:.0f}' for whole in wholes)} ms |")
    print(f"| their time divided by ours | ≥ {BARS['ratio']} × | {', '.join(f'{ratio:.1f}' for ratio in ratios)} × |")
    print(f"| texels baked, occlusion included | | {statistics.median(rates) / 1e3:.2f} million a second |")


main()
