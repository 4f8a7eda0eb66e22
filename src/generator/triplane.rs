//! The generator `latte3d.triplane`, in the style of LATTE3D. The paper names the parts of the network. The
//! sizes and connections of the parts are choices of this library.
//!
//! Geometry and texture share the PointNet and the U-Net encoder, and each has its own U-Net decoder (G and T
//! in the paper) and upsampler. Texture also has a residual MLP.

use std::sync::Arc;

use crate::engine::{Activation, ChannelHead, Engine, RadialBias, run_both};
use crate::nn::{Init, Latent, Linear, NnError, Scope};
use crate::tensor::{Field, FieldParts, Layer, Tensor, TensorResult};
use crate::weights::config::TriplaneConfig;

use super::plane_head::{Finish, PlaneHead};
use super::point_net::PointNet;
use super::prompt_fields::PromptFields;
use super::u_net::{BlockSizes, Decoder, Encoder};

/// Channels of the texture field: red, green, blue, metallic, roughness.
const TEXTURE_CHANNELS: usize = 5;

/// A generator that maps latents to triplane fields.
#[derive(Clone, Debug)]
pub struct TriplaneGenerator {
    points: PointNet,
    encoder: Encoder,
    geometry: Decoder,
    geometry_planes: PlaneHead,
    geometry_layers: Vec<Layer>,
    texture: Decoder,
    texture_planes: PlaneHead,
    texture_layers: Vec<Layer>,
    /// The encoder's input for the dummy sphere, [1, c, r, r], of a frozen generator.
    sphere: Option<Tensor>,
    config: TriplaneConfig,
}

impl TriplaneGenerator {
    /// Loads the generator's parameters. Errors: `Parameter`.
    pub fn load(scope: &Scope<'_>, config: &TriplaneConfig, text_width: usize) -> Result<Self, NnError> {
        let sizes = BlockSizes { groups: config.norm_groups, heads: config.attention_heads, text_width };
        let finest = |channels: &[usize]| channels.first().copied().unwrap_or(0);
        let geometry = scope.child("geometry");
        let texture = scope.child("texture");
        let encoder_channels = &config.encoder_channels;
        Ok(Self {
            points: PointNet::load(&scope.child("point_net"), config)?,
            encoder: Encoder::load(
                &scope.child("encoder"),
                3 * config.point_width,
                encoder_channels,
                config.base_resolution,
                config.seeded_levels,
                sizes,
            )?,
            geometry: Decoder::load(
                &geometry.child("decoder"),
                encoder_channels,
                &config.geometry_channels,
                sizes,
            )?,
            geometry_planes: PlaneHead::load(
                &geometry.child("planes"),
                finest(&config.geometry_channels),
                config.geometry_features,
                config,
                Finish { refined: config.geometry_refined, filtered: config.geometry_filtered },
            )?,
            geometry_layers: geometry_layers(&geometry.child("field"), config)?,
            texture: Decoder::load(
                &texture.child("decoder"),
                encoder_channels,
                &config.texture_channels,
                sizes,
            )?,
            texture_planes: PlaneHead::load(
                &texture.child("planes"),
                finest(&config.texture_channels),
                config.texture_features,
                config,
                Finish { refined: true, filtered: false },
            )?,
            texture_layers: texture_layers(&texture.child("field"), config)?,
            sphere: None,
            config: config.clone(),
        })
    }

    /// Computes once what is the same for every prompt. After this call, the parameters must not change. The
    /// results of forward passes stay the same, bit for bit. Errors: those of the engine.
    pub fn freeze(&mut self, engine: &Arc<dyn Engine>) -> TensorResult<()> {
        self.sphere = Some(self.sphere(engine)?);
        self.geometry_planes.freeze()?;
        self.texture_planes.freeze()
    }

    /// Computes the encoder's input for the dummy sphere, [1, c, r, r].
    fn sphere(&self, engine: &Arc<dyn Engine>) -> TensorResult<Tensor> {
        let (sphere, shape) = self.points.sphere(self.config.point_count);
        self.encoder.input(&self.points.forward(&Tensor::from_slice(engine, &sphere, &shape)?)?)
    }

    /// Runs a forward pass. latent: a batch of b. shape: [b, n, 3], or [b, n, 10] with attributes
    /// ([`super::POINT_FEATURES`]); `None` selects the dummy sphere. Errors: `ShapeMismatch`.
    pub fn forward(&self, latent: &Latent, shape: Option<&Tensor>) -> TensorResult<PromptFields> {
        let engine = latent.pooled.engine();
        let input = match (shape, &self.sphere) {
            (Some(points), _) => self.encoder.input(&self.points.forward(points)?)?,
            (None, Some(sphere)) => sphere.clone(),
            (None, None) => self.sphere(engine)?,
        };
        let levels = self.encoder.forward(&input, latent)?;
        let (geometry, texture) = run_both(
            engine.as_ref(),
            || self.geometry_planes.forward(&self.geometry.forward(&levels, latent)?),
            || self.texture_planes.forward(&self.texture.forward(&levels, latent)?),
        )?;
        let (geometry, texture) = (geometry?, texture?);
        Ok(PromptFields {
            geometry: Field {
                parts: FieldParts::Triplane(geometry),
                layers: self.geometry_layers.clone(),
                activation: Activation::Silu,
                radial_bias: Some(RadialBias { constant: -self.config.sphere_radius, slope: 1.0 }),
                heads: vec![ChannelHead::Identity],
            },
            texture: Field {
                parts: FieldParts::Triplane(texture),
                layers: self.texture_layers.clone(),
                activation: Activation::Silu,
                radial_bias: None,
                heads: vec![ChannelHead::Sigmoid; TEXTURE_CHANNELS],
            },
            color_channels: 0..3,
            material_channels: Some(3..5),
            environment: None,
            deformation: None,
        })
    }
}

/// Loads the layers features → hidden → hidden → signed distance.
fn geometry_layers(scope: &Scope<'_>, config: &TriplaneConfig) -> Result<Vec<Layer>, NnError> {
    let hidden = config.geometry_hidden;
    Ok(vec![
        layer(&scope.child(0), 3 * config.geometry_features, hidden, false)?,
        layer(&scope.child(1), hidden, hidden, false)?,
        output_layer(&scope.child(2), hidden, 1)?,
    ])
}

/// Loads the layers features → hidden → residual hidden → color, metallic, roughness.
fn texture_layers(scope: &Scope<'_>, config: &TriplaneConfig) -> Result<Vec<Layer>, NnError> {
    let hidden = config.texture_hidden;
    Ok(vec![
        layer(&scope.child(0), 3 * config.texture_features, hidden, false)?,
        layer(&scope.child(1), hidden, hidden, true)?,
        output_layer(&scope.child(2), hidden, TEXTURE_CHANNELS)?,
    ])
}

fn layer(scope: &Scope<'_>, inputs: usize, outputs: usize, residual: bool) -> Result<Layer, NnError> {
    let Linear { weight, bias } = Linear::load(scope, inputs, outputs)?;
    Ok(Layer { weight, bias, residual })
}

/// Loads the last layer. Its initial weights are small, so an untrained geometry is nearly the sphere of the
/// radial bias.
fn output_layer(scope: &Scope<'_>, inputs: usize, outputs: usize) -> Result<Layer, NnError> {
    let init = Init::Normal { deviation: 0.05 / (inputs as f32).sqrt() };
    let Linear { weight, bias } = Linear::load_with(scope, inputs, outputs, true, init)?;
    Ok(Layer { weight, bias, residual: false })
}
