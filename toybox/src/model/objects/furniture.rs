//! Furniture.

mod cases;
mod pieces;
mod seats;
mod tables;

use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};

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
