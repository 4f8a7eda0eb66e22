//! Tower and castle.

use super::palette::{BLUE, RED, YELLOW};
use super::pieces::{OAK, X, Y, Z, door, flag, masonry};
use super::roofs::{gable, slopes};
use crate::catalog::entry::Look;
use crate::math::Frame;
use crate::model::builder::Builder;
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::paint::{Mask, Paint};

pub(super) fn tower(builder: &mut Builder, look: &Look) {
    let main = look.main([0.72, 0.70, 0.68]);
    let wall = masonry(main);
    let rim = Paint::plain(shade(main, 0.78));
    let top = if look.has(1) {
        0.06
    } else if look.has(2) {
        0.20
    } else {
        0.46
    };
    pillar(builder, "foot", [0.0, 0.0], [-0.80, -0.64], [0.52, 0.46], &rim);
    pillar(builder, "shaft", [0.0, 0.0], [-0.70, top], [0.43, 0.36], &wall);
    pillar(builder, "collar", [0.0, 0.0], [top - 0.08, top + 0.08], [0.36, 0.48], &rim);
    builder.disc("collar", Frame::at([0.0, top + 0.12, 0.0]), 0.48, 0.06, &wall);
    if look.has(1) {
        let color = look.detail(RED);
        let tiles = Paint::plain(color).with(Mask::stripes(Y, 0.16, 0.25), shade(color, 0.75));
        pillar(builder, "roof", [0.0, 0.0], [top + 0.14, 0.77], [0.56, 0.04], &tiles);
        builder.sphere("knob", [0.0, 0.745, 0.0], 0.055, &Paint::metal([0.90, 0.70, 0.32]));
    } else {
        for step in 0..8 {
            let turn = 45.0 * step as f32 + 22.5;
            let (sine, cosine) = turn.to_radians().sin_cos();
            let frame = Frame::at([0.405 * sine, top + 0.25, 0.405 * cosine]).turned([0.0, turn, 0.0]);
            builder.block("merlon", frame, [0.10, 0.09, 0.07], 0.02, &Paint::plain(main));
        }
    }
    door(builder, [0.0, -0.80, 0.44], [0.14, 0.42], OAK);
    let slit = Paint::plain([0.20, 0.18, 0.20]);
    let sill = top - 0.40;
    if !look.has(3) {
        slab(builder, "slit", [-0.07, sill, -0.42], [0.07, sill + 0.22, 0.42], 0.03, &slit);
    }
    slab(builder, "slit", [-0.42, sill, -0.07], [0.42, sill + 0.22, 0.07], 0.03, &slit);
    if look.has(2) {
        let paint = Paint::plain(look.detail(BLUE));
        flag(builder, [0.10, top, 0.0], 0.58, [0.44, 0.26], &paint);
    }
    if look.has(3) {
        balcony(builder, &slit, &Paint::plain(main));
    }
}

/// Adds a balcony with a railing before a dark doorway.
fn balcony(builder: &mut Builder, doorway: &Paint, floor: &Paint) {
    let wood = Paint::plain(OAK);
    slab(builder, "doorway", [-0.12, -0.06, 0.30], [0.12, 0.26, 0.42], 0.03, doorway);
    slab(builder, "balcony", [-0.36, -0.16, 0.20], [0.36, -0.05, 0.70], 0.02, floor);
    slab(builder, "railing", [-0.36, 0.10, 0.60], [0.36, 0.17, 0.68], 0.02, &wood);
    for x in [-0.32, 0.32] {
        slab(builder, "railing", [x - 0.04, 0.10, 0.30], [x + 0.04, 0.17, 0.68], 0.02, &wood);
    }
    for x in [-0.32, -0.11, 0.11, 0.32] {
        slab(builder, "railing", [x - 0.04, -0.08, 0.60], [x + 0.04, 0.12, 0.68], 0.02, &wood);
    }
}

