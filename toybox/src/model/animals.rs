//! What makes each animal that animal: fur, face and ears.

use super::body::{Looks, Torso};
use super::palette::{CREAM, INK, RED, WHITE, YELLOW};
use super::{Builder, Frame, sideways};
use crate::math::Vec3;
use crate::paint::{Mask, Material, Paint};
use crate::shape::Shape;
use crate::spec::Animal;

/// Middle and radii of every head.
pub(crate) const HEAD: Vec3 = [0.0, 0.36, 0.02];
pub(crate) const HEAD_RADII: Vec3 = [0.30, 0.26, 0.265];

const SQUIRREL: Vec3 = [0.80, 0.43, 0.18];
const RACCOON: Vec3 = [0.56, 0.56, 0.59];
const MASK: Vec3 = [0.17, 0.17, 0.20];
const PIG: Vec3 = [0.98, 0.68, 0.70];
const PIG_DARK: Vec3 = [0.93, 0.50, 0.55];
const MONKEY: Vec3 = [0.47, 0.29, 0.17];
const MONKEY_FACE: Vec3 = [0.93, 0.73, 0.53];
const ROBOT: Vec3 = [0.36, 0.66, 0.76];
const ROBOT_DARK: Vec3 = [0.27, 0.31, 0.37];
const GLOW: Vec3 = [0.45, 0.97, 0.95];
const LION: Vec3 = [0.95, 0.72, 0.34];
const MANE: Vec3 = [0.62, 0.31, 0.11];
const RABBIT: Vec3 = [0.90, 0.88, 0.88];
const EAR_PINK: Vec3 = [0.97, 0.66, 0.68];
const TIGER: Vec3 = [0.97, 0.55, 0.14];
const ORANGUTAN: Vec3 = [0.76, 0.31, 0.11];
const ORANGUTAN_FACE: Vec3 = [0.60, 0.45, 0.38];
const BEAR: Vec3 = [0.40, 0.25, 0.15];
const BEAR_MUZZLE: Vec3 = [0.82, 0.63, 0.42];

/// The patch on the belly, in the frame of a pear torso.
fn belly_patch() -> Mask {
    Mask::ellipsoid([0.0, 0.06, 0.22], [0.165, 0.235, 0.2])
}

fn pear(belly: f32, chest: f32, fur: Paint, torso_paint: Paint, ends: Vec3) -> Looks {
    Looks {
        torso: Torso::Pear { belly, chest },
        limb: fur.clone(),
        fur,
        torso_paint,
        hand: Paint::plain(ends),
        foot: Paint::plain(ends),
        stout: 1.0,
        boxy: false,
    }
}

fn furry(belly: f32, chest: f32, fur: Vec3, patch: Vec3, ends: Vec3) -> Looks {
    pear(belly, chest, Paint::plain(fur), Paint::plain(fur).with(belly_patch(), patch), ends)
}

pub(crate) fn looks(animal: Animal) -> Looks {
    match animal {
        Animal::Squirrel => furry(0.235, 0.185, SQUIRREL, CREAM, [0.62, 0.31, 0.13]),
        Animal::Raccoon => furry(0.245, 0.19, RACCOON, [0.82, 0.81, 0.80], MASK),
        Animal::Pig => Looks { stout: 1.05, ..furry(0.262, 0.20, PIG, [1.0, 0.80, 0.79], PIG_DARK) },
        Animal::Monkey => furry(0.225, 0.18, MONKEY, MONKEY_FACE, MONKEY_FACE),
        Animal::Robot => robot_looks(),
        Animal::Lion => furry(0.245, 0.195, LION, CREAM, [0.88, 0.62, 0.26]),
        Animal::Rabbit => furry(0.235, 0.18, RABBIT, WHITE, WHITE),
        Animal::Tiger => tiger_looks(),
        Animal::Orangutan => {
            let looks = furry(0.255, 0.205, ORANGUTAN, [0.86, 0.45, 0.20], ORANGUTAN_FACE);
            Looks { stout: 1.18, ..looks }
        }
        Animal::Bear => Looks { stout: 1.12, ..furry(0.268, 0.21, BEAR, BEAR_MUZZLE, [0.30, 0.18, 0.11]) },
    }
}

