//! Weapons that shoot arrows and balls.

use super::pieces::{LEATHER, OAK, UP, plane};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, sideways};
use crate::model::objects::pieces::{shade, slab};
use crate::model::palette;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

pub(super) fn bow(builder: &mut Builder, look: &Look) {
    let color = look.main([0.66, 0.38, 0.16]);
    let (wood, brass) = (Paint::plain(color), palette::brass());
    let (grip, string) = (0.26, -0.16);
    for side in [-1.0, 1.0] {
        let mut way: Vec<(Vec3, f32)> = (0..6)
            .map(|step| step as f32 / 5.0)
            .map(|t| {
                ([grip - 0.42 + 0.42 * (1.5 * t).cos(), side * (0.08 + 0.56 * t), 0.0], 0.09 - 0.025 * t)
            })
            .collect();
        way.push(([string + 0.04, side * 0.74, 0.0], 0.05));
        builder.chain("limb", &way, &wood);
        builder.sphere("nock", [string, side * 0.65, 0.0], 0.085, &brass);
        builder.torus("ring", Frame::at([grip, side * 0.14, 0.0]), 0.07, 0.045, &brass);
    }
    builder.rod("grip", [grip, -0.11, 0.0], [grip, 0.11, 0.0], 0.10, &Paint::plain(LEATHER));
    builder.rod("string", [string, -0.66, 0.0], [string, 0.66, 0.0], 0.042, &Paint::plain(palette::CREAM));
    if look.has(1) {
        arrow(builder, look.detail(palette::RED), string);
    }
    if look.has(2) {
        let gem = Paint::glossy(look.detail([0.25, 0.80, 0.55]));
        for (x, y) in [(grip + 0.08, 0.0), (grip - 0.06, 0.36), (grip - 0.06, -0.36)] {
            builder.sphere("gem", [x, y, 0.0], 0.13, &gem);
        }
    }
    if look.has(3) {
        for side in [-1.0, 1.0] {
            for (y, x) in [(0.24, 0.56), (0.42, 0.44)] {
                builder.cone(
                    "blade",
                    [x - 0.34, side * y, 0.0],
                    [x, side * (y + 0.16), 0.0],
                    0.09,
                    0.03,
                    &palette::steel(),
                );
            }
        }
    }
}

fn arrow(builder: &mut Builder, color: Vec3, string: f32) {
    builder.rod("arrow", [string - 0.10, 0.0, 0.05], [0.60, 0.0, 0.05], 0.045, &Paint::plain(OAK));
    builder.cone("arrow head", [0.54, 0.0, 0.05], [0.74, 0.0, 0.05], 0.12, 0.025, &palette::steel());
    for step in 0..3 {
        let frame = Frame::at([string - 0.06, 0.0, 0.05]).turned([120.0 * step as f32, 0.0, 0.0]);
        let feather = Paint::plain(color).with(Mask::stripes([1.0, 0.0, 0.0], 0.14, 0.3), shade(color, 0.75));
        builder.block("feather", frame.moved([0.0, 0.08, 0.0]), [0.13, 0.08, 0.042], 0.03, &feather);
    }
}

