//! Windmill and lighthouse.

use super::palette::{CREAM, RED, WHITE};
use super::pieces::{GRANITE, OAK, X, Y, Z, door, window};
use super::roofs::pyramid;
use crate::catalog::entry::Look;
use crate::math::{Frame, add, scale};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::paint::{Mask, Paint};

pub(super) fn windmill(builder: &mut Builder, look: &Look) {
    let main = look.main([0.95, 0.91, 0.82]);
    let wall = Paint::plain(main);
    pillar(builder, "foot", [0.0, 0.0], [-0.80, -0.66], [0.50, 0.47], &Paint::plain(GRANITE));
    pillar(builder, "tower", [0.0, 0.0], [-0.70, 0.24], [0.46, 0.29], &wall);
    let cap = [0.70, 0.33, 0.22];
    if look.has(1) {
        let color = look.detail(cap);
        pillar(builder, "roof", [0.0, 0.0], [0.20, 0.80], [0.42, 0.035], &Paint::plain(color));
    } else {
        builder.disc("brim", Frame::at([0.0, 0.24, 0.0]), 0.34, 0.05, &Paint::plain(shade(cap, 0.75)));
        builder.ellipsoid("cap", Frame::at([0.0, 0.26, 0.0]), [0.32, 0.27, 0.32], &Paint::plain(cap));
    }
    let hub = [0.0, 0.26, 0.46];
    let wood = Paint::plain(OAK);
    builder.rod("shaft", [0.0, 0.26, 0.10], [0.0, 0.26, 0.48], 0.08, &wood);
    let (half, paint) = if look.has(3) {
        (0.15, Paint::new(look.detail(RED), 0.0, 0.8))
    } else {
        (0.105, Paint::plain(CREAM).with(Mask::stripes(Y, 0.13, 0.35), [0.74, 0.56, 0.36]))
    };
    for quarter in 0..4 {
        let turn = 20.0 + 90.0 * quarter as f32;
        let (sine, cosine) = f32::to_radians(turn).sin_cos();
        let (along, across) = ([-sine, cosine, 0.0], [cosine, sine, 0.0]);
        builder.rod("spar", hub, add(hub, scale(along, 0.50)), 0.04, &wood);
        let middle = add(add(hub, scale(along, 0.33)), scale(across, 0.7 * half));
        let sail = builder.block(
            "sail",
            Frame::at(middle).turned([0.0, 0.0, turn]),
            [half, 0.18, 0.035],
            0.015,
            &paint,
        );
        if look.has(3) {
            // The cloth is a triangle from the tip of the spar to its foot.
            let normal = add(scale(across, 0.77), scale(along, 0.64));
            sail.cuts.push((normal, crate::math::dot(normal, middle) + 0.09));
        }
    }
    door(builder, [0.0, -0.80, 0.46], [0.13, 0.40], OAK);
    slab(builder, "window", [-0.45, -0.46, -0.10], [0.45, -0.24, 0.10], 0.02, &window(OAK, Z, [0.10, 0.11]));
    if look.has(2) {
        balcony(builder, -0.34, 0.56, &wood);
    }
}

/// Adds a ring with a railing; `floor` is the height of its floor.
fn balcony(builder: &mut Builder, floor: f32, radius: f32, paint: &Paint) {
    builder.disc("balcony", Frame::at([0.0, floor, 0.0]), radius, 0.04, paint);
    builder.torus("railing", Frame::at([0.0, floor + 0.18, 0.0]), radius - 0.04, 0.033, paint);
    for step in 0..8 {
        let (sine, cosine) = (std::f32::consts::FRAC_PI_4 * (step as f32 + 0.5)).sin_cos();
        let (x, z) = ((radius - 0.04) * sine, (radius - 0.04) * cosine);
        builder.rod("railing", [x, floor, z], [x, floor + 0.18, z], 0.033, paint);
    }
}

