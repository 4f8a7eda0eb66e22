//! Bee and butterfly.

use super::pieces::{eyes, smile};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::model::objects::pieces::around;
use crate::model::palette::{INK, WHITE, YELLOW};
use crate::paint::{Mask, Paint};

fn antennae(builder: &mut Builder, root: Vec3, tip: Vec3, paint: &Paint) {
    for side in [-1.0, 1.0] {
        let at = |[x, y, z]: Vec3| [side * x, y, z];
        builder.rod("antenna", at(root), at(tip), 0.038, paint);
        builder.sphere("antenna", at(tip), 0.065, paint);
    }
}

pub(super) fn bee(builder: &mut Builder, look: &Look) {
    let main = look.main(YELLOW);
    let ink = Paint::plain([0.16, 0.13, 0.12]);
    let bands =
        Mask::Stripes { direction: [0.0, 0.0, 1.0], period: 0.28, duty: 0.46, phase: 0.12, wave: (0.0, 1.0) };
    let coat = Paint::new(main, 0.0, 0.7).with(bands, [0.16, 0.13, 0.12]);
    let low = if look.has(1) { 0.10 } else { -0.16 };
    let at = |x: f32, y: f32, z: f32| [x, y + low, z];
    builder.group(0.03);
    builder.ellipsoid("body", Frame::at(at(0.0, 0.0, -0.14)), [0.38, 0.36, 0.50], &coat);
    builder.cone("sting", at(0.0, -0.02, -0.54), at(0.0, -0.03, -0.76), 0.11, 0.036, &ink);
    builder.ellipsoid(
        "head",
        Frame::at(at(0.0, 0.06, 0.42)),
        [0.33, 0.31, 0.28],
        &Paint::new(main, 0.0, 0.7),
    );
    builder.group(0.0);
    eyes(builder, at(0.15, 0.13, 0.62), 0.105, [0.35, 0.1, 1.0]);
    smile(builder, at(0.0, -0.10, 0.675), 0.10, [0.30, 0.14, 0.08]);
    antennae(builder, at(0.11, 0.32, 0.46), at(0.20, 0.52, 0.56), &ink);
    let glass = Paint::glossy(if look.has(2) { look.detail([0.60, 0.84, 0.96]) } else { [0.88, 0.94, 0.98] });
    for side in [-1.0, 1.0] {
        let fore = Frame::at(at(side * 0.36, 0.42, -0.02)).turned([-16.0, 0.0, side * -48.0]);
        builder.ellipsoid("wing", fore, [0.20, 0.36, 0.065], &glass);
        let hind = Frame::at(at(side * 0.38, 0.24, -0.26)).turned([-20.0, 0.0, side * -68.0]);
        builder.ellipsoid("wing", hind, [0.15, 0.27, 0.06], &glass);
        for z in [0.14, -0.10, -0.32] {
            let (hip, foot) = (at(side * 0.20, -0.26, z), at(side * 0.27, -0.46, z + 0.02));
            builder.rod("leg", hip, foot, 0.05, &ink);
        }
    }
    if look.has(1) {
        let petal = Paint::plain([0.96, 0.52, 0.68]);
        builder.disc("flower", Frame::at([0.0, -0.42, -0.06]), 0.34, 0.10, &Paint::plain([0.98, 0.84, 0.36]));
        for [x, z] in around(7, 0.0) {
            builder.ellipsoid(
                "petal",
                Frame::at([0.44 * x, -0.46, 0.44 * z - 0.06]),
                [0.22, 0.07, 0.22],
                &petal,
            );
        }
        builder.cone(
            "stem",
            [0.0, -0.74, -0.06],
            [0.0, -0.48, -0.06],
            0.06,
            0.07,
            &Paint::plain([0.36, 0.62, 0.24]),
        );
    }
}

pub(super) fn butterfly(builder: &mut Builder, look: &Look) {
    let main = look.main([0.98, 0.54, 0.16]);
    let body = Paint::plain([0.24, 0.17, 0.18]);
    let tips = if look.has(2) { look.detail([0.30, 0.50, 0.90]) } else { INK };
    builder.group(0.0);
    for side in [-1.0, 1.0] {
        let wing = |radii: Vec3, spots: &[[f32; 3]]| {
            let mut paint = Paint::plain(main).with(
                Mask::ellipsoid([0.0, -0.08, 0.0], [0.80 * radii[0], 0.86 * radii[1], 9.0]).outside(),
                tips,
            );
            if look.has(1) {
                for &[x, y, radius] in spots {
                    let spot = Mask::ellipsoid([side * x, y, 0.0], [radius, radius, 0.2]);
                    paint = paint.with(spot, look.detail(WHITE));
                }
            }
            paint
        };
        let upper = [0.30, 0.42, 0.08];
        let fore = Frame::at([side * 0.40, 0.28, -0.02]).turned([0.0, side * -14.0, side * -44.0]);
        builder.ellipsoid("wing", fore, upper, &wing(upper, &[[0.02, 0.12, 0.11], [0.0, -0.14, 0.07]]));
        let lower = [0.25, 0.31, 0.07];
        let hind = Frame::at([side * 0.34, -0.26, -0.02]).turned([0.0, side * -14.0, side * -126.0]);
        builder.ellipsoid("wing", hind, lower, &wing(lower, &[[0.0, 0.06, 0.10]]));
    }
    builder.group(0.03);
    builder.cone("body", [0.0, -0.46, 0.0], [0.0, 0.12, 0.02], 0.075, 0.12, &body);
    builder.sphere("head", [0.0, 0.32, 0.04], 0.18, &body);
    builder.group(0.0);
    eyes(builder, [0.085, 0.36, 0.18], 0.075, [0.3, 0.1, 1.0]);
    smile(builder, [0.0, 0.22, 0.205], 0.065, [0.95, 0.62, 0.56]);
    antennae(builder, [0.06, 0.46, 0.04], [0.22, 0.68, 0.08], &body);
}
