//! Props: things to pick up, open and light.

mod containers;
mod household;
mod instruments;
mod lights;
mod treasure;

use super::{
    Builder, Feature, Frame, Look, Mask, Object, Paint, Proportion, Shape, Vec3, facing, palette, pillar,
    shade, sideways, slab,
};
use crate::math::{dot, sub};
use crate::scene::Part;

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

/// Returns `count` evenly spaced positions around the y axis, the first at the front: degrees, and the
/// direction in X and Z.
fn around(count: usize) -> impl Iterator<Item = (f32, [f32; 2])> {
    (0..count).map(move |index| {
        let degrees = 360.0 * index as f32 / count as f32;
        let (sine, cosine) = degrees.to_radians().sin_cos();
        (degrees, [sine, cosine])
    })
}

/// Cuts away the part beyond a plane through a point.
fn trim(part: &mut Part, normal: Vec3, point: Vec3) {
    part.cuts.push((normal, dot(normal, point)));
}

/// Returns a direction of a frame in object space.
fn direction(frame: Frame, local: Vec3) -> Vec3 {
    sub(frame.to_object(local), frame.origin)
}

/// Adds a tied ribbon that faces the viewer: two loops, two ends and a knot. `size` is its half width.
fn tied_ribbon(builder: &mut Builder, [x, y, z]: Vec3, size: f32, paint: &Paint) {
    for side in [-1.0, 1.0] {
        let (loop_end, tail_end) = (
            [x + side * 0.68 * size, y + 0.14 * size, z],
            [x + side * 0.5 * size, y - 0.8 * size, z + 0.15 * size],
        );
        builder.cone("ribbon", [x, y, z], loop_end, 0.12 * size, 0.32 * size, paint);
        builder.cone("ribbon", [x, y, z], tail_end, 0.14 * size, 0.20 * size, paint);
    }
    builder.sphere("knot", [x, y, z + 0.05 * size], 0.25 * size, paint);
}

/// Adds a handle that arches over a thing from side to side. Parameters: height at the ends, half width,
/// rise, and backward lean.
fn bail(builder: &mut Builder, height: f32, [half_width, rise, lean]: [f32; 3], paint: &Paint) {
    let points: Vec<(Vec3, f32)> = (0..=8)
        .map(|step| {
            let (sine, cosine) = (std::f32::consts::PI * step as f32 / 8.0).sin_cos();
            ([half_width * cosine, height + rise * sine, -lean * sine], 0.05)
        })
        .collect();
    builder.chain("handle", &points, paint);
}
