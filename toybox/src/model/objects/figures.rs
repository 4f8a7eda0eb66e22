//! Figures: people and spirits.

mod heroes;
mod spooky;
mod visitors;
mod winter;

use super::palette::brass;
use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};

const TALL: Proportion = Proportion::Tall;
const SHORT: Proportion = Proportion::Short;
const FAT: Proportion = Proportion::Fat;
const SLIM: Proportion = Proportion::Slim;

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "snowman",
        plural: Some("snowmen"),
        synonyms: &[],
        features: &[Feature::painted("scarf"), Feature::painted("bucket hat"), Feature::plain("broom")],
        proportions: &[TALL, SHORT, FAT, SLIM],
        build: winter::snowman,
    },
    Object {
        name: "ghost",
        plural: Some("ghosts"),
        synonyms: &["phantom"],
        features: &[Feature::painted("bow tie"), Feature::plain("chain"), Feature::plain("crown")],
        proportions: &[TALL, SHORT, FAT, SLIM],
        build: spooky::ghost,
    },
    Object {
        name: "skull",
        plural: Some("skulls"),
        synonyms: &[],
        features: &[
            Feature::plain("crossed bones").many(),
            Feature::painted("glowing eyes").many(),
            Feature::painted("candle"),
        ],
        proportions: &[TALL, SHORT, WIDE],
        build: spooky::skull,
    },
    Object {
        name: "astronaut",
        plural: Some("astronauts"),
        synonyms: &["spaceman"],
        features: &[Feature::painted("flag"), Feature::plain("jet pack")],
        proportions: &[TALL, SHORT, FAT, SLIM],
        build: heroes::astronaut,
    },
    Object {
        name: "knight",
        plural: Some("knights"),
        synonyms: &[],
        features: &[Feature::painted("plume"), Feature::painted("shield"), Feature::painted("cape")],
        proportions: &[TALL, SHORT, FAT, SLIM],
        build: heroes::knight,
    },
    Object {
        name: "wizard",
        plural: Some("wizards"),
        synonyms: &["sorcerer"],
        features: &[Feature::painted("stars").many(), Feature::painted("magic staff")],
        proportions: &[TALL, SHORT, FAT, SLIM],
        build: visitors::wizard,
    },
    Object {
        name: "alien",
        plural: Some("aliens"),
        synonyms: &["extraterrestrial"],
        features: &[Feature::painted("antennae").many(), Feature::painted("suit")],
        proportions: &[TALL, SHORT, FAT, SLIM],
        build: visitors::alien,
    },
];

const WIDE: Proportion = Proportion::Wide;
