//! Horse and sheep.

use super::pieces::{eyes, scarf, smile};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, add};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{pillar, shade};
use crate::model::palette::{INK, RED, YELLOW};
use crate::paint::{Mask, Paint};

/// Adds four legs with hooves at `[x, z]` of the hind pair and the fore pair.
fn legs(builder: &mut Builder, pairs: [[f32; 2]; 2], top: f32, radius: f32, [leg, hoof]: [&Paint; 2]) {
    for [x, z] in pairs {
        for side in [-1.0, 1.0] {
            builder.cone("leg", [side * x, top, z], [side * x, -0.66, z], radius, 0.8 * radius, leg);
            let foot = [0.95 * radius, 0.82 * radius];
            pillar(builder, "hoof", [side * x, z], [-0.80, -0.66], foot, hoof);
        }
    }
}

pub(super) fn horse(builder: &mut Builder, look: &Look) {
    let main = look.main([0.66, 0.40, 0.22]);
    let coat = Paint::plain(main);
    let hair = Paint::new(shade(main, 0.40), 0.0, 0.8);
    builder.group(0.06);
    builder.ellipsoid("body", Frame::at([0.0, -0.14, -0.18]), [0.29, 0.28, 0.46], &coat);
    let hoof = Paint::plain(shade(main, 0.32));
    legs(builder, [[0.16, -0.42], [0.16, 0.10]], -0.18, 0.115, [&coat, &hoof]);
    builder.cone("neck", [0.0, -0.02, 0.10], [0.0, 0.40, 0.26], 0.23, 0.17, &coat);
    let pale = shade(main, 1.5).map(|c| 0.6 * c + 0.3);
    let nostrils = Mask::ellipsoid([0.07, 0.34, 0.10], [0.03, 0.06, 0.03]).mirrored();
    let head = coat.clone().with(Mask::band([0.0, 1.0, 0.0], 0.20, 9.0), pale).with(nostrils, INK);
    builder.cone("head", [0.0, 0.46, 0.26], [0.0, 0.27, 0.56], 0.21, 0.155, &head);
    builder.group(0.0);
    for side in [-1.0, 1.0] {
        builder.cone("ear", [side * 0.11, 0.60, 0.22], [side * 0.14, 0.74, 0.22], 0.075, 0.04, &coat);
    }
    eyes(builder, [0.165, 0.47, 0.40], 0.075, [0.75, 0.15, 0.6]);
    builder.group(0.04);
    let mane =
        [[0.0, 0.64, 0.30], [0.0, 0.60, 0.12], [0.0, 0.42, 0.04], [0.0, 0.24, -0.06], [0.0, 0.10, -0.16]];
    builder.chain("mane", &mane.map(|place| (place, 0.09)), &hair);
    let tail = [
        ([0.0, 0.02, -0.58], 0.07),
        ([0.02, -0.10, -0.70], 0.10),
        ([0.05, -0.34, -0.70], 0.11),
        ([0.08, -0.54, -0.66], 0.05),
    ];
    builder.chain("tail", &tail, &hair);
    builder.group(0.0);
    if look.has(1) {
        saddle(builder, look.detail(RED));
    }
    if look.has(2) {
        let feathers = Paint::plain(look.detail([0.97, 0.96, 0.98]));
        builder.group(0.03);
        for side in [-1.0, 1.0] {
            for (rise, back, radius) in [(0.62, -0.16, 0.12), (0.46, -0.40, 0.11), (0.26, -0.52, 0.10)] {
                let root = [side * 0.22, 0.02, -0.10];
                let tip = [side * (0.72 - 0.06 * radius), rise - 0.02, back];
                builder.cone("wing", root, tip, 0.09, radius - 0.04, &feathers);
            }
        }
        builder.group(0.0);
    }
    if look.has(3) {
        let spiral = Mask::stripes([0.0, 1.0, 0.3], 0.11, 0.35);
        let color = look.detail(YELLOW);
        let horn = Paint::glossy(color).with(spiral, shade(color, 0.72));
        builder.cone("horn", [0.0, 0.58, 0.40], [0.0, 0.755, 0.50], 0.07, 0.035, &horn);
    }
}

