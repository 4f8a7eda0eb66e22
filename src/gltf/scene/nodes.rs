//! Places meshes by the node tree.

use super::names::{Purpose, purpose};
use super::warning::{Named, Warning};
use crate::gltf::GltfError;
use crate::gltf::document::accessor::Buffers;
use crate::gltf::document::schema::{Node, Root};
use crate::gltf::error::{invalid, missing, unsupported};
use crate::vector::cross;

/// An affine map: three columns and a translation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transform {
    columns: [[f32; 3]; 3],
    translation: [f32; 3],
}

/// A mesh that a scene places.
pub(super) struct Instance {
    /// Index of the mesh.
    pub(super) mesh: usize,
    /// The node that places it; `None` in a file without nodes.
    pub(super) node: Option<usize>,
    pub(super) transform: Transform,
    /// Whether a viewer shows it.
    pub(super) is_seen: bool,
}

/// The instances of a scene and the transforms of its nodes.
pub(super) struct Placed {
    /// Each mesh, once for each time that it is placed. Instances that are never drawn are omitted, unless
    /// there are no others.
    pub(super) instances: Vec<Instance>,
    /// The transform of each node to the scene's frame, including nodes outside of the scene.
    pub(super) nodes: Vec<Transform>,
}

/// The extension that places a node's mesh several times.
const INSTANCING: &str = "EXT_mesh_gpu_instancing";
/// Largest number of instances of all nodes together.
const MOST_INSTANCES: usize = 1 << 18;

/// Returns all instances of the default scene, which is the first one if the file names none. A file without
/// scenes shows all root nodes. A file without scenes and nodes shows each mesh once.
pub(super) fn placed(buffers: &Buffers<'_>, warnings: &mut Vec<Warning>) -> Result<Placed, GltfError> {
    let root = buffers.document.root();
    let (mut found, nodes) = all(buffers, root, warnings)?;
    if found.iter().any(|(_, purpose)| *purpose != Purpose::Unseen) {
        let mut names: Vec<String> = found
            .iter()
            .filter(|(_, purpose)| *purpose == Purpose::Unseen)
            .filter_map(|(instance, _)| root.nodes.get(instance.node?)?.name.clone())
            .collect();
        names.dedup();
        if !names.is_empty() {
            warnings.push(Warning::Unseen { names });
        }
        found.retain(|(_, purpose)| *purpose != Purpose::Unseen);
    }
    Ok(Placed { instances: found.into_iter().map(|(instance, _)| instance).collect(), nodes })
}

/// Returns the root nodes of the scene; `None` in a file without nodes and scenes.
fn beginnings(root: &Root) -> Result<Option<Vec<usize>>, GltfError> {
    let index = root.scene.unwrap_or(0);
    match root.scenes.get(index) {
        Some(scene) => Ok(Some(scene.nodes.clone())),
        None if root.scene.is_some() => Err(missing("scene", index)),
        None if root.nodes.is_empty() => Ok(None),
        None => Ok(Some(parentless(root))),
    }
}

/// Returns the nodes that are not a child of another node.
fn parentless(root: &Root) -> Vec<usize> {
    let mut is_child = vec![false; root.nodes.len()];
    for child in root.nodes.iter().flat_map(|node| &node.children) {
        if let Some(is_child) = is_child.get_mut(*child) {
            *is_child = true;
        }
    }
    is_child.iter().enumerate().filter(|(_, is_child)| !**is_child).map(|(index, _)| index).collect()
}

type Found = (Vec<(Instance, Purpose)>, Vec<Transform>);

