//! Trunks, beaks and other faces that only one animal has.

use super::faces::smile;
use super::*;

/// Adds a tongue below the smile of a dog.
pub(super) fn tongue(builder: &mut Builder) {
    builder.group(0.0);
    let pink = Paint::plain([0.95, 0.45, 0.50]);
    let frame = Frame::at([0.012, 0.172, 0.325]).turned([-14.0, 0.0, 4.0]);
    builder.ellipsoid("tongue", frame, [0.05, 0.075, 0.027], &pink);
}

/// Adds pointed tufts of fur that widen the face; `x` and `y` are the coordinates of their tips.
pub(super) fn cheeks(builder: &mut Builder, [x, y]: [f32; 2], thick: f32, fur: &Paint) {
    builder.group(0.03);
    for side in [-1.0, 1.0] {
        let (root, tip) = ([side * 0.20, 0.27, 0.07], [side * x, y, 0.03]);
        builder.cone("cheek", root, tip, thick, 0.036, fur);
    }
}

/// Adds round cheeks, wider than the head.
pub(super) fn round_cheeks(builder: &mut Builder, fur: &Paint) {
    builder.group(0.04);
    for side in [-1.0, 1.0] {
        builder.ellipsoid("cheek", Frame::at([side * 0.235, 0.28, 0.03]), [0.125, 0.125, 0.16], fur);
    }
}

/// Adds a trunk that ends above the held things, and two tusks.
pub(super) fn trunk(builder: &mut Builder, fur: &Paint) {
    builder.group(0.035);
    let hanging = [
        ([0.0, 0.30, 0.20], 0.105),
        ([0.0, 0.215, 0.335], 0.09),
        ([0.0, 0.135, 0.41], 0.076),
        ([0.0, 0.10, 0.50], 0.068),
        ([0.0, 0.14, 0.575], 0.062),
        ([0.0, 0.205, 0.60], 0.06),
    ];
    builder.chain("trunk", &hanging, fur);
    builder.group(0.0);
    let ivory = Paint::glossy([0.98, 0.95, 0.86]);
    for side in [-1.0, 1.0] {
        let tusk = [
            ([side * 0.125, 0.245, 0.215], 0.042),
            ([side * 0.15, 0.165, 0.32], 0.038),
            ([side * 0.155, 0.17, 0.41], 0.024),
        ];
        builder.chain("tusk", &tusk, &ivory);
    }
}

pub(super) fn cow_muzzle(builder: &mut Builder) {
    let nostrils = Mask::ellipsoid([0.07, 0.045, 0.12], [0.028, 0.024, 0.1]).mirrored().and(Mask::front());
    let pink = Paint::plain(COW_PINK).with(nostrils, [0.62, 0.30, 0.31]);
    builder.group(0.02);
    builder.ellipsoid("muzzle", Frame::at([0.0, 0.25, 0.235]), [0.225, 0.130, 0.165], &pink);
    builder.group(0.0);
    smile(builder, 0.19, 0.368, 0.085);
}

pub(super) fn beak(builder: &mut Builder) {
    builder.group(0.0);
    let upper = Frame::at([0.0, 0.31, 0.31]).turned([8.0, 0.0, 0.0]);
    builder.ellipsoid("beak", upper, [0.09, 0.056, 0.19], &Paint::glossy(BEAK));
    let lower = Frame::at([0.0, 0.268, 0.27]).turned([14.0, 0.0, 0.0]);
    builder.ellipsoid("beak", lower, [0.072, 0.04, 0.14], &Paint::glossy([0.88, 0.45, 0.08]));
}

/// Adds bulges at the sides of the head that hold the eyes.
pub(super) fn frog_lids(builder: &mut Builder, fur: &Paint) {
    for side in [-1.0, 1.0] {
        builder.sphere("eyelid", [side * 0.215, 0.55, 0.116], 0.128, fur);
    }
}

/// Adds a broad snout with a mouth from one side of the head to the other.
pub(super) fn frog_mouth(builder: &mut Builder, fur: &Paint) {
    let (center, radii) = ([0.0, 0.275, 0.125], [0.285, 0.135, 0.178]);
    let jaw = Mask::band([0.0, 1.0, 0.0], -9.0, -0.045);
    let nostrils = Mask::ellipsoid([0.055, 0.085, 0.2], [0.022, 0.022, 0.1]).mirrored();
    let paint = fur.clone().with(jaw, FROG_BELLY).with(nostrils, [0.16, 0.24, 0.12]);
    builder.group(0.04);
    builder.ellipsoid("snout", Frame::at(center), radii, &paint);
    builder.group(0.0);
    let points: Vec<_> = (-4..=4)
        .map(|step| {
            // The mouth follows the snout's surface; its corners are higher than its middle.
            let across = 0.80 * step as f32 / 4.0;
            let up = -0.42 + 0.72 * across * across;
            let out = (1.0 - across * across - up * up).max(0.0).sqrt();
            let at = [across, up, out];
            ([0, 1, 2].map(|axis| center[axis] + radii[axis] * at[axis]), 0.0185)
        })
        .collect();
    builder.chain("mouth", &points, &Paint::plain([0.30, 0.13, 0.11]));
}

/// Adds a broad snout with two fangs.
pub(super) fn dragon_snout(builder: &mut Builder, fur: &Paint) {
    let jaw = Mask::band([0.0, 1.0, 0.0], -9.0, -0.035);
    let nostrils = Mask::ellipsoid([0.07, 0.065, 0.12], [0.027, 0.023, 0.1]).mirrored().and(Mask::front());
    let snout = fur.clone().with(jaw, CREAM).with(nostrils, [0.06, 0.25, 0.18]);
    builder.group(0.025);
    builder.ellipsoid("snout", Frame::at([0.0, 0.27, 0.235]), [0.165, 0.105, 0.165], &snout);
    builder.group(0.0);
    smile(builder, 0.215, 0.358, 0.085);
    for side in [-1.0, 1.0] {
        let root = [side * 0.082, 0.235, 0.35];
        builder.cone("fang", root, [side * 0.085, 0.185, 0.36], 0.027, 0.018, &Paint::glossy(WHITE));
    }
}
