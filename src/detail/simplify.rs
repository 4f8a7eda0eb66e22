//! Reduction of triangles: a budget, and levels of detail.

mod cost;
mod decimation;
mod slabs;
mod triangulation;

use crate::error::{ProgressCallback, part};
use crate::mesh::Mesh;
use crate::vector::{dot, triangle_normal};

use super::deviation::hausdorff;
use super::order::by_first_use;
use super::{DetailError, LEAST_TRIANGLES, MOST_LEVELS};
use decimation::Decimation;
use slabs::coarsened;

/// Deviation and removed components because of a triangle budget.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loss {
    /// Symmetric Hausdorff distance between the mesh and its reduction, in object space, measured at sampled
    /// points.
    pub hausdorff: f32,
    /// Number of components that were removed because the budget had no triangles for them.
    pub components: usize,
    /// Share of the volume of all components, 0 to 1, that these components had.
    pub volume: f32,
}

/// Reduces a mesh to at most `budget` triangles. A mesh that already meets this budget is returned unchanged.
///
/// Remaining vertices are unchanged. A closed manifold stays a closed manifold, with its holes, its
/// orientation and a positive volume. Components are removed, the smallest first, only if the budget cannot
/// be met otherwise. All removed components together have at most a twentieth of the volume. Works in the
/// current thread pool.
///
/// # Errors
/// `Budget`, `OutOfReach` with a number of triangles that can be reached, `Mesh`, `Cancelled`.
pub fn reduced(
    mesh: Mesh,
    budget: u32,
    on_progress: ProgressCallback<'_>,
) -> Result<(Mesh, Loss), DetailError> {
    if budget < LEAST_TRIANGLES {
        return Err(DetailError::Budget { budget });
    }
    if mesh.triangles.len() <= budget as usize {
        return Ok((mesh, Loss::default()));
    }
    mesh.check()?;
    let coarse = coarsened(&mesh, budget as usize, &part(on_progress, 0.0, 0.4))?;
    let begin = coarse.as_ref().unwrap_or(&mesh);
    let mut decimation = Decimation::of(begin, &part(on_progress, 0.4, 0.5))?;
    decimation.run(budget as usize, true, &part(on_progress, 0.5, 0.8))?;
    if decimation.count() > budget as usize {
        return Err(DetailError::OutOfReach { budget, reached: decimation.count() });
    }
    let (components, volume) = decimation.removed();
    let found = by_first_use(begin, &decimation.triangles()).0;
    let hausdorff = hausdorff(&mesh, &found, &part(on_progress, 0.8, 1.0))?;
    Ok((found, Loss { hausdorff, components, volume: volume as f32 }))
}

/// Returns up to `count` further levels of detail: the mesh's vertices in fewer triangles. Each level has
/// about half as many triangles as the previous one. There are fewer levels if the mesh cannot be halved so
/// many times. Errors: `Levels`, `Mesh`, `Cancelled`.
pub fn levels(
    mesh: &Mesh,
    count: u32,
    on_progress: ProgressCallback<'_>,
) -> Result<Vec<Vec<[u32; 3]>>, DetailError> {
    if count > MOST_LEVELS {
        return Err(DetailError::Levels { found: count });
    }
    if count == 0 {
        return Ok(Vec::new());
    }
    mesh.check()?;
    let mut decimation = Decimation::of(mesh, &part(on_progress, 0.0, 0.3))?;
    let mut found: Vec<Vec<[u32; 3]>> = Vec::new();
    for level in 0..count {
        let from = 0.3 + 0.7 * level as f32 / count as f32;
        let before = found.last().map_or(mesh.triangles.len(), Vec::len);
        let target = before / 2;
        decimation.run(target, false, &part(on_progress, from, from + 0.7 / count as f32))?;
        // A level may exceed its target by a tenth. A level with more triangles differs too little from the
        // previous one.
        if target < LEAST_TRIANGLES as usize || decimation.count() > target + target / 10 {
            break;
        }
        found.push(decimation.triangles());
    }
    on_progress(1.0)?;
    Ok(found)
}

/// Returns the mesh with at most `budget` triangles, or with as few as can be reached. The mesh must have
/// been checked. Errors: `Cancelled`.
pub(super) fn reduced_as_far_as(
    mesh: &Mesh,
    budget: usize,
    on_progress: ProgressCallback<'_>,
) -> Result<Mesh, DetailError> {
    if mesh.triangles.len() <= budget {
        return Ok(mesh.clone());
    }
    let mut decimation = Decimation::of(mesh, &part(on_progress, 0.0, 0.3))?;
    decimation.run(budget, false, &part(on_progress, 0.3, 1.0))?;
    Ok(by_first_use(mesh, &decimation.triangles()).0)
}

/// Returns whether a triangle faces away from the normals of all of its corners. The result is false if there
/// are no normals. normals: one per vertex, or empty.
pub fn faces_inwards(mesh: &Mesh, normals: &[[f32; 3]], triangle: [u32; 3]) -> bool {
    let facing = triangle_normal(triangle.map(|corner| mesh.positions[corner as usize]));
    let is_away = |corner: u32| normals.get(corner as usize).is_some_and(|&normal| dot(facing, normal) < 0.0);
    triangle.into_iter().all(is_away)
}
