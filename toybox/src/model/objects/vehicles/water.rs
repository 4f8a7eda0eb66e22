//! Sailboat and submarine.

use super::palette::{RED, STEEL, WHITE, YELLOW, brass, steel};
use super::pieces::{GLASS, Y, middle};
use crate::catalog::entry::Look;
use crate::math::{Frame, add, dot, normalize, scale};
use crate::model::builder::{Builder, facing, sideways};
use crate::model::objects::pieces::{shade, slab};
use crate::paint::{Mask, Paint};

pub(super) fn sailboat(builder: &mut Builder, look: &Look) {
    let main = look.main([0.88, 0.27, 0.20]);
    let wood = Paint::plain([0.80, 0.58, 0.34]);
    let (deck, center) = (-0.36, -0.28);
    let planks = Mask::band(Y, deck - center - 0.012, 9.0).and(Mask::ellipsoid([0.0; 3], [0.33, 9.0, 0.66]));
    let hull = Paint::glossy(main)
        .with(Mask::band(Y, deck - center - 0.21, deck - center - 0.15), WHITE)
        .with(planks, [0.80, 0.58, 0.34]);
    let part = builder.ellipsoid("hull", Frame::at([0.0, center, 0.0]), [0.42, 0.52, 0.79], &hull);
    part.cuts.push((Y, deck));
    part.cuts.push(([0.0, 0.0, -1.0], 0.64));
    builder.rod("mast", [0.0, -0.50, 0.06], [0.0, 0.74, 0.06], 0.05, &wood);
    builder.rod("boom", [0.0, -0.22, 0.06], [0.40, -0.22, -0.46], 0.045, &wood);
    builder.rod("stay", [0.0, -0.42, 0.68], [0.0, 0.62, 0.06], 0.04, &wood);
    let cloth = Paint::new(WHITE, 0.0, 0.8);
    let striped = cloth.clone().with(Mask::band(Y, -0.24, -0.10), main);
    sail(builder, Frame::at([0.0, 0.18, 0.08]).turned([0.0, -37.0, 0.0]), [0.40, -0.62], &striped);
    sail(
        builder,
        Frame::at([0.0, 0.12, 0.06]).turned([0.0, -16.0, 0.0]),
        [0.38, 0.50],
        &Paint::new(main, 0.0, 0.8),
    );
    if look.has(1) {
        let paint = Paint::plain(look.detail(YELLOW));
        let flag = builder.block("flag", Frame::at([0.0, 0.67, -0.20]), [0.04, 0.115, 0.28], 0.02, &paint);
        for side in [-1.0, 1.0] {
            let normal = normalize([0.0, side * 0.52, -0.085]);
            flag.cuts.push((normal, normal[1] * (0.67 + side * 0.03) + normal[2] * -0.48));
        }
    }
    if look.has(2) {
        let color = look.detail([0.20, 0.50, 0.80]);
        builder.block("cabin", Frame::at([0.0, -0.33, 0.14]), [0.23, 0.17, 0.30], 0.06, &Paint::plain(color));
        let port = brass().with_material(middle(0.06), GLASS);
        for z in [0.02, 0.26] {
            builder.disc("porthole", sideways([0.0, -0.30, z]), 0.085, 0.25, &port);
        }
    }
    if look.has(3) {
        for side in [-1.0, 1.0] {
            let (lock, blade) = ([side * 0.28, -0.42, -0.10], [side * 0.66, -0.62, -0.30]);
            builder.rod("oar", lock, blade, 0.04, &wood);
            builder.ellipsoid("oar", Frame::at(blade), [0.13, 0.10, 0.09], &wood);
        }
    } else {
        slab(builder, "tiller", [-0.05, -0.72, -0.74], [0.05, -0.30, -0.58], 0.03, &wood);
    }
}

/// Adds a triangular sail from the frame's origin along its z axis. `half` is half the height of the sail,
/// and `width` is the length of the sail along the z axis; a negative width points to -z. The edge at the
/// origin is upright.
fn sail(builder: &mut Builder, frame: Frame, [half, width]: [f32; 2], paint: &Paint) {
    let middle = frame.moved([0.0, 0.0, 0.5 * width]);
    let part = builder.block("sail", middle, [0.04, half, 0.5 * width.abs() + 0.01], 0.02, paint);
    let slope = normalize([0.0, 0.5 * width.abs(), half * width.signum()]);
    let normal = add(scale(middle.axes[1], slope[1]), scale(middle.axes[2], slope[2]));
    part.cuts.push((normal, dot(normal, middle.origin) + 0.035));
}

