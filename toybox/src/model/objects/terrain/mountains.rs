//! Mountain and volcano.

use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, dot, normalize};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{around, pillar, shade};
use crate::model::objects::plants::pieces::BARK;
use crate::model::palette::WHITE;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Adds a cone with flat sides. Parameters: foot and height, radius, and the angle of the first side.
fn peak(
    builder: &mut Builder,
    [x, z]: [f32; 2],
    [low, high]: [f32; 2],
    radius: f32,
    turn: f32,
    paint: &Paint,
) {
    let height = high - low;
    let shape = Shape::Stump { half_height: 0.5 * height, low: radius, high: 0.09 * radius, rounding: 0.02 };
    let part = builder.add("rock", shape, Frame::at([x, 0.5 * (low + high), z]), paint);
    for [a, b] in around(6, turn) {
        let normal = normalize([a * height, 0.80 * radius, b * height]);
        let top = [x + 0.05 * radius * a, high, z + 0.05 * radius * b];
        part.cuts.push((normal, dot(normal, top)));
    }
}

const PEAKS: [([f32; 2], f32, f32, f32); 4] = [
    ([0.0, -0.10], 0.76, 0.70, 0.2),
    ([-0.38, 0.12], 0.22, 0.44, 0.5),
    ([0.38, 0.16], 0.06, 0.44, 0.0),
    ([-0.06, 0.38], -0.18, 0.40, 0.3),
];

pub(super) fn mountain(builder: &mut Builder, look: &Look) {
    let main = look.main([0.50, 0.50, 0.56]);
    let white = Paint::new(WHITE, 0.0, 0.8);
    meadow(builder);
    for (index, (place, high, radius, turn)) in PEAKS.into_iter().enumerate() {
        let stone = Paint::new(shade(main, 1.0 - 0.06 * index as f32), 0.0, 0.85);
        let tip = if index == 0 {
            Mask::band([0.0, 1.0, 0.0], 0.45, 9.0)
        } else {
            Mask::band([0.0, 1.0, 0.0], 9.0, 9.0)
        };
        peak(builder, place, [-0.72, high], radius, turn, &stone.with(tip, WHITE));
        if look.has(1) {
            let share = if index == 0 { 0.50 } else { 0.42 };
            let low = high - share * (high + 0.72);
            builder.group(0.03);
            peak(builder, place, [low, high + 0.03], 1.06 * share * radius + 0.03, turn, &white);
            for [x, z] in around(3, turn) {
                let reach = 0.84 * share * radius;
                let drop = Frame::at([place[0] + reach * x, low + 0.01, place[1] + reach * z]);
                builder.ellipsoid("snow", drop, [0.15 * radius, 0.22 * radius, 0.15 * radius], &white);
            }
            builder.group(0.0);
        }
    }
    builder.group(0.0);
    if look.has(2) {
        forest(
            builder,
            &[
                [0.36, 0.58],
                [0.58, 0.40],
                [-0.40, 0.56],
                [-0.62, 0.34],
                [0.68, 0.04],
                [0.20, -0.66],
                [-0.44, -0.52],
            ],
            look.detail([0.16, 0.48, 0.26]),
        );
    }
    if look.has(3) {
        let dark = Paint::plain([0.10, 0.09, 0.11]);
        let rim = Paint::plain(shade(main, 0.72));
        builder.disc("cave", facing([0.20, -0.52, 0.40]), 0.22, 0.23, &rim);
        builder.torus("cave", facing([0.20, -0.52, 0.62]), 0.20, 0.075, &rim);
        builder.disc("cave", facing([0.20, -0.52, 0.44]), 0.16, 0.21, &dark);
    }
}

fn meadow(builder: &mut Builder) {
    let grass = Paint::plain([0.46, 0.68, 0.32]);
    builder.ellipsoid("meadow", Frame::at([0.0, -0.725, 0.0]), [0.79, 0.075, 0.79], &grass);
}

