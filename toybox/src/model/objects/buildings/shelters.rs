//! Tent, well and igloo.

use super::palette::{BLUE, RED, WHITE, YELLOW, steel};
use super::pieces::{BRICK, GRANITE, OAK, Y, Z, flag, masonry};
use super::roofs::{gable, slope_to, slopes};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing, sideways};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

const TENT_GROUND: f32 = -0.62;
const IGLOO_GROUND: f32 = -0.66;

pub(super) fn tent(builder: &mut Builder, look: &Look) {
    let main = look.main([0.96, 0.55, 0.16]);
    let cloth = Paint::new(main, 0.0, 0.8).with(Mask::stripes(Z, 0.42, 0.26), shade(main, 0.78));
    let inside = Paint::new(shade(main, 0.30), 0.0, 0.9);
    let wood = Paint::plain(OAK);
    // The tent is shorter where there is an awning.
    let front = if look.has(2) { 0.30 } else { 0.64 };
    let (eave, ridge) = ([0.70, TENT_GROUND + 0.01], [0.0, 0.46]);
    slab(
        builder,
        "mat",
        [-0.68, TENT_GROUND, -0.68],
        [0.68, TENT_GROUND + 0.07, front + 0.04],
        0.02,
        &Paint::plain([0.45, 0.40, 0.34]),
    );
    slopes(builder, eave, ridge, [-0.68, front], 0.09, &cloth);
    let profile = [[0.66, TENT_GROUND + 0.01], [0.0, 0.42]];
    gable(builder, [-0.66, TENT_GROUND, -0.64], [0.66, 0.42, front - 0.34], &profile, &inside);
    let plain = Paint::new(shade(main, 0.88), 0.0, 0.8);
    gable(builder, [-0.66, TENT_GROUND, -0.68], [0.66, 0.42, -0.60], &profile, &plain);
    for side in [-1.0, 1.0] {
        // A curtain on each side of the door.
        let frame = Frame::at([side * 0.34, 0.5 * (TENT_GROUND + 0.42), front - 0.07]);
        let part = builder.block("curtain", frame, [0.33, 0.5 * (0.42 - TENT_GROUND), 0.05], 0.0, &plain);
        slope_to(part, profile[0], profile[1]);
        let normal = crate::math::normalize([-side * 0.94, -0.34, 0.0]);
        part.cuts.push((normal, normal[1] * 0.36));
        let (top, peg) =
            ([side * 0.40, -0.16, front - 0.12], [side * 0.76, TENT_GROUND + 0.04, front - 0.06]);
        builder.rod("rope", top, peg, 0.033, &Paint::plain([0.90, 0.84, 0.70]));
        builder.rod(
            "rope",
            [top[0], top[1], -0.50],
            [peg[0], peg[1], -0.56],
            0.033,
            &Paint::plain([0.90, 0.84, 0.70]),
        );
    }
    builder.rod("pole", [0.0, 0.40, -0.74], [0.0, 0.40, front + 0.08], 0.05, &wood);
    if look.has(1) {
        flag(builder, [0.0, 0.36, front], 0.43, [0.42, 0.24], &Paint::plain(look.detail(RED)));
    }
    if look.has(2) {
        awning(builder, look.detail(YELLOW), front);
    }
    if look.has(3) {
        builder.rod("pipe", [0.30, -0.20, -0.30], [0.30, 0.62, -0.30], 0.07, &steel());
        pillar(builder, "pipe", [0.30, -0.30], [0.60, 0.78], [0.16, 0.05], &steel());
    }
}

