//! Buildings. Their doors face +Z.

mod homes;
mod pieces;
mod roofs;
mod shelters;
mod stone;
mod towers;

use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};
use crate::model::palette;

const SIZES: &[Proportion] = &[Proportion::Tall, Proportion::Short, Proportion::Wide, Proportion::Long];
const ROUND: &[Proportion] = &[Proportion::Short, Proportion::Fat, Proportion::Slim];

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "house",
        plural: None,
        synonyms: &["cottage"],
        features: &[Feature::painted("roof"), Feature::painted("chimney"), Feature::plain("porch")],
        proportions: SIZES,
        build: homes::house,
    },
    Object {
        name: "tower",
        plural: None,
        synonyms: &[],
        features: &[Feature::painted("roof"), Feature::painted("flag"), Feature::plain("balcony")],
        proportions: ROUND,
        build: stone::tower,
    },
    Object {
        name: "castle",
        plural: None,
        synonyms: &["fortress"],
        features: &[Feature::painted("flags").many(), Feature::plain("moat"), Feature::painted("gatehouse")],
        proportions: SIZES,
        build: stone::castle,
    },
    Object {
        name: "windmill",
        plural: None,
        synonyms: &[],
        features: &[Feature::painted("roof"), Feature::plain("balcony"), Feature::painted("sails").many()],
        proportions: ROUND,
        build: towers::windmill,
    },
    Object {
        name: "lighthouse",
        plural: None,
        synonyms: &[],
        features: &[Feature::plain("beams").many(), Feature::painted("hut"), Feature::plain("stairs").many()],
        proportions: ROUND,
        build: towers::lighthouse,
    },
    Object {
        name: "tent",
        plural: None,
        synonyms: &[],
        features: &[Feature::painted("flag"), Feature::painted("awning"), Feature::plain("stove pipe")],
        proportions: SIZES,
        build: shelters::tent,
    },
    Object {
        name: "church",
        plural: None,
        synonyms: &["chapel"],
        features: &[
            Feature::painted("dome"),
            Feature::plain("stairs").many(),
            Feature::plain("buttresses").many(),
        ],
        proportions: SIZES,
        build: homes::church,
    },
    Object {
        name: "barn",
        plural: None,
        synonyms: &[],
        features: &[
            Feature::painted("silo"),
            Feature::plain("hay bales").many(),
            Feature::plain("weather vane"),
        ],
        proportions: SIZES,
        build: homes::barn,
    },
    Object {
        name: "well",
        plural: None,
        synonyms: &[],
        features: &[
            Feature::painted("roof"),
            Feature::painted("flowers").many(),
            Feature::plain("steps").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Fat],
        build: shelters::well,
    },
    Object {
        name: "igloo",
        plural: None,
        synonyms: &[],
        features: &[Feature::painted("chimney"), Feature::painted("flag"), Feature::painted("sled")],
        proportions: SIZES,
        build: shelters::igloo,
    },
];
