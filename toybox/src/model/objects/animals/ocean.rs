//! Shark, whale and crab.

use super::pieces::{eye, eyes};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, shade};
use crate::model::palette::WHITE;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Adds a flat fin at a center, with rotations in degrees and radii.
fn fin(builder: &mut Builder, place: Vec3, turn: Vec3, radii: Vec3, paint: &Paint) {
    builder.ellipsoid("fin", Frame::at(place).turned(turn), radii, paint);
}

/// Adds a wide mouth that follows a round snout with a given center and radii.
fn grin(builder: &mut Builder, [y, z]: [f32; 2], [wide, deep]: [f32; 2], rise: f32, color: Vec3) {
    let points: Vec<(Vec3, f32)> = (-4i8..=4)
        .map(|step| {
            let (sine, cosine) = (0.26 * f32::from(step)).sin_cos();
            ([wide * sine, y + rise * (1.0 - cosine), z + deep * cosine], 0.037)
        })
        .collect();
    builder.chain("mouth", &points, &Paint::plain(color));
}

pub(super) fn shark(builder: &mut Builder, look: &Look) {
    let main = look.main([0.42, 0.54, 0.66]);
    let belly = Mask::band([0.0, 1.0, -0.05], -9.0, -0.08);
    let mut skin = Paint::glossy(main);
    if look.has(1) {
        let stripes = Mask::stripes([0.0, 0.0, 1.0], 0.26, 0.40);
        skin = skin.with(stripes, look.detail(shade(main, 0.6)));
    }
    let skin = skin.with(belly, [0.96, 0.96, 0.95]);
    let plain = Paint::glossy(main);
    let gills = Mask::stripes([0.0, 0.0, 1.0], 0.09, 0.4)
        .and(Mask::ellipsoid([0.34, 0.02, 0.10], [0.2, 0.11, 0.13]).mirrored());
    let body = if look.has(1) { skin.clone() } else { skin.clone().with(gills, shade(main, 0.5)) };
    builder.group(0.10);
    builder.ellipsoid("body", Frame::at([0.0, -0.08, 0.14]), [0.35, 0.35, 0.60], &body);
    builder.cone("tail", [0.0, -0.06, -0.20], [0.08, -0.02, -0.60], 0.25, 0.09, &plain);
    builder.group(0.04);
    fin(builder, [0.16, 0.22, -0.68], [-28.0, 0.0, 0.0], [0.055, 0.30, 0.13], &plain);
    fin(builder, [0.14, -0.20, -0.66], [34.0, 0.0, 0.0], [0.055, 0.21, 0.11], &plain);
    fin(builder, [0.0, 0.32, 0.02], [-30.0, 0.0, 0.0], [0.06, 0.34, 0.19], &plain);
    for side in [-1.0, 1.0] {
        fin(builder, [side * 0.44, -0.22, 0.10], [-20.0, 0.0, side * 64.0], [0.15, 0.30, 0.055], &plain);
    }
    builder.group(0.0);
    eyes(builder, [0.245, 0.06, 0.50], 0.085, [0.8, 0.15, 0.6]);
    grin(builder, [-0.19, 0.30], [0.33, 0.40], 0.10, [0.62, 0.16, 0.20]);
    for step in -2i8..=2 {
        let (sine, cosine) = (0.36 * f32::from(step)).sin_cos();
        let place = [0.32 * sine, -0.195 + 0.08 * (1.0 - cosine), 0.30 + 0.40 * cosine];
        builder.cone(
            "tooth",
            place,
            [place[0], place[1] - 0.075, place[2]],
            0.046,
            0.035,
            &Paint::glossy(WHITE),
        );
    }
    if look.has(2) {
        let air = Paint::glossy([0.74, 0.90, 0.98]);
        for (place, radius) in [
            ([0.10, -0.04, 0.74], 0.06),
            ([0.14, 0.08, 0.72], 0.075),
            ([0.10, 0.22, 0.66], 0.09),
            ([0.13, 0.38, 0.60], 0.10),
        ] {
            builder.sphere("bubble", place, radius, &air);
        }
        builder.sphere("bubble", [0.10, 0.24, 0.52], 0.10, &air);
    }
}

