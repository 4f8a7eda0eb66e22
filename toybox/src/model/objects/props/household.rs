//! Things of the household and the workshop: book, clock, umbrella and anvil.

use super::palette::{BRASS, CREAM, INK, WHITE, brass, steel};
use super::pieces::{around, trim};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

pub(super) fn book(builder: &mut Builder, look: &Look) {
    let leather = look.main([0.56, 0.14, 0.18]);
    let cover = Paint::plain(leather);
    let inner = Mask::band([1.0, 0.0, 0.0], -0.37, 0.37).and(Mask::band([0.0, 1.0, 0.0], -0.56, 0.56));
    let outer = Mask::band([1.0, 0.0, 0.0], -0.43, 0.43).and(Mask::band([0.0, 1.0, 0.0], -0.62, 0.62));
    let framed = cover.clone().with(outer.and(inner.outside()), BRASS);
    let paper = Paint::plain(CREAM).with(Mask::stripes([0.0, 0.0, 1.0], 0.09, 0.4), shade(CREAM, 0.78));
    slab(builder, "pages", [-0.50, -0.72, -0.18], [0.48, 0.70, 0.18], 0.01, &paper);
    slab(builder, "cover", [-0.52, -0.80, 0.15], [0.56, 0.78, 0.27], 0.04, &framed);
    slab(builder, "cover", [-0.52, -0.80, -0.27], [0.56, 0.78, -0.15], 0.04, &framed);
    let ridges = Paint::plain(shade(leather, 0.78)).with(Mask::stripes([0.0, 1.0, 0.0], 0.44, 0.2), BRASS);
    pillar(builder, "spine", [-0.48, 0.0], [-0.80, 0.78], [0.27, 0.27], &ridges);
    for z in [-0.21, 0.21] {
        for y in [-0.70, 0.68] {
            slab(builder, "corner", [0.38, y - 0.11, z - 0.08], [0.59, y + 0.11, z + 0.08], 0.04, &brass());
        }
    }
    cover_details(builder, look, leather);
}

fn cover_details(builder: &mut Builder, look: &Look, leather: Vec3) {
    if look.has(3) {
        let gem = Paint::glossy(look.detail([0.16, 0.62, 0.86]));
        builder.disc("mount", facing([0.02, 0.0, 0.27]), 0.27, 0.07, &brass());
        builder.ellipsoid("jewel", Frame::at([0.02, 0.0, 0.34]), [0.19, 0.22, 0.14], &gem);
    } else {
        for turn in [0.0, 45.0] {
            let frame = Frame::at([0.02, 0.0, 0.27]).turned([0.0, 0.0, turn]);
            builder.block("star", frame, [0.16, 0.16, 0.04], 0.01, &brass());
        }
    }
    if look.has(1) {
        let silk = Paint::glossy(look.detail([0.20, 0.66, 0.42]));
        slab(builder, "bookmark", [0.16, 0.62, -0.06], [0.34, 0.80, 0.36], 0.04, &silk);
        slab(builder, "bookmark", [0.16, 0.05, 0.25], [0.34, 0.80, 0.36], 0.04, &silk);
        builder.block(
            "bookmark",
            Frame::at([0.25, 0.06, 0.305]).turned([0.0, 0.0, 45.0]),
            [0.10, 0.10, 0.05],
            0.03,
            &silk,
        );
    }
    if look.has(2) {
        let strap = Paint::plain(shade(leather, 0.6));
        for y in [-0.30, 0.30] {
            slab(builder, "strap", [0.22, y - 0.10, -0.33], [0.66, y + 0.10, 0.33], 0.05, &strap);
            slab(builder, "clasp", [0.28, y - 0.13, 0.22], [0.50, y + 0.13, 0.39], 0.04, &brass());
        }
    }
}

/// Adds the clock's face with its hands at a place on its front.
fn dial(builder: &mut Builder, [x, y, z]: Vec3) {
    let ring = Mask::ellipsoid([0.0; 3], [0.40, 4.0, 0.40])
        .and(Mask::ellipsoid([0.0; 3], [0.32, 4.0, 0.32]).outside());
    let face = Paint::plain(WHITE).with(ring.and(Mask::Sectors { count: 12.0, twist: 0.0 }), INK);
    builder.disc("dial", facing([x, y, z - 0.05]), 0.45, 0.06, &face);
    let ink = Paint::plain(INK);
    builder.rod("hand", [x, y, z], [x + 0.17, y + 0.21, z], 0.04, &ink);
    builder.rod("hand", [x, y, z], [x - 0.17, y + 0.10, z], 0.05, &ink);
    builder.sphere("pin", [x, y, z + 0.02], 0.07, &Paint::glossy([0.88, 0.20, 0.18]));
}

