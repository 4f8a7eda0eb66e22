//! Hats. They are made for the common head and are stretched together with the animal's head.

use super::animals::{HEAD, HEAD_RADII, on_head};
use super::palette::{BLUE, INK, RED, TEAL, WHITE, YELLOW};
use crate::attributes::Hat;
use crate::math::{Frame, Vec3};
use crate::model::builder::Builder;
use crate::paint::{Mask, Paint};
use crate::shape::Shape;

const UP: Vec3 = [0.0, 1.0, 0.0];

pub(crate) fn build(builder: &mut Builder, hat: Hat) {
    let factors = head_factors(builder);
    on_head(builder, factors, |builder| hat_of(builder, hat));
}

/// Returns the factors from the common head to the head that was built. The built head has already been
/// enlarged by [`Builder::enlarged`], and the hat is enlarged after it is built. Therefore the factor of this
/// enlargement is divided out.
fn head_factors(builder: &Builder) -> Vec3 {
    const ENLARGED: f32 = 1.10;
    match builder.parts.iter().find(|part| part.name() == "head").map(|part| part.shape) {
        Some(Shape::Ellipsoid { radii }) => [0, 1, 2].map(|axis| radii[axis] / (ENLARGED * HEAD_RADII[axis])),
        _ => [1.0; 3],
    }
}

fn hat_of(builder: &mut Builder, hat: Hat) {
    builder.group(0.0);
    match hat {
        Hat::None => {}
        Hat::PartyHat => party_hat(builder),
        Hat::Sombrero => sombrero(builder),
        Hat::Helmet => helmet(builder),
        Hat::Tophat => tophat(builder),
        Hat::BaseballCap => baseball_cap(builder),
    }
}

fn stump(half_height: f32, low: f32, high: f32) -> Shape {
    Shape::Stump { half_height, low, high, rounding: 0.014 }
}

fn party_hat(builder: &mut Builder) {
    let frame = Frame::at([0.01, 0.675, 0.02]).turned([3.0, 0.0, -7.0]);
    let spiral = Mask::Sectors { count: 4.0, twist: 26.0 };
    builder.add(
        "party hat",
        stump(0.155, 0.165, 0.022),
        frame,
        &Paint::plain([0.93, 0.30, 0.58]).with(spiral, YELLOW),
    );
    builder.torus("party hat", frame.moved([0.0, -0.145, 0.0]), 0.155, 0.026, &Paint::plain(TEAL));
    builder.sphere("pompom", frame.to_object([0.0, 0.172, 0.0]), 0.052, &Paint::plain(WHITE));
}

fn sombrero(builder: &mut Builder) {
    let straw = Paint::new([0.93, 0.76, 0.43], 0.0, 0.8);
    let frame = Frame::at([0.0, 0.585, 0.0]).turned([4.0, 0.0, -3.0]);
    let zigzag = Mask::Sectors { count: 12.0, twist: 0.0 };
    builder.add(
        "brim",
        stump(0.028, 0.40, 0.41),
        frame,
        &straw.clone().with(zigzag.clone(), [0.85, 0.45, 0.20]),
    );
    let rim = Paint::plain(RED).with(zigzag, TEAL);
    builder.torus("brim", frame.moved([0.0, 0.03, 0.0]), 0.395, 0.042, &rim);
    let crown = straw.with(Mask::band(UP, -0.06, -0.005), RED).with(Mask::band(UP, 0.04, 0.08), TEAL);
    builder.add(
        "crown",
        Shape::Stump { half_height: 0.125, low: 0.19, high: 0.105, rounding: 0.05 },
        frame.moved([0.0, 0.115, 0.0]),
        &crown,
    );
}

/// Adds the upper part of the head, inflated.
fn dome(builder: &mut Builder, name: &'static str, inflate: f32, low: f32, lean: f32, paint: &Paint) {
    let radii = HEAD_RADII.map(|r| r + inflate);
    let part = builder.ellipsoid(name, Frame::at(HEAD), radii, paint);
    // The cut is lower at the back than in front.
    let norm = (1.0 + lean * lean).sqrt();
    part.cuts = vec![([0.0, -1.0 / norm, lean / norm], -low / norm)];
}

fn helmet(builder: &mut Builder) {
    let shell = Paint::glossy(RED)
        .with(Mask::band([1.0, 0.0, 0.0], -0.075, 0.075), WHITE)
        .with(Mask::band([1.0, 0.0, 0.0], -0.028, 0.028), BLUE);
    dome(builder, "helmet", 0.055, 0.485, 0.35, &shell);
    let frame = Frame::at([0.0, 0.482, 0.02]).turned([-19.3, 0.0, 0.0]);
    let rim = Frame { origin: [0.0, 0.488, 0.006], ..frame };
    builder.torus("helmet", rim, 0.300, 0.030, &Paint::glossy(INK));
}

fn tophat(builder: &mut Builder) {
    let felt = Paint::new([0.12, 0.11, 0.14], 0.0, 0.45);
    let frame = Frame::at([0.0, 0.60, 0.01]).turned([2.0, 0.0, -6.0]);
    builder.disc("brim", frame, 0.265, 0.03, &felt);
    let band = felt.with(Mask::band(UP, -9.0, -0.055), RED);
    builder.add("tophat", stump(0.145, 0.158, 0.178), frame.moved([0.0, 0.15, 0.0]), &band);
}

fn baseball_cap(builder: &mut Builder) {
    let blue = Paint::new(BLUE, 0.0, 0.7);
    let front = Mask::ellipsoid([0.0, 0.19, 0.25], [0.11, 0.085, 0.2]);
    dome(builder, "cap", 0.035, 0.515, 0.12, &blue.clone().with(front, WHITE));
    let visor = Frame::at([0.0, 0.532, 0.275]).turned([-2.0, 0.0, 0.0]);
    builder.ellipsoid("visor", visor, [0.215, 0.034, 0.20], &Paint::new(RED, 0.0, 0.7));
    builder.sphere("button", [0.0, 0.655, 0.02], 0.042, &Paint::new(RED, 0.0, 0.7));
}
