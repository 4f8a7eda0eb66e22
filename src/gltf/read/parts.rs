//! A GLB's primitives as their artist left them: what a shape is taken from, and what new colours are put on.
//!
//! Where the drawing reader would refuse a file that it cannot draw faithfully, this one takes the surface and leaves what is not
//! surface: a colour that can't be read is one that is not known.

use gltf_json as json;
use json::mesh::{Mode, Primitive, Semantic};
use json::validation::Checked::Valid;

use super::accessor::Buffers;
use super::scene::{self, Transform};
use super::skin;
use super::texture::Images;
use super::{GEOMETRY, Texture, check_total, invalid, material, missing, split, unsupported};
use crate::color::{linear_to_srgb, srgb_to_linear};
use crate::gltf::GltfError;
use crate::mesh::Mesh;

/// One primitive of a GLB.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its mesh's number in the file.
    pub mesh: usize,
    /// Its own number in the mesh.
    pub primitive: usize,
    /// Its material's number in the file, where it has one.
    pub material: Option<usize>,
    /// The surface in the scene's frame (metres, +Y up), its vertices in the file's order; a skinned one as its joints
    /// rest. Normals are the file's, or of length one and made of the triangles. sRGB colours where they can be read.
    pub surface: Mesh,
    /// Texture coordinates as the file has them, anywhere in the plane; empty where there are none.
    pub uvs: Vec<[f32; 2]>,
    /// Is it what a viewer shows? Not so a lower level of detail, and a frame of an animation that has not come yet.
    pub is_seen: bool,
    /// Does its node mirror it? Its triangles are wound the other way than in the file then.
    pub is_mirrored: bool,
    /// Why its colours are not known, where that is because they can't be read.
    pub unread: Option<String>,
}

impl Part {
    /// The surfaces of those parts that are seen, as one; without colours where one of them has none.
    pub fn joined(parts: &[Self]) -> Mesh {
        let mut whole = Mesh::default();
        for part in parts.iter().filter(|part| part.is_seen) {
            let first = whole.positions.len() as u32;
            whole.positions.extend_from_slice(&part.surface.positions);
            whole.normals.extend(part.surface.unit_normals());
            whole.colors.extend_from_slice(&part.surface.colors);
            let triangles = part.surface.triangles.iter();
            whole.triangles.extend(triangles.map(|triangle| triangle.map(|corner| corner + first)));
        }
        if whole.colors.len() != whole.positions.len() {
            whole.colors.clear();
        }
        whole
    }
}

/// Extensions that change nothing of where a surface is, or that are read.
fn is_harmless(extension: &str) -> bool {
    const KNOWN: [&str; 4] =
        ["KHR_texture_transform", "KHR_lights_punctual", "KHR_texture_basisu", "EXT_texture_webp"];
    GEOMETRY.contains(&extension) || KNOWN.contains(&extension) || extension.starts_with("KHR_materials_")
}

/// Every primitive that the scene places, as often as it does, but for shapes for collisions. Errors: `Invalid` for damaged files; `Unsupported` for geometry
/// compressed by Draco, and buffers outside of the file.
pub fn parse_parts(bytes: &[u8]) -> Result<Vec<Part>, GltfError> {
    let content = split(bytes)?;
    let (root, buffers) = (&content.root, content.buffers());
    if let Some(extension) = root.extensions_required.iter().find(|extension| !is_harmless(extension)) {
        return Err(unsupported(format!("the required extension {extension}: save it without")));
    }
    let images = Images::new(&buffers);
    let (instances, nodes) = scene::placed(root)?;
    check_total(root, &instances)?;
    let mut parts = Vec::new();
    for instance in &instances {
        let source = root.meshes.get(instance.mesh).ok_or_else(|| missing("mesh", instance.mesh))?;
        let joints = instance.skin.map(|skin| skin::joints(&buffers, skin, &nodes)).transpose()?;
        let transform = if joints.is_some() { Transform::IDENTITY } else { instance.transform };
        for (index, primitive) in source.primitives.iter().enumerate() {
            if let Some(mut surface) = surface(&buffers, primitive)? {
                if let Some(joints) = &joints {
                    skin::pose(&buffers, primitive, joints, &mut surface)?;
                }
                let (colors, unread) = colors(&buffers, &images, primitive, surface.positions.len());
                let uvs = texture_coordinates(&buffers, primitive, 0, surface.positions.len())?;
                parts.push(Part {
                    mesh: instance.mesh,
                    primitive: index,
                    material: primitive.material.map(|index| index.value()),
                    surface: placed(Mesh { colors, ..surface }, &transform),
                    uvs,
                    is_seen: instance.is_seen,
                    is_mirrored: transform.mirrors(),
                    unread,
                });
            }
        }
    }
    Ok(parts)
}

/// An attribute's accessor.
pub(super) fn attribute(primitive: &Primitive, semantic: Semantic) -> Option<usize> {
    primitive.attributes.get(&Valid(semantic)).map(|index| index.value())
}

