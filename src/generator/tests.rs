#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::engine::Engine;
use crate::engine::cpu::CpuEngine;
use crate::nn::{Init, Parameters};
use crate::tensor::FieldParts;
use crate::weights::config::{TriplaneConfig, VoxelGridConfig};

/// Vigna's splitmix64.
struct Splitmix(u64);

impl Splitmix {
    /// Seeded by a name (FNV-1a).
    fn of(name: &str) -> Self {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, step))
    }

    /// Uniform in [0, 1).
    fn uniform(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 40) as f32 / (1 << 24) as f32
    }

    /// Uniform in [-1, 1).
    fn signed(&mut self) -> f32 {
        2.0 * self.uniform() - 1.0
    }

    /// Standard normal (Box and Muller 1958).
    fn normal(&mut self) -> f32 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f32::consts::TAU * self.uniform()).cos()
    }
}

/// Parameters by chance, the same for the same name, and a record of the shapes that were asked for.
pub(crate) struct RandomParameters {
    engine: Arc<dyn Engine>,
    /// Added to constants, uniform in ±stir: 0 is a network as training begins, more lets each part matter.
    stir: f32,
    shapes: RefCell<BTreeMap<String, Vec<usize>>>,
}

impl RandomParameters {
    pub(crate) fn new(stir: f32) -> Self {
        let engine = Arc::new(CpuEngine::new(Some(2)).unwrap());
        Self { engine, stir, shapes: RefCell::default() }
    }

    /// A tensor uniform in [-1, 1), the same for the same name.
    pub(crate) fn tensor(&self, name: &str, shape: &[usize]) -> Tensor {
        self.get(name, shape, Init::Uniform { bound: 1.0 }).unwrap()
    }

    fn shape_of(&self, name: &str) -> Vec<usize> {
        self.shapes.borrow()[name].clone()
    }
}

impl Parameters for RandomParameters {
    fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError> {
        let mut chance = Splitmix::of(name);
        let next = |_| match init {
            Init::Constant(value) => value + self.stir * chance.signed(),
            Init::Normal { deviation } => deviation * chance.normal(),
            Init::Uniform { bound } => bound * chance.signed(),
        };
        let values: Vec<f32> = (0..shape.iter().product::<usize>()).map(next).collect();
        self.shapes.borrow_mut().insert(name.to_owned(), shape.to_vec());
        Ok(Tensor::from_slice(&self.engine, &values, shape)?)
    }
}

const TEXT_WIDTH: usize = 6;
const CONTEXT_LENGTH: usize = 5;

fn triplane() -> GeneratorConfig {
    GeneratorConfig::Triplane(TriplaneConfig {
        point_count: 64,
        point_width: 4,
        base_resolution: 8,
        encoder_channels: vec![8, 12],
        geometry_channels: vec![8, 12],
        texture_channels: vec![8, 8],
        norm_groups: 4,
        attention_heads: 2,
        upsample: 2,
        geometry_features: 4,
        geometry_refined: true,
        texture_features: 3,
        geometry_hidden: 16,
        texture_hidden: 12,
        sphere_radius: 0.5,
        shape_input: true,
    })
}

fn voxel_grid() -> VoxelGridConfig {
    VoxelGridConfig {
        resolutions: vec![4, 6],
        features: 2,
        vector_width: 5,
        hidden_width: 8,
        environment_octaves: 3,
    }
}

fn load(parameters: &RandomParameters, config: &GeneratorConfig) -> Generator {
    Generator::load(&Scope::root(parameters), config, TEXT_WIDTH, CONTEXT_LENGTH).unwrap()
}

fn latent(parameters: &RandomParameters, batch: usize) -> Latent {
    Latent {
        tokens: parameters.tensor("latent.tokens", &[batch, CONTEXT_LENGTH, TEXT_WIDTH]),
        pooled: parameters.tensor("latent.pooled", &[batch, TEXT_WIDTH]),
    }
}

fn item(latent: &Latent, index: usize) -> Latent {
    Latent {
        tokens: latent.tokens.narrow(0, index, 1).unwrap(),
        pooled: latent.pooled.narrow(0, index, 1).unwrap(),
    }
}

