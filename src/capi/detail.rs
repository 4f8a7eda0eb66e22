//! Levels of detail, convex hulls and measures of a mesh.

use super::handle::body;
use super::mesh::{att3d_mesh, att3d_mesh_view, count, view_of};
use super::status::{ATT3D_UNSUPPORTED, Failure, att3d_status, guard};
use super::structs::{Versioned, place};

/// View of a level of detail: fewer triangles with the same vertices as the mesh.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_level_view {
    /// sizeof(att3d_level_view), set by the caller.
    pub struct_size: u32,
    /// Number of triangles.
    pub triangle_count: u32,
    /// Three indices of the mesh's vertices per triangle. The array lives as long as the mesh's handle.
    pub indices: *const u32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and a pointer without padding; a zero pointer is null.
unsafe impl Versioned for att3d_level_view {
    const NAME: &'static str = "att3d_level_view";
    const FIRST_SIZE: usize = 8 + size_of::<usize>();
}

/// Measures of a mesh: its topology, volume and area, and the components that were removed from it.
/// Vertices at the same position count as one point, so texture seams are not boundaries.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_mesh_report {
    /// sizeof(att3d_mesh_report), set by the caller.
    pub struct_size: u32,
    /// Number of distinct vertex positions.
    pub point_count: u32,
    /// Number of edges with only one triangle. A closed surface has no such edge.
    pub boundary_edge_count: u32,
    /// Number of edges with three or more triangles, or with two triangles of which one faces
    /// outward and the other inward.
    pub non_manifold_edge_count: u32,
    /// Number of components. No two components share a point.
    pub component_count: u32,
    /// Number of small components that were removed (att3d_generate_desc.min_component).
    pub removed_component_count: u32,
    /// Number of components that were removed because the triangle budget was too small for them.
    pub lost_component_count: u32,
    /// Always 0.
    pub reserved: u32,
    /// Enclosed volume in cubic units of object space.
    pub volume: f64,
    /// Surface area in square units of object space.
    pub area: f64,
    /// Volume of the small components that were removed, as a share of the whole volume, 0 to 1.
    pub removed_volume: f64,
    /// Volume of the components that the triangle budget removed, as a share of the whole volume, 0 to 1.
    pub lost_volume: f64,
    /// Symmetric Hausdorff distance between the mesh before and after its reduction to the triangle budget.
    /// It is measured at sampled points, in units of object space. It is 0 if the mesh was not reduced.
    pub hausdorff: f64,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_mesh_report {
    const NAME: &'static str = "att3d_mesh_report";
    const FIRST_SIZE: usize = 72;
}

/// Gets a view of a level of detail; nothing is copied. Thread-safe.
/// Returns ATT3D_INVALID_ARGUMENT if the mesh does not have the level. att3d_mesh_info.level_count is the
/// number of levels.
/// @param mesh The mesh; not NULL.
/// @param level Number of the level, 1 to att3d_mesh_info.level_count. Level 1 has the most triangles.
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
        let found = generated.triangles_of(level as usize).filter(|_| level > 0).ok_or_else(|| {
            let levels = generated.levels.len();
            let message = format!("level is {level}: this mesh has levels 1 to {levels}");
            Failure::invalid(if levels == 0 {
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

/// Gets a view of one of a mesh's convex hulls; nothing is copied. Thread-safe.
/// The view has positions, in object space, and indices. Its other arrays are NULL. Returns
/// ATT3D_UNSUPPORTED if the mesh was made without att3d_generate_desc.hull_count, and ATT3D_INVALID_ARGUMENT
/// if the mesh does not have the hull. att3d_mesh_info.hull_count is the number of hulls.
/// @param mesh The mesh; not NULL.
/// @param hull Index of the hull, below att3d_mesh_info.hull_count.
/// @param out_view Receives the view; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_hull(
    mesh: *const att3d_mesh,
    hull: u32,
    out_view: *mut att3d_mesh_view,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (place, generated) = unsafe { (place(out_view)?, &body(mesh)?.generated) };
        let hulls = &generated.hulls;
        if hulls.is_empty() {
            let message = "the mesh has no hull: generate it with att3d_generate_desc.hull_count";
            return Err(Failure::new(ATT3D_UNSUPPORTED, message));
        }
        let found = hulls.get(hull as usize).ok_or_else(|| {
            Failure::invalid(format!("hull is {hull}: this mesh has hulls 0 to {}", hulls.len() - 1))
        })?;
        place.write(view_of(found)?);
        Ok(())
    })
}

/// Measures a mesh: its boundary edges, components, volume and area. Thread-safe.
/// A closed mesh has no boundary edges. The call takes some milliseconds for a large mesh.
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
            component_count: count("components", found.components)?,
            removed_component_count: count("components", generated.floaters.components)?,
            lost_component_count: count("components", loss.components)?,
            reserved: 0,
            volume: found.volume,
            area: found.area,
            removed_volume: generated.floaters.volume.into(),
            lost_volume: loss.volume.into(),
            hausdorff: loss.hausdorff.into(),
        });
        Ok(())
    })
}
