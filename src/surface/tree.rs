//! Coarse-to-fine search for the sign of every lattice point, with as few evaluations as the bound allows.
//!
//! The walls are the outermost lattice points, which are outside by definition. All other lattice points are
//! divided into blocks of 81³, 27³, 9³ and 3³ **points**; coarse lattices have no large blocks. The sample of
//! a block is its middle point.
//!
//! Under a distance envelope, the value at a sample determines the sign of every lattice point within a ball
//! around the sample. The radius of the ball is the reach of the value. A point, or a block of points, is
//! *settled* when its sign is known. A block inside the ball is settled as a whole. In any other block, the
//! children that are inside the ball are settled. In a 3³ block, these are the single points inside the ball.
//! The other points continue to the next level.
//!
//! A block's sample is also the sample of one of its children, and blocks share no points. So no point is
//! evaluated twice, and no table of points is needed. In a 3³ block, every other point is evaluated first.
//! These points settle the neighbors within their reach.
//!
//! Blocks of points are better than blocks of cells with shared corners. A 3³ block of points has a radius of
//! √3 spacings. A block of 2³ cells has the same radius for 8 cells instead of 27 points.
//!
//! Under interval bounds, the range of the field over a block settles the block without a sample.
//!
//! The mesh needs only the signs of all lattice points and the values at both ends of each crossed edge. Ends
//! that were settled without evaluation are evaluated last. So the mesh equals that of the dense grid if the
//! bound is true.

use super::SurfaceError;
use super::lattice::LatticePoint;
use super::options::{BlockLevel, Bound, IntervalFunction};
use super::reach::{Reach, Sample};
use super::sampler::Sampler;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Reference to a child that is outside as a whole.
pub(super) const OUTSIDE: u32 = u32::MAX;
/// Reference to a child that is inside as a whole.
pub(super) const INSIDE: u32 = u32::MAX - 1;

fn settled(inside: bool) -> u32 {
    if inside { INSIDE } else { OUTSIDE }
}

/// Returns the oriented value of a point of which only the sign is known.
pub(super) fn sign_only(inside: bool) -> f32 {
    if inside { f32::NEG_INFINITY } else { f32::INFINITY }
}

/// Signs and values of the lattice points. A reference is [`OUTSIDE`], [`INSIDE`], or an index into the next
/// finer level.
pub(super) struct BlockTree {
    /// Points per axis of a root block; a power of three.
    pub(super) root_size: u16,
    /// Root blocks per axis. The first begins at lattice point (1, 1, 1).
    pub(super) roots_per_axis: u16,
    /// References to root blocks, z-major.
    pub(super) roots: Vec<u32>,
    /// Blocks of each level above 3³, from coarse to fine: 27 references each, z-major.
    pub(super) branches: Vec<Vec<[u32; 27]>>,
    /// Oriented values of the 3³ blocks, z-major.
    pub(super) leaves: Vec<[f32; 27]>,
    /// Counts of each level.
    pub(super) levels: Vec<BlockLevel>,
    /// Number of boxes whose range was computed.
    pub(super) interval_evaluations: u64,
}

/// A block that may contain surface.
#[derive(Clone, Copy)]
struct Block {
    /// Lowest point of the block.
    origin: LatticePoint,
    sample: Option<Sample>,
    /// Slot of its reference: an index into the roots, or 27 · parent + child.
    slot: u32,
}

/// Returns the size of root blocks: the largest of which at least 8 fit along an axis. Larger blocks settle
/// nothing. Smaller ones only add points (at 256³, 0.006 % of the points of the dense grid).
fn root_size(resolution: u16) -> u16 {
    [81, 27, 9].into_iter().find(|size| resolution / size >= 8).unwrap_or(3)
}

/// Returns the index and position of a block's 27 parts, z-major.
fn parts() -> impl Iterator<Item = (usize, [u16; 3])> {
    (0..27).map(|part: usize| (part, [part % 3, part / 3 % 3, part / 9].map(|index| index as u16)))
}

