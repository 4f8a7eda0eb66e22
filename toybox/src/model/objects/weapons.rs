//! Weapons and armor.

mod blades;
mod blunt;
mod ranged;

use super::{
    Builder, Feature, Frame, Look, Mask, Object, Paint, Proportion, Shape, Vec3, facing, palette, pillar,
    shade, sideways, slab,
};

const LEATHER: Vec3 = [0.36, 0.20, 0.12];
const OAK: Vec3 = [0.72, 0.49, 0.27];
const UP: Vec3 = [0.0, 1.0, 0.0];

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "sword",
        plural: Some("swords"),
        synonyms: &[],
        features: &[
            Feature::plain("curved blade"),
            Feature::painted("round pommel"),
            Feature::plain("winged guard"),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: blades::sword,
    },
    Object {
        name: "axe",
        plural: Some("axes"),
        synonyms: &["hatchet"],
        features: &[Feature::plain("double blade"), Feature::plain("top spike"), Feature::painted("grip")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: blades::axe,
    },
    Object {
        name: "hammer",
        plural: Some("hammers"),
        synonyms: &[],
        features: &[Feature::plain("claw"), Feature::plain("spikes").many(), Feature::painted("grip")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: blunt::hammer,
    },
    Object {
        name: "shield",
        plural: Some("shields"),
        synonyms: &[],
        features: &[
            Feature::painted("emblem"),
            Feature::plain("spikes").many(),
            Feature::painted("wings").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide, Proportion::Narrow],
        build: blunt::shield,
    },
    Object {
        name: "bow",
        plural: Some("bows"),
        synonyms: &["longbow"],
        features: &[
            Feature::painted("arrow"),
            Feature::painted("gems").many(),
            Feature::plain("blades").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: ranged::bow,
    },
    Object {
        name: "spear",
        plural: Some("spears"),
        synonyms: &["lance"],
        features: &[Feature::plain("prongs").many(), Feature::painted("banner"), Feature::painted("tassel")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: blades::spear,
    },
    Object {
        name: "cannon",
        plural: Some("cannons"),
        synonyms: &[],
        features: &[
            Feature::painted("wheels").many(),
            Feature::plain("cannonballs").many(),
            Feature::painted("flag"),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide, Proportion::Long],
        build: ranged::cannon,
    },
    Object {
        name: "mace",
        plural: Some("maces"),
        synonyms: &[],
        features: &[Feature::plain("spikes").many(), Feature::painted("gem"), Feature::painted("grip")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Fat],
        build: blunt::mace,
    },
];

/// Returns planes that taper a plate in z = 0 from half thickness `ridge` at x = 0 to `edge` at `half_width`.
fn bevels(half_width: f32, ridge: f32, edge: f32) -> Vec<(Vec3, f32)> {
    let norm = (ridge - edge).hypot(half_width);
    let (across, out) = ((ridge - edge) / norm, half_width / norm);
    let planes = [(1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)];
    planes.map(|(x, z)| ([x * across, 0.0, z * out], ridge * out)).to_vec()
}

/// Returns the plane through a point of z = 0 that cuts off everything beyond it along (x, y).
fn plane([x, y]: [f32; 2], [across, up]: [f32; 2]) -> (Vec3, f32) {
    let norm = across.hypot(up);
    ([across / norm, up / norm, 0.0], (across * x + up * y) / norm)
}

/// Adds a leather wrap in rings around an upright handle.
fn wrap(builder: &mut Builder, heights: [f32; 2], radius: f32, color: Vec3) {
    let paint = Paint::new(color, 0.0, 0.8);
    let count = ((heights[1] - heights[0]) / 0.12).round().max(1.0);
    for step in 0..=count as usize {
        let y = heights[0] + (heights[1] - heights[0]) * step as f32 / count;
        builder.ellipsoid("wrap", Frame::at([0.0, y, 0.0]), [radius, 0.085, radius], &paint);
    }
}
