//! Levels of detail, convex hulls and measures of a mesh.

use super::handle::body;
use super::mesh::{att3d_mesh, att3d_mesh_view, count, view_of};
use super::status::{ATT3D_UNSUPPORTED, Failure, att3d_status, guard};
use super::structs::{Versioned, place};

/// View of a level of detail: fewer triangles over the same vertices as the mesh. Since 0.6.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_level_view {
    /// sizeof(att3d_level_view), set by the caller.
    pub struct_size: u32,
    /// Number of triangles.
    pub triangle_count: u32,
    /// Three vertex indices into the mesh per triangle. The array lives as long as the mesh's handle.
    pub indices: *const u32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and a pointer without padding; a zero pointer is null.
unsafe impl Versioned for att3d_level_view {
    const NAME: &'static str = "att3d_level_view";
    const FIRST_SIZE: usize = 8 + size_of::<usize>();
}

/// Measures by which a mesh is judged as an asset. Since 0.6.
/// Vertices at the same position count as one point, so texture seams are no boundaries.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_mesh_report {
    /// sizeof(att3d_mesh_report), set by the caller.
    pub struct_size: u32,
    /// Number of distinct vertex positions.
    pub point_count: u32,
    /// Number of edges with only one triangle. A closed surface has no such edge.
    pub boundary_edge_count: u32,
    /// Number of edges with three or more triangles, or with two triangles of opposite orientation.
    pub non_manifold_edge_count: u32,
    /// Number of components: parts that share no point.
    pub component_count: u32,
    /// Always 0.
    pub reserved: u32,
    /// Enclosed volume in cubic units of object space.
    pub volume: f64,
    /// Surface area in square units of object space.
    pub area: f64,
    /// Number of small components that were removed (att3d_generate_desc.min_component). Since 0.8.
    pub removed_component_count: u32,
    /// Number of components that were removed because the triangle budget was too small for them. Since 0.8.
    pub lost_component_count: u32,
    /// Share of the volume, 0 to 1, of the small components that were removed. Since 0.8.
    pub removed_volume: f64,
    /// Share of the volume, 0 to 1, of the components that were removed for the triangle budget. Since 0.8.
    pub lost_volume: f64,
    /// Symmetric Hausdorff distance between the mesh before and after its triangle budget. Since 0.8.
    /// It is measured at sampled points, in units of object space; 0 without a budget.
    pub hausdorff: f64,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_mesh_report {
    const NAME: &'static str = "att3d_mesh_report";
    const FIRST_SIZE: usize = 40;
}

/// Gets a view of a level of detail; nothing is copied. Thread-safe. Since 0.6.
/// Returns ATT3D_INVALID_ARGUMENT if the mesh does not have the level. att3d_mesh_info.level_count is the
/// number of levels.
/// @param mesh The mesh; not NULL.
/// @param level 1 for the first level after the mesh itself.
/// @param out_view Receives the view; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_level(
    mesh: *const att3d_mesh,
    level: u32,
    out_view: *mut att3d_level_view,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
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

/// Gets a view of a mesh's convex hull; if there are several hulls, of the hull with index 0. Thread-safe.
/// Since 0.6.
/// The view has positions in the mesh's space and indices; its other arrays are NULL. Nothing is copied.
/// Returns ATT3D_UNSUPPORTED if the mesh was made without ATT3D_GENERATE_HULL.
/// @param mesh The mesh; not NULL.
/// @param out_view Receives the view; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_hull(
    mesh: *const att3d_mesh,
    out_view: *mut att3d_mesh_view,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    guard(|| unsafe { show_hull(mesh, 0, out_view) })
}

/// Gets a view of one of a mesh's convex hulls, as att3d_mesh_get_hull does. Thread-safe. Since 0.8.
/// Returns ATT3D_INVALID_ARGUMENT if the mesh does not have the hull. att3d_mesh_info.hull_count is the
/// number of hulls.
/// @param mesh The mesh; not NULL.
/// @param hull Index of the hull; 0 is the hull of the largest part.
/// @param out_view Receives the view; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_hull_at(
    mesh: *const att3d_mesh,
    hull: u32,
    out_view: *mut att3d_mesh_view,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
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
    // SAFETY: the caller guarantees what the `# Safety` section requires.
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

/// Measures a mesh: whether it is closed, its components, volume and area. Thread-safe. Since 0.6.
/// The call takes some milliseconds for a large mesh.
/// @param mesh The mesh; not NULL.
/// @param out_report Receives the measures; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_report(
    mesh: *const att3d_mesh,
    out_report: *mut att3d_mesh_report,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
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
