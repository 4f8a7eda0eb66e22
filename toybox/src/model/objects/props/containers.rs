//! Containers: barrel, chest, potion, goblet and bucket.

use super::palette::{BRASS, INK, RED, WHITE, brass, steel};
use super::pieces::{around, bail, trim};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, sideways};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Adds a wide flat ring around the y axis.
fn hoop(builder: &mut Builder, height: f32, radius: f32, paint: &Paint) {
    builder.disc("hoop", Frame::at([0.0, height, 0.0]), radius, 0.055, paint);
}

pub(super) fn barrel(builder: &mut Builder, look: &Look) {
    let wood = look.main([0.72, 0.45, 0.22]);
    let staves = Paint::plain(wood).with(Mask::Sectors { count: 9.0, twist: 0.0 }, shade(wood, 0.80));
    builder.group(0.02);
    let profile = [(-0.80, 0.46), (-0.46, 0.56), (-0.08, 0.60), (0.30, 0.56), (0.64, 0.46)];
    for pair in profile.windows(2) {
        let half_height = 0.5 * (pair[1].0 - pair[0].0);
        let shape = Shape::Stump { half_height, low: pair[0].1, high: pair[1].1, rounding: 0.0 };
        builder.add("staves", shape, Frame::at([0.0, pair[0].0 + half_height, 0.0]), &staves);
    }
    builder.group(0.0);
    let band = Paint::metal([0.42, 0.44, 0.48]);
    for (height, radius) in [(-0.735, 0.505), (-0.45, 0.592), (0.29, 0.592), (0.575, 0.505)] {
        hoop(builder, height, radius, &band);
    }
    builder.torus("rim", Frame::at([0.0, 0.635, 0.0]), 0.415, 0.05, &Paint::plain(shade(wood, 0.75)));
    if look.has(1) {
        builder.rod("tap", [0.0, -0.22, 0.5], [0.0, -0.22, 0.68], 0.085, &brass());
        builder.rod("tap", [0.0, -0.22, 0.69], [0.0, -0.42, 0.69], 0.075, &brass());
        builder.rod("tap", [0.0, -0.22, 0.67], [0.0, -0.02, 0.67], 0.045, &brass());
        builder.rod("tap", [-0.14, -0.01, 0.67], [0.14, -0.01, 0.67], 0.06, &Paint::plain(RED));
    }
    if look.has(2) {
        let cover = Paint::plain(look.detail([0.24, 0.50, 0.36]));
        pillar(builder, "lid", [0.0, 0.0], [0.60, 0.71], [0.56, 0.53], &cover);
        builder.sphere("knob", [0.0, 0.71, 0.0], 0.09, &cover);
    }
    if look.has(3) {
        let rope = Paint::new(look.detail([0.93, 0.82, 0.56]), 0.0, 0.9);
        builder.torus("rope", Frame::at([0.0, -0.08, 0.0]), 0.61, 0.065, &rope);
        builder.sphere("knot", [0.0, -0.08, 0.67], 0.12, &rope);
        for side in [-1.0, 1.0] {
            builder.cone("rope", [0.0, -0.08, 0.68], [side * 0.18, -0.38, 0.66], 0.05, 0.075, &rope);
        }
    }
}

pub(super) fn chest(builder: &mut Builder, look: &Look) {
    let wood = look.main([0.62, 0.33, 0.15]);
    let open = look.has(1);
    let (lift, z) = (if look.has(3) { 0.15 } else { 0.0 }, if open { 0.14 } else { 0.0 });
    let (foot, rim) = (lift - 0.80, lift - 0.13);
    let planks = Paint::plain(wood).with(Mask::stripes([0.0, 1.0, 0.0], 0.24, 0.16), shade(wood, 0.68));
    slab(builder, "box", [-0.74, foot, z - 0.44], [0.74, rim, z + 0.44], 0.04, &planks);
    slab(builder, "rim", [-0.77, rim - 0.12, z - 0.47], [0.77, rim, z + 0.47], 0.03, &brass());
    for x in [-0.50, 0.50] {
        slab(builder, "strap", [x - 0.085, foot, z - 0.475], [x + 0.085, rim, z + 0.475], 0.03, &brass());
    }
    if open {
        open_lid(builder, [rim, z - 0.44], wood);
        coins(builder, rim, z);
    } else {
        let lid = Paint::plain(wood).with(Mask::stripes([0.0, 0.0, 1.0], 0.26, 0.14), shade(wood, 0.68));
        trim(
            builder.disc("lid", sideways([0.0, rim, z]), 0.44, 0.74, &lid),
            [0.0, -1.0, 0.0],
            [0.0, rim - 0.02, 0.0],
        );
        for x in [-0.50, 0.50] {
            let strap = builder.disc("strap", sideways([x, rim, z]), 0.475, 0.085, &brass());
            trim(strap, [0.0, -1.0, 0.0], [0.0, rim - 0.02, 0.0]);
        }
    }
    chest_lock(builder, look, [rim, z + 0.48]);
    if look.has(3) {
        let ball = Paint::glossy(look.detail([0.90, 0.70, 0.32]));
        for (x, z) in [(-0.58, -0.30), (0.58, -0.30), (-0.58, 0.30), (0.58, 0.30)] {
            builder.sphere("foot", [x, -0.65, z], 0.15, &ball);
        }
    }
}

