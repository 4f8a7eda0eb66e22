//! A GLB as one mesh: what `att3d render` draws.
//!
//! Bytes come from outside. The `gltf` crate splits the container and reads the JSON; its accessor readers and its
//! `Validate` index without checks and so are not used: every index and every range is checked here, and memory is
//! taken only for numbers that the file holds, and for images and compressed geometry that their bytes may unfold to.

pub(super) mod accessor;
mod compressed;
mod content;
mod parts;
mod picture;
mod scene;
mod skin;
mod sparse;
mod texture;

use std::io::Read;
use std::path::Path;

use gltf_json as json;
use serde_json::{Map, Value};

use super::GltfError;
use crate::color::{linear_to_srgb, srgb_to_linear};
use crate::mesh::Mesh;
use accessor::Buffers;
pub(super) use content::{container, split};
pub use parts::{Part, parse_parts};
use scene::{Instance, Transform};
use texture::Images;

#[cfg(test)]
mod tests;

/// The largest file read. Far above what a picture needs; a wrong path (a device, a disk image) stops here.
const MAX_FILE_BYTES: u64 = 1 << 30;
/// The most vertices, and the most indices, of all instances together: a small file can place one mesh many times.
/// A 512³ mesh, the finest a game would take, has some 6 million indices.
const MAX_ELEMENTS: u64 = 1 << 24;
/// Extensions of vertices and indices that are read.
const GEOMETRY: [&str; 2] = ["KHR_mesh_quantization", "EXT_meshopt_compression"];

/// A GLB's content: all its meshes as one, in the file's frame (metres, +Y up).
#[derive(Debug, Clone, Default)]
pub struct ReadAsset {
    /// The meshes, instances placed, without texture coordinates. Colours are sRGB; they, metallic and roughness are the
    /// material's and what its textures say where the vertices lie.
    pub mesh: Mesh,
    /// `asset.generator`, where given.
    pub generator: Option<String>,
    /// `asset.extras`, where it is an object: for our own files the prompt, model and resolution.
    pub extras: Map<String, Value>,
}

/// Reads a GLB file ([`parse_glb`]). Errors: `Open` naming the path, `Invalid`, `Unsupported`.
pub fn read_glb(path: &Path) -> Result<ReadAsset, GltfError> {
    parse_glb(&read_bytes(path)?)
}

/// A GLB file's bytes, of at most a gibibyte. Errors: `Open` naming the path, `Unsupported`.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, GltfError> {
    let open = |source| GltfError::Open { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(open)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(open)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(unsupported(format!("more than {MAX_FILE_BYTES} bytes")));
    }
    Ok(bytes)
}

/// Parses a GLB held in memory. Never panics, whatever the bytes.
///
/// Drawn: triangles with positions, normals (flat where absent), `COLOR_0`, material factors, base colour and
/// metallic-roughness textures (PNG or JPEG within the file, read at the vertices), placed by the scene's nodes. Errors: `Invalid`
/// for damaged files; `Unsupported` for files that would look wrong without what is missing here (emissive textures, skins,
/// weights of morph targets, transparency, required extensions but for those of compressed and quantized geometry, external buffers).
/// Normal maps and baked occlusion are left out, and so is what is not for the eye: shapes for collisions, lower levels of detail, nodes of no size.
pub fn parse_glb(bytes: &[u8]) -> Result<ReadAsset, GltfError> {
    let content = split(bytes)?;
    let (root, buffers) = (&content.root, content.buffers());
    let is_read = |extension: &String| GEOMETRY.contains(&extension.as_str());
    if let Some(extension) = root.extensions_required.iter().find(|extension| !is_read(extension)) {
        return Err(unsupported(format!("the required extension {extension}")));
    }
    let images = Images::new(&buffers);
    let instances = scene::instances(root)?;
    check_total(root, &instances)?;
    let mut mesh = Mesh::default();
    for Instance { mesh: index, transform, weights, skin, .. } in &instances {
        if skin.is_some() {
            return Err(unsupported("a skinned mesh"));
        }
        let source = root.meshes.get(*index).ok_or_else(|| missing("mesh", *index))?;
        if weights.as_ref().or(source.weights.as_ref()).into_iter().flatten().any(|weight| *weight != 0.0) {
            return Err(unsupported("a mesh that rests between morph targets"));
        }
        for primitive in &source.primitives {
            append(&mut mesh, &read_primitive(&buffers, &images, primitive)?, transform);
        }
    }
    mesh.check().map_err(|fault| invalid(fault.to_string()))?;
    let extras =
        root.asset.extras.as_ref().and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    Ok(ReadAsset { mesh, generator: root.asset.generator.clone(), extras })
}

pub(super) fn invalid(what: impl Into<String>) -> GltfError {
    GltfError::Invalid { what: what.into() }
}

