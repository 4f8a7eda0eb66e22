//! What the extractor asks of a field. It knows no tensors: a field is a function of points.

/// Whatever went wrong inside a field, handed up unchanged.
pub type FieldError = Box<dyn std::error::Error + Send + Sync>;

/// A scalar field over object space, asked in batches from several threads at once.
///
/// A point's value must not depend on its batch, its place there or the thread: then the mesh does not either.
pub trait ScalarField: Sync {
    /// Points that it is best asked for at once. Large enough to hide the call, small enough that a field of 30,000
    /// points a second still hears of a cancel in 50 ms: 1024 unless said otherwise.
    fn batch(&self) -> usize {
        1024
    }

    /// Writes the value at each point. points: `[n]`, object space; out: `[n]`.
    fn values(&self, points: &[[f32; 3]], out: &mut [f32]) -> Result<(), FieldError>;

    /// Writes the gradient at each point. points: `[n]`, object space; out: `[n]`.
    fn gradients(&self, points: &[[f32; 3]], out: &mut [[f32; 3]]) -> Result<(), FieldError>;
}

/// A field made of two functions over batches: values and gradients.
#[derive(Debug, Clone, Copy)]
pub struct BatchedField<V, G> {
    /// As [`ScalarField::values`].
    pub values: V,
    /// As [`ScalarField::gradients`].
    pub gradients: G,
}

impl<V, G> ScalarField for BatchedField<V, G>
where
    V: Fn(&[[f32; 3]], &mut [f32]) -> Result<(), FieldError> + Sync,
    G: Fn(&[[f32; 3]], &mut [[f32; 3]]) -> Result<(), FieldError> + Sync,
{
    fn values(&self, points: &[[f32; 3]], out: &mut [f32]) -> Result<(), FieldError> {
        (self.values)(points, out)
    }

    fn gradients(&self, points: &[[f32; 3]], out: &mut [[f32; 3]]) -> Result<(), FieldError> {
        (self.gradients)(points, out)
    }
}

/// A field made of a function of one point; gradients are central differences.
#[derive(Debug, Clone, Copy)]
pub struct PointwiseField<F>(pub F);

/// Half the span of a central difference: a tenth of a cell at 256³, well above the rounding of f32 values near 1.
const DIFFERENCE_STEP: f32 = 1.0 / 1024.0;

impl<F: Fn([f32; 3]) -> f32 + Sync> ScalarField for PointwiseField<F> {
    fn values(&self, points: &[[f32; 3]], out: &mut [f32]) -> Result<(), FieldError> {
        for (value, &point) in out.iter_mut().zip(points) {
            *value = (self.0)(point);
        }
        Ok(())
    }

    fn gradients(&self, points: &[[f32; 3]], out: &mut [[f32; 3]]) -> Result<(), FieldError> {
        for (gradient, &point) in out.iter_mut().zip(points) {
            *gradient = [0, 1, 2].map(|axis| {
                let moved = |by: f32| {
                    let mut there = point;
                    there[axis] += by;
                    (self.0)(there)
                };
                (moved(DIFFERENCE_STEP) - moved(-DIFFERENCE_STEP)) / (2.0 * DIFFERENCE_STEP)
            });
        }
        Ok(())
    }
}

/// Which side of the iso level is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Polarity {
    /// Inside where the value is below the iso level, as in a signed distance.
    #[default]
    InsideBelow,
    /// Inside where the value is above the iso level, as in a density.
    InsideAbove,
}

impl Polarity {
    /// A value relative to the iso level; negative inside, 0 is outside.
    pub(super) fn orient(self, value: f32, iso_level: f32) -> f32 {
        let oriented = match self {
            Self::InsideBelow => value - iso_level,
            Self::InsideAbove => iso_level - value,
        };
        // Finite, so that interpolation stays so where a field says "infinitely far".
        oriented.clamp(-LARGEST, LARGEST)
    }

    /// What the whole of a range of values is, if all of it is one thing: outside (false) or inside (true).
    pub(super) fn side_of_range(self, (lowest, highest): (f32, f32), iso_level: f32) -> Option<bool> {
        let (outside, inside) = match self {
            Self::InsideBelow => (lowest >= iso_level, highest < iso_level),
            Self::InsideAbove => (highest <= iso_level, lowest > iso_level),
        };
        match (outside, inside) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        }
    }

    /// +1 where the gradient points outward, else −1.
    pub(super) fn outward(self) -> f32 {
        match self {
            Self::InsideBelow => 1.0,
            Self::InsideAbove => -1.0,
        }
    }
}

/// Oriented values are cut here.
const LARGEST: f32 = 1e30;
