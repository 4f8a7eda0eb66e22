//! Meshes of the library as plain arrays in Godot's conventions: meters, clockwise front faces.

use godot::builtin::{Color, Vector2, Vector3};

use crate::ffi;
use crate::handles::{Mesh, desc};
use crate::library::{Failure, text};
use crate::lods;
use crate::settings::Options;

/// Linear map from object space into meters: (position - pivot) * factor.
#[derive(Clone, Copy, Debug)]
pub struct Placement {
    /// Point of object space that becomes the origin.
    pub pivot: [f32; 3],
    /// Meters per unit of object space.
    pub factor: f32,
}

impl Placement {
    /// Returns the placement that the library's exported files have too.
    pub fn of(mesh: &Mesh, options: &Options, meters_per_unit: f32) -> Result<Self, Failure> {
        let info = info_of(mesh)?;
        let (low, high) = (info.minimum, info.maximum);
        let longest = [0, 1, 2].map(|axis| high[axis] - low[axis]).into_iter().fold(0.0, f32::max);
        let factor = if options.size > 0.0 { options.size / longest } else { meters_per_unit };
        if !(factor.is_finite() && factor > 0.0) {
            return Err(Failure::invalid(format!(
                "the scale is {factor} meters per unit; expected a positive number"
            )));
        }
        let middle = [0, 1, 2].map(|axis| (low[axis] + high[axis]) * 0.5);
        let pivot = match options.pivot {
            ffi::ATT3D_PIVOT_GROUND => [middle[0], low[1], middle[2]],
            ffi::ATT3D_PIVOT_CENTER => middle,
            _ => [0.0; 3],
        };
        Ok(Self { pivot, factor })
    }

    fn place(&self, position: &[f32]) -> Vector3 {
        let [x, y, z] = [0, 1, 2].map(|axis| (position[axis] - self.pivot[axis]) * self.factor);
        Vector3::new(x, y, z)
    }
}

/// Textures of a surface with 8 bits per channel, three channels, rows from the top.
#[derive(Clone, Debug)]
pub struct Textures {
    /// Width and height in texels.
    pub size: u32,
    /// Base color, sRGB.
    pub base_color: Vec<u8>,
    /// Occlusion, roughness and metallic, linear; `None` if the model predicts no materials.
    pub orm: Option<Vec<u8>>,
    /// Normals in tangent space, green up; `None` for painted meshes.
    pub normal: Option<Vec<u8>>,
}

/// Vertices of a keyframe.
#[derive(Clone, Debug)]
pub struct Target {
    /// Prompt of the keyframe.
    pub name: String,
    /// Positions in meters.
    pub positions: Vec<Vector3>,
    /// Unit normals.
    pub normals: Vec<Vector3>,
}

/// Arrays of one surface. An array that the surface does not have is empty.
#[derive(Clone, Debug, Default)]
pub struct Surface {
    /// Positions in meters.
    pub positions: Vec<Vector3>,
    /// Unit normals.
    pub normals: Vec<Vector3>,
    /// Unit tangent (x, y and z) and a sign: four numbers per vertex.
    pub tangents: Vec<f32>,
    /// sRGB colors.
    pub colors: Vec<Color>,
    /// Texture coordinates. They begin at the upper left corner, and v points down.
    pub uvs: Vec<Vector2>,
    /// Three indices per triangle, clockwise when seen from outside.
    pub indices: Vec<i32>,
    /// Levels of detail: deviation in meters, and indices.
    pub levels: Vec<(f32, Vec<i32>)>,
    /// Further keyframes.
    pub targets: Vec<Target>,
    /// Textures.
    pub textures: Option<Textures>,
    /// Mean metallic and roughness of the vertices.
    pub material: [f32; 2],
    /// Vertices of convex hulls in meters.
    pub hulls: Vec<Vec<Vector3>>,
}

/// Gets the size of a mesh.
pub fn info_of(mesh: &Mesh) -> Result<ffi::att3d_mesh_info, Failure> {
    let mut info = desc!(att3d_mesh_info);
    // SAFETY: the handle is valid, and the struct states its size.
    mesh.api().check(unsafe { mesh.api().att3d_mesh_get_info(mesh.raw(), &mut info) })?;
    Ok(info)
}

/// Gets a view of a mesh's arrays.
pub fn view_of(mesh: &Mesh) -> Result<ffi::att3d_mesh_view, Failure> {
    let mut view = desc!(att3d_mesh_view);
    // SAFETY: the handle is valid, and the struct states its size.
    mesh.api().check(unsafe { mesh.api().att3d_mesh_get_view(mesh.raw(), &mut view) })?;
    Ok(view)
}

/// Returns an array of a view; empty for null.
///
/// # Safety
/// `pointer` is null or points to `count` numbers that live for `'a`.
pub unsafe fn array<'a, T>(pointer: *const T, count: usize) -> &'a [T] {
    if pointer.is_null() {
        return &[];
    }
    // SAFETY: the caller guarantees it.
    unsafe { std::slice::from_raw_parts(pointer, count) }
}

fn vectors(numbers: &[f32]) -> Vec<Vector3> {
    numbers.chunks_exact(3).map(|v| Vector3::new(v[0], v[1], v[2])).collect()
}

/// Reverses the order of the vertices of each triangle, since Godot's front faces are clockwise.
fn reversed(indices: &[u32]) -> Vec<i32> {
    let mut reversed = Vec::with_capacity(indices.len());
    for triangle in indices.chunks_exact(3) {
        reversed.extend([triangle[0] as i32, triangle[2] as i32, triangle[1] as i32]);
    }
    reversed
}

