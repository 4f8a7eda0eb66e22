//! Landscapes.

mod mountains;

use super::palette::WHITE;
use super::pieces::{around, pillar, shade, slab};
use super::plants::palm_at;
use super::plants::pieces::{GREEN, blossom};
use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Look, Object};
use crate::math::{Frame, Vec3, add, dot, length, normalize, scale, sub};
use crate::model::builder::Builder;
use crate::paint::{Mask, Paint};
use crate::part::Part;
use crate::shape::Shape;

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "rock",
        plural: None,
        synonyms: &["boulder"],
        features: &[
            Feature::painted("moss").many(),
            Feature::plain("sleepy face"),
            Feature::plain("grass").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: rock,
    },
    Object {
        name: "mountain",
        plural: None,
        synonyms: &[],
        features: &[Feature::plain("snow").many(), Feature::painted("trees").many(), Feature::plain("cave")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: mountains::mountain,
    },
    Object {
        name: "volcano",
        plural: None,
        synonyms: &[],
        features: &[
            Feature::painted("lava").many(),
            Feature::plain("smoke").many(),
            Feature::painted("trees").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: mountains::volcano,
    },
    Object {
        name: "island",
        plural: None,
        synonyms: &[],
        features: &[Feature::plain("palms").many(), Feature::painted("hut"), Feature::plain("pier")],
        proportions: &[Proportion::Wide, Proportion::Long, Proportion::Short],
        build: island,
    },
    Object {
        name: "crystal",
        plural: None,
        synonyms: &[],
        features: &[
            Feature::plain("rocky base"),
            Feature::painted("flowers").many(),
            Feature::plain("moss").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Slim],
        build: crystal,
    },
];

/// Adds a boulder: an ellipsoid with flat faces.
fn boulder<'a>(
    builder: &'a mut Builder,
    center: Vec3,
    radii: Vec3,
    turn: f32,
    paint: &Paint,
) -> &'a mut Part {
    let part = builder.ellipsoid("rock", Frame::at(center), radii, paint);
    for (count, rise, share) in [(5, 0.15, 0.84), (5, 0.95, 0.86), (1, 20.0, 0.90)] {
        for (index, [x, z]) in around(count, turn + rise).enumerate() {
            let round = normalize([x, rise, z]);
            let normal = normalize([0, 1, 2].map(|axis| round[axis] / radii[axis]));
            let face = [0, 1, 2].map(|axis| round[axis] * radii[axis]);
            let share = share - 0.05 * (index % 2) as f32;
            part.cuts.push((normal, dot(normal, add(center, scale(face, share)))));
        }
    }
    part
}

fn rock(builder: &mut Builder, look: &Look) {
    let main = look.main([0.56, 0.56, 0.58]);
    let stone = Paint::new(main, 0.0, 0.85)
        .with(Mask::band([0.0, 1.0, 0.0], -9.0, -0.26), shade(main, 0.86))
        .with(Mask::band([0.1, 1.0, 0.1], 0.40, 9.0), shade(main, 1.14));
    let (center, radii) = ([-0.05, -0.10, -0.06], [0.68, 0.70, 0.62]);
    boulder(builder, center, radii, 0.3, &stone);
    boulder(builder, [0.32, -0.42, 0.16], [0.46, 0.38, 0.46], 0.62, &stone);
    boulder(builder, [-0.34, -0.50, 0.20], [0.40, 0.30, 0.42], 0.1, &stone);
    boulder(builder, [0.06, -0.50, -0.26], [0.50, 0.30, 0.42], 0.4, &stone);
    if look.has(1) {
        let color = look.detail([0.42, 0.62, 0.22]);
        let moss = Paint::new(color, 0.0, 0.95);
        builder.group(0.04);
        let cap = boulder(builder, add(center, [0.0, 0.05, 0.0]), radii.map(|r| 1.07 * r), 0.3, &moss);
        cap.cuts.push(([0.0, -1.0, 0.0], -0.26));
        for [x, z] in around(7, 0.3) {
            let drop = Frame::at([center[0] + 0.54 * x, 0.24, center[2] + 0.50 * z]);
            builder.ellipsoid("moss", drop, [0.15, 0.11, 0.14], &moss);
        }
        builder.ellipsoid("moss", Frame::at([0.36, -0.12, 0.22]), [0.28, 0.11, 0.26], &moss);
    }
    if look.has(2) {
        let ink = Paint::plain([0.16, 0.15, 0.18]);
        builder.group(0.0);
        let white =
            Paint::glossy(WHITE).with(Mask::ellipsoid([0.0, -0.07, 0.13], [0.075; 3]), [0.10, 0.09, 0.10]);
        let lid = Paint::new(shade(main, 0.80), 0.0, 0.85);
        for x in [-0.24, 0.14] {
            let eye = [x, 0.16, 0.45];
            builder.sphere("eye", eye, 0.14, &white);
            builder.sphere("eyelid", eye, 0.165, &lid).cuts = vec![([0.0, -1.0, 0.15], 0.067 - eye[1])];
        }
        builder.ellipsoid("nose", Frame::at([-0.05, -0.02, 0.53]), [0.10, 0.11, 0.14], &lid);
        builder.ellipsoid("mouth", Frame::at([-0.05, -0.20, 0.50]), [0.15, 0.055, 0.10], &ink);
    }
    if look.has(3) {
        let blade = Paint::plain(GREEN);
        builder.group(0.0);
        for (x, z, count) in [(0.02, 0.62, 4), (-0.62, 0.40, 4), (0.62, 0.44, 4)] {
            for [a, b] in around(count, 0.2) {
                builder.cone(
                    "grass",
                    [x, -0.72, z],
                    [x + 0.14 * a, -0.36, z + 0.14 * b],
                    0.075,
                    0.032,
                    &blade,
                );
            }
        }
    }
}

