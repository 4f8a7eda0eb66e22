//! Bicycle and motorcycle, both along Z and with the same handlebar.

use super::palette::{RED, RUBBER, TEAL, WHITE, rubber, steel};
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing, sideways};
use crate::paint::{Mask, Material, Paint};
use crate::shape::Shape;

const GROUND: f32 = -0.94;

fn handlebar(builder: &mut Builder, stem: Vec3, grip: Vec3) {
    let chrome = steel();
    builder.rod("handlebar", stem, [0.0, -0.15, 0.37], 0.026, &chrome);
    for side in [-1.0, 1.0] {
        builder.rod("handlebar", [0.0, -0.15, 0.37], [side * 0.17, -0.12, 0.37], 0.022, &chrome);
        builder.rod(
            "grip",
            [side * 0.17, -0.12, 0.37],
            [side * 0.34, -0.12, 0.355],
            0.034,
            &Paint::plain(grip),
        );
    }
}

pub(super) fn bicycle(builder: &mut Builder) {
    let tube = Paint::glossy(TEAL);
    let (major, minor) = (0.225, 0.036);
    let axle = GROUND + major + minor;
    let (front, rear) = ([0.0, axle, 0.60], [0.0, axle, -0.52]);
    for hub in [front, rear] {
        builder.torus("wheel", sideways(hub), major, minor, &rubber());
        builder.disc("hub", sideways(hub), 0.042, 0.07, &steel());
        for step in 0..4 {
            let (sine, cosine) = (std::f32::consts::FRAC_PI_4 * step as f32 + 0.3).sin_cos();
            let reach = [0.0, sine * major, cosine * major];
            let end = |sign: f32| [0.0, hub[1] + sign * reach[1], hub[2] + sign * reach[2]];
            builder.rod("spoke", end(-1.0), end(1.0), 0.0165, &steel());
        }
    }
    let crank = [0.0, -0.72, 0.12];
    let (head, seat) = ([0.0, -0.42, 0.45], [0.0, -0.55, -0.08]);
    builder.rod("frame", crank, head, 0.032, &tube);
    builder.rod("frame", seat, head, 0.032, &tube);
    builder.rod("frame", crank, seat, 0.032, &tube);
    for x in [-0.06, 0.06] {
        builder.rod("stay", [x * 0.3, crank[1], crank[2]], [x, axle, rear[2]], 0.021, &tube);
        builder.rod("stay", [x * 0.3, seat[1] - 0.02, seat[2]], [x, axle, rear[2]], 0.021, &tube);
        builder.rod("fork", [x, head[1] + 0.02, head[2] + 0.01], [x, axle, front[2]], 0.023, &tube);
    }
    builder.rod(
        "fork",
        [-0.06, head[1] + 0.02, head[2] + 0.01],
        [0.06, head[1] + 0.02, head[2] + 0.01],
        0.03,
        &tube,
    );
    let saddle = Paint::plain([0.35, 0.20, 0.12]);
    builder.ellipsoid("saddle", Frame::at([0.0, -0.555, -0.13]), [0.13, 0.045, 0.19], &saddle);
    handlebar(builder, head, RUBBER);
    builder.sphere("bell", [0.10, -0.105, 0.395], 0.042, &Paint::metal([0.95, 0.75, 0.35]));
    builder.disc("crank", sideways(crank), 0.085, 0.022, &steel());
    for (side, pedal) in [(-1.0, [-0.16, -0.665, 0.11]), (1.0, [0.16, -0.805, 0.155])] {
        let arm = [side * 0.05, pedal[1], pedal[2]];
        builder.rod("crank", [side * 0.03, crank[1], crank[2]], arm, 0.02, &steel());
        builder.rod("crank", [0.0, crank[1], crank[2]], arm, 0.02, &steel());
        builder.block("pedal", Frame::at(pedal), [0.115, 0.02, 0.06], 0.015, &rubber());
    }
}

