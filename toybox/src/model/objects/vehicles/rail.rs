//! Locomotive.

use super::palette::{INK, RED, WHITE, brass, steel};
use super::pieces::{Y, glazed, headlight, middle};
use crate::catalog::entry::Look;
use crate::math::{Frame, normalize};
use crate::model::builder::{Builder, facing, sideways};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::paint::{Mask, Paint};

const AXLE: f32 = -0.50;

pub(super) fn train(builder: &mut Builder, look: &Look) {
    let main = look.main([0.10, 0.50, 0.42]);
    let dark = Paint::plain([0.20, 0.21, 0.24]);
    let boiler = Paint::glossy(main).with(Mask::stripes(Y, 0.34, 0.16), shade(main, 0.6));
    builder.disc("boiler", facing([0.0, -0.02, 0.14]), 0.29, 0.46, &boiler);
    let face = dark.clone().with(middle(0.20), [0.34, 0.35, 0.39]).with(middle(0.06), [0.90, 0.70, 0.32]);
    builder.disc("smokebox", facing([0.0, -0.02, 0.58]), 0.31, 0.09, &face);
    headlight(builder, [0.0, 0.31, 0.61], 0.10);
    builder.rod("bracket", [0.0, 0.20, 0.54], [0.0, 0.31, 0.58], 0.05, &steel());
    builder.sphere("dome", [0.0, 0.24, 0.10], 0.15, &brass());
    let cab = glazed(Paint::glossy(main), [0.06, 0.30], [0.24, 0.18]);
    builder.block("cab", Frame::at([0.0, 0.14, -0.48]), [0.36, 0.46, 0.27], 0.03, &cab);
    builder.block("roof", Frame::at([0.0, 0.62, -0.46]), [0.43, 0.07, 0.33], 0.07, &Paint::plain(RED));
    slab(builder, "deck", [-0.40, -0.38, -0.78], [0.40, -0.27, 0.62], 0.03, &Paint::plain(RED));
    slab(builder, "frame", [-0.26, -0.52, -0.72], [0.26, -0.34, 0.52], 0.03, &dark);
    let wheel = Paint::plain(RED).with(middle(0.15).and(middle(0.09).outside()), shade(RED, 0.55));
    for z in [-0.52, -0.08, 0.36] {
        for x in [-0.34, 0.34] {
            builder.disc("wheel", sideways([x, AXLE, z]), 0.20, 0.07, &wheel);
        }
    }
    for x in [-0.42, 0.42] {
        builder.rod("coupling rod", [x, AXLE, -0.52], [x, AXLE, 0.36], 0.04, &steel());
    }
    chimney(
        builder,
        match look.feature {
            1 => 0.40,
            3 => 0.79,
            _ => 0.52,
        },
        &dark,
    );
    if look.has(1) {
        let smoke = Paint::new(WHITE, 0.0, 0.9);
        builder.group(0.04);
        for (center, radius) in [
            ([0.0, 0.46, 0.38], 0.12),
            ([0.10, 0.55, 0.34], 0.15),
            ([0.24, 0.60, 0.24], 0.19),
            ([0.42, 0.58, 0.10], 0.16),
        ] {
            builder.sphere("smoke", center, radius, &smoke);
        }
        builder.group(0.0);
    }
    if look.has(2) {
        wedge(builder, "plow", [0.46, -0.14], &Paint::glossy(look.detail([0.96, 0.62, 0.15])));
    } else {
        wedge(
            builder,
            "cowcatcher",
            [0.34, -0.38],
            &Paint::plain(RED).with(Mask::stripes([1.0, 0.0, 0.0], 0.13, 0.4), INK),
        );
    }
}

fn chimney(builder: &mut Builder, top: f32, paint: &Paint) {
    pillar(builder, "chimney", [0.0, 0.38], [0.20, top - 0.06], [0.09, 0.13], paint);
    builder.disc("chimney", Frame::at([0.0, top - 0.05, 0.38]), 0.17, 0.045, &brass());
}

/// Adds the wedge that pushes obstacles off the rails.
fn wedge(builder: &mut Builder, name: &'static str, [half, top]: [f32; 2], paint: &Paint) {
    let (low, tip) = (-0.70, 0.79);
    let middle = Frame::at([0.0, 0.5 * (low + top), 0.60]);
    let part = builder.block(name, middle, [half, 0.5 * (top - low), 0.19], 0.01, paint);
    for side in [-1.0, 1.0] {
        let normal = normalize([side * 0.52, 0.28, 0.80]);
        part.cuts.push((normal, normal[1] * low + normal[2] * tip));
    }
}