pub(super) fn clock(builder: &mut Builder, look: &Look) {
    let body = look.main([0.16, 0.62, 0.62]);
    let (case, dark) = (Paint::glossy(body), Paint::glossy(shade(body, 0.72)));
    let middle = if look.has(3) { 0.26 } else { -0.10 };
    builder.disc("case", facing([0.0, middle, 0.0]), 0.54, 0.22, &case);
    builder.torus("bezel", facing([0.0, middle, 0.20]), 0.47, 0.075, &case);
    dial(builder, [0.0, middle, 0.23]);
    if look.has(3) {
        let bob = Paint::metal(look.detail([0.95, 0.74, 0.30]));
        builder.rod("pendulum", [0.0, middle - 0.45, 0.0], [0.0, -0.60, 0.0], 0.065, &steel());
        builder.disc("pendulum", facing([0.0, -0.60, 0.0]), 0.195, 0.10, &bob);
        slab(builder, "hood", [-0.24, middle + 0.44, -0.16], [0.24, middle + 0.54, 0.20], 0.05, &dark);
        return;
    }
    for x in [-1.0, 1.0] {
        builder.cone("foot", [x * 0.30, -0.46, 0.0], [x * 0.44, -0.69, 0.0], 0.09, 0.11, &dark);
    }
    if look.has(1) {
        let bell = Paint::metal(look.detail([0.98, 0.76, 0.28]));
        for side in [-1.0, 1.0] {
            let away = [0.6 * side, 0.8, 0.0];
            let place = [0.37 * side, 0.42, 0.0];
            builder.rod("stem", [0.6 * 0.45 * side, 0.8 * 0.45 - 0.10, 0.0], place, 0.07, &steel());
            let dome = builder.sphere("bell", place, 0.26, &bell);
            trim(dome, away.map(|c| -c), place);
            builder.sphere(
                "bell",
                [place[0] + 0.25 * away[0], place[1] + 0.25 * away[1], 0.0],
                0.075,
                &steel(),
            );
        }
        builder.rod("clapper", [0.0, 0.38, 0.0], [0.0, 0.62, 0.0], 0.05, &steel());
        builder.sphere("clapper", [0.0, 0.64, 0.0], 0.10, &steel());
    } else if look.has(2) {
        let tiles = look.detail([0.78, 0.24, 0.18]);
        let shingles = Paint::plain(tiles).with(Mask::stripes([1.0, 0.0, 0.0], 0.22, 0.2), shade(tiles, 0.7));
        builder.block(
            "gable",
            Frame::at([0.0, 0.10, 0.0]).turned([0.0, 0.0, 45.0]),
            [0.41, 0.41, 0.19],
            0.03,
            &dark,
        );
        for side in [-1.0, 1.0] {
            let frame = Frame::at([side * 0.325, 0.405, 0.0]).turned([0.0, 0.0, -45.0 * side]);
            builder.block("roof", frame, [0.50, 0.07, 0.34], 0.03, &shingles);
        }
    } else {
        builder.disc("button", Frame::at([0.0, 0.45, 0.0]), 0.16, 0.07, &dark);
        builder.torus("ring", facing([0.0, 0.57, 0.0]), 0.15, 0.055, &brass());
    }
}