pub(super) fn motorcycle(builder: &mut Builder) {
    let (major, minor) = (0.165, 0.088);
    let axle = GROUND + major + minor;
    let red = Paint::glossy(RED);
    for z in [0.60, -0.54] {
        builder.torus("wheel", sideways([0.0, axle, z]), major, minor, &rubber());
        let hub = Paint::metal([0.80, 0.81, 0.84])
            .with(Mask::Sectors { count: 5.0, twist: 0.0 }, [0.5, 0.52, 0.56]);
        builder.disc("hub", sideways([0.0, axle, z]), 0.115, 0.055, &hub);
    }
    let engine =
        Paint::metal([0.48, 0.50, 0.54]).with(Mask::stripes([0.0, 1.0, 0.0], 0.08, 0.4), [0.80, 0.81, 0.84]);
    builder.block("engine", Frame::at([0.0, -0.67, 0.06]), [0.115, 0.125, 0.17], 0.04, &engine);
    let tank = red.clone().with(Mask::band([0.0, 1.0, 0.25], -0.03, 0.015), WHITE);
    builder.group(0.04);
    builder.ellipsoid(
        "tank",
        Frame::at([0.0, -0.50, 0.24]).turned([8.0, 0.0, 0.0]),
        [0.13, 0.105, 0.20],
        &tank,
    );
    builder.rod("chassis", [0.0, -0.58, -0.36], [0.0, -0.56, 0.2], 0.07, &red);
    builder.group(0.0);
    builder.block(
        "seat",
        Frame::at([0.0, -0.55, -0.17]),
        [0.15, 0.05, 0.27],
        0.045,
        &Paint::plain([0.20, 0.13, 0.11]),
    );
    for (z, turn) in [(0.60, 15.0), (-0.54, -12.0)] {
        let fender = Shape::Arc { major: 0.275, minor: 0.03, half_angle: 0.85 };
        let frame =
            Frame { origin: [0.0, axle, z], axes: [[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]] };
        builder.add("fender", fender, frame.turned([0.0, 0.0, turn]), &red);
    }
    for x in [-0.12, 0.12] {
        builder.rod("fork", [x, axle, 0.60], [x * 0.8, -0.22, 0.40], 0.03, &steel());
        builder.rod("swingarm", [x, axle, -0.54], [x * 0.8, -0.68, 0.0], 0.032, &steel());
    }
    builder.rod("axle", [-0.13, axle, 0.60], [0.13, axle, 0.60], 0.036, &steel());
    builder.rod("axle", [-0.13, axle, -0.54], [0.13, axle, -0.54], 0.036, &steel());
    builder.rod("fork", [-0.11, -0.29, 0.43], [0.11, -0.29, 0.43], 0.036, &steel());
    builder.cone("exhaust", [0.13, -0.78, 0.12], [0.19, -0.70, -0.66], 0.034, 0.055, &steel());
    builder.rod("peg", [-0.31, -0.815, 0.14], [0.31, -0.815, 0.14], 0.026, &steel());
    builder.rod("peg", [0.0, -0.815, 0.14], [0.0, -0.72, 0.10], 0.05, &steel());
    let glass = Material { color: [1.0, 0.90, 0.55], metallic: 0.0, roughness: 0.2 };
    let lens = Mask::ellipsoid([0.0, 0.08, 0.0], [0.082, 0.05, 0.082]);
    let lamp = Paint::metal([0.78, 0.79, 0.82]).with_material(lens, glass);
    builder.disc("headlight", facing([0.0, -0.29, 0.49]), 0.10, 0.065, &lamp);
    handlebar(builder, [0.0, -0.30, 0.43], RUBBER);
    builder.ellipsoid(
        "tail light",
        Frame::at([0.0, -0.53, -0.44]),
        [0.06, 0.04, 0.04],
        &Paint::glossy([0.95, 0.15, 0.12]),
    );
}
