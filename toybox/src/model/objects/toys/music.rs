//! Drum and piano.

use crate::catalog::entry::Look;
use crate::math::Frame;
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, pillar, shade, slab};
use crate::model::palette::{BRASS, INK, RED, WHITE, YELLOW, brass};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

pub(super) fn drum(builder: &mut Builder, look: &Look) {
    let main = look.main(RED);
    let wall = Paint::glossy(main);
    pillar(builder, "drum", [0.0, 0.0], [-0.62, -0.02], [0.68, 0.68], &wall);
    let hoop = Paint::metal(BRASS);
    for y in [-0.57, -0.06] {
        builder.disc("hoop", Frame::at([0.0, y, 0.0]), 0.73, 0.085, &hoop);
    }
    builder.disc("skin", Frame::at([0.0, 0.0, 0.0]), 0.64, 0.05, &Paint::plain([0.97, 0.94, 0.86]));
    let cord = Paint::plain(WHITE);
    let places: Vec<[f32; 2]> = around(16, 0.0).collect();
    for (index, [x, z]) in places.iter().enumerate() {
        let [a, b] = places[(index + 1) % places.len()];
        let (low, high) = if index % 2 == 0 { (-0.52, -0.11) } else { (-0.11, -0.52) };
        builder.rod("cord", [0.69 * x, low, 0.69 * z], [0.69 * a, high, 0.69 * b], 0.04, &cord);
    }
    if look.has(1) {
        let wood = Paint::plain([0.88, 0.68, 0.42]);
        for (a, b) in [([-0.56, 0.10, 0.42], [0.46, 0.12, -0.16]), ([0.56, 0.11, 0.46], [-0.40, 0.20, -0.12])]
        {
            builder.cone("drumstick", a, b, 0.042, 0.055, &wood);
            builder.sphere("drumstick", b, 0.09, &wood);
        }
    }
    if look.has(2) {
        let band = Paint::plain(look.detail(YELLOW));
        let arc = Shape::Arc { major: 0.66, minor: 0.065, half_angle: 1.55 };
        builder.add("strap", arc, Frame::at([0.0, -0.06, 0.0]), &band);
    }
}

pub(super) fn piano(builder: &mut Builder, look: &Look) {
    let main = look.main([0.12, 0.11, 0.13]);
    let lacquer = Paint::new(main, 0.0, 0.12);
    let dark = Paint::new(shade(main, 0.7), 0.0, 0.2);
    builder.group(0.03);
    // A body with a straight side to the left and a curve to the right.
    slab(builder, "body", [-0.70, -0.28, 0.06], [0.70, -0.02, 0.50], 0.03, &lacquer);
    slab(builder, "body", [-0.70, -0.28, -0.50], [0.0, -0.02, 0.10], 0.03, &lacquer);
    pillar(builder, "body", [-0.34, -0.42], [-0.28, -0.02], [0.36, 0.36], &lacquer);
    pillar(builder, "body", [0.16, -0.04], [-0.28, -0.02], [0.44, 0.44], &lacquer);
    builder.group(0.0);
    let strings =
        Paint::metal([0.86, 0.68, 0.32]).with(Mask::stripes([1.0, 0.0, 0.0], 0.13, 0.3), [0.62, 0.44, 0.18]);
    slab(builder, "strings", [-0.58, -0.05, -0.52], [0.20, 0.01, 0.12], 0.02, &strings);
    // The lid is open; its hinge is on the straight side.
    builder.rod("hinge", [-0.58, -0.02, -0.52], [-0.58, -0.02, 0.30], 0.06, &lacquer);
    let lid = Frame::at([-0.46, 0.20, -0.10]).turned([0.0, 0.0, 62.0]);
    builder.block("lid", lid.moved([0.10, 0.0, 0.0]), [0.36, 0.036, 0.46], 0.03, &lacquer);
    builder.rod("prop", [0.26, -0.06, -0.10], [-0.18, 0.46, -0.10], 0.037, &brass());
    let black = Mask::stripes([1.0, 0.0, 0.0], 0.16, 0.42).and(Mask::band([0.0, 0.0, 1.0], -9.0, 0.02));
    let keys = Paint::glossy(WHITE).with(black, INK);
    slab(builder, "keys", [-0.60, -0.20, 0.40], [0.60, -0.08, 0.72], 0.02, &keys);
    slab(builder, "shelf", [-0.70, -0.28, 0.40], [0.70, -0.17, 0.75], 0.02, &lacquer);
    for side in [-1.0, 1.0] {
        slab(
            builder,
            "cheek",
            [side * 0.65 - 0.055, -0.26, 0.40],
            [side * 0.65 + 0.055, 0.0, 0.75],
            0.03,
            &lacquer,
        );
    }
    for (x, z) in [(-0.56, 0.52), (0.56, 0.52), (-0.30, -0.52)] {
        builder.cone("leg", [x, -0.28, z], [x, -0.72, z], 0.085, 0.06, &dark);
        builder.sphere("caster", [x, -0.73, z], 0.07, &brass());
    }
    slab(builder, "pedals", [-0.06, -0.62, 0.30], [0.06, -0.24, 0.42], 0.03, &dark);
    slab(builder, "pedals", [-0.18, -0.70, 0.28], [0.18, -0.60, 0.48], 0.03, &brass());
    let desk = Frame::at([0.0, 0.14, 0.30]).turned([-16.0, 0.0, 0.0]);
    builder.block("music desk", desk, [0.34, 0.16, 0.037], 0.02, &lacquer);
    if look.has(2) {
        let lines = Mask::stripes([0.0, 1.0, 0.0], 0.10, 0.3).and(Mask::band([1.0, 0.0, 0.0], -0.24, 0.24));
        let page = Paint::plain(WHITE).with(lines, [0.30, 0.30, 0.34]);
        builder.block("sheet", desk.moved([0.0, 0.08, 0.055]), [0.30, 0.22, 0.037], 0.01, &page);
    }
    if look.has(1) {
        let cushion = Paint::plain(look.detail([0.74, 0.16, 0.20]));
        slab(builder, "stool", [-0.28, -0.50, 0.52], [0.28, -0.40, 0.79], 0.04, &cushion);
        for x in [-0.22, 0.22] {
            builder.rod("stool", [x, -0.46, 0.66], [x, -0.755, 0.66], 0.045, &dark);
        }
        slab(builder, "rail", [-0.06, -0.68, 0.40], [0.06, -0.44, 0.66], 0.03, &dark);
    }
}