fn unsupported(what: impl Into<String>) -> GltfError {
    GltfError::Unsupported { what: what.into() }
}

fn missing(kind: &str, index: usize) -> GltfError {
    invalid(format!("{kind} {index} is named but does not exist"))
}

fn whole(number: u64) -> Result<usize, GltfError> {
    usize::try_from(number).map_err(|_| invalid(format!("a size of {number} bytes")))
}

/// Reads one primitive into a mesh with every attribute filled.
fn read_primitive(
    buffers: &Buffers<'_>,
    images: &Images<'_>,
    primitive: &json::mesh::Primitive,
) -> Result<Mesh, GltfError> {
    use json::mesh::Semantic;
    use json::validation::Checked::Valid;
    if !matches!(primitive.mode, Valid(json::mesh::Mode::Triangles)) {
        return Err(unsupported("a primitive that is not a list of triangles"));
    }
    let attribute = |semantic| primitive.attributes.get(&Valid(semantic)).map(|index| index.value());
    let positions = attribute(Semantic::Positions).ok_or_else(|| invalid("a primitive has no POSITION"))?;
    let positions = buffers.quantized(positions, "POSITION")?;
    let vertices = positions.len();
    let triangles = match primitive.indices {
        Some(index) => buffers.triangles(index.value())?,
        None => sequential(vertices)?,
    };
    let material_index = primitive.material.map(|index| index.value());
    let material = material(buffers.root, material_index)?;
    check_drawn(buffers.root, material_index)?;
    let colors = match attribute(Semantic::Colors(0)) {
        Some(index) => buffers.colors(index, vertices)?,
        None => vec![[1.0; 3]; vertices],
    };
    let normals = match attribute(Semantic::Normals) {
        Some(index) => buffers.of_vertices(index, vertices, "NORMAL")?,
        None => Vec::new(),
    };
    // What a texture says at each vertex; nothing without one.
    let sampled = |texture: Option<Texture>| -> Result<Vec<[f32; 3]>, GltfError> {
        let Some(Texture { index, set }) = texture else { return Ok(Vec::new()) };
        let uvs = attribute(Semantic::TexCoords(set)).ok_or_else(|| {
            invalid(format!("a primitive has no TEXCOORD_{set}, and its material a texture"))
        })?;
        images.sample(index, &buffers.uvs(uvs, vertices)?)
    };
    let (base, surface) = (sampled(material.color_texture)?, sampled(material.surface_texture)?);
    let tint = |(vertex, color): (usize, [f32; 3])| {
        let painted = base.get(vertex).map_or([1.0; 3], |color| color.map(srgb_to_linear));
        std::array::from_fn(|channel| {
            linear_to_srgb((color[channel] * material.color[channel] * painted[channel]).clamp(0.0, 1.0))
        })
    };
    let metal = |vertex: usize| {
        let [_, roughness, metallic] = surface.get(vertex).copied().unwrap_or([1.0; 3]);
        [material.metallic_roughness[0] * metallic, material.metallic_roughness[1] * roughness]
    };
    let mesh = Mesh {
        positions,
        normals,
        colors: colors.into_iter().enumerate().map(tint).collect(),
        metallic_roughness: (0..vertices).map(metal).collect(),
        triangles,
        uvs: Vec::new(),
        tangents: Vec::new(),
    };
    mesh.check().map_err(|fault| invalid(fault.to_string()))?;
    Ok(if mesh.normals.is_empty() { flat(&mesh) } else { mesh })
}

/// Triangles of a primitive without indices: each three vertices in turn.
fn sequential(vertices: usize) -> Result<Vec<[u32; 3]>, GltfError> {
    let count = u32::try_from(vertices / 3).map_err(|_| unsupported(format!("{vertices} vertices")))?;
    Ok((0..count).map(|triangle| [triangle * 3, triangle * 3 + 1, triangle * 3 + 2]).collect())
}

/// The mesh with each triangle's corners its own and its face normal: what the format asks for absent normals.
/// The mesh has been checked, so indices exist.
fn flat(mesh: &Mesh) -> Mesh {
    let corners: Vec<usize> = mesh.triangles.iter().flatten().map(|&index| index as usize).collect();
    let positions: Vec<[f32; 3]> = corners.iter().map(|&index| mesh.positions[index]).collect();
    let normals =
        positions.chunks_exact(3).flat_map(|face| [face_normal(face[0], face[1], face[2]); 3]).collect();
    Mesh {
        normals,
        colors: corners.iter().map(|&index| mesh.colors[index]).collect(),
        metallic_roughness: corners.iter().map(|&index| mesh.metallic_roughness[index]).collect(),
        triangles: (0..mesh.triangles.len() as u32)
            .map(|face| [face * 3, face * 3 + 1, face * 3 + 2])
            .collect(),
        uvs: Vec::new(),
        tangents: Vec::new(),
        positions,
    }
}

