//! Tails and wings. Tails point to the toy's left, where wheels, backpacks and capes do not hide them.

use super::body::Looks;
use super::palette::{INK, WHITE};
use crate::attributes::Animal;
use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

const ROOT: Vec3 = [0.03, -0.42, -0.17];

fn ringed(base: Vec3, ring: Vec3, period: f32) -> Paint {
    Paint::plain(base).with(Mask::stripes([0.0, 1.0, 0.0], period, 0.42), ring)
}

/// Returns the points of a tail that curves outward and up to the height of the chest.
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
                ([0.20, -0.46, -0.34], 0.105),
                ([0.39, -0.28, -0.43], 0.165),
                ([0.45, -0.02, -0.47], 0.195),
                ([0.48, 0.20, -0.46], 0.190),
            ];
            builder.chain("tail", &curl, &looks.fur);
            let tip = Paint::plain(super::palette::CREAM);
            builder.cone("tail", [0.51, 0.27, -0.44], [0.68, 0.36, -0.38], 0.185, 0.095, &tip);
        }
        Animal::Raccoon => {
            let mut tail = swung(0.150);
            tail[0].1 = 0.06;
            builder.chain("tail", &tail, &ringed(looks.fur.base_color(), [0.17, 0.17, 0.20], 0.16));
        }
        Animal::Pig => {
            let curl = Shape::Arc { major: 0.075, minor: 0.040, half_angle: 2.7 };
            let frame = Frame::at([0.17, -0.35, -0.30]).turned([0.0, -35.0, 100.0]);
            builder.add("tail", curl, frame, &looks.fur);
            builder.rod("tail", [0.06, -0.38, -0.22], [0.13, -0.41, -0.25], 0.040, &looks.fur);
        }
        Animal::Monkey => {
            builder.chain("tail", &swung(0.055), &looks.fur);
            let curl = Shape::Arc { major: 0.095, minor: 0.055, half_angle: 2.4 };
            let frame = Frame::at([0.41, -0.12, -0.40]).turned([0.0, 0.0, -10.0]);
            builder.add("tail", curl, frame, &looks.fur);
        }
        Animal::Lion => {
            builder.chain("tail", &swung(0.045), &looks.fur);
            let tuft = Paint::plain([0.62, 0.31, 0.11]);
            builder.cone("tail", [0.50, -0.16, -0.40], [0.53, 0.02, -0.40], 0.110, 0.04, &tuft);
        }
        Animal::Tiger => {
            let stripes = ringed(looks.fur.base_color(), INK, 0.13);
            builder.chain("tail", &swung(0.078), &stripes);
            builder.cone("tail", [0.50, -0.17, -0.40], [0.46, 0.10, -0.38], 0.078, 0.064, &stripes);
        }
        Animal::Rabbit => {
            builder.sphere("tail", [0.0, -0.37, -0.30], 0.135, &Paint::plain(WHITE));
        }
        Animal::Bear => {
            builder.sphere("tail", [0.0, -0.36, -0.295], 0.075, &looks.fur);
            // The hump between the shoulders.
            builder.ellipsoid("hump", Frame::at([0.0, 0.0, -0.20]), [0.20, 0.18, 0.155], &looks.fur);
        }
        Animal::Dog => {
            let wag = [
                (ROOT, 0.075),
                ([0.17, -0.44, -0.33], 0.080),
                ([0.31, -0.29, -0.40], 0.078),
                ([0.40, -0.08, -0.40], 0.070),
            ];
            builder.chain("tail", &wag, &looks.fur);
            let tip = Paint::plain(WHITE);
            builder.cone("tail", [0.40, -0.08, -0.40], [0.42, 0.04, -0.38], 0.072, 0.040, &tip);
        }
        Animal::Cat => {
            let hook = [
                (ROOT, 0.062),
                ([0.22, -0.50, -0.36], 0.062),
                ([0.42, -0.40, -0.42], 0.062),
                ([0.53, -0.17, -0.40], 0.062),
                ([0.50, 0.03, -0.38], 0.062),
                ([0.61, 0.14, -0.36], 0.056),
            ];
            builder.chain("tail", &hook, &ringed(looks.fur.base_color(), [0.62, 0.62, 0.68], 0.12));
        }
        Animal::Fox => {
            let brush = [
                (ROOT, 0.06),
                ([0.20, -0.49, -0.34], 0.105),
                ([0.40, -0.47, -0.43], 0.170),
                ([0.57, -0.36, -0.44], 0.185),
            ];
            builder.chain("tail", &brush, &looks.fur);
            let tip = Paint::plain(WHITE);
            builder.cone("tail", [0.60, -0.33, -0.44], [0.83, -0.14, -0.41], 0.178, 0.045, &tip);
        }
        Animal::Panda => {
            builder.sphere("tail", [0.0, -0.36, -0.325], 0.095, &looks.fur);
        }
        Animal::Mouse => {
            let whip = [
                (ROOT, 0.042),
                ([0.18, -0.51, -0.34], 0.040),
                ([0.36, -0.54, -0.40], 0.038),
                ([0.53, -0.47, -0.42], 0.037),
                ([0.63, -0.32, -0.42], 0.035),
                ([0.65, -0.15, -0.40], 0.033),
                ([0.72, 0.0, -0.38], 0.031),
            ];
            builder.chain("tail", &whip, &Paint::plain([0.97, 0.66, 0.68]));
        }
        Animal::Elephant | Animal::Cow => {
            let tuft = if animal == Animal::Cow { [0.20, 0.16, 0.15] } else { [0.36, 0.42, 0.50] };
            let hanging = [(ROOT, 0.042), ([0.20, -0.36, -0.38], 0.044), ([0.36, -0.44, -0.43], 0.042)];
            builder.chain("tail", &hanging, &looks.fur);
            let tuft = Paint::plain(tuft);
            builder.cone("tail", [0.37, -0.45, -0.42], [0.45, -0.57, -0.42], 0.052, 0.078, &tuft);
            builder.cone("tail", [0.45, -0.57, -0.42], [0.48, -0.68, -0.42], 0.078, 0.026, &tuft);
        }
        Animal::Penguin => {
            builder.cone("tail", [0.0, -0.42, -0.22], [0.0, -0.56, -0.46], 0.13, 0.045, &looks.fur);
        }
        Animal::Dragon => dragon(builder, &looks.fur),
        Animal::Robot | Animal::Orangutan | Animal::Frog => {}
    }
}

