//! Ball, dice, balloon and gift.

use super::pieces::star;
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, add};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{against, around, shade, slab, smile};
use crate::model::palette::{BLUE, INK, RED, WHITE, YELLOW};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

pub(super) fn ball(builder: &mut Builder, look: &Look) {
    let main = look.main(RED);
    let radius = 0.79;
    let other = if look.color.is_some() { shade(main, 0.55) } else { BLUE };
    // Six panels around a tilted axis.
    let third = Mask::Sectors { count: 3.0, twist: 0.0 };
    let half = Mask::band([0.0, 0.0, 1.0], -9.0, 0.0);
    let caps = Mask::band([0.0, 1.0, 0.0], -0.71, 0.71).outside();
    let mut paint = Paint::glossy(WHITE).with(third.clone(), main);
    if !look.has(2) {
        paint = paint.with(third.and(half), other).with(caps, YELLOW);
    }
    let frame = Frame::at([0.0, 0.0, 0.0]).turned([24.0, 16.0, -24.0]);
    builder.add("ball", Shape::Sphere { radius }, frame, &paint);
    if look.has(1) {
        let color = look.detail(YELLOW);
        star(builder, Frame::at([0.0, 0.0, radius - 0.08]), 0.34, 0.10, &Paint::glossy(color));
    }
    if look.has(2) {
        builder.group(0.0);
        smile(builder, against([0.0, 0.04, radius - 0.045], [0.0, 0.05, 1.0]), 1.5);
    }
}

/// Dots of each face of a die, with coordinates from -1 to 1.
const FACES: [&[[f32; 2]]; 6] = [
    &[[0.0, 0.0]],
    &[[-1.0, -1.0], [1.0, 1.0]],
    &[[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]],
    &[[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]],
    &[[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0], [0.0, 0.0]],
    &[[-1.0, -1.0], [-1.0, 0.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 0.0], [1.0, 1.0]],
];

/// Adds a die. Parameters: its frame, half its edge, and its colors.
fn die(builder: &mut Builder, frame: Frame, half: f32, body: Vec3, dots: Vec3) {
    let mut paint = Paint::glossy(body);
    let dot = 0.21 * half;
    for (face, places) in FACES.iter().enumerate() {
        let (axis, sign) = ([2, 0, 1, 1, 0, 2][face], if face < 3 { 1.0 } else { -1.0 });
        for &[u, v] in *places {
            let mut center = [0.0; 3];
            center[axis] = sign * half;
            center[(axis + 1) % 3] = 0.52 * half * u;
            center[(axis + 2) % 3] = 0.52 * half * v;
            paint = paint.with(Mask::ellipsoid(center, [dot; 3]), dots);
        }
    }
    builder.block("die", frame, [half; 3], 0.26 * half, &paint);
}

pub(super) fn dice(builder: &mut Builder, look: &Look) {
    let main = look.main([0.96, 0.95, 0.92]);
    let is_dark = main[0] + main[1] + main[2] < 2.2;
    let dots = if is_dark { WHITE } else { INK };
    let dots = if look.has(1) { look.detail(RED) } else { dots };
    if look.has(2) {
        die(builder, Frame::at([-0.22, -0.36, -0.18]).turned([0.0, 16.0, 0.0]), 0.43, main, dots);
        die(builder, Frame::at([0.36, -0.43, 0.36]).turned([0.0, -34.0, 0.0]), 0.35, shade(main, 0.9), dots);
    } else {
        die(builder, Frame::at([0.0, -0.04, 0.0]).turned([30.0, 24.0, 16.0]), 0.50, main, dots);
    }
}

pub(super) fn balloon(builder: &mut Builder, look: &Look) {
    let main = look.main([0.92, 0.18, 0.26]);
    let shine = Mask::ellipsoid([-0.20, 0.20, 0.36], [0.10, 0.15, 0.2]);
    let skin = Paint::new(main, 0.0, 0.15).with(shine, shade(main, 0.4).map(|c| c + 0.58));
    builder.group(0.08);
    builder.ellipsoid("balloon", Frame::at([0.0, 0.28, 0.0]), [0.46, 0.50, 0.46], &skin);
    builder.cone("balloon", [0.0, 0.0, 0.0], [0.0, -0.20, 0.0], 0.26, 0.06, &Paint::new(main, 0.0, 0.15));
    builder.group(0.0);
    builder.cone(
        "knot",
        [0.0, -0.26, 0.0],
        [0.0, -0.20, 0.0],
        0.085,
        0.04,
        &Paint::new(shade(main, 0.8), 0.0, 0.2),
    );
    let string: Vec<(Vec3, f32)> = (0..=10)
        .map(|step| {
            let share = step as f32 / 10.0;
            ([0.07 * (6.3 * share).sin(), -0.26 - 0.50 * share, 0.0], 0.037)
        })
        .collect();
    builder.chain("string", &string, &Paint::plain([0.94, 0.92, 0.88]));
    if look.has(1) {
        star(builder, Frame::at([0.0, 0.30, 0.40]), 0.26, 0.075, &Paint::glossy(look.detail(YELLOW)));
    }
    if look.has(2) {
        bow(builder, [0.0, -0.22, 0.03], 0.24, look.detail([0.98, 0.82, 0.24]));
    }
    if look.has(3) {
        smile(builder, against([0.0, 0.28, 0.45], [0.0, 0.0, 1.0]), 1.15);
    }
}