/// Number of blocks per task, about a millisecond of work.
const BLOCKS_A_TASK: usize = 4096;

struct Search<'a, 'b> {
    sampler: &'a Sampler<'b>,
    reach: Option<Reach>,
    intervals: Option<IntervalFunction<'b>>,
    interval_evaluations: AtomicU64,
    /// Highest lattice index off the walls.
    last: u16,
}

/// Searches the lattice under the bound of the options; `Dense` settles nothing. Errors: [`SurfaceError`].
pub(super) fn search(sampler: &Sampler<'_>) -> Result<BlockTree, SurfaceError> {
    let (reach, intervals) = match sampler.options.bound {
        Bound::Dense => (None, None),
        Bound::Interval(function) => (None, Some(function)),
        Bound::Lipschitz { constant } => {
            if !(constant.is_finite() && constant > 0.0) {
                return Err(SurfaceError::Setting { what: "Lipschitz constant", given: constant });
            }
            (Some(Reach::new(&[[1.0, constant]], sampler.lattice.spacing())?), None)
        }
        Bound::Envelope(knots) => {
            if knots.is_empty() {
                return Err(SurfaceError::Setting { what: "number of the envelope's knots", given: 0.0 });
            }
            (Some(Reach::new(knots, sampler.lattice.spacing())?), None)
        }
    };
    let last = sampler.lattice.resolution - 1;
    Search { sampler, reach, intervals, interval_evaluations: AtomicU64::new(0), last }.run()
}

impl Search<'_, '_> {
    fn run(&self) -> Result<BlockTree, SurfaceError> {
        let root_size = root_size(self.last + 1);
        let per_axis = self.last.div_ceil(root_size);
        let along = || (0..per_axis).map(|index| 1 + index * root_size);
        let origins = along().flat_map(|z| along().flat_map(move |y| along().map(move |x| [x, y, z])));
        let mut pending: Vec<Block> =
            (0..).zip(origins).map(|(slot, origin)| Block { origin, sample: None, slot }).collect();
        let mut tree = BlockTree {
            root_size,
            roots_per_axis: per_axis,
            roots: vec![OUTSIDE; pending.len()],
            branches: Vec::new(),
            leaves: Vec::new(),
            levels: Vec::new(),
            interval_evaluations: 0,
        };
        let mut size = root_size;
        loop {
            self.afford(&tree, pending.len())?;
            let kept = self.judge(&mut tree, pending, size)?;
            if size == 3 {
                tree.leaves = self.leaves(&tree, &kept)?;
                tree.interval_evaluations = self.interval_evaluations.load(Ordering::Relaxed);
                return Ok(tree);
            }
            size /= 3;
            pending = self.split(&mut tree, &kept, size)?;
        }
    }

    fn afford(&self, tree: &BlockTree, pending: usize) -> Result<(), SurfaceError> {
        let branches: usize = tree.branches.iter().map(Vec::len).sum();
        let bytes = branches * size_of::<[u32; 27]>() + pending * (size_of::<Block>() + 12);
        self.sampler.afford(bytes as u64)
    }

    /// Returns the highest lattice point of a block that begins at `origin`.
    fn high(&self, origin: LatticePoint, size: u16) -> LatticePoint {
        origin.map(|index| (index + size - 1).min(self.last))
    }

    /// Settles the blocks that the bound can settle, writes all references, and returns the other blocks with
    /// their samples.
    fn judge(
        &self,
        tree: &mut BlockTree,
        mut blocks: Vec<Block>,
        size: u16,
    ) -> Result<Vec<Block>, SurfaceError> {
        let sides = self.sides(&mut blocks, size)?;
        let tested = blocks.len() as u64;
        let mut kept = Vec::new();
        for (block, side) in blocks.into_iter().zip(sides) {
            let reference = match side {
                Some(inside) => settled(inside),
                None => {
                    kept.push(block);
                    kept.len() as u32 - 1
                }
            };
            let slot = block.slot as usize;
            match tree.branches.last_mut() {
                Some(parents) => parents[slot / 27][slot % 27] = reference,
                None => tree.roots[slot] = reference,
            }
        }
        tree.levels.push(BlockLevel { size: u32::from(size), tested, kept: kept.len() as u64 });
        Ok(kept)
    }

