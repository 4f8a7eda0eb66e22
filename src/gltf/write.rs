//! A mesh as GLB bytes.

use std::path::Path;

use gltf_json as json;
use json::accessor::{ComponentType, GenericComponentType, Type};
use json::buffer::{Stride, Target, View};
use json::mesh::Semantic;
use json::validation::Checked::Valid;
use serde_json::{Map, Value};

use super::GltfError;
use crate::color::srgb_to_linear;
use crate::mesh::{Mesh, Placement, Up, bounds};

mod textures;

pub use textures::Textures;

#[cfg(test)]
mod tests;

/// What a GLB says of itself.
#[derive(Debug, Clone, Default)]
pub struct AssetInfo {
    /// Names the node and the mesh, and is kept whole as `asset.extras.prompt`.
    pub prompt: String,
    /// Further `asset.extras`: model, seed, resolution, unknown words.
    pub extras: Map<String, Value>,
    /// Scale and pivot.
    pub placement: Placement,
}

/// Encodes a mesh as a GLB: positions, normals and linear vertex colours where the mesh has them, indices, and one
/// material with the mean metallic and roughness (glTF knows neither by vertex).
///
/// Errors: `Mesh` for an empty or inconsistent mesh, `Scale`, `TooLargeToWrite`.
pub fn encode_glb(mesh: &Mesh, info: &AssetInfo) -> Result<Vec<u8>, GltfError> {
    encode(mesh, None, info)
}

/// As [`encode_glb`], with textures in place of vertex colours. The mesh has texture coordinates. Errors: `Image` besides.
pub fn encode_textured_glb(
    mesh: &Mesh,
    textures: &Textures<'_>,
    info: &AssetInfo,
) -> Result<Vec<u8>, GltfError> {
    encode(mesh, Some(textures), info)
}

fn encode(mesh: &Mesh, textures: Option<&Textures<'_>>, info: &AssetInfo) -> Result<Vec<u8>, GltfError> {
    crate::error::fault("gltf");
    mesh.check()?;
    if info.placement.up != Up::Y {
        return Err(GltfError::UpAxis);
    }
    let positions = info.placement.positions(mesh)?;
    let mut document = Document::default();
    let mut attributes = std::collections::BTreeMap::new();
    let accessor = document.positions(&positions);
    attributes.insert(Valid(Semantic::Positions), accessor);
    if !mesh.normals.is_empty() {
        let accessor = document.normals(&mesh.unit_normals());
        attributes.insert(Valid(Semantic::Normals), accessor);
    }
    if !mesh.uvs.is_empty() {
        let accessor = document.uvs(&mesh.uvs);
        attributes.insert(Valid(Semantic::TexCoords(0)), accessor);
    }
    // glTF multiplies the two: colours would be squared.
    if !mesh.colors.is_empty() && textures.is_none() {
        let accessor = document.colors(&mesh.colors);
        attributes.insert(Valid(Semantic::Colors(0)), accessor);
    }
    let indices = document.indices(&mesh.triangles, positions.len());
    let mut material = material(&mesh.metallic_roughness);
    if let Some(textures) = textures {
        if mesh.uvs.is_empty() {
            return Err(GltfError::NoCoordinates);
        }
        material = document.textured(material, textures)?;
    }
    let material = document.root.push(material);
    let primitive = json::mesh::Primitive {
        attributes,
        extensions: None,
        extras: None,
        indices: Some(indices),
        material: Some(material),
        mode: Valid(json::mesh::Mode::Triangles),
        targets: None,
    };
    document.finish(primitive, info)
}

/// Encodes a mesh ([`encode_glb`]) and writes it to `path`, whole or not at all.
///
/// Errors: those of [`encode_glb`], and `Write` naming the path.
pub fn write_glb(path: &Path, mesh: &Mesh, info: &AssetInfo) -> Result<(), GltfError> {
    let bytes = encode_glb(mesh, info)?;
    Ok(crate::files::write_whole(path, &bytes)?)
}

