#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use crate::engine::array::{Buffer, View};
use crate::engine::cpu::{CpuEngine, Instructions};
use crate::engine::{
    Activation, ChannelHead, Engine, FieldDecoder, FieldEncoding, FieldLayer, FieldSpec, RadialBias,
};
use proptest::prelude::*;

/// A generator of pseudorandom numbers, which are the same for the same seed.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 40) as f32 / (1 << 23) as f32) - 1.0
    }

    fn many(&mut self, count: usize, scale: f32) -> Vec<f32> {
        (0..count).map(|_| self.next() * scale).collect()
    }
}

/// A field in host memory.
#[derive(Clone, Debug)]
struct Field {
    grids: bool,
    resolutions: Vec<usize>,
    channels: usize,
    parts: Vec<Vec<f32>>,
    widths: Vec<usize>,
    weights: Vec<Vec<f32>>,
    biases: Vec<Vec<f32>>,
    activation: Activation,
    radial_bias: Option<RadialBias>,
    heads: Vec<ChannelHead>,
}

impl Field {
    fn new(seed: u64, grids: bool, resolutions: &[usize], channels: usize, hidden: &[usize]) -> Self {
        let mut numbers = Numbers(seed);
        let heads = vec![ChannelHead::Identity, ChannelHead::Sigmoid, ChannelHead::Softplus];
        let parts: Vec<Vec<f32>> = resolutions
            .iter()
            .map(|r| numbers.many(if grids { r * r * r } else { 3 * r * r } * channels, 1.0))
            .collect();
        let features = channels * if grids { resolutions.len() } else { 3 };
        let widths = [&[features], hidden, &[heads.len()]].concat();
        let weights =
            widths.windows(2).map(|w| numbers.many(w[0] * w[1], (3.0 / w[0] as f32).sqrt())).collect();
        let biases = widths[1..].iter().map(|w| numbers.many(*w, 0.3)).collect();
        Self {
            grids,
            resolutions: resolutions.to_vec(),
            channels,
            parts,
            widths,
            weights,
            biases,
            activation: Activation::Silu,
            radial_bias: Some(RadialBias { constant: -0.5, slope: 1.0 }),
            heads,
        }
    }

    /// Returns the same field with only its first output.
    fn with_one_output(mut self) -> Self {
        let last = self.weights.len() - 1;
        self.weights[last].truncate(self.widths[last]);
        self.biases[last].truncate(1);
        self.widths[last + 1] = 1;
        self.heads.truncate(1);
        self
    }

    fn is_residual(&self, layer: usize) -> bool {
        self.widths[layer] == self.widths[layer + 1]
    }

