//! Fence, gate, bridge and campfire.

use super::pieces::{flower, lantern};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, dot, normalize};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, shade, slab};
use crate::model::palette::WHITE;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Adds an upright board at `[x, z]` with a pointed top.
fn picket(builder: &mut Builder, [x, z]: [f32; 2], top: f32, half: f32, paint: &Paint) {
    let middle = [x, 0.5 * (top - 0.80), z];
    let part = builder.block("picket", Frame::at(middle), [half, 0.5 * (top + 0.80), 0.05], 0.02, paint);
    for side in [-1.0, 1.0] {
        let normal = normalize([side, 1.0, 0.0]);
        part.cuts.push((normal, dot(normal, [x, top, z])));
    }
}

pub(super) fn fence(builder: &mut Builder, look: &Look) {
    let main = look.main(WHITE);
    let board = Paint::plain(main);
    let rail = Paint::plain(shade(main, 0.84));
    for step in -2i8..=2 {
        let tall = if step % 2 == 0 { 0.34 } else { 0.26 };
        picket(builder, [0.31 * f32::from(step), 0.04], tall, 0.105, &board);
    }
    for y in [-0.50, -0.04] {
        slab(builder, "rail", [-0.78, y - 0.075, -0.10], [0.78, y + 0.075, 0.0], 0.02, &rail);
    }
    if look.has(1) {
        let color = look.detail([0.95, 0.36, 0.50]);
        let green = Paint::plain([0.36, 0.62, 0.26]);
        for (x, y) in [(-0.56, -0.34), (-0.20, -0.46), (0.18, -0.30), (0.54, -0.42)] {
            builder.rod("stalk", [x, -0.75, 0.14], [x, y, 0.16], 0.04, &green);
            builder.ellipsoid(
                "leaf",
                Frame::at([x + 0.08, -0.66, 0.16]).turned([0.0, 0.0, -40.0]),
                [0.06, 0.13, 0.045],
                &green,
            );
            flower(builder, [x, y, 0.19], 0.12, color);
        }
        slab(builder, "grass", [-0.78, -0.80, 0.0], [0.78, -0.72, 0.30], 0.03, &green);
    }
    if look.has(2) {
        let green = Paint::plain([0.30, 0.56, 0.24]);
        let vine: Vec<(Vec3, f32)> = (0..=14)
            .map(|step| {
                let x = -0.74 + 1.48 * step as f32 / 14.0;
                ([x, -0.26 + 0.28 * (5.6 * x).sin(), 0.11], 0.045)
            })
            .collect();
        builder.chain("vine", &vine, &green);
        for (index, (place, _)) in vine.iter().enumerate().step_by(2) {
            let up = if index % 4 == 0 { 0.11 } else { -0.10 };
            builder.ellipsoid(
                "leaf",
                Frame::at([place[0], place[1] + up, 0.13]),
                [0.075, 0.10, 0.05],
                &green,
            );
        }
    }
}

pub(super) fn gate(builder: &mut Builder, look: &Look) {
    let main = look.main([0.52, 0.34, 0.20]);
    let stone = Paint::new([0.66, 0.65, 0.64], 0.0, 0.85)
        .with(Mask::stripes([0.0, 1.0, 0.0], 0.28, 0.12), [0.50, 0.49, 0.48]);
    let cap = Paint::new([0.54, 0.53, 0.53], 0.0, 0.85);
    for side in [-1.0, 1.0] {
        slab(
            builder,
            "pillar",
            [side * 0.62 - 0.16, -0.80, -0.17],
            [side * 0.62 + 0.16, 0.38, 0.17],
            0.02,
            &stone,
        );
        slab(builder, "cap", [side * 0.61 - 0.19, 0.36, -0.20], [side * 0.61 + 0.19, 0.46, 0.20], 0.02, &cap);
        if look.has(2) {
            lantern(builder, [side * 0.61, 0.44, 0.0], 0.22, &Paint::plain(look.detail([0.24, 0.24, 0.28])));
        } else if !look.has(1) {
            builder.sphere("ball", [side * 0.61, 0.56, 0.0], 0.15, &cap);
        }
    }
    let planks = Paint::plain(main).with(Mask::stripes([1.0, 0.0, 0.0], 0.17, 0.16), shade(main, 0.55));
    let iron = Paint::metal([0.34, 0.35, 0.39]);
    for side in [-1.0, 1.0] {
        let door =
            builder.block("door", Frame::at([side * 0.24, -0.20, 0.0]), [0.23, 0.56, 0.06], 0.02, &planks);
        let normal = normalize([side * 0.45, 1.0, 0.0]);
        door.cuts.push((normal, dot(normal, [0.0, 0.34, 0.0])));
        for y in [-0.52, -0.06] {
            slab(
                builder,
                "hinge",
                [side * 0.29 - 0.19, y - 0.045, -0.09],
                [side * 0.29 + 0.19, y + 0.045, 0.09],
                0.02,
                &iron,
            );
        }
        builder.torus("handle", super::facing([side * 0.10, -0.26, 0.09]), 0.075, 0.036, &iron);
    }
    slab(builder, "sill", [-0.50, -0.80, -0.12], [0.50, -0.72, 0.12], 0.02, &cap);
    if look.has(1) {
        for step in -4i8..=4 {
            let turn = 17.0 * f32::from(step);
            let (sine, cosine) = turn.to_radians().sin_cos();
            let frame = Frame::at([0.63 * sine, 0.18 + 0.48 * cosine, 0.0]).turned([0.0, 0.0, -turn]);
            let tone = if step % 2 == 0 { 0.66 } else { 0.56 };
            builder.block("arch", frame, [0.105, 0.10, 0.16], 0.02, &Paint::new([tone; 3], 0.0, 0.85));
        }
    }
}

