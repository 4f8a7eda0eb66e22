//! Conversion of the block tree to surface cells.

use super::SurfaceError;
use super::cells::{SurfaceCell, corner_strides};
use super::lattice::{Lattice, LatticePoint};
use super::sampler::Sampler;
use super::tree::{BlockTree, INSIDE, OUTSIDE, search, sign_only};
use rayon::prelude::*;

/// Result of a sparse extraction.
pub(super) struct SparseCells {
    /// Every surface cell in key order, with exact values at the ends of crossed edges.
    pub(super) cells: Vec<SurfaceCell>,
    /// Signs and values that the search found.
    pub(super) tree: BlockTree,
    /// Number of points whose value contradicts the sign that the bound implied.
    pub(super) broken_promises: u64,
}

/// Returns every surface cell under the bound of the options. Errors: [`SurfaceError`].
pub(super) fn surface_cells(sampler: &Sampler<'_>) -> Result<SparseCells, SurfaceError> {
    let tree = search(sampler)?;
    let mut cells = crossing_cells(&tree, sampler)?;
    sampler.report(0.7)?;
    cells.par_sort_unstable_by_key(|cell| cell.key);
    sampler.report(0.7)?;
    sampler.afford(
        (size_of::<SurfaceCell>() * cells.len() + size_of::<[f32; 27]>() * tree.leaves.len()) as u64,
    )?;
    let broken_promises = fill_crossed_ends(&mut cells, sampler)?;
    Ok(SparseCells { cells, tree, broken_promises })
}

/// Returns the reference of a root block, or [`OUTSIDE`] beyond the lattice. Index 1 of `place` is the first
/// block.
fn root(tree: &BlockTree, place: [u16; 3]) -> u32 {
    if place.iter().any(|&index| index == 0 || index > tree.roots_per_axis) {
        return OUTSIDE;
    }
    let [x, y, z] = place.map(|index| usize::from(index - 1));
    let width = usize::from(tree.roots_per_axis);
    tree.roots[(z * width + y) * width + x]
}

/// Returns the cells whose corners differ in sign, in any order. The values of a cell may still be infinite.
fn crossing_cells(tree: &BlockTree, sampler: &Sampler<'_>) -> Result<Vec<SurfaceCell>, SurfaceError> {
    let width = tree.roots_per_axis + 1;
    let rows: Result<Vec<_>, SurfaceError> = (0..width * width)
        .into_par_iter()
        .map(|row| {
            sampler.report(0.7)?;
            let mut walk = Walk { tree, lattice: sampler.lattice, cells: Vec::new() };
            for x in 0..width {
                let place = [x, row % width, row / width];
                let blocks = std::array::from_fn(|corner| {
                    root(tree, std::array::from_fn(|axis| place[axis] + (corner >> axis & 1) as u16))
                });
                let origin = place.map(|index| 1 + (i32::from(index) - 1) * i32::from(tree.root_size));
                walk.visit(0, tree.root_size, blocks, origin);
            }
            Ok(walk.cells)
        })
        .collect();
    Ok(rows?.concat())
}

struct Walk<'a> {
    tree: &'a BlockTree,
    lattice: Lattice,
    cells: Vec<SurfaceCell>,
}