    fn decoder(&self, engine: &CpuEngine) -> Box<dyn FieldDecoder> {
        let upload = |values: &[f32], shape: Vec<usize>| (engine.upload(values, &shape).unwrap(), shape);
        let parts: Vec<(Buffer, Vec<usize>)> = self
            .parts
            .iter()
            .zip(&self.resolutions)
            .map(|(part, &r)| upload(part, vec![if self.grids { r } else { 3 }, r, r, self.channels]))
            .collect();
        let shapes = self.widths.windows(2).map(|w| vec![w[1], w[0]]);
        let weights: Vec<_> = self.weights.iter().zip(shapes).map(|(w, shape)| upload(w, shape)).collect();
        let biases: Vec<_> = self.biases.iter().map(|b| upload(b, vec![b.len()])).collect();
        fn view(pair: &(Buffer, Vec<usize>)) -> View<'_> {
            View { buffer: &pair.0, shape: &pair.1 }
        }
        let encoding = if self.grids {
            FieldEncoding::VoxelGrids { levels: parts.iter().map(view).collect() }
        } else {
            FieldEncoding::Triplane { planes: view(&parts[0]) }
        };
        let layers = weights
            .iter()
            .zip(&biases)
            .enumerate()
            .map(|(index, (weight, bias))| FieldLayer {
                weight: view(weight),
                bias: Some(view(bias)),
                residual: self.is_residual(index),
            })
            .collect();
        let spec = FieldSpec {
            encoding,
            layers,
            activation: self.activation,
            radial_bias: self.radial_bias,
            heads: self.heads.clone(),
        };
        engine.prepare_field(&spec).unwrap().unwrap()
    }

    /// Computes the same values in f64, without optimizations.
    fn exact(&self, point: [f64; 3]) -> Vec<f64> {
        let mut x = self.exact_features(point);
        for (layer, (weight, bias)) in self.weights.iter().zip(&self.biases).enumerate() {
            let mut y: Vec<f64> = bias
                .iter()
                .zip(weight.chunks(x.len()))
                .map(|(b, w)| f64::from(*b) + w.iter().zip(&x).map(|(w, x)| f64::from(*w) * x).sum::<f64>())
                .collect();
            if layer + 1 < self.weights.len() {
                y.iter_mut().for_each(|y| match self.activation {
                    Activation::Relu => *y = y.max(0.0),
                    Activation::Silu => *y /= 1.0 + (-*y).exp(),
                });
            }
            if self.is_residual(layer) {
                y.iter_mut().zip(&x).for_each(|(y, x)| *y += x);
            }
            x = y;
        }
        if let Some(bias) = self.radial_bias {
            let radius = point.iter().map(|p| p * p).sum::<f64>().sqrt();
            x[0] += f64::from(bias.constant) + f64::from(bias.slope) * radius;
        }
        for (x, head) in x.iter_mut().zip(&self.heads) {
            match head {
                ChannelHead::Identity => {}
                ChannelHead::Softplus => *x = x.exp().ln_1p(),
                ChannelHead::Sigmoid => *x = 1.0 / (1.0 + (-*x).exp()),
            }
        }
        x
    }

    fn exact_features(&self, point: [f64; 3]) -> Vec<f64> {
        let mut features = Vec::new();
        for (part, &r) in self.parts.iter().zip(&self.resolutions) {
            let size = r as f64;
            let corner = |coordinate: f64| {
                let index = if self.grids {
                    (coordinate + 1.0) / 2.0 * (size - 1.0)
                } else {
                    ((coordinate + 1.0) * size - 1.0) / 2.0
                };
                let index = index.clamp(0.0, size - 1.0);
                let low = index.floor();
                [(low as usize, 1.0 - index + low), ((low as usize + 1).min(r - 1), index - low)]
            };
            let [xs, ys, zs] = point.map(corner);
            if self.grids {
                for c in 0..self.channels {
                    let mut sum = 0.0;
                    for (z, wz) in zs {
                        for (y, wy) in ys {
                            for (x, wx) in xs {
                                let cell = (z * r + y) * r + x;
                                sum += wx * wy * wz * f64::from(part[cell * self.channels + c]);
                            }
                        }
                    }
                    features.push(sum);
                }
                continue;
            }
            for (plane, (us, vs)) in [(xs, ys), (xs, zs), (ys, zs)].into_iter().enumerate() {
                for c in 0..self.channels {
                    let mut sum = 0.0;
                    for (v, wv) in vs {
                        for (u, wu) in us {
                            let cell = (plane * r + v) * r + u;
                            sum += wu * wv * f64::from(part[cell * self.channels + c]);
                        }
                    }
                    features.push(sum);
                }
            }
        }
        features
    }
}

fn fields() -> Vec<Field> {
    let mut fields = vec![
        Field::new(1, false, &[24], 12, &[64, 64]),
        Field::new(2, false, &[9], 4, &[12, 7, 7]),
        Field::new(3, false, &[5], 3, &[]),
        Field::new(4, true, &[5, 9, 14], 4, &[32]),
        Field::new(5, true, &[3, 1], 5, &[10, 16, 16, 5]),
        Field::new(6, false, &[1], 1, &[3]),
        // The layers of each of these fields have different widths, so that no layer is residual. The widths
        // cover every number of rows that may remain for a tile.
        Field::new(7, false, &[7], 4, &[20, 13, 9]),
        Field::new(8, false, &[6], 2, &[7, 11, 15, 17]),
        Field::new(9, true, &[4], 5, &[24, 23]),
    ];
    fields[1].activation = Activation::Relu;
    fields[3].heads = vec![ChannelHead::Softplus, ChannelHead::Sigmoid, ChannelHead::Sigmoid];
    fields[3].radial_bias = Some(RadialBias { constant: 10.0, slope: -20.0 });
    fields[2].radial_bias = None;
    fields[4].heads[0] = ChannelHead::Sigmoid;
    fields[8].activation = Activation::Relu;
    fields
}

fn engines() -> Vec<CpuEngine> {
    [(Instructions::portable(), 1), (Instructions::detect(), 2)]
        .into_iter()
        .map(|(set, threads)| CpuEngine::with_instructions(Some(threads), set).unwrap())
        .collect()
}