fn saddle(builder: &mut Builder, color: Vec3) {
    let leather = Paint::plain(color);
    let rim = Paint::plain(shade(color, 0.6));
    builder.ellipsoid("saddle", Frame::at([0.0, -0.12, -0.18]), [0.32, 0.315, 0.24], &leather).cuts =
        vec![([0.0, -1.0, 0.0], 0.14)];
    builder.rod("pommel", [-0.10, 0.12, -0.02], [0.10, 0.12, -0.02], 0.07, &rim);
    builder.rod("cantle", [-0.13, 0.13, -0.35], [0.13, 0.13, -0.35], 0.075, &rim);
    for side in [-1.0, 1.0] {
        builder.rod("strap", [side * 0.31, -0.12, -0.16], [side * 0.31, -0.36, -0.16], 0.04, &rim);
        let stirrup = Frame::at([side * 0.31, -0.41, -0.16]).turned([0.0, 0.0, 90.0]);
        builder.torus("stirrup", stirrup, 0.065, 0.035, &super::super::palette::steel());
    }
}

pub(super) fn sheep(builder: &mut Builder, look: &Look) {
    let main = look.main([0.96, 0.94, 0.89]);
    let wool = Paint::new(main, 0.0, 0.9);
    let skin = Paint::plain([0.24, 0.21, 0.22]);
    builder.group(0.0);
    let center = [0.0, -0.12, -0.10];
    let radii = [0.42, 0.38, 0.50];
    builder.ellipsoid("wool", Frame::at(center), radii, &wool);
    builder.group(0.02);
    // Curls, spread evenly over the body.
    for index in 0..34 {
        let y = 1.0 - 2.0 * (index as f32 + 0.5) / 34.0;
        let (sine, cosine) = (2.399_963 * index as f32).sin_cos();
        let flat = (1.0 - y * y).sqrt();
        let place = [flat * sine * radii[0], y * radii[1], flat * cosine * radii[2]];
        builder.sphere("curl", add(center, place), 0.145, &wool);
    }
    builder.group(0.0);
    legs(builder, [[0.21, -0.36], [0.21, 0.18]], -0.30, 0.10, [&skin, &Paint::plain([0.12, 0.10, 0.11])]);
    builder.ellipsoid(
        "head",
        Frame::at([0.0, 0.14, 0.48]).turned([18.0, 0.0, 0.0]),
        [0.20, 0.27, 0.22],
        &skin,
    );
    for side in [-1.0, 1.0] {
        let ear = Frame::at([side * 0.29, 0.24, 0.40]).turned([0.0, 0.0, side * -24.0]);
        builder.ellipsoid("ear", ear, [0.15, 0.06, 0.08], &skin);
    }
    eyes(builder, [0.105, 0.20, 0.645], 0.075, [0.35, 0.05, 1.0]);
    let pink = Paint::plain([0.93, 0.62, 0.62]);
    builder.ellipsoid("nose", Frame::at([0.0, 0.03, 0.70]), [0.07, 0.05, 0.05], &pink);
    builder.group(0.02);
    for (x, y, z) in [(0.0, 0.44, 0.40), (-0.13, 0.40, 0.42), (0.13, 0.40, 0.42), (0.0, 0.37, 0.54)] {
        builder.sphere("curl", [x, y, z], 0.13, &wool);
    }
    builder.group(0.0);
    if look.has(1) {
        scarf(builder, [0.0, -0.08, 0.50], 0.22, look.detail([0.84, 0.22, 0.24]));
    }
    if look.has(2) {
        let bone = Paint::plain([0.80, 0.66, 0.42]);
        for side in [-1.0, 1.0] {
            let curl: Vec<(Vec3, f32)> = (0..=8)
                .map(|step| {
                    let (sine, cosine) = (0.65 * step as f32).sin_cos();
                    let reach = 0.20 - 0.008 * step as f32;
                    let x = side * (0.20 + 0.018 * step as f32);
                    ([x, 0.26 + reach * cosine, 0.34 - reach * sine], 0.09 - 0.006 * step as f32)
                })
                .collect();
            builder.chain("horn", &curl, &bone);
        }
    }
}

