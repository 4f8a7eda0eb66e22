//! Layout in the box: sizes, proportions, counts, and the bases under things.

use super::builder::Builder;
use super::objects::pieces::pillar;
use super::palette::{BRASS, RED};
use crate::attributes::{Base, Size, Substance};
use crate::math::{Frame, Vec3};
use crate::paint::{Mask, Paint};
use crate::part::Part;
use crate::spec::SceneSpec;

/// Largest absolute coordinate along any axis.
const REACH: f32 = 0.94;
/// Default size of creatures. Creatures are built to fill the box, so a factor below 1 leaves space for big
/// creatures.
const CREATURE: f32 = 0.86;
/// Half the width of the place for one of several things.
const PLACE: f32 = 0.46;
/// Height of the bottom of bases.
const GROUND: f32 = -0.92;
/// Exponent of the size factor on a base. It is below 1, because a tiny thing on a base would otherwise cover
/// too few cells to be recognized.
const STANDING_SIZE: f32 = 0.7;

/// Stretches, scales and places the built parts, and puts them on the base.
pub(super) fn arrange(builder: &mut Builder, spec: &SceneSpec) {
    let parts = &mut builder.parts;
    let is_creature = spec.noun.animal().is_some();
    let factors = spec.proportion.factors();
    if !is_creature && factors != [1.0; 3] {
        parts.iter_mut().for_each(|part| part.stretch(factors));
    }
    let tint = spec.color.rgb();
    parts.iter_mut().for_each(|part| part.made_of = (spec.substance, tint));
    let (low, high) = extent(parts);
    let widest = (0..3).map(|axis| high[axis].max(-low[axis])).fold(1e-3, f32::max);
    let size = if is_creature { CREATURE * spec.size.factor() } else { spec.size.factor() };
    enlarge(builder, [0.0; 3], size.min(REACH / widest));
    if spec.base != Base::None {
        let share = (spec.size.factor() / Size::Big.factor()).powf(STANDING_SIZE);
        stand(builder, spec.base, spec.base_substance, share);
    } else if spec.count > 1 {
        repeat(builder, spec.count);
    }
}

/// Enlarges all parts about a point, including the blends between them.
fn enlarge(builder: &mut Builder, pivot: Vec3, factor: f32) {
    builder.parts.iter_mut().for_each(|part| part.enlarge(pivot, factor));
    builder.groups.iter_mut().for_each(|(blend, _)| *blend *= factor);
}

fn extent(parts: &[Part]) -> (Vec3, Vec3) {
    let mut both = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
    for (low, high) in parts.iter().map(Part::extent) {
        for axis in 0..3 {
            both.0[axis] = both.0[axis].min(low[axis]);
            both.1[axis] = both.1[axis].max(high[axis]);
        }
    }
    both
}

/// Makes the thing smaller where it does not fit between the heights `ground` and `ceiling` and within
/// `half_width` of its middle along X and Z. Then centers the thing above the origin and puts its foot on
/// `ground`.
fn fit(builder: &mut Builder, half_width: f32, ground: f32, ceiling: f32) {
    let (low, high) = extent(&builder.parts);
    let widest = (0.5 * (high[0] - low[0])).max(0.5 * (high[2] - low[2])).max(1e-3);
    let factor = (half_width / widest).min((ceiling - ground) / (high[1] - low[1]).max(1e-3)).min(1.0);
    let foot = [0.5 * (low[0] + high[0]), low[1], 0.5 * (low[2] + high[2])];
    enlarge(builder, foot, factor);
    builder.parts.iter_mut().for_each(|part| part.shift([-foot[0], ground - foot[1], -foot[2]]));
}

/// Copies the thing so that two, three or four stand side by side.
fn repeat(builder: &mut Builder, count: u8) {
    fit(builder, PLACE - 0.03, -PLACE, REACH);
    let places: &[[f32; 2]] = match count {
        2 => &[[-PLACE, 0.0], [PLACE, 0.0]],
        3 => &[[-PLACE, -PLACE], [PLACE, -PLACE], [0.0, PLACE]],
        _ => &[[-PLACE, PLACE], [PLACE, PLACE], [-PLACE, -PLACE], [PLACE, -PLACE]],
    };
    let (parts, groups) = (std::mem::take(&mut builder.parts), std::mem::take(&mut builder.groups));
    for [x, z] in places {
        let first = builder.parts.len();
        builder.parts.extend(parts.iter().cloned().map(|mut part| {
            part.shift([*x, 0.0, *z]);
            part
        }));
        builder
            .groups
            .extend(groups.iter().map(|(blend, range)| (*blend, range.start + first..range.end + first)));
    }
}

/// Puts the built parts on a base. `share` is the fraction of the space above the base that the parts may
/// take.
fn stand(builder: &mut Builder, base: Base, substance: Substance, share: f32) {
    // Top of the base, and half the width that may stand on it.
    let (top, half_width) = match base {
        Base::None => return,
        Base::Pedestal => (-0.42, 0.46),
        Base::Platform => (-0.72, 0.74),
        Base::Cushion => (-0.66, 0.60),
        Base::Box => (-0.38, 0.50),
    };
    // The foot is slightly inside the base, so that the two are connected.
    let foot = top - 0.03;
    fit(builder, share * half_width, foot, foot + share * (REACH - foot));
    let first = builder.parts.len();
    builder.group(0.0);
    match base {
        Base::None => {}
        Base::Pedestal => pedestal(builder, top),
        Base::Platform => {
            let paint = Paint::plain([0.58, 0.60, 0.66])
                .with(Mask::band([0.0, 1.0, 0.0], 0.03, 9.0), [0.78, 0.80, 0.84]);
            pillar(builder, "platform", [0.0, 0.0], [GROUND, top], [0.80, 0.74], &paint);
        }
        Base::Cushion => cushion(builder, top),
        Base::Box => {
            let paint = Paint::plain([0.74, 0.53, 0.31])
                .with(Mask::band([1.0, 0.0, 0.0], -0.07, 0.07), [0.90, 0.78, 0.52]);
            let half = 0.5 * (top - GROUND);
            builder.block("box", Frame::at([0.0, GROUND + half, 0.0]), [0.54, half, 0.54], 0.035, &paint);
        }
    }
    builder.parts[first..].iter_mut().for_each(|part| part.made_of = (substance, None));
}

fn pedestal(builder: &mut Builder, top: f32) {
    let paint = Paint::plain([0.86, 0.85, 0.82]);
    builder.block("pedestal", Frame::at([0.0, GROUND + 0.05, 0.0]), [0.54, 0.05, 0.54], 0.02, &paint);
    pillar(builder, "pedestal", [0.0, 0.0], [GROUND + 0.08, top - 0.07], [0.42, 0.37], &paint);
    builder.block("pedestal", Frame::at([0.0, top - 0.045, 0.0]), [0.50, 0.045, 0.50], 0.02, &paint);
}

fn cushion(builder: &mut Builder, top: f32) {
    let paint = Paint::new(RED, 0.0, 0.9);
    let middle = 0.5 * (top + GROUND);
    builder.block("cushion", Frame::at([0.0, middle, 0.0]), [0.66, top - middle, 0.66], 0.12, &paint);
    for (x, z) in [(-0.61, -0.61), (-0.61, 0.61), (0.61, -0.61), (0.61, 0.61)] {
        builder.sphere("tassel", [x, middle, z], 0.075, &Paint::new(BRASS, 0.0, 0.6));
    }
}