#[track_caller]
fn assert_close(found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let allowed = tolerance * expected.abs().max(1.0);
        assert!((found - expected).abs() <= allowed, "at {index}: {found}, expected {expected}");
    }
}

/// Values of a field of a batch of one.
fn values(field: &Field, points: &Tensor) -> Vec<f32> {
    field.evaluate(points).unwrap().to_vec().unwrap()
}

#[test]
fn triplane_generator_gives_planes_of_the_configured_shape() {
    let parameters = RandomParameters::new(0.0);
    let fields = load(&parameters, &triplane()).forward(&latent(&parameters, 2), None).unwrap();
    let (FieldParts::Triplane(geometry), FieldParts::Triplane(texture)) =
        (&fields.geometry.parts, &fields.texture.parts)
    else {
        panic!("no planes");
    };
    assert_eq!(geometry.shape(), [2, 3, 16, 16, 4]);
    assert_eq!(texture.shape(), [2, 3, 16, 16, 3]);
    assert_eq!((fields.color_channels, fields.material_channels), (0..3, Some(3..5)));
    assert!(fields.environment.is_none());
    let points = parameters.tensor("points", &[2, 9, 3]);
    assert_eq!(fields.geometry.evaluate(&points).unwrap().shape(), [2, 9, 1]);
    let texture = fields.texture.evaluate(&points).unwrap();
    assert_eq!(texture.shape(), [2, 9, 5]);
    assert!(texture.to_vec().unwrap().iter().all(|value| (0.0..=1.0).contains(value)));
}

#[test]
fn voxel_grid_generator_gives_grids_of_the_configured_shape() {
    let parameters = RandomParameters::new(0.0);
    let config = GeneratorConfig::VoxelGrid(voxel_grid());
    let fields = load(&parameters, &config).forward(&latent(&parameters, 2), None).unwrap();
    let FieldParts::VoxelGrids(levels) = &fields.geometry.parts else { panic!("no grids") };
    let shapes: Vec<_> = levels.iter().map(Tensor::shape).collect();
    assert_eq!(shapes, [[2, 4, 4, 4, 2], [2, 6, 6, 6, 2]]);
    assert_eq!((fields.color_channels, fields.material_channels), (1..4, None));
    let points = parameters.tensor("points", &[2, 9, 3]);
    let values = fields.texture.evaluate(&points).unwrap();
    assert_eq!(values.shape(), [2, 9, 4]);
    for row in values.to_vec().unwrap().chunks(4) {
        assert!(row[0] >= 0.0 && row[1..].iter().all(|value| (0.0..=1.0).contains(value)), "{row:?}");
    }
}

#[test]
fn batch_of_two_equals_two_batches_of_one() {
    for config in [triplane(), GeneratorConfig::VoxelGrid(voxel_grid())] {
        let parameters = RandomParameters::new(0.2);
        let generator = load(&parameters, &config);
        let latent = latent(&parameters, 2);
        let points = parameters.tensor("points", &[1, 50, 3]);
        let both = generator.forward(&latent, None).unwrap();
        for index in 0..2 {
            let single = generator.forward(&item(&latent, index), None).unwrap();
            for (both, single) in [(&both.geometry, &single.geometry), (&both.texture, &single.texture)] {
                let expected = values(&both.item(index).unwrap(), &points);
                assert_close(&values(single, &points), &expected, 1e-4);
            }
        }
        let of = |index| values(&both.texture.item(index).unwrap(), &points);
        assert_ne!(of(0), of(1), "two latents, one field: nothing was compared");
    }
}

