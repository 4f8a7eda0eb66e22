//! `att3d_mesh`: what was made, seen without a copy.

use std::ffi::{CString, c_char};
use std::sync::Arc;

use super::handle::{Opaque, body, free};
use super::pointers::{c_lines, c_text, output, replaced_lines, write};
use super::status::{Failure, att3d_status, guard, quietly};
use super::structs::{Versioned, place};
use crate::mesh::Mesh;
use crate::pipeline::{Engine, Generated};

/// A triangle mesh, closed, coloured. It never changes, so it is thread-safe.
pub struct att3d_mesh {
    _opaque: (),
}

/// A mesh's arrays, in object space: [-1, 1] along each axis, right-handed, +Y up, +Z front; triangles counter-clockwise
/// seen from outside. All pointers live as long as the mesh's handle; an array that the mesh lacks is NULL.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_mesh_view {
    /// sizeof(att3d_mesh_view), set by the caller.
    pub struct_size: u32,
    /// Vertices.
    pub vertex_count: u32,
    /// Triangles.
    pub triangle_count: u32,
    /// 0.
    pub reserved: u32,
    /// vertex_count times x, y, z.
    pub positions: *const f32,
    /// vertex_count times x, y, z; unit length, outward.
    pub normals: *const f32,
    /// vertex_count times sRGB red, green, blue in [0, 1].
    pub colors: *const f32,
    /// vertex_count times metallic, roughness in [0, 1].
    pub materials: *const f32,
    /// vertex_count times u, v, to the right and down from the images' upper left corner; NULL without texture_size.
    pub uvs: *const f32,
    /// triangle_count times three vertices.
    pub indices: *const u32,
    /// vertex_count times x, y, z of unit length, along which u grows, and the sign by which the cross product of normal and tangent is the direction
    /// in which the image goes up; NULL without texture_size. Since 0.6.
    pub tangents: *const f32,
}

/// What a mesh cost, and how large it is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_mesh_info {
    /// sizeof(att3d_mesh_info), set by the caller.
    pub struct_size: u32,
    /// Cells per axis that it was found in.
    pub resolution: u32,
    /// The lowest corner of its bounding box, object space.
    pub minimum: [f32; 3],
    /// The highest corner.
    pub maximum: [f32; 3],
    /// Milliseconds from tokens to latent; 0 where a latent or a field was given.
    pub text_milliseconds: f32,
    /// Milliseconds from latent to field.
    pub generator_milliseconds: f32,
    /// Milliseconds from field to triangles and normals.
    pub surface_milliseconds: f32,
    /// Milliseconds for colours and materials.
    pub texture_milliseconds: f32,
    /// Points at which the field's value was asked.
    pub point_evaluations: u64,
    /// Points at which its gradient was asked.
    pub gradient_evaluations: u64,
    /// Texels along a side of its textures; 0 for none. Since 0.5.
    pub texture_size: u32,
    /// Pieces that its surface was cut into for them. Since 0.5.
    pub chart_count: u32,
    /// Root mean square stretch of the textures over the surface; 1 is none, 0 without textures. Since 0.5.
    pub stretch: f32,
    /// Texels a unit of object space. Since 0.5.
    pub texels_per_unit: f32,
    /// Milliseconds for cutting and packing. Since 0.5.
    pub unwrap_milliseconds: f32,
    /// Milliseconds for asking the field at the texels. Since 0.5.
    pub bake_milliseconds: f32,
    /// Further levels of detail that it has: fewer than were asked for where its shape cannot be halved that often. Since 0.6.
    pub level_count: u32,
    /// Milliseconds for the budget, levels of detail, the hull and the order of triangles. Since 0.6.
    pub detail_milliseconds: f32,
    /// Further keyframes that it has: att3d_mesh_get_target. Since 0.6.
    pub target_count: u32,
    /// 0. Since 0.6.
    pub reserved: u32,
    /// Hulls that it has: att3d_mesh_get_hull_at. Since 0.8.
    pub hull_count: u32,
    /// 0. Since 0.8.
    pub reserved_too: u32,
}

// SAFETY: repr(C), struct_size first; integers and pointers, of which zero is null.
unsafe impl Versioned for att3d_mesh_view {
    const NAME: &'static str = "att3d_mesh_view";
    const FIRST_SIZE: usize = 16 + 6 * size_of::<usize>();
}

