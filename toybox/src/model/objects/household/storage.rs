//! Crate, basket and ladder.

use crate::catalog::entry::Look;
use crate::math::Frame;
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, pillar, shade, slab};
use crate::model::palette::{RED, WHITE};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

pub(super) fn crate_of_wood(builder: &mut Builder, look: &Look) {
    let main = look.main([0.80, 0.60, 0.36]);
    let planks = Paint::plain(main).with(Mask::stripes([0.0, 1.0, 0.0], 0.30, 0.14), shade(main, 0.55));
    let frame = Paint::plain(shade(main, 0.80));
    let open = look.has(1);
    let (low, high) = (-0.80, if open { 0.20 } else { 0.56 });
    slab(
        builder,
        "crate",
        [-0.60, low + 0.02, -0.60],
        [0.60, high - if open { 0.16 } else { 0.02 }, 0.60],
        0.02,
        &planks,
    );
    let bar = 0.085;
    for a in [-0.60, 0.60] {
        for b in [-0.60, 0.60] {
            slab(builder, "post", [a - bar, low, b - bar], [a + bar, high, b + bar], 0.02, &frame);
        }
        for y in [low + bar, high - bar] {
            slab(builder, "bar", [-0.66, y - bar, a - 0.08], [0.66, y + bar, a + 0.08], 0.02, &frame);
            slab(builder, "bar", [a - 0.08, y - bar, -0.66], [a + 0.08, y + bar, 0.66], 0.02, &frame);
        }
        let middle = 0.5 * (low + high);
        let half = [0.085, 0.5 * (1.2f32 * 1.2 + (high - low).powi(2)).sqrt() - 0.12, 0.05];
        let lean = (1.2 / (high - low)).atan().to_degrees();
        builder.block("brace", Frame::at([0.0, middle, a]).turned([0.0, 0.0, -lean]), half, 0.02, &frame);
        builder.block(
            "brace",
            Frame::at([a, middle, 0.0]).turned([0.0, 90.0, 0.0]).turned([0.0, 0.0, -lean]),
            half,
            0.02,
            &frame,
        );
    }
    if open {
        let glass = Paint::new(look.detail([0.20, 0.52, 0.30]), 0.0, 0.15);
        for (x, z) in [(-0.30, -0.26), (0.30, -0.26), (-0.30, 0.28), (0.30, 0.28)] {
            builder.group(0.06);
            pillar(builder, "bottle", [x, z], [-0.10, 0.34], [0.17, 0.17], &glass);
            pillar(builder, "bottle", [x, z], [0.26, 0.68], [0.10, 0.065], &glass);
            builder.group(0.0);
            builder.disc("cork", Frame::at([x, 0.70, z]), 0.075, 0.06, &Paint::plain([0.82, 0.64, 0.42]));
        }
    }
    if look.has(2) {
        let ink = Paint::plain(look.detail([0.78, 0.20, 0.18]));
        builder.disc("stamp", super::super::facing([0.0, 0.5 * (low + high), 0.63]), 0.24, 0.05, &ink);
        builder.disc(
            "stamp",
            super::super::facing([0.0, 0.5 * (low + high), 0.65]),
            0.13,
            0.05,
            &Paint::plain(main),
        );
    }
    if look.has(3) {
        let iron = Paint::metal([0.46, 0.48, 0.52]);
        for x in [-0.60, 0.60] {
            for z in [-0.60, 0.60] {
                for y in [low + 0.13, high - 0.13] {
                    builder.block("corner", Frame::at([x, y, z]), [0.14, 0.14, 0.14], 0.03, &iron);
                }
            }
        }
    }
}

