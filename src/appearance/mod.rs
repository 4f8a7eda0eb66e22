//! Appearance of surfaces: materials, their textures, and a scene that is ready to be drawn.
//!
//! The file readers produce these types and the renderer draws them. Colors are linear, except in images with
//! `Encoding::Srgb`. u increases to the right and v down, from the upper left corner of a texture.

#![forbid(unsafe_code)]

mod picture;

use std::sync::Arc;

pub use picture::{Encoding, Picture, Wrap};

use crate::math::hypotenuse;
use crate::mesh::Mesh;

/// Interpretation of a surface's alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Alpha {
    /// Alpha is ignored.
    #[default]
    Opaque,
    /// The surface is invisible where alpha is below this threshold, and opaque elsewhere.
    Mask(f32),
    /// Alpha is the weight with which the surface's color is blended over what lies behind it.
    Blend,
}

/// A material of glTF's metallic-roughness model, with its textures.
#[derive(Clone, Debug)]
pub struct Material {
    /// Base color and alpha, linear.
    pub color: [f32; 4],
    /// Texture by which `color` is multiplied.
    pub color_texture: Option<Texture>,
    /// Metallic and roughness in [0, 1].
    pub metallic_roughness: [f32; 2],
    /// Texture by which `metallic_roughness` is multiplied: green is roughness, blue is metallic.
    pub surface_texture: Option<Texture>,
    /// Normal map in the tangent space of the surface.
    pub normal_texture: Option<Texture>,
    /// Factor for the first two components of the normal map.
    pub normal_scale: f32,
    /// Texture whose red channel is the share of ambient light that reaches the surface.
    pub occlusion_texture: Option<Texture>,
    /// Strength of the occlusion, in [0, 1].
    pub occlusion_strength: f32,
    /// Light that the surface emits, linear.
    pub emissive: [f32; 3],
    /// Texture by which `emissive` is multiplied.
    pub emissive_texture: Option<Texture>,
    /// Interpretation of alpha.
    pub alpha: Alpha,
    /// Whether the surface is also visible from behind.
    pub is_double_sided: bool,
    /// Whether the surface shows its base color without lighting.
    pub is_unlit: bool,
}

impl Default for Material {
    /// Returns the default material of glTF: white, metallic 1, roughness 1.
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
    /// Iterates over the textures that the material has.
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

    /// Returns linear base color and alpha at texture coordinates.
    ///
    /// `uvs`: texture coordinates of both sets. `vertex`: interpolated vertex color. `footprint`: size of a
    /// sample along u and v, in texture coordinates; 0 samples the image at full size.
    pub fn base_color(&self, uvs: [[f32; 2]; 2], vertex: [f32; 4], footprint: [f32; 2]) -> [f32; 4] {
        let texel = self.color_texture.as_ref().map_or([1.0; 4], |texture| texture.at(uvs, footprint));
        std::array::from_fn(|channel| self.color[channel] * vertex[channel] * texel[channel])
    }

    /// Returns metallic and roughness at texture coordinates; the parameters are those of
    /// [`Self::base_color`].
    pub fn metallic_roughness(&self, uvs: [[f32; 2]; 2], footprint: [f32; 2]) -> [f32; 2] {
        let [metallic, roughness] = self.metallic_roughness;
        let Some(texture) = &self.surface_texture else { return [metallic, roughness] };
        let [_, green, blue, _] = texture.at(uvs, footprint);
        [metallic * blue, roughness * green]
    }
}

/// An image, and how texture coordinates are mapped to it.
#[derive(Clone, Debug)]
pub struct Texture {
    /// The image.
    pub picture: Arc<Picture>,
    /// Set of texture coordinates that the texture uses: 0 or 1.
    pub set: usize,
    /// Continuation of the image outside of [0, 1], along u and v.
    pub wraps: [Wrap; 2],
    /// Whether a magnified image shows its nearest pixels without interpolation.
    pub is_nearest: bool,
    /// Affine map that is applied to texture coordinates, in two rows (`KHR_texture_transform`).
    pub transform: [[f32; 3]; 2],
}

/// Texture transform that changes nothing.
pub const IDENTITY: [[f32; 3]; 2] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];

impl Texture {
    /// Samples the image at texture coordinates: colors are decoded to linear light, other data stay as
    /// stored.
    ///
    /// `uvs`: texture coordinates of both sets. `footprint`: size of a sample along u and v, in texture
    /// coordinates; 0 samples the image at full size.
    pub fn at(&self, uvs: [[f32; 2]; 2], footprint: [f32; 2]) -> [f32; 4] {
        let [u, v] = uvs.get(self.set).copied().unwrap_or_default();
        let place = self.transform.map(|[a, b, c]| a * u + b * v + c);
        let [width, height] = self.picture.size();
        let scale = self.transform.map(|[a, b, _]| hypotenuse(a * footprint[0], b * footprint[1]));
        let texels = (scale[0] * width as f32).max(scale[1] * height as f32);
        self.picture.at(place, self.wraps, texels, self.is_nearest)
    }
}

/// All meshes of a scene and their materials, joined into one mesh in the frame of the scene (+Y up).
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Positions, normals, tangents and triangles. Tangents are zero if a primitive has none.
    ///
    /// The colors, metallic and roughness of this mesh are empty.
    pub mesh: Mesh,
    /// Both sets of texture coordinates, one entry per vertex.
    pub uvs: [Vec<[f32; 2]>; 2],
    /// Linear color and alpha of each vertex, by which the material's color is multiplied.
    pub colors: Vec<[f32; 4]>,
    /// Index of each triangle's material.
    pub material_of: Vec<u32>,
    /// Whether each triangle is flat-shaded because its primitive has no normals.
    pub is_flat: Vec<bool>,
    /// The materials.
    pub materials: Vec<Material>,
}
