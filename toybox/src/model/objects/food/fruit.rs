//! Fruit and vegetables.

use super::pieces::{bite, without};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, add, normalize, scale, sub};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{against, around, shade, smile};
use crate::model::objects::plants::pieces::{GREEN, leaf};
use crate::model::palette::{CREAM, INK, RED, WHITE};
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

const STALK: Vec3 = [0.42, 0.28, 0.16];

pub(super) fn apple(builder: &mut Builder, look: &Look) {
    let main = look.main([0.87, 0.15, 0.14]);
    let skin = Paint::glossy(main);
    let deepest = [0.34, -0.18, 0.22];
    let bites = if look.has(3) { bite(deepest, [0.80, 0.12, 0.55], 0.07) } else { Vec::new() };
    without(builder, &bites, 0.14, Some(CREAM), |builder| {
        builder.torus("apple", Frame::at([0.0, -0.02, 0.0]), 0.31, 0.40, &skin);
        builder.ellipsoid("apple", Frame::at([0.0, -0.30, 0.0]), [0.62, 0.50, 0.62], &skin);
    });
    builder.group(0.0);
    let stalk = [([0.0, 0.10, 0.0], 0.05), ([0.02, 0.42, 0.0], 0.05), ([0.10, 0.62, 0.0], 0.065)];
    builder.chain("stalk", &stalk, &Paint::plain(STALK));
    if look.has(1) {
        fruit_leaf(builder, [0.04, 0.44, 0.0], look.detail(GREEN));
    }
    if look.has(2) {
        let worm = Paint::glossy(look.detail([0.62, 0.80, 0.26]))
            .with(Mask::stripes([0.0, 1.0, 0.0], 0.13, 0.3), WHITE);
        let way = [([0.34, 0.02, 0.36], 0.095), ([0.60, 0.10, 0.58], 0.095), ([0.62, 0.38, 0.60], 0.10)];
        builder.group(0.02);
        builder.chain("worm", &way, &worm);
        builder.sphere("worm", [0.63, 0.44, 0.60], 0.13, &Paint::glossy(look.detail([0.62, 0.80, 0.26])));
        builder.group(0.0);
        for eye in [[0.60, 0.49, 0.71], [0.70, 0.49, 0.67]] {
            builder.sphere("eye", eye, 0.045, &Paint::glossy(INK));
        }
        let hole = against([0.49, 0.06, 0.48], [0.7, 0.2, 0.7]);
        builder.torus("hole", hole, 0.12, 0.05, &Paint::plain(shade(main, 0.6)));
    }
}

/// Adds a leaf to the left of a stalk.
fn fruit_leaf(builder: &mut Builder, root: Vec3, color: Vec3) {
    let paint = Paint::plain(color).with(Mask::band([1.0, 0.0, 0.0], -0.022, 0.022), shade(color, 0.72));
    leaf(builder, "leaf", [root, add(root, [0.54, 0.14, 0.12])], [0.17, 0.05], [-0.2, 0.8, 0.7], &paint);
}

pub(super) fn pear(builder: &mut Builder, look: &Look) {
    let main = look.main([0.72, 0.80, 0.27]);
    let skin = Paint::glossy(main);
    let deepest = [0.20, -0.22, 0.14];
    let bites = if look.has(2) { bite(deepest, [0.80, 0.15, 0.55], 0.06) } else { Vec::new() };
    without(builder, &bites, 0.26, Some(CREAM), |builder| {
        builder.sphere("pear", [0.0, -0.28, 0.0], 0.52, &skin);
        builder.ellipsoid("pear", Frame::at([0.02, 0.22, 0.0]), [0.27, 0.36, 0.27], &skin);
    });
    builder.group(0.0);
    builder.chain(
        "stalk",
        &[([0.02, 0.50, 0.0], 0.05), ([0.04, 0.64, 0.0], 0.05), ([0.12, 0.73, 0.0], 0.06)],
        &Paint::plain(STALK),
    );
    if look.has(1) {
        fruit_leaf(builder, [0.02, 0.58, 0.0], look.detail(GREEN));
    }
    if look.has(3) {
        smile(builder, against([0.0, -0.18, 0.52], [0.0, 0.1, 1.0]), 1.0);
    }
}

