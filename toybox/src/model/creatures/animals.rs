//! The features of each animal: fur, face and ears.

mod build;
mod ears;
mod faces;
mod paint;
mod robot;
mod snouts;

use super::body::{Ends, Looks};
use super::palette::{CREAM, INK, WHITE};
use crate::attributes::Animal;
use crate::math::{Frame, Vec3, length, scale, sub};
use crate::model::builder::Builder;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

/// Center and radii of the head of all animals except the robot. The factors in the field
/// `Build::head` stretch it for each animal.
pub(crate) const HEAD: Vec3 = [0.0, 0.36, 0.02];
pub(crate) const HEAD_RADII: Vec3 = [0.30, 0.26, 0.265];

const SQUIRREL: Vec3 = [0.64, 0.33, 0.17];
const RACCOON: Vec3 = [0.45, 0.43, 0.45];
const MASK: Vec3 = [0.17, 0.17, 0.20];
const PIG: Vec3 = [0.99, 0.60, 0.66];
const PIG_DARK: Vec3 = [0.92, 0.40, 0.49];
const MONKEY: Vec3 = [0.55, 0.36, 0.23];
const MONKEY_FACE: Vec3 = [0.93, 0.73, 0.53];
const LION: Vec3 = [0.97, 0.78, 0.34];
const MANE: Vec3 = [0.62, 0.31, 0.11];
const RABBIT: Vec3 = [0.80, 0.72, 0.64];
const EAR_PINK: Vec3 = [0.97, 0.66, 0.68];
const TIGER: Vec3 = [0.97, 0.55, 0.14];
const ORANGUTAN: Vec3 = [0.64, 0.22, 0.07];
const ORANGUTAN_FACE: Vec3 = [0.60, 0.45, 0.38];
const BEAR: Vec3 = [0.40, 0.25, 0.15];
const BEAR_MUZZLE: Vec3 = [0.82, 0.63, 0.42];
const DOG: Vec3 = [0.92, 0.79, 0.58];
const DOG_PATCH: Vec3 = [0.47, 0.27, 0.15];
const CAT: Vec3 = [0.27, 0.27, 0.33];
const FOX: Vec3 = [0.97, 0.41, 0.07];
const FOX_DARK: Vec3 = [0.22, 0.13, 0.12];
const PANDA: Vec3 = [0.95, 0.95, 0.97];
const PANDA_DARK: Vec3 = [0.14, 0.14, 0.16];
const MOUSE: Vec3 = [0.70, 0.65, 0.68];
const ELEPHANT: Vec3 = [0.55, 0.63, 0.73];
const ELEPHANT_EAR: Vec3 = [0.93, 0.70, 0.74];
const COW: Vec3 = [0.96, 0.94, 0.90];
const COW_PATCH: Vec3 = [0.20, 0.16, 0.15];
const COW_PINK: Vec3 = [0.97, 0.69, 0.67];
const HORN: Vec3 = [0.93, 0.85, 0.66];
const PENGUIN: Vec3 = [0.16, 0.19, 0.28];
const BEAK: Vec3 = [0.98, 0.60, 0.13];
const BLUSH: Vec3 = [0.98, 0.72, 0.45];
const FROG: Vec3 = [0.50, 0.78, 0.20];
const FROG_BELLY: Vec3 = [0.90, 0.94, 0.62];
const FROG_SPOT: Vec3 = [0.74, 0.87, 0.34];
const DRAGON: Vec3 = [0.13, 0.56, 0.37];
/// Color of the dragon's cheeks and of the spikes on its head.
const DRAGON_GLOW: Vec3 = [0.98, 0.58, 0.17];

/// Returns the region of the patch on the belly. The coordinates are in the frame of the torso, whose origin
/// is the center of the lower sphere of `Torso::Pear`.
fn belly_patch() -> Mask {
    Mask::ellipsoid([0.0, 0.06, 0.22], [0.165, 0.235, 0.2])
}

fn painted(animal: Animal, fur: Paint, torso_paint: Paint, ends: Vec3) -> Looks {
    Looks {
        build: build::build(animal),
        limb: fur.clone(),
        fur,
        torso_paint,
        hand: Paint::plain(ends),
        foot: Paint::plain(ends),
        ends: Ends::Paws,
    }
}

fn furry(animal: Animal, fur: Vec3, patch: Vec3, ends: Vec3) -> Looks {
    painted(animal, Paint::plain(fur), Paint::plain(fur).with(belly_patch(), patch), ends)
}

