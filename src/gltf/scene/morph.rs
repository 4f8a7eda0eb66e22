//! Applies morph targets with the weights of a file at rest.

use crate::gltf::GltfError;
use crate::gltf::document::accessor::Buffers;
use crate::gltf::document::schema::Primitive;
use crate::mesh::Mesh;

/// Moves a mesh's vertices and normals by the targets of nonzero weight. Errors: `Invalid`, `Unsupported`.
pub(super) fn morph(
    buffers: &Buffers<'_>,
    primitive: &Primitive,
    weights: &[f32],
    mesh: &mut Mesh,
) -> Result<(), GltfError> {
    let vertices = mesh.positions.len();
    if weights.iter().all(|weight| *weight == 0.0) {
        return Ok(());
    }
    let weighed = primitive.targets.iter().zip(weights).filter(|(_, weight)| **weight != 0.0);
    for (target, &weight) in weighed {
        for (name, values) in [("POSITION", &mut mesh.positions), ("NORMAL", &mut mesh.normals)] {
            let Some(&accessor) = target.get(name).filter(|_| !values.is_empty()) else { continue };
            let ways: Vec<[f32; 3]> =
                buffers.of_vertices(accessor, vertices, &format!("a morph target's {name}"))?;
            for (value, way) in values.iter_mut().zip(&ways) {
                *value = std::array::from_fn(|axis| value[axis] + weight * way[axis]);
            }
        }
    }
    mesh.normals = mesh.unit_normals();
    Ok(())
}
