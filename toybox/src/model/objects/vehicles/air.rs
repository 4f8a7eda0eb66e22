//! Aircraft: airplane, helicopter and rocket.

use super::palette::{BLUE, CREAM, INK, RED, WHITE, YELLOW, brass, steel};
use super::pieces::{GLASS, X, Y, Z, middle};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, normalize};
use crate::model::builder::{Builder, facing, sideways};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::model::palette;
use crate::paint::{Mask, Paint};
use crate::part::Part;

pub(super) fn airplane(builder: &mut Builder, look: &Look) {
    let main = look.main([0.93, 0.33, 0.20]);
    let body = Paint::glossy(main);
    let wing = body.clone().with(Mask::band(X, 0.48, 0.64).mirrored(), CREAM);
    builder.group(0.04);
    builder.cone("fuselage", [0.0, 0.02, 0.34], [0.0, 0.08, -0.66], 0.27, 0.10, &body);
    builder.block("wing", Frame::at([0.0, -0.08, 0.14]), [0.79, 0.06, 0.21], 0.06, &wing);
    builder.block("tailplane", Frame::at([0.0, 0.10, -0.62]), [0.36, 0.05, 0.13], 0.05, &body);
    let fin = builder.block("fin", Frame::at([0.0, 0.27, -0.62]), [0.05, 0.25, 0.16], 0.04, &body);
    let slope = normalize([0.0, 0.5, 0.8]);
    fin.cuts.push((slope, slope[1] * 0.52 + slope[2] * -0.60));
    builder.group(0.0);
    let cowl = Paint::glossy(CREAM).with(middle(0.19), INK);
    builder.disc("cowl", facing([0.0, 0.02, 0.54]), 0.26, 0.09, &cowl);
    builder.cone("spinner", [0.0, 0.02, 0.60], [0.0, 0.02, 0.74], 0.09, 0.045, &Paint::metal(YELLOW));
    let blade = Paint::plain([0.55, 0.36, 0.20]).with(Mask::band(X, 0.26, 9.0).mirrored(), YELLOW);
    builder.block(
        "propeller",
        Frame::at([0.0, 0.02, 0.70]).turned([0.0, 0.0, 62.0]),
        [0.38, 0.065, 0.04],
        0.04,
        &blade,
    );
    let canopy = Paint::new(GLASS.color, 0.0, GLASS.roughness);
    builder.ellipsoid("canopy", Frame::at([0.0, 0.24, 0.06]), [0.17, 0.17, 0.27], &canopy);
    builder.sphere("tail wheel", [0.0, -0.05, -0.60], 0.08, &palette::rubber());
    if look.has(2) {
        let float = Paint::glossy(look.detail([0.98, 0.80, 0.20]));
        for x in [-0.32, 0.32] {
            builder.cone("float", [x, -0.42, 0.44], [x, -0.40, -0.38], 0.12, 0.08, &float);
            for z in [0.0, 0.26] {
                builder.rod("strut", [0.6 * x, -0.14, z], [x, -0.40, z], 0.04, &steel());
            }
        }
    } else {
        let tyre =
            palette::rubber().with_material(middle(0.07), crate::paint::Material { color: CREAM, ..GLASS });
        for x in [-0.28, 0.28] {
            builder.rod("strut", [0.6 * x, -0.14, 0.22], [x, -0.40, 0.24], 0.045, &steel());
            builder.disc("wheel", sideways([x * 1.1, -0.38, 0.24]), 0.14, 0.07, &tyre);
        }
    }
    if look.has(1) {
        let paint = Paint::glossy(look.detail(CREAM));
        builder.block("upper wing", Frame::at([0.0, 0.50, 0.14]), [0.76, 0.06, 0.21], 0.06, &paint);
        for (x, z) in [(-0.56, 0.03), (0.56, 0.03), (-0.56, 0.25), (0.56, 0.25), (-0.14, 0.28), (0.14, 0.28)]
        {
            builder.rod("strut", [x, -0.08, z], [x, 0.50, z], 0.04, &Paint::plain([0.55, 0.36, 0.20]));
        }
    }
    if look.has(3) {
        let engine = Paint::glossy(look.detail([0.80, 0.82, 0.85]))
            .with(middle(0.09).and(Mask::band(Y, 0.2, 9.0)), INK);
        for x in [-0.44, 0.44] {
            builder.disc("engine", facing([x, -0.20, 0.20]), 0.14, 0.26, &engine);
        }
    }
}

