//! Options of generation as plain data, which threads may use.

use crate::ffi;
use crate::handles::desc;
use crate::library::Failure;
use crate::tasks::ProgressPart;

/// Options of a mesh. The fields have the names and meanings of att3d.h.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Cells along each axis of the extraction grid.
    pub resolution: u32,
    /// Width and height of the textures in texels; 0 for vertex colors.
    pub texture_size: u32,
    /// Largest number of triangles; 0 for no limit.
    pub triangle_budget: u32,
    /// Number of further levels of detail.
    pub level_count: u32,
    /// Largest number of convex hulls; 0 for none.
    pub hull_count: u32,
    /// Largest number of vertices of each hull; 0 for 32.
    pub hull_vertex_count: u32,
    /// Smallest volume of a component, as a share of the whole volume; 0 for 0.001, and below 0 to keep all
    /// components.
    pub min_component: f32,
    /// Variant of the prompt; 0 for the plain result.
    pub seed: u64,
    /// Largest number of bytes that surface extraction may hold; 0 for 2 GiB.
    pub memory_limit: u64,
    /// Point of the mesh that becomes the origin: ATT3D_PIVOT_...
    pub pivot: u32,
    /// Length of the longest side in meters; 0 for the model's scale.
    pub size: f32,
    /// Number of fields from one keyframe of a morph to the next; 0 for 16.
    pub step_count: u32,
    /// Largest deviation of a morph from a keyframe's surface, in object space; 0 for 0.02.
    pub bound: f32,
    /// Whether stylized meshes get new texture coordinates even if they have some.
    pub unwrap: bool,
}

/// The largest size in meters. Single-precision positions have a resolution of a centimeter there.
pub const LARGEST_SIZE: f32 = 100_000.0;

impl Options {
    /// Returns the defaults. resolution: cells along each axis.
    pub fn with_resolution(resolution: u32) -> Self {
        Self {
            resolution,
            texture_size: 0,
            triangle_budget: 0,
            level_count: 0,
            hull_count: 0,
            hull_vertex_count: 0,
            min_component: 0.0,
            seed: 0,
            memory_limit: 0,
            pivot: ffi::ATT3D_PIVOT_GROUND,
            size: 0.0,
            step_count: 0,
            bound: 0.0,
            unwrap: false,
        }
    }

    /// Checks the options that the library does not check.
    pub fn check(&self) -> Result<(), Failure> {
        if !(0.0..=LARGEST_SIZE).contains(&self.size) {
            return Err(Failure::invalid(format!(
                "size is {}; expected 0 for the model's own scale, or meters up to {LARGEST_SIZE}",
                self.size
            )));
        }
        if self.pivot > ffi::ATT3D_PIVOT_ORIGIN {
            return Err(Failure::invalid(format!(
                "pivot is {}; expected 0 (ground), 1 (center) or 2 (origin)",
                self.pivot
            )));
        }
        Ok(())
    }

    /// Returns the description for a call that ends before `part` is dropped.
    pub fn generate_desc(&self, part: &ProgressPart<'_>) -> ffi::att3d_generate_desc {
        let mut options = desc!(att3d_generate_desc);
        options.resolution = self.resolution;
        options.texture_size = self.texture_size;
        options.triangle_budget = self.triangle_budget;
        options.level_count = self.level_count;
        options.hull_count = self.hull_count;
        options.hull_vertex_count = if self.hull_count == 0 { 0 } else { self.hull_vertex_count };
        options.min_component = self.min_component;
        options.memory_limit = self.memory_limit;
        options.progress = part.callback();
        options
    }
}