fn tiger_looks() -> Looks {
    let bands = |period| Mask::stripes([0.0, 1.0, 0.0], period, 0.36);
    let torso = Paint::plain(TIGER).with(
        Mask::Stripes {
            direction: [0.0, 1.0, 0.0],
            period: 0.125,
            duty: 0.36,
            phase: 0.03,
            wave: (0.014, 0.3),
        },
        INK,
    );
    let torso = torso.with(belly_patch(), CREAM);
    Looks {
        limb: Paint::plain(TIGER).with(bands(0.105), INK),
        ..pear(0.245, 0.195, Paint::plain(TIGER), torso, [0.90, 0.46, 0.10])
    }
}

fn robot_looks() -> Looks {
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
        torso: Torso::Box,
        limb: Paint::new([0.55, 0.58, 0.63], 0.8, 0.35)
            .with(Mask::stripes([0.0, 1.0, 0.0], 0.09, 0.5), ROBOT_DARK),
        fur: shell.clone(),
        torso_paint: torso,
        hand: joint,
        foot: shell,
        stout: 0.92,
        boxy: true,
    }
}

fn head_paint(animal: Animal, looks: &Looks) -> Paint {
    let fur = looks.fur.clone();
    let front = Mask::front;
    match animal {
        Animal::Raccoon => fur
            .with(Mask::ellipsoid([0.0, -0.03, 0.3], [0.29, 0.20, 0.22]), WHITE)
            .with(Mask::ellipsoid([0.13, 0.025, 0.2], [0.135, 0.095, 0.16]).mirrored(), MASK)
            .with(Mask::ellipsoid([0.0, 0.14, 0.2], [0.045, 0.14, 0.15]), MASK),
        Animal::Monkey => fur
            .with(Mask::ellipsoid([0.10, 0.03, 0.22], [0.125, 0.125, 0.16]).mirrored(), MONKEY_FACE)
            .with(Mask::ellipsoid([0.0, -0.10, 0.22], [0.20, 0.14, 0.16]), MONKEY_FACE),
        Animal::Orangutan => {
            fur.with(Mask::ellipsoid([0.0, -0.01, 0.26], [0.21, 0.165, 0.15]), ORANGUTAN_FACE)
        }
        Animal::Tiger => {
            let stripes = Mask::stripes([0.0, 1.0, 0.0], 0.105, 0.38);
            let cheeks = Mask::band([1.0, 0.0, 0.0], 0.19, 9.0).mirrored();
            let brow = Mask::band([1.0, 0.0, 0.0], -9.0, 0.06)
                .and(Mask::band([0.0, 1.0, 0.0], 0.10, 9.0))
                .mirrored();
            fur.with(Mask::ellipsoid([0.12, 0.025, 0.24], [0.105, 0.115, 0.12]).mirrored(), CREAM)
                .with(cheeks.and(stripes.clone()), INK)
                .with(brow.and(stripes).and(front()), INK)
        }
        Animal::Lion => fur.with(Mask::ellipsoid([0.12, 0.03, 0.24], [0.10, 0.11, 0.12]).mirrored(), CREAM),
        Animal::Squirrel => {
            fur.with(Mask::ellipsoid([0.12, 0.025, 0.24], [0.10, 0.115, 0.12]).mirrored(), CREAM)
        }
        Animal::Rabbit => {
            fur.with(Mask::ellipsoid([0.19, -0.075, 0.21], [0.05, 0.038, 0.08]).mirrored(), EAR_PINK)
        }
        Animal::Pig => {
            fur.with(Mask::ellipsoid([0.20, -0.06, 0.20], [0.055, 0.042, 0.09]).mirrored(), PIG_DARK)
        }
        Animal::Bear | Animal::Robot => fur,
    }
}

pub(crate) fn head(builder: &mut Builder, animal: Animal, looks: &Looks) {
    builder.group(0.03);
    let paint = head_paint(animal, looks);
    if animal == Animal::Robot {
        builder.block("head", Frame::at([0.0, 0.355, 0.01]), [0.275, 0.235, 0.235], 0.11, &paint);
        return robot_face(builder);
    }
    builder.ellipsoid("head", Frame::at(HEAD), HEAD_RADII, &paint);
    ears(builder, animal, looks);
    eyes(builder, animal);
    match animal {
        Animal::Pig => pig_face(builder),
        Animal::Orangutan | Animal::Monkey => ape_face(builder, animal),
        _ => muzzle(builder, animal),
    }
    if animal == Animal::Lion {
        mane(builder);
    }
}

