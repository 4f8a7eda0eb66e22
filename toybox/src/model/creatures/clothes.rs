//! Clothes and the backpack. Clothes are copies of the torso and the limbs that are inflated, cut and
//! painted.

use super::body::Looks;
use super::palette::{BRASS, INK, RED, STEEL, WHITE, YELLOW, brass, steel};
use super::pose::Pose;
use crate::attributes::Clothing;
use crate::math::{Frame, Vec3, mix};
use crate::model::builder::Builder;
use crate::paint::{Mask, Material, Paint};
use crate::shape::Shape;
use crate::spec::SceneSpec;

const SHELL: f32 = 0.028;
const SLEEVE: f32 = 0.02;
const UP: Vec3 = [0.0, 1.0, 0.0];
const LEATHER: Vec3 = [0.30, 0.17, 0.11];
const NAVY: Vec3 = [0.13, 0.16, 0.29];

pub(crate) fn build(builder: &mut Builder, spec: &SceneSpec, looks: &Looks, pose: &Pose) {
    match spec.clothing {
        Clothing::None => {}
        Clothing::LeatherJacket => leather_jacket(builder, looks, pose),
        Clothing::Sweater => sweater(builder, looks, pose),
        Clothing::Cape => cape(builder, looks),
        Clothing::MedievalArmor => armor(builder, looks, pose),
        Clothing::Suit => suit(builder, looks, pose),
    }
    if spec.backpack {
        backpack(builder, looks);
    }
}

/// Adds the torso, inflated, between two heights. The paint is in object space.
fn shell(builder: &mut Builder, looks: &Looks, inflate: f32, low: f32, high: f32, paint: &Paint) {
    let (shape, frame) = looks.build.torso.shape();
    let part = builder.add("clothes", shape, frame, &paint.clone().seen_from(frame.origin));
    part.inflate = inflate;
    part.cuts = vec![([0.0, -1.0, 0.0], -low), (UP, high)];
}

/// Returns the radius of a collar: `least`, or more for a broad chest.
fn collar_radius(looks: &Looks, least: f32) -> f32 {
    least.max(looks.build.torso.depth(0.06) - 0.015)
}

/// Adds sleeves that end at the fraction `reach` of the forearm.
fn sleeves(builder: &mut Builder, looks: &Looks, pose: &Pose, reach: f32, paint: &Paint) {
    let radii = looks.build.arm_radii().map(|r| r + SLEEVE);
    for side in 0..2 {
        let (shoulder, elbow) = (pose.shoulders[side], pose.elbows[side]);
        let wrist = mix(elbow, pose.hands[side], reach);
        builder.cone("sleeve", shoulder, elbow, radii[0], radii[1], paint);
        builder.cone("sleeve", elbow, wrist, radii[1], radii[2], paint);
    }
}

/// Adds rings around the wrists.
fn cuffs(builder: &mut Builder, looks: &Looks, pose: &Pose, reach: f32, paint: &Paint) {
    for side in 0..2 {
        let (elbow, hand) = (pose.elbows[side], pose.hands[side]);
        let at = Frame::towards(mix(elbow, hand, reach), hand, [0.0, 0.0, 1.0]);
        builder.disc("cuff", at, looks.build.arm_radii()[2] + 0.028, 0.026, paint);
    }
}

fn trousers(builder: &mut Builder, looks: &Looks, pose: &Pose, reach: f32, paint: &Paint) {
    let radii = looks.build.leg_radii().map(|r| r + 0.016);
    for side in 0..2 {
        let (hip, knee) = (pose.hips[side], pose.knees[side]);
        builder.cone("trousers", hip, knee, radii[0], radii[1], paint);
        builder.cone("trousers", knee, mix(knee, pose.ankles[side], reach), radii[1], radii[2], paint);
    }
}

/// Returns the region of a V-shaped opening from the neck down to `low`; `half` is its half width at the
/// collar.
fn neckline(half: f32, low: f32) -> Mask {
    let slope = half / (0.08 - low);
    // x - slope (y - low) <= 0 on both sides.
    Mask::band([1.0, -slope, 0.0], -9.0, -slope * low).mirrored().and(Mask::front())
}

fn stripe(half: f32, low: f32, high: f32) -> Mask {
    Mask::band([1.0, 0.0, 0.0], -half, half).and(Mask::band(UP, low, high)).and(Mask::front())
}

