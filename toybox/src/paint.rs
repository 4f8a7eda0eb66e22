//! What surfaces look like: colours as smooth functions of the place.

mod substance;

use crate::math::{Vec3, add, dot, length, mix, smoothstep, sub};

pub(crate) use substance::made_of;

/// Appearance of one surface point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Material {
    /// sRGB, each in [0, 1].
    pub color: Vec3,
    /// 0 for paint and cloth, 1 for bare metal.
    pub metallic: f32,
    /// Perceptual roughness, [0, 1].
    pub roughness: f32,
}

/// Half the width of the blend at a colour's edge, in object units.
const EDGE: f32 = 0.008;

/// Where a layer of paint lies, in the part's own frame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mask {
    Ellipsoid {
        centre: Vec3,
        radii: Vec3,
    },
    /// `low <= p·direction <= high`.
    Band {
        direction: Vec3,
        low: f32,
        high: f32,
    },
    /// Bands of `duty` of each `period` along a direction.
    Stripes {
        direction: Vec3,
        period: f32,
        duty: f32,
        phase: f32,
        /// Sideways waves: how far and how long.
        wave: (f32, f32),
    },
    /// `count` sectors around Y.
    Sectors {
        count: f32,
        twist: f32,
    },
    /// The same to both sides of x = 0.
    Mirrored(Box<Mask>),
    Both(Box<Mask>, Box<Mask>),
    Outside(Box<Mask>),
}

impl Mask {
    pub fn ellipsoid(centre: Vec3, radii: Vec3) -> Self {
        Self::Ellipsoid { centre, radii }
    }

    pub fn band(direction: Vec3, low: f32, high: f32) -> Self {
        Self::Band { direction, low, high }
    }

    pub fn stripes(direction: Vec3, period: f32, duty: f32) -> Self {
        Self::Stripes { direction, period, duty, phase: 0.0, wave: (0.0, 1.0) }
    }

    /// z > 0.
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

    /// How much of the layer shows: 0 or 1, with a blend between.
    fn weight(&self, p: Vec3) -> f32 {
        match self {
            Self::Ellipsoid { centre, radii } => {
                let q = [0, 1, 2].map(|i| (p[i] - centre[i]) / radii[i]);
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

/// A base material and layers of other materials painted on it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Paint {
    base: Material,
    layers: Vec<(Mask, Material)>,
    /// Added to local points before painting.
    offset: Vec3,
    /// Local lengths along each axis are divided by this before painting.
    enlarged: Vec3,
}

impl Paint {
    /// Matt vinyl.
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

    /// With another colour of the same finish where the mask is.
    pub fn with(self, mask: Mask, color: Vec3) -> Self {
        let material = Material { color, ..self.base };
        self.with_material(mask, material)
    }

    /// The colour under all layers.
    pub fn base_color(&self) -> Vec3 {
        self.base.color
    }

    pub fn with_material(mut self, mask: Mask, material: Material) -> Self {
        self.layers.push((mask, material));
        self
    }

    /// For a part whose frame is only moved to `origin`: its masks are then meant in object space.
    pub fn seen_from(mut self, origin: Vec3) -> Self {
        self.offset = origin;
        self
    }

    /// The same picture, larger along each axis of the part.
    pub fn enlarge(&mut self, factors: Vec3) {
        self.enlarged = [0, 1, 2].map(|axis| self.enlarged[axis] * factors[axis]);
    }

    /// The same picture with another colour in place of one of its own.
    pub fn recolor(&mut self, from: Vec3, to: Vec3) {
        let layers = self.layers.iter_mut().map(|(_, material)| material);
        for material in std::iter::once(&mut self.base).chain(layers) {
            if length(sub(material.color, from)) < 1e-3 {
                material.color = to;
            }
        }
    }

    /// The material at a point of the part's own frame.
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
