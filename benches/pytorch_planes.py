"""Makes colored meshes from planes in PyTorch on the dense grid, with skimage's marching cubes.

    .cache/pytorch/bin/python benches/pytorch_planes.py DIR

benches/planes_to_mesh.sh runs this script. `cargo bench --bench planes_to_mesh -- --dump DIR` writes DIR, and
benches/planes_to_mesh/dump.rs describes its tensors. PyTorch has every advantage that needs no rewrite:
inference mode, the better of eager and compiled mode, and the best of six chunk sizes. The time for the
grid's points and for the planes' layout is not counted.

The requirements: this library is at least 15 times as fast as PyTorch at 128 cells per axis, and 50 times at 256.
Both find the same signs on the grid, and the Hausdorff distance of their meshes is at most 0.1 cell.
"""

import os
import pathlib
import statistics
import sys
import time

import numpy as np
import torch
import torch.nn.functional as functional
from safetensors import safe_open
from scipy.spatial import cKDTree
from skimage.measure import marching_cubes

RESOLUTIONS = (128, 256)
BARS = {128: 15, 256: 50}
CHUNKS = tuple(2**power for power in range(16, 22))
# Number of points for the comparison of ways to decode: all points at 128 cells per axis, a quarter of them
# at 256.
SWEEP_POINTS = 2**22
REPETITIONS = 3
TEXTURE_REPETITIONS = 5
# Axes of each plane: column, row.
PLANE_AXES = ((0, 1), (0, 2), (1, 2))
# Number of triangles of the other mesh whose exact distance is computed: those with the nearest centroids.
NEAREST_TRIANGLES = 24
ACTIVATIONS = {"silu": functional.silu, "relu": functional.relu}


# ---- the network -------------------------------------------------------------------------------------------


class Field:
    """Planes, MLP and heads of a dumped field."""

    def __init__(self, tensors, metadata, name):
        # Converts [3, r, r, c] to the channel-first images that grid_sample takes.
        self.planes = tensors[f"{name}.planes"].permute(0, 3, 1, 2).contiguous()
        self.residual = tuple(flag == "1" for flag in metadata[f"{name}.residual"].split(","))
        self.weights = [tensors[f"{name}.layers.{index}.weight"] for index in range(len(self.residual))]
        self.biases = [tensors.get(f"{name}.layers.{index}.bias") for index in range(len(self.residual))]
        self.activation = ACTIVATIONS[metadata[f"{name}.activation"]]
        bias = torch.tensor([float(number) for number in metadata[f"{name}.radial_bias"].split(",")])
        # The constant and the slope of the radial bias.
        self.radial_bias = bias if bool(bias.any()) else None
        heads = set(metadata[f"{name}.heads"].split(","))
        if heads not in ({"identity"}, {"sigmoid"}):
            sys.exit(f"the heads {heads} are not known here")
        self.sigmoid = heads == {"sigmoid"}

    def arguments(self):
        return (self.planes, self.weights, self.biases, self.residual, self.activation, self.radial_bias, self.sigmoid)


def decode(points, planes, weights, biases, residual, activation, radial_bias, sigmoid):
    """Evaluates a field. points: [n, 3], object space. Returns [n, channels]."""
    # Samples lie at cell centers and are clamped at the border.
    grid = torch.stack([points[:, list(axes)] for axes in PLANE_AXES]).unsqueeze(2)
    sampled = functional.grid_sample(planes, grid, mode="bilinear", padding_mode="border", align_corners=False)
    x = sampled.squeeze(3).permute(2, 0, 1).reshape(points.shape[0], -1)
    for index, weight in enumerate(weights):
        y = functional.linear(x, weight, biases[index])
        if index + 1 < len(weights):
            y = activation(y)
        x = y + x if residual[index] else y
    if radial_bias is not None:
        radial = radial_bias[0] + radial_bias[1] * points.norm(dim=1, keepdim=True)
        x = torch.cat([x[:, :1] + radial, x[:, 1:]], dim=1)
    return torch.sigmoid(x) if sigmoid else x