/// Adds the lock on the front of a chest at the height of its rim.
fn chest_lock(builder: &mut Builder, look: &Look, [rim, front]: [f32; 2]) {
    if look.has(2) {
        let metal = Paint::metal(look.detail([0.62, 0.66, 0.72]))
            .with(Mask::ellipsoid([0.0, 0.03, 0.09], [0.06, 0.06, 0.09]), INK)
            .with(
                Mask::band([1.0, 0.0, 0.0], -0.03, 0.03).and(Mask::band([0.0, 1.0, 0.0], -0.10, 0.03)),
                INK,
            );
        let shackle = Shape::Arc { major: 0.14, minor: 0.05, half_angle: 1.6 };
        builder.add("shackle", shackle, Frame::at([0.0, rim - 0.05, front + 0.04]), &steel());
        builder.block(
            "padlock",
            Frame::at([0.0, rim - 0.20, front + 0.05]),
            [0.23, 0.18, 0.09],
            0.05,
            &metal,
        );
    } else {
        let plate = Paint::metal(BRASS).with(Mask::ellipsoid([0.0, 0.0, 0.06], [0.06, 0.08, 0.06]), INK);
        builder.block("latch", Frame::at([0.0, rim - 0.06, front]), [0.15, 0.15, 0.05], 0.04, &plate);
    }
}

/// Adds the open lid of the chest, hollow and turned back about a hinge at a height and a depth.
fn open_lid(builder: &mut Builder, [height, depth]: [f32; 2], wood: Vec3) {
    let (sine, cosine) = 72.0f32.to_radians().sin_cos();
    let center = [0.0, height + 0.44 * sine, depth + 0.44 * cosine];
    let inside = Mask::ellipsoid([0.0; 3], [0.40, 3.0, 0.40]).and(Mask::band([0.0, 1.0, 0.0], -0.70, 0.70));
    let paint = Paint::plain(wood).with(inside, [0.66, 0.12, 0.16]);
    let frame = sideways(center);
    let away = [0.0, -cosine, sine];
    let lid = builder.add(
        "lid",
        Shape::Stump { half_height: 0.70, low: 0.40, high: 0.40, rounding: 0.0 },
        frame,
        &paint,
    );
    lid.skin = Some(0.04);
    trim(lid, away, [0.0, center[1] + 0.02 * cosine, center[2] + 0.02 * sine]);
    for x in [-0.50, 0.50] {
        let shape = Shape::Stump { half_height: 0.05, low: 0.435, high: 0.435, rounding: 0.0 };
        let strap = builder.add("strap", shape, sideways([x, center[1], center[2]]), &brass());
        strap.skin = Some(0.04);
        trim(strap, away, center);
    }
}

fn coins(builder: &mut Builder, rim: f32, z: f32) {
    let gold = Paint::metal([1.0, 0.80, 0.25]);
    builder.ellipsoid("coins", Frame::at([0.0, rim - 0.04, z]), [0.66, 0.20, 0.38], &gold);
    let coin = gold.with(Mask::ellipsoid([0.0; 3], [0.09, 0.2, 0.09]), [0.86, 0.60, 0.14]);
    let places = [
        ([-0.44, 0.10, 0.20], [30.0, 0.0, 20.0]),
        ([-0.12, 0.14, 0.24], [40.0, 0.0, -12.0]),
        ([0.22, 0.12, 0.26], [55.0, 0.0, -30.0]),
        ([0.48, 0.08, 0.12], [12.0, 0.0, -30.0]),
        ([-0.30, 0.17, -0.10], [-10.0, 0.0, 30.0]),
        ([0.10, 0.20, 0.0], [15.0, 0.0, 5.0]),
    ];
    for ([x, y, forward], turn) in places {
        builder.disc("coin", Frame::at([x, rim + y, z + forward]).turned(turn), 0.15, 0.04, &coin);
    }
    builder.sphere("ruby", [0.34, rim + 0.16, z - 0.06], 0.12, &Paint::glossy([0.86, 0.10, 0.22]));
    builder.sphere("emerald", [-0.52, rim + 0.06, z - 0.04], 0.11, &Paint::glossy([0.12, 0.68, 0.40]));
}

