//! Vehicles. They drive toward +Z.

mod air;
mod cycles;
mod rail;
mod road;
mod space;
mod tracks;
mod water;

use super::{
    Builder, Feature, Frame, Look, Mask, Material, Object, Paint, Proportion, Shape, Vec3, facing, palette,
    pillar, shade, sideways, slab,
};

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

const GLASS: Material = Material { color: [0.56, 0.80, 0.93], metallic: 0.0, roughness: 0.15 };
const LIGHT: Vec3 = [1.0, 0.92, 0.60];
const X: Vec3 = [1.0, 0.0, 0.0];
const Y: Vec3 = [0.0, 1.0, 0.0];
const Z: Vec3 = [0.0, 0.0, 1.0];

/// Adds a pair of wheels at `[y, z]`, each at the distance `track` from x = 0, and an axle whose ends are
/// their hubs.
fn axle(builder: &mut Builder, [y, z]: [f32; 2], track: f32, [radius, half]: [f32; 2], hub: &Paint) {
    let rounding = (0.5 * half).min(0.3 * radius);
    for x in [-track, track] {
        let tyre = Shape::Stump { half_height: half, low: radius, high: radius, rounding };
        builder.add("wheel", tyre, sideways([x, y, z]), &palette::rubber());
    }
    builder.disc("hub", sideways([0.0, y, z]), 0.55 * radius, track + half + 0.015, hub);
}

/// Adds windows around a cabin to its paint, between two heights of its frame. Corners outside `inner` become
/// posts.
fn glazed(paint: Paint, [low, high]: [f32; 2], inner: [f32; 2]) -> Paint {
    let corner =
        Mask::band(X, -inner[0], inner[0]).outside().and(Mask::band(Z, -inner[1], inner[1]).outside());
    paint.with_material(Mask::band(Y, low, high).and(corner.outside()), GLASS)
}

/// Returns the region within `radius` of a part's y axis.
fn middle(radius: f32) -> Mask {
    Mask::ellipsoid([0.0; 3], [radius, 50.0, radius])
}

/// Adds a headlight that faces the front.
fn headlight(builder: &mut Builder, place: Vec3, radius: f32) {
    let material = Material { color: LIGHT, metallic: 0.0, roughness: 0.2 };
    let lamp = palette::steel().with_material(middle(0.72 * radius), material);
    builder.disc("headlight", facing(place), radius, 0.045, &lamp);
}

/// Adds a flag on a pole. The flag points to -X.
fn flag(builder: &mut Builder, foot: Vec3, height: f32, [width, drop]: [f32; 2], paint: &Paint) {
    let [x, y, z] = foot;
    let top = y + height;
    builder.rod("pole", foot, [x, top - 0.04, z], 0.04, &palette::steel());
    slab(builder, "flag", [x - width, top - drop, z - 0.04], [x + 0.01, top, z + 0.04], 0.03, paint);
}