/// One opaque, single-sided material. Means are over vertices: extraction spreads them evenly over the surface.
fn material(metallic_roughness: &[[f32; 2]]) -> json::Material {
    let count = metallic_roughness.len() as f64;
    let mean = |channel: usize, absent: f32| {
        if metallic_roughness.is_empty() {
            return absent;
        }
        let sum: f64 = metallic_roughness.iter().map(|pair| f64::from(pair[channel])).sum();
        (sum / count).clamp(0.0, 1.0) as f32
    };
    json::Material {
        pbr_metallic_roughness: json::material::PbrMetallicRoughness {
            metallic_factor: json::material::StrengthFactor(mean(0, 0.0)),
            roughness_factor: json::material::StrengthFactor(mean(1, 0.6)),
            ..Default::default()
        },
        ..Default::default()
    }
}

/// The JSON document and its binary chunk, growing together.
#[derive(Default)]
struct Document {
    root: json::Root,
    binary: Vec<u8>,
}

type AccessorIndex = json::Index<json::Accessor>;

impl Document {
    fn positions(&mut self, positions: &[[f32; 3]]) -> AccessorIndex {
        let [low, high] = bounds(positions);
        let bytes = little_endian(positions.iter().flatten().map(|number| number.to_le_bytes()));
        let view = self.view(&bytes, Target::ArrayBuffer, Some(12));
        self.accessor(Accessor {
            view,
            count: positions.len(),
            component: ComponentType::F32,
            shape: Type::Vec3,
            normalized: false,
            bounds: Some((low, high)),
        })
    }

    fn normals(&mut self, normals: &[[f32; 3]]) -> AccessorIndex {
        let bytes = little_endian(normals.iter().flatten().map(|number| number.to_le_bytes()));
        let view = self.view(&bytes, Target::ArrayBuffer, Some(12));
        self.accessor(Accessor {
            view,
            count: normals.len(),
            component: ComponentType::F32,
            shape: Type::Vec3,
            normalized: false,
            bounds: None,
        })
    }

    fn uvs(&mut self, uvs: &[[f32; 2]]) -> AccessorIndex {
        let bytes = little_endian(uvs.iter().flatten().map(|number| number.to_le_bytes()));
        let view = self.view(&bytes, Target::ArrayBuffer, Some(8));
        self.accessor(Accessor {
            view,
            count: uvs.len(),
            component: ComponentType::F32,
            shape: Type::Vec2,
            normalized: false,
            bounds: None,
        })
    }

    /// Colours are linear in `COLOR_0`. As normalized 16-bit RGBA: half the bytes of floats, four-byte aligned without
    /// padding (three 16-bit channels are not), and where sRGB is steepest (12.92 at black) a step is 1/20 of an
    /// 8-bit sRGB level. 8 bits would band in the dark.
    fn colors(&mut self, colors: &[[f32; 3]]) -> AccessorIndex {
        let quantize = |encoded: f32| (srgb_to_linear(encoded.clamp(0.0, 1.0)) * 65535.0).round() as u16;
        let channels = colors.iter().flat_map(|color| {
            let [red, green, blue] = color.map(quantize);
            [red, green, blue, u16::MAX]
        });
        let bytes = little_endian(channels.map(u16::to_le_bytes));
        let view = self.view(&bytes, Target::ArrayBuffer, Some(8));
        self.accessor(Accessor {
            view,
            count: colors.len(),
            component: ComponentType::U16,
            shape: Type::Vec4,
            normalized: true,
            bounds: None,
        })
    }

    /// Indices in 16 bits below 65536 vertices: the largest is then 65534, and 65535 is reserved by the format.
    fn indices(&mut self, triangles: &[[u32; 3]], vertices: usize) -> AccessorIndex {
        let all = triangles.iter().flatten();
        let (bytes, component) = if vertices < 65536 {
            (little_endian(all.map(|&index| (index as u16).to_le_bytes())), ComponentType::U16)
        } else {
            (little_endian(all.map(|&index| index.to_le_bytes())), ComponentType::U32)
        };
        let view = self.view(&bytes, Target::ElementArrayBuffer, None);
        self.accessor(Accessor {
            view,
            count: triangles.len() * 3,
            component,
            shape: Type::Scalar,
            normalized: false,
            bounds: None,
        })
    }

    /// Appends bytes to the binary chunk, padded to four.
    fn view(&mut self, bytes: &[u8], target: Target, stride: Option<usize>) -> json::Index<View> {
        self.push_view(bytes, Some(target), stride)
    }

