//! Mug, teapot, bottle, bowl, vase and cauldron.

use super::pieces::hollow;
use crate::catalog::entry::Look;
use crate::math::Frame;
use crate::model::builder::Builder;
use crate::model::objects::pieces::{around, pillar, shade};
use crate::model::palette::{BRASS, RED, WHITE};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Adds a hollow cylinder that is open at the top.
fn cup(builder: &mut Builder, name: &'static str, heights: [f32; 2], radii: [f32; 2], paint: &Paint) {
    let half_height = 0.5 * (heights[1] - heights[0]) + 0.10;
    let shape = Shape::Stump { half_height, low: radii[0], high: radii[1], rounding: 0.03 };
    let part = builder.add(name, shape, Frame::at([0.0, heights[0] + half_height, 0.0]), paint);
    part.skin = Some(0.05);
    part.cuts = vec![([0.0, 1.0, 0.0], heights[1])];
}

pub(super) fn mug(builder: &mut Builder, look: &Look) {
    let main = look.main([0.22, 0.58, 0.72]);
    let clay = Paint::glossy(main);
    let inner = Mask::ellipsoid([0.0; 3], [0.46, 9.0, 0.46]);
    let lined = clay.clone().with(inner, [0.97, 0.95, 0.90]);
    builder.group(0.03);
    cup(builder, "mug", [-0.72, 0.56], [0.48, 0.50], &lined);
    let handle = Shape::Arc { major: 0.30, minor: 0.085, half_angle: 1.75 };
    builder.add("handle", handle, Frame::at([0.47, -0.06, 0.0]).turned([0.0, 0.0, -90.0]), &clay).cuts =
        vec![([-1.0, 0.0, 0.0], -0.46)];
    builder.group(0.0);
    builder.disc("drink", Frame::at([0.0, 0.34, 0.0]), 0.48, 0.05, &Paint::glossy([0.36, 0.20, 0.12]));
    if look.has(1) {
        let red = Paint::glossy(look.detail([0.92, 0.22, 0.30]));
        builder.group(0.02);
        for side in [-1.0, 1.0] {
            builder.cone("heart", [0.0, -0.28, 0.50], [side * 0.12, 0.0, 0.49], 0.07, 0.14, &red);
        }
        builder.group(0.0);
    }
    if look.has(2) {
        let soft = Paint::new(look.detail(WHITE), 0.0, 0.8);
        for (x, z, turn) in
            [(-0.20, 0.16, 20.0), (0.16, 0.20, -30.0), (0.02, -0.14, 50.0), (0.26, -0.10, 10.0)]
        {
            builder.block(
                "marshmallow",
                Frame::at([x, 0.43, z]).turned([12.0, turn, 8.0]),
                [0.12, 0.10, 0.12],
                0.05,
                &soft,
            );
        }
    }
    if look.has(3) {
        let silver = Paint::metal(look.detail([0.82, 0.84, 0.88]));
        builder.rod("spoon", [-0.10, 0.30, 0.0], [-0.36, 0.68, 0.16], 0.045, &silver);
        builder.ellipsoid(
            "spoon",
            Frame::at([-0.39, 0.70, 0.18]).turned([0.0, 0.0, 36.0]),
            [0.08, 0.09, 0.045],
            &silver,
        );
    }
}

