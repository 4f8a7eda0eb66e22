//! Storage of tiles, which begin at cache lines.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::tiles::{NUMBERS, Tile};
use crate::engine::cpu::memory::{Array, Recycler};

/// Number of f32 in a tile.
const FLOATS: usize = NUMBERS / 2;
/// Number of f32 in a cache line.
const LINE: usize = 16;

/// Returns how many f32 the storage of tiles has.
pub(super) fn floats(tiles: usize) -> usize {
    tiles * FLOATS + LINE
}

/// Tiles in storage of the engine.
pub(super) struct Tiles {
    array: Array,
    count: usize,
}

impl Tiles {
    /// Returns tiles with unspecified contents, all of which the caller must write.
    pub(super) fn take(recycler: &Arc<Recycler>, count: usize) -> Self {
        Self { array: recycler.take(floats(count)), count }
    }
}

impl Deref for Tiles {
    type Target = [Tile];
    fn deref(&self) -> &[Tile] {
        &bytemuck::pod_align_to::<f32, Tile>(&self.array).1[..self.count]
    }
}

impl DerefMut for Tiles {
    fn deref_mut(&mut self) -> &mut [Tile] {
        &mut bytemuck::pod_align_to_mut::<f32, Tile>(&mut self.array).1[..self.count]
    }
}
