//! Baked goods.

use std::f32::consts::TAU;

use super::pieces::{bite, without};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{against, around, pillar, shade};
use crate::model::palette::{CREAM, RED, WHITE};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

const DOUGH: Vec3 = [0.86, 0.62, 0.34];
/// Three colors of sugar.
const SUGAR: [Vec3; 3] = [[0.99, 0.84, 0.25], [0.30, 0.72, 0.90], [0.97, 0.97, 0.95]];

pub(super) fn cake(builder: &mut Builder, look: &Look) {
    let main = look.main([0.98, 0.70, 0.80]);
    let frosting = Paint::glossy(main);
    pillar(builder, "plate", [0.0, 0.0], [-0.80, -0.71], [0.62, 0.78], &Paint::glossy(WHITE));
    let keep = [([1.0, 0.0, 0.0], 0.04), ([0.0, 0.0, 1.0], 0.04)];
    let sliced = look.has(3);
    let sponge =
        Paint::plain([0.95, 0.80, 0.52]).with(Mask::band([0.0, 1.0, 0.0], -0.03, 0.035), shade(main, 0.85));
    // Heights of foot and top, radius, and number of drips.
    for (low, high, radius, drips) in [(-0.74, -0.24, 0.64, 9), (-0.20, 0.20, 0.42, 7)] {
        without(builder, if sliced { &keep } else { &[] }, 0.0, None, |builder| {
            pillar(
                builder,
                "sponge",
                [0.0, 0.0],
                [low, high - 0.02],
                [radius - 0.04, radius - 0.04],
                &sponge,
            );
            pillar(
                builder,
                "frosting",
                [0.0, 0.0],
                [high - 0.14, high + 0.06],
                [radius, radius - 0.01],
                &frosting,
            );
        });
        builder.group(0.0);
        for (index, [x, z]) in around(drips, 0.5).enumerate() {
            if sliced && x > 0.0 && z > 0.0 {
                continue;
            }
            let reach = radius - 0.035;
            let drop = if index % 2 == 0 { 0.26 } else { 0.18 };
            builder.rod(
                "drip",
                [reach * x, high - 0.06, reach * z],
                [reach * x, high - drop, reach * z],
                0.075,
                &frosting,
            );
        }
    }
    builder.group(0.0);
    if look.has(1) {
        let wax = Paint::plain(look.detail([0.36, 0.66, 0.92]))
            .with(Mask::stripes([0.0, 1.0, 0.1], 0.12, 0.5), WHITE);
        for [x, z] in around(5, 0.0) {
            let place = [0.27 * x, 0.27 * z];
            pillar(builder, "candle", place, [0.20, 0.56], [0.055, 0.055], &wax);
            flame(builder, [place[0], 0.60, place[1]]);
        }
    }
    if look.has(2) {
        builder.torus("cream", Frame::at([0.0, 0.28, 0.0]), 0.13, 0.085, &Paint::plain(WHITE));
        cherry(builder, [0.0, 0.42, 0.0], 0.17, look.detail(RED));
    }
    if sliced {
        builder.group(0.0);
        let berry = Paint::glossy(RED);
        for place in [[-0.24, 0.28, 0.0], [0.0, 0.28, -0.24], [-0.20, 0.28, -0.22]] {
            builder.sphere("berry", place, 0.085, &berry);
        }
    }
}

fn flame(builder: &mut Builder, [x, y, z]: Vec3) {
    let fire =
        Paint::glossy([1.0, 0.78, 0.20]).with(Mask::ellipsoid([0.0; 3], [0.06; 3]), [0.98, 0.48, 0.12]);
    builder.cone("flame", [x, y, z], [x, y + 0.10, z], 0.065, 0.03, &fire);
}

fn cherry(builder: &mut Builder, [x, y, z]: Vec3, radius: f32, color: Vec3) {
    builder.sphere("cherry", [x, y, z], radius, &Paint::glossy(color));
    let tip = [x + 0.10, y + radius + 0.08, z];
    builder.chain(
        "stalk",
        &[([x, y + 0.8 * radius, z], 0.042), (tip, 0.045)],
        &Paint::plain([0.35, 0.50, 0.20]),
    );
}

