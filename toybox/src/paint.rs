//! The appearance of surfaces: colors as smooth functions of position.

pub(crate) mod substance;

use crate::math::{Vec3, add, dot, length, mix, smoothstep, sub};

pub(crate) use substance::made_of;

/// Appearance of a surface point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Material {
    /// sRGB color, each component in [0, 1].
    pub color: Vec3,
    /// Metallic value: 0 for paint and cloth, 1 for bare metal.
    pub metallic: f32,
    /// Perceptual roughness in [0, 1].
    pub roughness: f32,
}

/// Half the width of the blend at the edge of a color, in object units.
const EDGE: f32 = 0.008;

/// Region of a layer of paint, in the frame of the part.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mask {
    Ellipsoid {
        center: Vec3,
        radii: Vec3,
    },
    /// The region `low <= p·direction <= high`.
    Band {
        direction: Vec3,
        low: f32,
        high: f32,
    },
    /// Bands that cover the fraction `duty` of each `period` along a direction.
    Stripes {
        direction: Vec3,
        period: f32,
        duty: f32,
        phase: f32,
        /// Amplitude and wavelength of the sideways waves.
        wave: (f32, f32),
    },
    /// A pattern of `count` sectors around Y.
    Sectors {
        count: f32,
        twist: f32,
    },
    /// A mask that is symmetric about x = 0.
    Mirrored(Box<Mask>),
    Both(Box<Mask>, Box<Mask>),
    Outside(Box<Mask>),
}

impl Mask {
    pub fn ellipsoid(center: Vec3, radii: Vec3) -> Self {
        Self::Ellipsoid { center, radii }
    }

    pub fn band(direction: Vec3, low: f32, high: f32) -> Self {
        Self::Band { direction, low, high }
    }

    pub fn stripes(direction: Vec3, period: f32, duty: f32) -> Self {
        Self::Stripes { direction, period, duty, phase: 0.0, wave: (0.0, 1.0) }
    }

    /// Returns the region z > 0.
    pub fn front() -> Self {
        Self::band([0.0, 0.0, 1.0], 0.0, 9.0)
    }

    pub fn and(self, other: Self) -> Self {
        Self::Both(Box::new(self), Box::new(other))
    }

    pub fn mirrored(self) -> Self {
        Self::Mirrored(Box::new(self))
    }

    pub fn outside(self) -> Self {
        Self::Outside(Box::new(self))
    }

    /// Returns the weight of the layer at `p`: 0 or 1, with a smooth blend between.
    fn weight(&self, p: Vec3) -> f32 {
        match self {
            Self::Ellipsoid { center, radii } => {
                let q = [0, 1, 2].map(|i| (p[i] - center[i]) / radii[i]);
                let radius = radii[0].min(radii[1]).min(radii[2]);
                smoothstep(EDGE, -EDGE, (length(q) - 1.0) * radius)
            }
            Self::Band { direction, low, high } => {
                let t = dot(p, *direction);
                smoothstep(-EDGE, EDGE, t - low) * smoothstep(EDGE, -EDGE, t - high)
            }
            Self::Stripes { direction, period, duty, phase, wave } => {
                let side = (p[0] + 0.6 * p[2]) * std::f32::consts::TAU / wave.1;
                let t = dot(p, *direction) + phase + wave.0 * side.sin();
                let within = (t - (t / period).round() * period).abs();
                smoothstep(EDGE, -EDGE, within - 0.5 * duty * period)
            }
            Self::Sectors { count, twist } => {
                let turn = p[0].atan2(p[2]) * count + twist * p[1];
                let radius = (p[0] * p[0] + p[2] * p[2]).sqrt();
                smoothstep(-EDGE, EDGE, turn.cos() * (radius / count).max(0.002))
            }
            Self::Mirrored(mask) => mask.weight([p[0].abs(), p[1], p[2]]),
            Self::Both(a, b) => {
                let weight = a.weight(p);
                if weight > 0.0 { weight * b.weight(p) } else { 0.0 }
            }
            Self::Outside(mask) => 1.0 - mask.weight(p),
        }
    }
}

/// A base material and the layers of other materials over it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Paint {
    base: Material,
    layers: Vec<(Mask, Material)>,
    /// Offset that is added to local points before evaluation.
    offset: Vec3,
    /// Factors by which local coordinates are divided before evaluation, one for each axis.
    enlarged: Vec3,
}

impl Paint {
    /// Returns matte vinyl of this color.
    pub fn plain(color: Vec3) -> Self {
        Self::new(color, 0.0, 0.55)
    }

    pub fn glossy(color: Vec3) -> Self {
        Self::new(color, 0.0, 0.25)
    }

    pub fn metal(color: Vec3) -> Self {
        Self::new(color, 1.0, 0.3)
    }

    pub fn new(color: Vec3, metallic: f32, roughness: f32) -> Self {
        Self {
            base: Material { color, metallic, roughness },
            layers: Vec::new(),
            offset: [0.0; 3],
            enlarged: [1.0; 3],
        }
    }

    /// Adds another color of the same finish inside the mask.
    pub fn with(self, mask: Mask, color: Vec3) -> Self {
        let material = Material { color, ..self.base };
        self.with_material(mask, material)
    }

    /// Returns the color under all layers.
    pub fn base_color(&self) -> Vec3 {
        self.base.color
    }

    pub fn with_material(mut self, mask: Mask, material: Material) -> Self {
        self.layers.push((mask, material));
        self
    }

    /// Makes the masks refer to object space, for a part whose frame is a translation to `origin`.
    pub fn seen_from(mut self, origin: Vec3) -> Self {
        self.offset = origin;
        self
    }

    /// Enlarges the pattern along each axis of the part.
    pub fn enlarge(&mut self, factors: Vec3) {
        self.enlarged = [0, 1, 2].map(|axis| self.enlarged[axis] * factors[axis]);
    }

    /// Replaces a color of the paint with another.
    pub fn recolor(&mut self, from: Vec3, to: Vec3) {
        let layers = self.layers.iter_mut().map(|(_, material)| material);
        for material in std::iter::once(&mut self.base).chain(layers) {
            if length(sub(material.color, from)) < 1e-3 {
                material.color = to;
            }
        }
    }

    /// Returns the material at a point in the frame of the part.
    pub fn at(&self, local: Vec3) -> Material {
        let local = add([0, 1, 2].map(|axis| local[axis] / self.enlarged[axis]), self.offset);
        let mut material = self.base;
        for (mask, layer) in &self.layers {
            let weight = mask.weight(local);
            if weight > 0.0 {
                material.color = mix(material.color, layer.color, weight);
                material.metallic += (layer.metallic - material.metallic) * weight;
                material.roughness += (layer.roughness - material.roughness) * weight;
            }
        }
        material
    }
}
