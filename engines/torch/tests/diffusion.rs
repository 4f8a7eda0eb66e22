//! Compares the networks of TriplaneTurbo on both engines with results of PyTorch and diffusers
//! (`tests/python/diffusion.py`). `scripts/check_parity.sh` makes the numbers and runs these tests.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

#[path = "support/reference.rs"]
mod reference;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use att3d::convert::{ConvertOptions, convert};
use att3d::engine::{Engine, Precision};
use att3d::error::no_progress;
use att3d::generator::latent_diffusion::normal_numbers;
use att3d::generator::{LatentDiffusion, PromptFields};
use att3d::nn::{Init, Latent, NnError, Parameters, Scope};
use att3d::tensor::{Field, Tensor};
use att3d::text::TextEncoder;
use att3d::text::tokenizer::Tokenizer;
use att3d::weights::Package;
use att3d::weights::config::{GeneratorConfig, LatentDiffusionConfig};
use att3d::weights::tensors::TensorFiles;
use reference::engines;

/// Bounds on errors, relative to the largest value.
struct Bounds {
    /// For the text and the first call of the U-Net.
    call: f32,
    /// For the results of the steps, the planes and the fields.
    steps: f32,
    /// For vertices and their colors. The position of a vertex is computed with a division by the difference
    /// of two distances.
    vertices: f32,
}

/// Bounds for tiny networks. The reference itself differs from its results in f64 by up to 5e-6, the color of
/// a vertex by 2e-5. GELU by tanh instead of the error function changes the result by 1.5e-4.
const TINY: Bounds = Bounds { call: 3e-5, steps: 3e-5, vertices: 1e-4 };
/// Bounds for networks of the true sizes, whose sums have up to 23,040 terms.
const FULL: Bounds = Bounds { call: 3e-5, steps: 1e-4, vertices: 1e-3 };
/// Seed of the noise.
const SEED: u64 = 42;

fn folder() -> PathBuf {
    reference::folder().join("diffusion")
}

/// Values that PyTorch wrote.
struct Expected(TensorFiles);

impl Expected {
    fn values(&self, name: &str) -> Vec<f32> {
        self.0.get(name).unwrap_or_else(|| panic!("no tensor {name}")).values.to_f32()
    }

    fn points(&self, name: &str) -> Vec<[f32; 3]> {
        self.values(name).as_chunks::<3>().0.to_vec()
    }

    /// Returns, for each edge with a vertex, the indices of its lower end along x, y and z, and its axis.
    fn edges(&self) -> Vec<[usize; 4]> {
        let numbers = self.values("edges");
        numbers.as_chunks::<4>().0.iter().map(|edge| edge.map(|number| number as usize)).collect()
    }

    /// Compares values relative to the largest one, and prints the difference.
    fn hold(&self, name: &str, found: &[f32], engine: &str, tolerance: f32) {
        hold(name, found, &self.values(name), engine, tolerance);
    }
}

fn hold(name: &str, found: &[f32], expected: &[f32], engine: &str, tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let largest = expected.iter().fold(0.0, |largest: f32, value| largest.max(value.abs()));
    let mut worst = 0.0;
    for (found, expected) in found.iter().zip(expected) {
        let apart = (found - expected).abs() / largest;
        assert!(apart.is_finite(), "{name} on {engine}: {found}, expected {expected}");
        worst = f32::max(worst, apart);
    }
    println!("{name} on {engine}: {} values, {worst:.1e} apart", found.len());
    assert!(worst <= tolerance, "{name} on {engine}: {worst} apart, expected at most {tolerance}");
}

/// Parameters of a package.
struct OfPackage<'a> {
    package: &'a Package,
    engine: &'a Arc<dyn Engine>,
}

impl Parameters for OfPackage<'_> {
    fn get(&self, name: &str, shape: &[usize], _init: Init) -> Result<Tensor, NnError> {
        let values = self.package.stored_tensor(name, shape).unwrap();
        Ok(Tensor::from_stored(self.engine, values, shape)?)
    }
}

/// Returns whether the networks have their true sizes.
fn is_full() -> bool {
    let sizes = std::fs::read(folder().join("sizes.json")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&sizes).unwrap()["latent"] == 32
}

fn converted(adapter: &Path) -> (tempfile::TempDir, Package) {
    let output = tempfile::tempdir().unwrap();
    // A file has at most 4 GiB.
    let path = output.path().join(if is_full() { "model" } else { "model.att3d" });
    let options = ConvertOptions {
        base: Some(folder().join("base")),
        precision: Some(Precision::F32),
        ..Default::default()
    };
    convert(adapter, &path, &options).unwrap();
    let package = Package::open(&path).unwrap();
    (output, package)
}

fn sizes(package: &Package) -> LatentDiffusionConfig {
    let GeneratorConfig::LatentDiffusion(sizes) = package.config().generator.clone() else {
        panic!("{:?}", package.config().generator)
    };
    sizes
}

fn text(package: &Package, parameters: &OfPackage<'_>) -> Latent {
    let config = &package.config().text;
    let tokenizer = Tokenizer::from_json(package.tokenizer_json(), config).unwrap();
    let encoder = TextEncoder::load(&Scope::root(parameters), config).unwrap();
    encoder.forward(&[tokenizer.encode("a wizard riding a snail").unwrap().ids]).unwrap()
}

