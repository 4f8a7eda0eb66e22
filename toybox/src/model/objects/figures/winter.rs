//! The snowman.

use crate::catalog::entry::Look;
use crate::math::Frame;
use crate::model::builder::Builder;
use crate::model::objects::pieces::{pillar, shade};
use crate::model::palette::{INK, RED, WHITE};
use crate::paint::{Mask, Paint};

pub(super) fn snowman(builder: &mut Builder, look: &Look) {
    let main = look.main([0.95, 0.97, 1.0]);
    let snow = Paint::new(main, 0.0, 0.8);
    let coal = Paint::plain(INK);
    builder.group(0.03);
    builder.ellipsoid("snow", Frame::at([0.0, -0.45, 0.0]), [0.42, 0.35, 0.42], &snow);
    builder.ellipsoid("snow", Frame::at([0.0, -0.02, 0.0]), [0.33, 0.29, 0.33], &snow);
    builder.sphere("snow", [0.0, 0.35, 0.0], 0.25, &snow);
    builder.group(0.0);
    for (y, z) in [(0.10, 0.305), (-0.05, 0.33), (-0.34, 0.41)] {
        builder.sphere("button", [0.0, y, z], 0.052, &coal);
    }
    for x in [-0.095, 0.095] {
        builder.sphere("eye", [x, 0.43, 0.215], 0.048, &coal);
    }
    builder.cone(
        "nose",
        [0.0, 0.35, 0.22],
        [0.0, 0.32, 0.48],
        0.07,
        0.036,
        &Paint::plain([0.97, 0.50, 0.12]),
    );
    for step in -2i8..=2 {
        let (sine, cosine) = (0.32 * f32::from(step)).sin_cos();
        let y = 0.25 - 0.05 * (cosine - 0.8) / 0.2;
        builder.sphere("mouth", [0.22 * sine, y, 0.215 * cosine + 0.005], 0.036, &coal);
    }
    let twig = Paint::plain([0.42, 0.28, 0.17]);
    for side in [-1.0, 1.0] {
        let hand = [side * 0.68, 0.26, 0.06];
        builder.rod("arm", [side * 0.26, 0.04, 0.02], hand, 0.045, &twig);
        builder.rod("twig", [side * 0.58, 0.20, 0.05], [side * 0.72, 0.12, 0.10], 0.037, &twig);
        builder.rod("twig", [side * 0.60, 0.21, 0.05], [side * 0.60, 0.36, 0.06], 0.037, &twig);
    }
    if look.has(1) {
        let color = look.detail(RED);
        let wool = Paint::new(color, 0.0, 0.9);
        let bands = wool.clone().with(Mask::stripes([0.0, 1.0, 0.0], 0.15, 0.4), WHITE);
        builder.torus("scarf", Frame::at([0.0, 0.16, 0.0]), 0.25, 0.075, &wool);
        builder.cone("scarf", [0.15, 0.13, 0.25], [0.22, -0.20, 0.36], 0.075, 0.085, &bands);
    }
    if look.has(2) {
        let color = look.detail([0.36, 0.40, 0.46]);
        let tin =
            Paint::new(color, 0.4, 0.4).with(Mask::stripes([0.0, 1.0, 0.0], 0.24, 0.2), shade(color, 0.7));
        pillar(builder, "bucket", [0.0, 0.0], [0.50, 0.78], [0.25, 0.17], &tin);
        builder.torus("bucket", Frame::at([0.0, 0.52, 0.0]), 0.25, 0.045, &tin);
    } else {
        let felt = Paint::new([0.14, 0.13, 0.17], 0.0, 0.6);
        let band = felt.clone().with(Mask::band([0.0, 1.0, 0.0], -9.0, -0.05), RED);
        builder.disc("brim", Frame::at([0.0, 0.55, 0.0]), 0.27, 0.035, &felt);
        pillar(builder, "hat", [0.0, 0.0], [0.54, 0.79], [0.175, 0.165], &band);
    }
    if look.has(3) {
        let straw = Paint::new([0.90, 0.72, 0.34], 0.0, 0.9)
            .with(Mask::Sectors { count: 7.0, twist: 0.0 }, [0.76, 0.56, 0.22]);
        builder.rod("broom", [0.66, -0.50, 0.08], [0.66, 0.52, 0.08], 0.042, &twig);
        pillar(builder, "broom", [0.66, 0.08], [-0.78, -0.44], [0.13, 0.06], &straw);
    }
}
