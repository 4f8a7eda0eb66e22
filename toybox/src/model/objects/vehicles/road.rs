//! Car, truck and bus.

use super::palette::{CREAM, INK, RED, YELLOW, steel};
use super::pieces::{GLASS, X, Y, Z, axle, glazed, headlight, middle};
use crate::catalog::entry::Look;
use crate::math::Frame;
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{shade, slab};
use crate::paint::{Mask, Paint};

/// Height of the ground under the wheels of all three vehicles.
const GROUND: f32 = -0.62;

pub(super) fn car(builder: &mut Builder, look: &Look) {
    let main = look.main([0.90, 0.22, 0.18]);
    let body = Paint::glossy(main);
    builder.group(0.05);
    builder.block("body", Frame::at([0.0, -0.25, 0.0]), [0.43, 0.18, 0.75], 0.15, &body);
    let cabin = glazed(body.clone(), [-0.10, 0.17], [0.27, 0.31])
        .with(Mask::band(Z, -0.04, 0.04).and(Mask::band(X, -0.30, 0.30).outside()), main);
    builder.block("cabin", Frame::at([0.0, 0.06, -0.12]), [0.37, 0.31, 0.43], 0.15, &cabin);
    for (x, z) in [(-0.41, 0.45), (0.41, 0.45), (-0.41, -0.45), (0.41, -0.45)] {
        builder.ellipsoid("fender", Frame::at([x, -0.24, z]), [0.13, 0.19, 0.29], &body);
    }
    builder.group(0.0);
    for z in [-0.45, 0.45] {
        axle(builder, [GROUND + 0.21, z], 0.42, [0.21, 0.10], &Paint::plain(CREAM));
        let end = if z > 0.0 { 0.74 } else { -0.74 };
        builder.rod("bumper", [-0.36, -0.39, end], [0.36, -0.39, end], 0.05, &steel());
    }
    for x in [-0.27, 0.27] {
        headlight(builder, [x, -0.21, 0.74], 0.10);
        builder.disc("tail light", facing([x, -0.21, -0.74]), 0.07, 0.04, &Paint::glossy([0.98, 0.45, 0.20]));
    }
    if look.has(1) {
        for x in [-0.26, 0.26] {
            let rail = [[x, 0.33, -0.46], [x, 0.48, -0.40], [x, 0.48, 0.16], [x, 0.33, 0.22]];
            builder.chain("rack", &rail.map(|point| (point, 0.04)), &steel());
        }
        for z in [-0.40, -0.12, 0.16] {
            builder.rod("rack", [-0.26, 0.48, z], [0.26, 0.48, z], 0.04, &steel());
        }
    }
    if look.has(2) {
        let paint = Paint::glossy(look.detail([0.16, 0.17, 0.20]));
        slab(builder, "spoiler", [-0.46, 0.14, -0.79], [0.46, 0.23, -0.54], 0.04, &paint);
        for x in [-0.30, 0.30] {
            slab(builder, "spoiler", [x - 0.05, -0.14, -0.71], [x + 0.05, 0.18, -0.59], 0.02, &paint);
        }
    }
    if look.has(3) {
        let color = look.detail(YELLOW);
        let stripe = Mask::band(X, -0.035, 0.035);
        let board = Paint::glossy(color).with(stripe, shade(color, 0.6));
        builder.ellipsoid("surfboard", Frame::at([0.0, 0.42, -0.06]), [0.20, 0.06, 0.70], &board);
        slab(builder, "fin", [-0.04, 0.40, -0.68], [0.04, 0.58, -0.54], 0.03, &board);
    }
}

pub(super) fn truck(builder: &mut Builder, look: &Look) {
    let main = look.main([0.20, 0.58, 0.80]);
    let (body, dark) = (Paint::glossy(main), Paint::plain([0.24, 0.24, 0.27]));
    slab(builder, "chassis", [-0.30, -0.46, -0.78], [0.30, -0.28, 0.70], 0.03, &dark);
    builder.group(0.04);
    let cab = glazed(body.clone(), [0.04, 0.28], [0.31, 0.17]);
    builder.block("cab", Frame::at([0.0, 0.06, 0.33]), [0.40, 0.41, 0.26], 0.09, &cab);
    builder.block("hood", Frame::at([0.0, -0.16, 0.62]), [0.36, 0.20, 0.15], 0.08, &body);
    for x in [-0.36, 0.36] {
        builder.ellipsoid("fender", Frame::at([x, -0.30, 0.54]), [0.12, 0.15, 0.25], &body);
    }
    builder.group(0.0);
    let grill = steel().with(Mask::stripes(X, 0.11, 0.45), INK);
    slab(builder, "grill", [-0.16, -0.28, 0.68], [0.16, -0.04, 0.79], 0.03, &grill);
    slab(builder, "bumper", [-0.42, -0.46, 0.62], [0.42, -0.35, 0.79], 0.04, &steel());
    for x in [-0.26, 0.26] {
        headlight(builder, [x, -0.16, 0.75], 0.085);
    }
    for z in [0.53, -0.20, -0.58] {
        axle(builder, [GROUND + 0.20, z], 0.35, [0.20, 0.10], &Paint::plain(CREAM));
    }
    let planks = Paint::plain([0.86, 0.66, 0.40]).with(Mask::stripes(Y, 0.16, 0.25), [0.68, 0.48, 0.27]);
    let bed = builder.block("bed", Frame::at([0.0, -0.02, -0.37]), [0.38, 0.24, 0.37], 0.03, &planks);
    bed.skin = Some(0.045);
    bed.cuts.push((Y, 0.06));
    if look.has(1) {
        let color = look.detail([0.95, 0.55, 0.16]);
        let ribs = Mask::stripes(Z, 0.14, 0.4).and(Mask::band(Y, -0.34, 0.34));
        let paint = Paint::plain(color).with(ribs, shade(color, 0.75));
        slab(builder, "container", [-0.44, -0.26, -0.79], [0.44, 0.56, 0.04], 0.03, &paint);
    }
    if look.has(2) {
        let ring = middle(0.12).and(middle(0.07).outside());
        let bark = Paint::plain([0.50, 0.32, 0.18])
            .with(Mask::band(Y, -0.40, 0.40).outside(), [0.88, 0.68, 0.42])
            .with(ring, [0.72, 0.50, 0.28]);
        for (x, y) in [(-0.19, -0.02), (0.19, -0.02), (-0.20, 0.34), (0.20, 0.34), (0.0, 0.59)] {
            builder.disc("log", facing([x, y, -0.36]), 0.20, 0.42, &bark);
        }
    }
    if look.has(3) {
        crane(builder, &Paint::plain(look.detail(YELLOW)));
    }
}