fn points(seed: u64, count: usize) -> Vec<[f32; 3]> {
    let mut numbers = Numbers(seed);
    (0..count).map(|_| std::array::from_fn(|_| 1.2 * numbers.next())).collect()
}

#[test]
fn decode_matches_the_definition() {
    for field in fields() {
        for engine in engines() {
            let decoder = field.decoder(&engine);
            for count in [0, 1, 15, 16, 33, 3000] {
                let points = points(count as u64, count);
                let mut values = vec![f32::NAN; count * 3];
                decoder.decode(&points, &mut values).unwrap();
                for (point, values) in points.iter().zip(values.chunks(3)) {
                    for (value, exact) in values.iter().zip(field.exact(point.map(f64::from))) {
                        let error = (f64::from(*value) - exact).abs();
                        assert!(error < 2e-5 * (1.0 + exact.abs()), "{value} {exact} {:?}", field.widths);
                    }
                }
            }
        }
    }
}

#[test]
fn gradient_matches_central_differences() {
    for field in fields() {
        for engine in engines() {
            let decoder = field.decoder(&engine);
            let points = points(77, 300);
            let (mut values, mut gradients) = (vec![0.0; 300], vec![[0.0; 3]; 300]);
            decoder.decode_with_gradient(&points, &mut values, &mut gradients).unwrap();
            let mut compared = 0;
            for ((point, value), gradient) in points.iter().zip(&values).zip(&gradients) {
                let point = point.map(f64::from);
                let exact = field.exact(point)[0];
                assert!((f64::from(*value) - exact).abs() < 2e-5 * (1.0 + exact.abs()));
                for axis in 0..3 {
                    let difference = |step: f64| {
                        let shifted = |sign: f64| {
                            let mut shifted = point;
                            shifted[axis] += sign * step;
                            field.exact(shifted)[0]
                        };
                        [(shifted(1.0) - exact) / step, (exact - shifted(-1.0)) / step]
                    };
                    let [right, left] = difference(1e-6);
                    // Between two cells or at the corner of a ReLU, the two sides differ, and there is no
                    // gradient to compare.
                    if (right - left).abs() < 1e-3 * (1.0 + right.abs()) {
                        compared += 1;
                        let central = (right + left) / 2.0;
                        let error = (f64::from(gradient[axis]) - central).abs();
                        assert!(error < 1e-3 * (1.0 + central.abs()), "{} {central}", gradient[axis]);
                    }
                }
            }
            assert!(compared > 800, "{compared}");
        }
    }
}

#[test]
fn value_with_gradient_is_finite_at_the_origin() {
    let field = &fields()[0];
    for engine in engines() {
        let (mut values, mut gradients) = ([0.0; 1], [[f32::NAN; 3]; 1]);
        field.decoder(&engine).decode_with_gradient(&[[0.0; 3]], &mut values, &mut gradients).unwrap();
        assert!(gradients[0].iter().all(|g| g.is_finite()));
    }
}

#[test]
fn clamped_coordinates_have_no_feature_gradient() {
    let mut field = fields()[0].clone();
    field.radial_bias = None;
    for engine in engines() {
        let decoder = field.decoder(&engine);
        let (mut values, mut gradients) = ([0.0; 1], [[f32::NAN; 3]; 1]);
        decoder.decode_with_gradient(&[[1.5, 0.1, -3.0]], &mut values, &mut gradients).unwrap();
        assert_eq!((gradients[0][0], gradients[0][2]), (0.0, 0.0));
        assert_ne!(gradients[0][1], 0.0);
    }
}

#[test]
fn bounds_hold_every_value_of_the_box() {
    for field in fields() {
        for engine in engines() {
            let decoder = field.decoder(&engine);
            let mut numbers = Numbers(5);
            for round in 0..60 {
                let size = [0.0, 0.02, 0.1, 0.7][round % 4];
                let minimum: [f32; 3] = std::array::from_fn(|_| numbers.next() * 1.1);
                let maximum = minimum.map(|low| low + size * (1.0 + numbers.next()));
                let (low, high) = decoder.bounds(minimum, maximum).unwrap();
                let inside: Vec<[f32; 3]> = (0..200)
                    .map(|_| {
                        std::array::from_fn(|axis| {
                            let t = (0.5 + 0.6 * numbers.next()).clamp(0.0, 1.0);
                            (minimum[axis] + t * (maximum[axis] - minimum[axis]))
                                .clamp(minimum[axis], maximum[axis])
                        })
                    })
                    .collect();
                let mut values = vec![0.0; 600];
                decoder.decode(&inside, &mut values).unwrap();
                for value in values.chunks(3) {
                    assert!(low <= value[0] && value[0] <= high, "{low} {} {high}", value[0]);
                }
            }
        }
    }
}

