//! Options, results and errors of the surface extraction.

use super::field::{FieldError, Polarity};
use crate::error::{Cancelled, ProgressCallback, no_progress};

/// Function from an axis-aligned box, given by its lowest and highest corner in object space, to bounds of
/// the field: (lowest value, highest value). `None` if the field has no bound for the box.
pub type IntervalFunction<'a> = &'a (dyn Fn([f32; 3], [f32; 3]) -> Option<(f32, f32)> + Sync);

/// Bound that lets the extractor skip points. Under a true bound the mesh equals the dense grid's, bit for
/// bit.
#[derive(Clone, Copy, Default)]
pub enum Bound<'a> {
    /// No bound: every lattice point is evaluated, layer by layer.
    #[default]
    Dense,
    /// Between two points, the field changes by at most `constant` times their distance. Softplus densities
    /// have no useful constant.
    Lipschitz {
        /// Positive constant; 1 for an exact signed distance.
        constant: f32,
    },
    /// The largest absolute value of the field, relative to the isovalue, is known at each distance from the
    /// surface.
    ///
    /// The envelope starts at (0, 0), which is not listed. It is given by knots [distance, largest value] in
    /// object space. The values rise, and the slope never increases. Beyond the last knot the last slope
    /// continues. A Lipschitz constant equals an envelope of one knot. A learned signed distance is steeper
    /// over a cell than over a tenth of the box. An envelope describes this difference.
    Envelope(&'a [[f32; 2]]),
    /// The field's range over a box is known from interval arithmetic.
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

/// Options of an extraction.
#[derive(Clone, Copy)]
pub struct ExtractOptions<'a> {
    /// Number of cells per axis of [-1, 1]³: any from 2 to 1024.
    pub resolution: u32,
    /// Value at the surface.
    pub iso_level: f32,
    /// Side of the isovalue that is inside.
    pub polarity: Polarity,
    /// Bound that lets points be skipped.
    pub bound: Bound<'a>,
    /// Largest number of bytes that the work may hold. The limit is checked before the work begins, and again
    /// while the memory grows.
    pub memory_limit: u64,
    /// Progress callback, which may cancel the work.
    pub on_progress: ProgressCallback<'a>,
}

impl Default for ExtractOptions<'_> {
    /// Returns the options for a signed distance at 128³, dense, within 2 GiB and without a progress
    /// callback.
    fn default() -> Self {
        Self {
            resolution: 128,
            iso_level: 0.0,
            polarity: Polarity::InsideBelow,
            bound: Bound::Dense,
            memory_limit: 2 << 30,
            on_progress: &no_progress,
        }
    }
}

/// Counts of one level of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockLevel {
    /// Lattice points per block and axis.
    pub size: u32,
    /// Number of blocks that were tested themselves. The others were settled with their parents.
    pub tested: u64,
    /// Number of blocks that the bound could not rule out.
    pub kept: u64,
}

/// Cost of an extraction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Statistics {
    /// Number of evaluations of the field's value. No point is evaluated twice.
    pub point_evaluations: u64,
    /// Number of evaluations of the field's gradient, which are at the mesh's vertices.
    pub gradient_evaluations: u64,
    /// Number of boxes over which the field's range was computed.
    pub interval_evaluations: u64,
    /// Levels of blocks from the coarsest one; empty for dense extraction.
    pub levels: Vec<BlockLevel>,
    /// Number of cells that contain surface.
    pub surface_cells: u64,
    /// Number of points of the dense grid.
    pub lattice_points: u64,
    /// Number of points whose value contradicts the sign that the bound implied. If it is not 0, the bound is
    /// wrong and parts of the mesh may be missing.
    pub broken_promises: u64,
}

impl Statistics {
    /// Returns the number of values and gradients that were evaluated, divided by the number of the dense
    /// grid's values.
    pub fn evaluation_share(&self) -> f64 {
        (self.point_evaluations + self.gradient_evaluations) as f64 / self.lattice_points.max(1) as f64
    }
}

/// Reasons why there is no mesh.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SurfaceError {
    /// The resolution is out of range.
    #[error(
        "a surface resolution of {given} cells per axis is out of range: choose {LOWEST_RESOLUTION} to {HIGHEST_RESOLUTION}"
    )]
    Resolution {
        /// Requested cells per axis.
        given: u32,
    },
    /// A bound or the isovalue is not a usable number.
    #[error("the surface's {what} is {given}: it must be finite, and a bound must be above 0")]
    Setting {
        /// Name of the setting: "isovalue", "Lipschitz constant" or "number of the envelope's knots".
        what: &'static str,
        /// Its value.
        given: f32,
    },
    /// A knot of the distance envelope is invalid.
    #[error(
        "the distance envelope has the value {value} at the distance {distance}: distances and values must be finite, above 0 and increase from knot to knot, \
         and the slope must not increase"
    )]
    Envelope {
        /// Distance of the knot, in object space.
        distance: f32,
        /// Value of the knot.
        value: f32,
    },
    /// The work needs more memory than is allowed.
    #[error(
        "a surface at {resolution} cells per axis needs about {needed} bytes, but {limit} are allowed: lower the resolution, \
         raise the limit, or give a tighter bound"
    )]
    Memory {
        /// Cells per axis.
        resolution: u32,
        /// Needed bytes, at least.
        needed: u64,
        /// Allowed bytes.
        limit: u64,
    },
    /// No lattice point is inside, so there is no surface.
    #[error(
        "the field has no surface at the isovalue {iso_level}: its values lie between {lowest} and {highest}; choose an \
         isovalue between them, a higher resolution for very small parts, or another prompt"
    )]
    NothingCrosses {
        /// Lowest value that was found.
        lowest: f32,
        /// Highest value that was found.
        highest: f32,
        /// Requested isovalue.
        iso_level: f32,
    },
    /// The field's value is not a number.
    #[error(
        "the field's value at {point:?} is not a number: the weights are broken, or the range of f16 is too small for their values; compute in bf16 or f32"
    )]
    NotANumber {
        /// Position in object space.
        point: [f32; 3],
    },
    /// The field failed.
    #[error("the field could not be evaluated: {0}")]
    Field(#[source] FieldError),
    /// The caller canceled the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Smallest number of cells per axis. At this number, exactly one lattice point is not on a wall of the box.
pub const LOWEST_RESOLUTION: u32 = 2;

/// Largest number of cells per axis. Keys of lattice points have 32 bits. At 1024 cells per axis, a cell is
/// 2 mm wide on a 2 m object.
pub const HIGHEST_RESOLUTION: u32 = 1024;
