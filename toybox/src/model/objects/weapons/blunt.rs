//! Hammers, maces and shields.

use super::pieces::{LEATHER, OAK, UP, plane, wrap};
use crate::catalog::entry::Look;
use crate::math::{Frame, Vec3, add, normalize, scale};
use crate::model::builder::{Builder, facing};
use crate::model::objects::pieces::{pillar, shade, slab};
use crate::model::palette;
use crate::paint::{Mask, Paint};

pub(super) fn hammer(builder: &mut Builder, look: &Look) {
    let color = look.main([0.56, 0.60, 0.66]);
    let (metal, brass) = (Paint::metal(color), palette::brass());
    let y = 0.50;
    pillar(builder, "handle", [0.0, 0.0], [-0.78, y], [0.085, 0.075], &Paint::plain(OAK));
    builder.sphere("pommel", [0.0, -0.69, 0.0], 0.11, &brass);
    let left = if look.has(1) { -0.16 } else { -0.46 };
    builder.group(0.012);
    slab(builder, "head", [left, y - 0.23, -0.22], [0.46, y + 0.23, 0.22], 0.06, &metal);
    let bands: &[f32] = if look.has(1) { &[0.34] } else { &[-0.34, 0.34] };
    for &x in bands {
        slab(builder, "band", [x - 0.08, y - 0.27, -0.26], [x + 0.08, y + 0.27, 0.26], 0.05, &brass);
    }
    builder.group(0.0);
    if look.has(1) {
        for z in [-0.08, 0.08] {
            let way = [
                ([-0.10, y + 0.05, z], 0.13),
                ([-0.36, y + 0.05, 1.1 * z], 0.13),
                ([-0.56, y - 0.08, 1.3 * z], 0.09),
                ([-0.70, y - 0.28, 1.4 * z], 0.04),
            ];
            builder.chain("claw", &way, &metal);
        }
    }
    if look.has(2) {
        let steel = palette::steel();
        for (dy, z) in [(-0.13, -0.12), (-0.13, 0.12), (0.13, -0.12), (0.13, 0.12)] {
            for side in [-1.0, 1.0] {
                builder.cone("spike", [side * 0.42, y + dy, z], [side * 0.62, y + dy, z], 0.09, 0.03, &steel);
            }
        }
        builder.cone("spike", [0.0, y + 0.18, 0.0], [0.0, 0.77, 0.0], 0.11, 0.03, &steel);
    }
    if look.has(3) {
        wrap(builder, [-0.58, -0.10], 0.125, look.detail([0.78, 0.18, 0.18]));
    }
}

pub(super) fn mace(builder: &mut Builder, look: &Look) {
    let color = look.main([0.52, 0.55, 0.62]);
    let (metal, brass) = (Paint::metal(color), palette::brass());
    let height = if look.has(2) { 0.26 } else { 0.40 };
    let middle = [0.0, height, 0.0];
    let hide = Paint::plain(LEATHER).with(Mask::stripes([0.3, 0.95, 0.0], 0.13, 0.4), [0.62, 0.38, 0.22]);
    pillar(builder, "handle", [0.0, 0.0], [-0.78, 0.30], [0.075, 0.075], &hide);
    pillar(builder, "collar", [0.0, 0.0], [height - 0.44, height - 0.30], [0.11, 0.14], &brass);
    builder.sphere("pommel", [0.0, -0.69, 0.0], 0.11, &brass);
    if look.has(1) {
        builder.sphere("head", middle, 0.25, &metal);
        let spike = Paint::metal(shade(color, 1.35));
        let ring = (0..6).map(|step| (std::f32::consts::TAU * step as f32 / 6.0).sin_cos());
        let mut ways: Vec<Vec3> = ring.map(|(x, z)| normalize([x, 0.0, z])).collect();
        for (x, z) in [(1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)] {
            ways.extend([normalize([0.6 * x, 0.9, 0.6 * z]), normalize([0.6 * x, -0.9, 0.6 * z])]);
        }
        ways.push(UP);
        for way in ways {
            builder.cone(
                "spike",
                add(middle, scale(way, 0.20)),
                add(middle, scale(way, 0.365)),
                0.10,
                0.025,
                &spike,
            );
        }
    } else {
        builder.ellipsoid("head", Frame::at(middle), [0.20, 0.27, 0.20], &Paint::metal(shade(color, 0.75)));
        for step in 0..4 {
            let frame = Frame::at(middle).turned([0.0, 45.0 * step as f32 + 20.0, 0.0]);
            let part = builder.block("flange", frame, [0.32, 0.30, 0.045], 0.02, &metal);
            for side in [-1.0, 1.0] {
                let out = scale(frame.axes[0], side);
                for rise in [-1.0, 1.0] {
                    let normal = normalize(add(out, [0.0, 0.75 * rise, 0.0]));
                    let corner = add(add(middle, scale(out, 0.32)), [0.0, 0.09 * rise, 0.0]);
                    part.cuts.push((normal, crate::math::dot(normal, corner)));
                }
            }
        }
    }
    if look.has(2) {
        let gem = Paint::glossy(look.detail([0.20, 0.75, 0.45]));
        pillar(builder, "crown", [0.0, 0.0], [0.56, 0.68], [0.12, 0.16], &brass);
        builder.sphere("gem", [0.0, 0.64, 0.0], 0.155, &gem);
    } else if !look.has(1) {
        builder.sphere("knob", [0.0, 0.69, 0.0], 0.085, &brass);
    }
    if look.has(3) {
        wrap(builder, [-0.58, -0.14], 0.125, look.detail([0.20, 0.42, 0.80]));
    }
}

