//! Copies of a mesh's vertices and indices in the layout of a caller's buffers.

use std::ffi::c_void;

use super::handle::body;
use super::mesh::att3d_mesh;
use super::pointers::{not_null, output};
use super::status::{ATT3D_BUFFER_TOO_SMALL, ATT3D_UNSUPPORTED, Failure, att3d_status, guard};
use super::structs::{Versioned, read};
use crate::mesh::Mesh;

/// Number format of a vertex attribute.
pub type att3d_vertex_format = u32;

/// The attribute is not copied.
pub const ATT3D_VERTEX_NONE: att3d_vertex_format = 0;
/// 32-bit floats: 3 for a position, normal or color, 4 for a tangent, 2 for a material or a uv.
pub const ATT3D_VERTEX_F32: att3d_vertex_format = 1;
/// Four bytes, only for a color: sRGB red, green, blue from 0 to 255, and 255 for alpha.
pub const ATT3D_VERTEX_UNORM8: att3d_vertex_format = 2;

/// Place of an attribute in a caller's vertex.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_vertex_attribute {
    /// ATT3D_VERTEX_...
    pub format: att3d_vertex_format,
    /// Bytes from the start of the vertex to the attribute; not used for ATT3D_VERTEX_NONE.
    pub offset: u32,
}

/// Layout of a caller's vertices. An attribute whose format is ATT3D_VERTEX_NONE is not copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_vertex_layout {
    /// sizeof(att3d_vertex_layout).
    pub struct_size: u32,
    /// Bytes from one vertex to the next; must be set.
    pub stride: u32,
    /// x, y and z in object space.
    pub position: att3d_vertex_attribute,
    /// x, y and z of the outward unit normal.
    pub normal: att3d_vertex_attribute,
    /// x, y and z of the unit tangent, and a sign, as in att3d_mesh_view.
    pub tangent: att3d_vertex_attribute,
    /// sRGB red, green and blue in [0, 1].
    pub color: att3d_vertex_attribute,
    /// Metallic and roughness in [0, 1].
    pub material: att3d_vertex_attribute,
    /// Texture coordinates u and v.
    pub uv: att3d_vertex_attribute,
}

// SAFETY: `repr(C)`, `struct_size` first, integers without padding.
unsafe impl Versioned for att3d_vertex_layout {
    const NAME: &'static str = "att3d_vertex_layout";
    const FIRST_SIZE: usize = 56;
}

/// An attribute of a mesh, and its place in the caller's vertices.
struct Attribute<'a> {
    name: &'static str,
    place: att3d_vertex_attribute,
    /// Components per vertex.
    width: usize,
    values: &'a [f32],
}

impl Attribute<'_> {
    /// Returns the attribute's size in bytes. Errors: the attribute cannot have the format, or the mesh does
    /// not have the attribute.
    fn size(&self) -> Result<usize, Failure> {
        let name = self.name;
        let size = match self.place.format {
            ATT3D_VERTEX_F32 => self.width * size_of::<f32>(),
            ATT3D_VERTEX_UNORM8 if name == "color" => 4,
            ATT3D_VERTEX_UNORM8 => {
                let message = format!(
                    "att3d_vertex_layout.{name} is ATT3D_VERTEX_UNORM8: only a color can have this format; give ATT3D_VERTEX_F32"
                );
                return Err(Failure::invalid(message));
            }
            other => {
                let message = format!(
                    "att3d_vertex_layout.{name}.format is {other}: expected one of ATT3D_VERTEX_..., 0 to 2"
                );
                return Err(Failure::invalid(message));
            }
        };
        if self.values.is_empty() {
            let advice = match name {
                "uv" => "give att3d_generate_desc.texture_size, or leave it out of the layout",
                "tangent" => "generated meshes with textures have it; otherwise leave it out of the layout",
                _ => "leave it out of the layout",
            };
            let message = format!("the mesh does not have the attribute {name}: {advice}");
            return Err(Failure::new(ATT3D_UNSUPPORTED, message));
        }
        Ok(size)
    }

    /// Writes the bytes of one vertex's attribute.
    fn write(&self, vertex: usize, to: &mut [u8]) {
        let values = &self.values[vertex * self.width..(vertex + 1) * self.width];
        if self.place.format == ATT3D_VERTEX_UNORM8 {
            for (byte, value) in to.iter_mut().zip(values.iter().chain(&[1.0])) {
                *byte = (value.clamp(0.0, 1.0) * 255.0).round() as u8;
            }
        } else {
            for (bytes, value) in to.chunks_exact_mut(size_of::<f32>()).zip(values) {
                bytes.copy_from_slice(&value.to_ne_bytes());
            }
        }
    }
}

