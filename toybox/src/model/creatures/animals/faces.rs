//! Eyes, muzzles and mouths.

use super::*;
use crate::model::builder::facing;

/// Returns the color of the eyeball and the radii of the pupil.
fn gaze(animal: Animal) -> (Vec3, [f32; 2]) {
    match animal {
        Animal::Cat => ([0.66, 0.86, 0.30], [0.036, 0.062]),
        Animal::Dragon => ([0.99, 0.86, 0.36], [0.034, 0.062]),
        _ => (WHITE, [0.050, 0.058]),
    }
}

/// Adds eyes with a big pupil and a highlight, turned slightly outward.
pub(super) fn eyes(builder: &mut Builder, animal: Animal) {
    builder.group(0.0);
    let (ball, [wide, high]) = gaze(animal);
    let narrow = matches!(animal, Animal::Orangutan | Animal::Monkey);
    for side in [-1.0, 1.0] {
        let frame = match animal {
            Animal::Frog => Frame::at([side * 0.232, 0.55, 0.212]).turned([-6.0, side * 20.0, 0.0]),
            Animal::Elephant => Frame::at([side * 0.142, 0.405, 0.245]).turned([-8.0, side * 20.0, 0.0]),
            _ if narrow => Frame::at([side * 0.095, 0.392, 0.259]).turned([-6.0, side * 16.0, 0.0]),
            _ => Frame::at([side * 0.118, 0.392, 0.252]).turned([-6.0, side * 16.0, 0.0]),
        };
        let paint = Paint::new(ball, 0.0, 0.2)
            .with(Mask::ellipsoid([-side * 0.004, -0.004, 0.04], [wide, high, 0.2]).and(Mask::front()), INK)
            .with(Mask::ellipsoid([0.006, 0.026, 0.04], [0.021, 0.021, 0.2]).and(Mask::front()), WHITE);
        builder.ellipsoid("eye", frame, [0.068, 0.078, 0.0355], &paint);
    }
}

pub(super) fn smile(builder: &mut Builder, y: f32, z: f32, major: f32) {
    let shape = Shape::Arc { major, minor: 0.0165, half_angle: 0.95 };
    let frame = Frame::at([0.0, y + major, z]).turned([0.0, 0.0, 180.0]);
    builder.add("mouth", shape, frame, &Paint::plain([0.25, 0.10, 0.09]));
}

pub(super) fn muzzle(builder: &mut Builder, animal: Animal) {
    let (color, nose, radii) = match animal {
        Animal::Bear => (BEAR_MUZZLE, INK, [0.150, 0.115, 0.215]),
        Animal::Raccoon => (WHITE, INK, [0.115, 0.085, 0.125]),
        Animal::Lion | Animal::Tiger => (WHITE, [0.55, 0.22, 0.18], [0.145, 0.09, 0.105]),
        Animal::Rabbit => (WHITE, [0.93, 0.45, 0.52], [0.115, 0.082, 0.085]),
        Animal::Dog => (WHITE, INK, [0.135, 0.102, 0.20]),
        Animal::Cat => (WHITE, [0.93, 0.47, 0.52], [0.125, 0.082, 0.09]),
        Animal::Fox => (WHITE, INK, [0.11, 0.085, 0.23]),
        Animal::Panda => (WHITE, INK, [0.12, 0.085, 0.085]),
        Animal::Mouse => (WHITE, [0.93, 0.45, 0.52], [0.10, 0.082, 0.20]),
        _ => (CREAM, [0.30, 0.14, 0.10], [0.115, 0.085, 0.09]),
    };
    builder.group(0.02);
    builder.ellipsoid("muzzle", Frame::at([0.0, 0.272, 0.225]), radii, &Paint::plain(color));
    builder.group(0.0);
    let front = 0.225 + radii[2];
    let top = 0.272 + radii[1];
    builder.ellipsoid(
        "nose",
        Frame::at([0.0, top - 0.022, front - 0.02]),
        [0.048, 0.036, 0.036],
        &Paint::glossy(nose),
    );
    // On a long muzzle the corners of the mouth are farther back.
    let mouth = front - 0.016 - 0.2 * (radii[2] - 0.125).max(0.0);
    smile(builder, 0.272 - 0.48 * radii[1], mouth, 0.058);
    if matches!(animal, Animal::Rabbit | Animal::Squirrel | Animal::Mouse) {
        let teeth = Frame::at([0.0, 0.272 - 0.88 * radii[1], front - 0.028]);
        let paint = Paint::glossy([1.0, 1.0, 0.98]);
        builder.block("teeth", teeth, [0.035, 0.036, 0.018], 0.012, &paint);
    }
}

pub(super) fn pig_face(builder: &mut Builder) {
    builder.group(0.0);
    let nostril = Mask::ellipsoid([0.038, 0.05, 0.0], [0.021, 0.2, 0.032]).mirrored();
    let snout = Paint::plain(PIG_DARK).with(nostril, [0.55, 0.20, 0.25]);
    let shape = Shape::Stump { half_height: 0.085, low: 0.142, high: 0.125, rounding: 0.025 };
    builder.add("snout", shape, facing([0.0, 0.315, 0.305]), &snout);
    smile(builder, 0.148, 0.195, 0.085);
}

pub(super) fn ape_face(builder: &mut Builder, animal: Animal) {
    let (color, radii) = match animal {
        Animal::Orangutan => (ORANGUTAN_FACE, [0.165, 0.115, 0.125]),
        _ => (MONKEY_FACE, [0.165, 0.105, 0.105]),
    };
    let dark = color.map(|c| c * 0.55);
    builder.group(0.02);
    if animal == Animal::Orangutan {
        for side in [-1.0, 1.0] {
            let pad = Frame::at([side * 0.205, 0.325, 0.160]).turned([0.0, side * 12.0, 0.0]);
            builder.ellipsoid("cheek", pad, [0.165, 0.185, 0.085], &Paint::plain(color.map(|c| c * 0.92)));
        }
    }
    let nostrils = Mask::ellipsoid([0.026, 0.062, 0.1], [0.018, 0.018, 0.1]).mirrored().and(Mask::front());
    builder.ellipsoid(
        "muzzle",
        Frame::at([0.0, 0.262, 0.225]),
        radii,
        &Paint::plain(color).with(nostrils, dark),
    );
    builder.group(0.0);
    smile(builder, 0.262 - 0.45 * radii[1], 0.225 + 0.88 * radii[2], 0.085);
    if animal == Animal::Orangutan {
        builder.group(0.03);
        let fur = Paint::plain(ORANGUTAN);
        builder.cone("tuft", [0.0, 0.45, 0.0], [0.0, 0.55, 0.03], 0.17, 0.10, &fur);
        builder.cone("beard", [0.0, 0.19, 0.17], [0.0, 0.03, 0.25], 0.11, 0.05, &fur);
    }
}