pub(crate) fn looks(animal: Animal) -> Looks {
    match animal {
        Animal::Squirrel => furry(animal, SQUIRREL, CREAM, [0.62, 0.31, 0.13]),
        Animal::Raccoon => furry(animal, RACCOON, [0.82, 0.81, 0.80], MASK),
        Animal::Pig => furry(animal, PIG, [1.0, 0.75, 0.77], PIG_DARK),
        Animal::Monkey => furry(animal, MONKEY, MONKEY_FACE, MONKEY_FACE),
        Animal::Robot => robot::looks(),
        Animal::Lion => furry(animal, LION, CREAM, [0.88, 0.62, 0.26]),
        Animal::Rabbit => furry(animal, RABBIT, WHITE, WHITE),
        Animal::Tiger => tiger_looks(),
        Animal::Orangutan => furry(animal, ORANGUTAN, [0.80, 0.36, 0.15], ORANGUTAN_FACE),
        Animal::Dog => dog_looks(),
        Animal::Cat => cat_looks(),
        Animal::Fox => furry(animal, FOX, WHITE, FOX_DARK),
        Animal::Panda => panda_looks(),
        Animal::Mouse => furry(animal, MOUSE, WHITE, EAR_PINK),
        Animal::Elephant => elephant_looks(),
        Animal::Cow => cow_looks(),
        Animal::Penguin => penguin_looks(),
        Animal::Frog => frog_looks(),
        Animal::Dragon => dragon_looks(),
        Animal::Bear => furry(animal, BEAR, BEAR_MUZZLE, [0.30, 0.18, 0.11]),
    }
}

fn dog_looks() -> Looks {
    let saddle = Mask::ellipsoid([0.02, 0.10, -0.24], [0.19, 0.21, 0.17]);
    let torso = Paint::plain(DOG).with(belly_patch(), WHITE).with(saddle, DOG_PATCH);
    painted(Animal::Dog, Paint::plain(DOG), torso, WHITE)
}

fn cat_looks() -> Looks {
    let bib = Mask::ellipsoid([0.0, 0.17, 0.2], [0.13, 0.22, 0.2]);
    painted(Animal::Cat, Paint::plain(CAT), Paint::plain(CAT).with(bib, WHITE), WHITE)
}

fn panda_looks() -> Looks {
    let shoulders = Mask::band([0.0, 1.0, 0.0], 0.175, 9.0);
    let torso = Paint::plain(PANDA).with(shoulders, PANDA_DARK);
    Looks { limb: Paint::plain(PANDA_DARK), ..painted(Animal::Panda, Paint::plain(PANDA), torso, PANDA_DARK) }
}

fn elephant_looks() -> Looks {
    let nail = |x: f32, z: f32| Mask::ellipsoid([x, -0.02, z], [0.026, 0.034, 0.05]);
    let toes =
        Paint::plain(ELEPHANT).with(nail(0.0, 0.145), CREAM).with(nail(0.062, 0.115).mirrored(), CREAM);
    let looks = furry(Animal::Elephant, ELEPHANT, [0.70, 0.76, 0.83], ELEPHANT);
    Looks { foot: toes, ..looks }
}

fn cow_looks() -> Looks {
    let torso = Paint::plain(COW)
        .with(Mask::ellipsoid([0.19, 0.03, 0.15], [0.14, 0.13, 0.15]), COW_PATCH)
        .with(Mask::ellipsoid([-0.17, 0.20, 0.12], [0.11, 0.10, 0.14]), COW_PATCH)
        .with(Mask::ellipsoid([-0.12, 0.02, -0.21], [0.15, 0.13, 0.14]), COW_PATCH)
        .with(Mask::ellipsoid([0.11, 0.24, -0.17], [0.11, 0.10, 0.12]), COW_PATCH);
    Looks {
        limb: Paint::plain(COW).with(Mask::ellipsoid([0.05, 0.09, 0.06], [0.075, 0.06, 0.08]), COW_PATCH),
        ..painted(Animal::Cow, Paint::plain(COW), torso, [0.36, 0.28, 0.25])
    }
}

fn penguin_looks() -> Looks {
    let front = Mask::ellipsoid([0.0, 0.09, 0.2], [0.205, 0.33, 0.2]);
    let torso = Paint::plain(PENGUIN).with(front, WHITE);
    let looks = painted(Animal::Penguin, Paint::plain(PENGUIN), torso, PENGUIN);
    Looks { foot: Paint::plain(BEAK), ends: Ends::Flippers, ..looks }
}