pub(super) fn cannon(builder: &mut Builder, look: &Look) {
    let color = look.main([0.24, 0.27, 0.33]);
    let iron = Paint::new(color, 0.8, 0.4);
    // Positions along the barrel's axis, which rises toward the front.
    let axis = Frame::towards([0.0, -0.20, 0.0], [0.0, 0.22, 1.0], UP);
    let at = |along: f32| axis.to_object([0.0, along, 0.0]);
    let piece = |builder: &mut Builder, name, ends: [f32; 2], radii: [f32; 2], paint: &Paint| {
        let half = 0.5 * (ends[1] - ends[0]);
        let shape = Shape::Stump { half_height: half, low: radii[0], high: radii[1], rounding: 0.02 };
        builder.add(name, shape, axis.moved([0.0, 0.5 * (ends[0] + ends[1]), 0.0]), paint);
    };
    piece(builder, "barrel", [-0.42, 0.45], [0.27, 0.20], &iron);
    builder.ellipsoid("breech", axis.moved([0.0, -0.42, 0.0]), [0.27, 0.14, 0.27], &iron);
    builder.sphere("breech", at(-0.60), 0.09, &palette::brass());
    for along in [-0.36, 0.10] {
        let radius = 0.285 - 0.08 * (along + 0.42);
        piece(builder, "band", [along - 0.05, along + 0.05], [radius, radius], &palette::brass());
    }
    piece(builder, "bore", [0.40, 0.48], [0.15, 0.15], &Paint::new(palette::INK, 0.0, 0.9));
    let bore = Mask::ellipsoid([0.0; 3], [0.19, 0.6, 0.19]);
    let shape = Shape::Stump { half_height: 0.20, low: 0.17, high: 0.20, rounding: 0.02 };
    let muzzle =
        builder.add("muzzle", shape, axis.moved([0.0, 0.54, 0.0]), &iron.clone().with(bore, palette::INK));
    muzzle.skin = Some(0.07);
    let (normal, end) = (axis.axes[1], at(0.66));
    muzzle.cuts = vec![(normal, crate::math::dot(normal, end))];
    carriage(builder, look);
    if look.has(2) {
        let ball = Paint::new([0.16, 0.17, 0.20], 0.7, 0.35);
        for (x, y, z) in [(-0.17, -0.64, 0.56), (0.17, -0.64, 0.56), (0.0, -0.64, 0.30), (0.0, -0.40, 0.48)] {
            builder.sphere("cannonball", [x, y, z], 0.16, &ball);
        }
    }
    if look.has(3) {
        let cloth = look.detail(palette::RED);
        builder.rod("pole", [0.0, -0.45, -0.62], [0.0, 0.70, -0.62], 0.05, &Paint::plain(OAK));
        builder.sphere("pole", [0.0, 0.70, -0.62], 0.08, &palette::brass());
        let flag = Paint::new(cloth, 0.0, 0.9);
        let part = builder.block("flag", Frame::at([0.28, 0.44, -0.62]), [0.30, 0.19, 0.05], 0.04, &flag);
        part.cuts = vec![plane([0.58, 0.48], [0.14, 0.30]), plane([0.58, 0.40], [0.14, -0.30])];
    }
}

fn carriage(builder: &mut Builder, look: &Look) {
    let wood = Paint::plain(OAK);
    let (radius, color) =
        if look.has(1) { (0.40, look.detail(palette::RED)) } else { (0.34, shade(OAK, 0.62)) };
    let middle = -0.80 + radius;
    for x in [-0.24, 0.24] {
        builder.rod("trail", [x, -0.34, 0.20], [0.5 * x, -0.70, -0.66], 0.085, &wood);
        slab(builder, "cheek", [x - 0.06, -0.46, -0.20], [x + 0.06, -0.16, 0.26], 0.04, &wood);
    }
    builder.rod("trail", [-0.14, -0.68, -0.62], [0.14, -0.68, -0.62], 0.09, &wood);
    builder.rod("axle", [-0.44, middle, 0.10], [0.44, middle, 0.10], 0.07, &Paint::plain(shade(OAK, 0.5)));
    for x in [-0.42, 0.42] {
        let rim = radius - 0.065;
        let spokes =
            Paint::plain(shade(color, 1.3)).with(Mask::Sectors { count: 4.0, twist: 0.0 }, shade(color, 0.6));
        builder.disc("wheel", sideways([x, middle, 0.10]), rim, 0.05, &spokes);
        builder.torus("wheel", sideways([x, middle, 0.10]), rim, 0.065, &Paint::plain(color));
        builder.disc("hub", sideways([x, middle, 0.10]), 0.10, 0.10, &palette::brass());
    }
}