    /// Returns the side of each block, or `None` if the bound does not settle it.
    fn sides(&self, blocks: &mut [Block], size: u16) -> Result<Vec<Option<bool>>, SurfaceError> {
        if let Some(reach) = &self.reach {
            self.take_samples(blocks, size, reach)?;
            let side = |block: &Block| block.sample?.side(block.origin, self.high(block.origin, size));
            return Ok(blocks.iter().map(side).collect());
        }
        let Some(function) = self.intervals else { return Ok(vec![None; blocks.len()]) };
        let options = self.sampler.options;
        self.interval_evaluations.fetch_add(blocks.len() as u64, Ordering::Relaxed);
        let sides = blocks.par_iter().enumerate().with_min_len(16).map(|(rank, block)| {
            if rank % 64 == 0 {
                self.sampler.report(0.2 * rank as f32 / blocks.len() as f32)?;
            }
            let lattice = self.sampler.lattice;
            let high = self.high(block.origin, size);
            let range = function(lattice.position(block.origin), lattice.position(high));
            Ok(range.and_then(|(lowest, highest)| {
                self.sampler.note_range(lowest, highest);
                options.polarity.side_of_range((lowest, highest), options.iso_level)
            }))
        });
        sides.collect()
    }

    /// Evaluates the middle point of each block that inherited no sample.
    fn take_samples(&self, blocks: &mut [Block], size: u16, reach: &Reach) -> Result<(), SurfaceError> {
        let middle = |origin: LatticePoint| {
            let high = self.high(origin, size);
            std::array::from_fn(|axis| (origin[axis] + high[axis]) / 2)
        };
        let points: Vec<LatticePoint> =
            blocks.iter().filter(|block| block.sample.is_none()).map(|block| middle(block.origin)).collect();
        let values = self.sampler.values(&points, 0.0..0.2)?;
        let asked = blocks.iter_mut().filter(|block| block.sample.is_none());
        for (block, (point, value)) in asked.zip(points.into_iter().zip(values)) {
            block.sample = Some(reach.sample(point, value));
        }
        Ok(())
    }

    /// Splits blocks into 27 children of `size`. Returns the children that neither the walls nor a parent's
    /// sample settle.
    fn split(&self, tree: &mut BlockTree, blocks: &[Block], size: u16) -> Result<Vec<Block>, SurfaceError> {
        let split = |(chunk, blocks): (usize, &[Block])| {
            self.sampler.report(0.0)?;
            let mut references = vec![[OUTSIDE; 27]; blocks.len()];
            let mut pending = Vec::new();
            for (index, block) in blocks.iter().enumerate() {
                let slots = 27 * (chunk * BLOCKS_A_TASK + index);
                for (part, place) in parts() {
                    let origin: LatticePoint =
                        std::array::from_fn(|axis| block.origin[axis] + place[axis] * size);
                    if origin.iter().any(|&index| index > self.last) {
                        continue;
                    }
                    let high = self.high(origin, size);
                    if let Some(inside) = block.sample.and_then(|sample| sample.side(origin, high)) {
                        references[index][part] = settled(inside);
                        continue;
                    }
                    let holds = |sample: &Sample| {
                        (0..3).all(|axis| (origin[axis]..=high[axis]).contains(&sample.point[axis]))
                    };
                    pending.push(Block {
                        origin,
                        sample: block.sample.filter(holds),
                        slot: (slots + part) as u32,
                    });
                }
            }
            Ok((references, pending))
        };
        let tasks = blocks.par_chunks(BLOCKS_A_TASK).enumerate().map(split);
        let (references, pending): (Vec<_>, Vec<_>) =
            tasks.collect::<Result<Vec<_>, SurfaceError>>()?.into_iter().unzip();
        tree.branches.push(references.concat());
        Ok(pending.into_iter().flatten().collect())
    }

