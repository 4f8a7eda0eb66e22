//! Sizes of convolutions.

use crate::engine::cpu::panel::WIDTH;
use crate::engine::cpu::simd::LANES;

/// The sizes of a convolution.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine::cpu) struct Geometry {
    pub(in crate::engine::cpu) batch: usize,
    pub(in crate::engine::cpu) channels: usize,
    pub(in crate::engine::cpu) height: usize,
    pub(in crate::engine::cpu) width: usize,
    pub(in crate::engine::cpu) outputs: usize,
    pub(in crate::engine::cpu) kernel: (usize, usize),
    pub(in crate::engine::cpu) stride: usize,
    pub(in crate::engine::cpu) padding: usize,
}

impl Geometry {
    /// Returns (height, width) of the result.
    pub(in crate::engine::cpu) fn result(&self) -> (usize, usize) {
        let size = |size: usize, kernel: usize| {
            (size + 2 * self.padding).checked_sub(kernel).map_or(0, |span| span / self.stride + 1)
        };
        (size(self.height, self.kernel.0), size(self.width, self.kernel.1))
    }

    /// Returns the number of inputs of a result pixel.
    pub(in crate::engine::cpu) fn depth(&self) -> usize {
        self.channels * self.kernel.0 * self.kernel.1
    }

    /// Returns (height, width) of the padded image.
    pub(in crate::engine::cpu) fn padded(&self) -> (usize, usize) {
        (self.height + 2 * self.padding, self.width + 2 * self.padding)
    }

    /// Returns the number of values of a channel of the padded image.
    pub(super) fn padded_size(&self) -> usize {
        let (height, width) = self.padded();
        height * width
    }

    /// Returns whether each result pixel depends only on the input pixel at the same position.
    pub(super) fn is_pointwise(&self) -> bool {
        self.kernel == (1, 1) && self.stride == 1 && self.padding == 0
    }

    /// Returns whether the result consists of whole panels, and the inputs of each half of a panel are
    /// adjacent.
    pub(super) fn has_runs(&self) -> bool {
        let (height, width) = self.result();
        let has_rows = self.is_pointwise() || (self.stride == 1 && width.is_multiple_of(LANES));
        has_rows && self.depth() > 0 && (height * width).is_multiple_of(WIDTH)
    }

    /// Returns whether the inputs of a result pixel lie in so few sets of the caches that they evict each
    /// other. This concerns channels whose distance is nearly a multiple of a page, since addresses with
    /// this distance have the same set.
    pub(super) fn has_conflicts(&self) -> bool {
        /// Bytes after which the sets of the first-level cache repeat.
        const PERIOD: usize = 4096;
        /// Bytes of a line of the cache.
        const LINE: usize = 64;
        /// Number of lines of a set above which gathering is faster. 24 lines were still faster in the image.
        const MOST_LINES: usize = 64;
        let distance = self.padded_size() * size_of::<f32>() % PERIOD;
        let sets = (1..=PERIOD / LINE).find(|count| (count * distance).is_multiple_of(PERIOD));
        self.channels > MOST_LINES * sets.unwrap_or(PERIOD / LINE)
    }

    /// Returns the position of a result pixel's first input in a channel of the padded image.
    pub(super) fn position(&self, pixel: usize) -> usize {
        if self.is_pointwise() {
            return pixel;
        }
        let (_, width) = self.result();
        (pixel / width * self.padded().1 + pixel % width) * self.stride
    }
}
