//! Torso, arms and legs.

use super::pose::Pose;
use super::{Builder, Frame};
use crate::math::{Vec3, add};
use crate::paint::Paint;
use crate::shape::Shape;

/// The shape of a torso; clothes are the same shape, inflated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Torso {
    /// A pear: belly and chest radius.
    Pear { belly: f32, chest: f32 },
    /// A robot's box, wider by a factor.
    Box { girth: f32 },
}

impl Torso {
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

/// How an animal's body differs from the others'.
#[derive(Clone, Debug)]
pub(crate) struct Looks {
    pub torso: Torso,
    pub fur: Paint,
    pub torso_paint: Paint,
    pub limb: Paint,
    pub hand: Paint,
    pub foot: Paint,
    /// Factor on the radii of arms and legs.
    pub stout: f32,
    pub boxy: bool,
}

impl Looks {
    /// Fatter by a factor, or slimmer below 1.
    pub fn widen(&mut self, factor: f32) {
        self.torso = match self.torso {
            Torso::Pear { belly, chest } => {
                Torso::Pear { belly: (belly * factor).min(0.32), chest: (chest * factor).min(0.26) }
            }
            Torso::Box { girth } => Torso::Box { girth: girth * factor },
        };
        self.stout *= factor.sqrt();
    }
}

/// Radii of the arms at shoulder, elbow and wrist, and of the legs at hip, knee and ankle.
pub(crate) const ARM: [f32; 3] = [0.078, 0.070, 0.062];
pub(crate) const LEG: [f32; 3] = [0.112, 0.098, 0.086];
const HAND: f32 = 0.078;

/// The foot that belongs to an ankle.
pub(crate) fn foot_centre(ankle: Vec3) -> Vec3 {
    add(ankle, [0.0, -0.06, 0.055])
}

pub(crate) fn build(builder: &mut Builder, looks: &Looks, pose: &Pose) {
    builder.group(0.045);
    let (shape, frame) = looks.torso.shape();
    builder.add("torso", shape, frame, &looks.torso_paint);
    for side in 0..2 {
        let arm = ARM.map(|r| r * looks.stout);
        let leg = LEG.map(|r| r * looks.stout);
        let (shoulder, elbow, hand) = (pose.shoulders[side], pose.elbows[side], pose.hands[side]);
        let (hip, knee, ankle) = (pose.hips[side], pose.knees[side], pose.ankles[side]);
        builder.cone("arm", shoulder, elbow, arm[0], arm[1], &looks.limb);
        builder.cone("arm", elbow, hand, arm[1], arm[2], &looks.limb);
        builder.cone("leg", hip, knee, leg[0], leg[1], &looks.limb);
        builder.cone("leg", knee, ankle, leg[1], leg[2], &looks.limb);
    }
    // Hands and feet keep crisp outlines: they would melt into what they hold.
    builder.group(0.02);
    for side in 0..2 {
        builder.sphere("hand", pose.hands[side], HAND, &looks.hand);
        let foot = Frame::at(foot_centre(pose.ankles[side]));
        if looks.boxy {
            builder.block("foot", foot, [0.098, 0.062, 0.14], 0.04, &looks.foot);
        } else {
            builder.ellipsoid("foot", foot, [0.098, 0.066, 0.142], &looks.foot);
        }
    }
}
