//! Converts a document's materials and their textures to [`Material`].

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::warning::{Named, Warning};
use crate::appearance::{Alpha, Encoding, IDENTITY, Material, Picture, Texture, Wrap};
use crate::gltf::GltfError;
use crate::gltf::document::accessor::Buffers;
use crate::gltf::document::picture::decode;
use crate::gltf::document::schema::{self, TextureInfo};
use crate::gltf::error::missing;
use crate::math::sin_cos;

/// Largest number of pixels of all images of a file together: as many as one image of 8192 × 8192 pixels has.
const MAX_PIXELS: u64 = 1 << 26;
/// Default cutoff of masked materials in the format.
const CUTOFF: f32 = 0.5;

/// A material. `unread` is `None` if the base color of the material is known. Otherwise it is the reason: the
/// texture could not be read, or the primitive has no texture coordinates for it.
#[derive(Clone)]
pub(super) struct Look {
    pub(super) material: Arc<Material>,
    pub(super) unread: Option<String>,
}

/// The materials of a document. Each image is decoded once.
pub(super) struct Materials<'a> {
    buffers: &'a Buffers<'a>,
    looks: RefCell<HashMap<Option<usize>, Look>>,
    /// The decoded images, by their index in the file and their encoding. A failure is stored as its reason,
    /// so that the image is not decoded again.
    pictures: RefCell<HashMap<(usize, Encoding), Read>>,
    /// The pixels of each decoded image.
    decoded: RefCell<HashMap<usize, Pixels>>,
    warnings: RefCell<Vec<Warning>>,
}

type Pixels = ([usize; 2], Arc<[[u8; 4]]>);

/// A decoded image, or the reason why it cannot be read.
type Read = Result<Arc<Picture>, String>;

/// The material model of `KHR_materials_pbrSpecularGlossiness`. Source: the folder `extensions/2.0/Archived`
/// of <https://github.com/KhronosGroup/glTF>.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SpecularGlossiness {
    diffuse_factor: Option<[f32; 4]>,
    diffuse_texture: Option<TextureInfo>,
    glossiness_factor: Option<f32>,
}

/// The map from texture coordinates to the coordinates at which the image is sampled. Source:
/// `KHR_texture_transform`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TextureTransform {
    offset: Option<[f32; 2]>,
    rotation: f32,
    scale: Option<[f32; 2]>,
    tex_coord: Option<usize>,
}

impl<'a> Materials<'a> {
    pub(super) fn new(buffers: &'a Buffers<'a>) -> Self {
        Self {
            buffers,
            looks: RefCell::default(),
            pictures: RefCell::default(),
            decoded: RefCell::default(),
            warnings: RefCell::default(),
        }
    }

    /// Returns what was left out of the materials so far.
    pub(super) fn into_warnings(self) -> Vec<Warning> {
        self.warnings.into_inner()
    }

    /// Returns a material by its index, or the format's default material for `None`. Errors: `Invalid` for an
    /// index out of range.
    pub(super) fn look(&self, index: Option<usize>) -> Result<Look, GltfError> {
        if let Some(look) = self.looks.borrow().get(&index) {
            return Ok(look.clone());
        }
        let look = match index {
            None => Look { material: Arc::default(), unread: None },
            Some(index) => {
                let materials = &self.buffers.document.root().materials;
                let source = materials.get(index).ok_or_else(|| missing("material", index))?;
                self.read(index, source)
            }
        };
        self.looks.borrow_mut().insert(index, look.clone());
        Ok(look)
    }