pub(super) fn potion(builder: &mut Builder, look: &Look) {
    let liquid = look.main([0.62, 0.22, 0.80]);
    let glass = [0.80, 0.92, 0.95];
    let bubble = shade(liquid, 1.5).map(|c| 0.5 * c + 0.5);
    // Glass above the liquid, bubbles in the liquid, and a highlight.
    let filled = |surface: f32| {
        Paint::glossy(glass)
            .with(Mask::band([0.0, 1.0, 0.0], -9.0, surface), liquid)
            .with(Mask::band([0.0, 1.0, 0.0], surface - 0.06, surface), bubble)
            .with(Mask::ellipsoid([0.10, -0.22, 0.52], [0.08, 0.08, 0.20]), bubble)
            .with(Mask::ellipsoid([-0.14, -0.02, 0.54], [0.06, 0.06, 0.20]), bubble)
            .with(Mask::ellipsoid([0.20, -0.02, 0.50], [0.045, 0.045, 0.20]), bubble)
            .with(Mask::ellipsoid([-0.30, 0.26, 0.42], [0.07, 0.13, 0.20]), WHITE)
    };
    builder.group(0.05);
    if look.has(2) {
        builder.block("flask", Frame::at([0.0, -0.31, 0.0]), [0.52, 0.49, 0.40], 0.10, &filled(0.20));
    } else {
        builder.sphere("flask", [0.0, -0.22, 0.0], 0.56, &filled(0.12));
        pillar(builder, "foot", [0.0, 0.0], [-0.80, -0.66], [0.34, 0.30], &Paint::glossy(liquid));
    }
    pillar(builder, "neck", [0.0, 0.0], [0.10, 0.50], [0.20, 0.18], &Paint::glossy(glass));
    builder.group(0.0);
    builder.torus("lip", Frame::at([0.0, 0.50, 0.0]), 0.19, 0.065, &Paint::glossy(glass));
    if look.has(1) {
        let crystal = Paint::glossy(look.detail([0.98, 0.76, 0.22]));
        builder.sphere("stopper", [0.0, 0.61, 0.0], 0.19, &crystal);
    } else {
        let cork = Paint::plain([0.80, 0.60, 0.38]);
        pillar(builder, "cork", [0.0, 0.0], [0.44, 0.74], [0.14, 0.18], &cork);
    }
    builder.torus("string", Frame::at([0.0, 0.36, 0.0]), 0.18, 0.05, &Paint::plain([0.74, 0.56, 0.32]));
    if look.has(3) {
        let upright = Mask::band([1.0, 0.0, 0.0], -0.06, 0.06).and(Mask::band([0.0, 1.0, 0.0], -0.15, 0.15));
        let across = Mask::band([0.0, 1.0, 0.0], -0.06, 0.06).and(Mask::band([1.0, 0.0, 0.0], -0.15, 0.15));
        let cross = shade(liquid, 0.7);
        let paper = Paint::plain(look.detail([0.98, 0.94, 0.82])).with(upright, cross).with(across, cross);
        builder.block("label", Frame::at([0.0, -0.24, 0.44]), [0.25, 0.23, 0.13], 0.05, &paper);
    }
}

pub(super) fn goblet(builder: &mut Builder, look: &Look) {
    let metal = look.main([0.96, 0.74, 0.28]);
    let cup = Paint::metal(metal);
    let dark = Paint::metal(shade(metal, 0.75));
    let rim = if look.has(3) { 0.44 } else { 0.70 };
    pillar(builder, "foot", [0.0, 0.0], [-0.80, -0.68], [0.44, 0.42], &dark);
    pillar(builder, "foot", [0.0, 0.0], [-0.70, -0.56], [0.36, 0.14], &cup);
    pillar(builder, "stem", [0.0, 0.0], [-0.60, -0.10], [0.10, 0.12], &cup);
    builder.ellipsoid("knob", Frame::at([0.0, -0.34, 0.0]), [0.19, 0.13, 0.19], &dark);
    builder.group(0.04);
    let wine = Mask::band([0.0, 1.0, 0.0], 0.0, 9.0).and(Mask::ellipsoid([0.0; 3], [0.46, 4.0, 0.46]));
    let half_height = 0.5 * (rim - 0.16);
    let filled =
        cup.clone().with(wine.and(Mask::band([0.0, 1.0, 0.0], half_height - 0.015, 9.0)), [0.50, 0.05, 0.14]);
    let wall = Shape::Stump { half_height, low: 0.455, high: 0.50, rounding: 0.0 };
    builder.add("bowl", wall, Frame::at([0.0, 0.16 + half_height, 0.0]), &filled);
    builder.ellipsoid("bowl", Frame::at([0.0, 0.17, 0.0]), [0.46, 0.34, 0.46], &cup);
    builder.group(0.0);
    builder.torus("rim", Frame::at([0.0, rim, 0.0]), 0.475, 0.06, &dark);
    if look.has(1) {
        let gem = Paint::glossy(look.detail([0.84, 0.10, 0.24]));
        for (degrees, [x, z]) in around(7) {
            let frame = Frame::at([0.465 * x, 0.36, 0.465 * z]).turned([0.0, degrees, 0.0]);
            builder.ellipsoid("jewel", frame, [0.11, 0.14, 0.10], &gem);
        }
        builder.sphere("jewel", [0.0, -0.34, 0.16], 0.085, &gem);
    } else {
        builder.torus("ring", Frame::at([0.0, 0.17, 0.0]), 0.45, 0.05, &dark);
    }
    if look.has(2) {
        for side in [-1.0, 1.0] {
            let bow = Shape::Arc { major: 0.22, minor: 0.06, half_angle: 1.9 };
            builder.add(
                "handle",
                bow,
                Frame::at([side * 0.50, 0.36, 0.0]).turned([0.0, 0.0, -90.0 * side]),
                &dark,
            );
        }
    }
    if look.has(3) {
        let cover = Paint::metal(look.detail([0.80, 0.18, 0.24]));
        builder.ellipsoid("lid", Frame::at([0.0, rim + 0.02, 0.0]), [0.46, 0.22, 0.46], &cover);
        builder.sphere("knob", [0.0, rim + 0.25, 0.0], 0.105, &cup);
    }
}

