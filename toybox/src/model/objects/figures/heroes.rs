//! Astronaut and knight.

use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing, sideways};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::model::palette::{INK, RED, YELLOW, steel};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Adds body, arms and legs of a person. `ends` is the paint of hands and feet.
fn person(builder: &mut Builder, body: &Paint, limb: &Paint, ends: &Paint, girth: f32) {
    builder.group(0.05);
    builder.cone("body", [0.0, -0.36, 0.0], [0.0, -0.08, 0.0], 0.27 * girth, 0.24 * girth, body);
    for side in [-1.0, 1.0] {
        let leg = [([side * 0.15, -0.46, 0.0], 0.14 * girth), ([side * 0.18, -0.66, 0.01], 0.13 * girth)];
        builder.chain("leg", &leg, limb);
        let arm = [
            ([side * 0.24, -0.02, 0.0], 0.12 * girth),
            ([side * 0.40, -0.18, 0.04], 0.105 * girth),
            ([side * 0.44, -0.32, 0.14], 0.095 * girth),
        ];
        builder.chain("arm", &arm, limb);
    }
    builder.group(0.0);
    for side in [-1.0, 1.0] {
        builder.ellipsoid("boot", Frame::at([side * 0.19, -0.715, 0.05]), [0.145, 0.085, 0.21], ends);
        builder.sphere("hand", [side * 0.45, -0.36, 0.18], 0.11, ends);
    }
}

pub(super) fn astronaut(builder: &mut Builder, look: &Look) {
    let main = look.main([0.94, 0.95, 0.97]);
    let suit = Paint::plain(main);
    let cuffs = suit.clone().with(Mask::stripes([0.0, 1.0, 0.0], 0.14, 0.28), shade(main, 0.78));
    let accent = if look.color.is_some() { shade(main, 0.55) } else { [0.95, 0.46, 0.12] };
    person(builder, &suit, &cuffs, &Paint::plain(accent), 1.08);
    builder.sphere("helmet", [0.0, 0.36, 0.0], 0.385, &Paint::glossy(main));
    let visor = Paint::new([0.16, 0.22, 0.36], 0.3, 0.12)
        .with(Mask::ellipsoid([-0.13, 0.11, 0.10], [0.085, 0.06, 0.3]), [0.86, 0.92, 0.98])
        .with(Mask::ellipsoid([0.02, -0.16, 0.10], [0.20, 0.06, 0.3]), [0.30, 0.40, 0.62]);
    builder.ellipsoid("visor", Frame::at([0.0, 0.36, 0.17]), [0.30, 0.25, 0.27], &visor);
    let rim = Paint::plain(accent);
    builder.torus("collar", Frame::at([0.0, 0.04, 0.0]), 0.235, 0.06, &rim);
    for side in [-1.0, 1.0] {
        builder.disc("ear", sideways([side * 0.38, 0.36, 0.0]), 0.12, 0.055, &rim);
    }
    builder.rod("aerial", [0.39, 0.40, 0.0], [0.42, 0.70, -0.02], 0.037, &steel());
    builder.sphere("aerial", [0.42, 0.725, -0.02], 0.06, &Paint::glossy(RED));
    let lamp = |x: f32, y: f32| Mask::ellipsoid([x, y, 0.06], [0.035, 0.03, 0.1]);
    let panel = Paint::plain([0.34, 0.37, 0.44])
        .with(lamp(-0.07, 0.02), RED)
        .with(lamp(0.0, 0.02), YELLOW)
        .with(lamp(0.07, 0.02), [0.30, 0.80, 0.40]);
    builder.block("panel", Frame::at([0.0, -0.20, 0.26]), [0.135, 0.085, 0.06], 0.03, &panel);
    builder.block(
        "pack",
        Frame::at([0.0, -0.16, -0.30]),
        [0.24, 0.26, 0.12],
        0.06,
        &Paint::plain(shade(main, 0.82)),
    );
    if look.has(1) {
        let cloth = Paint::plain(look.detail([0.20, 0.42, 0.84]));
        builder.rod("pole", [0.48, -0.76, 0.22], [0.48, 0.50, 0.22], 0.04, &steel());
        slab(builder, "flag", [0.47, 0.22, 0.18], [0.79, 0.48, 0.26], 0.03, &cloth);
    }
    if look.has(2) {
        let fire = Paint::new([1.0, 0.56, 0.12], 0.0, 0.9)
            .with(Mask::band([0.0, 1.0, 0.0], -9.0, 0.03), [1.0, 0.86, 0.30]);
        for x in [-0.17, 0.17] {
            builder.rod("tank", [x, -0.30, -0.43], [x, 0.06, -0.43], 0.14, &Paint::metal([0.70, 0.73, 0.78]));
            pillar(builder, "nozzle", [x, -0.43], [-0.52, -0.38], [0.12, 0.08], &Paint::plain(accent));
            builder.cone("flame", [x, -0.54, -0.43], [x, -0.72, -0.43], 0.10, 0.04, &fire);
        }
    }
}

