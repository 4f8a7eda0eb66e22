//! Furniture to sit and lie on.

use super::pieces::{OAK, UP, WALNUT, oval, soft};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::model::palette;
use crate::paint::{Mask, Paint};

pub(super) fn chair(builder: &mut Builder, look: &Look) {
    let wood = Paint::plain(look.main(OAK));
    let dark = Paint::plain(shade(look.main(OAK), 0.7));
    slab(builder, "seat", [-0.42, -0.10, -0.40], [0.42, 0.0, 0.42], 0.03, &wood);
    for x in [-0.35, 0.35] {
        for z in [-0.33, 0.34] {
            pillar(builder, "leg", [x, z], [-0.80, -0.06], [0.05, 0.065], &dark);
        }
    }
    if look.has(1) {
        for x in [-0.22, 0.22] {
            builder.rod("back", [x, -0.05, -0.36], [x, 0.20, -0.36], 0.06, &dark);
        }
        let light = shade(look.main(OAK), 1.2);
        let panel = Mask::ellipsoid([0.0; 3], [0.29, 0.26, 0.5]);
        oval(builder, "back", [0.0, 0.43, -0.36], [0.42, 0.37], 0.065, &wood.with(panel, light));
    } else {
        for x in [-0.36, 0.36] {
            builder.rod("back", [x, -0.05, -0.35], [x, 0.72, -0.42], 0.055, &wood);
        }
        for y in [0.25, 0.45, 0.65] {
            builder.block("back", Frame::at([0.0, y, -0.39]), [0.36, 0.06, 0.04], 0.02, &wood);
        }
    }
    if look.has(2) {
        slab(
            builder,
            "cushion",
            [-0.37, -0.03, -0.34],
            [0.37, 0.10, 0.38],
            0.06,
            &soft(look.detail([0.80, 0.22, 0.24])),
        );
    }
    if look.has(3) {
        for x in [-0.40, 0.40] {
            builder.rod("armrest", [x, 0.27, -0.38], [x, 0.27, 0.34], 0.05, &Paint::plain(look.main(OAK)));
            builder.rod("armrest", [x, -0.05, 0.34], [x, 0.27, 0.34], 0.045, &dark);
        }
    }
}

pub(super) fn stool(builder: &mut Builder, look: &Look) {
    let color = look.main([0.91, 0.62, 0.22]);
    let (wood, dark) = (Paint::plain(color), Paint::plain(shade(color, 0.68)));
    let top = 0.45;
    if look.has(3) {
        slab(builder, "seat", [-0.46, top - 0.16, -0.46], [0.46, top, 0.46], 0.05, &wood);
    } else {
        pillar(builder, "seat", [0.0, 0.0], [top - 0.16, top], [0.46, 0.50], &wood);
    }
    let (foot, hip) = (0.44, 0.24);
    for (x, z) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
        let part = builder.cone(
            "leg",
            [x * foot, -0.76, z * foot],
            [x * hip, top - 0.14, z * hip],
            0.065,
            0.085,
            &dark,
        );
        part.cuts = vec![([0.0, -1.0, 0.0], 0.80)];
    }
    if look.has(1) {
        let cushion = soft(look.detail([0.80, 0.22, 0.24]));
        builder.ellipsoid("cushion", Frame::at([0.0, top + 0.05, 0.0]), [0.46, 0.17, 0.46], &cushion);
        builder.sphere("button", [0.0, top + 0.21, 0.0], 0.06, &palette::brass());
    }
    if look.has(2) {
        builder.torus("foot ring", Frame::at([0.0, -0.36, 0.0]), 0.50, 0.06, &palette::brass());
    } else {
        let (y, reach) = (-0.22, 0.35);
        builder.rod("rung", [-reach, y, reach], [reach, y, -reach], 0.05, &wood);
        builder.rod("rung", [-reach, y, -reach], [reach, y, reach], 0.05, &wood);
    }
}

