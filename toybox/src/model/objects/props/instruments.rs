//! Bell and guitar.

use super::palette::{CREAM, INK, WHITE, steel};
use super::pieces::tied_ribbon;
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Adds a bell from its lip to its top, with the clapper below.
fn cast(builder: &mut Builder, [low, high]: [f32; 2], lip: f32, color: Vec3) {
    let height = high - low;
    let paint = Paint::metal(color);
    let dark = Paint::metal(shade(color, 0.7));
    builder.group(0.06);
    let profile = [(0.0, 0.96), (0.16, 0.80), (0.42, 0.66), (0.72, 0.56)];
    for pair in profile.windows(2) {
        let (from, to) = (low + height * pair[0].0, low + height * pair[1].0);
        let shape = Shape::Stump {
            half_height: 0.5 * (to - from),
            low: lip * pair[0].1,
            high: lip * pair[1].1,
            rounding: 0.0,
        };
        builder.add("bell", shape, Frame::at([0.0, 0.5 * (from + to), 0.0]), &paint);
    }
    builder.ellipsoid(
        "bell",
        Frame::at([0.0, low + 0.72 * height, 0.0]),
        [0.57 * lip, 0.28 * height, 0.57 * lip],
        &paint,
    );
    builder.group(0.0);
    builder.torus("lip", Frame::at([0.0, low + 0.02, 0.0]), 0.93 * lip, 0.07, &dark);
    builder.torus("band", Frame::at([0.0, low + 0.64 * height, 0.0]), 0.58 * lip, 0.045, &dark);
    builder.sphere("clapper", [0.0, low - 0.04, 0.0], 0.26 * lip, &steel());
}

pub(super) fn bell(builder: &mut Builder, look: &Look) {
    let color = look.main([0.98, 0.76, 0.28]);
    if look.has(1) {
        let wood = Paint::glossy(look.detail([0.55, 0.26, 0.14]));
        cast(builder, [-0.63, 0.20], 0.56, color);
        pillar(builder, "collar", [0.0, 0.0], [0.14, 0.28], [0.16, 0.12], &Paint::metal(shade(color, 0.7)));
        builder.cone("handle", [0.0, 0.28, 0.0], [0.0, 0.68, 0.0], 0.08, 0.12, &wood);
        return;
    }
    if look.has(3) {
        let wood = Paint::plain(look.detail([0.60, 0.38, 0.20]));
        cast(builder, [-0.46, 0.36], 0.44, color);
        builder.rod("loop", [0.0, 0.30, 0.0], [0.0, 0.62, 0.0], 0.08, &Paint::metal(shade(color, 0.7)));
        builder.rod("stand", [-0.70, 0.66, 0.0], [0.70, 0.66, 0.0], 0.10, &wood);
        for x in [-0.60, 0.60] {
            builder.rod("stand", [x, -0.72, 0.0], [x, 0.66, 0.0], 0.08, &wood);
            slab(builder, "stand", [x - 0.10, -0.80, -0.36], [x + 0.10, -0.66, 0.36], 0.04, &wood);
        }
        return;
    }
    cast(builder, [-0.62, 0.46], 0.66, color);
    builder.torus("loop", facing([0.0, 0.58, 0.0]), 0.145, 0.06, &Paint::metal(shade(color, 0.7)));
    if look.has(2) {
        let silk = Paint::glossy(look.detail([0.84, 0.14, 0.22]));
        tied_ribbon(builder, [0.0, 0.26, 0.42], 0.50, &silk);
    }
}

pub(super) fn guitar(builder: &mut Builder, look: &Look) {
    let wood = look.main([0.86, 0.50, 0.20]);
    let dark = Paint::plain([0.30, 0.17, 0.11]);
    let side = Mask::band([0.0, 1.0, 0.0], -9.0, 0.10);
    let strings =
        Mask::band([1.0, 0.0, 0.0], 0.020, 0.055).mirrored().and(Mask::band([0.0, 1.0, 0.0], 0.10, 9.0));
    let top = Paint::glossy(wood).with(side, shade(wood, 0.62)).with(strings, CREAM);
    builder.group(0.07);
    builder.disc("body", facing([0.0, -0.35, 0.0]), 0.45, 0.14, &top);
    if look.has(2) {
        for side in [-1.0, 1.0] {
            builder.cone(
                "horn",
                [side * 0.16, -0.16, 0.0],
                [side * 0.40, 0.26, 0.0],
                0.15,
                0.06,
                &Paint::glossy(wood),
            );
        }
        slab(builder, "body", [-0.26, -0.30, -0.14], [0.26, 0.10, 0.14], 0.04, &Paint::glossy(wood));
    } else {
        builder.disc("body", facing([0.0, 0.06, 0.0]), 0.34, 0.14, &top);
    }
    builder.group(0.0);
    let hole = Paint::plain(CREAM).with(Mask::ellipsoid([0.0; 3], [0.125, 3.0, 0.125]), INK);
    builder.disc("hole", facing([0.0, -0.12, 0.105]), 0.175, 0.05, &hole);
    slab(builder, "bridge", [-0.21, -0.56, 0.08], [0.21, -0.45, 0.20], 0.03, &dark);
    let frets = Paint::plain([0.36, 0.21, 0.13]).with(Mask::stripes([0.0, 1.0, 0.0], 0.13, 0.26), CREAM);
    slab(builder, "neck", [-0.085, 0.04, 0.04], [0.085, 0.58, 0.19], 0.02, &frets);
    slab(builder, "head", [-0.13, 0.54, 0.02], [0.13, 0.80, 0.16], 0.04, &Paint::glossy(shade(wood, 0.55)));
    for y in [0.61, 0.73] {
        builder.rod("peg", [-0.19, y, 0.09], [0.19, y, 0.09], 0.045, &Paint::glossy(WHITE));
    }
    if look.has(1) {
        let band = Paint::plain(look.detail([0.20, 0.46, 0.80]));
        let points = [
            ([-0.20, -0.70, -0.10], 0.07),
            ([-0.56, -0.46, -0.14], 0.07),
            ([-0.68, -0.06, -0.14], 0.07),
            ([-0.48, 0.34, -0.08], 0.07),
            ([-0.06, 0.56, 0.06], 0.07),
        ];
        builder.chain("strap", &points, &band);
    }
    if look.has(3) {
        let plate = Paint::glossy(look.detail([0.95, 0.90, 0.82]));
        builder.ellipsoid(
            "pickguard",
            Frame::at([0.20, -0.32, 0.13]).turned([0.0, 0.0, 25.0]),
            [0.15, 0.24, 0.06],
            &plate,
        );
    }
}