fn face_normal(first: [f32; 3], second: [f32; 3], third: [f32; 3]) -> [f32; 3] {
    let [a, b]: [[f32; 3]; 2] =
        [second, third].map(|corner| std::array::from_fn(|axis| corner[axis] - first[axis]));
    scene::normalized([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])
}

/// A material's factors, colour linear, and its textures.
struct Material {
    color: [f32; 3],
    metallic_roughness: [f32; 2],
    color_texture: Option<Texture>,
    surface_texture: Option<Texture>,
}

/// A texture by its number, and the set of texture coordinates that it goes by.
#[derive(Clone, Copy)]
struct Texture {
    index: usize,
    set: u32,
}

impl From<&json::texture::Info> for Texture {
    fn from(info: &json::texture::Info) -> Self {
        Self { index: info.index.value(), set: info.tex_coord }
    }
}

/// Refuses a material that would look wrong without what is not drawn here.
fn check_drawn(root: &json::Root, index: Option<usize>) -> Result<(), GltfError> {
    let Some(material) = index.and_then(|index| root.materials.get(index)) else { return Ok(()) };
    if material.emissive_texture.is_some() {
        return Err(unsupported("a material with an emissive texture"));
    }
    if transparent(root, index) {
        return Err(unsupported("a transparent material"));
    }
    if material.emissive_factor.0.iter().any(|&channel| channel != 0.0) {
        return Err(unsupported("a glowing material"));
    }
    Ok(())
}

/// Is a material not opaque?
fn transparent(root: &json::Root, index: Option<usize>) -> bool {
    let material = index.and_then(|index| root.materials.get(index));
    material.is_some_and(|material| {
        !matches!(material.alpha_mode, json::validation::Checked::Valid(json::material::AlphaMode::Opaque))
    })
}

fn material(root: &json::Root, index: Option<usize>) -> Result<Material, GltfError> {
    let default = json::Material::default();
    let material = match index {
        Some(index) => root.materials.get(index).ok_or_else(|| missing("material", index))?,
        None => &default,
    };
    let surface = &material.pbr_metallic_roughness;
    let is_painted = surface.base_color_texture.is_some() || surface.metallic_roughness_texture.is_some();
    if is_painted && root.extensions_used.iter().any(|name| name == "KHR_texture_transform") {
        return Err(unsupported("textures that are moved by KHR_texture_transform"));
    }
    let [red, green, blue, _] = surface.base_color_factor.0;
    let factors = [surface.metallic_factor.0, surface.roughness_factor.0];
    Ok(Material {
        color: [red, green, blue],
        metallic_roughness: factors.map(|factor| factor.clamp(0.0, 1.0)),
        color_texture: surface.base_color_texture.as_ref().map(Texture::from),
        surface_texture: surface.metallic_roughness_texture.as_ref().map(Texture::from),
    })
}

/// Refuses, before anything is read, a file whose instances together are too many. Flat shading gives each index a
/// vertex, so both are counted as one.
fn check_total(root: &json::Root, instances: &[Instance]) -> Result<(), GltfError> {
    let count = |accessor: usize| root.accessors.get(accessor).map_or(0, |accessor| accessor.count.0);
    let elements = |primitive: &json::mesh::Primitive| {
        let positions =
            primitive.attributes.get(&json::validation::Checked::Valid(json::mesh::Semantic::Positions));
        let positions = positions.map_or(0, |index| count(index.value()));
        // One even of nothing: it is looked at.
        positions.max(primitive.indices.map_or(0, |index| count(index.value()))).max(1)
    };
    let totals: Vec<u64> = root
        .meshes
        .iter()
        .map(|mesh| mesh.primitives.iter().map(elements).fold(0, u64::saturating_add))
        .collect();
    let placed = instances.iter().map(|instance| totals.get(instance.mesh).copied().unwrap_or(0));
    if placed.fold(0, u64::saturating_add) > MAX_ELEMENTS {
        return Err(unsupported(format!("more than {MAX_ELEMENTS} vertices and indices, instances counted")));
    }
    Ok(())
}

/// Adds a primitive to the whole, placed.
fn append(whole: &mut Mesh, part: &Mesh, transform: &Transform) {
    let base = whole.positions.len() as u32;
    whole.positions.extend(part.positions.iter().map(|&position| transform.point(position)));
    whole.normals.extend(part.normals.iter().map(|&normal| transform.normal(normal)));
    whole.colors.extend_from_slice(&part.colors);
    whole.metallic_roughness.extend_from_slice(&part.metallic_roughness);
    let mirrored = transform.mirrors();
    whole.triangles.extend(part.triangles.iter().map(|&[a, b, c]| {
        let [b, c] = if mirrored { [c, b] } else { [b, c] };
        [a + base, b + base, c + base]
    }));
}
