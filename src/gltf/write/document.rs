//! Builds a new glTF document: its JSON and its binary chunk.

use gltf_json as json;
use json::accessor::{ComponentType, GenericComponentType, Type};
use json::buffer::{Stride, Target, View};
use json::validation::Checked::Valid;
use serde::Deserialize;
use serde_json::Value;

use super::info::AssetInfo;
use crate::color::srgb_to_linear;
use crate::gltf::GltfError;
use crate::gltf::compress::compressed;
use crate::gltf::document::container::closed;
use crate::gltf::document::schema;
use crate::gltf::error::invalid;
use crate::mesh::{MorphTarget, bounds};

/// A JSON document and its binary chunk, to which data is appended.
#[derive(Default)]
pub(super) struct Builder {
    /// The JSON.
    pub(super) root: json::Root,
    binary: Vec<u8>,
}

pub(super) type AccessorIndex = json::Index<json::Accessor>;

impl Builder {
    pub(super) fn positions(&mut self, positions: &[[f32; 3]]) -> AccessorIndex {
        let [low, high] = bounds(positions);
        self.floats(positions, Type::Vec3, Some((low.to_vec(), high.to_vec())))
    }

    /// Appends one vector of floats per vertex.
    pub(super) fn floats<const N: usize>(
        &mut self,
        values: &[[f32; N]],
        shape: Type,
        bounds: Option<(Vec<f32>, Vec<f32>)>,
    ) -> AccessorIndex {
        let bytes = little_endian(values.iter().flatten().map(|number| number.to_le_bytes()));
        let view = self.view(&bytes, Target::ArrayBuffer, Some(size_of::<[f32; N]>()));
        let count = values.len();
        self.accessor(Accessor {
            view,
            count,
            component: ComponentType::F32,
            shape,
            normalized: false,
            bounds,
        })
    }

    /// Appends colors (sRGB) as linear normalized 16-bit RGBA, since `COLOR_0` is linear. This takes 8 bytes
    /// per color instead of 12 for RGB floats, and needs no padding, unlike three 16-bit channels. Where the
    /// sRGB curve is steepest (slope 12.92 at black), a 16-bit step is 1/20 of an 8-bit sRGB level. With 8
    /// bits per channel, dark colors would show bands.
    pub(super) fn colors(&mut self, colors: &[[f32; 3]]) -> AccessorIndex {
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

    /// Appends vertex indices. They have 16 bits if there are fewer than 65536 vertices: the largest index is
    /// then 65534, and the format reserves 65535.
    pub(super) fn indices(&mut self, triangles: &[[u32; 3]], vertices: usize) -> AccessorIndex {
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

    /// Appends vertex data or indices to the binary chunk, and pads the chunk to a multiple of four bytes.
    fn view(&mut self, bytes: &[u8], target: Target, stride: Option<usize>) -> json::Index<View> {
        self.push_view(bytes, Some(target), stride)
    }

    /// Appends bytes that are not vertex data, such as an image.
    pub(super) fn plain_view(&mut self, bytes: &[u8]) -> json::Index<View> {
        self.push_view(bytes, None, None)
    }

    /// Appends floats that are not vertex data, such as those of an animation.
    pub(super) fn plain_floats<const N: usize>(&mut self, values: &[[f32; N]]) -> json::Index<View> {
        let bytes = little_endian(values.iter().flatten().map(|number| number.to_le_bytes()));
        self.plain_view(&bytes)
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

    /// Adds an accessor of floats that are not vertex data. ends: minimum and maximum of each component;
    /// `None` to write neither.
    pub(super) fn plain_accessor(
        &mut self,
        view: json::Index<View>,
        count: usize,
        shape: Type,
        ends: Option<(Vec<f32>, Vec<f32>)>,
    ) -> AccessorIndex {
        self.accessor(Accessor {
            view,
            count,
            component: ComponentType::F32,
            shape,
            normalized: false,
            bounds: ends,
        })
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
            min: accessor.bounds.as_ref().map(|(low, _)| Value::from(low.clone())),
            max: accessor.bounds.map(|(_, high)| Value::from(high)),
            name: None,
            normalized: accessor.normalized,
            sparse: None,
        })
    }

    /// Adds a mesh of one primitive, in a node of the same name.
    pub(super) fn node(&mut self, name: &str, primitive: json::mesh::Primitive) -> json::Index<json::Node> {
        let mesh = self.root.push(json::Mesh {
            extensions: None,
            extras: None,
            name: Some(name.to_owned()),
            primitives: vec![primitive],
            weights: None,
        });
        self.root.push(json::Node { mesh: Some(mesh), name: Some(name.to_owned()), ..Default::default() })
    }

    /// Writes the names of the morph targets to `extras.targetNames` of all meshes added so far, where hosts
    /// read them. Sets all weights to 0, which shows the first keyframe.
    pub(super) fn name_targets(&mut self, targets: &[MorphTarget]) -> Result<(), GltfError> {
        let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
        for mesh in &mut self.root.meshes {
            mesh.weights = Some(vec![0.0; targets.len()]);
            mesh.extras =
                Some(serde_json::value::to_raw_value(&serde_json::json!({ "targetNames": names }))?);
        }
        Ok(())
    }

    /// Encodes the file. nodes: the nodes of the scene. is_compressed: whether to compress the file.
    pub(super) fn finish(
        mut self,
        nodes: Vec<json::Index<json::Node>>,
        info: &AssetInfo,
        is_compressed: bool,
    ) -> Result<Vec<u8>, GltfError> {
        self.root.push(json::Buffer {
            byte_length: self.binary.len().into(),
            name: None,
            uri: None,
            extensions: None,
            extras: None,
        });
        let scene = json::Scene { extensions: None, extras: None, name: None, nodes };
        self.root.scene = Some(self.root.push(scene));
        let mut extras = info.extras.clone();
        extras.insert("prompt".to_owned(), Value::from(info.prompt.as_str()));
        self.root.asset.generator = Some(format!("libatt3d {}", env!("CARGO_PKG_VERSION")));
        self.root.asset.extras = Some(serde_json::value::to_raw_value(&extras)?);
        if is_compressed {
            let document = serde_json::to_value(&self.root)?;
            let root = schema::Root::deserialize(&document).map_err(|error| invalid(error.to_string()))?;
            return compressed(document, &root, &self.binary);
        }
        closed(json::serialize::to_vec(&self.root)?, self.binary)
    }
}

struct Accessor {
    view: json::Index<View>,
    count: usize,
    component: ComponentType,
    shape: Type,
    normalized: bool,
    bounds: Option<(Vec<f32>, Vec<f32>)>,
}

fn little_endian<const N: usize>(numbers: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(numbers.size_hint().0 * N);
    numbers.for_each(|number| bytes.extend_from_slice(&number));
    bytes
}

/// Checks that the time per key is positive and that the time of the last key is finite. Errors: `Seconds`.
pub(super) fn check_seconds(seconds: f32, keys: usize) -> Result<(), GltfError> {
    if (seconds * keys as f32).is_finite() && seconds > 0.0 {
        Ok(())
    } else {
        Err(GltfError::Seconds { found: seconds })
    }
}