/// Adds a bow that faces the viewer: two loops and a knot.
fn bow(builder: &mut Builder, [x, y, z]: Vec3, size: f32, color: Vec3) {
    let paint = Paint::glossy(color);
    builder.sphere("knot", [x, y, z], 0.36 * size, &Paint::glossy(shade(color, 0.8)));
    for side in [-1.0, 1.0] {
        let end = [x + side * 0.9 * size, y + 0.32 * size, z];
        builder.cone("bow", [x, y, z], end, 0.16 * size, 0.42 * size, &paint);
        builder.cone(
            "bow",
            [x, y, z],
            [x + side * 0.7 * size, y - 0.62 * size, z],
            0.16 * size,
            0.2 * size,
            &paint,
        );
    }
}

pub(super) fn gift(builder: &mut Builder, look: &Look) {
    let main = look.main([0.22, 0.56, 0.86]);
    let silk = look.detail([0.97, 0.80, 0.22]);
    let silk = if look.has(1) { silk } else { [0.90, 0.18, 0.24] };
    let silk = if look.color.is_some() && !look.has(1) { [0.98, 0.92, 0.80] } else { silk };
    let mut paper = Paint::plain(main);
    if look.has(2) {
        let color = look.detail(WHITE);
        for [x, y] in
            [[-0.34, -0.28], [-0.34, 0.08], [0.34, -0.28], [0.34, 0.08], [-0.22, -0.10], [0.22, -0.10]]
        {
            for wide in [9.0, 0.09] {
                let (a, c) = if wide > 1.0 { (0.09, 9.0) } else { (9.0, 0.09) };
                let center = if wide > 1.0 { [x, y, 0.0] } else { [0.0, y, x] };
                paper = paper.with(Mask::ellipsoid(center, [a, 0.09, c]), color);
            }
        }
    }
    slab(builder, "box", [-0.47, -0.80, -0.47], [0.47, 0.20, 0.47], 0.03, &paper);
    slab(builder, "lid", [-0.53, 0.14, -0.53], [0.53, 0.36, 0.53], 0.03, &Paint::plain(shade(main, 0.84)));
    let band = Paint::glossy(silk);
    for half in [[0.105, 0.0, 0.50], [0.50, 0.0, 0.105]] {
        let [a, _, c] = half;
        slab(builder, "ribbon", [-a, -0.79, -c], [a, 0.16, c], 0.02, &band);
        let (a, c) = (if a > 0.2 { 0.56 } else { a }, if c > 0.2 { 0.56 } else { c });
        slab(builder, "ribbon", [-a, 0.15, -c], [a, 0.39, c], 0.02, &band);
    }
    let size = if look.has(1) { 1.2 } else { 1.0 };
    for [x, z] in around(4, 0.5) {
        let loop_center = [0.17 * size * x, 0.50, 0.17 * size * z];
        let frame = Frame::towards(loop_center, add(loop_center, [-z, 0.0, x]), [x, 0.6, z]);
        builder.torus("bow", frame, 0.135 * size, 0.055, &band);
    }
    builder.sphere("knot", [0.0, 0.44, 0.0], 0.11, &Paint::glossy(shade(silk, 0.82)));
    if look.has(3) {
        let card = Paint::plain(look.detail(WHITE))
            .with(Mask::ellipsoid([0.0, 0.09, 0.0], [0.035, 0.035, 0.2]), INK);
        builder.block(
            "tag",
            Frame::at([0.28, 0.04, 0.56]).turned([0.0, 0.0, 24.0]),
            [0.11, 0.17, 0.04],
            0.03,
            &card,
        );
    }
}
