//! Torso, arms and legs.

use super::pose::Pose;
use crate::math::{Frame, Vec3, add, length, sub};
use crate::model::builder::Builder;
use crate::paint::Paint;
use crate::shape::Shape;

/// The shape of a torso. Clothes use the same shape, inflated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Torso {
    /// A pear, with the radii of belly and chest.
    Pear { belly: f32, chest: f32 },
    /// A robot's box; `girth` is a factor for its width and depth.
    Box { girth: f32 },
}

impl Torso {
    /// Returns the distance from the middle to the front at height `y`. It is 0 above the top of a pear.
    pub fn depth(self, y: f32) -> f32 {
        match self {
            Self::Pear { belly, chest } => {
                let above = y - (belly - 0.26);
                (chest * chest - above * above).max(0.0).sqrt()
            }
            Self::Box { girth } => 0.18 * girth,
        }
    }

    pub fn shape(self) -> (Shape, Frame) {
        match self {
            Self::Pear { belly, chest } => (
                Shape::RoundCone { low: belly, high: chest, height: 0.29 },
                Frame::at([0.0, -0.55 + belly, 0.0]),
            ),
            Self::Box { girth } => {
                let half = [0.22 * girth, 0.305, 0.18 * girth];
                (Shape::Block { half, rounding: 0.10 }, Frame::at([0.0, -0.245, 0.0]))
            }
        }
    }
}

/// The sizes of an animal, relative to the common ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Build {
    pub torso: Torso,
    /// Factors for the radii of arms, legs and hands.
    pub arm: f32,
    pub leg: f32,
    pub hand: f32,
    /// Factors for the width and the length of feet.
    pub foot: [f32; 2],
    /// Factors for the head and everything on it, about the chin.
    pub head: Vec3,
}

impl Build {
    /// Returns the radii of the arms at shoulder, elbow and wrist.
    pub fn arm_radii(&self) -> [f32; 3] {
        ARM.map(|radius| radius * self.arm)
    }

    /// Returns the radii of the legs at hip, knee and ankle.
    pub fn leg_radii(&self) -> [f32; 3] {
        LEG.map(|radius| radius * self.leg)
    }
}

/// The kind of arms, hands and feet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// Round hands and feet.
    Paws,
    /// Feet like blocks.
    Boxes,
    /// Flat wings for arms and hands.
    Flippers,
}

/// The appearance of an animal's body.
#[derive(Clone, Debug)]
pub(crate) struct Looks {
    pub build: Build,
    pub fur: Paint,
    pub torso_paint: Paint,
    pub limb: Paint,
    pub hand: Paint,
    pub foot: Paint,
    pub ends: Ends,
}

impl Looks {
    /// Multiplies the girth of the body by a factor; values below 1 make it slimmer.
    pub fn widen(&mut self, factor: f32) {
        self.build.torso = match self.build.torso {
            Torso::Pear { belly, chest } => {
                Torso::Pear { belly: (belly * factor).min(0.34), chest: (chest * factor).min(0.27) }
            }
            Torso::Box { girth } => Torso::Box { girth: girth * factor },
        };
        self.build.arm *= factor.sqrt();
        self.build.leg *= factor.sqrt();
    }
}

/// Radii of the arms at shoulder, elbow and wrist, and of the legs at hip, knee and ankle.
const ARM: [f32; 3] = [0.078, 0.070, 0.062];
const LEG: [f32; 3] = [0.112, 0.098, 0.086];
const HAND: f32 = 0.078;

/// Returns the center of the foot at an ankle.
pub(crate) fn foot_center(ankle: Vec3) -> Vec3 {
    add(ankle, [0.0, -0.06, 0.055])
}

pub(crate) fn build(builder: &mut Builder, looks: &Looks, pose: &Pose) {
    builder.group(0.045);
    let (shape, frame) = looks.build.torso.shape();
    builder.add("torso", shape, frame, &looks.torso_paint);
    for side in 0..2 {
        let (arm, leg) = (looks.build.arm_radii(), looks.build.leg_radii());
        let (shoulder, elbow, hand) = (pose.shoulders[side], pose.elbows[side], pose.hands[side]);
        let (hip, knee, ankle) = (pose.hips[side], pose.knees[side], pose.ankles[side]);
        if looks.ends == Ends::Flippers {
            flipper(builder, shoulder, elbow, 0.10, &looks.limb);
            flipper(builder, elbow, hand, 0.095, &looks.limb);
        } else {
            builder.cone("arm", shoulder, elbow, arm[0], arm[1], &looks.limb);
            builder.cone("arm", elbow, hand, arm[1], arm[2], &looks.limb);
        }
        builder.cone("leg", hip, knee, leg[0], leg[1], &looks.limb);
        builder.cone("leg", knee, ankle, leg[1], leg[2], &looks.limb);
    }
    // A small blend keeps the outlines of hands and feet sharp. A larger one would merge them with held
    // things.
    builder.group(0.02);
    for side in 0..2 {
        builder.sphere("hand", pose.hands[side], HAND * looks.build.hand, &looks.hand);
        let [wide, long] = looks.build.foot;
        let center = foot_center(pose.ankles[side]);
        if looks.ends == Ends::Boxes {
            builder.block("foot", Frame::at(center), [0.098, 0.062, 0.14], 0.04, &looks.foot);
        } else {
            // Longer feet extend only to the front, so that the heels stay below the ankles.
            let foot = Frame::at(add(center, [0.0, 0.0, 0.11 * (long - 1.0)]));
            builder.ellipsoid("foot", foot, [0.098 * wide, 0.066, 0.142 * long], &looks.foot);
        }
    }
}

/// Adds half of a wing, which is flat from side to side where the arm hangs.
fn flipper(builder: &mut Builder, from: Vec3, to: Vec3, half_width: f32, paint: &Paint) {
    let frame = Frame::towards(from, to, [0.0, 0.0, 1.0]);
    let half = 0.5 * length(sub(to, from));
    builder.ellipsoid("flipper", frame.moved([0.0, half, 0.0]), [0.056, half + 0.075, half_width], paint);
}
