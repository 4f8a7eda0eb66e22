//! `att3d_mesh`: a generated mesh, which callers read without a copy.

use std::ffi::{CString, c_char};
use std::sync::Arc;

use super::handle::{Opaque, body, free, give};
use super::pointers::{c_text, output, write};
use super::reading::{ReadingBody, att3d_reading};
use super::status::{Failure, att3d_status, guard, quietly};
use super::structs::{Versioned, place};
use crate::mesh::Mesh;
use crate::pipeline::{Engine, Generated};

/// A triangle mesh with colors. A generated mesh is closed if vertices at the same position are counted as
/// one vertex. At texture seams several vertices have the same position. A mesh never changes and is
/// thread-safe.
pub struct att3d_mesh {
    _opaque: (),
}

/// View of a mesh's arrays in object space: [-1, 1] along each axis, right-handed, +Y up, +Z front.
/// Triangles are counter-clockwise when seen from outside. All pointers are valid as long as the mesh's
/// handle. An array that the mesh does not have is NULL.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_mesh_view {
    /// sizeof(att3d_mesh_view), set by the caller.
    pub struct_size: u32,
    /// Number of vertices.
    pub vertex_count: u32,
    /// Number of triangles.
    pub triangle_count: u32,
    /// Always 0.
    pub reserved: u32,
    /// x, y and z per vertex.
    pub positions: *const f32,
    /// x, y and z per vertex: the outward normal with unit length.
    pub normals: *const f32,
    /// sRGB red, green and blue in [0, 1] per vertex.
    pub colors: *const f32,
    /// Metallic and roughness in [0, 1] per vertex; NULL without ATT3D_CAPABILITY_MATERIALS.
    pub materials: *const f32,
    /// Texture coordinates u and v per vertex; NULL if the mesh has no textures.
    /// u increases to the right and v down, from the upper left corner of the textures.
    pub uvs: *const f32,
    /// Three vertex indices per triangle.
    pub indices: *const u32,
    /// x, y, z of the unit tangent and a sign, per vertex; NULL if the mesh has no normal texture.
    /// A mesh without textures and a mesh from att3d_paint have no normal texture.
    /// The tangent points in the direction of increasing u.
    /// The cross product of normal and tangent, times the sign, points up in the texture.
    pub tangents: *const f32,
}

/// Size of a mesh, and the cost of its generation.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_mesh_info {
    /// sizeof(att3d_mesh_info), set by the caller.
    pub struct_size: u32,
    /// Cells along each axis of the extraction grid; 0 for a mesh from att3d_paint.
    pub resolution: u32,
    /// Lowest corner of the mesh's bounding box, in object space.
    pub minimum: [f32; 3],
    /// Highest corner of the bounding box, in object space.
    pub maximum: [f32; 3],
    /// Milliseconds from prompt to latent, including tokenization; 0 for a mesh from a latent or a field.
    pub text_milliseconds: f32,
    /// Milliseconds from latent to field; 0 for a mesh from a field.
    pub generator_milliseconds: f32,
    /// Milliseconds from field to triangles and normals.
    pub surface_milliseconds: f32,
    /// Milliseconds to evaluate the colors and materials of the vertices. bake_milliseconds is the time for
    /// the texels.
    pub texture_milliseconds: f32,
    /// Number of points at which surface extraction computed the field's value.
    pub point_evaluations: u64,
    /// Number of points at which surface extraction computed the field's gradient.
    pub gradient_evaluations: u64,
    /// Width and height of the mesh's textures in texels; 0 without textures.
    pub texture_size: u32,
    /// Number of charts into which the surface was cut for the textures. It is 0 without
    /// textures, and for a mesh from att3d_paint that kept its texture coordinates.
    pub chart_count: u32,
    /// Root mean square stretch of the textures: 1 for no stretch. It is 0 without textures, and for a mesh
    /// from att3d_paint that kept its texture coordinates.
    pub stretch: f32,
    /// Texels per unit of object space. It is 0 in the same cases as stretch.
    pub texels_per_unit: f32,
    /// Milliseconds to cut the surface into charts and pack them.
    pub unwrap_milliseconds: f32,
    /// Milliseconds to evaluate the field at the texels.
    pub bake_milliseconds: f32,
    /// Number of further levels of detail.
    /// It is below att3d_generate_desc.level_count if the mesh cannot be halved so many times.
    pub level_count: u32,
    /// Milliseconds to remove small components, reduce the mesh to the triangle budget, make levels of
    /// detail and hulls, and order the triangles.
    pub detail_milliseconds: f32,
    /// Number of keyframes after the first one, see att3d_morph; 0 for a mesh that is not a morph.
    pub target_count: u32,
    /// Number of convex hulls; see att3d_mesh_get_hull.
    pub hull_count: u32,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and pointers without padding; a zero pointer is null.