#[test]
#[ignore = "scripts/check_parity.sh makes its numbers"]
fn the_noise_is_that_of_pytorch() {
    let expected = Expected(TensorFiles::open(&folder().join("expected.safetensors")).unwrap());
    expected.hold("randn_42", &normal_numbers(42, 64), "the host", 1e-6);
    expected.hold("randn_7_17", &normal_numbers(7, 17), "the host", 1e-6);
    let noise = expected.values("noise");
    hold("noise", &normal_numbers(SEED, noise.len()), &noise, "the host", 1e-6);
}

#[test]
#[ignore = "scripts/check_parity.sh makes its numbers"]
fn each_block_says_what_diffusers_says() {
    let expected = Expected(TensorFiles::open(&folder().join("expected.safetensors")).unwrap());
    let (bounds, adapters): (_, &[_]) =
        if is_full() { (FULL, &["adapter.pth"]) } else { (TINY, &["adapter.pth", "adapter.safetensors"]) };
    for adapter in adapters {
        let (_folder, package) = converted(&folder().join(adapter));
        for engine in engines() {
            let name = engine.name();
            let parameters = OfPackage { package: &package, engine: &engine };
            let latent = text(&package, &parameters);
            expected.hold("text", &latent.tokens.to_vec().unwrap(), name, bounds.call);
            let sizes = sizes(&package);
            let scope = Scope::root(&parameters).child("generator");
            let width = package.config().text.width;
            let generator = LatentDiffusion::load(&scope, &sizes, width).unwrap();

            // Several steps give results with the same name. Only the first of these results is compared.
            let results = RefCell::new(BTreeMap::new());
            let record = |name: &str, result: &Tensor| {
                results.borrow_mut().entry(name.to_owned()).or_insert_with(|| result.to_vec().unwrap());
            };
            let fields = generator.forward_observed(&latent, SEED, &no_progress, &record).unwrap();
            let mut results = results.into_inner();
            let decoded: Vec<f32> =
                (0..6).flat_map(|plane| results.remove(&format!("decoded.{plane}")).unwrap()).collect();
            expected.hold("decoded", &decoded, name, bounds.steps);
            assert_eq!(results.len(), 1 + 3 + 2 * sizes.u_net_channels.len() + sizes.timesteps.len());
            for (result, values) in results {
                let bound = if result.starts_with("x0") { bounds.steps } else { bounds.call };
                expected.hold(&result, &values, name, bound);
            }
            compare_fields(&expected, &fields, &sizes, name, &bounds);
        }
    }
}

/// Compares the field at points, and the vertices and colors of a surface on a grid.
fn compare_fields(
    expected: &Expected,
    fields: &PromptFields,
    sizes: &LatentDiffusionConfig,
    engine: &str,
    bounds: &Bounds,
) {
    // Object space covers the box of the planes and a ring of zeros.
    let edge = sizes.plane_resolution() as f32;
    let inside = edge / (edge + 2.0);
    let placed = |points: &[[f32; 3]]| -> Vec<[f32; 3]> {
        points.iter().map(|point| point.map(|coordinate| coordinate * inside)).collect()
    };
    let decoded = |field: &Field, points: &[[f32; 3]]| {
        let decoder = field.decoder().unwrap();
        let mut values = vec![0.0; points.len() * decoder.channels()];
        decoder.decode(points, &mut values).unwrap();
        values
    };
    let colors = |points: &[[f32; 3]]| -> Vec<f32> {
        // The checkpoint's colors are 1.002 sigmoid(x) - 0.001; the library leaves the sigmoid as it is.
        let values = decoded(&fields.texture, points);
        values.into_iter().map(|value| (1.002 * value - 0.001).clamp(0.0, 1.0)).collect()
    };
    let deformation = fields.deformation.as_ref().unwrap();
    let points = placed(&expected.points("points"));
    expected.hold("sdf", &decoded(&fields.geometry, &points), engine, bounds.steps);
    expected.hold("deformation", &decoded(&deformation.field, &points), engine, bounds.steps);
    expected.hold("color", &colors(&points), engine, bounds.steps);

    // Each edge of the grid with a change of sign has a vertex.
    let cells = 32.0;
    let place = |index: usize| (2.0 * index as f32 / cells - 1.0) * inside;
    let edges = expected.edges();
    let ends = |step: usize| -> Vec<[f32; 3]> {
        let end = |&[i, j, k, axis]: &[usize; 4]| {
            let mut point = [i, j, k];
            point[axis] += step;
            point.map(place)
        };
        edges.iter().map(end).collect()
    };
    let [low, high] = [ends(0), ends(1)];
    let [start, end] = [&low, &high].map(|points| decoded(&fields.geometry, points));
    let [from, to] = [&low, &high].map(|points| decoded(&deformation.field, points));
    let vertices: Vec<[f32; 3]> = (0..edges.len())
        .map(|index| {
            let along = start[index] / (start[index] - end[index]);
            std::array::from_fn(|axis| {
                let displacement = |at: &[f32]| deformation.unit * at[3 * index + axis];
                (low[index][axis] + displacement(&from)) * (1.0 - along)
                    + (high[index][axis] + displacement(&to)) * along
            })
        })
        .collect();
    let world: Vec<f32> = vertices.iter().flatten().map(|coordinate| coordinate / inside).collect();
    expected.hold("vertices", &world, engine, bounds.vertices);
    expected.hold("vertex_colors", &colors(&vertices), engine, bounds.vertices);
}