/// Adds a plate with straight shoulders and a point at the bottom. The depth of its middle is `z`.
fn plate(builder: &mut Builder, name: &'static str, s: f32, z: f32, half: f32, paint: &Paint) {
    let part = builder.block(name, Frame::at([0.0, 0.0, z]), [0.62 * s, 0.78 * s, half], 0.03, paint);
    for side in [-1.0, 1.0] {
        let corners =
            [[0.62, 0.06], [0.54, -0.30], [0.34, -0.58], [0.0, -0.78]].map(|corner| corner.map(|c| c * s));
        for pair in corners.windows(2) {
            let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
            part.cuts.push(plane([side * pair[0][0], pair[0][1]], [-side * dy, dx]));
        }
    }
}

pub(super) fn shield(builder: &mut Builder, look: &Look) {
    let color = look.main([0.78, 0.17, 0.18]);
    let steel = palette::steel();
    let quarters = Mask::band([1.0, 0.0, 0.0], 0.0, 9.0).and(Mask::band(UP, 0.08, 9.0));
    let others = Mask::band([1.0, 0.0, 0.0], -9.0, 0.0).and(Mask::band(UP, -9.0, 0.08));
    let light = shade(color, 0.66);
    let plain = Paint::glossy(color);
    let face = if look.has(1) { plain } else { plain.with(quarters, light).with(others, light) };
    let size = if look.has(3) { 0.80 } else { 1.0 };
    builder.group(0.01);
    plate(builder, "rim", size, 0.0, 0.09, &steel);
    plate(builder, "face", 0.86 * size, 0.06, 0.09, &face);
    builder.group(0.0);
    builder.rod("strap", [-0.30, 0.14, -0.13], [0.30, 0.14, -0.13], 0.07, &Paint::plain(LEATHER));
    if look.has(1) {
        let emblem = Paint::metal(look.detail([0.95, 0.78, 0.25]));
        for step in 0..5 {
            let (sine, cosine) = (std::f32::consts::TAU * step as f32 / 5.0).sin_cos();
            let tip = [0.34 * sine, 0.12 + 0.34 * cosine, 0.14];
            builder.cone("emblem", [0.0, 0.12, 0.13], tip, 0.15, 0.04, &emblem);
        }
    } else {
        builder.disc("boss", facing([0.0, 0.08, 0.14]), 0.21, 0.05, &steel);
        builder.sphere("boss", [0.0, 0.08, 0.13], 0.16, &palette::brass());
    }
    if look.has(2) {
        builder.cone("spike", [0.0, 0.08, 0.22], [0.0, 0.08, 0.48], 0.12, 0.03, &steel);
        for (x, y) in [(0.42, 0.58), (0.44, -0.10), (0.22, -0.45)] {
            for side in [-1.0, 1.0] {
                builder.cone("spike", [side * x, y, 0.10], [side * x, y, 0.34], 0.11, 0.03, &steel);
            }
        }
    }
    if look.has(3) {
        let feather = Paint::plain(look.detail(palette::CREAM));
        for side in [-1.0, 1.0] {
            for (y, x, rise) in [(0.24, 0.68, 0.46), (0.06, 0.71, 0.32), (-0.14, 0.66, 0.20)] {
                builder.cone("wing", [side * 0.36, y, 0.0], [side * x, y + rise, 0.0], 0.13, 0.075, &feather);
            }
        }
    }
}