fn leather_jacket(builder: &mut Builder, looks: &Looks, pose: &Pose) {
    let leather = Paint::new(LEATHER, 0.0, 0.32);
    let zip = Material { color: STEEL, metallic: 1.0, roughness: 0.3 };
    let jacket = leather
        .clone()
        .with(neckline(0.165, -0.17), [0.56, 0.36, 0.23])
        .with(neckline(0.095, -0.12), WHITE)
        .with_material(stripe(0.02, -0.42, -0.14), zip)
        .with(Mask::band(UP, -0.46, -0.385), [0.20, 0.11, 0.07]);
    builder.group(0.02);
    shell(builder, looks, SHELL + 0.004, -0.43, 0.10, &jacket);
    sleeves(builder, looks, pose, 0.66, &leather);
    cuffs(builder, looks, pose, 0.70, &Paint::new([0.20, 0.11, 0.07], 0.0, 0.4));
    builder.group(0.0);
    let frame = Frame::at([0.0, 0.065, -0.01]).turned([14.0, 0.0, 0.0]);
    builder.torus(
        "collar",
        frame,
        collar_radius(looks, 0.175),
        0.042,
        &Paint::new([0.56, 0.36, 0.23], 0.0, 0.4),
    );
}

fn sweater(builder: &mut Builder, looks: &Looks, pose: &Pose) {
    let (red, cream) = ([0.80, 0.22, 0.24], [0.96, 0.91, 0.80]);
    let knit = Paint::new(red, 0.0, 0.9);
    let bands = Mask::stripes(UP, 0.13, 0.42);
    builder.group(0.025);
    shell(builder, looks, SHELL + 0.01, -0.42, 0.10, &knit.clone().with(bands.clone(), cream));
    sleeves(builder, looks, pose, 0.68, &knit.clone().with(Mask::stripes(UP, 0.11, 0.42), cream));
    builder.group(0.0);
    builder.torus("collar", Frame::at([0.0, 0.065, 0.0]), collar_radius(looks, 0.175), 0.05, &knit);
}

fn cape(builder: &mut Builder, looks: &Looks) {
    builder.group(0.0);
    let paint = Paint::new([0.76, 0.10, 0.14], 0.0, 0.7)
        .with(Mask::Sectors { count: 14.0, twist: 0.0 }, [0.62, 0.06, 0.11]);
    let shape = Shape::Stump { half_height: 0.46, low: 0.46, high: 0.20, rounding: 0.05 };
    let frame = Frame::at([0.0, -0.40, -0.06]).turned([6.0, 0.0, 0.0]);
    let part = builder.add("cape", shape, frame, &paint);
    part.skin = Some(0.024);
    part.cuts = vec![([0.0, 0.25, 1.0], -0.06), ([0.0, -1.0, 0.0], 0.74), (UP, 0.07)];
    let collar = Paint::new([0.76, 0.10, 0.14], 0.0, 0.7);
    let radius = collar_radius(looks, 0.195);
    builder.torus("collar", Frame::at([0.0, 0.06, 0.0]).turned([10.0, 0.0, 0.0]), radius, 0.048, &collar);
    builder.sphere("clasp", [0.0, 0.015, radius + 0.04], 0.052, &brass());
}