pub(super) fn whale(builder: &mut Builder, look: &Look) {
    let main = look.main([0.24, 0.46, 0.76]);
    let belly = Mask::band([0.0, 1.0, 0.12], -9.0, -0.14);
    let grooves = Mask::stripes([1.0, 0.0, 0.0], 0.15, 0.28).and(belly.clone());
    let mut skin = Paint::glossy(main);
    if look.has(2) {
        let color = look.detail(shade(main, 1.5));
        for place in [
            [0.26, 0.30, 0.14],
            [-0.24, 0.34, -0.06],
            [0.06, 0.42, -0.24],
            [-0.38, 0.14, 0.20],
            [0.40, 0.12, -0.12],
        ] {
            skin = skin.with(Mask::ellipsoid(place, [0.10, 0.12, 0.10]), color);
        }
    }
    let skin = skin.with(belly, [0.95, 0.93, 0.88]).with(grooves, [0.80, 0.80, 0.80]);
    let plain = Paint::glossy(main);
    builder.group(0.12);
    builder.ellipsoid("body", Frame::at([0.0, -0.26, 0.14]), [0.52, 0.46, 0.60], &skin);
    let tail = [([0.0, -0.24, -0.26], 0.30), ([0.0, -0.08, -0.54], 0.16), ([0.0, 0.14, -0.66], 0.095)];
    builder.chain("tail", &tail, &plain);
    builder.group(0.04);
    for side in [-1.0, 1.0] {
        fin(builder, [side * 0.22, 0.28, -0.66], [-18.0, 0.0, side * -62.0], [0.13, 0.27, 0.06], &plain);
        fin(builder, [side * 0.56, -0.44, 0.16], [-16.0, 0.0, side * 58.0], [0.14, 0.25, 0.06], &plain);
    }
    builder.group(0.0);
    eyes(builder, [0.39, -0.20, 0.47], 0.085, [0.75, 0.1, 0.65]);
    grin(builder, [-0.42, 0.22], [0.46, 0.48], 0.16, [0.16, 0.22, 0.36]);
    if look.has(1) {
        let water = Paint::glossy([0.66, 0.88, 0.98]);
        builder.group(0.05);
        builder.cone("spout", [0.0, 0.12, 0.16], [0.0, 0.48, 0.14], 0.07, 0.085, &water);
        for [x, z] in around(5, 0.0) {
            let drop = [
                ([0.0, 0.46, 0.14], 0.085),
                ([0.18 * x, 0.62, 0.14 + 0.18 * z], 0.08),
                ([0.34 * x, 0.48, 0.14 + 0.34 * z], 0.085),
            ];
            builder.chain("spout", &drop, &water);
        }
        builder.group(0.0);
    }
}

pub(super) fn crab(builder: &mut Builder, look: &Look) {
    let main = look.main([0.90, 0.28, 0.18]);
    let mut shell = Paint::glossy(main).with(Mask::band([0.0, 1.0, 0.0], -9.0, -0.14), [0.98, 0.82, 0.66]);
    if look.has(1) {
        let color = look.detail([0.98, 0.72, 0.34]);
        for place in [
            [0.0, 0.28, -0.06],
            [0.24, 0.22, -0.06],
            [-0.24, 0.22, -0.06],
            [0.12, 0.22, -0.22],
            [-0.12, 0.22, -0.22],
        ] {
            shell = shell.with(Mask::ellipsoid(place, [0.075; 3]), color);
        }
    }
    let skin = Paint::glossy(main);
    let dark = Paint::glossy(shade(main, 0.78));
    builder.group(0.0);
    builder.ellipsoid("shell", Frame::at([0.0, -0.36, -0.06]), [0.48, 0.29, 0.36], &shell);
    for side in [-1.0, 1.0] {
        let stalk = [side * 0.14, 0.06, 0.16];
        builder.rod("stalk", [side * 0.12, -0.16, 0.12], stalk, 0.05, &skin);
        eye(builder, stalk, 0.115, [side * 0.2, 0.1, 1.0]);
        for (z, out) in [(0.10, 0.74), (-0.10, 0.76), (-0.30, 0.68)] {
            let leg = [
                ([side * 0.34, -0.42, z], 0.075),
                ([side * (out - 0.14), -0.40, 1.3 * z], 0.065),
                ([side * out, -0.74, 1.6 * z], 0.045),
            ];
            builder.chain("leg", &leg, &dark);
        }
        let arm = [
            ([side * 0.38, -0.34, 0.16], 0.085),
            ([side * 0.60, -0.24, 0.30], 0.085),
            ([side * 0.58, -0.02, 0.40], 0.09),
        ];
        builder.chain("arm", &arm, &skin);
        builder.group(0.03);
        let wrist = [side * 0.57, 0.06, 0.42];
        for (bend, thick) in [(0.17, 0.125), (-0.16, 0.10)] {
            let claw = [
                (wrist, 0.13),
                ([wrist[0] + side * 0.7 * bend, 0.20, 0.46], thick),
                ([wrist[0] + side * 0.38 * bend, 0.40, 0.46], 0.045),
            ];
            builder.chain("claw", &claw, &skin);
        }
        builder.group(0.0);
    }
    let arc = Shape::Arc { major: 0.13, minor: 0.037, half_angle: 0.95 };
    builder.add(
        "mouth",
        arc,
        Frame::at([0.0, -0.29, 0.30]).turned([0.0, 0.0, 180.0]),
        &Paint::plain([0.42, 0.10, 0.09]),
    );
    if look.has(2) {
        let pearl = Paint::glossy([0.96, 0.94, 0.98]);
        builder.sphere("pearl", [0.0, -0.62, 0.34], 0.17, &pearl);
    }
}