pub(super) fn banana(builder: &mut Builder, look: &Look) {
    let main = look.main([0.99, 0.82, 0.20]);
    if look.has(1) {
        open_banana(builder, main);
        return;
    }
    let skin = Paint::plain(main);
    let dark = Paint::plain([0.36, 0.25, 0.12]);
    let way: Vec<(Vec3, f32)> = (0..=10)
        .map(|step| {
            let share = 0.2 * step as f32 - 1.0;
            let (x, y) = (1.12 * share).sin_cos();
            ([0.72 * x, 0.44 - 0.78 * y, 0.0], 0.09 + 0.145 * (1.0 - share.powi(4)))
        })
        .collect();
    builder.group(0.0);
    builder.chain("banana", &way, &skin);
    builder.cone(
        "stalk",
        [0.645, 0.10, 0.0],
        [0.70, 0.40, 0.0],
        0.085,
        0.07,
        &Paint::plain(shade(main, 0.86)),
    );
    builder.rod("tip", [-0.655, 0.12, 0.0], [-0.68, 0.17, 0.0], 0.075, &dark);
    builder.rod("stalk", [0.70, 0.42, 0.0], [0.705, 0.45, 0.0], 0.08, &dark);
    if look.has(2) {
        let tie = Paint::plain(look.detail(RED));
        let middle = [0.0, -0.30, 0.24];
        builder.sphere("bow tie", middle, 0.09, &Paint::plain(shade(look.detail(RED), 0.75)));
        for side in [-1.0, 1.0] {
            let end = add(middle, [0.22 * side, 0.02, 0.0]);
            builder.cone("bow tie", add(middle, [0.05 * side, 0.0, 0.0]), end, 0.05, 0.12, &tie);
        }
    }
    if look.has(3) {
        let glass = Paint::glossy(INK);
        for side in [-1.0, 1.0] {
            builder.disc("lens", facing([0.18 * side, -0.26, 0.23]), 0.15, 0.06, &glass);
            builder.rod("temple", [0.30 * side, -0.22, 0.22], [0.46 * side, -0.15, 0.04], 0.045, &glass);
        }
        builder.rod("bridge", [-0.18, -0.22, 0.25], [0.18, -0.22, 0.25], 0.045, &glass);
    }
}

fn open_banana(builder: &mut Builder, main: Vec3) {
    let skin = Paint::plain(main);
    let peel = Paint::plain(main).with(Mask::band([0.0, 0.0, 1.0], 0.0, 9.0), CREAM);
    builder.group(0.05);
    let stem = [
        ([0.0, -0.73, 0.0], 0.07),
        ([0.0, -0.58, 0.0], 0.10),
        ([0.02, -0.34, 0.0], 0.20),
        ([0.05, -0.04, 0.0], 0.22),
    ];
    builder.chain("banana", &stem, &skin);
    builder.group(0.0);
    let fruit = [([0.05, -0.04, 0.0], 0.19), ([0.04, 0.34, 0.0], 0.18), ([-0.02, 0.66, 0.0], 0.12)];
    builder.chain("fruit", &fruit, &Paint::plain([0.99, 0.93, 0.74]));
    for [x, z] in around(4, 0.12) {
        let at = |reach: f32, height: f32| [0.05 + reach * x, height, reach * z];
        leaf(builder, "peel", [at(0.06, -0.16), at(0.46, 0.16)], [0.16, 0.055], [-x, 1.0, -z], &peel);
        leaf(builder, "peel", [at(0.30, 0.14), at(0.64, -0.34)], [0.13, 0.055], [x, 0.7, z], &skin);
    }
    builder.rod("stalk", [0.0, -0.74, 0.0], [0.0, -0.71, 0.0], 0.06, &Paint::plain([0.36, 0.25, 0.12]));
}

pub(super) fn carrot(builder: &mut Builder, look: &Look) {
    let main = look.main([0.97, 0.50, 0.12]);
    let dark = shade(main, 0.78);
    let mut skin = Paint::plain(main);
    for (low, turn) in [(0.22, 0.0), (0.42, 2.2), (0.62, 4.2), (0.80, 0.9)] {
        let (x, z) = f32::sin_cos(turn);
        let side = Mask::band([x, 0.0, z], 0.02, 9.0);
        skin = skin.with(Mask::band([0.0, 1.0, 0.0], low, low + 0.05).and(side), dark);
    }
    let deepest = [0.02, -0.08, 0.0];
    let bites = if look.has(2) { bite(deepest, [0.80, 0.1, 0.55], 0.05) } else { Vec::new() };
    without(builder, &bites, 0.05, Some([1.0, 0.74, 0.36]), |builder| {
        builder.cone("carrot", [0.0, -0.72, 0.0], [0.0, 0.08, 0.0], 0.08, 0.29, &skin);
        builder.torus("carrot", Frame::at([0.0, 0.14, 0.0]), 0.17, 0.14, &Paint::plain(main));
    });
    let (reach, color, girth) =
        if look.has(1) { (1.0, look.detail(GREEN), 0.115) } else { (0.66, GREEN, 0.10) };
    let leaves = Paint::plain(color);
    builder.group(0.02);
    builder.rod("leaves", [0.0, 0.22, 0.0], [0.0, 0.30 + 0.32 * reach, 0.0], 0.6 * girth, &leaves);
    builder.sphere("leaves", [0.0, 0.28 + 0.38 * reach, 0.0], girth, &leaves);
    for [x, z] in around(5, 0.3) {
        let at = |share: f32, height: f32| [share * reach * x, 0.24 + height * reach, share * reach * z];
        let ends = if look.has(1) { [(0.18, 0.34), (0.42, 0.41)] } else { [(0.18, 0.24), (0.36, 0.34)] };
        builder.cone("leaves", at(0.0, 0.0), at(ends[0].0, ends[0].1), 0.05, girth, &leaves);
        builder.cone(
            "leaves",
            at(ends[0].0, ends[0].1),
            at(ends[1].0, ends[1].1),
            girth,
            0.85 * girth,
            &leaves,
        );
    }
    if look.has(3) {
        builder.group(0.0);
        smile(builder, against([0.0, 0.0, 0.275], [0.0, -0.2, 1.0]), 0.95);
    }
}