pub(super) fn bench(builder: &mut Builder, look: &Look) {
    let wood = Paint::plain(look.main([0.80, 0.50, 0.24]));
    let metal = Paint::new([0.16, 0.22, 0.22], 0.6, 0.5);
    let half = if look.has(3) { 0.46 } else { 0.78 };
    for z in [-0.14, 0.06, 0.26] {
        slab(builder, "seat", [-half, -0.30, z - 0.09], [half, -0.20, z + 0.09], 0.03, &wood);
    }
    for (y, z) in [(0.04, -0.31), (0.28, -0.355)] {
        let frame = Frame::at([0.0, y, z]).turned([-11.0, 0.0, 0.0]);
        builder.block("back", frame, [half, 0.10, 0.045], 0.03, &wood);
    }
    for x in [-half + 0.14, half - 0.14] {
        builder.rod("leg", [x, -0.74, 0.30], [x, -0.34, 0.24], 0.06, &metal);
        builder.rod("leg", [x, -0.74, -0.34], [x, -0.34, -0.20], 0.06, &metal);
        builder.rod("frame", [x, -0.34, 0.24], [x, -0.34, -0.22], 0.055, &metal);
        builder.rod("frame", [x, -0.34, -0.24], [x, 0.34, -0.42], 0.06, &metal);
        if look.has(1) {
            builder.rod("armrest", [x, -0.30, 0.26], [x, 0.02, 0.28], 0.05, &metal);
            builder.rod("armrest", [x, 0.03, 0.30], [x, 0.07, -0.34], 0.06, &wood);
        }
    }
    if look.has(2) {
        let cushion = soft(look.detail([0.25, 0.55, 0.75]));
        slab(builder, "cushion", [-0.72, -0.23, -0.20], [0.72, -0.09, 0.34], 0.07, &cushion);
    }
    if look.has(3) {
        let pot = Paint::plain(look.detail([0.78, 0.38, 0.25]));
        let leaves = Paint::plain([0.30, 0.62, 0.26]);
        for x in [-0.59, 0.59] {
            pillar(builder, "planter", [x, 0.0], [-0.80, -0.30], [0.15, 0.20], &pot);
            builder.torus("planter", Frame::at([x, -0.30, 0.0]), 0.17, 0.04, &pot);
            builder.sphere("bush", [x, -0.12, 0.0], 0.21, &leaves);
            builder.sphere("flower", [x + 0.06, 0.04, 0.10], 0.07, &Paint::plain([0.95, 0.45, 0.60]));
            builder.sphere("flower", [x - 0.08, -0.04, 0.15], 0.07, &Paint::plain(palette::YELLOW));
        }
    }
}

pub(super) fn sofa(builder: &mut Builder, look: &Look) {
    let color = look.main([0.22, 0.55, 0.56]);
    let (cloth, dark) = (soft(color), soft(shade(color, 0.8)));
    for (x, z) in [(-0.62, 0.32), (0.62, 0.32), (-0.62, -0.30), (0.62, -0.30)] {
        pillar(builder, "foot", [x, z], [-0.80, -0.58], [0.05, 0.07], &Paint::plain(WALNUT));
    }
    slab(builder, "base", [-0.72, -0.66, -0.40], [0.72, -0.36, 0.40], 0.05, &dark);
    let top = if look.has(3) { 0.62 } else { 0.22 };
    for x in [-0.30, 0.30] {
        slab(builder, "seat", [x - 0.30, -0.40, -0.24], [x + 0.30, -0.18, 0.44], 0.07, &cloth);
        let middle = 0.5 * (top - 0.34);
        let frame = Frame::at([x, middle, -0.28]).turned([-8.0, 0.0, 0.0]);
        builder.block("back", frame, [0.31, top - middle, 0.12], 0.09, &cloth);
    }
    slab(builder, "back", [-0.70, -0.60, -0.46], [0.70, top - 0.06, -0.30], 0.07, &dark);
    for x in [-0.67, 0.67] {
        slab(builder, "arm", [x - 0.11, -0.66, -0.42], [x + 0.11, -0.06, 0.42], 0.06, &cloth);
        builder.rod("arm", [x, -0.06, -0.30], [x, -0.06, 0.32], 0.125, &cloth);
    }
    if look.has(1) {
        let cushion = soft(look.detail([0.98, 0.72, 0.22]));
        for (x, turn) in [(-0.32, 40.0), (0.30, -8.0)] {
            let frame = Frame::at([x, 0.01, -0.07]).turned([-18.0, 0.0, turn]);
            builder.block("cushion", frame, [0.20, 0.20, 0.09], 0.08, &cushion);
        }
    }
    if look.has(2) {
        let color = look.detail([0.90, 0.36, 0.30]);
        let blanket = soft(color).with(Mask::stripes(UP, 0.16, 0.3), shade(color, 1.3));
        slab(builder, "blanket", [0.51, -0.42, -0.16], [0.80, 0.10, 0.20], 0.05, &blanket);
        for z in [-0.10, 0.02, 0.14] {
            builder.rod("tassel", [0.755, -0.40, z], [0.755, -0.50, z], 0.042, &soft(palette::CREAM));
        }
    }
}