impl Walk<'_> {
    /// Returns the lattice index of the upper walls.
    fn wall(&self) -> i32 {
        i32::from(self.lattice.resolution)
    }

    /// Visits the cells whose lowest corners lie in the first of eight neighboring blocks. Their other
    /// corners lie in any of the eight.
    fn visit(&mut self, depth: usize, size: u16, blocks: [u32; 8], origin: [i32; 3]) {
        // Blocks at the walls extend beyond the lattice. Points beyond it are outside, even if the block is
        // inside.
        let ends_inside = || origin.iter().all(|&index| index + i32::from(size) < self.wall());
        if blocks[0] >= INSIDE
            && blocks.iter().all(|&block| block == blocks[0])
            && (blocks[0] == OUTSIDE || ends_inside())
        {
            return;
        }
        if size == 3 {
            return self.visit_leaf(blocks, origin);
        }
        let (branches, size) = (&self.tree.branches[depth], size / 3);
        for child in 0..27 {
            let place = [child % 3, child / 3 % 3, child / 9];
            let children = std::array::from_fn(|corner| {
                let (block, part) = beyond(place, corner);
                if blocks[block] >= INSIDE { blocks[block] } else { branches[blocks[block] as usize][part] }
            });
            let origin = std::array::from_fn(|axis| origin[axis] + place[axis] as i32 * i32::from(size));
            self.visit(depth + 1, size, children, origin);
        }
    }

    fn visit_leaf(&mut self, blocks: [u32; 8], origin: [i32; 3]) {
        let values: [f32; 64] = std::array::from_fn(|index| {
            let place = [index & 3, index >> 2 & 3, index >> 4];
            if (0..3).any(|axis| origin[axis] + place[axis] as i32 >= self.wall()) {
                return sign_only(false);
            }
            let (block, part) = beyond(place, 0);
            match blocks[block] {
                OUTSIDE => sign_only(false),
                INSIDE => sign_only(true),
                leaf => self.tree.leaves[leaf as usize][part],
            }
        });
        for part in 0..27 {
            let place = [part % 3, part / 3 % 3, part / 9];
            let first = place[0] + 4 * place[1] + 16 * place[2];
            let corners = std::array::from_fn(|c| values[first + (c & 1) + 4 * (c >> 1 & 1) + 16 * (c >> 2)]);
            let Some(cell) = SurfaceCell::new(0, corners) else { continue };
            // A crossed cell has a corner off the walls, so none of its indices is negative.
            let lowest: LatticePoint = std::array::from_fn(|axis| (origin[axis] + place[axis] as i32) as u16);
            self.cells.push(SurfaceCell { key: self.lattice.key(lowest), ..cell });
        }
    }
}

/// Returns the block and the part of it (0 to 26) in which a corner lies. place: 0 to 2 per axis in the first
/// of eight neighboring blocks, or 0 to 3 if `corner` is 0.
fn beyond(place: [usize; 3], corner: usize) -> (usize, usize) {
    let (mut block, mut part) = (0, 0);
    for (axis, weight) in [1, 3, 9].into_iter().enumerate() {
        let index = place[axis] + (corner >> axis & 1);
        block |= usize::from(index >= 3) << axis;
        part += index % 3 * weight;
    }
    (block, part)
}

/// Evaluates the ends of crossed edges whose sign was known without evaluation. Returns the number of points
/// with the opposite sign.
fn fill_crossed_ends(cells: &mut [SurfaceCell], sampler: &Sampler<'_>) -> Result<u64, SurfaceError> {
    let lattice = sampler.lattice;
    let strides = corner_strides(lattice);
    let ends = |cell: &SurfaceCell| {
        let cell = *cell;
        cell.crossings().flat_map(move |axis| {
            [(0, cell.key), (axis + 1, cell.key + strides[1 << axis])]
                .into_iter()
                .filter(move |&(end, _)| cell.values[end].is_infinite())
        })
    };
    let mut keys: Vec<u32> = cells.iter().flat_map(ends).map(|(_, key)| key).collect();
    keys.par_sort_unstable();
    keys.dedup();
    let points: Vec<LatticePoint> = keys.iter().map(|&key| lattice.point(key)).collect();
    let values = sampler.values(&points, 0.7..0.75)?;
    let mut broken: Vec<u32> = Vec::new();
    for cell in cells {
        let missing: Vec<_> = ends(cell).collect();
        for (end, key) in missing {
            let Ok(found) = keys.binary_search(&key) else {
                debug_assert!(false, "lattice point {key} of a cell was not evaluated");
                continue;
            };
            if (values[found] < 0.0) != (cell.values[end] < 0.0) {
                broken.push(key);
            }
            cell.values[end] = values[found];
        }
    }
    broken.sort_unstable();
    broken.dedup();
    Ok(broken.len() as u64)
}