    /// Bytes that are no vertices: an image.
    fn plain_view(&mut self, bytes: &[u8]) -> json::Index<View> {
        self.push_view(bytes, None, None)
    }

    fn push_view(
        &mut self,
        bytes: &[u8],
        target: Option<Target>,
        stride: Option<usize>,
    ) -> json::Index<View> {
        let view = View {
            buffer: json::Index::new(0),
            byte_length: bytes.len().into(),
            byte_offset: Some(self.binary.len().into()),
            byte_stride: stride.map(Stride),
            name: None,
            target: target.map(Valid),
            extensions: None,
            extras: None,
        };
        self.binary.extend_from_slice(bytes);
        self.binary.resize(self.binary.len().next_multiple_of(4), 0);
        self.root.push(view)
    }

    fn accessor(&mut self, accessor: Accessor) -> AccessorIndex {
        self.root.push(json::Accessor {
            buffer_view: Some(accessor.view),
            byte_offset: Some(0usize.into()),
            count: accessor.count.into(),
            component_type: Valid(GenericComponentType(accessor.component)),
            extensions: None,
            extras: None,
            type_: Valid(accessor.shape),
            min: accessor.bounds.map(|(low, _)| Value::from(low.to_vec())),
            max: accessor.bounds.map(|(_, high)| Value::from(high.to_vec())),
            name: None,
            normalized: accessor.normalized,
            sparse: None,
        })
    }

    fn finish(mut self, primitive: json::mesh::Primitive, info: &AssetInfo) -> Result<Vec<u8>, GltfError> {
        let name = Some(object_name(&info.prompt));
        self.root.push(json::Buffer {
            byte_length: self.binary.len().into(),
            name: None,
            uri: None,
            extensions: None,
            extras: None,
        });
        let mesh = self.root.push(json::Mesh {
            extensions: None,
            extras: None,
            name: name.clone(),
            primitives: vec![primitive],
            weights: None,
        });
        let node = self.root.push(json::Node { mesh: Some(mesh), name, ..Default::default() });
        let scene = json::Scene { extensions: None, extras: None, name: None, nodes: vec![node] };
        self.root.scene = Some(self.root.push(scene));
        let mut extras = info.extras.clone();
        extras.insert("prompt".to_owned(), Value::from(info.prompt.as_str()));
        self.root.asset.generator = Some(format!("libatt3d {}", env!("CARGO_PKG_VERSION")));
        self.root.asset.extras = Some(serde_json::value::to_raw_value(&extras)?);
        self.container()
    }

    /// The GLB container: a header, then the JSON and binary chunks, each padded to four bytes.
    fn container(self) -> Result<Vec<u8>, GltfError> {
        let mut text = json::serialize::to_vec(&self.root)?;
        text.resize(text.len().next_multiple_of(4), b' ');
        let bytes = 12 + 8 + text.len() + 8 + self.binary.len();
        let total = u32::try_from(bytes).map_err(|_| GltfError::TooLargeToWrite { bytes })?;
        let mut glb = Vec::with_capacity(bytes);
        glb.extend_from_slice(b"glTF");
        glb.extend_from_slice(&2u32.to_le_bytes());
        glb.extend_from_slice(&total.to_le_bytes());
        for (kind, chunk) in [(b"JSON", &text), (b"BIN\0", &self.binary)] {
            // No chunk is longer than the whole, which fits.
            glb.extend_from_slice(&(chunk.len() as u32).to_le_bytes());
            glb.extend_from_slice(kind);
            glb.extend_from_slice(chunk);
        }
        Ok(glb)
    }
}

struct Accessor {
    view: json::Index<View>,
    count: usize,
    component: ComponentType,
    shape: Type,
    normalized: bool,
    bounds: Option<([f32; 3], [f32; 3])>,
}

fn little_endian<const N: usize>(numbers: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(numbers.size_hint().0 * N);
    numbers.for_each(|number| bytes.extend_from_slice(&number));
    bytes
}

/// The prompt as an object's name: hosts show it in one line, and Blender cuts names at 63 bytes.
fn object_name(prompt: &str) -> String {
    let line = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut end = line.len().min(63);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    if end == 0 { "asset".to_owned() } else { line[..end].trim_end().to_owned() }
}
