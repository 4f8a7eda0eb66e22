//! Wizard and alien.

use crate::catalog::entry::Look;
use crate::math::Frame;
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, pillar, shade};
use crate::model::palette::{INK, WHITE, YELLOW};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

pub(super) fn wizard(builder: &mut Builder, look: &Look) {
    let main = look.main([0.34, 0.26, 0.66]);
    let mut cloth = Paint::new(main, 0.0, 0.8);
    if look.has(1) {
        let color = look.detail(YELLOW);
        for (index, [x, z]) in around(5, 0.2).enumerate() {
            let place = [0.36 * x, [-0.24, 0.06, -0.30, 0.10, -0.10][index], 0.36 * z];
            cloth = cloth.with(Mask::ellipsoid(place, [0.085; 3]), color);
        }
    }
    let edge = Paint::plain(YELLOW);
    let skin = Paint::plain([0.96, 0.78, 0.64]);
    builder.group(0.05);
    pillar(builder, "robe", [0.0, 0.0], [-0.80, -0.02], [0.46, 0.22], &cloth);
    for side in [-1.0, 1.0] {
        builder.cone(
            "sleeve",
            [side * 0.20, -0.08, 0.0],
            [side * 0.44, -0.26, 0.16],
            0.12,
            0.155,
            &Paint::new(main, 0.0, 0.8),
        );
    }
    builder.group(0.0);
    builder.torus("hem", Frame::at([0.0, -0.75, 0.0]), 0.44, 0.055, &edge);
    for side in [-1.0, 1.0] {
        builder.sphere("hand", [side * 0.49, -0.29, 0.24], 0.10, &skin);
    }
    builder.sphere("head", [0.0, 0.16, 0.02], 0.25, &skin);
    let hair = Paint::new([0.95, 0.95, 0.94], 0.0, 0.9);
    builder.group(0.05);
    builder.cone("beard", [0.0, 0.02, 0.16], [0.0, -0.42, 0.34], 0.22, 0.06, &hair);
    for side in [-1.0, 1.0] {
        builder.cone("moustache", [side * 0.05, 0.08, 0.27], [side * 0.22, 0.0, 0.26], 0.07, 0.045, &hair);
        builder.sphere("hair", [side * 0.20, 0.10, -0.06], 0.13, &hair);
    }
    builder.group(0.0);
    builder.sphere("nose", [0.0, 0.14, 0.29], 0.075, &Paint::plain([0.94, 0.64, 0.54]));
    let ink = Paint::glossy(INK).with(Mask::ellipsoid([0.015, 0.03, 0.04], [0.02; 3]), WHITE);
    for x in [-0.105, 0.105] {
        builder.sphere("eye", [x, 0.215, 0.235], 0.048, &ink);
        let brow = Frame::at([x, 0.275, 0.235]).turned([0.0, 0.0, if x > 0.0 { 14.0 } else { -14.0 }]);
        builder.ellipsoid("brow", brow, [0.085, 0.036, 0.04], &hair);
    }
    let hat = Paint::new(main, 0.0, 0.8).with(Mask::band([0.0, 1.0, 0.0], -9.0, -0.13), YELLOW);
    builder.disc("brim", Frame::at([0.0, 0.33, 0.0]), 0.42, 0.045, &Paint::new(main, 0.0, 0.8));
    let cone = Shape::Stump { half_height: 0.21, low: 0.26, high: 0.10, rounding: 0.02 };
    builder.add("hat", cone, Frame::at([0.0, 0.54, 0.0]), &hat);
    builder.cone("tip", [0.0, 0.70, 0.0], [0.12, 0.76, -0.04], 0.105, 0.038, &Paint::new(main, 0.0, 0.8));
    if look.has(2) {
        let wood = Paint::plain([0.48, 0.31, 0.18]);
        builder.rod("staff", [0.54, -0.76, 0.26], [0.54, 0.36, 0.26], 0.05, &wood);
        builder.sphere("orb", [0.54, 0.46, 0.26], 0.14, &Paint::glossy(look.detail([0.30, 0.86, 0.92])));
        for [x, z] in around(3, 0.0) {
            builder.cone(
                "claw",
                [0.54, 0.28, 0.26],
                [0.54 + 0.14 * x, 0.50, 0.26 + 0.14 * z],
                0.05,
                0.038,
                &wood,
            );
        }
    }
}

pub(super) fn alien(builder: &mut Builder, look: &Look) {
    let main = look.main([0.50, 0.82, 0.38]);
    let skin = Paint::glossy(main);
    let suit = if look.has(2) { Paint::plain(look.detail([0.56, 0.60, 0.70])) } else { skin.clone() };
    builder.group(0.06);
    builder.ellipsoid("head", Frame::at([0.0, 0.27, 0.0]), [0.50, 0.35, 0.40], &skin);
    builder.cone("head", [0.0, 0.20, 0.06], [0.0, 0.0, 0.10], 0.34, 0.18, &skin);
    builder.group(0.05);
    builder.cone("body", [0.0, -0.40, 0.0], [0.0, -0.14, 0.0], 0.22, 0.15, &suit);
    for side in [-1.0, 1.0] {
        builder.cone("leg", [side * 0.11, -0.48, 0.0], [side * 0.15, -0.68, 0.0], 0.10, 0.085, &suit);
        let arm = [
            ([side * 0.14, -0.16, 0.02], 0.085),
            ([side * 0.36, -0.30, 0.06], 0.07),
            ([side * 0.46, -0.14, 0.14], 0.065),
        ];
        builder.chain("arm", &arm, &suit);
    }
    builder.group(0.03);
    for side in [-1.0, 1.0] {
        builder.ellipsoid("foot", Frame::at([side * 0.17, -0.73, 0.07]), [0.12, 0.07, 0.17], &skin);
        for (x, y) in [(-0.07, 0.08), (0.02, 0.11), (0.10, 0.05)] {
            builder.cone(
                "finger",
                [side * 0.46, -0.12, 0.15],
                [side * (0.48 + x), -0.06 + y, 0.17],
                0.06,
                0.045,
                &skin,
            );
        }
    }
    builder.group(0.0);
    let ink = Paint::new([0.06, 0.06, 0.09], 0.0, 0.1)
        .with(Mask::ellipsoid([0.05, 0.08, 0.08], [0.05, 0.06, 0.1]), WHITE);
    for side in [-1.0, 1.0] {
        let frame = Frame::at([side * 0.20, 0.24, 0.335]).turned([-10.0, side * 24.0, side * 28.0]);
        builder.ellipsoid("eye", frame, [0.135, 0.185, 0.075], &ink);
    }
    let arc = Shape::Arc { major: 0.085, minor: 0.036, half_angle: 0.95 };
    builder.add(
        "mouth",
        arc,
        Frame::at([0.0, 0.03, 0.285]).turned([0.0, 0.0, 180.0]),
        &Paint::plain(shade(main, 0.35)),
    );
    let balls = if look.has(1) { look.detail([0.96, 0.80, 0.24]) } else { main };
    let (spread, size) = if look.has(1) { (0.24, 0.095) } else { (0.19, 0.075) };
    for side in [-1.0, 1.0] {
        let tip = [side * (spread + 0.05), 0.79 - size, 0.0];
        builder.rod("aerial", [side * 0.12, 0.54, 0.0], tip, 0.04, &skin);
        builder.sphere("aerial", tip, size, &Paint::glossy(balls));
    }
}
