//! Checks of fused field decoders. An engine without a fused decoder passes, because the tensor interface
//! then composes the decoder from other kernels.

use att3d::engine::{
    Activation, ChannelHead, FieldDecoder, FieldEncoding, FieldLayer, FieldSpec, RadialBias,
};

use super::reference::{Array, Encoding, Field};
use super::{Chance, Subject};

/// Returns a field of odd or usual sizes. `widths` are the widths of the hidden layers. A layer as wide as
/// its input has a residual connection.
fn field(chance: &mut Chance, encoding: Encoding, widths: &[usize], activation: Activation) -> Field {
    let mut inputs = match &encoding {
        Encoding::Triplane(planes) => 3 * planes.shape[3],
        Encoding::VoxelGrids(levels) => levels.iter().map(|level| level.shape[3]).sum(),
    };
    let heads =
        vec![ChannelHead::Identity, ChannelHead::Sigmoid, ChannelHead::Sigmoid, ChannelHead::Softplus];
    let mut layers = Vec::new();
    for (index, &outputs) in widths.iter().chain([&heads.len()]).enumerate() {
        let mut weight = chance.array(&[outputs, inputs]);
        let scale = (3.0 / inputs as f32).sqrt();
        weight.values.iter_mut().for_each(|value| *value *= scale);
        let bias = (index != 1).then(|| chance.array(&[outputs]));
        layers.push((weight, bias, inputs == outputs));
        inputs = outputs;
    }
    let radial_bias = Some(RadialBias { constant: -0.4, slope: 0.7 });
    Field { encoding, layers, activation, radial_bias, heads }
}

fn triplane(chance: &mut Chance, resolution: usize, channels: usize) -> Encoding {
    Encoding::Triplane(chance.array(&[3, resolution, resolution, channels]))
}

fn voxel_grids(chance: &mut Chance, levels: &[(usize, usize)]) -> Encoding {
    Encoding::VoxelGrids(levels.iter().map(|&(r, c)| chance.array(&[r, r, r, c])).collect())
}

fn prepare(subject: &Subject, field: &Field) -> Box<dyn FieldDecoder> {
    let put = |array: &Array| subject.put(array);
    let grids: Vec<_> = match &field.encoding {
        Encoding::Triplane(planes) => vec![put(planes)],
        Encoding::VoxelGrids(levels) => levels.iter().map(put).collect(),
    };
    let encoding = match &field.encoding {
        Encoding::Triplane(_) => FieldEncoding::Triplane { planes: grids[0].view() },
        Encoding::VoxelGrids(_) => {
            FieldEncoding::VoxelGrids { levels: grids.iter().map(|grid| grid.view()).collect() }
        }
    };
    let held: Vec<_> = field
        .layers
        .iter()
        .map(|(weight, bias, residual)| (put(weight), bias.as_ref().map(put), *residual))
        .collect();
    let layers = held
        .iter()
        .map(|(weight, bias, residual)| FieldLayer {
            weight: weight.view(),
            bias: bias.as_ref().map(|bias| bias.view()),
            residual: *residual,
        })
        .collect();
    let spec = FieldSpec {
        encoding,
        layers,
        activation: field.activation,
        radial_bias: field.radial_bias,
        heads: field.heads.clone(),
    };
    subject.engine.prepare_field(&spec).unwrap().expect("the engine decodes fields")
}

fn wide(point: [f32; 3]) -> [f64; 3] {
    point.map(f64::from)
}

fn hold_values(what: &str, subject: &Subject, field: &Field, points: &[[f32; 3]]) {
    let decoder = prepare(subject, field);
    assert_eq!(decoder.channels(), field.heads.len());
    let mut values = vec![f32::NAN; points.len() * decoder.channels()];
    decoder.decode(points, &mut values).unwrap();
    let expected: Vec<f64> = points.iter().flat_map(|&point| field.decode(wide(point))).collect();
    subject.compare(what, &values, &expected, 5e-5);
}

pub fn decoder_matches_triplanes(subject: &Subject) {
    let mut chance = Chance(30);
    for (resolution, channels, widths) in
        [(1, 1, vec![]), (5, 3, vec![7]), (16, 12, vec![64, 64]), (9, 5, vec![33, 17, 17]), (8, 8, vec![32])]
    {
        for activation in [Activation::Relu, Activation::Silu] {
            let encoding = triplane(&mut chance, resolution, channels);
            let field = field(&mut chance, encoding, &widths, activation);
            for count in [0, 1, 3, 8, 37, 301] {
                let points = chance.points(count);
                hold_values(&format!("triplane {resolution} {widths:?}"), subject, &field, &points);
            }
        }
    }
}