pub(super) fn teapot(builder: &mut Builder, look: &Look) {
    let main = look.main([0.94, 0.88, 0.78]);
    let mut clay = Paint::glossy(main);
    if look.has(1) {
        let color = look.detail(RED);
        for (turn, height) in [
            (0.0f32, 0.06),
            (0.9, 0.08),
            (-0.9, 0.08),
            (1.9, 0.06),
            (-1.9, 0.06),
            (3.1, -0.06),
            (0.45, -0.16),
            (-0.45, -0.16),
        ] {
            let place = [0.50 * turn.sin(), height, 0.50 * turn.cos()];
            clay = clay.with(Mask::ellipsoid(place, [0.085, 0.085, 0.085]), color);
        }
    }
    let trim = Paint::glossy(if look.color.is_some() { shade(main, 0.7) } else { [0.30, 0.52, 0.74] });
    builder.group(0.05);
    builder.ellipsoid("pot", Frame::at([0.0, -0.34, 0.0]), [0.54, 0.40, 0.54], &clay);
    let spout = [
        ([0.42, -0.44, 0.0], 0.15),
        ([0.62, -0.28, 0.0], 0.11),
        ([0.69, -0.04, 0.0], 0.085),
        ([0.79, 0.06, 0.0], 0.065),
    ];
    builder.chain("spout", &spout, &Paint::glossy(main));
    builder.group(0.0);
    pillar(builder, "foot", [0.0, 0.0], [-0.80, -0.66], [0.30, 0.26], &trim);
    builder.ellipsoid("lid", Frame::at([0.0, -0.04, 0.0]), [0.34, 0.17, 0.34], &Paint::glossy(main)).cuts =
        vec![([0.0, -1.0, 0.0], 0.04)];
    builder.torus("rim", Frame::at([0.0, -0.03, 0.0]), 0.33, 0.05, &trim);
    builder.sphere("knob", [0.0, 0.19, 0.0], 0.095, &trim);
    if look.has(3) {
        let arc = Shape::Arc { major: 0.46, minor: 0.055, half_angle: 1.45 };
        builder.add("handle", arc, Frame::at([0.0, 0.14, 0.0]), &trim);
        for side in [-1.0, 1.0] {
            builder.rod("handle", [side * 0.456, 0.20, 0.0], [side * 0.44, -0.16, 0.0], 0.055, &trim);
        }
    } else {
        let arc = Shape::Arc { major: 0.26, minor: 0.062, half_angle: 1.9 };
        builder.add("handle", arc, Frame::at([-0.52, -0.30, 0.0]).turned([0.0, 0.0, 90.0]), &trim);
    }
    if look.has(2) {
        let petal = Paint::glossy(look.detail([0.96, 0.52, 0.66]));
        for [x, y] in around(5, 0.0) {
            builder.sphere("petal", [0.15 * x, -0.32 + 0.15 * y, 0.50], 0.105, &petal);
        }
        builder.sphere("flower", [0.0, -0.32, 0.54], 0.10, &Paint::glossy([0.99, 0.84, 0.30]));
    }
}

pub(super) fn bottle(builder: &mut Builder, look: &Look) {
    let main = look.main([0.22, 0.56, 0.34]);
    let shine = Mask::ellipsoid([-0.14, -0.02, 0.26], [0.045, 0.26, 0.2]);
    let pale = shade(main, 0.5).map(|c| c + 0.46);
    let glass = Paint::new(main, 0.0, 0.1).with(shine, pale);
    builder.group(0.10);
    pillar(builder, "bottle", [0.0, 0.0], [-0.80, 0.06], [0.32, 0.32], &glass);
    pillar(builder, "shoulder", [0.0, 0.0], [0.02, 0.30], [0.30, 0.12], &Paint::new(main, 0.0, 0.1));
    pillar(builder, "neck", [0.0, 0.0], [0.20, 0.62], [0.125, 0.115], &Paint::new(main, 0.0, 0.1));
    builder.group(0.0);
    builder.torus("lip", Frame::at([0.0, 0.60, 0.0]), 0.115, 0.05, &Paint::new(shade(main, 0.8), 0.0, 0.1));
    if look.has(2) {
        let stripes = Paint::plain(look.detail(RED)).with(Mask::stripes([0.0, 1.0, 0.0], 0.16, 0.5), WHITE);
        builder.chain(
            "straw",
            &[([0.0, 0.50, 0.0], 0.065), ([0.05, 0.66, 0.0], 0.065), ([0.24, 0.73, 0.0], 0.065)],
            &stripes,
        );
    } else {
        pillar(
            builder,
            "cork",
            [0.0, 0.0],
            [0.56, 0.75],
            [0.095, 0.11],
            &Paint::new([0.78, 0.58, 0.36], 0.0, 0.9),
        );
    }
    if look.has(1) {
        let color = look.detail([0.97, 0.92, 0.78]);
        let band = Mask::band([0.0, 1.0, 0.0], -0.19, 0.19).outside();
        let label = Paint::plain(color)
            .with(band, shade(color, 0.6))
            .with(Mask::ellipsoid([0.0, 0.0, 0.3], [0.11, 0.11, 0.2]), shade(color, 0.45));
        pillar(builder, "label", [0.0, 0.0], [-0.62, -0.12], [0.345, 0.345], &label);
    }
    if look.has(3) {
        // A relief of a ship on the belly.
        let hull = Paint::plain([0.50, 0.30, 0.17]);
        builder.ellipsoid("hull", Frame::at([0.0, -0.46, 0.31]), [0.22, 0.12, 0.10], &hull).cuts =
            vec![([0.0, 1.0, 0.0], -0.44)];
        builder.rod("mast", [0.0, -0.46, 0.35], [0.0, -0.06, 0.35], 0.04, &hull);
        let sail = builder.block(
            "sail",
            Frame::at([0.0, -0.22, 0.35]),
            [0.18, 0.16, 0.055],
            0.03,
            &Paint::plain(WHITE),
        );
        sail.cuts.push(([0.707, 0.707, 0.0], -0.10));
    }
}

