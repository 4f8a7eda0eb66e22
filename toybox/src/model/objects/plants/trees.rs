//! Trees: broadleaf, pine and palm.

use super::super::palette::WHITE;
use super::pieces::{BARK, GREEN, leaf};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, add, normalize, scale};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{against, around, pillar, shade};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

pub(super) fn tree(builder: &mut Builder, look: &Look) {
    let main = look.main(GREEN);
    let bark = Paint::plain(BARK);
    let hollow = look.has(3);
    let girth = if hollow { 1.5 } else { 1.0 };
    builder.group(0.05);
    pillar(builder, "trunk", [0.0, 0.0], [-0.80, 0.10], [0.18 * girth, 0.12 * girth], &bark);
    for [x, z] in around(4, 0.5) {
        builder.cone("root", [0.0, -0.60, 0.0], [0.36 * x, -0.74, 0.36 * z], 0.10, 0.06, &bark);
    }
    let clumps: [(Vec3, f32); 6] = [
        ([0.0, 0.42, 0.0], 0.37),
        ([-0.38, 0.16, 0.06], 0.31),
        ([0.39, 0.20, 0.0], 0.32),
        ([0.04, 0.12, 0.34], 0.31),
        ([-0.03, 0.14, -0.36], 0.30),
        ([0.20, 0.44, 0.16], 0.27),
    ];
    let leaves = Paint::new(main, 0.0, 0.8).with(Mask::band([0.0, 1.0, 0.0], 0.12, 9.0), shade(main, 1.15));
    builder.group(0.03);
    for (place, radius) in clumps {
        builder.sphere("leaves", place, radius, &leaves);
    }
    builder.group(0.0);
    if look.has(1) {
        let fruit = Paint::glossy(look.detail([0.88, 0.16, 0.14]));
        for (clump, direction) in [
            (0, [-0.3, 0.4, 1.0]),
            (1, [-0.3, 0.0, 1.0]),
            (1, [-1.0, 0.3, 0.2]),
            (2, [0.9, 0.1, 0.6]),
            (3, [0.1, 0.0, 1.0]),
            (3, [0.6, -0.5, 0.8]),
            (5, [0.5, 0.5, 0.8]),
            (4, [-0.3, 0.2, -1.0]),
            (2, [0.5, -0.2, -1.0]),
            (0, [-0.4, 0.6, -0.8]),
        ] {
            let (place, radius) = clumps[clump];
            builder.sphere("fruit", add(place, scale(normalize(direction), radius)), 0.09, &fruit);
        }
    }
    if look.has(2) {
        let rope = Paint::plain([0.90, 0.80, 0.58]);
        builder.rod("branch", [0.0, 0.02, 0.0], [0.68, 0.0, 0.12], 0.06, &bark);
        for x in [0.36, 0.66] {
            builder.rod("rope", [x, 0.0, 0.11], [x, -0.52, 0.11], 0.04, &rope);
        }
        let seat = Paint::plain(look.detail([0.86, 0.24, 0.20]));
        builder.block("seat", Frame::at([0.51, -0.53, 0.11]), [0.24, 0.05, 0.14], 0.03, &seat);
    }
    if hollow {
        let opening = super::super::facing([0.0, -0.40, 0.21]);
        builder.disc(
            "hollow",
            opening.moved([0.0, 0.015, 0.0]),
            0.13,
            0.05,
            &Paint::plain([0.10, 0.07, 0.05]),
        );
        builder.torus("hollow", opening.moved([0.0, 0.05, 0.0]), 0.13, 0.05, &Paint::plain(shade(BARK, 1.3)));
    }
}

pub(super) fn pine(builder: &mut Builder, look: &Look) {
    let main = look.main([0.13, 0.44, 0.27]);
    pillar(builder, "trunk", [0.0, 0.0], [-0.80, -0.40], [0.15, 0.13], &Paint::plain(BARK));
    // Heights of foot and top, then the radii of both.
    let tiers = [(-0.52, 0.02, 0.62, 0.18), (-0.18, 0.38, 0.49, 0.12), (0.20, 0.72, 0.35, 0.06)];
    for (tier, (low, high, foot, top)) in tiers.into_iter().enumerate() {
        let half_height = 0.5 * (high - low);
        let frame = Frame::at([0.0, 0.5 * (low + high), 0.0]);
        let needles = Paint::new(shade(main, 1.0 + 0.12 * tier as f32), 0.0, 0.8)
            .with(Mask::band([0.0, 1.0, 0.0], -9.0, 0.09 - half_height), shade(main, 0.78));
        builder.add(
            "needles",
            Shape::Stump { half_height, low: foot, high: top, rounding: 0.05 },
            frame,
            &needles,
        );
        if look.has(3) {
            let snow = Shape::Stump {
                half_height: 0.64 * half_height,
                low: 0.80 * foot,
                high: top + 0.05,
                rounding: 0.05,
            };
            let lift = 0.36 * half_height + 0.05;
            builder.add("snow", snow, frame.moved([0.0, lift, 0.0]), &Paint::new(WHITE, 0.0, 0.8));
        }
    }
    if look.has(1) {
        star(builder, [0.0, 0.60, 0.0], look.detail([0.98, 0.80, 0.20]));
    }
    if look.has(2) {
        for (tier, (low, high, foot, top)) in tiers.into_iter().enumerate() {
            for (index, [x, z]) in around(6 - tier, 0.3 * tier as f32).enumerate() {
                let rise = if index % 2 == 0 { 0.12 } else { 0.40 };
                let radius = foot + (top - foot) * rise;
                let own = [[0.86, 0.16, 0.15], [0.98, 0.78, 0.18], [0.30, 0.55, 0.92]][index % 3];
                let place = [radius * x, low + (high - low) * rise, radius * z];
                builder.sphere("bauble", place, 0.085, &Paint::glossy(look.detail(own)));
            }
        }
    }
}

