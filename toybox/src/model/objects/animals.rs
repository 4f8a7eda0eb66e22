//! Animals with their own bodies, unlike the creatures, which share a skeleton. They face +Z.

mod birds;
mod crawlers;
mod farm;
mod insects;
mod ocean;
mod pieces;
mod reptiles;
mod sea;

use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};

const TALL: Proportion = Proportion::Tall;
const SHORT: Proportion = Proportion::Short;
const WIDE: Proportion = Proportion::Wide;
const LONG: Proportion = Proportion::Long;
const FAT: Proportion = Proportion::Fat;
const SLIM: Proportion = Proportion::Slim;

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "horse",
        plural: Some("horses"),
        synonyms: &["pony"],
        features: &[Feature::painted("saddle"), Feature::painted("wings").many(), Feature::painted("horn")],
        proportions: &[TALL, FAT, LONG],
        build: farm::horse,
    },
    Object {
        name: "sheep",
        plural: None,
        synonyms: &["lamb"],
        features: &[Feature::painted("scarf"), Feature::plain("curled horns").many()],
        proportions: &[TALL, SHORT, FAT],
        build: farm::sheep,
    },
    Object {
        name: "chicken",
        plural: Some("chickens"),
        synonyms: &["hen"],
        features: &[
            Feature::painted("tail feathers").many(),
            Feature::plain("nest"),
            Feature::painted("scarf"),
        ],
        proportions: &[TALL, SHORT, FAT],
        build: birds::chicken,
    },
    Object {
        name: "owl",
        plural: Some("owls"),
        synonyms: &[],
        features: &[
            Feature::painted("spread wings").many(),
            Feature::plain("branch"),
            Feature::painted("scarf"),
        ],
        proportions: &[TALL, SHORT, FAT],
        build: birds::owl,
    },
    Object {
        name: "duck",
        plural: Some("ducks"),
        synonyms: &[],
        features: &[Feature::painted("scarf"), Feature::painted("bow tie"), Feature::plain("crest")],
        proportions: &[TALL, SHORT, FAT, LONG],
        build: birds::duck,
    },
    Object {
        name: "fish",
        plural: None,
        synonyms: &["goldfish"],
        features: &[Feature::painted("stripes").many(), Feature::plain("bubbles").many()],
        proportions: &[TALL, FAT, LONG],
        build: sea::fish,
    },
    Object {
        name: "octopus",
        plural: Some("octopuses"),
        synonyms: &[],
        features: &[Feature::painted("spots").many(), Feature::painted("pearl")],
        proportions: &[TALL, SHORT, FAT],
        build: sea::octopus,
    },
    Object {
        name: "turtle",
        plural: Some("turtles"),
        synonyms: &["tortoise"],
        features: &[Feature::plain("spikes").many(), Feature::painted("mushroom")],
        proportions: &[TALL, WIDE, LONG],
        build: reptiles::turtle,
    },
    Object {
        name: "snake",
        plural: Some("snakes"),
        synonyms: &["serpent"],
        features: &[Feature::painted("rings").many(), Feature::plain("hood"), Feature::plain("rattle")],
        proportions: &[TALL, FAT, SLIM],
        build: reptiles::snake,
    },
    Object {
        name: "dinosaur",
        plural: Some("dinosaurs"),
        synonyms: &["dino"],
        features: &[
            Feature::painted("spikes").many(),
            Feature::painted("stripes").many(),
            Feature::plain("egg shell"),
        ],
        proportions: &[TALL, FAT, LONG],
        build: reptiles::dinosaur,
    },
    Object {
        name: "snail",
        plural: Some("snails"),
        synonyms: &[],
        features: &[Feature::plain("leaf"), Feature::plain("spikes").many()],
        proportions: &[TALL, FAT, LONG],
        build: crawlers::snail,
    },
    Object {
        name: "spider",
        plural: Some("spiders"),
        synonyms: &["tarantula"],
        features: &[Feature::painted("cross"), Feature::plain("fangs").many()],
        proportions: &[TALL, SHORT, WIDE],
        build: crawlers::spider,
    },
    Object {
        name: "bee",
        plural: Some("bees"),
        synonyms: &["bumblebee"],
        features: &[Feature::plain("flower"), Feature::painted("wings").many()],
        proportions: &[TALL, FAT, LONG],
        build: insects::bee,
    },
    Object {
        name: "butterfly",
        plural: Some("butterflies"),
        synonyms: &[],
        features: &[Feature::painted("spots").many(), Feature::painted("wing tips").many()],
        proportions: &[TALL, WIDE, SHORT],
        build: insects::butterfly,
    },
    Object {
        name: "shark",
        plural: Some("sharks"),
        synonyms: &[],
        features: &[Feature::painted("stripes").many(), Feature::plain("bubbles").many()],
        proportions: &[TALL, FAT, LONG],
        build: ocean::shark,
    },
    Object {
        name: "whale",
        plural: Some("whales"),
        synonyms: &[],
        features: &[Feature::plain("water spout"), Feature::painted("spots").many()],
        proportions: &[TALL, FAT, LONG],
        build: ocean::whale,
    },
    Object {
        name: "crab",
        plural: Some("crabs"),
        synonyms: &[],
        features: &[Feature::painted("spots").many(), Feature::plain("pearl")],
        proportions: &[TALL, SHORT, WIDE],
        build: ocean::crab,
    },
    Object {
        name: "giraffe",
        plural: Some("giraffes"),
        synonyms: &[],
        features: &[Feature::painted("scarf"), Feature::plain("twig")],
        proportions: &[SHORT, FAT, LONG],
        build: farm::giraffe,
    },
];
