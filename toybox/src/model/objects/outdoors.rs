//! Outdoor things in gardens, streets and graveyards.

mod garden;
mod monuments;
mod pieces;
mod street;

use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};
use crate::model::builder::facing;

use Proportion::{Fat, Long, Narrow, Short, Slim, Tall, Wide};

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "fence",
        plural: Some("fences"),
        synonyms: &["picket fence"],
        features: &[Feature::painted("flowers").many(), Feature::plain("vines").many()],
        proportions: &[Tall, Short, Narrow],
        build: garden::fence,
    },
    Object {
        name: "gate",
        plural: Some("gates"),
        synonyms: &[],
        features: &[Feature::plain("arch"), Feature::painted("lanterns").many()],
        proportions: &[Short, Wide, Narrow],
        build: garden::gate,
    },
    Object {
        name: "bridge",
        plural: Some("bridges"),
        synonyms: &[],
        features: &[Feature::plain("river"), Feature::painted("lanterns").many()],
        proportions: &[Tall, Wide, Long],
        build: garden::bridge,
    },
    Object {
        name: "fountain",
        plural: Some("fountains"),
        synonyms: &[],
        features: &[Feature::painted("water jets").many(), Feature::painted("flowers").many()],
        proportions: &[Tall, Short, Fat],
        build: monuments::fountain,
    },
    Object {
        name: "statue",
        plural: Some("statues"),
        synonyms: &["sculpture"],
        features: &[Feature::plain("wings").many(), Feature::painted("torch")],
        proportions: &[Tall, Short, Slim],
        build: monuments::statue,
    },
    Object {
        name: "gravestone",
        plural: Some("gravestones"),
        synonyms: &["tombstone", "headstone"],
        features: &[Feature::painted("flowers").many(), Feature::painted("moss").many()],
        proportions: &[Tall, Short, Wide],
        build: monuments::gravestone,
    },
    Object {
        name: "signpost",
        plural: Some("signposts"),
        synonyms: &[],
        features: &[Feature::painted("third sign"), Feature::plain("snow").many()],
        proportions: &[Tall, Short, Wide],
        build: street::signpost,
    },
    Object {
        name: "street lamp",
        plural: Some("street lamps"),
        synonyms: &["lamppost"],
        features: &[Feature::plain("twin lamps").many(), Feature::painted("banner")],
        proportions: &[Short, Fat, Slim],
        build: street::street_lamp,
    },
    Object {
        name: "campfire",
        plural: Some("campfires"),
        synonyms: &["bonfire"],
        features: &[Feature::plain("pot"), Feature::painted("tall flames").many()],
        proportions: &[Tall, Short, Wide],
        build: garden::campfire,
    },
    Object {
        name: "mailbox",
        plural: Some("mailboxes"),
        synonyms: &["letterbox"],
        features: &[Feature::painted("flag"), Feature::plain("letters").many()],
        proportions: &[Tall, Short, Wide],
        build: street::mailbox,
    },
    Object {
        name: "traffic cone",
        plural: Some("traffic cones"),
        synonyms: &[],
        features: &[Feature::painted("lamp"), Feature::painted("bands").many()],
        proportions: &[Tall, Short, Fat],
        build: street::traffic_cone,
    },
];
