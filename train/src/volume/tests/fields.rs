//! Renders of fields on the engine.

use att3d::engine::{Activation, ChannelHead, RadialBias};
use att3d::generator::Generator;
use att3d::nn::{Latent, Scope};
use att3d::tensor::{Layer, Tensor};
use att3d::weights::config::{GeneratorConfig, VoxelGridConfig};
use tch::{Device, Kind};
use toybox::Random;

use super::*;
use crate::variables::ParameterStore;

fn engine() -> Arc<dyn Engine> {
    Arc::new(TorchEngine::new(Device::Cpu, Some(1)).unwrap().with_gradients(true))
}

/// Returns a variable of random values.
fn variable(random: &mut Random, shape: &[usize], scale: f32) -> tch::Tensor {
    let values: Vec<f32> = (0..shape.iter().product()).map(|_| random.between(-scale, scale)).collect();
    let sizes: Vec<i64> = shape.iter().map(|&size| size as i64).collect();
    tch::Tensor::from_slice(&values).reshape(sizes).set_requires_grad(true)
}

fn wrapped(engine: &Arc<dyn Engine>, variable: &tch::Tensor) -> Tensor {
    let shape: Vec<usize> = variable.size().iter().map(|&size| size as usize).collect();
    Tensor::from_buffer(engine, TorchEngine::wrap(variable.shallow_clone()), &shape)
}

/// Returns a blob of density in voxel grids whose values are `grids`, [b, 6, 6, 6, 4].
fn of_grids(engine: &Arc<dyn Engine>, grids: &tch::Tensor) -> PromptFields {
    let mut random = Random::new(11);
    let weight = wrapped(engine, &variable(&mut random, &[4, 4], 1.0));
    let field = Field {
        parts: FieldParts::VoxelGrids(vec![wrapped(engine, grids)]),
        layers: vec![Layer { weight, bias: None, residual: false }],
        activation: Activation::Silu,
        radial_bias: Some(RadialBias { constant: 5.0, slope: -10.0 }),
        heads: [[ChannelHead::Softplus].as_slice(), &[ChannelHead::Sigmoid; 3]].concat(),
    };
    fields(field.clone(), field, 1)
}

/// Returns signed distances of a sphere with triplanes whose values are `planes`, [b, 3, 8, 8, 2]. The colors
/// come from a second field with the same planes.
fn of_planes(engine: &Arc<dyn Engine>, planes: &tch::Tensor) -> PromptFields {
    let mut random = Random::new(12);
    let mut field = |heads: Vec<ChannelHead>, radial_bias| {
        let weight = wrapped(engine, &variable(&mut random, &[heads.len(), 6], 1.0));
        let layers = vec![Layer { weight, bias: None, residual: false }];
        let parts = FieldParts::Triplane(wrapped(engine, planes));
        Field { parts, layers, activation: Activation::Silu, radial_bias, heads }
    };
    let geometry = field(vec![ChannelHead::Identity], Some(RadialBias { constant: -0.5, slope: 1.0 }));
    let texture = field(vec![ChannelHead::Sigmoid; 3], None);
    fields(geometry, texture, 0)
}

fn fields(geometry: Field, texture: Field, first: usize) -> PromptFields {
    PromptFields {
        geometry,
        texture,
        color_channels: first..first + 3,
        material_channels: None,
        environment: None,
        deformation: None,
    }
}

const LIGHT: Light = Light { position: [1.0, 2.0, 2.0], ambient: 0.25, whiteness: 0.0 };

fn small(density: Density) -> Settings {
    Settings { resolution: 8, samples: 16, normals: Normals::Samples, ..Settings::new(density) }
}

fn of_kind(is_distance: bool) -> Settings {
    let distances = || Density::SignedDistance { beta: tch::Tensor::from(0.1f32), iso_level: 0.0 };
    small(if is_distance { distances() } else { Density::Direct })
}

/// Compares the derivative along a direction with central differences. The engine's fields are f32, so
/// rounding limits the agreement to about one part in a hundred.
#[test]
fn engine_fields_have_gradients() {
    let engine = engine();
    for is_distance in [false, true] {
        let shape: &[usize] = if is_distance { &[2, 3, 8, 8, 2] } else { &[2, 6, 6, 6, 4] };
        let make = if is_distance { of_planes } else { of_grids };
        let mut random = Random::new(2);
        let features = variable(&mut random, shape, 0.3);
        let direction = variable(&mut random, shape, 1.0).detach();
        let weights = variable(&mut random, &[4, 3, 8, 8], 1.0).detach();
        let cameras = [at(0.0, 10.0), at(80.0, 10.0), at(160.0, 10.0), at(240.0, 10.0)];
        let loss = |features: &tch::Tensor| {
            let fields = make(&engine, features);
            let settings = of_kind(is_distance);
            let random = &mut Random::new(4);
            let rendered = render(&engine, &fields, &cameras, &[LIGHT; 4], &settings, random).unwrap();
            (rendered.color * &weights).to_kind(Kind::Double).sum(Kind::Double)
        };
        loss(&features).backward();
        let found = (features.grad() * &direction).sum(Kind::Double).double_value(&[]);
        let moved = |step: f64| loss(&(features.detach() + &direction * step)).double_value(&[]);
        let expected = (moved(2e-3) - moved(-2e-3)) / 4e-3;
        assert!((found - expected).abs() < 1e-2 * expected.abs(), "{is_distance}: {found} {expected}");
    }
}