/// Adds a donut that stands upright with its icing to the front.
pub(super) fn donut(builder: &mut Builder, look: &Look) {
    let main = look.main([0.97, 0.50, 0.70]);
    let deepest = [0.32, 0.24, 0.0];
    let keep = if look.has(2) { bite(deepest, [0.86, 0.66, 0.15], 0.05) } else { Vec::new() };
    let icing = Paint::glossy(main);
    let mut dough = Paint::plain(DOUGH);
    for (index, [x, z]) in around(11, 0.3).enumerate() {
        let reach = if index % 2 == 0 { 0.76 } else { 0.74 };
        dough = dough.with(Mask::ellipsoid([reach * x, 0.07, reach * z], [0.12, 0.17, 0.12]), main);
    }
    without(builder, &keep, 0.0, Some([0.98, 0.86, 0.58]), |builder| {
        builder.torus("dough", facing([0.0, 0.0, -0.04]), 0.50, 0.28, &dough);
        builder.torus("icing", facing([0.0, 0.0, 0.03]), 0.50, 0.27, &icing).cuts =
            vec![([0.0, 0.0, -1.0], -0.03)];
    });
    builder.group(0.0);
    // Places on the icing: position around the ring, and offset from the middle of the dough.
    if look.has(1) {
        for index in 0..16 {
            let across = [-0.12, 0.09, 0.0][index % 3];
            let (place, normal) = on_ring(index as f32 / 16.0, across);
            let turn = [20.0, 75.0, -40.0, -75.0, 50.0][index % 5];
            let frame = against(place, normal).turned([0.0, turn, 0.0]);
            let [a, b] = [-0.055, 0.055].map(|along| frame.to_object([along, 0.0, 0.0]));
            builder.rod("sprinkle", a, b, 0.05, &Paint::glossy(look.detail(SUGAR[index % 3])));
        }
    }
    if look.has(3) {
        let cream = Paint::glossy(look.detail([0.42, 0.24, 0.14]));
        let turn =
            |index: usize| on_ring(index as f32 / 16.0, if index.is_multiple_of(2) { -0.17 } else { 0.17 }).0;
        for index in 0..16 {
            let (middle, _) = on_ring((index as f32 + 0.5) / 16.0, 0.0);
            builder.rod("drizzle", turn(index), middle, 0.05, &cream);
            builder.rod("drizzle", middle, turn(index + 1), 0.05, &cream);
        }
    }
}

/// Returns a place on a donut's icing and its normal. `turn` is the position around the ring in turns,
/// `across` the outward offset.
fn on_ring(turn: f32, across: f32) -> (Vec3, Vec3) {
    let (x, y) = (turn * TAU).sin_cos();
    let height = (0.27f32 * 0.27 - across * across).sqrt();
    ([(0.50 + across) * x, (0.50 + across) * y, 0.03 + height], [across * x, across * y, height])
}

pub(super) fn cupcake(builder: &mut Builder, look: &Look) {
    let main = look.main([0.98, 0.62, 0.76]);
    let paper =
        Paint::plain([0.36, 0.70, 0.78]).with(Mask::Sectors { count: 14.0, twist: 0.0 }, [0.86, 0.95, 0.95]);
    pillar(builder, "paper", [0.0, 0.0], [-0.80, -0.22], [0.40, 0.58], &paper);
    pillar(builder, "cake", [0.0, 0.0], [-0.30, -0.15], [0.54, 0.52], &Paint::plain(DOUGH));
    let cream = Paint::glossy(main);
    builder.group(0.02);
    for (y, major, minor, lean) in
        [(-0.10, 0.44, 0.19, 4.0), (0.13, 0.30, 0.17, -5.0), (0.33, 0.16, 0.15, 5.0)]
    {
        builder.torus("frosting", Frame::at([0.0, y, 0.0]).turned([lean, 0.0, lean]), major, minor, &cream);
    }
    pillar(builder, "frosting", [0.0, 0.0], [-0.24, 0.36], [0.46, 0.14], &cream);
    builder.cone("frosting", [0.0, 0.38, 0.0], [0.03, 0.58, 0.0], 0.13, 0.05, &cream);
    builder.group(0.0);
    if look.has(1) {
        cherry(builder, [0.0, 0.48, 0.0], 0.19, look.detail(RED));
    }
    if look.has(2) {
        let rings = [(7usize, 0.0, 0.565, -0.01), (6, 0.4, 0.41, 0.21), (4, 0.2, 0.25, 0.41)];
        for (ring, (count, phase, radius, y)) in rings.into_iter().enumerate() {
            for (index, [x, z]) in around(count, phase).enumerate() {
                let frame = against([radius * x, y, radius * z], [x, 0.7, z]);
                let frame = frame.turned([0.0, [30.0, -50.0, 80.0][index % 3], 0.0]);
                let [a, b] = [-0.06, 0.06].map(|along| frame.to_object([along, 0.02, 0.0]));
                builder.rod("sprinkle", a, b, 0.043, &Paint::glossy(look.detail(SUGAR[(index + ring) % 3])));
            }
        }
    }
    if look.has(3) {
        let wax = Paint::plain(look.detail([0.36, 0.52, 0.92]))
            .with(Mask::stripes([0.0, 1.0, 0.3], 0.11, 0.5), WHITE);
        pillar(builder, "candle", [0.0, 0.0], [0.36, 0.64], [0.08, 0.08], &wax);
        flame(builder, [0.0, 0.67, 0.0]);
    }
}

