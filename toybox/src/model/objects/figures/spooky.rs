//! Ghost and skull.

use crate::catalog::entry::Look;
use crate::math::Frame;
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, pillar, shade};
use crate::model::palette::{INK, YELLOW, brass};
use crate::paint::{Mask, Paint};

pub(super) fn ghost(builder: &mut Builder, look: &Look) {
    let main = look.main([0.93, 0.95, 0.98]);
    let cloth = Paint::new(main, 0.0, 0.7);
    builder.group(0.08);
    builder.sphere("ghost", [0.0, 0.30, 0.0], 0.42, &cloth);
    pillar(builder, "ghost", [0.0, 0.0], [-0.52, 0.34], [0.52, 0.42], &cloth);
    // The wavy hem.
    for [x, z] in around(8, 0.0) {
        builder.cone("hem", [0.42 * x, -0.40, 0.42 * z], [0.46 * x, -0.66, 0.46 * z], 0.16, 0.12, &cloth);
    }
    for side in [-1.0, 1.0] {
        let arm = [
            ([side * 0.38, 0.02, 0.06], 0.13),
            ([side * 0.60, 0.08, 0.20], 0.11),
            ([side * 0.66, 0.22, 0.26], 0.10),
        ];
        builder.chain("arm", &arm, &cloth);
    }
    builder.group(0.0);
    let ink = Paint::glossy(INK).with(Mask::ellipsoid([0.03, 0.06, 0.08], [0.035; 3]), [1.0; 3]);
    for x in [-0.16, 0.16] {
        builder.ellipsoid("eye", Frame::at([x, 0.36, 0.375]), [0.085, 0.13, 0.065], &ink);
    }
    builder.ellipsoid(
        "mouth",
        Frame::at([0.0, 0.13, 0.415]),
        [0.085, 0.10, 0.06],
        &Paint::plain([0.20, 0.16, 0.20]),
    );
    for x in [-0.29, 0.29] {
        builder.ellipsoid(
            "cheek",
            Frame::at([x, 0.19, 0.31]),
            [0.075, 0.05, 0.06],
            &Paint::plain([0.97, 0.66, 0.72]),
        );
    }
    if look.has(1) {
        let color = look.detail([0.84, 0.16, 0.20]);
        builder.sphere("bow tie", [0.0, -0.10, 0.47], 0.08, &Paint::plain(shade(color, 0.75)));
        for side in [-1.0, 1.0] {
            let (a, b) = ([0.05 * side, -0.10, 0.47], [0.23 * side, -0.09, 0.44]);
            builder.cone("bow tie", a, b, 0.05, 0.12, &Paint::plain(color));
        }
    }
    if look.has(2) {
        let iron = Paint::metal([0.40, 0.42, 0.46]);
        for (index, turn) in [-50.0f32, -25.0, 0.0, 25.0, 50.0].into_iter().enumerate() {
            let (sine, cosine) = turn.to_radians().sin_cos();
            let place = [0.53 * sine, -0.22 - 0.10 * cosine, 0.53 * cosine];
            let tilt = if index % 2 == 0 { 90.0 } else { 0.0 };
            builder.torus("link", Frame::at(place).turned([tilt, turn, 0.0]), 0.11, 0.042, &iron);
        }
        builder.sphere("weight", [0.56, -0.42, 0.36], 0.15, &iron);
    }
    if look.has(3) {
        pillar(builder, "crown", [0.0, 0.0], [0.60, 0.70], [0.24, 0.25], &brass());
        for [x, z] in around(6, 0.0) {
            builder.cone(
                "crown",
                [0.22 * x, 0.66, 0.22 * z],
                [0.24 * x, 0.765, 0.24 * z],
                0.07,
                0.036,
                &brass(),
            );
        }
    }
}

pub(super) fn skull(builder: &mut Builder, look: &Look) {
    let main = look.main([0.93, 0.90, 0.80]);
    let bone = Paint::plain(main);
    let crossed = look.has(1);
    let lift = if crossed { 0.12 } else { 0.0 };
    let at = |x: f32, y: f32, z: f32| [x, y + lift, z];
    let hollow = Paint::plain([0.16, 0.11, 0.12]);
    builder.group(0.08);
    builder.ellipsoid("skull", Frame::at(at(0.0, 0.10, -0.06)), [0.54, 0.50, 0.58], &bone);
    builder.block("jaw", Frame::at(at(0.0, -0.42, 0.24)), [0.29, 0.22, 0.24], 0.14, &bone);
    for side in [-1.0, 1.0] {
        builder.sphere("cheek", at(side * 0.34, -0.20, 0.30), 0.17, &bone);
    }
    builder.group(0.0);
    for side in [-1.0, 1.0] {
        let socket = Frame::at(at(side * 0.21, -0.02, 0.43)).turned([0.0, side * 22.0, side * -8.0]);
        builder.ellipsoid("socket", socket, [0.165, 0.17, 0.075], &hollow);
        if look.has(2) {
            let glow = Paint::glossy(look.detail([0.98, 0.26, 0.16]));
            builder.sphere("glow", at(side * 0.20, -0.02, 0.49), 0.085, &glow);
        }
        let nose = Frame::at(at(side * 0.045, -0.22, 0.475)).turned([0.0, 0.0, side * 16.0]);
        builder.ellipsoid("nose", nose, [0.05, 0.085, 0.05], &hollow);
    }
    let tooth = Paint::glossy(shade(main, 1.08));
    for x in [-0.20, -0.067, 0.067, 0.20] {
        let z = 0.47 - 0.8 * x * x;
        builder.block("tooth", Frame::at(at(x, -0.42, z)), [0.056, 0.085, 0.05], 0.03, &tooth);
        builder.block("tooth", Frame::at(at(x, -0.58, z - 0.02)), [0.052, 0.06, 0.05], 0.03, &tooth);
    }
    builder.rod("gap", at(-0.22, -0.515, 0.425), at(0.22, -0.515, 0.425), 0.04, &hollow);
    if crossed {
        for side in [-1.0, 1.0] {
            let (a, b) = ([side * 0.62, -0.70, 0.30], [side * -0.62, -0.44, 0.30]);
            builder.rod("bone", a, b, 0.075, &bone);
            for end in [a, b] {
                for (x, y) in [(0.05, 0.06), (0.05, -0.06)] {
                    let out = if end[0] > 0.0 { x } else { -x };
                    builder.sphere("bone", [end[0] + out, end[1] + y - 0.01, 0.30], 0.085, &bone);
                }
            }
        }
    }
    if look.has(3) {
        let wax = Paint::plain(look.detail([0.96, 0.93, 0.84]));
        builder.ellipsoid("wax", Frame::at([0.0, 0.58, -0.06]), [0.22, 0.06, 0.22], &wax);
        builder.rod("candle", [0.0, 0.58, -0.06], [0.0, 0.60, -0.06], 0.10, &wax);
        builder.cone("flame", [0.0, 0.70, -0.06], [0.0, 0.76, -0.06], 0.06, 0.036, &Paint::glossy(YELLOW));
    }
}
