//! Images in a GLB, and the material that wears them.

use gltf_json as json;
use json::material::{
    NormalTexture, OcclusionTexture, PbrBaseColorFactor, PbrMetallicRoughness, StrengthFactor,
};
use json::texture::{Info, MagFilter, MinFilter, Sampler, WrappingMode};
use json::validation::Checked::Valid;
use rayon::prelude::*;

use super::document::Builder;
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

/// What the images are called, in the order of [`PackedTextures::images`].
pub(in crate::gltf) const IMAGES: [&str; 3] = ["base_color", "occlusion_roughness_metallic", "normal"];

/// Textures as PNG files: a fraction of the memory.
#[derive(Debug, Clone)]
pub struct PackedTextures {
    /// `None` for those that there are not.
    pub(in crate::gltf) images: [Option<Vec<u8>>; 3],
    /// Does the second one hold roughness and metallic, and not occlusion alone?
    pub(in crate::gltf) has_surface: bool,
}

impl Textures<'_> {
    /// Packs the images. Errors: `Image`.
    pub fn packed(&self) -> Result<PackedTextures, GltfError> {
        let &Self { size, base_color, roughness_metallic, occlusion, normal } = self;
        let shaded = with_occlusion(roughness_metallic, occlusion);
        let texels: [&[[u8; 3]]; 3] = [base_color, &shaded, normal];
        let mut images = [const { None }; 3];
        // It takes longer than all else in a file.
        images
            .par_iter_mut()
            .zip(texels)
            .filter(|(_, texels)| !texels.is_empty())
            .try_for_each(|(image, texels)| {
                *image = Some(png(size, texels)?);
                Ok(())
            })
            .map_err(|source| GltfError::Image { source })?;
        Ok(PackedTextures { images, has_surface: !roughness_metallic.is_empty() })
    }
}

impl Builder {
    /// The material of a textured mesh. plain: what it is like where there is no texture. repeats: are there coordinates outside of the square? Errors: `Image`.
    pub(super) fn textured(
        &mut self,
        plain: json::Material,
        textures: &Textures<'_>,
        repeats: bool,
    ) -> Result<json::Material, GltfError> {
        let wrap = if repeats { WrappingMode::Repeat } else { WrappingMode::ClampToEdge };
        let sampler = self.root.push(Sampler {
            // Where charts lie apart, a repeated picture would fetch its other side at the border.
            wrap_s: Valid(wrap),
            wrap_t: Valid(wrap),
            mag_filter: Some(Valid(MagFilter::Linear)),
            min_filter: Some(Valid(MinFilter::LinearMipmapLinear)),
            ..Sampler::default()
        });
        let &Textures { roughness_metallic, occlusion, .. } = textures;
        let packed = textures.packed()?.images;
        let mut texture = |index: usize| {
            let bytes = packed[index].as_ref()?;
            Some(self.texture(IMAGES[index], bytes, sampler))
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
