//! The head of a U-Net decoder, which makes planes of features.

use crate::engine::Unary;
use crate::nn::{Conv2d, GroupNorm, NnError, Scope};
use crate::tensor::{Tensor, TensorResult};
use crate::weights::config::TriplaneConfig;

use blended::Blended;

mod blended;

/// A head that maps an image to three planes of features at `upsample` times its resolution.
#[derive(Clone, Debug)]
pub struct PlaneHead {
    norm: GroupNorm,
    expand: Expand,
    refine: Option<Conv2d>,
    is_filtered: bool,
    factor: usize,
}

/// The operations after the expansion, at the full resolution of the planes.
#[derive(Clone, Copy, Debug)]
pub struct Finish {
    /// Whether a residual convolution over 3 × 3 pixels (`refine`) is applied.
    pub refined: bool,
    /// Whether the binomial filter is applied. With the same weights, the mean normal error falls from 15.2°
    /// to 13.0°, and the IoU stays the same. A second pass brings no further gain. Texture planes are not
    /// filtered, because the filter would make them less sharp.
    pub filtered: bool,
}

/// The map from cells to patches. A cell is a pixel of the input image. A patch is the area of the planes to
/// which one cell contributes.
#[derive(Clone, Debug)]
enum Expand {
    /// Each cell makes a patch of its own (sub-pixel convolution).
    Apart(Conv2d),
    /// Patches overlap and are added to an interpolation of the cells.
    Blended(Box<Blended>),
}

impl PlaneHead {
    /// Loads the head. Errors: `Parameter`.
    pub fn load(
        scope: &Scope<'_>,
        inputs: usize,
        features: usize,
        config: &TriplaneConfig,
        finish: Finish,
    ) -> Result<Self, NnError> {
        let factor = config.upsample;
        let planes = 3 * features;
        let expand = scope.child("expand");
        Ok(Self {
            norm: GroupNorm::load(&scope.child("norm"), inputs, config.norm_groups)?,
            expand: if config.blended_patches {
                Expand::Blended(Box::new(Blended::load(
                    scope,
                    inputs,
                    planes,
                    config.base_resolution,
                    factor,
                )?))
            } else {
                Expand::Apart(Conv2d::load(&expand, inputs, planes * factor * factor, 1, 1)?)
            },
            refine: if finish.refined {
                Some(Conv2d::load(&scope.child("refine"), planes, planes, 3, 1)?)
            } else {
                None
            },
            is_filtered: finish.filtered,
            factor,
        })
    }

    /// Computes once what is the same for every input; see [`super::TriplaneGenerator::freeze`].
    pub fn freeze(&mut self) -> TensorResult<()> {
        match &mut self.expand {
            Expand::Apart(_) => Ok(()),
            Expand::Blended(blended) => blended.freeze(),
        }
    }

    /// Applies the head. x: [b, inputs, r, r]. Returns [b, 3, R, R, features] with R = r · upsample, the
    /// layout in which fields are sampled.
    pub fn forward(&self, x: &Tensor) -> TensorResult<Tensor> {
        let x = self.norm.forward(x)?.unary(Unary::Silu)?;
        let x = match &self.expand {
            Expand::Apart(convolution) => convolution.forward(&x)?.pixel_shuffle(self.factor)?,
            Expand::Blended(blended) => blended.forward(&x)?,
        };
        let x = match &self.refine {
            Some(refine) => x.add(&refine.forward(&x.unary(Unary::Silu)?)?)?,
            None => x,
        };
        let x = if self.is_filtered { x.binomial_filter()? } else { x };
        let &[batch, channels, height, width] = x.shape() else {
            return Ok(x);
        };
        x.reshape(&[batch, 3, channels / 3, height, width])?.permute(&[0, 1, 3, 4, 2])
    }
}
