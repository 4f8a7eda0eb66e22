"""The field of six planes: sampling as TriplaneTurbo does it, its MLPs, and vertices on the edges of a grid.

TriplaneTurbo's frame has +Z up and +X front. The object frame of this project has +Y up and +Z front. A point
(X, Y, Z) of the object frame is the point (x, y, z) = (Z, X, Y) of TriplaneTurbo's.
"""

import torch
from torch.nn import functional as F

from .sizes import CELL, GRID, SPHERE_RADIUS

State = dict[str, torch.Tensor]


def to_their_frame(vectors: torch.Tensor) -> torch.Tensor:
    """Converts vectors [..., 3] from the object frame to TriplaneTurbo's frame."""
    return vectors[..., [2, 0, 1]]


def to_object_frame(vectors: torch.Tensor) -> torch.Tensor:
    """Converts vectors [..., 3] from TriplaneTurbo's frame to the object frame."""
    return vectors[..., [1, 2, 0]]


def rotated(planes: torch.Tensor) -> torch.Tensor:
    """Returns raw planes [3, f, r, r] (xy, xz, yz) as they are sampled: transposed, turned by 180, turned by -90 degrees."""
    xy, xz, yz = planes
    return torch.stack([xy.mT, xz.rot90(2, (1, 2)), yz.rot90(-1, (1, 2))])


def sample(planes: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """Samples raw planes [3, f, r, r] at points [n, 3] of TriplaneTurbo's frame. Returns [3, n, f]."""
    x, y, z = points.unbind(-1)
    # The first coordinate runs along a row of the rotated plane.
    places = torch.stack([torch.stack(pair, -1) for pair in ((x, y), (x, z), (z, y))])
    sampled = F.grid_sample(rotated(planes), places.unsqueeze(1), mode="bilinear", padding_mode="zeros", align_corners=False)
    return sampled.squeeze(2).mT


def sample_by_table(planes: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """Samples as `sample` does, without rotations: with a table of rows and columns of raw planes, and explicit weights."""
    x, y, z = points.unbind(-1)
    size = planes.shape[-1]
    sums = []
    for plane, row, column in zip(planes, (x, -z, -z), (y, -x, y), strict=True):
        places = [((v + 1) * size - 1) / 2 for v in (row, column)]
        total = torch.zeros(len(points), len(plane), dtype=planes.dtype)
        for down in (0, 1):
            for right in (0, 1):
                corners = [place.floor() + step for place, step in zip(places, (down, right), strict=True)]
                weight = torch.ones_like(x)
                for place, corner in zip(places, corners, strict=True):
                    weight = weight * (1 - (place - corner).abs()) * ((corner >= 0) & (corner < size))
                r, c = (corner.long().clamp(0, size - 1) for corner in corners)
                total += weight.unsqueeze(1) * plane[:, r, c].T
        sums.append(total)
    return torch.stack(sums)


class Field:
    """Signed distance, deformation and color at points of the object frame."""

    def __init__(self, decoded: torch.Tensor, state: State):
        """decoded: raw planes [6, f, r, r], in the order of PLANES."""
        self.geometry, self.texture = decoded[:3], decoded[3:]
        self.weights = {
            name: [state[f"geometry.{name}_network.layers.{place}.weight"].to(decoded.dtype) for place in (0, 2, 4)]
            for name in ("sdf", "feature", "deformation")
        }

    def mlp(self, name: str, x: torch.Tensor) -> torch.Tensor:
        """Applies the MLP of this name. x: [n, inputs]."""
        first, second, third = self.weights[name]
        return F.linear(F.linear(F.linear(x, first).relu(), second).relu(), third)

    def shape(self, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns the signed distances [n] and the deformations [n, 3] in cells at points [n, 3]."""
        features = sample(self.geometry, to_their_frame(points)).sum(0)
        sdf = self.mlp("sdf", features).squeeze(-1) + points.norm(dim=-1) - SPHERE_RADIUS
        return sdf, to_object_frame(self.mlp("deformation", features))

    def color(self, points: torch.Tensor) -> torch.Tensor:
        """Returns the colors [n, 3] at points [n, 3]."""
        features = sample(self.texture, to_their_frame(points))
        raw = self.mlp("feature", features.permute(1, 0, 2).flatten(1))
        return (1.002 * raw.sigmoid() - 0.001).clamp(0, 1)


def chosen_points() -> torch.Tensor:
    """Makes 4096 points, some outside of the box and some exactly on its corners and faces."""
    points = torch.rand(4096, 3) * 2.2 - 1.1
    corners = torch.cartesian_prod(*[torch.tensor([-1.0, 1.0])] * 3)
    points[:8] = corners
    faces = torch.cat([torch.eye(3), -torch.eye(3)])
    points[8:14] = faces
    points[14:20] = torch.where(faces == 0, points[14:20].clamp(-1, 1), faces)
    return points


def surface(field: Field, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """Returns the displaced vertex of each edge of the grid on which the signed distance changes its sign."""
    line = torch.linspace(-1, 1, GRID, dtype=dtype)
    grid = torch.stack(torch.meshgrid(line, line, line, indexing="ij"), -1)
    sdf, deformation = field.shape(grid.flatten(0, 2))
    sdf, displaced = sdf.view(GRID, GRID, GRID), grid + deformation.view(grid.shape) * CELL
    edges, vertices = [], []
    for axis in range(3):
        ends = [tensor.narrow(axis, start, GRID - 1) for start in (0, 1) for tensor in (sdf, displaced)]
        (low, low_place), (high, high_place) = ends[:2], ends[2:]
        crossed = (low < 0) != (high < 0)
        indices = crossed.nonzero()
        share = (low / (low - high))[crossed].unsqueeze(-1)
        edges.append(torch.cat([indices, torch.full((len(indices), 1), axis)], -1))
        vertices.append((1 - share) * low_place[crossed] + share * high_place[crossed])
    # Readers of packages take only floating-point numbers.
    found = {"edges": torch.cat(edges).float(), "vertices": torch.cat(vertices), "grid_sdf": sdf}
    return found | {"vertex_colors": field.color(found["vertices"])}