pub(super) fn bowl(builder: &mut Builder, look: &Look) {
    let main = look.main([0.24, 0.46, 0.78]);
    let inner = Mask::ellipsoid([0.0; 3], [0.745, 0.70, 0.745]);
    let clay = Paint::glossy(main).with(inner, [0.95, 0.93, 0.88]);
    hollow(builder, "bowl", [0.0, 0.02, 0.0], [0.74, 0.69, 0.74], 0.0, &clay);
    let rim = Paint::glossy(if look.has(3) { look.detail([0.98, 0.80, 0.28]) } else { shade(main, 0.7) });
    let thick = if look.has(3) { 0.075 } else { 0.05 };
    builder.torus("rim", Frame::at([0.0, 0.0, 0.0]), 0.725, thick, &rim);
    pillar(builder, "foot", [0.0, 0.0], [-0.80, -0.62], [0.36, 0.32], &Paint::glossy(shade(main, 0.7)));
    if look.has(1) {
        let soup = Paint::glossy(look.detail([0.96, 0.56, 0.20]))
            .with(Mask::ellipsoid([0.2, 0.05, 0.2], [0.11, 0.2, 0.11]), [0.40, 0.64, 0.26])
            .with(Mask::ellipsoid([-0.26, 0.05, 0.04], [0.11, 0.2, 0.11]), [0.40, 0.64, 0.26])
            .with(Mask::ellipsoid([0.05, 0.05, -0.28], [0.11, 0.2, 0.11]), [0.98, 0.88, 0.66]);
        builder.disc("soup", Frame::at([0.0, -0.12, 0.0]), 0.71, 0.05, &soup);
    }
    if look.has(2) {
        let color = look.detail([0.90, 0.20, 0.18]);
        let skins = [color, [0.98, 0.74, 0.18], shade(color, 0.85), [0.46, 0.70, 0.26], color];
        for (index, [x, z]) in around(4, 0.4).enumerate() {
            builder.sphere("fruit", [0.36 * x, -0.06, 0.36 * z], 0.28, &Paint::glossy(skins[index]));
        }
        builder.sphere("fruit", [0.0, 0.20, 0.0], 0.28, &Paint::glossy(skins[4]));
        builder.rod("stalk", [0.0, 0.44, 0.0], [0.03, 0.56, 0.0], 0.042, &Paint::plain([0.40, 0.27, 0.15]));
        builder.disc("fruit", Frame::at([0.0, -0.22, 0.0]), 0.68, 0.06, &Paint::glossy(shade(color, 0.7)));
    }
}

pub(super) fn vase(builder: &mut Builder, look: &Look) {
    let main = look.main([0.26, 0.40, 0.74]);
    let pattern =
        if look.has(3) { look.detail([0.97, 0.90, 0.66]) } else { shade(main, 0.6).map(|c| c + 0.38) };
    let bands = Mask::stripes([0.0, 1.0, 0.0], 0.22, 0.42);
    let mut clay = Paint::glossy(main);
    clay = if look.has(3) {
        clay.with(bands, pattern)
    } else {
        clay.with(Mask::band([0.0, 1.0, 0.0], -0.05, 0.06), pattern)
    };
    let low = if look.has(1) { -0.20 } else { 0.0 };
    let at = |y: f32| if look.has(1) { -0.80 + 0.62 * (y + 0.80) } else { y };
    builder.group(0.10);
    builder.ellipsoid("vase", Frame::at([0.0, at(-0.12), 0.0]), [0.46, at(0.34) - at(-0.12), 0.46], &clay);
    pillar(builder, "vase", [0.0, 0.0], [-0.80, at(-0.30)], [0.24, 0.36], &Paint::glossy(main));
    pillar(builder, "neck", [0.0, 0.0], [at(0.16), at(0.62)], [0.20, 0.17], &Paint::glossy(main));
    pillar(builder, "lip", [0.0, 0.0], [at(0.54), at(0.74)], [0.17, 0.30], &Paint::glossy(main));
    builder.group(0.0);
    let mouth = at(0.74);
    builder.torus("lip", Frame::at([0.0, mouth, 0.0]), 0.27, 0.05, &Paint::glossy(pattern));
    builder.disc("inside", Frame::at([0.0, mouth, 0.0]), 0.25, 0.04, &Paint::plain([0.14, 0.14, 0.20]));
    if look.has(1) {
        let color = look.detail([0.95, 0.38, 0.48]);
        let green = Paint::plain([0.34, 0.62, 0.26]);
        let stalks =
            std::iter::once([0.0, 0.62, 0.0]).chain(around(5, 0.0).map(|[x, z]| [0.36 * x, 0.50, 0.36 * z]));
        for (index, head) in stalks.enumerate() {
            builder.rod("stalk", [0.3 * head[0], mouth - 0.06, 0.3 * head[2]], head, 0.042, &green);
            let petal =
                Paint::plain(if index % 2 == 0 { color } else { shade(color, 0.4).map(|c| c + 0.55) });
            for [x, z] in around(5, 0.0) {
                builder.sphere("petal", [head[0] + 0.10 * x, head[1], head[2] + 0.10 * z], 0.085, &petal);
            }
            builder.sphere(
                "flower",
                [head[0], head[1] + 0.06, head[2]],
                0.085,
                &Paint::plain([0.99, 0.82, 0.28]),
            );
        }
    }
    if look.has(2) {
        for side in [-1.0, 1.0] {
            let arc = Shape::Arc { major: 0.22, minor: 0.055, half_angle: 1.9 };
            builder.add(
                "handle",
                arc,
                Frame::at([side * 0.32, 0.32 + low, 0.0]).turned([0.0, 0.0, side * -90.0]),
                &Paint::glossy(pattern),
            );
        }
    }
}

