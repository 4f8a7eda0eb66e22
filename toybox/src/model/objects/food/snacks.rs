//! Pizza, ice cream, cheese, egg, bread, hot dog and strawberry.

use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, add, dot, scale, sub};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{against, around, pillar, shade, smile};
use crate::model::objects::plants::pieces::{GREEN, leaf};
use crate::model::palette::{INK, RED};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Adds a round pizza that leans back, with one slice pulled out.
pub(super) fn pizza(builder: &mut Builder, look: &Look) {
    let main = look.main([0.98, 0.80, 0.36]);
    let crust = Paint::plain([0.84, 0.58, 0.28]);
    let whole = Frame::at([0.0, -0.16, 0.0]).turned([42.0, 0.0, 0.0]);
    let cheese =
        Paint::plain(main).with(Mask::ellipsoid([0.0; 3], [0.60, 9.0, 0.60]).outside(), [0.80, 0.24, 0.14]);
    let topping = if look.has(1) { look.detail([0.44, 0.66, 0.26]) } else { [0.78, 0.18, 0.14] };
    let way = |frame: Frame, [x, z]: [f32; 2]| add(scale(frame.axes[0], x), scale(frame.axes[2], z));
    // A slice is between two planes through the center.
    let half_slice = 0.40f32;
    let turn = 0.9f32;
    let walls: Vec<Vec3> = [-half_slice, half_slice]
        .iter()
        .map(|offset| {
            let (sine, cosine) = (turn + offset).sin_cos();
            let sign = offset.signum();
            way(whole, [sign * cosine, -sign * sine])
        })
        .collect();
    let slices = [(0.0, false), (0.20, true)];
    for (drawn, is_slice) in slices {
        let (sine, cosine) = turn.sin_cos();
        let frame = whole.moved([drawn * sine, 0.0, drawn * cosine]);
        let sides: &[Vec<(Vec3, f32)>] = &if is_slice {
            vec![walls.iter().map(|&wall| (wall, dot(wall, frame.origin))).collect()]
        } else {
            walls
                .iter()
                .map(|&wall| vec![(scale(wall, -1.0), -dot(wall, frame.origin) - 0.0)])
                .collect::<Vec<_>>()
        };
        for cuts in sides {
            let disc = Shape::Stump { half_height: 0.075, low: 0.62, high: 0.62, rounding: 0.02 };
            builder.add("pizza", disc, frame, &cheese).cuts = cuts.clone();
            builder.torus("crust", frame, 0.60, 0.10, &crust).cuts = cuts.clone();
        }
        let places: &[[f32; 2]] = if is_slice {
            &[[0.36, 0.28]]
        } else {
            &[[-0.36, 0.22], [0.02, 0.46], [-0.14, -0.02], [-0.34, -0.26], [0.06, -0.42], [0.38, -0.20]]
        };
        for &[x, z] in places {
            builder.disc("pepperoni", frame.moved([x, 0.07, z]), 0.115, 0.045, &Paint::glossy(topping));
        }
    }
    if look.has(2) {
        for [x, z] in [[-0.14, 0.28], [-0.44, -0.02], [0.20, -0.16], [-0.12, -0.38]] {
            let green = Paint::plain([0.36, 0.62, 0.26]);
            builder.ellipsoid(
                "basil",
                whole.moved([x, 0.09, z]).turned([0.0, 60.0 * x, 0.0]),
                [0.13, 0.045, 0.075],
                &green,
            );
        }
    }
    let board =
        Paint::plain([0.66, 0.46, 0.27]).with(Mask::stripes([1.0, 0.0, 0.0], 0.30, 0.08), [0.50, 0.33, 0.18]);
    builder.disc("board", whole.moved([0.0, -0.11, 0.0]), 0.74, 0.045, &board);
    // The support behind the pizza.
    builder.cone(
        "stand",
        [0.0, -0.74, -0.30],
        whole.to_object([0.0, -0.11, -0.24]),
        0.06,
        0.06,
        &Paint::plain([0.62, 0.44, 0.26]),
    );
    builder.rod(
        "stand",
        [-0.34, -0.745, -0.30],
        [0.34, -0.745, -0.30],
        0.055,
        &Paint::plain([0.62, 0.44, 0.26]),
    );
}