// SAFETY: repr(C), struct_size first, integers and floats alone.
unsafe impl Versioned for att3d_mesh_info {
    const NAME: &'static str = "att3d_mesh_info";
    const FIRST_SIZE: usize = 48;
}

/// A mesh, its story, and the texts that C reads.
pub(super) struct MeshBody {
    pub(super) generated: Generated,
    /// On whose threads it is drawn.
    pub(super) engine: Arc<dyn Engine>,
    prompt: CString,
    unknown_lines: CString,
    replaced_lines: CString,
    /// Of its further keyframes.
    pub(super) target_names: Vec<CString>,
}

impl MeshBody {
    pub(super) fn new(generated: Generated, engine: Arc<dyn Engine>) -> Self {
        let prompt = c_text(&generated.origin.prompt);
        let reading = &generated.origin.reading;
        let (unknown_lines, replaced_lines) = (c_lines(&reading.left_out), replaced_lines(reading));
        let targets = generated.morph.iter().flat_map(|morph| &morph.targets);
        let target_names = targets.map(|target| c_text(&target.name)).collect();
        Self { generated, engine, prompt, unknown_lines, replaced_lines, target_names }
    }
}

impl Opaque for att3d_mesh {
    type Body = MeshBody;
    const TAG: u32 = u32::from_le_bytes(*b"mesh");
    const NAME: &'static str = "mesh";
}

/// Where an array begins; null for an empty one.
fn start<T, E>(array: &[T]) -> *const E {
    if array.is_empty() { std::ptr::null() } else { array.as_ptr().cast() }
}

/// Shows a mesh's arrays; nothing is copied. Thread-safe.
/// @param mesh not NULL.
/// @param out_view not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_view(
    mesh: *const att3d_mesh,
    out_view: *mut att3d_mesh_view,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        let (place, mesh) = unsafe { (place(out_view)?, &body(mesh)?.generated.mesh) };
        place.write(view_of(mesh)?);
        Ok(())
    })
}

/// A mesh's arrays.
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

/// A length as C counts it.
pub(super) fn count(what: &str, length: usize) -> Result<u32, Failure> {
    u32::try_from(length)
        .map_err(|_| Failure::invalid(format!("the mesh has {length} {what}, more than C counts")))
}

/// Tells what a mesh cost, and how large it is. Thread-safe.
/// @param mesh not NULL.
/// @param out_info not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_info(
    mesh: *const att3d_mesh,
    out_info: *mut att3d_mesh_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
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
            reserved: 0,
            hull_count: count("hulls", body.generated.hulls.len())?,
            reserved_too: 0,
        });
        Ok(())
    })
}

/// The prompt that a mesh was made of; several, with " / " between, for a mix. Thread-safe.
/// @param mesh not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the mesh's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_prompt(
    mesh: *const att3d_mesh,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(mesh, out_text, |body| &body.prompt) })
}

/// The prompt's words that the model does not know and left out, a line each; "" for none. Thread-safe.
/// @param mesh not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the mesh's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_unknown_words(
    mesh: *const att3d_mesh,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(mesh, out_text, |body| &body.unknown_lines) })
}

/// The prompt's words that the model read as ones that it knows, a line each: the word, a tab, the known word; "" for none.
/// Thread-safe.
/// @param mesh not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the mesh's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_get_replaced_words(
    mesh: *const att3d_mesh,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(mesh, out_text, |body| &body.replaced_lines) })
}

/// Writes one of a mesh's texts.
///
/// # Safety
/// `mesh` is a handle or null; `out_text` is writable or null.
unsafe fn lend(
    mesh: *const att3d_mesh,
    out_text: *mut *const c_char,
    pick: fn(&MeshBody) -> &CString,
) -> Result<(), Failure> {
    let place = output(out_text, "out_text")?;
    // SAFETY: the caller's promise; from `output`.
    unsafe { write(place, pick(body(mesh)?).as_ptr()) };
    Ok(())
}

/// Frees a mesh; its views are void.
/// @param mesh NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_free(mesh: *mut att3d_mesh) {
    // SAFETY: the header's promise.
    quietly(|| unsafe { free(mesh) });
}