fn armor(builder: &mut Builder, looks: &Looks, pose: &Pose) {
    let plate = steel();
    let trim = Material { color: BRASS, metallic: 1.0, roughness: 0.3 };
    let dark = Material { color: [0.42, 0.44, 0.49], metallic: 1.0, roughness: 0.4 };
    let chest = plate
        .clone()
        .with_material(stripe(0.022, -0.30, 0.02), trim)
        .with_material(Mask::band(UP, -0.09, -0.045).and(stripe(0.085, -0.2, 0.0)), trim)
        .with_material(Mask::band(UP, -0.345, -0.295), trim);
    builder.group(0.0);
    shell(builder, looks, SHELL + 0.008, -0.35, 0.10, &chest);
    let skirt = plate.clone().with_material(Mask::Sectors { count: 10.0, twist: 0.0 }, dark);
    shell(builder, looks, SHELL - 0.008, -0.49, -0.30, &skirt);
    sleeves(builder, looks, pose, 0.72, &plate);
    trousers(builder, looks, pose, 0.9, &plate);
    builder.torus("collar", Frame::at([0.0, 0.065, 0.0]), collar_radius(looks, 0.18), 0.042, &brass());
    for side in 0..2 {
        let [x, y, z] = pose.shoulders[side];
        let pad = Frame::at([x * 1.18, y + 0.005, z]).turned([0.0, 0.0, -38.0 * x.signum()]);
        let broad = looks.build.arm.max(1.15) / 1.15;
        let rim = plate.clone().with_material(Mask::band(UP, -9.0, 0.0), trim);
        let part = builder.ellipsoid("pauldron", pad, [0.135 * broad, 0.125 * broad, 0.145 * broad], &rim);
        let axis = pad.axes[1];
        let offset = crate::math::dot(axis, pad.origin) - 0.035;
        part.cuts = vec![(axis.map(|a| -a), -offset)];
        let out = looks.build.leg_radii()[1] - 0.045;
        builder.sphere("knee guard", crate::math::add(pose.knees[side], [0.0, 0.0, out]), 0.085, &brass());
    }
}

fn suit(builder: &mut Builder, looks: &Looks, pose: &Pose) {
    let cloth = Paint::new(NAVY, 0.0, 0.75);
    let button = |y: f32| Mask::ellipsoid([0.0, y, 0.25], [0.024, 0.024, 0.2]);
    let tie = Mask::band([1.0, 0.25, 0.0], -9.0, 0.012)
        .mirrored()
        .and(Mask::band(UP, -0.17, 0.2))
        .and(Mask::front());
    let jacket = cloth
        .clone()
        .with(neckline(0.17, -0.22), [0.20, 0.24, 0.40])
        .with(neckline(0.12, -0.20), WHITE)
        .with(tie, RED)
        .with(button(-0.26), INK)
        .with(button(-0.34), INK)
        .with(
            Mask::band([1.0, 0.0, 0.0], 0.10, 0.165).and(Mask::band(UP, -0.135, -0.095)).and(Mask::front()),
            WHITE,
        );
    builder.group(0.03);
    let legs = Paint::new([0.11, 0.14, 0.26], 0.0, 0.75);
    shell(builder, looks, 0.014, -0.70, -0.38, &legs);
    trousers(builder, looks, pose, 0.92, &legs);
    builder.group(0.02);
    shell(builder, looks, SHELL, -0.47, 0.10, &jacket);
    sleeves(builder, looks, pose, 0.66, &cloth);
    cuffs(builder, looks, pose, 0.74, &Paint::plain(WHITE));
    builder.group(0.0);
    builder.torus(
        "collar",
        Frame::at([0.0, 0.062, 0.005]).turned([12.0, 0.0, 0.0]),
        collar_radius(looks, 0.17),
        0.04,
        &Paint::plain(WHITE),
    );
    let front = collar_radius(looks, 0.17) + 0.045;
    builder.block("tie", Frame::at([0.0, 0.015, front]), [0.045, 0.038, 0.035], 0.02, &Paint::plain(RED));
}

fn backpack(builder: &mut Builder, looks: &Looks) {
    let green = Paint::new([0.22, 0.56, 0.33], 0.0, 0.7);
    let strap = Paint::new([0.93, 0.62, 0.18], 0.0, 0.7);
    builder.group(0.0);
    let (shape, frame) = looks.build.torso.shape();
    for side in [-1.0, 1.0] {
        let part = builder.add("strap", shape, frame, &strap);
        part.inflate = 0.058;
        part.cuts = vec![([-side, 0.0, 0.0], -0.082), ([side, 0.0, 0.0], 0.148), ([0.0, -1.0, 0.0], 0.33)];
    }
    let bag = green.clone().with(Mask::band(UP, 0.085, 0.125), YELLOW);
    builder.block("backpack", Frame::at([0.0, -0.13, -0.345]), [0.185, 0.225, 0.115], 0.085, &bag);
    let pocket = green.with(Mask::band(UP, 0.02, 0.055), YELLOW);
    builder.block("backpack", Frame::at([0.0, -0.22, -0.455]), [0.125, 0.095, 0.055], 0.045, &pocket);
    builder.rod("backpack", [-0.17, 0.10, -0.37], [0.17, 0.10, -0.37], 0.062, &strap);
}
