//! Random cameras, lights and backgrounds of renders. The renders of score distillation should have the same
//! distribution as the pictures that the prior learned.

use std::f32::consts::{FRAC_PI_4, TAU};

use serde::{Deserialize, Serialize};
use toybox::Random;

use crate::camera::{Camera, Light, Shading};

/// How a scene is seen in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Camera.
    pub camera: Camera,
    /// Light.
    pub light: Light,
    /// Coloring.
    pub shading: Shading,
    /// sRGB gray of the background, from 0 to 1.
    pub background: f32,
}

/// The ranges from which views are drawn, each uniformly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Views {
    /// Distance of the camera from the origin, object space.
    pub distance: [f32; 2],
    /// Focal length relative to the width of the image.
    pub focal: [f32; 2],
    /// Elevation in degrees.
    pub elevation: [f32; 2],
    /// Distance of the point light from the origin, object space.
    pub light_distance: [f32; 2],
    /// Largest angle between the directions to the light and to the camera, in radians.
    pub light_angle: f32,
    /// Share of ambient light.
    pub ambient: [f32; 2],
    /// sRGB gray of the background.
    pub background: [f32; 2],
    /// Share of pictures with albedo only.
    pub albedo: f32,
    /// Share of pictures with white albedo.
    pub textureless: f32,
}

impl Default for Views {
    /// Returns the ranges of our priors.
    ///
    /// - ATT3D's distance U(2, 3) and focal length U(0.7, 1.35) are for a bounding sphere of radius 2. Our
    ///   objects have a radius of about 1. With these ranges, the half width of the picture at the origin is
    ///   0.93 to 1.27. A creature is then 20 to 28 of 32 pixels high; with focal lengths of 1.15 to 1.35 it
    ///   was 18 to 25 pixels high, which lost details.
    /// - The light has ATT3D's angle U(0, π/4) (B.1.7). Its distance begins at 1.5 instead of 1, so that it
    ///   lies outside of the object. The ambient share is large enough that unlit sides keep a color.
    /// - A background of random gray lets a renderer choose any gray for its own background, which makes all
    ///   density in empty space visible. The range has no dark grays, because many toys have black parts.
    /// - A quarter of the pictures show only the albedo, as in DreamFusion. The textureless share is small:
    ///   the shading is not an input of the prior, and more white pictures would make its colors uncertain.
    fn default() -> Self {
        Self {
            distance: [2.8, 3.3],
            focal: [1.3, 1.5],
            elevation: [-10.0, 60.0],
            light_distance: [1.5, 3.0],
            light_angle: FRAC_PI_4,
            ambient: [0.3, 0.6],
            background: [0.5, 0.9],
            albedo: 0.25,
            textureless: 0.05,
        }
    }
}

impl Views {
    /// Draws `count` views of one object. Their azimuths have equal steps, and all else is equal, so four
    /// views are orthogonal (MVDream, Shi et al. 2024).
    pub fn draw(&self, rng: &mut Random, count: usize) -> Vec<View> {
        let between = |rng: &mut Random, [low, high]: [f32; 2]| rng.between(low, high);
        let first = rng.between(0.0, TAU);
        let elevation = between(rng, self.elevation).to_radians();
        let (distance, focal) = (between(rng, self.distance), between(rng, self.focal));
        let (angle, turn) = (rng.between(0.0, self.light_angle), rng.between(0.0, TAU));
        let away = between(rng, self.light_distance);
        let ambient = between(rng, self.ambient);
        let shading = match rng.uniform() {
            kind if kind < self.albedo => Shading::Albedo,
            kind if kind < self.albedo + self.textureless => Shading::Textureless,
            _ => Shading::Full,
        };
        let background = between(rng, self.background);
        (0..count)
            .map(|index| {
                let azimuth = (first + TAU * index as f32 / count as f32) % TAU;
                let camera = Camera { azimuth, elevation, distance, focal };
                let light = Light { position: beside(&camera, angle, turn, away), ambient, whiteness: 0.0 };
                View { camera, light, shading, background }
            })
            .collect()
    }

    /// Returns the view in the middle of all ranges, with the light in the direction of the camera. azimuth:
    /// in radians.
    pub fn middle(&self, azimuth: f32) -> View {
        let elevation = middle(self.elevation).to_radians();
        let camera =
            Camera { azimuth, elevation, distance: middle(self.distance), focal: middle(self.focal) };
        let position = beside(&camera, 0.0, 0.0, middle(self.light_distance));
        let light = Light { position, ambient: middle(self.ambient), whiteness: 0.0 };
        View { camera, light, shading: Shading::Full, background: middle(self.background) }
    }
}

/// Returns the middle of a range.
pub fn middle([low, high]: [f32; 2]) -> f32 {
    0.5 * (low + high)
}

/// Returns the position of a light. angle: angle between its direction and the camera's, in radians; turn:
/// angle around the camera's direction; distance: from the origin.
fn beside(camera: &Camera, angle: f32, turn: f32, distance: f32) -> [f32; 3] {
    let [right, above, back] = camera.axes();
    let ((sine, cosine), (up, across)) = (angle.sin_cos(), turn.sin_cos());
    std::array::from_fn(|axis| {
        distance * (cosine * back[axis] + sine * (across * right[axis] + up * above[axis]))
    })
}
