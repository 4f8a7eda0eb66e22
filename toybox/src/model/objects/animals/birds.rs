//! Chicken, owl and duck.

use super::pieces::{claw, eyes, scarf};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, add};
use crate::model::builder::Builder;
use crate::model::objects::pieces::shade;
use crate::model::palette::{INK, RED, WHITE};
use crate::paint::{Mask, Paint};

const BEAK: Vec3 = [0.98, 0.64, 0.14];

pub(super) fn chicken(builder: &mut Builder, look: &Look) {
    let main = look.main([0.96, 0.94, 0.90]);
    let coat = Paint::plain(main);
    let red = Paint::plain(RED);
    let horny = Paint::glossy(BEAK);
    builder.group(0.14);
    builder.ellipsoid(
        "body",
        Frame::at([0.0, -0.20, -0.06]).turned([-16.0, 0.0, 0.0]),
        [0.38, 0.36, 0.46],
        &coat,
    );
    builder.cone("neck", [0.0, 0.0, 0.14], [0.0, 0.34, 0.20], 0.28, 0.215, &coat);
    if !look.has(1) {
        builder.cone("tail", [0.0, -0.06, -0.36], [0.0, 0.22, -0.56], 0.20, 0.09, &coat);
    }
    builder.group(0.0);
    if look.has(1) {
        let color = look.detail([0.16, 0.40, 0.36]);
        for (x, y, z) in [(0.0, 0.46, -0.60), (0.17, 0.34, -0.66), (-0.17, 0.34, -0.66), (0.0, 0.20, -0.72)] {
            let bend = [0.7 * x, y - 0.14, 0.84 * z];
            let feather = [([0.0, -0.08, -0.34], 0.13), (bend, 0.10), ([x, y - 0.12, z - 0.03], 0.06)];
            builder.chain("tail", &feather, &Paint::plain(shade(color, 1.0 - x.abs())));
        }
    }
    let wing = Paint::plain(shade(main, 0.88));
    for side in [-1.0, 1.0] {
        let frame = Frame::at([side * 0.35, -0.16, -0.08]).turned([-24.0, 0.0, side * 8.0]);
        builder.ellipsoid("wing", frame, [0.10, 0.21, 0.29], &wing);
        if !look.has(2) {
            builder.rod("leg", [side * 0.15, -0.46, 0.0], [side * 0.15, -0.74, 0.02], 0.05, &horny);
            claw(builder, [side * 0.15, 0.02], &horny);
        }
    }
    for (y, z, radius) in [(0.575, 0.32, 0.085), (0.61, 0.20, 0.10), (0.56, 0.08, 0.085)] {
        builder.sphere("comb", [0.0, y, z], radius, &red);
    }
    builder.cone("beak", [0.0, 0.33, 0.37], [0.0, 0.29, 0.52], 0.09, 0.035, &horny);
    builder.ellipsoid("wattle", Frame::at([0.0, 0.18, 0.41]), [0.07, 0.11, 0.06], &red);
    eyes(builder, [0.14, 0.40, 0.33], 0.072, [0.55, 0.1, 0.8]);
    if look.has(2) {
        let straw = Paint::new([0.84, 0.66, 0.30], 0.0, 0.9)
            .with(Mask::Sectors { count: 11.0, twist: 9.0 }, [0.70, 0.50, 0.20]);
        builder.torus("nest", Frame::at([0.0, -0.62, 0.0]), 0.46, 0.18, &straw);
        builder.disc("nest", Frame::at([0.0, -0.66, 0.0]), 0.44, 0.12, &straw);
        let egg = Paint::glossy([0.97, 0.90, 0.78]);
        builder.ellipsoid("egg", Frame::at([0.22, -0.46, 0.40]), [0.12, 0.15, 0.12], &egg);
        builder.ellipsoid("egg", Frame::at([-0.20, -0.46, 0.42]), [0.12, 0.15, 0.12], &egg);
    }
    if look.has(3) {
        scarf(builder, [0.0, 0.11, 0.17], 0.25, look.detail([0.20, 0.46, 0.84]));
    }
}