pub(super) fn lighthouse(builder: &mut Builder, look: &Look) {
    let main = look.main([0.88, 0.20, 0.17]);
    let rock = Paint::new([0.52, 0.52, 0.55], 0.0, 0.8);
    builder.group(0.08);
    pillar(builder, "rock", [0.0, 0.0], [-0.80, -0.62], [0.62, 0.50], &rock);
    for (x, z, size) in [(-0.46, 0.22, 0.22), (0.40, -0.34, 0.26), (-0.30, -0.42, 0.22), (0.46, 0.30, 0.20)] {
        let radii = [size, 0.6 * size, size];
        builder.ellipsoid("rock", Frame::at([x, -0.785 + radii[1], z]), radii, &rock);
    }
    builder.group(0.0);
    let rings = Mask::stripes(Y, 0.46, 0.5);
    pillar(builder, "tower", [0.0, 0.0], [-0.66, 0.24], [0.36, 0.23], &Paint::plain(WHITE).with(rings, main));
    let dark = Paint::plain([0.22, 0.22, 0.25]);
    builder.disc("gallery", Frame::at([0.0, 0.23, 0.0]), 0.35, 0.045, &dark);
    builder.torus("railing", Frame::at([0.0, 0.34, 0.0]), 0.31, 0.033, &dark);
    for step in 0..6 {
        let (sine, cosine) = (std::f32::consts::FRAC_PI_3 * (step as f32 + 0.5)).sin_cos();
        builder.rod(
            "railing",
            [0.31 * sine, 0.23, 0.31 * cosine],
            [0.31 * sine, 0.34, 0.31 * cosine],
            0.033,
            &dark,
        );
    }
    let lantern = Paint::new([1.0, 0.88, 0.42], 0.0, 0.2)
        .with(Mask::Sectors { count: 4.0, twist: 0.0 }, [1.0, 0.95, 0.72]);
    pillar(builder, "lantern", [0.0, 0.0], [0.24, 0.58], [0.20, 0.20], &lantern);
    pillar(builder, "roof", [0.0, 0.0], [0.56, 0.76], [0.29, 0.05], &Paint::plain(main));
    builder.sphere("knob", [0.0, 0.745, 0.0], 0.055, &dark);
    door(builder, [0.0, -0.64, 0.34], [0.11, 0.34], OAK);
    slab(builder, "window", [-0.06, -0.12, -0.33], [0.06, 0.06, 0.33], 0.03, &dark);
    if look.has(1) {
        let light = Paint::new([1.0, 0.93, 0.55], 0.0, 0.6);
        for side in [-1.0, 1.0] {
            builder.cone("beam", [side * 0.12, 0.45, 0.03], [side * 0.62, 0.45, 0.18], 0.08, 0.17, &light);
        }
    }
    if look.has(2) {
        let color = look.detail([0.20, 0.45, 0.75]);
        slab(builder, "hut", [0.24, -0.80, -0.02], [0.66, -0.40, 0.52], 0.02, &Paint::plain(WHITE));
        pyramid(builder, [0.16, -0.44, -0.10], [0.74, -0.08, 0.60], 0.06, &Paint::plain(color));
        slab(
            builder,
            "window",
            [0.38, -0.62, 0.44],
            [0.54, -0.46, 0.56],
            0.02,
            &window(OAK, X, [0.08, 0.08]),
        );
    }
    if look.has(3) {
        stairs(builder);
    }
}

/// Adds steps in a spiral around the lighthouse.
fn stairs(builder: &mut Builder) {
    let stone = Paint::plain([0.86, 0.80, 0.70]);
    for step in 0..7 {
        let turn = 18.0 * step as f32 - 8.0;
        let (sine, cosine) = turn.to_radians().sin_cos();
        let top = -0.58 + 0.09 * step as f32;
        let half = 0.5 * (top + 0.74);
        let frame = Frame::at([0.42 * sine, top - half, 0.42 * cosine]).turned([0.0, turn, 0.0]);
        builder.block("stair", frame, [0.085, half, 0.16], 0.015, &stone);
    }
}
