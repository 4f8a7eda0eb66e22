//! Signpost, street lamp, mailbox and traffic cone.

use super::pieces::lantern;
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, dot, normalize};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::model::palette::{INK, RED, WHITE, YELLOW};
use crate::paint::{Mask, Paint};

/// Adds a board with its middle at `[x, y]` and a point at one side: `side` is 1 for +X and -1 for -X.
fn arrow(builder: &mut Builder, [x, y]: [f32; 2], half: f32, side: f32, color: Vec3) {
    let lines = Mask::band([1.0, 0.0, 0.0], -0.26, 0.26)
        .and(Mask::band([0.0, 1.0, 0.0], -0.035, 0.035))
        .and(Mask::front());
    let paint = Paint::plain(color).with(lines, shade(color, 0.45));
    let board = builder.block("sign", Frame::at([x, y, 0.09]), [half, 0.145, 0.055], 0.02, &paint);
    for up in [-1.0, 1.0] {
        let normal = normalize([side, 0.9 * up, 0.0]);
        board.cuts.push((normal, dot(normal, [x + side * half, y, 0.0])));
    }
}

pub(super) fn signpost(builder: &mut Builder, look: &Look) {
    let main = look.main([0.82, 0.62, 0.36]);
    let wood = Paint::plain(shade(main, 0.72));
    pillar(builder, "post", [0.0, 0.0], [-0.78, 0.72], [0.085, 0.075], &wood);
    builder.sphere("post", [0.0, 0.72, 0.0], 0.08, &wood);
    arrow(builder, [0.17, 0.48], 0.50, 1.0, main);
    arrow(builder, [-0.17, 0.12], 0.50, -1.0, shade(main, 0.90));
    if look.has(1) {
        arrow(builder, [0.14, -0.24], 0.48, 1.0, look.detail([0.86, 0.28, 0.22]));
    }
    let grass = Paint::plain([0.42, 0.66, 0.30]);
    builder.ellipsoid("mound", Frame::at([0.0, -0.78, 0.0]), [0.36, 0.14, 0.34], &grass).cuts =
        vec![([0.0, -1.0, 0.0], 0.80)];
    for (x, z) in [(0.20, 0.12), (-0.18, 0.16)] {
        builder.ellipsoid(
            "stone",
            Frame::at([x, -0.70, z]),
            [0.12, 0.10, 0.11],
            &Paint::plain([0.60, 0.60, 0.62]),
        );
    }
    if look.has(2) {
        let snow = Paint::new([0.97, 0.98, 1.0], 0.0, 0.9);
        builder.group(0.04);
        for (x, y, wide) in [(0.10, 0.63, 0.40), (-0.10, 0.27, 0.40)] {
            builder.ellipsoid("snow", Frame::at([x, y, 0.09]), [wide, 0.065, 0.11], &snow);
        }
        builder.sphere("snow", [0.0, 0.74, 0.0], 0.095, &snow);
        builder.ellipsoid("snow", Frame::at([0.0, -0.72, 0.0]), [0.36, 0.12, 0.34], &snow);
        builder.group(0.0);
    }
}

pub(super) fn street_lamp(builder: &mut Builder, look: &Look) {
    let main = look.main([0.18, 0.24, 0.24]);
    let iron = Paint::new(main, 0.4, 0.45);
    pillar(builder, "foot", [0.0, 0.0], [-0.80, -0.70], [0.28, 0.24], &iron);
    pillar(builder, "foot", [0.0, 0.0], [-0.72, -0.48], [0.17, 0.10], &iron);
    let top = if look.has(1) { 0.30 } else { 0.24 };
    pillar(builder, "post", [0.0, 0.0], [-0.52, top], [0.075, 0.06], &iron);
    for y in [-0.40, 0.04] {
        builder.torus("band", Frame::at([0.0, y, 0.0]), 0.065, 0.045, &iron);
    }
    if look.has(1) {
        builder.rod("arm", [-0.40, 0.16, 0.0], [0.40, 0.16, 0.0], 0.045, &iron);
        builder.cone("tip", [0.0, 0.28, 0.0], [0.0, 0.44, 0.0], 0.08, 0.038, &iron);
        for side in [-1.0, 1.0] {
            lantern(builder, [side * 0.40, 0.14, 0.0], 0.40, &iron);
        }
    } else {
        lantern(builder, [0.0, 0.20, 0.0], 0.42, &iron);
    }
    if look.has(2) {
        let color = look.detail([0.78, 0.18, 0.22]);
        let cloth = Paint::plain(color)
            .with(Mask::ellipsoid([0.0, 0.0, 0.05], [0.10, 0.10, 0.2]), shade(color, 0.4).map(|c| c + 0.55));
        builder.rod("arm", [0.0, 0.06, 0.0], [0.46, 0.06, 0.0], 0.042, &iron);
        let banner =
            builder.block("banner", Frame::at([0.27, -0.22, 0.0]), [0.18, 0.29, 0.042], 0.02, &cloth);
        for side in [-1.0, 1.0] {
            let normal = normalize([side * 0.6, -1.0, 0.0]);
            banner.cuts.push((normal, dot(normal, [0.27, -0.50, 0.0])));
        }
    }
}

