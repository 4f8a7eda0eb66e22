//! Vehicles. They drive toward +Z.

mod air;
mod cycles;
mod pieces;
mod rail;
mod road;
mod space;
mod tracks;
mod water;

use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Object};
use crate::model::palette;

const SIZES: &[Proportion] = &[Proportion::Tall, Proportion::Short, Proportion::Wide, Proportion::Long];

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "car",
        plural: Some("cars"),
        synonyms: &["automobile"],
        features: &[Feature::plain("roof rack"), Feature::painted("spoiler"), Feature::painted("surfboard")],
        proportions: SIZES,
        build: road::car,
    },
    Object {
        name: "truck",
        plural: Some("trucks"),
        synonyms: &["lorry"],
        features: &[Feature::painted("container"), Feature::plain("logs").many(), Feature::painted("crane")],
        proportions: &[Proportion::Short, Proportion::Wide, Proportion::Long],
        build: road::truck,
    },
    Object {
        name: "bus",
        plural: Some("buses"),
        synonyms: &[],
        features: &[
            Feature::plain("upper deck"),
            Feature::painted("luggage").many(),
            Feature::plain("long nose"),
        ],
        proportions: SIZES,
        build: road::bus,
    },
    Object {
        name: "tractor",
        plural: Some("tractors"),
        synonyms: &[],
        features: &[Feature::painted("canopy"), Feature::painted("front loader"), Feature::painted("cabin")],
        proportions: &[Proportion::Tall, Proportion::Wide, Proportion::Long],
        build: tracks::tractor,
    },
    Object {
        name: "train",
        plural: None,
        synonyms: &["locomotive"],
        features: &[Feature::plain("smoke").many(), Feature::painted("plow"), Feature::plain("tall chimney")],
        proportions: SIZES,
        build: rail::train,
    },
    Object {
        name: "sailboat",
        plural: Some("sailboats"),
        synonyms: &["yacht"],
        features: &[Feature::painted("flag"), Feature::painted("cabin"), Feature::plain("oars").many()],
        proportions: &[Proportion::Tall, Proportion::Wide, Proportion::Long],
        build: water::sailboat,
    },
    Object {
        name: "submarine",
        plural: Some("submarines"),
        synonyms: &[],
        features: &[
            Feature::painted("torpedoes").many(),
            Feature::plain("glass dome"),
            Feature::plain("claws").many(),
        ],
        proportions: &[Proportion::Fat, Proportion::Long],
        build: water::submarine,
    },
    Object {
        name: "airplane",
        plural: Some("airplanes"),
        synonyms: &["plane", "aeroplane"],
        features: &[
            Feature::painted("upper wing"),
            Feature::painted("floats").many(),
            Feature::painted("jet engines").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Wide, Proportion::Narrow, Proportion::Long],
        build: air::airplane,
    },
    Object {
        name: "helicopter",
        plural: Some("helicopters"),
        synonyms: &["chopper"],
        features: &[
            Feature::painted("floats").many(),
            Feature::plain("second rotor"),
            Feature::painted("missiles").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Long],
        build: air::helicopter,
    },
    Object {
        name: "rocket",
        plural: Some("rockets"),
        synonyms: &[],
        features: &[
            Feature::painted("boosters").many(),
            Feature::plain("flames").many(),
            Feature::painted("wings").many(),
        ],
        proportions: &[Proportion::Short, Proportion::Fat, Proportion::Slim],
        build: air::rocket,
    },
    Object {
        name: "tank",
        plural: Some("tanks"),
        synonyms: &[],
        features: &[
            Feature::painted("flag"),
            Feature::painted("missiles").many(),
            Feature::plain("twin barrels").many(),
        ],
        proportions: SIZES,
        build: tracks::tank,
    },
    Object {
        name: "bicycle",
        plural: Some("bicycles"),
        synonyms: &["bike"],
        features: &[
            Feature::painted("basket"),
            Feature::plain("training wheels").many(),
            Feature::painted("flag"),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Long],
        build: cycles::bicycle,
    },
    Object {
        name: "motorcycle",
        plural: Some("motorcycles"),
        synonyms: &["motorbike"],
        features: &[
            Feature::painted("sidecar"),
            Feature::painted("windshield"),
            Feature::painted("saddlebags").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Wide, Proportion::Long],
        build: cycles::motorcycle,
    },
    Object {
        name: "scooter",
        plural: Some("scooters"),
        synonyms: &["moped"],
        features: &[Feature::painted("box"), Feature::plain("windshield")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Long],
        build: cycles::scooter,
    },
    Object {
        name: "spaceship",
        plural: Some("spaceships"),
        synonyms: &["spacecraft", "starship"],
        features: &[
            Feature::painted("lasers").many(),
            Feature::plain("flames").many(),
            Feature::plain("legs").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Wide, Proportion::Long],
        build: space::spaceship,
    },
    Object {
        name: "hot air balloon",
        plural: Some("hot air balloons"),
        synonyms: &[],
        features: &[
            Feature::painted("stripes").many(),
            Feature::painted("sandbags").many(),
            Feature::plain("flame"),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Fat],
        build: space::hot_air_balloon,
    },
];