#[test]
fn bounds_of_a_point_are_tight() {
    // All samples are equal, so the interval of each feature is a single value.
    let mut field = fields()[3].clone();
    field.parts.iter_mut().for_each(|part| part.fill(0.25));
    for engine in engines() {
        let decoder = field.decoder(&engine);
        let point = [0.3, 0.2, -0.6];
        let mut values = [0.0; 3];
        decoder.decode(&[point], &mut values).unwrap();
        let (low, high) = decoder.bounds(point, point).unwrap();
        assert!(high - low < 1e-3 * (1.0 + values[0].abs()), "{low} {high}");
    }
}

#[test]
fn portable_and_detected_paths_agree() {
    let field = &fields()[0];
    let points = points(3, 2000);
    let decode = |set| {
        let engine = CpuEngine::with_instructions(Some(1), set).unwrap();
        let mut values = vec![0.0; 6000];
        field.decoder(&engine).decode(&points, &mut values).unwrap();
        values
    };
    for (a, b) in decode(Instructions::portable()).iter().zip(decode(Instructions::detect())) {
        assert!((a - b).abs() <= 1e-5 * (1.0 + b.abs()), "{a} {b}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_point_is_the_same_bits_in_any_batch_lane_and_thread(
        which in 0..6usize,
        seed in any::<u64>(),
        count in 1..20_000usize,
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 8),
    ) {
        let field = &fields()[which];
        let points = points(seed, count);
        for set in Instructions::all() {
            let engine = CpuEngine::with_instructions(Some(2), set).unwrap();
            let decoder = field.decoder(&engine);
            let mut values = vec![0.0; 3 * count];
            decoder.decode(&points, &mut values).unwrap();
            let (mut first, mut gradients) = (vec![0.0; count], vec![[0.0; 3]; count]);
            decoder.decode_with_gradient(&points, &mut first, &mut gradients).unwrap();
            let alone = CpuEngine::with_instructions(Some(1), set).unwrap();
            let decoder = field.decoder(&alone);
            for pick in &picks {
                let index = pick.index(count);
                let mut value = [0.0; 3];
                decoder.decode(&points[index..=index], &mut value).unwrap();
                prop_assert_eq!(value.map(f32::to_bits), [0, 1, 2].map(|c| values[3 * index + c].to_bits()));
                let (mut value, mut gradient) = ([0.0; 1], [[0.0; 3]; 1]);
                decoder.decode_with_gradient(&points[index..=index], &mut value, &mut gradient).unwrap();
                prop_assert_eq!(value[0].to_bits(), first[index].to_bits());
                prop_assert_eq!(value[0].to_bits(), values[3 * index].to_bits());
                prop_assert_eq!(gradient[0].map(f32::to_bits), gradients[index].map(f32::to_bits));
            }
        }
    }
}

#[test]
fn sets_that_fuse_give_the_same_bits() {
    let sets: Vec<_> = Instructions::all().into_iter().skip(1).collect();
    let points = points(5, 1_000);
    let mut all = fields();
    // These fields have a last layer with a single row.
    all.extend(fields().into_iter().map(Field::with_one_output));
    for field in &all {
        let found = sets.iter().map(|&set| {
            let engine = CpuEngine::with_instructions(Some(1), set).unwrap();
            let decoder = field.decoder(&engine);
            let mut values = vec![0.0; decoder.channels() * points.len()];
            decoder.decode(&points, &mut values).unwrap();
            let (mut first, mut gradients) = (vec![0.0; points.len()], vec![[0.0; 3]; points.len()]);
            decoder.decode_with_gradient(&points, &mut first, &mut gradients).unwrap();
            assert!(first.iter().zip(values.chunks(decoder.channels())).all(|(one, other)| *one == other[0]));
            let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            [bits(&values), bits(&first), bits(gradients.as_flattened())]
        });
        let found: Vec<_> = found.collect();
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