pub(super) fn basket(builder: &mut Builder, look: &Look) {
    let main = look.main([0.82, 0.60, 0.32]);
    let dark = shade(main, 0.76);
    let (rows, columns) =
        (Mask::stripes([0.0, 1.0, 0.0], 0.22, 0.5), Mask::Sectors { count: 9.0, twist: 0.0 });
    let straw = Paint::new(main, 0.0, 0.9)
        .with(rows.clone().and(columns.clone()), dark)
        .with(rows.outside().and(columns.outside()), dark);
    let rope = Paint::new(shade(main, 0.88), 0.0, 0.9).with(Mask::Sectors { count: 14.0, twist: 0.0 }, dark);
    pillar(builder, "basket", [0.0, 0.0], [-0.80, -0.06], [0.46, 0.62], &straw);
    builder.torus("rim", Frame::at([0.0, -0.06, 0.0]), 0.59, 0.085, &rope);
    builder.torus("foot", Frame::at([0.0, -0.72, 0.0]), 0.45, 0.08, &rope);
    let handle = Shape::Arc { major: 0.58, minor: 0.065, half_angle: 1.57 };
    builder.add("handle", handle, Frame::at([0.0, 0.10, 0.0]), &rope);
    for side in [-1.0, 1.0] {
        builder.rod("handle", [side * 0.58, 0.12, 0.0], [side * 0.58, -0.20, 0.0], 0.065, &rope);
    }
    let inside = Paint::new(shade(main, 0.45), 0.0, 0.9);
    builder.disc("inside", Frame::at([0.0, -0.06, 0.0]), 0.54, 0.04, &inside);
    if look.has(1) {
        let color = look.detail(RED);
        let squares = Mask::stripes([1.0, 0.0, 0.0], 0.28, 0.5);
        let other = Mask::stripes([0.0, 0.0, 1.0], 0.28, 0.5);
        let cloth =
            Paint::new(WHITE, 0.0, 0.8).with(squares, shade(color, 0.6).map(|c| c + 0.34)).with(other, color);
        builder.group(0.04);
        builder.ellipsoid("cloth", Frame::at([0.0, -0.04, 0.0]), [0.56, 0.20, 0.56], &cloth);
        for (turn, drop) in [(0.3f32, -0.34), (-0.4, -0.26)] {
            let (sine, cosine) = turn.sin_cos();
            builder.cone(
                "cloth",
                [0.54 * sine, 0.03, 0.54 * cosine],
                [0.66 * sine, drop, 0.66 * cosine],
                0.12,
                0.05,
                &cloth,
            );
        }
        builder.group(0.0);
    }
    if look.has(2) {
        let color = look.detail([0.97, 0.90, 0.78]);
        for (index, [x, z]) in around(5, 0.2).enumerate() {
            let egg = Paint::glossy(shade(color, [1.0, 0.9, 0.95, 0.86, 1.0][index]));
            builder.ellipsoid(
                "egg",
                Frame::at([0.32 * x, 0.04, 0.32 * z]).turned([20.0 * z, 0.0, -20.0 * x]),
                [0.16, 0.20, 0.16],
                &egg,
            );
        }
        builder.ellipsoid("egg", Frame::at([0.0, 0.14, 0.0]), [0.16, 0.20, 0.16], &Paint::glossy(color));
    }
    if look.has(3) {
        let silk = Paint::glossy(look.detail([0.92, 0.34, 0.52]));
        builder.sphere("knot", [0.0, -0.08, 0.70], 0.10, &silk);
        for side in [-1.0, 1.0] {
            builder.cone("ribbon", [0.0, -0.08, 0.69], [side * 0.24, -0.02, 0.66], 0.06, 0.13, &silk);
            builder.cone("ribbon", [0.0, -0.08, 0.69], [side * 0.18, -0.40, 0.64], 0.06, 0.085, &silk);
        }
    }
}

pub(super) fn ladder(builder: &mut Builder, look: &Look) {
    let main = look.main([0.88, 0.66, 0.34]);
    let wood = Paint::plain(main);
    let rungs = Paint::plain(shade(main, 0.82));
    let (top, foot) = (0.74, -0.76);
    let at = |side: f32, share: f32, back: f32| {
        let wide = 0.28 + 0.16 * (1.0 - share);
        [side * wide, foot + (top - foot) * share, back * 0.42 * (1.0 - share)]
    };
    for side in [-1.0, 1.0] {
        builder.rod("rail", at(side, 0.0, 1.0), at(side, 1.0, 1.0), 0.065, &wood);
        builder.rod("rail", at(side, 0.0, -1.0), at(side, 1.0, -1.0), 0.055, &wood);
    }
    for step in 1..=4 {
        let share = 0.18 * step as f32 + 0.02;
        let [x, y, z] = at(1.0, share, 1.0);
        slab(builder, "step", [-x, y - 0.04, z - 0.09], [x, y + 0.04, z + 0.09], 0.02, &rungs);
    }
    for share in [0.2, 0.6] {
        builder.rod("stay", at(-1.0, share, -1.0), at(1.0, share, -1.0), 0.045, &rungs);
    }
    let wide = if look.has(2) { 0.17 } else { 0.12 };
    let cap = Paint::plain(if look.has(2) { look.detail(RED) } else { shade(main, 0.9) });
    slab(builder, "top", [-0.34, 0.70, -wide], [0.34, 0.79, wide], 0.03, &cap);
    if look.has(1) {
        let tin = Paint::plain(look.detail([0.30, 0.52, 0.80]));
        let [_, y, z] = at(1.0, 0.56, 1.0);
        pillar(builder, "bucket", [0.0, z + 0.24], [y - 0.12, y + 0.16], [0.15, 0.20], &tin);
        builder.torus("bucket", Frame::at([0.0, y + 0.16, z + 0.24]), 0.185, 0.042, &Paint::plain(WHITE));
        slab(builder, "hook", [-0.05, y - 0.04, z], [0.05, y + 0.03, z + 0.16], 0.02, &rungs);
    }
}
