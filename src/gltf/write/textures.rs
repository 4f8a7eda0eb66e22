//! Images in a GLB, and the material that wears them.

use gltf_json as json;
use json::material::{PbrBaseColorFactor, PbrMetallicRoughness, StrengthFactor};
use json::texture::{Info, MagFilter, MinFilter, Sampler, WrappingMode};
use json::validation::Checked::Valid;

use super::Document;
use crate::gltf::GltfError;

/// Square images, row by row from the upper left corner, that a mesh with texture coordinates wears.
#[derive(Debug, Clone, Copy)]
pub struct Textures<'a> {
    /// Texels along a side.
    pub size: u32,
    /// sRGB.
    pub base_color: &'a [[u8; 3]],
    /// Green: roughness, blue: metallic, linear; empty for the mean of the vertices.
    pub roughness_metallic: &'a [[u8; 3]],
}

impl Document {
    /// The material of a textured mesh. plain: what it is like where there is no texture. Errors: `Image`.
    pub(super) fn textured(
        &mut self,
        plain: json::Material,
        textures: &Textures<'_>,
    ) -> Result<json::Material, GltfError> {
        let sampler = self.root.push(Sampler {
            // Charts lie apart: a repeated picture would fetch its other side at the border.
            wrap_s: Valid(WrappingMode::ClampToEdge),
            wrap_t: Valid(WrappingMode::ClampToEdge),
            mag_filter: Some(Valid(MagFilter::Linear)),
            min_filter: Some(Valid(MinFilter::LinearMipmapLinear)),
            ..Sampler::default()
        });
        let mut surface = PbrMetallicRoughness {
            base_color_factor: PbrBaseColorFactor([1.0; 4]),
            base_color_texture: Some(self.texture(
                "base_color",
                textures.size,
                textures.base_color,
                sampler,
            )?),
            ..plain.pbr_metallic_roughness
        };
        if !textures.roughness_metallic.is_empty() {
            let image = textures.roughness_metallic;
            surface.metallic_roughness_texture =
                Some(self.texture("metallic_roughness", textures.size, image, sampler)?);
            surface.metallic_factor = StrengthFactor(1.0);
            surface.roughness_factor = StrengthFactor(1.0);
        }
        Ok(json::Material { pbr_metallic_roughness: surface, ..plain })
    }

    fn texture(
        &mut self,
        name: &str,
        size: u32,
        texels: &[[u8; 3]],
        sampler: json::Index<Sampler>,
    ) -> Result<Info, GltfError> {
        let bytes = png(size, texels).map_err(|source| GltfError::Image { source })?;
        let view = self.plain_view(&bytes);
        let image = self.root.push(json::Image {
            buffer_view: Some(view),
            mime_type: Some(json::image::MimeType("image/png".into())),
            name: Some(name.into()),
            uri: None,
            extensions: None,
            extras: None,
        });
        let texture = self.root.push(json::Texture {
            name: Some(name.into()),
            sampler: Some(sampler),
            source: image,
            extensions: None,
            extras: None,
        });
        Ok(Info { index: texture, tex_coord: 0, extensions: None, extras: None })
    }
}

/// A picture as PNG. Fast rather than small: a texture is rewritten at every change of the prompt.
fn png(size: u32, texels: &[[u8; 3]]) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size, size);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(texels.as_flattened())?;
    writer.finish()?;
    Ok(bytes)
}
