//! House, church and barn: walls under a roof whose ridge is along Z.

use super::palette::{BRASS, CREAM, WHITE};
use super::pieces::{BRICK, GLASS, GRANITE, OAK, X, Y, Z, door, window};
use super::roofs::{gable, pyramid, slopes};
use crate::catalog::entry::Look;
use crate::math::Frame;
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::paint::{Mask, Paint};

pub(super) fn house(builder: &mut Builder, look: &Look) {
    let main = look.main([0.98, 0.84, 0.58]);
    let walls = Paint::plain(main);
    slab(builder, "wall", [-0.54, -0.80, -0.52], [0.54, -0.04, 0.52], 0.02, &walls);
    slab(builder, "plinth", [-0.58, -0.80, -0.56], [0.58, -0.71, 0.56], 0.02, &Paint::plain(GRANITE));
    let roof = look.detail(BRICK);
    if look.has(1) {
        let courses = Paint::plain(roof).with(Mask::stripes(Y, 0.18, 0.22), shade(roof, 0.75));
        pyramid(builder, [-0.72, -0.12, -0.70], [0.72, 0.79, 0.70], 0.08, &courses);
    } else {
        let tiles = Paint::plain(BRICK).with(Mask::stripes(Y, 0.16, 0.22), shade(BRICK, 0.75));
        gable(builder, [-0.54, -0.06, -0.52], [0.54, 0.53, 0.52], &[[0.54, -0.04], [0.0, 0.53]], &walls);
        slopes(builder, [0.72, -0.14], [0.0, 0.62], [-0.64, 0.64], 0.10, &tiles);
        let attic = Paint::plain(WHITE).with_material(Mask::ellipsoid([0.0; 3], [0.075, 9.0, 0.075]), GLASS);
        builder.disc("window", facing([0.0, 0.16, 0.52]), 0.12, 0.04, &attic);
    }
    slab(builder, "door", [-0.16, -0.75, 0.46], [0.16, -0.30, 0.55], 0.02, &Paint::plain(WHITE));
    let knob = Mask::ellipsoid([0.06, 0.0, 0.06], [0.03, 0.03, 0.06]);
    slab(
        builder,
        "door",
        [-0.11, -0.75, 0.46],
        [0.11, -0.35, 0.58],
        0.02,
        &Paint::plain(OAK).with(knob, BRASS),
    );
    slab(builder, "step", [-0.22, -0.80, 0.50], [0.22, -0.72, 0.70], 0.02, &Paint::plain(GRANITE));
    for x in [-0.345, 0.345] {
        let paint = window(WHITE, X, [0.13, 0.13]);
        slab(builder, "window", [x - 0.13, -0.52, -0.56], [x + 0.13, -0.26, 0.56], 0.02, &paint);
    }
    slab(
        builder,
        "window",
        [-0.58, -0.52, -0.13],
        [0.58, -0.26, 0.13],
        0.02,
        &window(WHITE, Z, [0.13, 0.13]),
    );
    if look.has(2) {
        let paint = Paint::plain(look.detail([0.62, 0.30, 0.24]));
        slab(builder, "chimney", [0.24, 0.05, -0.12], [0.46, 0.70, 0.10], 0.02, &paint);
        slab(builder, "chimney", [0.20, 0.66, -0.16], [0.50, 0.78, 0.14], 0.03, &paint);
    }
    if look.has(3) {
        porch(builder);
    }
}

/// Adds a porch before the door of the house.
fn porch(builder: &mut Builder) {
    let white = Paint::plain(WHITE);
    slab(builder, "porch", [-0.50, -0.80, 0.50], [0.50, -0.70, 0.79], 0.02, &Paint::plain(OAK));
    slab(builder, "porch", [-0.52, -0.26, 0.48], [0.52, -0.15, 0.80], 0.03, &Paint::plain(BRICK));
    for x in [-0.44, 0.44] {
        builder.rod("porch", [x, -0.72, 0.72], [x, -0.20, 0.72], 0.05, &white);
        let (inner, outer) = if x < 0.0 { (-0.44, -0.18) } else { (0.18, 0.44) };
        slab(builder, "railing", [inner, -0.58, 0.69], [outer, -0.51, 0.75], 0.02, &white);
        slab(
            builder,
            "railing",
            [-0.03 + 0.41 * x, -0.72, 0.69],
            [0.03 + 0.41 * x, -0.51, 0.75],
            0.02,
            &white,
        );
    }
}

