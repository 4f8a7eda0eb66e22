//! Furniture.

mod cases;
mod seats;
mod tables;

use super::{
    Builder, Feature, Frame, Look, Mask, Material, Object, Paint, Proportion, Shape, Vec3, palette, pillar,
    shade, slab,
};

const OAK: Vec3 = [0.72, 0.49, 0.27];
const WALNUT: Vec3 = [0.47, 0.29, 0.17];
const UP: Vec3 = [0.0, 1.0, 0.0];

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "chair",
        plural: Some("chairs"),
        synonyms: &[],
        features: &[
            Feature::plain("round back"),
            Feature::painted("cushion"),
            Feature::plain("armrests").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: seats::chair,
    },
    Object {
        name: "stool",
        plural: Some("stools"),
        synonyms: &[],
        features: &[Feature::painted("cushion"), Feature::plain("foot ring"), Feature::plain("square seat")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Fat, Proportion::Slim],
        build: seats::stool,
    },
    Object {
        name: "table",
        plural: Some("tables"),
        synonyms: &[],
        features: &[
            Feature::plain("drawers").many(),
            Feature::painted("tablecloth"),
            Feature::plain("round top"),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Narrow, Proportion::Long],
        build: tables::table,
    },
    Object {
        name: "desk",
        plural: Some("desks"),
        synonyms: &[],
        features: &[
            Feature::plain("computer"),
            Feature::painted("shelf"),
            Feature::painted("drawers").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: tables::desk,
    },
    Object {
        name: "bed",
        plural: Some("beds"),
        synonyms: &[],
        features: &[
            Feature::painted("canopy"),
            Feature::painted("pillow"),
            Feature::plain("round headboard"),
        ],
        proportions: &[Proportion::Wide, Proportion::Narrow, Proportion::Long],
        build: seats::bed,
    },
    Object {
        name: "sofa",
        plural: Some("sofas"),
        synonyms: &["couch"],
        features: &[
            Feature::painted("cushions").many(),
            Feature::painted("blanket"),
            Feature::plain("high back"),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide, Proportion::Narrow],
        build: seats::sofa,
    },
    Object {
        name: "bookshelf",
        plural: Some("bookshelves"),
        synonyms: &["bookcase"],
        features: &[
            Feature::plain("books").many(),
            Feature::painted("doors").many(),
            Feature::plain("ladder"),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide, Proportion::Narrow],
        build: cases::bookshelf,
    },
    Object {
        name: "wardrobe",
        plural: Some("wardrobes"),
        synonyms: &["closet"],
        features: &[
            Feature::plain("open doors").many(),
            Feature::painted("drawers").many(),
            Feature::plain("mirror"),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide, Proportion::Narrow],
        build: cases::wardrobe,
    },
    Object {
        name: "bench",
        plural: Some("benches"),
        synonyms: &[],
        features: &[
            Feature::plain("armrests").many(),
            Feature::painted("cushion"),
            Feature::painted("planters").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide, Proportion::Narrow],
        build: seats::bench,
    },
    Object {
        name: "lamp",
        plural: Some("lamps"),
        synonyms: &[],
        features: &[Feature::plain("round shade"), Feature::painted("fringe"), Feature::plain("tripod")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Fat, Proportion::Slim],
        build: tables::lamp,
    },
];

/// Returns the paint of cloth.
fn soft(color: Vec3) -> Paint {
    Paint::new(color, 0.0, 0.9)
}

/// Adds an upright oval plate that faces the viewer.
fn oval(builder: &mut Builder, name: &'static str, middle: Vec3, [x, y]: [f32; 2], half: f32, paint: &Paint) {
    let part = builder.ellipsoid(name, Frame::at(middle), [x, y, x.min(y)], paint);
    part.cuts = vec![([0.0, 0.0, 1.0], middle[2] + half), ([0.0, 0.0, -1.0], half - middle[2])];
}

/// Adds the front of a drawer with a knob. Its face is at depth `z`.
fn drawer(builder: &mut Builder, low: [f32; 2], high: [f32; 2], z: f32, paint: &Paint) {
    slab(builder, "drawer", [low[0], low[1], z - 0.08], [high[0], high[1], z], 0.02, paint);
    let middle = [0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1]), z + 0.02];
    builder.sphere("knob", middle, 0.05, &palette::brass());
}