pub(super) fn castle(builder: &mut Builder, look: &Look) {
    let main = look.main([0.78, 0.74, 0.68]);
    let (wall, rim) = (Paint::plain(main), Paint::plain(shade(main, 0.84)));
    let roof = Paint::plain([0.82, 0.38, 0.26]);
    slab(builder, "wall", [-0.54, -0.80, -0.48], [0.54, -0.26, 0.48], 0.02, &wall);
    for (x, z) in [(-0.23, 0.42), (0.0, 0.42), (0.23, 0.42), (-0.23, -0.42), (0.0, -0.42), (0.23, -0.42)] {
        slab(builder, "merlon", [x - 0.075, -0.30, z - 0.07], [x + 0.075, -0.13, z + 0.07], 0.015, &rim);
    }
    for x in [-0.48, 0.48] {
        slab(builder, "merlon", [x - 0.07, -0.30, -0.09], [x + 0.07, -0.13, 0.09], 0.015, &rim);
    }
    for (x, z) in [(-0.56, 0.50), (0.56, 0.50), (-0.56, -0.50), (0.56, -0.50)] {
        pillar(builder, "tower", [x, z], [-0.80, 0.02], [0.19, 0.17], &masonry(main));
        pillar(builder, "roof", [x, z], [0.0, 0.38], [0.235, 0.03], &roof);
    }
    pillar(builder, "keep", [0.0, -0.06], [-0.34, 0.26], [0.29, 0.26], &masonry(main));
    pillar(builder, "roof", [0.0, -0.06], [0.24, 0.74], [0.35, 0.03], &roof);
    let slit = Paint::plain([0.20, 0.18, 0.20]);
    slab(builder, "slit", [-0.06, -0.04, -0.10], [0.06, 0.14, 0.24], 0.03, &slit);
    if look.has(3) {
        let color = look.detail(BLUE);
        let walls = [[-0.25, -0.80, 0.30], [0.25, -0.06, 0.72]];
        slab(builder, "gatehouse", walls[0], walls[1], 0.02, &wall);
        gable(builder, [-0.25, -0.08, 0.30], [0.25, 0.24, 0.72], &[[0.25, -0.06], [0.0, 0.24]], &wall);
        slopes(builder, [0.36, -0.14], [0.0, 0.31], [0.26, 0.78], 0.09, &Paint::plain(color));
        door(builder, [0.0, -0.80, 0.72], [0.16, 0.46], OAK);
    } else {
        let bars = Mask::stripes(X, 0.13, 0.4);
        slab(builder, "gate", [-0.21, -0.80, 0.40], [0.21, -0.38, 0.53], 0.03, &rim);
        let gate = Paint::plain(OAK).with(bars, shade(OAK, 0.6));
        slab(builder, "gate", [-0.15, -0.80, 0.40], [0.15, -0.44, 0.56], 0.03, &gate);
    }
    if look.has(1) {
        let paint = Paint::plain(look.detail(YELLOW));
        flag(builder, [0.0, 0.58, -0.06], 0.21, [0.30, 0.15], &paint);
        for x in [-0.56, 0.56] {
            flag(builder, [x, 0.28, 0.50], 0.30, [0.235, 0.17], &paint);
        }
    }
    if look.has(2) {
        let bank = Mask::band(X, -0.73, 0.73).and(Mask::band(Z, -0.73, 0.73)).outside();
        let water = Paint::glossy([0.25, 0.60, 0.88]).with(bank, [0.42, 0.66, 0.28]);
        slab(builder, "moat", [-0.80, -0.80, -0.80], [0.80, -0.71, 0.80], 0.03, &water);
        let planks = Paint::plain(OAK).with(Mask::stripes(Z, 0.13, 0.3), shade(OAK, 0.65));
        slab(builder, "drawbridge", [-0.17, -0.74, 0.44], [0.17, -0.65, 0.80], 0.02, &planks);
    }
}
