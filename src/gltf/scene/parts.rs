//! The primitives of a document as the scene shows them. They serve for drawing, for taking a shape, and for
//! painting.

use std::sync::Arc;

use super::materials::{Look, Materials};
use super::morph::morph;
use super::nodes::{Instance, Placed, Transform};
use super::skin;
use super::warning::{Named, Warning};
use crate::appearance::Material;
use crate::color::linear_to_srgb;
use crate::gltf::GltfError;
use crate::gltf::document::accessor::Buffers;
use crate::gltf::document::schema::{self, Primitive, Root, TRIANGLE_FAN, TRIANGLE_STRIP, TRIANGLES};
use crate::gltf::error::{invalid, missing, unsupported};
use crate::mesh::Mesh;

/// Largest number of elements of all primitives of all instances together. A primitive counts with its
/// vertices or its indices, whichever are more. The limit is needed since a small file can place one mesh
/// many times. A mesh that is extracted from a grid of 512³ cells has some 6 million indices.
const MAX_ELEMENTS: u64 = 1 << 24;

/// One primitive in one place of the scene.
#[derive(Clone, Debug)]
pub struct ScenePart {
    /// Index of its mesh in the file.
    pub mesh: usize,
    /// Its index in the mesh.
    pub primitive: usize,
    /// Index of its material in the file, if it has one.
    pub material: Option<usize>,
    /// The material's appearance.
    pub look: Arc<Material>,
    /// The surface in the scene's frame (meters, +Y up), with morph targets and joints at rest. Its vertices
    /// are in the file's order. Normals are those of the file, or unit normals that are computed from the
    /// triangles. Tangents are those of the file if the material has a normal map, and are otherwise empty.
    pub surface: Mesh,
    /// Whether the file has normals for this primitive. The format requires flat shading of a primitive
    /// without normals.
    pub has_normals: bool,
    /// The first set of texture coordinates of the primitive, not limited to [0, 1]. It is empty if the
    /// primitive has none. It is also empty for unnormalized integers, which only a texture's transform
    /// scales to [0, 1].
    pub uvs: Vec<[f32; 2]>,
    /// Both sets of coordinates for texture lookups. The first is empty if it equals `uvs`.
    pub(in crate::gltf) lookups: [Vec<[f32; 2]>; 2],
    /// Linear color and alpha of each vertex, by which the material's color is multiplied; empty for white.
    pub colors: Vec<[f32; 4]>,
    /// Whether a viewer shows the primitive. This is false for a lower level of detail, for a hidden node,
    /// for an object that is never drawn, and for a frame of an animation that is not shown at the start.
    pub is_seen: bool,
    /// Whether its node mirrors the primitive. The winding of the triangles is then the reverse of the
    /// file's.
    pub is_mirrored: bool,
    /// The reason why its colors are unknown, if they cannot be read.
    pub unread: Option<String>,
}

impl ScenePart {
    /// Returns both sets of coordinates for texture lookups. A set that does not exist is empty.
    pub(super) fn lookups(&self) -> [&[[f32; 2]]; 2] {
        let [first, second] = &self.lookups;
        [if first.is_empty() { &self.uvs } else { first }, second]
    }

    /// Returns the base color (sRGB) at a vertex, or at a weighted mean of several. Returns `None` if
    /// colors are unknown.
    pub(super) fn color(&self, corners: &[(u32, f32)]) -> Option<[f32; 3]> {
        if self.unread.is_some() {
            return None;
        }
        let mut vertex = if self.colors.is_empty() { [1.0; 4] } else { [0.0; 4] };
        let mut uvs = [[0.0; 2]; 2];
        for &(corner, weight) in corners {
            if let Some(color) = self.colors.get(corner as usize) {
                vertex = std::array::from_fn(|channel| vertex[channel] + weight * color[channel]);
            }
            for (uv, set) in uvs.iter_mut().zip(self.lookups()) {
                if let Some(of_corner) = set.get(corner as usize) {
                    *uv = std::array::from_fn(|axis| uv[axis] + weight * of_corner[axis]);
                }
            }
        }
        let [red, green, blue, _] = self.look.base_color(uvs, vertex, [0.0; 2]);
        Some([red, green, blue].map(|channel| linear_to_srgb(channel.clamp(0.0, 1.0))))
    }