/// Returns the attributes of a layout with their sizes in bytes, in the order of their offsets.
/// Errors: those of [`Attribute::size`]; an attribute exceeds the stride; two attributes overlap.
fn attributes<'a>(
    layout: &att3d_vertex_layout,
    mesh: &'a Mesh,
) -> Result<Vec<(usize, Attribute<'a>)>, Failure> {
    let all = [
        ("position", layout.position, 3, mesh.positions.as_flattened()),
        ("normal", layout.normal, 3, mesh.normals.as_flattened()),
        ("tangent", layout.tangent, 4, mesh.tangents.as_flattened()),
        ("color", layout.color, 3, mesh.colors.as_flattened()),
        ("material", layout.material, 2, mesh.metallic_roughness.as_flattened()),
        ("uv", layout.uv, 2, mesh.uvs.as_flattened()),
    ];
    let mut chosen = Vec::new();
    for (name, place, width, values) in all {
        if place.format != ATT3D_VERTEX_NONE {
            let attribute = Attribute { name, place, width, values };
            chosen.push((attribute.size()?, attribute));
        }
    }
    chosen.sort_by_key(|(_, attribute)| attribute.place.offset);
    let mut free = ("the start of the vertex", 0);
    for (size, attribute) in &chosen {
        let (name, start) = (attribute.name, attribute.place.offset as usize);
        if start < free.1 {
            return Err(Failure::invalid(format!(
                "att3d_vertex_layout.{name}.offset is {start}: {} ends at byte {}, so give a larger offset",
                free.0, free.1
            )));
        }
        free = (name, start + size);
        if free.1 > layout.stride as usize {
            let stride = layout.stride;
            return Err(Failure::invalid(format!(
                "att3d_vertex_layout.{name} ends at byte {}: give a stride above {stride}",
                free.1
            )));
        }
    }
    Ok(chosen)
}

/// Checks the size of a caller's array. Errors: `ATT3D_BUFFER_TOO_SMALL`.
fn check_capacity(name: &str, size: usize, needed: usize) -> Result<(), Failure> {
    if size >= needed {
        return Ok(());
    }
    let message = format!("{name} has {size} bytes: {needed} are needed");
    Err(Failure::new(ATT3D_BUFFER_TOO_SMALL, message))
}

/// Copies the vertices of a mesh into a caller's buffer, such as a mapped GPU buffer. Thread-safe.
/// Bytes between the attributes stay unchanged. Returns ATT3D_UNSUPPORTED if the layout has an attribute that
/// is NULL in the mesh's att3d_mesh_view, such as the uvs of a mesh without textures.
/// @param mesh The mesh; not NULL.
/// @param layout Layout of a vertex; not NULL; struct_size and stride must be set. Attributes must not
/// overlap.
/// @param vertices Receives att3d_mesh_view.vertex_count vertices; not NULL. No alignment is needed.
/// @param size Size of the array vertices in bytes, at least stride times the number of vertices. Returns
/// ATT3D_BUFFER_TOO_SMALL if it is less.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_copy_vertices(
    mesh: *const att3d_mesh,
    layout: *const att3d_vertex_layout,
    vertices: *mut c_void,
    size: usize,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (mesh, layout) = unsafe { (&body(mesh)?.generated.mesh, read(not_null(layout, "layout")?)?) };
        let vertices = output(vertices.cast::<u8>(), "vertices")?;
        if layout.stride == 0 {
            return Err(Failure::invalid("att3d_vertex_layout.stride is 0: give the bytes of a vertex"));
        }
        let chosen = attributes(&layout, mesh)?;
        let stride = layout.stride as usize;
        check_capacity("vertices", size, mesh.positions.len().saturating_mul(stride))?;
        // Only the attributes are touched, because the caller's memory may be uninitialized or write-only.
        let mut bytes = [0; 4 * size_of::<f32>()];
        for vertex in 0..mesh.positions.len() {
            for (width, attribute) in &chosen {
                attribute.write(vertex, &mut bytes[..*width]);
                let offset = vertex * stride + attribute.place.offset as usize;
                // SAFETY: the header requires `size` writable bytes, and the attribute ends within them.
                unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), vertices.add(offset), *width) };
            }
        }
        Ok(())
    })
}

/// Copies the triangles of a mesh or of a level of detail into a caller's index buffer. Thread-safe.
/// @param mesh The mesh; not NULL.
/// @param level 0 for the mesh itself; otherwise a level, as in att3d_mesh_get_level.
/// @param index_size Bytes per index, 2 or 4. Returns ATT3D_INVALID_ARGUMENT for 2 if the mesh has more than
/// 65536 vertices.
/// @param indices Receives three indices per triangle; not NULL. No alignment is needed.
/// @param size Size of the array indices in bytes. Returns ATT3D_BUFFER_TOO_SMALL if it is less than three
/// indices per triangle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_copy_indices(
    mesh: *const att3d_mesh,
    level: u32,
    index_size: u32,
    indices: *mut c_void,
    size: usize,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let generated = &unsafe { body(mesh) }?.generated;
        let to = output(indices.cast::<u8>(), "indices")?;
        let triangles = generated.triangles_of(level as usize).ok_or_else(|| {
            let count = generated.levels.len();
            Failure::invalid(format!("level is {level}: this mesh has {count} further levels of detail"))
        })?;
        let vertices = generated.mesh.positions.len();
        if !(index_size == 4 || index_size == 2) {
            return Err(Failure::invalid(format!("index_size is {index_size}: expected 2 or 4 bytes")));
        }
        if index_size == 2 && vertices > 1 << 16 {
            return Err(Failure::invalid(format!(
                "index_size is 2, but the mesh has {vertices} vertices, more than 65536: give 4"
            )));
        }
        let indices = triangles.as_flattened();
        check_capacity("indices", size, indices.len() * index_size as usize)?;
        for (place, &index) in indices.iter().enumerate() {
            // SAFETY: the header requires `size` writable bytes, and `check_capacity` checked their number.
            unsafe {
                if index_size == 2 {
                    to.add(place * 2).cast::<u16>().write_unaligned(index as u16);
                } else {
                    to.add(place * 4).cast::<u32>().write_unaligned(index);
                }
            }
        }
        Ok(())
    })
}