pub(super) fn watermelon(builder: &mut Builder, look: &Look) {
    const RADII: Vec3 = [0.77, 0.60, 0.63];
    const FLESH: Vec3 = [0.93, 0.24, 0.28];
    let main = look.main([0.20, 0.56, 0.26]);
    let within = |share: f32| Mask::ellipsoid([0.0; 3], RADII.map(|r| share * r));
    let stripes =
        Mask::Stripes { direction: [1.0, 0.0, 0.0], period: 0.30, duty: 0.42, phase: 0.0, wave: (0.0, 1.0) };
    let mut rind = Paint::glossy(main)
        .with(stripes, shade(main, 0.55))
        .with(within(0.97), [0.90, 0.96, 0.78])
        .with(within(0.90), FLESH);
    let center = [0.0, -0.20, 0.0];
    let keep = [([1.0, 0.0, 0.0], 0.02), ([0.0, 0.0, 1.0], 0.04), ([0.0, 1.0, 0.0], -0.42)];
    // Seeds on the three faces of the cut.
    let seeds: [(Vec3, Vec3); 12] = [
        ([0.24, 0.10, 0.04], [0.0, 0.0, 1.0]),
        ([0.46, 0.12, 0.04], [0.0, 0.0, 1.0]),
        ([0.20, 0.32, 0.04], [0.0, 0.0, 1.0]),
        ([0.42, -0.12, 0.04], [0.0, 0.0, 1.0]),
        ([0.20, -0.14, 0.04], [0.0, 0.0, 1.0]),
        ([0.02, 0.06, 0.24], [1.0, 0.0, 0.0]),
        ([0.02, 0.10, 0.44], [1.0, 0.0, 0.0]),
        ([0.02, -0.18, 0.42], [1.0, 0.0, 0.0]),
        ([0.02, 0.28, 0.22], [1.0, 0.0, 0.0]),
        ([0.02, -0.18, 0.20], [1.0, 0.0, 0.0]),
        ([0.22, -0.42, 0.22], [0.0, 1.0, 0.0]),
        ([0.40, -0.42, 0.30], [0.0, 1.0, 0.0]),
    ];
    let bulging = look.has(3);
    if !bulging {
        for (place, _) in seeds {
            rind = rind.with(Mask::ellipsoid(sub(place, center), [0.04, 0.06, 0.04]), INK);
        }
    }
    without(builder, &keep, 0.0, None, |builder| {
        builder.ellipsoid("melon", Frame::at(center), RADII, &rind);
    });
    builder.group(0.0);
    if bulging {
        for (place, normal) in seeds {
            let frame = Frame::towards(place, add(place, normal), [0.0, 1.0, 0.1]);
            builder.ellipsoid("seed", frame, [0.06, 0.055, 0.095], &Paint::glossy(INK));
        }
    }
    if look.has(1) {
        let straw = Paint::plain(look.detail(RED)).with(Mask::stripes([0.0, 1.0, 0.0], 0.16, 0.5), WHITE);
        let way =
            [([-0.14, 0.20, -0.05], 0.065), ([-0.18, 0.66, -0.05], 0.065), ([-0.44, 0.73, -0.05], 0.065)];
        builder.chain("straw", &way, &straw);
    }
    if look.has(2) {
        let vine = look.detail(GREEN);
        let way = [([-0.70, -0.10, 0.0], 0.06), ([-0.62, 0.26, 0.10], 0.055), ([-0.48, 0.50, 0.14], 0.05)];
        builder.chain("vine", &way, &Paint::plain(shade(vine, 0.75)));
        let paint = Paint::plain(vine).with(Mask::band([1.0, 0.0, 0.0], -0.022, 0.022), shade(vine, 0.72));
        leaf(
            builder,
            "leaf",
            [[-0.54, 0.48, 0.12], [-0.02, 0.70, 0.24]],
            [0.21, 0.05],
            [-0.3, 0.8, 0.6],
            &paint,
        );
    }
}