pub(super) fn ice_cream(builder: &mut Builder, look: &Look) {
    let main = look.main([0.98, 0.72, 0.80]);
    let waffle =
        Paint::plain([0.88, 0.64, 0.34]).with(Mask::Sectors { count: 7.0, twist: 5.0 }, [0.72, 0.46, 0.20]);
    let tall = if look.has(3) { 0.16 } else { 0.0 };
    builder.cone("cone", [0.0, -0.74, 0.0], [0.0, -0.04 - tall, 0.0], 0.06, 0.33, &waffle).cuts =
        vec![([0.0, 1.0, 0.0], -0.10 - tall)];
    builder.torus("cone", Frame::at([0.0, -0.12 - tall, 0.0]), 0.32, 0.06, &waffle);
    let scoop = Paint::new(main, 0.0, 0.5);
    builder.group(0.06);
    builder.sphere("scoop", [0.0, 0.16 - tall, 0.0], 0.40, &scoop);
    for [x, z] in around(9, 0.2) {
        builder.sphere("edge", [0.36 * x, -0.02 - tall, 0.36 * z], 0.10, &scoop);
    }
    builder.cone("drip", [0.18, -0.06 - tall, 0.34], [0.17, -0.24 - tall, 0.28], 0.085, 0.065, &scoop);
    builder.cone("drip", [-0.24, -0.06 - tall, 0.28], [-0.22, -0.17 - tall, 0.24], 0.085, 0.07, &scoop);
    builder.group(0.0);
    let mut top = 0.54 - tall;
    if look.has(3) {
        let second = Paint::new(look.detail([0.50, 0.30, 0.18]), 0.0, 0.5);
        builder.group(0.05);
        builder.sphere("scoop", [0.0, 0.42, 0.0], 0.32, &second);
        for [x, z] in around(8, 0.2) {
            builder.sphere("edge", [0.28 * x, 0.28, 0.28 * z], 0.085, &second);
        }
        builder.group(0.0);
        top = 0.72;
    }
    if look.has(1) {
        builder.sphere(
            "cherry",
            [0.0, top + 0.07, 0.0],
            0.13,
            &Paint::glossy(look.detail([0.84, 0.10, 0.18])),
        );
    } else if !look.has(3) {
        let wafer = Paint::plain([0.86, 0.62, 0.34])
            .with(Mask::stripes([0.0, 1.0, 0.0], 0.13, 0.3), [0.70, 0.44, 0.20]);
        builder.rod("wafer", [0.16, 0.36, -0.06], [0.34, 0.70, -0.12], 0.07, &wafer);
    }
    if look.has(2) {
        let sugar = [RED, [0.98, 0.82, 0.20], [0.30, 0.66, 0.90]];
        for (index, [x, z]) in around(11, 0.0).enumerate() {
            let up = [0.24, 0.62, 0.90][index % 3];
            let flat = (1.0f32 - up * up).sqrt();
            let frame =
                against([0.40 * flat * x, 0.16 + 0.40 * up, 0.40 * flat * z], [flat * x, up, flat * z]);
            let frame = frame.turned([0.0, 70.0 * index as f32, 0.0]);
            let ends = [-0.06, 0.06].map(|along| frame.to_object([along, 0.015, 0.0]));
            builder.rod("sprinkle", ends[0], ends[1], 0.042, &Paint::glossy(look.detail(sugar[index % 3])));
        }
    }
}

