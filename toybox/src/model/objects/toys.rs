//! Toys, games, instruments and prizes.

mod games;
mod music;
mod pieces;
mod prizes;

use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};

use Proportion::{Fat, Long, Short, Slim, Tall, Wide};

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "ball",
        plural: Some("balls"),
        synonyms: &["beach ball"],
        features: &[Feature::painted("star"), Feature::plain("smiling face")],
        proportions: &[Tall, Short, Wide],
        build: games::ball,
    },
    Object {
        name: "dice",
        plural: None,
        synonyms: &["die"],
        features: &[Feature::painted("dots").many(), Feature::plain("second die")],
        proportions: &[Tall, Short, Wide],
        build: games::dice,
    },
    Object {
        name: "balloon",
        plural: Some("balloons"),
        synonyms: &[],
        features: &[Feature::painted("star"), Feature::painted("bow"), Feature::plain("smiling face")],
        proportions: &[Tall, Short, Fat, Slim],
        build: games::balloon,
    },
    Object {
        name: "gift",
        plural: Some("gifts"),
        synonyms: &["present"],
        features: &[Feature::painted("ribbon"), Feature::painted("dots").many(), Feature::painted("tag")],
        proportions: &[Tall, Short, Wide, Long],
        build: games::gift,
    },
    Object {
        name: "drum",
        plural: Some("drums"),
        synonyms: &[],
        features: &[Feature::plain("drumsticks").many(), Feature::painted("strap")],
        proportions: &[Tall, Short, Fat, Slim],
        build: music::drum,
    },
    Object {
        name: "piano",
        plural: Some("pianos"),
        synonyms: &["grand piano"],
        features: &[Feature::painted("stool"), Feature::plain("sheet music").many()],
        proportions: &[Tall, Wide, Long],
        build: music::piano,
    },
    Object {
        name: "ring",
        plural: Some("rings"),
        synonyms: &[],
        features: &[Feature::painted("gem"), Feature::painted("pearl"), Feature::painted("heart")],
        proportions: &[Tall, Wide],
        build: prizes::ring,
    },
    Object {
        name: "coin",
        plural: Some("coins"),
        synonyms: &[],
        features: &[Feature::plain("crown"), Feature::painted("star"), Feature::plain("hole")],
        proportions: &[Tall, Wide, Long],
        build: prizes::coin,
    },
    Object {
        name: "gem",
        plural: Some("gems"),
        synonyms: &["diamond"],
        features: &[Feature::painted("mount"), Feature::painted("ribbon")],
        proportions: &[Tall, Short, Wide],
        build: prizes::gem,
    },
    Object {
        name: "trophy",
        plural: Some("trophies"),
        synonyms: &[],
        features: &[Feature::painted("ribbon"), Feature::painted("star"), Feature::painted("lid")],
        proportions: &[Tall, Short, Fat, Slim],
        build: prizes::trophy,
    },
];
