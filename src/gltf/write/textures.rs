//! Images in a GLB, and the material that wears them.

use gltf_json as json;
use json::material::{
    NormalTexture, OcclusionTexture, PbrBaseColorFactor, PbrMetallicRoughness, StrengthFactor,
};
use json::texture::{Info, MagFilter, MinFilter, Sampler, WrappingMode};
use json::validation::Checked::Valid;
use rayon::prelude::*;

use super::document::Document;
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
    /// How open to light, linear; empty where nobody knows.
    pub occlusion: &'a [u8],
    /// In the frame of normals and tangents; empty for the mesh's own normals.
    pub normal: &'a [[u8; 3]],
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
        let &Textures { size, base_color, roughness_metallic, occlusion, normal } = textures;
        let shaded = with_occlusion(roughness_metallic, occlusion);
        let images: [(&str, &[[u8; 3]]); 3] =
            [("base_color", base_color), ("occlusion_roughness_metallic", &shaded), ("normal", normal)];
        // Packing them takes longer than all else in a file.
        let packed: Vec<Option<Vec<u8>>> = images
            .par_iter()
            .map(|(_, texels)| (!texels.is_empty()).then(|| png(size, texels)).transpose())
            .collect::<Result<_, _>>()
            .map_err(|source| GltfError::Image { source })?;
        let mut texture = |index: usize| {
            let bytes = packed[index].as_ref()?;
            Some(self.texture(images[index].0, bytes, sampler))
        };
        let info = |index| Info { index, tex_coord: 0, extensions: None, extras: None };
        let mut surface = PbrMetallicRoughness {
            base_color_factor: PbrBaseColorFactor([1.0; 4]),
            base_color_texture: texture(0).map(info),
            ..plain.pbr_metallic_roughness
        };
        let packed_index = texture(1);
        if let Some(index) = packed_index.filter(|_| !roughness_metallic.is_empty()) {
            surface.metallic_roughness_texture = Some(info(index));
            surface.metallic_factor = StrengthFactor(1.0);
            surface.roughness_factor = StrengthFactor(1.0);
        }
        let strength = StrengthFactor(1.0);
        let occlusion_texture = packed_index
            .filter(|_| !occlusion.is_empty())
            .map(|index| OcclusionTexture { index, strength, tex_coord: 0, extensions: None, extras: None });
        let normal_texture = texture(2).map(|index| NormalTexture {
            index,
            scale: 1.0,
            tex_coord: 0,
            extensions: None,
            extras: None,
        });
        Ok(json::Material { pbr_metallic_roughness: surface, occlusion_texture, normal_texture, ..plain })
    }

    /// A texture of a packed image.
    fn texture(
        &mut self,
        name: &str,
        packed: &[u8],
        sampler: json::Index<Sampler>,
    ) -> json::Index<json::Texture> {
        let view = self.plain_view(packed);
        let image = self.root.push(json::Image {
            buffer_view: Some(view),
            mime_type: Some(json::image::MimeType("image/png".into())),
            name: Some(name.into()),
            uri: None,
            extensions: None,
            extras: None,
        });
        self.root.push(json::Texture {
            name: Some(name.into()),
            sampler: Some(sampler),
            source: image,
            extensions: None,
            extras: None,
        })
    }
}

/// One image of three, as engines like it: red how open to light, green roughness, blue metallic. Empty if both are.
fn with_occlusion(roughness_metallic: &[[u8; 3]], occlusion: &[u8]) -> Vec<[u8; 3]> {
    if roughness_metallic.is_empty() {
        return occlusion.iter().map(|&open| [open; 3]).collect();
    }
    let open = occlusion.iter().copied().chain(std::iter::repeat(u8::MAX));
    roughness_metallic
        .iter()
        .zip(open)
        .map(|(&[_, roughness, metallic], open)| [open, roughness, metallic])
        .collect()
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
