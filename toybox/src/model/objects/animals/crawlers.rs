//! Snail and spider.

use super::pieces::{eye, eyes, smile};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, add};
use crate::model::builder::Builder;
use crate::model::objects::pieces::shade;
use crate::model::palette::{RED, WHITE};
use crate::paint::{Mask, Paint};

pub(super) fn snail(builder: &mut Builder, look: &Look) {
    let main = look.main([0.85, 0.48, 0.26]);
    let skin = Paint::glossy([0.95, 0.80, 0.56]);
    builder.group(0.08);
    builder.ellipsoid("foot", Frame::at([0.0, -0.69, -0.04]), [0.24, 0.11, 0.72], &skin);
    builder.cone("neck", [0.0, -0.60, 0.36], [0.0, -0.16, 0.54], 0.20, 0.17, &skin);
    builder.sphere("head", [0.0, -0.06, 0.56], 0.21, &skin);
    builder.group(0.0);
    for side in [-1.0, 1.0] {
        let tip = [side * 0.16, 0.34, 0.62];
        builder.rod("stalk", [side * 0.10, 0.06, 0.56], tip, 0.05, &skin);
        eye(builder, tip, 0.11, [side * 0.3, 0.1, 1.0]);
    }
    smile(builder, [0.0, -0.15, 0.76], 0.09, [0.45, 0.24, 0.14]);
    // A spiral on both sides of the shell.
    let center = [0.0, -0.10, -0.22];
    let shell = Paint::glossy(main);
    builder.group(0.02);
    builder.disc("shell", super::super::sideways(center), 0.50, 0.20, &shell);
    builder.torus("shell", super::super::sideways(center), 0.38, 0.215, &shell);
    builder.group(0.0);
    let dark = Paint::glossy(shade(main, 0.58));
    for side in [-1.0, 1.0] {
        let spiral: Vec<(Vec3, f32)> = (0..=22)
            .map(|step| {
                let share = step as f32 / 22.0;
                let (sine, cosine) = (1.2 + 10.5 * share).sin_cos();
                let reach = 0.50 - 0.46 * share;
                let out = 0.20 + 0.04 * (1.0 - (2.4 * share - 0.6).powi(2)).max(-0.8);
                (add(center, [side * out, reach * sine, reach * cosine]), 0.048)
            })
            .collect();
        builder.chain("spiral", &spiral, &dark);
    }
    if look.has(1) {
        let green = Paint::plain([0.40, 0.68, 0.26])
            .with(Mask::band([1.0, 0.0, 0.0], -0.025, 0.025), [0.28, 0.50, 0.18]);
        let frame = Frame::at([0.0, -0.775, 0.0]).turned([90.0, 0.0, 0.0]);
        let blade = builder.block("leaf", frame, [0.46, 0.78, 0.045], 0.04, &green);
        for (x, z) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
            blade.cuts.push(([0.8 * x, 0.0, 0.6 * z], 0.56));
        }
    }
    if look.has(2) {
        let bone = Paint::glossy(shade(main, 1.25));
        for turn in [-60.0f32, -20.0, 20.0, 60.0, 100.0] {
            let (sine, cosine) = turn.to_radians().sin_cos();
            let at = |reach: f32| add(center, [0.0, reach * cosine, -reach * sine]);
            builder.cone("spike", at(0.52), at(0.74), 0.11, 0.036, &bone);
        }
    }
}

pub(super) fn spider(builder: &mut Builder, look: &Look) {
    let main = look.main([0.24, 0.20, 0.26]);
    let coat = Paint::new(main, 0.0, 0.75);
    let mut back = coat.clone();
    if look.has(1) {
        let mark = look.detail(RED);
        let upper = Mask::band([0.0, 1.0, 0.0], 0.05, 9.0);
        back = back
            .with(
                Mask::band([1.0, 0.0, 0.0], -0.06, 0.06)
                    .and(Mask::band([0.0, 0.0, 1.0], -0.30, 0.26))
                    .and(upper.clone()),
                mark,
            )
            .with(
                Mask::band([0.0, 0.0, 1.0], 0.0, 0.12)
                    .and(Mask::band([1.0, 0.0, 0.0], -0.20, 0.20))
                    .and(upper),
                mark,
            );
    }
    builder.group(0.04);
    builder.ellipsoid("abdomen", Frame::at([0.0, -0.20, -0.32]), [0.38, 0.34, 0.42], &back);
    builder.ellipsoid("head", Frame::at([0.0, -0.28, 0.20]), [0.27, 0.24, 0.26], &coat);
    builder.group(0.0);
    let knees = Paint::new(shade(main, 1.9), 0.0, 0.75);
    for side in [-1.0, 1.0] {
        for (z, reach) in [(0.58, 0.46), (0.24, 0.66), (-0.16, 0.68), (-0.52, 0.56)] {
            let root = [side * 0.18, -0.28, 0.16 + 0.16 * z];
            let knee = [side * 0.74 * reach, 0.10, 0.14 + 0.60 * z];
            let foot = [side * 1.10 * reach, -0.755, 0.14 + 1.02 * z];
            builder.cone("leg", root, knee, 0.075, 0.065, &coat);
            builder.sphere("knee", knee, 0.08, &knees);
            builder.cone("leg", knee, foot, 0.065, 0.045, &coat);
        }
    }
    eyes(builder, [0.115, -0.20, 0.405], 0.105, [0.3, 0.1, 1.0]);
    for side in [-1.0, 1.0] {
        eye(builder, [side * 0.225, -0.09, 0.33], 0.055, [side * 0.6, 0.4, 0.8]);
    }
    smile(builder, [0.0, -0.40, 0.425], 0.09, [0.86, 0.40, 0.44]);
    if look.has(2) {
        for side in [-1.0, 1.0] {
            let root = [side * 0.09, -0.38, 0.42];
            builder.cone("fang", root, [side * 0.08, -0.58, 0.48], 0.06, 0.036, &Paint::glossy(WHITE));
        }
    }
}