#[test]
fn dummy_sphere_given_as_a_shape_changes_nothing() {
    let parameters = RandomParameters::new(0.2);
    let generator = load(&parameters, &triplane());
    let latent = latent(&parameters, 2);
    let sphere = dummy_sphere(64);
    let shape = Tensor::from_slice(&parameters.engine, sphere.as_flattened(), &[1, 64, 3]).unwrap();
    let shape = shape.repeat_batch(2).unwrap();
    let points = parameters.tensor("points", &[2, 50, 3]);
    let absent = generator.forward(&latent, None).unwrap();
    let given = generator.forward(&latent, Some(&shape)).unwrap();
    assert_close(&values(&given.geometry, &points), &values(&absent.geometry, &points), 1e-4);
    let other = generator.forward(&latent, Some(&shape.affine(0.5, 0.2).unwrap())).unwrap();
    assert_ne!(values(&other.geometry, &points), values(&absent.geometry, &points));
}

#[test]
fn untrained_triplane_field_is_nearly_the_sphere() {
    let parameters = RandomParameters::new(0.0);
    let fields = load(&parameters, &triplane()).forward(&latent(&parameters, 1), None).unwrap();
    let points = [[0.0, 0.0, 0.0], [0.9, 0.0, 0.0], [0.0, -0.9, 0.0], [0.0, 0.0, 0.5f32]];
    let points = Tensor::from_slice(&parameters.engine, points.as_flattened(), &[1, 4, 3]).unwrap();
    let found = values(&fields.geometry, &points);
    for (found, expected) in found.iter().zip([-0.5, 0.4, 0.4, 0.0f32]) {
        assert!((found - expected).abs() < 0.2, "{found}, expected about {expected}");
    }
}

#[test]
fn paper_sized_grids_hold_1_023_556_numbers() {
    let parameters = RandomParameters::new(0.0);
    let config = VoxelGridConfig {
        resolutions: vec![9, 14, 22, 36, 58],
        features: 4,
        // The paper's 32 would only repeat each row 32 times.
        vector_width: 1,
        hidden_width: 32,
        environment_octaves: 8,
    };
    load(&parameters, &GeneratorConfig::VoxelGrid(config));
    assert_eq!(parameters.shape_of("generator.mapping.grids.weight"), [1_023_556, 1]);
    assert_eq!(parameters.shape_of("generator.field.0.weight"), [32, 20]);
    assert_eq!(parameters.shape_of("generator.environment.weight"), [3, 49]);
}

#[test]
fn environment_map_gives_colors() {
    let parameters = RandomParameters::new(0.2);
    let config = GeneratorConfig::VoxelGrid(voxel_grid());
    let fields = load(&parameters, &config).forward(&latent(&parameters, 2), None).unwrap();
    let environment = fields.environment.unwrap();
    let directions = dummy_sphere(30).into_iter().map(|point| point.map(|x| 2.0 * x));
    let colors = environment.colors(&directions.collect::<Vec<_>>()).unwrap();
    assert_eq!(colors.len(), 2 * 30 * 3);
    assert!(colors.iter().all(|color| (0.0..=1.0).contains(color)));
    assert_ne!(colors[..90], colors[90..]);
    assert_ne!(colors[..3], colors[3..6]);
}

#[test]
fn no_octaves_mean_no_environment_map() {
    let parameters = RandomParameters::new(0.0);
    let config = GeneratorConfig::VoxelGrid(VoxelGridConfig { environment_octaves: 0, ..voxel_grid() });
    let fields = load(&parameters, &config).forward(&latent(&parameters, 1), None).unwrap();
    assert!(fields.environment.is_none());
}

#[test]
fn dummy_sphere_is_even_and_of_radius_one_half() {
    let points = dummy_sphere(1024);
    assert_eq!(points.len(), 1024);
    let mut octants = [0i32; 8];
    for point in &points {
        let radius = point.iter().map(|x| x * x).sum::<f32>().sqrt();
        assert!((radius - 0.5).abs() < 1e-6, "{point:?}");
        let octant = (0..3).map(|axis| usize::from(point[axis] > 0.0) << axis).sum::<usize>();
        octants[octant] += 1;
    }
    for axis in 0..3 {
        let mean = points.iter().map(|point| point[axis]).sum::<f32>() / 1024.0;
        assert!(mean.abs() < 1e-3, "{mean}");
    }
    assert!(octants.iter().all(|count| (count - 128).abs() <= 4), "{octants:?}");
}
