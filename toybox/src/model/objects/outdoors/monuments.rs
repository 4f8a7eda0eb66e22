//! Fountain, statue and gravestone.

use super::pieces::flower;
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{around, pillar, shade, slab};
use crate::paint::{Mask, Paint};

pub(super) fn fountain(builder: &mut Builder, look: &Look) {
    let main = look.main([0.80, 0.78, 0.74]);
    let stone = Paint::new(main, 0.0, 0.7);
    let dark = Paint::new(shade(main, 0.84), 0.0, 0.7);
    let blue = if look.has(1) { look.detail([0.40, 0.74, 0.94]) } else { [0.40, 0.74, 0.94] };
    let water = Paint::glossy(blue);
    pillar(builder, "basin", [0.0, 0.0], [-0.80, -0.54], [0.72, 0.76], &stone);
    builder.torus("rim", Frame::at([0.0, -0.52, 0.0]), 0.72, 0.075, &dark);
    builder.disc("water", Frame::at([0.0, -0.53, 0.0]), 0.68, 0.05, &water);
    pillar(builder, "column", [0.0, 0.0], [-0.54, -0.06], [0.17, 0.11], &stone);
    pillar(builder, "bowl", [0.0, 0.0], [-0.10, 0.10], [0.14, 0.42], &stone);
    builder.torus("rim", Frame::at([0.0, 0.10, 0.0]), 0.39, 0.06, &dark);
    builder.disc("water", Frame::at([0.0, 0.10, 0.0]), 0.36, 0.045, &water);
    pillar(builder, "column", [0.0, 0.0], [0.10, 0.38], [0.10, 0.07], &stone);
    pillar(builder, "bowl", [0.0, 0.0], [0.34, 0.46], [0.08, 0.22], &dark);
    let spray = Paint::glossy(shade(blue, 0.6).map(|c| c + 0.38));
    builder.group(0.04);
    builder.cone(
        "jet",
        [0.0, 0.44, 0.0],
        [0.0, if look.has(1) { 0.74 } else { 0.62 }, 0.0],
        0.085,
        0.05,
        &spray,
    );
    let count = if look.has(1) { 8 } else { 4 };
    for [x, z] in around(count, 0.5) {
        let at = |reach: f32, y: f32| [reach * x, y, reach * z];
        let arc = [
            (at(0.36, 0.12), 0.055),
            (at(0.48, 0.12), 0.055),
            (at(0.56, -0.10), 0.05),
            (at(0.60, -0.52), 0.05),
        ];
        builder.chain("jet", &arc, &spray);
    }
    builder.group(0.0);
    if look.has(2) {
        for (index, [x, z]) in around(8, 0.0).enumerate() {
            let color = look.detail([0.95, 0.44, 0.58]);
            let place = [0.70 * x, -0.42, 0.70 * z];
            flower(
                builder,
                place,
                0.10,
                if index % 2 == 0 { color } else { shade(color, 0.5).map(|c| c + 0.44) },
            );
        }
    }
}

pub(super) fn statue(builder: &mut Builder, look: &Look) {
    let main = look.main([0.74, 0.74, 0.72]);
    let stone = Paint::new(main, 0.0, 0.75);
    let folds = stone.clone().with(Mask::Sectors { count: 9.0, twist: 1.0 }, shade(main, 0.84));
    let dark = Paint::new(shade(main, 0.80), 0.0, 0.75);
    slab(builder, "plinth", [-0.38, -0.80, -0.38], [0.38, -0.70, 0.38], 0.02, &dark);
    let plate = Mask::band([1.0, 0.0, 0.0], -0.18, 0.18)
        .and(Mask::band([0.0, 1.0, 0.0], -0.08, 0.08))
        .and(Mask::front());
    let panel = stone.clone().with(plate, [0.62, 0.48, 0.26]);
    slab(builder, "plinth", [-0.31, -0.72, -0.31], [0.31, -0.42, 0.31], 0.02, &panel);
    slab(builder, "plinth", [-0.36, -0.45, -0.36], [0.36, -0.37, 0.36], 0.02, &dark);
    builder.group(0.05);
    pillar(builder, "robe", [0.0, 0.0], [-0.40, 0.16], [0.27, 0.17], &folds);
    builder.ellipsoid("chest", Frame::at([0.0, 0.16, 0.0]), [0.22, 0.18, 0.16], &stone);
    let raised = look.has(2);
    let hand = if raised { [0.34, 0.56, 0.10] } else { [0.26, 0.02, 0.24] };
    let elbow = if raised { [0.32, 0.28, 0.06] } else { [0.34, 0.02, 0.06] };
    builder.chain("arm", &[([0.20, 0.22, 0.0], 0.085), (elbow, 0.075), (hand, 0.07)], &stone);
    builder.chain(
        "arm",
        &[([-0.20, 0.22, 0.0], 0.085), ([-0.32, 0.02, 0.04], 0.075), ([-0.20, -0.08, 0.20], 0.07)],
        &stone,
    );
    builder.cone("neck", [0.0, 0.28, 0.0], [0.0, 0.38, 0.0], 0.08, 0.08, &stone);
    builder.ellipsoid("head", Frame::at([0.0, 0.52, 0.02]), [0.155, 0.185, 0.17], &stone);
    builder.sphere("nose", [0.0, 0.51, 0.185], 0.04, &stone);
    builder.sphere("hair", [0.0, 0.58, -0.08], 0.15, &stone);
    builder.group(0.0);
    let wreath = Frame::at([0.0, 0.635, -0.02]).turned([-16.0, 0.0, 0.0]);
    builder.torus("wreath", wreath, 0.155, 0.045, &dark);
    for x in [-0.06, 0.06] {
        builder.ellipsoid(
            "eye",
            Frame::at([x, 0.54, 0.15]),
            [0.036, 0.036, 0.036],
            &Paint::new(shade(main, 0.62), 0.0, 0.8),
        );
    }
    // A book under the arm.
    builder.block(
        "book",
        Frame::at([-0.21, -0.03, 0.23]).turned([0.0, 0.0, 10.0]),
        [0.10, 0.14, 0.05],
        0.02,
        &dark,
    );
    if look.has(1) {
        builder.group(0.03);
        for side in [-1.0, 1.0] {
            for (x, y) in [(0.62, 0.66), (0.62, 0.42), (0.52, 0.18)] {
                builder.cone("wing", [side * 0.10, 0.16, -0.14], [side * x, y, -0.26], 0.09, 0.06, &stone);
            }
        }
        builder.group(0.0);
    }
    if raised {
        builder.cone("torch", [0.34, 0.46, 0.13], [0.34, 0.62, 0.11], 0.045, 0.085, &dark);
        builder.cone(
            "flame",
            [0.34, 0.67, 0.11],
            [0.34, 0.755, 0.11],
            0.075,
            0.036,
            &Paint::glossy(look.detail([1.0, 0.62, 0.14])),
        );
    }
}

