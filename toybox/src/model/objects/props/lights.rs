//! Lights: lantern and candle.

use super::palette::brass;
use super::pieces::{around, bail, tied_ribbon};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{pillar, shade};
use crate::paint::{Mask, Paint};

const GLOW: Vec3 = [1.0, 0.88, 0.48];

/// Returns paint of glass with a flame behind it on all four sides. `height` is the middle of the flame.
fn glowing(color: Vec3, height: f32) -> Paint {
    let mut paint = Paint::glossy(color);
    for (_, [x, z]) in around(4) {
        let radii = |size: f32| [0.10 * size + 0.2 * x.abs(), 0.20 * size, 0.10 * size + 0.2 * z.abs()];
        let center = |drop: f32| [0.40 * x, height - drop, 0.40 * z];
        paint = paint
            .with(Mask::ellipsoid(center(0.0), radii(1.0)), [1.0, 0.55, 0.10])
            .with(Mask::ellipsoid(center(0.06), radii(0.5)), [1.0, 0.95, 0.70]);
    }
    paint
}

pub(super) fn lantern(builder: &mut Builder, look: &Look) {
    let frame_color = look.main([0.78, 0.20, 0.16]);
    let (frame, dark) = (Paint::glossy(frame_color), Paint::glossy(shade(frame_color, 0.7)));
    pillar(builder, "base", [0.0, 0.0], [-0.80, -0.68], [0.50, 0.48], &dark);
    pillar(builder, "base", [0.0, 0.0], [-0.70, -0.56], [0.44, 0.36], &frame);
    if look.has(1) {
        let glass = glowing(look.detail(GLOW), -0.02);
        builder.ellipsoid("glass", Frame::at([0.0, -0.20, 0.0]), [0.52, 0.44, 0.52], &glass);
    } else {
        pillar(builder, "glass", [0.0, 0.0], [-0.60, 0.18], [0.34, 0.34], &glowing(GLOW, -0.04));
        for (_, [x, z]) in around(4) {
            let (x, z) = (0.29 * (x + z), 0.29 * (z - x));
            builder.rod("post", [x, -0.64, z], [x, 0.20, z], 0.055, &dark);
        }
    }
    roof(builder, look.has(2), &frame, &dark);
    if look.has(3) {
        bail(builder, 0.15, [0.55, 0.59, 0.0], &brass());
        for side in [-1.0, 1.0] {
            builder.sphere("hinge", [side * 0.52, 0.15, 0.0], 0.10, &brass());
        }
    } else {
        builder.torus("ring", facing([0.0, 0.63, 0.0]), 0.115, 0.05, &brass());
    }
}

fn roof(builder: &mut Builder, tiered: bool, frame: &Paint, dark: &Paint) {
    if tiered {
        for (low, radius) in [(0.12, 0.60), (0.26, 0.46), (0.40, 0.32)] {
            pillar(builder, "roof", [0.0, 0.0], [low, low + 0.09], [radius, radius - 0.05], dark);
            pillar(
                builder,
                "roof",
                [0.0, 0.0],
                [low + 0.08, low + 0.15],
                [radius - 0.20, radius - 0.22],
                frame,
            );
        }
    } else {
        pillar(builder, "roof", [0.0, 0.0], [0.14, 0.23], [0.48, 0.50], dark);
        pillar(builder, "roof", [0.0, 0.0], [0.22, 0.44], [0.45, 0.20], frame);
        pillar(builder, "chimney", [0.0, 0.0], [0.42, 0.54], [0.16, 0.16], dark);
    }
}

pub(super) fn candle(builder: &mut Builder, look: &Look) {
    let wax = look.main([0.96, 0.88, 0.70]);
    let holder = look.has(1);
    let (radius, foot) = if holder { (0.24, -0.72) } else { (0.37, -0.80) };
    let paint = Paint::new(wax, 0.0, 0.4);
    let top = 0.18;
    builder.group(0.03);
    pillar(builder, "wax", [0.0, 0.0], [foot, top], [1.04 * radius, radius], &paint);
    builder.torus("rim", Frame::at([0.0, top, 0.0]), radius - 0.05, 0.06, &paint);
    let drips: &[(f32, f32, f32)] = if look.has(2) {
        &[
            (20.0, -0.30, 0.09),
            (75.0, -0.62, 0.10),
            (130.0, -0.10, 0.09),
            (195.0, -0.45, 0.10),
            (250.0, -0.66, 0.09),
            (310.0, -0.50, 0.10),
            (350.0, -0.60, 0.09),
        ]
    } else {
        &[(30.0, -0.12, 0.075), (160.0, -0.20, 0.075), (300.0, 0.02, 0.075)]
    };
    for &(degrees, low, thick) in drips {
        let (sine, cosine) = f32::to_radians(degrees).sin_cos();
        let at = |height: f32| [sine * radius, height, cosine * radius];
        builder.cone("drip", at(low), at(top - 0.02), thick, 0.7 * thick, &paint);
    }
    if look.has(2) {
        builder.ellipsoid("puddle", Frame::at([0.0, -0.74, 0.0]), [0.60, 0.06, 0.56], &paint);
    }
    builder.group(0.0);
    builder.rod(
        "wick",
        [0.0, top - 0.05, 0.0],
        [0.0, top + 0.14, 0.0],
        0.045,
        &Paint::plain([0.25, 0.18, 0.14]),
    );
    let flame = Paint::new([1.0, 0.80, 0.24], 0.0, 0.4)
        .with(Mask::band([0.0, 1.0, 0.0], 0.12, 9.0), [1.0, 0.50, 0.10])
        .with(Mask::ellipsoid([0.0, -0.04, 0.16], [0.08, 0.11, 0.10]), [1.0, 0.96, 0.74]);
    builder.group(0.06);
    builder.cone("flame", [0.0, top + 0.25, 0.0], [0.0, 0.765, 0.0], 0.18, 0.03, &flame);
    builder.group(0.0);
    if holder {
        let tin = Paint::glossy(look.detail([0.24, 0.44, 0.72]));
        pillar(builder, "saucer", [-0.08, 0.0], [-0.80, -0.70], [0.44, 0.58], &tin);
        builder.torus("saucer", Frame::at([-0.08, -0.70, 0.0]), 0.56, 0.06, &tin);
        pillar(builder, "socket", [0.0, 0.0], [-0.74, -0.42], [0.30, 0.27], &tin);
        builder.torus("handle", facing([0.58, -0.58, 0.0]), 0.15, 0.055, &tin);
    }
    if look.has(3) {
        let silk = Paint::glossy(look.detail([0.80, 0.14, 0.20]));
        builder.disc("ribbon", Frame::at([0.0, -0.30, 0.0]), radius + 0.05, 0.08, &silk);
        tied_ribbon(builder, [0.0, -0.28, 0.43], 0.38, &silk);
    }
}
