//! Small components of a surface that do not belong to the shape.

use crate::error::{Cancelled, ProgressCallback, part};
use crate::mesh::{DisjointSets, Mesh, points_of_watched};
use crate::vector::{cross, dot};

use super::DetailError;

/// Default of the smallest volume of a component, as a share of the whole volume.
pub const DEFAULT_MIN_COMPONENT: f32 = 0.001;
/// Number of triangles between two calls of the progress callback.
const SLICE: usize = 65_536;

/// Components that were removed because they were small.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Floaters {
    /// Number of components.
    pub components: usize,
    /// Share of the volume of all components, 0 to 1, that these components had.
    pub volume: f32,
}

/// Removes the components whose volume is less than a share of the volume of all components.
///
/// Components are sets of triangles that share vertices. The volume of a component has a meaning only if the
/// component is closed. Cavities are components too. The largest component always stays. The remaining
/// triangles keep their order.
///
/// - `least`: the share, from 0 (everything stays) to 1.
///
/// # Errors
/// `MinComponent`, `Mesh`, `Cancelled`.
pub fn without_floaters(
    mesh: Mesh,
    least: f32,
    on_progress: ProgressCallback<'_>,
) -> Result<(Mesh, Floaters), DetailError> {
    if !(0.0..=1.0).contains(&least) {
        return Err(DetailError::MinComponent { found: least });
    }
    if least == 0.0 {
        return Ok((mesh, Floaters::default()));
    }
    mesh.check()?;
    let components = Components::of(&mesh, &part(on_progress, 0.0, 0.9))?;
    let all: f64 = components.volumes.iter().map(|volume| volume.abs()).sum();
    let largest = components.volumes.iter().fold(0.0f64, |largest, volume| largest.max(volume.abs()));
    let bound = (f64::from(least) * all).min(largest);
    let is_small = |component: u32| {
        components.volumes[component as usize].abs() < bound && components.triangles[component as usize] > 0
    };
    let removed: Vec<u32> =
        (0..components.volumes.len() as u32).filter(|&component| is_small(component)).collect();
    if removed.is_empty() {
        return Ok((mesh, Floaters::default()));
    }
    let volume: f64 = removed.iter().map(|&component| components.volumes[component as usize].abs()).sum();
    let kept: Vec<u32> = (0..)
        .zip(&components.of_vertex)
        .filter(|(_, component)| !is_small(**component))
        .map(|(vertex, _)| vertex)
        .collect();
    let mut number = vec![u32::MAX; mesh.positions.len()];
    (0..).zip(&kept).for_each(|(new, &vertex)| number[vertex as usize] = new);
    let triangles = mesh.triangles.iter().map(|triangle| triangle.map(|vertex| number[vertex as usize]));
    let triangles = triangles.filter(|[a, ..]| *a != u32::MAX).collect();
    let found = Mesh { triangles, ..mesh.gathered(&kept) };
    on_progress(1.0)?;
    Ok((found, Floaters { components: removed.len(), volume: (volume / all) as f32 }))
}

/// Components of a mesh: sets of triangles that share vertices.
pub(super) struct Components {
    /// Component of each vertex.
    pub(super) of_vertex: Vec<u32>,
    /// Signed volume of each component.
    pub(super) volumes: Vec<f64>,
    /// Number of triangles of each component. A vertex that no triangle names is a component without
    /// triangles.
    pub(super) triangles: Vec<usize>,
}

impl Components {
    pub(super) fn of(mesh: &Mesh, on_progress: ProgressCallback<'_>) -> Result<Self, Cancelled> {
        let mut sets = DisjointSets::new(mesh.positions.len());
        let slices = mesh.triangles.len().div_ceil(SLICE).max(1) as f32;
        for (index, triangles) in mesh.triangles.chunks(SLICE).enumerate() {
            on_progress(0.5 * index as f32 / slices)?;
            for &[a, b, c] in triangles {
                [b, c].into_iter().for_each(|other| sets.join(a, other));
            }
        }
        if !mesh.uvs.is_empty() {
            // Vertices at the edges of texture charts occur several times.
            let point_of = points_of_watched(&mesh.positions, &part(on_progress, 0.5, 0.5))?;
            let mut first = vec![u32::MAX; point_of.len()];
            for (vertex, &point) in (0..).zip(&point_of) {
                let first = &mut first[point as usize];
                *first = (*first).min(vertex);
                sets.join(*first, vertex);
            }
        }
        let mut number = vec![u32::MAX; mesh.positions.len()];
        let mut of_vertex = vec![0; mesh.positions.len()];
        let mut count = 0;
        for vertex in 0..mesh.positions.len() as u32 {
            let number = &mut number[sets.root(vertex) as usize];
            if *number == u32::MAX {
                *number = count;
                count += 1;
            }
            of_vertex[vertex as usize] = *number;
        }
        let mut volumes = vec![0.0; count as usize];
        let mut triangles_of = vec![0; count as usize];
        for (index, triangles) in mesh.triangles.chunks(SLICE).enumerate() {
            on_progress(0.5 + 0.5 * index as f32 / slices)?;
            for triangle in triangles {
                let volume = &mut volumes[of_vertex[triangle[0] as usize] as usize];
                triangles_of[of_vertex[triangle[0] as usize] as usize] += 1;
                *volume += signed_volume(triangle.map(|vertex| mesh.positions[vertex as usize]));
            }
        }
        Ok(Self { of_vertex, volumes, triangles: triangles_of })
    }
}

/// Computes the signed volume between a triangle and the origin.
pub(super) fn signed_volume(corners: [[f32; 3]; 3]) -> f64 {
    let [a, b, c] = corners.map(|corner| corner.map(f64::from));
    dot(a, cross(b, c)) / 6.0
}
