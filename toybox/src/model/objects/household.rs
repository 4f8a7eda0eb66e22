//! Household things: vessels, storage, clothing and ladders.

mod clothes;
mod pieces;
mod storage;
mod vessels;

use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};

use Proportion::{Fat, Long, Narrow, Short, Slim, Tall, Wide};

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "mug",
        plural: Some("mugs"),
        synonyms: &["cup"],
        features: &[
            Feature::painted("heart"),
            Feature::painted("marshmallows").many(),
            Feature::painted("spoon"),
        ],
        proportions: &[Tall, Short, Fat, Slim],
        build: vessels::mug,
    },
    Object {
        name: "teapot",
        plural: Some("teapots"),
        synonyms: &[],
        features: &[
            Feature::painted("dots").many(),
            Feature::painted("flower"),
            Feature::plain("high handle"),
        ],
        proportions: &[Tall, Short, Fat],
        build: vessels::teapot,
    },
    Object {
        name: "bottle",
        plural: Some("bottles"),
        synonyms: &[],
        features: &[Feature::painted("label"), Feature::painted("straw"), Feature::plain("sailboat")],
        proportions: &[Tall, Short, Fat, Slim],
        build: vessels::bottle,
    },
    Object {
        name: "bowl",
        plural: Some("bowls"),
        synonyms: &[],
        features: &[
            Feature::painted("soup").many(),
            Feature::painted("fruit").many(),
            Feature::painted("rim"),
        ],
        proportions: &[Tall, Short, Wide, Fat],
        build: vessels::bowl,
    },
    Object {
        name: "vase",
        plural: Some("vases"),
        synonyms: &["urn"],
        features: &[
            Feature::painted("flowers").many(),
            Feature::plain("handles").many(),
            Feature::painted("rings").many(),
        ],
        proportions: &[Tall, Short, Fat, Slim],
        build: vessels::vase,
    },
    Object {
        name: "crate",
        plural: Some("crates"),
        synonyms: &[],
        features: &[
            Feature::painted("bottles").many(),
            Feature::painted("stamp"),
            Feature::plain("iron corners").many(),
        ],
        proportions: &[Tall, Short, Wide, Long],
        build: storage::crate_of_wood,
    },
    Object {
        name: "basket",
        plural: Some("baskets"),
        synonyms: &["hamper"],
        features: &[
            Feature::painted("cloth").many(),
            Feature::painted("eggs").many(),
            Feature::painted("ribbon"),
        ],
        proportions: &[Tall, Short, Wide, Fat],
        build: storage::basket,
    },
    Object {
        name: "ladder",
        plural: Some("ladders"),
        synonyms: &["stepladder"],
        features: &[Feature::painted("bucket"), Feature::painted("top step")],
        proportions: &[Tall, Short, Wide, Narrow],
        build: storage::ladder,
    },
    Object {
        name: "cauldron",
        plural: Some("cauldrons"),
        synonyms: &[],
        features: &[
            Feature::painted("bubbles").many(),
            Feature::plain("fire").many(),
            Feature::painted("ladle"),
        ],
        proportions: &[Tall, Short, Fat],
        build: vessels::cauldron,
    },
    Object {
        name: "boot",
        plural: Some("boots"),
        synonyms: &[],
        features: &[
            Feature::painted("fur trim"),
            Feature::painted("laces").many(),
            Feature::plain("spurs").many(),
        ],
        proportions: &[Tall, Short, Wide],
        build: clothes::boot,
    },
    Object {
        name: "hat",
        plural: Some("hats"),
        synonyms: &["cowboy hat"],
        features: &[Feature::painted("feather"), Feature::painted("flower"), Feature::painted("ribbon")],
        proportions: &[Tall, Short],
        build: clothes::hat,
    },
];