pub(super) fn knight(builder: &mut Builder, look: &Look) {
    let main = look.main([0.74, 0.76, 0.80]);
    let plate = Paint::metal(main);
    let dark = Paint::metal(shade(main, 0.62));
    let banded = plate.clone().with_material(
        Mask::stripes([0.0, 1.0, 0.0], 0.13, 0.25),
        crate::paint::Material { color: shade(main, 0.55), metallic: 1.0, roughness: 0.4 },
    );
    person(builder, &plate, &banded, &dark, 1.0);
    builder.torus("belt", Frame::at([0.0, -0.30, 0.0]), 0.255, 0.055, &Paint::plain([0.46, 0.28, 0.16]));
    builder.block("buckle", Frame::at([0.0, -0.30, 0.295]), [0.075, 0.065, 0.04], 0.02, &super::brass());
    for side in [-1.0, 1.0] {
        let shoulder = Frame::at([side * 0.29, 0.02, 0.0]).turned([0.0, 0.0, side * -24.0]);
        builder.ellipsoid("shoulder", shoulder, [0.19, 0.14, 0.19], &plate);
    }
    // The helmet: a bucket with a round top, a slit and a ridge.
    pillar(builder, "helmet", [0.0, 0.0], [0.08, 0.44], [0.28, 0.30], &plate);
    builder.sphere("helmet", [0.0, 0.42, 0.0], 0.30, &plate);
    let breaths = Mask::stripes([1.0, 0.0, 0.0], 0.11, 0.45).and(Mask::band([0.0, 1.0, 0.0], -0.14, -0.04));
    let visor = dark.clone().with(breaths, INK);
    let mask = builder.ellipsoid("visor", Frame::at([0.0, 0.30, 0.06]), [0.31, 0.26, 0.32], &visor);
    mask.cuts = vec![([0.0, 0.0, -1.0], -0.06), ([0.0, 1.0, 0.0], 0.50)];
    let slit = Shape::Block { half: [0.20, 0.042, 0.05], rounding: 0.03 };
    builder.add("slit", slit, Frame::at([0.0, 0.37, 0.345]), &Paint::plain(INK));
    for x in [-0.10, 0.10] {
        builder.sphere("eye", [x, 0.37, 0.37], 0.042, &Paint::glossy([0.98, 0.95, 0.86]));
    }
    builder.block("ridge", Frame::at([0.0, 0.56, -0.02]), [0.045, 0.19, 0.26], 0.04, &dark).cuts =
        vec![([0.0, -1.0, 0.0], -0.40)];
    sword(builder, [-0.47, -0.36, 0.20]);
    if look.has(1) {
        let color = look.detail(RED);
        let feather = [
            ([0.0, 0.62, -0.10], 0.08),
            ([0.0, 0.71, -0.26], 0.085),
            ([0.0, 0.52, -0.46], 0.10),
            ([0.0, 0.24, -0.52], 0.06),
        ];
        builder.group(0.03);
        builder.chain("plume", &feather, &Paint::new(color, 0.0, 0.8));
        builder.group(0.0);
    }
    if look.has(2) {
        let color = look.detail([0.18, 0.40, 0.80]);
        let bar = Mask::band([1.0, 0.0, 0.0], -0.045, 0.045);
        let cross = Mask::band([0.0, 0.0, 1.0], -0.045, 0.045);
        let face = Paint::plain(color).with(bar, YELLOW).with(cross, YELLOW);
        let frame = facing([0.46, -0.34, 0.32]);
        builder.disc("shield", frame, 0.26, 0.06, &face);
        builder.torus("shield", frame, 0.25, 0.05, &steel());
    }
    if look.has(3) {
        let color = look.detail([0.70, 0.14, 0.18]);
        let cloth = Paint::new(color, 0.0, 0.85);
        builder.group(0.04);
        builder.cone("cape", [-0.16, 0.02, -0.22], [-0.24, -0.66, -0.42], 0.09, 0.10, &cloth);
        builder.cone("cape", [0.16, 0.02, -0.22], [0.24, -0.66, -0.42], 0.09, 0.10, &cloth);
        builder.cone("cape", [0.0, 0.02, -0.24], [0.0, -0.66, -0.44], 0.15, 0.17, &cloth);
        builder.group(0.0);
    }
}

/// Adds a sword that stands on its point beside a hand.
fn sword(builder: &mut Builder, [x, y, z]: Vec3) {
    let blade = Paint::metal([0.86, 0.88, 0.92]);
    slab(builder, "blade", [x - 0.06, y, z - 0.035], [x + 0.06, 0.52, z + 0.035], 0.02, &blade);
    builder.cone("point", [x, 0.50, z], [x, 0.62, z], 0.055, 0.036, &blade);
    slab(
        builder,
        "guard",
        [x - 0.17, y + 0.10, z - 0.05],
        [x + 0.17, y + 0.20, z + 0.05],
        0.03,
        &super::brass(),
    );
    builder.rod("hilt", [x, y - 0.12, z], [x, y + 0.12, z], 0.05, &Paint::plain([0.40, 0.22, 0.14]));
    builder.sphere("pommel", [x, y - 0.16, z], 0.075, &super::brass());
}