pub(super) fn cauldron(builder: &mut Builder, look: &Look) {
    let main = look.main([0.20, 0.21, 0.24]);
    let iron = Paint::new(main, 0.5, 0.5);
    let lift = if look.has(2) { 0.14 } else { 0.0 };
    let brew = if look.has(1) { look.detail([0.46, 0.84, 0.24]) } else { [0.46, 0.84, 0.24] };
    builder.ellipsoid("pot", Frame::at([0.0, -0.24 + lift, 0.0]), [0.58, 0.48, 0.58], &iron).cuts =
        vec![([0.0, 1.0, 0.0], 0.06 + lift)];
    builder.torus("rim", Frame::at([0.0, 0.08 + lift, 0.0]), 0.50, 0.085, &iron);
    builder.disc("brew", Frame::at([0.0, 0.07 + lift, 0.0]), 0.48, 0.04, &Paint::glossy(brew));
    for [x, z] in around(3, 0.0) {
        builder.cone(
            "leg",
            [0.34 * x, -0.58 + lift, 0.34 * z],
            [0.44 * x, -0.745, 0.44 * z],
            0.10,
            0.06,
            &iron,
        );
    }
    for side in [-1.0, 1.0] {
        let ring = Frame::at([side * 0.62, -0.10 + lift, 0.0]).turned([90.0, 0.0, 0.0]);
        builder.torus("handle", ring, 0.12, 0.045, &Paint::metal(BRASS));
    }
    let mut bubbles = vec![([0.16, 0.11, 0.20], 0.09), ([-0.20, 0.10, 0.10], 0.075)];
    if look.has(1) {
        bubbles.extend([
            ([-0.10, 0.18, -0.12], 0.17),
            ([0.22, 0.16, -0.10], 0.13),
            ([0.04, 0.36, -0.02], 0.13),
            ([-0.12, 0.14, 0.30], 0.12),
            ([0.05, 0.53, 0.02], 0.085),
        ]);
    }
    for ([x, y, z], radius) in bubbles {
        builder.sphere(
            "bubble",
            [x, y + lift, z],
            radius,
            &Paint::glossy(shade(brew, 0.7).map(|c| c + 0.28)),
        );
    }
    if look.has(2) {
        let fire = Paint::new([1.0, 0.52, 0.10], 0.0, 0.9)
            .with(Mask::band([0.0, 1.0, 0.0], -9.0, 0.06), [1.0, 0.84, 0.28]);
        for [x, z] in around(6, 0.5) {
            builder.cone(
                "log",
                [0.10 * x, -0.72, 0.10 * z],
                [0.62 * x, -0.72, 0.62 * z],
                0.07,
                0.07,
                &Paint::plain([0.46, 0.29, 0.17]),
            );
            builder.cone(
                "flame",
                [0.36 * x, -0.68, 0.36 * z],
                [0.46 * x, -0.36, 0.46 * z],
                0.11,
                0.036,
                &fire,
            );
        }
    }
    if look.has(3) {
        let wood = Paint::plain(look.detail([0.66, 0.44, 0.24]));
        builder.rod("ladle", [0.06, 0.02, -0.10], [0.36, 0.68, -0.22], 0.055, &wood);
        builder.sphere("ladle", [0.37, 0.69, -0.22], 0.085, &wood);
    }
}
