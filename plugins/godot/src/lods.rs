//! Deviations of levels of detail, from which Godot selects a level by the size of a pixel.

use std::collections::HashMap;

use godot::builtin::Vector3;

/// Number of vertices at which the deviation is measured.
const SAMPLES: usize = 2048;

/// Returns the largest distance from vertices of a mesh to the surface of a level, in the unit of the
/// positions. It is measured at up to 2,048 vertices that the level does not have.
pub fn deviation(positions: &[Vector3], mesh: &[i32], level: &[i32]) -> f32 {
    let mut is_kept = vec![false; positions.len()];
    level.iter().for_each(|&index| is_kept[index as usize] = true);
    let mut removed: Vec<usize> =
        mesh.iter().map(|&index| index as usize).filter(|&index| !is_kept[index]).collect();
    removed.sort_unstable();
    removed.dedup();
    let step = removed.len().div_ceil(SAMPLES).max(1);
    let Some(grid) = Grid::of(positions, level) else { return 0.0 };
    removed.iter().step_by(step).map(|&index| grid.distance(positions[index])).fold(0.0, f32::max)
}

/// Triangles by the cells that their bounding boxes touch.
struct Grid<'a> {
    positions: &'a [Vector3],
    indices: &'a [i32],
    cell: f32,
    triangles: HashMap<[i32; 3], Vec<u32>>,
    /// Number of cells along the longest side.
    extent: i32,
}

impl<'a> Grid<'a> {
    fn of(positions: &'a [Vector3], indices: &'a [i32]) -> Option<Self> {
        let count = indices.len() / 3;
        if count == 0 {
            return None;
        }
        let corners = indices.iter().map(|&index| positions[index as usize]);
        let low = corners.clone().fold(Vector3::splat(f32::INFINITY), |low, corner| low.coord_min(corner));
        let high = corners.fold(Vector3::splat(f32::NEG_INFINITY), |high, corner| high.coord_max(corner));
        let side = high - low;
        let longest = side.x.max(side.y).max(side.z).max(f32::MIN_POSITIVE);
        // About one cell per triangle of a surface that fills the box's faces.
        let extent = (count as f32).sqrt().clamp(4.0, 128.0);
        let cell = longest / extent;
        let mut grid =
            Self { positions, indices, cell, triangles: HashMap::new(), extent: extent as i32 + 2 };
        for triangle in 0..count {
            let [a, b, c] = grid.corners(triangle as u32);
            let first = grid.cell_of(a.coord_min(b).coord_min(c));
            let last = grid.cell_of(a.coord_max(b).coord_max(c));
            for x in first[0]..=last[0] {
                for y in first[1]..=last[1] {
                    for z in first[2]..=last[2] {
                        grid.triangles.entry([x, y, z]).or_default().push(triangle as u32);
                    }
                }
            }
        }
        Some(grid)
    }

    fn corners(&self, triangle: u32) -> [Vector3; 3] {
        [0, 1, 2].map(|corner| self.positions[self.indices[3 * triangle as usize + corner] as usize])
    }

    fn cell_of(&self, point: Vector3) -> [i32; 3] {
        [point.x, point.y, point.z].map(|coordinate| (coordinate / self.cell).floor() as i32)
    }

    /// Returns the distance of a point from the triangles.
    fn distance(&self, point: Vector3) -> f32 {
        let center = self.cell_of(point);
        let mut nearest = f32::INFINITY;
        for ring in 0..=2 * self.extent {
            // All triangles that are not in the cells that were searched are at least this far away.
            if nearest <= (ring - 1).max(0) as f32 * self.cell {
                break;
            }
            self.for_ring(center, ring, |triangle| {
                nearest = nearest.min(distance_to_triangle(point, self.corners(triangle)));
            });
        }
        nearest
    }

    fn for_ring(&self, center: [i32; 3], ring: i32, mut see: impl FnMut(u32)) {
        for x in -ring..=ring {
            for y in -ring..=ring {
                let is_side = x.abs() == ring || y.abs() == ring;
                let step = if is_side { 1 } else { (2 * ring).max(1) };
                for z in (-ring..=ring).step_by(step as usize) {
                    let cell = [center[0] + x, center[1] + y, center[2] + z];
                    self.triangles.get(&cell).into_iter().flatten().for_each(|&triangle| see(triangle));
                }
            }
        }
    }
}

/// Returns the distance of a point from a triangle. Source: Ericson, Real-Time Collision Detection, 5.1.5.
fn distance_to_triangle(point: Vector3, [a, b, c]: [Vector3; 3]) -> f32 {
    let (ab, ac, ap) = (b - a, c - a, point - a);
    let (d1, d2) = (ab.dot(ap), ac.dot(ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return ap.length();
    }
    let bp = point - b;
    let (d3, d4) = (ab.dot(bp), ac.dot(bp));
    if d3 >= 0.0 && d4 <= d3 {
        return bp.length();
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        return (ap - ab * (d1 / (d1 - d3))).length();
    }
    let cp = point - c;
    let (d5, d6) = (ab.dot(cp), ac.dot(cp));
    if d6 >= 0.0 && d5 <= d6 {
        return cp.length();
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        return (ap - ac * (d2 / (d2 - d6))).length();
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 - d3 >= 0.0 && d5 - d6 >= 0.0 {
        return (bp - (c - b) * ((d4 - d3) / ((d4 - d3) + (d5 - d6)))).length();
    }
    let scale = 1.0 / (va + vb + vc);
    (ap - ab * (vb * scale) - ac * (vc * scale)).length()
}
