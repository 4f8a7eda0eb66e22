//! The build of each animal: the sizes that shape its silhouette.
//!
//! If clothing covers an animal and its fur has another color, only sizes, ears and tails distinguish it.

use super::super::body::{Build, Torso};
use crate::attributes::Animal;
use crate::math::Vec3;

/// Returns a build. Parameters: radii of belly and chest; factors for arms, legs and hands; factors for width
/// and length of feet; factors for the head along each axis.
fn of([belly, chest]: [f32; 2], [arm, leg, hand]: Vec3, foot: [f32; 2], head: Vec3) -> Build {
    Build { torso: Torso::Pear { belly, chest }, arm, leg, hand, foot, head }
}

pub(super) fn build(animal: Animal) -> Build {
    match animal {
        Animal::Squirrel => of([0.235, 0.160], [0.75, 1.20, 0.85], [1.00, 1.10], [0.93, 0.95, 0.95]),
        Animal::Raccoon => of([0.285, 0.165], [0.80, 0.85, 0.95], [0.95, 1.00], [1.10, 0.92, 0.97]),
        Animal::Pig => of([0.325, 0.190], [0.85, 1.15, 0.90], [0.90, 0.85], [1.14, 0.90, 1.02]),
        Animal::Monkey => of([0.195, 0.165], [0.80, 0.78, 1.25], [1.10, 1.20], [0.93, 0.95, 0.93]),
        Animal::Robot => {
            let foot = [1.0, 1.0];
            Build { torso: Torso::Box { girth: 1.0 }, arm: 0.92, leg: 0.92, hand: 1.0, foot, head: [1.0; 3] }
        }
        Animal::Lion => of([0.235, 0.240], [1.15, 1.00, 1.20], [1.15, 1.05], [1.00, 1.00, 1.00]),
        Animal::Rabbit => of([0.265, 0.155], [0.75, 1.15, 0.85], [1.05, 1.40], [0.90, 1.00, 0.93]),
        Animal::Tiger => of([0.225, 0.245], [1.25, 1.10, 1.20], [1.15, 1.10], [1.10, 0.95, 1.00]),
        Animal::Orangutan => of([0.290, 0.245], [1.50, 0.76, 1.38], [1.20, 1.10], [1.08, 1.10, 0.98]),
        Animal::Dog => of([0.215, 0.200], [0.95, 0.95, 1.00], [1.00, 1.00], [0.93, 1.00, 0.98]),
        Animal::Cat => of([0.200, 0.150], [0.72, 0.75, 0.90], [0.88, 0.90], [1.12, 0.88, 0.94]),
        Animal::Fox => of([0.222, 0.165], [0.85, 0.85, 0.92], [0.92, 1.00], [0.95, 0.93, 1.00]),
        Animal::Panda => of([0.330, 0.210], [1.15, 1.35, 1.05], [1.15, 0.92], [1.20, 1.04, 1.08]),
        Animal::Mouse => of([0.205, 0.145], [0.72, 0.78, 0.85], [0.90, 1.25], [0.86, 0.88, 1.00]),
        Animal::Elephant => of([0.300, 0.235], [1.25, 1.45, 1.15], [1.35, 0.95], [1.00, 1.00, 1.00]),
        Animal::Cow => of([0.280, 0.195], [0.90, 1.00, 0.95], [0.95, 0.92], [0.88, 1.02, 1.10]),
        Animal::Penguin => of([0.310, 0.255], [1.20, 0.92, 0.80], [1.40, 1.25], [0.86, 1.00, 0.92]),
        Animal::Frog => of([0.285, 0.175], [0.75, 0.85, 1.10], [1.40, 1.25], [1.18, 0.84, 1.04]),
        Animal::Dragon => of([0.275, 0.200], [1.00, 1.20, 1.00], [1.10, 1.10], [1.00, 0.95, 1.05]),
        Animal::Bear => of([0.275, 0.255], [1.30, 1.32, 1.22], [1.15, 1.00], [1.02, 1.06, 1.10]),
    }
}
