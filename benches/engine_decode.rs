//! Prints how many points per second the fused field decoder evaluates, for the fields of the models.
//!
//!     cargo bench --bench engine_decode
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by a panic")]

use std::time::Instant;

use att3d::engine::cpu::{CpuEngine, Instructions};
use att3d::engine::{
    Activation, Buffer, ChannelHead, Engine, FieldDecoder, FieldEncoding, FieldLayer, FieldSpec, RadialBias,
    View,
};

/// A kind of field: name, shapes of its parts and widths of its layers.
struct Kind {
    name: &'static str,
    parts: Vec<Vec<usize>>,
    widths: Vec<usize>,
}

fn main() {
    let kinds = [
        Kind {
            name: "triplane 3 x 12 x 128^2, 36-64-64-4",
            parts: vec![vec![3, 128, 128, 12]],
            widths: vec![36, 64, 64, 4],
        },
        Kind {
            name: "triplane 3 x 12 x 96^2, 36-64-64-1",
            parts: vec![vec![3, 96, 96, 12]],
            widths: vec![36, 64, 64, 1],
        },
        Kind {
            name: "triplane 3 x 12 x 96^2, 36-48-48-5",
            parts: vec![vec![3, 96, 96, 12]],
            widths: vec![36, 48, 48, 5],
        },
        Kind {
            name: "voxel grids 9..58 x 4, 20-32-4",
            parts: [9, 14, 22, 36, 58].iter().map(|r| vec![*r, *r, *r, 4]).collect(),
            widths: vec![20, 32, 4],
        },
    ];
    println!(
        "field | engine | values, M points/s | GFLOP/s of the MLP | with gradient, M points/s | bounds, µs a box"
    );
    println!("---|---|---|---|---|---");
    let points = grid(32);
    for kind in &kinds {
        // The best instruction set runs on all threads; then each set runs on one thread.
        let alone = Instructions::all().into_iter().rev().map(|set| (set, Some(1)));
        for (set, threads) in std::iter::once((Instructions::detect(), None)).chain(alone) {
            let engine = CpuEngine::with_instructions(threads, set).unwrap();
            report(kind, &engine, &points);
        }
    }
}

fn report(kind: &Kind, engine: &CpuEngine, points: &[[f32; 3]]) {
    let decoder = prepare(kind, engine);
    let channels = decoder.channels();
    let mut values = vec![0.0; points.len() * channels];
    let mut gradients = vec![[0.0; 3]; points.len()];
    let plain = best(|| decoder.decode(points, &mut values).unwrap());
    let sloped =
        best(|| decoder.decode_with_gradient(points, &mut values[..points.len()], &mut gradients).unwrap());
    let boxes = 1000;
    let bounds = best(|| {
        for point in &points[..boxes] {
            std::hint::black_box(decoder.bounds(*point, point.map(|x| x + 0.0625)));
        }
    });
    let operations: usize = kind.widths.windows(2).map(|w| 2 * w[0] * w[1]).sum();
    let millions = points.len() as f64 / plain / 1e6;
    println!(
        "{} | {} x {} | {millions:.2} | {:.0} | {:.2} | {:.1}",
        kind.name,
        engine.instructions().name(),
        engine.threads(),
        millions * operations as f64 / 1e3,
        points.len() as f64 / sloped / 1e6,
        bounds / boxes as f64 * 1e6,
    );
}

/// Returns the shortest time of many short runs, in seconds. The shortest time is least affected by other
/// processes.
fn best(mut work: impl FnMut()) -> f64 {
    (0..60)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

/// Returns the points of a grid in object space, x fastest.
fn grid(side: usize) -> Vec<[f32; 3]> {
    let at = |i: usize| (i as f32 + 0.3) / side as f32 * 2.0 - 1.0;
    (0..side * side * side).map(|i| [at(i % side), at(i / side % side), at(i / side / side)]).collect()
}

fn prepare(kind: &Kind, engine: &CpuEngine) -> Box<dyn FieldDecoder> {
    let numbers = |shape: Vec<usize>, scale: f32| -> (Buffer, Vec<usize>) {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 1.0).collect();
        let values: Vec<f32> = values.iter().map(|x| x * scale).collect();
        (engine.upload(&values, &shape).unwrap(), shape)
    };
    let parts: Vec<_> = kind.parts.iter().map(|shape| numbers(shape.clone(), 1.0)).collect();
    let weights: Vec<_> = kind.widths.windows(2).map(|w| numbers(vec![w[1], w[0]], 0.2)).collect();
    let biases: Vec<_> = kind.widths[1..].iter().map(|w| numbers(vec![*w], 0.1)).collect();
    fn view(pair: &(Buffer, Vec<usize>)) -> View<'_> {
        View { buffer: &pair.0, shape: &pair.1 }
    }
    let encoding = match parts.as_slice() {
        [planes] => FieldEncoding::Triplane { planes: view(planes) },
        levels => FieldEncoding::VoxelGrids { levels: levels.iter().map(view).collect() },
    };
    let layers = weights
        .iter()
        .zip(&biases)
        .map(|(weight, bias)| FieldLayer { weight: view(weight), bias: Some(view(bias)), residual: false })
        .collect();
    let channels = kind.widths.last().copied().unwrap();
    let heads = (0..channels)
        .map(|channel| if channel == 0 { ChannelHead::Identity } else { ChannelHead::Sigmoid })
        .collect();
    let spec = FieldSpec {
        encoding,
        layers,
        activation: Activation::Silu,
        radial_bias: Some(RadialBias { constant: -0.5, slope: 1.0 }),
        heads,
    };
    engine.prepare_field(&spec).unwrap().unwrap()
}
