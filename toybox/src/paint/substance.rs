//! The effect of a substance, such as gold, wood or ice, on the paint.

use super::Material;
use crate::attributes::Substance;
use crate::math::{Vec3, mix, scale, smoothstep};

/// A substance: the color for dark paint, the color for light paint, and the finish.
struct Stuff {
    dark: Vec3,
    light: Vec3,
    metallic: f32,
    roughness: f32,
}

const fn stuff(dark: Vec3, light: Vec3, metallic: f32, roughness: f32) -> Stuff {
    Stuff { dark, light, metallic, roughness }
}

fn stuff_of(substance: Substance) -> Option<Stuff> {
    Some(match substance {
        Substance::None => return None,
        Substance::Gold => stuff([0.66, 0.42, 0.12], [1.0, 0.84, 0.45], 1.0, 0.25),
        Substance::Silver => stuff([0.55, 0.56, 0.60], [0.95, 0.95, 0.97], 1.0, 0.2),
        Substance::Copper => stuff([0.50, 0.22, 0.12], [0.96, 0.62, 0.44], 1.0, 0.3),
        Substance::Iron => stuff([0.22, 0.22, 0.24], [0.48, 0.48, 0.51], 1.0, 0.6),
        Substance::Wood => stuff([0.42, 0.24, 0.12], [0.90, 0.68, 0.43], 0.0, 0.7),
        Substance::Stone => stuff([0.36, 0.36, 0.36], [0.68, 0.67, 0.64], 0.0, 0.9),
        Substance::Marble => stuff([0.60, 0.60, 0.65], [0.92, 0.91, 0.90], 0.0, 0.15),
        Substance::Ice => stuff([0.42, 0.70, 0.90], [0.85, 0.95, 1.0], 0.0, 0.05),
        Substance::Clay => stuff([0.55, 0.25, 0.15], [0.87, 0.50, 0.34], 0.0, 0.85),
        Substance::Plastic => stuff([0.75, 0.12, 0.12], [0.98, 0.40, 0.32], 0.0, 0.3),
        Substance::Jade => stuff([0.06, 0.34, 0.22], [0.42, 0.76, 0.54], 0.0, 0.2),
        Substance::Chocolate => stuff([0.19, 0.09, 0.05], [0.45, 0.25, 0.14], 0.0, 0.4),
    })
}

/// Returns the material of a thing made of a substance, stained with `tint` where it is given. The lightness
/// of the painted color is kept as tone, so that eyes and patterns stay visible. `point` is in object space.
pub(crate) fn made_of(substance: Substance, tint: Option<Vec3>, material: Material, point: Vec3) -> Material {
    let Some(mut stuff) = stuff_of(substance) else { return material };
    if let Some(tint) = tint {
        stuff.dark = mix(stuff.dark, scale(tint, 0.55), 0.8);
        stuff.light = mix(stuff.light, mix(tint, [1.0; 3], 0.15), 0.8);
    }
    let [r, g, b] = material.color;
    let color = mix(stuff.dark, stuff.light, tone(0.3 * r + 0.55 * g + 0.15 * b));
    let color = scale(color, grain(substance, point));
    Material { color, metallic: stuff.metallic, roughness: stuff.roughness }
}

/// Returns the tone, from 0 to 1, for the lightness of a painted color. Most colors map to the middle; black
/// and white map to the ends.
fn tone(lightness: f32) -> f32 {
    0.45 * smoothstep(0.08, 0.30, lightness) + 0.55 * smoothstep(0.25, 0.95, lightness)
}

/// Returns the value of the substance's own pattern at a point: a factor for the substance's color. The
/// pattern's detail is no finer than a color plane can represent.
fn grain(substance: Substance, [x, y, z]: Vec3) -> f32 {
    match substance {
        // Year rings around a leaning trunk, about eight in one object unit.
        Substance::Wood => {
            let (across, along) = (x + 0.25 * y + 0.9, z - 0.12 * y + 0.35);
            let sway = 0.02 * (5.0 * y + 3.0 * across).sin();
            let ring = 0.5 + 0.5 * (((across * across + along * along).sqrt() + sway) * 48.0).sin();
            0.84 + 0.16 * ring
        }
        // Veins where a slow wave crosses zero.
        Substance::Marble => {
            let wave = 5.0 * x + 3.0 * y - 4.0 * z + 1.6 * (4.0 * y + 2.0 * z).sin();
            1.0 - 0.28 * smoothstep(0.30, 0.05, wave.sin().abs())
        }
        Substance::Stone => {
            0.93 + 0.07 * soft_sign((9.0 * x).sin() * (10.0 * y + 1.0).sin() * (11.0 * z + 2.0).sin())
        }
        _ => 1.0,
    }
}

/// Returns a value near -1 or 1, with a smooth transition through 0.
fn soft_sign(x: f32) -> f32 {
    x / (x * x + 0.02).sqrt()
}
