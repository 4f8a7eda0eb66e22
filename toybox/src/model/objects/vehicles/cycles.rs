//! Bicycle, motorcycle and scooter.

use super::palette::{INK, RED, TEAL, WHITE, rubber, steel};
use super::pieces::{LIGHT, Y};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3};
use crate::model::builder::{Builder, facing, sideways};
use crate::model::objects::pieces::{shade, slab};
use crate::paint::{Mask, Paint};

/// Adds a wheel that rolls along Z, with `spokes` spokes through its hub.
fn wheel(builder: &mut Builder, [y, z]: [f32; 2], [major, minor]: [f32; 2], spokes: usize) {
    builder.torus("wheel", sideways([0.0, y, z]), major, minor, &rubber());
    builder.disc("hub", sideways([0.0, y, z]), 0.075, 0.10, &steel());
    for step in 0..spokes {
        let (sine, cosine) = (std::f32::consts::PI * step as f32 / spokes as f32 + 0.4).sin_cos();
        let end = |sign: f32| [0.0, y + sign * sine * major, z + sign * cosine * major];
        builder.rod("spoke", end(-1.0), end(1.0), 0.036, &steel());
    }
}

fn handlebar(builder: &mut Builder, stem: Vec3, top: Vec3, reach: f32, grip: Vec3) {
    let [x, y, z] = top;
    builder.rod("stem", stem, top, 0.05, &steel());
    builder.rod(
        "handlebar",
        [x - reach, y + 0.04, z - 0.06],
        [x + reach, y + 0.04, z - 0.06],
        0.045,
        &steel(),
    );
    for side in [-1.0, 1.0] {
        let (a, b) = ([side * 0.6 * reach, y + 0.04, z - 0.06], [side * (reach + 0.05), y + 0.04, z - 0.06]);
        builder.rod("grip", a, b, 0.062, &Paint::plain(grip));
    }
}

pub(super) fn bicycle(builder: &mut Builder, look: &Look) {
    let main = look.main(TEAL);
    let tube = Paint::glossy(main);
    let axle = -0.45;
    wheel(builder, [axle, 0.44], [0.295, 0.055], 3);
    wheel(builder, [axle, -0.44], [0.295, 0.055], 3);
    let (crank, head, seat) = ([0.0, -0.44, -0.02], [0.0, 0.04, 0.30], [0.0, 0.02, -0.16]);
    for (a, b) in [(crank, head), (seat, head), (crank, seat)] {
        builder.rod("frame", a, b, 0.052, &tube);
    }
    for x in [-0.09, 0.09] {
        builder.rod("stay", [0.5 * x, crank[1], crank[2]], [x, axle, -0.44], 0.04, &tube);
        builder.rod("stay", [0.5 * x, seat[1] - 0.03, seat[2]], [x, axle, -0.44], 0.04, &tube);
        builder.rod("fork", [x, -0.08, 0.33], [x, axle, 0.44], 0.042, &tube);
    }
    builder.rod("fork", [-0.09, -0.07, 0.33], [0.09, -0.07, 0.33], 0.05, &tube);
    builder.rod("seat post", seat, [0.0, 0.14, -0.19], 0.045, &steel());
    builder.ellipsoid(
        "saddle",
        Frame::at([0.0, 0.18, -0.20]),
        [0.15, 0.065, 0.23],
        &Paint::plain([0.36, 0.21, 0.13]),
    );
    handlebar(builder, head, [0.0, 0.30, 0.26], 0.32, INK);
    builder.disc("crank", sideways(crank), 0.115, 0.045, &steel());
    for side in [-1.0, 1.0] {
        let pedal = [side * 0.19, crank[1] - side * 0.12, crank[2] + side * 0.05];
        builder.rod(
            "crank",
            [side * 0.07, crank[1], crank[2]],
            [side * 0.11, pedal[1], pedal[2]],
            0.036,
            &steel(),
        );
        builder.block("pedal", Frame::at(pedal), [0.09, 0.037, 0.07], 0.02, &rubber());
    }
    if look.has(1) {
        let color = look.detail([0.84, 0.62, 0.34]);
        let woven = Paint::plain(color).with(Mask::stripes(Y, 0.12, 0.4), shade(color, 0.7));
        slab(builder, "basket", [-0.22, 0.02, 0.38], [0.22, 0.30, 0.68], 0.04, &woven);
        slab(
            builder,
            "inside",
            [-0.16, 0.24, 0.43],
            [0.16, 0.32, 0.63],
            0.02,
            &Paint::plain(shade(color, 0.5)),
        );
        builder.rod("holder", [0.0, 0.10, 0.28], [0.0, 0.12, 0.42], 0.045, &steel());
    }
    if look.has(2) {
        for side in [-1.0, 1.0] {
            builder.torus("training wheel", sideways([side * 0.26, -0.66, -0.44]), 0.09, 0.05, &rubber());
            builder.rod("strut", [side * 0.06, axle, -0.44], [side * 0.26, -0.66, -0.44], 0.04, &steel());
            builder.disc("hub", sideways([side * 0.26, -0.66, -0.44]), 0.07, 0.045, &Paint::plain(WHITE));
        }
    }
    if look.has(3) {
        builder.rod("pole", [0.0, axle + 0.02, -0.58], [0.0, 0.66, -0.62], 0.037, &steel());
        builder.rod("pole", [0.0, axle, -0.46], [0.0, axle + 0.02, -0.58], 0.05, &steel());
        slab(
            builder,
            "flag",
            [-0.035, 0.40, -0.62],
            [0.035, 0.68, -0.30],
            0.02,
            &Paint::plain(look.detail([0.98, 0.48, 0.12])),
        );
    }
}