pub(super) fn burger(builder: &mut Builder, look: &Look) {
    let main = look.main([0.87, 0.58, 0.26]);
    let bun = Paint::plain(main);
    let rounded =
        |half_height: f32, low: f32, high: f32| Shape::Stump { half_height, low, high, rounding: 0.085 };
    builder.add("bun", rounded(0.15, 0.58, 0.66), Frame::at([0.0, -0.65, 0.0]), &bun);
    let lettuce = Paint::plain([0.46, 0.74, 0.26]);
    builder.group(0.03);
    pillar(builder, "lettuce", [0.0, 0.0], [-0.52, -0.43], [0.68, 0.68], &lettuce);
    for (index, [x, z]) in around(9, 0.0).enumerate() {
        let dip = if index % 2 == 0 { -0.04 } else { 0.0 };
        builder.ellipsoid(
            "lettuce",
            Frame::at([0.65 * x, -0.48 + dip, 0.65 * z]),
            [0.14, 0.065, 0.14],
            &lettuce,
        );
    }
    builder.group(0.0);
    let meat = Paint::plain([0.42, 0.23, 0.14]);
    builder.add("patty", rounded(0.125, 0.68, 0.68), Frame::at([0.0, -0.33, 0.0]), &meat);
    let tomato = Paint::glossy([0.86, 0.20, 0.15]);
    pillar(builder, "tomato", [0.0, 0.0], [-0.23, -0.12], [0.63, 0.63], &tomato);
    let middle = [0.0, -0.13, 0.0];
    builder.ellipsoid("bun", Frame::at(middle), [0.70, 0.58, 0.70], &bun).cuts =
        vec![([0.0, -1.0, 0.0], 0.13)];
    if look.has(1) {
        let cheese = Paint::plain(look.detail([1.0, 0.76, 0.16]));
        builder.group(0.04);
        pillar(builder, "cheese", [0.0, 0.0], [-0.26, -0.16], [0.72, 0.71], &cheese);
        for (index, [x, z]) in around(7, 0.3).enumerate() {
            let low = if index % 2 == 0 { -0.42 } else { -0.34 };
            builder.cone(
                "cheese",
                [0.64 * x, -0.22, 0.64 * z],
                [0.70 * x, low, 0.70 * z],
                0.10,
                0.055,
                &cheese,
            );
        }
        builder.group(0.0);
    }
    if look.has(2) {
        let seed = Paint::plain(CREAM);
        for (count, phase, rise) in [(1, 0.0, 1.0f32), (6, 0.0, 0.80), (8, 0.5, 0.42)] {
            for [x, z] in around(count, phase) {
                let flat = (1.0 - rise * rise).sqrt();
                let place = [0.70 * flat * x, middle[1] + 0.58 * rise, 0.70 * flat * z];
                let frame = Frame::towards(
                    place,
                    [1.6 * place[0], place[1] + 0.5 * rise, 1.6 * place[2]],
                    [x, 0.3, z],
                );
                builder.ellipsoid("seed", frame, [0.05, 0.042, 0.08], &seed);
            }
        }
    }
    if look.has(3) {
        builder.rod("stick", [0.0, 0.36, 0.0], [0.0, 0.755, 0.0], 0.042, &Paint::plain([0.80, 0.62, 0.38]));
        let cloth = Paint::plain(look.detail([0.24, 0.56, 0.86]));
        builder.block("flag", Frame::at([0.17, 0.63, 0.0]), [0.18, 0.12, 0.042], 0.02, &cloth);
    }
}
