//! Types for the parts of a glTF document's JSON that this library understands.
//!
//! Everything that the format allows to be absent is optional here. What is not listed stays in the
//! document's JSON and is written back unchanged. Source: the JSON schemas of
//! <https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html>.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Extension objects by their names.
pub(in crate::gltf) type Extensions = Map<String, Value>;

/// The whole document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::gltf) struct Root {
    pub(in crate::gltf) asset: Asset,
    pub(in crate::gltf) scene: Option<usize>,
    pub(in crate::gltf) scenes: Vec<Scene>,
    pub(in crate::gltf) nodes: Vec<Node>,
    pub(in crate::gltf) meshes: Vec<Mesh>,
    pub(in crate::gltf) materials: Vec<Material>,
    pub(in crate::gltf) textures: Vec<Texture>,
    pub(in crate::gltf) images: Vec<Image>,
    pub(in crate::gltf) samplers: Vec<Sampler>,
    pub(in crate::gltf) accessors: Vec<Accessor>,
    pub(in crate::gltf) buffer_views: Vec<View>,
    pub(in crate::gltf) buffers: Vec<Buffer>,
    pub(in crate::gltf) skins: Vec<Skin>,
    pub(in crate::gltf) extensions_used: Vec<String>,
    pub(in crate::gltf) extensions_required: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::gltf) struct Asset {
    pub(in crate::gltf) version: Option<String>,
    pub(in crate::gltf) min_version: Option<String>,
    pub(in crate::gltf) generator: Option<String>,
    pub(in crate::gltf) extras: Value,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::gltf) struct Scene {
    pub(in crate::gltf) nodes: Vec<usize>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::gltf) struct Node {
    pub(in crate::gltf) name: Option<String>,
    pub(in crate::gltf) mesh: Option<usize>,
    pub(in crate::gltf) skin: Option<usize>,
    pub(in crate::gltf) children: Vec<usize>,
    pub(in crate::gltf) matrix: Option<[f32; 16]>,
    pub(in crate::gltf) translation: Option<[f32; 3]>,
    pub(in crate::gltf) rotation: Option<[f32; 4]>,
    pub(in crate::gltf) scale: Option<[f32; 3]>,
    pub(in crate::gltf) weights: Option<Vec<f32>>,
    pub(in crate::gltf) extensions: Extensions,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::gltf) struct Mesh {
    pub(in crate::gltf) name: Option<String>,
    pub(in crate::gltf) primitives: Vec<Primitive>,
    pub(in crate::gltf) weights: Option<Vec<f32>>,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::gltf) struct Primitive {
    #[serde(default)]
    pub(in crate::gltf) attributes: BTreeMap<String, usize>,
    pub(in crate::gltf) indices: Option<usize>,
    pub(in crate::gltf) material: Option<usize>,
    #[serde(default = "triangles")]
    pub(in crate::gltf) mode: u32,
    #[serde(default)]
    pub(in crate::gltf) targets: Vec<BTreeMap<String, usize>>,
}

/// The modes of primitives that have a surface.
pub(in crate::gltf) const TRIANGLES: u32 = 4;
pub(in crate::gltf) const TRIANGLE_STRIP: u32 = 5;
pub(in crate::gltf) const TRIANGLE_FAN: u32 = 6;

fn triangles() -> u32 {
    TRIANGLES
}

