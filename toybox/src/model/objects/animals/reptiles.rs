//! Turtle, snake and dinosaur.

use super::pieces::{eyes, smile};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, add, normalize, scale};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, shade};
use crate::model::palette::{RED, WHITE};
use crate::paint::{Mask, Paint};

pub(super) fn turtle(builder: &mut Builder, look: &Look) {
    let main = look.main([0.36, 0.56, 0.26]);
    let skin = Paint::plain([0.62, 0.78, 0.40]);
    let center = [0.0, -0.40, -0.10];
    let radii = [0.56, 0.56, 0.60];
    let mut shell = Paint::plain(shade(main, 0.70));
    shell = shell.with(Mask::ellipsoid([0.0, 0.56, 0.0], [0.20, 0.2, 0.20]), main);
    for [x, z] in around(6, 0.5) {
        let plate = [0.40 * x, 0.36, 0.42 * z];
        shell = shell.with(Mask::ellipsoid(plate, [0.165, 0.22, 0.165]), main);
    }
    builder.group(0.0);
    builder.ellipsoid("shell", Frame::at(center), radii, &shell).cuts = vec![([0.0, -1.0, 0.0], 0.46)];
    let rim = Paint::plain([0.86, 0.76, 0.46]);
    let edge =
        Frame { axes: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], origin: [0.0, -0.46, -0.10] };
    builder.ellipsoid("rim", edge, [0.62, 0.09, 0.66], &rim);
    builder.ellipsoid("belly", Frame::at([0.0, -0.52, -0.10]), [0.50, 0.14, 0.54], &rim);
    for (x, z) in [(0.42, 0.26), (0.42, -0.46)] {
        for side in [-1.0, 1.0] {
            let foot = [side * (x + 0.05), -0.70, z + 0.03];
            builder.cone("leg", [side * x * 0.8, -0.50, z * 0.8], foot, 0.15, 0.11, &skin);
        }
    }
    builder.group(0.06);
    builder.cone("neck", [0.0, -0.42, 0.36], [0.0, -0.16, 0.56], 0.16, 0.15, &skin);
    builder.ellipsoid("head", Frame::at([0.0, -0.04, 0.58]), [0.22, 0.20, 0.22], &skin);
    builder.group(0.0);
    builder.cone("tail", [0.0, -0.52, -0.66], [0.0, -0.56, -0.77], 0.08, 0.04, &skin);
    eyes(builder, [0.13, 0.05, 0.70], 0.08, [0.4, 0.1, 0.9]);
    smile(builder, [0.0, -0.14, 0.765], 0.09, [0.26, 0.32, 0.12]);
    if look.has(1) {
        let bone = Paint::plain([0.95, 0.88, 0.70]);
        let tops =
            std::iter::once([0.0, 1.0, 0.0]).chain(around(6, 0.5).map(|[x, z]| [0.74 * x, 0.72, 0.74 * z]));
        for way in tops {
            let at = |share: f32| add(center, [0, 1, 2].map(|axis| share * radii[axis] * way[axis]));
            builder.cone("spike", at(0.9), add(at(1.0), scale(normalize(way), 0.15)), 0.10, 0.035, &bone);
        }
    }
    if look.has(2) {
        let color = look.detail(RED);
        builder.rod("stalk", [0.0, 0.10, -0.10], [0.0, 0.38, -0.10], 0.10, &Paint::plain([0.96, 0.91, 0.80]));
        let mut cap = Paint::glossy(color);
        for [x, z] in around(4, 0.3) {
            cap = cap.with(Mask::ellipsoid([0.22 * x, 0.16, 0.22 * z], [0.075; 3]), WHITE);
        }
        builder.ellipsoid("cap", Frame::at([0.0, 0.38, -0.10]), [0.31, 0.27, 0.31], &cap).cuts =
            vec![([0.0, -1.0, 0.0], -0.36)];
    }
}