pub(super) fn umbrella(builder: &mut Builder, look: &Look) {
    let cloth = look.main([0.90, 0.24, 0.30]);
    let panels = Paint::plain(cloth)
        .with(Mask::Sectors { count: 4.0, twist: 0.0 }, shade(cloth, 0.4).map(|c| 0.6 + c));
    let wood = Paint::plain([0.62, 0.38, 0.20]);
    builder.rod("shaft", [0.0, -0.56, 0.0], [0.0, 0.68, 0.0], 0.05, &steel());
    builder.cone("tip", [0.0, 0.66, 0.0], [0.0, 0.755, 0.0], 0.06, 0.042, &steel());
    if look.has(2) {
        builder.group(0.03);
        pillar(builder, "canopy", [0.0, 0.0], [-0.30, 0.66], [0.28, 0.08], &panels);
        for (_, [x, z]) in around(8) {
            builder.cone(
                "canopy",
                [0.24 * x, -0.32, 0.24 * z],
                [0.06 * x, 0.55, 0.06 * z],
                0.09,
                0.05,
                &panels.clone().seen_from([x, 0.0, z]),
            );
        }
        builder.group(0.0);
        builder.torus("strap", Frame::at([0.0, -0.02, 0.0]), 0.24, 0.06, &Paint::plain(shade(cloth, 0.6)));
    } else {
        let dome = builder.ellipsoid("canopy", Frame::at([0.0, 0.04, 0.0]), [0.72, 0.66, 0.72], &panels);
        dome.skin = Some(0.042);
        trim(dome, [0.0, -1.0, 0.0], [0.0, 0.08, 0.0]);
        let (ball, radius, low) =
            if look.has(3) { (look.detail([0.98, 0.80, 0.26]), 0.085, -0.06) } else { (WHITE, 0.055, 0.08) };
        for (_, [x, z]) in around(8) {
            let paint = Paint::plain(ball);
            if look.has(3) {
                builder.cone(
                    "tassel",
                    [0.69 * x, low, 0.69 * z],
                    [0.70 * x, 0.14, 0.70 * z],
                    radius,
                    0.045,
                    &paint,
                );
            } else {
                builder.sphere("tip", [0.72 * x, low, 0.72 * z], radius, &paint);
            }
        }
    }
    if look.has(1) {
        let grip = Paint::glossy(look.detail([0.62, 0.38, 0.20]));
        let hook = Shape::Arc { major: 0.19, minor: 0.075, half_angle: 1.6 };
        builder.rod("handle", [0.0, -0.54, 0.0], [0.0, -0.28, 0.0], 0.08, &grip);
        builder.add("handle", hook, Frame::at([0.19, -0.53, 0.0]).turned([0.0, 0.0, 180.0]), &grip);
        builder.rod("handle", [0.38, -0.54, 0.0], [0.38, -0.46, 0.0], 0.08, &grip);
    } else {
        builder.cone("handle", [0.0, -0.69, 0.0], [0.0, -0.40, 0.0], 0.11, 0.075, &wood);
    }
}

pub(super) fn anvil(builder: &mut Builder, look: &Look) {
    let metal = look.main([0.36, 0.38, 0.43]);
    let body = Paint::new(metal, 0.6, 0.45);
    let lift = if look.has(1) { 0.36 } else { 0.0 };
    let (foot, top) = (lift - 0.80, lift + 0.26);
    let polished = shade(metal, 1.6);
    let face = Paint::new(metal, 0.6, 0.45).with(Mask::band([0.0, 1.0, 0.0], 0.10, 9.0), polished);
    builder.group(0.07);
    slab(builder, "foot", [-0.46, foot, -0.36], [0.46, foot + 0.20, 0.36], 0.05, &body);
    slab(builder, "waist", [-0.22, foot + 0.10, -0.19], [0.22, top - 0.15, 0.19], 0.04, &body);
    slab(builder, "head", [-0.46, top - 0.32, -0.24], [0.36, top, 0.24], 0.04, &face);
    builder.group(0.03);
    builder.cone("horn", [0.28, top - 0.19, 0.0], [0.72, top - 0.07, 0.0], 0.20, 0.07, &body);
    if look.has(2) {
        builder.cone("horn", [-0.38, top - 0.19, 0.0], [-0.72, top - 0.07, 0.0], 0.20, 0.07, &body);
    } else {
        slab(builder, "heel", [-0.76, top - 0.20, -0.18], [-0.40, top, 0.18], 0.04, &body);
    }
    builder.group(0.0);
    if look.has(1) {
        let bark = look.detail([0.55, 0.35, 0.20]);
        let rings = Paint::plain(bark)
            .with(Mask::Sectors { count: 10.0, twist: 0.0 }, shade(bark, 0.8))
            .with(Mask::ellipsoid([0.0, 0.2, 0.0], [0.52, 0.1, 0.52]), [0.86, 0.68, 0.44]);
        pillar(builder, "log", [0.0, 0.0], [-0.80, foot + 0.02], [0.62, 0.56], &rings);
    }
    if look.has(3) {
        let shoe = Paint::metal(look.detail([0.94, 0.45, 0.20]));
        let bend = Shape::Arc { major: 0.23, minor: 0.075, half_angle: 2.2 };
        let frame = Frame::at([0.0, top - 0.42, 0.25]).turned([0.0, 0.0, 180.0]);
        builder.add("horseshoe", bend, frame, &shoe);
    }
}