fn star(builder: &mut Builder, center: Vec3, color: Vec3) {
    let paint = Paint::glossy(color);
    builder.group(0.03);
    builder.ellipsoid("star", Frame::at(center), [0.11, 0.11, 0.10], &paint);
    for [x, y] in around(5, 0.0) {
        let tip = add(center, [0.17 * x, 0.17 * y, 0.0]);
        builder.cone("star", center, tip, 0.085, 0.03, &paint);
    }
}

/// Adds a palm: a trunk through the given points and a crown of fronds on the last one.
pub(in super::super) fn palm_at(
    builder: &mut Builder,
    trunk: &[(Vec3, f32)],
    fronds: usize,
    reach: f32,
    green: Vec3,
) {
    let rings = Mask::stripes([0.0, 1.0, 0.0], 0.17, 0.4);
    let bark = Paint::plain([0.66, 0.47, 0.28]).with(rings, [0.50, 0.34, 0.19]);
    builder.group(0.0);
    builder.chain("trunk", trunk, &bark);
    let Some(&(top, girth)) = trunk.last() else { return };
    let paint = Paint::plain(green).with(Mask::band([1.0, 0.0, 0.0], -0.03, 0.03), shade(green, 0.72));
    let width = 0.27 * reach;
    let thickness = (0.09 * reach).max(0.042);
    builder.group(0.06 * reach);
    builder.sphere("crown", top, 1.25 * girth, &Paint::plain(shade(green, 0.72)));
    for (index, [x, z]) in around(fronds, 0.35).enumerate() {
        let lift = if index % 2 == 0 { 0.34 } else { 0.18 } * reach;
        let along = |share: f32, height: f32| add(top, [share * reach * x, height, share * reach * z]);
        leaf(
            builder,
            "frond",
            [along(0.0, 0.0), along(0.60, 0.75 * lift)],
            [width, thickness],
            [0.0, 1.0, 0.0],
            &paint,
        );
        let tip = [along(0.30, lift), along(1.0, lift - 0.62 * reach)];
        leaf(builder, "frond", tip, [0.9 * width, thickness], [x, 1.0, z], &paint);
    }
}

pub(super) fn palm(builder: &mut Builder, look: &Look) {
    let trunk = [
        ([-0.10, -0.68, 0.0], 0.12),
        ([-0.02, -0.36, 0.0], 0.105),
        ([0.02, -0.02, 0.0], 0.095),
        ([0.0, 0.40, 0.0], 0.09),
    ];
    let hung = look.has(3);
    palm_at(builder, &trunk, 7, 0.72, look.main([0.24, 0.62, 0.28]));
    builder.group(0.0);
    if look.has(1) {
        let shell = Paint::plain([0.40, 0.25, 0.14]);
        for [x, z] in around(5, 0.0) {
            builder.sphere("coconut", [0.18 * x, 0.13, 0.18 * z], 0.125, &shell);
        }
    }
    if look.has(2) {
        let wood = Paint::plain([0.86, 0.66, 0.36]);
        for x in [-0.17, 0.17] {
            builder.rod("ladder", [x - 0.03, -0.755, 0.40], [x, 0.24, 0.06], 0.045, &wood);
        }
        for step in 0..5 {
            let rise = 0.10 + 0.19 * step as f32;
            let (y, z) = (-0.755 + rise * 0.995, 0.40 - rise * 0.34);
            builder.rod("ladder", [-0.20, y, z], [0.17, y, z], 0.042, &wood);
        }
    }
    if hung {
        let post = Paint::plain([0.50, 0.34, 0.19]);
        pillar(builder, "post", [0.70, 0.0], [-0.80, -0.22], [0.065, 0.06], &post);
        let cloth = Paint::new(look.detail([0.90, 0.30, 0.30]), 0.0, 0.9);
        let knots = [[0.0, -0.26, 0.0], [0.18, -0.48, 0.0], [0.52, -0.48, 0.0], [0.70, -0.28, 0.0]];
        builder.rod("rope", knots[0], knots[1], 0.045, &cloth);
        builder.rod("rope", knots[2], knots[3], 0.045, &cloth);
        builder.ellipsoid(
            "hammock",
            against([0.35, -0.49, 0.0], [0.0, 1.0, 0.0]),
            [0.25, 0.08, 0.22],
            &cloth,
        );
    }
}