#[test]
fn prompts_are_rendered_independently() {
    let engine = engine();
    for is_distance in [false, true] {
        let shape: &[usize] = if is_distance { &[3, 3, 8, 8, 2] } else { &[3, 6, 6, 6, 4] };
        let make = if is_distance { of_planes } else { of_grids };
        let features = variable(&mut Random::new(2), shape, 0.5);
        // The views of a prompt differ, and the prompts have different numbers of rays that meet the box.
        let cameras: Vec<Camera> = (0..6)
            .map(|index| Camera { distance: 2.0 + 0.3 * index as f32, ..at(50.0 * index as f32, 20.0) })
            .collect();
        let settings = of_kind(is_distance);
        let pictures = |features: &tch::Tensor, cameras: &[Camera], random: &mut Random| {
            let lights = vec![LIGHT; cameras.len()];
            let fields = make(&engine, features);
            render(&engine, &fields, cameras, &lights, &settings, random).unwrap().color
        };
        let together = pictures(&features, &cameras, &mut Random::new(9));
        assert_eq!(together.size(), [6, 3, 8, 8]);
        let mut random = Random::new(9);
        for prompt in 0..3 {
            let own = &cameras[2 * prompt..2 * prompt + 2];
            let alone = pictures(&features.narrow(0, prompt as i64, 1), own, &mut random);
            let error = (alone - together.narrow(0, 2 * prompt as i64, 2)).abs().max();
            assert!(error.double_value(&[]) < 1e-5, "{error:?}");
        }
    }
}

#[test]
fn gradients_reach_the_width_of_the_density() {
    let engine = engine();
    let fields = of_planes(&engine, &variable(&mut Random::new(2), &[1, 3, 8, 8, 2], 0.1));
    let beta = tch::Tensor::from(0.1f32).set_requires_grad(true);
    let density = Density::SignedDistance { beta: beta.shallow_clone(), iso_level: 0.0 };
    let (cameras, random) = ([at(0.0, 0.0)], &mut Random::new(1));
    let rendered = render(&engine, &fields, &cameras, &[LIGHT], &small(density), random).unwrap();
    rendered.opacity.sum(Kind::Float).backward();
    // A wider transition makes more of the picture opaque.
    assert!(beta.grad().double_value(&[]) > 0.0);
}

#[test]
fn views_must_fit_the_prompts() {
    let engine = engine();
    let fields = of_grids(&engine, &variable(&mut Random::new(2), &[2, 6, 6, 6, 4], 0.5));
    let settings = of_kind(false);
    for (cameras, lights) in [(3, 3), (4, 2), (0, 0)] {
        let random = &mut Random::new(1);
        let cameras = vec![at(0.0, 0.0); cameras];
        let result = render(&engine, &fields, &cameras, &vec![LIGHT; lights], &settings, random);
        assert!(matches!(result, Err(TrainError::Views { prompts: 2, .. })));
    }
}

#[test]
fn gradients_reach_every_variable_of_a_generator() {
    let engine = engine();
    let store = ParameterStore::new(engine.clone(), 3);
    let config = GeneratorConfig::VoxelGrid(VoxelGridConfig {
        resolutions: vec![4, 6],
        features: 2,
        vector_width: 5,
        hidden_width: 8,
        environment_octaves: 3,
        hash_resolutions: vec![],
        hash_entries: 0,
    });
    let generator = Generator::load(&Scope::root(&store), &config, 6, 4).unwrap();
    let mut random = Random::new(8);
    let tokens = wrapped(&engine, &variable(&mut random, &[2, 4, 6], 1.0));
    let pooled = wrapped(&engine, &variable(&mut random, &[2, 6], 1.0));
    let fields = generator.forward(&Latent { tokens, pooled }, None).unwrap();
    let (cameras, lights) = ([at(0.0, 0.0), at(90.0, 0.0)], [LIGHT; 2]);
    let rendered = render(&engine, &fields, &cameras, &lights, &of_kind(false), &mut Random::new(1)).unwrap();
    let corner = rendered.color.select(2, 0).select(2, 0);
    let other = rendered.color.select(2, 7).select(2, 7);
    assert!((corner - other).abs().max().double_value(&[]) > 1e-4, "the environment has one color");
    rendered.color.square().sum(Kind::Float).backward();
    for (name, variable) in store.variables.borrow().iter() {
        let gradient = variable.grad();
        assert!(gradient.defined(), "{name} has no gradient");
        let largest = gradient.abs().max().double_value(&[]);
        assert!(largest > 0.0 && largest.is_finite(), "{name}: {largest}");
    }
}