def in_chunks(function, points, field, chunk):
    """Decodes all points, in chunks of one size (the last may be smaller)."""
    parts = []
    for start in range(0, points.shape[0], chunk):
        part = points[start : start + chunk]
        if function is not decode:
            torch._dynamo.maybe_mark_dynamic(part, 0)
        parts.append(function(part, *field.arguments()))
    return torch.cat(parts)


def compiled_decode(fields):
    """Returns the compiled decode function, or None if torch.compile does not work on this machine."""
    function = torch.compile(decode)
    try:
        for field in fields:
            for count in (CHUNKS[0], CHUNKS[0] + 17):
                points = torch.rand(count, 3) * 2 - 1
                found = in_chunks(function, points, field, count)
                if not torch.allclose(found, decode(points, *field.arguments()), atol=1e-4):
                    raise RuntimeError("compiled values differ from eager ones")
    except Exception as error:  # If the compiler fails, eager mode is used.
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        print(f"torch.compile does not work here ({type(error).__name__}: {reason})", file=sys.stderr)
        return None
    return function


# ---- the grid and the mesh ---------------------------------------------------------------------------------


def lattice(resolution):
    """Returns the points of the dense grid in object space, [(resolution + 1)³, 3], x fastest, as in this library."""
    axis = torch.from_numpy((2.0 * np.arange(resolution + 1) / resolution - 1.0).astype(np.float32))
    z, y, x = torch.meshgrid(axis, axis, axis, indexing="ij")
    return torch.stack([x, y, z], dim=-1).reshape(-1, 3).contiguous()


def close_at_walls(volume, iso_level):
    """Raises values on the boundary of the grid to at least `iso_level`, so that the surface is closed there."""
    for axis in range(3):
        for index in (0, -1):
            wall = np.moveaxis(volume, axis, 0)[index]
            np.maximum(wall, iso_level, out=wall)


def mesh_of(volume, iso_level):
    """Returns positions (object space, x y z) and triangles."""
    vertices, triangles, _, _ = marching_cubes(volume, level=iso_level)
    resolution = volume.shape[0] - 1
    return np.ascontiguousarray(vertices[:, ::-1] * (2.0 / resolution) - 1.0, dtype=np.float32), triangles


# ---- times -------------------------------------------------------------------------------------------------


def timed(work):
    """Calls a function. Returns (milliseconds, result)."""
    begun = time.perf_counter()
    result = work()
    return (time.perf_counter() - begun) * 1e3, result


def best_way(functions, points, field):
    """Returns (name, function, chunk) of the fastest way to decode the points.

    Only a part of the points is measured. Each way first runs once for warm-up. Then it runs twice, and the
    shorter time counts.
    """
    points = points[:SWEEP_POINTS]
    fastest = None
    for name, function in functions.items():
        for chunk in CHUNKS:
            in_chunks(function, points[: 2 * chunk], field, chunk)
            took = min(timed(lambda: in_chunks(function, points, field, chunk))[0] for _ in range(2))
            print(f"{points.shape[0]} points, {name}, chunks of {chunk}: {took:.0f} ms", file=sys.stderr)
            if fastest is None or took < fastest[0]:
                fastest = (took, name, function, chunk)
    return fastest[1:]


def measure(functions, best, points, geometry, texture, iso_level, resolution):
    """Returns the stages' medians (ms), the closed volume of values, and the mesh."""
    _, function, chunk = best
    grids, cubes = [], []
    for _ in range(REPETITIONS):
        took, values = timed(lambda: in_chunks(function, points, geometry, chunk)[:, 0])
        grids.append(took)
        volume = values.reshape((resolution + 1,) * 3).numpy()
        close_at_walls(volume, iso_level)
        took, (positions, triangles) = timed(lambda: mesh_of(volume, iso_level))
        cubes.append(took)
    vertices = torch.from_numpy(positions)
    textures = []
    for function in functions.values():
        # One call is not counted, so that the counted calls compile nothing.
        in_chunks(function, vertices, texture, chunk)
        calls = [timed(lambda: in_chunks(function, vertices, texture, chunk))[0] for _ in range(TEXTURE_REPETITIONS)]
        textures.append(statistics.median(calls))
    times = statistics.median(grids), statistics.median(cubes), min(textures)
    return times, volume, positions, triangles


# ---- agreement of the surfaces -----------------------------------------------------------------------------


