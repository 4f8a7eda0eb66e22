//! A mesh's levels of detail, its hull, and what it measures.

use super::handle::body;
use super::mesh::{att3d_mesh, att3d_mesh_view, count, view_of};
use super::status::{ATT3D_UNSUPPORTED, Failure, att3d_status, guard};
use super::structs::{Versioned, place};

/// A level of detail: the mesh's vertices in fewer triangles. Since 0.6.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_level_view {
    /// sizeof(att3d_level_view), set by the caller.
    pub struct_size: u32,
    /// Triangles.
    pub triangle_count: u32,
    /// triangle_count times three vertices of the mesh; lives as long as the mesh's handle.
    pub indices: *const u32,
}

// SAFETY: repr(C), struct_size first; integers and a pointer, of which zero is null.
unsafe impl Versioned for att3d_level_view {
    const NAME: &'static str = "att3d_level_view";
    const FIRST_SIZE: usize = 8 + size_of::<usize>();
}

/// What a mesh measures, as assets are judged. Vertices at one place count as one: seams of textures are no borders. Since 0.6.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_mesh_report {
    /// sizeof(att3d_mesh_report), set by the caller.
    pub struct_size: u32,
    /// Places where there is a vertex.
    pub point_count: u32,
    /// Edges of one triangle alone: a closed surface has none.
    pub boundary_edge_count: u32,
    /// Edges of three triangles or more, or whose triangles disagree which side is out.
    pub non_manifold_edge_count: u32,
    /// Pieces that share no point.
    pub component_count: u32,
    /// 0.
    pub reserved: u32,
    /// Enclosed volume, cubic units of object space.
    pub volume: f64,
    /// Surface, square units of object space.
    pub area: f64,
    /// Small components that were removed (att3d_generate_desc.min_component). Since 0.8.
    pub removed_component_count: u32,
    /// Components that were removed because the triangle budget had no triangles for them. Since 0.8.
    pub lost_component_count: u32,
    /// Share of the volume, 0 to 1, of the small components that were removed. Since 0.8.
    pub removed_volume: f64,
    /// Share of the volume, 0 to 1, of the components that the triangle budget cost. Since 0.8.
    pub lost_volume: f64,
    /// Symmetric Hausdorff distance between the mesh and what it was before its triangle budget, in units of object space, measured at sampled
    /// points; 0 without a budget. Since 0.8.
    pub hausdorff: f64,
}

// SAFETY: repr(C), struct_size first, integers and floats alone.
unsafe impl Versioned for att3d_mesh_report {
    const NAME: &'static str = "att3d_mesh_report";
    const FIRST_SIZE: usize = 40;
}

/// Shows a further level of detail; nothing is copied. ATT3D_INVALID_ARGUMENT for one that the mesh lacks:
/// att3d_mesh_info.level_count says how many it has. Thread-safe. Since 0.6.
/// @param mesh not NULL.
/// @param level 1 for the first after the mesh itself.
/// @param out_view not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_level(
    mesh: *const att3d_mesh,
    level: u32,
    out_view: *mut att3d_level_view,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        let (place, generated) = unsafe { (place(out_view)?, &body(mesh)?.generated) };
        let levels = &generated.levels;
        let found = (level as usize).checked_sub(1).and_then(|index| levels.get(index)).ok_or_else(|| {
            let message = format!("level is {level}: this mesh has levels 1 to {}", levels.len());
            Failure::invalid(if levels.is_empty() {
                "this mesh has no levels of detail: generate it with a level_count".into()
            } else {
                message
            })
        })?;
        place.write(att3d_level_view {
            struct_size: 0,
            triangle_count: count("triangles", found.len())?,
            indices: found.as_ptr().cast(),
        });
        Ok(())
    })
}

/// Shows the convex hull around a mesh, of several the first, in the mesh's space: positions and indices, the other arrays are NULL.
/// Nothing is copied. ATT3D_UNSUPPORTED for a mesh that was made without ATT3D_GENERATE_HULL. Thread-safe. Since 0.6.
/// @param mesh not NULL.
/// @param out_view not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_hull(
    mesh: *const att3d_mesh,
    out_view: *mut att3d_mesh_view,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { show_hull(mesh, 0, out_view) })
}

/// Shows one of a mesh's convex hulls, as att3d_mesh_get_hull does. ATT3D_INVALID_ARGUMENT for one that the mesh lacks:
/// att3d_mesh_info.hull_count says how many it has. Thread-safe. Since 0.8.
/// @param mesh not NULL.
/// @param hull 0 for the first, that of the largest part.
/// @param out_view not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_hull_at(
    mesh: *const att3d_mesh,
    hull: u32,
    out_view: *mut att3d_mesh_view,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { show_hull(mesh, hull, out_view) })
}

/// Writes the view of a hull.
///
/// # Safety
/// `mesh` is a handle or null; `out_view` is a writable struct of `struct_size` bytes or null.
unsafe fn show_hull(
    mesh: *const att3d_mesh,
    hull: u32,
    out_view: *mut att3d_mesh_view,
) -> Result<(), Failure> {
    // SAFETY: the caller's promise, both.
    let (place, generated) = unsafe { (place(out_view)?, &body(mesh)?.generated) };
    let hulls = &generated.hulls;
    if hulls.is_empty() {
        let message = "the mesh has no hull: generate it with ATT3D_GENERATE_HULL";
        return Err(Failure::new(ATT3D_UNSUPPORTED, message));
    }
    let found = hulls.get(hull as usize).ok_or_else(|| {
        Failure::invalid(format!("hull is {hull}: this mesh has hulls 0 to {}", hulls.len() - 1))
    })?;
    place.write(view_of(found)?);
    Ok(())
}

/// Measures a mesh: is it closed, in how many pieces, how large. Takes some milliseconds for a large one. Thread-safe. Since 0.6.
/// @param mesh not NULL.
/// @param out_report not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_report(
    mesh: *const att3d_mesh,
    out_report: *mut att3d_mesh_report,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        let (place, generated) = unsafe { (place(out_report)?, &body(mesh)?.generated) };
        let found = generated.mesh.measures();
        let loss = generated.loss.unwrap_or_default();
        place.write(att3d_mesh_report {
            struct_size: 0,
            point_count: count("points", found.points)?,
            boundary_edge_count: count("edges", found.boundary_edges)?,
            non_manifold_edge_count: count("edges", found.non_manifold_edges)?,
            component_count: count("pieces", found.components)?,
            reserved: 0,
            volume: found.volume,
            area: found.area,
            removed_component_count: count("components", generated.floaters.components)?,
            lost_component_count: count("components", loss.components)?,
            removed_volume: generated.floaters.volume.into(),
            lost_volume: loss.volume.into(),
            hausdorff: loss.hausdorff.into(),
        });
        Ok(())
    })
}