pub(super) fn motorcycle(builder: &mut Builder, look: &Look) {
    let main = look.main(RED);
    let paint = Paint::glossy(main);
    let axle = -0.50;
    for z in [0.50, -0.46] {
        builder.torus("wheel", sideways([0.0, axle, z]), 0.20, 0.10, &rubber());
        let hub = steel().with(Mask::Sectors { count: 5.0, twist: 0.0 }, [0.46, 0.48, 0.52]);
        builder.disc("hub", sideways([0.0, axle, z]), 0.14, 0.07, &hub);
    }
    let fins = Paint::metal([0.46, 0.48, 0.52]).with(Mask::stripes(Y, 0.11, 0.4), [0.82, 0.83, 0.86]);
    builder.block("engine", Frame::at([0.0, -0.40, 0.02]), [0.16, 0.17, 0.19], 0.04, &fins);
    builder.group(0.05);
    builder.ellipsoid(
        "tank",
        Frame::at([0.0, -0.10, 0.16]).turned([10.0, 0.0, 0.0]),
        [0.19, 0.16, 0.27],
        &paint,
    );
    builder.rod("chassis", [0.0, -0.24, -0.38], [0.0, -0.20, 0.14], 0.10, &paint);
    builder.cone("tail", [0.0, -0.16, -0.40], [0.0, -0.04, -0.66], 0.13, 0.075, &paint);
    builder.group(0.0);
    builder.block(
        "seat",
        Frame::at([0.0, -0.11, -0.26]),
        [0.17, 0.075, 0.25],
        0.06,
        &Paint::plain([0.20, 0.14, 0.12]),
    );
    for x in [-0.14, 0.14] {
        builder.rod("fork", [x, axle, 0.50], [0.8 * x, 0.14, 0.30], 0.05, &steel());
        builder.rod("swingarm", [x, axle, -0.46], [x, -0.42, 0.0], 0.05, &steel());
        builder.cone("exhaust", [1.3 * x, -0.54, 0.08], [1.6 * x, -0.44, -0.60], 0.055, 0.085, &steel());
    }
    for z in [0.50, -0.46] {
        builder.rod("axle", [-0.15, axle, z], [0.15, axle, z], 0.05, &steel());
    }
    builder.ellipsoid("fender", Frame::at([0.0, axle + 0.24, 0.52]), [0.11, 0.10, 0.20], &paint);
    builder.rod("yoke", [-0.13, 0.06, 0.33], [0.13, 0.06, 0.33], 0.06, &steel());
    builder.rod("yoke", [0.0, 0.06, 0.33], [0.0, -0.06, 0.24], 0.07, &steel());
    let lens = Mask::ellipsoid([0.0, 0.10, 0.0], [0.115, 0.07, 0.115]);
    builder.disc("headlight", facing([0.0, 0.05, 0.42]), 0.15, 0.09, &steel().with(lens, LIGHT));
    handlebar(builder, [0.0, 0.06, 0.32], [0.0, 0.24, 0.26], 0.34, INK);
    builder.sphere("tail light", [0.0, -0.04, -0.70], 0.07, &Paint::glossy([0.95, 0.15, 0.12]));
    if look.has(1) {
        let color = look.detail([0.96, 0.80, 0.30]);
        let car = Paint::glossy(color);
        builder.group(0.05);
        builder.ellipsoid("sidecar", Frame::at([0.50, -0.32, 0.02]), [0.23, 0.21, 0.46], &car);
        builder.group(0.0);
        builder.ellipsoid(
            "inside",
            Frame::at([0.50, -0.17, -0.06]),
            [0.15, 0.10, 0.20],
            &Paint::plain([0.22, 0.15, 0.12]),
        );
        builder.torus("wheel", sideways([0.68, -0.60, -0.10]), 0.13, 0.06, &rubber());
        builder.rod("strut", [0.0, -0.42, -0.10], [0.66, -0.50, -0.10], 0.05, &steel());
        builder.rod("axle", [0.52, -0.50, -0.10], [0.68, -0.60, -0.10], 0.06, &steel());
    }
    if look.has(2) {
        let glass = Paint::new(look.detail([0.66, 0.86, 0.95]), 0.0, 0.1);
        let frame = Frame::at([0.0, 0.32, 0.40]).turned([-24.0, 0.0, 0.0]);
        builder.ellipsoid("windshield", frame, [0.24, 0.26, 0.05], &glass);
    }
    if look.has(3) {
        let leather = Paint::plain(look.detail([0.56, 0.35, 0.20]));
        for x in [-0.23, 0.23] {
            builder.block("bag", Frame::at([x, -0.24, -0.46]), [0.10, 0.14, 0.19], 0.05, &leather);
        }
    }
}