pub(super) fn mailbox(builder: &mut Builder, look: &Look) {
    let main = look.main([0.20, 0.44, 0.78]);
    let tin = Paint::glossy(main);
    let wood = Paint::plain([0.70, 0.50, 0.30]);
    slab(builder, "post", [-0.09, -0.80, -0.16], [0.09, 0.04, 0.02], 0.02, &wood);
    builder.rod("brace", [0.0, -0.34, -0.06], [0.0, 0.0, 0.26], 0.055, &wood);
    slab(builder, "shelf", [-0.28, 0.0, -0.58], [0.28, 0.08, 0.46], 0.02, &wood);
    slab(builder, "box", [-0.28, 0.06, -0.60], [0.28, 0.36, 0.46], 0.02, &tin);
    builder.disc("box", super::facing([0.0, 0.36, -0.07]), 0.28, 0.53, &tin);
    let inner = Paint::glossy(shade(main, 0.8));
    slab(builder, "door", [-0.25, 0.10, 0.42], [0.25, 0.36, 0.51], 0.02, &inner);
    builder.disc("door", super::facing([0.0, 0.36, 0.45]), 0.25, 0.06, &inner);
    builder.sphere("knob", [0.0, 0.50, 0.52], 0.055, &Paint::metal([0.90, 0.72, 0.34]));
    let signal = Paint::glossy(if look.has(1) { look.detail(RED) } else { RED });
    if look.has(1) {
        slab(builder, "flag", [0.26, 0.34, 0.04], [0.35, 0.76, 0.13], 0.02, &signal);
        slab(builder, "flag", [0.26, 0.60, -0.20], [0.35, 0.78, 0.13], 0.02, &signal);
    } else {
        slab(builder, "flag", [0.26, 0.28, -0.28], [0.35, 0.37, 0.13], 0.02, &signal);
        slab(builder, "flag", [0.26, 0.28, -0.36], [0.35, 0.46, -0.20], 0.02, &signal);
    }
    builder.sphere("pin", [0.30, 0.33, 0.08], 0.07, &Paint::metal([0.80, 0.82, 0.85]));
    if look.has(2) {
        for (x, y, turn) in [(-0.08, 0.30, 8.0), (0.07, 0.38, -10.0)] {
            let frame = Frame::at([x, y, 0.60]).turned([0.0, 0.0, turn]);
            let fold = Mask::ellipsoid([0.0, 0.10, 0.06], [0.06, 0.06, 0.1]);
            builder.block("letter", frame, [0.17, 0.12, 0.13], 0.01, &Paint::plain(WHITE).with(fold, RED));
        }
    }
}

pub(super) fn traffic_cone(builder: &mut Builder, look: &Look) {
    let main = look.main([0.98, 0.44, 0.10]);
    let band = if look.has(2) { look.detail(YELLOW) } else { WHITE };
    let stripes = if look.has(2) {
        Mask::stripes([0.0, 1.0, 0.0], 0.34, 0.5)
    } else {
        Mask::band([0.0, 1.0, 0.0], -0.12, 0.14).and(Mask::ellipsoid([0.0; 3], [9.0; 3]))
    };
    let rubber = Paint::plain(main).with(stripes, band);
    slab(builder, "foot", [-0.54, -0.80, -0.54], [0.54, -0.66, 0.54], 0.04, &Paint::plain(shade(main, 0.86)));
    pillar(builder, "ring", [0.0, 0.0], [-0.68, -0.58], [0.42, 0.40], &Paint::plain(main));
    let top = if look.has(1) { 0.50 } else { 0.74 };
    pillar(builder, "cone", [0.0, 0.0], [-0.62, top], [0.36, 0.10], &rubber);
    if look.has(1) {
        let light = Paint::glossy(look.detail([1.0, 0.80, 0.20]));
        builder.disc("lamp", Frame::at([0.0, 0.50, 0.0]), 0.15, 0.06, &Paint::plain(INK));
        builder.sphere("lamp", [0.0, 0.62, 0.0], 0.15, &light);
    } else {
        builder.torus("rim", Frame::at([0.0, top - 0.01, 0.0]), 0.08, 0.045, &Paint::plain(main));
    }
}
