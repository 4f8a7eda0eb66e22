//! Food.

mod baked;
mod fruit;
mod pieces;
mod snacks;

use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};

const TALL: Proportion = Proportion::Tall;
const SHORT: Proportion = Proportion::Short;
const WIDE: Proportion = Proportion::Wide;
const FAT: Proportion = Proportion::Fat;

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "apple",
        plural: Some("apples"),
        synonyms: &[],
        features: &[Feature::painted("leaf"), Feature::painted("worm"), Feature::plain("bite")],
        proportions: &[TALL, SHORT, WIDE],
        build: fruit::apple,
    },
    Object {
        name: "pear",
        plural: Some("pears"),
        synonyms: &[],
        features: &[Feature::painted("leaf"), Feature::plain("bite"), Feature::plain("smiling face")],
        proportions: &[TALL, SHORT, WIDE],
        build: fruit::pear,
    },
    Object {
        name: "banana",
        plural: Some("bananas"),
        synonyms: &[],
        features: &[
            Feature::plain("open peel"),
            Feature::painted("bow tie"),
            Feature::plain("sunglasses").many(),
        ],
        proportions: &[TALL, FAT, Proportion::Slim],
        build: fruit::banana,
    },
    Object {
        name: "carrot",
        plural: Some("carrots"),
        synonyms: &[],
        features: &[Feature::painted("leafy top"), Feature::plain("bite"), Feature::plain("smiling face")],
        proportions: &[TALL, SHORT, FAT],
        build: fruit::carrot,
    },
    Object {
        name: "cake",
        plural: Some("cakes"),
        synonyms: &[],
        features: &[
            Feature::painted("candles").many(),
            Feature::painted("cherry"),
            Feature::plain("missing slice"),
        ],
        proportions: &[TALL, SHORT, FAT],
        build: baked::cake,
    },
    Object {
        name: "donut",
        plural: Some("donuts"),
        synonyms: &["doughnut"],
        features: &[
            Feature::painted("sprinkles").many(),
            Feature::plain("bite"),
            Feature::painted("drizzle").many(),
        ],
        proportions: &[FAT, Proportion::Slim],
        build: baked::donut,
    },
    Object {
        name: "cupcake",
        plural: Some("cupcakes"),
        synonyms: &[],
        features: &[
            Feature::painted("cherry"),
            Feature::painted("sprinkles").many(),
            Feature::painted("candle"),
        ],
        proportions: &[TALL, SHORT, FAT],
        build: baked::cupcake,
    },
    Object {
        name: "burger",
        plural: Some("burgers"),
        synonyms: &["hamburger"],
        features: &[
            Feature::painted("cheese").many(),
            Feature::plain("sesame seeds").many(),
            Feature::painted("flag"),
        ],
        proportions: &[TALL, SHORT, FAT],
        build: baked::burger,
    },
    Object {
        name: "watermelon",
        plural: Some("watermelons"),
        synonyms: &[],
        features: &[
            Feature::painted("straw"),
            Feature::painted("leaf"),
            Feature::plain("bulging seeds").many(),
        ],
        proportions: &[TALL, SHORT, WIDE],
        build: fruit::watermelon,
    },
    Object {
        name: "pumpkin",
        plural: Some("pumpkins"),
        synonyms: &[],
        features: &[
            Feature::painted("carved face"),
            Feature::painted("pointed hat"),
            Feature::painted("leaf"),
        ],
        proportions: &[TALL, SHORT, WIDE],
        build: fruit::pumpkin,
    },
    Object {
        name: "pizza",
        plural: Some("pizzas"),
        synonyms: &[],
        features: &[Feature::painted("peppers").many(), Feature::plain("basil").many()],
        proportions: &[TALL, WIDE, FAT],
        build: snacks::pizza,
    },
    Object {
        name: "ice cream",
        plural: Some("ice creams"),
        synonyms: &["ice cream cone"],
        features: &[
            Feature::painted("cherry"),
            Feature::painted("sprinkles").many(),
            Feature::painted("second scoop"),
        ],
        proportions: &[TALL, SHORT, FAT],
        build: snacks::ice_cream,
    },
    Object {
        name: "cheese",
        plural: None,
        synonyms: &[],
        features: &[Feature::painted("rind"), Feature::painted("flag"), Feature::plain("mouse")],
        proportions: &[TALL, SHORT, WIDE],
        build: snacks::cheese,
    },
    Object {
        name: "egg",
        plural: Some("eggs"),
        synonyms: &[],
        features: &[Feature::painted("spots").many(), Feature::plain("crack"), Feature::painted("egg cup")],
        proportions: &[TALL, SHORT, FAT],
        build: snacks::egg,
    },
    Object {
        name: "bread",
        plural: None,
        synonyms: &["loaf"],
        features: &[Feature::plain("slices").many(), Feature::painted("butter").many()],
        proportions: &[TALL, SHORT, FAT],
        build: snacks::bread,
    },
    Object {
        name: "hot dog",
        plural: Some("hot dogs"),
        synonyms: &[],
        features: &[Feature::painted("sauce").many(), Feature::plain("lettuce").many()],
        proportions: &[TALL, FAT, Proportion::Long],
        build: snacks::hot_dog,
    },
    Object {
        name: "strawberry",
        plural: Some("strawberries"),
        synonyms: &[],
        features: &[Feature::painted("leaves").many(), Feature::plain("smiling face")],
        proportions: &[TALL, SHORT, WIDE],
        build: snacks::strawberry,
    },
];