/// Adds small pines on a meadow.
fn forest(builder: &mut Builder, places: &[[f32; 2]], color: Vec3) {
    for (index, &[x, z]) in places.iter().enumerate() {
        let size = 1.0 + 0.2 * (index % 3) as f32;
        pillar(builder, "trunk", [x, z], [-0.74, -0.60], [0.045, 0.045], &Paint::plain(BARK));
        let needles = Paint::plain(shade(color, 1.0 + 0.1 * (index % 2) as f32));
        pillar(builder, "tree", [x, z], [-0.64, -0.64 + 0.32 * size], [0.115, 0.025], &needles);
    }
}

/// Returns the radius of the volcano at a height.
fn slope(y: f32) -> f32 {
    0.72 - 0.38 * (y + 0.785) / 0.925
}

pub(super) fn volcano(builder: &mut Builder, look: &Look) {
    let main = look.main([0.42, 0.31, 0.28]);
    let hot = look.has(1);
    let glow = look.detail([1.0, 0.44, 0.08]);
    let stone = Paint::new(main, 0.0, 0.9);
    builder.group(0.05);
    pillar(builder, "rock", [0.0, 0.0], [-0.785, 0.14], [0.72, 0.34], &stone);
    let dark = Paint::new(shade(main, 0.80), 0.0, 0.9);
    for (index, [x, z]) in around(6, 0.15).enumerate() {
        let (foot, high) = if index % 2 == 0 { (0.64, 0.15) } else { (0.60, 0.06) };
        let top = slope(high) - 0.02;
        let paint = if index % 2 == 0 { &dark } else { &stone };
        builder.cone("ridge", [foot * x, -0.64, foot * z], [top * x, high, top * z], 0.145, 0.075, paint);
    }
    builder.torus("crater", Frame::at([0.0, 0.14, 0.0]).turned([6.0, 0.0, -4.0]), 0.32, 0.085, &dark);
    builder.group(0.0);
    let lava =
        Paint::new(glow, 0.0, 0.35).with(Mask::ellipsoid([0.0; 3], [0.10, 0.5, 0.10]), [1.0, 0.80, 0.22]);
    builder.ellipsoid("lava", Frame::at([0.0, 0.16, 0.0]), [0.29, 0.09, 0.29], &lava);
    if hot {
        builder.group(0.05);
        let flow = Paint::new(glow, 0.0, 0.35);
        builder.ellipsoid("lava", Frame::at([0.0, 0.20, 0.0]), [0.31, 0.17, 0.31], &lava);
        for ([x, z], foot) in around(5, 0.60).zip([-0.62, -0.40, -0.56, -0.34, -0.60]) {
            let sway = 0.08;
            let at = |y: f32| slope(y) + 0.05;
            builder.chain(
                "lava",
                &[
                    ([0.16 * x, 0.23, 0.16 * z], 0.10),
                    ([0.37 * x, 0.19, 0.37 * z], 0.10),
                    ([at(-0.1) * x + sway * z, -0.10, at(-0.1) * z - sway * x], 0.09),
                    ([at(foot) * x, foot, at(foot) * z], 0.13),
                ],
                &flow,
            );
        }
    }
    if look.has(2) {
        let smoke = Paint::new([0.72, 0.72, 0.75], 0.0, 0.9);
        builder.group(0.03);
        for (place, radius) in [
            ([0.0, 0.20, 0.0], 0.22),
            ([0.08, 0.40, 0.04], 0.20),
            ([-0.14, 0.44, -0.04], 0.17),
            ([0.24, 0.52, 0.06], 0.18),
            ([0.04, 0.60, -0.06], 0.19),
            ([0.44, 0.62, 0.08], 0.14),
        ] {
            builder.sphere("smoke", place, radius, &smoke);
        }
    }
    if look.has(3) {
        builder.group(0.0);
        meadow(builder);
        forest(
            builder,
            &[
                [0.30, 0.62],
                [0.58, 0.40],
                [-0.26, 0.64],
                [-0.60, 0.34],
                [0.68, -0.02],
                [0.30, -0.62],
                [-0.50, -0.48],
            ],
            look.detail([0.16, 0.48, 0.26]),
        );
    }
}
