//! Bookshelves and wardrobes.

use super::pieces::{OAK, UP, WALNUT, drawer, oval, soft};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::model::palette;
use crate::paint::{Mask, Paint};

/// A row of a bookshelf: left edge, width, height and color of each book.
type Row = [(f32, f32, f32, Vec3); 4];

const BOOKS: [Row; 3] = [
    [
        (-0.43, 0.13, 0.35, palette::RED),
        (-0.30, 0.11, 0.29, [0.95, 0.88, 0.70]),
        (-0.19, 0.14, 0.37, palette::TEAL),
        (0.10, 0.15, 0.31, [0.60, 0.30, 0.62]),
    ],
    [
        (-0.30, 0.13, 0.31, palette::YELLOW),
        (-0.17, 0.13, 0.37, palette::BLUE),
        (0.18, 0.12, 0.33, [0.40, 0.66, 0.30]),
        (0.30, 0.13, 0.28, palette::RED),
    ],
    [
        (-0.43, 0.15, 0.30, [0.40, 0.66, 0.30]),
        (-0.06, 0.14, 0.36, [0.92, 0.50, 0.22]),
        (0.08, 0.12, 0.30, palette::BLUE),
        (0.20, 0.15, 0.37, [0.95, 0.88, 0.70]),
    ],
];

pub(super) fn bookshelf(builder: &mut Builder, look: &Look) {
    let color = look.main([0.60, 0.37, 0.20]);
    let (wood, dark) = (Paint::plain(color), Paint::plain(shade(color, 0.7)));
    for x in [-0.50, 0.50] {
        slab(builder, "side", [x - 0.06, -0.80, -0.28], [x + 0.06, 0.70, 0.24], 0.03, &wood);
    }
    slab(builder, "back", [-0.50, -0.78, -0.28], [0.50, 0.70, -0.18], 0.02, &dark);
    slab(builder, "top", [-0.60, 0.66, -0.30], [0.60, 0.78, 0.28], 0.04, &wood);
    slab(builder, "plinth", [-0.52, -0.80, -0.24], [0.52, -0.68, 0.22], 0.02, &dark);
    let floors = [-0.70, -0.24, 0.22];
    for y in &floors[1..] {
        slab(builder, "shelf", [-0.50, y - 0.08, -0.24], [0.50, *y, 0.22], 0.02, &wood);
    }
    if look.has(1) {
        for (y, row) in floors.into_iter().zip(BOOKS) {
            for (x, width, height, color) in row {
                let label = Mask::band(UP, 0.06, 0.10);
                let cover = Paint::plain(color).with(label, palette::CREAM);
                slab(builder, "book", [x, y - 0.03, -0.22], [x + width, y + height, 0.17], 0.025, &cover);
            }
        }
    }
    if look.has(2) {
        let color = look.detail([0.30, 0.58, 0.62]);
        let panel =
            Mask::band([1.0, 0.0, 0.0], -0.16, 0.16).and(Mask::band(UP, -0.35, 0.35)).and(Mask::front());
        let door = Paint::plain(color).with(panel, shade(color, 1.25));
        for side in [-1.0, 1.0] {
            builder.block("door", Frame::at([side * 0.25, -0.25, 0.22]), [0.245, 0.47, 0.06], 0.03, &door);
            builder.sphere("knob", [side * 0.09, -0.20, 0.30], 0.055, &palette::brass());
        }
    }
    if look.has(3) {
        ladder(builder);
    }
}

fn ladder(builder: &mut Builder) {
    let wood = Paint::plain([0.90, 0.70, 0.40]);
    let (low, high): (Vec3, Vec3) = ([0.0, -0.75, 0.62], [0.0, 0.74, 0.28]);
    let at = |x: f32, t: f32| [x, low[1] + (high[1] - low[1]) * t, low[2] + (high[2] - low[2]) * t];
    for x in [0.02, 0.40] {
        builder.rod("ladder", at(x, 0.0), at(x, 1.0), 0.05, &wood);
    }
    for step in 1..6 {
        let t = step as f32 / 6.0;
        builder.rod("rung", at(0.02, t), at(0.40, t), 0.045, &wood);
    }
}