pub(super) fn cheese(builder: &mut Builder, look: &Look) {
    const HALF_ANGLE: f32 = 0.46;
    let main = look.main([0.99, 0.80, 0.26]);
    let rind = if look.has(1) { look.detail(RED) } else { [0.90, 0.60, 0.16] };
    // Local +Z goes from the tip of the wedge to its rind.
    let middle = Frame::at([0.0, -0.42, 0.0]).turned([0.0, 122.0, 0.0]);
    let frame = middle.moved([0.0, 0.0, -0.62]);
    let mut paint = Paint::plain(main).seen_from([0.0, 0.0, 0.62]);
    let hole = shade(main, 0.70);
    let wide = HALF_ANGLE.tan();
    for (height, along, size) in [
        (0.10, 0.46, 0.10),
        (-0.18, 0.70, 0.13),
        (0.16, 0.88, 0.12),
        (-0.10, 1.08, 0.14),
        (-0.24, 0.42, 0.08),
    ] {
        let side = Mask::ellipsoid([wide * along, height, along], [size; 3]).mirrored();
        paint = paint.with(side, hole);
    }
    for (across, along, size) in [(0.0, 0.62, 0.11), (0.24, 0.98, 0.13), (-0.22, 1.06, 0.10)] {
        paint = paint.with(Mask::ellipsoid([across, 0.38, along], [size; 3]), hole);
    }
    let paint = paint.with(Mask::band([0.0, 0.0, 1.0], 1.17, 9.0), rind);
    let part = builder.block("cheese", middle, [0.62, 0.38, 0.62], 0.05, &paint);
    let (sine, cosine) = HALF_ANGLE.sin_cos();
    for side in [-1.0, 1.0] {
        let normal = sub(frame.to_object([side * cosine, 0.0, -sine]), frame.origin);
        part.cuts.push((normal, dot(normal, frame.origin)));
    }
    if look.has(2) {
        let stick = Paint::plain([0.80, 0.62, 0.38]);
        builder.rod("stick", [0.10, -0.14, 0.0], [0.10, 0.72, 0.0], 0.04, &stick);
        slab_flag(builder, [0.10, 0.72, 0.0], look.detail([0.24, 0.52, 0.86]));
    }
    if look.has(3) {
        mouse(builder, [0.10, -0.06, 0.0]);
    }
}

fn slab_flag(builder: &mut Builder, [x, y, z]: Vec3, color: Vec3) {
    builder.block(
        "flag",
        Frame::at([x + 0.17, y - 0.12, z]),
        [0.18, 0.12, 0.042],
        0.02,
        &Paint::plain(color),
    );
}

/// Adds a small mouse that sits at a place.
fn mouse(builder: &mut Builder, [x, y, z]: Vec3) {
    let fur = Paint::plain([0.64, 0.60, 0.64]);
    builder.group(0.04);
    builder.ellipsoid("mouse", Frame::at([x, y + 0.14, z - 0.04]), [0.16, 0.18, 0.20], &fur);
    builder.sphere("mouse", [x, y + 0.32, z + 0.10], 0.14, &fur);
    builder.cone("snout", [x, y + 0.30, z + 0.18], [x, y + 0.28, z + 0.28], 0.085, 0.045, &fur);
    builder.group(0.0);
    for side in [-1.0, 1.0] {
        let ear = Frame::at([x + side * 0.13, y + 0.46, z + 0.06]).turned([80.0, 0.0, 0.0]);
        builder.disc("ear", ear, 0.10, 0.04, &Paint::plain([0.95, 0.66, 0.68]));
        builder.sphere("eye", [x + side * 0.075, y + 0.37, z + 0.215], 0.042, &Paint::glossy(INK));
    }
    builder.sphere("nose", [x, y + 0.29, z + 0.32], 0.045, &Paint::plain([0.95, 0.50, 0.56]));
}

