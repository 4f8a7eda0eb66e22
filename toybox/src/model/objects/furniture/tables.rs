//! Tables, desks and table lamps.

use super::pieces::{OAK, UP, WALNUT, drawer, soft};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::model::palette;
use crate::paint::{Mask, Material, Paint};
use crate::shape::Shape;

pub(super) fn table(builder: &mut Builder, look: &Look) {
    let color = look.main([0.76, 0.50, 0.26]);
    let (wood, dark) = (Paint::plain(color), Paint::plain(shade(color, 0.72)));
    if look.has(3) {
        pillar(builder, "top", [0.0, 0.0], [0.02, 0.14], [0.76, 0.78], &wood);
        pillar(builder, "column", [0.0, 0.0], [-0.62, 0.06], [0.14, 0.12], &dark);
        pillar(builder, "column", [0.0, 0.0], [-0.14, 0.06], [0.13, 0.34], &dark);
        pillar(builder, "foot", [0.0, 0.0], [-0.80, -0.64], [0.46, 0.36], &wood);
        pillar(builder, "foot", [0.0, 0.0], [-0.68, -0.50], [0.34, 0.14], &dark);
        return;
    }
    slab(builder, "top", [-0.78, 0.02, -0.52], [0.78, 0.14, 0.52], 0.04, &wood);
    for x in [-0.64, 0.64] {
        for z in [-0.40, 0.40] {
            pillar(builder, "leg", [x, z], [-0.80, 0.06], [0.07, 0.10], &dark);
        }
    }
    let low = if look.has(1) { -0.24 } else { -0.10 };
    slab(builder, "apron", [-0.66, low, -0.42], [0.66, 0.06, 0.42], 0.02, &dark);
    if look.has(1) {
        for x in [-0.31, 0.31] {
            drawer(builder, [x - 0.24, -0.21], [x + 0.24, -0.01], 0.49, &wood);
        }
    }
    if look.has(2) {
        tablecloth(builder, look.detail([0.86, 0.22, 0.24]));
    }
}

/// Adds a checked cloth with a pointed flap on each side.
fn tablecloth(builder: &mut Builder, color: Vec3) {
    let checks = |direction: Vec3| Mask::stripes(direction, 0.32, 0.4);
    let light = shade(color, 1.3);
    let cloth = soft(color).with(checks([1.0, 0.0, 0.0]), light).with(checks([0.0, 0.0, 1.0]), light);
    slab(builder, "tablecloth", [-0.80, 0.04, -0.55], [0.80, 0.19, 0.55], 0.05, &cloth);
    let flap = soft(shade(color, 0.9)).with(Mask::band(UP, -9.0, -0.08), light);
    let depth = 0.40_f32;
    for side in [-1.0, 1.0] {
        let (norm, half) = (depth.hypot(0.72), 0.5 * depth);
        let part = builder.block(
            "tablecloth",
            Frame::at([0.0, 0.10 - half, side * 0.51]),
            [0.72, half, 0.055],
            0.03,
            &flap,
        );
        part.cuts = [-1.0, 1.0]
            .map(|x| ([x * depth / norm, -0.72 / norm, 0.0], -0.72 / norm * (0.10 - depth)))
            .to_vec();
        let norm = depth.hypot(0.48);
        let part = builder.block(
            "tablecloth",
            Frame::at([side * 0.745, 0.10 - half, 0.0]),
            [0.055, half, 0.48],
            0.03,
            &flap,
        );
        part.cuts = [-1.0, 1.0]
            .map(|z| ([0.0, -0.48 / norm, z * depth / norm], -0.48 / norm * (0.10 - depth)))
            .to_vec();
    }
}

pub(super) fn desk(builder: &mut Builder, look: &Look) {
    let color = look.main([0.82, 0.60, 0.36]);
    let (wood, dark) = (Paint::plain(color), Paint::plain(shade(color, 0.75)));
    let front = if look.has(3) {
        Paint::plain(look.detail([0.25, 0.55, 0.72]))
    } else {
        Paint::plain(shade(color, 1.15))
    };
    slab(builder, "top", [-0.78, -0.02, -0.40], [0.78, 0.10, 0.42], 0.03, &wood);
    slab(builder, "back", [-0.66, -0.50, -0.36], [0.66, 0.04, -0.26], 0.02, &dark);
    let sides: &[f32] = if look.has(3) { &[-0.49, 0.49] } else { &[0.49] };
    for &x in sides {
        slab(builder, "pedestal", [x - 0.23, -0.80, -0.36], [x + 0.23, 0.04, 0.34], 0.03, &dark);
        for y in [-0.74, -0.49, -0.24] {
            drawer(builder, [x - 0.19, y], [x + 0.19, y + 0.21], 0.39, &front);
        }
    }
    if !look.has(3) {
        for z in [-0.30, 0.32] {
            pillar(builder, "leg", [-0.66, z], [-0.80, 0.04], [0.06, 0.08], &dark);
        }
    }
    if look.has(1) {
        computer(builder);
    }
    if look.has(2) {
        let shelf = Paint::plain(look.detail([0.90, 0.86, 0.78]));
        for x in [-0.72, 0.0, 0.72] {
            slab(builder, "shelf", [x - 0.05, 0.06, -0.39], [x + 0.05, 0.62, -0.09], 0.02, &shelf);
        }
        slab(builder, "shelf", [-0.77, 0.56, -0.40], [0.77, 0.66, -0.06], 0.03, &shelf);
        slab(builder, "shelf", [-0.74, 0.08, -0.40], [0.74, 0.60, -0.31], 0.02, &shelf);
        for (x, height, color) in
            [(-0.58, 0.38, palette::RED), (-0.45, 0.32, palette::YELLOW), (-0.32, 0.36, palette::TEAL)]
        {
            slab(
                builder,
                "books",
                [x - 0.065, 0.07, -0.34],
                [x + 0.065, 0.09 + height, -0.11],
                0.02,
                &Paint::plain(color),
            );
        }
    }
}