pub(super) fn helicopter(builder: &mut Builder, look: &Look) {
    let main = look.main([0.96, 0.55, 0.12]);
    let body = Paint::glossy(main);
    let window = Mask::band(Z, 0.08, 9.0).and(Mask::band(Y, -0.08, 0.26));
    let post = Mask::band(X, -0.03, 0.03);
    let cabin = body.clone().with_material(window.and(post.outside()), GLASS);
    builder.group(0.06);
    builder.ellipsoid("cabin", Frame::at([0.0, -0.14, 0.22]), [0.38, 0.37, 0.50], &cabin);
    builder.block("engine", Frame::at([0.0, 0.16, 0.04]), [0.18, 0.13, 0.26], 0.10, &body);
    builder.cone("tail", [0.0, -0.04, -0.10], [0.0, 0.08, -0.60], 0.19, 0.08, &body);
    let fin = builder.block("fin", Frame::at([0.0, 0.18, -0.62]), [0.05, 0.22, 0.14], 0.04, &body);
    fin.cuts.push((normalize([0.0, 0.4, 0.9]), 0.4 / 0.985 * 0.40 + 0.9 / 0.985 * -0.62));
    slab(builder, "stabiliser", [-0.24, 0.02, -0.60], [0.24, 0.11, -0.44], 0.04, &Paint::plain(CREAM));
    builder.group(0.0);
    let blades = Paint::plain([0.30, 0.31, 0.34]).with(Mask::band(X, 0.60, 0.70).mirrored(), YELLOW);
    let rotors: &[(f32, f32)] = if look.has(2) { &[(0.42, 30.0), (0.62, 75.0)] } else { &[(0.48, 30.0)] };
    for &(height, turn) in rotors {
        for quarter in [0.0, 90.0] {
            let frame = Frame::at([0.0, height, 0.04]).turned([0.0, turn + quarter, 0.0]);
            builder.block("rotor", frame, [0.77, 0.04, 0.075], 0.03, &blades);
        }
        builder.disc("hub", Frame::at([0.0, height, 0.04]), 0.12, 0.07, &Paint::plain(RED));
        builder.rod("mast", [0.0, 0.20, 0.04], [0.0, height, 0.04], 0.055, &steel());
    }
    for half in [[0.04, 0.20, 0.05], [0.04, 0.05, 0.16]] {
        builder.block(
            "tail rotor",
            Frame::at([0.10, 0.12, -0.62]),
            half,
            0.03,
            &Paint::plain([0.30, 0.31, 0.34]),
        );
    }
    builder.sphere("tail rotor", [0.09, 0.12, -0.62], 0.07, &Paint::plain(RED));
    landing(builder, look);
    if look.has(3) {
        let paint = Paint::glossy(look.detail([0.86, 0.20, 0.18])).with(Mask::band(Y, 0.30, 0.36), WHITE);
        slab(builder, "wing", [-0.68, -0.23, 0.0], [0.68, -0.13, 0.26], 0.04, &body);
        for x in [-0.56, 0.56] {
            for out in [-0.10, 0.10] {
                builder.cone("missile", [x + out, -0.28, -0.10], [x + out, -0.28, 0.40], 0.09, 0.07, &paint);
            }
        }
    }
}

/// Adds the helicopter's skids, or floats instead of them.
fn landing(builder: &mut Builder, look: &Look) {
    let float = Paint::glossy(look.detail(YELLOW));
    for x in [-0.32, 0.32] {
        for z in [0.04, 0.40] {
            builder.rod("leg", [0.55 * x, -0.40, z], [x, -0.64, z], 0.045, &steel());
        }
        if look.has(1) {
            builder.rod("float", [x * 1.1, -0.62, -0.18], [x * 1.1, -0.62, 0.58], 0.15, &float);
        } else {
            let skid = [([x, -0.68, -0.22], 0.05), ([x, -0.68, 0.58], 0.05), ([x, -0.60, 0.70], 0.05)];
            builder.chain("skid", &skid, &steel());
        }
    }
}

