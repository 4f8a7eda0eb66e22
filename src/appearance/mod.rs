//! What surfaces look like: materials, their textures, and a scene that is ready to be drawn.
//!
//! Files are read into these types and pictures are drawn from them. Colors are linear unless a name says otherwise; texture coordinates point to
//! the right and down from an image's upper left corner.

#![forbid(unsafe_code)]

mod picture;

use std::sync::Arc;

pub use picture::{Encoding, Picture, Wrap};

use crate::mesh::Mesh;

/// How the alpha of a surface counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Alpha {
    /// Not at all.
    #[default]
    Opaque,
    /// What has less than this is not there; all else is opaque.
    Mask(f32),
    /// As the share of the surface's color; the rest is what lies behind.
    Blend,
}

/// A material as glTF describes one: metallic, roughness and their textures.
#[derive(Clone, Debug)]
pub struct Material {
    /// Base color and alpha, linear.
    pub color: [f32; 4],
    /// Multiplies `color`.
    pub color_texture: Option<Texture>,
    /// Metallic and roughness, in [0, 1].
    pub metallic_roughness: [f32; 2],
    /// Multiplies them: green is roughness, blue is metallic.
    pub surface_texture: Option<Texture>,
    /// Directions in the tangent space of the surface.
    pub normal_texture: Option<Texture>,
    /// Multiplies their first two components.
    pub normal_scale: f32,
    /// Red: the share of the surroundings' light that reaches the surface.
    pub occlusion_texture: Option<Texture>,
    /// The share of the occlusion that counts, in [0, 1].
    pub occlusion_strength: f32,
    /// Light that the surface sends out, linear.
    pub emissive: [f32; 3],
    /// Multiplies `emissive`.
    pub emissive_texture: Option<Texture>,
    /// How alpha counts.
    pub alpha: Alpha,
    /// Whether it is seen from behind too.
    pub is_double_sided: bool,
    /// Whether it shows its base color whatever the light.
    pub is_unlit: bool,
}

impl Default for Material {
    /// The format's default material: white, metallic and rough.
    fn default() -> Self {
        Self {
            color: [1.0; 4],
            color_texture: None,
            metallic_roughness: [1.0, 1.0],
            surface_texture: None,
            normal_texture: None,
            normal_scale: 1.0,
            occlusion_texture: None,
            occlusion_strength: 1.0,
            emissive: [0.0; 3],
            emissive_texture: None,
            alpha: Alpha::Opaque,
            is_double_sided: false,
            is_unlit: false,
        }
    }
}

impl Material {
    /// Every texture that it has.
    pub fn textures(&self) -> impl Iterator<Item = &Texture> {
        [
            &self.color_texture,
            &self.surface_texture,
            &self.normal_texture,
            &self.occlusion_texture,
            &self.emissive_texture,
        ]
        .into_iter()
        .flatten()
    }

    /// Base color and alpha at texture coordinates, linear. uvs: of both sets; vertex: the color of the vertices there; footprint: the length of a sample
    /// in texture coordinates, 0 for the finest level.
    pub fn base_color(&self, uvs: [[f32; 2]; 2], vertex: [f32; 4], footprint: [f32; 2]) -> [f32; 4] {
        let texel = self.color_texture.as_ref().map_or([1.0; 4], |texture| texture.at(uvs, footprint));
        std::array::from_fn(|channel| self.color[channel] * vertex[channel] * texel[channel])
    }

    /// Metallic and roughness at texture coordinates.
    pub fn metallic_roughness(&self, uvs: [[f32; 2]; 2], footprint: [f32; 2]) -> [f32; 2] {
        let [metallic, roughness] = self.metallic_roughness;
        let Some(texture) = &self.surface_texture else { return [metallic, roughness] };
        let [_, green, blue, _] = texture.at(uvs, footprint);
        [metallic * blue, roughness * green]
    }
}

/// A picture in its place on a material.
#[derive(Clone, Debug)]
pub struct Texture {
    /// The picture.
    pub picture: Arc<Picture>,
    /// Which set of texture coordinates it goes by: 0 or 1.
    pub set: usize,
    /// What lies outside of [0, 1], along u and v.
    pub wraps: [Wrap; 2],
    /// Whether pixels stay squares where the picture is magnified.
    pub is_nearest: bool,
    /// Maps texture coordinates before they are looked up: two rows of an affine map (`KHR_texture_transform`).
    pub transform: [[f32; 3]; 2],
}

/// The map that changes nothing.
pub const IDENTITY: [[f32; 3]; 2] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];

impl Texture {
    /// What the picture says: linear, or as stored where it holds no colors. uvs: of both sets; footprint: the length of a sample along u and v of the
    /// texture coordinates, 0 for the finest level.
    pub fn at(&self, uvs: [[f32; 2]; 2], footprint: [f32; 2]) -> [f32; 4] {
        let [u, v] = uvs.get(self.set).copied().unwrap_or_default();
        let place = self.transform.map(|[a, b, c]| a * u + b * v + c);
        let [width, height] = self.picture.size();
        let scale = self.transform.map(|[a, b, _]| (a * footprint[0]).hypot(b * footprint[1]));
        let texels = (scale[0] * width as f32).max(scale[1] * height as f32);
        self.picture.at(place, self.wraps, texels, self.is_nearest)
    }
}

/// Meshes and their materials, as one mesh in the scene's frame (+Y up).
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Positions, normals, tangents (zeros where a primitive has none) and triangles. Its colors, metallic and roughness are empty.
    pub mesh: Mesh,
    /// Both sets of texture coordinates, each one a vertex.
    pub uvs: [Vec<[f32; 2]>; 2],
    /// Linear color and alpha of each vertex, which multiply the material's.
    pub colors: Vec<[f32; 4]>,
    /// The number of each triangle's material.
    pub material_of: Vec<u32>,
    /// Whether a triangle is flat: its primitive has no normals of its own.
    pub is_flat: Vec<bool>,
    /// The materials.
    pub materials: Vec<Material>,
}