fn island(builder: &mut Builder, look: &Look) {
    let main = look.main([0.44, 0.72, 0.32]);
    let sea = Paint::glossy([0.20, 0.62, 0.84])
        .with(Mask::ellipsoid([0.0; 3], [0.66, 1.0, 0.66]), [0.66, 0.90, 0.94]);
    let sand = Paint::new([0.95, 0.84, 0.58], 0.0, 0.9);
    let grass = Paint::new(main, 0.0, 0.8);
    pillar(builder, "sea", [0.0, 0.0], [-0.80, -0.64], [0.79, 0.79], &sea);
    builder.group(0.04);
    builder.ellipsoid("sand", Frame::at([0.0, -0.59, 0.0]), [0.60, 0.17, 0.58], &sand);
    builder.ellipsoid("sand", Frame::at([0.30, -0.62, 0.26]), [0.30, 0.10, 0.28], &sand);
    builder.group(0.05);
    builder.ellipsoid("hill", Frame::at([-0.06, -0.52, -0.10]), [0.46, 0.27, 0.40], &grass);
    builder.ellipsoid("hill", Frame::at([-0.26, -0.44, -0.12]), [0.24, 0.32, 0.24], &grass);
    builder.group(0.0);
    let stone = Paint::new([0.56, 0.56, 0.58], 0.0, 0.85);
    boulder(builder, [0.50, -0.58, -0.22], [0.16, 0.20, 0.16], 0.2, &stone);
    boulder(builder, [-0.52, -0.58, 0.30], [0.13, 0.13, 0.13], 0.6, &stone);
    let leaves = shade(main, 0.80);
    let bent = |x: f32, z: f32, lean: f32, high: f32| {
        let low = -0.55;
        let at = |share: f32, side: f32| [x + side * lean, low + share * (high - low), z];
        [(at(0.0, 0.0), 0.075), (at(0.4, 0.25), 0.065), (at(0.75, 0.62), 0.058), (at(1.0, 1.0), 0.055)]
    };
    if look.has(1) {
        palm_at(builder, &bent(0.16, 0.02, 0.22, 0.46), 5, 0.38, leaves);
        palm_at(builder, &bent(-0.20, 0.18, -0.22, 0.24), 5, 0.34, leaves);
        palm_at(builder, &bent(-0.02, -0.20, -0.10, 0.62), 5, 0.34, leaves);
    } else {
        palm_at(builder, &bent(0.10, -0.02, 0.20, 0.36), 6, 0.46, leaves);
    }
    builder.group(0.0);
    if look.has(2) {
        let wall = Paint::plain([0.80, 0.62, 0.38])
            .with(Mask::stripes([1.0, 0.0, 0.0], 0.11, 0.3), [0.64, 0.46, 0.26]);
        slab(builder, "hut", [-0.38, -0.56, 0.02], [0.0, -0.18, 0.38], 0.02, &wall);
        let thatch = Paint::new(look.detail([0.86, 0.62, 0.24]), 0.0, 0.9);
        pillar(builder, "roof", [-0.19, 0.20], [-0.22, 0.14], [0.34, 0.05], &thatch);
        slab(
            builder,
            "door",
            [-0.26, -0.54, 0.34],
            [-0.12, -0.28, 0.41],
            0.01,
            &Paint::plain([0.30, 0.20, 0.13]),
        );
    }
    if look.has(3) {
        let plank = Paint::plain([0.66, 0.46, 0.26])
            .with(Mask::stripes([0.0, 0.0, 1.0], 0.13, 0.2), [0.46, 0.30, 0.16]);
        slab(builder, "pier", [0.04, -0.47, 0.20], [0.34, -0.38, 0.79], 0.015, &plank);
        for x in [0.06, 0.32] {
            for z in [0.48, 0.72] {
                pillar(
                    builder,
                    "post",
                    [x, z],
                    [-0.70, -0.37],
                    [0.055, 0.055],
                    &Paint::plain([0.46, 0.30, 0.16]),
                );
            }
        }
    }
}

