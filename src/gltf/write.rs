//! Encodes a mesh as GLB.

use std::collections::BTreeMap;
use std::path::Path;

use gltf_json as json;
use json::accessor::Type;
use json::mesh::{Primitive, Semantic};
use json::validation::Checked::Valid;

use serde::{Deserialize, Serialize};

use super::GltfError;
use crate::mesh::{Mesh, MorphTarget, Up};

mod animation;
mod document;
mod info;
mod textures;

pub use animation::{AnimationFrame, encode_frames, encode_frames_compressed};
use document::{AccessorIndex, Builder, check_seconds};
pub use info::AssetInfo;
pub(super) use textures::IMAGES;
pub use textures::{PackedTextures, Textures};

#[cfg(test)]
mod tests;

/// Optional contents of a file in addition to its mesh.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// Textures in place of vertex colors. With textures, the mesh must have texture coordinates.
    pub textures: Option<Textures<'a>>,
    /// Further levels of detail: the triangles of meshes with the same vertices. Each becomes a mesh named
    /// `NAME_LOD1` and so on; the mesh itself becomes `NAME_LOD0`.
    pub levels: &'a [Vec<[u32; 3]>],
    /// Convex collision hulls of the mesh, in the space of the mesh.
    pub hulls: &'a [Mesh],
    /// The program that must recognize the hulls by their names.
    pub host: Host,
    /// The mesh's vertices at further keyframes. They become morph targets of the mesh and of its levels. An
    /// animation moves the mesh through the keyframes in turn.
    pub targets: &'a [MorphTarget],
    /// Seconds from one keyframe to the next; 0 means 1.
    pub seconds: f32,
}

/// A program that recognizes collision meshes by their names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Host {
    /// Unreal: `UCX_NAME`, or `UCX_NAME_00` and so on for several hulls.
    #[default]
    Unreal,
    /// Godot: `NAME-convcolonly`, or `NAME_00-convcolonly` and so on for several hulls.
    Godot,
}

impl Host {
    /// Returns a hull's name. number: the hull's index, if there are several.
    fn hull_name(self, mesh: &str, number: Option<usize>) -> String {
        let number = number.map_or_else(String::new, |number| format!("_{number:02}"));
        match self {
            Self::Unreal => format!("UCX_{mesh}{number}"),
            Self::Godot => format!("{mesh}{number}-convcolonly"),
        }
    }
}

/// Encodes a mesh as GLB: positions and indices. Adds normals, texture coordinates and linear vertex colors
/// if the mesh has them. The file has one material with the mean metallic and roughness, since glTF has
/// neither per vertex.
///
/// Errors: `Mesh` for an empty or inconsistent mesh, `Scale`, `UpAxis`, `TooLargeToWrite`.
pub fn encode_glb(mesh: &Mesh, info: &AssetInfo) -> Result<Vec<u8>, GltfError> {
    encode_asset(mesh, &Beside::default(), info)
}

/// Encodes a mesh like [`encode_glb`], with the contents of `beside`. Errors: those of [`encode_glb`];
/// `NoCoordinates`, `Image`, `Seconds`.
pub fn encode_asset(mesh: &Mesh, beside: &Beside<'_>, info: &AssetInfo) -> Result<Vec<u8>, GltfError> {
    asset(mesh, beside, info, false)
}

/// Encodes like [`encode_asset`], and makes the file smaller by `KHR_mesh_quantization` and
/// `EXT_meshopt_compression`. Hosts must support both extensions. Errors: those of [`encode_asset`].
pub fn encode_asset_compressed(
    mesh: &Mesh,
    beside: &Beside<'_>,
    info: &AssetInfo,
) -> Result<Vec<u8>, GltfError> {
    asset(mesh, beside, info, true)
}

fn asset(
    mesh: &Mesh,
    beside: &Beside<'_>,
    info: &AssetInfo,
    is_compressed: bool,
) -> Result<Vec<u8>, GltfError> {
    crate::error::fault("gltf");
    mesh.check()?;
    if info.placement.up != Up::Y {
        return Err(GltfError::UpAxis);
    }
    let positions = info.placement.positions(mesh)?;
    let mut document = Builder::default();
    let attributes = attributes(&mut document, mesh, &positions, beside.textures.as_ref());
    let targets = morph_targets(&mut document, mesh, &positions, beside.targets, info)?;
    let mut material = material(&mesh.metallic_roughness);
    if let Some(textures) = &beside.textures {
        if mesh.uvs.is_empty() {
            return Err(GltfError::NoCoordinates);
        }
        let repeats = mesh.uvs.iter().flatten().any(|part| !(0.0..=1.0).contains(part));
        material = document.textured(material, textures, repeats)?;
    }
    let material = document.root.push(material);
    let drawn = |document: &mut Builder, name: &str, triangles: &[[u32; 3]]| {
        let indices = Some(document.indices(triangles, positions.len()));
        document.node(
            name,
            Primitive { targets: targets.clone(), ..primitive(attributes.clone(), indices, Some(material)) },
        )
    };
    let has_parts = !beside.levels.is_empty() || !beside.hulls.is_empty();
    let object = object_name(&info.prompt, if has_parts { LONGEST_NAME - AFFIXES } else { LONGEST_NAME });
    let name = if beside.levels.is_empty() { object.clone() } else { format!("{object}_LOD0") };
    let mut nodes = vec![drawn(&mut document, &name, &mesh.triangles)];
    for (level, triangles) in (1..).zip(beside.levels) {
        Mesh::check_triangles(triangles, positions.len())?;
        nodes.push(drawn(&mut document, &format!("{object}_LOD{level}"), triangles));
    }
    if !beside.targets.is_empty() {
        let seconds = if beside.seconds == 0.0 { 1.0 } else { beside.seconds };
        check_seconds(seconds, beside.targets.len())?;
        document.name_targets(beside.targets)?;
        document.walk(&nodes, beside.targets.len(), seconds);
    }
    for (number, hull) in beside.hulls.iter().enumerate() {
        hull.check()?;
        let corners = info.placement.positions_beside(mesh, &hull.positions)?;
        let attributes = BTreeMap::from([(Valid(Semantic::Positions), document.positions(&corners))]);
        let indices = Some(document.indices(&hull.triangles, corners.len()));
        let hull_name = beside.host.hull_name(&name, (beside.hulls.len() > 1).then_some(number));
        nodes.push(document.node(&hull_name, primitive(attributes, indices, None)));
    }
    document.finish(nodes, info, is_compressed)
}