/// Adds a thick tail, spikes along back and tail, and two wings.
fn dragon(builder: &mut Builder, fur: &Paint) {
    let tail = [
        (ROOT, 0.10),
        ([0.19, -0.52, -0.35], 0.125),
        ([0.42, -0.56, -0.44], 0.105),
        ([0.63, -0.50, -0.42], 0.080),
        ([0.74, -0.34, -0.38], 0.058),
    ];
    builder.chain("tail", &tail, fur);
    let glow = Paint::plain([0.98, 0.58, 0.17]);
    builder.group(0.0);
    builder.cone("tail", [0.745, -0.33, -0.38], [0.775, -0.15, -0.36], 0.092, 0.028, &glow);
    for (root, tip) in [
        ([0.0, -0.05, -0.16], [0.0, 0.0, -0.33]),
        ([0.0, -0.22, -0.20], [0.0, -0.18, -0.38]),
        ([0.21, -0.43, -0.39], [0.21, -0.31, -0.48]),
        ([0.46, -0.48, -0.46], [0.45, -0.35, -0.50]),
    ] {
        builder.cone("spike", root, tip, 0.066, 0.024, &glow);
    }
    for side in [-1.0, 1.0] {
        wing(builder, side, fur, &glow);
    }
}

/// Adds a wing behind a shoulder: a bone and the skin below it.
fn wing(builder: &mut Builder, side: f32, fur: &Paint, skin: &Paint) {
    builder.group(0.03);
    let bone = [
        ([side * 0.13, -0.02, -0.15], 0.05),
        ([side * 0.34, 0.19, -0.28], 0.048),
        ([side * 0.72, 0.27, -0.36], 0.036),
    ];
    builder.chain("wing", &bone, fur);
    for (x, y, z, half, drop, lean) in [
        (0.35, 0.06, -0.275, 0.105, 0.20, -4.0),
        (0.49, 0.10, -0.305, 0.10, 0.19, 8.0),
        (0.62, 0.16, -0.335, 0.09, 0.16, 24.0),
    ] {
        let frame = Frame::at([side * x, y, z]).turned([0.0, side * 14.0, side * lean]);
        builder.ellipsoid("wing", frame, [half, drop, 0.032], skin);
    }
}