pub(super) fn church(builder: &mut Builder, look: &Look) {
    let main = look.main([0.95, 0.92, 0.84]);
    let walls = Paint::plain(main);
    let slate = Paint::plain([0.36, 0.42, 0.52]).with(Mask::stripes(Y, 0.16, 0.22), [0.28, 0.33, 0.42]);
    // The nave is shorter where there are stairs.
    let front = if look.has(2) { 0.50 } else { 0.74 };
    slab(builder, "nave", [-0.38, -0.80, -0.74], [0.38, -0.26, 0.30], 0.02, &walls);
    gable(builder, [-0.38, -0.28, -0.74], [0.38, 0.12, 0.30], &[[0.38, -0.26], [0.0, 0.12]], &walls);
    slopes(builder, [0.52, -0.34], [0.0, 0.19], [-0.79, 0.34], 0.10, &slate);
    let back = front - 0.46;
    slab(builder, "tower", [-0.23, -0.80, back], [0.23, 0.20, front], 0.02, &walls);
    slab(
        builder,
        "cornice",
        [-0.27, 0.16, back - 0.04],
        [0.27, 0.24, front + 0.04],
        0.02,
        &Paint::plain(CREAM),
    );
    let middle = 0.5 * (front + back);
    if look.has(1) {
        let paint = Paint::glossy(look.detail([0.92, 0.70, 0.22]));
        builder.group(0.05);
        builder.ellipsoid("dome", Frame::at([0.0, 0.36, middle]), [0.27, 0.22, 0.27], &paint);
        builder.cone("dome", [0.0, 0.46, middle], [0.0, 0.62, middle], 0.14, 0.05, &paint);
        builder.group(0.0);
    } else {
        pyramid(builder, [-0.26, 0.22, back - 0.03], [0.26, 0.66, front + 0.03], 0.05, &slate);
    }
    let brass = Paint::metal(BRASS);
    builder.rod("cross", [0.0, 0.58, middle], [0.0, 0.765, middle], 0.035, &brass);
    builder.rod("cross", [-0.08, 0.715, middle], [0.08, 0.715, middle], 0.035, &brass);
    door(builder, [0.0, -0.80, front], [0.13, 0.40], OAK);
    let rose = Paint::plain(CREAM).with_material(Mask::ellipsoid([0.0; 3], [0.085, 9.0, 0.085]), GLASS);
    builder.disc("window", facing([0.0, -0.22, front]), 0.13, 0.045, &rose);
    let louvre = Paint::plain([0.28, 0.33, 0.42]);
    slab(builder, "belfry", [-0.27, -0.02, middle - 0.08], [0.27, 0.12, middle + 0.08], 0.02, &louvre);
    slab(builder, "belfry", [-0.08, -0.02, back - 0.03], [0.08, 0.12, front + 0.04], 0.02, &louvre);
    for z in [-0.54, -0.24] {
        let paint = window(CREAM, Z, [0.10, 0.17]);
        slab(builder, "window", [-0.42, -0.66, z - 0.10], [0.42, -0.34, z + 0.10], 0.02, &paint);
    }
    if look.has(2) {
        stairs(builder, front);
    }
    if look.has(3) {
        buttresses(builder);
    }
}

