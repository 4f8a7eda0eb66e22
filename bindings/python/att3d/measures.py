"""Information about a mesh: its size, its keyframes and its measures."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class MeshInfo:
    """Size of a mesh, and the cost of its generation.

    minimum, maximum: corners of the bounding box, in object space.
    *_milliseconds: time of each stage.
    point_evaluations: number of points at which the field's value was computed.
    gradient_evaluations: number of points at which the field's gradient was computed.
    texture_size: width and height of the textures in texels.
    chart_count: number of charts of the atlas.
    stretch: root mean square stretch of the textures; 1 for no stretch.
    texels_per_unit: texels per unit of object space.

    The fields about textures are 0 for a mesh without textures. chart_count, stretch and texels_per_unit are
    also 0 for a painted mesh that kept its uvs.
    """

    resolution: int
    minimum: tuple[float, float, float]
    maximum: tuple[float, float, float]
    text_milliseconds: float
    generator_milliseconds: float
    surface_milliseconds: float
    texture_milliseconds: float
    point_evaluations: int
    gradient_evaluations: int
    texture_size: int
    chart_count: int
    stretch: float
    texels_per_unit: float
    unwrap_milliseconds: float
    bake_milliseconds: float
    level_count: int
    detail_milliseconds: float
    target_count: int
    hull_count: int


@dataclass(frozen=True)
class Target:
    """Vertices of a mesh at a further keyframe. Distances are in object space.

    name: the keyframe's prompt.
    positions, normals, colors: [n, 3] f32 each.
    mean_residual: mean distance of the vertices from the keyframe's surface.
    uncovered: 99th percentile of the distance from the keyframe's surface to the morphed mesh.
    astray: 99th percentile of the distance from the morphed mesh's triangle centers to the keyframe's
        surface.
    folded: share of the morphed mesh's surface that faces inward because it has folded.
    """

    name: str
    positions: np.ndarray
    normals: np.ndarray
    colors: np.ndarray
    mean_residual: float
    uncovered: float
    astray: float
    folded: float


@dataclass(frozen=True)
class MeshReport:
    """Measures of a mesh. Vertices at the same position count as one point.

    boundary_edge_count: edges with only one triangle. A closed surface has no such edge.
    non_manifold_edge_count: edges with three or more triangles, or with two triangles of opposite
        orientation.
    volume, area: enclosed volume and surface area, in cubic and square units of object space.
    removed_component_count, removed_volume: components that were removed because they are small.
    lost_component_count, lost_volume: components that were removed because of the triangle budget.
    hausdorff: symmetric Hausdorff distance to the mesh before its reduction to the triangle budget, measured
        at sampled points, in object space; 0 if the mesh was not reduced.

    The removed and lost volumes are shares of the whole volume, 0 to 1.
    """

    point_count: int
    boundary_edge_count: int
    non_manifold_edge_count: int
    component_count: int
    volume: float
    area: float
    removed_component_count: int
    lost_component_count: int
    removed_volume: float
    lost_volume: float
    hausdorff: float