pub(super) fn well(builder: &mut Builder, look: &Look) {
    let main = look.main(GRANITE);
    let wood = Paint::plain(OAK);
    let ring = Shape::Stump { half_height: 0.27, low: 0.47, high: 0.47, rounding: 0.01 };
    let part = builder.add("wall", ring, Frame::at([0.0, -0.46, 0.0]), &masonry(main));
    part.skin = Some(0.07);
    part.cuts.push((Y, -0.28));
    builder.torus("rim", Frame::at([0.0, -0.28, 0.0]), 0.47, 0.085, &Paint::plain(shade(main, 0.80)));
    builder.disc("water", Frame::at([0.0, -0.42, 0.0]), 0.45, 0.06, &Paint::glossy([0.20, 0.55, 0.86]));
    for x in [-0.47, 0.47] {
        slab(builder, "post", [x - 0.06, -0.40, -0.06], [x + 0.06, 0.40, 0.06], 0.02, &wood);
    }
    builder.rod("axle", [-0.50, 0.10, 0.0], [0.58, 0.10, 0.0], 0.045, &wood);
    builder.disc("spool", sideways([0.0, 0.10, 0.0]), 0.09, 0.18, &Paint::plain([0.90, 0.80, 0.58]));
    let crank = [([0.58, 0.10, 0.0], 0.045), ([0.64, -0.06, 0.0], 0.045), ([0.74, -0.06, 0.0], 0.05)];
    builder.chain("crank", &crank, &Paint::plain([0.30, 0.31, 0.34]));
    builder.rod("rope", [0.0, 0.08, 0.07], [0.0, -0.14, 0.07], 0.035, &Paint::plain([0.90, 0.80, 0.58]));
    let hoop = Paint::plain([0.72, 0.48, 0.26]).with(Mask::band(Y, -0.03, 0.03), [0.30, 0.31, 0.34]);
    pillar(builder, "pail", [0.0, 0.07], [-0.32, -0.12], [0.10, 0.14], &hoop);
    let color = look.detail(BRICK);
    if look.has(1) {
        let tiles = Paint::plain(color).with(Mask::stripes(Y, 0.14, 0.25), shade(color, 0.75));
        pillar(builder, "roof", [0.0, 0.0], [0.26, 0.80], [0.72, 0.05], &tiles);
    } else {
        let tiles = Paint::plain(BRICK).with(Mask::stripes(Y, 0.13, 0.25), shade(BRICK, 0.75));
        gable(builder, [-0.50, 0.30, -0.05], [0.50, 0.64, 0.05], &[[0.50, 0.30], [0.0, 0.64]], &wood);
        slopes(builder, [0.70, 0.24], [0.0, 0.72], [-0.46, 0.46], 0.10, &tiles);
    }
    if look.has(2) {
        let (leaf, petal) = (Paint::plain([0.30, 0.60, 0.25]), Paint::plain(look.detail([0.96, 0.50, 0.68])));
        for step in 0..6 {
            let (sine, cosine) = (1.05 * step as f32 + 0.35).sin_cos();
            let (x, z) = (0.57 * sine, 0.57 * cosine);
            builder.ellipsoid("leaves", Frame::at([x, -0.68, z]), [0.17, 0.12, 0.17], &leaf);
            builder.sphere("flower", [1.1 * x, -0.54, 1.1 * z], 0.09, &petal);
        }
    }
    if look.has(3) {
        let stone = Paint::plain(shade(main, 0.9));
        slab(builder, "step", [-0.34, -0.80, 0.30], [0.34, -0.56, 0.66], 0.02, &stone);
        slab(builder, "step", [-0.40, -0.80, 0.30], [0.40, -0.68, 0.79], 0.02, &stone);
    }
}

/// Returns paint with rows of snow blocks; every second row is shifted by half a block.
fn snow_blocks(main: Vec3, seam: Vec3) -> Paint {
    let joints = |lean: f32| {
        [0.0, 60.0, 120.0].map(|angle: f32| {
            let (sine, cosine) = (angle + lean).to_radians().sin_cos();
            Mask::band([cosine, 0.0, sine], -0.022, 0.022)
        })
    };
    let mut paint = Paint::plain(main);
    let courses =
        Mask::Stripes { direction: Y, period: 0.44, duty: 0.5, phase: 0.11 - 0.12, wave: (0.0, 1.0) };
    for (lean, rows) in [(0.0, courses.clone()), (30.0, courses.outside())] {
        for joint in joints(lean) {
            paint = paint.with(joint.and(rows.clone()), seam);
        }
    }
    let lines = Mask::Stripes { direction: Y, period: 0.22, duty: 0.22, phase: -0.12, wave: (0.0, 1.0) };
    paint.with(lines, seam).seen_from([0.0, -0.12, -0.12])
}

