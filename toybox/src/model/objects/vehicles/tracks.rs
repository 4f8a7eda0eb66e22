//! Field vehicles: tractor and tank.

use super::palette::{INK, RUBBER, WHITE, YELLOW, brass, steel};
use super::pieces::{X, Y, Z, axle, flag, glazed, headlight, middle};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, normalize};
use crate::model::builder::{Builder, sideways};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

pub(super) fn tractor(builder: &mut Builder, look: &Look) {
    let main = look.main([0.24, 0.62, 0.24]);
    let body = Paint::glossy(main);
    let dark = Paint::plain([0.24, 0.24, 0.27]);
    let rim = Paint::plain(YELLOW);
    builder.block("hood", Frame::at([0.0, -0.12, 0.32]), [0.24, 0.23, 0.43], 0.09, &body);
    let grill = Paint::plain([0.80, 0.82, 0.85]).with(Mask::stripes(Y, 0.11, 0.45), INK);
    slab(builder, "grill", [-0.15, -0.30, 0.66], [0.15, -0.10, 0.785], 0.03, &grill);
    for x in [-0.12, 0.12] {
        headlight(builder, [x, 0.0, 0.73], 0.075);
    }
    slab(builder, "chassis", [-0.18, -0.50, -0.50], [0.18, -0.24, 0.62], 0.04, &dark);
    slab(builder, "platform", [-0.32, -0.36, -0.62], [0.32, -0.12, -0.04], 0.05, &body);
    axle(builder, [-0.31, -0.33], 0.46, [0.44, 0.15], &rim);
    axle(builder, [-0.51, 0.46], 0.36, [0.24, 0.11], &rim);
    for x in [-0.40, 0.40] {
        let fender = Shape::Arc { major: 0.48, minor: 0.075, half_angle: 0.95 };
        let frame =
            Frame { origin: [x, -0.31, -0.33], axes: [[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]] };
        builder.add("fender", fender, frame, &body);
        builder.rod("fender", [x * 0.6, -0.2, -0.33], [x, 0.14, -0.33], 0.06, &body);
    }
    seat(builder, &dark);
    let exhaust = [([0.15, 0.05, 0.26], 0.05), ([0.15, 0.44, 0.26], 0.05), ([0.15, 0.50, 0.21], 0.05)];
    builder.chain("exhaust", &exhaust, &steel());
    if look.has(1) {
        let paint = Paint::glossy(look.detail([0.90, 0.25, 0.18]));
        for (x, z) in [(-0.25, -0.56), (0.25, -0.56), (-0.25, -0.09), (0.25, -0.09)] {
            builder.rod("post", [x, -0.16, z], [x, 0.66, z], 0.04, &steel());
        }
        builder.block("canopy", Frame::at([0.0, 0.70, -0.32]), [0.38, 0.08, 0.44], 0.08, &paint);
    }
    if look.has(2) {
        loader(builder, &Paint::glossy(look.detail([0.95, 0.55, 0.14])));
    }
    if look.has(3) {
        let paint = Paint::glossy(look.detail([0.90, 0.25, 0.18]));
        let cabin = glazed(paint.clone(), [-0.26, 0.30], [0.24, 0.22]);
        builder.block("cabin", Frame::at([0.0, 0.26, -0.34]), [0.32, 0.40, 0.30], 0.04, &cabin);
        builder.block("cabin", Frame::at([0.0, 0.70, -0.34]), [0.40, 0.07, 0.38], 0.06, &paint);
    }
}

/// Adds the driver's seat.
fn seat(builder: &mut Builder, dark: &Paint) {
    slab(builder, "seat", [-0.18, -0.14, -0.54], [0.18, 0.0, -0.20], 0.04, dark);
    slab(builder, "seat", [-0.18, -0.08, -0.60], [0.18, 0.24, -0.48], 0.05, dark);
    builder.rod("steering wheel", [0.0, 0.0, 0.0], [0.0, 0.18, -0.12], 0.04, dark);
    builder.disc("steering wheel", Frame::at([0.0, 0.18, -0.12]).turned([-35.0, 0.0, 0.0]), 0.13, 0.04, dark);
}

