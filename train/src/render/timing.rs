//! Times of a training step's renders, which `benches/volume.py` compares with PyTorch.

use std::sync::Arc;
use std::time::Instant;

use att3d::engine::{Activation, ChannelHead, Engine, RadialBias};
use att3d::generator::PromptFields;
use att3d::tensor::{Field, FieldParts, Layer, Tensor, TensorResult};
use att3d_torch::TorchEngine;
use clap::Args;
use tch::Kind;
use toybox::Random;

use crate::TrainError;
use crate::camera::{Camera, Light};
use crate::volume::{Density, Normals, Settings, render};

/// Times renders of random fields, forward and backward.
#[derive(Args)]
pub struct TimeRenders {
    /// Kind of the fields.
    #[arg(long, default_value = "grids")]
    fields: Fields,
    /// Prompts of a step, with one view each.
    #[arg(long, default_value_t = 16)]
    prompts: usize,
    /// Pixels along an edge of a view.
    #[arg(long, default_value_t = 32)]
    size: usize,
    /// Samples on a ray.
    #[arg(long, default_value_t = 32)]
    samples: usize,
    /// Where the normals are computed.
    #[arg(long, default_value = "depth")]
    normals: Normals,
    /// Share of ambient light; with 1 no normals are computed.
    #[arg(long, default_value_t = 0.4)]
    ambient: f32,
    /// Number of timed steps. One step is made before them.
    #[arg(long, default_value_t = 5)]
    steps: usize,
    /// Threads of libtorch.
    #[arg(long)]
    threads: Option<i32>,
}

/// The kinds of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Fields {
    /// ATT3D's voxel grids: density and color from one network.
    Grids,
    /// Triplanes of the sizes of the bundled model: signed distance and color from two networks.
    Planes,
}

/// Sides of ATT3D's voxel grids and the features of a corner (B.1.1).
const SIDES: [usize; 5] = [9, 14, 22, 36, 58];
const FEATURES: usize = 4;
/// Side of the planes; features of the geometry and of the texture; widths of the hidden layers.
const PLANE_SIDE: usize = 96;
const PLANE_FEATURES: [usize; 2] = [12, 8];
const HIDDEN: [usize; 2] = [64, 32];
/// Width of the transition of signed distances.
const BETA: f32 = 0.05;

/// Runs the command. Prints the seconds of each step, the mean color and the mean gradient in a line of JSON.
pub fn run(options: &TimeRenders) -> Result<(), TrainError> {
    let torch = TorchEngine::new(tch::Device::Cpu, options.threads)?.with_gradients(true);
    let engine: Arc<dyn Engine> = Arc::new(torch);
    let mut leaves = Leaves::new(&engine);
    let density = match options.fields {
        Fields::Grids => Density::Direct,
        Fields::Planes => Density::SignedDistance { beta: tch::Tensor::from(BETA), iso_level: 0.0 },
    };
    let settings = Settings {
        resolution: options.size,
        samples: options.samples,
        normals: options.normals,
        ..Settings::new(density)
    };
    let (cameras, lights) = views(options);
    let mut times = Vec::with_capacity(options.steps);
    let mut random = Random::new(1);
    let (mut color, mut slope) = (0.0, 0.0);
    for step in 0..=options.steps {
        let start = Instant::now();
        let fields = leaves.fields(options)?;
        let rendered = render(&engine, &fields, &cameras, &lights, &settings, &mut random)?;
        let loss = rendered.color.f_square()?.f_sum(Kind::Float)?;
        loss.f_backward()?;
        if step > 0 {
            times.push(start.elapsed().as_secs_f64());
        }
        color = rendered.color.f_mean(Kind::Float)?.f_double_value(&[])?;
        slope = leaves.clear_gradients()?;
    }
    println!("{}", serde_json::json!({ "seconds": times, "color": color, "gradient": slope }));
    Ok(())
}

/// Returns cameras and lights within ATT3D's ranges (B.1.7). `benches/volume.py` has the same.
fn views(options: &TimeRenders) -> (Vec<Camera>, Vec<Light>) {
    let cameras = (0..options.prompts).map(|index| {
        let share = (index as f32 + 0.5) / options.prompts as f32;
        Camera {
            azimuth: std::f32::consts::TAU * share,
            elevation: 0.2 + 0.5 * share,
            distance: 2.0 + (3.0 * share) % 1.0,
            focal: 0.7 + 0.65 * ((5.0 * share) % 1.0),
        }
    });
    let light = Light { position: [0.5, 2.0, 1.0], ambient: options.ambient, whiteness: 0.0 };
    (cameras.collect(), vec![light; options.prompts])
}

