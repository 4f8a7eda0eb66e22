//! Unwraps a mesh: opens its seams and computes its texture coordinates.

use rayon::prelude::*;

use crate::error::ProgressCallback;
use crate::mesh::Mesh;
use crate::vector::{Vector, dot, triangle_normal};

use super::charts::{VIEWS, View, pieces, views_of_triangles};
use super::pack::{Packing, pack, texels};
use super::raster::Texel;
use super::{TextureError, adjacency, check_size, overlap};

/// The settings of an unwrapping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnwrapOptions {
    /// Texels along a side of the texture.
    pub texture_size: u32,
    /// Free texels around each chart: half of the distance between two charts.
    pub margin: u32,
}

impl Default for UnwrapOptions {
    fn default() -> Self {
        Self { texture_size: 1024, margin: 2 }
    }
}

/// A mesh with texture coordinates.
#[derive(Clone, Debug)]
pub struct Unwrapped {
    /// The mesh's triangles, chart by chart. A vertex at a seam is repeated for each chart.
    pub mesh: Mesh,
    /// For each vertex, the vertex of the original mesh.
    pub sources: Vec<u32>,
    /// For each triangle, the triangle of the original mesh. Its corners are in the same order.
    pub triangle_sources: Vec<u32>,
    /// The chart of each triangle.
    pub chart_of_triangle: Vec<u32>,
    /// Number of charts.
    pub charts: u32,
    /// Texels per unit of object space, where a triangle faces its view.
    pub texels_per_unit: f32,
    /// Root mean square stretch over the surface; 1 is no stretch (Sander et al. 2001, L²).
    pub stretch: f32,
}

/// Expected share of the square that charts fill. It is used where a size is needed before packing.
const EXPECTED_FILL: f64 = 0.5;

/// Scale of the overlap test, as a multiple of the expected scale.
const FINENESS: f32 = 1.25;

/// Number of texels of a flattened piece above which pieces are split one at a time, because splitting a
/// large piece takes much memory.
const LARGE_PICTURE: u64 = 1 << 20;