pub(super) fn egg(builder: &mut Builder, look: &Look) {
    let main = look.main([0.97, 0.88, 0.74]);
    let cup = look.has(3);
    let (low, size) = if cup { (-0.06, 0.78) } else { (-0.24, 1.0) };
    let mut shell = Paint::new(main, 0.0, 0.4);
    if look.has(1) {
        let color = look.detail([0.30, 0.62, 0.86]);
        for (turn, height) in [
            (0.1f32, 0.16),
            (0.9, 0.52),
            (-0.9, 0.50),
            (1.6, 0.06),
            (-1.5, 0.04),
            (2.6, 0.30),
            (-2.6, 0.34),
            (0.5, -0.26),
            (-0.6, -0.20),
        ] {
            let place = [0.50 * turn.sin(), height, 0.50 * turn.cos()];
            shell = shell.with(Mask::ellipsoid(place, [0.12; 3]), color);
        }
    }
    if look.has(2) {
        // A jagged line around the middle, with the color of the yolk inside.
        for (index, [x, z]) in around(12, 0.0).enumerate() {
            let high = if index % 2 == 0 { 0.30 } else { 0.16 };
            let place = [0.52 * x, high, 0.52 * z];
            shell = shell.with(Mask::ellipsoid(place, [0.10, 0.12, 0.10]), [0.34, 0.22, 0.16]);
        }
    }
    // The egg lies on its side, except in a cup.
    let (middle, way) =
        if cup { ([0.0, low, 0.0], [0.0, 0.50 * size, 0.0]) } else { ([-0.18, low, 0.0], [0.47, 0.17, 0.0]) };
    builder.group(0.30);
    builder.sphere("egg", middle, 0.54 * size, &shell);
    builder.sphere("egg", add(middle, way), 0.34 * size, &shell.clone().seen_from(way));
    builder.group(0.0);
    if cup {
        let clay = Paint::glossy(look.detail([0.30, 0.56, 0.80]));
        pillar(builder, "cup", [0.0, 0.0], [-0.56, -0.16], [0.28, 0.50], &clay);
        builder.torus("cup", Frame::at([0.0, -0.17, 0.0]), 0.46, 0.06, &clay);
        pillar(builder, "foot", [0.0, 0.0], [-0.80, -0.70], [0.36, 0.30], &clay);
        pillar(builder, "foot", [0.0, 0.0], [-0.74, -0.50], [0.16, 0.20], &clay);
    }
}

pub(super) fn bread(builder: &mut Builder, look: &Look) {
    let main = look.main([0.84, 0.56, 0.26]);
    let crumb = [0.98, 0.90, 0.70];
    let crust = Paint::plain(main).with(Mask::band([0.0, 1.0, 0.0], -9.0, -0.16), shade(main, 0.84));
    let cut = look.has(1);
    builder.group(0.06);
    let right = if cut { 0.22 } else { 0.74 };
    let half = 0.5 * (right + 0.74);
    let middle = 0.5 * (right - 0.74);
    builder.block("loaf", Frame::at([middle, -0.52, 0.0]), [half, 0.26, 0.36], 0.12, &crust);
    builder.block("loaf", Frame::at([middle, -0.24, 0.0]), [half + 0.02, 0.23, 0.43], 0.21, &crust);
    builder.group(0.0);
    let scores: &[f32] = if cut { &[-0.52, -0.20] } else { &[-0.48, -0.16, 0.16, 0.48] };
    for x in scores {
        let frame = Frame::at([*x, -0.03, 0.0]).turned([0.0, 24.0, 0.0]);
        builder.ellipsoid("score", frame, [0.05, 0.07, 0.30], &Paint::plain(crumb));
    }
    if cut {
        let face =
            Paint::plain(crumb).with(Mask::ellipsoid([0.0, 0.0, 0.0], [9.0, 0.25, 0.35]).outside(), main);
        for (x, lean) in [(0.30, 0.0), (0.48, -7.0), (0.68, -14.0)] {
            let frame = Frame::at([x, -0.42, 0.0]).turned([0.0, 0.0, lean]);
            builder.group(0.05);
            builder.block("slice", frame, [0.07, 0.37, 0.36], 0.05, &face);
            builder.block("slice", frame.moved([0.0, 0.18, 0.0]), [0.07, 0.20, 0.42], 0.06, &face);
        }
        builder.group(0.0);
        builder.rod("loaf", [0.10, -0.70, 0.0], [0.68, -0.70, 0.0], 0.08, &crust);
    }
    if look.has(2) {
        let butter = Paint::glossy(look.detail([1.0, 0.90, 0.46]));
        builder.block(
            "butter",
            Frame::at([middle, 0.05, 0.02]).turned([0.0, 20.0, 0.0]),
            [0.17, 0.10, 0.15],
            0.04,
            &butter,
        );
        builder.ellipsoid("butter", Frame::at([middle, -0.02, 0.02]), [0.30, 0.055, 0.26], &butter);
    }
}

