//! Ears, horns and manes. They leave the top of the head free for hats.

use super::*;

pub(super) fn mane(builder: &mut Builder) {
    builder.group(0.03);
    let paint = Paint::plain(MANE);
    // The mane is open at the top, where hats sit.
    for step in 0..11 {
        let angle = (-222.0 + 264.0 / 10.0 * step as f32).to_radians();
        let (sine, cosine) = angle.sin_cos();
        builder.sphere("mane", [0.345 * cosine, 0.335 + 0.30 * sine, -0.03], 0.138, &paint);
    }
    builder.ellipsoid("mane", Frame::at([0.0, 0.34, -0.12]), [0.37, 0.31, 0.20], &paint);
}

/// Adds a pair of ears shaped like flat drops, with an inner color on the front.
fn ear(builder: &mut Builder, at: Vec3, radii: Vec3, tilt: f32, outer: &Paint, inner: Vec3) {
    for side in [-1.0, 1.0] {
        let frame = Frame::at([side * at[0], at[1], at[2]]).turned([0.0, side * 12.0, -side * tilt]);
        let hollow =
            Mask::ellipsoid([0.0, -0.1 * radii[1], radii[2]], [0.62 * radii[0], 0.68 * radii[1], radii[2]]);
        builder.ellipsoid("ear", frame, radii, &outer.clone().with(hollow.and(Mask::front()), inner));
    }
}

/// Adds a pointed ear with an inner color on its front.
fn pointed_ear(builder: &mut Builder, root: Vec3, tip: Vec3, radii: [f32; 2], outer: &Paint, inner: Vec3) {
    let [low, high] = radii;
    let height = length(sub(tip, root));
    let hollow =
        Mask::ellipsoid([0.0, 0.42 * height, low], [0.56 * low, 0.58 * height, 0.9 * low]).and(Mask::front());
    let paint = outer.clone().with(hollow, inner);
    for side in [-1.0, 1.0] {
        let to_side = |[x, y, z]: Vec3| [side * x, y, z];
        builder.cone("ear", to_side(root), to_side(tip), low, high, &paint);
    }
}

/// Adds a pair of horns along the same points, mirrored at x = 0.
fn horns(builder: &mut Builder, points: &[(Vec3, f32)], paint: &Paint) {
    for side in [-1.0, 1.0] {
        let points: Vec<_> = points.iter().map(|&([x, y, z], radius)| ([side * x, y, z], radius)).collect();
        builder.chain("horn", &points, paint);
    }
}

/// Adds long ears that hang down at the sides of the head.
fn dog_ears(builder: &mut Builder) {
    let paint = Paint::plain(DOG_PATCH);
    for side in [-1.0, 1.0] {
        let frame = Frame::at([side * 0.35, 0.32, 0.0]).turned([0.0, -side * 8.0, side * 17.0]);
        builder.ellipsoid("ear", frame, [0.078, 0.245, 0.130], &paint);
    }
}

/// Adds large ears at the sides of the head, turned slightly to the front.
fn elephant_ears(builder: &mut Builder, fur: &Paint) {
    let hollow = Mask::ellipsoid([0.0, -0.01, 0.07], [0.165, 0.18, 0.07]).and(Mask::front());
    let paint = fur.clone().with(hollow, ELEPHANT_EAR);
    for side in [-1.0, 1.0] {
        let frame = Frame::at([side * 0.45, 0.385, -0.03]).turned([0.0, -side * 16.0, side * 10.0]);
        builder.ellipsoid("ear", frame, [0.25, 0.28, 0.068], &paint);
    }
}

fn cow_ears_and_horns(builder: &mut Builder, fur: &Paint) {
    for side in [-1.0, 1.0] {
        let outer = if side > 0.0 { Paint::plain(COW_PATCH) } else { fur.clone() };
        let hollow = Mask::ellipsoid([0.0, 0.0, 0.062], [0.11, 0.05, 0.062]).and(Mask::front());
        let frame = Frame::at([side * 0.375, 0.40, -0.01]).turned([0.0, 0.0, -side * 14.0]);
        builder.ellipsoid("ear", frame, [0.175, 0.09, 0.062], &outer.with(hollow, COW_PINK));
    }
    let horn = [([0.19, 0.53, 0.0], 0.082), ([0.35, 0.60, 0.0], 0.072), ([0.385, 0.75, 0.03], 0.034)];
    builder.group(0.0);
    horns(builder, &horn, &Paint::plain(HORN));
}

