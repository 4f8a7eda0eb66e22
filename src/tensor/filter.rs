//! A fixed low-pass filter over images.

use super::{Tensor, TensorResult};
use crate::engine::Binary;

/// The binomial filter with three taps, a row of Pascal's triangle.
const TAPS: [f32; 3] = [0.25, 0.5, 0.25];

impl Tensor {
    /// Filters each channel by the separable binomial kernel [¼ ½ ¼]. self: [n, c, h, w]. Returns the same
    /// shape.
    ///
    /// At the border, the taps outside the image are omitted and the others are scaled to a sum of 1. So a
    /// constant image does not change. The filter removes the highest frequency, at which sub-pixel
    /// convolution leaves a checkerboard pattern (Odena et al. 2016; Sugawara et al. 2018).
    ///
    /// # Errors
    ///
    /// `Rank` if the number of axes is not four.
    pub fn binomial_filter(&self) -> TensorResult<Self> {
        self.require_rank("binomial_filter", 4)?;
        let &[batch, channels, height, width] = self.shape() else { return Ok(self.clone()) };
        let kernel: Vec<f32> = TAPS.iter().flat_map(|row| TAPS.map(|column| row * column)).collect();
        let kernel = Self::from_slice(self.engine(), &kernel, &[1, 1, 3, 3])?;
        // Each channel is filtered as a separate image, so the convolution has one input and one output
        // channel.
        let filtered = self.reshape(&[batch * channels, 1, height, width])?.conv2d(&kernel, None, 1, 1)?;
        let (rows, columns) = (border_scales(height), border_scales(width));
        let scales: Vec<f32> =
            rows.iter().flat_map(|row| columns.iter().map(move |column| row * column)).collect();
        let scales = Self::from_slice(self.engine(), &scales, &[1, 1, height, width])?;
        filtered.binary(Binary::Multiply, &scales)?.reshape(self.shape())
    }
}

/// Returns the reciprocal of the sum of the taps inside the image, at each position along an axis.
fn border_scales(length: usize) -> Vec<f32> {
    let outside = |is_outside: bool| if is_outside { TAPS[0] } else { 0.0 };
    (0..length).map(|index| 1.0 / (1.0 - outside(index == 0) - outside(index + 1 == length))).collect()
}
