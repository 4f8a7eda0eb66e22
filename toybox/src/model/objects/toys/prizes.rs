//! Ring, coin, gem and trophy.

use super::pieces::star;
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, dot, normalize};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{around, pillar, shade};
use crate::model::palette::RED;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

const GOLD: Vec3 = [1.0, 0.78, 0.26];

/// Adds a cut stone with its point down: a crown with eight faces over a pavilion.
fn stone(builder: &mut Builder, [x, y, z]: Vec3, radius: f32, paint: &Paint) {
    let shape =
        Shape::Stump { half_height: 0.73 * radius, low: 1.10 * radius, high: 1.10 * radius, rounding: 0.01 };
    let middle = [0.0, -0.19 * radius, 0.0];
    let frame = Frame::at([x, y + middle[1], z]);
    let part = builder.add("gem", shape, frame, &paint.clone().seen_from(middle));
    for [a, c] in around(8, 0.5) {
        let center = [x, y, z];
        for (way, reach) in
            [(normalize([a, 0.0, c]), 1.0), (normalize([a, 0.95, c]), 0.93), (normalize([a, -0.95, c]), 0.62)]
        {
            part.cuts.push((way, dot(way, center) + reach * radius));
        }
    }
    part.cuts.push(([0.0, 1.0, 0.0], y + 0.52 * radius));
}

fn sparkling(color: Vec3) -> Paint {
    let pale = shade(color, 0.6).map(|c| c + 0.40);
    Paint::new(color, 0.0, 0.1)
        .with(Mask::Sectors { count: 8.0, twist: 0.0 }, shade(color, 0.80))
        .with(Mask::Sectors { count: 4.0, twist: 0.0 }.and(Mask::band([0.0, 1.0, 0.0], 0.02, 9.0)), pale)
}

pub(super) fn gem(builder: &mut Builder, look: &Look) {
    let main = look.main([0.20, 0.68, 0.92]);
    let radius = if look.has(1) { 0.62 } else { 0.74 };
    let height = if look.has(1) { 0.34 } else { 0.26 };
    let pale = shade(main, 0.6).map(|c| c + 0.40);
    let table = Mask::band([0.0, 1.0, 0.0], 0.50 * radius, 9.0);
    builder.group(0.0);
    stone(builder, [0.0, height, 0.0], radius, &sparkling(main).with(table, pale));
    if look.has(1) {
        let gold = Paint::metal(look.detail(GOLD));
        pillar(builder, "mount", [0.0, 0.0], [-0.80, -0.68], [0.44, 0.40], &gold);
        pillar(builder, "mount", [0.0, 0.0], [-0.70, -0.06], [0.20, 0.15], &gold);
        for [x, z] in around(6, 0.0) {
            builder.cone(
                "claw",
                [0.10 * x, -0.36, 0.10 * z],
                [0.46 * x, 0.24, 0.46 * z],
                0.075,
                0.055,
                &gold,
            );
        }
    }
    if look.has(2) {
        let silk = Paint::glossy(look.detail(RED));
        builder.torus("ribbon", Frame::at([0.0, height + 0.06, 0.0]), 0.72, 0.06, &silk);
        let knot = [0.0, height + 0.04, 0.745];
        builder.sphere("knot", [knot[0], knot[1], 0.71], 0.085, &silk);
        for side in [-1.0, 1.0] {
            builder.cone(
                "ribbon",
                [0.0, knot[1], 0.72],
                [side * 0.22, knot[1] + 0.06, 0.70],
                0.05,
                0.09,
                &silk,
            );
        }
    }
}

pub(super) fn ring(builder: &mut Builder, look: &Look) {
    let main = look.main(GOLD);
    let gold = Paint::metal(main);
    let center = [0.0, -0.20, 0.0];
    builder.torus("ring", facing(center), 0.50, 0.10, &gold);
    if look.has(2) {
        builder.disc("mount", Frame::at([0.0, 0.38, 0.0]), 0.19, 0.07, &gold);
        builder.sphere("pearl", [0.0, 0.56, 0.0], 0.22, &Paint::glossy(look.detail([0.97, 0.94, 0.92])));
    } else if look.has(3) {
        let red = Paint::glossy(look.detail([0.90, 0.14, 0.24]));
        builder.disc("mount", Frame::at([0.0, 0.36, 0.0]), 0.16, 0.06, &gold);
        builder.group(0.02);
        for side in [-1.0, 1.0] {
            builder.cone("heart", [0.0, 0.42, 0.0], [side * 0.13, 0.64, 0.0], 0.07, 0.15, &red);
        }
        builder.group(0.0);
    } else {
        let color = if look.has(1) { look.detail([0.18, 0.72, 0.42]) } else { [0.30, 0.74, 0.96] };
        let radius = if look.has(1) { 0.29 } else { 0.21 };
        builder.group(0.0);
        stone(builder, [0.0, 0.34 + 0.9 * radius, 0.0], radius, &sparkling(color));
        pillar(builder, "mount", [0.0, 0.0], [0.30, 0.34 + 0.5 * radius], [0.12, 0.09], &gold);
        for [x, z] in around(4, 0.5) {
            let (low, high) =
                ([0.08 * x, 0.36, 0.08 * z], [0.92 * radius * x, 0.36 + radius, 0.92 * radius * z]);
            builder.cone("claw", low, high, 0.065, 0.05, &gold);
        }
    }
}

