//! Plants.

mod blossoms;
pub(super) mod pieces;
mod trees;

pub(super) use trees::palm_at;

use super::palette::{CREAM, WHITE};
use super::pieces::{against, pillar, shade, smile};
use crate::attributes::Proportion;
use crate::catalog::entry::{Feature, Look, Object};
use crate::math::{Frame, Vec3, add, normalize, scale};
use crate::model::builder::Builder;
use crate::paint::{Mask, Paint};
use pieces::{TERRACOTTA, blossom, pot};

pub(super) const SHELF: &[Object] = &[
    Object {
        name: "tree",
        plural: Some("trees"),
        synonyms: &[],
        features: &[
            Feature::painted("fruit").many(),
            Feature::painted("swing"),
            Feature::plain("hollow trunk"),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: trees::tree,
    },
    Object {
        name: "pine",
        plural: Some("pines"),
        synonyms: &[],
        features: &[
            Feature::painted("star"),
            Feature::painted("baubles").many(),
            Feature::plain("snow").many(),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Fat, Proportion::Slim],
        build: trees::pine,
    },
    Object {
        name: "palm",
        plural: Some("palms"),
        synonyms: &[],
        features: &[Feature::plain("coconuts").many(), Feature::plain("ladder"), Feature::painted("hammock")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: trees::palm,
    },
    Object {
        name: "cactus",
        plural: Some("cacti"),
        synonyms: &[],
        features: &[
            Feature::painted("flowers").many(),
            Feature::painted("pot"),
            Feature::plain("smiling face"),
        ],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Fat],
        build: cactus,
    },
    Object {
        name: "bush",
        plural: Some("bushes"),
        synonyms: &["shrub"],
        features: &[
            Feature::painted("flowers").many(),
            Feature::painted("berries").many(),
            Feature::painted("pot"),
        ],
        proportions: &[Proportion::Tall, Proportion::Wide, Proportion::Short],
        build: bush,
    },
    Object {
        name: "flower",
        plural: Some("flowers"),
        synonyms: &[],
        features: &[Feature::painted("pot"), Feature::plain("bee"), Feature::plain("pointed petals").many()],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: blossoms::flower,
    },
    Object {
        name: "mushroom",
        plural: Some("mushrooms"),
        synonyms: &["toadstool"],
        features: &[Feature::painted("spots").many(), Feature::painted("door"), Feature::plain("snail")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Fat],
        build: mushroom,
    },
    Object {
        name: "sunflower",
        plural: Some("sunflowers"),
        synonyms: &[],
        features: &[Feature::plain("smiling face"), Feature::painted("pot"), Feature::plain("ladybug")],
        proportions: &[Proportion::Tall, Proportion::Short, Proportion::Wide],
        build: blossoms::sunflower,
    },
];

fn cactus(builder: &mut Builder, look: &Look) {
    let main = look.main([0.26, 0.58, 0.32]);
    let ribs = Mask::Sectors { count: 8.0, twist: 0.0 };
    let skin = Paint::plain(main).with(ribs, shade(main, 0.78));
    builder.group(0.0);
    if look.has(2) {
        pot(builder, look.detail(TERRACOTTA), 0.46, 0.44);
    } else {
        let sand = Paint::new([0.88, 0.74, 0.50], 0.0, 0.9);
        pillar(builder, "sand", [0.0, 0.0], [-0.80, -0.69], [0.50, 0.42], &sand);
    }
    builder.group(0.05);
    builder.cone("cactus", [0.0, -0.52, 0.0], [0.0, 0.47, 0.0], 0.24, 0.23, &skin);
    let arms: [&[(Vec3, f32)]; 2] = [
        &[([0.10, -0.16, 0.0], 0.12), ([0.50, -0.12, 0.0], 0.13), ([0.54, 0.28, 0.0], 0.13)],
        &[([-0.10, 0.06, 0.0], 0.11), ([-0.45, 0.10, 0.0], 0.12), ([-0.49, 0.42, 0.0], 0.115)],
    ];
    for arm in arms {
        builder.chain("arm", arm, &skin);
    }
    builder.group(0.0);
    if look.has(1) {
        let color = look.detail([0.95, 0.36, 0.55]);
        for (place, normal, radius) in [
            ([0.0, 0.675, 0.06], [0.0, 1.0, 0.3], 0.16),
            ([0.56, 0.40, 0.05], [0.3, 1.0, 0.4], 0.15),
            ([-0.51, 0.52, 0.05], [-0.3, 1.0, 0.4], 0.14),
            ([0.08, 0.18, 0.22], [0.25, 0.1, 1.0], 0.13),
            ([-0.10, -0.28, 0.21], [-0.4, 0.1, 1.0], 0.12),
        ] {
            blossom(builder, place, normal, radius, color);
        }
    }
    if look.has(3) {
        smile(builder, against([0.0, 0.26, 0.225], [0.0, 0.0, 1.0]), 0.85);
    }
}

fn bush(builder: &mut Builder, look: &Look) {
    let main = look.main([0.34, 0.66, 0.27]);
    let green = Paint::new(main, 0.0, 0.8).with(Mask::band([0.0, 1.0, 0.0], 0.10, 9.0), shade(main, 1.18));
    let potted = look.has(3);
    let (lift, size) = if potted { (0.42, 0.78) } else { (0.0, 0.95) };
    if potted {
        builder.group(0.0);
        pot(builder, look.detail(TERRACOTTA), 0.55, 0.50);
    }
    let clumps = [
        ([0.0, -0.16, 0.0], 0.50),
        ([-0.40, -0.44, 0.06], 0.36),
        ([0.41, -0.42, 0.0], 0.38),
        ([0.08, -0.46, 0.40], 0.34),
        ([-0.06, -0.46, -0.40], 0.34),
        ([0.30, -0.02, 0.10], 0.29),
        ([-0.27, 0.0, -0.05], 0.30),
    ];
    let placed = |place: Vec3| [size * place[0], size * (place[1] + 0.8) - 0.8 + lift, size * place[2]];
    builder.group(0.03);
    for (place, radius) in clumps {
        builder.sphere("leaves", placed(place), size * radius, &green);
    }
    builder.group(0.0);
    let spots = [
        (0, [0.1, 0.5, 1.0]),
        (1, [-0.7, 0.5, 0.8]),
        (2, [0.8, 0.2, 0.8]),
        (3, [-0.1, 0.1, 1.0]),
        (5, [0.5, 0.9, 0.6]),
        (6, [-0.5, 0.9, 0.6]),
        (2, [1.0, 0.5, -0.6]),
        (4, [-0.3, 0.3, -1.0]),
        (0, [0.1, 1.0, -0.4]),
        (1, [-0.9, 0.0, -0.5]),
        (3, [0.7, 0.5, 0.7]),
        (3, [-0.7, 0.4, 0.7]),
    ];
    let on_surface = |(clump, direction): (usize, Vec3), share: f32| {
        let (place, radius) = clumps[clump];
        add(placed(place), scale(normalize(direction), share * size * radius))
    };
    if look.has(1) {
        for spot in spots.into_iter().take(10) {
            blossom(builder, on_surface(spot, 0.97), spot.1, 0.14, look.detail([0.96, 0.55, 0.75]));
        }
    }
    if look.has(2) {
        let berry = Paint::glossy(look.detail([0.84, 0.14, 0.20]));
        for spot in spots {
            builder.sphere("berry", on_surface(spot, 1.02), 0.085, &berry);
        }
    }
}

fn mushroom(builder: &mut Builder, look: &Look) {
    let main = look.main([0.86, 0.18, 0.16]);
    // Direction on the cap, and size.
    let spots = [
        ([0.0, 1.0, 0.1], 0.17),
        ([0.35, 0.62, 0.70], 0.17),
        ([-0.55, 0.62, 0.55], 0.15),
        ([0.85, 0.50, 0.15], 0.15),
        ([-0.10, 0.28, 0.95], 0.14),
        ([0.72, 0.22, 0.66], 0.13),
        ([-0.88, 0.30, 0.05], 0.14),
        ([0.40, 0.60, -0.70], 0.16),
        ([-0.45, 0.60, -0.66], 0.16),
        ([0.84, 0.22, -0.50], 0.13),
        ([-0.10, 0.25, -0.97], 0.14),
    ];
    let cap_at = [0.0, 0.08, 0.0];
    let radii = [0.74, 0.60, 0.74];
    let on_cap = |way: Vec3| {
        let way = normalize(way);
        [0, 1, 2].map(|axis| radii[axis] * way[axis])
    };
    let bulging = look.has(1);
    let mut cap = Paint::glossy(main);
    if !bulging {
        for (way, radius) in spots {
            cap = cap.with(Mask::ellipsoid(on_cap(way), [0.8 * radius; 3]), WHITE);
        }
    }
    let stem = Paint::plain(CREAM);
    builder.group(0.06);
    pillar(builder, "stem", [0.0, 0.0], [-0.80, 0.10], [0.30, 0.22], &stem);
    builder.torus("stem", Frame::at([0.0, -0.66, 0.0]), 0.26, 0.11, &stem);
    builder.group(0.0);
    let gills =
        Paint::plain([0.93, 0.80, 0.62]).with(Mask::Sectors { count: 14.0, twist: 0.0 }, [0.80, 0.64, 0.46]);
    pillar(builder, "gills", [0.0, 0.0], [-0.06, 0.10], [0.46, 0.66], &gills);
    builder.group(0.04);
    builder.ellipsoid("cap", Frame::at(cap_at), radii, &cap).cuts = vec![([0.0, -1.0, 0.0], -0.06)];
    builder.torus("cap", Frame::at([0.0, 0.085, 0.0]), 0.67, 0.08, &Paint::glossy(main));
    builder.group(0.0);
    if bulging {
        let spot_paint = Paint::plain(look.detail(WHITE));
        for (way, radius) in spots {
            let place = on_cap(way);
            let normal = [0, 1, 2].map(|axis| place[axis] / (radii[axis] * radii[axis]));
            builder.ellipsoid(
                "spot",
                against(add(cap_at, place), normal),
                [radius, 0.085, radius],
                &spot_paint,
            );
        }
    }
    if look.has(2) {
        let door = Paint::plain(look.detail([0.50, 0.32, 0.18]));
        builder.block("door", Frame::at([0.0, -0.60, 0.27]), [0.14, 0.20, 0.14], 0.03, &door);
        builder.disc("door", super::facing([0.0, -0.40, 0.27]), 0.14, 0.14, &door);
        builder.sphere("knob", [0.08, -0.55, 0.41], 0.045, &super::palette::brass());
        let glass = Paint::glossy([0.98, 0.84, 0.40]);
        builder.disc("window", super::facing([0.0, -0.12, 0.20]), 0.075, 0.08, &glass);
    }
    if look.has(3) {
        let body = Paint::glossy([0.88, 0.70, 0.40]);
        builder.group(0.03);
        builder.chain(
            "snail",
            &[([0.10, -0.74, 0.46], 0.06), ([0.55, -0.73, 0.42], 0.07), ([0.62, -0.56, 0.42], 0.075)],
            &body,
        );
        for z in [0.37, 0.47] {
            builder.rod("antenna", [0.62, -0.55, 0.42], [0.66, -0.40, z], 0.04, &body);
        }
        let shell = Paint::glossy([0.58, 0.30, 0.20])
            .with(Mask::Sectors { count: 3.0, twist: 30.0 }, [0.86, 0.60, 0.36]);
        builder.group(0.0);
        builder.ellipsoid(
            "shell",
            super::sideways([0.33, -0.56, 0.42]).turned([90.0, 0.0, 0.0]),
            [0.20, 0.15, 0.20],
            &shell,
        );
        builder.rod("snail", [0.10, -0.74, 0.20], [0.20, -0.74, 0.46], 0.06, &body);
    }
}