/// Positions, normals and triangles; `None` of points and lines.
fn surface(buffers: &Buffers<'_>, primitive: &Primitive) -> Result<Option<Mesh>, GltfError> {
    let Valid(mode) = primitive.mode else { return Err(invalid("a primitive of no known mode")) };
    if !matches!(mode, Mode::Triangles | Mode::TriangleStrip | Mode::TriangleFan) {
        return Ok(None);
    }
    let positions =
        attribute(primitive, Semantic::Positions).ok_or_else(|| invalid("a primitive has no POSITION"))?;
    let positions = buffers.quantized(positions, "POSITION")?;
    let indices = match primitive.indices {
        Some(index) => buffers.indices(index.value())?,
        None => (0..u32::try_from(positions.len()).map_err(|_| unsupported("too many vertices"))?).collect(),
    };
    let normals = match attribute(primitive, Semantic::Normals) {
        Some(index) => buffers.of_vertices(index, positions.len(), "NORMAL")?,
        None => Vec::new(),
    };
    let mut mesh = Mesh { positions, normals, triangles: triangles(mode, &indices), ..Mesh::default() };
    if mesh.triangles.is_empty() {
        return Ok(None);
    }
    mesh.check().map_err(|fault| invalid(fault.to_string()))?;
    if mesh.normals.is_empty() {
        mesh.normals = mesh.mean_normals();
    }
    Ok(Some(mesh))
}

/// The triangles of a list, a strip or a fan.
fn triangles(mode: Mode, indices: &[u32]) -> Vec<[u32; 3]> {
    match mode {
        Mode::TriangleStrip => indices
            .windows(3)
            .enumerate()
            .filter_map(|(index, corners)| <[u32; 3]>::try_from(corners).ok().map(|corners| (index, corners)))
            // Every second one is wound the other way.
            .map(|(index, [a, b, c])| if index.is_multiple_of(2) { [a, b, c] } else { [b, a, c] })
            .collect(),
        Mode::TriangleFan => {
            let (first, rest) = indices.split_first().map_or((0, &[][..]), |(first, rest)| (*first, rest));
            rest.windows(2).filter_map(|pair| Some([first, *pair.first()?, *pair.get(1)?])).collect()
        }
        _ => indices.as_chunks::<3>().0.to_vec(),
    }
}

/// What is seen at the vertices; nothing, and why, where it can't be read.
fn colors(
    buffers: &Buffers<'_>,
    images: &Images<'_>,
    primitive: &Primitive,
    vertices: usize,
) -> (Vec<[f32; 3]>, Option<String>) {
    let read = || -> Result<Vec<[f32; 3]>, GltfError> {
        let material = material(buffers.root, primitive.material.map(|index| index.value()))?;
        let mut colors = vec![material.color; vertices];
        if let Some(index) = attribute(primitive, Semantic::Colors(0)) {
            let own = buffers.colors(index, vertices)?;
            multiply(&mut colors, &own);
        }
        if let Some(Texture { index, set }) = material.color_texture {
            let uvs = texture_coordinates(buffers, primitive, set, vertices)?;
            if uvs.is_empty() {
                return Err(invalid("a texture without coordinates"));
            }
            let painted = images.sample(index, &uvs)?;
            multiply(&mut colors, &painted.iter().map(|color| color.map(srgb_to_linear)).collect::<Vec<_>>());
        }
        Ok(colors
            .into_iter()
            .map(|color| color.map(|channel| linear_to_srgb(channel.clamp(0.0, 1.0))))
            .collect())
    };
    match read() {
        Ok(colors) if colors.iter().flatten().all(|channel| channel.is_finite()) => (colors, None),
        Ok(_) => (Vec::new(), Some("a colour that is no number".into())),
        Err(GltfError::Unsupported { what } | GltfError::Invalid { what }) => (Vec::new(), Some(what)),
        Err(error) => (Vec::new(), Some(error.to_string())),
    }
}

fn multiply(colors: &mut [[f32; 3]], by: &[[f32; 3]]) {
    for (color, by) in colors.iter_mut().zip(by) {
        *color = std::array::from_fn(|channel| color[channel] * by[channel]);
    }
}

/// A set of texture coordinates; empty where there is none.
fn texture_coordinates(
    buffers: &Buffers<'_>,
    primitive: &Primitive,
    set: u32,
    vertices: usize,
) -> Result<Vec<[f32; 2]>, GltfError> {
    let Some(index) = attribute(primitive, Semantic::TexCoords(set)) else { return Ok(Vec::new()) };
    // Plain integers mean nothing without the transform of a texture that brings them back.
    if buffers.is_plain_integer(index)? {
        return Ok(Vec::new());
    }
    let name = format!("TEXCOORD_{set}");
    let uvs: Vec<[f32; 2]> = buffers.of_vertices(index, vertices, &name)?;
    if uvs.iter().flatten().any(|part| !part.is_finite()) {
        return Err(invalid(format!("{name} holds what is no finite number")));
    }
    Ok(uvs)
}

/// The surface in the scene's frame.
fn placed(mut mesh: Mesh, transform: &Transform) -> Mesh {
    mesh.positions.iter_mut().for_each(|position| *position = transform.point(*position));
    mesh.normals.iter_mut().for_each(|normal| *normal = transform.normal(*normal));
    if transform.mirrors() {
        mesh.triangles.iter_mut().for_each(|[_, b, c]| std::mem::swap(b, c));
    }
    mesh
}