/// Cuts, flattens and packs a mesh, in the current thread pool. on_progress: the progress callback. Errors:
/// `Mesh`, `Size`, `Crowded`, `Cancelled`.
pub fn unwrap(
    mesh: &Mesh,
    options: &UnwrapOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Unwrapped, TextureError> {
    mesh.check()?;
    let &UnwrapOptions { texture_size, margin } = options;
    check_size(texture_size)?;
    on_progress(0.0)?;
    let neighbours = adjacency::neighbours(&mesh.triangles);
    // The sum is sequential and in f64, so that it is the same for any number of threads.
    let surface: f64 = mesh.triangles.iter().map(|triangle| area(&mesh.positions, triangle)).sum();
    let expected_scale = f64::from(texture_size) * (EXPECTED_FILL / surface.max(f64::MIN_POSITIVE)).sqrt();
    let texel = (1.0 / expected_scale) as f32;
    let labels = views_of_triangles(&mesh.positions, &mesh.triangles, &neighbours, texel, on_progress)?;
    on_progress(0.4)?;
    let charts = charts(mesh, &neighbours, &labels, expected_scale as f32, texture_size, on_progress)?;
    on_progress(0.7)?;
    let sizes: Vec<[f32; 2]> = charts.iter().map(|(flat, _)| flat.size).collect();
    let packing = pack(&sizes, texture_size, margin, &|_| on_progress(0.7))?;
    on_progress(0.9)?;
    let unwrapped = opened(mesh, &charts, &packing, texture_size);
    on_progress(1.0)?;
    Ok(unwrapped)
}

/// Returns the pieces of equal label, flattened, in their order. Pieces that would overlap themselves are
/// split. expected_scale: expected texels per unit.
fn charts(
    mesh: &Mesh,
    neighbours: &[[u32; 3]],
    labels: &[u8],
    expected_scale: f32,
    texture_size: u32,
    on_progress: ProgressCallback<'_>,
) -> Result<Vec<(Flat, Vec<u32>)>, TextureError> {
    let fine_scale = (expected_scale * FINENESS).min(f32::MAX);
    let drawn: Vec<(Scaled, Vec<u32>)> = pieces(neighbours, labels)
        .into_iter()
        .map(|piece| {
            let view = piece.first().map_or(VIEWS[0], |&first| VIEWS[usize::from(labels[first as usize])]);
            let flat = Flat::of(mesh, &piece, view);
            // No chart is packed larger than the texture.
            let longest = flat.size[0].max(flat.size[1]).max(f32::MIN_POSITIVE);
            (flat.at(fine_scale.min(FINENESS * texture_size as f32 / longest)), piece)
        })
        .collect();
    let mut places = vec![0; mesh.triangles.len()];
    for (place, &triangle) in drawn.iter().flat_map(|(_, piece)| (0u32..).zip(piece)) {
        places[triangle as usize] = place;
    }
    let part = |(fine, piece): &(Scaled, Vec<u32>)| -> Result<Vec<(Flat, Vec<u32>)>, TextureError> {
        on_progress(0.4)?;
        let shown = |triangle| overlap::Shown {
            corners: fine.corners(mesh, triangle),
            depth: fine.depth(mesh, triangle),
        };
        let parts = overlap::part(piece, neighbours, &places, fine.picture(), shown);
        Ok(parts.into_iter().map(|part| (Flat::of(mesh, &part, fine.flat.view), part)).collect())
    };
    let is_large = |(fine, _): &(Scaled, Vec<u32>)| {
        let [width, height] = fine.picture();
        u64::from(width) * u64::from(height) > LARGE_PICTURE
    };
    let small: Vec<Option<_>> = drawn
        .par_iter()
        .map(|drawn| (!is_large(drawn)).then(|| part(drawn)).transpose())
        .collect::<Result<_, _>>()?;
    let mut charts: Vec<(Flat, Vec<u32>)> = Vec::new();
    for (drawn, small) in drawn.iter().zip(small) {
        charts.extend(match small {
            Some(parts) => parts,
            None => part(drawn)?,
        });
    }
    Ok(charts)
}

fn area(positions: &[Vector], triangle: &[u32; 3]) -> f64 {
    let normal = triangle_normal(triangle.map(|corner| positions[corner as usize]));
    f64::from(dot(normal, normal)).sqrt() * 0.5
}

/// A piece flattened along its view, in units of object space.
#[derive(Clone, Copy)]
struct Flat {
    view: View,
    /// The left and the upper edge.
    left: f32,
    top: f32,
    size: [f32; 2],
}

impl Flat {
    fn of(mesh: &Mesh, piece: &[u32], view: View) -> Self {
        let corners = piece.iter().flat_map(|&triangle| mesh.triangles[triangle as usize]);
        let [low, high] =
            corners.fold([[f32::INFINITY; 2], [f32::NEG_INFINITY; 2]], |[low, high], corner| {
                let position = mesh.positions[corner as usize];
                let place = [dot(position, view.right), dot(position, view.up)];
                [
                    [0, 1].map(|axis| low[axis].min(place[axis])),
                    [0, 1].map(|axis| high[axis].max(place[axis])),
                ]
            });
        Self { view, left: low[0], top: high[1], size: [high[0] - low[0], high[1] - low[1]] }
    }

    fn at(self, scale: f32) -> Scaled {
        Scaled { flat: self, scale, place: [0, 0] }
    }
}

/// A flattened piece at a place of a texture.
struct Scaled {
    flat: Flat,
    scale: f32,
    place: [u32; 2],
}

impl Scaled {
    fn texel(&self, position: Vector) -> Texel {
        let Flat { view, left, top, .. } = self.flat;
        [
            self.place[0] as f32 + (dot(position, view.right) - left) * self.scale,
            self.place[1] as f32 + (top - dot(position, view.up)) * self.scale,
        ]
    }

    /// Returns the size of the flattened piece, in texels.
    fn picture(&self) -> [u32; 2] {
        self.flat.size.map(|length| texels(length, self.scale))
    }

    /// Returns the nearness of a triangle's center to the viewer, in texels.
    fn depth(&self, mesh: &Mesh, triangle: u32) -> f32 {
        let corners = mesh.triangles[triangle as usize];
        let depth = |corner: u32| dot(mesh.positions[corner as usize], self.flat.view.towards);
        corners.map(depth).iter().sum::<f32>() / 3.0 * self.scale
    }

    fn corners(&self, mesh: &Mesh, triangle: u32) -> [Texel; 3] {
        mesh.triangles[triangle as usize].map(|corner| self.texel(mesh.positions[corner as usize]))
    }
}

fn opened(mesh: &Mesh, charts: &[(Flat, Vec<u32>)], packing: &Packing, texture_size: u32) -> Unwrapped {
    let mut triangles = Vec::with_capacity(mesh.triangles.len());
    let mut uvs = Vec::with_capacity(mesh.positions.len() * 5 / 4);
    let mut chart_of_triangle = Vec::with_capacity(mesh.triangles.len());
    let mut triangle_sources = Vec::with_capacity(mesh.triangles.len());
    let mut sources: Vec<u32> = Vec::with_capacity(mesh.positions.len() * 5 / 4);
    // For each vertex: the chart that last used it, and its new index there.
    let mut latest = vec![(u32::MAX, 0u32); mesh.positions.len()];
    let mut stretch = Stretch::default();
    for (chart, ((flat, piece), &place)) in (0u32..).zip(charts.iter().zip(&packing.places)) {
        let scaled = Scaled { flat: *flat, scale: packing.scale, place };
        for &triangle in piece {
            let corners = mesh.triangles[triangle as usize];
            stretch
                .add(corners.map(|corner| mesh.positions[corner as usize]), scaled.corners(mesh, triangle));
            triangles.push(corners.map(|corner| {
                let (used_by, number) = &mut latest[corner as usize];
                if *used_by != chart {
                    (*used_by, *number) = (chart, sources.len() as u32);
                    sources.push(corner);
                    let texel = scaled.texel(mesh.positions[corner as usize]);
                    uvs.push(texel.map(|texel| texel / texture_size as f32));
                }
                *number
            }));
            chart_of_triangle.push(chart);
            triangle_sources.push(triangle);
        }
    }
    Unwrapped {
        mesh: Mesh { triangles, uvs, tangents: Vec::new(), ..mesh.gathered(&sources) },
        sources,
        triangle_sources,
        chart_of_triangle,
        charts: charts.len() as u32,
        texels_per_unit: packing.scale,
        stretch: stretch.value(),
    }
}

/// The sums of Sander's L² stretch.
#[derive(Default)]
struct Stretch {
    squares: f64,
    surface: f64,
    texels: f64,
}

impl Stretch {
    /// Adds one triangle. Its corners are given in object space and in texels.
    fn add(&mut self, [a, b, c]: [Vector; 3], [p, q, r]: [Texel; 3]) {
        let normal = triangle_normal([a, b, c]);
        let surface = 0.5 * f64::from(dot(normal, normal)).sqrt();
        let twice = (q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1]);
        if twice == 0.0 {
            return;
        }
        // The derivatives of a point with respect to the two axes of the texture.
        let derivative = |weights: [f32; 3]| -> Vector {
            std::array::from_fn(|axis| {
                (a[axis] * weights[0] + b[axis] * weights[1] + c[axis] * weights[2]) / twice
            })
        };
        let along_x = derivative([q[1] - r[1], r[1] - p[1], p[1] - q[1]]);
        let along_y = derivative([r[0] - q[0], p[0] - r[0], q[0] - p[0]]);
        self.squares += f64::from(dot(along_x, along_x) + dot(along_y, along_y)) * 0.5 * surface;
        self.surface += surface;
        self.texels += f64::from(twice.abs()) * 0.5;
    }

    fn value(&self) -> f32 {
        if self.surface == 0.0 {
            return 1.0;
        }
        let mean = (self.squares / self.surface).sqrt();
        (mean * (self.texels / self.surface).sqrt()) as f32
    }
}
