//! Things that creatures hold or sit on.

use super::palette::{BRASS, INK, RED, WHITE, brass, steel};
use super::pose::Pose;
use super::vehicles;
use crate::attributes::Activity;
use crate::math::{Frame, Vec3, add, dot, normalize, scale, sub};
use crate::model::builder::Builder;
use crate::paint::{Mask, Material, Paint};

const UP: Vec3 = [0.0, 1.0, 0.0];
const OAK: Vec3 = [0.72, 0.49, 0.27];

pub(crate) fn build(builder: &mut Builder, activity: Activity, pose: &Pose) {
    builder.group(0.0);
    match activity {
        Activity::None => {}
        Activity::Bicycle => vehicles::bicycle(builder),
        Activity::Motorcycle => vehicles::motorcycle(builder),
        Activity::Chair => chair(builder),
        Activity::Guitar => guitar(builder),
        Activity::Shovel => shovel(builder, pose.hands[1]),
        Activity::Balloon => balloon(builder, pose.hands[1]),
        Activity::Book => book(builder),
        Activity::Katana => katana(builder, pose.hands[0]),
    }
}

fn chair(builder: &mut Builder) {
    let wood = Paint::plain(OAK);
    let seat = Paint::plain([0.82, 0.30, 0.26]);
    builder.block("seat", Frame::at([0.0, -0.60, 0.01]), [0.29, 0.035, 0.27], 0.03, &wood);
    builder.block("seat", Frame::at([0.0, -0.56, 0.02]), [0.25, 0.035, 0.23], 0.03, &seat);
    for x in [-0.245, 0.245] {
        builder.cone("chair leg", [x, -0.60, 0.22], [x * 1.08, -0.905, 0.25], 0.042, 0.034, &wood);
        builder.cone("chair leg", [x, -0.60, -0.23], [x * 1.08, -0.905, -0.28], 0.042, 0.034, &wood);
        builder.rod("chair back", [x, -0.60, -0.235], [x, 0.10, -0.315], 0.04, &wood);
    }
    for (y, z) in [(0.05, -0.31), (-0.14, -0.288), (-0.33, -0.266)] {
        builder.block(
            "chair back",
            Frame::at([0.0, y, z]).turned([-6.0, 0.0, 0.0]),
            [0.25, 0.05, 0.024],
            0.02,
            &wood,
        );
    }
}

fn guitar(builder: &mut Builder) {
    let frame = Frame::at([-0.04, -0.25, 0.31]).turned([-4.0, -6.0, 22.0]);
    // The y axis of the discs is the z axis of the guitar.
    let disc = |x: f32, z: f32| {
        let [along, up, out] = frame.axes;
        Frame { origin: frame.to_object([x, 0.0, z]), axes: [along, out, scale(up, -1.0)] }
    };
    let top = Paint::glossy([0.88, 0.50, 0.16]).with(Mask::band(UP, -9.0, 0.02), [0.47, 0.22, 0.09]);
    builder.group(0.07);
    builder.disc("guitar", disc(-0.12, 0.0), 0.185, 0.048, &top);
    builder.disc("guitar", disc(0.10, 0.0), 0.135, 0.048, &top);
    builder.group(0.0);
    let dark = Paint::plain([0.22, 0.11, 0.07]);
    builder.disc("sound hole", disc(0.015, 0.044), 0.066, 0.02, &Paint::plain(INK));
    builder.block("bridge", frame.moved([-0.155, 0.0, 0.05]), [0.024, 0.075, 0.02], 0.012, &dark);
    let frets = dark.clone().with(Mask::stripes([1.0, 0.0, 0.0], 0.09, 0.28), [0.80, 0.70, 0.50]);
    builder.block("neck", frame.moved([0.33, 0.0, 0.042]), [0.24, 0.032, 0.026], 0.014, &frets);
    builder.block("guitar head", frame.moved([0.61, 0.0, 0.036]), [0.068, 0.05, 0.024], 0.016, &dark);
    for (x, y) in [(0.58, 0.058), (0.64, 0.058), (0.58, -0.058), (0.64, -0.058)] {
        builder.sphere("peg", frame.to_object([x, y, 0.036]), 0.022, &brass());
    }
}

fn shovel(builder: &mut Builder, hand: Vec3) {
    let wood = Paint::plain(OAK);
    let [x, _, z] = hand;
    builder.rod("shaft", [x, -0.66, z + 0.02], [x, 0.20, z], 0.026, &wood);
    let grip = Frame::at([x, 0.26, z]).turned([90.0, 0.0, 0.0]);
    builder.torus("grip", grip, 0.062, 0.024, &Paint::plain(RED));
    builder.cone("socket", [x, -0.66, z + 0.02], [x, -0.54, z + 0.02], 0.045, 0.03, &steel());
    let blade =
        builder.ellipsoid("blade", Frame::at([x, -0.735, z + 0.025]), [0.115, 0.205, 0.036], &steel());
    blade.cuts = vec![(UP, -0.64)];
}

