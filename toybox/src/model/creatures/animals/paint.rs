//! Patterns on heads, in the frame of the head.

use super::*;

pub(super) fn head_paint(animal: Animal, looks: &Looks) -> Paint {
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
        Animal::Dog => fur
            .with(Mask::ellipsoid([0.0, 0.10, 0.24], [0.055, 0.20, 0.16]), WHITE)
            .with(Mask::ellipsoid([0.14, 0.03, 0.2], [0.125, 0.125, 0.16]), DOG_PATCH),
        Animal::Cat => fur
            .with(Mask::ellipsoid([0.0, -0.12, 0.25], [0.20, 0.11, 0.16]), WHITE)
            .with(Mask::ellipsoid([0.0, 0.0, 0.25], [0.04, 0.14, 0.12]), WHITE),
        Animal::Fox => fur.with(Mask::ellipsoid([0.15, -0.12, 0.18], [0.165, 0.135, 0.2]).mirrored(), WHITE),
        Animal::Panda => fur
            .with(Mask::ellipsoid([0.115, 0.035, 0.22], [0.092, 0.098, 0.16]).mirrored(), PANDA_DARK)
            .with(Mask::ellipsoid([0.155, -0.015, 0.2], [0.085, 0.085, 0.16]).mirrored(), PANDA_DARK),
        Animal::Mouse => {
            fur.with(Mask::ellipsoid([0.19, -0.075, 0.21], [0.05, 0.04, 0.08]).mirrored(), EAR_PINK)
        }
        Animal::Elephant => {
            fur.with(Mask::ellipsoid([0.20, -0.06, 0.20], [0.05, 0.04, 0.09]).mirrored(), EAR_PINK)
        }
        Animal::Cow => fur
            .with(Mask::ellipsoid([0.16, 0.06, 0.18], [0.12, 0.145, 0.2]), COW_PATCH)
            .with(Mask::ellipsoid([-0.20, 0.10, -0.14], [0.15, 0.13, 0.15]), COW_PATCH),
        Animal::Penguin => fur
            .with(Mask::ellipsoid([0.11, 0.02, 0.24], [0.125, 0.135, 0.16]).mirrored(), WHITE)
            .with(Mask::ellipsoid([0.0, -0.11, 0.24], [0.215, 0.13, 0.18]), WHITE)
            .with(Mask::ellipsoid([0.195, -0.085, 0.19], [0.045, 0.036, 0.08]).mirrored(), BLUSH),
        Animal::Frog => fur
            .with(Mask::ellipsoid([0.0, -0.20, 0.12], [0.26, 0.13, 0.22]), FROG_BELLY)
            .with(Mask::ellipsoid([0.10, 0.15, -0.20], [0.085, 0.085, 0.12]), FROG_SPOT)
            .with(Mask::ellipsoid([-0.13, 0.04, -0.22], [0.10, 0.09, 0.12]), FROG_SPOT),
        Animal::Dragon => {
            fur.with(Mask::ellipsoid([0.19, -0.07, 0.21], [0.045, 0.034, 0.08]).mirrored(), DRAGON_GLOW)
        }
        _ => fur,
    }
}