pub(super) fn pumpkin(builder: &mut Builder, look: &Look) {
    let main = look.main([0.95, 0.50, 0.11]);
    let skin = Paint::plain(main).with(Mask::band([0.0, 1.0, 0.0], -9.0, -0.30), shade(main, 0.88));
    builder.group(0.02);
    for [x, z] in around(8, 0.0) {
        let frame =
            Frame { origin: [0.40 * x, -0.27, 0.40 * z], axes: [[z, 0.0, -x], [0.0, 1.0, 0.0], [x, 0.0, z]] };
        builder.ellipsoid("lobe", frame, [0.27, 0.53, 0.38], &skin);
    }
    builder.sphere("core", [0.0, -0.27, 0.0], 0.40, &skin);
    builder.group(0.02);
    let stalk = Paint::plain([0.36, 0.50, 0.20]);
    let way = [([0.0, 0.10, 0.0], 0.13), ([0.0, 0.36, 0.0], 0.085), ([0.14, 0.52, 0.02], 0.095)];
    let shown = if look.has(2) { &way[..2] } else { &way[..] };
    builder.chain("stalk", shown, &stalk);
    builder.group(0.0);
    if look.has(1) {
        carved_face(builder, look.detail([1.0, 0.86, 0.30]));
    }
    if look.has(2) {
        let felt = look.detail([0.32, 0.20, 0.46]);
        let brim = Frame::at([0.0, 0.24, 0.0]).turned([-4.0, 0.0, -5.0]);
        builder.disc("brim", brim, 0.52, 0.05, &Paint::plain(felt));
        let band = Paint::plain(felt).with(Mask::band([0.0, 1.0, 0.0], -9.0, -0.13), shade(felt, 0.5));
        let hat = Shape::Stump { half_height: 0.26, low: 0.31, high: 0.06, rounding: 0.03 };
        builder.add("hat", hat, brim.moved([0.0, 0.28, 0.0]), &band);
    }
    if look.has(3) {
        let color = look.detail(GREEN);
        let paint = Paint::plain(color).with(Mask::band([1.0, 0.0, 0.0], -0.025, 0.025), shade(color, 0.72));
        leaf(
            builder,
            "leaf",
            [[-0.02, 0.26, 0.04], [-0.58, 0.36, 0.28]],
            [0.24, 0.055],
            [-0.1, 0.9, 0.3],
            &paint,
        );
        let tendril = Paint::plain(shade(color, 0.75));
        builder.chain(
            "tendril",
            &[
                ([0.0, 0.24, 0.0], 0.05),
                ([0.34, 0.30, 0.22], 0.05),
                ([0.50, 0.46, 0.26], 0.05),
                ([0.40, 0.58, 0.20], 0.05),
            ],
            &tendril,
        );
    }
}

/// Adds two triangles and a grin with teeth, in front of the lobes.
fn carved_face(builder: &mut Builder, color: Vec3) {
    let glow = Paint::glossy(color);
    let triangle = |builder: &mut Builder, [x, y]: [f32; 2], size: f32| {
        let way = normalize([x, 0.0, 0.75]);
        let place = add(scale(way, 0.645), [0.0, y, 0.0]);
        let frame = Frame { origin: place, axes: [[way[2], 0.0, -way[0]], [0.0, 1.0, 0.0], way] }
            .turned([0.0, 0.0, 45.0]);
        builder.block("eye", frame, [size, size, 0.11], 0.02, &glow).cuts =
            vec![([0.0, -1.0, 0.0], 0.02 - y)];
    };
    triangle(builder, [-0.28, -0.12], 0.14);
    triangle(builder, [0.28, -0.12], 0.14);
    triangle(builder, [0.0, -0.28], 0.08);
    let mouth: [Vec3; 5] = [
        [-0.40, -0.37, 0.57],
        [-0.22, -0.48, 0.69],
        [0.0, -0.52, 0.715],
        [0.22, -0.48, 0.69],
        [0.40, -0.37, 0.57],
    ];
    for pair in mouth.windows(2) {
        builder.rod("mouth", pair[0], pair[1], 0.075, &glow);
    }
}
