//! Images in a GLB, and the material that uses them.

use gltf_json as json;
use json::material::{
    NormalTexture, OcclusionTexture, PbrBaseColorFactor, PbrMetallicRoughness, StrengthFactor,
};
use json::texture::{Info, MagFilter, MinFilter, Sampler, WrappingMode};
use json::validation::Checked::Valid;
use rayon::prelude::*;

use super::document::Builder;
use crate::gltf::GltfError;

/// The textures of a mesh with texture coordinates. They are square images, row by row from the upper left
/// corner.
#[derive(Debug, Clone, Copy)]
pub struct Textures<'a> {
    /// Texels along a side.
    pub size: u32,
    /// Base color in sRGB.
    pub base_color: &'a [[u8; 3]],
    /// Roughness in green and metallic in blue, linear. If it is empty, the material has the mean of the
    /// vertices.
    pub roughness_metallic: &'a [[u8; 3]],
    /// Ambient occlusion, linear: 255 is fully open to light. It is empty if it was not computed.
    pub occlusion: &'a [u8],
    /// Normal map in tangent space. If it is empty, the mesh's own normals are used.
    pub normal: &'a [[u8; 3]],
}

/// Names of the images, in the order of [`PackedTextures::images`].
pub(in crate::gltf) const IMAGES: [&str; 3] = ["base_color", "occlusion_roughness_metallic", "normal"];

/// Textures encoded as PNG, which take a fraction of the memory.
#[derive(Debug, Clone)]
pub struct PackedTextures {
    /// The encoded images; `None` for an absent image.
    pub(in crate::gltf) images: [Option<Vec<u8>>; 3],
    /// Whether the second image holds roughness and metallic, and not occlusion alone.
    pub(in crate::gltf) has_surface: bool,
}

impl Textures<'_> {
    /// Encodes the images as PNG. Errors: `Image`.
    pub fn packed(&self) -> Result<PackedTextures, GltfError> {
        let &Self { size, base_color, roughness_metallic, occlusion, normal } = self;
        let shaded = with_occlusion(roughness_metallic, occlusion);
        let texels: [&[[u8; 3]]; 3] = [base_color, &shaded, normal];
        let mut images = [const { None }; 3];
        // Encoding images takes longer than all other work on a file, so it runs in parallel.
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
    /// Returns the material of a textured mesh. plain: the material for values without a texture; repeats:
    /// whether there are coordinates outside of the unit square. Errors: `Image`.
    pub(super) fn textured(
        &mut self,
        plain: json::Material,
        textures: &Textures<'_>,
        repeats: bool,
    ) -> Result<json::Material, GltfError> {
        let wrap = if repeats { WrappingMode::Repeat } else { WrappingMode::ClampToEdge };
        let sampler = self.root.push(Sampler {
            // With clamping, a texel at the border of the atlas does not blend with the opposite side.
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

    /// Adds a texture of an encoded image.
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

/// Returns one image of three channels, in the layout that engines expect: occlusion in red, roughness in
/// green, metallic in blue. Without roughness and metallic, all three channels hold the occlusion. Returns an
/// empty list if both inputs are empty.
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

/// Encodes an image as PNG, fast rather than small: a texture is rewritten at every change of the prompt.
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