pub(super) fn bucket(builder: &mut Builder, look: &Look) {
    let tin = look.main([0.28, 0.58, 0.80]);
    let (half_height, rim) = (0.52, 0.20);
    let side = Paint::glossy(tin).with(
        Mask::band([0.0, 1.0, 0.0], -9.0, 0.9).and(Mask::ellipsoid([0.0, 0.3, 0.0], [0.53, 2.4, 0.53])),
        shade(tin, 0.6),
    );
    let wall = Shape::Stump { half_height, low: 0.40, high: 0.58, rounding: 0.0 };
    let shell = builder.add("bucket", wall, Frame::at([0.0, half_height - 0.755, 0.0]), &side);
    shell.skin = Some(0.045);
    trim(shell, [0.0, 1.0, 0.0], [0.0, rim, 0.0]);
    let light = Paint::glossy(shade(tin, 0.78));
    builder.torus("rim", Frame::at([0.0, rim, 0.0]), 0.57, 0.06, &light);
    builder.torus("band", Frame::at([0.0, -0.38, 0.0]), 0.50, 0.05, &light);
    builder.torus("foot", Frame::at([0.0, -0.74, 0.0]), 0.41, 0.06, &light);
    bail(builder, 0.13, [0.58, 0.58, 0.14], &steel());
    builder.rod("grip", [-0.15, 0.70, -0.14], [0.15, 0.70, -0.14], 0.085, &Paint::plain([0.80, 0.55, 0.30]));
    for x in [-0.60, 0.60] {
        builder.disc("hinge", sideways([x, 0.12, 0.0]), 0.12, 0.06, &steel());
    }
    if look.has(1) {
        wet_paint(builder, look);
    }
    if look.has(2) {
        builder.cone("spout", [0.0, -0.04, 0.42], [0.0, 0.14, 0.66], 0.24, 0.12, &light);
    }
    if look.has(3) {
        sand(builder);
    }
}

/// Adds paint up to the rim and over it.
fn wet_paint(builder: &mut Builder, look: &Look) {
    let wet = Paint::glossy(look.detail([0.95, 0.28, 0.50]));
    pillar(builder, "paint", [0.0, 0.0], [-0.10, 0.20], [0.49, 0.56], &wet);
    builder.torus("paint", Frame::at([0.0, 0.21, 0.0]), 0.575, 0.072, &wet);
    for (x, z, low) in [
        (0.0, 0.60, -0.40),
        (0.30, 0.53, -0.10),
        (-0.34, 0.50, -0.22),
        (0.55, -0.28, -0.25),
        (-0.45, -0.42, -0.1),
    ] {
        builder.cone("paint", [0.86 * x, low, 0.86 * z], [x, 0.18, z], 0.095, 0.075, &wet);
    }
}

fn sand(builder: &mut Builder) {
    let sand = Paint::new([0.95, 0.80, 0.50], 0.0, 0.95);
    pillar(builder, "sand", [0.0, 0.0], [-0.10, 0.18], [0.49, 0.55], &sand);
    builder.ellipsoid("sand", Frame::at([0.0, 0.16, 0.0]), [0.52, 0.24, 0.52], &sand);
    let shovel = Paint::glossy([0.92, 0.24, 0.20]);
    builder.rod("shovel", [0.20, 0.26, 0.10], [0.30, 0.58, 0.18], 0.05, &shovel);
    builder.rod("shovel", [0.18, 0.60, 0.18], [0.42, 0.57, 0.18], 0.06, &shovel);
}