/// Adds horns that curve back, frills at the cheeks, and the first spikes of the back.
fn dragon_horns(builder: &mut Builder, fur: &Paint) {
    let frill = Paint::plain(DRAGON_GLOW);
    for side in [-1.0, 1.0] {
        builder.cone("frill", [side * 0.26, 0.34, -0.02], [side * 0.43, 0.36, -0.08], 0.085, 0.028, fur);
    }
    builder.group(0.0);
    let horn = [([0.17, 0.53, -0.06], 0.072), ([0.27, 0.66, -0.14], 0.056), ([0.31, 0.79, -0.25], 0.026)];
    horns(builder, &horn, &Paint::plain(HORN));
    for (y, z) in [(0.47, -0.20), (0.33, -0.23)] {
        builder.cone("spike", [0.0, y, z], [0.0, y + 0.05, z - 0.14], 0.066, 0.024, &frill);
    }
}

pub(super) fn ears(builder: &mut Builder, animal: Animal, looks: &Looks) {
    let fur = &looks.fur;
    match animal {
        Animal::Squirrel => {
            ear(builder, [0.205, 0.61, -0.03], [0.085, 0.15, 0.06], 18.0, fur, CREAM);
            let tuft = Paint::plain([0.50, 0.24, 0.10]);
            for side in [-1.0, 1.0] {
                builder.cone(
                    "ear",
                    [side * 0.24, 0.71, -0.03],
                    [side * 0.285, 0.85, -0.03],
                    0.052,
                    0.024,
                    &tuft,
                );
            }
        }
        Animal::Raccoon => {
            ear(
                builder,
                [0.235, 0.585, -0.02],
                [0.105, 0.120, 0.062],
                32.0,
                &Paint::plain(MASK),
                [0.85, 0.84, 0.83],
            );
        }
        Animal::Pig => ear(builder, [0.285, 0.565, 0.06], [0.120, 0.175, 0.062], 62.0, fur, PIG_DARK),
        Animal::Monkey => ear(builder, [0.365, 0.37, 0.0], [0.150, 0.160, 0.07], 5.0, fur, MONKEY_FACE),
        Animal::Lion => ear(builder, [0.245, 0.585, 0.03], [0.088, 0.09, 0.06], 40.0, fur, CREAM),
        Animal::Rabbit => ear(builder, [0.185, 0.735, -0.04], [0.092, 0.245, 0.065], 13.0, fur, EAR_PINK),
        Animal::Tiger => {
            ear(builder, [0.225, 0.565, -0.02], [0.085, 0.088, 0.06], 36.0, &Paint::plain(INK), CREAM);
        }
        Animal::Orangutan => {
            ear(builder, [0.315, 0.40, -0.03], [0.055, 0.065, 0.04], 0.0, fur, ORANGUTAN_FACE);
        }
        Animal::Bear => ear(builder, [0.230, 0.570, -0.02], [0.115, 0.115, 0.075], 38.0, fur, BEAR_MUZZLE),
        Animal::Dog => dog_ears(builder),
        Animal::Cat => {
            pointed_ear(builder, [0.185, 0.51, 0.0], [0.285, 0.80, 0.0], [0.128, 0.032], fur, EAR_PINK);
        }
        Animal::Fox => {
            let outer = fur.clone().with(Mask::band([0.0, 1.0, 0.0], 0.15, 9.0), FOX_DARK);
            pointed_ear(builder, [0.195, 0.52, 0.0], [0.34, 0.87, -0.01], [0.132, 0.036], &outer, CREAM);
        }
        Animal::Panda => {
            let dark = Paint::plain(PANDA_DARK);
            ear(builder, [0.255, 0.575, -0.02], [0.135, 0.135, 0.09], 40.0, &dark, PANDA_DARK);
        }
        Animal::Mouse => ear(builder, [0.37, 0.58, -0.03], [0.225, 0.225, 0.068], 40.0, fur, EAR_PINK),
        Animal::Elephant => elephant_ears(builder, fur),
        Animal::Cow => cow_ears_and_horns(builder, fur),
        Animal::Dragon => dragon_horns(builder, fur),
        _ => {}
    }
}