fn balloon(builder: &mut Builder, hand: Vec3) {
    let string = Paint::plain([0.93, 0.92, 0.90]);
    let knot = [0.69, 0.40, 0.14];
    let way = [
        ([hand[0] - 0.01, hand[1] - 0.14, hand[2] + 0.02], 0.0165),
        ([hand[0] + 0.005, hand[1] + 0.03, hand[2]], 0.0165),
        ([0.49, 0.12, 0.195], 0.0165),
        ([0.615, 0.25, 0.165], 0.0165),
        (knot, 0.0165),
    ];
    builder.chain("string", &way, &string);
    let blue = Paint::new([0.13, 0.40, 0.93], 0.0, 0.15);
    builder.cone("knot", knot, [0.69, 0.445, 0.14], 0.038, 0.018, &blue);
    let shine = Mask::ellipsoid([-0.075, 0.10, 0.15], [0.04, 0.06, 0.1]);
    let frame = Frame::at([0.695, 0.655, 0.14]);
    builder.ellipsoid("balloon", frame, [0.19, 0.225, 0.19], &blue.with(shine, [0.80, 0.90, 1.0]));
}

/// Adds an open book. Its pages face the creature, and its covers face the viewer.
fn book(builder: &mut Builder) {
    let spine = Frame::at([0.0, -0.16, 0.43]).turned([-24.0, 0.0, 0.0]);
    let [cover, title] = [[0.75, 0.14, 0.20], BRASS];
    builder.rod(
        "spine",
        spine.to_object([0.0, -0.16, 0.0]),
        spine.to_object([0.0, 0.16, 0.0]),
        0.026,
        &Paint::plain(cover),
    );
    for side in [-1.0, 1.0] {
        let half = spine.turned([0.0, side * 20.0, 0.0]);
        let label = Mask::ellipsoid([0.0, 0.03, 0.03], [0.06, 0.06, 0.05]).and(Mask::front());
        let front = if side < 0.0 { Paint::plain(cover) } else { Paint::plain(cover).with(label, title) };
        let edged = front.with(Mask::band(UP, 0.115, 0.14), title).with(Mask::band(UP, -0.14, -0.115), title);
        builder.block("cover", half.moved([side * 0.135, 0.0, 0.0]), [0.135, 0.175, 0.018], 0.012, &edged);
        let pages = half.moved([side * 0.125, 0.0, -0.032]);
        let lines = Mask::stripes(UP, 0.07, 0.35).and(Mask::front().outside());
        let text = lines.and(Mask::band([1.0, 0.0, 0.0], -0.075, 0.075)).and(Mask::band(UP, -0.12, 0.12));
        builder.block(
            "pages",
            pages,
            [0.112, 0.155, 0.03],
            0.012,
            &Paint::plain(WHITE).with(text, [0.55, 0.55, 0.58]),
        );
    }
}

fn katana(builder: &mut Builder, hand: Vec3) {
    let direction = normalize([-0.36, 0.92, 0.12]);
    let along = |distance: f32| add(hand, scale(direction, distance));
    let wrap = Paint::plain([0.16, 0.14, 0.18]).with(Mask::stripes(UP, 0.075, 0.4), [0.75, 0.12, 0.16]);
    builder.rod("hilt", along(-0.15), along(0.11), 0.034, &wrap);
    let guard = Frame::towards(along(0.12), along(1.0), [0.0, 0.0, 1.0]);
    builder.disc("guard", guard, 0.075, 0.018, &brass());
    builder.group(0.0);
    let edge = Material { color: [0.93, 0.94, 0.96], metallic: 1.0, roughness: 0.15 };
    let blade =
        Paint::metal([0.70, 0.73, 0.78]).with_material(Mask::band([1.0, 0.0, 0.0], -9.0, -0.008), edge);
    let mut frame = guard;
    for (index, half) in [0.10, 0.10, 0.10, 0.075].into_iter().enumerate() {
        frame = frame.moved([0.0, half, 0.0]);
        let segment = builder.block("blade", frame, [0.034, half + 0.012, 0.0165], 0.013, &blade);
        if index == 3 {
            // The edge is on the outside of the curve and ends at the point on the back.
            let normal = sub(frame.to_object([-0.6, 0.8, 0.0]), frame.origin);
            segment.cuts = vec![(normal, dot(normal, frame.to_object([0.034, half, 0.0])))];
        }
        frame = frame.moved([0.0, half, 0.0]).turned([0.0, 0.0, -4.0]);
    }
}
