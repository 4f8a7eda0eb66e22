//! Cameras of training renders.

/// A pinhole camera that looks at the origin, with +Y up. The image is square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Angle around +Y in radians, from the front (+Z) toward +X.
    pub azimuth: f32,
    /// Angle above the horizon in radians.
    pub elevation: f32,
    /// Distance from the origin, object space.
    pub distance: f32,
    /// Focal length relative to the width of the image.
    pub focal: f32,
}

impl Camera {
    /// Returns the position in object space.
    pub fn position(&self) -> [f32; 3] {
        let [_, _, back] = self.axes();
        back.map(|coordinate| coordinate * self.distance)
    }

    /// Returns the unit vectors to the right of the image, up in the image, and from the origin toward the
    /// camera.
    pub fn axes(&self) -> [[f32; 3]; 3] {
        let (sine, cosine) = self.azimuth.sin_cos();
        let (up, level) = self.elevation.sin_cos();
        let right = [cosine, 0.0, -sine];
        let above = [-sine * up, level, -cosine * up];
        [right, above, [sine * level, up, cosine * level]]
    }

    /// Returns the unit directions of the rays through the pixel centers of a square image, row by row from
    /// the top. resolution: number of pixels along an edge.
    pub fn rays(&self, resolution: usize) -> Vec<[f32; 3]> {
        let [right, above, back] = self.axes();
        let place = |index: usize| (index as f32 + 0.5) / resolution as f32 - 0.5;
        let pixels = (0..resolution).flat_map(|row| (0..resolution).map(move |column| (row, column)));
        pixels
            .map(|(row, column)| {
                let (x, y) = (place(column) / self.focal, -place(row) / self.focal);
                let direction: [f32; 3] =
                    std::array::from_fn(|axis| x * right[axis] + y * above[axis] - back[axis]);
                let length = direction.iter().map(|value| value * value).sum::<f32>().sqrt();
                direction.map(|value| value / length)
            })
            .collect()
    }
}

/// The direct and the ambient light of a render.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Light {
    /// Position of a point light, object space. Its intensity does not fall with the distance.
    pub position: [f32; 3],
    /// Share of the light that comes from all directions, from 0 to 1. The point light has the rest.
    pub ambient: f32,
    /// Share of white in the albedo, from 0 to 1. Values between give ATT3D's soft textureless renders
    /// (B.1.7).
    pub whiteness: f32,
}

impl Light {
    /// Returns the light with the albedo and the ambient share that a shading asks for.
    pub fn with(self, shading: Shading) -> Self {
        match shading {
            Shading::Full => Self { whiteness: 0.0, ..self },
            Shading::Textureless => Self { whiteness: 1.0, ..self },
            Shading::Albedo => Self { ambient: 1.0, whiteness: 0.0, ..self },
        }
    }
}

/// The coloring of a render (DreamFusion's augmentations, ATT3D B.1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shading {
    /// Albedo with diffuse light.
    Full,
    /// White albedo with diffuse light.
    Textureless,
    /// Albedo without light.
    Albedo,
}

/// Returns sRGB color of a diffuse surface: albedo · (ambient + (1 - ambient) · max(0, n · l)), with the
/// albedo in sRGB, as DreamFusion computes it. The renderer of the prior's pictures uses it. The
/// differentiable renderer uses the same formula, and its tests compare it with this one.
pub fn shade(albedo: [f32; 3], normal: [f32; 3], toward_light: [f32; 3], ambient: f32) -> [f32; 3] {
    let cosine: f32 = normal.iter().zip(toward_light).map(|(n, l)| n * l).sum();
    albedo.map(|value| value * (ambient + (1.0 - ambient) * cosine.max(0.0)))
}