    /// Returns the base color on a triangle at the given barycentric weights: sRGB in [0, 1]. Returns `None`
    /// if colors are unknown, or if there is no such triangle.
    pub fn color_at(&self, triangle: usize, weights: [f64; 3]) -> Option<[f32; 3]> {
        let corners = self.surface.triangles.get(triangle)?;
        self.color(&[0, 1, 2].map(|corner| (corners[corner], weights[corner] as f32)))
    }

    /// Returns metallic and roughness on a triangle at the given barycentric weights. Returns `None` if there
    /// is no such triangle.
    pub fn metallic_roughness_at(&self, triangle: usize, weights: [f64; 3]) -> Option<[f32; 2]> {
        let corners = self.surface.triangles.get(triangle)?;
        let at = |set: &[[f32; 2]]| {
            let mut uv = [0.0; 2];
            for (&corner, weight) in corners.iter().zip(weights) {
                let of_corner = set.get(corner as usize).copied().unwrap_or_default();
                uv = [0, 1].map(|axis| uv[axis] + weight as f32 * of_corner[axis]);
            }
            uv
        };
        Some(self.look.metallic_roughness(self.lookups().map(at), [0.0; 2]))
    }

    /// Returns the base color at each vertex: sRGB in [0, 1]. Returns an empty list if colors are unknown.
    pub fn vertex_colors(&self) -> Vec<[f32; 3]> {
        (0..self.surface.positions.len() as u32).map_while(|vertex| self.color(&[(vertex, 1.0)])).collect()
    }

    /// Returns metallic and roughness at each vertex.
    pub fn vertex_metallic_roughness(&self) -> Vec<[f32; 2]> {
        let sets = self.lookups();
        let at = |vertex: usize| {
            let uvs = sets.map(|set| set.get(vertex).copied().unwrap_or_default());
            self.look.metallic_roughness(uvs, [0.0; 2])
        };
        (0..self.surface.positions.len()).map(at).collect()
    }
}

