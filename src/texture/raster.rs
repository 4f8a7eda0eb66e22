//! Determines the texels that a triangle covers.

use std::ops::Range;

use wide::f32x8;

/// Number of columns that are compared together, and their offsets.
const LANES: u32 = 8;
const COLUMNS: [f32; LANES as usize] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

/// A corner in texels: x to the right, y down. The center of texel (0, 0) is (0.5, 0.5).
pub(super) type Texel = [f32; 2];

/// Visits each texel whose center lies inside the triangle, at least `inset` texels from its edges, for
/// either winding. window: the columns and rows that are visited.
pub(super) fn visit_inside(
    corners: [Texel; 3],
    window: [Range<u32>; 2],
    inset: f32,
    mut visit: impl FnMut(u32, u32),
) {
    let Some([columns, rows]) = box_inside(corners, window) else { return };
    let Some(edges) = edges(corners, inset) else { return };
    for y in rows {
        let edges = edges.map(|[a, b, c]| [f32x8::splat(a), f32x8::splat(b * (y as f32 + 0.5) + c)]);
        for first in columns.clone().step_by(LANES as usize) {
            let centers = f32x8::splat(first as f32 + 0.5) + f32x8::new(COLUMNS);
            let [one, other, last] = edges.map(|[a, rest]| (a * centers + rest).simd_ge(f32x8::ZERO));
            let mut inside = (one & other & last).to_bitmask();
            while inside != 0 {
                let x = first + inside.trailing_zeros();
                if x >= columns.end {
                    break;
                }
                visit(x, y);
                inside &= inside - 1;
            }
        }
    }
}

/// Visits texels like [`visit_inside`] without an inset, but only those that `next` selects. next(x, y)
/// returns the first selected column of a row from x on. Columns outside of the triangle are skipped.
pub(super) fn visit_some_inside(
    corners: [Texel; 3],
    window: [Range<u32>; 2],
    mut next: impl FnMut(u32, u32) -> u32,
    mut visit: impl FnMut(u32, u32),
) {
    let Some([columns, rows]) = box_inside(corners, window) else { return };
    let Some(edges) = edges(corners, 0.0) else { return };
    for y in rows {
        let edges = edges.map(|[a, b, c]| [a, b * (y as f32 + 0.5) + c]);
        // Only the columns between the crossings of the edges are visited, and two further columns on each
        // side because of rounding errors.
        let (mut first, mut end) = (columns.start as f32, columns.end as f32);
        for [a, rest] in edges {
            let crossed = -rest / a - 0.5;
            if a > 0.0 {
                first = first.max(crossed.floor() - 2.0);
            } else if a < 0.0 {
                end = end.min(crossed.ceil() + 3.0);
            }
        }
        let end = (end.max(0.0) as u32).min(columns.end);
        let mut x = next((first.max(0.0) as u32).max(columns.start), y);
        while x < end {
            if edges.iter().all(|[a, rest]| a * (x as f32 + 0.5) + rest >= 0.0) {
                visit(x, y);
            }
            x = next(x + 1, y);
        }
    }
}

/// Returns the columns and rows of a window whose texel centers lie in a triangle's bounding box; `None` if
/// there are none.
fn box_inside(corners: [Texel; 3], window: [Range<u32>; 2]) -> Option<[Range<u32>; 2]> {
    let [columns, rows] = [0, 1].map(|axis| {
        let low = corners.iter().fold(f32::INFINITY, |low, corner| low.min(corner[axis]));
        let high = corners.iter().fold(f32::NEG_INFINITY, |high, corner| high.max(corner[axis]));
        // Casts of floats saturate.
        let first = (low - 0.5).ceil().max(0.0) as u32;
        let end = ((high - 0.5).floor() + 1.0).max(0.0) as u32;
        first.max(window[axis].start)..end.min(window[axis].end)
    });
    (!columns.is_empty() && !rows.is_empty()).then_some([columns, rows])
}

/// Returns each edge as (a, b, c), where a x + b y + c is the distance inwards from the edge minus the inset.
/// Returns `None` for a triangle without area.
fn edges(corners: [Texel; 3], inset: f32) -> Option<[[f32; 3]; 3]> {
    let area = twice_area(corners);
    if area == 0.0 || !area.is_finite() {
        return None;
    }
    let [p, q, r] = if area > 0.0 { corners } else { [corners[0], corners[2], corners[1]] };
    Some([[p, q], [q, r], [r, p]].map(|[from, to]| {
        let (along_x, along_y) = (to[0] - from[0], to[1] - from[1]);
        let length = (along_x * along_x + along_y * along_y).sqrt().max(f32::MIN_POSITIVE);
        let (a, b) = (-along_y / length, along_x / length);
        [a, b, -(a * from[0] + b * from[1]) - inset]
    }))
}

/// Returns twice the signed area, positive if the corners turn from x towards y.
fn twice_area([p, q, r]: [Texel; 3]) -> f32 {
    turn(edge(p, q), edge(p, r))
}

/// A triangle for which weights of its corners are computed.
pub(super) struct Weighing {
    first: Texel,
    /// The two edges from the first corner.
    edges: [Texel; 2],
    /// Twice the signed area.
    whole: f32,
}

impl Weighing {
    pub(super) fn of([p, q, r]: [Texel; 3]) -> Self {
        Self { first: p, edges: [edge(p, q), edge(p, r)], whole: twice_area([p, q, r]) }
    }

    /// Returns the weights of the corners at a place. They are never negative and sum to one: places outside
    /// are clamped to the triangle.
    pub(super) fn weights(&self, place: Texel) -> [f32; 3] {
        let Self { first, edges: [to_second, to_third], whole } = *self;
        let way = edge(first, place);
        let (second, third) = (turn(way, to_third), turn(to_second, way));
        let signed = [whole - second - third, second, third];
        let inside = signed.map(|weight| (weight * whole.signum()).max(0.0));
        let sum: f32 = inside.iter().sum();
        let share = 1.0 / sum;
        let is_known = whole != 0.0 && sum > 0.0 && sum.is_finite() && share.is_finite();
        if is_known { inside.map(|weight| weight * share) } else { [1.0, 0.0, 0.0] }
    }
}

/// Returns the vector from one place to another.
fn edge(from: Texel, to: Texel) -> Texel {
    [to[0] - from[0], to[1] - from[1]]
}

/// Returns twice the signed area between two edges, positive if the second is turned from x towards y.
fn turn(one: Texel, other: Texel) -> f32 {
    one[0] * other[1] - one[1] * other[0]
}