    /// Returns the values of the 3³ blocks and evaluates the points that nothing settles. Every other point
    /// comes first, as on a chessboard, because a point may be settled by its neighbors.
    fn leaves(&self, tree: &BlockTree, blocks: &[Block]) -> Result<Vec<[f32; 27]>, SurfaceError> {
        // A leaf has 108 bytes. It has at most 27 points of 6 (point) + 4 (value) + 4 (slot) bytes.
        self.sampler.afford(blocks.len() as u64 * (108 + 27 * 14))?;
        self.afford(tree, blocks.len())?;
        let settle = |(chunk, blocks): (usize, &[Block])| {
            self.sampler.report(0.2)?;
            let mut leaves = vec![[sign_only(false); 27]; blocks.len()];
            let mut rounds = [Vec::new(), Vec::new()];
            for (index, block) in blocks.iter().enumerate() {
                let slots = 27 * (chunk * BLOCKS_A_TASK + index);
                for (part, place) in parts() {
                    let point: LatticePoint = std::array::from_fn(|axis| block.origin[axis] + place[axis]);
                    if point.iter().any(|&index| index > self.last) {
                        continue;
                    }
                    if let Some(sample) = block.sample.filter(|sample| sample.point == point) {
                        leaves[index][part] = sample.value;
                        continue;
                    }
                    if let Some(inside) = block.sample.and_then(|sample| sample.side(point, point)) {
                        leaves[index][part] = sign_only(inside);
                        continue;
                    }
                    let waits = self.reach.is_some() && point.iter().sum::<u16>() % 2 == 0;
                    rounds[usize::from(waits)].push((slots + part) as u32);
                }
            }
            Ok((leaves, rounds))
        };
        let tasks = blocks.par_chunks(BLOCKS_A_TASK).enumerate().map(settle);
        let (leaves, rounds): (Vec<_>, Vec<_>) =
            tasks.collect::<Result<Vec<_>, SurfaceError>>()?.into_iter().unzip();
        let mut leaves = leaves.concat();
        let (first, second): (Vec<_>, Vec<_>) =
            rounds.into_iter().map(|[first, second]| (first, second)).unzip();
        let (first, mut second) = (first.concat(), second.concat());
        self.ask(&mut leaves, blocks, &first, 0.2..0.5)?;
        if let Some(reach) = &self.reach {
            // All neighbors of a point belong to the first round, so points of the second round do not affect
            // each other.
            let side =
                |&slot: &u32| reach.side_by_neighbours(&leaves[slot as usize / 27], slot as usize % 27);
            let sides: Vec<Option<bool>> = second.par_iter().with_min_len(BLOCKS_A_TASK).map(side).collect();
            let mut sides = sides.into_iter();
            second.retain(|&slot| {
                let side = sides.next().flatten();
                side.map(|inside| leaves[slot as usize / 27][slot as usize % 27] = sign_only(inside))
                    .is_none()
            });
        }
        self.ask(&mut leaves, blocks, &second, 0.5..0.7)?;
        Ok(leaves)
    }

    /// Evaluates points given as 27 · leaf + part.
    fn ask(
        &self,
        leaves: &mut [[f32; 27]],
        blocks: &[Block],
        slots: &[u32],
        progress: Range<f32>,
    ) -> Result<(), SurfaceError> {
        let point = |&slot: &u32| -> LatticePoint {
            let (origin, part) = (blocks[slot as usize / 27].origin, (slot % 27) as u16);
            let place = [part % 3, part / 3 % 3, part / 9];
            std::array::from_fn(|axis| origin[axis] + place[axis])
        };
        let points: Vec<LatticePoint> = slots.iter().map(point).collect();
        let values = self.sampler.values(&points, progress)?;
        for (&slot, value) in slots.iter().zip(values) {
            leaves[slot as usize / 27][slot as usize % 27] = value;
        }
        Ok(())
    }
}