pub(super) fn gravestone(builder: &mut Builder, look: &Look) {
    let main = look.main([0.60, 0.61, 0.63]);
    let carved = shade(main, 0.55);
    let lines = Mask::band([1.0, 0.0, 0.0], -0.27, 0.27)
        .and(Mask::band([0.0, 1.0, 0.0], -0.42, -0.12))
        .and(Mask::stripes([0.0, 1.0, 0.0], 0.14, 0.4))
        .and(Mask::front());
    let at: Vec3 = [0.0, 0.0, -0.16];
    let stone = Paint::new(main, 0.0, 0.85).with(lines, carved);
    builder.group(0.0);
    builder.block("stone", Frame::at(at), [0.46, 0.70, 0.14], 0.03, &stone).cuts =
        vec![([0.0, 1.0, 0.0], 0.30)];
    builder.disc("stone", facing([0.0, 0.28, -0.16]), 0.46, 0.14, &Paint::new(main, 0.0, 0.85));
    // The cross extends into the round top.
    let groove = Paint::new(carved, 0.0, 0.9);
    slab(builder, "cross", [-0.055, 0.0, -0.06], [0.055, 0.56, 0.015], 0.01, &groove);
    slab(builder, "cross", [-0.18, 0.30, -0.06], [0.18, 0.41, 0.015], 0.01, &groove);
    slab(
        builder,
        "base",
        [-0.60, -0.76, -0.36],
        [0.60, -0.60, 0.06],
        0.03,
        &Paint::new(shade(main, 0.82), 0.0, 0.85),
    );
    let soil = Paint::new([0.38, 0.27, 0.18], 0.0, 0.95);
    builder.ellipsoid("mound", Frame::at([0.0, -0.76, 0.30]), [0.44, 0.16, 0.46], &soil).cuts =
        vec![([0.0, -1.0, 0.0], 0.80)];
    let grass = Paint::new([0.40, 0.62, 0.28], 0.0, 0.9);
    slab(builder, "grass", [-0.66, -0.80, -0.44], [0.66, -0.72, 0.78], 0.03, &grass);
    if look.has(1) {
        let color = look.detail([0.92, 0.26, 0.36]);
        let green = Paint::plain([0.34, 0.60, 0.26]);
        for (x, z, y) in [(-0.22, 0.36, -0.36), (0.02, 0.46, -0.30), (0.24, 0.34, -0.38)] {
            builder.rod("stalk", [0.6 * x, -0.64, z - 0.04], [x, y, z], 0.04, &green);
            flower(builder, [x, y, z + 0.03], 0.12, color);
        }
    }
    if look.has(2) {
        let moss = Paint::new(look.detail([0.40, 0.60, 0.22]), 0.0, 0.95);
        builder.group(0.05);
        for step in -3i8..=1 {
            let (sine, cosine) = (0.42 * f32::from(step) + 0.1).sin_cos();
            let radii = [0.16, 0.085, 0.19];
            let frame = Frame::at([0.44 * sine, 0.28 + 0.44 * cosine, -0.16]).turned([
                0.0,
                0.0,
                -24.0 * f32::from(step),
            ]);
            builder.ellipsoid("moss", frame, radii, &moss);
        }
        for (x, y) in [(-0.40, 0.10), (-0.34, -0.50), (0.40, -0.56)] {
            builder.ellipsoid("moss", Frame::at([x, y, -0.06]), [0.14, 0.12, 0.12], &moss);
        }
        builder.group(0.0);
    }
}
