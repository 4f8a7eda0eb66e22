//! Nodes: which mesh stands where.

use gltf_json as json;

use super::{invalid, missing};
use crate::gltf::GltfError;

/// An affine map: three columns and a translation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transform {
    columns: [[f32; 3]; 3],
    translation: [f32; 3],
}

/// A mesh that a scene places.
pub(super) struct Instance {
    /// Its number.
    pub(super) mesh: usize,
    pub(super) transform: Transform,
    /// Weights of morph targets that are the node's own.
    pub(super) weights: Option<Vec<f32>>,
    /// The skin whose joints move it, if some do; its node's place counts for nothing then.
    pub(super) skin: Option<usize>,
    /// Is it for the eye?
    pub(super) is_seen: bool,
}

/// Every mesh that the default scene places, with its place; but for those that are not for the eye, where others are. A file without scenes shows each mesh once.
pub(super) fn instances(root: &json::Root) -> Result<Vec<Instance>, GltfError> {
    let (mut found, _) = placed(root)?;
    // A file of nothing but one level of detail is drawn.
    if found.iter().any(|instance| instance.is_seen) {
        found.retain(|instance| instance.is_seen);
    }
    Ok(found)
}

/// As [`instances`], those that are not for the eye too, but for shapes for collisions where there is something else; and where each node stands
/// that the scene has.
pub(super) fn placed(root: &json::Root) -> Result<(Vec<Instance>, Vec<Option<Transform>>), GltfError> {
    let mut nodes = vec![None; root.nodes.len()];
    let mut found = all(root, &mut nodes)?;
    if found.iter().any(|(_, is_collision)| !is_collision) {
        found.retain(|(_, is_collision)| !is_collision);
    }
    Ok((found.into_iter().map(|(instance, _)| instance).collect(), nodes))
}

/// Every mesh that the default scene places, and whether it is a shape for collisions. nodes: where each node stands is noted there.
fn all(root: &json::Root, nodes: &mut [Option<Transform>]) -> Result<Vec<(Instance, bool)>, GltfError> {
    let index = root.scene.map_or(0, |scene| scene.value());
    let Some(scene) = root.scenes.get(index) else {
        if root.scene.is_some() {
            return Err(missing("scene", index));
        }
        let transform = Transform::IDENTITY;
        return Ok((0..root.meshes.len())
            .map(|mesh| (Instance { mesh, transform, weights: None, skin: None, is_seen: true }, false))
            .collect());
    };
    let mut found = Vec::new();
    let mut visited = vec![false; root.nodes.len()];
    let mut waiting: Vec<(usize, Transform)> =
        scene.nodes.iter().rev().map(|node| (node.value(), Transform::IDENTITY)).collect();
    while let Some((index, parent)) = waiting.pop() {
        let (Some(node), Some(seen)) = (root.nodes.get(index), visited.get_mut(index)) else {
            return Err(missing("node", index));
        };
        if std::mem::replace(seen, true) {
            return Err(invalid(format!("node {index} has two parents, or is its own ancestor")));
        }
        let transform = parent.then(&Transform::of(node));
        if let Some(place) = nodes.get_mut(index) {
            *place = Some(transform);
        }
        if let Some(mesh) = node.mesh {
            let (weights, skin) = (node.weights.clone(), node.skin.map(|skin| skin.value()));
            let instance = Instance { mesh: mesh.value(), transform, weights, skin, is_seen: is_seen(node) };
            found.push((instance, is_collision(node)));
        }
        let children = node.children.as_deref().unwrap_or_default();
        waiting.extend(children.iter().rev().map(|child| (child.value(), transform)));
    }
    Ok(found)
}

/// Is it a shape for collisions, by the name that hosts give those?
fn is_collision(node: &json::Node) -> bool {
    let name = node.name.as_deref().unwrap_or_default();
    name.starts_with("UCX_") || name.ends_with("-convcolonly") || name.ends_with("-colonly")
}

/// Is it for the eye? Not so shapes for collisions and lower levels of detail, by the names that hosts give them, and frames of an
/// animation that have not come yet.
fn is_seen(node: &json::Node) -> bool {
    let name = node.name.as_deref().unwrap_or_default();
    let level = name.rsplit_once("_LOD").and_then(|(_, level)| level.parse::<u32>().ok());
    !is_collision(node) && level.unwrap_or(0) == 0 && node.scale != Some([0.0; 3])
}

impl Transform {
    pub(super) const IDENTITY: Self =
        Self { columns: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], translation: [0.0; 3] };

    fn of(node: &json::Node) -> Self {
        if let Some(m) = node.matrix {
            return Self::of_matrix(&m);
        }
        let scale = node.scale.unwrap_or([1.0; 3]);
        let columns = rotation(node.rotation.unwrap_or_default().0);
        Self {
            columns: std::array::from_fn(|column| columns[column].map(|number| number * scale[column])),
            translation: node.translation.unwrap_or([0.0; 3]),
        }
    }

    /// Of a matrix as files have it, column by column.
    pub(super) fn of_matrix(m: &[f32; 16]) -> Self {
        Self {
            columns: [[m[0], m[1], m[2]], [m[4], m[5], m[6]], [m[8], m[9], m[10]]],
            translation: [m[12], m[13], m[14]],
        }
    }

    /// The sum of maps times weights.
    pub(super) fn mixed(parts: [(Self, f32); 4]) -> Self {
        let sum = |pick: &dyn Fn(&Self) -> f32| parts.iter().map(|(part, weight)| weight * pick(part)).sum();
        Self {
            columns: [0, 1, 2].map(|column| [0, 1, 2].map(|axis| sum(&|part| part.columns[column][axis]))),
            translation: [0, 1, 2].map(|axis| sum(&|part| part.translation[axis])),
        }
    }

    /// This map after `inner`.
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

    /// A unit normal under this map: through the cofactors, which need no inverse, with the determinant's sign.
    pub(super) fn normal(&self, normal: [f32; 3]) -> [f32; 3] {
        let [x, y, z] = self.columns;
        let cofactors = Self { columns: [cross(y, z), cross(z, x), cross(x, y)], translation: [0.0; 3] };
        let turned = normalized(cofactors.direction(normal));
        if self.mirrors() { turned.map(|number| -number) } else { turned }
    }

    pub(super) fn mirrors(&self) -> bool {
        let [x, y, z] = self.columns;
        let volume: f32 = cross(x, y).iter().zip(z).map(|(a, b)| a * b).sum();
        volume < 0.0
    }
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// A vector of length one in this direction; +Y for one too short to have a direction.
pub(super) fn normalized(vector: [f32; 3]) -> [f32; 3] {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 1e-30 && length.is_finite() { vector.map(|number| number / length) } else { [0.0, 1.0, 0.0] }
}

/// Columns of the rotation of a unit quaternion (x, y, z, w).
fn rotation([x, y, z, w]: [f32; 4]) -> [[f32; 3]; 3] {
    [
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + z * w), 2.0 * (x * z - y * w)],
        [2.0 * (x * y - z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + x * w)],
        [2.0 * (x * z + y * w), 2.0 * (y * z - x * w), 1.0 - 2.0 * (x * x + y * y)],
    ]
}