/// Reads every part that the scene places.
pub(super) fn read(
    buffers: &Buffers<'_>,
    placed: &Placed,
    materials: &Materials<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<ScenePart>, GltfError> {
    let root = buffers.document.root();
    check_total(root, &placed.instances)?;
    let mut parts = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for instance in &placed.instances {
        let mesh = root.meshes.get(instance.mesh).ok_or_else(|| missing("mesh", instance.mesh))?;
        let node = instance.node.and_then(|node| root.nodes.get(node));
        let joints = node
            .and_then(|node| node.skin)
            .map(|skin| skin::joints(buffers, skin, &placed.nodes))
            .transpose()?;
        let weights = node.and_then(|node| node.weights.as_ref()).or(mesh.weights.as_ref());
        for (index, primitive) in mesh.primitives.iter().enumerate() {
            let is_first = seen.insert((instance.mesh, index));
            let mut warn = |warning: Warning| {
                if is_first {
                    warnings.push(warning);
                }
            };
            let named = || Named { kind: "mesh", index: instance.mesh, name: mesh.name.clone() };
            if let Some(warning) = without_surface(primitive, index, named) {
                warn(warning);
                continue;
            }
            let look = materials.look(primitive.material)?;
            let Some(mut surface) = surface(buffers, primitive, &look)? else { continue };
            let has_normals = primitive.attributes.contains_key("NORMAL");
            if let Some(weights) = weights {
                morph(buffers, primitive, weights, &mut surface)?;
            }
            if !has_normals {
                surface.normals = surface.mean_normals();
            }
            if let Some(joints) = &joints {
                skin::pose(buffers, primitive, joints, &mut surface)?;
                let sets = skin::sets(primitive);
                if sets > 1 {
                    warn(Warning::JointSets { mesh: named(), sets });
                }
            }
            let transform = if joints.is_some() { Transform::IDENTITY } else { instance.transform };
            let place = (instance.mesh, index, instance.is_seen);
            parts.push(part(buffers, materials, primitive, place, look, (surface, has_normals, &transform))?);
        }
    }
    Ok(parts)
}

/// Assembles a part. place: the indices of its mesh and primitive, and whether it is seen.
fn part(
    buffers: &Buffers<'_>,
    materials: &Materials<'_>,
    primitive: &Primitive,
    (mesh, index, is_seen): (usize, usize, bool),
    look: Look,
    (surface, has_normals, transform): (Mesh, bool, &Transform),
) -> Result<ScenePart, GltfError> {
    let vertices = surface.positions.len();
    let mut sets = [Vec::new(), Vec::new()];
    for (number, set) in sets.iter_mut().enumerate() {
        *set = texture_coordinates(buffers, primitive, number, vertices)?;
    }
    let [first, second] = sets;
    let look = materials.fitted(primitive.material, look, [!first.is_empty(), !second.is_empty()]);
    let is_plain = match primitive.attribute("TEXCOORD_0") {
        Some(index) => buffers.is_plain_integer(index)?,
        None => false,
    };
    let (uvs, first) = if is_plain { (Vec::new(), first) } else { (first, Vec::new()) };
    let (colors, unread) = match vertex_colors(buffers, primitive, vertices) {
        Ok(colors) => (colors, look.unread),
        Err(GltfError::Unsupported { what } | GltfError::Invalid { what }) => (Vec::new(), Some(what)),
        Err(error) => return Err(error),
    };
    Ok(ScenePart {
        mesh,
        primitive: index,
        material: primitive.material,
        look: look.material,
        surface: moved(surface, transform),
        has_normals,
        uvs,
        lookups: [first, second],
        colors,
        is_seen,
        is_mirrored: transform.mirrors(),
        unread,
    })
}

/// Returns the reason why a primitive has no surface; `None` if it has one.
fn without_surface(primitive: &Primitive, index: usize, mesh: impl Fn() -> Named) -> Option<Warning> {
    let what = match primitive.mode {
        TRIANGLES | TRIANGLE_STRIP | TRIANGLE_FAN if primitive.attributes.contains_key("POSITION") => {
            return None;
        }
        TRIANGLES | TRIANGLE_STRIP | TRIANGLE_FAN => {
            return Some(Warning::NoPositions { mesh: mesh(), primitive: index });
        }
        0 => "points",
        1..=3 => "lines",
        _ => "an unknown mode",
    };
    Some(Warning::NoSurface { mesh: mesh(), primitive: index, what })
}

/// Reads positions, normals, triangles, and tangents where a normal map needs them. Returns `None` where
/// there are no triangles.
fn surface(buffers: &Buffers<'_>, primitive: &Primitive, look: &Look) -> Result<Option<Mesh>, GltfError> {
    let Some(positions) = primitive.attribute("POSITION") else { return Ok(None) };
    let positions: Vec<[f32; 3]> = buffers.quantized(positions, "POSITION")?;
    let vertices = positions.len();
    let indices = match primitive.indices {
        Some(index) => buffers.indices(index)?,
        None => (0..u32::try_from(vertices).map_err(|_| unsupported("too many vertices"))?).collect(),
    };
    let normals = match primitive.attribute("NORMAL") {
        Some(index) => buffers.of_vertices(index, vertices, "NORMAL")?,
        None => Vec::new(),
    };
    let tangents = match primitive.attribute("TANGENT") {
        Some(index) if look.material.normal_texture.is_some() && !normals.is_empty() => {
            buffers.of_vertices(index, vertices, "TANGENT")?
        }
        _ => Vec::new(),
    };
    let triangles = triangles(primitive.mode, &indices);
    if triangles.is_empty() {
        return Ok(None);
    }
    let mesh = Mesh { positions, normals, tangents, triangles, ..Mesh::default() };
    mesh.check().map_err(|fault| invalid(fault.to_string()))?;
    Ok(Some(mesh))
}

/// Returns the triangles of a list, a strip or a fan.
fn triangles(mode: u32, indices: &[u32]) -> Vec<[u32; 3]> {
    match mode {
        TRIANGLE_STRIP => indices
            .windows(3)
            .enumerate()
            .filter_map(|(index, corners)| <[u32; 3]>::try_from(corners).ok().map(|corners| (index, corners)))
            // Every second triangle of a strip has the reverse winding.
            .map(|(index, [a, b, c])| if index.is_multiple_of(2) { [a, b, c] } else { [b, a, c] })
            .collect(),
        TRIANGLE_FAN => {
            let (first, rest) = indices.split_first().map_or((0, &[][..]), |(first, rest)| (*first, rest));
            rest.windows(2).filter_map(|pair| Some([first, *pair.first()?, *pair.get(1)?])).collect()
        }
        _ => indices.as_chunks::<3>().0.to_vec(),
    }
}

/// Reads the colors of the vertices; empty if the file has none. Errors: `Invalid` for values that are not
/// finite.
fn vertex_colors(
    buffers: &Buffers<'_>,
    primitive: &Primitive,
    vertices: usize,
) -> Result<Vec<[f32; 4]>, GltfError> {
    let Some(index) = primitive.attribute("COLOR_0") else { return Ok(Vec::new()) };
    let colors = buffers.colors(index, vertices)?;
    if colors.iter().flatten().any(|channel| !channel.is_finite()) {
        return Err(invalid("a color that is not a finite number"));
    }
    Ok(colors)
}

/// Reads a set of texture coordinates; empty if the primitive has none.
fn texture_coordinates(
    buffers: &Buffers<'_>,
    primitive: &Primitive,
    set: usize,
    vertices: usize,
) -> Result<Vec<[f32; 2]>, GltfError> {
    let name = format!("TEXCOORD_{set}");
    let Some(index) = primitive.attribute(&name) else { return Ok(Vec::new()) };
    let uvs: Vec<[f32; 2]> = buffers.of_vertices(index, vertices, &name)?;
    if uvs.iter().flatten().any(|part| !part.is_finite()) {
        return Err(invalid(format!("{name} holds a number that is not finite")));
    }
    Ok(uvs)
}

/// Transforms the surface to the scene's frame.
fn moved(mut mesh: Mesh, transform: &Transform) -> Mesh {
    mesh.positions.iter_mut().for_each(|position| *position = transform.point(*position));
    mesh.normals.iter_mut().for_each(|normal| *normal = transform.normal(*normal));
    mesh.tangents.iter_mut().for_each(|tangent| *tangent = transform.tangent(*tangent));
    if transform.mirrors() {
        mesh.triangles.iter_mut().for_each(|[_, b, c]| std::mem::swap(b, c));
    }
    mesh
}

/// Refuses a file whose instances have too many elements together, before any element is read.
fn check_total(root: &Root, instances: &[Instance]) -> Result<(), GltfError> {
    let count = |accessor: usize| root.accessors.get(accessor).map_or(0, |accessor| accessor.count);
    let elements = |primitive: &Primitive| {
        let positions = primitive.attribute("POSITION").map_or(0, count);
        // An empty primitive counts as one element, since it takes work too.
        positions.max(primitive.indices.map_or(0, count)).max(1)
    };
    let of_mesh = |mesh: &schema::Mesh| mesh.primitives.iter().map(elements).fold(0, u64::saturating_add);
    let totals: Vec<u64> = root.meshes.iter().map(of_mesh).collect();
    let placed = instances.iter().map(|instance| totals.get(instance.mesh).copied().unwrap_or(0));
    if placed.fold(0, u64::saturating_add) > MAX_ELEMENTS {
        return Err(unsupported(format!(
            "more than {MAX_ELEMENTS} vertices or indices in all instances together"
        )));
    }
    Ok(())
}
