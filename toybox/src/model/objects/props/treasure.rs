//! Treasure: key and crown.

use super::palette::WHITE;
use super::pieces::{around, direction, tied_ribbon, trim};
use crate::catalog::entry::Look;
use crate::math::Frame;
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{shade, slab};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

pub(super) fn key(builder: &mut Builder, look: &Look) {
    let metal = look.main([0.95, 0.70, 0.26]);
    let (light, dark) = (Paint::metal(metal), Paint::metal(shade(metal, 0.72)));
    if look.has(1) {
        for side in [-1.0, 1.0] {
            let lobe = Shape::Arc { major: 0.18, minor: 0.08, half_angle: 1.75 };
            builder.add(
                "bow",
                lobe,
                Frame::at([side * 0.18, 0.52, 0.0]).turned([0.0, 0.0, -20.0 * side]),
                &light,
            );
            builder.rod("bow", [side * 0.36, 0.50, 0.0], [0.0, 0.10, 0.0], 0.08, &light);
        }
    } else {
        builder.torus("bow", facing([0.0, 0.42, 0.0]), 0.27, 0.11, &light);
    }
    builder.rod("shaft", [0.0, 0.15, 0.0], [0.0, -0.69, 0.0], 0.11, &light);
    builder.ellipsoid("collar", Frame::at([0.0, 0.06, 0.0]), [0.20, 0.11, 0.20], &dark);
    builder.ellipsoid("collar", Frame::at([0.0, -0.12, 0.0]), [0.165, 0.075, 0.165], &dark);
    slab(builder, "bit", [0.0, -0.70, -0.08], [0.40, -0.55, 0.08], 0.03, &light);
    slab(builder, "bit", [0.0, -0.46, -0.08], [0.32, -0.31, 0.08], 0.03, &light);
    slab(builder, "bit", [0.05, -0.64, -0.08], [0.22, -0.38, 0.08], 0.03, &dark);
    if look.has(2) {
        let silk = Paint::glossy(look.detail([0.84, 0.14, 0.22]));
        builder.torus("ribbon", Frame::at([0.0, -0.03, 0.0]), 0.11, 0.07, &silk);
        tied_ribbon(builder, [0.0, -0.03, 0.17], 0.52, &silk);
    }
    if look.has(3) {
        let paper = look.detail([0.98, 0.90, 0.70]);
        let card = Paint::plain(paper).with(
            Mask::stripes([0.0, 1.0, 0.0], 0.12, 0.4).and(Mask::band([0.0, 1.0, 0.0], -0.2, 0.07)),
            shade(paper, 0.6),
        );
        let twine = Paint::plain([0.74, 0.50, 0.28]);
        builder.torus("string", Frame::at([-0.30, 0.30, 0.06]).turned([0.0, 0.0, 60.0]), 0.12, 0.045, &twine);
        builder.block(
            "tag",
            Frame::at([-0.46, 0.02, 0.08]).turned([0.0, 0.0, -18.0]),
            [0.17, 0.24, 0.05],
            0.04,
            &card,
        );
    }
}

pub(super) fn crown(builder: &mut Builder, look: &Look) {
    let metal = look.main([0.98, 0.76, 0.26]);
    let (light, dark) = (Paint::metal(metal), Paint::metal(shade(metal, 0.75)));
    let (low, high, radius) = (-0.52, -0.12, 0.60);
    let wall = Shape::Stump { half_height: 0.30, low: 0.58, high: 0.62, rounding: 0.0 };
    let band = builder.add("band", wall, Frame::at([0.0, -0.32, 0.0]), &light);
    band.skin = Some(0.05);
    trim(band, [0.0, 1.0, 0.0], [0.0, high, 0.0]);
    trim(band, [0.0, -1.0, 0.0], [0.0, low, 0.0]);
    for (degrees, [x, z]) in around(8) {
        let frame = Frame::at([radius * 1.03 * x, 0.08, radius * 1.03 * z])
            .turned([0.0, degrees, 0.0])
            .turned([10.0, 0.0, 0.0]);
        let (half_width, half_height) = (0.255, 0.36);
        let point = builder.block("point", frame, [half_width, half_height, 0.05], 0.02, &light);
        let apex = frame.to_object([0.0, half_height, 0.0]);
        let norm = (4.0 * half_height * half_height + half_width * half_width).sqrt();
        for side in [-1.0, 1.0] {
            let local = [side * 2.0 * half_height / norm, half_width / norm, 0.0];
            trim(point, direction(frame, local), apex);
        }
        builder.sphere("ball", frame.to_object([0.0, half_height - 0.04, 0.0]), 0.09, &dark);
    }
    if look.has(3) {
        let fur = Paint::new(look.detail(WHITE), 0.0, 0.95);
        builder.torus("trim", Frame::at([0.0, -0.50, 0.0]), 0.61, 0.15, &fur);
    } else {
        builder.torus("rim", Frame::at([0.0, low, 0.0]), 0.60, 0.08, &dark);
        builder.torus("rim", Frame::at([0.0, -0.18, 0.0]), 0.635, 0.055, &dark);
    }
    if look.has(1) {
        let gem = Paint::glossy(look.detail([0.84, 0.10, 0.26]));
        for (degrees, [x, z]) in around(8) {
            let frame = Frame::at([0.65 * x, -0.33, 0.65 * z]).turned([0.0, degrees, 0.0]);
            builder.ellipsoid("jewel", frame, [0.13, 0.13, 0.10], &gem);
        }
    }
    if look.has(2) {
        let velvet = Paint::new(look.detail([0.62, 0.10, 0.22]), 0.0, 0.95);
        builder.ellipsoid("cap", Frame::at([0.0, -0.10, 0.0]), [0.58, 0.52, 0.58], &velvet);
        builder.sphere("button", [0.0, 0.43, 0.0], 0.10, &light);
    }
}