/// Foot, tip and radius of each crystal of the cluster.
const CRYSTALS: [(Vec3, Vec3, f32); 7] = [
    ([0.0, -0.80, 0.0], [0.02, 0.78, -0.02], 0.25),
    ([-0.10, -0.72, 0.06], [-0.52, 0.32, 0.12], 0.18),
    ([0.12, -0.72, 0.0], [0.54, 0.42, 0.02], 0.19),
    ([0.06, -0.70, 0.12], [0.24, 0.06, 0.50], 0.16),
    ([-0.06, -0.70, -0.12], [-0.22, 0.22, -0.52], 0.17),
    ([-0.10, -0.68, 0.16], [-0.30, -0.22, 0.58], 0.13),
    ([0.14, -0.68, -0.10], [0.58, -0.16, -0.40], 0.14),
];

/// Adds a prism with six sides and a pointed end.
fn prism(builder: &mut Builder, foot: Vec3, tip: Vec3, radius: f32, paint: &Paint) {
    let frame = Frame::towards(foot, tip, [0.0, 0.0, 1.0]);
    let middle = scale(add(foot, tip), 0.5);
    let half_height = 0.5 * length(sub(tip, foot));
    let shape = Shape::Stump { half_height, low: 0.78 * radius, high: 1.08 * radius, rounding: 0.01 };
    let part = builder.add("crystal", shape, Frame { origin: middle, ..frame }, paint);
    for [x, z] in around(6, 0.25) {
        let out = add(scale(frame.axes[0], x), scale(frame.axes[2], z));
        part.cuts.push((out, dot(out, foot) + 0.88 * radius));
        let slanted = normalize(add(out, scale(frame.axes[1], 0.62)));
        part.cuts.push((slanted, dot(slanted, tip)));
    }
}

fn crystal(builder: &mut Builder, look: &Look) {
    let main = look.main([0.62, 0.36, 0.90]);
    builder.group(0.0);
    for (index, (foot, tip, radius)) in CRYSTALS.into_iter().enumerate() {
        let tone = [1.0, 0.84, 0.92, 1.12][index % 4];
        let half = 0.5 * length(sub(tip, foot));
        let paint = Paint::new(shade(main, tone), 0.0, 0.15)
            .with(Mask::band([0.0, 1.0, 0.0], half - 1.1 * radius, 9.0), shade(main, 1.25 * tone));
        prism(builder, foot, tip, radius, &paint);
    }
    let stone = Paint::new([0.44, 0.43, 0.47], 0.0, 0.9);
    boulder(builder, [0.0, -0.66, 0.02], [0.34, 0.14, 0.34], 0.2, &stone);
    if look.has(1) {
        for (center, radii, turn) in [
            ([0.0, -0.60, 0.0], [0.62, 0.20, 0.60], 0.2),
            ([0.42, -0.62, 0.34], [0.28, 0.18, 0.26], 0.6),
            ([-0.48, -0.62, 0.18], [0.26, 0.18, 0.28], 0.4),
            ([-0.20, -0.62, -0.46], [0.28, 0.18, 0.26], 0.1),
            ([0.14, -0.66, 0.56], [0.20, 0.14, 0.20], 0.8),
        ] {
            boulder(builder, center, radii, turn, &stone);
        }
    }
    let place_around =
        |count: usize, radius: f32| around(count, 0.2).map(move |[x, z]| [radius * x, -0.68, radius * z]);
    if look.has(2) {
        for [x, y, z] in place_around(7, 0.56) {
            builder.rod("stem", [0.4 * x, -0.70, 0.4 * z], [x, y + 0.10, z], 0.05, &Paint::plain(GREEN));
            blossom(builder, [x, y + 0.14, z], [x, 0.5, z], 0.16, look.detail([0.98, 0.62, 0.76]));
        }
    }
    if look.has(3) {
        let moss = Paint::new([0.42, 0.62, 0.22], 0.0, 0.95);
        builder.group(0.05);
        for (index, [x, y, z]) in place_around(7, 0.34).enumerate() {
            let size = [0.24, 0.20, 0.28][index % 3];
            builder.ellipsoid("moss", Frame::at([x, y + 0.02, z]), [size, 0.13, size], &moss);
        }
    }
}