pub(super) fn owl(builder: &mut Builder, look: &Look) {
    let main = look.main([0.56, 0.38, 0.24]);
    let pale = shade(main, 1.2).map(|c| 0.5 * c + 0.42);
    let chest = Mask::ellipsoid([0.0, -0.10, 0.42], [0.32, 0.42, 0.32]);
    let scales = Mask::stripes([0.0, 1.0, 0.0], 0.19, 0.38).and(chest.clone());
    let coat = Paint::plain(main).with(chest, pale).with(scales, shade(main, 0.9));
    builder.group(0.10);
    builder.ellipsoid("body", Frame::at([0.0, -0.22, 0.0]), [0.44, 0.52, 0.40], &coat);
    builder.ellipsoid("head", Frame::at([0.0, 0.30, 0.02]), [0.43, 0.34, 0.36], &Paint::plain(main));
    for side in [-1.0, 1.0] {
        builder.cone(
            "tuft",
            [side * 0.28, 0.48, 0.04],
            [side * 0.42, 0.73, 0.06],
            0.13,
            0.04,
            &Paint::plain(main),
        );
    }
    builder.group(0.0);
    let rim = Paint::plain(pale);
    for side in [-1.0, 1.0] {
        let frame =
            Frame::at([side * 0.185, 0.33, 0.30]).turned([84.0, 0.0, 0.0]).turned([0.0, 0.0, side * -12.0]);
        builder.disc("face", frame, 0.215, 0.06, &rim);
    }
    for side in [-1.0, 1.0] {
        let frame = Frame::towards([side * 0.18, 0.33, 0.33], [side * 0.24, 0.34, 0.9], [0.0, 1.0, 0.0]);
        let paint = Paint::glossy([0.99, 0.76, 0.16])
            .with(Mask::ellipsoid([0.0, 0.10, 0.0], [0.085, 0.2, 0.085]), INK)
            .with(Mask::ellipsoid([0.03, 0.12, 0.04], [0.035, 0.1, 0.035]), WHITE);
        builder.ellipsoid("eye", frame, [0.145, 0.10, 0.145], &paint);
    }
    let horny = Paint::glossy(BEAK);
    builder.cone("beak", [0.0, 0.25, 0.38], [0.0, 0.13, 0.44], 0.075, 0.035, &horny);
    let wing = Paint::plain(shade(main, 0.74));
    for side in [-1.0, 1.0] {
        if look.has(1) {
            let color = look.detail(shade(main, 0.74));
            builder.group(0.03);
            for (y, x) in [(0.22, 0.76), (-0.02, 0.72), (-0.24, 0.62)] {
                let tip = [side * (x - 0.03), y, -0.04];
                builder.cone("wing", [side * 0.34, 0.0, -0.02], tip, 0.14, 0.07, &Paint::plain(color));
            }
            builder.group(0.0);
        } else {
            let frame = Frame::at([side * 0.42, -0.20, -0.02]).turned([0.0, 0.0, side * 8.0]);
            builder.ellipsoid("wing", frame, [0.11, 0.36, 0.27], &wing);
        }
        for x in [0.08, 0.18, 0.28] {
            builder.ellipsoid("toe", Frame::at([side * x, -0.72, 0.28]), [0.06, 0.07, 0.13], &horny);
        }
    }
    if look.has(2) {
        let bark = Paint::plain([0.46, 0.30, 0.18]);
        builder.rod("branch", [-0.70, -0.69, 0.22], [0.66, -0.66, 0.22], 0.10, &bark);
        builder.cone("twig", [0.40, -0.66, 0.22], [0.64, -0.44, 0.26], 0.06, 0.045, &bark);
        let green = Paint::plain([0.36, 0.62, 0.24]);
        builder.ellipsoid(
            "leaf",
            Frame::at([0.64, -0.38, 0.27]).turned([0.0, 0.0, -40.0]),
            [0.09, 0.15, 0.045],
            &green,
        );
    }
    if look.has(3) {
        scarf(builder, [0.0, 0.05, 0.02], 0.37, look.detail([0.30, 0.55, 0.80]));
    }
}

pub(super) fn duck(builder: &mut Builder, look: &Look) {
    let main = look.main([0.99, 0.80, 0.18]);
    let coat = Paint::plain(main);
    let horny = Paint::glossy([0.98, 0.52, 0.12]);
    builder.group(0.08);
    builder.ellipsoid("body", Frame::at([0.0, -0.36, -0.06]), [0.43, 0.35, 0.56], &coat);
    builder.cone("tail", [0.0, -0.28, -0.46], [0.0, -0.02, -0.72], 0.20, 0.07, &coat);
    builder.cone("neck", [0.0, -0.22, 0.20], [0.0, 0.06, 0.22], 0.24, 0.20, &coat);
    builder.sphere("head", [0.0, 0.28, 0.24], 0.32, &coat);
    builder.group(0.0);
    let bill = Frame::at([0.0, 0.20, 0.56]).turned([6.0, 0.0, 0.0]);
    builder.ellipsoid("bill", bill, [0.19, 0.06, 0.22], &horny);
    let lower = Frame::at([0.0, 0.14, 0.52]).turned([16.0, 0.0, 0.0]);
    builder.ellipsoid("bill", lower, [0.15, 0.05, 0.18], &Paint::glossy([0.86, 0.40, 0.08]));
    eyes(builder, [0.165, 0.36, 0.47], 0.088, [0.5, 0.1, 0.85]);
    let wing = Paint::plain(shade(main, 0.88));
    for side in [-1.0, 1.0] {
        let frame = Frame::at([side * 0.40, -0.28, -0.14]).turned([-20.0, 0.0, side * 10.0]);
        builder.ellipsoid("wing", frame, [0.10, 0.19, 0.34], &wing);
        builder.ellipsoid("foot", Frame::at([side * 0.20, -0.74, 0.14]), [0.15, 0.06, 0.22], &horny);
        builder.rod("leg", [side * 0.20, -0.60, 0.06], [side * 0.20, -0.74, 0.06], 0.065, &horny);
    }
    if look.has(1) {
        scarf(builder, [0.0, 0.0, 0.22], 0.23, look.detail([0.20, 0.46, 0.84]));
    }
    if look.has(2) {
        let color = look.detail([0.84, 0.16, 0.20]);
        let middle = [0.0, -0.06, 0.45];
        builder.sphere("bow tie", middle, 0.075, &Paint::plain(shade(color, 0.75)));
        for side in [-1.0, 1.0] {
            let end = add(middle, [0.20 * side, 0.0, -0.02]);
            builder.cone(
                "bow tie",
                add(middle, [0.04 * side, 0.0, 0.0]),
                end,
                0.05,
                0.115,
                &Paint::plain(color),
            );
        }
    }
    if look.has(3) {
        for (x, y, z) in [(0.0, 0.74, 0.20), (-0.13, 0.70, 0.16), (0.13, 0.70, 0.16)] {
            builder.cone("crest", [0.4 * x, 0.56, 0.22], [x, y, z], 0.06, 0.04, &coat);
        }
    }
}
