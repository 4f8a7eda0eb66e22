//! Applies skins with their joints at rest.

use super::nodes::Transform;
use crate::gltf::GltfError;
use crate::gltf::document::accessor::Buffers;
use crate::gltf::document::schema::Primitive;
use crate::gltf::error::{invalid, missing};
use crate::mesh::Mesh;

/// Largest number of joint sets (of four joints per vertex) that are read. No exporter is known to write more
/// than two.
const MOST_SETS: usize = 8;

/// Returns the transform of each joint of a skin, from the mesh's space to the scene's. nodes: the transform
/// of each node to the scene's frame.
pub(super) fn joints(
    buffers: &Buffers<'_>,
    skin: usize,
    nodes: &[Transform],
) -> Result<Vec<Transform>, GltfError> {
    let skin = buffers.document.root().skins.get(skin).ok_or_else(|| missing("skin", skin))?;
    let inverses: Vec<[f32; 16]> = match skin.inverse_bind_matrices {
        Some(index) if buffers.count(index)? < skin.joints.len() => {
            return Err(invalid("a skin has fewer inverse bind matrices than joints"));
        }
        Some(index) => buffers.leading(index, skin.joints.len(), "inverse bind matrices")?,
        None => Vec::new(),
    };
    let map = |(index, &joint): (usize, &usize)| {
        let place = nodes.get(joint).copied().ok_or_else(|| missing("node", joint))?;
        Ok(inverses.get(index).map_or(place, |inverse| place.then(&Transform::of_matrix(inverse))))
    };
    skin.joints.iter().enumerate().map(map).collect()
}

/// Returns the number of joint sets of a primitive, at most `MOST_SETS`.
pub(super) fn sets(primitive: &Primitive) -> usize {
    (0..MOST_SETS).take_while(|set| primitive.attributes.contains_key(&format!("JOINTS_{set}"))).count()
}

/// Moves a mesh's vertices, normals and tangents by its joints.
pub(super) fn pose(
    buffers: &Buffers<'_>,
    primitive: &Primitive,
    joints: &[Transform],
    mesh: &mut Mesh,
) -> Result<(), GltfError> {
    let vertices = mesh.positions.len();
    let mut held = vec![(Transform::ZERO, 0.0f32); vertices];
    for set in 0..sets(primitive).max(1) {
        let (joints_name, weights_name) = (format!("JOINTS_{set}"), format!("WEIGHTS_{set}"));
        let (Some(names), Some(weights)) =
            (primitive.attribute(&joints_name), primitive.attribute(&weights_name))
        else {
            return Err(invalid(format!("a skinned primitive has no {joints_name} or no {weights_name}")));
        };
        let names: Vec<[f32; 4]> = buffers.of_vertices(names, vertices, &joints_name)?;
        let weights: Vec<[f32; 4]> = buffers.of_vertices(weights, vertices, &weights_name)?;
        for (vertex, (held, (names, weights))) in held.iter_mut().zip(names.iter().zip(&weights)).enumerate()
        {
            for (name, &weight) in names.iter().zip(weights).filter(|(_, weight)| **weight != 0.0) {
                let joint = joints.get(*name as usize).filter(|_| *name >= 0.0);
                let Some(joint) = joint else {
                    return Err(invalid(format!("vertex {vertex} names joint {name} of {}", joints.len())));
                };
                held.0.add(joint, weight);
                held.1 += weight;
            }
        }
    }
    for (vertex, (held, sum)) in held.into_iter().enumerate() {
        if !(sum > 0.0 && sum.is_finite()) {
            return Err(invalid(format!(
                "the weights of vertex {vertex} sum to {sum}: expected a positive number"
            )));
        }
        let held = held.scaled(1.0 / sum);
        if let Some(position) = mesh.positions.get_mut(vertex) {
            *position = held.point(*position);
        }
        if let Some(normal) = mesh.normals.get_mut(vertex) {
            *normal = held.normal(*normal);
        }
        if let Some(tangent) = mesh.tangents.get_mut(vertex) {
            *tangent = held.tangent(*tangent);
        }
    }
    mesh.check().map_err(|fault| invalid(fault.to_string()))
}