pub fn decoder_matches_voxel_grids(subject: &Subject) {
    let mut chance = Chance(31);
    for (levels, widths) in [
        (vec![(2, 1)], vec![]),
        (vec![(3, 4), (5, 4), (9, 4)], vec![32, 32]),
        (vec![(4, 3), (7, 2)], vec![9]),
    ] {
        for activation in [Activation::Relu, Activation::Silu] {
            let encoding = voxel_grids(&mut chance, &levels);
            let field = field(&mut chance, encoding, &widths, activation);
            for count in [1, 8, 131] {
                let points = chance.points(count);
                hold_values(&format!("voxel grids {levels:?}"), subject, &field, &points);
            }
        }
    }
}

pub fn decoder_gradient_is_the_slope(subject: &Subject) {
    let mut chance = Chance(32);
    let encodings = [triplane(&mut chance, 7, 5), voxel_grids(&mut chance, &[(3, 4), (6, 4)])];
    for encoding in encodings {
        for head in [ChannelHead::Identity, ChannelHead::Softplus] {
            let mut field = field(&mut chance, encoding.clone(), &[24, 24], Activation::Silu);
            field.heads[0] = head;
            let decoder = prepare(subject, &field);
            let points = chance.points(203);
            let mut values = vec![f32::NAN; points.len()];
            let mut gradients = vec![[f32::NAN; 3]; points.len()];
            decoder.decode_with_gradient(&points, &mut values, &mut gradients).unwrap();
            let expected: Vec<f64> = points.iter().map(|&point| field.decode(wide(point))[0]).collect();
            subject.compare("value", &values, &expected, 5e-5);
            let expected: Vec<f64> = points.iter().flat_map(|&point| field.gradient(wide(point))).collect();
            subject.compare("gradient", gradients.as_flattened(), &expected, 1e-3);

            let mut all = vec![0.0; points.len() * decoder.channels()];
            decoder.decode(&points, &mut all).unwrap();
            let first: Vec<f32> = all.iter().copied().step_by(decoder.channels()).collect();
            let differing = values.iter().zip(&first).filter(|(value, first)| value != first).count();
            assert_eq!(differing, 0, "values with gradient whose bits differ from the value alone");
        }
    }
}

pub fn decoder_values_do_not_depend_on_the_batch(subject: &Subject) {
    let mut chance = Chance(33);
    for encoding in [triplane(&mut chance, 16, 12), voxel_grids(&mut chance, &[(5, 4), (9, 4)])] {
        let field = field(&mut chance, encoding, &[64, 64], Activation::Silu);
        let decoder = prepare(subject, &field);
        let channels = decoder.channels();
        let points = chance.points(1000);
        let mut whole = vec![0.0; points.len() * channels];
        decoder.decode(&points, &mut whole).unwrap();
        for size in [1, 3, 8, 17, 64, 333] {
            // Small batches need many calls, which some decoders do slowly. Forty batches of each size are
            // enough.
            let count = points.len().min(40 * size);
            let mut parts = vec![0.0; count * channels];
            for (points, values) in points[..count].chunks(size).zip(parts.chunks_mut(size * channels)) {
                decoder.decode(points, values).unwrap();
            }
            let differing = whole.iter().zip(&parts).filter(|(whole, part)| whole != part).count();
            assert_eq!(differing, 0, "values that differ in batches of {size}");
        }
    }
}

pub fn decoder_bounds_hold(subject: &Subject) {
    let mut chance = Chance(34);
    for encoding in [triplane(&mut chance, 16, 6), voxel_grids(&mut chance, &[(5, 4), (9, 4)])] {
        for activation in [Activation::Relu, Activation::Silu] {
            let field = field(&mut chance, encoding.clone(), &[32, 32], activation);
            let decoder = prepare(subject, &field);
            for _ in 0..20 {
                let corner: [f32; 3] = std::array::from_fn(|_| chance.between(-1.0, 0.9));
                let size = chance.between(0.01, 0.3);
                let bounds = decoder.bounds(corner, corner.map(|c| c + size));
                assert_eq!(bounds.is_some(), subject.has_bounds, "whether the decoder has bounds");
                let Some((lowest, highest)) = bounds else { continue };
                let points: Vec<[f32; 3]> =
                    (0..100).map(|_| corner.map(|c| c + size * chance.between(0.0, 1.0))).collect();
                let mut values = vec![0.0; points.len() * decoder.channels()];
                decoder.decode(&points, &mut values).unwrap();
                for value in values.iter().step_by(decoder.channels()) {
                    assert!((lowest..=highest).contains(value), "{value} not in {lowest}..={highest}");
                }
            }
        }
    }
}