pub(super) fn coin(builder: &mut Builder, look: &Look) {
    let main = look.main(GOLD);
    let gold = Paint::metal(main);
    let dark = Paint::metal(shade(main, 0.78));
    let middle = [0.0, -0.06, 0.0];
    if look.has(3) {
        // A square hole, as in old Chinese coins.
        for side in [-1.0, 1.0] {
            let flat = builder.disc("coin", facing(middle), 0.70, 0.085, &dark);
            flat.cuts.push(([side, 0.0, 0.0], -0.17));
            let flat = builder.disc("coin", facing(middle), 0.70, 0.085, &dark);
            flat.cuts.push(([0.0, side, 0.0], side * middle[1] - 0.17));
        }
        for side in [-1.0, 1.0] {
            let [_, y, z] = middle;
            builder.rod("edge", [side * 0.19, y - 0.19, z], [side * 0.19, y + 0.19, z], 0.11, &gold);
            builder.rod("edge", [-0.19, y + side * 0.19, z], [0.19, y + side * 0.19, z], 0.11, &gold);
        }
    } else {
        builder.disc("coin", facing(middle), 0.70, 0.085, &dark);
    }
    builder.torus("rim", facing(middle), 0.655, 0.12, &gold);
    for z in [-0.10, 0.10] {
        let place = [middle[0], middle[1], z];
        if look.has(1) {
            builder.block("crown", Frame::at([0.0, middle[1] - 0.16, z]), [0.30, 0.10, 0.05], 0.03, &gold);
            for (x, top) in [(-0.27, 0.18), (0.0, 0.24), (0.27, 0.18)] {
                builder.cone(
                    "crown",
                    [0.9 * x, middle[1] - 0.14, z],
                    [x, middle[1] + top, z],
                    0.10,
                    0.06,
                    &gold,
                );
            }
        } else if look.has(2) {
            star(builder, Frame::at(place), 0.44, 0.06, &Paint::glossy(look.detail(RED)));
        } else if !look.has(3) {
            builder.rod("mark", [0.0, middle[1] - 0.26, z], [0.0, middle[1] + 0.26, z], 0.10, &gold);
        }
    }
}

pub(super) fn trophy(builder: &mut Builder, look: &Look) {
    let main = look.main(GOLD);
    let gold = Paint::metal(main);
    let wood = Paint::plain([0.34, 0.20, 0.13]);
    let plate = Mask::band([1.0, 0.0, 0.0], -0.17, 0.17)
        .and(Mask::band([0.0, 1.0, 0.0], -0.055, 0.055))
        .and(Mask::front());
    builder.block("base", Frame::at([0.0, -0.69, 0.0]), [0.37, 0.11, 0.37], 0.03, &wood.with(plate, main));
    pillar(builder, "foot", [0.0, 0.0], [-0.60, -0.50], [0.27, 0.20], &gold);
    pillar(builder, "stem", [0.0, 0.0], [-0.52, -0.16], [0.11, 0.09], &gold);
    builder.sphere("knot", [0.0, -0.32, 0.0], 0.14, &gold);
    let inside = Paint::metal(shade(main, 0.6));
    builder.group(0.05);
    builder.ellipsoid("cup", Frame::at([0.0, 0.24, 0.0]), [0.42, 0.46, 0.42], &gold).cuts =
        vec![([0.0, 1.0, 0.0], 0.30)];
    pillar(builder, "cup", [0.0, 0.0], [0.22, 0.56], [0.415, 0.45], &gold);
    builder.group(0.0);
    builder.disc("inside", Frame::at([0.0, 0.555, 0.0]), 0.38, 0.04, &inside);
    builder.torus("rim", Frame::at([0.0, 0.56, 0.0]), 0.42, 0.06, &gold);
    for side in [-1.0, 1.0] {
        let handle = Shape::Arc { major: 0.22, minor: 0.055, half_angle: 1.9 };
        builder.add(
            "handle",
            handle,
            Frame::at([side * 0.50, 0.28, 0.0]).turned([0.0, 0.0, side * -90.0]),
            &gold,
        );
    }
    if look.has(1) {
        let silk = Paint::glossy(look.detail(RED));
        builder.sphere("knot", [0.0, -0.12, 0.24], 0.09, &silk);
        builder.torus("ribbon", Frame::at([0.0, -0.14, 0.0]), 0.17, 0.075, &silk);
        for side in [-1.0, 1.0] {
            builder.cone("ribbon", [0.0, -0.12, 0.23], [side * 0.17, -0.46, 0.26], 0.055, 0.085, &silk);
        }
    }
    if look.has(2) {
        star(
            builder,
            Frame::at([0.0, 0.30, 0.40]),
            0.26,
            0.07,
            &Paint::glossy(look.detail([0.86, 0.16, 0.20])),
        );
    }
    if look.has(3) {
        let lid = Paint::metal(look.detail(main));
        builder.ellipsoid("lid", Frame::at([0.0, 0.54, 0.0]), [0.42, 0.17, 0.42], &lid).cuts =
            vec![([0.0, -1.0, 0.0], -0.53)];
        builder.sphere("knob", [0.0, 0.72, 0.0], 0.075, &lid);
    }
}