def inside_by_mesh(positions, resolution):
    """Returns which lattice points are inside this library's mesh, [z, y, x].

    The mesh has one vertex on each lattice edge at whose ends the signs differ. A row of lattice points begins
    outside, and behind each vertex on the row the points are on the other side of the surface.
    """
    places = (positions.astype(np.float64) + 1.0) * (resolution / 2.0)
    off = np.abs(places - np.rint(places))
    along_x = off.argmax(axis=1) == 0
    rows = places[along_x]
    crossings = np.zeros((resolution + 1,) * 3, dtype=np.uint8)
    x = np.floor(rows[:, 0]).astype(int) + 1
    y, z = (np.rint(rows[:, axis]).astype(int) for axis in (1, 2))
    np.add.at(crossings, (z, y, x), 1)
    return np.cumsum(crossings, axis=2, dtype=np.int64) % 2 == 1


def distance_to_triangles(points, corners):
    """Returns the distances of points [n, 3] from as many triangles [n, 3, 3].

    Source: Ericson, Real-Time Collision Detection, 5.1.5.
    """
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]

    def dot(u, v):
        return np.einsum("ij,ij->i", u, v)

    def to_segment(start, end):
        along = end - start
        share = np.clip(dot(points - start, along) / np.maximum(dot(along, along), 1e-30), 0.0, 1.0)
        return np.linalg.norm(points - start - share[:, None] * along, axis=1)

    nearest = np.minimum(np.minimum(to_segment(a, b), to_segment(b, c)), to_segment(c, a))
    normal = np.cross(b - a, c - a)
    length = np.linalg.norm(normal, axis=1)
    within = length > 1e-20
    for start, end in ((a, b), (b, c), (c, a)):
        within &= dot(np.cross(end - start, points - start), normal) >= 0.0
    height = np.abs(dot(points - a, normal)) / np.maximum(length, 1e-30)
    return np.where(within, np.minimum(nearest, height), nearest)


def one_way(from_corners, to_corners):
    """Returns the largest distance of sampled points of one mesh from the triangles of the other.

    The samples are corners, edge centers and centroids.
    """
    middles = (from_corners + np.roll(from_corners, 1, axis=1)) / 2
    samples = np.concatenate([from_corners.reshape(-1, 3), middles.reshape(-1, 3), from_corners.mean(axis=1)])
    samples = np.unique(samples.astype(np.float32), axis=0).astype(np.float64)
    count = min(NEAREST_TRIANGLES, len(to_corners))
    tree = cKDTree(to_corners.mean(axis=1))
    furthest = 0.0
    for start in range(0, len(samples), 100_000):
        part = samples[start : start + 100_000]
        _, nearest = tree.query(part, k=count, workers=-1)
        nearest = nearest.reshape(len(part), count)
        best = np.full(len(part), np.inf)
        for column in range(count):
            best = np.minimum(best, distance_to_triangles(part, to_corners[nearest[:, column]]))
        furthest = max(furthest, float(best.max()))
    return furthest


def hausdorff(positions, triangles, other_positions, other_triangles):
    """Returns the symmetric Hausdorff distance at sampled points, in object space."""
    corners = positions.astype(np.float64)[triangles]
    others = other_positions.astype(np.float64)[other_triangles]
    return max(one_way(corners, others), one_way(others, corners))


def between_vertices(positions, other_positions):
    """Returns the largest distance of a vertex from the other mesh's nearest vertex, both ways, in object
    space.

    Both meshes have their vertices on the grid's edges, by the same rule. Therefore, a small distance means
    that the surfaces are the same. Ambiguous cells may have different triangles, which affect the Hausdorff
    distance.
    """
    one, other = (points.astype(np.float64) for points in (positions, other_positions))
    return max(float(cKDTree(a).query(b)[0].max()) for a, b in ((one, other), (other, one)))


# ---- the tables --------------------------------------------------------------------------------------------


def load(path):
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()