impl Primitive {
    /// Returns the index of an attribute's accessor.
    pub(in crate::gltf) fn attribute(&self, name: &str) -> Option<usize> {
        self.attributes.get(name).copied()
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::gltf) struct Material {
    pub(in crate::gltf) name: Option<String>,
    pub(in crate::gltf) pbr_metallic_roughness: MetallicRoughness,
    pub(in crate::gltf) normal_texture: Option<TextureInfo>,
    pub(in crate::gltf) occlusion_texture: Option<TextureInfo>,
    pub(in crate::gltf) emissive_texture: Option<TextureInfo>,
    pub(in crate::gltf) emissive_factor: [f32; 3],
    pub(in crate::gltf) alpha_mode: Option<String>,
    pub(in crate::gltf) alpha_cutoff: Option<f32>,
    pub(in crate::gltf) double_sided: bool,
    pub(in crate::gltf) extensions: Extensions,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::gltf) struct MetallicRoughness {
    pub(in crate::gltf) base_color_factor: Option<[f32; 4]>,
    pub(in crate::gltf) base_color_texture: Option<TextureInfo>,
    pub(in crate::gltf) metallic_factor: Option<f32>,
    pub(in crate::gltf) roughness_factor: Option<f32>,
    pub(in crate::gltf) metallic_roughness_texture: Option<TextureInfo>,
}

/// A material's reference to a texture. Normal textures also have a `scale`, and occlusion textures a
/// `strength`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gltf) struct TextureInfo {
    pub(in crate::gltf) index: usize,
    #[serde(default)]
    pub(in crate::gltf) tex_coord: usize,
    pub(in crate::gltf) scale: Option<f32>,
    pub(in crate::gltf) strength: Option<f32>,
    #[serde(default)]
    pub(in crate::gltf) extensions: Extensions,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::gltf) struct Texture {
    pub(in crate::gltf) name: Option<String>,
    pub(in crate::gltf) sampler: Option<usize>,
    pub(in crate::gltf) source: Option<usize>,
    pub(in crate::gltf) extensions: Extensions,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::gltf) struct Image {
    pub(in crate::gltf) name: Option<String>,
    pub(in crate::gltf) uri: Option<String>,
    pub(in crate::gltf) buffer_view: Option<usize>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::gltf) struct Sampler {
    pub(in crate::gltf) mag_filter: Option<u32>,
    pub(in crate::gltf) wrap_s: Option<u32>,
    pub(in crate::gltf) wrap_t: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gltf) struct Accessor {
    pub(in crate::gltf) buffer_view: Option<usize>,
    #[serde(default)]
    pub(in crate::gltf) byte_offset: u64,
    pub(in crate::gltf) component_type: u32,
    pub(in crate::gltf) count: u64,
    #[serde(rename = "type")]
    pub(in crate::gltf) shape: String,
    #[serde(default)]
    pub(in crate::gltf) normalized: bool,
    pub(in crate::gltf) sparse: Option<Sparse>,
}

#[derive(Clone, Debug, Deserialize)]
pub(in crate::gltf) struct Sparse {
    pub(in crate::gltf) count: u64,
    pub(in crate::gltf) indices: SparseIndices,
    pub(in crate::gltf) values: SparseValues,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gltf) struct SparseIndices {
    pub(in crate::gltf) buffer_view: usize,
    #[serde(default)]
    pub(in crate::gltf) byte_offset: u64,
    pub(in crate::gltf) component_type: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gltf) struct SparseValues {
    pub(in crate::gltf) buffer_view: usize,
    #[serde(default)]
    pub(in crate::gltf) byte_offset: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::gltf) struct View {
    pub(in crate::gltf) buffer: usize,
    #[serde(default)]
    pub(in crate::gltf) byte_offset: u64,
    pub(in crate::gltf) byte_length: u64,
    pub(in crate::gltf) byte_stride: Option<usize>,
    #[serde(default)]
    pub(in crate::gltf) extensions: Extensions,
}

/// A buffer. Its stated length is not read: views are checked against the bytes that exist.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::gltf) struct Buffer {
    pub(in crate::gltf) uri: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::gltf) struct Skin {
    pub(in crate::gltf) inverse_bind_matrices: Option<usize>,
    pub(in crate::gltf) joints: Vec<usize>,
}

/// The type of an accessor's components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::gltf) enum ComponentType {
    I8,
    U8,
    I16,
    U16,
    U32,
    F32,
}

impl ComponentType {
    /// Returns the type for a code of the format; `None` for an unknown code.
    pub(in crate::gltf) fn of(code: u32) -> Option<Self> {
        Some(match code {
            5120 => Self::I8,
            5121 => Self::U8,
            5122 => Self::I16,
            5123 => Self::U16,
            5125 => Self::U32,
            5126 => Self::F32,
            _ => return None,
        })
    }

    /// Returns the bytes of a component.
    pub(in crate::gltf) fn size(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::U32 | Self::F32 => 4,
        }
    }
}

/// Returns the number of components of an accessor's element by the name of its type. Matrices of two and
/// three columns are not read: the format pads their columns where components are small.
pub(in crate::gltf) fn multiplicity(shape: &str) -> Option<usize> {
    Some(match shape {
        "SCALAR" => 1,
        "VEC2" => 2,
        "VEC3" => 3,
        "VEC4" => 4,
        "MAT4" => 16,
        _ => return None,
    })
}
