//! Pieces that several foods share.

use crate::math::{Frame, Vec3, add, dot, normalize, scale};
use crate::model::builder::Builder;
use crate::model::objects::pieces::around;
use crate::paint::Mask;

/// Returns half spaces whose union is everything outside a bowl that opens along `way` and is deepest at
/// `apex`.
pub(super) fn bite(apex: Vec3, way: Vec3, flat: f32) -> Vec<(Vec3, f32)> {
    let way = normalize(way);
    let frame = Frame::towards(apex, add(apex, way), [0.0, 1.0, 0.0]);
    let sides = around(8, 0.0).map(|[x, z]| {
        let across = add(scale(frame.axes[0], x), scale(frame.axes[2], z));
        let normal = normalize(add(scale(way, 0.75), scale(across, 0.66)));
        (normal, dot(normal, apex))
    });
    sides.chain(std::iter::once((way, dot(way, apex) + flat))).collect()
}

/// Adds the parts that `build` adds, cut to the union of the half spaces. Adds everything if there are no
/// half spaces. `flesh` is the color of the inside.
pub(super) fn without(
    builder: &mut Builder,
    half_spaces: &[(Vec3, f32)],
    blend: f32,
    flesh: Option<Vec3>,
    build: impl Fn(&mut Builder),
) {
    if half_spaces.is_empty() {
        builder.group(blend);
        build(builder);
    }
    for half_space in half_spaces {
        builder.group(blend);
        let first = builder.parts.len();
        build(builder);
        for part in &mut builder.parts[first..] {
            part.cuts.push(*half_space);
            let outside = half_spaces.iter().map(|&(normal, offset)| {
                let own = part.frame.axes.map(|axis| dot(axis, normal));
                Mask::band(own, offset - dot(normal, part.frame.origin) - 0.012, 9.0)
            });
            if let (Some(color), Some(mask)) = (flesh, outside.reduce(Mask::and)) {
                part.paint = part.paint.clone().with(mask, color);
            }
        }
    }
}