/// A white eye with a big pupil and a light in it, a little turned outwards.
fn eyes(builder: &mut Builder, animal: Animal) {
    builder.group(0.0);
    let narrow = matches!(animal, Animal::Orangutan | Animal::Monkey);
    for side in [-1.0, 1.0] {
        let x = side * if narrow { 0.095 } else { 0.118 };
        let frame =
            Frame::at([x, 0.392, if narrow { 0.257 } else { 0.250 }]).turned([-6.0, side * 16.0, 0.0]);
        let paint = Paint::new(WHITE, 0.0, 0.2)
            .with(Mask::ellipsoid([-side * 0.004, -0.004, 0.04], [0.050, 0.058, 0.2]).and(Mask::front()), INK)
            .with(Mask::ellipsoid([0.006, 0.026, 0.04], [0.021, 0.021, 0.2]).and(Mask::front()), WHITE);
        builder.ellipsoid("eye", frame, [0.068, 0.078, 0.039], &paint);
    }
}

fn smile(builder: &mut Builder, y: f32, z: f32, major: f32) {
    let shape = Shape::Arc { major, minor: 0.0165, half_angle: 0.95 };
    let frame = Frame::at([0.0, y + major, z]).turned([0.0, 0.0, 180.0]);
    builder.add("mouth", shape, frame, &Paint::plain([0.25, 0.10, 0.09]));
}