    fn read(&self, index: usize, source: &schema::Material) -> Look {
        let warn = |place: &'static str, why: &String| {
            let material = Named { kind: "material", index, name: source.name.clone() };
            self.warnings.borrow_mut().push(Warning::Texture { material, place, why: why.clone() });
        };
        let read = |info: &Option<TextureInfo>, place: &'static str, encoding: Encoding| {
            let found = info.as_ref().map_or(Ok(None), |info| self.texture(info, encoding));
            found.unwrap_or_else(|why| {
                warn(place, &why);
                None
            })
        };
        let surface = &source.pbr_metallic_roughness;
        let glossy = source.extensions.get("KHR_materials_pbrSpecularGlossiness");
        let glossy = glossy.and_then(|held| SpecularGlossiness::deserialize(held).ok());
        let (color_info, color) = match &glossy {
            Some(glossy) => (&glossy.diffuse_texture, glossy.diffuse_factor),
            None => (&surface.base_color_texture, surface.base_color_factor),
        };
        let mut unread = None;
        let color_texture = color_info
            .as_ref()
            .map_or(Ok(None), |info| self.texture(info, Encoding::Srgb))
            .unwrap_or_else(|why| {
                warn("base color", &why);
                unread = Some(why);
                None
            });
        let factor =
            |factor: Option<f32>| factor.filter(|factor| factor.is_finite()).unwrap_or(1.0).clamp(0.0, 1.0);
        let metallic_roughness = match &glossy {
            Some(glossy) => [0.0, 1.0 - factor(glossy.glossiness_factor)],
            None => [factor(surface.metallic_factor), factor(surface.roughness_factor)],
        };
        let strength = source.extensions.get("KHR_materials_emissive_strength");
        let strength = strength.and_then(|held| held.get("emissiveStrength")).and_then(Value::as_f64);
        let strength = strength.filter(|strength| (0.0..=1e6).contains(strength)).unwrap_or(1.0) as f32;
        let material = Material {
            color: color.unwrap_or([1.0; 4]).map(|channel| if channel.is_finite() { channel } else { 1.0 }),
            color_texture,
            metallic_roughness,
            surface_texture: match glossy {
                Some(_) => None,
                None => read(&surface.metallic_roughness_texture, "metallic-roughness", Encoding::Linear),
            },
            normal_texture: read(&source.normal_texture, "normal", Encoding::Linear),
            normal_scale: source.normal_texture.as_ref().and_then(|info| info.scale).unwrap_or(1.0),
            occlusion_texture: read(&source.occlusion_texture, "occlusion", Encoding::Linear),
            occlusion_strength: factor(source.occlusion_texture.as_ref().and_then(|info| info.strength)),
            emissive: source.emissive_factor.map(|channel| channel.max(0.0) * strength),
            emissive_texture: read(&source.emissive_texture, "emissive", Encoding::Srgb),
            alpha: match source.alpha_mode.as_deref() {
                Some("MASK") => Alpha::Mask(source.alpha_cutoff.unwrap_or(CUTOFF)),
                Some("BLEND") => Alpha::Blend,
                _ => Alpha::Opaque,
            },
            is_double_sided: source.double_sided,
            is_unlit: source.extensions.contains_key("KHR_materials_unlit"),
        };
        Look { material: Arc::new(material), unread }
    }

    /// Reads the texture of a reference; `None` for a texture without an image. Errors: the reason, as a part
    /// of a sentence.
    fn texture(&self, info: &TextureInfo, encoding: Encoding) -> Result<Option<Texture>, String> {
        let root = self.buffers.document.root();
        let texture = root.textures.get(info.index);
        let texture = texture.ok_or_else(|| format!("texture {} is named but does not exist", info.index))?;
        let Some(picture) = self.picture_of(texture, encoding)? else { return Ok(None) };
        let sampler = match texture.sampler {
            None => schema::Sampler::default(),
            Some(index) => {
                let found = root.samplers.get(index).cloned();
                found.ok_or_else(|| format!("sampler {index} is named but does not exist"))?
            }
        };
        const NEAREST: u32 = 9728;
        let moved = info.extensions.get("KHR_texture_transform");
        let moved = moved.and_then(|held| TextureTransform::deserialize(held).ok()).unwrap_or_default();
        let set = moved.tex_coord.unwrap_or(info.tex_coord);
        if set > 1 {
            return Err(format!("it uses the texture coordinate set {set}: expected 0 or 1"));
        }
        Ok(Some(Texture {
            picture,
            set,
            wraps: [sampler.wrap_s, sampler.wrap_t].map(wrap),
            is_nearest: sampler.mag_filter == Some(NEAREST),
            transform: moved.map(),
        }))
    }

    /// Returns the decoded image of a texture. Prefers the image of an extension. If that image cannot be
    /// read, returns the texture's own image.
    fn picture_of(
        &self,
        texture: &schema::Texture,
        encoding: Encoding,
    ) -> Result<Option<Arc<Picture>>, String> {
        let of_extension = |name: &str| {
            let source = texture.extensions.get(name)?.get("source")?.as_u64()?;
            usize::try_from(source).ok()
        };
        let extended = of_extension("EXT_texture_webp").or_else(|| of_extension("KHR_texture_basisu"));
        match (extended, texture.source) {
            (Some(index), None) => self.picture(index, encoding).map(Some),
            (Some(index), Some(own)) => {
                self.picture(index, encoding).or_else(|_| self.picture(own, encoding)).map(Some)
            }
            (None, Some(own)) => self.picture(own, encoding).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn picture(&self, index: usize, encoding: Encoding) -> Result<Arc<Picture>, String> {
        if let Some(found) = self.pictures.borrow().get(&(index, encoding)) {
            return found.clone();
        }
        let read = self.pixels(index).map_err(|error| match error {
            GltfError::Unsupported { what } | GltfError::Invalid { what } => what,
            error => error.to_string(),
        });
        let read = read.and_then(|(size, rgba8)| {
            Picture::new(size, rgba8, encoding)
                .map(Arc::new)
                .ok_or_else(|| "an image without pixels".to_owned())
        });
        self.pictures.borrow_mut().insert((index, encoding), read.clone());
        read
    }

    fn pixels(&self, index: usize) -> Result<Pixels, GltfError> {
        if let Some(found) = self.decoded.borrow().get(&index) {
            return Ok(found.clone());
        }
        let bytes = self.buffers.document.image(self.buffers, index)?;
        let held: u64 = self.decoded.borrow().values().map(|(_, pixels)| pixels.len() as u64).sum();
        let pixels = decode(bytes, MAX_PIXELS.saturating_sub(held))?;
        let found = (pixels.size, Arc::from(pixels.rgba8.as_chunks::<4>().0));
        self.decoded.borrow_mut().insert(index, found.clone());
        Ok(found)
    }

    /// Returns a look without the textures whose texture coordinates the primitive lacks. has: whether the
    /// primitive has each of the two sets.
    pub(super) fn fitted(&self, index: Option<usize>, look: Look, has: [bool; 2]) -> Look {
        let lacks =
            |texture: &Option<Texture>| texture.as_ref().is_some_and(|texture| !has[texture.set.min(1)]);
        let Look { material, mut unread } = look;
        if !material.textures().any(|texture| !has[texture.set.min(1)]) {
            return Look { material, unread };
        }
        let mut fitted = Material::clone(&material);
        let places: [(&mut Option<Texture>, &'static str); 5] = [
            (&mut fitted.color_texture, "base color"),
            (&mut fitted.surface_texture, "metallic-roughness"),
            (&mut fitted.normal_texture, "normal"),
            (&mut fitted.occlusion_texture, "occlusion"),
            (&mut fitted.emissive_texture, "emissive"),
        ];
        for (texture, place) in places {
            if !lacks(texture) {
                continue;
            }
            let set = texture.take().map_or(0, |texture| texture.set);
            let why = format!("a primitive has no TEXCOORD_{set}");
            if place == "base color" {
                unread = Some(why.clone());
            }
            let index = index.unwrap_or_default();
            let name =
                self.buffers.document.root().materials.get(index).and_then(|material| material.name.clone());
            let warning = Warning::Texture { material: Named { kind: "material", index, name }, place, why };
            let mut warnings = self.warnings.borrow_mut();
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
        Look { material: Arc::new(fitted), unread }
    }
}

/// Converts the wrap mode of a sampler, a code of glTF. An absent or unknown code stands for repetition.
fn wrap(code: Option<u32>) -> Wrap {
    match code {
        Some(33_071) => Wrap::Clamp,
        Some(33_648) => Wrap::Mirror,
        _ => Wrap::Repeat,
    }
}

impl TextureTransform {
    /// Returns the affine map: a scale, then a rotation, then an offset. Returns the identity if a number is
    /// not finite.
    fn map(&self) -> [[f32; 3]; 2] {
        let [x, y] = self.offset.unwrap_or_default();
        let [across, down] = self.scale.unwrap_or([1.0; 2]);
        let (sine, cosine) = sin_cos(self.rotation);
        let map = [[cosine * across, sine * down, x], [-sine * across, cosine * down, y]];
        if map.iter().flatten().all(|part| part.is_finite()) { map } else { IDENTITY }
    }
}
