//! Props: things to pick up, open and light.

mod containers;
mod household;
mod instruments;
mod lights;
mod pieces;
mod treasure;

use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};
use crate::model::palette;

use Proportion::{Fat, Long, Narrow, Short, Slim, Tall, Wide};

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "barrel",
        plural: Some("barrels"),
        synonyms: &["keg"],
        features: &[Feature::plain("tap"), Feature::painted("lid"), Feature::painted("rope")],
        proportions: &[Tall, Short, Fat, Slim],
        build: containers::barrel,
    },
    Object {
        name: "chest",
        plural: Some("chests"),
        synonyms: &["coffer"],
        features: &[
            Feature::plain("coins").many(),
            Feature::painted("padlock"),
            Feature::painted("feet").many(),
        ],
        proportions: &[Wide, Narrow],
        build: containers::chest,
    },
    Object {
        name: "key",
        plural: Some("keys"),
        synonyms: &[],
        features: &[Feature::plain("heart bow"), Feature::painted("ribbon"), Feature::painted("tag")],
        proportions: &[Tall, Short, Fat],
        build: treasure::key,
    },
    Object {
        name: "lantern",
        plural: Some("lanterns"),
        synonyms: &[],
        features: &[
            Feature::painted("round glass"),
            Feature::plain("tiered roof"),
            Feature::plain("big handle"),
        ],
        proportions: &[Tall, Short, Fat, Slim],
        build: lights::lantern,
    },
    Object {
        name: "candle",
        plural: Some("candles"),
        synonyms: &[],
        features: &[
            Feature::painted("holder"),
            Feature::plain("wax drips").many(),
            Feature::painted("ribbon"),
        ],
        proportions: &[Tall, Short, Fat, Slim],
        build: lights::candle,
    },
    Object {
        name: "potion",
        plural: Some("potions"),
        synonyms: &[],
        features: &[Feature::painted("stopper"), Feature::plain("square flask"), Feature::painted("label")],
        proportions: &[Tall, Fat, Slim],
        build: containers::potion,
    },
    Object {
        name: "book",
        plural: Some("books"),
        synonyms: &["tome"],
        features: &[Feature::painted("bookmark"), Feature::plain("clasp"), Feature::painted("jewel")],
        proportions: &[Tall, Short, Wide, Long],
        build: household::book,
    },
    Object {
        name: "crown",
        plural: Some("crowns"),
        synonyms: &[],
        features: &[
            Feature::painted("jewels").many(),
            Feature::painted("velvet cap"),
            Feature::painted("fur trim"),
        ],
        proportions: &[Tall, Short, Slim],
        build: treasure::crown,
    },
    Object {
        name: "goblet",
        plural: Some("goblets"),
        synonyms: &["chalice"],
        features: &[
            Feature::painted("jewels").many(),
            Feature::plain("handles").many(),
            Feature::painted("lid"),
        ],
        proportions: &[Tall, Short, Fat, Slim],
        build: containers::goblet,
    },
    Object {
        name: "clock",
        plural: Some("clocks"),
        synonyms: &[],
        features: &[Feature::painted("bells").many(), Feature::painted("roof"), Feature::painted("pendulum")],
        proportions: &[Wide, Long],
        build: household::clock,
    },
    Object {
        name: "bell",
        plural: Some("bells"),
        synonyms: &[],
        features: &[Feature::painted("handle"), Feature::painted("ribbon"), Feature::painted("stand")],
        proportions: &[Tall, Short, Fat, Slim],
        build: instruments::bell,
    },
    Object {
        name: "guitar",
        plural: Some("guitars"),
        synonyms: &[],
        features: &[Feature::painted("strap"), Feature::plain("horns").many(), Feature::painted("pickguard")],
        proportions: &[Wide, Slim, Short],
        build: instruments::guitar,
    },
    Object {
        name: "umbrella",
        plural: Some("umbrellas"),
        synonyms: &["parasol"],
        features: &[
            Feature::painted("curved handle"),
            Feature::plain("folded canopy"),
            Feature::painted("tassels").many(),
        ],
        proportions: &[Tall, Short, Slim],
        build: household::umbrella,
    },
    Object {
        name: "bucket",
        plural: Some("buckets"),
        synonyms: &["pail"],
        features: &[Feature::painted("paint").many(), Feature::plain("spout"), Feature::plain("sand").many()],
        proportions: &[Tall, Short, Fat, Slim],
        build: containers::bucket,
    },
    Object {
        name: "anvil",
        plural: Some("anvils"),
        synonyms: &[],
        features: &[Feature::painted("log"), Feature::plain("double horn"), Feature::painted("horseshoe")],
        proportions: &[Tall, Short, Wide, Long],
        build: household::anvil,
    },
];