/// Adds one mesh with its colors as a node of a larger document. It is placed with the scale and pivot of the
/// first mesh, so that growth and movement between the meshes stay visible.
fn encode_parts(
    document: &mut Builder,
    (mesh, name): (&Mesh, &str),
    first: &Mesh,
    info: &AssetInfo,
) -> Result<json::Index<json::Node>, GltfError> {
    mesh.check()?;
    let positions = info.placement.positions_beside(first, &mesh.positions)?;
    let attributes = attributes(document, mesh, &positions, None);
    let material = document.root.push(material(&mesh.metallic_roughness));
    let indices = Some(document.indices(&mesh.triangles, positions.len()));
    Ok(document.node(&object_name(name, LONGEST_NAME), primitive(attributes, indices, Some(material))))
}

/// Encodes the targets for a primitive. They are placed with the mesh's scale and pivot.
fn morph_targets(
    document: &mut Builder,
    mesh: &Mesh,
    positions: &[[f32; 3]],
    targets: &[MorphTarget],
    info: &AssetInfo,
) -> Result<Option<Vec<json::mesh::MorphTarget>>, GltfError> {
    if targets.is_empty() {
        return Ok(None);
    }
    let placed: Vec<Vec<[f32; 3]>> = targets
        .iter()
        .map(|target| info.placement.positions_beside(mesh, &target.positions))
        .collect::<Result<_, _>>()?;
    Ok(Some(document.morph_targets(mesh, positions, &placed, targets)?))
}

type Attributes = BTreeMap<json::validation::Checked<Semantic>, AccessorIndex>;

/// Encodes the mesh's vertices: positions, and normals and texture coordinates if the mesh has them. Adds
/// tangents if there is a normal map, and colors if there are no textures.
fn attributes(
    document: &mut Builder,
    mesh: &Mesh,
    positions: &[[f32; 3]],
    textures: Option<&Textures<'_>>,
) -> Attributes {
    let mut found = BTreeMap::from([(Valid(Semantic::Positions), document.positions(positions))]);
    if !mesh.normals.is_empty() {
        let accessor = document.floats(&mesh.unit_normals(), Type::Vec3, None);
        found.insert(Valid(Semantic::Normals), accessor);
    }
    if !mesh.uvs.is_empty() {
        found.insert(Valid(Semantic::TexCoords(0)), document.floats(&mesh.uvs, Type::Vec2, None));
    }
    let is_bumpy = textures.is_some_and(|textures| !textures.normal.is_empty());
    if is_bumpy && !mesh.tangents.is_empty() && !mesh.normals.is_empty() {
        found.insert(Valid(Semantic::Tangents), document.floats(&mesh.tangents, Type::Vec4, None));
    }
    // glTF multiplies vertex colors and textures, so writing both would square the colors.
    if !mesh.colors.is_empty() && textures.is_none() {
        found.insert(Valid(Semantic::Colors(0)), document.colors(&mesh.colors));
    }
    found
}

fn primitive(
    attributes: Attributes,
    indices: Option<AccessorIndex>,
    material: Option<json::Index<json::Material>>,
) -> Primitive {
    Primitive {
        attributes,
        extensions: None,
        extras: None,
        indices,
        material,
        mode: Valid(json::mesh::Mode::Triangles),
        targets: None,
    }
}

/// Encodes a mesh ([`encode_glb`]) and writes it to `path`. A partial file is never left behind.
///
/// Errors: those of [`encode_glb`], and `Write` with the path.
pub fn write_glb(path: &Path, mesh: &Mesh, info: &AssetInfo) -> Result<(), GltfError> {
    let bytes = encode_glb(mesh, info)?;
    Ok(crate::files::write_whole(path, &bytes)?)
}

/// Returns one opaque, single-sided material with the mean metallic and roughness: 0 and 0.6 if there are no
/// values. Means are over vertices, since extraction spreads the vertices evenly over the surface.
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

/// Largest length of a name in bytes: Blender truncates longer names.
const LONGEST_NAME: usize = 63;
/// Bytes of `_LOD0_00-convcolonly`, the longest text that is added to a name.
const AFFIXES: usize = 20;

/// Returns the prompt as an object's name on one line, at most `longest` bytes long.
fn object_name(prompt: &str, longest: usize) -> String {
    let line = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut end = line.len().min(longest);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    if end == 0 { "asset".to_owned() } else { line[..end].trim_end().to_owned() }
}