pub(super) fn barn(builder: &mut Builder, look: &Look) {
    let main = look.main([0.80, 0.19, 0.15]);
    let walls =
        Paint::plain(main).with(Mask::band(X, 0.45, 9.0).mirrored().and(Mask::band(Z, 0.60, 9.0)), WHITE);
    let planks = Paint::plain(main);
    slab(builder, "wall", [-0.54, -0.80, -0.62], [0.54, -0.22, 0.62], 0.02, &walls);
    let profile = [[0.54, -0.22], [0.40, 0.16], [0.0, 0.42]];
    gable(builder, [-0.54, -0.24, -0.62], [0.54, 0.42, 0.62], &profile, &planks);
    let roof = Paint::plain([0.42, 0.40, 0.44]).with(Mask::stripes(Z, 0.25, 0.16), [0.52, 0.50, 0.54]);
    slopes(builder, [0.66, -0.28], [0.48, 0.20], [-0.72, 0.72], 0.10, &roof);
    slopes(builder, [0.50, 0.185], [0.0, 0.51], [-0.72, 0.72], 0.10, &roof);
    let frame = Mask::band(X, -0.22, 0.22).and(Mask::band(Y, -0.21, 0.21)).outside();
    let gap = Mask::band(X, -0.028, 0.028);
    let [rise, fall] = [0.464, -0.464].map(|y| Mask::band([0.886, y, 0.0], 0.070, 0.124).mirrored());
    let gate = Paint::plain(shade(main, 0.72))
        .with(rise, WHITE)
        .with(fall, WHITE)
        .with(frame, WHITE)
        .with(gap, WHITE);
    slab(builder, "gate", [-0.29, -0.80, 0.56], [0.29, -0.24, 0.68], 0.015, &gate);
    let hatch = Mask::band(X, -0.085, 0.085).and(Mask::band(Y, -0.085, 0.085));
    let loft = Paint::plain(WHITE).with(hatch, [0.24, 0.16, 0.12]);
    slab(builder, "loft", [-0.14, -0.08, -0.66], [0.14, 0.20, 0.67], 0.015, &loft);
    for z in [-0.30, 0.28] {
        let paint = window(WHITE, Z, [0.13, 0.13]);
        slab(builder, "window", [-0.575, -0.58, z - 0.13], [0.575, -0.32, z + 0.13], 0.015, &paint);
    }
    if look.has(1) {
        let color = look.detail([0.72, 0.75, 0.80]);
        let paint = Paint::plain(color).with(Mask::stripes(Y, 0.26, 0.22), shade(color, 0.75));
        pillar(builder, "silo", [0.58, 0.10], [-0.80, 0.56], [0.22, 0.22], &paint);
        builder.ellipsoid(
            "silo",
            Frame::at([0.58, 0.55, 0.10]),
            [0.22, 0.22, 0.22],
            &Paint::plain(shade(color, 0.8)),
        );
    }
    if look.has(2) {
        let straw = Paint::plain([0.93, 0.76, 0.32]).with(Mask::stripes(X, 0.22, 0.22), [0.74, 0.54, 0.20]);
        for (x, y) in [(0.47, -0.70), (0.52, -0.51), (-0.49, -0.70)] {
            builder.block("bale", Frame::at([x, y, 0.69]), [0.16, 0.10, 0.10], 0.03, &straw);
        }
    }
    if look.has(3) {
        let vane = Paint::metal(BRASS);
        builder.rod("vane", [0.0, 0.46, 0.36], [0.0, 0.74, 0.36], 0.035, &vane);
        builder.rod("vane", [-0.20, 0.62, 0.36], [0.16, 0.62, 0.36], 0.035, &vane);
        builder.cone("vane", [0.14, 0.62, 0.36], [0.25, 0.62, 0.36], 0.09, 0.035, &vane);
        builder.block("vane", Frame::at([-0.20, 0.62, 0.36]), [0.06, 0.10, 0.035], 0.02, &vane);
        builder.sphere("vane", [0.0, 0.74, 0.36], 0.06, &vane);
    }
}

/// Adds three steps before the church.
fn stairs(builder: &mut Builder, front: f32) {
    let stone = Paint::plain(GRANITE);
    for step in 0..3 {
        let (height, reach) = (-0.80 + 0.07 * (3 - step) as f32, front + 0.04 + 0.085 * (step + 1) as f32);
        slab(builder, "stair", [-0.26, -0.80, front - 0.1], [0.26, height, reach], 0.015, &stone);
    }
}

/// Adds buttresses to both walls of the nave.
fn buttresses(builder: &mut Builder) {
    for z in [-0.68, -0.39, -0.09] {
        let part = builder.block(
            "buttress",
            Frame::at([0.0, -0.55, z]),
            [0.62, 0.25, 0.06],
            0.0,
            &Paint::plain(GRANITE),
        );
        super::roofs::slope_to(part, [0.62, -0.55], [0.38, -0.30]);
    }
}
