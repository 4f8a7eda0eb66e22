//! Positions of arms and legs for each activity.

use crate::attributes::Activity;
use crate::math::Vec3;

/// Joints of the limbs: right (x < 0) first, then left (x > 0).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pose {
    pub shoulders: [Vec3; 2],
    pub elbows: [Vec3; 2],
    pub hands: [Vec3; 2],
    pub hips: [Vec3; 2],
    pub knees: [Vec3; 2],
    pub ankles: [Vec3; 2],
}

fn both([x, y, z]: Vec3) -> [Vec3; 2] {
    [[-x, y, z], [x, y, z]]
}

const STANDING: Pose = Pose {
    shoulders: [[-0.185, -0.015, 0.0], [0.185, -0.015, 0.0]],
    elbows: [[-0.315, -0.14, 0.03], [0.315, -0.14, 0.03]],
    hands: [[-0.365, -0.30, 0.10], [0.365, -0.30, 0.10]],
    hips: [[-0.12, -0.43, 0.0], [0.12, -0.43, 0.0]],
    knees: [[-0.14, -0.62, 0.03], [0.14, -0.62, 0.03]],
    ankles: [[-0.145, -0.82, 0.0], [0.145, -0.82, 0.0]],
};

/// Returns the pose with both hands on a handlebar.
fn steering() -> Pose {
    Pose { elbows: both([0.305, -0.13, 0.17]), hands: both([0.25, -0.12, 0.36]), ..STANDING }
}

pub(crate) fn pose(activity: Activity) -> Pose {
    let [right_elbow, left_elbow] = STANDING.elbows;
    let [right_hand, left_hand] = STANDING.hands;
    match activity {
        Activity::None => STANDING,
        Activity::Bicycle => Pose {
            knees: [[-0.18, -0.38, 0.24], [0.18, -0.44, 0.25]],
            ankles: [[-0.16, -0.53, 0.06], [0.16, -0.67, 0.10]],
            ..steering()
        },
        Activity::Motorcycle => {
            Pose { knees: both([0.22, -0.45, 0.25]), ankles: both([0.22, -0.67, 0.10]), ..steering() }
        }
        Activity::Chair => Pose {
            elbows: both([0.31, -0.16, 0.10]),
            hands: both([0.21, -0.32, 0.27]),
            knees: both([0.15, -0.46, 0.32]),
            ankles: both([0.155, -0.73, 0.33]),
            ..STANDING
        },
        Activity::Guitar => Pose {
            elbows: [[-0.36, -0.17, 0.14], [0.38, -0.17, 0.14]],
            hands: [[-0.17, -0.21, 0.385], [0.385, -0.09, 0.33]],
            ..STANDING
        },
        Activity::Shovel => Pose {
            elbows: [right_elbow, [0.335, -0.13, 0.10]],
            hands: [right_hand, [0.42, -0.06, 0.235]],
            ..STANDING
        },
        Activity::Balloon => Pose {
            elbows: [right_elbow, [0.325, -0.13, 0.10]],
            hands: [right_hand, [0.41, -0.04, 0.22]],
            ..STANDING
        },
        Activity::Book => {
            Pose { elbows: both([0.315, -0.17, 0.13]), hands: both([0.215, -0.23, 0.36]), ..STANDING }
        }
        Activity::Katana => Pose {
            elbows: [[-0.335, -0.13, 0.12], left_elbow],
            hands: [[-0.40, -0.02, 0.26], left_hand],
            ..STANDING
        },
    }
}