pub(super) fn wardrobe(builder: &mut Builder, look: &Look) {
    let color = look.main([0.70, 0.45, 0.30]);
    let (wood, dark) = (Paint::plain(color), Paint::plain(shade(color, 0.7)));
    for (x, z) in [(-0.40, 0.20), (0.40, 0.20), (-0.40, -0.28), (0.40, -0.28)] {
        builder.sphere("foot", [x, -0.71, z], 0.09, &Paint::plain(WALNUT));
    }
    slab(builder, "base", [-0.52, -0.70, -0.38], [0.52, -0.58, 0.34], 0.03, &dark);
    slab(builder, "cornice", [-0.55, 0.60, -0.40], [0.55, 0.72, 0.38], 0.05, &dark);
    let crest = builder.ellipsoid("crest", Frame::at([0.0, 0.60, 0.28]), [0.40, 0.20, 0.08], &wood);
    crest.cuts = vec![([0.0, -1.0, 0.0], -0.60)];
    if look.has(1) {
        open_wardrobe(builder, color);
        return;
    }
    slab(builder, "body", [-0.47, -0.64, -0.35], [0.47, 0.66, 0.26], 0.03, &wood);
    let low = if look.has(2) { -0.20 } else { -0.56 };
    if look.has(2) {
        let front = Paint::plain(look.detail([0.92, 0.80, 0.58]));
        for y in [-0.56, -0.38] {
            drawer(builder, [-0.45, y], [0.45, y + 0.16], 0.33, &front);
        }
    }
    let (middle, half) = (0.5 * (low + 0.60), 0.5 * (0.60 - low));
    for side in [-1.0, 1.0] {
        let x = side * 0.23;
        builder.block(
            "door",
            Frame::at([x, middle, 0.27]),
            [0.215, half, 0.05],
            0.02,
            &Paint::plain(shade(color, 1.18)),
        );
        if look.has(3) && side < 0.0 {
            oval(builder, "mirror", [x, middle, 0.32], [0.19, 0.46], 0.05, &palette::brass());
            let glass = Paint::new([0.80, 0.90, 0.96], 0.6, 0.1);
            oval(builder, "mirror", [x, middle, 0.33], [0.13, 0.40], 0.06, &glass);
        } else {
            builder.block("panel", Frame::at([x, middle, 0.31]), [0.13, half - 0.09, 0.055], 0.015, &wood);
        }
        builder.sphere("knob", [side * 0.065, middle - 0.05, 0.35], 0.05, &palette::brass());
    }
}

fn open_wardrobe(builder: &mut Builder, color: Vec3) {
    let wood = Paint::plain(color);
    slab(
        builder,
        "back",
        [-0.47, -0.64, -0.36],
        [0.47, 0.66, -0.25],
        0.02,
        &Paint::plain(shade(color, 0.55)),
    );
    for side in [-1.0, 1.0] {
        slab(
            builder,
            "side",
            [side * 0.43 - 0.05, -0.64, -0.35],
            [side * 0.43 + 0.05, 0.66, 0.28],
            0.02,
            &wood,
        );
        let hinge = Frame::at([side * 0.44, 0.02, 0.27]).turned([0.0, side * 65.0, 0.0]);
        let panel = Mask::band([1.0, 0.0, 0.0], -0.14, 0.14).and(Mask::band(UP, -0.46, 0.46));
        let door = Paint::plain(shade(color, 1.18)).with(panel, color);
        builder.block("door", hinge.moved([side * 0.22, 0.0, 0.0]), [0.24, 0.58, 0.05], 0.02, &door);
        builder.sphere("knob", hinge.to_object([side * 0.38, 0.0, 0.06]), 0.05, &palette::brass());
    }
    builder.rod("rail", [-0.43, 0.48, -0.05], [0.43, 0.48, -0.05], 0.045, &palette::brass());
    for (x, low, color) in
        [(-0.28, -0.20, palette::RED), (-0.07, -0.36, palette::BLUE), (0.14, -0.10, palette::YELLOW)]
    {
        let cloth = soft(color);
        pillar(builder, "clothes", [x, -0.05], [low, 0.42], [0.13, 0.09], &cloth);
        builder.rod("hanger", [x, 0.38, -0.05], [x, 0.48, -0.05], 0.05, &Paint::plain(OAK));
    }
    let shoe = Paint::glossy(palette::INK);
    for x in [-0.20, -0.04] {
        let frame = Frame::at([x, -0.55, 0.05]);
        builder.ellipsoid("shoe", frame, [0.06, 0.08, 0.14], &shoe);
    }
}
