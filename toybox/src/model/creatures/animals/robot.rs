//! The robot, the only animal without fur.

use super::super::body::{Ends, Looks};
use super::super::palette::{RED, WHITE, YELLOW};
use crate::attributes::Animal;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing, sideways};
use crate::paint::{Mask, Material, Paint};
use crate::shape::Shape;

const ROBOT: Vec3 = [0.36, 0.66, 0.76];
const ROBOT_DARK: Vec3 = [0.27, 0.31, 0.37];
const GLOW: Vec3 = [0.45, 0.97, 0.95];

pub(super) fn looks() -> Looks {
    let shell = Paint::new(ROBOT, 0.6, 0.35);
    let light = |x: f32| Mask::ellipsoid([x, 0.055, 0.18], [0.032, 0.032, 0.05]);
    let panel = Mask::band([1.0, 0.0, 0.0], -0.135, 0.135)
        .and(Mask::band([0.0, 1.0, 0.0], -0.11, 0.11))
        .and(Mask::front());
    let lamp = |color| Material { color, metallic: 0.0, roughness: 0.25 };
    let gauge = Mask::band([1.0, 0.0, 0.0], -0.10, 0.10).and(Mask::band([0.0, 1.0, 0.0], -0.075, -0.02));
    let torso = shell
        .clone()
        .with_material(panel, lamp(ROBOT_DARK))
        .with_material(light(-0.08).and(Mask::front()), lamp(RED))
        .with_material(light(0.0).and(Mask::front()), lamp(YELLOW))
        .with_material(light(0.08).and(Mask::front()), lamp([0.30, 0.85, 0.35]))
        .with_material(gauge.and(Mask::front()), lamp(GLOW));
    let joint = Paint::new(ROBOT_DARK, 0.6, 0.4);
    Looks {
        build: super::build::build(Animal::Robot),
        limb: Paint::new([0.55, 0.58, 0.63], 0.8, 0.35)
            .with(Mask::stripes([0.0, 1.0, 0.0], 0.09, 0.5), ROBOT_DARK),
        fur: shell.clone(),
        torso_paint: torso,
        hand: joint,
        foot: shell,
        ends: Ends::Boxes,
    }
}

/// Adds the head, its face and the antenna.
pub(super) fn head(builder: &mut Builder, paint: &Paint) {
    builder.block("head", Frame::at([0.0, 0.355, 0.01]), [0.275, 0.235, 0.235], 0.11, paint);
    builder.group(0.0);
    builder.disc("neck", Frame::at([0.0, 0.10, 0.0]), 0.12, 0.07, &Paint::new(ROBOT_DARK, 0.8, 0.35));
    let visor = Paint::glossy([0.10, 0.13, 0.18]);
    builder.block("visor", Frame::at([0.0, 0.375, 0.235]), [0.215, 0.135, 0.035], 0.03, &visor);
    let glow = Paint::glossy(GLOW).with(Mask::ellipsoid([0.015, 0.05, -0.02], [0.022, 0.2, 0.022]), WHITE);
    for side in [-1.0, 1.0] {
        builder.disc("eye", facing([side * 0.105, 0.405, 0.265]), 0.062, 0.022, &glow);
        let bolt = sideways([side * 0.29, 0.37, 0.0]);
        builder.disc("bolt", bolt, 0.085, 0.045, &Paint::new(ROBOT_DARK, 0.8, 0.35));
    }
    let shape = Shape::Arc { major: 0.075, minor: 0.017, half_angle: 0.8 };
    builder.add(
        "mouth",
        shape,
        Frame::at([0.0, 0.367, 0.268]).turned([0.0, 0.0, 180.0]),
        &Paint::glossy(GLOW),
    );
    let mast = Paint::metal([0.6, 0.63, 0.68]);
    builder.rod("antenna", [0.17, 0.50, -0.06], [0.235, 0.76, -0.06], 0.021, &mast);
    builder.sphere("antenna", [0.245, 0.80, -0.06], 0.055, &Paint::glossy(RED));
    builder.disc("antenna", Frame::at([0.175, 0.575, -0.06]), 0.05, 0.03, &mast);
}