fn computer(builder: &mut Builder) {
    let case = Paint::plain([0.90, 0.89, 0.84]);
    let glow = Material { color: [0.20, 0.55, 0.75], metallic: 0.0, roughness: 0.2 };
    let glass = Mask::band([1.0, 0.0, 0.0], -0.29, 0.29).and(Mask::band(UP, -0.20, 0.20)).and(Mask::front());
    let screen = case.clone().with_material(glass, glow);
    pillar(builder, "monitor foot", [-0.14, -0.12], [0.08, 0.16], [0.20, 0.16], &case);
    pillar(builder, "monitor foot", [-0.14, -0.12], [0.12, 0.30], [0.07, 0.07], &case);
    builder.block("monitor", Frame::at([-0.14, 0.45, -0.10]), [0.36, 0.27, 0.08], 0.05, &screen);
    builder.block("monitor", Frame::at([-0.14, 0.45, -0.18]), [0.24, 0.18, 0.10], 0.05, &case);
    let keys = Mask::band([1.0, 0.0, 0.0], -0.23, 0.23).and(Mask::stripes([0.0, 0.0, 1.0], 0.10, 0.45));
    let keyboard = case.clone().with(keys, [0.42, 0.42, 0.46]);
    slab(builder, "keyboard", [-0.42, 0.06, 0.13], [0.14, 0.16, 0.36], 0.03, &keyboard);
    builder.ellipsoid("mouse", Frame::at([0.30, 0.11, 0.25]), [0.07, 0.06, 0.10], &case);
}

pub(super) fn lamp(builder: &mut Builder, look: &Look) {
    let color = look.main([0.95, 0.55, 0.30]);
    let (cloth, body) = (soft(color), Paint::glossy(shade(color, 0.62)));
    let brass = palette::brass();
    if look.has(3) {
        for (x, z) in [(0.0, 0.52), (-0.45, -0.26), (0.45, -0.26)] {
            let part =
                builder.cone("leg", [x, -0.77, z], [0.0, -0.02, 0.0], 0.055, 0.075, &Paint::plain(OAK));
            part.cuts = vec![([0.0, -1.0, 0.0], 0.80)];
        }
        builder.sphere("hub", [0.0, -0.04, 0.0], 0.13, &brass);
    } else {
        pillar(builder, "foot", [0.0, 0.0], [-0.80, -0.68], [0.34, 0.30], &Paint::plain(WALNUT));
        builder.ellipsoid("body", Frame::at([0.0, -0.42, 0.0]), [0.27, 0.30, 0.27], &body);
        builder.torus("collar", Frame::at([0.0, -0.15, 0.0]), 0.08, 0.045, &brass);
    }
    builder.rod("stem", [0.0, -0.30, 0.0], [0.0, 0.70, 0.0], 0.055, &brass);
    if look.has(1) {
        let ribs = Mask::stripes(UP, 0.17, 0.16);
        builder.sphere("shade", [0.0, 0.34, 0.0], 0.46, &cloth.with(ribs, shade(color, 0.82)));
        return;
    }
    let trimmed = cloth
        .with(Mask::band(UP, -9.0, -0.21), shade(color, 0.75))
        .with(Mask::band(UP, 0.21, 9.0), shade(color, 0.75));
    let shape = Shape::Stump { half_height: 0.36, low: 0.55, high: 0.25, rounding: 0.02 };
    let part = builder.add("shade", shape, Frame::at([0.0, 0.38, 0.0]), &trimmed);
    part.skin = Some(0.045);
    part.cuts = vec![(UP, 0.66), ([0.0, -1.0, 0.0], -0.10)];
    builder.sphere("bulb", [0.0, 0.26, 0.0], 0.15, &Paint::plain([1.0, 0.93, 0.62]));
    builder.rod("spoke", [-0.30, 0.56, 0.0], [0.30, 0.56, 0.0], 0.042, &brass);
    builder.rod("spoke", [0.0, 0.56, -0.30], [0.0, 0.56, 0.30], 0.042, &brass);
    builder.sphere("finial", [0.0, 0.71, 0.0], 0.08, &brass);
    if look.has(2) {
        fringe(builder, look.detail([0.45, 0.20, 0.55]));
    }
}

fn fringe(builder: &mut Builder, color: Vec3) {
    builder.torus("fringe", Frame::at([0.0, 0.10, 0.0]), 0.53, 0.055, &soft(shade(color, 0.8)));
    for step in 0..12 {
        let (sine, cosine) = (std::f32::consts::TAU * step as f32 / 12.0).sin_cos();
        let (x, z) = (0.54 * sine, 0.54 * cosine);
        builder.cone("fringe", [x, -0.10, z], [x, 0.08, z], 0.075, 0.04, &soft(color));
    }
}