pub(super) fn submarine(builder: &mut Builder, look: &Look) {
    let main = look.main([0.99, 0.80, 0.16]);
    let keel = -0.08;
    let body = Paint::glossy(main);
    let red = Paint::plain(RED);
    builder.group(0.03);
    let nose = if look.has(2) { 0.24 } else { 0.42 };
    builder.rod("body", [0.0, keel, -0.24], [0.0, keel, nose], 0.35, &body);
    builder.cone("body", [0.0, keel, -0.24], [0.0, keel, -0.64], 0.35, 0.13, &body);
    builder.block("conning", Frame::at([0.0, 0.32, 0.02]), [0.17, 0.20, 0.28], 0.14, &body);
    builder.group(0.0);
    builder.block("rim", Frame::at([0.0, 0.50, 0.02]), [0.19, 0.05, 0.30], 0.05, &red);
    let periscope = [([0.0, 0.45, 0.06], 0.05), ([0.0, 0.70, 0.06], 0.05), ([0.0, 0.70, 0.18], 0.055)];
    builder.chain("periscope", &periscope, &steel());
    slab(builder, "fin", [-0.46, keel - 0.05, -0.66], [0.46, keel + 0.05, -0.44], 0.04, &red);
    slab(builder, "fin", [-0.05, keel - 0.40, -0.66], [0.05, keel + 0.40, -0.44], 0.04, &red);
    let port = brass().with_material(middle(0.075), GLASS);
    let ports: &[f32] = if look.has(2) { &[-0.26, 0.04] } else { &[-0.26, 0.06, 0.38] };
    for &z in ports {
        builder.disc("porthole", sideways([0.0, keel + 0.06, z]), 0.11, 0.37, &port);
    }
    builder.cone("propeller", [0.0, keel, -0.64], [0.0, keel, -0.72], 0.09, 0.07, &brass());
    builder.block("propeller", Frame::at([0.0, keel, -0.73]), [0.30, 0.07, 0.045], 0.04, &brass());
    builder.block("propeller", Frame::at([0.0, keel, -0.73]), [0.07, 0.30, 0.045], 0.04, &brass());
    slab(builder, "keel", [-0.12, keel - 0.42, -0.36], [0.12, keel - 0.28, 0.40], 0.05, &red);
    if look.has(1) {
        let color = look.detail([0.86, 0.20, 0.18]);
        let torpedo = Paint::glossy(color).with(Mask::band(Y, 0.10, 0.18), shade(color, 0.6));
        for x in [-0.39, 0.39] {
            builder.rod("torpedo", [x, keel - 0.18, -0.32], [x, keel - 0.18, 0.36], 0.11, &torpedo);
            slab(
                builder,
                "torpedo",
                [x - 0.14, keel - 0.22, -0.46],
                [x + 0.14, keel - 0.14, -0.34],
                0.03,
                &torpedo,
            );
        }
    }
    if !look.has(2) {
        builder.disc(
            "porthole",
            facing([0.0, keel + 0.05, 0.72]),
            0.17,
            0.06,
            &brass().with_material(middle(0.115), GLASS),
        );
    }
    if look.has(2) {
        let glass = Paint::new(GLASS.color, 0.0, GLASS.roughness);
        builder.sphere("dome", [0.0, keel, 0.41], 0.37, &glass);
        builder.torus("dome", facing([0.0, keel, 0.38]), 0.36, 0.06, &brass());
    }
    if look.has(3) {
        claws(builder);
    }
}

fn claws(builder: &mut Builder) {
    let steel = Paint::metal(STEEL);
    for side in [-1.0, 1.0] {
        let wrist = [side * 0.46, -0.34, 0.60];
        let arm = [([side * 0.22, -0.22, 0.40], 0.06), ([side * 0.48, -0.30, 0.40], 0.06), (wrist, 0.07)];
        builder.chain("arm", &arm, &steel);
        for bend in [-0.09, 0.09] {
            builder.cone("claw", wrist, [wrist[0] + bend, wrist[1], 0.74], 0.05, 0.04, &steel);
        }
    }
}
