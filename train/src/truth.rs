//! Surfaces of scenes of the toybox.

use att3d::mesh::Mesh;
use att3d::surface::{BatchedField, Bound, ExtractOptions, SurfaceError, extract};
use toybox::Scene;

/// Largest slope of a scene. Ellipsoids are steeper than a distance. Tests of the toybox check that scenes
/// are below this value.
pub const STEEPEST: f32 = 3.5;

/// Returns the mesh of a scene, without colors. Errors: those of the extraction.
pub fn mesh_of(scene: &Scene, resolution: u32) -> Result<Mesh, SurfaceError> {
    let field = BatchedField {
        values: |points: &[[f32; 3]], values: &mut [f32]| {
            scene.evaluate(points, values);
            Ok(())
        },
        gradients: |points: &[[f32; 3]], normals: &mut [[f32; 3]]| {
            scene.evaluate_normals(points, &mut vec![0.0; points.len()], normals);
            Ok(())
        },
    };
    let bound = Bound::Lipschitz { constant: STEEPEST };
    let options = ExtractOptions { resolution, bound, ..ExtractOptions::default() };
    Ok(extract(&field, &options)?.mesh)
}
