//! Fish and octopus.

use super::pieces::{eyes, smile};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, normalize};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, shade};
use crate::model::palette::WHITE;
use crate::paint::{Mask, Paint};

pub(super) fn fish(builder: &mut Builder, look: &Look) {
    let main = look.main([0.98, 0.52, 0.14]);
    let belly = Mask::band([0.0, 1.0, -0.15], -9.0, -0.16);
    let mut scales = Paint::glossy(main).with(belly, [1.0, 0.90, 0.66]);
    if look.has(1) {
        scales = scales.with(Mask::stripes([0.0, 0.0, 1.0], 0.40, 0.42), look.detail(WHITE));
    }
    let fin = Paint::glossy(shade(main, 0.80));
    builder.group(0.10);
    builder.ellipsoid("body", Frame::at([0.0, 0.0, 0.10]), [0.34, 0.44, 0.56], &scales);
    builder.cone("tail", [0.0, 0.0, -0.26], [0.0, 0.0, -0.52], 0.20, 0.09, &Paint::glossy(main));
    builder.group(0.03);
    for up in [-1.0, 1.0] {
        builder.cone("tail fin", [0.0, 0.0, -0.50], [0.06, 0.32 * up, -0.70], 0.07, 0.09, &fin);
    }
    builder.cone("tail fin", [0.0, 0.0, -0.50], [0.06, 0.0, -0.64], 0.08, 0.08, &fin);
    builder.group(0.0);
    let sail = builder.ellipsoid(
        "fin",
        Frame::at([0.0, 0.36, 0.0]).turned([-14.0, 0.0, 0.0]),
        [0.06, 0.28, 0.34],
        &fin,
    );
    let slope = normalize([0.0, -0.2, 1.0]);
    sail.cuts.push((slope, 0.16));
    builder.ellipsoid(
        "fin",
        Frame::at([0.0, -0.42, -0.06]).turned([34.0, 0.0, 0.0]),
        [0.055, 0.20, 0.13],
        &fin,
    );
    for side in [-1.0, 1.0] {
        let frame = Frame::at([side * 0.42, -0.12, 0.10]).turned([20.0, side * -30.0, side * 42.0]);
        builder.ellipsoid("fin", frame, [0.055, 0.21, 0.15], &fin);
    }
    eyes(builder, [0.235, 0.12, 0.42], 0.125, [0.8, 0.1, 0.55]);
    let lips = Paint::glossy([0.96, 0.42, 0.36]);
    builder.torus("mouth", super::super::facing([0.0, -0.05, 0.64]), 0.075, 0.05, &lips);
    if look.has(2) {
        let air = Paint::glossy([0.72, 0.90, 0.98]);
        for (place, radius) in
            [([0.0, 0.02, 0.73], 0.07), ([0.08, 0.15, 0.71], 0.09), ([0.01, 0.33, 0.66], 0.12)]
        {
            builder.sphere("bubble", place, radius, &air);
        }
        builder.sphere("bubble", [0.02, 0.50, 0.50], 0.12, &air);
    }
}

pub(super) fn octopus(builder: &mut Builder, look: &Look) {
    let main = look.main([0.72, 0.32, 0.66]);
    let mut skin = Paint::glossy(main);
    if look.has(1) {
        let spot = look.detail(shade(main, 1.5));
        for place in [
            [0.22, 0.34, 0.22],
            [-0.25, 0.26, 0.24],
            [0.02, 0.44, 0.10],
            [-0.34, 0.10, -0.16],
            [0.36, 0.06, -0.1],
            [0.10, 0.30, -0.34],
        ] {
            skin = skin.with(Mask::ellipsoid(place, [0.10, 0.10, 0.13]), spot);
        }
    }
    builder.group(0.10);
    builder.ellipsoid("head", Frame::at([0.0, 0.24, 0.0]), [0.44, 0.48, 0.42], &skin);
    builder.sphere("neck", [0.0, -0.26, 0.0], 0.30, &Paint::glossy(main));
    builder.group(0.03);
    let pale = shade(main, 1.3).map(|c| 0.6 * c + 0.36);
    for [x, z] in around(8, 0.5) {
        let at = |reach: f32, height: f32| [reach * x, height, reach * z];
        let arm = Paint::glossy(main);
        let way = [
            (at(0.16, -0.30), 0.15),
            (at(0.34, -0.54), 0.125),
            (at(0.52, -0.69), 0.105),
            (at(0.66, -0.68), 0.085),
            (at(0.71, -0.54), 0.065),
        ];
        builder.chain("arm", &way, &arm);
        builder.sphere("tip", at(0.66, -0.49), 0.06, &Paint::glossy(pale));
    }
    builder.group(0.0);
    eyes(builder, [0.17, 0.16, 0.35], 0.125, [0.35, 0.05, 1.0]);
    smile(builder, [0.0, -0.13, 0.34], 0.13, [0.34, 0.10, 0.28]);
    for side in [-1.0, 1.0] {
        let cheek: Vec3 = [side * 0.31, 0.0, 0.24];
        builder.ellipsoid("cheek", Frame::at(cheek), [0.08, 0.055, 0.07], &Paint::plain([0.96, 0.52, 0.62]));
    }
    if look.has(2) {
        let pearl = Paint::glossy(look.detail([0.96, 0.94, 0.98]));
        builder.sphere("pearl", [0.0, -0.50, 0.56], 0.17, &pearl);
    }
}