pub(super) fn hot_dog(builder: &mut Builder, look: &Look) {
    let main = look.main([0.90, 0.62, 0.30]);
    let bun = Paint::plain(main).with(Mask::band([0.0, 0.0, 1.0], -9.0, 9.0), main);
    builder.group(0.05);
    for side in [-1.0, 1.0] {
        let frame = Frame::at([0.0, -0.46, side * 0.22]).turned([side * -14.0, 0.0, 0.0]);
        builder.block("bun", frame, [0.66, 0.24, 0.18], 0.17, &bun);
    }
    builder.rod("bun", [-0.50, -0.60, 0.0], [0.50, -0.60, 0.0], 0.19, &bun);
    builder.group(0.0);
    let sausage = [
        ([-0.70, -0.20, 0.0], 0.13),
        ([-0.44, -0.27, 0.0], 0.15),
        ([0.44, -0.27, 0.0], 0.15),
        ([0.70, -0.20, 0.0], 0.13),
    ];
    let sausage = sausage.map(|([x, y, z], radius)| ([0.93 * x, y, z], radius));
    builder.chain("sausage", &sausage, &Paint::glossy([0.76, 0.28, 0.18]));
    let sauce = Paint::glossy(if look.has(1) { look.detail(RED) } else { [0.99, 0.80, 0.16] });
    let wave: Vec<(Vec3, f32)> = (0..=16)
        .map(|step| {
            let x = -0.56 + 0.07 * step as f32;
            let z = 0.085 * (std::f32::consts::FRAC_PI_2 * step as f32).sin();
            ([x, -0.115, z], 0.045)
        })
        .collect();
    builder.chain("sauce", &wave, &sauce);
    if look.has(2) {
        let green = Paint::plain([0.46, 0.74, 0.26]);
        builder.group(0.03);
        for step in -4i8..=4 {
            for side in [-1.0, 1.0] {
                let high = if step % 2 == 0 { -0.20 } else { -0.24 };
                builder.sphere("lettuce", [0.15 * f32::from(step), high, side * 0.17], 0.085, &green);
            }
        }
        builder.group(0.0);
    }
}

pub(super) fn strawberry(builder: &mut Builder, look: &Look) {
    let main = look.main([0.90, 0.14, 0.18]);
    let mut skin = Paint::glossy(main);
    for row in 0..4u8 {
        let height = [0.34, 0.08, -0.18, -0.42][usize::from(row)];
        let radius = [0.56, 0.53, 0.42, 0.27][usize::from(row)];
        for [x, z] in around([9, 8, 7, 5][usize::from(row)], 0.5 * f32::from(row % 2)) {
            let seed = Mask::ellipsoid([radius * x, height, radius * z], [0.05, 0.075, 0.05]);
            skin = skin.with(seed, [0.99, 0.84, 0.40]);
        }
    }
    let from = |y: f32| skin.clone().seen_from([0.0, y, 0.0]);
    builder.group(0.22);
    builder.ellipsoid("berry", Frame::at([0.0, 0.14, 0.0]), [0.56, 0.36, 0.56], &from(0.14));
    builder.sphere("berry", [0.0, -0.20, 0.0], 0.38, &from(-0.20));
    builder.sphere("berry", [0.0, -0.56, 0.0], 0.19, &from(-0.56));
    builder.group(0.0);
    let color = if look.has(1) { look.detail(GREEN) } else { GREEN };
    let reach = if look.has(1) { 1.3 } else { 1.0 };
    let green = Paint::plain(color);
    for [x, z] in around(6, 0.25) {
        let tip = [0.52 * reach * x, 0.40, 0.52 * reach * z];
        leaf(
            builder,
            "leaf",
            [[0.06 * x, 0.50, 0.06 * z], tip],
            [0.15, 0.055],
            [0.3 * x, 1.0, 0.3 * z],
            &green,
        );
    }
    builder.rod("stalk", [0.0, 0.46, 0.0], [0.04, 0.72, 0.0], 0.055, &green);
    if look.has(2) {
        smile(builder, against([0.0, 0.08, 0.555], [0.0, -0.1, 1.0]), 1.15);
    }
}