pub(super) fn igloo(builder: &mut Builder, look: &Look) {
    let main = look.main([0.93, 0.96, 0.98]);
    let seam = shade(main, 0.72);
    let paint = snow_blocks(main, seam);
    builder.group(0.02);
    let base = Shape::Stump { half_height: 0.275, low: 0.66, high: 0.64, rounding: 0.02 };
    builder.add(
        "wall",
        base,
        Frame::at([0.0, IGLOO_GROUND + 0.275, -0.12]),
        &paint.clone().seen_from([0.0, IGLOO_GROUND + 0.275, -0.12]),
    );
    builder.ellipsoid("dome", Frame::at([0.0, -0.12, -0.12]), [0.645, 0.50, 0.645], &paint);
    builder.group(0.0);
    let snow = Paint::plain(main);
    builder.disc("tunnel", facing([0.0, IGLOO_GROUND + 0.30, 0.50]), 0.30, 0.25, &snow);
    slab(builder, "tunnel", [-0.30, IGLOO_GROUND, 0.30], [0.30, IGLOO_GROUND + 0.30, 0.75], 0.02, &snow);
    let dark = Paint::plain([0.16, 0.22, 0.32]);
    builder.disc("doorway", facing([0.0, IGLOO_GROUND + 0.30, 0.70]), 0.20, 0.06, &dark);
    slab(builder, "doorway", [-0.20, IGLOO_GROUND, 0.66], [0.20, IGLOO_GROUND + 0.30, 0.76], 0.0, &dark);
    let lintel = Shape::Arc { major: 0.27, minor: 0.07, half_angle: 1.57 };
    builder.add("lintel", lintel, Frame::at([0.0, IGLOO_GROUND + 0.30, 0.72]), &Paint::plain(seam));
    for x in [-0.27, 0.27] {
        builder.rod(
            "lintel",
            [x, IGLOO_GROUND + 0.07, 0.72],
            [x, IGLOO_GROUND + 0.30, 0.72],
            0.07,
            &Paint::plain(seam),
        );
    }
    if look.has(1) {
        let paint = Paint::plain(look.detail([0.36, 0.38, 0.42]));
        pillar(builder, "chimney", [0.26, -0.12], [0.20, 0.66], [0.11, 0.11], &paint);
        pillar(builder, "chimney", [0.26, -0.12], [0.62, 0.74], [0.16, 0.16], &paint);
    }
    if look.has(2) {
        flag(builder, [0.0, 0.32, -0.12], 0.46, [0.46, 0.26], &Paint::plain(look.detail(RED)));
    }
    if look.has(3) {
        sled(builder, &Paint::plain(look.detail(BLUE)));
    }
}

/// Adds a sled beside the igloo's tunnel.
fn sled(builder: &mut Builder, paint: &Paint) {
    slab(builder, "sled", [0.36, IGLOO_GROUND + 0.12, 0.26], [0.74, IGLOO_GROUND + 0.20, 0.70], 0.03, paint);
    for x in [0.42, 0.68] {
        let runner = [
            ([x, IGLOO_GROUND + 0.04, 0.20], 0.04),
            ([x, IGLOO_GROUND + 0.04, 0.68], 0.04),
            ([x, IGLOO_GROUND + 0.18, 0.75], 0.04),
        ];
        builder.chain("runner", &runner, &Paint::plain(OAK));
        slab(
            builder,
            "runner",
            [x - 0.04, IGLOO_GROUND + 0.03, 0.34],
            [x + 0.04, IGLOO_GROUND + 0.16, 0.60],
            0.02,
            paint,
        );
    }
    builder.rod(
        "sled",
        [0.42, IGLOO_GROUND + 0.18, 0.74],
        [0.68, IGLOO_GROUND + 0.18, 0.74],
        0.04,
        &Paint::plain(OAK),
    );
}

/// Adds a roof on poles before the tent.
fn awning(builder: &mut Builder, color: Vec3, front: f32) {
    let paint = Paint::new(color, 0.0, 0.8).with(Mask::stripes([1.0, 0.0, 0.0], 0.32, 0.4), WHITE);
    slopes(builder, [0.54, 0.02], [0.0, 0.44], [front - 0.06, 0.78], 0.09, &paint);
    for x in [-0.44, 0.44] {
        builder.rod("pole", [x, TENT_GROUND + 0.045, 0.70], [x, 0.06, 0.70], 0.045, &Paint::plain(OAK));
    }
    slab(
        builder,
        "mat",
        [-0.50, TENT_GROUND, 0.20],
        [0.50, TENT_GROUND + 0.07, 0.76],
        0.02,
        &Paint::plain([0.45, 0.40, 0.34]),
    );
}
