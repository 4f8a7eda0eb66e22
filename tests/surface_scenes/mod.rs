//! Analytic fields with known Lipschitz constants, for the surface tests and the missed-cells benchmark.
#![allow(dead_code, reason = "each test program uses some of these functions")]

use att3d::surface::{ExtractOptions, PointwiseField};

/// A field as a function of a point.
pub type Shape = Box<dyn Fn([f32; 3]) -> f32 + Send + Sync>;

/// A field with its name and its true Lipschitz constant.
pub struct Scene {
    pub name: String,
    pub lipschitz: f32,
    pub shape: Shape,
}

impl Scene {
    pub fn new(name: &str, shape: impl Fn([f32; 3]) -> f32 + Send + Sync + 'static) -> Self {
        Self { name: name.to_owned(), lipschitz: 1.0, shape: Box::new(shape) }
    }

    /// Returns the scene as a field to extract.
    pub fn field(&self) -> PointwiseField<&Shape> {
        PointwiseField(&self.shape)
    }

    /// Returns a range that contains all values in a box: the value at the box's center, plus or minus the
    /// largest change over half the diagonal.
    pub fn range(&self, low: [f32; 3], high: [f32; 3]) -> Option<(f32, f32)> {
        let middle: [f32; 3] = std::array::from_fn(|axis| (low[axis] + high[axis]) / 2.0);
        let half = length(subtract(high, low)) / 2.0;
        let (value, change) = ((self.shape)(middle), self.lipschitz * half + 2e-6);
        Some((value - change, value + change))
    }
}

pub fn options(resolution: u32) -> ExtractOptions<'static> {
    ExtractOptions { resolution, ..Default::default() }
}

pub fn subtract(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|axis| a[axis] - b[axis])
}

pub fn length(a: [f32; 3]) -> f32 {
    a.iter().map(|x| x * x).sum::<f32>().sqrt()
}

pub fn sphere(center: [f32; 3], radius: f32) -> Shape {
    Box::new(move |p| length(subtract(p, center)) - radius)
}

pub fn cuboid(center: [f32; 3], half: [f32; 3]) -> Shape {
    Box::new(move |p| {
        let q: [f32; 3] = std::array::from_fn(|axis| (p[axis] - center[axis]).abs() - half[axis]);
        length(q.map(|x| x.max(0.0))) + q[0].max(q[1]).max(q[2]).min(0.0)
    })
}

pub fn torus(center: [f32; 3], major: f32, minor: f32) -> Shape {
    Box::new(move |p| {
        let [x, y, z] = subtract(p, center);
        length([(x * x + z * z).sqrt() - major, y, 0.0]) - minor
    })
}

pub fn capsule(from: [f32; 3], to: [f32; 3], radius: f32) -> Shape {
    Box::new(move |p| {
        let (along, offset) = (subtract(to, from), subtract(p, from));
        let dot = |a: [f32; 3], b: [f32; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let t = (dot(offset, along) / dot(along, along).max(1e-12)).clamp(0.0, 1.0);
        length(subtract(offset, along.map(|x| x * t))) - radius
    })
}

pub fn union(parts: Vec<Shape>) -> Shape {
    Box::new(move |p| parts.iter().map(|part| part(p)).fold(f32::INFINITY, f32::min))
}

/// A small generator of reproducible random numbers (Steele et al. 2014, SplitMix64).
pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * ((self.bits() >> 40) as f32 / (1 << 24) as f32)
    }

    fn point(&mut self, reach: f32) -> [f32; 3] {
        std::array::from_fn(|_| self.between(-reach, reach))
    }
}

/// Returns a scene of random parts. Each part is added to the parts before it or subtracted from them. The
/// values are scaled, so that they are not distances.
pub fn random_scene(seed: u64) -> Scene {
    let mut random = Random(seed);
    let count = 1 + random.bits() % 6;
    let parts: Vec<(Shape, bool)> = (0..count)
        .map(|index| {
            let (center, size) = (random.point(0.8), random.between(0.02, 0.4));
            let part = match random.bits() % 4 {
                0 => sphere(center, size),
                1 => cuboid(center, [size, random.between(0.01, 0.3), random.between(0.01, 0.3)]),
                2 => torus(center, size, random.between(0.01, 0.1)),
                _ => capsule(center, random.point(0.9), random.between(0.01, 0.1)),
            };
            (part, index > 0 && random.bits().is_multiple_of(4))
        })
        .collect();
    let stretch = random.between(0.5, 3.0);
    let shape =
        move |p: [f32; 3]| {
            let joined = parts.iter().fold(f32::INFINITY, |value, (part, carved)| {
                if *carved { value.max(-part(p)) } else { value.min(part(p)) }
            });
            stretch * joined
        };
    Scene { lipschitz: stretch * 1.000_001, ..Scene::new(&format!("random {seed}"), shape) }
}

/// Returns fields whose surfaces are hard to find. Their details are scaled to the cells of a resolution.
pub fn adversarial(resolution: u32) -> Vec<Scene> {
    let cell = 2.0 / resolution as f32;
    let mut random = Random(7);
    let mut islands = Vec::new();
    for radius in [0.3, 0.6, 0.9] {
        for _ in 0..20 {
            // The centers are lattice points, so that even the smallest sphere contains one.
            let at = random.point(0.9).map(|x| (x / cell).round() * cell);
            islands.push(sphere(at, radius * cell));
        }
    }
    let sheet = |normal: [f32; 3], half: f32| {
        let size = length(normal);
        move |p: [f32; 3]| {
            ((p[0] * normal[0] + p[1] * normal[1] + p[2] * normal[2]) / size - 0.1037).abs() - half
        }
    };
    let gap = |cells: f32| {
        let half = 0.3;
        let shift = half + cells * cell / 2.0;
        union(vec![cuboid([shift, 0.0, 0.0], [half; 3]), cuboid([-shift, 0.0, 0.0], [half; 3])])
    };
    let wave = |p: [f32; 3]| {
        let [x, y, z] = p.map(|x| x * 9.0);
        (x.sin() * y.cos() + y.sin() * z.cos() + z.sin() * x.cos()) / 9.0
    };
    vec![
        Scene::new("one-cell islands", union(islands)),
        Scene::new("thin sheet, across", sheet([0.0, 0.0, 1.0], 0.8 * cell)),
        Scene::new("thin sheet, slanted", sheet([1.0, 0.7, 0.3], 0.6 * cell)),
        Scene::new("broken sheet, slanted", sheet([1.0, 0.61, 0.37], 0.2 * cell)),
        Scene::new("two-cell gap", gap(2.0)),
        Scene::new("one-cell gap", gap(1.0)),
        Scene::new("thin string", capsule([-0.7, -0.6, 0.5], [0.6, 0.8, -0.4], 0.7 * cell)),
        Scene { lipschitz: 2.5, ..Scene::new("gyroid through the walls", wave) },
    ]
}

/// Returns a scene like a toy: body, head, legs, a hat and a tail.
pub fn toy() -> Scene {
    let mut parts = vec![
        capsule([-0.25, 0.0, 0.0], [0.25, 0.0, 0.0], 0.25),
        sphere([0.5, 0.25, 0.0], 0.2),
        torus([0.5, 0.45, 0.0], 0.16, 0.03),
        capsule([-0.45, 0.1, 0.0], [-0.7, 0.35, 0.1], 0.02),
    ];
    for (x, z) in [(-0.3, 0.15), (-0.3, -0.15), (0.3, 0.15), (0.3, -0.15)] {
        parts.push(capsule([x, -0.1, z], [x, -0.6, z], 0.07));
    }
    Scene::new("toy", union(parts))
}
