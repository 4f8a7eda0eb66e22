//! The axes of the planes, and the networks of the field.
//!
//! TriplaneTurbo's world has z up and x to the front, and its box is [-1, 1]³. Outside of the box, features
//! are zero. Here, the planes get a ring of zeros, and object space covers the ring. So a sampler that clamps
//! gives the same values. Distances stay in world units.
//!
//! With (X, Y, Z) in this library's frame and (x, y, z) in that of TriplaneTurbo, (X, Y, Z) = (y, z, x).

use crate::engine::{Activation, ChannelHead, RadialBias};
use crate::nn::{Init, NnError, Scope};
use crate::tensor::{Field, FieldParts, Layer, Tensor, TensorResult};
use crate::weights::config::LatentDiffusionConfig;

use super::super::prompt_fields::{Deformation, PromptFields};
use super::super::ring::ringed;

/// Returns the geometry planes with this library's axes, [1, 3, R + 2, R + 2, features]. planes: six planes,
/// each [1, features, R, R], in the order xy, xz, yz of geometry, then of texture.
pub(super) fn geometry(planes: &[Tensor]) -> TensorResult<Tensor> {
    joined(planes.get(..3).unwrap_or_default())
}

/// Returns the texture planes, as [`geometry`] does.
pub(super) fn texture(planes: &[Tensor]) -> TensorResult<Tensor> {
    joined(planes.get(3..).unwrap_or_default())
}

/// Changes the axes of three planes. On a decoded plane, rows and columns grow along these axes:
/// xy: +x, +y; xz: -z, -x; yz: -z, +y.
fn joined(planes: &[Tensor]) -> TensorResult<Tensor> {
    let rows = planes.iter().map(|plane| {
        let &[_, features, edge, _] = plane.shape() else { return plane.reshape(&[0, 0, 0]) };
        plane.permute(&[0, 2, 3, 1])?.reshape(&[edge, edge, features])
    });
    let rows = rows.collect::<TensorResult<Vec<_>>>()?;
    let [xy, xz, yz] = rows.as_slice() else {
        return Err(crate::tensor::TensorError::Empty { operation: "planes" });
    };
    let &[edge, _, features] = xy.shape() else { return xy.reshape(&[0, 0, 0]) };
    let reversed = |count: usize| (0..count as u32).rev().collect::<Vec<_>>();
    // Plane XY has Y = z along rows and X = y along columns.
    let first = yz.reshape(&[edge, edge * features])?.embedding(&reversed(edge))?;
    // Plane XZ has Z = x along rows and X = y along columns.
    let second = xy;
    // Plane YZ has Z = x along rows and Y = z along columns.
    let turned = xz.reshape(&[edge * edge, features])?.embedding(&reversed(edge * edge))?;
    let third = turned.reshape(&[edge, edge, features])?.permute(&[1, 0, 2])?;
    let shape = [1, 1, edge, edge, features];
    let parts = [first.reshape(&shape)?, second.reshape(&shape)?, third.reshape(&shape)?];
    let planes = Tensor::concat(&parts.iter().collect::<Vec<_>>(), 1)?;
    ringed(&planes)
}

/// Networks from the features of a point to its signed distance, deformation and color.
#[derive(Clone, Debug)]
pub(super) struct FieldNetworks {
    distance: Vec<Layer>,
    deformation: Vec<Layer>,
    color: Vec<Layer>,
    /// World units in half a side of object space.
    half_side: f32,
    sphere_radius: f32,
    deformation_unit: f32,
}

impl FieldNetworks {
    /// Loads the networks. In the checkpoint, geometry features are summed over the planes. Here, the
    /// features are concatenated, and the weight of the first layer is repeated three times.
    pub fn load(scope: &Scope<'_>, config: &LatentDiffusionConfig) -> Result<Self, NnError> {
        let features = config.plane_features;
        let load = |name: &str, inputs: usize, outputs: usize| {
            layers(&scope.child(name).child("layers"), config, inputs, outputs)
        };
        let repeated = |mut layers: Vec<Tensor>| -> TensorResult<Vec<Layer>> {
            if let Some(first) = layers.first_mut() {
                *first = Tensor::concat(&[first, first, first], 1)?;
            }
            Ok(plain(layers))
        };
        let mut deformation = load("deformation_network", features, 3)?;
        if let Some(last) = deformation.last_mut() {
            *last = reordered(last, 0, 1, [1, 2, 0])?;
        }
        let mut color = load("feature_network", 3 * features, 3)?;
        if let Some(first) = color.first_mut() {
            // The checkpoint has the features in the order xy, xz, yz, which are XZ, YZ, XY here.
            *first = reordered(first, 1, features, [2, 0, 1])?;
        }
        let edge = config.plane_resolution() as f32;
        Ok(Self {
            distance: repeated(load("sdf_network", features, 1)?)?,
            deformation: repeated(deformation)?,
            color: plain(color),
            half_side: (edge + 2.0) / edge,
            sphere_radius: config.sphere_radius,
            deformation_unit: config.deformation_unit,
        })
    }

    /// Returns the fields of planes, each [b, 3, r, r, features].
    pub fn fields(&self, geometry: Tensor, texture: Tensor) -> PromptFields {
        let field = |planes: &Tensor, layers: &[Layer], radial_bias, heads| Field {
            parts: FieldParts::Triplane(planes.clone()),
            layers: layers.to_vec(),
            activation: Activation::Relu,
            radial_bias,
            heads,
        };
        let bias = RadialBias { constant: -self.sphere_radius, slope: self.half_side };
        PromptFields {
            geometry: field(&geometry, &self.distance, Some(bias), vec![ChannelHead::Identity]),
            texture: field(&texture, &self.color, None, vec![ChannelHead::Sigmoid; 3]),
            color_channels: 0..3,
            material_channels: None,
            environment: None,
            deformation: Some(Deformation {
                field: field(&geometry, &self.deformation, None, vec![ChannelHead::Identity; 3]),
                unit: self.deformation_unit / self.half_side,
            }),
        }
    }
}

/// Loads the weights of a network without biases: layers 0, 2, 4, … of a sequence with ReLU between them.
fn layers(
    scope: &Scope<'_>,
    config: &LatentDiffusionConfig,
    inputs: usize,
    outputs: usize,
) -> Result<Vec<Tensor>, NnError> {
    let mut inputs = inputs;
    let widths = std::iter::repeat_n(config.hidden_width, config.hidden_layers).chain([outputs]);
    let layer = |(index, width): (usize, usize)| {
        let weight = scope.child(2 * index).get("weight", &[width, inputs], Init::fan_in(inputs))?;
        inputs = width;
        Ok(weight)
    };
    widths.enumerate().map(layer).collect()
}

fn plain(weights: Vec<Tensor>) -> Vec<Layer> {
    weights.into_iter().map(|weight| Layer { weight, bias: None, residual: false }).collect()
}

/// Reorders three blocks of an axis. order: for each block of the result, the index of the block of `tensor`.
fn reordered(tensor: &Tensor, axis: usize, length: usize, order: [usize; 3]) -> TensorResult<Tensor> {
    let blocks = order.map(|block| tensor.narrow(axis, block * length, length));
    let blocks = blocks.into_iter().collect::<TensorResult<Vec<_>>>()?;
    Tensor::concat(&blocks.iter().collect::<Vec<_>>(), axis)
}