pub(super) fn snake(builder: &mut Builder, look: &Look) {
    let main = look.main([0.40, 0.68, 0.24]);
    let skin = Paint::plain(main);
    let other = Paint::plain(if look.has(1) { look.detail([0.98, 0.78, 0.18]) } else { shade(main, 0.78) });
    let belly = Paint::plain(main).with(Mask::band([0.0, 0.0, 1.0], 0.06, 9.0), [0.95, 0.90, 0.62]);
    builder.group(0.0);
    // Two coils that become narrower toward the top, then the neck.
    let steps = 30;
    let way: Vec<(Vec3, f32)> = (0..=steps)
        .map(|step| {
            let share = step as f32 / steps as f32;
            let (sine, cosine) = (0.5 + 4.1 * std::f32::consts::PI * share).sin_cos();
            let reach = 0.56 - 0.24 * share;
            let height = -0.66 + 0.52 * share;
            ([reach * sine, height, reach * cosine], (0.055 + 0.6 * share).min(0.150))
        })
        .collect();
    for (index, pair) in way.windows(2).enumerate() {
        let paint = if index % 4 < 2 { &skin } else { &other };
        builder.cone("coil", pair[0].0, pair[1].0, pair[0].1, pair[1].1, paint);
    }
    let last = way.last().map_or([0.0; 3], |end| end.0);
    let neck = [
        (last, 0.15),
        ([0.10, 0.0, 0.16], 0.145),
        ([0.0, 0.18, 0.02], 0.14),
        ([0.0, 0.38, 0.06], 0.135),
        ([0.0, 0.50, 0.12], 0.13),
    ];
    builder.chain("neck", &neck, &belly);
    builder.group(0.05);
    let jaw = Paint::plain(main).with(Mask::band([0.0, 1.0, 0.0], -9.0, -0.05), [0.95, 0.90, 0.62]);
    builder.ellipsoid("head", Frame::at([0.0, 0.56, 0.22]), [0.21, 0.165, 0.29], &jaw);
    builder.group(0.0);
    eyes(builder, [0.135, 0.66, 0.33], 0.082, [0.45, 0.3, 0.8]);
    let tongue = Paint::plain([0.88, 0.16, 0.22]);
    builder.rod("tongue", [0.0, 0.50, 0.46], [0.0, 0.47, 0.64], 0.037, &tongue);
    for side in [-1.0, 1.0] {
        builder.rod("tongue", [0.0, 0.47, 0.64], [side * 0.075, 0.44, 0.74], 0.035, &tongue);
    }
    if look.has(2) {
        let hood = Paint::plain(main)
            .with(Mask::ellipsoid([0.0, 0.0, 0.1], [0.24, 0.22, 0.2]).and(Mask::front()), [0.95, 0.90, 0.62])
            .with(
                Mask::stripes([0.0, 1.0, 0.0], 0.14, 0.3)
                    .and(Mask::ellipsoid([0.0, 0.0, 0.1], [0.20, 0.19, 0.2]))
                    .and(Mask::front()),
                shade(main, 0.7),
            );
        builder.ellipsoid("hood", Frame::at([0.0, 0.34, 0.02]), [0.40, 0.33, 0.11], &hood);
    }
    if look.has(3) {
        let tail = way.first().map_or([0.0; 3], |end| end.0);
        let rings = Paint::plain([0.86, 0.74, 0.46])
            .with(Mask::stripes([0.0, 1.0, 0.0], 0.14, 0.45), [0.58, 0.42, 0.22]);
        builder.cone("rattle", tail, add(tail, [0.06, 0.34, 0.10]), 0.10, 0.065, &rings);
    }
}