unsafe impl Versioned for att3d_mesh_view {
    const NAME: &'static str = "att3d_mesh_view";
    const FIRST_SIZE: usize = 16 + 7 * size_of::<usize>();
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_mesh_info {
    const NAME: &'static str = "att3d_mesh_info";
    const FIRST_SIZE: usize = 104;
}

/// A mesh with its provenance, and its texts as C strings.
pub(super) struct MeshBody {
    pub(super) generated: Generated,
    /// Engine on whose threads the mesh is drawn.
    pub(super) engine: Arc<dyn Engine>,
    prompt: CString,
    /// Names of the further keyframes.
    pub(super) target_names: Vec<CString>,
}

impl MeshBody {
    pub(super) fn new(generated: Generated, engine: Arc<dyn Engine>) -> Self {
        let prompt = c_text(&generated.origin.prompt);
        let targets = generated.morph.iter().flat_map(|morph| &morph.targets);
        let target_names = targets.map(|target| c_text(&target.name)).collect();
        Self { generated, engine, prompt, target_names }
    }
}

impl Opaque for att3d_mesh {
    type Body = MeshBody;
    const TAG: u32 = u32::from_le_bytes(*b"mesh");
    const NAME: &'static str = "mesh";
}

/// Returns a pointer to the first element, or null for an empty array.
fn start<T, E>(array: &[T]) -> *const E {
    if array.is_empty() { std::ptr::null() } else { array.as_ptr().cast() }
}

/// Gets a view of a mesh's arrays; nothing is copied. Thread-safe.
/// @param mesh The mesh; not NULL.
/// @param out_view Receives the view; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_view(
    mesh: *const att3d_mesh,
    out_view: *mut att3d_mesh_view,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (place, mesh) = unsafe { (place(out_view)?, &body(mesh)?.generated.mesh) };
        place.write(view_of(mesh)?);
        Ok(())
    })
}

/// Returns the view of a mesh's arrays.
pub(super) fn view_of(mesh: &Mesh) -> Result<att3d_mesh_view, Failure> {
    Ok(att3d_mesh_view {
        struct_size: 0,
        vertex_count: count("vertices", mesh.positions.len())?,
        triangle_count: count("triangles", mesh.triangles.len())?,
        reserved: 0,
        positions: start(&mesh.positions),
        normals: start(&mesh.normals),
        colors: start(&mesh.colors),
        materials: start(&mesh.metallic_roughness),
        uvs: start(&mesh.uvs),
        indices: start(&mesh.triangles),
        tangents: start(&mesh.tangents),
    })
}

/// Converts a length to the type that the C structs use.
pub(super) fn count(what: &str, length: usize) -> Result<u32, Failure> {
    u32::try_from(length)
        .map_err(|_| Failure::invalid(format!("the mesh has {length} {what}: expected fewer than 2^32")))
}

/// Gets the size of a mesh and the cost of its generation. Thread-safe.
/// @param mesh The mesh; not NULL.
/// @param out_info Receives the information; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_info(
    mesh: *const att3d_mesh,
    out_info: *mut att3d_mesh_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (place, body) = unsafe { (place(out_info)?, body(mesh)?) };
        let Generated { mesh, painting, levels, origin, statistics, timings, .. } = &body.generated;
        let [minimum, maximum] = mesh.bounds();
        let milliseconds = |time: std::time::Duration| (time.as_secs_f64() * 1e3) as f32;
        place.write(att3d_mesh_info {
            struct_size: 0,
            resolution: origin.resolution,
            minimum,
            maximum,
            text_milliseconds: milliseconds(timings.text),
            generator_milliseconds: milliseconds(timings.generator),
            surface_milliseconds: milliseconds(timings.surface),
            texture_milliseconds: milliseconds(timings.texture),
            point_evaluations: statistics.point_evaluations,
            gradient_evaluations: statistics.gradient_evaluations,
            texture_size: painting.as_ref().map_or(0, |painting| painting.baked.size),
            chart_count: painting.as_ref().map_or(0, |painting| painting.charts),
            stretch: painting.as_ref().map_or(0.0, |painting| painting.stretch),
            texels_per_unit: painting.as_ref().map_or(0.0, |painting| painting.texels_per_unit),
            unwrap_milliseconds: painting.as_ref().map_or(0.0, |painting| milliseconds(painting.unwrap_time)),
            bake_milliseconds: painting.as_ref().map_or(0.0, |painting| milliseconds(painting.bake_time)),
            level_count: levels.len() as u32,
            detail_milliseconds: milliseconds(timings.detail),
            target_count: body.target_names.len() as u32,
            hull_count: count("hulls", body.generated.hulls.len())?,
        });
        Ok(())
    })
}

/// Gets the prompt of a mesh. The prompts of a mix or a morph have " / " between them. Thread-safe.
/// @param mesh The mesh; not NULL.
/// @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the mesh's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_prompt(
    mesh: *const att3d_mesh,
    out_text: *mut *const c_char,
) -> att3d_status {
    guard(|| {
        let place = output(out_text, "out_text")?;
        // SAFETY: the C caller guarantees a valid handle and a writable output, which `output` has checked.
        unsafe { write(place, body(mesh)?.prompt.as_ptr()) };
        Ok(())
    })
}

/// Gets the reading of a mesh's prompt: what was understood, left out and replaced. Thread-safe.
/// The prompts of a mix or a morph have one reading together, as in att3d_latent_get_reading.
/// @param mesh The mesh; not NULL.
/// @param out_reading Receives the reading; not NULL; free it with att3d_reading_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_reading(
    mesh: *const att3d_mesh,
    out_reading: *mut *mut att3d_reading,
) -> att3d_status {
    guard(|| {
        let place = output(out_reading, "out_reading")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let reading = &unsafe { body(mesh) }?.generated.origin.reading;
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(ReadingBody::new(reading))) };
        Ok(())
    })
}

/// Frees a mesh. Its views become invalid.
/// @param mesh The mesh; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_free(mesh: *mut att3d_mesh) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(mesh) });
}