fn muzzle(builder: &mut Builder, animal: Animal) {
    let (color, nose, radii) = match animal {
        Animal::Bear => (BEAR_MUZZLE, INK, [0.145, 0.105, 0.125]),
        Animal::Raccoon => (WHITE, INK, [0.115, 0.085, 0.125]),
        Animal::Lion | Animal::Tiger => (WHITE, [0.55, 0.22, 0.18], [0.145, 0.09, 0.105]),
        Animal::Rabbit => (WHITE, [0.93, 0.45, 0.52], [0.115, 0.082, 0.085]),
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
    smile(builder, 0.272 - 0.48 * radii[1], front - 0.016, 0.058);
    if matches!(animal, Animal::Rabbit | Animal::Squirrel) {
        let teeth = Frame::at([0.0, 0.272 - 0.88 * radii[1], front - 0.028]);
        let paint = Paint::glossy([1.0, 1.0, 0.98]);
        builder.block("teeth", teeth, [0.035, 0.036, 0.018], 0.012, &paint);
    }
}

fn pig_face(builder: &mut Builder) {
    builder.group(0.0);
    let nostril = Mask::ellipsoid([0.038, 0.05, 0.0], [0.021, 0.2, 0.032]).mirrored();
    let snout = Paint::plain(PIG_DARK).with(nostril, [0.55, 0.20, 0.25]);
    let shape = Shape::Stump { half_height: 0.075, low: 0.115, high: 0.098, rounding: 0.025 };
    builder.add("snout", shape, super::facing([0.0, 0.30, 0.295]), &snout);
    smile(builder, 0.165, 0.225, 0.085);
}

fn ape_face(builder: &mut Builder, animal: Animal) {
    let (color, radii) = match animal {
        Animal::Orangutan => (ORANGUTAN_FACE, [0.165, 0.115, 0.125]),
        _ => (MONKEY_FACE, [0.165, 0.105, 0.105]),
    };
    let dark = color.map(|c| c * 0.55);
    builder.group(0.02);
    if animal == Animal::Orangutan {
        for side in [-1.0, 1.0] {
            let pad = Frame::at([side * 0.235, 0.34, 0.15]).turned([0.0, side * 30.0, 0.0]);
            builder.ellipsoid("cheek", pad, [0.085, 0.155, 0.07], &Paint::plain(color.map(|c| c * 0.85)));
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
        builder.cone("tuft", [0.0, 0.58, 0.05], [0.0, 0.635, 0.14], 0.075, 0.035, &fur);
        builder.cone("beard", [0.0, 0.20, 0.19], [0.0, 0.10, 0.245], 0.08, 0.04, &fur);
    }
}

fn robot_face(builder: &mut Builder) {
    builder.group(0.0);
    builder.disc("neck", Frame::at([0.0, 0.10, 0.0]), 0.12, 0.07, &Paint::new(ROBOT_DARK, 0.8, 0.35));
    let visor = Paint::glossy([0.10, 0.13, 0.18]);
    builder.block("visor", Frame::at([0.0, 0.375, 0.235]), [0.215, 0.135, 0.035], 0.03, &visor);
    let glow = Paint::glossy(GLOW).with(Mask::ellipsoid([0.015, 0.05, -0.02], [0.022, 0.2, 0.022]), WHITE);
    for side in [-1.0, 1.0] {
        builder.disc("eye", super::facing([side * 0.105, 0.405, 0.265]), 0.062, 0.022, &glow);
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

fn mane(builder: &mut Builder) {
    builder.group(0.03);
    let paint = Paint::plain(MANE);
    // Open above, where hats go.
    for step in 0..11 {
        let angle = (-222.0 + 264.0 / 10.0 * step as f32).to_radians();
        let (sine, cosine) = angle.sin_cos();
        builder.sphere("mane", [0.315 * cosine, 0.335 + 0.29 * sine, -0.02], 0.112, &paint);
    }
    builder.ellipsoid("mane", Frame::at([0.0, 0.34, -0.12]), [0.335, 0.295, 0.18], &paint);
}

/// An ear shaped like a flat drop, with an inner colour on its front.
fn ear(builder: &mut Builder, at: Vec3, radii: Vec3, tilt: f32, outer: &Paint, inner: Vec3) {
    for side in [-1.0, 1.0] {
        let frame = Frame::at([side * at[0], at[1], at[2]]).turned([0.0, side * 12.0, -side * tilt]);
        let hollow =
            Mask::ellipsoid([0.0, -0.1 * radii[1], radii[2]], [0.62 * radii[0], 0.68 * radii[1], radii[2]]);
        builder.ellipsoid("ear", frame, radii, &outer.clone().with(hollow.and(Mask::front()), inner));
    }
}

fn ears(builder: &mut Builder, animal: Animal, looks: &Looks) {
    let fur = &looks.fur;
    match animal {
        Animal::Squirrel => {
            ear(builder, [0.215, 0.60, -0.03], [0.075, 0.135, 0.05], 18.0, fur, CREAM);
            let tuft = Paint::plain([0.50, 0.24, 0.10]);
            for side in [-1.0, 1.0] {
                builder.cone(
                    "ear",
                    [side * 0.25, 0.69, -0.03],
                    [side * 0.285, 0.80, -0.03],
                    0.036,
                    0.017,
                    &tuft,
                );
            }
        }
        Animal::Raccoon => {
            ear(
                builder,
                [0.225, 0.575, -0.02],
                [0.095, 0.105, 0.05],
                32.0,
                &Paint::plain(MASK),
                [0.85, 0.84, 0.83],
            );
        }
        Animal::Pig => ear(builder, [0.235, 0.565, 0.02], [0.095, 0.125, 0.045], 42.0, fur, PIG_DARK),
        Animal::Monkey => ear(builder, [0.325, 0.37, 0.0], [0.115, 0.125, 0.055], 5.0, fur, MONKEY_FACE),
        Animal::Lion => ear(builder, [0.235, 0.575, 0.03], [0.088, 0.09, 0.05], 40.0, fur, CREAM),
        Animal::Rabbit => ear(builder, [0.185, 0.705, -0.04], [0.075, 0.185, 0.05], 14.0, fur, EAR_PINK),
        Animal::Tiger => {
            ear(builder, [0.225, 0.565, -0.02], [0.092, 0.095, 0.05], 36.0, &Paint::plain(INK), CREAM);
        }
        Animal::Orangutan => {
            ear(builder, [0.315, 0.40, -0.03], [0.055, 0.065, 0.04], 0.0, fur, ORANGUTAN_FACE);
        }
        Animal::Bear => ear(builder, [0.225, 0.565, -0.02], [0.098, 0.098, 0.055], 38.0, fur, BEAR_MUZZLE),
        Animal::Robot => {}
    }
}
