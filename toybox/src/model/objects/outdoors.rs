//! Outdoor things in gardens, streets and graveyards.

mod garden;
mod monuments;
mod street;

use super::palette::{INK, RED, WHITE, YELLOW};
use super::plants::around;
use super::{
    Builder, Feature, Frame, Look, Mask, Object, Paint, Proportion, Shape, Vec3, facing, pillar, shade, slab,
};

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

/// Adds a small flower that faces the front: petals around a yellow center.
fn flower(builder: &mut Builder, [x, y, z]: Vec3, size: f32, color: Vec3) {
    let petal = Paint::plain(color);
    for [a, b] in around(5, 0.0) {
        builder.sphere("petal", [x + 0.8 * size * a, y + 0.8 * size * b, z], 0.62 * size, &petal);
    }
    builder.sphere("flower", [x, y, z + 0.3 * size], 0.6 * size, &Paint::plain(YELLOW));
}

/// Adds a lantern with glowing glass. Parameters: the position of its foot, and its size.
fn lantern(builder: &mut Builder, [x, y, z]: Vec3, size: f32, frame: &Paint) {
    let glass = Paint::new([1.0, 0.90, 0.56], 0.0, 0.2).with(
        Mask::ellipsoid([0.0; 3], [9.0, 0.4 * size, 9.0]).and(Mask::Sectors { count: 4.0, twist: 0.0 }),
        [1.0, 0.97, 0.80],
    );
    pillar(builder, "lantern", [x, z], [y, y + 0.22 * size], [0.30 * size, 0.44 * size], frame);
    pillar(builder, "glass", [x, z], [y + 0.18 * size, y + 0.92 * size], [0.36 * size, 0.50 * size], &glass);
    pillar(builder, "roof", [x, z], [y + 0.88 * size, y + 1.28 * size], [0.64 * size, 0.14 * size], frame);
    builder.sphere("knob", [x, y + 1.32 * size, z], (0.15 * size).max(0.04), frame);
}
