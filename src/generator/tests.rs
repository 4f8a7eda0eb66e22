#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::engine::Engine;
use crate::engine::cpu::CpuEngine;
use crate::nn::{Init, Parameters};
use crate::tensor::{Field, FieldParts};
use crate::weights::config::{TriplaneConfig, TriplaneTransformerConfig, VoxelGridConfig};

/// The generator splitmix64 by Vigna.
struct Splitmix(u64);

impl Splitmix {
    /// Returns a generator whose seed is the hash of a name (FNV-1a).
    fn of(name: &str) -> Self {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, step))
    }

    /// Returns a uniform number in [0, 1).
    fn uniform(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 40) as f32 / (1 << 24) as f32
    }

    /// Returns a uniform number in [-1, 1).
    fn signed(&mut self) -> f32 {
        2.0 * self.uniform() - 1.0
    }

    /// Returns a standard normal number (Box and Muller 1958).
    fn normal(&mut self) -> f32 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f32::consts::TAU * self.uniform()).cos()
    }
}

/// Random parameters, which are the same for the same name, and a record of the requested shapes.
pub(crate) struct RandomParameters {
    pub(super) engine: Arc<dyn Engine>,
    /// Bound of the uniform noise that is added to constants. 0 gives a network as it is before training.
    /// With a larger bound, each part has an effect.
    stir: f32,
    shapes: RefCell<BTreeMap<String, Vec<usize>>>,
}

impl RandomParameters {
    pub(crate) fn new(stir: f32) -> Self {
        let engine = Arc::new(CpuEngine::new(Some(2)).unwrap());
        Self { engine, stir, shapes: RefCell::default() }
    }

    /// Returns a tensor with uniform values in [-1, 1), which are the same for the same name.
    pub(crate) fn tensor(&self, name: &str, shape: &[usize]) -> Tensor {
        self.get(name, shape, Init::Uniform { bound: 1.0 }).unwrap()
    }