fn all(buffers: &Buffers<'_>, root: &Root, warnings: &mut Vec<Warning>) -> Result<Found, GltfError> {
    let mut nodes = vec![None; root.nodes.len()];
    let Some(first) = beginnings(root)? else {
        let transform = Transform::IDENTITY;
        let instance = |mesh| (Instance { mesh, node: None, transform, is_seen: true }, Purpose::Shown);
        return Ok(((0..root.meshes.len()).map(instance).collect(), Vec::new()));
    };
    let mut found = Vec::new();
    let mut waiting: Vec<(usize, Transform, bool)> =
        first.iter().rev().map(|&node| (node, Transform::IDENTITY, true)).collect();
    while let Some((index, parent, is_visible)) = waiting.pop() {
        let (Some(node), Some(place)) = (root.nodes.get(index), nodes.get_mut(index)) else {
            return Err(missing("node", index));
        };
        if place.is_some() {
            return Err(invalid(format!("node {index} has two parents, or is its own ancestor")));
        }
        let transform = parent.then(&Transform::of(node));
        *place = Some(transform);
        let is_visible = is_visible && !is_hidden(node);
        if let Some(mesh) = node.mesh {
            let purpose = purpose(node.name.as_deref().unwrap_or_default());
            // A scale of zero marks a frame of an animation that is not shown at the start.
            let is_seen = is_visible && purpose == Purpose::Shown && node.scale != Some([0.0; 3]);
            for own in copies(buffers, index, node, warnings)? {
                if found.len() >= MOST_INSTANCES {
                    return Err(unsupported(format!("more than {MOST_INSTANCES} instances of meshes")));
                }
                let transform = own.map_or(transform, |own| transform.then(&own));
                found.push((Instance { mesh, node: Some(index), transform, is_seen }, purpose));
            }
        }
        waiting.extend(node.children.iter().rev().map(|&child| (child, transform, is_visible)));
    }
    Ok((found, with_outsiders(root, nodes)))
}

/// Completes the transforms with those of nodes outside of the scene, which may be joints of a skin.
fn with_outsiders(root: &Root, mut nodes: Vec<Option<Transform>>) -> Vec<Transform> {
    let mut waiting: Vec<(usize, Transform)> =
        parentless(root).into_iter().map(|node| (node, Transform::IDENTITY)).collect();
    let mut visited = vec![false; root.nodes.len()];
    while let Some((index, parent)) = waiting.pop() {
        let (Some(node), Some(place), Some(visited)) =
            (root.nodes.get(index), nodes.get_mut(index), visited.get_mut(index))
        else {
            continue;
        };
        if std::mem::replace(visited, true) {
            continue;
        }
        let transform = *place.get_or_insert_with(|| parent.then(&Transform::of(node)));
        waiting.extend(node.children.iter().map(|&child| (child, transform)));
    }
    nodes.into_iter().map(|place| place.unwrap_or(Transform::IDENTITY)).collect()
}

/// Returns whether `KHR_node_visibility` hides a node and its descendants.
fn is_hidden(node: &Node) -> bool {
    let visible = node.extensions.get("KHR_node_visibility").and_then(|held| held.get("visible"));
    visible.and_then(serde_json::Value::as_bool) == Some(false)
}