pub(super) fn rocket(builder: &mut Builder, look: &Look) {
    let main = look.main([0.95, 0.94, 0.92]);
    let accent = if look.color.is_some() { shade(main, 0.55) } else { RED };
    let body =
        Paint::glossy(main).with(Mask::band(Y, 0.34, 9.0), accent).with(Mask::band(Y, -0.36, -0.28), accent);
    builder.ellipsoid("body", Frame::at([0.0, 0.10, 0.0]), [0.31, 0.66, 0.31], &body);
    builder.sphere("tip", [0.0, 0.745, 0.0], 0.055, &palette::brass());
    pillar(builder, "nozzle", [0.0, 0.0], [-0.64, -0.42], [0.22, 0.15], &steel());
    let porthole = brass().with_material(middle(0.095), GLASS);
    builder.disc("porthole", facing([0.0, 0.20, 0.28]), 0.14, 0.06, &porthole);
    builder.disc(
        "porthole",
        facing([0.0, -0.10, 0.29]),
        0.085,
        0.05,
        &brass().with_material(middle(0.05), GLASS),
    );
    let fin = Paint::glossy(accent);
    for (across, x, z) in [(X, 1.0, 0.0), (X, -1.0, 0.0), (Z, 0.0, 1.0), (Z, 0.0, -1.0)] {
        let sign = x + z;
        let half = if across == X { [0.22, 0.36, 0.055] } else { [0.055, 0.36, 0.22] };
        let part = builder.block("fin", Frame::at([0.38 * x, -0.44, 0.38 * z]), half, 0.03, &fin);
        trim(part, across, sign, [0.20, -0.10], [0.60, -0.42], 1.0);
        trim(part, across, sign, [0.20, -0.48], [0.52, -0.80], -1.0);
    }
    if look.has(1) {
        let color = look.detail([0.98, 0.70, 0.15]);
        let paint = Paint::glossy(color).with(Mask::band(Y, 0.38, 9.0), shade(color, 0.6));
        for (x, z) in [(-0.28, 0.28), (0.28, 0.28), (-0.28, -0.28), (0.28, -0.28)] {
            builder.cone("booster", [x, -0.44, z], [x, 0.06, z], 0.14, 0.10, &paint);
            pillar(builder, "booster", [x, z], [-0.66, -0.50], [0.13, 0.09], &steel());
        }
    }
    if look.has(2) {
        let fire = Paint::new([1.0, 0.50, 0.10], 0.0, 0.9).with(Mask::band(Y, -9.0, 0.05), [1.0, 0.85, 0.25]);
        builder.group(0.04);
        builder.cone("flame", [0.0, -0.54, 0.0], [0.0, -0.72, 0.0], 0.24, 0.08, &fire);
        for (x, z) in [(-0.15, 0.15), (0.15, 0.15), (-0.15, -0.15), (0.15, -0.15)] {
            builder.cone("flame", [x, -0.56, z], [1.7 * x, -0.74, 1.7 * z], 0.13, 0.06, &fire);
        }
        builder.group(0.0);
    }
    if look.has(3) {
        let paint = Paint::glossy(look.detail(BLUE));
        for side in [-1.0, 1.0] {
            let part =
                builder.block("wing", Frame::at([0.46 * side, 0.0, 0.0]), [0.33, 0.24, 0.05], 0.03, &paint);
            trim(part, X, side, [0.20, 0.26], [0.79, -0.10], 1.0);
        }
    }
}

/// Cuts a part in the plane of `across` and Y along the line from `a` to `b`, each `[across, y]`. `sign` is
/// 1, or -1 to mirror the line at `across` = 0. Keeps the part below the line, or above it where `up` is -1.
fn trim(part: &mut Part, across: Vec3, sign: f32, a: [f32; 2], b: [f32; 2], up: f32) {
    let (run, drop) = (b[0] - a[0], a[1] - b[1]);
    let normal =
        normalize([0, 1, 2].map(|i| up * (sign * drop * across[i] + if i == 1 { run } else { 0.0 })));
    let along = normal[0] * across[0] + normal[2] * across[2];
    part.cuts.push((normal, sign * along * a[0] + normal[1] * a[1]));
}
