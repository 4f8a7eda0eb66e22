//! Skinned meshes as their joints rest.

use gltf_json as json;
use json::mesh::{Primitive, Semantic};

use super::accessor::Buffers;
use super::parts::attribute;
use super::scene::Transform;
use super::{invalid, missing};
use crate::gltf::GltfError;
use crate::mesh::Mesh;

/// The map of each joint of a skin, from the mesh's space to the scene's. nodes: where each node stands.
pub(super) fn joints(
    buffers: &Buffers<'_>,
    skin: usize,
    nodes: &[Option<Transform>],
) -> Result<Vec<Transform>, GltfError> {
    let skin = buffers.root.skins.get(skin).ok_or_else(|| missing("skin", skin))?;
    let inverses: Vec<[f32; 16]> = match skin.inverse_bind_matrices {
        Some(index) if buffers.count(index.value())? < skin.joints.len() => {
            return Err(invalid("a skin has fewer inverse bind matrices than joints"));
        }
        Some(index) => buffers.leading(index.value(), skin.joints.len(), "inverse bind matrices")?,
        None => Vec::new(),
    };
    let map = |(index, joint): (usize, &json::Index<json::Node>)| {
        // One outside of the scene stands nowhere.
        let place = nodes.get(joint.value()).copied().flatten().unwrap_or(Transform::IDENTITY);
        inverses.get(index).map_or(place, |inverse| place.then(&Transform::of_matrix(inverse)))
    };
    Ok(skin.joints.iter().enumerate().map(map).collect())
}

/// Moves a mesh's vertices and normals to where its joints hold them.
pub(super) fn pose(
    buffers: &Buffers<'_>,
    primitive: &Primitive,
    joints: &[Transform],
    mesh: &mut Mesh,
) -> Result<(), GltfError> {
    let vertices = mesh.positions.len();
    let (Some(names), Some(weights)) =
        (attribute(primitive, Semantic::Joints(0)), attribute(primitive, Semantic::Weights(0)))
    else {
        return Err(invalid("a skinned primitive has no JOINTS_0 or no WEIGHTS_0"));
    };
    let names: Vec<[f32; 4]> = buffers.of_vertices(names, vertices, "JOINTS_0")?;
    let weights: Vec<[f32; 4]> = buffers.of_vertices(weights, vertices, "WEIGHTS_0")?;
    for (vertex, (names, weights)) in names.iter().zip(&weights).enumerate() {
        let sum: f32 = weights.iter().sum();
        if !(sum > 0.0 && sum.is_finite()) {
            return Err(invalid(format!("the weights of vertex {vertex} sum to {sum}")));
        }
        let mut parts = [(Transform::IDENTITY, 0.0); 4];
        for (part, (name, weight)) in parts.iter_mut().zip(names.iter().zip(weights)) {
            let joint = joints.get(*name as usize).copied();
            if joint.is_none() && *weight != 0.0 {
                return Err(invalid(format!("vertex {vertex} names joint {name} of {}", joints.len())));
            }
            *part = (joint.unwrap_or(Transform::IDENTITY), weight / sum);
        }
        let held = Transform::mixed(parts);
        if let Some(position) = mesh.positions.get_mut(vertex) {
            *position = held.point(*position);
        }
        if let Some(normal) = mesh.normals.get_mut(vertex) {
            *normal = held.normal(*normal);
        }
    }
    mesh.check().map_err(|fault| invalid(fault.to_string()))
}