/// Returns the local transforms of a node's instances. `None` stands for the node's own place, which is the
/// only one unless the node has `EXT_mesh_gpu_instancing`.
fn copies(
    buffers: &Buffers<'_>,
    index: usize,
    node: &Node,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Option<Transform>>, GltfError> {
    let attributes = node.extensions.get(INSTANCING).and_then(|held| held.get("attributes"));
    let Some(attributes) = attributes.and_then(serde_json::Value::as_object) else { return Ok(vec![None]) };
    let accessor = |name: &str| {
        let accessor = attributes.get(name).and_then(serde_json::Value::as_u64)?;
        usize::try_from(accessor).ok()
    };
    let unread: Vec<String> = attributes
        .keys()
        .filter(|name| !["TRANSLATION", "ROTATION", "SCALE"].contains(&name.as_str()))
        .cloned()
        .collect();
    if !unread.is_empty() {
        let node = Named { kind: "node", index, name: node.name.clone() };
        warnings.push(Warning::InstanceAttributes { node, names: unread });
    }
    let Some(any) = ["TRANSLATION", "ROTATION", "SCALE"].into_iter().find_map(accessor) else {
        return Ok(vec![None]);
    };
    let count = buffers.count(any)?;
    if count > MOST_INSTANCES {
        return Err(unsupported(format!("more than {MOST_INSTANCES} instances of meshes")));
    }
    let translations: Vec<[f32; 3]> = read(buffers, accessor("TRANSLATION"), count, "TRANSLATION")?;
    let rotations: Vec<[f32; 4]> = read(buffers, accessor("ROTATION"), count, "ROTATION")?;
    let scales: Vec<[f32; 3]> = read(buffers, accessor("SCALE"), count, "SCALE")?;
    let copy = |index: usize| {
        let own = Node {
            translation: translations.get(index).copied(),
            rotation: rotations.get(index).copied(),
            scale: scales.get(index).copied(),
            ..Node::default()
        };
        Some(Transform::of(&own))
    };
    Ok((0..count).map(copy).collect())
}

fn read<const N: usize>(
    buffers: &Buffers<'_>,
    accessor: Option<usize>,
    count: usize,
    name: &str,
) -> Result<Vec<[f32; N]>, GltfError> {
    accessor.map_or(Ok(Vec::new()), |accessor| buffers.of_vertices(accessor, count, name))
}

impl Transform {
    pub(super) const ZERO: Self = Self { columns: [[0.0; 3]; 3], translation: [0.0; 3] };
    pub(super) const IDENTITY: Self =
        Self { columns: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], translation: [0.0; 3] };

    fn of(node: &Node) -> Self {
        if let Some(m) = node.matrix {
            return Self::of_matrix(&m);
        }
        let scale = node.scale.unwrap_or([1.0; 3]);
        let columns = rotation(node.rotation.unwrap_or([0.0, 0.0, 0.0, 1.0]));
        Self {
            columns: std::array::from_fn(|column| columns[column].map(|number| number * scale[column])),
            translation: node.translation.unwrap_or([0.0; 3]),
        }
    }

    /// Creates a transform from a column-major matrix, the order of the format.
    pub(super) fn of_matrix(m: &[f32; 16]) -> Self {
        Self {
            columns: [[m[0], m[1], m[2]], [m[4], m[5], m[6]], [m[8], m[9], m[10]]],
            translation: [m[12], m[13], m[14]],
        }
    }

    /// Adds another map, multiplied by a weight.
    pub(super) fn add(&mut self, other: &Self, weight: f32) {
        for (own, other) in self.columns.iter_mut().flatten().zip(other.columns.iter().flatten()) {
            *own += weight * other;
        }
        for (own, other) in self.translation.iter_mut().zip(other.translation) {
            *own += weight * other;
        }
    }

    /// Returns this map with all its numbers multiplied by a factor.
    pub(super) fn scaled(&self, factor: f32) -> Self {
        Self {
            columns: self.columns.map(|column| column.map(|number| number * factor)),
            translation: self.translation.map(|number| number * factor),
        }
    }

    /// Returns the composition: `inner` first, then this map.
    pub(super) fn then(&self, inner: &Self) -> Self {
        Self {
            columns: inner.columns.map(|column| self.direction(column)),
            translation: self.point(inner.translation),
        }
    }

    fn direction(&self, vector: [f32; 3]) -> [f32; 3] {
        let [x, y, z] = self.columns;
        std::array::from_fn(|axis| x[axis] * vector[0] + y[axis] * vector[1] + z[axis] * vector[2])
    }

    pub(super) fn point(&self, point: [f32; 3]) -> [f32; 3] {
        let turned = self.direction(point);
        std::array::from_fn(|axis| turned[axis] + self.translation[axis])
    }

    /// Transforms a unit normal by the cofactor matrix with the determinant's sign. This needs no inverse.
    pub(super) fn normal(&self, normal: [f32; 3]) -> [f32; 3] {
        let [x, y, z] = self.columns;
        let cofactors = Self { columns: [cross(y, z), cross(z, x), cross(x, y)], translation: [0.0; 3] };
        let turned = normalized(cofactors.direction(normal));
        if self.mirrors() { turned.map(|number| -number) } else { turned }
    }

    /// Transforms a tangent and scales it to length one. The fourth number, the side of the bitangent,
    /// changes its sign if the map mirrors. A tangent without a direction becomes zeros.
    pub(super) fn tangent(&self, [x, y, z, sign]: [f32; 4]) -> [f32; 4] {
        if [x, y, z] == [0.0; 3] {
            return [0.0; 4];
        }
        let [x, y, z] = normalized(self.direction([x, y, z]));
        [x, y, z, if self.mirrors() { -sign } else { sign }]
    }

    pub(super) fn mirrors(&self) -> bool {
        let [x, y, z] = self.columns;
        let volume: f32 = cross(x, y).iter().zip(z).map(|(a, b)| a * b).sum();
        volume < 0.0
    }
}

/// Returns the vector scaled to length one; +Y for a vector that is too short to have a direction or not
/// finite.
pub(super) fn normalized(vector: [f32; 3]) -> [f32; 3] {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 1e-30 && length.is_finite() { vector.map(|number| number / length) } else { [0.0, 1.0, 0.0] }
}

/// Returns the columns of the rotation of a unit quaternion (x, y, z, w).
fn rotation([x, y, z, w]: [f32; 4]) -> [[f32; 3]; 3] {
    [
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + z * w), 2.0 * (x * z - y * w)],
        [2.0 * (x * y - z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + x * w)],
        [2.0 * (x * z + y * w), 2.0 * (y * z - x * w), 1.0 - 2.0 * (x * x + y * y)],
    ]
}