pub(super) fn bed(builder: &mut Builder, look: &Look) {
    let wood = Paint::plain([0.66, 0.42, 0.22]);
    let color = look.main([0.28, 0.50, 0.82]);
    for (x, z) in [(-0.50, -0.68), (0.50, -0.68), (-0.50, 0.70), (0.50, 0.70)] {
        pillar(builder, "leg", [x, z], [-0.80, -0.20], [0.07, 0.08], &wood);
    }
    slab(builder, "frame", [-0.54, -0.62, -0.70], [0.54, -0.46, 0.70], 0.03, &wood);
    slab(builder, "footboard", [-0.55, -0.62, 0.66], [0.55, -0.30, 0.78], 0.04, &wood);
    let sheet = soft(palette::WHITE);
    slab(builder, "mattress", [-0.50, -0.50, -0.68], [0.50, -0.24, 0.68], 0.08, &sheet);
    let fold = Mask::band([0.0, 0.0, 1.0], -9.0, -0.30);
    let quilt = soft(color)
        .with(Mask::stripes([1.0, 0.0, 0.0], 0.36, 0.12), shade(color, 0.78))
        .with(fold, shade(color, 1.45));
    slab(builder, "blanket", [-0.56, -0.46, -0.28], [0.56, -0.14, 0.68], 0.08, &quilt);
    if look.has(3) {
        for x in [-0.48, 0.48] {
            pillar(builder, "headboard", [x, -0.72], [-0.50, 0.02], [0.07, 0.06], &wood);
            builder.sphere("knob", [x, 0.05, -0.72], 0.08, &palette::brass());
        }
        let panel = Mask::ellipsoid([0.0; 3], [0.36, 0.44, 0.6]);
        let part = builder.ellipsoid(
            "headboard",
            Frame::at([0.0, -0.12, -0.70]),
            [0.50, 0.58, 0.08],
            &wood.with(panel, [0.80, 0.56, 0.32]),
        );
        part.cuts = vec![([0.0, -1.0, 0.0], 0.60)];
    } else {
        slab(builder, "headboard", [-0.55, -0.62, -0.78], [0.55, 0.16, -0.66], 0.05, &wood);
    }
    if look.has(2) {
        let pillow = soft(look.detail([0.95, 0.55, 0.65]));
        let frame = Frame::at([0.0, -0.06, -0.50]).turned([-28.0, 0.0, 0.0]);
        builder.block("pillow", frame, [0.37, 0.19, 0.14], 0.13, &pillow);
    } else {
        for x in [-0.24, 0.24] {
            let frame = Frame::at([x, -0.16, -0.50]).turned([14.0, 0.0, 0.0]);
            builder.block("pillow", frame, [0.20, 0.08, 0.15], 0.075, &sheet);
        }
    }
    if look.has(1) {
        canopy(builder, look.detail([0.85, 0.30, 0.42]));
    }
}

fn canopy(builder: &mut Builder, color: Vec3) {
    let wood = Paint::plain([0.66, 0.42, 0.22]);
    let cloth = soft(color);
    for (x, z) in [(-0.50, -0.70), (0.50, -0.70), (-0.50, 0.70), (0.50, 0.70)] {
        builder.rod("post", [x, -0.40, z], [x, 0.62, z], 0.05, &wood);
    }
    let edge = cloth.clone().with(Mask::band(UP, -9.0, -0.05), shade(color, 1.35));
    slab(builder, "canopy", [-0.58, 0.56, -0.78], [0.58, 0.74, 0.78], 0.06, &edge);
    for x in [-0.50, 0.50] {
        pillar(builder, "curtain", [x, -0.64], [-0.30, 0.60], [0.10, 0.08], &cloth);
    }
}
