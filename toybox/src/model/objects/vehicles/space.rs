//! Spaceship and hot air balloon.

use super::palette::{INK, RED, WHITE, YELLOW, steel};
use super::pieces::{GLASS, X, Y, Z, middle};
use crate::catalog::entry::Look;
use crate::math::{Frame, dot, normalize};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::paint::{Mask, Paint};

pub(super) fn spaceship(builder: &mut Builder, look: &Look) {
    let main = look.main([0.86, 0.88, 0.92]);
    let accent = if look.color.is_some() { shade(main, 0.5) } else { [0.24, 0.40, 0.82] };
    let hull = Paint::glossy(main).with(Mask::stripes(Z, 0.50, 0.16), shade(main, 0.7));
    let nose = Paint::glossy(main).with(Mask::band(Y, 0.44, 9.0), accent);
    builder.group(0.06);
    builder.cone("hull", [0.0, -0.06, -0.20], [0.0, -0.12, 0.66], 0.25, 0.085, &nose);
    builder.ellipsoid("hull", Frame::at([0.0, -0.04, -0.26]), [0.30, 0.22, 0.44], &hull);
    builder.group(0.0);
    let canopy = Paint::new([0.30, 0.72, 0.90], 0.0, GLASS.roughness)
        .with(Mask::ellipsoid([-0.06, 0.14, 0.10], [0.05, 0.10, 0.12]), WHITE);
    builder.ellipsoid(
        "canopy",
        Frame::at([0.0, 0.13, 0.06]).turned([14.0, 0.0, 0.0]),
        [0.16, 0.16, 0.30],
        &canopy,
    );
    let panel = Paint::glossy(main).with(Mask::band(X, 0.16, 0.30).mirrored(), accent);
    for side in [-1.0, 1.0] {
        let wing =
            builder.block("wing", Frame::at([side * 0.46, -0.08, -0.26]), [0.32, 0.055, 0.40], 0.03, &panel);
        let swept = normalize([side * 0.75, 0.0, 0.66]);
        wing.cuts.push((swept, dot(swept, [side * 0.30, 0.0, 0.12])));
        let fin = builder.block(
            "fin",
            Frame::at([side * 0.74, 0.04, -0.42]),
            [0.05, 0.24, 0.24],
            0.03,
            &Paint::glossy(accent),
        );
        let slope = normalize([0.0, 0.6, 0.8]);
        fin.cuts.push((slope, dot(slope, [0.0, 0.24, -0.38])));
        builder.disc(
            "engine",
            facing([side * 0.34, 0.02, -0.52]),
            0.155,
            0.20,
            &Paint::metal([0.46, 0.48, 0.54]),
        );
        let glow = Paint::new([0.46, 0.94, 1.0], 0.0, 0.4).with(middle(0.07), WHITE);
        builder.disc("glow", facing([side * 0.34, 0.02, -0.72]), 0.115, 0.04, &glow);
    }
    if look.has(1) {
        let paint = Paint::metal(look.detail([0.62, 0.20, 0.22]));
        for side in [-1.0, 1.0] {
            builder.rod("laser", [side * 0.62, -0.10, -0.40], [side * 0.62, -0.10, 0.42], 0.055, &paint);
            builder.disc("laser", facing([side * 0.62, -0.10, 0.40]), 0.085, 0.06, &Paint::glossy(RED));
        }
    }
    if look.has(2) {
        let fire = Paint::new([0.40, 0.76, 1.0], 0.0, 0.9).with(Mask::band(Y, -9.0, 0.04), WHITE);
        for side in [-1.0, 1.0] {
            builder.cone("flame", [side * 0.34, 0.02, -0.68], [side * 0.34, 0.02, -0.76], 0.10, 0.04, &fire);
        }
        builder.disc("engine", facing([0.0, -0.02, -0.62]), 0.16, 0.12, &steel());
        builder.cone("flame", [0.0, -0.02, -0.66], [0.0, -0.02, -0.76], 0.12, 0.04, &fire);
    }
    if look.has(3) {
        for (x, z) in [(-0.24, -0.40), (0.24, -0.40), (0.0, 0.36)] {
            builder.rod("leg", [0.8 * x, -0.16, z], [x, -0.52, z], 0.05, &steel());
            builder.disc("pad", Frame::at([x, -0.54, z]), 0.12, 0.045, &Paint::plain([0.30, 0.31, 0.35]));
        }
    }
}

pub(super) fn hot_air_balloon(builder: &mut Builder, look: &Look) {
    let main = look.main([0.90, 0.26, 0.22]);
    let other = if look.color.is_some() { shade(main, 0.4).map(|c| c + 0.55) } else { YELLOW };
    let other = if look.has(1) { look.detail([0.24, 0.50, 0.86]) } else { other };
    let gores = Mask::Sectors { count: 5.0, twist: 0.0 };
    let silk = Paint::plain(main).with(gores.clone(), other);
    builder.group(0.10);
    builder.ellipsoid("envelope", Frame::at([0.0, 0.26, 0.0]), [0.56, 0.53, 0.56], &silk);
    pillar(builder, "envelope", [0.0, 0.0], [-0.34, 0.0], [0.20, 0.46], &silk);
    builder.group(0.0);
    builder.torus("skirt", Frame::at([0.0, -0.34, 0.0]), 0.19, 0.045, &Paint::plain(shade(main, 0.6)));
    let wicker =
        Paint::new([0.76, 0.54, 0.30], 0.0, 0.9).with(Mask::stripes(Y, 0.11, 0.4), [0.60, 0.40, 0.20]);
    slab(builder, "basket", [-0.19, -0.80, -0.19], [0.19, -0.56, 0.19], 0.04, &wicker);
    let rope = Paint::plain([0.56, 0.38, 0.22]);
    for (x, z) in [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] {
        builder.rod("rope", [0.16 * x, -0.60, 0.16 * z], [0.14 * x, -0.34, 0.14 * z], 0.037, &rope);
    }
    let rim = Frame::at([0.0, -0.57, 0.0]);
    builder.block("rim", rim, [0.22, 0.045, 0.22], 0.04, &rope);
    builder.block("inside", Frame::at([0.0, -0.55, 0.0]), [0.14, 0.04, 0.14], 0.01, &Paint::plain(INK));
    if look.has(2) {
        let color = look.detail([0.96, 0.93, 0.84]);
        let sack = Paint::new(color, 0.0, 0.9);
        for [x, z] in [[0.22, 0.10], [-0.22, 0.10], [0.10, 0.22], [-0.10, 0.22]] {
            builder.ellipsoid("sandbag", Frame::at([x, -0.67, z]), [0.085, 0.12, 0.085], &sack);
        }
    }
    if look.has(3) {
        let fire = Paint::new([1.0, 0.60, 0.12], 0.0, 0.9);
        builder.disc("burner", Frame::at([0.0, -0.50, 0.0]), 0.085, 0.06, &steel());
        builder.cone("flame", [0.0, -0.44, 0.0], [0.0, -0.28, 0.0], 0.085, 0.045, &fire);
    }
}
