//! The settings of a render.

use super::density::Density;
use super::normals::Normals;

/// Settings of a render.
pub struct Settings {
    /// Number of pixels along an edge of a picture.
    pub resolution: usize,
    /// Number of samples on a ray. ATT3D has 32, and 128 where it interpolates (B.1.9).
    pub samples: usize,
    /// Whether each sample has a random place in its interval. Otherwise it is in the middle.
    pub jitter: bool,
    /// Radius of the bounding sphere, object space. Rays are clipped to this sphere and to the box of object
    /// space. The default √3 is the smallest sphere that contains the box, so it cuts nothing off. ATT3D's
    /// radius of 2 would only add samples outside the box, where the density is 0.
    pub radius: f32,
    /// How the values of the field become densities.
    pub density: Density,
    /// Where the normals are computed.
    pub normals: Normals,
    /// Distance between the points from whose values a normal is computed, object space, as half the edge of
    /// a cube. The default 0.01 is below the cells of a triplane of 128² (0.016) and of a voxel grid of 58³
    /// (0.035). With smaller steps the normals show the edges of the cells.
    pub normal_step: f64,
    /// sRGB color behind the object. `None` selects the model's environment, and white for models that
    /// predict none.
    pub background: Option<[f32; 3]>,
    /// Largest number of rays per prompt that are computed together; 0 means all. It bounds the memory of
    /// renders without gradients.
    pub rays_at_once: usize,
}

impl Settings {
    /// Returns ATT3D's settings for training, with 32² pixels.
    pub fn new(density: Density) -> Self {
        Self {
            resolution: 32,
            samples: 32,
            jitter: true,
            radius: 3f32.sqrt(),
            density,
            normals: Normals::Depth,
            normal_step: 0.01,
            background: None,
            rays_at_once: 0,
        }
    }
}
