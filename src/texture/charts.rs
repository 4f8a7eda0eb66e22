//! The direction that each triangle faces, and the connected pieces of equal direction.

use crate::error::{Cancelled, ProgressCallback};
use crate::vector::{Vector, dot, scale, subtract, triangle_normal};

use super::adjacency::NONE;

/// The direction from which a chart is viewed, and the axes of the flattened chart: u to the right, v up. u ×
/// v points to the viewer, so that no chart is mirrored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    pub towards: Vector,
    pub right: Vector,
    pub up: Vector,
}

const fn view(towards: Vector, right: Vector, up: Vector) -> View {
    View { towards, right, up }
}

/// The views along the axes of object space. In charts from the sides, +Y is up, which helps people who edit
/// the textures.
pub(super) const VIEWS: [View; 6] = [
    view([1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]),
    view([-1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]),
    view([0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0]),
    view([0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]),
    view([0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
    view([0.0, 0.0, -1.0], [-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
];

/// Smallest cosine of the angle between a chart's triangle and its view. The inverse of this cosine is the
/// largest stretch of texels.
const LEAST_FACING: f32 = 0.4;
/// The same limit for small pieces (crumbs), so that they can join a neighboring chart.
const LEAST_FACING_OF_CRUMBS: f32 = 0.2;
/// Cost of a seam per unit of its length, as an area in object space. A triangle costs the area that it loses
/// when it is projected along its view.
const SEAM: f32 = 0.05;
/// Area in texels below which a piece joins a neighboring chart, if that chart's view allows it.
const CRUMB_TEXELS: f32 = 256.0;
/// Radius in texels of the inscribed circle below which a triangle is a sliver. Such a triangle covers no
/// texel that `overlap` would count.
const SLIVER_TEXELS: f32 = 0.05;
/// The radius of a sliver's inscribed circle must also be below this share of the sliver's longest edge. The
/// share is 0.29 for three equal edges. Well-shaped triangles have a reliable direction at any size.
const SLIVER_SHARE: f32 = 0.03;
/// Largest number of smoothing rounds. Most meshes need fewer.
const ROUNDS: usize = 12;
/// Largest number of rounds in which small pieces join their neighbors.
const CRUMB_ROUNDS: usize = 3;

/// The properties of a triangle from which charts are made.
struct Facet {
    /// Cosine of the angle between the normal and each view; 1 for a sliver.
    facing: [f32; 6],
    area: f32,
    /// Length of each edge.
    edges: [f32; 3],
}

/// Returns the view of each triangle, as an index into [`VIEWS`]. texel: a texel's side, in units of object
/// space.
pub(super) fn views_of_triangles(
    positions: &[Vector],
    triangles: &[[u32; 3]],
    neighbours: &[[u32; 3]],
    texel: f32,
    on_progress: ProgressCallback<'_>,
) -> Result<Vec<u8>, Cancelled> {
    let facets: Vec<Facet> =
        triangles.iter().map(|triangle| facet(positions, triangle, SLIVER_TEXELS * texel)).collect();
    let crumb_area = CRUMB_TEXELS * texel * texel;
    let mut labels: Vec<u8> = facets.iter().map(|facet| best(|label| facet.facing[label])).collect();
    smooth(&facets, neighbours, &mut labels, on_progress)?;
    for _ in 0..CRUMB_ROUNDS {
        on_progress(0.3)?;
        if !take_crumbs_in(&facets, neighbours, &mut labels, crumb_area) {
            break;
        }
    }
    Ok(labels)
}

fn facet(positions: &[Vector], triangle: &[u32; 3], sliver: f32) -> Facet {
    let [a, b, c] = triangle.map(|corner| positions[corner as usize]);
    let normal = triangle_normal([a, b, c]);
    let length = dot(normal, normal).sqrt();
    let distance = |from: Vector, to| {
        let along = subtract(to, from);
        dot(along, along).sqrt()
    };
    let edges = [distance(a, b), distance(b, c), distance(c, a)];
    // The direction of a sliver is not visible, so a sliver takes the view of its neighbors. Marching cubes
    // produce many slivers with arbitrary directions.
    let perimeter = edges.iter().sum::<f32>();
    let longest = edges.iter().copied().fold(0.0, f32::max);
    let is_sliver = length <= perimeter * sliver.min(SLIVER_SHARE * longest);
    let unit = if is_sliver { None } else { Some(scale(normal, 1.0 / length)) };
    Facet {
        facing: VIEWS.map(|view| unit.map_or(1.0, |unit| dot(unit, view.towards))),
        area: length * 0.5,
        edges,
    }
}

/// Returns the label of the highest score; the first one of equals.
fn best(score: impl Fn(usize) -> f32) -> u8 {
    (1..6u8).fold(0, |best, label| if score(label.into()) > score(best.into()) { label } else { best })
}

/// Returns the total length of a triangle's edges to neighbors of each label.
fn lengths_by_label(facet: &Facet, neighbours: [u32; 3], labels: &[u8]) -> [f32; 6] {
    let mut lengths = [0.0; 6];
    for (neighbour, length) in neighbours.into_iter().zip(facet.edges) {
        if neighbour != NONE {
            lengths[usize::from(labels[neighbour as usize])] += length;
        }
    }
    lengths
}

/// Smooths the labels by iterated conditional modes (Besag 1986): each triangle in turn takes the view of
/// least cost, given its neighbors' views. [`SEAM`] describes the costs.
fn smooth(
    facets: &[Facet],
    neighbours: &[[u32; 3]],
    labels: &mut [u8],
    on_progress: ProgressCallback<'_>,
) -> Result<(), Cancelled> {
    for round in 0..ROUNDS {
        on_progress(0.3 * round as f32 / ROUNDS as f32)?;
        let mut changed = false;
        for (index, facet) in facets.iter().enumerate() {
            let beside = lengths_by_label(facet, neighbours[index], labels);
            let own = usize::from(labels[index]);
            let found = best(|label| {
                if label != own && facet.facing[label] < LEAST_FACING {
                    return f32::NEG_INFINITY;
                }
                facet.area * facet.facing[label] + SEAM * beside[label]
            });
            changed |= found != labels[index];
            labels[index] = found;
        }
        if !changed {
            break;
        }
    }
    Ok(())
}

/// Relabels pieces smaller than `area`. Each takes the neighboring view with the longest common border, among
/// the views that all of its triangles face. Returns whether a label changed.
fn take_crumbs_in(facets: &[Facet], neighbours: &[[u32; 3]], labels: &mut [u8], area: f32) -> bool {
    let pieces = pieces(neighbours, labels);
    let mut changed = false;
    for piece in &pieces {
        if piece.iter().map(|&triangle| facets[triangle as usize].area).sum::<f32>() >= area {
            continue;
        }
        let mut border = [0.0f32; 6];
        let mut least = [f32::INFINITY; 6];
        for &triangle in piece {
            let (facet, triangle) = (&facets[triangle as usize], triangle as usize);
            let beside = lengths_by_label(facet, neighbours[triangle], labels);
            for label in 0..6 {
                border[label] += beside[label];
                least[label] = least[label].min(facet.facing[label]);
            }
        }
        let Some(&own) = piece.first().map(|&first| &labels[first as usize]) else {
            debug_assert!(false, "a piece has no triangle");
            continue;
        };
        let score = |label: usize| {
            let suits = label != usize::from(own) && least[label] >= LEAST_FACING_OF_CRUMBS;
            if suits { border[label] } else { 0.0 }
        };
        let found = best(score);
        if score(found.into()) > 0.0 {
            piece.iter().for_each(|&triangle| labels[triangle as usize] = found);
            changed = true;
        }
    }
    changed
}

/// Returns the connected pieces of equal label, in the order of their first triangles. The triangles of a
/// piece are in the order in which they were reached.
pub(super) fn pieces(neighbours: &[[u32; 3]], labels: &[u8]) -> Vec<Vec<u32>> {
    let mut reached = vec![false; labels.len()];
    let mut found = Vec::new();
    for first in 0..labels.len() {
        if std::mem::replace(&mut reached[first], true) {
            continue;
        }
        let mut piece = vec![first as u32];
        let mut next = 0;
        while let Some(&triangle) = piece.get(next) {
            next += 1;
            for neighbour in neighbours[triangle as usize] {
                let beyond = neighbour as usize;
                if neighbour != NONE
                    && labels[beyond] == labels[first]
                    && !std::mem::replace(&mut reached[beyond], true)
                {
                    piece.push(neighbour);
                }
            }
        }
        found.push(piece);
    }
    found
}
