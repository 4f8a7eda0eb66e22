//! Tails. They leave to the toy's left, where neither wheels nor backpacks nor capes hide them.

use super::Builder;
use super::body::Looks;
use super::palette::{INK, WHITE};
use crate::math::Vec3;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;
use crate::spec::Animal;

const ROOT: Vec3 = [0.03, -0.42, -0.17];

fn ringed(base: Vec3, ring: Vec3, period: f32) -> Paint {
    Paint::plain(base).with(Mask::stripes([0.0, 1.0, 0.0], period, 0.42), ring)
}

/// A tail that swings out and up, ending at the height of the chest.
fn swung(thick: f32) -> [(Vec3, f32); 4] {
    [
        (ROOT, thick),
        ([0.22, -0.50, -0.36], thick),
        ([0.42, -0.40, -0.42], thick),
        ([0.50, -0.17, -0.40], thick),
    ]
}

pub(crate) fn build(builder: &mut Builder, animal: Animal, looks: &Looks) {
    builder.group(0.03);
    match animal {
        Animal::Squirrel => {
            let curl = [
                (ROOT, 0.06),
                ([0.20, -0.46, -0.34], 0.100),
                ([0.37, -0.29, -0.42], 0.145),
                ([0.43, -0.06, -0.45], 0.170),
                ([0.47, 0.13, -0.44], 0.165),
            ];
            builder.chain("tail", &curl, &looks.fur);
            let tip = Paint::plain(super::palette::CREAM);
            builder.cone("tail", [0.49, 0.17, -0.42], [0.62, 0.24, -0.37], 0.160, 0.085, &tip);
        }
        Animal::Raccoon => {
            let mut tail = swung(0.095);
            tail[0].1 = 0.06;
            builder.chain("tail", &tail, &ringed([0.56, 0.56, 0.59], [0.17, 0.17, 0.20], 0.14));
        }
        Animal::Pig => {
            let curl = Shape::Arc { major: 0.065, minor: 0.026, half_angle: 2.7 };
            let frame = super::Frame::at([0.16, -0.36, -0.265]).turned([0.0, -35.0, 100.0]);
            builder.add("tail", curl, frame, &looks.fur);
            builder.rod("tail", [0.06, -0.38, -0.20], [0.13, -0.41, -0.24], 0.026, &looks.fur);
        }
        Animal::Monkey => {
            builder.chain("tail", &swung(0.04), &looks.fur);
            let curl = Shape::Arc { major: 0.075, minor: 0.04, half_angle: 2.4 };
            let frame = super::Frame::at([0.43, -0.13, -0.40]).turned([0.0, 0.0, -10.0]);
            builder.add("tail", curl, frame, &looks.fur);
        }
        Animal::Lion => {
            builder.chain("tail", &swung(0.036), &looks.fur);
            let tuft = Paint::plain([0.62, 0.31, 0.11]);
            builder.cone("tail", [0.50, -0.16, -0.40], [0.52, -0.04, -0.40], 0.082, 0.03, &tuft);
        }
        Animal::Tiger => builder.chain("tail", &swung(0.048), &ringed([0.97, 0.55, 0.14], INK, 0.11)),
        Animal::Rabbit => {
            builder.sphere("tail", [0.0, -0.36, -0.25], 0.095, &Paint::plain(WHITE));
        }
        Animal::Bear => {
            builder.sphere("tail", [0.0, -0.36, -0.265], 0.065, &looks.fur);
        }
        Animal::Robot | Animal::Orangutan => {}
    }
}