impl Surface {
    /// Copies a mesh with its levels, keyframes, hulls and textures.
    pub fn of(mesh: &Mesh, placement: Placement) -> Result<Self, Failure> {
        let mut surface = Self::without_details(mesh, placement)?;
        let info = info_of(mesh)?;
        for level in 1..=info.level_count {
            let mut view = desc!(att3d_level_view);
            // SAFETY: the handle is valid, and the arrays live as long as the handle.
            let indices = unsafe {
                mesh.api().check(mesh.api().att3d_mesh_get_level(mesh.raw(), level, &mut view))?;
                array(view.indices, 3 * view.triangle_count as usize)
            };
            let indices = reversed(indices);
            // Godot shows the last level whose deviation is small enough, so deviations must not decrease
            // from one level to the next.
            let least = surface.levels.last().map_or(f32::MIN_POSITIVE, |(deviation, _)| *deviation);
            let deviation = lods::deviation(&surface.positions, &surface.indices, &indices).max(least);
            surface.levels.push((deviation, indices));
        }
        for target in 0..info.target_count {
            surface.targets.push(target_of(mesh, target, placement)?);
        }
        for hull in 0..info.hull_count {
            let mut view = desc!(att3d_mesh_view);
            // SAFETY: the handle is valid, and the arrays live as long as the handle.
            let positions = unsafe {
                mesh.api().check(mesh.api().att3d_mesh_get_hull(mesh.raw(), hull, &mut view))?;
                array(view.positions, 3 * view.vertex_count as usize)
            };
            surface.hulls.push(positions.chunks_exact(3).map(|position| placement.place(position)).collect());
        }
        surface.textures = textures_of(mesh)?;
        Ok(surface)
    }

    /// Copies only the arrays of a mesh, as live sessions need them.
    pub fn without_details(mesh: &Mesh, placement: Placement) -> Result<Self, Failure> {
        let view = view_of(mesh)?;
        let count = view.vertex_count as usize;
        // SAFETY: the arrays have these lengths, and live as long as the handle.
        let (positions, normals, tangents, colors, uvs, materials, indices) = unsafe {
            (
                array(view.positions, 3 * count),
                array(view.normals, 3 * count),
                array(view.tangents, 4 * count),
                array(view.colors, 3 * count),
                array(view.uvs, 2 * count),
                array(view.materials, 2 * count),
                array(view.indices, 3 * view.triangle_count as usize),
            )
        };
        Ok(Self {
            positions: positions.chunks_exact(3).map(|position| placement.place(position)).collect(),
            normals: vectors(normals),
            tangents: tangents.to_vec(),
            colors: colors.chunks_exact(3).map(|c| Color::from_rgb(c[0], c[1], c[2])).collect(),
            uvs: uvs.chunks_exact(2).map(|uv| Vector2::new(uv[0], uv[1])).collect(),
            indices: reversed(indices),
            material: mean(materials),
            ..Self::default()
        })
    }
}

/// Returns the mean metallic and roughness, as the library's GLB files have them.
fn mean(materials: &[f32]) -> [f32; 2] {
    let count = (materials.len() / 2) as f64;
    if materials.is_empty() {
        return [0.0, 0.6];
    }
    [0, 1].map(|channel| {
        let sum: f64 = materials.chunks_exact(2).map(|pair| f64::from(pair[channel])).sum();
        (sum / count).clamp(0.0, 1.0) as f32
    })
}

fn target_of(mesh: &Mesh, target: u32, placement: Placement) -> Result<Target, Failure> {
    let mut view = desc!(att3d_target_view);
    // SAFETY: the handle is valid, and the arrays live as long as the handle.
    let (name, positions, normals) = unsafe {
        mesh.api().check(mesh.api().att3d_mesh_get_target(mesh.raw(), target, &mut view))?;
        let count = 3 * view.vertex_count as usize;
        (text(view.name), array(view.positions, count), array(view.normals, count))
    };
    let positions = positions.chunks_exact(3).map(|position| placement.place(position)).collect();
    Ok(Target { name, positions, normals: vectors(normals) })
}

/// Copies the textures of a mesh; `None` if it has none.
pub fn textures_of(mesh: &Mesh) -> Result<Option<Textures>, Failure> {
    let size = info_of(mesh)?.texture_size;
    if size == 0 {
        return Ok(None);
    }
    let get = |texture: u32| -> Option<Vec<u8>> {
        let mut view = desc!(att3d_texture_view);
        // SAFETY: the handle is valid, and the texels live as long as the handle.
        let status = unsafe { mesh.api().att3d_mesh_get_texture(mesh.raw(), texture, &mut view) };
        if status != ffi::ATT3D_OK as i32 {
            return None;
        }
        let count = view.width as usize * view.height as usize * view.channels as usize;
        // SAFETY: as above.
        Some(unsafe { array(view.texels, count) }.to_vec())
    };
    let base_color = get(ffi::ATT3D_TEXTURE_BASE_COLOR).ok_or_else(|| {
        Failure::invalid("the mesh has textures but no base color; report this to the addon's authors")
    })?;
    let mut orm = get(ffi::ATT3D_TEXTURE_ROUGHNESS_METALLIC);
    if let (Some(orm), Some(occlusion)) = (&mut orm, get(ffi::ATT3D_TEXTURE_OCCLUSION)) {
        for (texel, occlusion) in orm.chunks_exact_mut(3).zip(occlusion) {
            texel[0] = occlusion;
        }
    }
    Ok(Some(Textures { size, base_color, orm, normal: get(ffi::ATT3D_TEXTURE_NORMAL) }))
}