pub(super) fn dinosaur(builder: &mut Builder, look: &Look) {
    let main = look.main([0.42, 0.70, 0.36]);
    let stripes = look.detail(shade(main, 0.62));
    let banded = |paint: Paint| {
        if look.has(2) {
            let back = Mask::band([0.0, 0.0, 1.0], -9.0, 0.04);
            paint.with(Mask::stripes([0.0, 1.0, 0.25], 0.26, 0.4).and(back), stripes)
        } else {
            paint
        }
    };
    let belly = Mask::ellipsoid([0.0, -0.04, 0.34], [0.26, 0.44, 0.24]);
    let coat = banded(Paint::plain(main)).with(belly, [0.93, 0.92, 0.66]);
    let skin = Paint::plain(main);
    builder.group(0.09);
    builder.ellipsoid(
        "body",
        Frame::at([0.0, -0.26, -0.02]).turned([14.0, 0.0, 0.0]),
        [0.33, 0.42, 0.36],
        &coat,
    );
    builder.cone("neck", [0.0, -0.02, 0.08], [0.0, 0.34, 0.14], 0.25, 0.20, &skin);
    let tail = [
        ([0.0, -0.40, -0.18], 0.25),
        ([0.05, -0.58, -0.44], 0.16),
        ([0.16, -0.66, -0.64], 0.11),
        ([0.30, -0.66, -0.72], 0.07),
    ];
    builder.chain("tail", &tail, &banded(skin.clone()));
    builder.group(0.06);
    builder.ellipsoid("head", Frame::at([0.0, 0.44, 0.20]), [0.29, 0.27, 0.31], &skin);
    let nostrils = Mask::ellipsoid([0.075, 0.09, 0.22], [0.035, 0.035, 0.1]).mirrored();
    let jaw = Mask::band([0.0, 1.0, 0.0], -9.0, -0.06);
    let snout = skin.clone().with(nostrils, shade(main, 0.4)).with(jaw, [0.93, 0.92, 0.66]);
    builder.ellipsoid("snout", Frame::at([0.0, 0.37, 0.46]), [0.235, 0.19, 0.26], &snout);
    builder.group(0.0);
    eyes(builder, [0.19, 0.56, 0.36], 0.10, [0.55, 0.2, 0.8]);
    let mouth: Vec<(Vec3, f32)> = (-3..=3)
        .map(|step| {
            let (sine, cosine) = (0.46 * step as f32).sin_cos();
            ([0.235 * sine, 0.28 + 0.05 * (1.0 - cosine), 0.46 + 0.25 * cosine], 0.036)
        })
        .collect();
    builder.chain("mouth", &mouth, &Paint::plain(shade(main, 0.36)));
    for (x, tooth) in [(0.10, 0.0), (-0.10, 0.0)] {
        builder.cone("tooth", [x, 0.29 + tooth, 0.665], [x, 0.20, 0.665], 0.05, 0.035, &Paint::glossy(WHITE));
    }
    for side in [-1.0, 1.0] {
        builder.group(0.05);
        builder.ellipsoid("thigh", Frame::at([side * 0.27, -0.50, 0.0]), [0.17, 0.24, 0.22], &skin);
        builder.ellipsoid("foot", Frame::at([side * 0.29, -0.71, 0.14]), [0.15, 0.09, 0.22], &skin);
        builder.group(0.0);
        for x in [-0.08, 0.02, 0.12] {
            builder.sphere(
                "claw",
                [side * 0.29 + x - 0.02, -0.74, 0.34],
                0.05,
                &Paint::plain([0.96, 0.92, 0.80]),
            );
        }
        let arm = [
            ([side * 0.26, -0.06, 0.20], 0.09),
            ([side * 0.34, -0.22, 0.32], 0.075),
            ([side * 0.28, -0.20, 0.44], 0.07),
        ];
        builder.chain("arm", &arm, &skin);
    }
    if look.has(1) {
        let bone = Paint::plain(look.detail([0.98, 0.62, 0.20]));
        for (y, z, size) in [
            (0.72, 0.06, 0.13),
            (0.48, -0.16, 0.15),
            (0.18, -0.24, 0.16),
            (-0.10, -0.38, 0.15),
            (-0.36, -0.52, 0.12),
        ] {
            builder.cone("spike", [0.0, y - 0.08, z + 0.06], [0.0, y + 0.05, z - 0.09], size, 0.036, &bone);
        }
    }
    if look.has(3) {
        let shell = Paint::glossy([0.97, 0.93, 0.84])
            .with(Mask::ellipsoid([0.2, -0.3, 0.3], [0.12; 3]), [0.80, 0.86, 0.66]);
        let cup = builder.ellipsoid("shell", Frame::at([0.0, -0.32, 0.0]), [0.56, 0.48, 0.52], &shell);
        cup.skin = Some(0.04);
        cup.cuts = vec![([0.0, 1.0, 0.0], -0.34)];
        for (index, [x, z]) in around(9, 0.0).enumerate() {
            let rise = if index % 2 == 0 { 0.12 } else { 0.06 };
            builder.cone(
                "shell",
                [0.55 * x, -0.38, 0.51 * z],
                [0.56 * x, -0.36 + rise, 0.52 * z],
                0.09,
                0.036,
                &shell,
            );
        }
    }
}
