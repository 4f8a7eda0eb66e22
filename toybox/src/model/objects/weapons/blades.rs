//! Weapons that cut and stab. They are upright, in the plane z = 0.

use super::pieces::{LEATHER, OAK, UP, bevels, plane, wrap};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::model::palette;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

pub(super) fn sword(builder: &mut Builder, look: &Look) {
    let color = look.main(palette::STEEL);
    let brass = palette::brass();
    let hide = Paint::plain(LEATHER).with(Mask::stripes([0.3, 0.95, 0.0], 0.11, 0.4), [0.62, 0.38, 0.22]);
    pillar(builder, "grip", [0.0, 0.0], [-0.70, -0.30], [0.07, 0.065], &hide);
    if look.has(2) {
        let gem = Paint::glossy(look.detail([0.85, 0.14, 0.22]));
        builder.sphere("pommel", [0.0, -0.64, 0.0], 0.16, &gem);
        builder.torus("pommel", Frame::at([0.0, -0.54, 0.0]), 0.10, 0.045, &brass);
    } else {
        builder.disc("pommel", facing([0.0, -0.71, 0.0]), 0.09, 0.07, &brass);
    }
    if look.has(3) {
        for side in [-1.0, 1.0] {
            let way = [
                ([0.0, -0.33, 0.0], 0.085),
                ([side * 0.24, -0.33, 0.0], 0.075),
                ([side * 0.40, -0.20, 0.0], 0.06),
                ([side * 0.44, 0.02, 0.0], 0.04),
            ];
            builder.chain("guard", &way, &brass);
            builder.cone("guard", [side * 0.22, -0.32, 0.0], [side * 0.27, -0.08, 0.0], 0.06, 0.04, &brass);
        }
    } else {
        slab(builder, "guard", [-0.34, -0.38, -0.085], [0.34, -0.26, 0.085], 0.05, &brass);
    }
    if look.has(1) {
        curved_blade(builder, color);
        return;
    }
    let center = shade(color, 0.78);
    let metal = Paint::metal(color)
        .with(Mask::band([1.0, 0.0, 0.0], -0.04, 0.04).and(Mask::band(UP, -9.0, 0.26)), center);
    let blade = builder.block("blade", Frame::at([0.0, 0.24, 0.0]), [0.165, 0.555, 0.075], 0.005, &metal);
    blade.cuts = bevels(0.165, 0.075, 0.03);
    blade.cuts.extend([plane([0.0, 0.795], [1.3, 1.0]), plane([0.0, 0.795], [-1.3, 1.0])]);
}

/// Adds the blade of a scimitar: balls and the cones between them, cut flat.
fn curved_blade(builder: &mut Builder, color: Vec3) {
    let metal = Paint::metal(shade(color, 0.78)).with(Mask::band([1.0, 0.0, 0.0], 0.05, 9.0), color);
    let way = [
        (0.00, -0.30, 0.11),
        (0.05, -0.12, 0.12),
        (0.09, 0.06, 0.135),
        (0.10, 0.24, 0.15),
        (0.06, 0.41, 0.15),
        (-0.03, 0.56, 0.115),
        (-0.15, 0.68, 0.065),
        (-0.27, 0.76, 0.02),
    ];
    for pair in way.windows(2) {
        let [(ax, ay, low), (bx, by, high)] = [pair[0], pair[1]];
        let part = builder.cone("blade", [ax, ay, 0.0], [bx, by, 0.0], low, high, &metal);
        part.cuts = vec![([0.0, 0.0, 1.0], 0.06), ([0.0, 0.0, -1.0], 0.06)];
    }
}

pub(super) fn axe(builder: &mut Builder, look: &Look) {
    let color = look.main(palette::STEEL);
    pillar(builder, "handle", [0.0, 0.0], [-0.80, 0.66], [0.075, 0.065], &Paint::plain(OAK));
    pillar(builder, "handle", [0.0, 0.0], [-0.80, -0.66], [0.10, 0.08], &Paint::plain(shade(OAK, 0.65)));
    slab(builder, "socket", [-0.12, 0.12, -0.11], [0.12, 0.54, 0.11], 0.04, &Paint::metal(shade(color, 0.7)));
    axe_blade(builder, color, 1.0);
    if look.has(1) {
        axe_blade(builder, color, -1.0);
    } else {
        slab(
            builder,
            "poll",
            [-0.24, 0.21, -0.10],
            [0.0, 0.45, 0.10],
            0.04,
            &Paint::metal(shade(color, 0.8)),
        );
    }
    if look.has(2) {
        builder.cone("spike", [0.0, 0.58, 0.0], [0.0, 0.76, 0.0], 0.12, 0.03, &Paint::metal(color));
    }
    if look.has(3) {
        wrap(builder, [-0.62, -0.22], 0.115, look.detail([0.78, 0.18, 0.18]));
        builder.sphere("pommel", [0.0, -0.69, 0.0], 0.11, &palette::brass());
    }
}