    pub(super) fn shape_of(&self, name: &str) -> Vec<usize> {
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

pub(super) const TEXT_WIDTH: usize = 6;
pub(super) const CONTEXT_LENGTH: usize = 5;

fn triplane() -> GeneratorConfig {
    GeneratorConfig::Triplane(TriplaneConfig {
        point_count: 64,
        point_width: 4,
        point_hidden: 0,
        point_attributes: false,
        base_resolution: 8,
        encoder_channels: vec![8, 12],
        geometry_channels: vec![8, 12],
        texture_channels: vec![8, 8],
        norm_groups: 4,
        attention_heads: 2,
        upsample: 2,
        geometry_features: 4,
        geometry_refined: true,
        geometry_filtered: true,
        blended_patches: true,
        seeded_levels: 1,
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
        hash_resolutions: vec![],
        hash_entries: 0,
    }
}

pub(super) fn load(parameters: &RandomParameters, config: &GeneratorConfig) -> Generator {
    Generator::load(&Scope::root(parameters), config, TEXT_WIDTH, CONTEXT_LENGTH).unwrap()
}

pub(super) fn latent(parameters: &RandomParameters, batch: usize) -> Latent {
    Latent {
        tokens: parameters.tensor("latent.tokens", &[batch, CONTEXT_LENGTH, TEXT_WIDTH]),
        pooled: parameters.tensor("latent.pooled", &[batch, TEXT_WIDTH]),
    }
}

pub(super) fn item(latent: &Latent, index: usize) -> Latent {
    Latent {
        tokens: latent.tokens.narrow(0, index, 1).unwrap(),
        pooled: latent.pooled.narrow(0, index, 1).unwrap(),
    }
}

#[track_caller]
pub(super) fn assert_close(found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let allowed = tolerance * expected.abs().max(1.0);
        assert!((found - expected).abs() <= allowed, "at {index}: {found}, expected {expected}");
    }
}

/// Returns the values of a field with a batch of one.
pub(super) fn values(field: &Field, points: &Tensor) -> Vec<f32> {
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
    let transformer = GeneratorConfig::TriplaneTransformer(transformer());
    let diffusion = GeneratorConfig::LatentDiffusion(super::latent_diffusion::tests::tiny());
    for config in [triplane(), transformer, diffusion, GeneratorConfig::VoxelGrid(voxel_grid())] {
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
        assert_ne!(of(0), of(1), "the two latents have the same field, so the test compares nothing");
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
fn frozen_generator_gives_the_same_bits() {
    let parameters = RandomParameters::new(0.2);
    let generator = load(&parameters, &triplane());
    let mut frozen = generator.clone();
    frozen.freeze(&parameters.engine).unwrap();
    let latent = latent(&parameters, 2);
    let points = parameters.tensor("points", &[2, 50, 3]);
    let shape = parameters.tensor("shape", &[2, 40, 3]);
    for shape in [None, Some(&shape)] {
        let expected = generator.forward(&latent, shape).unwrap();
        let found = frozen.forward(&latent, shape).unwrap();
        assert_eq!(values(&found.geometry, &points), values(&expected.geometry, &points));
        assert_eq!(values(&found.texture, &points), values(&expected.texture, &points));
    }
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
        // The paper's width of 32 would only repeat each row 32 times.
        vector_width: 1,
        hidden_width: 32,
        environment_octaves: 8,
        hash_resolutions: vec![],
        hash_entries: 0,
    };
    load(&parameters, &GeneratorConfig::VoxelGrid(config));
    assert_eq!(parameters.shape_of("generator.mapping.grids.weight"), [1_023_556, 1]);
    assert_eq!(parameters.shape_of("generator.field.0.weight"), [32, 20]);
    assert_eq!(parameters.shape_of("generator.environment.weight"), [3, 49]);
}

#[test]
fn hashed_levels_give_each_corner_its_entry() {
    let parameters = RandomParameters::new(0.2);
    let plain = VoxelGridConfig { environment_octaves: 0, ..voxel_grid() };
    let config = VoxelGridConfig { hash_resolutions: vec![7, 9], hash_entries: 32, ..plain.clone() };
    let latent = latent(&parameters, 2);
    let generator = load(&parameters, &GeneratorConfig::VoxelGrid(config.clone()));
    let dense = plain.resolutions.iter().map(|side| side * side * side * 2).sum::<usize>();
    assert_eq!(parameters.shape_of("generator.mapping.grids.weight"), [dense + 2 * 32 * 2, 5]);
    assert_eq!(parameters.shape_of("generator.field.0.weight"), [8, 8]);
    let fields = generator.forward(&latent, None).unwrap();
    let FieldParts::VoxelGrids(levels) = &fields.geometry.parts else { panic!("no grids") };
    assert_eq!(levels[3].shape(), [2, 9, 9, 9, 2]);
    let values = levels[3].to_vec().unwrap();
    let at = |batch: usize, z: u32, y: u32, x: u32| {
        let corner = ((batch as u32 * 9 + z) * 9 + y) * 9 + x;
        &values[2 * corner as usize..][..2]
    };
    let entry =
        |z: u32, y: u32, x: u32| (x ^ y.wrapping_mul(2_654_435_761) ^ z.wrapping_mul(805_459_861)) % 32;
    // Corners with the same entry hold the same numbers, and others differ.
    let mut seen = BTreeMap::new();
    for (z, y, x) in (0..9).flat_map(|z| (0..9).flat_map(move |y| (0..9).map(move |x| (z, y, x)))) {
        let held = seen.entry(entry(z, y, x)).or_insert_with(|| at(1, z, y, x).to_vec());
        assert_eq!(held, at(1, z, y, x));
    }
    assert_eq!(seen.len(), 32);
    assert_ne!(at(0, 1, 2, 3), at(1, 1, 2, 3));
}

#[test]
fn environment_map_gives_colors() {
    let parameters = RandomParameters::new(0.2);
    let config = GeneratorConfig::VoxelGrid(voxel_grid());
    let fields = load(&parameters, &config).forward(&latent(&parameters, 2), None).unwrap();
    let environment = fields.environment.unwrap();
    let directions: Vec<_> = dummy_sphere(30).into_iter().map(|point| point.map(|x| 2.0 * x)).collect();
    let colors = environment.colors(&directions).unwrap();
    assert_eq!(colors.len(), 2 * 30 * 3);
    assert!(colors.iter().all(|color| (0.0..=1.0).contains(color)));
    assert_ne!(colors[..90], colors[90..]);
    assert_ne!(colors[..3], colors[3..6]);

    // Tensor operations give the same colors, for directions of the whole batch and of each item.
    let once = Tensor::from_slice(&parameters.engine, directions.as_flattened(), &[1, 30, 3]).unwrap();
    assert_eq!(environment.evaluate(&once).unwrap().to_vec().unwrap(), colors);
    let twice = once.repeat_batch(2).unwrap();
    let evaluated = environment.evaluate(&twice).unwrap();
    assert_eq!(evaluated.shape(), [2, 30, 3]);
    assert_eq!(evaluated.to_vec().unwrap(), colors);
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

fn transformer() -> TriplaneTransformerConfig {
    TriplaneTransformerConfig {
        resolution: 3,
        width: 8,
        layers: 2,
        heads: 2,
        mlp_width: 16,
        plane_features: 2,
        hidden_width: 8,
        hidden_layers: 2,
        box_half_side: 2.0,
        sphere_radius: 0.8,
    }
}

/// Samples a plane bilinearly, with zeros outside. Cell centers are at (i + ½) / edge. plane: [edge, edge]
/// (row, column).
pub(super) fn sample_with_zeros(
    plane: &dyn Fn(usize, usize) -> f32,
    edge: usize,
    column: f32,
    row: f32,
) -> f32 {
    let place = |coordinate: f32| ((coordinate + 1.0) * edge as f32 - 1.0) / 2.0;
    let (x, y) = (place(column), place(row));
    let mut sum = 0.0;
    for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let (row, column) = (y.floor() as i32 + dy, x.floor() as i32 + dx);
        let weight = (1.0 - (y - row as f32).abs()) * (1.0 - (x - column as f32).abs());
        if (0..edge as i32).contains(&row) && (0..edge as i32).contains(&column) {
            sum += weight * plane(row as usize, column as usize);
        }
    }
    sum
}

#[test]
fn ringed_planes_are_sampled_as_planes_with_zero_padding() {
    let parameters = RandomParameters::new(0.2);
    let config = transformer();
    let load = |config: &TriplaneTransformerConfig| {
        Generator::load(
            &Scope::root(&parameters),
            &GeneratorConfig::TriplaneTransformer(config.clone()),
            TEXT_WIDTH,
            CONTEXT_LENGTH,
        )
    };
    let fields = load(&config).unwrap().forward(&latent(&parameters, 1), None).unwrap();
    let FieldParts::Triplane(planes) = &fields.geometry.parts else { panic!("no planes") };
    assert_eq!(planes.shape(), [1, 3, 8, 8, 2]);
    let held = planes.to_vec().unwrap();
    let points = parameters.tensor("points", &[1, 40, 3]);
    let found = planes.sample_triplane(&points).unwrap().to_vec().unwrap();
    let coordinates = points.to_vec().unwrap();
    for (point, found) in coordinates.chunks(3).zip(found.chunks(6)) {
        // Object space covers the ring of zeros; the checkpoint's planes cover only the box.
        let [x, y, z] =
            [0, 1, 2].map(|axis| point[axis] * config.world_units_a_half_side() / config.box_half_side);
        // Columns and rows are those of ScaleDreamer's code; the third plane is transposed in this library.
        for (plane, [column, row]) in [[x, y], [x, z], [z, y]].into_iter().enumerate() {
            for feature in 0..2 {
                let value = |row: usize, column: usize| {
                    let (row, column) = if plane == 2 { (column, row) } else { (row, column) };
                    held[((plane * 8 + row + 1) * 8 + column + 1) * 2 + feature]
                };
                let expected = sample_with_zeros(&value, 6, column, row);
                let found = found[plane * 2 + feature];
                assert!(
                    (found - expected).abs() < 1e-5,
                    "{point:?}, plane {plane}: {found}, expected {expected}"
                );
            }
        }
    }
    assert_eq!(parameters.shape_of("generator.space_generator.pos_embed"), [1, 27, 8]);
    assert_eq!(
        parameters.shape_of("generator.space_generator.layers.1.cross_attn.to_k.weight"),
        [8, TEXT_WIDTH]
    );
    assert_eq!(parameters.shape_of("generator.space_generator.deconv.weight"), [8, 2, 2, 2]);
    assert_eq!(parameters.shape_of("generator.sdf_network.layers.4.weight"), [1, 8]);
    assert_eq!((fields.color_channels, fields.material_channels), (0..3, None));
}