pub(super) fn scooter(builder: &mut Builder, look: &Look) {
    let main = look.main([0.46, 0.78, 0.70]);
    let paint = Paint::glossy(main);
    let cream = Paint::glossy([0.97, 0.92, 0.80]);
    for z in [0.46, -0.46] {
        builder.torus("wheel", sideways([0.0, -0.60, z]), 0.12, 0.08, &rubber());
        builder.disc("hub", sideways([0.0, -0.60, z]), 0.085, 0.075, &cream);
    }
    // A floor between a shield in front and a round body behind.
    slab(builder, "floor", [-0.20, -0.58, -0.30], [0.20, -0.48, 0.36], 0.04, &paint);
    builder.group(0.05);
    builder.ellipsoid("body", Frame::at([0.0, -0.36, -0.42]), [0.26, 0.24, 0.35], &paint);
    builder.group(0.0);
    let apron = Frame::at([0.0, -0.20, 0.34]).turned([-14.0, 0.0, 0.0]);
    builder.block("shield", apron, [0.25, 0.33, 0.06], 0.06, &paint);
    builder.ellipsoid("fender", Frame::at([0.0, -0.48, 0.46]), [0.12, 0.11, 0.22], &paint);
    builder.block(
        "seat",
        Frame::at([0.0, -0.11, -0.40]),
        [0.19, 0.075, 0.31],
        0.07,
        &Paint::plain([0.44, 0.25, 0.15]),
    );
    builder.rod("column", [0.0, -0.44, 0.40], [0.0, 0.20, 0.24], 0.06, &steel());
    builder.ellipsoid("head", Frame::at([0.0, 0.20, 0.28]), [0.17, 0.13, 0.15], &paint);
    let lens = Mask::ellipsoid([0.0, 0.06, 0.0], [0.085, 0.07, 0.085]);
    builder.disc("headlight", facing([0.0, 0.20, 0.41]), 0.115, 0.05, &steel().with(lens, LIGHT));
    handlebar(builder, [0.0, 0.16, 0.26], [0.0, 0.22, 0.26], 0.30, INK);
    for side in [-1.0, 1.0] {
        builder.rod("mirror", [side * 0.20, 0.26, 0.22], [side * 0.26, 0.44, 0.20], 0.036, &steel());
        builder.sphere("mirror", [side * 0.27, 0.48, 0.20], 0.075, &steel());
    }
    builder.ellipsoid(
        "tail light",
        Frame::at([0.0, -0.30, -0.76]),
        [0.075, 0.05, 0.045],
        &Paint::glossy(RED),
    );
    builder.rod("exhaust", [0.20, -0.58, -0.20], [0.24, -0.56, -0.66], 0.065, &steel());
    if look.has(1) {
        let color = look.detail([0.90, 0.30, 0.22]);
        let case = Paint::plain(color).with(Mask::band(Y, -0.03, 0.03), WHITE);
        slab(builder, "box", [-0.22, -0.12, -0.78], [0.22, 0.30, -0.40], 0.04, &case);
    }
    if look.has(2) {
        let glass = Paint::new([0.72, 0.90, 0.97], 0.0, 0.1);
        let frame = Frame::at([0.0, 0.46, 0.34]).turned([-16.0, 0.0, 0.0]);
        builder.ellipsoid("windshield", frame, [0.25, 0.27, 0.05], &glass);
    }
}