def compare(tensors, metadata, resolution, functions, best, points, rows):
    """Adds a prompt's row of times and of agreement."""
    geometry, texture = (Field(tensors, metadata, name) for name in ("geometry", "texture"))
    iso_level = float(metadata["iso_level"])
    prepare, surface, color = (float(number) for number in metadata[f"times.{resolution}"].split(","))
    (grid, cubes, theirs_color), volume, positions, triangles = measure(
        functions, best, points, geometry, texture, iso_level, resolution
    )
    ours, theirs = prepare + surface + color, grid + cubes + theirs_color
    ratio = theirs / ours
    rows["times"].append(
        f"| {metadata['prompt']} | {resolution}³ | {grid:.0f} + {cubes:.0f} | {prepare + surface:.1f} "
        f"| {(grid + cubes) / (prepare + surface):.1f} × | {theirs_color:.1f} | {color:.1f} "
        f"| {theirs_color / color:.1f} × | {theirs:.0f} | {ours:.1f} | {ratio:.1f} × |"
    )
    our_positions = tensors[f"mesh.{resolution}.positions"]
    our_triangles = tensors[f"mesh.{resolution}.triangles"].numpy()
    wrong = inside_by_mesh(our_positions.numpy(), resolution) != (volume < iso_level)
    # Largest difference between PyTorch's values and the isovalue at points where the signs differ. It shows
    # whether rounding or a fault is the cause.
    nearness = float(np.abs(volume[wrong] - iso_level).max()) if wrong.any() else 0.0
    distance = hausdorff(our_positions.numpy(), our_triangles, positions, triangles) * resolution / 2
    vertices = between_vertices(our_positions.numpy(), positions) * resolution / 2
    colors = in_chunks(decode, our_positions, texture, CHUNKS[0])[:, :3]
    difference = float((colors - tensors[f"mesh.{resolution}.colors"]).abs().max())
    rows["agreement"].append(
        f"| {metadata['prompt']} | {resolution}³ | {int(wrong.sum())} | {nearness:.1e} | {vertices:.4f} "
        f"| {distance:.4f} | {difference:.1e} |"
    )
    return ratio, int(wrong.sum()), vertices, distance


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    dumps = [load(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.safetensors"))]
    if not dumps:
        sys.exit(f"{sys.argv[1]} holds no dumps; run benches/planes_to_mesh.sh")
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    torch.set_num_threads(threads)
    rows = {"times": [], "agreement": []}
    summary, chosen = [], []
    with torch.inference_mode():
        fields = [Field(*dumps[0], name) for name in ("geometry", "texture")]
        functions = {"eager": decode, "compiled": compiled_decode(fields)}
        functions = {name: function for name, function in functions.items() if function}
        for resolution in RESOLUTIONS:
            points = lattice(resolution)
            best = best_way(functions, points, fields[0])
            chosen.append(f"{resolution}³: {best[0]}, chunks of {best[2]} points")
            found = [compare(*dump, resolution, functions, best, points, rows) for dump in dumps]
            ratios, wrong, apart, distances = zip(*found)
            summary.append(
                f"| {resolution}³ | {statistics.median(ratios):.1f} × | ≥ {BARS[resolution]} × "
                f"| {max(wrong)} | {max(apart):.4f} | {max(distances):.4f} |"
            )
    print(f"PyTorch {torch.__version__}, {threads} threads, inference mode; best of {' and '.join(functions)} and of "
          f"{len(CHUNKS)} chunk sizes ({'; '.join(chosen)}); skimage's marching cubes on the dense grid:\n")
    print("| prompt | cells | their grid + marching cubes ms | our surface ms | ratio | their texture ms | our texture ms "
          "| ratio | their sum ms | our sum ms | ratio |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    print("\n".join(rows["times"]))
    print("\nThe same surface? Signs at the grid's points, the largest distance of PyTorch's value from the isovalue where "
          "they differ, largest distance between the meshes' vertices, Hausdorff distance (bar: 0.1 cell), largest colour difference at our vertices (sRGB):\n")
    print("| prompt | cells | differing signs | of at most | between vertices, cells | Hausdorff, cells | colour |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(rows["agreement"]))
    print("\nIn short:\n")
    print("| cells | median ratio | bar | most differing signs | between vertices, cells | Hausdorff distance, cells |")
    print("|---|---|---|---|---|---|")
    print("\n".join(summary))


if __name__ == "__main__":
    main()
