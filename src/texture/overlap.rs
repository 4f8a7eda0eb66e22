//! Splits pieces that would overlap when they are flattened.
//!
//! Every triangle of a piece faces the viewer, but the piece can still cover itself, as a spiral staircase
//! does when it is seen from above. The test has the resolution of the texture. Two triangles overlap where
//! both cover the center of a texel. They also overlap where the center of one lies in a texel of the other
//! at a very different depth. So triangles smaller than a texel are separated too.

use std::collections::VecDeque;

use super::raster::{Texel, visit_inside};

/// Distance in texels from an edge within which a texel's center counts as outside, so that neighbors never
/// seem to overlap.
const INSET: f32 = 0.05;
/// Largest difference of depth, in texels, between neighboring triangles in one texel. At the steepest angle
/// of a chart, the difference along a texel's diagonal is a little smaller.
const DEPTH: f32 = 8.0;

/// A triangle of a flattened piece.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// Corners of the triangle, in texels of the flattened piece.
    pub corners: [Texel; 3],
    /// Nearness of the triangle's center to the viewer, in texels.
    pub depth: f32,
}

/// The contents of a texel.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// Number of the last part that has a triangle in the texel; 0 if there is none.
    part: u32,
    /// Whether a triangle covers the texel's center. Otherwise only the center of a triangle lies in the
    /// texel.
    is_covered: bool,
    depth: f32,
}

/// Splits a piece into parts so that no two triangles of a part overlap. Each part grows breadth first from
/// its first triangle. places: for each triangle of the mesh, its index in its own piece; size: size of the
/// flattened piece, in texels.
pub(super) fn part(
    piece: &[u32],
    neighbours: &[[u32; 3]],
    places: &[u32],
    size: [u32; 2],
    shown: impl Fn(u32) -> Shown,
) -> Vec<Vec<u32>> {
    let cells = vec![Cell::default(); size[0] as usize * size[1] as usize];
    let mut picture = Picture { size, cells, covered: Vec::new() };
    let mut taken = vec![false; piece.len()];
    // For each triangle, the number of the part for which it was last tried; 0 if it was not tried.
    let mut asked = vec![0u32; piece.len()];
    let mut parts: Vec<Vec<u32>> = Vec::new();
    for first in 0..piece.len() {
        if taken[first] {
            continue;
        }
        let number = parts.len() as u32 + 1;
        let mut part = Vec::new();
        let mut queue = VecDeque::from([first]);
        asked[first] = number;
        while let Some(place) = queue.pop_front() {
            let triangle = piece[place];
            if !picture.take(&shown(triangle), number) {
                continue;
            }
            taken[place] = true;
            part.push(triangle);
            for neighbour in neighbours[triangle as usize] {
                // A neighbor in another piece has the index of another triangle, or none, in this piece.
                if let Some(&beyond) = places.get(neighbour as usize)
                    && piece.get(beyond as usize) == Some(&neighbour)
                    && let beyond = beyond as usize
                    && !taken[beyond]
                    && std::mem::replace(&mut asked[beyond], number) != number
                {
                    queue.push_back(beyond);
                }
            }
        }
        parts.push(part);
    }
    parts
}

struct Picture {
    size: [u32; 2],
    cells: Vec<Cell>,
    /// Indices of the cells that the last triangle covers. The list is kept, so that its memory is allocated
    /// once.
    covered: Vec<usize>,
}

impl Picture {
    /// Assigns a triangle's texels to a part, unless another triangle of that part has them. Returns whether
    /// the texels were assigned.
    fn take(&mut self, shown: &Shown, part: u32) -> bool {
        let width = self.size[0] as usize;
        let place = |x: u32, y: u32| y as usize * width + x as usize;
        let [p, q, r] = shown.corners;
        // Casts of floats saturate.
        let [x, y] = [0, 1].map(|axis| {
            (((p[axis] + q[axis] + r[axis]) / 3.0) as u32).min(self.size[axis].saturating_sub(1))
        });
        let middle = place(x, y);
        let mut is_free = self
            .cells
            .get(middle)
            .is_none_or(|cell| cell.part != part || (cell.depth - shown.depth).abs() <= DEPTH);
        let Self { cells, covered, .. } = self;
        covered.clear();
        visit_inside(shown.corners, self.size.map(|side| 0..side), INSET, |x, y| {
            let index = place(x, y);
            covered.push(index);
            is_free &= !(cells[index].part == part && cells[index].is_covered);
        });
        if !is_free {
            return false;
        }
        if let Some(cell) = self.cells.get_mut(middle).filter(|cell| cell.part != part) {
            *cell = Cell { part, is_covered: false, depth: shown.depth };
        }
        for &index in &self.covered {
            self.cells[index] = Cell { part, is_covered: true, depth: shown.depth };
        }
        true
    }
}
