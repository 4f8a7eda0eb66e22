//! What a caller can choose, what it learns, and what can go wrong.

use super::field::{FieldError, Polarity};
use super::lattice::{HIGHEST_RESOLUTION, LOWEST_RESOLUTION};
use crate::error::{Cancelled, Watch, unwatched};

/// Bounds of the field over an axis-aligned box given by its lowest and highest corner, object space: (lowest value,
/// highest value). `None` where it has no bound there.
pub type IntervalFunction<'a> = &'a (dyn Fn([f32; 3], [f32; 3]) -> Option<(f32, f32)> + Sync);

/// What lets the extractor leave points unasked. Under a true bound the mesh equals the dense grid's, bit for bit.
#[derive(Clone, Copy, Default)]
pub enum Bound<'a> {
    /// None: every lattice point is asked, layer by layer.
    #[default]
    Dense,
    /// The field changes by at most `constant` times the distance. Softplus densities have no useful one.
    Lipschitz {
        /// Positive; 1 for an exact signed distance.
        constant: f32,
    },
    /// The field's size at a distance from the surface is known: knots [distance, largest value], object space, from
    /// (0, 0) on, rising and never steepening; beyond the last the slope goes on. A Lipschitz constant is the
    /// envelope of one knot; a signed distance that was learned is steeper over a cell than over a tenth of the box.
    Envelope(&'a [[f32; 2]]),
    /// The field's range over a box is known, by interval arithmetic.
    Interval(IntervalFunction<'a>),
}

impl std::fmt::Debug for Bound<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dense => write!(formatter, "Dense"),
            Self::Lipschitz { constant } => write!(formatter, "Lipschitz {{ constant: {constant} }}"),
            Self::Envelope(knots) => write!(formatter, "Envelope({knots:?})"),
            Self::Interval(_) => write!(formatter, "Interval"),
        }
    }
}

/// How a surface is extracted.
#[derive(Clone, Copy)]
pub struct ExtractOptions<'a> {
    /// Cells per axis of [-1, 1]³: 2 to 1024, any number.
    pub resolution: u32,
    /// The surface's value.
    pub iso_level: f32,
    /// Which side of it is inside.
    pub polarity: Polarity,
    /// What may be skipped.
    pub bound: Bound<'a>,
    /// Most bytes that the work may hold; asked before and while it grows.
    pub memory_limit: u64,
    /// Hears of progress, may stop the work.
    pub watch: Watch<'a>,
}

impl Default for ExtractOptions<'_> {
    /// A signed distance at 128³, dense, within 2 GiB, unwatched.
    fn default() -> Self {
        Self {
            resolution: 128,
            iso_level: 0.0,
            polarity: Polarity::InsideBelow,
            bound: Bound::Dense,
            memory_limit: 2 << 30,
            watch: &unwatched,
        }
    }
}

/// How one level of blocks went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockLevel {
    /// Lattice points per block and axis.
    pub size: u32,
    /// Blocks whose own bound was asked (the others' parents had answered).
    pub tested: u64,
    /// Blocks that the bound could not rule out.
    pub kept: u64,
}

/// What an extraction cost.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Statistics {
    /// Points at which the field's value was asked; none is asked twice.
    pub point_evaluations: u64,
    /// Points at which its gradient was asked: the mesh's vertices.
    pub gradient_evaluations: u64,
    /// Boxes over which its range was asked.
    pub interval_evaluations: u64,
    /// From the coarsest level; empty for dense extraction.
    pub levels: Vec<BlockLevel>,
    /// Cells that hold surface.
    pub surface_cells: u64,
    /// Points of the dense grid.
    pub lattice_points: u64,
    /// Points whose value contradicted the sign that the bound had promised. Not 0: the bound is wrong, and the mesh
    /// may lack parts.
    pub broken_promises: u64,
}

impl Statistics {
    /// Values and gradients asked, as a share of the dense grid's values.
    pub fn evaluation_share(&self) -> f64 {
        (self.point_evaluations + self.gradient_evaluations) as f64 / self.lattice_points.max(1) as f64
    }
}

/// Why there is no mesh.
#[derive(Debug, thiserror::Error)]
pub enum SurfaceError {
    /// The resolution is out of range.
    #[error(
        "a surface resolution of {given} cells per axis is out of range: choose {LOWEST_RESOLUTION} to {HIGHEST_RESOLUTION}"
    )]
    Resolution {
        /// Cells per axis asked for.
        given: u32,
    },
    /// The bound or the iso level is no usable number.
    #[error("the surface's {what} is {given}: it must be finite, and a bound above 0")]
    Setting {
        /// "iso level", "Lipschitz constant" or what of an envelope.
        what: &'static str,
        /// What was given.
        given: f32,
    },
    /// The work would not fit.
    #[error(
        "a surface at {resolution} cells per axis needs about {needed} bytes, {limit} are allowed: lower the resolution, \
         raise the limit, or give a tighter bound"
    )]
    Memory {
        /// Cells per axis.
        resolution: u32,
        /// Bytes needed, at least.
        needed: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Nothing is inside, so there is no surface.
    #[error(
        "nothing crosses the iso level {iso_level}: the values found lie between {lowest} and {highest}; choose an iso \
         level between them, a higher resolution for very small parts, or another prompt"
    )]
    NothingCrosses {
        /// Lowest value that was found.
        lowest: f32,
        /// Highest value that was found.
        highest: f32,
        /// The iso level asked for.
        iso_level: f32,
    },
    /// The field answered with no number.
    #[error(
        "the field's value at {point:?} is not a number: its weights are broken, or half precision (f16) was too narrow for them: try bf16 or f32"
    )]
    NotANumber {
        /// Object-space position.
        point: [f32; 3],
    },
    /// The field failed.
    #[error("the field could not be asked: {0}")]
    Field(#[source] FieldError),
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}