/// Adds an axe blade on one side: a steel fan with a brighter edge.
fn axe_blade(builder: &mut Builder, color: Vec3, side: f32) {
    let (height, radius) = (0.33, 0.46);
    let face = Mask::ellipsoid([0.0; 3], [radius - 0.08, 9.0, radius - 0.08]);
    let metal = Paint::metal(color).with(face, shade(color, 0.84));
    let disc = Shape::Stump { half_height: 0.085, low: radius, high: radius, rounding: 0.01 };
    let part = builder.add("blade", disc, facing([side * 0.10, height, 0.0]), &metal);
    part.cuts = vec![
        plane([0.0, height], [-side, 0.0]),
        plane([side * 0.05, height + 0.13], [-side * 0.62, 1.0]),
        plane([side * 0.05, height - 0.13], [-side * 0.62, -1.0]),
    ];
    let thinner = (0.05_f32).hypot(0.50);
    for z in [-1.0, 1.0] {
        part.cuts.push(([side * 0.05 / thinner, 0.0, z * 0.50 / thinner], 0.085 * 0.50 / thinner));
    }
}

pub(super) fn spear(builder: &mut Builder, look: &Look) {
    let wood = look.main([0.62, 0.36, 0.18]);
    let metal = Paint::metal(palette::STEEL);
    pillar(builder, "shaft", [0.0, 0.0], [-0.66, 0.34], [0.07, 0.065], &Paint::plain(wood));
    builder.cone("butt", [0.0, -0.77, 0.0], [0.0, -0.62, 0.0], 0.03, 0.085, &palette::brass());
    pillar(builder, "socket", [0.0, 0.0], [0.16, 0.36], [0.085, 0.10], &palette::brass());
    let head = builder.block("head", Frame::at([0.0, 0.52, 0.0]), [0.19, 0.275, 0.085], 0.005, &metal);
    head.cuts = bevels(0.19, 0.085, 0.03);
    for side in [-1.0, 1.0] {
        head.cuts.push(plane([side * 0.19, 0.44], [side * 0.355, 0.19]));
        head.cuts.push(plane([side * 0.19, 0.44], [side * 0.19, -0.13]));
    }
    if look.has(1) {
        for side in [-1.0, 1.0] {
            let way = [
                ([0.0, 0.22, 0.0], 0.07),
                ([side * 0.24, 0.26, 0.0], 0.07),
                ([side * 0.33, 0.42, 0.0], 0.065),
                ([side * 0.34, 0.68, 0.0], 0.035),
            ];
            builder.chain("prong", &way, &metal);
        }
    }
    if look.has(2) {
        let color = look.detail([0.80, 0.16, 0.20]);
        let paint = Paint::new(color, 0.0, 0.9).with(Mask::band(UP, -0.04, 0.04), palette::YELLOW);
        let part = builder.block("banner", Frame::at([0.27, -0.05, 0.0]), [0.30, 0.20, 0.05], 0.04, &paint);
        part.cuts = vec![plane([0.57, -0.02], [0.16, 0.20]), plane([0.57, -0.08], [0.16, -0.20])];
    }
    if look.has(3) {
        let hair = Paint::new(look.detail([0.85, 0.18, 0.16]), 0.0, 0.95);
        builder.group(0.03);
        for step in 0..6 {
            let (sine, cosine) = (std::f32::consts::TAU * step as f32 / 6.0).sin_cos();
            let (top, end) = ([0.05 * sine, 0.16, 0.05 * cosine], [0.16 * sine, -0.12, 0.16 * cosine]);
            builder.cone("tassel", end, top, 0.075, 0.07, &hair);
        }
        builder.group(0.0);
    }
}
