//! Weapons and armor.

mod blades;
mod blunt;
mod pieces;
mod ranged;

use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};

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
