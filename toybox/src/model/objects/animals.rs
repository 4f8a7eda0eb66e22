//! Animals with their own bodies, unlike the creatures, which share a skeleton. They face +Z.

mod birds;
mod crawlers;
mod farm;
mod insects;
mod ocean;
mod reptiles;
mod sea;

use super::palette::{INK, RED, WHITE, YELLOW};
use super::plants::around;
use super::{Builder, Feature, Frame, Look, Mask, Object, Paint, Proportion, Shape, Vec3, pillar, shade};
use crate::math::{add, normalize, scale};

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

/// Adds a round, half sunk eye that faces along `way`: white, with a big pupil and a highlight.
fn eye(builder: &mut Builder, centre: Vec3, radius: f32, way: Vec3) {
    let frame = Frame::towards(centre, add(centre, way), [0.0, 1.0, 0.0]);
    let paint = Paint::glossy(WHITE)
        .with(Mask::ellipsoid([0.0, radius, 0.0], [0.70 * radius, radius, 0.74 * radius]), INK)
        .with(
            Mask::ellipsoid([0.24 * radius, radius, 0.28 * radius], [0.24 * radius, radius, 0.24 * radius]),
            WHITE,
        );
    builder.ellipsoid("eye", frame, [radius, 0.72 * radius, radius], &paint);
}

/// Adds an eye on each side of x = 0.
fn eyes(builder: &mut Builder, [x, y, z]: Vec3, radius: f32, [a, b, c]: Vec3) {
    for side in [-1.0, 1.0] {
        eye(builder, [side * x, y, z], radius, [side * a, b, c]);
    }
}

/// Adds a smile on the front. Its lowest point is at a given place; `wide` is its radius.
fn smile(builder: &mut Builder, [x, y, z]: Vec3, wide: f32, color: Vec3) {
    let shape = Shape::Arc { major: wide, minor: 0.036, half_angle: 0.95 };
    let frame = Frame::at([x, y + wide, z]).turned([0.0, 0.0, 180.0]);
    builder.add("mouth", shape, frame, &Paint::plain(color));
}

/// Adds a scarf around an upright neck, with an end that hangs in front.
fn scarf(builder: &mut Builder, [x, y, z]: Vec3, radius: f32, color: Vec3) {
    let wool = Paint::new(color, 0.0, 0.9);
    let fringe = wool.clone().with(Mask::stripes([0.0, 1.0, 0.0], 0.16, 0.4), shade(color, 0.7));
    builder.torus("scarf", Frame::at([x, y, z]), radius, 0.085, &wool);
    let knot = [x + 0.45 * radius, y - 0.03, z + 0.9 * radius];
    builder.sphere("scarf", knot, 0.11, &wool);
    builder.cone("scarf", knot, add(knot, [0.07, -0.26, 0.06]), 0.075, 0.09, &fringe);
}

/// Adds the toes of a bird on the ground, before and behind a place.
fn claw(builder: &mut Builder, [x, z]: [f32; 2], paint: &Paint) {
    for (a, b) in [(0.0, 0.19), (0.13, 0.14), (-0.13, 0.14), (0.0, -0.12)] {
        builder.cone("toe", [x, -0.745, z], [x + a, -0.755, z + b], 0.045, 0.042, paint);
    }
}
