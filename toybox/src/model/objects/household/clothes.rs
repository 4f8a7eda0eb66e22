//! Boot and hat.

use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, pillar, shade, slab};
use crate::model::palette::{RED, WHITE};
use crate::paint::{Mask, Paint};

pub(super) fn boot(builder: &mut Builder, look: &Look) {
    let main = look.main([0.58, 0.36, 0.20]);
    let leather = Paint::plain(main);
    let dark = Paint::plain(shade(main, 0.45));
    builder.group(0.10);
    pillar(builder, "shaft", [0.0, -0.22], [-0.56, 0.50], [0.30, 0.32], &leather);
    builder.ellipsoid("foot", Frame::at([0.0, -0.48, 0.24]), [0.29, 0.24, 0.46], &leather);
    builder.sphere("heel", [0.0, -0.48, -0.24], 0.28, &leather);
    builder.group(0.03);
    builder.ellipsoid("sole", Frame::at([0.0, -0.70, 0.26]), [0.32, 0.10, 0.50], &dark).cuts =
        vec![([0.0, -1.0, 0.0], 0.78)];
    slab(builder, "sole", [-0.28, -0.80, -0.50], [0.28, -0.64, 0.06], 0.05, &dark);
    builder.group(0.0);
    let cuff =
        if look.has(1) { Paint::new(look.detail(WHITE), 0.0, 0.95) } else { Paint::plain(shade(main, 0.76)) };
    let (thick, high) = if look.has(1) { (0.13, 0.48) } else { (0.07, 0.50) };
    builder.torus("cuff", Frame::at([0.0, high, -0.22]), 0.31, thick, &cuff);
    builder.disc("inside", Frame::at([0.0, 0.50, -0.22]), 0.28, 0.04, &Paint::plain([0.18, 0.12, 0.10]));
    let lace = Paint::plain(if look.has(2) { look.detail(RED) } else { [0.94, 0.86, 0.66] });
    for step in 0..4u8 {
        let y = -0.18 + 0.16 * f32::from(step);
        let z = 0.165 - 0.015 * f32::from(step);
        builder.rod("lace", [-0.14, y, z - 0.05], [0.14, y + 0.04, z - 0.05], 0.04, &lace);
        builder.rod("lace", [-0.14, y + 0.04, z - 0.05], [0.14, y, z - 0.05], 0.04, &lace);
    }
    if look.has(2) {
        for side in [-1.0, 1.0] {
            let frame = Frame::at([side * 0.13, 0.38, 0.14]).turned([90.0, 0.0, side * -30.0]);
            builder.torus("bow", frame, 0.105, 0.042, &lace);
        }
        builder.sphere("knot", [0.0, 0.36, 0.13], 0.07, &lace);
    }
    if look.has(3) {
        let steel = Paint::metal([0.86, 0.80, 0.60]);
        builder.rod("spur", [0.0, -0.46, -0.46], [0.0, -0.44, -0.68], 0.045, &steel);
        for [x, y] in around(6, 0.0) {
            builder.rod(
                "spur",
                [0.0, -0.44, -0.70],
                [0.0, -0.44 + 0.10 * x, -0.69 + 0.10 * y],
                0.037,
                &steel,
            );
        }
    }
}

pub(super) fn hat(builder: &mut Builder, look: &Look) {
    let main = look.main([0.72, 0.52, 0.32]);
    let felt = Paint::new(main, 0.0, 0.8);
    let band = if look.has(3) { look.detail(RED) } else { shade(main, 0.42) };
    // A brim that is turned up at both sides, and a crown with a dent.
    builder.group(0.05);
    builder.disc("brim", Frame::at([0.0, -0.42, 0.0]), 0.66, 0.05, &felt);
    for side in [-1.0, 1.0] {
        let slope = Frame::at([side * 0.44, -0.36, 0.0]).turned([0.0, 0.0, side * 36.0]);
        builder.disc("brim", slope, 0.43, 0.05, &felt).cuts = vec![([0.0, -1.0, 0.0], 0.46)];
    }
    pillar(builder, "crown", [0.0, 0.0], [-0.44, 0.14], [0.42, 0.32], &felt);
    for side in [-1.0, 1.0] {
        builder.ellipsoid("crown", Frame::at([side * 0.14, 0.13, -0.02]), [0.16, 0.14, 0.32], &felt);
    }
    builder.group(0.0);
    pillar(builder, "band", [0.0, 0.0], [-0.38, -0.20], [0.435, 0.405], &Paint::plain(band));
    if look.has(1) {
        let color = look.detail([0.24, 0.62, 0.46]);
        let feather = Paint::plain(color).with(Mask::band([1.0, 0.0, 0.0], -0.022, 0.022), shade(color, 0.6));
        let frame = Frame::at([0.44, 0.12, 0.06]).turned([-34.0, 0.0, -14.0]);
        builder.ellipsoid("feather", frame, [0.05, 0.42, 0.14], &feather);
    }
    if look.has(2) {
        let petal = Paint::plain(look.detail([0.96, 0.46, 0.60]));
        let place: Vec3 = [0.24, -0.24, 0.38];
        for [x, y] in around(5, 0.0) {
            builder.sphere(
                "petal",
                [place[0] + 0.12 * x, place[1] + 0.12 * y, place[2] - 0.06 * x],
                0.095,
                &petal,
            );
        }
        builder.sphere(
            "flower",
            [place[0] + 0.02, place[1], place[2] + 0.05],
            0.085,
            &Paint::plain([0.99, 0.84, 0.30]),
        );
    }
    if look.has(3) {
        let silk = Paint::plain(band);
        builder.sphere("knot", [0.30, -0.29, -0.30], 0.11, &silk);
        for (x, z) in [(0.46, -0.52), (0.22, -0.60)] {
            builder.cone("ribbon", [0.30, -0.29, -0.30], [x, -0.36, z], 0.07, 0.10, &silk);
        }
    }
}