/// Adds a crane on the truck's bed, with its boom over the cab.
fn crane(builder: &mut Builder, paint: &Paint) {
    builder.disc("crane", Frame::at([0.0, -0.10, -0.45]), 0.24, 0.16, paint);
    let arm = [([0.0, 0.0, -0.45], 0.10), ([0.0, 0.42, -0.58], 0.09), ([0.0, 0.71, 0.52], 0.065)];
    builder.chain("crane", &arm, paint);
    builder.rod("cable", [0.0, 0.70, 0.52], [0.0, 0.30, 0.70], 0.04, &steel());
    builder.sphere("hook", [0.0, 0.28, 0.70], 0.09, &Paint::plain(RED));
}

pub(super) fn bus(builder: &mut Builder, look: &Look) {
    let main = look.main([0.99, 0.71, 0.14]);
    // The body is shorter if the bus has a long nose.
    let front = if look.has(3) { 0.46 } else { 0.78 };
    let (half, center) = (0.5 * (front + 0.78), 0.5 * (front - 0.78));
    let body = coach(main, [0.02, 0.26], half).with(Mask::band(Y, -0.13, -0.07), shade(main, 0.35));
    builder.group(0.03);
    builder.block("body", Frame::at([0.0, -0.02, center]), [0.39, 0.44, half], 0.10, &body);
    if look.has(3) {
        let paint = Paint::glossy(main);
        builder.block("nose", Frame::at([0.0, -0.22, 0.58]), [0.35, 0.22, 0.20], 0.10, &paint);
    }
    builder.group(0.0);
    let face = if look.has(3) { "grill" } else { "plate" };
    let grill = steel().with(Mask::stripes(X, 0.11, 0.45), INK);
    slab(builder, face, [-0.14, -0.34, 0.70], [0.14, -0.16, 0.795], 0.03, &grill);
    for x in [-0.25, 0.25] {
        headlight(builder, [x, -0.24, 0.75], 0.085);
        builder.disc("tail light", facing([x, -0.24, -0.75]), 0.07, 0.045, &Paint::glossy(RED));
    }
    for z in [-0.46, 0.44] {
        axle(builder, [GROUND + 0.20, z], 0.34, [0.20, 0.10], &Paint::plain(CREAM));
    }
    for end in [0.72, -0.72] {
        let bumper = Paint::plain([0.24, 0.24, 0.27]);
        slab(builder, "bumper", [-0.40, -0.48, end - 0.07], [0.40, -0.38, end + 0.07], 0.04, &bumper);
    }
    if look.has(1) {
        let deck = coach(main, [-0.05, 0.13], 0.74);
        builder.block("deck", Frame::at([0.0, 0.57, -0.02]), [0.38, 0.22, 0.74], 0.09, &deck);
    } else {
        builder.block("vent", Frame::at([0.0, 0.42, -0.50]), [0.17, 0.06, 0.12], 0.03, &Paint::plain(CREAM));
    }
    if look.has(2) {
        luggage(builder, look);
    }
}

/// Returns the paint of a long box with windows on all sides, from `low` to `high`. half: half its length.
fn coach(main: crate::math::Vec3, [low, high]: [f32; 2], half: f32) -> Paint {
    let row = Mask::band(Y, low, high);
    let sides = Mask::stripes(Z, 0.27, 0.74).and(Mask::band(Z, 0.09 - half, half - 0.09));
    let sides = sides.and(Mask::band(X, -0.33, 0.33).outside());
    let ends = Mask::band(X, -0.29, 0.29).and(Mask::band(Z, 0.04 - half, half - 0.04).outside());
    Paint::glossy(main).with_material(row.clone().and(sides), GLASS).with_material(row.and(ends), GLASS)
}

/// Adds suitcases on the roof of the bus.
fn luggage(builder: &mut Builder, look: &Look) {
    let color = look.detail([0.62, 0.36, 0.20]);
    let case = |factor: f32| Paint::plain(shade(color, factor)).with(Mask::stripes(Z, 0.24, 0.25), CREAM);
    slab(builder, "case", [-0.28, 0.38, 0.12], [0.26, 0.58, 0.50], 0.04, &case(1.0));
    slab(builder, "case", [-0.22, 0.55, 0.18], [0.18, 0.72, 0.44], 0.04, &case(0.75));
    slab(builder, "case", [-0.26, 0.38, -0.30], [0.28, 0.66, 0.06], 0.04, &case(0.85));
}