/// Adds a loader: a shovel on arms over the hood.
fn loader(builder: &mut Builder, paint: &Paint) {
    for x in [-0.31, 0.31] {
        let arm = [([x, -0.22, -0.02], 0.055), ([x, 0.16, 0.12], 0.055), ([x, 0.34, 0.58], 0.055)];
        builder.chain("loader", &arm, paint);
    }
    let shovel = builder.block("loader", Frame::at([0.0, 0.42, 0.58]), [0.48, 0.19, 0.16], 0.04, paint);
    shovel.skin = Some(0.04);
    let normal = normalize([0.0, 0.8, 0.6]);
    shovel.cuts.push((normal, normal[1] * 0.50 + normal[2] * 0.58));
}

pub(super) fn tank(builder: &mut Builder, look: &Look) {
    let main = look.main([0.45, 0.53, 0.26]);
    let (body, dark) = (Paint::plain(main), Paint::plain(shade(main, 0.72)));
    let treads = Paint::new(RUBBER, 0.0, 0.8).with(Mask::stripes(Z, 0.15, 0.4), [0.30, 0.30, 0.31]);
    for x in [-0.42, 0.42] {
        builder.block("track", Frame::at([x, -0.35, 0.0]), [0.16, 0.21, 0.76], 0.155, &treads);
    }
    let wheel = dark.clone().with(middle(0.055), [0.80, 0.82, 0.85]);
    for z in [-0.51, -0.17, 0.17, 0.51] {
        builder.disc("wheel", sideways([0.0, -0.36, z]), 0.13, 0.60, &wheel);
    }
    let hull = builder.block("hull", Frame::at([0.0, -0.16, -0.04]), [0.46, 0.17, 0.70], 0.04, &body);
    let slope = normalize([0.0, 0.8, 0.6]);
    hull.cuts.push((slope, slope[1] * 0.01 + slope[2] * 0.40));
    for x in [-0.28, 0.28] {
        headlight(builder, [x, -0.16, 0.60], 0.075);
    }
    let turret = body.clone().with(Mask::band(Y, -0.06, 0.01), WHITE);
    pillar(builder, "turret", [0.0, -0.18], [-0.02, 0.32], [0.42, 0.30], &turret);
    builder.disc("hatch", Frame::at([0.10, 0.33, -0.24]), 0.13, 0.05, &dark);
    builder.ellipsoid("mantlet", Frame::at([0.0, 0.15, 0.13]), [0.26, 0.13, 0.13], &dark);
    let gun = Paint::plain([0.27, 0.29, 0.27]);
    let barrels: &[f32] = if look.has(3) { &[-0.16, 0.16] } else { &[0.0] };
    for &x in barrels {
        builder.rod("barrel", [x, 0.14, 0.06], [x, 0.27, 0.70], 0.07, &gun);
        builder.disc("muzzle", Frame::towards([x, 0.26, 0.67], [x, 0.28, 0.77], X), 0.105, 0.09, &gun);
    }
    if look.has(1) {
        let paint = Paint::plain(look.detail([0.86, 0.18, 0.16]));
        flag(builder, [-0.14, 0.20, -0.26], 0.56, [0.40, 0.26], &paint);
    }
    if look.has(2) {
        missiles(builder, look.detail([0.88, 0.22, 0.18]), &dark);
    }
    for x in [-0.20, 0.20] {
        builder.disc("drum", sideways([x, 0.06, -0.64]), 0.10, 0.15, &brass());
    }
}

/// Adds three missiles on each side of the turret.
fn missiles(builder: &mut Builder, color: Vec3, rail: &Paint) {
    let missile =
        Paint::glossy(WHITE).with(Mask::band(Y, 0.30, 9.0), color).with(Mask::band(Y, -9.0, 0.06), color);
    for x in [-0.42f32, 0.42] {
        slab(builder, "rail", [x.min(0.0), 0.06, -0.24], [x.max(0.0), 0.20, 0.0], 0.03, rail);
        for (out, up) in [(-0.09, 0.26), (0.09, 0.26), (0.0, 0.42)] {
            builder.cone("missile", [x + out, up, -0.36], [x + out, up + 0.08, 0.14], 0.10, 0.07, &missile);
        }
    }
}