pub(super) fn giraffe(builder: &mut Builder, look: &Look) {
    let main = look.main([0.98, 0.78, 0.36]);
    let brown = shade(main, 0.60);
    let spots = |places: &[Vec3], size: f32| {
        places
            .iter()
            .fold(Paint::plain(main), |paint, &place| paint.with(Mask::ellipsoid(place, [size; 3]), brown))
    };
    let sides = [
        [0.22, 0.08, 0.12],
        [0.24, -0.04, -0.14],
        [-0.22, 0.08, 0.12],
        [-0.24, -0.04, -0.14],
        [0.0, 0.20, 0.05],
        [0.02, 0.20, -0.22],
        [0.16, -0.14, 0.14],
        [-0.16, -0.14, 0.14],
        [0.12, 0.0, -0.36],
        [-0.12, 0.04, -0.36],
    ];
    let plain = Paint::plain(main);
    let hoof = Paint::plain([0.36, 0.24, 0.16]);
    builder.group(0.06);
    builder.ellipsoid("body", Frame::at([0.0, -0.28, -0.20]), [0.23, 0.21, 0.36], &spots(&sides, 0.095));
    legs(builder, [[0.13, -0.40], [0.13, 0.02]], -0.30, 0.085, [&plain, &hoof]);
    let around_neck = [
        [0.14, 0.10, 0.04],
        [-0.13, 0.18, 0.06],
        [0.05, 0.26, 0.12],
        [0.12, 0.38, -0.04],
        [-0.11, 0.44, 0.04],
        [0.02, 0.10, -0.14],
        [0.0, 0.34, -0.12],
        [0.04, 0.52, 0.10],
    ];
    builder.cone("neck", [0.0, -0.22, 0.02], [0.0, 0.44, 0.24], 0.15, 0.10, &spots(&around_neck, 0.085));
    let muzzle = plain.clone().with(Mask::band([0.0, 1.0, 0.0], 0.14, 9.0), [0.99, 0.92, 0.74]);
    builder.cone("head", [0.0, 0.54, 0.24], [0.0, 0.44, 0.50], 0.16, 0.115, &muzzle);
    builder.group(0.0);
    for side in [-1.0, 1.0] {
        builder.rod("horn", [side * 0.07, 0.62, 0.20], [side * 0.08, 0.74, 0.19], 0.038, &plain);
        builder.sphere("horn", [side * 0.08, 0.745, 0.19], 0.055, &Paint::plain(brown));
        let ear = Frame::at([side * 0.20, 0.60, 0.17]).turned([0.0, 0.0, side * 24.0]);
        builder.ellipsoid("ear", ear, [0.12, 0.055, 0.05], &plain);
    }
    eyes(builder, [0.125, 0.57, 0.34], 0.072, [0.7, 0.15, 0.7]);
    smile(builder, [0.0, 0.385, 0.60], 0.065, [0.46, 0.28, 0.16]);
    let tail = [([0.0, -0.20, -0.52], 0.045), ([0.0, -0.42, -0.64], 0.042), ([0.0, -0.50, -0.66], 0.075)];
    builder.chain("tail", &tail, &Paint::plain(brown));
    if look.has(1) {
        scarf(builder, [0.0, 0.14, 0.14], 0.14, look.detail(RED));
    }
    if look.has(2) {
        let green = Paint::plain([0.36, 0.64, 0.26]);
        builder.rod("twig", [-0.22, 0.42, 0.60], [0.20, 0.44, 0.60], 0.04, &Paint::plain([0.46, 0.30, 0.18]));
        for x in [-0.26, 0.24] {
            builder.ellipsoid(
                "leaf",
                Frame::at([x, 0.45, 0.60]).turned([0.0, 0.0, 60.0 * x]),
                [0.14, 0.085, 0.045],
                &green,
            );
        }
    }
}
