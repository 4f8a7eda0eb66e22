//! Shading of surfaces under the lights of a studio.
//!
//! A physically based surface (GGX, Schlick, Smith) is lit by three lamps. It reflects a procedural studio,
//! because metals show only reflections. All light is linear. A tone curve that preserves hues maps it to the
//! range of a screen.

use super::camera::View;
use crate::math::exp2;
use crate::vector::{Vector, add, cross, dot, mix, multiply, normalized, scale, smoothstep, subtract};

/// One point of a surface.
pub(super) struct ShadedPoint {
    pub(super) normal: Vector,
    /// Direction to the eye.
    pub(super) view: Vector,
    /// Base color, linear.
    pub(super) color: Vector,
    pub(super) metallic: f32,
    pub(super) roughness: f32,
    /// The share of the light of the surroundings that reaches it.
    pub(super) openness: f32,
    /// The share of the key light that reaches it.
    pub(super) key_light: f32,
    /// Emitted light, linear.
    pub(super) emissive: Vector,
}

/// The lamps. They turn with the camera, so that the picture is well lit from every side.
pub(super) struct Studio {
    /// Key, fill and rim lamp: the direction to the lamp, and its color times its strength.
    lamps: [(Vector, Vector); 3],
}

const KEY: usize = 0;

impl Studio {
    pub(super) fn new(view: &View) -> Self {
        let right = view.right;
        let toward = cross(right, [0.0, 1.0, 0.0]);
        let place =
            |x: f32, y: f32, z: f32| normalized(add(add(scale(right, x), [0.0, y, 0.0]), scale(toward, z)));
        Self {
            lamps: [
                (place(-0.50, 0.80, 0.62), [1.28, 1.22, 1.12]),
                (place(0.85, 0.25, 0.55), [0.30, 0.34, 0.42]),
                (place(0.45, 0.55, -0.85), [0.75, 0.80, 0.90]),
            ],
        }
    }

    /// Returns the direction to the key light.
    pub(super) fn key(&self) -> Vector {
        self.lamps[KEY].0
    }

    /// Returns the light from a surface to the eye, linear and at most one.
    pub(super) fn shade(&self, surface: &ShadedPoint) -> Vector {
        let roughness = surface.roughness.clamp(0.06, 1.0);
        let facing = dot(surface.normal, surface.view).clamp(1e-3, 1.0);
        let matte = scale(surface.color, 1.0 - surface.metallic);
        let shine = mix([0.04; 3], surface.color, surface.metallic);
        let mut light = [0.0; 3];
        for (index, &(direction, color)) in self.lamps.iter().enumerate() {
            // Only the key light has an exact shadow. The others are dimmed by the occlusion of the
            // surroundings.
            let reach = if index == KEY { surface.key_light } else { 0.4 + 0.6 * surface.openness };
            let slant = dot(surface.normal, direction);
            if slant > 0.0 && reach > 0.0 {
                let glint = glint(surface, direction, slant, facing, roughness, shine);
                light = add(light, scale(multiply(color, add(matte, glint)), slant * reach));
            }
        }
        let ambient = multiply(matte, hemisphere(surface.normal));
        let mirrored = subtract(scale(surface.normal, 2.0 * dot(surface.normal, surface.view)), surface.view);
        let reflection =
            multiply(self.reflection(mirrored, roughness), ambient_shine(shine, roughness, facing));
        light = add(light, scale(ambient, surface.openness));
        light = add(light, scale(reflection, 0.25 + 0.75 * surface.openness));
        tone(add(light, surface.emissive))
    }

    /// Returns the studio as a surface of this roughness reflects it: floor, walls, and lit panels.
    fn reflection(&self, direction: Vector, roughness: f32) -> Vector {
        let soft = 0.06 + 0.9 * roughness;
        let floor = mix([0.16, 0.14, 0.13], [0.34, 0.33, 0.33], smoothstep(-1.0, -0.05, direction[1]));
        let wall = mix([0.50, 0.52, 0.56], [0.90, 0.94, 1.00], smoothstep(0.0, 1.0, direction[1]));
        let mut light = mix(floor, wall, smoothstep(-soft, soft, direction[1]));
        // As roughness grows, a panel's edge blurs and its light spreads.
        let spread = roughness * roughness;
        for (lamp, size, strength) in [(0, 0.90, 2.4), (2, 0.93, 2.0), (1, 0.95, 0.9)] {
            let blur = 0.03 + 0.75 * spread;
            let panel = smoothstep(size - blur, size + blur * 0.35, dot(direction, self.lamps[lamp].0));
            light = add(light, [panel * strength / (1.0 + 3.0 * spread); 3]);
        }
        light
    }
}

/// Returns the light from the surroundings on a matte surface: sky above, warm floor below.
fn hemisphere(normal: Vector) -> Vector {
    mix([0.24, 0.22, 0.21], [0.56, 0.60, 0.66], normal[1] * 0.5 + 0.5)
}

/// Returns a lamp's reflection. The lamp's strength is defined by its light on a matte surface. Source:
/// Walter et al. 2007 (GGX), with Hammon's 2017 approximation of Smith's shadowing.
fn glint(
    surface: &ShadedPoint,
    lamp: Vector,
    slant: f32,
    facing: f32,
    roughness: f32,
    shine: Vector,
) -> Vector {
    let half = normalized(add(lamp, surface.view));
    let alpha = roughness * roughness;
    let spread = dot(surface.normal, half).max(0.0).powi(2) * (alpha * alpha - 1.0) + 1.0;
    let distribution = alpha * alpha / (spread * spread);
    let shadowing = 0.5 / (2.0 * slant * facing * (1.0 - alpha) + (slant + facing) * alpha).max(1e-4);
    let grazing = (1.0 - dot(surface.view, half).max(0.0)).powi(5);
    // The lamps are large panels and not points. The bound avoids sparkling reflections.
    scale(mix(shine, [1.0; 3], grazing), (distribution * shadowing).min(6.0))
}

/// Returns the share of the surroundings that is reflected. Source: Karis 2014, "Physically based shading on
/// mobile".
fn ambient_shine(shine: Vector, roughness: f32, facing: f32) -> Vector {
    let r =
        [1.0 - roughness, 0.0425 - 0.0275 * roughness, 1.04 - 0.572 * roughness, 0.022 * roughness - 0.04];
    let a = (r[0] * r[0]).min(exp2(-9.28 * facing)) * r[0] + r[1];
    let (factor, offset) = (-1.04 * a + r[2], 1.04 * a + r[3]);
    shine.map(|channel| (channel * factor + offset).max(0.0))
}

/// Maps light of any strength to at most one, and preserves hues. Source: Khronos PBR Neutral tone mapper,
/// 2024.
fn tone(light: Vector) -> Vector {
    const START: f32 = 0.8 - 0.04;
    const DESATURATION: f32 = 0.15;
    let least = light[0].min(light[1]).min(light[2]);
    let offset = if least < 0.08 { least - 6.25 * least * least } else { 0.04 };
    let light = light.map(|channel| channel - offset);
    let peak = light[0].max(light[1]).max(light[2]);
    if peak < START {
        return light;
    }
    let room = 1.0 - START;
    let lowered = 1.0 - room * room / (peak + room - START);
    let pale = 1.0 - 1.0 / (DESATURATION * (peak - lowered) + 1.0);
    mix(scale(light, lowered / peak), [lowered; 3], pale)
}