/// The variables of random fields. They are made once, and fields are made of them in each step.
struct Leaves {
    engine: Arc<dyn Engine>,
    random: Random,
    made: Vec<tch::Tensor>,
    next: usize,
}

impl Leaves {
    fn new(engine: &Arc<dyn Engine>) -> Self {
        Self { engine: engine.clone(), random: Random::new(7), made: Vec::new(), next: 0 }
    }

    /// Makes the fields of a step.
    fn fields(&mut self, options: &TimeRenders) -> Result<PromptFields, TrainError> {
        self.next = 0;
        match options.fields {
            Fields::Grids => self.grids(options.prompts),
            Fields::Planes => self.planes(options.prompts),
        }
    }

    /// Returns the next variable, which is made at the first request.
    fn leaf(&mut self, shape: &[usize], scale: f32) -> Result<Tensor, TrainError> {
        if self.next == self.made.len() {
            let count = shape.iter().product();
            let values: Vec<f32> = (0..count).map(|_| self.random.between(-scale, scale)).collect();
            let sizes: Vec<i64> = shape.iter().map(|&size| size as i64).collect();
            let leaf = tch::Tensor::f_from_slice(&values)?.f_reshape(&sizes)?;
            self.made.push(leaf.f_set_requires_grad(true)?);
        }
        let leaf = self.made[self.next].shallow_clone();
        self.next += 1;
        Ok(Tensor::from_buffer(&self.engine, TorchEngine::wrap(leaf), shape))
    }

    fn layers(&mut self, widths: &[usize]) -> Result<Vec<Layer>, TrainError> {
        let pairs = widths.windows(2);
        pairs
            .map(|pair| {
                let weight = self.leaf(&[pair[1], pair[0]], (3.0 / pair[0] as f32).sqrt())?;
                Ok(Layer { weight, bias: Some(self.leaf(&[pair[1]], 0.1)?), residual: false })
            })
            .collect()
    }

    fn grids(&mut self, prompts: usize) -> Result<PromptFields, TrainError> {
        let total: usize = SIDES.iter().map(|side| side.pow(3) * FEATURES).sum();
        let parameters = self.leaf(&[prompts, total], 1.0)?;
        let mut start = 0;
        let levels = SIDES.iter().map(|&side| {
            let length = side.pow(3) * FEATURES;
            let level = parameters.narrow(1, start, length)?;
            start += length;
            level.reshape(&[prompts, side, side, side, FEATURES])
        });
        let parts = FieldParts::VoxelGrids(levels.collect::<TensorResult<_>>()?);
        let heads =
            vec![ChannelHead::Softplus, ChannelHead::Sigmoid, ChannelHead::Sigmoid, ChannelHead::Sigmoid];
        let field = Field {
            parts,
            layers: self.layers(&[SIDES.len() * FEATURES, HIDDEN[1], 4])?,
            activation: Activation::Silu,
            radial_bias: Some(RadialBias { constant: 10.0, slope: -20.0 }),
            heads,
        };
        Ok(fields_of(field.clone(), field, 1))
    }

    fn planes(&mut self, prompts: usize) -> Result<PromptFields, TrainError> {
        let mut field = |index: usize, heads: Vec<ChannelHead>| -> Result<Field, TrainError> {
            let features = PLANE_FEATURES[index];
            let planes = self.leaf(&[prompts, 3, PLANE_SIDE, PLANE_SIDE, features], 0.1)?;
            Ok(Field {
                parts: FieldParts::Triplane(planes),
                layers: self.layers(&[3 * features, HIDDEN[index], heads.len()])?,
                activation: Activation::Silu,
                radial_bias: (index == 0).then_some(RadialBias { constant: -0.5, slope: 1.0 }),
                heads,
            })
        };
        let geometry = field(0, vec![ChannelHead::Identity])?;
        let texture = field(1, vec![ChannelHead::Sigmoid; 3])?;
        Ok(fields_of(geometry, texture, 0))
    }

    /// Removes all gradients. Returns the mean absolute gradient of the first variable.
    fn clear_gradients(&mut self) -> Result<f64, TrainError> {
        let mut mean = 0.0;
        for (index, leaf) in self.made.iter_mut().enumerate() {
            if index == 0 {
                mean = leaf.f_grad()?.f_abs()?.f_mean(Kind::Float)?.f_double_value(&[])?;
            }
            leaf.zero_grad();
        }
        Ok(mean)
    }
}

fn fields_of(geometry: Field, texture: Field, first_color: usize) -> PromptFields {
    PromptFields {
        geometry,
        texture,
        color_channels: first_color..first_color + 3,
        material_channels: None,
        environment: None,
        deformation: None,
    }
}