fn frog_looks() -> Looks {
    let spot = |at: Vec3| Mask::ellipsoid(at, [0.075, 0.07, 0.1]);
    let torso = Paint::plain(FROG)
        .with(belly_patch(), FROG_BELLY)
        .with(spot([0.11, 0.16, -0.17]), FROG_SPOT)
        .with(spot([-0.12, 0.05, -0.21]), FROG_SPOT)
        .with(spot([0.08, -0.08, -0.22]), FROG_SPOT);
    painted(Animal::Frog, Paint::plain(FROG), torso, FROG_SPOT)
}

fn dragon_looks() -> Looks {
    let scales = Mask::stripes([0.0, 1.0, 0.0], 0.12, 0.42).and(belly_patch());
    let torso = Paint::plain(DRAGON).with(belly_patch(), CREAM).with(scales, [0.93, 0.77, 0.52]);
    let claw = |x: f32, z: f32| Mask::ellipsoid([x, -0.02, z], [0.024, 0.034, 0.05]);
    let foot = Paint::plain(DRAGON).with(claw(0.0, 0.145), CREAM).with(claw(0.062, 0.115).mirrored(), CREAM);
    Looks { foot, ..painted(Animal::Dragon, Paint::plain(DRAGON), torso, DRAGON) }
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
        ..painted(Animal::Tiger, Paint::plain(TIGER), torso, [0.90, 0.46, 0.10])
    }
}

/// Lowest point of the head of all animals except the robot. It stays fixed when the head is stretched.
const CHIN: Vec3 = [0.0, HEAD[1] - HEAD_RADII[1], HEAD[2]];

/// Calls `add`, which adds parts to the builder. The parts must fit the head before it is stretched
/// ([`HEAD`], [`HEAD_RADII`]). Then stretches these parts about the chin by `factors`.
pub(super) fn on_head(builder: &mut Builder, factors: Vec3, add: impl FnOnce(&mut Builder)) {
    let first = builder.parts.len();
    add(builder);
    for part in &mut builder.parts[first..] {
        part.shift(scale(CHIN, -1.0));
        part.stretch(factors);
        part.shift(CHIN);
    }
}

pub(crate) fn head(builder: &mut Builder, animal: Animal, looks: &Looks) {
    on_head(builder, looks.build.head, |builder| head_of(builder, animal, looks));
}

fn head_of(builder: &mut Builder, animal: Animal, looks: &Looks) {
    builder.group(0.03);
    let paint = paint::head_paint(animal, looks);
    if animal == Animal::Robot {
        return robot::head(builder, &paint);
    }
    builder.ellipsoid("head", Frame::at(HEAD), HEAD_RADII, &paint);
    ears::ears(builder, animal, looks);
    if animal == Animal::Frog {
        snouts::frog_lids(builder, &looks.fur);
    }
    faces::eyes(builder, animal);
    match animal {
        Animal::Pig => faces::pig_face(builder),
        Animal::Orangutan | Animal::Monkey => faces::ape_face(builder, animal),
        Animal::Elephant => snouts::trunk(builder, &looks.fur),
        Animal::Cow => snouts::cow_muzzle(builder),
        Animal::Penguin => snouts::beak(builder),
        Animal::Frog => snouts::frog_mouth(builder, &looks.fur),
        Animal::Dragon => snouts::dragon_snout(builder, &looks.fur),
        _ => faces::muzzle(builder, animal),
    }
    match animal {
        Animal::Lion => ears::mane(builder),
        Animal::Dog => snouts::tongue(builder),
        Animal::Fox => snouts::cheeks(builder, [0.43, 0.18], 0.11, &Paint::plain(WHITE)),
        Animal::Tiger => snouts::cheeks(builder, [0.355, 0.185], 0.125, &Paint::plain(WHITE)),
        Animal::Raccoon => snouts::cheeks(builder, [0.40, 0.235], 0.12, &Paint::plain(MASK)),
        Animal::Cat => snouts::cheeks(builder, [0.37, 0.225], 0.10, &looks.fur),
        Animal::Panda => snouts::round_cheeks(builder, &looks.fur),
        Animal::Squirrel => snouts::round_cheeks(builder, &Paint::plain(CREAM)),
        _ => {}
    }
}