pub(super) fn bridge(builder: &mut Builder, look: &Look) {
    let main = look.main([0.66, 0.62, 0.58]);
    let tone = |factor: f32| Paint::new(shade(main, factor), 0.0, 0.85);
    // Stones along a circle whose center is below the ground.
    for step in -4i8..=4 {
        let turn = 12.0 * f32::from(step);
        let (sine, cosine) = turn.to_radians().sin_cos();
        let at = |reach: f32, z: f32| [reach * sine, -1.08 + reach * cosine, z];
        let frame = |reach: f32, z: f32| Frame::at(at(reach, z)).turned([0.0, 0.0, -turn]);
        let factor = if step % 2 == 0 { 1.0 } else { 0.88 };
        builder.block("deck", frame(0.86, 0.0), [0.105, 0.10, 0.36], 0.02, &tone(factor));
        for z in if step.abs() < 4 { &[-0.32, 0.32][..] } else { &[] } {
            builder.block("wall", frame(1.04, *z), [0.115, 0.12, 0.065], 0.02, &tone(factor * 0.94));
        }
    }
    for z in [-0.32, 0.32] {
        let rail = Shape::Arc { major: 1.16, minor: 0.085, half_angle: 0.63 };
        builder.add("coping", rail, Frame::at([0.0, -1.08, z]), &tone(0.78));
    }
    for side in [-1.0, 1.0] {
        slab(
            builder,
            "foot",
            [side * 0.67 - 0.12, -0.80, -0.38],
            [side * 0.67 + 0.12, -0.40, 0.38],
            0.03,
            &tone(0.8),
        );
        for z in [-0.32, 0.32] {
            slab(
                builder,
                "post",
                [side * 0.68 - 0.11, -0.60, z - 0.095],
                [side * 0.68 + 0.11, -0.04, z + 0.095],
                0.02,
                &tone(0.72),
            );
            if look.has(2) {
                lantern(
                    builder,
                    [side * 0.68, -0.06, z],
                    0.20,
                    &Paint::plain(look.detail([0.22, 0.22, 0.26])),
                );
            }
        }
    }
    if look.has(1) {
        let waves = Mask::Stripes {
            direction: [1.0, 0.0, 0.0],
            period: 0.24,
            duty: 0.3,
            phase: 0.0,
            wave: (0.05, 0.7),
        };
        let water = Paint::glossy([0.26, 0.62, 0.88]).with(waves, [0.62, 0.84, 0.96]);
        slab(builder, "river", [-0.60, -0.80, -0.79], [0.60, -0.70, 0.79], 0.02, &water);
    }
}

pub(super) fn campfire(builder: &mut Builder, look: &Look) {
    let main = look.main([0.50, 0.32, 0.19]);
    let ends = Mask::band([0.0, 1.0, 0.0], 0.03, 9.0).outside();
    let log = Paint::plain(main).with(ends, [0.86, 0.68, 0.44]);
    for (index, [x, z]) in around(9, 0.0).enumerate() {
        let tone = [0.58, 0.50, 0.64][index % 3];
        let stone = Paint::new([tone; 3], 0.0, 0.9);
        let frame = Frame::at([0.62 * x, -0.68, 0.62 * z]).turned([0.0, 40.0 * index as f32, 0.0]);
        builder.ellipsoid("stone", frame, [0.20, 0.13, 0.16], &stone);
    }
    builder.disc("ash", Frame::at([0.0, -0.745, 0.0]), 0.60, 0.05, &Paint::new([0.26, 0.24, 0.24], 0.0, 0.9));
    for [x, z] in around(5, 0.5) {
        builder.rod("log", [0.46 * x, -0.66, 0.46 * z], [-0.06 * x, -0.16, -0.06 * z], 0.085, &log);
    }
    let hot = look.detail([1.0, 0.46, 0.08]);
    let high = if look.has(2) { 0.26 } else { 0.0 };
    let fire = Paint::new(hot, 0.0, 0.9)
        .with(Mask::band([0.0, 1.0, 0.0], -9.0, 0.10), shade(hot, 1.0).map(|c| (c + 0.40).min(1.0)));
    builder.group(0.06);
    builder.cone("flame", [0.0, -0.44, 0.0], [0.04, 0.24 + high, 0.0], 0.24, 0.036, &fire);
    for [x, z] in around(4, 0.0) {
        let tip = [0.30 * x, -0.08 + 0.7 * high, 0.30 * z];
        builder.cone("flame", [0.16 * x, -0.50, 0.16 * z], tip, 0.15, 0.036, &fire);
    }
    builder.group(0.0);
    if look.has(1) {
        let iron = Paint::new([0.24, 0.24, 0.27], 0.6, 0.5);
        let wood = Paint::plain(shade(main, 0.8));
        for side in [-1.0, 1.0] {
            builder.rod("stake", [side * 0.66, -0.74, 0.0], [side * 0.66, 0.60, 0.0], 0.05, &wood);
        }
        builder.rod("stick", [-0.74, 0.58, 0.0], [0.74, 0.58, 0.0], 0.05, &wood);
        builder.rod("hook", [0.0, 0.56, 0.0], [0.0, 0.34, 0.0], 0.04, &iron);
        builder.ellipsoid("pot", Frame::at([0.0, 0.24, 0.0]), [0.30, 0.26, 0.30], &iron).cuts =
            vec![([0.0, 1.0, 0.0], 0.36)];
        builder.torus("pot", Frame::at([0.0, 0.35, 0.0]), 0.26, 0.05, &iron);
    }
}
