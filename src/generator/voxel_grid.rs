//! The generator `att3d.voxel_grid`, the hypernetwork of ATT3D (Lorraine et al. 2023, eq. 3 to 5 and appendix
//! B.1).

use std::ops::Range;

use crate::engine::{Activation, ChannelHead, RadialBias, Unary};
use crate::nn::{Init, Latent, Linear, NnError, Scope};
use crate::tensor::{Field, FieldParts, Layer, Tensor, TensorResult};
use crate::weights::config::VoxelGridConfig;

use super::prompt_fields::{EnvironmentMap, PromptFields};

/// A generator that maps latents to multi-resolution voxel grids.
///
/// The weights of a package are those after spectral normalization, so the forward pass does not normalize
/// them.
#[derive(Clone, Debug)]
pub struct VoxelGridGenerator {
    vector: Linear,
    grids: Linear,
    layers: Vec<Layer>,
    environment: Option<Linear>,
    /// For each hashed level, the table entry of each corner; z varies slowest.
    hashed: Vec<Vec<u32>>,
    config: VoxelGridConfig,
}

/// Returns the number of values in all grids of one prompt.
fn parameter_count(config: &VoxelGridConfig) -> usize {
    let dense: usize = config.resolutions.iter().map(|side| side * side * side * config.features).sum();
    dense + config.hash_resolutions.len() * config.hash_entries * config.features
}

/// Returns the table entry of each corner of a grid; z varies slowest (Müller et al. 2022, eq. 4).
fn hashed_corners(side: usize, entries: usize) -> Vec<u32> {
    let entries = u32::try_from(entries.max(1)).unwrap_or(u32::MAX);
    let side = u32::try_from(side).unwrap_or(u32::MAX);
    let corner = move |z: u32, y: u32, x: u32| {
        (x ^ y.wrapping_mul(2_654_435_761) ^ z.wrapping_mul(805_459_861)) % entries
    };
    (0..side)
        .flat_map(|z| (0..side).map(move |y| (z, y)))
        .flat_map(|(z, y)| (0..side).map(move |x| corner(z, y, x)))
        .collect()
}

impl VoxelGridGenerator {
    /// Loads the generator's parameters. flat_width: width of the flattened token embeddings. Errors:
    /// `Parameter`.
    pub fn load(scope: &Scope<'_>, config: &VoxelGridConfig, flat_width: usize) -> Result<Self, NnError> {
        let mapping = scope.child("mapping");
        let width = config.vector_width;
        let encoded = 6 * config.environment_octaves + width;
        let environment = match config.environment_octaves {
            0 => None,
            _ => Some(Linear::load(&scope.child("environment"), encoded, 3)?),
        };
        let field = scope.child("field");
        let features = config.features * (config.resolutions.len() + config.hash_resolutions.len());
        let layer = |index: usize, inputs: usize, outputs: usize| {
            let Linear { weight, bias } = Linear::load(&field.child(index), inputs, outputs)?;
            Ok::<_, NnError>(Layer { weight, bias, residual: false })
        };
        Ok(Self {
            vector: Linear::load(&mapping.child("vector"), flat_width, width)?,
            grids: Linear::load_with(
                &mapping.child("grids"),
                width,
                parameter_count(config),
                false,
                Init::fan_in(width),
            )?,
            layers: vec![layer(0, features, config.hidden_width)?, layer(1, config.hidden_width, 4)?],
            environment,
            hashed: config
                .hash_resolutions
                .iter()
                .map(|&side| hashed_corners(side, config.hash_entries))
                .collect(),
            config: config.clone(),
        })
    }

    /// Runs a forward pass for a batch of latents. Errors: `ShapeMismatch`.
    pub fn forward(&self, latent: &Latent) -> TensorResult<PromptFields> {
        let batch = latent.tokens.shape().first().copied().unwrap_or(0);
        let flat_width = latent.tokens.shape().iter().skip(1).product();
        let flat = latent.tokens.reshape(&[batch, flat_width])?;
        let vector = self.vector.forward(&flat)?.unary(Unary::Silu)?;
        let parameters = self.grids.forward(&vector)?;
        let mut levels = Vec::with_capacity(self.config.resolutions.len());
        let mut start = 0;
        for &side in &self.config.resolutions {
            let length = side * side * side * self.config.features;
            let level = parameters.narrow(1, start, length)?;
            levels.push(level.reshape(&[batch, side, side, side, self.config.features])?);
            start += length;
        }
        let features = self.config.features;
        for (&side, corners) in self.config.hash_resolutions.iter().zip(&self.hashed) {
            let table = parameters.narrow(1, start, self.config.hash_entries * features)?;
            // A hashed level is expanded to a dense grid, so that the code for dense grids samples the level
            // and computes bounds of its values.
            let grids = (0..batch)
                .map(|index| {
                    let table = table.narrow(0, index, 1)?.reshape(&[self.config.hash_entries, features])?;
                    table.embedding(corners)?.reshape(&[1, side, side, side, features])
                })
                .collect::<TensorResult<Vec<_>>>()?;
            levels.push(Tensor::concat(&grids.iter().collect::<Vec<_>>(), 0)?);
            start += self.config.hash_entries * features;
        }
        let field = Field {
            parts: FieldParts::VoxelGrids(levels),
            layers: self.layers.clone(),
            activation: Activation::Silu,
            radial_bias: Some(RadialBias { constant: 10.0, slope: -20.0 }),
            heads: vec![
                ChannelHead::Softplus,
                ChannelHead::Sigmoid,
                ChannelHead::Sigmoid,
                ChannelHead::Sigmoid,
            ],
        };
        const COLORS: Range<usize> = 1..4;
        let environment = self.environment.as_ref().map(|layer| EnvironmentMap {
            layer: layer.clone(),
            vector,
            octaves: self.config.environment_octaves,
        });
        Ok(PromptFields {
            geometry: field.clone(),
            texture: field,
            color_channels: COLORS,
            material_channels: None,
            environment,
            deformation: None,
        })
    }
}
